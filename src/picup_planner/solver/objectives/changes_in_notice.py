"""Few changes where the public has been told, and no permit can be asked for any more."""

from datetime import timedelta

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.objectives.changes import changed
from picup_planner.solver.variables import Variables


def changes_in_notice(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the changes on the coming dates of the notice period, a loss on the date promised."""
    last = problem.as_of + timedelta(days=problem.territory.settings.notice)
    return changed(model, problem, variables, tuple(day for day in problem.coming if day <= last))
