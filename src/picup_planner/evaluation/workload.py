"""How much a person works."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from picup_planner.evaluation.duties import MINUTE, breach, coming, days, duty_lengths
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def workload(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A person holds at most so many permanences a day and an ISO week, and works at most their hours in the month.

    Weeks cross the border of the month: past permanences of the first week count. Beyond a week's or the month's limit
    already, a person holds no more.

    Found: permanences held and allowed; or minutes worked and available.
    """
    settings = problem.territory.settings
    worked = days(problem, plan)
    ahead = coming(problem, worked)
    weeks: Counter[tuple[str, date]] = Counter()
    for day in worked:
        weeks[day.member, _monday(day.date)] += len(day.duties)
    for day in ahead:
        held = len(day.duties)
        if held > settings.daily_maximum:
            found = (held, settings.daily_maximum)
            yield breach("workload", day.member, day.date, found=found, origin=settings.origin)
    planned = {(day.member, _monday(day.date)) for day in ahead}
    weeks.update(
        (member, _monday(past.date))
        for past in problem.history
        for member in past.members
        if past.date < problem.dates[0]
    )
    for member, monday in sorted(planned):
        if weeks[member, monday] > settings.weekly_maximum:
            found = (weeks[member, monday], settings.weekly_maximum)
            yield breach("workload", member, "week", monday, found=found, origin=settings.origin)
    lengths = duty_lengths(problem, plan)
    origins = {member.id: member.origin for member in problem.territory.staff}
    busy = {day.member for day in ahead}
    for hours in problem.hours:
        length = lengths[hours.member]
        if length > hours.available and hours.member in busy:
            found = (-(-length // MINUTE), hours.available // MINUTE)
            yield breach("workload", hours.member, "month", found=found, origin=origins[hours.member])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
