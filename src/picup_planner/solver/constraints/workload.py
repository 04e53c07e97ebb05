"""How much one person holds."""

from collections import Counter
from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the nouns

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Problem, Rule
from picup_planner.solver.clock import monday_of, seconds
from picup_planner.solver.past import before_the_month, worked
from picup_planner.solver.variables import Variables


def workload(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each person: at most so many permanences a day and an ISO week, so many hours a month.

    What took place counts in the week and in the month, and where it was more, nothing is added.
    """
    settings = problem.territory.settings
    hours = {entry.member: entry for entry in problem.hours}
    before = before_the_month(problem)
    took_place = Counter((who, monday_of(promise.date)) for promise in problem.past for who in promise.people)
    for member in variables.staff:
        weeks: dict[Date, list[Date]] = {}
        for day in problem.dates:
            weeks.setdefault(monday_of(day), []).append(day)
            if day > problem.as_of:
                rule = Rule(constraint="workload", subject=(member.id, day.isoformat()), origin=member.origin)
                yield rule, model.add(variables.duties(member, day) <= settings.daily_maximum)
        for monday, days in weeks.items():
            held = LinearExpr.sum([variables.duties(member, day) for day in days])
            rule = Rule(constraint="workload", subject=(member.id, "week", monday.isoformat()), origin=member.origin)
            left = settings.weekly_maximum - before[member.id, monday]
            yield rule, model.add(held <= max(0, left, took_place[member.id, monday]))
        length = LinearExpr.sum([variables.length(member, day) for day in problem.dates])
        rule = Rule(constraint="workload", subject=(member.id, "month"), origin=member.origin)
        past = sum(worked(problem, variables.clock, member.id, day) for day in problem.dates if day <= problem.as_of)
        yield rule, model.add(length <= max(seconds(hours[member.id].available), past))
