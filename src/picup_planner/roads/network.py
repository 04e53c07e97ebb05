"""The drivable network of an extract, kept as arrays, and the nearest point of it to a place."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Point, STRtree

from picup_planner.errors import Mistake, Origin, RoadsError
from picup_planner.roads.cache import cache_folder, keep_arrays, kept_arrays
from picup_planner.roads.tags import ANY, Vehicle
from picup_planner.roads.turns import Turn

LEAST_KEPT = 0.9
"""Share of the length of all strongly connected components that the largest must hold."""

WARNED_OVER = 150.0
"""Metres from the network beyond which a location is worth a look."""

REFUSED_OVER = 500.0
"""Metres from the network beyond which a location is refused."""

TIE = 0.01
"""Metres within which two points are one: the directions of a street, the streets of a junction are equally near."""

Pair = tuple[int, int]

_EARTH = 6_371_009.0  # mean radius in metres, as osmnx has it
_NOT_STOPPED_ON = {"motorway", "motorway_link"}


@dataclass(frozen=True, eq=False)
class Network:
    """Drivable roads on which every point reaches every other; one edge per direction.

    Parameters
    ----------
    hash
        SHA-256 of the extract's bytes, as 64 hexadecimal digits.
    kept
        Share of the extract's drivable length that is in the network.
    node_ids
        OSM ids of junctions, int64, shape (n,).
    longitude, latitude
        Degrees, shape (n,).
    tail, head
        Index of the node an edge leaves and of the one it enters, shape (m,).
    seconds, metres
        Driving time and length of each edge, shape (m,).
    kind
        OSM class (`highway`) of each edge, shape (m,).
    opposite
        The edge that goes back along each edge, or -1, shape (m,).
    turns
        Edges that may not follow one another, shape (t, 2).
    turns_ignored
        How many restrictions could be read in two ways, and are not heeded.
    geometry
        Per edge, longitudes and latitudes from tail to head, shape (k, 2), k at least 2.
    """

    hash: str
    kept: float
    node_ids: NDArray[np.int64]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]
    kind: NDArray[np.str_]
    opposite: NDArray[np.int32]
    turns: NDArray[np.int32]
    turns_ignored: int
    geometry: tuple[NDArray[np.float64], ...]

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of all that journeys depend on."""
        arrays = (
            *(self.longitude, self.latitude, self.tail, self.head, self.seconds, self.metres),
            *(self.kind, self.opposite, self.turns, np.vstack(self.geometry)),
            np.array([len(line) for line in self.geometry]),
        )
        return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).digest()


@dataclass(frozen=True)
class Location:
    """A place the van goes to: a depot or a site, and where somebody typed it."""

    id: str
    name: str
    latitude: float
    longitude: float
    origin: Origin | None = None


@dataclass(frozen=True)
class Snap:
    """Where a location meets the network.

    Parameters
    ----------
    longitude, latitude
        The nearest point of a road the van may stop on, in degrees.
    metres
        Straight from the location to that point.
    edges
        Edges that pass there, each with the share of its length driven before the point, 0 to 1.
    """

    location: Location
    longitude: float
    latitude: float
    metres: float
    edges: tuple[tuple[int, float], ...]


def network(path: Path, cache: Path | None = None, vehicle: Vehicle = ANY) -> Network:
    """Read an extract's drivable network, from the cache when the same bytes were read before.

    One-way streets from which nothing in the extract leads back, such as those cut at its edge, are set aside; of the
    others the largest strongly connected component is kept.

    Parameters
    ----------
    path
        An ``.osm`` or ``.osm.gz`` file.
    cache
        Folder of the cache, by default the user's own. One that cannot be written is done without.
    vehicle
        What must fit.

    Raises
    ------
    RoadsError
        When the file cannot be used, or the component holds less than `LEAST_KEPT` of the length of all components.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RoadsError(Mistake("roads-unreadable", {"file": path.name}, Origin(path.name))) from error
    source = hashlib.sha256(content).hexdigest()
    stored = (cache or cache_folder()) / f"roads-{source[:32]}-{_recipe(vehicle)[:16]}.npz"
    if arrays := kept_arrays(stored):
        return _unpacked(arrays)
    roads = _read(path, source, vehicle)
    keep_arrays(stored, _packed(roads))
    return roads


def snap(roads: Network, locations: Sequence[Location], *, refused_over: float = REFUSED_OVER) -> tuple[Snap, ...]:
    """Find the nearest point of the network to each location, motorways excepted.

    Parameters
    ----------
    refused_over
        Metres beyond which a location is refused.

    Raises
    ------
    RoadsError
        With every location too far from a road at once; one that fits with latitude and longitude swapped says so.
    """
    segments = _Segments(roads)
    snaps = tuple(segments.nearest(location) for location in locations)
    mistakes = []
    for found in snaps:
        if found.metres > refused_over:
            place = found.location
            swapped = Location(place.id, place.name, latitude=place.longitude, longitude=place.latitude)
            fits = segments.nearest(swapped).metres <= refused_over
            message = "roads-swapped" if fits else "roads-too-far"
            mistakes.append(Mistake(message, {"name": place.name, "metres": round(found.metres)}, place.origin))
    if mistakes:
        raise RoadsError(*mistakes)
    return snaps


def far(snaps: Sequence[Snap]) -> tuple[Mistake, ...]:
    """Warn of the locations more than `WARNED_OVER` metres from the network."""
    return tuple(
        Mistake("roads-far", {"name": found.location.name, "metres": round(found.metres)}, found.location.origin)
        for found in snaps
        if found.metres > WARNED_OVER
    )


class _Segments:
    """Straight pieces of the roads a van stops on, in metres on a plane around their mean latitude."""

    def __init__(self, roads: Network) -> None:
        stoppable = np.flatnonzero(~np.isin(roads.kind, list(_NOT_STOPPED_ON)))
        lines = [roads.geometry[edge] for edge in stoppable]
        self._scale = np.radians([_EARTH * np.cos(np.radians(roads.latitude.mean())), _EARTH])
        self._start = np.vstack([line[:-1] for line in lines]) * self._scale
        self._along = np.vstack([line[1:] for line in lines]) * self._scale - self._start
        self._edge = np.repeat(stoppable, [len(line) - 1 for line in lines])
        self._length = np.hypot(*self._along.T)
        driven = np.cumsum(self._length) - self._length
        _, first, index = np.unique(self._edge, return_index=True, return_inverse=True)
        self._before = driven - driven[first][index]
        self._total = np.bincount(self._edge, self._length)
        pieces = np.stack([self._start, self._start + self._along], axis=1)
        self._tree = STRtree([LineString(piece) for piece in pieces])

    def nearest(self, location: Location) -> Snap:
        point = np.array([location.longitude, location.latitude]) * self._scale
        here = Point(point)
        _, near = self._tree.query_nearest(here, all_matches=False, return_distance=True)
        some = np.sort(self._tree.query(here, predicate="dwithin", distance=float(near[0]) + TIE))
        offset = np.sum((point - self._start[some]) * self._along[some], axis=1)
        share = np.clip(offset / np.maximum(self._length[some], TIE) ** 2, 0, 1)
        foot = self._start[some] + share[:, None] * self._along[some]
        distance = np.hypot(*(point - foot).T)
        best = int(np.argmin(distance))
        edges: dict[int, float] = {}
        for tied in np.flatnonzero(distance <= distance[best] + TIE):
            if np.hypot(*(foot[tied] - foot[best])) <= 2 * TIE:
                edge, before, length = (part[some[tied]] for part in (self._edge, self._before, self._length))
                driven = (before + share[tied] * length) / max(self._total[edge], TIE)
                edges.setdefault(int(edge), min(float(driven), 1.0))
        longitude, latitude = foot[best] / self._scale
        return Snap(
            location=location,
            longitude=round(float(longitude), 7),
            latitude=round(float(latitude), 7),
            metres=float(distance[best]),
            edges=tuple(edges.items()),
        )


def _read(path: Path, source: str, vehicle: Vehicle) -> Network:
    from picup_planner.roads import osm  # noqa: PLC0415  osmnx takes seconds: not on a cache hit

    graph = osm.drivable_graph(path, vehicle)
    component, returning = osm.largest_component(graph)
    kept = float(component.size("length"))
    if not kept or kept < LEAST_KEPT * returning:
        percent = int(100 * kept / returning) if returning else 0
        raise RoadsError(Mistake("roads-not-connected", {"file": path.name, "percent": percent}, Origin(path.name)))
    junctions = osm.simplified(component)
    if {facts["highway"] for _, _, facts in junctions.edges(data=True)} <= _NOT_STOPPED_ON:
        raise RoadsError(Mistake("roads-no-road", {"file": path.name}, Origin(path.name)))
    node_ids = sorted(junctions)
    index = {node: i for i, node in enumerate(node_ids)}
    point = {node: (facts["x"], facts["y"]) for node, facts in junctions.nodes(data=True)}
    edges = sorted(junctions.edges(data=True), key=lambda edge: (edge[0], edge[1], edge[2]["seconds"]))
    pairs, ignored = _forbidden(edges, graph.graph["turns"])
    lines = tuple(
        np.array(facts["geometry"].coords if "geometry" in facts else (point[tail], point[head]))
        for tail, head, facts in edges
    )
    return Network(
        hash=source,
        kept=kept / float(graph.size("length")),
        node_ids=np.array(node_ids, np.int64),
        longitude=np.array([point[node][0] for node in node_ids]),
        latitude=np.array([point[node][1] for node in node_ids]),
        tail=np.array([index[tail] for tail, _, _ in edges], np.int32),
        head=np.array([index[head] for _, head, _ in edges], np.int32),
        seconds=np.array([facts["seconds"] for _, _, facts in edges], float),
        metres=np.array([facts["length"] for _, _, facts in edges], float),
        kind=np.array([facts["highway"] for _, _, facts in edges]),
        opposite=_opposite(lines),
        turns=np.array(pairs, np.int32).reshape(-1, 2),
        turns_ignored=ignored,
        geometry=lines,
    )


def _forbidden(edges: Sequence[tuple[int, int, dict[str, Any]]], turns: Iterable[Turn]) -> tuple[list[Pair], int]:
    """Return the edges that may not follow one another, and how many restrictions name more than one edge.

    A way that goes on beyond the node where it should end leaves open which side is meant.
    """
    entering, leaving = defaultdict(list), defaultdict(list)
    for i, (tail, head, facts) in enumerate(edges):
        ways = facts["way"] if isinstance(facts["way"], list) else [facts["way"]]
        entering[head, ways[-1]].append(i)
        leaving[tail].append((i, ways[0]))
    pairs: list[Pair] = []
    ignored = 0
    for turn in turns:
        coming, named = entering[turn.via, turn.start], [i for i, way in leaving[turn.via] if way in turn.ends]
        if len(coming) == 1 and 1 <= len(named) <= len(turn.ends):
            pairs += [(coming[0], i) for i, way in leaving[turn.via] if turn.forbids(way)]
        ignored += bool(coming and named) and not (len(coming) == 1 and len(named) <= len(turn.ends))
    return sorted(set(pairs)), ignored


def _opposite(lines: Sequence[NDArray[np.float64]]) -> NDArray[np.int32]:
    """Return for each line the one that goes back along it, or -1."""
    known = {line.tobytes(): i for i, line in enumerate(lines)}
    return np.array([known.get(line[::-1].tobytes(), -1) for line in lines], np.int32)


def _recipe(vehicle: Vehicle) -> str:
    """Hash of the vehicle and of the code that makes a network from a file: what another code stored is not read."""
    here = Path(__file__)
    names = ("cache.py", "network.py", "osm.py", "tags.py", "turns.py")
    code = [here.with_name(name).read_bytes() for name in names]
    return hashlib.sha256(b"".join(code) + repr(vehicle).encode()).hexdigest()


def _packed(roads: Network) -> dict[str, Any]:
    return vars(roads) | {
        "geometry": np.vstack(roads.geometry),
        "points": [len(line) for line in roads.geometry],
    }


def _unpacked(arrays: dict[str, NDArray[Any]]) -> Network:
    """Read what `_packed` gave."""
    geometry = np.split(arrays.pop("geometry"), np.cumsum(arrays.pop("points"))[:-1])
    hash_, kept, ignored = (arrays.pop(name).item() for name in ("hash", "kept", "turns_ignored"))
    return Network(hash=hash_, kept=kept, turns_ignored=ignored, **arrays, geometry=tuple(geometry))
