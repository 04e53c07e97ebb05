"""How much one person holds."""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Problem, Rule
from picup_planner.solver.clock import seconds
from picup_planner.solver.variables import Variables

WEEK = 7


def workload(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each person: at most so many permanences a day and an ISO week, so many hours a month."""
    settings = problem.territory.settings
    hours = {entry.member: entry for entry in problem.hours}
    for member in variables.staff:
        weeks: dict[Date, list[Date]] = {}
        for day in problem.dates:
            rule = Rule(constraint="workload", subject=(member.id, day.isoformat()), origin=member.origin)
            yield rule, model.add(variables.duties(member, day) <= settings.daily_maximum)
            weeks.setdefault(day - timedelta(days=day.isoweekday() - 1), []).append(day)
        for monday, days in weeks.items():
            past = sum(
                member.id in permanence.members and 0 <= (permanence.date - monday).days < WEEK
                for permanence in problem.history
            )
            held = LinearExpr.sum([variables.duties(member, day) for day in days])
            rule = Rule(constraint="workload", subject=(member.id, "week", monday.isoformat()), origin=member.origin)
            yield rule, model.add(held <= max(0, settings.weekly_maximum - past))
        length = LinearExpr.sum([variables.length(member, day) for day in problem.dates])
        rule = Rule(constraint="workload", subject=(member.id, "month"), origin=member.origin)
        yield rule, model.add(length <= seconds(hours[member.id].available))
