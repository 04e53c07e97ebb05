"""What makes one plan better than another, counted from the plan alone; less is better."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

from picup_planner.evaluation.changes import COMPARED
from picup_planner.evaluation.duties import (
    Duty,
    all_duties,
    duty_lengths,
    fixed_duties,
    routes,
    sessions_met,
    visits,
)
from picup_planner.plan import Plan
from picup_planner.problem import Area, Level, Problem

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def objective_values(problem: Problem, plan: Plan) -> dict[str, int]:
    """Give the value of each objective, in the order of the definition of the problem.

    Those that compare with a published plan are among them when there is one.
    """
    values = {
        "unstaffed_fixed": len(unstaffed_fixed(problem, plan)),
        "below_minimum": below_minimum(problem, plan),
        **{count.__name__: count(problem, plan) for count in COMPARED if problem.promised},
        "lapses": lapses(problem, plan),
        "below_target": below_target(problem, plan),
        "unreached": sum(area.residents or 0 for area in unreached(problem, plan)),
        "preferences": preferences(problem, plan),
        "travel": sum(route.minutes for route in routes(problem, plan)),
        "continuity": continuity(problem, plan),
        "regularity": regularity(problem, plan),
        "evenness": evenness(problem, plan),
        "balance": balance(problem, plan),
    }
    weights = {
        choice.name: choice.weight
        for choice in problem.territory.settings.objectives
        if choice.weight and choice.name in values
    }
    if weights:
        values["weighted_sum"] = sum(weight * values[name] for name, weight in weights.items())
    return values


def unstaffed_fixed(problem: Problem, plan: Plan) -> list[str]:
    """Give the fixed permanences without a full crew."""
    filled = {duty.id: {role for role, _ in duty.crew} for duty in fixed_duties(problem, plan)}
    return [duty.id for duty in problem.fixed if not set(duty.roles) <= filled.get(duty.id, set())]


def below_minimum(problem: Problem, plan: Plan) -> int:
    """Sum over communes the square of the permanences lacking to the minimum."""
    held = _dates(problem, plan)
    return sum(max(0, c.frequency.minimum - len(held[c.id])) ** 2 for c in problem.territory.communes)


def below_target(problem: Problem, plan: Plan) -> int:
    """Sum over communes the square of the permanences lacking to the target, beyond those lacking to the minimum."""
    held = _dates(problem, plan)
    return sum(
        max(0, c.frequency.target - max(len(held[c.id]), c.frequency.minimum)) ** 2 for c in problem.territory.communes
    )


def lapses(problem: Problem, plan: Plan) -> int:
    """Count the days beyond `max_gap` without a permanence in a commune, from its last one in history to the end."""
    longest = problem.territory.settings.max_gap
    days = 0
    for commune, dates in _dates(problem, plan).items():
        known = [*problem.past_dates(commune)[-1:], *dates]
        if known:
            days += sum(max(0, (b - a).days - longest) for a, b in pairwise([*known, problem.dates[-1]]))
    return days


def unreached(problem: Problem, plan: Plan) -> list[Area]:
    """Give the areas with known residents and no permanence within walking distance."""
    near = reached(problem, plan)
    return [area for area in problem.territory.areas if area.residents is not None and area.id not in near]


def reached(problem: Problem, plan: Plan) -> set[str]:
    """Give the areas with a permanence within walking distance."""
    visited = {visit.site.id for visit in visits(problem, plan)}
    return {reach.area for reach in problem.reach if visited & set(reach.sites)}


def preferences(problem: Problem, plan: Plan) -> int:
    """Count the permanences people hold in a half-day they gave as 'if needed'."""
    reluctant = {
        (some.member, some.slot.date, some.slot.session)
        for some in problem.availability
        if some.level is Level.IF_NEEDED
    }
    return sum(
        any((member, duty.date, session) in reluctant for session in sessions_met(problem, duty))
        for duty in all_duties(problem, plan)
        for member in duty.people
    )


def continuity(problem: Problem, plan: Plan) -> int:
    """Sum, over communes, roles and people met beyond the `faces` least known, how little each is known.

    A person costs 100 when never met and nothing when met today.
    """
    return sum(cost for _, _, cost in faces_paid(problem, plan))


def faces_paid(problem: Problem, plan: Plan) -> list[tuple[str, str, int]]:
    """Give (role, member, cost) of all people met beyond the least known of each commune and role, who are free.

    Ids part equals.
    """
    trust = {(known.member, known.commune): known.value for known in problem.trust}
    paid: list[tuple[str, str, int]] = []
    for (commune, role), people in people_met(problem, plan).items():
        costs = sorted((round(100 * (1 - min(1, trust.get((who, commune), 0)))), who) for who in people)
        spared = max(0, len(costs) - problem.territory.settings.faces)
        paid += [(role, who, cost) for cost, who in costs[:spared]]
    return paid


def people_met(problem: Problem, plan: Plan) -> dict[tuple[str, str], set[str]]:
    """Give the people met in each (commune, role); fixed permanences count when the territory says so."""
    met: dict[tuple[str, str], set[str]] = {
        (commune.id, role.id): set() for commune in problem.territory.communes for role in problem.territory.roles
    }
    for duty in duties_building_trust(problem, plan):
        for role, member in duty.crew:
            met[duty.commune, role].add(member)
    return met


def duties_building_trust(problem: Problem, plan: Plan) -> list[Duty]:
    """Give the permanences in which residents get to know people."""
    fixed_too = problem.territory.settings.fixed_build_trust
    return all_duties(problem, plan) if fixed_too else visits(problem, plan)


def regularity(problem: Problem, plan: Plan) -> int:
    """Count the (site, weekday, session) a commune must remember, summed over communes."""
    return len({(visit.site.id, visit.date.isoweekday(), visit.session) for visit in visits(problem, plan)})


def evenness(problem: Problem, plan: Plan) -> int:
    """Sum the squares of the gaps between the permanences of each commune, the month's borders included."""
    before, after = problem.dates[0] - DAY, problem.dates[-1] + DAY
    return sum(
        (second - first).days ** 2
        for dates in _dates(problem, plan).values()
        for first, second in pairwise([before, *dates, after])
    )


def balance(problem: Problem, plan: Plan) -> int:
    """Sum over roles the highest load less the lowest, in ten-thousandths of the hours each should give."""
    return sum(load_gaps(problem, plan).values())


def load_gaps(problem: Problem, plan: Plan) -> dict[tuple[str, ...], int]:
    """Give the gap of each role, with its most and its least loaded, as (role, member, member); ids part equals."""
    loads = _loads(problem, plan)
    gaps: dict[tuple[str, ...], int] = {}
    for role in problem.territory.roles:
        members = [member.id for member in problem.territory.staff if role.id in member.roles and member.id in loads]
        if members:
            most = min(members, key=lambda member: (-loads[member], member))
            least = min(members, key=lambda member: (loads[member], member))
            gaps[role.id, most, least] = loads[most] - loads[least]
    return gaps


def _loads(problem: Problem, plan: Plan) -> dict[str, int]:
    lengths = duty_lengths(problem, plan)
    shares = {member.id: member.share for member in problem.territory.staff}
    return {
        hours.member: 10_000
        * ((lengths[hours.member] + hours.past) // SECOND)
        // (shares[hours.member] * ((hours.available + hours.past_available) // SECOND))
        for hours in problem.hours
        if hours.available + hours.past_available >= SECOND
    }


def _dates(problem: Problem, plan: Plan) -> dict[str, list[date]]:
    dates: dict[str, list[date]] = defaultdict(list)
    dates.update({commune.id: [] for commune in problem.territory.communes})
    for visit in visits(problem, plan):
        dates[visit.commune].append(visit.date)
    return dates
