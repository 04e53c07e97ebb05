"""What every source of roads becomes, and the one file that is written of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from picup_planner.errors import Mistake, Origin, RoadsError

Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""

ACCESS = frozenset({"access", "vehicle", "motor_vehicle", "motorcar", "hgv"})
"""Tags that say who may drive, each with variants behind a colon."""

SIZES = frozenset({"maxheight", "maxweight", "maxweightrating", "maxwidth"})
"""Tags that say what fits, each with variants behind a colon."""

_FACTS = frozenset(
    {"area", "bridge", "highway", "junction", "layer", "name", "ref", "service", "surface", "toll", "tunnel"}
)
_FAMILIES = ACCESS | SIZES | {"oneway", "maxspeed"}
_EARTH = 6_371_009.0  # mean radius in metres, as osmnx has it
_NOT_XML = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="picup-planner" upload="never" copyright="© OpenStreetMap contributors" \
attribution="https://www.openstreetmap.org/copyright" license="https://opendatacommons.org/licenses/odbl/1-0/" \
dated="{dated}" source="{source}">"""


@dataclass(frozen=True)
class Way:
    """A line of at least two nodes, as drawn."""

    id: int
    nodes: tuple[int, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Restriction:
    """A turn forbidden, or the only one allowed: from ways, at a node, to ways, all by their ids."""

    id: int
    starts: tuple[int, ...]
    via: int
    ends: tuple[int, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Extract:
    """Roads of a drivable class, whoever may drive them.

    Parameters
    ----------
    nodes
        Longitude and latitude in degrees, by id.
    node_tags
        What stands on a road: barriers, and limits of size or access.
    dated
        Day of the data, `YYYY-MM-DD`, or empty when unknown.
    source
        Where the data come from: the name of a file or of a server.
    """

    nodes: Mapping[int, tuple[float, float]]
    node_tags: Mapping[int, Mapping[str, str]]
    ways: tuple[Way, ...]
    restrictions: tuple[Restriction, ...]
    dated: str
    source: str


def useful(tags: Mapping[str, str]) -> dict[str, str]:
    """Keep of a way's tags those a network, a map or a person may need; none that holds at some hours only."""
    return {
        key: value
        for key, value in tags.items()
        if key in _FACTS or (key.partition(":")[0] in _FAMILIES and "conditional" not in key)
    }


def around(extract: Extract, box: Box) -> Extract:
    """Keep the ways that have a node in a box, each whole, with the nodes and restrictions that go with them.

    Raises
    ------
    RoadsError
        When there is no road in the box, or none at all, or when a node of a way kept is missing.
    """
    file: dict[str, str | int] = {"file": extract.source}
    if not extract.ways:
        raise RoadsError(Mistake("roads-no-road", file, Origin(extract.source)))
    west, south, east, north = box
    inside = {
        node
        for node, (longitude, latitude) in extract.nodes.items()
        if west <= longitude <= east and south <= latitude <= north
    }
    ways = {way.id: way for way in extract.ways if not inside.isdisjoint(way.nodes)}
    if not ways:
        raise RoadsError(Mistake("roads-elsewhere", file, Origin(extract.source)))
    used = {node for way in ways.values() for node in way.nodes}
    if missing := used - extract.nodes.keys():
        raise RoadsError(Mistake("roads-missing-nodes", {**file, "count": len(missing)}, Origin(extract.source)))
    restrictions = (
        replace(
            one,
            starts=tuple(way for way in one.starts if way in ways),
            ends=tuple(way for way in one.ends if way in ways),
        )
        for one in extract.restrictions
        if one.via in used
    )
    return replace(
        extract,
        nodes={node: extract.nodes[node] for node in used},
        node_tags={node: tags for node, tags in extract.node_tags.items() if node in used},
        ways=tuple(ways.values()),
        restrictions=tuple(one for one in restrictions if one.starts and one.ends),
    )


def metres(extract: Extract) -> float:
    """Length of all ways, each counted once."""
    return sum(length(extract, way) for way in extract.ways)


def length(extract: Extract, way: Way) -> float:
    """Metres of a way, along great circles."""
    return sum(_apart(extract.nodes[a], extract.nodes[b]) for a, b in pairwise(way.nodes))


def xml(extract: Extract) -> bytes:
    """Write an extract as OSM XML, in the order of ids, coordinates to 7 decimals as OSM has them.

    The same extract gives the same bytes.
    """
    head = _HEAD.format(dated=extract.dated, source=_clean(extract.source))
    lines = [head, *_nodes(extract), *_ways(extract), *_relations(extract), "</osm>", ""]
    return "\n".join(lines).encode()


def _nodes(extract: Extract) -> Iterator[str]:
    for node, (longitude, latitude) in sorted(extract.nodes.items()):
        place = f'node id="{node}" lat="{latitude:.7f}" lon="{longitude:.7f}"'
        yield from _element(place, _tags(extract.node_tags.get(node, {})))


def _ways(extract: Extract) -> Iterator[str]:
    for way in sorted(extract.ways, key=lambda way: way.id):
        refs = (f'  <nd ref="{node}"/>' for node in way.nodes)
        yield from _element(f'way id="{way.id}"', [*refs, *_tags(way.tags)])


def _relations(extract: Extract) -> Iterator[str]:
    for one in sorted(extract.restrictions, key=lambda one: one.id):
        members = [("way", way, "from") for way in one.starts]
        members += [("node", one.via, "via"), *(("way", way, "to") for way in one.ends)]
        refs = (f'  <member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        yield from _element(f'relation id="{one.id}"', [*refs, *_tags(one.tags)])


def _element(opening: str, children: Iterable[str]) -> Iterator[str]:
    lines = list(children)
    yield f" <{opening}>" if lines else f" <{opening}/>"
    if lines:
        yield from lines
        yield f" </{opening.partition(' ')[0]}>"


def _tags(tags: Mapping[str, str]) -> list[str]:
    return [f'  <tag k="{_clean(key)}" v="{_clean(value)}"/>' for key, value in sorted(tags.items())]


def _clean(text: str) -> str:
    """Text of an attribute; characters that XML has no place for become spaces."""
    return escape(_NOT_XML.sub(" ", text))


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two points (haversine)."""
    east, north = radians(b[0] - a[0]), radians(b[1] - a[1])
    chord = sin(north / 2) ** 2 + cos(radians(a[1])) * cos(radians(b[1])) * sin(east / 2) ** 2
    return 2 * _EARTH * asin(sqrt(chord))
