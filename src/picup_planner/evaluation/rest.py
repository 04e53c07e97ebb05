"""How people rest."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from picup_planner.evaluation.duties import MINUTE, Day, breach, busy_between, days, lunch_between
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def rest(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A day of duty is not too long, has a break when it is long, and is followed by a night's rest.

    Found: minutes of the day and minutes allowed; minutes of the day without a break; minutes of rest and minutes
    required.
    """
    settings = problem.territory.settings
    worked = {(day.member, day.date): day for day in days(problem, plan)}
    for (member, date), day in worked.items():
        if day.length > settings.max_daily_length:
            found = (-(-day.length // MINUTE), settings.max_daily_length // MINUTE)
            yield breach("rest", member, date, "length", found=found, origin=settings.origin)
        if day.length > settings.break_after and not _has_break(problem, day):
            yield breach("rest", member, date, "break", found=(-(-day.length // MINUTE),), origin=settings.origin)
        morrow = worked.get((member, date + timedelta(days=1)))
        night = timedelta(days=1) + morrow.start - day.end if morrow else settings.min_rest
        if night < settings.min_rest:
            found = (night // MINUTE, settings.min_rest // MINUTE)
            yield breach("rest", member, date, "rest", found=found, origin=settings.origin)


def _has_break(problem: Problem, day: Day) -> bool:
    """Between two duties there is a lunch, or time enough free of journeys, set-up and tear-down."""
    return any(
        lunch_between(problem, first, second)
        or second.start - first.end - busy_between(problem, first, second) >= problem.territory.settings.break_length
        for first, second in pairwise(day.duties)
    )
