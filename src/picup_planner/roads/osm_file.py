"""OpenStreetMap files (`.osm`, `.osm.gz`, `.osm.bz2`, `.osm.pbf`) to the roads around a territory."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import osmium

from picup_planner.errors import Mistake, Origin, RoadsError
from picup_planner.roads.extract import ACCESS, SIZES, Box, Extract, Restriction, Way, around, useful
from picup_planner.roads.guard import LARGEST, beginning, check_content, expanded
from picup_planner.roads.tags import LIMITS

Source = Callable[[], "osmium.io.File | osmium.io.FileBuffer"]
"""Opens the data anew for each pass."""

_PBF = b"\n\tOSMHeader"
_LENGTH = 4  # bytes before it, the length of the header
_HEAD = 4096
_DATE = re.compile(rb'<(?:osm|meta)\b[^>]*\b(?:osm_base|timestamp|dated)="(\d{4}-\d\d-\d\d)')
_UNDATED = datetime.fromtimestamp(0, UTC)


def read(path: Path, box: Box) -> Extract:
    """Read the roads of a file that have a point in a box; its first bytes say how it is compressed.

    Raises
    ------
    RoadsError
        When the file is damaged, cut, too large or of another kind, or has no road there.
    """
    head = beginning(path)
    if head[_LENGTH:].startswith(_PBF):
        return around(_from_pbf(path), box)
    if path.suffix == ".pbf":
        raise RoadsError(Mistake("roads-not-pbf", {"file": path.name}, Origin(path.name)))
    return read_xml(expanded(path), path.name, box)


def read_xml(content: bytes, source: str, box: Box) -> Extract:
    """Read the roads of OSM XML already in memory; `source` is the name of its file or server."""
    check_content(content, source)
    date = _DATE.search(content[:_HEAD])
    dated = date[1].decode() if date else ""
    return around(_read(lambda: osmium.io.FileBuffer(content, "osm"), source, dated), box)


def _from_pbf(path: Path) -> Extract:
    if path.stat().st_size > LARGEST:
        raise RoadsError(Mistake("roads-too-large", {"file": path.name}, Origin(path.name)))
    return _read(lambda: osmium.io.File(str(path), "pbf"), path.name)


def _read(source: Source, name: str, dated: str = "") -> Extract:
    """Read every road of the source: ways first, then the nodes they use, in whatever order it has them."""
    try:
        header = osmium.FileProcessor(source(), osmium.osm.NOTHING).header
        ways, newest = _ways(source)
        nodes, node_tags = _nodes(source, {node for way in ways.values() for node in way.nodes})
        restrictions = tuple(_restrictions(source))
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        line = re.search(r"line (\d+)", str(error))
        origin = Origin(name, int(line[1]) if line else None)
        raise RoadsError(Mistake("roads-damaged", {"file": name}, origin)) from error
    dated = dated or header.get("osmosis_replication_timestamp")[:10]
    if not dated and newest > _UNDATED:
        dated = f"{newest:%Y-%m-%d}"
    return Extract(nodes, node_tags, tuple(ways.values()), restrictions, dated, name)


def _ways(source: Source) -> tuple[dict[int, Way], datetime]:
    """Ways of drivable classes, and when the newest was changed."""
    drivable = osmium.filter.TagFilter(*(("highway", kind) for kind in LIMITS))
    ways, newest = {}, _UNDATED
    for way in osmium.FileProcessor(source(), osmium.osm.WAY).with_filter(drivable):
        if isinstance(way, osmium.osm.Way) and len(way.nodes) > 1 and way.tags.get("route") != "ferry":
            ways[way.id] = Way(way.id, tuple(node.ref for node in way.nodes), useful(dict(way.tags)))
            newest = max(newest, way.timestamp)
    return ways, newest


def _nodes(source: Source, wanted: set[int]) -> tuple[dict[int, tuple[float, float]], dict[int, Mapping[str, str]]]:
    nodes: dict[int, tuple[float, float]] = {}
    node_tags: dict[int, Mapping[str, str]] = {}
    for node in osmium.FileProcessor(source(), osmium.osm.NODE):
        if node.id in wanted and isinstance(node, osmium.osm.Node):
            nodes[node.id] = (round(node.location.lon, 7), round(node.location.lat, 7))
            if tags := {key: value for key, value in node.tags if _stands(key)}:
                node_tags[node.id] = tags
    return nodes, node_tags


def _stands(key: str) -> bool:
    """Whether a tag of a node says who or what may pass there."""
    return key == "barrier" or (key.partition(":")[0] in ACCESS | SIZES and "conditional" not in key)


def _restrictions(source: Source) -> Iterator[Restriction]:
    """Relations of one via node."""
    for relation in osmium.FileProcessor(source(), osmium.osm.RELATION):
        kind = relation.tags.get("type") or ""
        if not isinstance(relation, osmium.osm.Relation) or not kind.startswith("restriction"):
            continue
        members = [(member.role, member.type, member.ref) for member in relation.members]
        via = [(type_, ref) for role, type_, ref in members if role == "via"]
        if [type_ for type_, _ in via] == ["n"]:
            starts = tuple(ref for role, type_, ref in members if (role, type_) == ("from", "w"))
            ends = tuple(ref for role, type_, ref in members if (role, type_) == ("to", "w"))
            said = {key: value for key, value in relation.tags if _says(key)}
            yield Restriction(relation.id, starts, via[0][1], ends, said)


def _says(key: str) -> bool:
    return key in {"type", "except"} or (key.partition(":")[0] == "restriction" and "conditional" not in key)
