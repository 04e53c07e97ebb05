"""How many duties a partner organisation takes."""

from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Problem, Rule
from picup_planner.solver.variables import Variables


def quota(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each partner: at least and at most so many duties in the month, mobile and fixed."""
    for partner in problem.territory.partners:
        people = [member for member in variables.staff if member.partner == partner.id]
        duties = LinearExpr.sum([variables.duties(member, day) for member in people for day in problem.dates])
        if partner.minimum:
            rule = Rule(constraint="quota", subject=(partner.id, "minimum"), origin=partner.origin)
            yield rule, model.add(duties >= partner.minimum)
        if partner.maximum is not None:
            rule = Rule(constraint="quota", subject=(partner.id, "maximum"), origin=partner.origin)
            yield rule, model.add(duties <= partner.maximum)
