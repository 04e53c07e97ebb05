"""Travel cost."""

from collections import Counter

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem, Van
from picup_planner.solver.clock import Clock
from picup_planner.solver.drives import Stop
from picup_planner.solver.variables import Variables

PAIR = 2
"""Stops of a tour up to which its rounded minutes are a sum over arcs."""


def travel(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the minutes vans drive, rounded up once per tour.

    A crew that holds two permanences a day at most drives tours of one or two stops, and the minutes of such a tour
    belong to its stop or to its arc: the sum is linear and its relaxation nearly integral. Longer tours, be they of the
    past, round a variable up.
    """
    allowed = min(len(variables.clock.sessions), problem.territory.settings.daily_maximum)
    past = Counter((held.van, held.date) for held in problem.past if held.session)
    longest = max([allowed, *past.values()])
    rounded = _of_short_tours if longest <= PAIR else _of_long_tours
    return LinearExpr.sum([rounded(model, problem, variables, van) for van in variables.vans])


def _of_short_tours(_model: CpModel, problem: Problem, variables: Variables, van: Van) -> LinearExpr:
    alone = {
        (site.id, s.id): minutes(variables.clock, van.depot, (site.id, s.id))
        for site in variables.sites
        for s in variables.clock.sessions
    }
    terms = [
        alone[site.id, session.id] * variables.visit(van, site, day, session)
        for day in problem.dates
        for site in variables.sites
        for session in variables.clock.sessions
    ]
    saved: dict[tuple[Stop, Stop], int] = {}
    for day in problem.dates:
        for before, after, arc in variables.arcs(van, day):
            if (before, after) not in saved:
                together = minutes(variables.clock, van.depot, before, after)
                saved[before, after] = together - alone[before] - alone[after]
            terms.append(saved[before, after] * arc)
    return LinearExpr.sum(terms)


def minutes(clock: Clock, depot: str, *stops: Stop) -> int:
    """Return the minutes of a tour of one or two stops, rounded up."""
    (first, s), (last, t) = stops[0], stops[-1]
    session_of = clock.session_of
    driven = clock.outbound(depot, first, session_of[s]) + clock.inbound(last, session_of[t], depot)
    if len(stops) == PAIR:
        driven += clock.between(first, session_of[s], last)
    return -(-driven // 60)


def _of_long_tours(model: CpModel, problem: Problem, variables: Variables, van: Van) -> LinearExpr:
    tours = []
    for day in problem.dates:
        driven = model.new_int_var(0, 24 * 60, f"{van.id} {day} minutes")
        model.add(60 * driven >= variables.depot_drive(van, day) + variables.stop_drive(van, day))
        tours.append(driven)
    return LinearExpr.sum(tours)
