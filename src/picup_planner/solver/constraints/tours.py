"""What a van can drive in a day."""

from collections.abc import Iterator
from itertools import combinations, product

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Problem, Rule
from picup_planner.solver.variables import Variables


def tours(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each pair of stops too far apart and each van out of service: it is not driven."""
    clock = variables.clock
    for s, t in combinations(clock.sessions, 2):
        for i, j in product(variables.sites, repeat=2):
            drives = variables.arcs_between((i.id, s.id), (j.id, t.id))
            if not drives or clock.free_between(i.id, s, j.id, t) >= clock.lunch_between(s, t):
                continue
            rule = Rule(constraint="tours", subject=(i.id, s.id, j.id, t.id), origin=problem.territory.settings.origin)
            yield rule, model.add(LinearExpr.sum(drives) == 0)
    for van in variables.vans:
        for day in problem.coming:
            if any(off.first <= day <= off.last for off in van.off):
                rule = Rule(constraint="tours", subject=(van.id, day.isoformat()), origin=van.origin)
                yield rule, model.add(LinearExpr.sum([variables.held_by(van, day, s) for s in clock.sessions]) == 0)
