"""Where people walk: the pedestrian network of an extract, walking times, and what can be reached in so many minutes.

Nothing here is as the crow flies: a place that no footway comes near is said to be lost, and reaches nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely.geometry.base import BaseGeometry

from picup_planner.errors import Mistake, Origin, RoadsError
from picup_planner.problem import Area
from picup_planner.roads.network import Location
from picup_planner.roads.survey import METRES_PER_DEGREE, Survey

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SPEED = 4.5
"""Kilometres walked in an hour: less than people of forty (5.2), more than women over eighty (3.4) do on average.

Bohannon and Andrews, Normal walking speed, Physiotherapy 97 (2011), table of means by age.
"""

ON_STEPS = 0.5
"""Share of that speed kept on steps, measured along the map: an assumption."""

FARTHEST = 150.0
"""Metres from any footway beyond which a place is lost."""

ISLAND = 500.0
"""Metres of footways linked to no other under which they are left out: courtyards, platforms, roofs."""

_WALKED = {
    *(
        "footway",
        "path",
        "pedestrian",
        "steps",
        "corridor",
        "elevator",
        "living_street",
        "residential",
        "service",
        "track",
    ),
    *("unclassified", "road", "tertiary", "secondary", "primary"),
    *("tertiary_link", "secondary_link", "primary_link"),
}
_ON_REQUEST = {"cycleway", "bridleway", "trunk", "trunk_link"}
"""Walked only where a tag says so."""

_OPEN = {"yes", "designated", "permissive", "official", "destination"}
_SHUT = {"no", "private", "customers", "permit", "residents", "delivery", "military", "agricultural", "forestry"}

_ALONGSIDE = 40.0
"""Metres on each side of a footway shown as reached."""

_BLOCK = 20_000.0
"""Square metres under which a hole between reached footways is shown as reached: a block of houses."""

_SMOOTHED = 6.0
"""Metres an outline may stray."""

_DECIMALS = 5

Weights = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Footways:
    """Straight pieces of footways, each walked both ways.

    Parameters
    ----------
    scale
        Metres per degree of longitude and of latitude, shape (2,).
    points
        Of the nodes, in metres: degrees times `scale`, shape (n, 2).
    ends
        Indices of the two nodes of each piece, shape (m, 2).
    seconds
        Walking time of each piece, shape (m,); its length is that between its ends.
    """

    scale: Weights
    points: Weights
    ends: NDArray[np.int64]
    seconds: Weights

    @property
    def metres(self) -> Weights:
        """Length of each piece, shape (m,)."""
        return _length(self.points, self.ends)


def walkable(tags: Mapping[str, str]) -> bool:
    """Whether people may walk along a way; `foot` decides before `access`."""
    kind, foot = tags.get("highway", ""), tags.get("foot", "")
    if foot in _OPEN:
        return kind in _WALKED | _ON_REQUEST
    return kind in _WALKED and foot not in _SHUT and tags.get("access", "yes") not in _SHUT


def footways(survey: Survey) -> Footways:
    """Pedestrian network of what was read; a square is walked around.

    Raises
    ------
    RoadsError
        When it has no footway.
    """
    shut = {node for node, tags in survey.node_tags.items() if _is_shut(tags)}
    pace: dict[tuple[int, int], float] = {}
    for line in survey.lines:
        if walkable(line.tags):
            slowness = 1 / ON_STEPS if line.tags["highway"] == "steps" else 1.0
            for a, b in pairwise(line.nodes):
                if a != b and not shut & {a, b}:
                    pair = (min(a, b), max(a, b))
                    pace[pair] = min(slowness, pace.get(pair, slowness))
    if not pace:
        raise RoadsError(Mistake("walks-no-footway", {"file": survey.file}, Origin(survey.file)))
    ids, index = np.unique(np.array(list(pace)), return_inverse=True)
    degrees = np.array([survey.nodes[node] for node in ids.tolist()])
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(degrees[:, 1].mean())), 1.0])
    ends = index.reshape(-1, 2)
    points = degrees * scale
    metres = _length(points, ends)
    seconds = metres * np.array(list(pace.values())) * 3.6 / SPEED
    kept = _mainland(len(points), ends, metres)
    return Footways(scale, points, ends[kept], seconds[kept])


class Walks:
    """Walks between places, on footways cut where the places meet them.

    Parameters
    ----------
    places
        Each comes with a different id.

    Attributes
    ----------
    lost
        Places more than `FARTHEST` metres from any footway; nobody walks from or to them.
    """

    def __init__(self, ways: Footways, places: Sequence[Location]) -> None:
        self._scale = ways.scale
        spots = np.array([(place.longitude, place.latitude) for place in places]).reshape(-1, 2) * ways.scale
        nearest = _nearest(ways, spots)
        start, end = (ways.points[ways.ends[nearest, side]] for side in (0, 1))
        share = np.sum((spots - start) * (end - start), axis=1) / np.maximum(np.sum((end - start) ** 2, axis=1), 1e-6)
        share = np.clip(share, 0, 1)
        feet = start + share[:, None] * (end - start)
        self._away = np.hypot(*(spots - feet).T)
        self.lost = tuple(place for place, away in zip(places, self._away, strict=True) if away > FARTHEST)
        self._row = {place.id: row for row, place in enumerate(places) if self._away[row] <= FARTHEST}
        self._first = len(ways.points)
        self._spots, self._points = spots, np.vstack([ways.points, feet])
        self._ends, self._seconds = _cut(ways, nearest, share)
        self._metres = _length(self._points, self._ends)

    def metres(self, starts: Sequence[str], ends: Sequence[str]) -> Weights:
        """Length of the shortest walks between places of these ids, shape (starts, ends); infinite where there is none.

        What separates a place from its footway is walked too.
        """
        return self._between(self._metres, 1.0, starts, ends)

    def seconds(self, starts: Sequence[str], ends: Sequence[str]) -> Weights:
        """Time of the fastest walks, as `metres` their length."""
        return self._between(self._seconds, 3.6 / SPEED, starts, ends)

    def reached(self, start: str, minutes: Sequence[int]) -> list[BaseGeometry]:
        """Ground within so many minutes of a place, in degrees: footways reached and what lies along them."""
        if start not in self._row:
            return [shapely.Polygon() for _ in minutes]
        row = self._row[start]
        approach = self._away[row] * 3.6 / SPEED
        times = self._from(self._seconds, [start], limit=60.0 * max(minutes, default=0))[0] + approach
        stem = np.array([[self._spots[row], self._points[self._first + row]]])
        return [self._ground(np.vstack([*self._pieces(times, 60.0 * each), stem])) for each in minutes]

    def _pieces(self, times: Weights, limit: float) -> Iterator[NDArray[np.float64]]:
        """Parts of footways reached in time from either end, as pairs of points, shape (k, 2, 2)."""
        for side in (0, 1):
            near, far = self._ends[:, side], self._ends[:, 1 - side]
            left = limit - times[near]
            begun = left > 0
            share = np.clip(left[begun] / np.maximum(self._seconds[begun], 0.01), 0, 1)
            start, end = self._points[near[begun]], self._points[far[begun]]
            yield np.stack([start, start + share[:, None] * (end - start)], axis=1)

    def _ground(self, pieces: NDArray[np.float64]) -> BaseGeometry:
        ground = shapely.union_all(shapely.buffer(shapely.linestrings(pieces), _ALONGSIDE, quad_segs=3))
        parts = [
            shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= _BLOCK])
            for part in getattr(ground, "geoms", [ground])
        ]
        smooth = shapely.union_all(parts).simplify(_SMOOTHED)
        return shapely.transform(smooth, lambda points: np.round(points / self._scale, _DECIMALS))

    def _between(self, weights: Weights, approach: float, starts: Sequence[str], ends: Sequence[str]) -> Weights:
        found = np.full((len(starts), len(ends)), np.inf)
        rows, columns = ([i for i, name in enumerate(names) if name in self._row] for names in (starts, ends))
        if rows and columns:
            here, there = ([self._row[name] for name in names if name in self._row] for names in (starts, ends))
            walked = self._from(weights, [name for name in starts if name in self._row])
            away = self._away[here][:, None] + self._away[there]
            found[np.ix_(rows, columns)] = walked[:, [self._first + row for row in there]] + away * approach
        return found

    def _from(self, weights: Weights, starts: Sequence[str], limit: float = np.inf) -> Weights:
        size = len(self._points)
        graph = csr_array((weights, (self._ends[:, 0], self._ends[:, 1])), (size, size))
        nodes = [self._first + self._row[start] for start in starts]
        return np.asarray(dijkstra(graph, directed=False, indices=nodes, limit=limit))


def isochrones(walks: Walks, sites: Sequence[str], areas: Sequence[Area], minutes: Sequence[int]) -> "GeoDataFrame":
    """Draw what is reached on foot from sites, in degrees (WGS 84): a row per site and duration.

    Parameters
    ----------
    sites
        Ids of places of the walks.
    areas
        Where people live; each is a place of the walks of id `area <id>`, as no site's is.

    Returns
    -------
        Columns `site`, `minutes`, `residents` (those counted, in areas reached in time) and `geometry`, empty for a
        site that no footway comes near.
    """
    from geopandas import GeoDataFrame  # noqa: PLC0415  seconds, and not for those who only measure

    times = walks.seconds(sites, [f"area {area.id}" for area in areas])
    people = np.array([area.residents or 0 for area in areas])
    rows = [
        {"site": site, "minutes": each, "residents": int(people[times[i] <= 60 * each].sum()), "geometry": ground}
        for i, site in enumerate(sites)
        for each, ground in zip(minutes, walks.reached(site, minutes), strict=True)
    ]
    return GeoDataFrame(rows, columns=["site", "minutes", "residents", "geometry"], crs="EPSG:4326")


def _length(points: Weights, ends: NDArray[np.int64]) -> Weights:
    """Metres of straight pieces."""
    return np.asarray(np.hypot(*(points[ends[:, 0]] - points[ends[:, 1]]).T))


def _nearest(ways: Footways, spots: Weights) -> NDArray[np.int64]:
    """Index of the piece nearest to each spot."""
    pieces = np.asarray(shapely.linestrings(ways.points[ways.ends]))
    return np.asarray(shapely.STRtree(pieces).nearest(np.asarray(shapely.points(spots))), np.int64)


def _is_shut(tags: Mapping[str, str]) -> bool:
    foot = tags.get("foot", "")
    return foot not in _OPEN and (foot in _SHUT or tags.get("access", "yes") in _SHUT or tags["barrier"] == "wall")


def _mainland(size: int, ends: NDArray[np.int64], metres: Weights) -> NDArray[np.bool_]:
    """Which pieces belong to networks of some length, or to the longest."""
    graph = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), (size, size))
    _, part = connected_components(graph, directed=False)
    lengths = np.bincount(part[ends[:, 0]], metres)
    kept = lengths >= min(ISLAND, lengths.max())
    return np.asarray(kept[part[ends[:, 0]]])


def _cut(ways: Footways, nearest: NDArray[np.int64], share: Weights) -> tuple[NDArray[np.int64], Weights]:
    """Give ends and seconds of the pieces once places have cut them; a place's node comes after those of the ways."""
    cuts: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for row, (piece, part) in enumerate(zip(nearest.tolist(), share.tolist(), strict=True)):
        cuts[piece].append((part, len(ways.points) + row))
    kept = np.ones(len(ways.ends), bool)
    kept[list(cuts)] = False
    ends, seconds = [], []
    for piece, inner in cuts.items():
        first, last = ways.ends[piece].tolist()
        for (before, a), (after, b) in pairwise([(0.0, first), *sorted(inner), (1.0, last)]):
            ends.append((a, b))
            seconds.append((after - before) * ways.seconds[piece])
    new = np.array(ends, np.int64).reshape(-1, 2)
    return np.vstack([ways.ends[kept], new]), np.append(ways.seconds[kept], seconds)
