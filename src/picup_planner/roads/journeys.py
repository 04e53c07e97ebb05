"""Fastest journeys on a network by scipy: each direction of a street on its own, and no turn that is forbidden.

Places cut the edges they lie on into links. Where no turn is restricted, a journey is a path of nodes. Elsewhere it is
a path of links, which knows where it comes from: it turns back only where there is no other way on.

Times and lengths are whole milliseconds and decimetres, packed into one exact number: the fastest journey, then the
shortest. The parts of an edge add up to the edge, so that a place more changes nothing between the others.
"""

from collections.abc import Iterable, Sequence
from itertools import count, groupby, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from picup_planner.roads.network import TIE, Network, Snap

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

ROWS = 64
"""Starts searched from at a time: a row of a large network takes a megabyte."""

_PACK = float(2**24)
"""A length in decimetres is below it (1,677 km), a time in milliseconds counts in it."""


class Matrix(NamedTuple):
    """Milliseconds and decimetres from rows to columns; infinite where no road leads."""

    milliseconds: Floats
    decimetres: Floats


class Links(NamedTuple):
    """Parts of edges between the nodes where journeys begin, end or turn, each array of shape (links,).

    A part goes from share `first` to share `last` of its edge; `weight` packs its time and length.
    """

    edge: Integers
    first: Floats
    last: Floats
    tail: Integers
    head: Integers
    weight: Floats


class Journeys:
    """Fastest journeys between places on a network.

    Parameters
    ----------
    snaps
        The places, in the order of rows and columns.
    """

    def __init__(self, roads: Network, snaps: Sequence[Snap]) -> None:
        self._roads = roads
        self._points = [(snap.longitude, snap.latitude) for snap in snaps]
        fresh = count(len(roads.node_ids))
        nodes: dict[tuple[float, float], int] = {}
        for point, snap in zip(self._points, snaps, strict=True):
            if point not in nodes:
                junction = _junction(roads, snap)
                nodes[point] = next(fresh) if junction is None else junction
        self._node = np.array([nodes[point] for point in self._points], np.int64)
        cuts = {(nodes[point], *cut) for point, snap in zip(self._points, snaps, strict=True) for cut in snap.edges}
        self._links = links = _cut(roads, sorted(cut for cut in cuts if cut[0] >= len(roads.node_ids)))
        size = next(fresh)
        known = np.arange(size) >= (
            0 if len(roads.turns) else len(roads.node_ids)
        )  # nodes where whence one comes counts
        self._state = np.where(known[links.head], size + np.arange(len(links.edge)), links.head)
        self._start = size + len(links.edge) + np.arange(len(snaps))
        self._nowhere = size + len(links.edge) + len(snaps)
        self._link_graph(known)

    def matrix(self, starts: Sequence[int], ends: Sequence[int]) -> Matrix:
        """Return times and lengths from some places to others, given by their ranks."""
        backwards = len(ends) < len(starts)
        packed = self._to(ends)[:, list(starts)].T if backwards else self._from(starts)[:, list(ends)]
        packed[self._node[list(starts)][:, None] == self._node[list(ends)][None, :]] = 0
        milliseconds = np.floor(packed / _PACK)
        return Matrix(milliseconds, packed - np.where(np.isfinite(packed), milliseconds, 0) * _PACK)

    def lines(self, start: int, ends: Sequence[int]) -> list[list[tuple[float, float]]]:
        """Longitudes and latitudes of the fastest journeys from one place to others; empty where no road leads."""
        packed, before = dijkstra(self._graph, indices=self._start[[start]], return_predecessors=True)
        return [self._line(start, end, packed[0], before[0]) for end in ends]

    def _line(self, start: int, end: int, packed: Floats, before: NDArray[np.int32]) -> list[tuple[float, float]]:
        if self._node[start] == self._node[end]:
            return [self._points[start]]
        entering = self._entering(end)
        state = int(entering[np.argmin(packed[entering])])
        if not np.isfinite(packed[state]):
            return []
        driven = []
        while state != self._start[start]:
            driven.append(self._link(int(before[state]), state))
            state = int(before[state])
        points = [self._points[start]]
        for link in reversed(driven):
            points += _part(
                self._roads.geometry[self._links.edge[link]], self._links.first[link], self._links.last[link]
            )
        return [point for point, _ in groupby([*points, self._points[end]])]

    def _link(self, before: int, state: int) -> int:
        row = slice(self._graph.indptr[before], self._graph.indptr[before + 1])
        return int(self._arc_link[row][np.searchsorted(self._graph.indices[row], state)])

    def _entering(self, place: int) -> Integers:
        """States in which a place is reached, and one in which nothing is."""
        return np.append(self._state[self._links.head == self._node[place]], self._nowhere)

    def _from(self, starts: Sequence[int]) -> Floats:
        entering = [self._entering(place) for place in range(len(self._points))]
        columns, first = np.concatenate(entering), np.cumsum([0, *map(len, entering[:-1])])
        rows = [
            np.minimum.reduceat(dijkstra(self._graph, indices=self._start[list(some)])[:, columns], first, axis=1)
            for some in (starts[i : i + ROWS] for i in range(0, len(starts), ROWS))
        ]
        return np.vstack(rows)

    def _to(self, ends: Sequence[int]) -> Floats:
        back = self._graph.T.tocsr()
        return np.vstack([dijkstra(back, indices=self._entering(place), min_only=True)[self._start] for place in ends])

    def _link_graph(self, known: NDArray[np.bool_]) -> None:
        """Join states by the links that lead from one to the next."""
        links = self._links
        nodes, coming = np.flatnonzero(~known), np.flatnonzero(known[links.head])
        onward = _Onward(links.tail, len(known))
        whence, link = onward.after(np.append(nodes, self._node))
        before, after = onward.after(links.head[coming])
        before = coming[before]
        allowed = self._allowed(before, after)
        states = np.append(np.append(nodes, self._start)[whence], self._state[before[allowed]])
        self._join(states, np.append(link, after[allowed]))

    def _allowed(self, before: Integers, after: Integers) -> NDArray[np.bool_]:
        """Whether a link may follow another that ends where it begins."""
        roads, links = self._roads, self._links
        size = len(roads.tail)
        edge_in, edge_out = links.edge[before], links.edge[after]
        through = links.head[before] >= len(roads.node_ids)
        along = (edge_in == edge_out) & (links.last[before] == links.first[after])
        free = ~np.isin(edge_in * size + edge_out, roads.turns[:, 0].astype(np.int64) * size + roads.turns[:, 1])
        back = roads.opposite[edge_in] == edge_out
        onward: NDArray[np.bool_] = np.where(through, along, free & ~back)
        stuck = np.bincount(before, onward, len(links.edge))[before] == 0
        turning_back: NDArray[np.bool_] = stuck & back & free & ~through
        return onward | turning_back

    def _join(self, states: Integers, link: Integers) -> None:
        """Make the graph; of the links that lead from one state to the same other, the quickest counts."""
        ends, weight = self._state[link], self._links.weight[link]
        order = np.lexsort((weight, ends, states))
        kept = order[np.append(True, np.diff(states[order] * (self._nowhere + 1) + ends[order]) != 0)]
        counts = np.bincount(states[kept], minlength=self._nowhere + 1)
        arrays = weight[kept], ends[kept].astype(np.int32), np.append(0, np.cumsum(counts)).astype(np.int32)
        self._graph = csr_array(arrays, (self._nowhere + 1,) * 2)
        self._arc_link = link[kept]


class _Onward:
    """Links by the node they leave."""

    def __init__(self, tail: Integers, count: int) -> None:
        self._order = np.argsort(tail, kind="stable")
        self._first = np.append(0, np.cumsum(np.bincount(tail, minlength=count)))

    def after(self, nodes: Integers) -> tuple[Integers, Integers]:
        """Return for each link that leaves one of the nodes the rank of the node, and the link."""
        first, counts = self._first[nodes], self._first[nodes + 1] - self._first[nodes]
        rank = np.repeat(np.arange(len(nodes)), counts)
        within = np.arange(len(rank)) - np.repeat(np.cumsum(counts) - counts, counts)
        return rank, self._order[np.repeat(first, counts) + within]


def _junction(roads: Network, snap: Snap) -> int | None:
    """Return the node a place is at, on all of its roads; ``None`` when it is along an edge."""
    for edge, share in snap.edges:
        if share * roads.metres[edge] <= TIE:
            return int(roads.tail[edge])
        if (1 - share) * roads.metres[edge] <= TIE:
            return int(roads.head[edge])
    return None


def _cut(roads: Network, cuts: Iterable[tuple[int, int, float]]) -> Links:
    """Cut edges at (node, edge, share) into links."""
    inner: dict[int, list[tuple[float, int]]] = {}
    for node, edge, share in cuts:
        inner.setdefault(edge, []).append((share, node))
    whole = np.setdiff1d(np.arange(len(roads.tail)), list(inner))
    parts = [
        (edge, first, last, tail, head)
        for edge, stops in inner.items()
        for (first, tail), (last, head) in pairwise(
            [(0.0, int(roads.tail[edge])), *sorted(stops), (1.0, int(roads.head[edge]))]
        )
    ]
    columns = np.array(parts, float).reshape(-1, 5)
    cut_edge: Integers = columns[:, 0].astype(np.int64)
    every_edge = np.append(whole, cut_edge)
    first, last = np.append(np.zeros(len(whole)), columns[:, 1]), np.append(np.ones(len(whole)), columns[:, 2])
    return Links(
        edge=every_edge,
        first=first,
        last=last,
        tail=np.append(roads.tail[whole], columns[:, 3]).astype(np.int64),
        head=np.append(roads.head[whole], columns[:, 4]).astype(np.int64),
        weight=_PACK * _whole(1000 * roads.seconds[every_edge], first, last)
        + _whole(10 * roads.metres[every_edge], first, last),
    )


def _whole(total: Floats, first: Floats, last: Floats) -> Floats:
    """Return what a part of an edge takes, in whole units that add up to those of the edge."""
    whole = np.rint(total)
    return np.rint(whole * last) - np.rint(whole * first)


def _part(line: Floats, first: float, last: float) -> list[tuple[float, float]]:
    """Points of a line strictly between two shares of its length, and its ends when a share is 0 or 1."""
    steps = np.diff(line, axis=0) * (np.cos(np.radians(line[0, 1])), 1)
    driven = np.append(0, np.cumsum(np.hypot(*steps.T)))
    inside = (driven >= first * driven[-1]) & (driven <= last * driven[-1])
    return [(longitude, latitude) for longitude, latitude in line[inside].tolist()]
