"""Closed dates."""

from collections.abc import Iterator

from picup_planner.evaluation.duties import breach, coming, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def closures(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """No van goes out on a closed date.

    Found: the site.
    """
    closed = {closed.date: closed for closed in problem.closed}
    for visit in coming(problem, visits(problem, plan)):
        if visit.date in closed:
            yield breach("closures", visit.date, found=(visit.site.id,), origin=closed[visit.date].origin)
