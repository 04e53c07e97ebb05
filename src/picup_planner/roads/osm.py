"""OSM XML to the graph a van may drive; the only module that knows osmnx.

osmnx reads every way of a file, buildings and footways included, knows one-way only where it is tagged and breaks
without a line number on a damaged file: the file is checked before it, and its graph filtered after it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import networkx as nx
import osmnx

from picup_planner.errors import Mistake, Origin, RoadsError
from picup_planner.roads.guard import check
from picup_planner.roads.tags import ANY, DRIVEN, FORWARD, REVERSED, Vehicle, directions, drivable, limit, passable
from picup_planner.roads.turns import turns

_ACCESS = [
    *("access", "vehicle", "motor_vehicle", "motorcar", "hgv", "barrier"),
    *("maxheight", "maxheight:physical", "maxwidth", "maxwidth:physical", "maxweight", "maxweightrating"),
]
_TAGS = [
    *("highway", "area", "junction", "maxspeed", "maxspeed:forward", "maxspeed:backward"),
    *("oneway", "oneway:vehicle", "oneway:motor_vehicle", "oneway:motorcar", "oneway:hgv"),
    *_ACCESS,
]


def drivable_graph(path: Path, vehicle: Vehicle = ANY) -> "nx.MultiDiGraph[int]":
    """Read an extract: one node per OSM node of a drivable way, one edge per direction a vehicle may drive.

    Edges carry `way` (OSM id), `highway`, `length` (metres, great circle), `speed` (km/h driven) and `seconds`; nodes
    where a turn is restricted carry `via`; the graph carries `turns`. A barrier nobody may pass leaves each road that
    meets there with an end of its own.

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
    with _settings(useful_tags_way=_TAGS, useful_tags_node=_ACCESS, all_oneway=True):  # `directions` decides
        ways = osmnx.graph_from_xml(path, simplify=False, retain_all=True)
    fastest: dict[tuple[int, int], dict[str, Any]] = {}
    for start, end, tags in ways.edges(data=True):
        if not drivable(tags, vehicle):
            continue
        if tags.get("oneway") in REVERSED:  # osmnx has turned the way round
            start, end = end, start  # noqa: PLW2901
        for direction in directions(tags, vehicle):
            ends = (start, end) if direction == FORWARD else (end, start)
            speed = DRIVEN * limit(tags, direction)
            edge = {"way": tags["osmid"], "highway": tags["highway"], "length": tags["length"], "speed": speed}
            edge["seconds"] = tags["length"] / speed * 3.6
            if ends not in fastest or edge["seconds"] < fastest[ends]["seconds"]:
                fastest[ends] = edge
    if not fastest:
        raise RoadsError(Mistake("roads-no-road", {"file": path.name}, Origin(path.name)))
    restricted = turns(path, vehicle)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(**ways.graph, turns=restricted)
    graph.add_edges_from((*ends, edge) for ends, edge in fastest.items())
    graph.add_nodes_from((node, ways.nodes[node]) for node in list(graph))
    for turn in restricted:
        if turn.via in graph:
            graph.nodes[turn.via]["via"] = True
    _close(graph, [node for node, tags in graph.nodes(data=True) if not passable(tags, vehicle)])
    return graph


def _close(graph: "nx.MultiDiGraph[int]", barriers: list[int]) -> None:
    """Give each road that meets a barrier an end of its own there."""
    fresh = count(min(0, *graph) - 1, -1) if barriers else count()
    for barrier in barriers:
        place = graph.nodes[barrier]
        ends: dict[int, int] = {}
        for tail, head, facts in [*graph.in_edges(barrier, data=True), *graph.out_edges(barrier, data=True)]:
            own = ends.setdefault(tail if head == barrier else head, next(fresh))
            graph.add_edge(own if tail == barrier else tail, own if head == barrier else head, **facts)
        graph.add_nodes_from((own, place) for own in ends.values())
        graph.remove_node(barrier)


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
    """Keep junctions, dead ends and places where class or speed change; edges in between carry a `geometry`.

    The `way` of an edge that joins several is the list of them, as driven.
    """
    return osmnx.simplify_graph(
        graph,
        node_attrs_include=["via"],
        edge_attrs_differ=["highway", "speed"],
        edge_attr_aggs={"length": sum, "seconds": sum, "way": list},
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
