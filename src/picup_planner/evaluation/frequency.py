"""How often a commune is served."""

from collections import Counter
from collections.abc import Iterator

from picup_planner.evaluation.duties import breach, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def frequency(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A commune is served at most `maximum` times in a calendar month.

    Found: permanences held, permanences allowed.
    """
    held = Counter(visit.commune for visit in visits(problem, plan))
    for commune in problem.territory.communes:
        maximum = commune.frequency.maximum
        if held[commune.id] > maximum:
            yield breach("frequency", commune.id, found=(held[commune.id], maximum), origin=commune.origin)
