"""Problems and plans written by hand, without the solver, for every room's tests.

`tiny_problem()` is a week of two communes: amont (sites amont-1 and amont-2) and aval (site aval-1, and the social
centre centre-1 of the one fixed permanence, fixe-1, on Wednesday morning). Monday 7 to Friday 11 December 2026 are
open. Everybody has one role: as-1 and as-2 are social workers, casp-1 and casp-2 counsellors; as-1 and casp-2 drive.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from typing import TypeVar

from pydantic import BaseModel

from picup_planner.plan import Assignment, Kind, Leg, Permanence, Place, Plan, Provenance, Tour
from picup_planner.problem import (
    Area,
    ClosedDate,
    ClosureReason,
    Commune,
    Depot,
    FixedPermanence,
    Frequency,
    Hours,
    Partner,
    Problem,
    Reach,
    Role,
    Service,
    Session,
    Settings,
    Site,
    SiteKind,
    StaffMember,
    Territory,
    TravelTimes,
    Van,
)

MINUTES = {
    "depot": {"depot": 0, "amont-1": 10, "amont-2": 15, "aval-1": 9, "centre-1": 14},
    "amont-1": {"depot": 8, "amont-1": 0, "amont-2": 7, "aval-1": 12, "centre-1": 6},
    "amont-2": {"depot": 11, "amont-1": 5, "amont-2": 0, "aval-1": 15, "centre-1": 9},
    "aval-1": {"depot": 14, "amont-1": 8, "amont-2": 13, "aval-1": 0, "centre-1": 12},
    "centre-1": {"depot": 6, "amont-1": 11, "amont-2": 5, "aval-1": 10, "centre-1": 0},
}
"""Driving minutes of the tiny problem, from row to column; ten minutes to and from any other place."""

Crew = Mapping[str, str]
"""Member by role."""

N = TypeVar("N", bound=BaseModel)


def tiny_problem(**changes: object) -> Problem:
    """Two communes, three sites and a social centre, four people, one van, five open days, one fixed permanence.

    Parameters
    ----------
    changes
        As for :func:`problem_with`.
    """
    staff = tuple(
        StaffMember(
            id=f"{role}-{n}", name=name, roles=(role,), partner=partner, hours=timedelta(hours=40), driver=driver
        )
        for role, n, name, partner, driver in (
            ("as", 1, "Ada", "ville", True),
            ("as", 2, "Bruno", "ville", False),
            ("casp", 1, "Chloé", "asso", False),
            ("casp", 2, "Driss", "asso", True),
        )
    )
    sites = (
        Site(id="amont-1", name="Place d’Amont", commune="amont", kind=SiteKind.SQUARE, latitude=45.72, longitude=4.85),
        Site(id="amont-2", name="Gare d’Amont", commune="amont", kind=SiteKind.STATION, latitude=45.73, longitude=4.87),
        Site(id="aval-1", name="Place d’Aval", commune="aval", kind=SiteKind.SQUARE, latitude=45.68, longitude=4.86),
        Site(
            id="centre-1",
            name="Centre social d’Aval",
            commune="aval",
            kind=SiteKind.SOCIAL_CENTRE,
            latitude=45.69,
            longitude=4.87,
        ),
    )
    territory = Territory(
        id="essai",
        name="Essai",
        service=Service(name="Service d’essai"),
        communes=(
            Commune(id="amont", insee="69901", name="Amont", contour=_square(45.725), frequency=_FREQUENCY),
            Commune(id="aval", insee="69902", name="Aval", contour=_square(45.685), frequency=_FREQUENCY),
        ),
        sites=sites,
        areas=(
            Area(id="amont-est", name="Est", commune="amont", residents=1200, latitude=45.73, longitude=4.87),
            Area(id="aval-bas", name="Bas", commune="aval", residents=None, latitude=45.68, longitude=4.86),
        ),
        depots=(Depot(id="depot", name="Dépôt", latitude=45.70, longitude=4.86),),
        vans=(Van(id="van-1", name="Fourgon 1", depot="depot"),),
        sessions=(
            Session(id="matin", name="Matin", start=time(9), end=time(12)),
            Session(id="apres-midi", name="Après-midi", start=time(13, 30), end=time(16, 30)),
        ),
        roles=(
            Role(id="as", name="Travailleur social", abbreviation="AS"),
            Role(id="casp", name="Conseiller emploi", abbreviation="CASP"),
        ),
        partners=(Partner(id="ville", name="Ville"), Partner(id="asso", name="Association")),
        staff=staff,
        settings=Settings(min_gap=2, max_gap=14, faces=1),
    )
    problem = Problem(
        territory=territory,
        month="2026-12",
        as_of=date(2026, 11, 15),
        closed=tuple(
            ClosedDate(date=date(2026, 12, day), reason=ClosureReason.TERRITORY)
            for day in range(1, 32)
            if day not in range(7, 12)
        ),
        fixed=(
            FixedPermanence(
                id="fixe-1",
                name="Permanence du mercredi",
                site="centre-1",
                date=date(2026, 12, 9),
                start=time(9, 30),
                end=time(11, 30),
                roles=("as", "casp"),
            ),
        ),
        travel=travel_times([depot.id for depot in territory.depots] + [site.id for site in sites]),
        reach=(Reach(area="amont-est", sites=("amont-2",)), Reach(area="aval-bas", sites=("aval-1",))),
        hours=hours_of(staff),
    )
    return problem_with(problem, **changes)


def problem_with(problem: Problem | None = None, /, **changes: object) -> Problem:
    """Rebuild a problem (by default the tiny one), validated again, with other values for some fields.

    Parameters
    ----------
    problem
        The problem changed.
    changes
        Fields of `Territory` and of `Problem`; `settings` as a dict of the settings changed. Hours and travel times
        follow new staff, sites and depots unless they are given too.
    """
    problem = tiny_problem() if problem is None else problem
    settings = _changed(problem.territory.settings, changes.pop("settings", {}))
    lasting = {name: changes.pop(name) for name in list(changes) if name in Territory.model_fields}
    territory = _changed(problem.territory, {**lasting, "settings": settings})
    if "staff" in lasting:
        changes.setdefault("hours", hours_of(territory.staff))
    if lasting.keys() & {"sites", "depots"}:
        places = (*territory.depots, *territory.sites)
        changes.setdefault("travel", travel_times([place.id for place in places]))
    return _changed(problem, {**changes, "territory": territory})


def replaced(nouns: Iterable[N], which: str, **changes: object) -> tuple[N, ...]:
    """Nouns of the input with other values for some fields of the one whose id is `which`."""
    return tuple(_changed(noun, changes) if noun.id == which else noun for noun in nouns)


def hours_of(staff: Iterable[StaffMember]) -> tuple[Hours, ...]:
    """Hours of people who are never absent and have no past."""
    return tuple(Hours(member=member.id, available=member.hours) for member in staff)


def travel_times(locations: Sequence[str], minutes: Mapping[str, Mapping[str, float]] = MINUTES) -> TravelTimes:
    """Travel times from a table in minutes, ten minutes where it is silent, at 36 km/h."""
    rows = [[0 if a == b else minutes.get(a, {}).get(b, 10) for b in locations] for a in locations]
    return TravelTimes(
        locations=tuple(locations),
        seconds=tuple(tuple(60.0 * value for value in row) for row in rows),
        metres=tuple(tuple(round(600 * value) for value in row) for row in rows),
    )


def hand_plan(
    problem: Problem,
    visits: Sequence[tuple[str, date | int, str, Crew] | tuple[str, date | int, str, Crew, str]] = (),
    fixed: Mapping[str, Crew] | None = None,
) -> Plan:
    """Write out a whole plan, objectives left empty, from what a person would note on paper.

    Parameters
    ----------
    problem
        Where places, hours and travel times are read; no rule is checked.
    visits
        (site, date or day of the month, session, member by role), and the van unless it is the first one.
    fixed
        Member by role for each fixed permanence, by id; the others are staffed by nobody.
    """
    territory = problem.territory
    starts = {session.id: session.start for session in territory.sessions}
    first_van = territory.vans[0].id
    noted = [
        (site, _date(problem, day), session, crew, *(van or (first_van,))) for site, day, session, crew, *van in visits
    ]
    noted.sort(key=lambda visit: (visit[1], starts[visit[2]], visit[0]))
    numbers: Counter[str] = Counter()
    mobile: list[Permanence] = []
    routes: dict[tuple[str, date], list[Permanence]] = {}
    for visit in noted:
        commune = place(problem, visit[0]).commune
        numbers[commune] += 1
        mobile.append(_mobile(problem, numbers[commune], visit))
        routes.setdefault((visit[4], visit[1]), []).append(mobile[-1])
    crews = fixed or {}
    assert crews.keys() <= {duty.id for duty in problem.fixed}
    held = [
        Permanence(
            id=duty.id,
            kind=Kind.FIXED,
            place=place(problem, duty.site),
            date=duty.date,
            start=duty.start,
            end=duty.end,
            crew=crew_of(problem, crews.get(duty.id, {})),
        )
        for duty in problem.fixed
    ]
    return Plan(
        territory=territory.id,
        territory_name=territory.name,
        month=problem.month,
        permanences=tuple(sorted([*mobile, *held], key=lambda p: (p.date, p.start, p.id))),
        tours=tuple(_tour(problem, van, stops) for (van, _), stops in routes.items()),
        provenance=Provenance(problem_hash=problem.hash, made_on=problem.as_of),
    )


def place(problem: Problem, site_id: str) -> Place:
    """Give the place a reader is told for a site."""
    site = next(site for site in problem.territory.sites if site.id == site_id)
    commune = next(commune for commune in problem.territory.communes if commune.id == site.commune)
    return Place(
        id=site.id,
        name=site.name,
        commune=commune.id,
        commune_name=commune.name,
        neighbourhood=site.neighbourhood,
        latitude=site.latitude,
        longitude=site.longitude,
    )


def crew_of(problem: Problem, crew: Crew) -> tuple[Assignment, ...]:
    """Give the assignments of a crew, from member by role."""
    roles = {role.id: role.name for role in problem.territory.roles}
    names = {member.id: member.name for member in problem.territory.staff}
    return tuple(
        Assignment(role=role, role_name=roles[role], member=member, member_name=names[member])
        for role, member in crew.items()
    )


_FREQUENCY = Frequency(minimum=1, maximum=3, target=2)


def _square(latitude: float) -> tuple[tuple[float, float], ...]:
    west, south, size = 4.83, latitude - 0.018, 0.036
    east, north = west + 1.5 * size, south + size
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def _changed(noun: N, changes: Mapping[str, object]) -> N:
    fields = type(noun).model_fields
    assert changes.keys() <= fields.keys(), f"unknown fields {changes.keys() - fields.keys()}"
    return type(noun)(**{name: getattr(noun, name) for name in fields} | dict(changes))


def _date(problem: Problem, day: date | int) -> date:
    return problem.dates[day - 1] if isinstance(day, int) else day


def _mobile(problem: Problem, number: int, visit: tuple[str, date, str, Crew, str]) -> Permanence:
    site, day, session_id, crew, van = visit
    where = place(problem, site)
    session = next(session for session in problem.territory.sessions if session.id == session_id)
    return Permanence(
        id=f"{where.commune}-{problem.month.replace('-', '')}-{number}",
        kind=Kind.MOBILE,
        place=where,
        date=day,
        session=session_id,
        start=session.start,
        end=session.end,
        van=van,
        crew=crew_of(problem, crew),
    )


def _tour(problem: Problem, van_id: str, stops: Sequence[Permanence]) -> Tour:
    territory, settings, travel = problem.territory, problem.territory.settings, problem.travel
    van = next(van for van in territory.vans if van.id == van_id)
    depot = next(depot for depot in territory.depots if depot.id == van.depot)
    midnight = datetime.combine(stops[0].date, time())
    opening = datetime.combine(midnight, settings.midday_start), datetime.combine(midnight, settings.midday_end)
    there = datetime.combine(midnight, stops[0].start) - settings.set_up
    first = there - travel.between(depot.id, stops[0].place.id, there.time())
    legs = [_leg(problem, depot.id, stops[0].place.id, first, there)]
    lunches = 0
    for a, b in pairwise(stops):
        ending, starting = datetime.combine(midnight, a.end), datetime.combine(midnight, b.start)
        lunches += max(ending, opening[0]) < min(starting, opening[1])
        leaving = ending + settings.tear_down
        arriving = leaving + travel.between(a.place.id, b.place.id, leaving.time())
        legs.append(_leg(problem, a.place.id, b.place.id, leaving, arriving))
    leaving = datetime.combine(midnight, stops[-1].end) + settings.tear_down
    back = leaving + travel.between(stops[-1].place.id, depot.id, leaving.time())
    legs.append(_leg(problem, stops[-1].place.id, depot.id, leaving, back))
    return Tour(
        van=van.id,
        van_name=van.name,
        date=stops[0].date,
        depot=depot.id,
        depot_name=depot.name,
        depot_latitude=depot.latitude,
        depot_longitude=depot.longitude,
        permanences=tuple(stop.id for stop in stops),
        legs=tuple(legs),
        length=back - first - lunches * settings.lunch,
        minutes=ceil(sum(leg.seconds for leg in legs) / 60),
    )


def _leg(problem: Problem, start: str, end: str, departure: datetime, arrival: datetime) -> Leg:
    return Leg(
        start=start,
        end=end,
        departure=departure.time(),
        arrival=arrival.time(),
        seconds=int((arrival - departure).total_seconds()),
        metres=problem.travel.length(start, end),
    )
