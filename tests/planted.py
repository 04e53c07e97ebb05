"""Problems drawn at random around a planted plan: whatever is drawn, one plan at least keeps every rule.

A territory is drawn first, then a plan is written into it permanence by permanence, then facts that constrain it
(answers, markets, pins, lower maxima) are added one by one. Whatever would make evaluation report a broken rule is
dropped, so that infeasible is never an excuse.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from itertools import product
from random import Random
from typing import NamedTuple

from facts import DAY, FACTS, HOUR, OTHER_FACTS, drawn_crew, drawn_frequency
from picup_planner.evaluation import broken_rules
from picup_planner.plan import Plan
from picup_planner.problem import (
    Area,
    ClosedDate,
    ClosureReason,
    Commune,
    Depot,
    FixedPermanence,
    Hours,
    Partner,
    PastPermanence,
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
    Trust,
    Van,
)
from problems import Crew, hand_plan, problem_with

SESSIONS = (
    Session(id="matin", name="Matin", start=time(9), end=time(12)),
    Session(id="apres-midi", name="Après-midi", start=time(13, 30), end=time(16, 30)),
    Session(id="soir", name="Soir", start=time(17, 30), end=time(19, 30)),
)
ROLES = (Role(id="as", name="Travailleur social"), Role(id="casp", name="Conseiller emploi"))
Visit = tuple[str, date, str, Crew, str]


class Size(NamedTuple):
    """The most of each that may be drawn; of dates and people, the number."""

    communes: int = 3
    sites: int = 3
    sessions: int = 3
    vans: int = 2
    people: int = 3
    dates: int = 8
    fixed: int = 2
    attempts: int = 12
    facts: int = 30
    others: int = 0


class Planted(NamedTuple):
    """A problem, and what was written into it: (site, date, session, member by role, van), and fixed crews by id."""

    problem: Problem
    visits: tuple[Visit, ...]
    fixed: Mapping[str, Crew]

    @property
    def plan(self) -> Plan:
        """The planted plan, written out."""
        return hand_plan(self.problem, self.visits, self.fixed)

    @property
    def legal(self) -> bool:
        """Whether evaluation has nothing to say."""
        return not broken_rules(self.problem, self.plan)


def of_seed(seed: int, size: Size = Size()) -> Planted:  # noqa: B008  frozen
    """Draw the problem of a seed."""
    return planted(Random(seed), size)  # noqa: S311  nothing to hide


def planted(random: Random, size: Size = Size()) -> Planted:  # noqa: B008  frozen
    """Draw a problem around a plan.

    Parameters
    ----------
    random
        Source of everything drawn; small values are simple problems.
    size
        How large the problem may be.
    """
    found = Planted(_ground(random, size), (), {})
    assert found.legal
    for _ in range(size.attempts):
        found = _grown(random, found)
    for fixed in found.problem.fixed:
        staffed = found._replace(fixed={**found.fixed, fixed.id: drawn_crew(random, found.problem, fixed.roles)})
        found = staffed if staffed.legal else found
    for facts, number in ((FACTS, size.facts), (OTHER_FACTS, size.others)):
        for _ in range(number):
            told = found._replace(problem=problem_with(found.problem, **random.choice(facts)(random, found.problem)))
            found = told if told.legal else found
    return found


def drawn_tour(random: Random, problem: Problem) -> tuple[Visit, ...]:
    """Draw one day of one van: the stops, their crew."""
    land = problem.territory
    van, day = random.choice(land.vans).id, random.choice(problem.open_dates)
    crew = drawn_crew(random, problem, tuple(role.id for role in land.roles))
    sessions = random.sample(land.sessions, random.randint(1, min(2, len(land.sessions))))
    return tuple((random.choice(land.sites).id, day, session.id, crew, van) for session in sessions)


def _grown(random: Random, found: Planted) -> Planted:
    more = found._replace(visits=(*found.visits, *drawn_tour(random, found.problem)))
    return more if more.legal else found


# ------------------------------------------------------------------ territory


def _ground(random: Random, size: Size) -> Problem:
    communes = tuple(
        Commune(id=f"c{n}", insee=f"6990{n}", name=f"Commune {n}", frequency=drawn_frequency(random))
        for n in range(1, random.randint(1, size.communes) + 1)
    )
    sites = tuple(
        _site(random, commune.id, n) for commune in communes for n in range(1, random.randint(1, size.sites) + 1)
    )
    depots = (_depot("d1"), _depot("d2"))
    staff = tuple(_people(random, size.people))
    territory = Territory(
        id="essai",
        name="Essai",
        service=Service(name="Service d’essai"),
        communes=communes,
        sites=sites,
        areas=tuple(_areas(random, communes)),
        depots=depots,
        vans=tuple(
            Van(id=f"v{n}", name=f"Fourgon {n}", depot=random.choice(depots).id)
            for n in range(1, random.randint(1, size.vans) + 1)
        ),
        sessions=SESSIONS[: random.randint(1, size.sessions)],
        roles=ROLES,
        partners=(Partner(id="ville", name="Ville"), Partner(id="asso", name="Association")),
        staff=staff,
        settings=Settings(min_gap=1, max_gap=random.randint(2, 9), faces=random.randint(0, 2), notice=0),
    )
    days = sorted(random.sample(range(1, 29), size.dates))
    month = random.choice(("2026-02", "2026-03", "2026-11"))
    first = date.fromisoformat(f"{month}-01")
    closed = (first + n * DAY for n in range(31) if n + 1 not in days)
    return Problem(
        territory=territory,
        month=month,
        as_of=first - DAY,
        closed=tuple(ClosedDate(date=d, reason=ClosureReason.TERRITORY) for d in closed if d.month == first.month),
        fixed=tuple(_fixed(random, n, territory, first + (random.choice(days) - 1) * DAY) for n in range(size.fixed)),
        travel=_travel(random, [depot.id for depot in depots] + [site.id for site in sites]),
        reach=tuple(
            Reach(area=area.id, sites=tuple(site.id for site in sites if random.random() < 0.3))
            for area in territory.areas
        ),
        hours=tuple(_hours(random, member) for member in staff),
        trust=tuple(
            Trust(member=member.id, commune=commune.id, value=round(random.uniform(0, 1.5), 2))
            for member, commune in product(staff, communes)
            if random.random() < 0.4
        ),
        history=tuple(_past(random, territory, n, first) for n in range(random.randint(0, 3))),
    )


def _site(random: Random, commune: str, n: int) -> Site:
    kind = random.choice((SiteKind.SQUARE, SiteKind.MARKET, SiteKind.SQUARE, SiteKind.SOCIAL_CENTRE))
    return Site(id=f"{commune}-{n}", name=f"Site {n}", commune=commune, kind=kind, latitude=45.7, longitude=4.8)


def _depot(name: str) -> Depot:
    return Depot(id=name, name=f"Dépôt {name}", latitude=45.7, longitude=4.9)


def _people(random: Random, most: int) -> Iterator[StaffMember]:
    """One person a role at least, the first of them a driver; now and then one of both roles."""
    wanted = [("as",), ("casp",), *(random.choice((("as",), ("casp",), ("as", "casp"))) for _ in range(most - 2))]
    for n, roles in enumerate(wanted, start=1):
        yield StaffMember(
            id=f"p{n}",
            name=f"Personne {n}",
            roles=roles,
            partner=random.choice(("ville", "asso")),
            share=random.choice((100, 80, 50)),
            hours=60 * HOUR,
            driver=n == 1 or random.random() < 0.5,
        )


def _areas(random: Random, communes: tuple[Commune, ...]) -> Iterator[Area]:
    for n in range(1, random.randint(0, 3) + 1):
        residents = random.choice((None, 300, 1200, 1201))
        where = random.choice(communes).id
        yield Area(id=f"a{n}", name=f"Quartier {n}", commune=where, residents=residents, latitude=45.7, longitude=4.8)


def _fixed(random: Random, n: int, territory: Territory, day: date) -> FixedPermanence:
    start = random.choice((time(8), time(9, 30), time(12), time(12, 45), time(14), time(17), time(20)))
    return FixedPermanence(
        id=f"f{n}",
        name=f"Fixe {n}",
        site=random.choice(territory.sites).id,
        date=day,
        start=start,
        end=time(start.hour + random.randint(1, 3), random.choice((0, 15, 30))),
        roles=random.choice((("as", "casp"), ("as",), ("casp",))),
    )


def _hours(random: Random, member: StaffMember) -> Hours:
    past = random.choice((timedelta(0), 10 * HOUR, 50 * HOUR))
    return Hours(member=member.id, available=member.hours, past=past, past_available=max(past, 60 * HOUR))


def _past(random: Random, territory: Territory, n: int, first: date) -> PastPermanence:
    site = random.choice(territory.sites)
    return PastPermanence(
        id=f"h{n}",
        site=site.id,
        commune=site.commune,
        date=first - random.randint(1, 12) * DAY,
        session=random.choice(territory.sessions).id,
        members=(random.choice(territory.staff).id,),
    )


def _travel(random: Random, locations: list[str]) -> TravelTimes:
    return TravelTimes(
        locations=tuple(locations),
        seconds=tuple(
            tuple(0.0 if a == b else round(random.uniform(60, 1200), 1) for b in locations) for a in locations
        ),
        metres=tuple(tuple(0 if a == b else random.randint(500, 9000) for b in locations) for a in locations),
        hour_factors=tuple(random.choice((1.0, 1.0, 1.3)) for _ in range(24)),
    )
