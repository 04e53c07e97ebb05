"""Maximum lapse."""

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.clock import days_between, last_before
from picup_planner.solver.variables import Variables


def lapses(_model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the days beyond `max_gap` without a permanence, over communes: from history, between two, to the end."""
    longest, end = problem.territory.settings.max_gap, problem.dates[-1]
    beyond: list[LinearExpr] = []
    for commune in problem.territory.communes:
        last = last_before(problem, commune)
        for before, after, gap in variables.gaps(commune):
            earlier = before or last
            if earlier is not None:
                beyond.append(max(0, days_between(earlier, after or end) - longest) * gap)
    return LinearExpr.sum(beyond)
