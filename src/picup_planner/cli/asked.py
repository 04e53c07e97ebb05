"""What a person asks on the command line: absences, closures, vans off the road, and what is held or forbidden.

Each text is made of parts between colons, such as `AS 2:2026-12-08..2026-12-10`. What it says becomes a fact of the
territory, as if it stood in its folder; the option and the text are its origin.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count

from picup_planner.cli.naming import Mistakes, named
from picup_planner.cli.usage import WrongUsage
from picup_planner.errors import Mistake, Origin, PicupError
from picup_planner.problem import Absence, Commune, DateRange, Pin, PinKind, Site, SiteClosure, Territory

_DATE = re.compile(r"\s*\d{4}-")
_EXAMPLES = {
    "--absent": "AS 2:2026-12-08..2026-12-10",
    "--closed": "ven-01:2026-12-15",
    "--van-off": "camion:2026-12-11",
    "--hold": "ven-01:2026-12-09:matin",
    "--forbid": "ven-01:2026-12-09",
    "--together": "AS 1,CASP 2:corbas",
}


@dataclass(frozen=True)
class Texts:
    """The texts of each option, as they were typed."""

    absent: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    van_off: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    together: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """Something asked, understood.

    Parameters
    ----------
    noun
        What joins the territory; its origin is the option and the text.
    owner
        Id of the site or of the van it is about; empty when it stands alone.
    """

    noun: Absence | SiteClosure | DateRange | Pin
    origin: Origin
    owner: str = ""

    @property
    def dates(self) -> DateRange | None:
        """Dates it speaks of, ``None`` when it speaks of all."""
        if isinstance(self.noun, Pin):
            return DateRange(first=self.noun.date, last=self.noun.date) if self.noun.date else None
        return DateRange(first=self.noun.first, last=self.noun.last)


def understood(texts: Texts, territory: Territory, month: tuple[date, ...]) -> tuple[Fact, ...]:
    """Read everything asked.

    Parameters
    ----------
    month
        Dates of the month it is asked for.

    Raises
    ------
    PicupError
        With everything that is not understood, each with its option.
    """
    options: tuple[tuple[str, tuple[str, ...], Callable[[str, Origin, Territory], Fact]], ...] = (
        ("--absent", texts.absent, _absent),
        ("--closed", texts.closed, _closed),
        ("--van-off", texts.van_off, _van_off),
        ("--hold", texts.hold, _hold),
        ("--forbid", texts.forbid, _forbid),
        ("--together", texts.together, _together),
    )
    facts, mistakes = [], Mistakes()
    for option, typed, reads in options:
        for text in typed:
            origin = Origin(option, cell=text)
            with mistakes, _told_of(origin):
                fact = reads(text, origin, territory)
                if fact.dates and not any(fact.dates.first <= day <= fact.dates.last for day in month):
                    raise WrongUsage(Mistake("asked-outside-month", {"month": f"{month[0]:%Y-%m}"}))
                facts.append(fact)
    mistakes.told()
    return tuple(facts)


def joined(facts: Iterable[Fact], territory: Territory) -> Territory:
    """Give the territory with what is asked, after what it knows already; pins get ids of their own."""
    facts = tuple(facts)
    taken = {pin.id for pin in territory.pins}
    pins = list(territory.pins)
    for fact in facts:
        if isinstance(fact.noun, Pin):
            name = next(f"{fact.noun.id}-{n}" for n in count(1) if f"{fact.noun.id}-{n}" not in taken)
            taken.add(name)
            pins.append(fact.noun.model_copy(update={"id": name}))
    return territory.model_copy(
        update={
            "absences": (*territory.absences, *(fact.noun for fact in facts if isinstance(fact.noun, Absence))),
            "sites": tuple(
                site.model_copy(update={"closures": (*site.closures, *_of(site.id, facts, SiteClosure))})
                for site in territory.sites
            ),
            "vans": tuple(
                van.model_copy(update={"off": (*van.off, *_of(van.id, facts, DateRange))}) for van in territory.vans
            ),
            "pins": tuple(pins),
        }
    )


def refuse_past(facts: Iterable[Fact], as_of: date) -> None:
    """Refuse what speaks of the past alone: it does not move.

    Raises
    ------
    WrongUsage
        With everything that does.
    """
    mistakes = [
        Mistake("asked-past", {"date": as_of.isoformat()}, fact.origin)
        for fact in facts
        if fact.dates and fact.dates.last <= as_of
    ]
    if mistakes:
        raise WrongUsage(*mistakes)


@contextmanager
def _told_of(origin: Origin) -> Iterator[None]:
    """Say of what is refused which option it was typed for."""
    try:
        yield
    except PicupError as error:
        raise type(error)(*(Mistake(m.message, m.arguments, origin) for m in error.mistakes)) from error


def _of(owner: str, facts: Iterable[Fact], kind: type[SiteClosure | DateRange]) -> list[SiteClosure | DateRange]:
    return [fact.noun for fact in facts if fact.owner == owner and type(fact.noun) is kind]


def _absent(text: str, origin: Origin, territory: Territory) -> Fact:
    who, dates, session = _parts(text, origin, least=2, most=3)
    days = _dates(dates)
    absence = Absence(
        member=named(who, territory.staff, "data-unknown-staff").id,
        first=days.first,
        last=days.last,
        session=_session(session, territory),
        origin=origin,
    )
    return Fact(absence, origin)


def _closed(text: str, origin: Origin, territory: Territory) -> Fact:
    where, dates, _ = _parts(text, origin, least=2, most=2)
    site, days = named(where, territory.sites, "data-unknown-sites"), _dates(dates)
    return Fact(SiteClosure(first=days.first, last=days.last, origin=origin), origin, site.id)


def _van_off(text: str, origin: Origin, territory: Territory) -> Fact:
    """Read the van and its dates; the van need not be named where there is only one."""
    vans = territory.vans
    if _DATE.match(text):
        if len(vans) > 1:
            raise WrongUsage(Mistake("asked-which-van", {"choices": ", ".join(van.id for van in vans)}))
        return Fact(_dates(text), origin, vans[0].id)
    which, dates, _ = _parts(text, origin, least=2, most=2)
    return Fact(_dates(dates), origin, named(which, vans, "asked-unknown-van").id)


def _hold(text: str, origin: Origin, territory: Territory) -> Fact:
    return _pin(PinKind.HELD, _parts(text, origin, least=2, most=3), origin, territory)


def _forbid(text: str, origin: Origin, territory: Territory) -> Fact:
    return _pin(PinKind.FORBIDDEN, _parts(text, origin, least=1, most=3), origin, territory)


def _pin(kind: PinKind, parts: tuple[str, str, str], origin: Origin, territory: Territory) -> Fact:
    """Read a site, or a whole commune, then a date and a session if they are given."""
    where, day, session = parts
    places: tuple[Site | Commune, ...] = (*territory.sites, *territory.communes)
    place = named(where, places, "asked-unknown-place")
    pin = Pin(
        id=kind.value,
        kind=kind,
        commune=place.id if isinstance(place, Commune) else None,
        site=place.id if isinstance(place, Site) else None,
        date=_date(day) if day else None,
        session=_session(session, territory),
        origin=origin,
    )
    return Fact(pin, origin)


def _together(text: str, origin: Origin, territory: Territory) -> Fact:
    people, commune, _ = _parts(text, origin, least=1, most=2)
    who = [named(one, territory.staff, "data-unknown-staff").id for one in people.split(",")]
    if len(set(who)) < len(("one", "other")):
        raise WrongUsage(Mistake("asked-two-people"))
    where = named(commune, territory.communes, "data-unknown-communes").id if commune else None
    kind = PinKind.TOGETHER
    return Fact(Pin(id=kind.value, kind=kind, commune=where, members=tuple(dict.fromkeys(who)), origin=origin), origin)


def _parts(text: str, origin: Origin, least: int, most: int) -> tuple[str, str, str]:
    parts = [part.strip() for part in text.split(":")]
    if not least <= len(parts) <= most or not all(parts):
        raise WrongUsage(Mistake("asked-not-understood", {"example": _EXAMPLES[origin.file]}))
    first, second, third = (*parts, "", "")[:3]
    return first, second, third


def _dates(text: str) -> DateRange:
    """One date, or the first and the last with two dots between."""
    first, dots, last = text.partition("..")
    start = _date(first)
    end = _date(last) if dots else start
    if end < start:
        raise WrongUsage(Mistake("asked-reversed-dates", {"first": start.isoformat(), "last": end.isoformat()}))
    return DateRange(first=start, last=end)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongUsage(Mistake("usage-date", {"value": text.strip()})) from error


def _session(text: str, territory: Territory) -> str | None:
    return named(text, territory.sessions, "data-unknown-sessions").id if text else None
