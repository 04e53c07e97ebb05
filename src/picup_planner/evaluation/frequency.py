"""How often a commune is served."""

from collections import Counter
from collections.abc import Iterator

from picup_planner.evaluation.duties import breach, coming, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def frequency(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A commune is served at most `maximum` times in a calendar month; beyond it already, no more.

    Found: permanences held, permanences allowed.
    """
    held = Counter(visit.commune for visit in visits(problem, plan))
    more = {visit.commune for visit in coming(problem, visits(problem, plan))}
    for commune in problem.territory.communes:
        maximum = commune.frequency.maximum
        if held[commune.id] > maximum and commune.id in more:
            yield breach("frequency", commune.id, found=(held[commune.id], maximum), origin=commune.origin)
