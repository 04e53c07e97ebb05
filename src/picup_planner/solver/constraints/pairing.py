"""Who works with whom."""

from collections.abc import Iterator
from itertools import product

from ortools.sat.python.cp_model import Constraint, CpModel

from picup_planner.problem import Problem, Rule, Together
from picup_planner.solver.variables import Variables


def pairing(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each pairing: these two always, or never, form a crew."""
    member_of = {member.id: member for member in variables.staff}
    for pair in problem.territory.pairings:
        one, other = (member_of[member] for member in pair.members)
        rule = Rule(constraint="pairing", subject=(*pair.members, pair.kind.value), origin=pair.origin)
        for commune, day, session in product(problem.territory.communes, problem.coming, variables.clock.sessions):
            works = [variables.works(member, commune, day, session) for member in (one, other)]
            if pair.kind is Together.MUST:
                yield rule, model.add(works[0] == works[1])
            else:
                yield rule, model.add(works[0] + works[1] <= 1)
        if pair.kind is Together.MUST_NOT:
            for fixed in (fixed for fixed in problem.fixed if fixed.date in problem.coming):
                yield rule, model.add(variables.assists(one, fixed) + variables.assists(other, fixed) <= 1)
