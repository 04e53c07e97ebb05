"""Coverage of residents."""

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.variables import Variables


def unreached(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the residents of areas (known ones) with no served site within walking distance, each counted once."""
    site_of = {site.id: site for site in variables.sites}
    near = {reach.area: tuple(site_of[site] for site in reach.sites) for reach in problem.reach}
    missed: list[LinearExpr] = []
    for area in problem.territory.areas:
        residents, sites = area.residents or 0, near.get(area.id, ())
        if sites:
            reached = model.new_bool_var(f"{area.id} reached")
            model.add(reached <= variables.held_anywhere(sites, problem.dates))
            missed.append(residents * (1 - reached))
        else:
            missed.append(LinearExpr.constant(residents))
    return LinearExpr.sum(missed)
