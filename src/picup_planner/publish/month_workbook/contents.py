"""What each sheet says of a territory for a month, as values by column."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from picup_planner.messages import Words
from picup_planner.problem import ObjectiveChoice, Partner, Territory
from picup_planner.publish.month_workbook.paper import Value
from picup_planner.publish.text import plain
from picup_planner.territory.cells import fold
from picup_planner.territory.workbook.layout import WEEKDAYS

Line = dict[str, Any]
"""One row: a value by column; a tuple for a column that spreads over several."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Filling:
    """What a workbook is filled from.

    Parameters
    ----------
    month
        ``YYYY-MM``.
    objectives
        Every objective there is, in the usual order.
    verified
        Ids of the people whose half-days somebody has looked at.
    partner
        Whose people alone it is about, or ``None``.
    """

    territory: Territory
    month: str
    objectives: tuple[ObjectiveChoice, ...]
    verified: frozenset[str] = frozenset()
    partner: Partner | None = None

    @property
    def first(self) -> date:
        """First day of the month."""
        return date.fromisoformat(f"{self.month}-01")


class Contents:
    """Rows of every sheet, with the names people know instead of ids."""

    def __init__(self, filling: Filling, words: Words) -> None:
        self._words, self._filling = words, filling
        self.territory = territory = filling.territory
        self.staff = [one for one in territory.staff if filling.partner in (None, _partner(territory, one.partner))]
        self.names: dict[str, dict[str, str]] = {
            kind: _told_apart(nouns)
            for kind, nouns in (
                ("communes", territory.communes),
                ("sites", territory.sites),
                ("staff", territory.staff),
                ("partners", territory.partners),
                ("sessions", territory.sessions),
                ("vans", territory.vans),
            )
        }
        self.names["roles"] = {role.id: role.abbreviation or role.name for role in territory.roles}

    def lines(self, sheet: str) -> list[Line]:
        """Rows of a sheet."""
        makers: Mapping[str, Callable[[], Iterator[Line]]] = {
            "communes": self._communes,
            "sites": self._sites,
            "staff": self._people,
            "absences": self._absences,
            "weekly": self._weekly,
            "closures": self._closures,
            "permits": self._permits,
            "pins": self._pins,
            "objectives": self._objectives,
        }
        return list(makers[sheet]())

    def choice(self, value: str) -> str:
        """Word of a value."""
        return self._words(f"workbook-choice-{value}")

    def _yes(self, value: bool) -> str:  # noqa: FBT001  the value itself
        return self.choice("yes" if value else "no")

    def _communes(self) -> Iterator[Line]:
        for commune in self.territory.communes:
            yield _fields(commune, "id name insee population") | _fields(commune.frequency, "minimum target maximum")

    def _sites(self) -> Iterator[Line]:
        for site in self.territory.sites:
            yield _fields(site, "id name missing neighbourhood landmark latitude longitude") | {
                "commune": self.names["communes"][site.commune],
                "kind": self.choice(site.kind),
                "on": self._yes(site.on),
                "use": self.choice(site.use),
            }

    def _people(self) -> Iterator[Line]:
        for member in self.staff:
            yield _fields(member, "id name share") | {
                "roles": ", ".join(self.names["roles"][role] for role in member.roles),
                "partner": self.names["partners"][member.partner],
                "hours": member.hours / _HOUR,
                "driver": self._yes(member.driver),
                "verified": self._yes(member.id in self._filling.verified),
            }

    def _absences(self) -> Iterator[Line]:
        shown = {member.id for member in self.staff}
        for absence in self.territory.absences:
            if absence.member in shown and absence.last >= self._filling.first:
                yield _fields(absence, "first last") | {
                    "member": self.names["staff"][absence.member],
                    "session": self._session(absence.session),
                }

    def _weekly(self) -> Iterator[Line]:
        for weekly in self.territory.weekly:
            yield _fields(weekly, "id name start end") | {
                "site": self.names["sites"][weekly.site],
                "weekday": self.choice(WEEKDAYS[weekly.weekday - 1]),
                "roles": ", ".join(self.names["roles"][role] for role in weekly.roles),
                "crew": tuple(self.names["staff"][member] for member in weekly.crew),
            }

    def _closures(self) -> Iterator[Line]:
        for closure in self.territory.closures:
            yield _fields(closure, "first last") | {"reason": closure.name}
        for site in self.territory.sites:
            for taken in site.closures:
                yield _fields(taken, "first last reason") | {"site": self.names["sites"][site.id]}
        for van in self.territory.vans:
            for off in van.off:
                yield _fields(off, "first last") | {"van": self.names["vans"][van.id]}

    def _permits(self) -> Iterator[Line]:
        for site in self.territory.sites:
            for permit in site.permits:
                yield _fields(permit, "first last") | {"site": self.names["sites"][site.id]}

    def _pins(self) -> Iterator[Line]:
        for pin in self.territory.pins:
            if pin.date is None or f"{pin.date:%Y-%m}" == self._filling.month:
                yield _fields(pin, "id date") | {
                    "kind": self.choice(pin.kind),
                    "commune": self.names["communes"].get(pin.commune or "", ""),
                    "site": self.names["sites"].get(pin.site or "", ""),
                    "session": self._session(pin.session),
                    "members": tuple(self.names["staff"][member] for member in pin.members),
                }

    def _objectives(self) -> Iterator[Line]:
        chosen = self.territory.settings.objectives or self._filling.objectives
        left_out = [one for one in self._filling.objectives if one.name not in {each.name for each in chosen}]
        for rank, objective in enumerate((*chosen, *left_out), 1):
            yield {
                "rank": rank if rank <= len(chosen) else None,
                "name": self._words(f"objective-{objective.name}"),
                "weight": objective.weight or None,
                "tolerance": round(100 * objective.tolerance, 6) or None,
            }

    def _session(self, session: str | None) -> Value:
        return self.names["sessions"][session] if session else None


def _fields(noun: Any, names: str) -> Line:  # noqa: ANN401  any noun
    return {name: getattr(noun, name) for name in names.split()}


def _partner(territory: Territory, partner: str) -> Partner:
    return next(one for one in territory.partners if one.id == partner)


def _told_apart(things: Iterable[Any]) -> dict[str, str]:
    """Name of each noun by id; the id itself where another noun is called the same."""
    nouns = [(noun.id, plain(noun.name).strip()) for noun in things]
    spellings = Counter(spelling for one, name in nouns for spelling in {fold(one), fold(name)})
    return {one: name if fold(name) and spellings[fold(name)] == 1 else one for one, name in nouns}
