"""How often a commune is served."""

from collections import Counter
from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel

from picup_planner.problem import Problem, Rule
from picup_planner.solver.variables import Variables


def frequency(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each commune: at most `maximum` mobile permanences in the month; the minimum is an objective.

    Those that took place count, and where they are more, no other is held.
    """
    commune_of = problem.territory.commune_of
    past = Counter(commune_of[promise.site] for promise in problem.past if promise.session)
    for commune in problem.territory.communes:
        held = variables.held_anywhere(variables.sites_of(commune), problem.dates)
        yield (
            Rule(constraint="frequency", subject=(commune.id,), origin=commune.origin),
            model.add(held <= max(commune.frequency.maximum, past[commune.id])),
        )
