from dataclasses import replace
from itertools import product
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from picup_planner.assemble import places
from picup_planner.errors import RoadsError
from picup_planner.roads.journeys import Journeys
from picup_planner.roads.network import Location, Network, network, snap
from picup_planner.roads.osm import drivable_graph
from picup_planner.roads.travel import routes, travel_times
from picup_planner.territory import ROADS, embedded, read
from roads_xml import SQUARE, STREET, osm_file

CORNERS = [Location(f"corner-{node}", "", latitude, longitude) for node, (longitude, latitude) in SQUARE.items()]
SOUTH = [Location(f"south-{share}", "", 45.70, 4.85 + share / 1000) for share in (2, 8)]


def _square(folder: Path, **tags: str) -> Path:
    return osm_file(folder / "square.osm", SQUARE, [([1, 2, 3, 4, 1], {**STREET, **tags})])


def test_one_way_is_not_symmetric(tmp_path: Path) -> None:
    """Around a one-way block, the way back is the rest of the tour."""
    times = travel_times(network(_square(tmp_path, oneway="yes"), tmp_path), CORNERS)
    there, back = times.length("corner-1", "corner-2"), times.length("corner-2", "corner-1")
    assert (there, back) == (777, 3000)
    assert times.seconds[0][1] < times.seconds[1][0]


def test_two_places_on_one_street(tmp_path: Path) -> None:
    """Between two points of the same street the van drives only that part of it, and back the same on a street."""
    times = travel_times(network(_square(tmp_path), tmp_path), SOUTH)
    assert times.metres == ((0, 466), (466, 0))


def test_two_places_on_one_way(tmp_path: Path) -> None:
    """Back to a point already passed on a one-way street goes all the way round."""
    times = travel_times(network(_square(tmp_path, oneway="yes"), tmp_path), SOUTH)
    assert times.metres == ((0, 466), (3311, 0))


def test_two_places_at_the_same_point(tmp_path: Path) -> None:
    """Two sites at one place are no time apart."""
    twins = [replace(SOUTH[0], id="a"), replace(SOUTH[0], id="b")]
    times = travel_times(network(_square(tmp_path, oneway="yes"), tmp_path), [*twins, SOUTH[1]])
    assert times.metres[0] == times.metres[1] == (0, 0, 466)


def test_a_place_at_a_junction_is_on_all_its_roads(tmp_path: Path) -> None:
    """Where a one-way street begins, the van may take the motorway that passes there too."""
    ways = [([1, 2, 3], {**STREET, "oneway": "yes"}), ([1, 3], {"highway": "motorway", "oneway": "no"})]
    times = travel_times(network(osm_file(tmp_path / "a.osm", SQUARE, ways), tmp_path), [CORNERS[0], CORNERS[2]])
    assert times.metres == ((0, 1356), (1356, 0))


def test_hour_factors_are_kept(tmp_path: Path) -> None:
    """The factors of the hours travel with the times, which stay unrounded."""
    factors = tuple(1 + hour / 100 for hour in range(24))
    times = travel_times(network(_square(tmp_path), tmp_path), CORNERS, factors)
    assert times.hour_factors == factors
    assert times.seconds[0][1] != round(times.seconds[0][1])


def test_route_follows_the_road(tmp_path: Path) -> None:
    """A route begins and ends at the places and turns at the corners, in driving order."""
    roads = network(_square(tmp_path, oneway="yes"), tmp_path)
    lines = routes(roads, [(SOUTH[0], SOUTH[1]), (SOUTH[1], SOUTH[0]), (SOUTH[0], SOUTH[0])])
    assert lines["south-2", "south-8"] == [(4.852, 45.70), (4.858, 45.70)]
    assert lines["south-8", "south-2"] == [
        *((4.858, 45.70), (4.86, 45.70), (4.86, 45.71)),
        *((4.85, 45.71), (4.85, 45.70), (4.852, 45.70)),
    ]
    assert lines["south-2", "south-2"] == [(4.852, 45.70)]


def test_journeys_no_road_makes_are_all_told(tmp_path: Path) -> None:
    """Where every turn is forbidden, the van only reaches the next corner: every other journey is refused at once."""
    whole = network(_square(tmp_path), tmp_path)
    edges = range(len(whole.tail))
    stuck = replace(whole, turns=np.array(list(product(edges, edges)), np.int32))
    with pytest.raises(RoadsError) as refused:
        travel_times(stuck, CORNERS)
    assert [mistake.message for mistake in refused.value.mistakes] == ["roads-no-journey"] * 4
    with pytest.raises(RoadsError, match="roads-no-journey"):
        routes(stuck, [(CORNERS[2], CORNERS[0])])
    assert travel_times(stuck, CORNERS[:2]).metres == ((0, 777), (777, 0))


@settings(deadline=None, max_examples=50)
@example(seed=3617494, size=7)
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(4, 12))
def test_times_are_the_shortest_paths(tmp_path_factory: pytest.TempPathFactory, seed: int, size: int) -> None:
    """On random streets, times are those networkx finds on the graph before it was simplified, and lengths theirs."""
    chance = np.random.default_rng(seed)
    points = {node: tuple((4.85, 45.70) + chance.random(2) / 50) for node in range(1, size + 1)}
    kinds = ["primary", "tertiary", "residential", "trunk"]
    ways = [([*points, 1], STREET)]
    for _ in range(size):
        line = chance.choice(size, 3, replace=False) + 1
        tags = {"highway": str(chance.choice(kinds)), "oneway": str(chance.choice(["yes", "no", "-1"]))}
        ways.append((line.tolist(), tags | {"maxspeed": str(chance.choice(["30", "50", "FR:urban", "none"]))}))
    folder = tmp_path_factory.mktemp("roads")
    path = osm_file(folder / "random.osm", points, ways)
    places = [Location(f"place-{node}", "", latitude, longitude) for node, (longitude, latitude) in points.items()]
    roads = network(path, folder)
    times = travel_times(roads, places)
    graph = drivable_graph(path)
    shortest = dict(nx.all_pairs_dijkstra_path_length(graph, weight="seconds"))
    expected = [[shortest[start][end] for end in points] for start in points]
    assert np.allclose(times.seconds, expected, rtol=1e-4, atol=1e-2)
    lines = routes(roads, [(start, end) for start in places for end in places])
    for (start, end), line in lines.items():
        assert _metres(line) == pytest.approx(times.length(start, end), rel=1e-3, abs=1)


def test_knowing_where_one_comes_from_changes_nothing_where_no_turn_is_restricted(roads: Network) -> None:
    """The journeys of nodes and those of links are the same, to the millisecond and the decimetre."""
    places = snap(roads, PLACES)
    loops = np.flatnonzero(roads.head[:, None] == roads.tail[None, :]).size
    apart = np.argwhere(roads.head[:, None] != roads.tail[None, :])[:1].astype(np.int32)
    assert loops
    by_links = Journeys(replace(roads, turns=apart), places).matrix(EVERY, EVERY)
    by_nodes = Journeys(roads, places).matrix(EVERY, EVERY)
    assert np.array_equal(by_links, by_nodes)
    lines = [Journeys(one, places).lines(0, EVERY) for one in (roads, replace(roads, turns=apart))]
    assert lines[0] == lines[1]


def test_some_rows_and_columns_are_those_of_the_whole(roads: Network) -> None:
    """Searched backwards from few ends, or with fewer places, journeys are the same to the millisecond."""
    whole = Journeys(roads, snap(roads, PLACES)).matrix(EVERY, EVERY)
    column = Journeys(roads, snap(roads, PLACES)).matrix(EVERY, [3, 5])
    few = Journeys(roads, snap(roads, PLACES[:6])).matrix(range(6), range(6))
    assert np.array_equal(column, [one[:, [3, 5]] for one in whole])
    assert np.array_equal(few, [one[:6, :6] for one in whole])


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Read the embedded network."""
    return network(embedded() / ROADS, tmp_path_factory.mktemp("cache"))


PLACES = places(read(embedded()))
EVERY = range(len(PLACES))


def _metres(line: list[tuple[float, float]]) -> float:
    steps = np.diff(np.radians(line), axis=0) * (np.cos(np.radians(45.71)), 1) if len(line) > 1 else np.zeros((1, 2))
    return float(np.hypot(*steps.T).sum() * 6_371_009)
