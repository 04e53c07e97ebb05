"""Coverage: the permanences announced."""

from collections import Counter

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Commune, Problem
from picup_planner.solver.variables import Variables


def below_published(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the sum over communes of (promised - held), when positive: mobile permanences, wherever and whenever."""
    commune_of = problem.territory.commune_of
    promised = Counter(commune_of[promise.site] for promise in problem.promised if promise.session)
    return LinearExpr.sum([_lacking(model, problem, variables, c, promised[c.id]) for c in variables.communes])


def _lacking(model: CpModel, problem: Problem, variables: Variables, commune: Commune, promised: int) -> LinearExpr:
    """Return what a commune lacks of what it was promised: each level missed is one, up to its target."""
    levels = min(promised, commune.frequency.target)
    missed = LinearExpr.sum([variables.misses(commune, level) for level in range(1, levels + 1)])
    if promised == levels:
        return missed
    beyond = model.new_int_var(0, promised - levels, f"{commune.id} promised beyond {levels}")
    model.add(beyond >= promised - variables.held_anywhere(variables.sites_of(commune), problem.dates) - missed)
    return missed + beyond
