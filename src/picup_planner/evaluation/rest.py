"""How people rest."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from picup_planner.evaluation.duties import MINUTE, Day, breach, busy_between, coming, days, lunch_between
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def rest(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A day of duty is not too long, has a break when it is long, and is followed by a night's rest.

    Found: minutes of the day and minutes allowed; minutes of the day without a break; minutes of rest and minutes
    required.
    """
    settings = problem.territory.settings
    worked = {(day.member, day.date): day for day in days(problem, plan)}
    for day in coming(problem, worked.values()):
        if day.length > settings.max_daily_length:
            found = (-(-day.length // MINUTE), settings.max_daily_length // MINUTE)
            yield breach("rest", day.member, day.date, "length", found=found, origin=settings.origin)
        if day.length > settings.break_after and not _has_break(problem, day):
            minutes = -(-day.length // MINUTE)
            yield breach("rest", day.member, day.date, "break", found=(minutes,), origin=settings.origin)
        eve = worked.get((day.member, day.date - timedelta(days=1)))
        night = timedelta(days=1) + day.start - eve.end if eve else settings.min_rest
        if eve and night < settings.min_rest:
            found = (night // MINUTE, settings.min_rest // MINUTE)
            yield breach("rest", day.member, eve.date, "rest", found=found, origin=settings.origin)


def _has_break(problem: Problem, day: Day) -> bool:
    """Between two duties there is a lunch, or time enough free of journeys, set-up and tear-down."""
    return any(
        lunch_between(problem, first, second)
        or second.start - first.end - busy_between(problem, first, second) >= problem.territory.settings.break_length
        for first, second in pairwise(day.duties)
    )
