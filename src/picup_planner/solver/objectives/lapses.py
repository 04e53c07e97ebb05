"""Maximum lapse."""

from datetime import date as Date  # noqa: N812  as in the nouns

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.clock import days_between, last_before
from picup_planner.solver.variables import Variables


def lapses(_model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the days beyond `max_gap` without a permanence, over communes: from history, between two, to the end."""
    beyond: list[LinearExpr] = []
    for commune in problem.territory.communes:
        last = last_before(problem, commune)
        beyond += [lapse(problem, before or last, after) * gap for before, after, gap in variables.gaps(commune)]
    return LinearExpr.sum(beyond)


def lapse(problem: Problem, earlier: Date | None, after: Date | None) -> int:
    """Return the days of a gap beyond the longest one wanted: none from no date known, to the end of the month."""
    if earlier is None:
        return 0
    return max(0, days_between(earlier, after or problem.dates[-1]) - problem.territory.settings.max_gap)
