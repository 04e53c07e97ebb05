"""OSM XML to the graph a van may drive; the only module that knows osmnx.

osmnx reads every way of a file, buildings and footways included, knows one-way only where it is tagged and breaks
without a line number on a damaged file: the file is checked before it, and its graph filtered after it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx
import osmnx

from picup_planner.errors import Mistake, Origin, RoadsError
from picup_planner.roads.guard import check

LIMITS = {
    "motorway": 110,
    "motorway_link": 70,
    "trunk": 90,
    "trunk_link": 50,
    "primary": 50,
    "primary_link": 50,
    "secondary": 50,
    "secondary_link": 50,
    "tertiary": 50,
    "tertiary_link": 50,
    "unclassified": 50,
    "road": 30,
    "residential": 30,
    "living_street": 20,
}
"""Classes a van may drive, and the limit in km/h where `maxspeed` says none: an assumption for French towns."""

VAN_LIMIT = 110
"""No van of the service is driven faster, in km/h."""

DRIVEN = 0.8
"""Share of the limit driven on average, lights and turns included: an assumption."""

_CLOSED = {
    *("no", "private", "military", "emergency", "agricultural", "forestry"),
    *("delivery", "permit", "customers", "residents", "psv", "bus"),
}
_NAMED_LIMITS = {"urban": 50, "rural": 80, "trunk": 110, "motorway": 130, "living_street": 20, "walk": 6, "none": 130}
_MPH = 1.609344
_TAGS = ["highway", "area", "access", "vehicle", "motor_vehicle", "motorcar", "oneway", "junction", "maxspeed"]


def drivable(tags: Mapping[str, str]) -> bool:
    """Whether a van may drive a way; the tag closest to motor cars decides."""
    access = (tags[key] for key in ("motorcar", "motor_vehicle", "vehicle", "access") if key in tags)
    return tags.get("highway") in LIMITS and tags.get("area") != "yes" and next(access, "yes") not in _CLOSED


def one_way(tags: Mapping[str, str]) -> bool:
    """Whether a way is driven in one direction only, which roundabouts and motorways are unless tagged otherwise."""
    implied = tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"
    return tags.get("oneway", "yes" if implied else "no") in {"yes", "true", "1", "-1", "reverse"}


def limit(tags: Mapping[str, str]) -> float:
    """Speed limit of a drivable way for a van, in km/h: the lowest its `maxspeed` names, or its class's."""
    named = [value for text in re.split(r"[|;,]", tags.get("maxspeed", "")) if (value := _speed(text)) is not None]
    return min(min(named, default=LIMITS[tags["highway"]]), VAN_LIMIT)


def _speed(text: str) -> float | None:
    """Kilometres per hour of one `maxspeed` value (`50`, `30 mph`, `FR:urban`, `FR:zone30`), or ``None``."""
    value = text.strip().lower().removeprefix("fr:").removeprefix("zone").removeprefix(":")
    if match := re.fullmatch(r"(\d+(?:\.\d+)?) ?(mph|km/h|kmh|kph)?", value):
        return float(match[1]) * (_MPH if match[2] == "mph" else 1) or None
    return _NAMED_LIMITS.get(value)


def drivable_graph(path: Path) -> "nx.MultiDiGraph[int]":
    """Read an extract: one node per OSM node of a drivable way, one edge per direction a van may drive.

    Edges carry `highway`, `length` (metres, great circle), `speed` (km/h driven) and `seconds`.

    Parameters
    ----------
    path
        An ``.osm`` file, or ``.osm.gz``.

    Raises
    ------
    RoadsError
        When the file cannot be read, is damaged, partial or holds a DTD, or has no road to drive.
    """
    check(path)
    with _settings(useful_tags_way=_TAGS, all_oneway=True):  # directions as drawn: `one_way` decides
        ways = osmnx.graph_from_xml(path, simplify=False, retain_all=True)
    fastest: dict[tuple[int, int], dict[str, Any]] = {}
    for start, end, tags in ways.edges(data=True):
        if not drivable(tags):
            continue
        speed = DRIVEN * limit(tags)
        seconds = tags["length"] / speed * 3.6
        edge = {"highway": tags["highway"], "length": tags["length"], "speed": speed, "seconds": seconds}
        for ends in [(start, end)] if one_way(tags) else [(start, end), (end, start)]:
            if ends not in fastest or seconds < fastest[ends]["seconds"]:
                fastest[ends] = edge
    if not fastest:
        raise RoadsError(Mistake("roads-no-road", {"file": path.name}, Origin(path.name)))
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(**ways.graph)
    graph.add_edges_from((*ends, dict(edge)) for ends, edge in fastest.items())
    graph.add_nodes_from((node, ways.nodes[node]) for node in list(graph))
    return graph


def largest_component(graph: "nx.MultiDiGraph[int]") -> tuple["nx.MultiDiGraph[int]", float]:
    """Return the largest strongly connected component, and the length in metres of all such components together."""
    parts = list(nx.strongly_connected_components(graph))
    rank = {node: i for i, part in enumerate(parts) for node in part}
    lengths = [0.0] * len(parts)
    for tail, head, facts in graph.edges(data=True):
        if rank[tail] == rank[head]:
            lengths[rank[tail]] += facts["length"]
    return graph.subgraph(parts[lengths.index(max(lengths))]).copy(), sum(lengths)


def simplified(graph: "nx.MultiDiGraph[int]") -> "nx.MultiDiGraph[int]":
    """Keep junctions, dead ends and places where class or speed change; edges in between carry a `geometry`."""
    return osmnx.simplify_graph(
        graph,
        edge_attrs_differ=["highway", "speed"],
        edge_attr_aggs={"length": sum, "seconds": sum},
        remove_rings=False,
    )


@contextmanager
def _settings(**changes: object) -> Iterator[None]:
    """Change osmnx's global settings and put them back."""
    before = {name: getattr(osmnx.settings, name) for name in changes}
    try:
        for name, value in changes.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
