"""What a scenario changes: each change reads a territory and gives another, before travel times are measured.

Changes are added up: ``Saturdays() + SecondVan() + Target(3)`` is a :class:`Scenario`. In `scenarios.toml` each has
the name of its class: ``saturdays = true``, ``target = 3``, ``absent = { member = "as-2", first = 2026-12-08 }``.
"""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import count
from typing import Any

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from picup_planner.errors import DataError, Mistake
from picup_planner.problem import (
    Absence,
    Certainty,
    Commune,
    Frequency,
    ObjectiveChoice,
    Pin,
    PinKind,
    Settings,
    Site,
    SiteClosure,
    SiteKind,
    Territory,
    anew,
)
from picup_planner.scenarios.scenario import Change, Told
from picup_planner.solver.objectives import OBJECTIVES

_STRICT = ConfigDict(extra="forbid")
_SATURDAY = 6


@dataclass(frozen=True, config=_STRICT)
class Saturdays(Change):
    """Saturdays are open; the team is as available then as its habits and absences say."""

    def __call__(self, territory: Territory) -> Territory:
        """Take Saturday from the closed weekdays."""
        shut = tuple(day for day in territory.settings.closed_weekdays if day != _SATURDAY)
        return anew(territory, settings=_settings(territory, closed_weekdays=shut))

    @property
    def told(self) -> Told:
        """Saturdays open."""
        return Told("scenario-saturdays")


@dataclass(frozen=True, config=_STRICT)
class SecondVan(Change):
    """One van more, like the first and at the same depot."""

    name: str = ""

    def __call__(self, territory: Territory) -> Territory:
        """Add a van under an id of its own."""
        first, taken = territory.vans[0], {van.id for van in territory.vans}
        other = next(f"van-{n}" for n in count(2) if f"van-{n}" not in taken)
        more = {"id": other, "name": self.name or f"{first.name} {len(taken) + 1}", "off": (), "origin": None}
        return anew(territory, vans=(*territory.vans, first.model_copy(update=more)))

    @property
    def told(self) -> Told:
        """One van more, by its name if it has one."""
        return Told("scenario-second-van-named", {"van": self.name}) if self.name else Told("scenario-second-van")


@dataclass(frozen=True, config=_STRICT)
class Target(Change):
    """So many permanences aimed at in each commune, or in one; minimum and maximum follow when they must."""

    permanences: int
    commune: str | None = None

    def __call__(self, territory: Territory) -> Territory:
        """Set the target."""
        _known(self.commune, territory.communes, "communes")
        communes = tuple(
            commune.model_copy(update={"frequency": self._frequency(commune.frequency)})
            if self.commune in (None, commune.id)
            else commune
            for commune in territory.communes
        )
        return anew(territory, communes=communes)

    def _frequency(self, now: Frequency) -> Frequency:
        to = self.permanences
        return Frequency(minimum=min(now.minimum, to), target=to, maximum=max(now.maximum, to))

    @property
    def told(self) -> Told:
        """The target, and where."""
        if self.commune:
            return Told("scenario-target-in", {"n": self.permanences, "commune": self.commune})
        return Told("scenario-target", {"n": self.permanences})


@dataclass(frozen=True, config=_STRICT)
class OtherDepot(Change):
    """The vans sleep elsewhere: every journey from and to the depot is measured again."""

    latitude: float
    longitude: float
    name: str

    def __call__(self, territory: Territory) -> Territory:
        """Put one depot in place of all."""
        moved = {"latitude": self.latitude, "longitude": self.longitude, "name": self.name, "origin": None}
        depot = territory.depots[0].model_copy(update=moved | {"certainty": Certainty.UNVERIFIED})
        vans = tuple(van.model_copy(update={"depot": depot.id}) for van in territory.vans)
        return anew(territory, depots=(depot,), vans=vans)

    @property
    def told(self) -> Told:
        """Where the vans sleep."""
        return Told("scenario-other-depot", {"depot": self.name})


@dataclass(frozen=True, config=_STRICT)
class NewSite:
    """A place of a commune that is not served yet."""

    name: str
    latitude: float
    longitude: float
    kind: SiteKind = SiteKind.SQUARE


@dataclass(frozen=True, config=_STRICT)
class NewCommune(Change):
    """One commune more, its sites within the roads of the territory."""

    id: str
    insee: str
    name: str
    sites: tuple[NewSite, ...]
    target: int = 4

    def __call__(self, territory: Territory) -> Territory:
        """Add the commune and its sites."""
        frequency = Frequency(minimum=min(2, self.target), target=self.target, maximum=max(4, self.target))
        commune = Commune(id=self.id, insee=self.insee, name=self.name, frequency=frequency)
        sites = (
            Site(id=f"{self.id}-{n}", commune=self.id, **{field: getattr(site, field) for field in _OF_SITE})
            for n, site in enumerate(self.sites, 1)
        )
        return anew(territory, communes=(*territory.communes, commune), sites=(*territory.sites, *sites))

    @property
    def told(self) -> Told:
        """Which commune, and how many places it has."""
        return Told("scenario-new-commune", {"commune": self.name, "n": len(self.sites)})


_OF_SITE = ("name", "latitude", "longitude", "kind")


@dataclass(frozen=True, config=_STRICT)
class Prefer(Change):
    """One objective comes before another."""

    objective: str
    over: str

    def __call__(self, territory: Territory) -> Territory:
        """Put the objective just before the other, unless it is before it already."""
        default = (ObjectiveChoice(name=one.name, tolerance=one.tolerance) for one in OBJECTIVES)
        order = list(territory.settings.objectives or default)
        names = [choice.name for choice in order]
        for name in (self.objective, self.over):
            if name not in names:
                raise DataError(Mistake("data-unknown-objective", {"value": name, "known": ", ".join(names)}))
        if names.index(self.objective) > names.index(self.over):
            order.insert(names.index(self.over), order.pop(names.index(self.objective)))
        return anew(territory, settings=_settings(territory, objectives=tuple(order)))

    @property
    def told(self) -> Told:
        """Which before which."""
        return Told("scenario-prefer", {"objective": self.objective, "over": self.over})


@dataclass(frozen=True, config=_STRICT)
class Without(Change):
    """Somebody leaves the team."""

    member: str

    def __call__(self, territory: Territory) -> Territory:
        """Take the person out, and out of what names them."""
        _known(self.member, territory.staff, "staff")
        weekly = (one.model_copy(update={"crew": ()}) if self.member in one.crew else one for one in territory.weekly)
        return anew(
            territory,
            staff=tuple(member for member in territory.staff if member.id != self.member),
            absences=tuple(absence for absence in territory.absences if absence.member != self.member),
            pairings=tuple(pairing for pairing in territory.pairings if self.member not in pairing.members),
            pins=tuple(self._unpinned(territory.pins)),
            weekly=tuple(weekly),
        )

    def _unpinned(self, pins: tuple[Pin, ...]) -> Iterator[Pin]:
        for pin in pins:
            if self.member not in pin.members:
                yield pin
            elif len(pin.members) > len(("one", "other")):
                yield pin.model_copy(update={"members": tuple(one for one in pin.members if one != self.member)})

    @property
    def told(self) -> Told:
        """Who leaves."""
        return Told("scenario-without", {"member": self.member})


@dataclass(frozen=True, config=_STRICT)
class Absent(Change):
    """Somebody is away from a date to another, both included, or on that date alone."""

    member: str
    first: Date
    last: Date | None = None
    session: str | None = None

    def __call__(self, territory: Territory) -> Territory:
        """Add the absence, before those known already."""
        last = self.last or self.first
        absence = Absence(member=self.member, first=self.first, last=last, session=self.session)
        return anew(territory, absences=(absence, *territory.absences))

    @property
    def told(self) -> Told:
        """Who is away and when."""
        last = self.last or self.first
        told = {"member": self.member, "first": self.first.isoformat(), "last": last.isoformat()}
        return Told("scenario-absent-day" if last == self.first else "scenario-absent", told)


@dataclass(frozen=True, config=_STRICT)
class Closed(Change):
    """A site cannot be used from a date to another, both included, or on that date alone."""

    site: str
    first: Date
    last: Date | None = None

    def __call__(self, territory: Territory) -> Territory:
        """Close the site."""
        _known(self.site, territory.sites, "sites")
        closure = SiteClosure(first=self.first, last=self.last or self.first)
        sites = tuple(
            site.model_copy(update={"closures": (*site.closures, closure)}) if site.id == self.site else site
            for site in territory.sites
        )
        return anew(territory, sites=sites)

    @property
    def told(self) -> Told:
        """Which site and when."""
        last = self.last or self.first
        told = {"site": self.site, "first": self.first.isoformat(), "last": last.isoformat()}
        return Told("scenario-closed-day" if last == self.first else "scenario-closed", told)


@dataclass(frozen=True, config=_STRICT)
class Held(Change):
    """A permanence is held at a site on a date, whatever else: a promise to a mayor, a forum."""

    site: str
    date: Date
    session: str | None = None

    def __call__(self, territory: Territory) -> Territory:
        """Pin the permanence, under an id of its own."""
        taken = {pin.id for pin in territory.pins}
        name = next(f"held-{n}" for n in count(1) if f"held-{n}" not in taken)
        pin = Pin(id=name, kind=PinKind.HELD, site=self.site, date=self.date, session=self.session)
        return anew(territory, pins=(*territory.pins, pin))

    @property
    def told(self) -> Told:
        """Where and when."""
        return Told("scenario-held", {"site": self.site, "date": self.date.isoformat()})


@dataclass(frozen=True, config=_STRICT)
class Setting(Change):
    """Another number for a rule: `min_gap`, `weekly_maximum`, `faces` and the like."""

    name: str
    value: bool | int

    def __call__(self, territory: Territory) -> Territory:
        """Give the setting its value."""
        if Settings.model_fields.keys().isdisjoint({self.name}) or not isinstance(
            getattr(territory.settings, self.name), int
        ):
            numbers = [name for name in Settings.model_fields if isinstance(getattr(territory.settings, name), int)]
            raise DataError(Mistake("scenario-unknown-setting", {"value": self.name, "known": ", ".join(numbers)}))
        return anew(territory, settings=_settings(territory, **{self.name: self.value}))

    @property
    def told(self) -> Told:
        """Which setting is worth what."""
        return Told("scenario-setting", {"setting": self.name, "value": str(self.value)})


CHANGES: dict[str, type[Change]] = {
    "saturdays": Saturdays,
    "second_van": SecondVan,
    "target": Target,
    "other_depot": OtherDepot,
    "new_commune": NewCommune,
    "prefer": Prefer,
    "without": Without,
    "absent": Absent,
    "closed": Closed,
    "held": Held,
    "setting": Setting,
}
"""Every change by the key it has in a file."""


def _settings(territory: Territory, **fields: object) -> Settings:
    try:
        return anew(territory.settings, **fields)
    except ValidationError as error:
        (name, value), *_ = fields.items()
        raise DataError(Mistake("data-wrong-value", {"column": name, "value": str(value)})) from error


def _known(which: str | None, nouns: tuple[Any, ...], kind: str) -> None:
    if which is not None and which not in {noun.id for noun in nouns}:
        raise DataError(Mistake(f"data-unknown-{kind}", {"value": which}))
