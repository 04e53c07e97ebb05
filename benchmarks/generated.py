"""Months drawn at random, as large as wanted: what the ladder climbs. Use: ``from generated import problem``.

``problem(groups, seed)`` is December 2026 for `groups` times four communes, each group much like the one real
territory: a van, ten people, about twenty sites, three weekly fixed permanences. Groups come by five around one depot,
a few kilometres apart: a van of the five can go to any of its twenty communes, a person of the five can serve any of
them, and some tours cross groups. Fives share nothing: they are too far apart for a working day, and pins keep their
people at home. A pin says nothing of fixed permanences, so with several fives the crews of these are given.

A group depends on the seed and on its number alone: the first group of 30 is the only one of 1. What is left out, so
that a model written by hand stays short: pairings, quotas, permits, sites asked for, a history.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from math import cos, hypot, radians
from random import Random

from picup_planner.assemble import assemble
from picup_planner.problem import (
    Absence,
    Area,
    Commune,
    Depot,
    FixedPermanence,
    Habit,
    Level,
    Market,
    Opening,
    Partner,
    Pin,
    PinKind,
    Problem,
    Role,
    SchoolHoliday,
    Service,
    Session,
    Site,
    SiteClosure,
    SiteKind,
    StaffMember,
    Territory,
    TravelTimes,
    Van,
    WeeklyPermanence,
)

MONTH = "2026-12"
FIVE = 5
"""Groups that share a depot and people."""

KILOMETRE = 1 / 111.2
"""In degrees of latitude."""

DETOUR, SPEED = 1.3, 30 / 3.6
"""Metres driven per metre as the crow flies; metres a second."""

APART = 250
"""Kilometres between fives: one session there would be a day of more than twenty hours."""

GROUP_CENTRES = ((0, 0), (5.5, 0), (0, 5.5), (-5.5, 0), (0, -5.5))
"""Kilometres east and north of the five's centre."""

COMMUNES = (("a", 8, (0.4, 1.3)), ("b", 5, (-1.5, 0.9)), ("c", 4, (-1.0, -1.5)), ("d", 3, (1.6, -1.3)))
"""Letter, sites, and kilometres east and north of the group's centre."""

SESSIONS = (
    Session(id="matin", name="Matin", start=time(9), end=time(12)),
    Session(id="apres-midi", name="Après-midi", start=time(13, 30), end=time(16, 30)),
)
ROLES = (Role(id="as", name="assistant·e social·e"), Role(id="casp", name="chargé·e d’accompagnement"))
PARTNERS = tuple(Partner(id=f"partner-{n}", name=f"Partenaire {n}") for n in range(1, 6))
SCHOOL_HOLIDAYS = (
    SchoolHoliday(zone="A", name="Toussaint", first=date(2026, 10, 17), last=date(2026, 11, 1)),
    SchoolHoliday(zone="A", name="Noël", first=date(2026, 12, 19), last=date(2027, 1, 3)),
)

CONTRACTS = {
    "as": ((100, 40, True), (100, 38, True), (80, 32, False), (60, 26, True), (100, 36, False)),
    "casp": ((100, 40, True), (80, 32, False), (100, 38, True), (100, 40, True), (50, 24, False)),
}
"""Share, hours a month, driver: those of the real territory."""

DAYS_OFF = {100: 0, 80: 1, 60: 2, 50: 2}
"""Weekdays not worked, by share; half the week also lacks an afternoon."""

CHRISTMAS = {
    "as": ((21, 31), (24, 31), (21, 24), (28, 31), (29, 31)),
    "casp": ((28, 31), (21, 31), (21, 24), (24, 31), None),
}
"""First and last day of leave at the end of December, dealt out among the five people of a role."""

DUTIES_A_WEEK = 2
"""Given fixed permanences of one person a week, at most: the van needs crews too."""


@dataclass(frozen=True)
class _Group:
    """One group of four communes and everything in it."""

    communes: tuple[Commune, ...]
    sites: tuple[Site, ...]
    areas: tuple[Area, ...]
    van: Van
    staff: tuple[StaffMember, ...]
    absences: tuple[Absence, ...]
    weekly: tuple[WeeklyPermanence, ...]


def problem(groups: int, seed: int = 0) -> Problem:
    """Draw December 2026 for `groups` times four communes; the same arguments give the same problem."""
    drawn = [_group(number, seed) for number in range(groups)]
    fives = [drawn[start : start + FIVE] for start in range(0, groups, FIVE)]
    territory = Territory(
        id=f"ladder-{groups}-{seed}",
        name=f"Échelle {groups}",
        service=Service(name="Échelle"),
        communes=tuple(commune for group in drawn for commune in group.communes),
        sites=tuple(site for group in drawn for site in group.sites),
        areas=tuple(area for group in drawn for area in group.areas),
        depots=tuple(_depot(five) for five in range(len(fives))),
        vans=tuple(group.van for group in drawn),
        sessions=SESSIONS,
        roles=ROLES,
        partners=PARTNERS,
        staff=tuple(member for group in drawn for member in group.staff),
        absences=tuple(absence for group in drawn for absence in group.absences),
        weekly=tuple(weekly for group in drawn for weekly in group.weekly),
        pins=tuple(_pins(fives)) if len(fives) > 1 else (),
        school_holidays=SCHOOL_HOLIDAYS,
    )
    found = assemble(territory, MONTH, _travel(territory))
    if len(fives) == 1:
        return found
    staff_of = {weekly.id: group.staff for group in drawn for weekly in group.weekly}
    return found.model_copy(update={"fixed": tuple(_with_crews(found, staff_of))})


# ---------------------------------------------------------------------- places


def _five_centre(five: int) -> tuple[float, float]:
    """Latitude and longitude of the centre of a five, on a grid three fives wide."""
    latitude = 43.5 + five // 3 * APART * KILOMETRE
    return latitude, 0.0 + five % 3 * APART * KILOMETRE / cos(radians(latitude))


def _shifted(centre: tuple[float, float], east: float, north: float) -> tuple[float, float]:
    latitude, longitude = centre
    there = latitude + north * KILOMETRE
    return round(there, 6), round(longitude + east * KILOMETRE / cos(radians(there)), 6)


def _depot(five: int) -> Depot:
    latitude, longitude = _shifted(_five_centre(five), -1.2, 0.8)
    return Depot(id=f"depot-{five + 1}", name=f"Dépôt {five + 1}", latitude=latitude, longitude=longitude)


def _travel(territory: Territory) -> TravelTimes:
    """As the crow flies, with a detour, at a constant speed."""
    known: tuple[Depot | Site, ...] = (*territory.depots, *territory.sites)
    places = [(p.id, p.latitude or 0.0, p.longitude or 0.0) for p in known]
    metres = [[DETOUR * _metres(a, b) for _, *b in places] for _, *a in places]
    return TravelTimes(
        locations=tuple(name for name, _, _ in places),
        seconds=tuple(tuple(round(each / SPEED, 1) for each in row) for row in metres),
        metres=tuple(tuple(map(round, row)) for row in metres),
    )


def _metres(a: list[float], b: list[float]) -> float:
    north, east = b[0] - a[0], (b[1] - a[1]) * cos(radians((a[0] + b[0]) / 2))
    return 1000 * hypot(north, east) / KILOMETRE


# ---------------------------------------------------------------------- groups


def _group(number: int, seed: int) -> _Group:
    random = Random(f"{seed} {number}")  # noqa: S311  nothing to hide
    name = f"g{number + 1:02}"
    centre = _shifted(_five_centre(number // FIVE), *GROUP_CENTRES[number % FIVE])
    communes = tuple(
        Commune(id=f"{name}-{letter}", insee=f"{10_000 + 4 * number + n}", name=f"Commune {number + 1}{letter.upper()}")
        for n, (letter, _, _) in enumerate(COMMUNES)
    )
    sites = tuple(_sites(random, name, centre))
    staff = tuple(_staff(random, number))
    return _Group(
        communes=communes,
        sites=sites,
        areas=tuple(_areas(random, name, sites)),
        van=Van(id=f"van-{number + 1:02}", name=f"Camion {number + 1}", depot=f"depot-{number // FIVE + 1}"),
        staff=staff,
        absences=tuple(_absences(random, staff)),
        weekly=tuple(_weekly(random, name)),
    )


def _sites(random: Random, name: str, centre: tuple[float, float]) -> Iterator[Site]:
    """Streets and squares of each commune, markets among them; the largest commune has two social centres as well."""
    for letter, count, offset in COMMUNES:
        heart = _shifted(centre, *(each + random.uniform(-0.3, 0.3) for each in offset))
        for n in range(1, count + 1):
            where = _shifted(heart, random.gauss(0, 0.55), random.gauss(0, 0.55))
            kind = random.choice((SiteKind.SQUARE, SiteKind.STREET, SiteKind.STATION, SiteKind.FORECOURT))
            yield _site(f"{name}-{letter}-{n}", kind, where, **_hindrances(random, n))
        if letter == "a":
            for n in (1, 2):
                where = _shifted(heart, random.gauss(0, 0.4), random.gauss(0, 0.4))
                yield _site(f"{name}-centre-{n}", SiteKind.SOCIAL_CENTRE, where)


def _site(name: str, kind: SiteKind, where: tuple[float, float], **hindrances: object) -> Site:
    facts = {"id": name, "name": f"Lieu {name}", "commune": name[:3] + "-a" if "centre" in name else name[:5]}
    return Site.model_validate({**facts, "kind": kind, "latitude": where[0], "longitude": where[1], **hindrances})


def _hindrances(random: Random, n: int) -> dict[str, object]:
    """Draw a market, hours, or works: at most one of them, the first site of a commune most often a market."""
    drawn = random.random()
    if drawn < (0.5 if n == 1 else 0.1):
        start, end = random.choice(((7, 13), (7, 13), (16, 20)))
        return {"markets": (Market(weekday=random.randint(1, 5), start=time(start), end=time(end)),)}
    if drawn > 0.92:  # noqa: PLR2004  one site in twelve
        start, end = random.choice(((8, 13), (12, 18)))
        return {"openings": tuple(Opening(weekday=d, start=time(start), end=time(end)) for d in range(1, 6))}
    if drawn > 0.84:  # noqa: PLR2004  as many
        first = date(2026, 12, random.randint(1, 20))
        return {"closures": (SiteClosure(first=first, last=first + timedelta(days=random.randint(3, 9))),)}
    return {}


def _areas(random: Random, name: str, sites: tuple[Site, ...]) -> Iterator[Area]:
    """Eight areas near sites, one of which nothing is near."""
    for n, site in enumerate(random.sample(sites, 8), 1):
        away = 0.9 if n == 1 else 0.25
        here = (site.latitude or 0.0, site.longitude or 0.0)
        latitude, longitude = _shifted(here, random.gauss(0, away), random.gauss(0, away))
        yield Area(
            id=f"{name}-area-{n}",
            name=f"Quartier {name} {n}",
            commune=site.commune,
            residents=random.choice((None, 1000, 1600, 2200, 2700, 5300)),
            latitude=latitude,
            longitude=longitude,
        )


def _weekly(random: Random, name: str) -> Iterator[WeeklyPermanence]:
    """Three half-days a week in the social centres, on different days: 13 or 14 in the month."""
    for n, weekday in enumerate(sorted(random.sample(range(1, 6), 3)), 1):
        start, end = random.choice(((9, 12), (14, 17)))
        yield WeeklyPermanence(
            id=f"{name}-fixed-{n}",
            name=f"Centre social {name}, {n}",
            site=f"{name}-centre-{1 + n % 2}",
            weekday=weekday,
            start=time(start),
            end=time(end),
            roles=("as", "casp"),
        )


# ---------------------------------------------------------------------- people


def _staff(random: Random, number: int) -> Iterator[StaffMember]:
    for role, contracts in CONTRACTS.items():
        for n, (share, hours, driver) in enumerate(contracts, 1):
            yield StaffMember(
                id=f"g{number + 1:02}-{role}-{n}",
                name=f"{role.upper()} {number + 1}.{n}",
                roles=(role,),
                partner=PARTNERS[n - 1].id,
                share=share,
                hours=timedelta(hours=hours),
                driver=driver,
                habits=tuple(_habits(random, share)),
            )


def _habits(random: Random, share: int) -> Iterator[Habit]:
    """Days not worked, then half-days offered only if needed."""
    weekdays = random.sample(range(1, 6), 5)
    for weekday in weekdays[: DAYS_OFF[share]]:
        yield Habit(weekday=weekday, level=Level.NO)
    if share == min(DAYS_OFF):
        yield Habit(weekday=weekdays[-1], session="apres-midi", level=Level.NO)
    for weekday in weekdays[3 : 3 + random.choice((0, 1, 1, 2))]:
        yield Habit(weekday=weekday, session=random.choice(SESSIONS).id, level=Level.IF_NEEDED)


def _absences(random: Random, staff: tuple[StaffMember, ...]) -> Iterator[Absence]:
    """Yield a day or two before Christmas for every other person, and the leave of the end of the year."""
    for role, leaves in CHRISTMAS.items():
        dealt = random.sample(leaves, len(leaves))
        for member, leave in zip((p for p in staff if role in p.roles), dealt, strict=True):
            if random.random() < 0.5:  # noqa: PLR2004  every other person
                first = date(2026, 12, random.randint(1, 17))
                yield Absence(member=member.id, first=first, last=first + timedelta(days=random.randint(0, 1)))
            if leave:
                yield Absence(member=member.id, first=date(2026, 12, leave[0]), last=date(2026, 12, leave[1]))


# ---------------------------------------------------------------- several fives


def _pins(fives: list[list[_Group]]) -> Iterator[Pin]:
    """Say for each commune that nobody from another five works there."""
    for here in fives:
        strangers = tuple(p.id for five in fives if five is not here for group in five for p in group.staff)
        for group in here:
            for commune in group.communes:
                yield Pin(id=f"home-{commune.id}", kind=PinKind.FORBIDDEN, commune=commune.id, members=strangers)


def _with_crews(found: Problem, staff_of: dict[str, tuple[StaffMember, ...]]) -> Iterator[FixedPermanence]:
    """Give each fixed permanence a crew of its group, those asked least so far first, willing ones before others.

    Where a whole role is away one person alone is given: the permanence is then held by nobody, whatever the plan.
    """
    level = {(answer.member, answer.slot.date, answer.slot.session): answer.level for answer in found.availability}
    asked: Counter[str] = Counter()
    for fixed in found.fixed:
        met = [session.id for session in SESSIONS if max(session.start, fixed.start) < min(session.end, fixed.end)]
        week = fixed.date.isocalendar().week
        crew = []
        for role in fixed.roles:
            able = []
            for member in (p.id for p in staff_of[fixed.id.rpartition("-")[0]] if role in p.roles):
                answers = {level.get((member, fixed.date, session)) for session in met}
                if Level.NO not in answers:
                    tired = asked[f"{member} {week}"] >= DUTIES_A_WEEK
                    able.append((Level.IF_NEEDED in answers or tired, asked[member], member))
            crew += [member for *_, member in sorted(able)[:1]]
        for member in crew:
            asked.update((member, f"{member} {week}"))
        yield fixed.model_copy(update={"crew": tuple(crew)})
