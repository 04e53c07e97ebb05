"""How many promises of the published plan are not kept, counted from the plan."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from picup_planner.evaluation.duties import fixed_duties, visits
from picup_planner.plan import Plan
from picup_planner.problem import Problem

LOST = 2
"""Changes that a permanence no longer held where and when it was promised counts for; one moved is new elsewhere."""

Slot = tuple[str, date, str | None]
"""A site, a date and a session."""


def below_published(problem: Problem, plan: Plan) -> int:
    """Sum over communes the mobile permanences promised this month that are not held, wherever and whenever."""
    commune_of = problem.territory.commune_of
    promised = Counter(commune_of[promise.site] for promise in problem.promised if promise.session)
    held = Counter(visit.commune for visit in visits(problem, plan))
    return sum(max(0, count - held[commune]) for commune, count in promised.items())


def changes_in_notice(problem: Problem, plan: Plan) -> int:
    """Count the changes on the dates that come before a new permit could be asked for."""
    notice = timedelta(days=problem.territory.settings.notice)
    return _changes(problem, plan, (day for day in problem.coming if day <= problem.as_of + notice))


def changes(problem: Problem, plan: Plan) -> int:
    """Count 2 for each promised permanence lost, 1 for each new one, 1 for each person promised and replaced.

    A permanence is promised by its site, date and session: one moved is lost there and new elsewhere. A person counts
    where the permanence is kept, or fixed. The van says nothing to anybody.
    """
    return _changes(problem, plan, problem.dates)


COMPARED = (below_published, changes_in_notice, changes)
"""Objectives that there are only once a plan is published."""


def _changes(problem: Problem, plan: Plan, days: Iterable[date]) -> int:
    """Count the changes on some dates, a loss on the date promised and a new permanence on its own."""
    judged = set(days)
    promised = {
        (promise.site, promise.date, promise.session): promise
        for promise in problem.promised
        if promise.session and promise.date in judged
    }
    people: dict[Slot, set[str]] = defaultdict(set)
    for visit in visits(problem, plan):
        if visit.date in judged:
            people[visit.site.id, visit.date, visit.session] |= visit.people
    replaced = [promised[slot].people - people[slot] for slot in promised.keys() & people.keys()]
    crews = {promise.id: promise.people for promise in problem.promised if not promise.session}
    replaced += [crews.get(duty.id, set()) - duty.people for duty in fixed_duties(problem, plan) if duty.date in judged]
    lost, new = promised.keys() - people.keys(), people.keys() - promised.keys()
    return LOST * len(lost) + len(new) + sum(map(len, replaced))
