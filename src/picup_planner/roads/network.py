"""The drivable network of an extract, kept as arrays, and the nearest point of it to a place."""

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from picup_planner.errors import Mistake, Origin, RoadsError

LEAST_KEPT = 0.9
"""Share of the length of all strongly connected components that the largest must hold."""

WARNED_OVER = 150.0
"""Metres from the network beyond which a location is worth a look."""

REFUSED_OVER = 500.0
"""Metres from the network beyond which a location is refused."""

TIE = 0.01
"""Metres within which two points are one: the directions of a street, the streets of a junction are equally near."""

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
    geometry: tuple[NDArray[np.float64], ...]


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


def network(path: Path, cache: Path | None = None) -> Network:
    """Read an extract's drivable network, from the cache when the same bytes were read before.

    One-way streets from which nothing in the extract leads back, such as those cut at its edge, are set aside; of the
    others the largest strongly connected component is kept.

    Parameters
    ----------
    path
        An ``.osm`` or ``.osm.gz`` file.
    cache
        Folder of the cache, by default the user's own. One that cannot be written is done without.

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
    stored = (cache or user_cache_path("picup-planner")) / f"roads-{source[:32]}-{_recipe()[:16]}.npz"
    with contextlib.suppress(OSError):
        if roads := _unpacked(stored.read_bytes()):
            return roads
    roads = _read(path, source)
    with contextlib.suppress(OSError):
        _write(stored, _packed(roads))
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

    def nearest(self, location: Location) -> Snap:
        point = np.array([location.longitude, location.latitude]) * self._scale
        offset = np.sum((point - self._start) * self._along, axis=1)
        share = np.clip(offset / np.maximum(self._length, TIE) ** 2, 0, 1)
        foot = self._start + share[:, None] * self._along
        distance = np.hypot(*(point - foot).T)
        best = int(np.argmin(distance))
        edges: dict[int, float] = {}
        for tied in np.flatnonzero(distance <= distance[best] + TIE):
            if np.hypot(*(foot[tied] - foot[best])) <= 2 * TIE:
                edge = int(self._edge[tied])
                driven = (self._before[tied] + share[tied] * self._length[tied]) / max(self._total[edge], TIE)
                edges.setdefault(edge, min(float(driven), 1.0))
        longitude, latitude = foot[best] / self._scale
        return Snap(
            location=location,
            longitude=round(float(longitude), 7),
            latitude=round(float(latitude), 7),
            metres=float(distance[best]),
            edges=tuple(edges.items()),
        )


def _read(path: Path, source: str) -> Network:
    from picup_planner.roads import osm  # noqa: PLC0415  osmnx takes seconds: not on a cache hit

    graph = osm.drivable_graph(path)
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
        geometry=tuple(
            np.array(facts["geometry"].coords if "geometry" in facts else (point[tail], point[head]))
            for tail, head, facts in edges
        ),
    )


def _recipe() -> str:
    """Hash of the code that makes a network from a file: what another code stored is not read."""
    here = Path(__file__)
    return hashlib.sha256(here.read_bytes() + here.with_name("osm.py").read_bytes()).hexdigest()


def _packed(roads: Network) -> bytes:
    arrays = vars(roads) | {
        "geometry": np.vstack(roads.geometry),
        "points": [len(line) for line in roads.geometry],
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    body = buffer.getvalue()
    return hashlib.sha256(body).digest() + body


def _unpacked(content: bytes) -> Network | None:
    """Read what `_packed` wrote; ``None`` when a single byte differs."""
    digest, body = content[:32], content[32:]
    if hashlib.sha256(body).digest() != digest:
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as stored:
        arrays = dict(stored)
    geometry = np.split(arrays.pop("geometry"), np.cumsum(arrays.pop("points"))[:-1])
    return Network(hash=str(arrays.pop("hash")), kept=float(arrays.pop("kept")), **arrays, geometry=tuple(geometry))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
