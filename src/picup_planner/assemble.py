"""Brings all facts together into the problem of one month."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from math import asin, cos, inf, radians, sin, sqrt

from picup_planner.calendars import closed_dates, dates_of
from picup_planner.errors import DataError, Mistake
from picup_planner.problem import (
    Absence,
    Answer,
    Area,
    Availability,
    Depot,
    FixedPermanence,
    Habit,
    Hours,
    Level,
    PastPermanence,
    Problem,
    Promise,
    Reach,
    Site,
    Slot,
    StaffMember,
    Territory,
    TravelTimes,
    Trust,
    WeeklyPermanence,
)
from picup_planner.roads.network import Location
from picup_planner.roads.tags import Vehicle

EARTH_RADIUS = 6_371_008.8
"""Metres, mean radius (IUGG)."""

DAYS_A_MONTH = 30.4375
"""365.25 / 12."""

MONTHS_OF_BALANCE = 3
"""Months of history that count for balance."""


def places(territory: Territory) -> list[Location]:
    """Depots and sites a van could go to: those whose coordinates are known."""
    known: tuple[Depot | Site, ...] = (*territory.depots, *territory.sites)
    return [
        Location(place.id, place.name, place.latitude, place.longitude, place.origin)
        for place in known
        if place.latitude is not None and place.longitude is not None
    ]


def vehicle(territory: Territory) -> Vehicle:
    """Return what must fit on the roads: the highest, widest and heaviest of the vans whose measures are known."""
    sizes = ("height", "width", "weight")
    return Vehicle(
        *(max((size for van in territory.vans if (size := getattr(van, name))), default=None) for name in sizes)
    )


def assemble(  # noqa: PLR0913  one parameter per kind of fact
    territory: Territory,
    month: str,
    travel: TravelTimes,
    *,
    as_of: date | None = None,
    history: tuple[PastPermanence, ...] = (),
    promised: tuple[Promise, ...] = (),
) -> Problem:
    """Assemble the problem of one month.

    Parameters
    ----------
    month
        ``YYYY-MM``.
    travel
        Between every depot and every site that has coordinates.
    as_of
        The day the plan is made from; by default the last day before the month, minus the notice.
    history
        Permanences of the months before.
    promised
        Permanences of this month that the published plan announces.

    Raises
    ------
    DataError
        When the month is not one, or is past the school holidays known; when a permanence of the history is not past;
        when a depot or a site switched on has no travel times.
    """
    dates = dates_of(month)
    mistakes = [
        Mistake("data-history-not-past", {"value": past.id, "date": past.date.isoformat()}, past.origin)
        for past in history
        if past.date >= dates[0]
    ]
    if mistakes:
        raise DataError(*mistakes)
    settings = territory.settings
    closed = closed_dates(month, settings, territory.closures, territory.school_holidays)
    open_dates = tuple(day for day in dates if day not in {shut.date for shut in closed})
    recent = [past for past in history if _months(past.date, dates[0]) <= MONTHS_OF_BALANCE]
    as_of = dates[0] - timedelta(days=1 + settings.notice) if as_of is None else as_of
    over = {promise.id for promise in promised if promise.date <= as_of}
    return Problem(
        territory=territory,
        month=month,
        as_of=as_of,
        closed=closed,
        availability=tuple(_availability(territory, dates)),
        fixed=tuple(_fixed(territory, open_dates, over)),
        travel=travel,
        reach=tuple(_reach(area, territory.sites, settings.walking_distance) for area in territory.areas),
        hours=tuple(_hours(territory, member, open_dates, recent) for member in territory.staff),
        trust=_trust(territory, history, dates[0]),
        history=history,
        promised=promised,
    )


def _months(past: date, today: date) -> int:
    """Calendar months from one date to another: 1 from any day of November to any of December."""
    return 12 * (today.year - past.year) + today.month - past.month


def _availability(territory: Territory, dates: tuple[date, ...]) -> Iterator[Availability]:
    """Answers other than a plain yes, each from where it was given: an absence, an answer of that day, or a habit."""
    answers = _answers(territory)
    for member in territory.staff:
        for day in dates:
            for session in territory.sessions:
                slot = Slot(date=day, session=session.id)
                absence = _absence(territory, member, slot)
                said = answers.get((member.id, day, session.id)) or habit_of(member, slot)
                if absence:
                    yield Availability(member=member.id, slot=slot, level=Level.NO, origin=absence.origin)
                elif said and said.level is not Level.YES:
                    yield Availability(member=member.id, slot=slot, level=said.level, origin=said.origin)


def _answers(territory: Territory) -> dict[tuple[str, date, str], Answer]:
    return {(answer.member, answer.date, answer.session): answer for answer in territory.answers}


def _absence(territory: Territory, member: StaffMember, slot: Slot) -> Absence | None:
    return next(
        (
            absence
            for absence in territory.absences
            if absence.member == member.id
            and absence.first <= slot.date <= absence.last
            and absence.session in (None, slot.session)
        ),
        None,
    )


def habit_of(member: StaffMember, slot: Slot) -> Habit | None:
    """Give the habit that says most against a half-day, none when it is a yes: a no before an if-needed."""
    habits = [
        habit
        for habit in member.habits
        if habit.weekday == slot.date.isoweekday() and habit.session in (None, slot.session)
    ]
    return next((habit for level in (Level.NO, Level.IF_NEEDED) for habit in habits if habit.level is level), None)


def _fixed(territory: Territory, open_dates: tuple[date, ...], held: set[str]) -> Iterator[FixedPermanence]:
    """Yield fixed permanences of the dates on which their sites are open, and those already held, open or not."""
    closures = {site.id: site.closures for site in territory.sites}
    for day in open_dates:
        for weekly in territory.weekly:
            shut = any(closure.first <= day <= closure.last for closure in closures[weekly.site])
            name = f"{weekly.id}-{day:%Y%m%d}"
            if weekly.weekday == day.isoweekday() and (not shut or name in held):
                facts = {field: getattr(weekly, field) for field in WeeklyPermanence.model_fields if field != "weekday"}
                yield FixedPermanence(**facts | {"id": name, "date": day})


def _reach(area: Area, sites: Iterable[Site], metres: int) -> Reach:
    """Sites switched on within walking distance, as the crow flies, of an area."""
    near = (site.id for site in sites if site.on and _metres(area, site) <= metres)
    return Reach(area=area.id, sites=tuple(near))


def _metres(a: Area, b: Site) -> float:
    """Great-circle distance (haversine), infinite when the site has no coordinates."""
    if b.latitude is None or b.longitude is None:
        return inf
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    chord = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(chord))


def _hours(
    territory: Territory, member: StaffMember, open_dates: tuple[date, ...], history: Iterable[PastPermanence]
) -> Hours:
    """Hours of one person: those of the contract, less the part of the usual half-days of open dates not offered.

    In the past, the hours available are those of the contract, for each month in which anybody held a permanence.
    """
    slots = [Slot(date=day, session=session.id) for day in open_dates for session in territory.sessions]
    usual = [slot for slot in slots if not (habit := habit_of(member, slot)) or habit.level is not Level.NO]
    refused = {key for key, answer in _answers(territory).items() if answer.level is Level.NO}
    kept = [
        slot
        for slot in usual
        if not _absence(territory, member, slot) and (member.id, slot.date, slot.session) not in refused
    ]
    second = timedelta(seconds=1)
    return Hours(
        member=member.id,
        available=(member.hours * len(kept)) // (second * len(usual)) * second if usual else timedelta(0),
        past=sum((past.length for past in history if member.id in past.members), timedelta(0)),
        past_available=member.hours * len({(past.date.year, past.date.month) for past in history}),
    )


def _trust(territory: Territory, history: Iterable[PastPermanence], today: date) -> tuple[Trust, ...]:
    """One point per past meeting of a person and a commune, halved every `trust_half_life` months until `today`.

    Fixed permanences are meetings when the territory says so.

    Rounded to a millionth, so that every machine computes the same problem.
    """
    known = {member.id for member in territory.staff}
    communes = {commune.id for commune in territory.communes}
    half_life = territory.settings.trust_half_life * DAYS_A_MONTH
    points: dict[tuple[str, str], float] = defaultdict(float)
    fixed_too = territory.settings.fixed_build_trust
    for past in (past for past in history if fixed_too or past.session is not None):
        for member in known & set(past.members):
            if past.commune in communes:
                points[member, past.commune] += 0.5 ** ((today - past.date).days / half_life)
    return tuple(
        Trust(member=member, commune=commune, value=round(value, 6))
        for (member, commune), value in sorted(points.items())
    )
