"""How far apart two permanences of a commune are."""

from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Problem, Rule
from picup_planner.solver.clock import days_between, last_before
from picup_planner.solver.variables import Variables


def spacing(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each commune: at least `min_gap` days between two mobile permanences, history included.

    Two that took place are not judged.
    """
    shortest = problem.territory.settings.min_gap
    for commune in problem.territory.communes:
        last = last_before(problem, commune)
        close = [
            gap
            for before, after, gap in variables.gaps(commune)
            if after is not None
            and after > problem.as_of
            and (earlier := last if before is None else before) is not None
            and days_between(earlier, after) < shortest
        ]
        same_day = [variables.repeats(commune, day) for day in problem.coming]
        yield (
            Rule(constraint="spacing", subject=(commune.id,), origin=problem.territory.settings.origin),
            model.add(LinearExpr.sum([*close, *same_day]) == 0),
        )
