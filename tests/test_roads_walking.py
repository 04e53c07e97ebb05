from math import hypot
from pathlib import Path

import numpy as np
import pytest
import shapely

from picup_planner.errors import RoadsError
from picup_planner.problem import Area
from picup_planner.roads.walking import FARTHEST, SPEED, Walks, footways, isochrones, walkable
from surveys import Extract, at, degrees, river, square


def walks(extract: Extract, folder: Path, *spots: tuple[float, float]) -> Walks:
    """Give walks between spots, named `0`, `1`..."""
    return Walks(footways(extract.survey(folder)), [at(str(i), spot) for i, spot in enumerate(spots)])


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "living_street"}, True),
        ({"highway": "primary"}, True),
        ({"highway": "primary", "foot": "no"}, False),
        ({"highway": "cycleway"}, False),
        ({"highway": "cycleway", "foot": "designated"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "motorway", "foot": "yes"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "construction"}, False),
        ({"railway": "platform"}, False),
    ],
)
def test_who_walks_where(tags: dict[str, str], walked: bool) -> None:  # noqa: FBT001  a case
    """Streets and paths are walked, unless a tag forbids it; what is asked for first is `foot`."""
    assert walkable(tags) is walked


def test_a_river_is_walked_around(tmp_path: Path) -> None:
    """What lies 200 m away across the water is 2.2 km away on foot when the only bridge is 1 km upstream."""
    across = walks(river(), tmp_path, (0, 0), (0, 200))
    assert across.metres(["0"], ["1"]) == pytest.approx(2200, rel=0.001)
    assert across.seconds(["0"], ["1"]) == pytest.approx(2200 * 3.6 / SPEED, rel=0.001)
    (ground,) = across.reached("0", [15])
    assert ground.contains(shapely.Point(degrees((900, 0))))
    assert not ground.intersects(shapely.Point(degrees((0, 200))))
    assert not ground.intersects(shapely.Point(degrees((0, 100))))


def test_the_same_both_ways(tmp_path: Path) -> None:
    """A walk back is as long as the walk there, and none leads a place to itself."""
    between = walks(river(), tmp_path, (30, 20), (450, 210), (1000, 100))
    names = ["0", "1", "2"]
    assert np.allclose(between.metres(names, names), between.metres(names, names).T)
    assert between.metres(["0", "1"], ["2"]).shape == (2, 1)


def test_the_way_to_the_footway_counts(tmp_path: Path) -> None:
    """A place 60 m from its street walks those 60 m."""
    assert walks(river(), tmp_path, (100, -60), (400, 0)).metres(["0"], ["1"]) == pytest.approx(360, rel=0.001)


def test_two_places_on_one_piece(tmp_path: Path) -> None:
    """Two places along one straight piece are as far apart as they are on it."""
    between = walks(river(), tmp_path, (110, 0), (160, 0), (160, 30))
    assert between.metres(["0"], ["1", "2"]) == pytest.approx(np.array([[50, 80]]), rel=0.001)


def test_steps_are_slower(tmp_path: Path) -> None:
    """A flight of steps takes twice as long as the same length of path."""
    path = walks(Extract().way([(0, 0), (600, 0)], highway="path"), tmp_path, (0, 0), (600, 0))
    steps = walks(Extract().way([(0, 0), (600, 0)], highway="steps"), tmp_path, (0, 0), (600, 0))
    assert steps.seconds(["0"], ["1"]) == pytest.approx(2 * path.seconds(["0"], ["1"]), rel=0.001)
    assert steps.metres(["0"], ["1"]) == pytest.approx(path.metres(["0"], ["1"]), rel=0.001)


def test_a_bridge_is_not_joined_to_what_it_crosses(tmp_path: Path) -> None:
    """Ways that cross without a node in common lead nowhere from one to the other."""
    crossing = (
        Extract().way([(-600, 0), (600, 0)], highway="path").way([(0, -600), (0, 600)], highway="footway", bridge="yes")
    )
    assert np.isinf(walks(crossing, tmp_path, (100, 0), (0, 100)).metres(["0"], ["1"])).all()


def test_a_square_is_walked_around(tmp_path: Path) -> None:
    """The outline of a pedestrian area, multipolygon or closed way, joins the streets that end at it."""
    closed = (
        Extract()
        .way([(-600, 0), (0, 0)], highway="path")
        .way(square(0, 0, 100), highway="pedestrian", area="yes")
        .way([(100, 100), (700, 100)], highway="path")
    )
    assembled = (
        Extract()
        .way([(-600, 0), (0, 0)], highway="path")
        .way([(0, 0), (100, 0), (100, 100)])
        .way([(100, 100), (0, 100), (0, 0)])
        .way([(100, 100), (700, 100)], highway="path")
        .multipolygon([2, 3], highway="pedestrian")
    )
    for area in (closed, assembled):
        assert walks(area, tmp_path, (-100, 0), (200, 100)).metres(["0"], ["1"]) == pytest.approx(400, rel=0.001)


def test_a_locked_gate_stops_walkers(tmp_path: Path) -> None:
    """Nobody goes through a private gate; an ordinary gate and one open to walkers stop nobody."""

    def reached(**tags: str) -> bool:
        lane = Extract().node((0, 0), barrier="gate", **tags)
        lane.way([(-600, 0), (-300, 0), (0, 0), (300, 0), (600, 0)], highway="service")
        return bool(np.isfinite(walks(lane, tmp_path, (-400, 0), (400, 0)).metres(["0"], ["1"])).all())

    assert reached()
    assert reached(access="private", foot="yes")
    assert not reached(access="private")
    assert not reached(foot="no")


def test_a_courtyard_is_no_network(tmp_path: Path) -> None:
    """A few metres of path linked to nothing do not catch a place that a street passes by."""
    extract = river().way([(20, -30), (40, -30)], highway="footway")
    assert walks(extract, tmp_path, (30, -29), (430, 0)).metres(["0"], ["1"]) == pytest.approx(429, rel=0.001)


def test_far_from_any_footway_is_said(tmp_path: Path) -> None:
    """A place no footway comes near is lost: no time, no ground, and never a circle instead."""
    lost = walks(river(), tmp_path, (0, 0), (0, -FARTHEST - 5), (0, -FARTHEST + 5))
    assert [place.id for place in lost.lost] == ["1"]
    assert np.isinf(lost.metres(["0", "1"], ["1", "0"])).tolist() == [[True, False], [True, True]]
    assert [ground.is_empty for ground in lost.reached("1", [5, 10])] == [True, True]
    assert np.isfinite(lost.seconds(["2"], ["0"])).all()


def test_an_extract_without_footways_is_refused(tmp_path: Path) -> None:
    """An extract where nobody may walk is a mistake with a name, not an empty map."""
    with pytest.raises(RoadsError) as refused:
        footways(Extract().way([(0, 0), (500, 0)], highway="motorway").survey(tmp_path))
    assert [mistake.message for mistake in refused.value.mistakes] == ["walks-no-footway"]


def test_isochrones_grow_and_follow_the_paths(tmp_path: Path) -> None:
    """Longer walks hold shorter ones; ground stays along what is walked, and ends where the time does."""
    place = walks(river(), tmp_path, (500, 0))
    five, ten = place.reached("0", [5, 10])
    assert ten.buffer(1e-4).contains(five)
    reach = 5 * 60 * SPEED / 3.6
    assert five.contains(shapely.Point(degrees((500 + reach - 20, 0))))
    assert not five.intersects(shapely.Point(degrees((500 + reach + 60, 0))))
    east, north = degrees((1000, 0))
    far = max(hypot(x - east, y - north) for x, y in five.exterior.coords)
    assert far < 0.02


def test_isochrones_count_residents_by_time(tmp_path: Path) -> None:
    """Residents of an area count once its point is reached in time; an uncounted area adds nobody."""
    spots = {"near": (300.0, 0.0), "across": (0.0, 200.0), "unknown": (200.0, 0.0)}
    people = {"near": 120, "across": 900, "unknown": None}
    areas = [
        Area(id=name, name=name, commune="amont", residents=people[name], longitude=x, latitude=y)
        for name, (x, y) in ((name, degrees(spot)) for name, spot in spots.items())
    ]
    places = [at("here", (0, 0)), *(at(f"area {name}", spot) for name, spot in spots.items())]
    frame = isochrones(Walks(footways(river().survey(tmp_path)), places), ["here"], areas, [2, 5, 30])
    assert frame["residents"].tolist() == [0, 120, 1020]
    assert frame["minutes"].tolist() == [2, 5, 30]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.is_valid.all()
