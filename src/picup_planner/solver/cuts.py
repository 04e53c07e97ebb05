"""What the rules imply together: nothing new is forbidden, but the linear relaxation sees it.

Kept out of `constraints/`, since a cut that follows from several rules would blur an explanation by any one of them.
"""

from itertools import combinations

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.variables import Variables


def tighten(model: CpModel, problem: Problem, variables: Variables) -> None:
    """Add, for each date: a tour takes one person of each role and a driver, and one of two stops takes them for both."""
    crews = [[p for p in variables.staff if role.id in p.roles] for role in problem.territory.roles]
    crews.append([p for p in variables.staff if p.driver])
    for day in problem.dates:
        tours = LinearExpr.sum([variables.leaves(van, day) for van in variables.vans])
        for people in crews:
            model.add(LinearExpr.sum([variables.out(p, van, day) for p in people for van in variables.vans]) >= tours)
        for s, t in combinations(variables.clock.sessions, 2):
            doubles = LinearExpr.sum(
                [
                    arc
                    for van in variables.vans
                    for (_, before), (_, after), arc in variables.arcs(van, day)
                    if (before, after) == (s.id, t.id)
                ]
            )
            for people in crews:
                model.add(LinearExpr.sum([variables.follows(p, day, s, t) for p in people]) >= doubles)
