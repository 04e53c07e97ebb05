"""How many duties a partner organisation takes."""

from collections import Counter
from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Problem, Rule
from picup_planner.solver.variables import Variables


def quota(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each partner: at least and at most so many duties in the month, mobile and fixed.

    Where more took place, no other is held; where fewer did and nothing is to come, nothing can be done.
    """
    partner_of = {member.id: member.partner for member in variables.staff}
    past = Counter(partner_of[member] for promise in problem.past for member in promise.people)
    for partner in problem.territory.partners:
        people = [member for member in variables.staff if member.partner == partner.id]
        duties = LinearExpr.sum([variables.duties(member, day) for member in people for day in problem.dates])
        if partner.minimum and not problem.over:
            rule = Rule(constraint="quota", subject=(partner.id, "minimum"), origin=partner.origin)
            yield rule, model.add(duties >= partner.minimum)
        if partner.maximum is not None:
            rule = Rule(constraint="quota", subject=(partner.id, "maximum"), origin=partner.origin)
            yield rule, model.add(duties <= max(partner.maximum, past[partner.id]))
