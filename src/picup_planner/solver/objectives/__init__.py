"""What is better: one integer expression per file, minimised one after the other in the order of the tuple."""

from collections.abc import Callable
from typing import NamedTuple

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.errors import DataError, Mistake
from picup_planner.problem import Problem
from picup_planner.solver.objectives.balance import balance
from picup_planner.solver.objectives.below_minimum import below_minimum
from picup_planner.solver.objectives.below_target import below_target
from picup_planner.solver.objectives.continuity import continuity
from picup_planner.solver.objectives.evenness import evenness
from picup_planner.solver.objectives.lapses import lapses
from picup_planner.solver.objectives.preferences import preferences
from picup_planner.solver.objectives.travel import travel
from picup_planner.solver.objectives.unreached import unreached
from picup_planner.solver.objectives.unstaffed_fixed import unstaffed_fixed
from picup_planner.solver.variables import Variables


class Objective(NamedTuple):
    """An integer to minimise; later objectives may worsen it by `tolerance` (0.02 is 2 %)."""

    expression: Callable[[CpModel, Problem, Variables], LinearExpr]
    unit: str
    tolerance: float = 0

    @property
    def name(self) -> str:
        """Name of the objective: that of its file."""
        return self.expression.__name__


OBJECTIVES = (
    Objective(unstaffed_fixed, "permanences"),
    Objective(below_minimum, "permanences²"),
    Objective(lapses, "days"),
    Objective(below_target, "permanences²"),
    Objective(unreached, "residents"),
    Objective(preferences, "half-days"),
    Objective(travel, "minutes", tolerance=0.02),
    Objective(continuity, "points"),
    Objective(evenness, "days²"),
    Objective(balance, "points"),
)
"""Every objective, in the default order."""


def chosen(problem: Problem) -> list[Objective]:
    """Objectives in the order the territory sets, or in the default order when it sets none.

    Raises
    ------
    DataError
        For a name that is no objective.
    """
    known = {objective.name: objective for objective in OBJECTIVES}
    choices = problem.territory.settings.objectives
    mistakes = [
        Mistake("data-unknown-objective", {"value": c.name, "known": ", ".join(known)}, c.origin)
        for c in choices
        if c.name not in known
    ]
    if mistakes:
        raise DataError(*mistakes)
    return [known[c.name]._replace(tolerance=c.tolerance) for c in choices] or list(OBJECTIVES)
