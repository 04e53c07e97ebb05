"""Facts drawn at random, each a change that may be made to a problem, whatever else it holds."""

from collections.abc import Callable
from datetime import time, timedelta
from random import Random
from typing import Any

from picup_planner.problem import (
    Availability,
    ClosedDate,
    ClosureReason,
    DateRange,
    Frequency,
    Level,
    Market,
    Opening,
    Pairing,
    PastPermanence,
    Permit,
    Pin,
    PinKind,
    Problem,
    SiteClosure,
    Slot,
    Together,
    Use,
)
from problems import Crew, replaced

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
Fact = Callable[[Random, Problem], dict[str, Any]]
"""Draws a change for `problem_with`."""


def drawn_frequency(random: Random) -> Frequency:
    """Draw how often a commune is served."""
    minimum, target, maximum = sorted(random.randint(0, 4) for _ in range(3))
    return Frequency(minimum=minimum, target=target, maximum=max(1, maximum))


def drawn_crew(random: Random, problem: Problem, roles: tuple[str, ...]) -> Crew:
    """Draw one person a role, all different where that can be."""
    crew: dict[str, str] = {}
    for role in roles:
        able = [member.id for member in problem.territory.staff if role in member.roles]
        crew[role] = random.choice([member for member in able if member not in crew.values()] or able)
    return crew


def drawn_past(random: Random, problem: Problem, n: int) -> PastPermanence:
    """Draw a permanence of the two weeks before the month."""
    land = problem.territory
    site = random.choice(land.sites)
    return PastPermanence(
        id=f"h{n}",
        site=site.id,
        commune=site.commune,
        date=problem.dates[0] - random.randint(1, 12) * DAY,
        session=random.choice(land.sessions).id,
        members=tuple(member.id for member in random.sample(land.staff, 2)),
    )


def _absence(random: Random, problem: Problem) -> dict[str, Any]:
    entry = Availability(
        member=random.choice(problem.territory.staff).id,
        slot=Slot(date=random.choice(problem.dates), session=random.choice(problem.territory.sessions).id),
        level=random.choice((Level.NO, Level.IF_NEEDED)),
    )
    others = (a for a in problem.availability if (a.member, a.slot) != (entry.member, entry.slot))
    return {"availability": (*others, entry)}


def _number(random: Random, _problem: Problem) -> dict[str, Any]:
    numbers: dict[str, tuple[object, ...]] = {
        "min_gap": (1, 2, 3, 5),
        "site_maximum": (0, 1, 2, 3),
        "daily_maximum": (1, 2, 3),
        "weekly_maximum": (1, 2, 3, 5),
        "max_daily_length": (6 * HOUR, 8 * HOUR, 10 * HOUR),
        "min_rest": (11 * HOUR, 14 * HOUR, 16 * HOUR),
        "break_after": (3 * HOUR, 4 * HOUR, 6 * HOUR),
        "break_length": (10 * MINUTE, 20 * MINUTE, 45 * MINUTE),
        "lunch": (0 * MINUTE, 20 * MINUTE, 30 * MINUTE, 60 * MINUTE),
        "midday_end": (time(12, 30), time(14)),
        "set_up": (10 * MINUTE, 20 * MINUTE, 30 * MINUTE),
        "fixed_build_trust": (False,),
        "van_at_social_centres": (True, False),
    }
    name = random.choice(list(numbers))
    return {"settings": {name: random.choice(numbers[name])}}


def _frequency_of_one(random: Random, problem: Problem) -> dict[str, Any]:
    communes = problem.territory.communes
    return {"communes": replaced(communes, random.choice(communes).id, frequency=drawn_frequency(random))}


def _place(random: Random, problem: Problem) -> dict[str, Any]:
    day, weekday = random.choice(problem.dates), random.randint(1, 7)
    start = time(random.randint(6, 16))
    end = time(start.hour + random.randint(1, 6), 20)
    change: dict[str, object] = random.choice(
        (
            {"on": False},
            {"use": Use.REQUIRED},
            {"use": Use.PREFERRED},
            {"markets": (Market(weekday=weekday, start=start, end=end),)},
            {"closures": (SiteClosure(first=day, last=day + random.randint(0, 9) * DAY),)},
            {"permits": (Permit(first=day - random.randint(0, 20) * DAY, last=day),)},
            {"openings": tuple(Opening(weekday=d, start=start, end=end) for d in range(1, 8) if d != weekday)},
        )
    )
    sites = problem.territory.sites
    return {"sites": replaced(sites, random.choice(sites).id, **change), "travel": problem.travel}


def _van_off(random: Random, problem: Problem) -> dict[str, Any]:
    vans, first = problem.territory.vans, random.choice(problem.dates)
    off = DateRange(first=first, last=first + random.randint(0, 5) * DAY)
    return {"vans": replaced(vans, random.choice(vans).id, off=(off,))}


def _hours_of_one(random: Random, problem: Problem) -> dict[str, Any]:
    one = random.choice(problem.hours)
    fewer = one.model_copy(update={"available": random.choice((0, 5, 10, 20)) * HOUR})
    return {"hours": tuple(fewer if hours is one else hours for hours in problem.hours)}


def _quota(random: Random, problem: Problem) -> dict[str, Any]:
    partners = problem.territory.partners
    change = {random.choice(("minimum", "maximum")): random.randint(0, 8)}
    return {"partners": replaced(partners, random.choice(partners).id, **change)}


def _pairing(random: Random, problem: Problem) -> dict[str, Any]:
    one, other = random.sample(problem.territory.staff, 2)
    pair = Pairing(members=(one.id, other.id), kind=random.choice(tuple(Together)))
    return {"pairings": (*problem.territory.pairings, pair)}


def _pin(random: Random, problem: Problem) -> dict[str, Any]:
    land = problem.territory
    site = random.choice(land.sites)
    kind = random.choice(tuple(PinKind))
    people = random.sample(land.staff, 2 if kind is PinKind.TOGETHER else random.randint(0, 2))
    pin = Pin(
        id=f"pin-{len(land.pins)}",
        kind=kind,
        commune=random.choice((None, site.commune)),
        site=random.choice((None, site.id)),
        date=random.choice((None, None, random.choice(problem.open_dates))),
        session=random.choice((None, random.choice(land.sessions).id)),
        members=tuple(member.id for member in people),
    )
    return {"pins": (*land.pins, pin)}


def _given_crew(random: Random, problem: Problem) -> dict[str, Any]:
    if not problem.fixed:
        return {}
    one = random.choice(problem.fixed)
    crew = tuple(drawn_crew(random, problem, one.roles).values())
    return {"fixed": replaced(problem.fixed, one.id, crew=crew)}


FACTS: tuple[Fact, ...] = (
    _absence,
    _absence,
    _number,
    _number,
    _frequency_of_one,
    _place,
    _van_off,
    _hours_of_one,
    _quota,
    _pairing,
    _pin,
    _given_crew,
)
"""What may be added to a problem."""


def _answer(random: Random, problem: Problem) -> dict[str, Any]:
    """Answer for a whole day, one that is open."""
    member, day = random.choice(problem.territory.staff).id, random.choice(problem.open_dates)
    level = random.choice((Level.NO, Level.NO, Level.IF_NEEDED))
    slots = {Slot(date=day, session=session.id) for session in problem.territory.sessions}
    others = (a for a in problem.availability if a.member != member or a.slot not in slots)
    answers = (Availability(member=member, slot=slot, level=level) for slot in sorted(slots, key=lambda s: s.session))
    return {"availability": (*others, *answers)}


def _notice(random: Random, problem: Problem) -> dict[str, Any]:
    days = random.randint(1, 20)
    as_of = problem.dates[0] - random.randint(1, days) * DAY
    return {"as_of": as_of, "settings": {"notice": days, "van_at_social_centres": random.random() < 0.5}}


def _today(random: Random, problem: Problem) -> dict[str, Any]:
    return {"as_of": random.choice(problem.dates[:14])}


def _closed_date(random: Random, problem: Problem) -> dict[str, Any]:
    if len(problem.open_dates) == 1:
        return {}
    shut = ClosedDate(date=random.choice(problem.open_dates), reason=ClosureReason.TERRITORY)
    return {"closed": (*problem.closed, shut)}


def _open_place(random: Random, problem: Problem) -> dict[str, Any]:
    """Say something of a site on a date that is open."""
    day, site = random.choice(problem.open_dates), random.choice(problem.territory.sites)
    start = time(random.randint(6, 12), random.choice((0, 40)))
    hours = {"weekday": day.isoweekday(), "start": start, "end": time(start.hour + random.randint(4, 9), 10)}
    change: dict[str, object] = random.choice(
        (
            {"markets": (Market(**hours),)},
            {"openings": (*site.openings, Opening(**hours))},
            {"closures": (SiteClosure(first=day, last=day),)},
            {"permits": (*site.permits, Permit(first=day, last=day + DAY))},
            {"use": random.choice((Use.REQUIRED, Use.PREFERRED))},
        )
    )
    return {"sites": replaced(problem.territory.sites, site.id, **change), "travel": problem.travel}


def _slow_roads(random: Random, problem: Problem) -> dict[str, Any]:
    """Slow one drive, or an hour, down."""
    travel = problem.travel
    if random.random() < 0.5:
        slow = random.choice((8, 12, 13, 16))
        factors = (1.5 if hour == slow else factor for hour, factor in enumerate(travel.hour_factors))
        return {"travel": travel.model_copy(update={"hour_factors": tuple(factors)})}
    start, end = random.sample(range(len(travel.locations)), 2)
    rows = [list(row) for row in travel.seconds]
    rows[start][end] = float(random.choice((601, 1201, 2400, 3000)))
    return {"travel": travel.model_copy(update={"seconds": tuple(map(tuple, rows))})}


def _history(random: Random, problem: Problem) -> dict[str, Any]:
    return {"history": (*problem.history, drawn_past(random, problem, len(problem.history) + 10))}


def _licence(random: Random, problem: Problem) -> dict[str, Any]:
    staff = problem.territory.staff
    one = random.choice(staff)
    return {"staff": replaced(staff, one.id, driver=not one.driver), "hours": problem.hours}


def _tight_number(random: Random, _problem: Problem) -> dict[str, Any]:
    numbers: dict[str, tuple[object, ...]] = {
        "daily_maximum": (1,),
        "weekly_maximum": (1, 2),
        "site_maximum": (1,),
        "min_gap": (2, 4, 7),
        "max_daily_length": (7 * HOUR, 8 * HOUR + 30 * MINUTE),
        "min_rest": (15 * HOUR, 16 * HOUR),
        "break_after": (4 * HOUR,),
        "lunch": (45 * MINUTE,),
        "market_cleaning": (0 * MINUTE, 120 * MINUTE),
        "faces": (0, 1),
        "max_gap": (1, 4),
    }
    name = random.choice(list(numbers))
    return {"settings": {name: random.choice(numbers[name])}}


OTHER_FACTS: tuple[Fact, ...] = (
    _answer,
    _notice,
    _today,
    _closed_date,
    _open_place,
    _open_place,
    _slow_roads,
    _history,
    _licence,
    _tight_number,
    _tight_number,
)
"""What else may be, closer to what the plans of a problem do."""
