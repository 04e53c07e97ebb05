"""A published month changed as little as can be: what `picup replan` does, for whoever holds the plan."""

from collections.abc import Callable
from datetime import date

from picup_planner.assemble import assemble
from picup_planner.evaluation import broken_rules, identified, promises_of
from picup_planner.evaluation.edits import crewed, removed
from picup_planner.plan import Kind, Plan
from picup_planner.problem import Problem, Promise, Territory
from picup_planner.scenarios.changes import Change, Scenario, scenario_of
from picup_planner.scenarios.months import problem_of, refuse_broken, remembered
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
    start = still_possible(problem, published)
    plan = solve(problem, time_limit=time_limit, seed=seed, start=start, progress=progress)
    plan = identified(problem, published, plan)
    refuse_broken(problem, plan)
    return plan


def still_possible(problem: Problem, published: Plan) -> Plan:
    """Leave out of a published plan the permanences to come that break a rule now: somewhere for a search to start.

    One by one, as long as that mends anything; a fixed permanence loses its crew instead.
    """
    plan, left = published, len(broken_rules(problem, published))
    for held in published.permanences:
        if left and held.date > problem.as_of:
            without = crewed(problem, plan, held.id, ()) if held.kind is Kind.FIXED else removed(problem, plan, held.id)
            broken = len(broken_rules(problem, without))
            if broken < left:
                plan, left = without, broken
    return plan
