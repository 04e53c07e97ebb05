"""Equidistribution of the visits of a commune."""

from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.clock import days_between
from picup_planner.solver.variables import Variables


def evenness(_model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the sum of squared gaps of each commune, in days², from the eve of the month to the day after it."""
    return LinearExpr.sum(
        [
            squared_gap(problem, before, after) * gap
            for commune in problem.territory.communes
            for before, after, gap in variables.gaps(commune)
        ]
    )


def squared_gap(problem: Problem, before: Date | None, after: Date | None) -> int:
    """Return the square of a gap, in days; without an end it begins on the eve of the month, or ends the day after."""
    eve, after_all = problem.dates[0] - timedelta(days=1), problem.dates[-1] + timedelta(days=1)
    return days_between(before or eve, after or after_all) ** 2
