"""One place at a time."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from picup_planner.evaluation.duties import (
    MINUTE,
    breach,
    busy_between,
    coming,
    days,
    hour_text,
    lunch_between,
    visits,
)
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def one_place(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A person and a van are in one place at a time, journeys, set-up, tear-down and lunch included.

    Found, for a person: the first site, its end, the second site, its start, and the minutes lacking between them;
    for a van: places in one session, or tours in one day.
    """
    for day in coming(problem, days(problem, plan)):
        for first, second in combinations(day.duties, 2):
            needed = busy_between(problem, first, second) + lunch_between(problem, first, second)
            lacking = first.end + needed - second.start
            if lacking.total_seconds() > 0:
                found = (
                    first.site.id,
                    hour_text(first.end),
                    second.site.id,
                    hour_text(second.start),
                    -(-lacking // MINUTE),
                )
                yield breach("one_place", day.member, day.date, found=found)
    held = coming(problem, visits(problem, plan))
    stops = Counter((visit.van.id, visit.date, visit.session) for visit in held if visit.van)
    for (van, date, _), places in stops.items():
        if places > 1:
            yield breach("one_place", van, date, found=(places,))
    vans = {van.id for van in problem.territory.vans}
    written = coming(problem, plan.tours)
    for (van, date), tours in Counter((tour.van, tour.date) for tour in written if tour.van in vans).items():
        if tours > 1:
            yield breach("one_place", van, date, found=(tours,))
