"""Turns a van may not make, on crossroads made by hand and on the real file."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from picup_planner.errors import RoadsError
from picup_planner.roads.network import Location, Network, network
from picup_planner.roads.tags import Vehicle
from picup_planner.roads.travel import routes, travel_times
from picup_planner.roads.turns import turns
from roads_xml import STREET, osm_file

VILLEURBANNE = Path(__file__).parents[2] / "shared" / "data" / "real" / "villeurbanne.osm.gz"
CENTRE = 5
NODES = {
    1: (4.85, 45.70),
    2: (4.86, 45.70),
    3: (4.86, 45.71),
    4: (4.85, 45.71),
    5: (4.855, 45.705),
    6: (4.8525, 45.705),
    7: (4.8575, 45.705),
    8: (4.855, 45.7025),
    9: (4.855, 45.7075),
}
"""A block around a crossroads: 6 west, 7 east, 8 south, 9 north of the centre, each on a side of the block."""

WEST, EAST, SOUTH, NORTH = 1, 2, 3, 4
WAYS = [
    *(([6, 5], STREET), ([5, 7], STREET), ([8, 5], STREET), ([5, 9], STREET)),
    *(([6, 1, 8], STREET), ([8, 2, 7], STREET), ([7, 3, 9], STREET), ([9, 4, 6], STREET)),
]
PLACES = {
    name: Location(name, name, latitude, longitude)
    for name, (longitude, latitude) in {
        "west": (4.8535, 45.705),
        "east": (4.8565, 45.705),
        "south": (4.855, 45.7035),
        "north": (4.855, 45.7065),
    }.items()
}


def restriction(kind: str, start: int, end: int, via: int = CENTRE, **tags: str) -> str:
    """Write a restriction; a `restriction` among the tags replaces the kind."""
    members = (("way", start, "from"), ("node", via, "via"), ("way", end, "to"))
    inside = "".join(f'<member type="{type_}" ref="{ref}" role="{role}"/>' for type_, ref, role in members)
    tagged = {"type": "restriction", **({"restriction": kind} if kind else {}), **tags}
    inside += "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tagged.items())
    return f'<relation id="{start * 10 + end}">{inside}</relation>'


def crossroads(folder: Path, *restrictions: str, vehicle: Vehicle | None = None) -> Network:
    """Read the crossroads."""
    path = osm_file(folder / "crossroads.osm", NODES, WAYS)
    path.write_text(path.read_text("utf-8").replace("</osm>", "".join(restrictions) + "</osm>"), "utf-8")
    return network(path, folder, vehicle or Vehicle())


def metres(roads: Network, start: str, end: str) -> int:
    """Length of a journey."""
    return travel_times(roads, [PLACES[start], PLACES[end]]).length(start, end)


def passes(roads: Network, start: str, end: str) -> bool:
    """Whether a journey makes the turn at the centre."""
    line = routes(roads, [(PLACES[start], PLACES[end])])[start, end]
    return NODES[CENTRE] in line and len(line) == len((start, CENTRE, end))


def test_without_restrictions_the_centre_is_open(tmp_path: Path) -> None:
    """Every turn at the crossroads is made, and each is as long as it should be."""
    roads = crossroads(tmp_path)
    assert len(roads.turns) == 0
    assert all(passes(roads, start, end) for start in PLACES for end in PLACES if start != end)


@pytest.mark.parametrize(
    ("kind", "forbidden"),
    [
        ("no_left_turn", {"north"}),
        ("no_right_turn", {"north"}),
        ("no_entry", {"north"}),
        ("only_left_turn", {"south", "east"}),
        ("only_straight_on", {"south", "east"}),
    ],
)
def test_a_restriction_holds_from_one_road(tmp_path: Path, kind: str, forbidden: set[str]) -> None:
    """From the west, `no_*` closes the road to the north and `only_*` every other; from elsewhere nothing changes."""
    roads = crossroads(tmp_path, restriction(kind, WEST, NORTH))
    assert {end for end in ("north", "south", "east") if not passes(roads, "west", end)} == forbidden
    others = [(start, end) for start in ("north", "south", "east") for end in PLACES if start != end]
    assert all(passes(roads, start, end) for start, end in others)


def test_nobody_turns_back_to_get_round_a_restriction(tmp_path: Path) -> None:
    """Going on, turning back and turning right would be short: the van goes round the block."""
    roads = crossroads(tmp_path, restriction("no_left_turn", WEST, NORTH))
    line = routes(roads, [(PLACES["west"], PLACES["north"])])["west", "north"]
    assert len(set(line)) == len(line), "no point is passed twice"
    assert metres(roads, "west", "north") == pytest.approx(_length(line), rel=1e-3)
    assert metres(roads, "west", "north") > 2 * metres(roads, "north", "west")


def test_a_dead_end_is_where_a_van_turns_back(tmp_path: Path) -> None:
    """Out of a dead end the only way on is back."""
    nodes = {**NODES, 10: (4.8575, 45.7055)}
    path = osm_file(tmp_path / "dead.osm", nodes, [*WAYS, ([5, 10], STREET)])
    content = path.read_text("utf-8").replace("</osm>", restriction("no_left_turn", WEST, NORTH) + "</osm>")
    path.write_text(content, "utf-8")
    roads = network(path, tmp_path)
    place = Location("end", "", 45.7055, 4.8575)
    assert travel_times(roads, [place, PLACES["west"]]).length("end", "west") > 0
    line = routes(roads, [(PLACES["west"], PLACES["north"])])["west", "north"]
    assert (4.8575, 45.7055) in line, "the van drives to its end and turns there, which is shorter than round the block"


@pytest.mark.parametrize(
    "tags",
    [
        {"except": "psv;motorcar"},
        {"except": "motor_vehicle"},
        {"restriction": "give_way"},
        {"type": "route"},
        {"restriction": "", "restriction__hgv": "no_left_turn"},
        {"restriction": "", "restriction__conditional": "no_left_turn @ (07:00-09:00)"},
    ],
)
def test_what_does_not_concern_a_van(tmp_path: Path, tags: dict[str, str]) -> None:
    """Exceptions, other vehicles, other hours and other relations forbid nothing."""
    roads = crossroads(tmp_path, restriction("no_left_turn", WEST, NORTH, **tags))
    assert passes(roads, "west", "north")


@pytest.mark.parametrize(
    ("tags", "vehicle"),
    [
        ({"except": "psv;bicycle"}, Vehicle()),
        ({"type": "restriction:motorcar"}, Vehicle()),
        ({"restriction": "", "restriction__motor_vehicle": "no_left_turn"}, Vehicle()),
        ({"restriction": "", "restriction__hgv": "no_left_turn"}, Vehicle(weight=7.5)),
    ],
)
def test_what_concerns_a_van(tmp_path: Path, tags: dict[str, str], vehicle: Vehicle) -> None:
    """Restrictions for motor vehicles hold, those for goods vehicles when the van is one."""
    roads = crossroads(tmp_path, restriction("no_left_turn", WEST, NORTH, **tags), vehicle=vehicle)
    assert not passes(roads, "west", "north")


def test_a_restriction_that_names_two_sides_is_not_heeded(tmp_path: Path) -> None:
    """A way that goes on through the junction leaves open which side is meant: told, and not guessed."""
    nodes = dict(NODES)
    path = osm_file(tmp_path / "through.osm", nodes, [([6, 5, 7], STREET), *WAYS[2:]])
    content = path.read_text("utf-8").replace("</osm>", restriction("no_left_turn", 1, 3) + "</osm>")
    path.write_text(content, "utf-8")
    roads = network(path, tmp_path)
    assert (len(roads.turns), roads.turns_ignored) == (0, 1)


def test_a_bollard_closes_a_road(tmp_path: Path) -> None:
    """A road with a bollard in its middle is two dead ends."""
    path = osm_file(
        tmp_path / "bollard.osm", {**NODES, 11: (4.856, 45.705)}, [*WAYS[:1], ([5, 11, 7], STREET), *WAYS[2:]]
    )
    content = path.read_text("utf-8").replace(
        '<node id="11" lat="45.705" lon="4.856"/>',
        '<node id="11" lat="45.705" lon="4.856"><tag k="barrier" v="bollard"/></node>',
    )
    path.write_text(content, "utf-8")
    roads = network(path, tmp_path)
    assert not passes(roads, "west", "east")
    assert metres(roads, "west", "east") > 2 * metres(crossroads(tmp_path), "west", "east")


@pytest.mark.skipif(not VILLEURBANNE.exists(), reason="needs ../shared/data/real/villeurbanne.osm.gz")
def test_the_real_file_has_four_restrictions(tmp_path: Path) -> None:
    """All four are `no_left_turn`; each that meets the drivable network forbids exactly one pair of edges."""
    found = turns(VILLEURBANNE)
    assert [turn.kind for turn in found] == ["no"] * 4
    roads = network(VILLEURBANNE, tmp_path)
    assert len(roads.turns) + roads.turns_ignored <= 4
    for edge_in, edge_out in roads.turns.tolist():
        assert roads.head[edge_in] == roads.tail[edge_out]


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    """What does not say that it is OSM XML 0.6 is told in a sentence."""
    path = osm_file(tmp_path / "a.osm", NODES, WAYS)
    path.write_text(path.read_text("utf-8").replace(' version="0.6"', ""), "utf-8")
    with pytest.raises(RoadsError, match="roads-not-osm"):
        network(path, tmp_path)


def test_restrictions_only_lengthen(tmp_path: Path) -> None:
    """With every turn to the north forbidden no journey is shorter than without."""
    free = crossroads(tmp_path)
    some = crossroads(tmp_path, *(restriction("no_left_turn", way, NORTH) for way in (WEST, EAST, SOUTH)))
    before, after = (np.array(travel_times(roads, list(PLACES.values())).seconds) for roads in (free, some))
    assert (after >= before).all()
    assert (after > before).any()
    unbound = replace(some, turns=free.turns)
    assert travel_times(unbound, list(PLACES.values())) == travel_times(free, list(PLACES.values()))


def _length(line: Iterable[tuple[float, float]]) -> float:
    points = np.radians(list(line))
    steps = np.diff(points, axis=0) * (np.cos(np.radians(45.705)), 1)
    return float(np.hypot(*steps.T).sum() * 6_371_009)
