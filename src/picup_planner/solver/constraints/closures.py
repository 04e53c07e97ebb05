"""Which dates are closed."""

from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel

from picup_planner.problem import Problem, Rule
from picup_planner.solver.variables import Variables


def closures(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each closed date: no van goes out."""
    for closed in (closed for closed in problem.closed if closed.date in problem.coming):
        rule = Rule(constraint="closures", subject=(closed.date.isoformat(),), origin=closed.origin)
        yield rule, model.add(variables.held_anywhere(variables.sites, (closed.date,)) == 0)
