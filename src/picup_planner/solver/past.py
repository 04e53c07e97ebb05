"""What took place this month, in numbers the rules start from."""

from collections import Counter
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import pairwise

from picup_planner.problem import Problem
from picup_planner.solver.clock import Clock, monday_of, seconds


def worked(problem: Problem, clock: Clock, member: str, day: Date) -> int:
    """Return the seconds of duty of a person on a past date: tours, depot to depot less lunch, and fixed permanences.

    Whoever held a part of a tour was out for all of it.
    """
    fixed = {duty.id: seconds(duty.end) - seconds(duty.start) for duty in problem.fixed}
    held = [promise for promise in problem.past if promise.date == day and member in promise.people]
    assisted = sum(fixed[promise.id] for promise in held if promise.session is None)
    return assisted + sum(_tour(problem, clock, van, day) for van in {promise.van for promise in held} - {None})


def before_the_month(problem: Problem) -> Counter[tuple[str, Date]]:
    """Count the permanences each person held before the month, by the Monday of their week."""
    return Counter((who, monday_of(held.date)) for held in problem.history for who in set(held.members))


def _tour(problem: Problem, clock: Clock, van: str | None, day: Date) -> int:
    (depot,) = (known.depot for known in problem.territory.vans if known.id == van)
    driven = sorted((held for held in problem.past if (held.van, held.date) == (van, day)), key=lambda held: held.id)
    stops = [(held.site, s) for s in clock.sessions for held in driven if held.session == s.id]
    (site, first), (last_site, last) = stops[0], stops[-1]
    start = seconds(first.start) - clock.set_up - clock.outbound(depot, site, first)
    end = seconds(last.end) + clock.tear_down + clock.inbound(last_site, last, depot)
    return end - start - sum(clock.lunch_between(s, t) for (_, s), (_, t) in pairwise(stops))
