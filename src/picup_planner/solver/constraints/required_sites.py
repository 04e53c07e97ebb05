"""What a commune asks of its sites."""

from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel

from picup_planner.problem import Problem, Rule, Use
from picup_planner.solver.variables import Variables


def required_sites(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each required site: at least one permanence there; for a commune that prefers some: one at these."""
    for site in variables.sites:
        if site.on and site.use is Use.REQUIRED and not problem.over:
            rule = Rule(constraint="required_sites", subject=(site.id,), origin=site.origin)
            yield rule, model.add(variables.held_anywhere((site,), problem.dates) >= 1)
    for commune in problem.territory.communes:
        preferred = tuple(s for s in variables.sites_of(commune) if s.on and s.use is Use.PREFERRED)
        if preferred:
            rule = Rule(constraint="required_sites", subject=(commune.id, "preferred"), origin=preferred[0].origin)
            there = variables.held_anywhere(preferred, problem.dates)
            for day in problem.coming:
                yield rule, model.add(there >= variables.served(commune, day))
