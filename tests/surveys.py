"""Hand-made extracts: streets, squares and buildings placed in metres around a corner of the small territory."""

from collections.abc import Mapping, Sequence
from html import escape
from math import cos, radians
from pathlib import Path

from picup_planner.roads.network import Location
from picup_planner.roads.survey import METRES_PER_DEGREE, Survey, box_around, read

WEST, SOUTH = 4.85, 45.72

Spot = tuple[float, float]
"""Metres east and north of the corner."""

Tags = Mapping[str, str]


def degrees(spot: Spot) -> tuple[float, float]:
    """Longitude and latitude of a spot."""
    east, north = spot
    return WEST + east / METRES_PER_DEGREE / cos(radians(SOUTH)), SOUTH + north / METRES_PER_DEGREE


def at(name: str, spot: Spot) -> Location:
    """Give a place at a spot."""
    longitude, latitude = degrees(spot)
    return Location(name, name, latitude, longitude)


def square(east: float, north: float, side: float) -> list[Spot]:
    """Corners of a square from its south-west, the first again at the end."""
    return [(east, north), (east + side, north), (east + side, north + side), (east, north + side), (east, north)]


class Extract:
    """OSM XML in the making; a spot used twice is one node."""

    def __init__(self) -> None:
        self._nodes: dict[Spot, tuple[int, Tags]] = {}
        self._ways: list[tuple[Sequence[Spot], Tags]] = []
        self._relations: list[tuple[Sequence[tuple[int, str]], Tags]] = []

    def node(self, spot: Spot, **tags: str) -> "Extract":
        """Tag a node."""
        self._nodes[spot] = (self._nodes.get(spot, (len(self._nodes) + 1, {}))[0], tags)
        return self

    def way(self, spots: Sequence[Spot], **tags: str) -> "Extract":
        """Draw a way; its id is its rank, from 1."""
        for spot in spots:
            self._nodes.setdefault(spot, (len(self._nodes) + 1, {}))
        self._ways.append((spots, tags))
        return self

    def multipolygon(self, outer: Sequence[int], inner: Sequence[int] = (), **tags: str) -> "Extract":
        """Make an area of ways."""
        members = [*((way, "outer") for way in outer), *((way, "inner") for way in inner)]
        self._relations.append((members, {"type": "multipolygon", **tags}))
        return self

    def write(self, path: Path) -> Path:
        """Write the extract."""
        lines = ['<osm version="0.6">']
        for spot, (number, tags) in self._nodes.items():
            longitude, latitude = degrees(spot)
            lines.append(f'<node id="{number}" lat="{latitude:.7f}" lon="{longitude:.7f}">{_told(tags)}</node>')
        for number, (spots, tags) in enumerate(self._ways, 1):
            refs = "".join(f'<nd ref="{self._nodes[spot][0]}"/>' for spot in spots)
            lines.append(f'<way id="{number}">{refs}{_told(tags)}</way>')
        for number, (members, tags) in enumerate(self._relations, 1):
            refs = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for way, role in members)
            lines.append(f'<relation id="{number}">{refs}{_told(tags)}</relation>')
        path.write_text("\n".join([*lines, "</osm>", ""]), encoding="utf-8")
        return path

    def survey(self, folder: Path) -> Survey:
        """Write the extract and read it as the program does."""
        return read(self.write(folder / "extract.osm"), box_around([(WEST, SOUTH)], 5000))


def _told(tags: Tags) -> str:
    return "".join(f'<tag k="{escape(key.replace("__", ":"))}" v="{escape(value)}"/>' for key, value in tags.items())


def river() -> Extract:
    """Two banks 200 m apart, 2 km long, and one bridge at their far end; a path leads to each bank's west end."""
    south = [(100.0 * step, 0.0) for step in range(11)]
    north = [(east, 200.0) for east, _ in south]
    return (
        Extract()
        .way(south, highway="footway")
        .way(north, highway="residential")
        .way([south[-1], north[-1]], highway="primary", bridge="yes")
    )
