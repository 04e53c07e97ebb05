"""Road lines in GeoJSON to a network."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from picup_planner.errors import RoadsError
from picup_planner.roads.extract import Extract, metres, xml
from picup_planner.roads.geojson import read
from picup_planner.roads.network import network
from roads_sources import EVERYWHERE, lines_of, real, refused

A, B, C, D = [4.85, 45.70], [4.86, 45.70], [4.87, 45.70], [4.86, 45.71]


def feature(*points: list[float], **properties: object) -> dict[str, Any]:
    """Give a line with its properties."""
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": list(points)},
    }


def written(folder: Path, *features: object, **others: object) -> Path:
    """Write a collection of features."""
    path = folder / "roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **others}), encoding="utf-8")
    return path


def nodes_at(extract: Extract, point: list[float]) -> int:
    """How many nodes lie at a point."""
    return sum(place == tuple(point) for place in extract.nodes.values())


def test_the_roads_south_of_lyon(tmp_path: Path) -> None:
    """8,489 true lines give as many ways, 46,975 nodes, 1,166.7 km, and a network that keeps over 95 % of them."""
    extract = read(real("roads-south-lyon.geojson.gz"), EVERYWHERE)
    assert (len(extract.ways), len(extract.nodes), extract.dated) == (8_489, 46_975, "")
    assert metres(extract) / 1000 == pytest.approx(1_166.725, abs=0.001)
    path = tmp_path / "roads.osm"
    path.write_bytes(xml(read(real("roads-south-lyon.geojson.gz"), (4.86, 45.69, 4.88, 45.71))))
    assert network(path, tmp_path).kept > 0.95


def test_lines_meet_where_they_share_a_point(tmp_path: Path) -> None:
    """A crossroads is one node, whether lines end or pass there, and to seven decimals."""
    near = [4.86000000004, 45.70]
    extract = read(
        written(tmp_path, feature(A, B, C, highway="tertiary"), feature(near, D, highway="road")), EVERYWHERE
    )
    assert nodes_at(extract, B) == 1
    assert len(extract.nodes) == 4


@pytest.mark.parametrize(
    ("over", "tags"),
    [
        ({"structure": "bridge"}, {"bridge": "yes", "layer": "1"}),
        ({"structure": "tunnel"}, {"tunnel": "yes", "layer": "-1"}),
        ({"bridge": "viaduct", "layer": 2}, {"bridge": "yes", "layer": "2"}),
        ({"bridge": True}, {"bridge": "yes", "layer": "1"}),
        ({"level": "-2"}, {"tunnel": "yes", "layer": "-2"}),
    ],
)
def test_a_bridge_is_not_joined_to_what_it_crosses(tmp_path: Path, over: dict[str, object], tags: Any) -> None:  # noqa: ANN401  a dictionary
    """What passes above or below meets the streets at its two ends, and none in between."""
    below = [4.86, 45.69]
    streets = [feature(below, B, D, roadClass="minor"), feature(A, below, roadClass="minor")]
    extract = read(written(tmp_path, *streets, feature(A, B, C, roadClass="major", **over)), EVERYWHERE)
    assert (nodes_at(extract, A), nodes_at(extract, B)) == (1, 2)
    assert lines_of(extract)[tuple(A), tuple(B), tuple(C)] == {"highway": "secondary", **tags}


def test_a_junction_on_a_viaduct(tmp_path: Path) -> None:
    """A ramp that ends in the middle of a viaduct of its own level is joined to it."""
    viaduct = feature(A, B, C, roadClass="highway", structure="bridge")
    ramp = feature(B, D, roadClass="major", structure="bridge")
    assert nodes_at(read(written(tmp_path, viaduct, ramp), EVERYWHERE), B) == 1


@pytest.mark.parametrize(
    ("properties", "tags"),
    [
        ({"roadClass": "highway"}, {"highway": "motorway", "oneway": "yes"}),
        ({"roadClass": "major"}, {"highway": "secondary"}),
        ({"roadClass": "minor", "name": "Rue A"}, {"highway": "residential", "name": "Rue A"}),
        ({"highway": "motorway", "oneway": "no"}, {"highway": "motorway", "oneway": "no"}),
        ({"highway": "primary", "roadClass": "minor", "oneway": True}, {"highway": "primary", "oneway": "yes"}),
        ({"highway": "tertiary", "maxspeed": 30}, {"highway": "tertiary", "maxspeed": "30"}),
        ({"highway": "road", "oneway": -1, "name": None, "x": [1]}, {"highway": "road", "oneway": "-1"}),
    ],
)
def test_what_a_line_says(tmp_path: Path, properties: dict[str, object], tags: dict[str, str]) -> None:
    """Class, direction, speed and name become tags; a motorway is one-way as drawn unless told otherwise."""
    [way] = read(written(tmp_path, feature(A, B, **properties)), EVERYWHERE).ways
    assert dict(way.tags) == tags


def test_what_is_no_road_is_left(tmp_path: Path) -> None:
    """Points, footways and lines of an unknown class are left out; each part of a line in several is a way."""
    several = {"type": "MultiLineString", "coordinates": [[A, B], [C, D]]}
    others = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": A}},
        feature(A, C, highway="footway"),
        feature(A, D),
        {"type": "Feature", "properties": {"highway": "tertiary"}, "geometry": several},
    ]
    path = written(tmp_path, *others, timestamp="2026-11-20T10:00:00Z")
    path.write_bytes(gzip.compress(path.read_bytes()))
    extract = read(path, EVERYWHERE)
    assert list(lines_of(extract)) == [(tuple(A), tuple(B)), (tuple(C), tuple(D))]
    assert extract.dated == "2026-11-20"


LAMBERT = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
WGS_84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


@pytest.mark.parametrize(
    ("features", "others", "message"),
    [
        ([feature([842_000, 6_517_000], [843_000, 6_518_000], highway="road")], {}, "roads-not-degrees"),
        ([feature([45.7, 95.0], B, highway="road")], {}, "roads-not-degrees"),
        ([feature(A, B, highway="road")], {"crs": LAMBERT}, "roads-not-degrees"),
        ([feature(A, B)], {"crs": WGS_84}, "roads-no-class"),
        ([], {}, "roads-no-class"),
        ([feature(A, highway="road")], {}, "roads-bad-element"),
        ([feature(A, ["x", 1], highway="road")], {}, "roads-bad-element"),  # type: ignore[list-item]
        ([feature(A, [4.0], highway="road")], {}, "roads-bad-element"),
        ([feature(A, [4.0, float("nan")], highway="road")], {}, "roads-bad-element"),
        ([{"type": "Feature", "geometry": None}], {}, "roads-bad-element"),
        (["?"], {}, "roads-bad-element"),
        ([{"geometry": {"type": "MultiLineString", "coordinates": 3}}], {}, "roads-bad-element"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, features: list[Any], others: dict[str, Any], message: str) -> None:
    """Metres instead of degrees, an unknown class and broken coordinates are each told in one sentence."""
    with pytest.raises(RoadsError) as error:
        read(written(tmp_path, *features, **others), EVERYWHERE)
    assert refused(error)[0] == message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("roads-malformed", 1)),
        (b'{"type":\n\n"FeatureCollection" "features": []}', ("roads-malformed", 3)),
        (b"[]", ("roads-not-geojson", None)),
        (b'{"type": "Topology"}', ("roads-not-geojson", None)),
        (b"[" * 200_000, ("roads-unreadable", None)),
        (b"\xff\xfe\xff", ("roads-unreadable", None)),
        (gzip.compress(b'{"type": "FeatureCollection"}', mtime=0)[:-6], ("roads-unreadable", None)),
    ],
)
def test_damaged_files(tmp_path: Path, content: bytes, expected: tuple[str, int | None]) -> None:
    """Each is one sentence with its file, and its line where it has one."""
    path = tmp_path / "roads.geojson"
    path.write_bytes(content)
    with pytest.raises(RoadsError) as error:
        read(path, EVERYWHERE)
    assert refused(error) == expected
