"""The same crew all day."""

from collections.abc import Iterator

from picup_planner.evaluation.duties import breach, coming, routes
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def same_crew(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """The crew of a tour stays the same from its first stop to its last, and goes in one van only.

    Found: the person.
    """
    driven = coming(problem, routes(problem, plan))
    for route in driven:
        crews = [stop.people for stop in route.stops]
        elsewhere = {
            member
            for other in driven
            if other.date == route.date and other.van.id != route.van.id
            for stop in other.stops
            for member in stop.people
        }
        everyone = {member for crew in crews for member in crew}
        for member in sorted(everyone):
            if member in elsewhere or not all(member in crew for crew in crews):
                yield breach("same_crew", route.van.id, route.date, found=(member,))
