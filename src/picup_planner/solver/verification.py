"""A second opinion on what is proven: HiGHS, or CP-SAT otherwise configured, looks for a better plan.

What is asked again is what was told: no plan that keeps the values given is below the best one. Only the rules and the
objectives are stated, neither the smaller model nor the cuts that led to the proof, so that a mistake in these shows.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ortools.sat.python.cp_model import FEASIBLE, INFEASIBLE, OPTIMAL, CpModel, CpSolver

from picup_planner.plan import ObjectiveResult, Plan
from picup_planner.problem import Problem
from picup_planner.solver.drives import drives_between_stops
from picup_planner.solver.engine import TICK, Engine
from picup_planner.solver.linear import Status, minimise
from picup_planner.solver.objectives import chosen
from picup_planner.solver.stated import Stated

HIGHS, CP_SAT = "HiGHS", "CP-SAT"

FIRST = 0.6
"""Part of an objective's time that goes to HiGHS; CP-SAT has the rest."""

LARGEST = 300_000
"""Drives between two stops beyond which the whole model, as stated here, does not fit in memory."""


@dataclass(frozen=True)
class Opinion:
    """What was found on one objective said to be proven.

    Parameters
    ----------
    value
        Best value told; when the opinion disagrees, the better one found.
    bound
        What no plan is below, as far as the second search saw, ``None`` when it saw nothing.
    agrees
        ``None`` when the time ran out.
    by
        Engine that ended it, empty when none did.
    """

    name: str
    value: int
    bound: int | None
    agrees: bool | None
    by: str = ""


def verify(
    problem: Problem, plan: Plan, time_limit: float, progress: Callable[[Opinion], None] | None = None
) -> tuple[Opinion, ...]:
    """Look for a better plan than was said to be possible, objective by objective.

    Parameters
    ----------
    problem, plan
        A plan and what it was made from.
    time_limit
        Seconds for all objectives together; what one leaves goes to the next.
    progress
        Told of each opinion. A ``KeyboardInterrupt`` ends the search: what is left is without an opinion.
    """
    engine = Engine(time.monotonic() + time_limit)
    told = progress or (lambda _: None)
    opinions = []
    with engine.heeding_interrupts():
        for opinion in _opinions(problem, plan, engine):
            told(opinion)
            opinions.append(opinion)
    return tuple(opinions)


def _opinions(problem: Problem, plan: Plan, engine: Engine) -> Iterator[Opinion]:
    proven = [result for result in plan.objectives if result.proven]
    if not proven or drives_between_stops(problem) > LARGEST:
        yield from (Opinion(result.name, result.best, None, None) for result in proven)
        return
    stated = Stated(problem, chosen(problem), tight=False)
    for i, result in enumerate(proven):
        share = max(engine.remaining / (len(proven) - i), TICK)
        yield _opinion(_better(stated, result), result, share, engine)


def _better(stated: Stated, result: ObjectiveResult) -> CpModel:
    """Ask for a plan that keeps what was given and is better: there should be none."""
    asked = stated.model.clone()
    for kept in result.given:
        asked.add(stated.objectives[kept.name] <= kept.value)
    asked.add(stated.objectives[result.name] <= result.best - 1)
    asked.minimize(stated.objectives[result.name])
    return asked


def _opinion(asked: CpModel, result: ObjectiveResult, share: float, engine: Engine) -> Opinion:
    if engine.interrupted:
        return Opinion(result.name, result.best, None, None)
    began = time.monotonic()
    found = minimise(asked, share * FIRST, stopped=lambda: engine.interrupted)
    if found.value is not None:
        return Opinion(result.name, found.value, found.bound, agrees=False, by=HIGHS)
    bound = result.best if found.status is Status.INFEASIBLE else found.bound
    if bound is not None and bound >= result.best:
        return Opinion(result.name, result.best, bound, agrees=True, by=HIGHS)
    solver = _solver(max(share - (time.monotonic() - began), TICK))
    status = _solved(solver, asked, engine)
    if status == INFEASIBLE:
        return Opinion(result.name, result.best, result.best, agrees=True, by=CP_SAT)
    if status in {OPTIMAL, FEASIBLE}:
        return Opinion(result.name, round(solver.objective_value), bound, agrees=False, by=CP_SAT)
    return Opinion(result.name, result.best, bound, agrees=None)


def _solver(limit: float) -> CpSolver:
    """Return a solver as unlike the search's as can be: no presolve, one worker."""
    solver = CpSolver()
    solver.parameters.cp_model_presolve = False
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.catch_sigint_signal = False
    return solver


def _solved(solver: CpSolver, model: CpModel, engine: Engine) -> object:
    """Solve on another thread, so that this one hears an interruption."""
    statuses: list[object] = []
    thread = threading.Thread(target=lambda: statuses.append(solver.solve(model)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(TICK)
        if engine.interrupted:
            solver.stop_search()
    return statuses[0] if statuses else None
