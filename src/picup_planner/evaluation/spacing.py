"""How far apart the permanences of a commune are."""

from collections.abc import Iterator
from itertools import pairwise

from picup_planner.evaluation.duties import breach, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def spacing(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Two permanences in a commune are at least `min_gap` days apart, history and what took place this month included.

    Found: the two dates, days between them, days required.
    """
    settings = problem.territory.settings
    held = visits(problem, plan)
    for commune in problem.territory.communes:
        planned = [visit.date for visit in held if visit.commune == commune.id]
        past = problem.past_dates(commune.id)
        for first, second in pairwise(sorted([*planned, *past])):
            days = (second - first).days
            if days < settings.min_gap and second in planned and second > problem.as_of:
                yield breach(
                    "spacing", commune.id, found=(first, second, days, settings.min_gap), origin=settings.origin
                )
