"""What every rule reads in a plan: permanences, tours and people's days, with the problem's own hours and journeys.

What the problem does not know (a site, a session, a van, a person, a date of another month) is reported by
`plan_consistency` and left out here, so that every other rule speaks of what it understands. Hours are counted from
midnight, as lengths, so that a day may begin before it or end after it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from datetime import time, timedelta
from itertools import pairwise
from math import ceil
from typing import Protocol, TypeVar

from picup_planner.errors import Origin
from picup_planner.plan import Breach, Kind, Permanence, Plan
from picup_planner.problem import Problem, Rule, Site, Van

MINUTE = timedelta(minutes=1)
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Duty:
    """A permanence of the plan; `session` and `van` are ``None`` when it is fixed, `crew` is (role, member) pairs."""

    id: str
    site: Site
    date: Date
    start: timedelta
    end: timedelta
    crew: tuple[tuple[str, str], ...]
    session: str | None = None
    van: Van | None = None

    @property
    def commune(self) -> str:
        """Id of the commune it is held in."""
        return self.site.commune

    @property
    def people(self) -> set[str]:
        """Ids of the people who hold it."""
        return {member for _, member in self.crew}


@dataclass(frozen=True)
class Drive:
    """One drive of a van, from a location to the next."""

    start: str
    end: str
    departure: timedelta
    length: timedelta
    metres: int


@dataclass(frozen=True)
class Route:
    """What a van drives in one day; `length` is depot to depot less lunch."""

    van: Van
    date: Date
    stops: tuple[Duty, ...]
    drives: tuple[Drive, ...]
    departure: timedelta
    arrival: timedelta
    length: timedelta

    @property
    def minutes(self) -> int:
        """Driving time, rounded up once."""
        return ceil(sum((drive.length for drive in self.drives), NOTHING) / MINUTE)


@dataclass(frozen=True)
class Day:
    """What one person does on one date: duties in order of hour, first departure, last return, length of duty."""

    member: str
    date: Date
    duties: tuple[Duty, ...]
    start: timedelta
    end: timedelta
    length: timedelta


class Dated(Protocol):
    """Something of one date."""

    @property
    def date(self) -> Date:
        """Its date."""


D = TypeVar("D", bound=Dated)


def coming(problem: Problem, dated: Iterable[D]) -> list[D]:
    """Keep what is still to come: what took place may break a rule, and is judged by none."""
    return [one for one in dated if one.date > problem.as_of]


def breach(constraint: str, *subject: object, found: Iterable[object] = (), origin: Origin | None = None) -> Breach:
    """Write down a broken rule; dates and numbers go in their ISO form."""
    rule = Rule(constraint=constraint, subject=tuple(map(str, subject)), origin=origin)
    return Breach(rule=rule, found=tuple(map(str, found)))


def visits(problem: Problem, plan: Plan) -> list[Duty]:
    """Give the mobile permanences of the plan, in order of date and hour."""
    sites = {site.id: site for site in problem.territory.sites}
    sessions = {session.id: session for session in problem.territory.sessions}
    vans = {van.id: van for van in problem.territory.vans}
    read = [
        Duty(
            id=held.id,
            site=sites[held.place.id],
            date=held.date,
            start=since_midnight(sessions[held.session].start),
            end=since_midnight(sessions[held.session].end),
            crew=_crew(problem, held),
            session=held.session,
            van=vans[held.van],
        )
        for held in plan.permanences
        if held.kind is Kind.MOBILE
        and held.place.id in sites
        and held.session in sessions
        and held.van in vans
        and held.date in problem.dates
    ]
    return sorted(read, key=_order)


def fixed_duties(problem: Problem, plan: Plan) -> list[Duty]:
    """Give the fixed permanences of the plan, where and when the problem puts them, in order of date and hour."""
    sites = {site.id: site for site in problem.territory.sites}
    given = {duty.id: duty for duty in problem.fixed}
    read = [
        Duty(
            id=held.id,
            site=sites[given[held.id].site],
            date=given[held.id].date,
            start=since_midnight(given[held.id].start),
            end=since_midnight(given[held.id].end),
            crew=_crew(problem, held),
        )
        for held in plan.permanences
        if held.kind is Kind.FIXED and held.id in given
    ]
    return sorted(read, key=_order)


def all_duties(problem: Problem, plan: Plan) -> list[Duty]:
    """Give the mobile and the fixed permanences of the plan, in order of date and hour."""
    return sorted([*visits(problem, plan), *fixed_duties(problem, plan)], key=_order)


def routes(problem: Problem, plan: Plan) -> list[Route]:
    """Give what each van drives each day, as its permanences say: depot, sites in session order, depot."""
    stops: dict[tuple[str, Date], list[Duty]] = defaultdict(list)
    vans = {van.id: van for van in problem.territory.vans}
    for visit in visits(problem, plan):
        if visit.van:
            stops[visit.van.id, visit.date].append(visit)
    return [_route(problem, vans[van], day, tuple(held)) for (van, day), held in sorted(stops.items())]


def days(problem: Problem, plan: Plan) -> list[Day]:
    """Give the day of each person who works, by person and date."""
    driven = {(route.van.id, route.date): route for route in routes(problem, plan)}
    held: dict[tuple[str, Date], list[Duty]] = defaultdict(list)
    for duty in all_duties(problem, plan):
        for member in sorted(duty.people):
            held[member, duty.date].append(duty)
    return [_day(member, date, tuple(duties), driven) for (member, date), duties in sorted(held.items())]


def duty_lengths(problem: Problem, plan: Plan) -> dict[str, timedelta]:
    """Give the length of duty of each person in the month: tours less lunch, and hours of fixed permanences."""
    lengths = {member.id: NOTHING for member in problem.territory.staff}
    for day in days(problem, plan):
        lengths[day.member] += day.length
    return lengths


def sessions_met(problem: Problem, duty: Duty) -> set[str]:
    """Give the sessions whose availability a permanence asks for.

    Its own session when mobile; when fixed, the sessions its hours meet, or all those of the day when it meets none.
    """
    if duty.session:
        return {duty.session}
    sessions = problem.territory.sessions
    met = {s.id for s in sessions if overlap(duty.start, duty.end, since_midnight(s.start), since_midnight(s.end))}
    return met or {session.id for session in sessions}


def overlap(start: timedelta, end: timedelta, other_start: timedelta, other_end: timedelta) -> bool:
    """Tell whether two intervals share more than an instant.

    Examples
    --------
    >>> nine, noon, two = timedelta(hours=9), timedelta(hours=12), timedelta(hours=14)
    >>> overlap(nine, noon, noon, two), overlap(nine, two, noon, two)
    (False, True)
    """
    return max(start, other_start) < min(end, other_end)


def lunch_between(problem: Problem, first: Duty, second: Duty) -> timedelta:
    """Give the lunch due between two duties: one when the time between them meets midday."""
    settings = problem.territory.settings
    midday = since_midnight(settings.midday_start), since_midnight(settings.midday_end)
    return settings.lunch if overlap(first.end, second.start, *midday) else NOTHING


def busy_between(problem: Problem, first: Duty, second: Duty) -> timedelta:
    """Give what two duties of one person take between them, lunch left out: tear-down, journeys and set-up.

    From one stop of a tour to the next, and from a fixed permanence to another, the journey is direct; between a
    fixed and a mobile permanence it passes by the depot of the van.
    """
    settings = problem.territory.settings
    left = first.end + (settings.tear_down if first.van else NOTHING)
    ready = second.start - (settings.set_up if second.van else NOTHING)
    if second.van and not first.van:
        depot = second.van.depot
        journey = drive(problem, first.site.id, depot, left) + drive(problem, depot, second.site.id, ready)
    elif first.van and not second.van:
        depot = first.van.depot
        journey = drive(problem, first.site.id, depot, left) + drive(problem, depot, second.site.id, left)
    else:
        journey = drive(problem, first.site.id, second.site.id, left)
    return left - first.end + journey + second.start - ready


def drive(problem: Problem, start: str, end: str, at: timedelta) -> timedelta:
    """Give the driving time around an hour; none to or from a place whose position is unknown."""
    if start not in problem.travel or end not in problem.travel:
        return NOTHING
    return problem.travel.between(start, end, to_time(at))


def since_midnight(hour: time) -> timedelta:
    """Give an hour of the day as a length."""
    return timedelta(hours=hour.hour, minutes=hour.minute, seconds=hour.second, microseconds=hour.microsecond)


def to_time(length: timedelta) -> time:
    """Give a length since midnight as an hour of the day, its first or last second when beyond it."""
    seconds = min(max(length // timedelta(seconds=1), 0), 86_399)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def hour_text(length: timedelta) -> str:
    """Give a length since midnight as ``HH:MM``."""
    return f"{to_time(length):%H:%M}"


def _crew(problem: Problem, held: Permanence) -> tuple[tuple[str, str], ...]:
    roles = {role.id for role in problem.territory.roles}
    staff = {member.id for member in problem.territory.staff}
    return tuple((one.role, one.member) for one in held.crew if one.role in roles and one.member in staff)


def _order(duty: Duty) -> tuple[Date, timedelta, timedelta, str]:
    return duty.date, duty.start, duty.end, duty.id


def _route(problem: Problem, van: Van, date: Date, stops: tuple[Duty, ...]) -> Route:
    settings = problem.territory.settings
    ready = stops[0].start - settings.set_up
    out = drive(problem, van.depot, stops[0].site.id, ready)
    locations = [stop.site.id for stop in stops] + [van.depot]
    drives = [_drive(problem, van.depot, stops[0].site.id, ready - out, out)]
    for stop, following in zip(stops, locations[1:], strict=True):
        left = stop.end + settings.tear_down
        drives.append(_drive(problem, stop.site.id, following, left, drive(problem, stop.site.id, following, left)))
    departure, arrival = ready - out, drives[-1].departure + drives[-1].length
    lunches = sum((lunch_between(problem, a, b) for a, b in pairwise(stops)), NOTHING)
    return Route(van, date, stops, tuple(drives), departure, arrival, arrival - departure - lunches)


def _drive(problem: Problem, start: str, end: str, departure: timedelta, length: timedelta) -> Drive:
    known = start in problem.travel and end in problem.travel
    return Drive(start, end, departure, length, problem.travel.length(start, end) if known else 0)


def _day(member: str, date: Date, duties: tuple[Duty, ...], driven: dict[tuple[str, Date], Route]) -> Day:
    tours = [driven[van, date] for van in sorted({duty.van.id for duty in duties if duty.van})]
    fixed = [duty for duty in duties if not duty.van]
    return Day(
        member=member,
        date=date,
        duties=duties,
        start=min([tour.departure for tour in tours] + [duty.start for duty in fixed]),
        end=max([tour.arrival for tour in tours] + [duty.end for duty in fixed]),
        length=sum([tour.length for tour in tours] + [duty.end - duty.start for duty in fixed], NOTHING),
    )
