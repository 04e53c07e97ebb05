"""One month's problem: the territory with its dates, answers, fixed permanences, travel times and history."""

import calendar
import hashlib
import json
from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from datetime import time, timedelta
from enum import StrEnum
from functools import cached_property
from math import ceil
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from picup_planner.errors import DataError, Mistake
from picup_planner.problem.base import Id, Known, Noun, Roles, Text
from picup_planner.problem.people import Level
from picup_planner.problem.territory import Territory


class Slot(Noun):
    """A date and a session (its id)."""

    date: Date
    session: Id


class ClosureReason(StrEnum):
    """Why a date is closed."""

    WEEKDAY = "weekday"
    PUBLIC_HOLIDAY = "public-holiday"
    SCHOOL_HOLIDAY = "school-holiday"
    TERRITORY = "territory"


class Availability(Known):
    """Answer of a person for one half-day; half-days not listed are a yes."""

    member: Id
    slot: Slot
    level: Level


class FixedPermanence(Known):
    """One fixed permanence: place, date and hours given, no van; `crew` is given or, when empty, decided."""

    id: Id
    name: Text
    site: Id
    date: Date
    start: time
    end: time
    roles: Roles
    crew: tuple[Id, ...] = ()


class ClosedDate(Known):
    """A date on which no permanence is held, and why."""

    date: Date
    reason: ClosureReason
    name: Text = ""


class TravelTimes(Noun):
    """Driving times and lengths between locations, never symmetrised.

    Parameters
    ----------
    locations
        Ids of depots and sites, in the order of rows and columns.
    seconds
        Seconds from row to column, unrounded, shape (n, n).
    metres
        Metres from row to column, shape (n, n).
    hour_factors
        Multiplies a time by the hour of the day, 24 values.

    Examples
    --------
    >>> slow_at_eight = (1.0,) * 8 + (1.5,) + (1.0,) * 15
    >>> times = TravelTimes(
    ...     locations=("depot", "ven-01"), seconds=((0, 300.2), (340, 0)), metres=((0, 2100), (2350, 0)),
    ...     hour_factors=slow_at_eight,
    ... )
    >>> [str(times.between("depot", "ven-01", time(hour))) for hour in (8, 10)]
    ['0:07:31', '0:05:01']
    >>> times.length("ven-01", "depot")
    2350
    """

    locations: tuple[Id, ...]
    seconds: tuple[tuple[float, ...], ...]
    metres: tuple[tuple[int, ...], ...]
    hour_factors: tuple[float, ...] = (1.0,) * 24

    @model_validator(mode="after")
    def _square(self) -> Self:
        size = len(self.locations)
        for matrix in (self.seconds, self.metres):
            if len(matrix) != size or any(len(row) != size for row in matrix):
                msg = "travel times need one row and one column per location"
                raise ValueError(msg)
        return self

    @cached_property
    def _index(self) -> dict[str, int]:
        return {location: i for i, location in enumerate(self.locations)}

    def __contains__(self, location: object) -> bool:
        """Whether the location has a row and a column."""
        return location in self._index

    def between(self, start: str, end: str, at: time) -> timedelta:
        """Driving time from `start` to `end` around the hour `at`, rounded up to whole seconds, once."""
        raw = self.seconds[self._index[start]][self._index[end]] * self.hour_factors[at.hour]
        return timedelta(seconds=ceil(raw))

    def length(self, start: str, end: str) -> int:
        """Metres from `start` to `end`."""
        return self.metres[self._index[start]][self._index[end]]


class Hours(Noun):
    """Hours of one person: available this month, held and available in the three months before."""

    member: Id
    available: timedelta
    past: timedelta = timedelta(0)
    past_available: timedelta = timedelta(0)


class Trust(Noun):
    """How well a commune's residents know a person: 1 for a meeting today, halved every `trust_half_life` months."""

    member: Id
    commune: Id
    value: Annotated[float, Field(ge=0)]


class PastPermanence(Known):
    """A permanence that took place before the month; `session` is ``None`` for a fixed one."""

    id: Id
    site: Id
    commune: Id
    date: Date
    session: Id | None = None
    members: tuple[Id, ...] = ()
    length: timedelta = timedelta(0)


class Promise(Known):
    """A permanence the published plan announces; on a date that is past, one that took place.

    Parameters
    ----------
    session, van
        ``None`` for a fixed permanence, whose place and hours the problem gives.
    crew
        (role, member), by role.
    """

    id: Id
    site: Id
    date: Date
    session: Id | None = None
    van: Id | None = None
    crew: tuple[tuple[Id, Id], ...] = ()

    @property
    def people(self) -> set[str]:
        """Ids of those who are promised."""
        return {member for _, member in self.crew}


class Reach(Noun):
    """Sites within walking distance of an area."""

    area: Id
    sites: tuple[Id, ...]


class Problem(Noun):
    """The whole input for one calendar month.

    Parameters
    ----------
    month
        ``YYYY-MM``.
    as_of
        The day the plan is made from: notice and permit delays count from it, earlier dates do not move.
    closed
        Closed dates of the month, each with its reason; the other dates are open.
    availability
        Half-days of the month that are not a plain yes.
    fixed
        Fixed permanences of the month.
    travel
        Between every depot and every site that has coordinates.
    reach
        One entry per area.
    promised
        What the published plan announces this month, mobile and fixed; empty before a first publication. What was
        cancelled is not among them.

    Raises
    ------
    DataError
        When something refers to an id the territory does not have, or no longer has although it took place there.
    """

    territory: Territory
    month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    as_of: Date
    closed: tuple[ClosedDate, ...] = ()
    availability: tuple[Availability, ...] = ()
    fixed: tuple[FixedPermanence, ...] = ()
    travel: TravelTimes
    reach: tuple[Reach, ...] = ()
    hours: tuple[Hours, ...]
    trust: tuple[Trust, ...] = ()
    history: tuple[PastPermanence, ...] = ()
    promised: tuple[Promise, ...] = ()

    @model_validator(mode="after")
    def _references(self) -> Self:
        if mistakes := (*self._unknown(), *self._unreachable(), *self._untold()):
            raise DataError(*mistakes)
        return self

    def _unknown(self) -> Iterator[Mistake]:
        sites = {site.id for site in self.territory.sites}
        staff = {member.id for member in self.territory.staff}
        sessions = {session.id for session in self.territory.sessions}
        for duty in self.fixed:
            if duty.site not in sites:
                yield Mistake("data-unknown-sites", {"value": duty.site}, duty.origin)
            yield from (Mistake("data-unknown-staff", {"value": m}, duty.origin) for m in duty.crew if m not in staff)
        for entry in self.availability:
            if entry.member not in staff:
                yield Mistake("data-unknown-staff", {"value": entry.member}, entry.origin)
            if entry.slot.session not in sessions:
                yield Mistake("data-unknown-sessions", {"value": entry.slot.session}, entry.origin)
        for promise in self.promised:
            if promise.site not in sites:
                yield Mistake("data-unknown-sites", {"value": promise.site}, promise.origin)
            unknown = sorted(promise.people - staff)
            yield from (Mistake("data-unknown-staff", {"value": m}, promise.origin) for m in unknown)
        if {entry.member for entry in self.hours} != staff:
            yield Mistake("data-hours-of-everyone")

    def _unreachable(self) -> Iterator[Mistake]:
        held = {duty.site for duty in self.fixed} | {promise.site for promise in self.past}
        for site in self.territory.sites:
            if (site.on or site.id in held) and site.id not in self.travel:
                yield Mistake("data-site-without-travel-times", {"site": site.name}, site.origin)
        for depot in self.territory.depots:
            if depot.id not in self.travel:
                yield Mistake("data-site-without-travel-times", {"site": depot.name}, depot.origin)

    def _untold(self) -> Iterator[Mistake]:
        vans = {van.id for van in self.territory.vans}
        sessions = {session.id for session in self.territory.sessions}
        staff = {member.id: member for member in self.territory.staff}
        fixed = {duty.id for duty in self.fixed}
        for promise in self.promised:
            told = {"permanence": promise.id, "date": promise.date.isoformat()}
            if f"{promise.date:%Y-%m}" != self.month:
                yield Mistake("data-promise-out-of-month", told, promise.origin)
                continue
            if promise.date > self.as_of:
                continue
            if promise.session is None and promise.id not in fixed:
                yield Mistake("data-past-fixed", told, promise.origin)
            if promise.session is not None and promise.session not in sessions:
                yield Mistake("data-past-sessions", {**told, "value": promise.session}, promise.origin)
            if promise.session is not None and promise.van not in vans:
                yield Mistake("data-past-vans", {**told, "value": promise.van or ""}, promise.origin)
            for role, member in promise.crew:
                if member in staff and role not in staff[member].roles:
                    who = {"member": staff[member].name, "value": role}
                    yield Mistake("data-past-roles", {**told, **who}, promise.origin)

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        """Every date of the month, closed ones included."""
        year, month = map(int, self.month.split("-"))
        return tuple(Date(year, month, day + 1) for day in range(calendar.monthrange(year, month)[1]))

    @cached_property
    def open_dates(self) -> tuple[Date, ...]:
        """Dates of the month on which permanences may be held."""
        shut = {closed.date for closed in self.closed}
        return tuple(date for date in self.dates if date not in shut)

    @cached_property
    def coming(self) -> tuple[Date, ...]:
        """Dates of the month that are still to come; the others do not move, and no rule judges them."""
        return tuple(date for date in self.dates if date > self.as_of)

    @property
    def past(self) -> tuple[Promise, ...]:
        """Promises that took place: the plan holds them as they were, and nothing else on their dates."""
        return tuple(promise for promise in self.promised if promise.date <= self.as_of)

    @property
    def over(self) -> bool:
        """Whether nothing can be held any more: what the month still lacks, no plan can bring."""
        return self.as_of >= (self.open_dates or self.dates)[-1]

    def past_dates(self, commune: str) -> tuple[Date, ...]:
        """Dates before the month on which a commune had a mobile permanence, in order."""
        held = (past for past in self.history if past.session is not None)
        return tuple(sorted(past.date for past in held if past.commune == commune))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the problem's facts, as 64 hexadecimal digits.

        Origins are left out, and so is what has its default: a field added since changes no hash.
        """
        facts = _without_origins(self.model_dump(mode="json", exclude_defaults=True))
        return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _without_origins(value: Any) -> Any:  # noqa: ANN401  any JSON value
    if isinstance(value, dict):
        return {key: _without_origins(inner) for key, inner in value.items() if key != "origin"}
    if isinstance(value, list):
        return [_without_origins(inner) for inner in value]
    return value
