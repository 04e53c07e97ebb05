"""The project's own network against every road OpenStreetMap knows there, with the same speeds and directions."""

import runpy
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from picup_planner.roads.network import Network, network, snap

REPOSITORY = Path(__file__).parents[1]
BENCHMARK = runpy.run_path(str(REPOSITORY / "benchmarks" / "network.py"))
TERRITORY: Path = BENCHMARK["TERRITORY"]
EXTRACT = TERRITORY / "roads.osm"


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Read the project's own network."""
    return network(EXTRACT, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Read every road of the territory."""
    if not BENCHMARK["EVERY_ROAD"].exists():
        pytest.skip("needs ../shared/data/real/roads-south-lyon.geojson.gz")
    return BENCHMARK["every_road"](BENCHMARK["EVERY_ROAD"], tmp_path_factory.mktemp("roads"))


def test_it_is_a_structuring_network(roads: Network) -> None:
    """At most 600 junctions, all of it connected both ways, in a modest file that names its source and licence."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    for tail, head in zip(roads.tail.tolist(), roads.head.tolist(), strict=True):
        neighbours[tail].add(head)
        neighbours[head].add(tail)
    assert sum(len(around) != 2 for around in neighbours.values()) <= 600
    assert roads.kept == 1
    text = EXTRACT.read_text(encoding="utf-8")
    assert len(text) < 600_000
    assert "© OpenStreetMap contributors, ODbL 1.0" in text
    assert text.count('k="source:maxspeed" v="assumption"') == text.count('k="maxspeed"') == text.count("<way")
    assert text.count('k="source:oneway" v="assumption"') == text.count('k="oneway"') == text.count("<way")


def test_every_site_is_beside_a_road(roads: Network) -> None:
    """No site and no depot is more than 150 m from the network."""
    assert max(found.metres for found in snap(roads, BENCHMARK["sites"](TERRITORY))) < 150


def test_between_sites(roads: Network, reference: Network) -> None:
    """Site-to-site times are within 5 % on average, and within 15 % or 20 s at worst."""
    seconds, error = _errors(roads, reference, BENCHMARK["sites"](TERRITORY))
    assert np.mean(error / seconds) < 0.05
    assert np.all(error <= np.maximum(0.15 * seconds, 20))


def test_between_random_points(roads: Network, reference: Network) -> None:
    """Times between 100 random road points north of 45.67 are within 15 % on average."""
    points = BENCHMARK["road_points"](reference, TERRITORY)
    seconds, error = _errors(roads, reference, points)
    assert len(points) == 100
    assert np.mean(error / seconds) < 0.15


def _errors(roads: Network, reference: Network, places: Any) -> Any:  # noqa: ANN401  run_path knows no types
    return BENCHMARK["errors"](roads, reference, places)
