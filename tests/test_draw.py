from itertools import pairwise

import numpy as np
import pytest

from pages import tiny_plan
from picup_planner.draw import POINTS, Drawing, RoadRank, SiteState, draw
from picup_planner.problem import Problem
from picup_planner.roads.network import Network
from problems import problem_with, replaced, tiny_problem

WEST, EAST, SOUTH, NORTH = 4.83, 4.90, 45.67, 45.75


def grid(size: int = 9, kind: str = "residential") -> Network:
    """Lay a chessboard of two-way streets over the tiny territory, its middle row and column a `kind` road."""
    longitudes, latitudes = np.linspace(WEST, EAST, size), np.linspace(SOUTH, NORTH, size)
    nodes = [(x, y) for y in latitudes for x in longitudes]
    links = [(i, i + 1) for i in range(size * size) if (i + 1) % size]
    links += [(i, i + size) for i in range(size * (size - 1))]
    edges = [edge for a, b in links for edge in ((a, b), (b, a))]
    middle = size // 2

    def on_axis(a: int, b: int) -> bool:
        return a // size == b // size == middle or a % size == b % size == middle

    metres = np.array([1000 * np.hypot(*(np.array(nodes[a]) - nodes[b])) for a, b in edges])
    return Network(
        hash="0" * 64,
        kept=1,
        node_ids=np.arange(len(nodes)),
        longitude=np.array([x for x, _ in nodes]),
        latitude=np.array([y for _, y in nodes]),
        tail=np.array([a for a, _ in edges], np.int32),
        head=np.array([b for _, b in edges], np.int32),
        seconds=metres / 10,
        metres=metres,
        kind=np.array([kind if on_axis(a, b) else "residential" for a, b in edges]),
        opposite=np.array([edges.index((b, a)) for a, b in edges], np.int32),
        turns=np.empty((0, 2), np.int32),
        turns_ignored=0,
        geometry=tuple(np.array([nodes[a], nodes[b]]) for a, b in edges),
    )


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    """Draw the tiny plan on a chessboard."""
    problem = tiny_problem()
    return draw(problem, tiny_plan(problem), grid(kind="primary"))


def test_every_leg_is_drawn_from_door_to_door(drawing: Drawing) -> None:
    """Each leg of each tour has its line, which begins and ends at the depot and the sites it joins."""
    problem = tiny_problem()
    spots = {
        place.id: (place.longitude, place.latitude) for place in (*problem.territory.sites, *problem.territory.depots)
    }
    lines = {(leg.van, leg.date, leg.index): leg.line for leg in drawing.legs}
    legs = {(tour.van, tour.date, i): leg for tour in tiny_plan(problem).tours for i, leg in enumerate(tour.legs)}
    assert lines.keys() == legs.keys()
    for key, leg in legs.items():
        assert (lines[key][0], lines[key][-1]) == (spots[leg.start], spots[leg.end])


def test_legs_follow_the_streets(drawing: Drawing) -> None:
    """Between its ends a leg stays on the chessboard: no stretch of it cuts a block."""
    for leg in drawing.legs:
        for (x1, y1), (x2, y2) in pairwise(leg.line[1:-1]):
            assert abs(x1 - x2) < 2e-4 or abs(y1 - y2) < 2e-4


def test_sites_say_what_becomes_of_them(tiny: Problem) -> None:
    """A site is served, free or off; one without coordinates is left out."""
    sites = replaced(tiny.territory.sites, "amont-2", on=False)
    unknown = sites[0].model_copy(update={"id": "amont-3", "on": False, "latitude": None, "longitude": None})
    problem = problem_with(tiny, sites=(*sites, unknown))
    plan = tiny_plan(problem)
    served = [permanence for permanence in plan.permanences if permanence.place.id == "amont-1"]
    drawn = draw(problem, plan.model_copy(update={"permanences": tuple(served), "tours": plan.tours[:0]}), grid())
    states = {site.id: site.state for site in drawn.sites}
    assert states == {
        "amont-1": SiteState.SERVED,
        "amont-2": SiteState.OFF,
        "aval-1": SiteState.FREE,
        "centre-1": SiteState.FREE,
    }


def test_background_draws_each_street_once(drawing: Drawing) -> None:
    """Both directions of a street are one line, roads are ranked by class, and pieces of a road are joined."""
    lines = {roads.rank: roads.lines for roads in drawing.roads}
    assert set(lines) == set(RoadRank)
    assert lines[RoadRank.MOTORWAY] == ()
    axes = {frozenset((line[0], line[-1])) for line in lines[RoadRank.MAIN]}
    assert len(axes) == len(lines[RoadRank.MAIN])
    drawn = [frozenset(step) for roads in drawing.roads for line in roads.lines for step in pairwise(line)]
    assert len(drawn) == len(set(drawn))


def test_background_stays_light_whatever_the_extract(tiny: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """When points run out, main roads are kept and streets left out."""
    monkeypatch.setattr("picup_planner.draw.POINTS", 40)
    roads = {roads.rank: roads.lines for roads in draw(tiny, tiny_plan(tiny), grid(31, "primary")).roads}
    points = sum(len(line) for lines in roads.values() for line in lines)
    assert 0 < points <= 40 < POINTS
    assert roads[RoadRank.MAIN]


def test_coordinates_have_five_decimals(drawing: Drawing) -> None:
    """No coordinate is told closer than about a metre."""
    points = [point for leg in drawing.legs for point in leg.line]
    points += [point for roads in drawing.roads for line in roads.lines for point in line]
    assert points == [(round(x, 5), round(y, 5)) for x, y in points]


def test_drawing_survives_json(drawing: Drawing) -> None:
    """A drawing written to JSON and read back is the same drawing."""
    assert Drawing.model_validate_json(drawing.model_dump_json()) == drawing


def test_drawing_twice_gives_the_same(drawing: Drawing) -> None:
    """The same plan on the same network is drawn alike, to the last coordinate."""
    problem = tiny_problem()
    assert draw(problem, tiny_plan(problem), grid(kind="primary")).model_dump_json() == drawing.model_dump_json()


def test_an_unserved_territory_without_outlines_is_drawn(tiny: Problem) -> None:
    """A plan with no tour, in communes whose contour is unknown, is still a drawing."""
    communes = tuple(commune.model_copy(update={"contour": ()}) for commune in tiny.territory.communes)
    problem = problem_with(tiny, communes=communes)
    plan = tiny_plan(problem).model_copy(update={"tours": (), "permanences": ()})
    drawn = draw(problem, plan, grid())
    assert drawn.legs == ()
    assert all(commune.outline == () for commune in drawn.communes)
