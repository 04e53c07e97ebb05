"""What an OpenStreetMap extract holds for people on foot: ways, closed nodes, and places one could stop at.

The drivable network is another matter (`network.py`): here squares, buildings and footpaths count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path
from typing import Any

import osmium

from picup_planner.errors import Mistake, Origin, RoadsError
from picup_planner.roads.extract import Box
from picup_planner.roads.guard import LARGEST, beginning, check_content, expanded

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371,009 m."""

KEYS = ("highway", "barrier", "place", "amenity", "railway", "public_transport")
"""What has none of these keys is not read."""

Point = tuple[float, float]
"""Longitude and latitude, in degrees."""


@dataclass(frozen=True)
class Line:
    """A way, or the outline of an area, and its tags."""

    nodes: tuple[int, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Feature:
    """A tagged node or area.

    Parameters
    ----------
    type, id
        As OpenStreetMap knows it: `node`, `way` or `relation`, and a number.
    points
        The node alone, or the closed outer ring of the area, the largest where there are several.
    """

    type: str
    id: int
    tags: Mapping[str, str]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Survey:
    """What was read of a file.

    Parameters
    ----------
    nodes
        Where the nodes of `lines` are.
    node_tags
        Tags of the nodes that are barriers.
    """

    file: str
    nodes: Mapping[int, Point]
    node_tags: Mapping[int, Mapping[str, str]]
    lines: tuple[Line, ...]
    features: tuple[Feature, ...]


def box_around(points: Iterable[Point], metres: float) -> Box:
    """Smallest box that holds the points, and so many metres on each side."""
    longitudes, latitudes = zip(*points, strict=True)
    north = metres / METRES_PER_DEGREE
    east = north / cos(radians(max(map(abs, latitudes))))
    return min(longitudes) - east, min(latitudes) - north, max(longitudes) + east, max(latitudes) + north


def within(point: Point, box: Box) -> bool:
    """Whether a point lies in a box, its sides included."""
    west, south, east, north = box
    return west <= point[0] <= east and south <= point[1] <= north


def read(path: Path, box: Box) -> Survey:
    """Read what touches a box, one element after the other.

    Parameters
    ----------
    path
        An ``.osm``, ``.osm.gz``, ``.osm.bz2`` or ``.osm.pbf`` file.

    Raises
    ------
    RoadsError
        When the file cannot be read, is damaged, partial, too large or holds a DTD.
    """
    nodes: dict[int, Point] = {}
    node_tags: dict[int, Mapping[str, str]] = {}
    lines: list[Line] = []
    features: list[Feature] = []
    keys = osmium.filter.KeyFilter(*KEYS)
    try:
        for found in osmium.FileProcessor(_opened(path)).with_areas(keys).with_filter(keys):
            tags = {tag.k: tag.v for tag in found.tags}
            if isinstance(found, osmium.osm.Node):
                if "barrier" in tags:
                    node_tags[found.id] = tags
                elif within(point := (found.lon, found.lat), box):
                    features.append(Feature("node", found.id, tags, (point,)))
            elif isinstance(found, osmium.osm.Way) and "highway" in tags:
                _add(nodes, lines, [found.nodes], tags, box)
            elif isinstance(found, osmium.osm.Area) and (rings := [*found.outer_rings()]):
                if "highway" in tags:
                    inner = [ring for outer in rings for ring in found.inner_rings(outer)]
                    _add(nodes, lines, [*rings, *inner], tags, box)
                points = max((tuple((n.lon, n.lat) for n in ring) for ring in rings), key=_extent)
                if any(within(point, box) for point in points):
                    kind = "way" if found.from_way() else "relation"
                    features.append(Feature(kind, found.orig_id(), tags, points))
    except RuntimeError as error:
        raise RoadsError(Mistake("roads-damaged", {"file": path.name}, Origin(path.name))) from error
    return Survey(path.name, nodes, node_tags, tuple(lines), tuple(features))


def _opened(path: Path) -> "osmium.io.File | osmium.io.FileBuffer":
    if path.suffix == ".pbf" and beginning(path):
        if path.stat().st_size > LARGEST:
            raise RoadsError(Mistake("roads-too-large", {"file": path.name}, Origin(path.name)))
        return osmium.io.File(str(path), "pbf")
    content = expanded(path)
    check_content(content, path.name)
    return osmium.io.FileBuffer(content, "osm")


def _add(nodes: dict[int, Point], lines: list[Line], ways: Sequence[Any], tags: Mapping[str, str], box: Box) -> None:
    """Keep lines of which a node lies in the box; a node the file does not place is left out."""
    for way in ways:
        known = {node.ref: (node.lon, node.lat) for node in way if node.location.valid()}
        if any(within(point, box) for point in known.values()):
            nodes |= known
            lines.append(Line(tuple(node.ref for node in way if node.ref in known), tags))


def _extent(points: Sequence[Point]) -> float:
    """Size of the box around a ring, in square degrees: enough to tell the largest."""
    (west, south), (east, north) = (tuple(map(bound, zip(*points, strict=True))) for bound in (min, max))
    return float((east - west) * (north - south))
