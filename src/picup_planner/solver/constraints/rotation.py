"""How often the same place, and the same day."""

from collections import Counter
from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel

from picup_planner.problem import Problem, Rule
from picup_planner.solver.variables import Variables


def rotation(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each site at most `site_maximum` permanences a month, for each commune at most one a day.

    Where more took place, no other is held.
    """
    settings = problem.territory.settings
    past = Counter(promise.site for promise in problem.past if promise.session)
    for site in variables.sites:
        yield (
            Rule(constraint="rotation", subject=(site.id,), origin=site.origin),
            model.add(variables.held_anywhere((site,), problem.dates) <= max(settings.site_maximum, past[site.id])),
        )
    for commune in problem.territory.communes:
        for day in problem.coming:
            rule = Rule(constraint="rotation", subject=(commune.id, day.isoformat()), origin=commune.origin)
            yield rule, model.add(variables.repeats(commune, day) == 0)
