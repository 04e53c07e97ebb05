"""Coverage: the least a commune is owed."""

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.variables import Variables


def below_minimum(_model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the sum over communes of the square of (minimum - held), when positive.

    The square of n is the sum of the n first odd numbers: each missing level weighs one of them.
    """
    return LinearExpr.sum(
        [
            (2 * (commune.frequency.minimum - level) + 1) * variables.misses(commune, level)
            for commune in problem.territory.communes
            for level in range(1, commune.frequency.minimum + 1)
        ]
    )
