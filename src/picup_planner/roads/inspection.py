"""What a person should know of a network before trusting it: what is in it, what was set aside, what looks wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from pathlib import Path

import networkx as nx
import numpy as np

from picup_planner.errors import RoadsError
from picup_planner.roads import osm
from picup_planner.roads.extract import Extract, length
from picup_planner.roads.network import Location, Network, Snap, network, snap
from picup_planner.roads.osm_file import read
from picup_planner.roads.tags import ANY, Vehicle, doubt, drivable
from picup_planner.roads.travel import scipy

Line = tuple[tuple[float, float], ...]
"""Longitudes and latitudes."""

_EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


class Aside(StrEnum):
    """Why roads are not in the network."""

    TRAP = "trap"
    """One may drive in, and never out again."""

    SOURCE = "source"
    """One may drive out, and never in."""

    ISLAND = "island"
    """Linked to the network by no road."""


@dataclass(frozen=True)
class Piece:
    """Roads set aside that hold together.

    Parameters
    ----------
    name
        Of its longest named street, empty when none has a name.
    metres
        Length of its streets, each counted once.
    """

    aside: Aside
    name: str
    metres: float
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Doubt:
    """A way whose speed limit is worth a look; `reason` says why, `limit` is what its `maxspeed` says."""

    name: str
    kind: str
    limit: str
    reason: str
    metres: float
    line: Line


@dataclass(frozen=True)
class Inspection:
    """What was found.

    Parameters
    ----------
    extract
        The roads as the file has them.
    roads
        The network; ``None`` when it was refused, and then `refusal` says why.
    lengths
        Metres of streets by class, each street counted once, and those of them that are one-way.
    share
        Of the length of all strongly connected components, that of the largest.
    pieces
        What is set aside, the longest first.
    snaps
        Where each place meets the network, however far.
    stranded
        Pairs of places between which no road leads.
    """

    extract: Extract
    roads: Network | None
    refusal: RoadsError | None
    lengths: Mapping[str, tuple[float, float]]
    share: float
    pieces: tuple[Piece, ...]
    doubts: tuple[Doubt, ...]
    snaps: tuple[Snap, ...] = ()
    stranded: tuple[tuple[Location, Location], ...] = ()


def inspect(path: Path, places: Sequence[Location], vehicle: Vehicle = ANY) -> Inspection:
    """Look at an extract as a network for a vehicle that goes to some places.

    Raises
    ------
    RoadsError
        When the file cannot be read or has no road to drive; a network in pieces is told, not raised.
    """
    extract = read(path, _EVERYWHERE)
    graph = osm.drivable_graph(path, vehicle)
    component, returning = osm.largest_component(graph)
    names = {way.id: way.tags.get("name", "") for way in extract.ways}
    try:
        roads, refusal = network(path, vehicle=vehicle), None
    except RoadsError as error:
        roads, refusal = None, error
    snaps = snap(roads, places, refused_over=inf) if roads and places else ()
    return Inspection(
        extract=extract,
        roads=roads,
        refusal=refusal,
        lengths=_lengths(graph),
        share=min(1.0, component.size("length") / returning) if returning else 0.0,
        pieces=tuple(sorted(_pieces(graph, set(component), names), key=lambda piece: -piece.metres)),
        doubts=tuple(_doubts(extract, vehicle)),
        snaps=snaps,
        stranded=tuple(_stranded(roads, snaps)) if roads else (),
    )


def _lengths(graph: "nx.MultiDiGraph[int]") -> dict[str, tuple[float, float]]:
    """Metres by class, the longest first."""
    whole: Counter[str] = Counter()
    single: Counter[str] = Counter()
    for tail, head, facts in graph.edges(data=True):
        both = graph.has_edge(head, tail)
        whole[facts["highway"]] += facts["length"] / 2 if both else facts["length"]
        single[facts["highway"]] += 0 if both else facts["length"]
    return {kind: (metres, single[kind]) for kind, metres in whole.most_common()}


def _pieces(graph: "nx.MultiDiGraph[int]", kept: set[int], names: Mapping[int, str]) -> Iterator[Piece]:
    """Roads outside the component, by what is wrong with them and by what holds together."""
    entered = _reached(graph, kept)
    leading = _reached(graph.reverse(copy=False), kept)
    sides: dict[Aside, nx.MultiDiGraph[int]] = defaultdict(nx.MultiDiGraph)
    for tail, head, facts in graph.edges(data=True):
        if tail not in kept or head not in kept:
            aside = Aside.TRAP if tail in entered else Aside.SOURCE if head in leading else Aside.ISLAND
            sides[aside].add_edge(tail, head, **facts)
    for aside, side in sides.items():
        for part in nx.weakly_connected_components(side):
            streets = {
                frozenset((tail, head)): (tail, head, facts) for tail, head, facts in side.edges(part, data=True)
            }
            longest: Counter[str] = Counter()
            for _, _, facts in streets.values():
                longest[names.get(facts["way"], "")] += facts["length"]
            named = [name for name, _ in longest.most_common() if name]
            yield Piece(
                aside,
                named[0] if named else "",
                sum(facts["length"] for _, _, facts in streets.values()),
                tuple(_line(graph, (tail, head)) for tail, head, _ in streets.values()),
            )


def _reached(graph: "nx.MultiDiGraph[int]", starts: set[int]) -> set[int]:
    """Nodes that a road leads to from some nodes, these included."""
    found, waiting = set(starts), list(starts)
    while waiting:
        for node in graph.successors(waiting.pop()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def _line(graph: "nx.MultiDiGraph[int]", nodes: Iterable[int]) -> Line:
    return tuple((float(graph.nodes[node]["x"]), float(graph.nodes[node]["y"])) for node in nodes)


def _doubts(extract: Extract, vehicle: Vehicle) -> Iterator[Doubt]:
    for way in extract.ways:
        if drivable(way.tags, vehicle) and (reason := doubt(way.tags)):
            line = tuple(extract.nodes[node] for node in way.nodes)
            told = (way.tags.get("name", ""), way.tags["highway"], way.tags["maxspeed"])
            yield Doubt(*told, reason, length(extract, way), line)


def _stranded(roads: Network, snaps: Sequence[Snap]) -> Iterator[tuple[Location, Location]]:
    if snaps:
        found = scipy(roads, snaps, range(len(snaps)), range(len(snaps)))
        for start, end in np.argwhere(~np.isfinite(found.milliseconds)).tolist():
            yield snaps[start].location, snaps[end].location
