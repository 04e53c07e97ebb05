"""Travel times on the real roads of south Lyon: scipy, with and without turn restrictions, OSRM, and plain networkx.

Prints for each number of places the seconds to build, the matrix, 500 routes, and their ratio to networkx's in the
same run, on one core; networkx is measured from 20 places and counted for the others, each place costing it the same.
Run as ``uv run python benchmarks/roads.py --places 20,200,1000``; without arguments a small number shows that it all
still runs. OSRM is left out where its programs are missing; the full roads are looked for beside the repository, and
the embedded ones taken where they are not.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
from network import EVERY_ROAD, TERRITORY, every_road

from picup_planner.roads.journeys import Journeys
from picup_planner.roads.network import Location, Network, Snap, network, snap
from picup_planner.roads.osrm import available, osrm
from picup_planner.roads.travel import routes

SAMPLE, ROUTES = 20, 500


def main() -> None:
    """Print a row per number of places and engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", default="20", help="numbers of places, separated by commas")
    numbers = [int(number) for number in parser.parse_args().places.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        whole = EVERY_ROAD.exists()
        roads = every_road(EVERY_ROAD, Path(folder)) if whole else network(TERRITORY / "roads.osm", Path(folder))
    print(f"{'south Lyon' if whole else 'embedded'}: {len(roads.node_ids)} junctions, {len(roads.tail)} edges")
    if available():
        print(
            f"OSRM prepares its files, once: {timed(lambda: osrm(roads, snap(roads, drawn(roads, 2)), [0], [1])):.1f} s"
        )
    plain = networkx_seconds(roads)
    print(f"networkx: {1000 * plain:.0f} ms a place")
    for number in numbers:
        report(roads, drawn(roads, number), plain * number)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def report(roads: Network, locations: list[Location], plain: float) -> None:
    """Print what one number of places takes."""
    number = len(locations)
    snaps: list[Snap] = []
    print(f"{number} places: put on the roads in {timed(lambda: snaps.extend(snap(roads, locations))):.2f} s")
    every = range(number)
    apart = np.argwhere(roads.head[:50, None] != roads.tail[None, :50])[:1].astype(np.int32)
    for name, one in (("scipy", roads), ("scipy, turns restricted", replace(roads, turns=apart))):
        built: list[Journeys] = []
        build = timed(lambda one=one, built=built: built.append(Journeys(one, snaps)))  # type: ignore[misc]
        matrix = timed(lambda built=built: built[0].matrix(every, every))  # type: ignore[misc]
        tell(name, build, matrix, plain)
    if available():
        osrm(roads, snaps, [0], [1])
        tell("OSRM", 0, timed(lambda: osrm(roads, snaps, every, every)), plain)
    pairs = [(locations[i % number], locations[(7 * i + 1) % number]) for i in range(ROUTES)]
    print(f"  {ROUTES} routes {timed(lambda: routes(roads, pairs)):.2f} s")


def tell(name: str, build: float, matrix: float, plain: float) -> None:
    """Print one line, with its ratio to networkx."""
    ratio = f"networkx {plain:7.1f} s  ratio {plain / matrix:6.1f}"
    print(f"  {name:<24} build {build:6.2f} s  matrix {matrix:6.2f} s  {ratio}")


def networkx_seconds(roads: Network) -> float:
    """Return what networkx takes from one place to all, on the plain graph."""
    graph = nx.DiGraph()
    for tail, head, seconds in zip(roads.tail.tolist(), roads.head.tolist(), roads.seconds.tolist(), strict=True):
        graph.add_edge(tail, head, seconds=seconds)
    starts = list(graph)[:: max(1, len(graph) // SAMPLE)][:SAMPLE]
    took = timed(lambda: [nx.single_source_dijkstra_path_length(graph, start, weight="seconds") for start in starts])
    return took / len(starts)


def drawn(roads: Network, number: int) -> list[Location]:
    """Draw places a few metres from junctions, always the same."""
    chance = np.random.default_rng(number)
    nodes = chance.choice(len(roads.node_ids), number, replace=number > len(roads.node_ids))
    aside = chance.normal(size=number) * 1e-4
    return [
        Location(f"place-{i}", "", float(roads.latitude[node]) + offset, float(roads.longitude[node]))
        for i, (node, offset) in enumerate(zip(nodes.tolist(), aside.tolist(), strict=True))
    ]


def timed(work: Callable[[], object]) -> float:
    """Seconds some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
