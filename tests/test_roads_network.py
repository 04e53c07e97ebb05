import gzip
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from picup_planner.errors import Origin, RoadsError
from picup_planner.roads.network import Location, Network, far, network, snap
from roads_xml import SQUARE, STREET, osm_file

VILLEURBANNE = Path(__file__).parents[2] / "shared" / "data" / "real" / "villeurbanne.osm.gz"
AROUND = ([1, 2, 3, 4, 1], STREET)
NORTH = 0.000899  # degrees of latitude in 100 m


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """Four streets around a block, and a diagonal."""
    return osm_file(tmp_path / "square.osm", SQUARE, [AROUND, ([1, 3], {"highway": "tertiary"})])


def _same(one: Network, other: Network) -> bool:
    pairs = [(getattr(one, each.name), getattr(other, each.name)) for each in fields(Network)]
    lines = zip(one.geometry, other.geometry, strict=True)
    plain = [(a, b) for a, b in pairs if not isinstance(a, tuple)]
    return all(np.array_equal(a, b) for a, b in [*plain, *lines]) and all(type(a) is type(b) for a, b in pairs)


def test_junctions_and_edges(square: Path, tmp_path: Path) -> None:
    """Corners between two streets are shape, not junctions; every street has its two directions."""
    roads = network(square, tmp_path)
    assert roads.node_ids.tolist() == [1, 3]
    assert len(roads.tail) == 6
    assert roads.kept == 1
    around = [line for line, kind in zip(roads.geometry, roads.kind, strict=True) if kind == "residential"]
    assert [len(line) for line in around] == [3] * 4


def test_geometry_runs_from_tail_to_head(square: Path, tmp_path: Path) -> None:
    """An edge's line begins at its tail and ends at its head."""
    roads = network(square, tmp_path)
    nodes = np.column_stack([roads.longitude, roads.latitude])
    assert all(np.array_equal(line[0], nodes[tail]) for line, tail in zip(roads.geometry, roads.tail, strict=True))
    assert all(np.array_equal(line[-1], nodes[head]) for line, head in zip(roads.geometry, roads.head, strict=True))


def test_cache_round_trips_exactly(square: Path, tmp_path: Path) -> None:
    """What the cache gives back is bit for bit what was read."""
    first = network(square, tmp_path / "cache")
    assert _same(first, network(square, tmp_path / "cache"))
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".npz"]


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda _: b"", lambda b: b[:-9] + b"x" + b[-8:]])
def test_cache_heals_itself(square: Path, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """A cached file cut short, emptied or altered by one byte is read anew and replaced."""
    first = network(square, tmp_path / "cache")
    [stored] = (tmp_path / "cache").iterdir()
    content = stored.read_bytes()
    stored.write_bytes(damage(content))
    assert _same(first, network(square, tmp_path / "cache"))
    assert len(stored.read_bytes()) == len(content)


def test_cache_follows_the_content(square: Path, tmp_path: Path) -> None:
    """Another content under the same name is another network."""
    first = network(square, tmp_path / "cache")
    osm_file(square, SQUARE, [AROUND])
    assert network(square, tmp_path / "cache").hash != first.hash


def test_without_a_cache_to_write(square: Path, tmp_path: Path) -> None:
    """A cache folder that cannot be made is done without."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert len(network(square, tmp_path / "file").tail) == 6


def test_a_cache_hit_does_without_osmnx(square: Path, tmp_path: Path) -> None:
    """Reading from the cache imports neither osmnx nor networkx nor geopandas."""
    network(square, tmp_path / "cache")
    program = (
        "import sys; from pathlib import Path; from picup_planner.roads.network import network;"
        "network(Path(sys.argv[1]), Path(sys.argv[2]));"
        "print({'osmnx', 'networkx', 'geopandas'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", program, str(square), str(tmp_path / "cache")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "set()\n"  # noqa: S603


def test_gzip_is_read(square: Path, tmp_path: Path) -> None:
    """The same extract compressed is the same network."""
    packed = tmp_path / "square.osm.gz"
    packed.write_bytes(gzip.compress(square.read_bytes()))
    assert network(packed, tmp_path).metres.tolist() == network(square, tmp_path).metres.tolist()


def test_two_towns_apart_are_refused(tmp_path: Path) -> None:
    """A network in two pieces is refused, and says how much of it holds together."""
    nodes = SQUARE | {node + 10: (longitude + 1, latitude) for node, (longitude, latitude) in SQUARE.items()}
    path = osm_file(tmp_path / "a.osm", nodes, [AROUND, ([11, 12, 13], STREET)])
    with pytest.raises(RoadsError) as refused:
        network(path, tmp_path)
    [mistake] = refused.value.mistakes
    assert (mistake.message, mistake.arguments) == ("roads-not-connected", {"file": "a.osm", "percent": 66})


def test_a_town_one_cannot_come_back_from_is_refused(tmp_path: Path) -> None:
    """Two towns joined by a one-way road are two pieces: weakly connected is not enough."""
    nodes = SQUARE | {node + 10: (longitude + 0.02, latitude) for node, (longitude, latitude) in SQUARE.items()}
    bridge = ([2, 11], {**STREET, "oneway": "yes"})
    path = osm_file(tmp_path / "a.osm", nodes, [AROUND, ([11, 12, 13, 14, 11], STREET), bridge])
    with pytest.raises(RoadsError, match="roads-not-connected"):
        network(path, tmp_path)


def test_a_one_way_street_cut_by_the_extract_is_set_aside(tmp_path: Path) -> None:
    """A one-way street that leaves the extract is dropped and counted, and does not refuse the rest."""
    nodes = SQUARE | {5: (4.88, 45.70)}
    roads = network(osm_file(tmp_path / "a.osm", nodes, [AROUND, ([2, 5], {**STREET, "oneway": "yes"})]), tmp_path)
    assert 5 not in roads.node_ids
    assert 0.8 < roads.kept < 0.85


def test_only_one_way_streets_that_lead_nowhere(tmp_path: Path) -> None:
    """An extract on which no street can be driven back is refused."""
    with pytest.raises(RoadsError, match="roads-not-connected"):
        network(osm_file(tmp_path / "a.osm", SQUARE, [([1, 2, 3], {**STREET, "oneway": "yes"})]), tmp_path)


def test_only_motorways(tmp_path: Path) -> None:
    """An extract of motorways has no road on which a van may stop."""
    with pytest.raises(RoadsError, match="roads-no-road"):
        network(osm_file(tmp_path / "a.osm", SQUARE, [([1, 2, 3, 4, 1], {"highway": "motorway"})]), tmp_path)


def test_nearest_point_is_on_the_street(square: Path, tmp_path: Path) -> None:
    """A site 100 m south of the middle of a street meets it there, in both directions."""
    [found] = snap(network(square, tmp_path), [Location("a", "A", 45.70 - NORTH, 4.855)])
    assert found.metres == pytest.approx(100, abs=0.5)
    assert (found.longitude, found.latitude) == (4.855, 45.70)
    assert sorted(share for _, share in found.edges) == pytest.approx([0.206, 0.794], abs=0.001)


def test_a_van_does_not_stop_on_a_motorway(tmp_path: Path) -> None:
    """A site beside a motorway meets the street behind it."""
    ways = [AROUND, ([1, 3], {"highway": "motorway", "oneway": "no"})]
    [found] = snap(network(osm_file(tmp_path / "a.osm", SQUARE, ways), tmp_path), [Location("a", "A", 45.705, 4.855)])
    assert found.metres > 350


def test_a_van_stops_beside_a_pedestrian_square(tmp_path: Path) -> None:
    """A site in the middle of a pedestrian square is reached from the street beside it, so many metres away."""
    inner = {11: (4.854, 45.7005), 12: (4.856, 45.7005), 13: (4.856, 45.7015), 14: (4.854, 45.7015)}
    square = ([11, 12, 13, 14, 11], {"highway": "pedestrian", "area": "yes", "place": "square"})
    ways = [AROUND, square, ([1, 11], {"highway": "footway"})]
    [found] = snap(
        network(osm_file(tmp_path / "a.osm", SQUARE | inner, ways), tmp_path), [Location("a", "A", 45.701, 4.855)]
    )
    assert (found.latitude, found.metres) == (45.70, pytest.approx(111, abs=1))


def test_a_bridge_is_not_joined_to_what_it_crosses(tmp_path: Path) -> None:
    """Ways that cross without a common node, on a bridge or in a tunnel, let nobody turn from one into the other."""
    ways = [AROUND, ([1, 3], {**STREET, "bridge": "yes", "layer": "1"}), ([2, 4], {**STREET, "tunnel": "yes"})]
    roads = network(osm_file(tmp_path / "a.osm", SQUARE, ways), tmp_path)
    assert sorted(roads.node_ids.tolist()) == [1, 2, 3, 4]


def test_far_from_a_road_is_told(square: Path, tmp_path: Path) -> None:
    """Over 150 m is a warning with its metres and where the site was typed; at 100 m there is none."""
    origin = Origin("sites.csv", 4)
    places = [Location("a", "A", 45.70 - 2 * NORTH, 4.855, origin), Location("b", "B", 45.70 - NORTH, 4.855)]
    [warning] = far(snap(network(square, tmp_path), places))
    assert (warning.message, warning.arguments, warning.origin) == ("roads-far", {"name": "A", "metres": 200}, origin)


def test_too_far_is_refused_all_at_once(square: Path, tmp_path: Path) -> None:
    """Every site over 500 m is refused in one pass, unless farther ones are accepted."""
    places = [Location(name, name, 45.70 - 7 * NORTH, 4.855) for name in "ab"]
    roads = network(square, tmp_path)
    with pytest.raises(RoadsError) as refused:
        snap(roads, places)
    assert [(m.message, m.arguments["name"]) for m in refused.value.mistakes] == [
        ("roads-too-far", "a"),
        ("roads-too-far", "b"),
    ]
    assert len(snap(roads, places, refused_over=1000)) == 2


def test_swapped_coordinates_are_recognised(square: Path, tmp_path: Path) -> None:
    """Latitude and longitude the wrong way round are told as such."""
    with pytest.raises(RoadsError, match="roads-swapped"):
        snap(network(square, tmp_path), [Location("a", "A", latitude=4.855, longitude=45.70)])


def test_an_overpass_answer_cut_around_a_campus(tmp_path: Path) -> None:
    """A small extract loses the one-way streets it cuts, a fifth of its length, and is whole otherwise."""
    if not VILLEURBANNE.exists():
        pytest.skip("needs ../shared/data/real/villeurbanne.osm.gz")
    roads = network(VILLEURBANNE, tmp_path)
    assert roads.kept == pytest.approx(0.811, abs=0.001)
    assert len(roads.node_ids) == 93
