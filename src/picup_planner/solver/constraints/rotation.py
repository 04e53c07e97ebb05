"""How often the same place, and the same day."""

from collections import Counter
from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Problem, Rule
from picup_planner.solver.variables import Variables


def rotation(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each site at most `site_maximum` permanences a month, for each commune at most one a day.

    The second also closes the drives inside a commune: left out, half of such a tour looks allowed to the linear
    relaxation, and the bound on travel is a quarter too low. Where more took place, no other is held.
    """
    settings = problem.territory.settings
    past = Counter(promise.site for promise in problem.past if promise.session)
    for site in variables.sites:
        yield (
            Rule(constraint="rotation", subject=(site.id,), origin=site.origin),
            model.add(variables.held_anywhere((site,), problem.dates) <= max(settings.site_maximum, past[site.id])),
        )
    for commune in problem.territory.communes:
        inside = {site.id for site in variables.sites_of(commune)}
        for day in problem.coming:
            rule = Rule(constraint="rotation", subject=(commune.id, day.isoformat()), origin=commune.origin)
            yield rule, model.add(variables.repeats(commune, day) == 0)
            drives = [
                arc
                for van in variables.vans
                for (i, _), (j, _), arc in variables.arcs(van, day)
                if i in inside and j in inside
            ]
            yield rule, model.add(LinearExpr.sum(drives) == 0)
