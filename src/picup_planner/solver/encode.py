"""From a plan to the decisions that are true in it: what `decode.py` does, backwards."""

from collections.abc import Iterator
from itertools import pairwise

from picup_planner.plan import Kind, Permanence, Plan
from picup_planner.solver.drives import Decision


def encode(plan: Plan) -> frozenset[Decision]:
    """Return the decisions that are true in a plan, whatever the problem still knows of them."""
    held = {permanence.id: permanence for permanence in plan.permanences}
    return frozenset([*_of_tours(plan, held), *(d for one in plan.permanences for d in _of_crew(one))])


def _of_tours(plan: Plan, held: dict[str, Permanence]) -> Iterator[Decision]:
    for tour in plan.tours:
        stops = [(held[name].place.id, str(held[name].session)) for name in tour.permanences]
        yield "start", (tour.van, tour.date, stops[0])
        yield from (("arc", (tour.van, tour.date, pair)) for pair in pairwise(stops))
        yield "end", (tour.van, tour.date, stops[-1])


def _of_crew(one: Permanence) -> Iterator[Decision]:
    if one.kind is Kind.MOBILE:
        for each in one.crew:
            yield "works", (each.member, each.role, one.place.commune, one.date, one.session)
    elif one.crew:
        yield "staffed", one.id
        for each in one.crew:
            yield "assists", (each.member, each.role, one.id)
