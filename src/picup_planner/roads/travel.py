"""Travel times and routes on a network: fastest journeys, each direction of a street on its own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from picup_planner.errors import Mistake, RoadsError
from picup_planner.problem import TravelTimes
from picup_planner.roads.network import REFUSED_OVER, TIE, Location, Network, Snap, snap

__all__ = ["Location", "routes", "travel_times"]


def travel_times(
    roads: Network,
    locations: Sequence[Location],
    hour_factors: Sequence[float] = (1.0,) * 24,
    *,
    refused_over: float = REFUSED_OVER,
) -> TravelTimes:
    """Time and length of the fastest journey between every two locations, never symmetrised.

    Parameters
    ----------
    hour_factors
        Multiplies a time by the hour of the day, 24 values.
    refused_over
        Metres from the network beyond which a location is refused.

    Raises
    ------
    RoadsError
        With every location too far from a road, or else every journey that no road makes.
    """
    journeys = _Journeys(roads, snap(roads, locations, refused_over=refused_over))
    ids = [location.id for location in locations]
    seconds = [[journeys.seconds(start, end) for end in ids] for start in ids]
    stranded = [
        Mistake("roads-no-journey", {"start": start.name, "end": end.name}, end.origin)
        for start, row in zip(locations, seconds, strict=True)
        for end, time in zip(locations, row, strict=True)
        if not np.isfinite(time)
    ]
    if stranded:
        raise RoadsError(*stranded)
    return TravelTimes(
        locations=tuple(ids),
        seconds=tuple(map(tuple, seconds)),
        metres=tuple(tuple(round(journeys.metres(start, end)) for end in ids) for start in ids),
        hour_factors=tuple(hour_factors),
    )


def routes(
    roads: Network, pairs: Iterable[tuple[Location, Location]], *, refused_over: float = REFUSED_OVER
) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """Longitudes and latitudes along the fastest journeys, by ids of start and end: those `travel_times` measures.

    A route begins and ends at the points of the network nearest to its ends.

    Raises
    ------
    RoadsError
        With every location too far from a road, or else every journey that no road makes.
    """
    pairs = list(pairs)
    places = {place.id: place for pair in pairs for place in pair}
    journeys = _Journeys(roads, snap(roads, list(places.values()), refused_over=refused_over))
    stranded = [
        Mistake("roads-no-journey", {"start": start.name, "end": end.name}, end.origin)
        for start, end in pairs
        if not np.isfinite(journeys.seconds(start.id, end.id))
    ]
    if stranded:
        raise RoadsError(*stranded)
    return {(start.id, end.id): journeys.line(start.id, end.id) for start, end in pairs}


_Link = tuple[int, float, float]
"""Part of an edge: its index, and the shares of its length where the part begins and ends."""


class _Journeys:
    """Fastest journeys between locations, on edges cut where the locations meet them."""

    def __init__(self, roads: Network, snaps: Sequence[Snap]) -> None:
        self._roads = roads
        self._point = {found.location.id: (found.longitude, found.latitude) for found in snaps}
        first = len(roads.node_ids)
        nodes = {point: first + i for i, point in enumerate(dict.fromkeys(self._point.values()))}
        self._node = {location: nodes[point] for location, point in self._point.items()}
        self._row = {location: node - first for location, node in self._node.items()}
        self._links: dict[tuple[int, int], _Link] = {}
        for ends, link in _cut(
            roads, [(self._node[s.location.id], edge, share) for s in snaps for edge, share in s.edges]
        ):
            if ends not in self._links or self._time(link) < self._time(self._links[ends]):
                self._links[ends] = link
        times = [self._time(link) for link in self._links.values()]
        size = first + len(nodes)
        self._seconds, self._previous = dijkstra(
            csr_array((times, np.array(list(self._links)).T), (size, size)),
            indices=list(nodes.values()),
            return_predecessors=True,
        )

    def seconds(self, start: str, end: str) -> float:
        """Driving time, infinite when no road leads there."""
        return float(self._seconds[self._row[start], self._node[end]])

    def metres(self, start: str, end: str) -> float:
        """Length of the fastest journey."""
        return sum(float(self._roads.metres[edge]) * (last - first) for edge, first, last in self._along(start, end))

    def line(self, start: str, end: str) -> list[tuple[float, float]]:
        """Longitudes and latitudes of the fastest journey."""
        points = [self._point[start]]
        for edge, first, last in self._along(start, end):
            points += _part(self._roads.geometry[edge], first, last)
        return [point for point, _ in groupby([*points, self._point[end]])]

    def _along(self, start: str, end: str) -> list[_Link]:
        """Links from start to end, in the order they are driven."""
        links, node = [], self._node[end]
        while node != self._node[start]:
            previous = int(self._previous[self._row[start], node])
            links.append(self._links[previous, node])
            node = previous
        return links[::-1]

    def _time(self, link: _Link) -> float:
        edge, first, last = link
        return float(self._roads.seconds[edge]) * (last - first)


def _cut(roads: Network, cuts: Iterable[tuple[int, int, float]]) -> Iterator[tuple[tuple[int, int], _Link]]:
    """Cut edges at (node, edge, share) into links, each with the nodes at its ends.

    Nodes closer than `TIE` are one place, in both directions: a location at a junction is on all of its streets.
    """
    inner: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for node, edge, share in cuts:
        inner[edge].append((share, node))
    for edge, (tail, head) in enumerate(zip(roads.tail.tolist(), roads.head.tolist(), strict=True)):
        stops = [(0.0, tail), *sorted(inner[edge]), (1.0, head)]
        for (first, start), (last, end) in pairwise(stops):
            yield (start, end), (edge, first, last)
            if (last - first) * roads.metres[edge] <= TIE:
                yield (end, start), (edge, first, first)


def _part(line: NDArray[np.float64], first: float, last: float) -> list[tuple[float, float]]:
    """Points of a line strictly between two shares of its length, and its ends when a share is 0 or 1."""
    steps = np.diff(line, axis=0) * (np.cos(np.radians(line[0, 1])), 1)
    driven = np.append(0, np.cumsum(np.hypot(*steps.T)))
    inside = (driven >= first * driven[-1]) & (driven <= last * driven[-1])
    return [(longitude, latitude) for longitude, latitude in line[inside].tolist()]
