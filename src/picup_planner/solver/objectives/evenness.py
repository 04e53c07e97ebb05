"""Equidistribution of the visits of a commune."""

from datetime import timedelta

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.clock import days_between
from picup_planner.solver.variables import Variables


def evenness(_model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the sum of squared gaps of each commune, in days², from the eve of the month to the day after it."""
    eve, after_all = problem.dates[0] - timedelta(days=1), problem.dates[-1] + timedelta(days=1)
    return LinearExpr.sum(
        [
            days_between(before or eve, after or after_all) ** 2 * gap
            for commune in problem.territory.communes
            for before, after, gap in variables.gaps(commune)
        ]
    )
