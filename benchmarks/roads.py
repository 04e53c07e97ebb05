"""Travel times on the real roads of south Lyon: ours by scipy and by OSRM, against plain networkx, igraph and OSRM.

Prints for each number of places and engine the seconds to build, for the matrix and for 500 routes with their
geometry, the peak memory, and how many times faster than networkx the matrix is; all in one run, each engine in a
process of its own. networkx has the graph as osmnx gives it; it is measured on 20 places and 20 routes and counted for
the others, each costing it the same. A matrix is computed three times, and the least counts. `OSRM itself` is a server
already running, asked once, whose answer is not read. Seconds are those of the processor, for OSRM those on the wall.

Run as ``uv run python benchmarks/roads.py --places 20,200,1000``; without arguments a few places on the embedded
network show that it all still runs. OSRM and igraph are left out where they are not installed, south Lyon where its
file is not beside the repository.
"""

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread
from typing import TypeVar

import networkx as nx
import numpy as np
from network import EVERY_ROAD, TERRITORY, every_road

from picup_planner.roads.journeys import Journeys
from picup_planner.roads.network import Location, Network, Snap, network, snap
from picup_planner.roads.osrm import ask, available, osrm, prepared, serving
from picup_planner.roads.travel import routes

SAMPLE, ROUTES = 20, 500

T = TypeVar("T")

Clock = Callable[[], float]
WALL = time.perf_counter
"""OSRM works in a process of its own: its time is that on the wall, theirs that of the processor."""
Times = tuple[float, float, float]
"""Seconds to build, for the matrix, for the routes."""


def main() -> None:
    """Print a row per number of places and engine, and the two ratios that are aimed at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", help="numbers of places, separated by commas")
    asked = parser.parse_args().places
    whole = asked is not None and EVERY_ROAD.exists()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "every-road.osm" if whole else TERRITORY / "roads.osm"
        roads = every_road(EVERY_ROAD, folder) if whole else network(path, folder)
        print(f"{'south Lyon' if whole else 'embedded'}: {len(roads.node_ids)} junctions, {len(roads.tail)} edges")
        if available():
            print(f"OSRM prepares its files, once: {timed(lambda: prepared(roads), WALL):.1f} s")
        for number in map(int, (asked or "10").split(",")):
            report(path, folder, number)


def report(path: Path, folder: Path, number: int) -> None:
    """Print what one number of places takes by each engine."""
    print(f"\n{number} places")
    print(f"  {'':<24}{'build s':>9}{'matrix s':>10}{f'{ROUTES} routes s':>14}{'peak MB':>9}{'times faster':>14}")
    matrix: dict[str, float] = {}
    for name in ENGINES:
        if (name == "igraph" and not importlib.util.find_spec("igraph")) or ("OSRM" in name and not available()):
            continue
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            (build, matrix[name], lines), peak = alone.submit(measured, name, path, folder, number).result()
        faster = matrix["networkx"] / matrix[name]
        print(f"  {name:<24}{build:>9.3f}{matrix[name]:>10.3f}{lines:>14.2f}{peak:>9.0f}{faster:>14.1f}")
    print(f"  networkx / scipy: {matrix['networkx'] / matrix['scipy']:.1f}")
    if "OSRM" in matrix:
        print(f"  OSRM by us / OSRM itself: {matrix['OSRM'] / matrix['OSRM itself']:.2f}")


def measured(name: str, path: Path, folder: Path, number: int) -> tuple[Times, float]:
    """Return what an engine takes, and the peak memory of this process and its largest child in MB, as Linux has it.

    That of a network read and of places put on it is in all of them; 0 elsewhere than on Linux.
    """
    roads = network(path, folder)
    places = drawn(roads, number)
    snaps = snap(roads, places)
    children: dict[str, float] = {}
    over = Event()
    watch = Thread(target=_watch, args=(children, over))
    watch.start()
    times = ENGINES[name](roads, places, snaps)
    over.set()
    watch.join()
    return times, _peak("self") + max(children.values(), default=0)


def _watch(children: dict[str, float], over: Event) -> None:
    """Note the peak memory of each child process until it is over; before it is itself it has that of its parent."""
    while not over.wait(0.02):
        for listed in Path("/proc/self/task").glob("*/children"):
            with suppress(OSError):
                children |= {child: peak for child in listed.read_text().split() if (peak := _peak(child))}


def _peak(process: str) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM"):
                return float(line.split()[1]) / 1024
    return 0.0


def by_networkx(roads: Network, _: Sequence[Location], snaps: Sequence[Snap]) -> Times:
    """Measure the graph of osmnx, one search a place and one a route."""
    nodes = junctions(roads, snaps)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()

    def build() -> None:
        graph.add_edges_from(
            (tail, head, {"travel_time": seconds, "geometry": line})
            for tail, head, seconds, line in zip(
                roads.tail.tolist(), roads.head.tolist(), roads.seconds.tolist(), roads.geometry, strict=True
            )
        )

    some = nodes[:SAMPLE]
    built = timed(build)
    matrix = best(
        lambda: [nx.single_source_dijkstra_path_length(graph, node, weight="travel_time") for node in some]
    ) / len(some)

    def lines() -> None:
        for start, end in pairs(nodes)[:SAMPLE]:
            path = nx.shortest_path(graph, start, end, weight="travel_time")
            np.vstack([graph.edges[a, b, 0]["geometry"] for a, b in pairwise(path)] or [[(0.0, 0.0)]])

    return built, matrix * len(nodes), timed(lines) * ROUTES / SAMPLE


def by_igraph(roads: Network, _: Sequence[Location], snaps: Sequence[Snap]) -> Times:
    """Measure igraph, all places at once."""
    import igraph  # noqa: PLC0415  an engine that may be missing

    nodes = junctions(roads, snaps)
    made: list[igraph.Graph] = []
    edges = list(zip(roads.tail.tolist(), roads.head.tolist(), strict=True))
    built = timed(lambda: made.append(igraph.Graph(len(roads.node_ids), edges, directed=True)))
    weights = roads.seconds.tolist()
    distinct = list(dict.fromkeys(nodes))
    matrix = best(lambda: made[0].distances(distinct, distinct, weights=weights))

    def lines() -> None:
        for start, end in pairs(nodes):
            [path] = made[0].get_shortest_paths(start, end, weights=weights, output="epath")
            np.vstack([roads.geometry[edge] for edge in path] or [[(0.0, 0.0)]])

    return built, matrix, timed(lines)


def by_scipy(roads: Network, places: Sequence[Location], snaps: Sequence[Snap]) -> Times:
    """Measure ours, by default."""
    made: list[Journeys] = []
    every = range(len(snaps))
    built = timed(lambda: made.append(Journeys(roads, snaps)))
    return built, best(lambda: made[0].matrix(every, every)), timed(lambda: routes(roads, pairs(places)))


def by_scipy_with_turns(roads: Network, places: Sequence[Location], snaps: Sequence[Snap]) -> Times:
    """Measure ours where a journey knows whence it comes: one turn restricted, between edges that do not meet."""
    apart = np.argwhere(roads.head[:50, None] != roads.tail[None, :50])[:1].astype(np.int32)
    return by_scipy(replace(roads, turns=apart), places, snaps)


def by_osrm(roads: Network, _: Sequence[Location], snaps: Sequence[Snap]) -> Times:
    """Measure ours through the extra: server started, asked and stopped; routes are scipy's."""
    every = range(len(snaps))
    return timed(lambda: prepared(roads), WALL), best(lambda: osrm(roads, snaps, every, every), WALL), float("nan")


def osrm_itself(roads: Network, _: Sequence[Location], snaps: Sequence[Snap]) -> Times:
    """Measure a running server, one question for the matrix and one a route."""
    base = prepared(roads)
    points = [(one.longitude, one.latitude) for one in snaps]
    places = [f"{longitude:.7f},{latitude:.7f}" for longitude, latitude in points]
    listed = ";".join(places)
    began = WALL()
    with serving(base, len(points)) as address:
        built = WALL() - began
        ask(f"{address}/table/v1/driving/{listed}.flatbuffers?sources=0&annotations=duration,distance")
        matrix = best(
            lambda: ask(f"{address}/table/v1/driving/{listed}.flatbuffers?annotations=duration,distance"), WALL
        )
        asked = [f"{address}/route/v1/driving/{start};{end}?overview=full" for start, end in pairs(places)]
        return built, matrix, timed(lambda: [ask(one) for one in asked], WALL)


ENGINES: dict[str, Callable[[Network, Sequence[Location], Sequence[Snap]], Times]] = {
    "networkx": by_networkx,
    "igraph": by_igraph,
    "scipy": by_scipy,
    "scipy, turns restricted": by_scipy_with_turns,
    "OSRM": by_osrm,
    "OSRM itself": osrm_itself,
}


def junctions(roads: Network, snaps: Sequence[Snap]) -> list[int]:
    """Give the junction each place is beside, for engines that know of no others."""
    return [int(roads.tail[one.edges[0][0]]) for one in snaps]


def pairs(places: Sequence[T]) -> list[tuple[T, T]]:
    """Give the ends of the routes, each different where there are enough places."""
    number = len(places)
    return [(places[i % number], places[(i + 1 + i // number) % number]) for i in range(ROUTES)]


def drawn(roads: Network, number: int) -> list[Location]:
    """Draw places a few metres from junctions, always the same."""
    chance = np.random.default_rng(number)
    nodes = chance.choice(len(roads.node_ids), number, replace=number > len(roads.node_ids))
    aside = chance.normal(size=number) * 1e-4
    return [
        Location(f"place-{i}", "", float(roads.latitude[node]) + offset, float(roads.longitude[node]))
        for i, (node, offset) in enumerate(zip(nodes.tolist(), aside.tolist(), strict=True))
    ]


def best(work: Callable[[], object], clock: Clock = time.process_time) -> float:
    """Seconds some work takes, the least of three times: what else the machine does only adds to them."""
    return min(timed(work, clock) for _ in range(3))


def timed(work: Callable[[], object], clock: Clock = time.process_time) -> float:
    """Seconds some work takes, of this process alone or on the wall."""
    began = clock()
    work()
    return clock() - began


if __name__ == "__main__":
    main()
