"""Coverage of the fixed permanences."""

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.variables import Variables


def unstaffed_fixed(_model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the number of fixed permanences without a full crew."""
    return LinearExpr.sum([1 - variables.staffed(fixed) for fixed in problem.fixed])
