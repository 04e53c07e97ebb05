"""What is better: one integer expression per file, minimised one after the other in the order of the tuple."""

from collections.abc import Callable
from typing import NamedTuple

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.errors import DataError, Mistake
from picup_planner.problem import Problem
from picup_planner.solver.objectives.balance import balance
from picup_planner.solver.objectives.below_minimum import below_minimum
from picup_planner.solver.objectives.below_published import below_published
from picup_planner.solver.objectives.below_target import below_target
from picup_planner.solver.objectives.changes import changes
from picup_planner.solver.objectives.changes_in_notice import changes_in_notice
from picup_planner.solver.objectives.continuity import continuity
from picup_planner.solver.objectives.evenness import evenness
from picup_planner.solver.objectives.lapses import lapses
from picup_planner.solver.objectives.preferences import preferences
from picup_planner.solver.objectives.regularity import regularity
from picup_planner.solver.objectives.travel import travel
from picup_planner.solver.objectives.unreached import unreached
from picup_planner.solver.objectives.unstaffed_fixed import unstaffed_fixed
from picup_planner.solver.variables import Variables


class Objective(NamedTuple):
    """An integer to minimise; later objectives may worsen it by `tolerance` (0.02 is 2 %).

    One that is only `counted` is never minimised by itself.
    """

    expression: Callable[[CpModel, Problem, Variables], LinearExpr]
    unit: str
    tolerance: float = 0
    counted: bool = False

    @property
    def name(self) -> str:
        """Name of the objective: that of its file."""
        return self.expression.__name__

    def limit(self, value: int) -> int:
        """Return what later objectives may worsen a value to."""
        return value + int(self.tolerance * value)


OBJECTIVES = (
    Objective(unstaffed_fixed, "permanences"),
    Objective(below_minimum, "permanences²"),
    Objective(below_published, "permanences"),
    Objective(changes_in_notice, "changes"),
    Objective(changes, "changes"),
    Objective(lapses, "days"),
    Objective(below_target, "permanences²"),
    Objective(unreached, "residents"),
    Objective(preferences, "half-days"),
    Objective(travel, "minutes", tolerance=0.02),
    Objective(continuity, "points"),
    Objective(regularity, "habits"),
    Objective(evenness, "days²"),
    Objective(balance, "points"),
)
"""Every objective, in the default order."""

OF_REPLANNING = ("below_published", "changes_in_notice", "changes")
"""Names of the objectives that compare with a published plan, and mean nothing without one."""


def chosen(problem: Problem) -> list[Objective]:
    """Objectives in the order the territory sets, or in the default order when it sets none.

    Those of replanning are among them when something is promised: where the territory puts them, or else right after
    the minimum of the communes, or first.

    Raises
    ------
    DataError
        For a name that is no objective, or is there twice: what one place keeps would be told of both.
    """
    known = {objective.name: objective for objective in OBJECTIVES}
    choices = problem.territory.settings.objectives
    mistakes = [
        Mistake("data-unknown-objective", {"value": c.name, "known": ", ".join(known)}, c.origin)
        for c in choices
        if c.name not in known
    ]
    mistakes += [
        Mistake("data-duplicate-objectives", {"value": c.name}, c.origin)
        for i, c in enumerate(choices)
        if any(c.name == earlier.name for earlier in choices[:i])
    ]
    if mistakes:
        raise DataError(*mistakes)
    ordered = [known[c.name]._replace(tolerance=c.tolerance, counted=c.weight > 0) for c in choices]
    meant = [choice for choice in choices if problem.promised or choice.name not in OF_REPLANNING]
    if weights := {choice.name: choice.weight for choice in meant if choice.weight}:
        rank = next(rank for rank, objective in enumerate(ordered) if objective.name in weights)
        parts = [(known[name], weight) for name, weight in weights.items()]
        ordered.insert(rank, Objective(_weighted(parts), "points"))
    if problem.promised:
        return _with_replanning(ordered) if ordered else list(OBJECTIVES)
    without = [objective for objective in ordered if objective.name not in OF_REPLANNING]
    return without or [objective for objective in OBJECTIVES if objective.name not in OF_REPLANNING]


def _weighted(parts: list[tuple[Objective, int]]) -> Callable[[CpModel, Problem, Variables], LinearExpr]:
    """Return several objectives as one weighted sum."""

    def weighted_sum(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
        return LinearExpr.sum([weight * part.expression(model, problem, variables) for part, weight in parts])

    return weighted_sum


def _with_replanning(ordered: list[Objective]) -> list[Objective]:
    names = [objective.name for objective in ordered]
    if any(name in names for name in OF_REPLANNING):
        return ordered
    rank = names.index(below_minimum.__name__) + 1 if below_minimum.__name__ in names else 0
    return [*ordered[:rank], *(one for one in OBJECTIVES if one.name in OF_REPLANNING), *ordered[rank:]]
