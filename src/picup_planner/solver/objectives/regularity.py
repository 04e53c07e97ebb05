"""Consistency of place and hour (time consistency of the generalised consistent vehicle routing problem)."""

from itertools import product

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.variables import Variables


def regularity(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the (site, weekday, session) residents must remember."""
    met = []
    for site, weekday, session in product(variables.sites, range(1, 8), variables.clock.sessions):
        days = [day for day in problem.dates if day.isoweekday() == weekday]
        held = [variables.visit(van, site, day, session) for van in variables.vans for day in days]
        remembered = model.new_bool_var(f"{site.id} {weekday} {session.id} remembered")
        model.add(LinearExpr.sum(held) <= len(held) * remembered)
        for visit in held:
            model.add(visit <= remembered)
        met.append(remembered)
    return LinearExpr.sum(met)
