"""Tours a van can drive."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise, zip_longest

from picup_planner.evaluation.duties import (
    MINUTE,
    Drive,
    Route,
    breach,
    busy_between,
    coming,
    lunch_between,
    routes,
    to_time,
)
from picup_planner.plan import Breach, Leg, Plan, Tour
from picup_planner.problem import Problem


def tours(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A van in service goes from the depot to its sites in session order, in time for each, and back to the depot.

    Found, between two sites: date, van, minutes needed, minutes there are; for what a tour says of itself: the leg
    that differs, or minutes written and minutes counted.
    """
    written = {(tour.van, tour.date): tour for tour in plan.tours}
    for route in coming(problem, routes(problem, plan)):
        yield from _in_time(problem, route)
        for off in route.van.off:
            if off.first <= route.date <= off.last:
                yield breach("tours", route.van.id, route.date, origin=route.van.origin)
                break
        if tour := written.get((route.van.id, route.date)):
            yield from _as_written(route, tour)


def _in_time(problem: Problem, route: Route) -> Iterator[Breach]:
    """From one stop to the next there is time for tear-down, lunch at midday, the drive and set-up."""
    for first, second in pairwise(route.stops):
        needed = busy_between(problem, first, second) + lunch_between(problem, first, second)
        there_is = second.start - first.end
        if needed > there_is and first.session != second.session:
            yield breach(
                "tours",
                first.site.id,
                first.session,
                second.site.id,
                second.session,
                found=(route.date, route.van.id, -(-needed // MINUTE), there_is // MINUTE),
            )


def _as_written(route: Route, tour: Tour) -> Iterator[Breach]:
    """The tour's legs, length and minutes are those of the problem's travel times."""
    for leg, drive in zip_longest(tour.legs, route.drives):
        if leg is None or drive is None or not _same(leg, drive):
            differs = drive or leg
            yield breach("tours", tour.van, tour.date, "legs", found=(differs.start, differs.end))
            break
    if tour.length != route.length:
        found = (round(tour.length / MINUTE), round(route.length / MINUTE))
        yield breach("tours", tour.van, tour.date, "length", found=found)
    if tour.minutes != route.minutes:
        yield breach("tours", tour.van, tour.date, "minutes", found=(tour.minutes, route.minutes))


def _same(leg: Leg, drive: Drive) -> bool:
    return (leg.start, leg.end, leg.departure, leg.arrival, timedelta(seconds=leg.seconds), leg.metres) == (
        drive.start,
        drive.end,
        to_time(drive.departure),
        to_time(drive.departure + drive.length),
        drive.length,
        drive.metres,
    )
