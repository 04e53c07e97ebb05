"""Prize: four permanences rather than two."""

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.variables import Variables


def below_target(_model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the sum over communes of the square of (target - max(held, minimum)), when positive."""
    return LinearExpr.sum(
        [
            (2 * (commune.frequency.target - level) + 1) * variables.misses(commune, level)
            for commune in problem.territory.communes
            for level in range(commune.frequency.minimum + 1, commune.frequency.target + 1)
        ]
    )
