"""A published month changed as little as can be: what `picup replan` does, for whoever holds the plan."""

from collections.abc import Callable, Iterator
from datetime import date

from picup_planner.assemble import assemble
from picup_planner.evaluation import broken_rules, identified
from picup_planner.evaluation.edits import as_held, crewed, removed, replaced
from picup_planner.plan import Kind, Permanence, Plan, promises_of
from picup_planner.problem import Problem, Promise, Territory
from picup_planner.scenarios.months import problem_of, refuse_broken, remembered
from picup_planner.scenarios.scenario import Change, Scenario, scenario_of
from picup_planner.solver import Progress, solve


def replan(  # noqa: PLR0913  one parameter per choice
    plan: Plan,
    change: Scenario | Change,
    *,
    as_of: date,
    problem: Problem | None = None,
    time_limit: float = 60,
    seed: int = 0,
) -> Plan:
    """Plan a published month again after something has happened, with as few changes as possible.

    Permanences keep the ids they were announced with; :func:`picup_planner.changes` tells what moves.

    Parameters
    ----------
    change
        What has happened: an absence, a closed site...
    as_of
        Last day that is over and does not move.
    problem
        What the plan was made from, when it was made elsewhere.

    Raises
    ------
    Infeasible, NoPlanFound
        As :func:`picup_planner.solver.solve` does.
    """
    before = problem_of(plan, problem)
    after = promising(before, scenario_of(change)(before.territory), promises_of(plan), as_of)
    return remembered(replanned(after, plan, time_limit=time_limit, seed=seed), after)


def promising(before: Problem, territory: Territory, promised: tuple[Promise, ...], as_of: date) -> Problem:
    """Give the problem of a published month with another territory: what was announced is promised."""
    return assemble(territory, before.month, before.travel, as_of=as_of, history=before.history, promised=promised)


def replanned(
    problem: Problem,
    published: Plan,
    *,
    time_limit: float,
    seed: int,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Find the plan of a problem with promises that changes least, under the ids that were announced.

    Raises
    ------
    Infeasible, NoPlanFound
        As :func:`picup_planner.solver.solve` does.
    Defect
        When the plan breaks a rule.
    """
    start = still_possible(problem, as_held(problem, published))
    plan = solve(problem, time_limit=time_limit, seed=seed, start=start, progress=progress)
    plan = identified(problem, published, plan)
    refuse_broken(problem, plan)
    return plan


def still_possible(problem: Problem, published: Plan) -> Plan:
    """Mend what breaks a rule now in a published plan, at hand: somewhere for a search to start.

    A fixed permanence that there is no more is left out first. Where leaving another out mends anything, somebody
    stands in if that mends as much; if not it is left out, or loses its crew when it is fixed.
    """
    plan, still = published, {duty.id for duty in problem.fixed}
    for held in published.permanences:
        if held.kind is Kind.FIXED and held.id not in still:
            plan = removed(problem, plan, held.id)
    left = len(broken_rules(problem, plan))
    for held in plan.permanences:
        if left and held.date > problem.as_of:
            fixed = held.kind is Kind.FIXED
            without = crewed(problem, plan, held.id, ()) if fixed else removed(problem, plan, held.id)
            if len(broken_rules(problem, without)) < left:
                ways = [*_stand_ins(problem, plan, held), without]
                plan = min(ways, key=lambda way: len(broken_rules(problem, way)))
                left = len(broken_rules(problem, plan))
    return plan


def _stand_ins(problem: Problem, plan: Plan, held: Permanence) -> Iterator[Plan]:
    """Yield the plan with one person of a crew replaced, in each way there is."""
    for seat in held.crew:
        for member in problem.territory.staff:
            if seat.role in member.roles and member.id != seat.member:
                yield replaced(problem, plan, held.id, seat.role, member.id)
