"""A sketch of the month on the smaller model: objectives bounded in order, and the outline that reaches the bounds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ortools.sat.python.cp_model import LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.bounds import BOUNDS
from picup_planner.solver.clock import Clock
from picup_planner.solver.drives import Decision, Outline
from picup_planner.solver.engine import Engine, Found
from picup_planner.solver.linear import Status, minimise
from picup_planner.solver.objectives import Objective
from picup_planner.solver.relaxation import Relaxation

SECOND_OPINION = 10
"""Seconds for the other engine to agree that nothing is possible."""


@dataclass
class Sketch:
    """What the smaller model found: value and bound of each objective, and the tours and crews it ends with.

    `infeasible` when both engines say that no plan exists.
    """

    found: dict[str, Found] = field(default_factory=dict)
    outline: Outline | None = None
    crews: frozenset[Decision] = frozenset()
    infeasible: bool = False


def sketched(
    problem: Problem, engine: Engine, kept: Mapping[str, int], objectives: Iterable[Objective], share: float
) -> Sketch:
    """Minimise objectives one after the other on the smaller model, those before them kept to their limits.

    Parameters
    ----------
    kept
        Limit of each objective already settled.
    share
        Part of the time left that one objective may take.
    """
    relaxed, sketch = Relaxation(problem, Clock(problem)), Sketch()
    bounds = {bound.__name__: bound for bound in BOUNDS}
    for name, limit in kept.items():
        if name in bounds and (settled := bounds[name](relaxed)) is not None:
            relaxed.model.add(settled <= limit)
    solution: tuple[int, ...] = ()
    for objective in objectives:
        expression: LinearExpr | None = bounds[objective.name](relaxed) if objective.name in bounds else None
        if expression is None:
            continue
        relaxed.model.minimize(expression)
        found = engine.race(relaxed.model, engine.remaining * share, solution)
        sketch.found[objective.name] = found
        sketch.infeasible = found.infeasible and minimise(relaxed.model, SECOND_OPINION).status is Status.INFEASIBLE
        if found.value is None or engine.interrupted:
            break
        solution = found.solution
        relaxed.model.add(expression <= objective.limit(found.value))
    if solution:
        sketch.outline = relaxed.outline(solution)
        sketch.crews = relaxed.crews_of(solution)
    return sketch
