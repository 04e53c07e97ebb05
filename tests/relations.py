"""Changes of any problem whose effect on the best values is known beforehand."""

import calendar
import json
import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

from picup_planner.plan import Kind, Permanence, Plan
from picup_planner.problem import (
    Area,
    Availability,
    ClosedDate,
    ClosureReason,
    Commune,
    DateRange,
    Frequency,
    Hours,
    Level,
    PastPermanence,
    Pin,
    PinKind,
    Problem,
    Reach,
    Site,
    SiteClosure,
    SiteKind,
    Slot,
    StaffMember,
    TravelTimes,
    Van,
)
from problems import problem_with, replaced

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACES = ("communes", "sites", "areas", "vans", "depots")
PEOPLE = ("staff", "partners", "roles", "sessions", "pairings", "pins")
MONTHLY = ("availability", "fixed", "hours", "trust", "history", "reach", "closed")


def disguised(problem: Problem, chance: Random) -> Problem:
    """Call every noun otherwise, and tell them in another order."""
    document = problem.model_dump(mode="json")
    land = document["territory"]
    for shuffled in [land[kind] for kind in (*PLACES, *PEOPLE)] + [document[kind] for kind in MONTHLY]:
        chance.shuffle(shuffled)
    nouns = [noun for kind in (*PLACES, *PEOPLE) if kind != "pairings" for noun in land[kind]]
    ids = [noun["id"] for noun in nouns + document["fixed"]]
    names = dict(zip(ids, chance.sample([f"x{n}" for n in range(len(ids))], len(ids)), strict=True))
    known = re.compile("|".join(f'"{re.escape(name)}"' for name in names))
    text = known.sub(lambda found: f'"{names[found[0][1:-1]]}"', json.dumps(document))
    return Problem.model_validate_json(text)


def moved(problem: Problem) -> Problem:
    """Move everything to the next month of as many days that begins on the same weekday."""
    year, month = map(int, problem.month.split("-"))
    later = (divmod(12 * year + month - 1 + n, 12) for n in count(1))
    to = next((y, m + 1) for y, m in later if calendar.monthrange(y, m + 1) == calendar.monthrange(year, month))
    weeks = date(*to, 1) - problem.dates[0]
    text = problem.model_dump_json().replace(f'"{problem.month}"', f'"{to[0]}-{to[1]:02}"')
    return Problem.model_validate_json(
        re.sub(r"\d{4}-\d\d-\d\d", lambda found: str(date.fromisoformat(found[0]) + weeks), text)
    )


def tightened(problem: Problem, chance: Random) -> dict[str, Any]:
    """Draw one absence, one closed date or one tighter number, as a change for `problem_with`."""
    rules, day = problem.territory.settings, chance.choice(problem.open_dates)
    slot = Slot(date=day, session=chance.choice(problem.territory.sessions).id)
    absent = Availability(member=chance.choice(problem.territory.staff).id, slot=slot, level=Level.NO)
    numbers: dict[str, object] = {
        "min_gap": rules.min_gap + 1,
        "site_maximum": max(0, rules.site_maximum - 1),
        "daily_maximum": rules.daily_maximum - 1,
        "weekly_maximum": max(0, rules.weekly_maximum - 1),
        "max_daily_length": rules.max_daily_length - 2 * HOUR,
        "min_rest": rules.min_rest + 3 * HOUR,
        "break_after": rules.break_after - HOUR,
        "break_length": 2 * rules.break_length,
        "notice": rules.notice + 10,
    }
    name = chance.choice(list(numbers))
    changes: list[dict[str, Any]] = [
        {"availability": (*problem.availability, absent)},
        {"closed": (*problem.closed, ClosedDate(date=day, reason=ClosureReason.TERRITORY))},
        {"settings": {name: numbers[name]}},
    ]
    return chance.choice(changes)


# -------------------------------------------------------- nothing to gain, nothing to lose


def with_useless_site(problem: Problem, chance: Random) -> Problem:
    """Add a site where nothing can ever be held: switched off, or closed all month, or never open."""
    commune = chance.choice(problem.territory.communes).id
    why: dict[str, object] = chance.choice(
        (
            {"on": False},
            {"closures": (SiteClosure(first=problem.dates[0], last=problem.dates[-1]),)},
            {"kind": SiteKind.SOCIAL_CENTRE},
        )
    )
    new = Site(**{"id": "useless", "name": "Inutile", "commune": commune, "kind": SiteKind.SQUARE} | why)
    hosts = problem.territory.settings.van_at_social_centres
    new = new.model_copy(update={"on": False}) if hosts and new.kind is SiteKind.SOCIAL_CENTRE else new
    return problem_with(problem, sites=(*problem.territory.sites, new), travel=with_location(problem.travel, new.id))


def with_location(travel: TravelTimes, name: str) -> TravelTimes:
    """Add a location ten minutes from everywhere."""
    size = len(travel.locations)
    return TravelTimes(
        locations=(*travel.locations, name),
        seconds=(*((*row, 600.0) for row in travel.seconds), (*[600.0] * size, 0.0)),
        metres=(*((*row, 6000) for row in travel.metres), (*[6000] * size, 0)),
        hour_factors=travel.hour_factors,
    )


def with_somebody_always_absent(problem: Problem, chance: Random) -> Problem:
    """Add a person who is never there and has no hours to give."""
    new = newcomer(problem, chance)
    no = (
        Availability(member=new.id, slot=Slot(date=day, session=session.id), level=Level.NO)
        for day in problem.dates
        for session in problem.territory.sessions
    )
    return problem_with(
        problem,
        staff=(*problem.territory.staff, new),
        hours=(*problem.hours, Hours(member=new.id, available=timedelta(0))),
        availability=(*problem.availability, *no),
    )


def with_newcomer(problem: Problem, chance: Random) -> Problem:
    """Add a person who is always there."""
    new = newcomer(problem, chance)
    hours = Hours(member=new.id, available=new.hours)
    return problem_with(problem, staff=(*problem.territory.staff, new), hours=(*problem.hours, hours))


def newcomer(problem: Problem, chance: Random) -> StaffMember:
    """Draw somebody nobody knows."""
    land = problem.territory
    roles = tuple(role.id for role in chance.sample(land.roles, chance.randint(1, len(land.roles))))
    partner = chance.choice(land.partners).id
    return StaffMember(id="newcomer", name="Renfort", roles=roles, partner=partner, hours=100 * HOUR, driver=True)


def with_van_in_repair(problem: Problem, _chance: Random) -> Problem:
    """Add a van that is out of service all month."""
    off = (DateRange(first=problem.dates[0], last=problem.dates[-1]),)
    new = Van(id="repair", name="En panne", depot=problem.territory.depots[0].id, off=off)
    return problem_with(problem, vans=(*problem.territory.vans, new))


def with_commune_nobody_serves(problem: Problem, _chance: Random) -> Problem:
    """Add a commune without a site, to be served never."""
    never = Frequency(minimum=0, target=0, maximum=0)
    new = Commune(id="elsewhere", insee="69999", name="Ailleurs", frequency=never)
    return problem_with(problem, communes=(*problem.territory.communes, new))


def told_twice(problem: Problem, _chance: Random) -> Problem:
    """Say every answer, closed date and pairing twice, and every closure of a site and van in two halves."""
    land = problem.territory
    sites = (site.model_copy(update={"closures": tuple(_halves(site.closures))}) for site in land.sites)
    return problem_with(
        problem,
        availability=problem.availability * 2,
        closed=problem.closed * 2,
        pairings=land.pairings * 2,
        sites=tuple(sites),
        travel=problem.travel,
        vans=tuple(van.model_copy(update={"off": tuple(_halves(van.off))}) for van in land.vans),
    )


def _halves(ranges: Iterable[SiteClosure | DateRange]) -> Iterable[SiteClosure | DateRange]:
    for one in ranges:
        middle = one.first + (one.last - one.first) // 2
        yield one.model_copy(update={"last": middle})
        yield one.model_copy(update={"first": min(middle + DAY, one.last)})


def with_old_history(problem: Problem, chance: Random) -> Problem:
    """Add a permanence of a year ago in each commune that has a later one."""
    known = {past.commune for past in problem.history}
    old = (
        PastPermanence(
            id=f"old-{site.id}",
            site=site.id,
            commune=site.commune,
            date=problem.dates[0] - 365 * DAY,
            members=(chance.choice(problem.territory.staff).id,),
        )
        for site in problem.territory.sites
        if site.commune in known
    )
    return problem_with(problem, history=(*old, *problem.history))


def with_twice_the_residents(problem: Problem, _chance: Random) -> Problem:
    """Let twice as many people live in every area."""
    areas = (area.model_copy(update={"residents": 2 * (area.residents or 0)}) for area in problem.territory.areas)
    return problem_with(problem, areas=tuple(areas))


def with_what_is_done(problem: Problem, plan: Plan, chance: Random) -> Problem:
    """Pin a permanence of the plan, with its crew, and forbid one that it does not hold."""
    land = problem.territory
    held = [p for p in plan.permanences if p.kind is Kind.MOBILE]
    pins = [_pin(one) for one in chance.sample(held, min(1, len(held)))]
    site, day, session = chance.choice(land.sites).id, chance.choice(problem.dates), chance.choice(land.sessions).id
    if (site, day, session) not in {(p.place.id, p.date, p.session) for p in held}:
        pins.append(Pin(id="not-done", kind=PinKind.FORBIDDEN, site=site, date=day, session=session))
    return problem_with(problem, pins=(*land.pins, *pins))


def _pin(held: Permanence) -> Pin:
    return Pin(
        id="done",
        kind=PinKind.HELD,
        site=held.place.id,
        date=held.date,
        session=held.session,
        members=tuple(one.member for one in held.crew),
    )


# ----------------------------------------------------------------- something to gain


def with_one_answer_less(problem: Problem, chance: Random) -> Problem:
    """Let somebody say yes to a half-day they had refused, or would rather have left."""
    kept = list(problem.availability)
    if kept:
        kept.pop(chance.randrange(len(kept)))
    return problem_with(problem, availability=tuple(kept))


def loosened(problem: Problem, chance: Random) -> Problem:
    """Raise one maximum, or lower one minimum."""
    land, rules = problem.territory, problem.territory.settings
    commune = chance.choice(land.communes)
    more = commune.frequency.model_copy(update={"maximum": commune.frequency.maximum + 1})
    changes: tuple[dict[str, Any], ...] = (
        {"communes": replaced(land.communes, commune.id, frequency=more)},
        {"partners": tuple(partner.model_copy(update={"minimum": 0, "maximum": None}) for partner in land.partners)},
        {"settings": {"min_gap": max(1, rules.min_gap - 1)}},
        {"settings": {"site_maximum": rules.site_maximum + 1}},
        {"settings": {"daily_maximum": rules.daily_maximum + 1}},
        {"settings": {"weekly_maximum": rules.weekly_maximum + 1}},
        {"settings": {"max_daily_length": rules.max_daily_length + HOUR}},
        {"settings": {"min_rest": rules.min_rest - HOUR}},
        {"settings": {"break_after": rules.break_after + HOUR}},
    )
    return problem_with(problem, **chance.choice(changes))


# ----------------------------------------------------------------- something to lose


def on_slow_roads(problem: Problem) -> Problem:
    """Let every drive take twice as long."""
    seconds = tuple(tuple(2 * value for value in row) for row in problem.travel.seconds)
    return problem_with(problem, travel=problem.travel.model_copy(update={"seconds": seconds}))


def with_area_out_of_reach(problem: Problem, residents: int) -> Problem:
    """Add an area no site is near."""
    commune = problem.territory.communes[0].id
    new = Area(id="far", name="Loin", commune=commune, residents=residents, latitude=45.7, longitude=4.8)
    areas = (*problem.territory.areas, new)
    return problem_with(problem, areas=areas, reach=(*problem.reach, Reach(area=new.id, sites=())))
