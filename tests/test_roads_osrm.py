"""The two engines on the same network, where OSRM's programs are there."""

import os
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from picup_planner.assemble import places
from picup_planner.errors import RoadsError
from picup_planner.roads import osrm as engine
from picup_planner.roads.network import Location, Network, network, snap
from picup_planner.roads.osrm import available, osrm
from picup_planner.roads.travel import scipy, travel_times
from picup_planner.territory import ROADS, embedded, read
from test_roads_turns import NORTH, PLACES, SOUTH, WEST, crossroads, restriction

needs_osrm = pytest.mark.skipif(not available(), reason="needs OSRM's programs: the extra osrm, or the path")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "user_cache_path", lambda _: tmp_path / "cache")


def agree(roads: Network, locations: list[Location]) -> None:
    """Compare every journey: 0.2 s or 0.1 %, and 0.5 % of the length, which OSRM measures on the ellipsoid."""
    found = snap(roads, locations, refused_over=5000)
    every = range(len(found))
    ours, theirs = (one(roads, found, every, every) for one in (scipy, osrm))
    assert np.allclose(theirs.milliseconds, ours.milliseconds, rtol=1e-3, atol=200)
    assert np.allclose(theirs.decimetres, ours.decimetres, rtol=5e-3, atol=20)


@needs_osrm
def test_the_embedded_territory(tmp_path: Path) -> None:
    """Between depot and sites, OSRM and scipy find the same times."""
    agree(network(embedded() / ROADS, tmp_path), places(read(embedded())))


@needs_osrm
@pytest.mark.parametrize("kind", ["no_left_turn", "only_left_turn"])
def test_turn_restrictions(tmp_path: Path, kind: str) -> None:
    """A turn forbidden, or commanded, is so for both engines."""
    roads = crossroads(tmp_path, restriction(kind, WEST, NORTH), restriction(kind, NORTH, SOUTH))
    assert len(roads.turns)
    agree(roads, list(PLACES.values()))


@needs_osrm
def test_what_no_road_reaches(tmp_path: Path) -> None:
    """Where every turn is forbidden both engines say that no journey leads on, and none is told to take no time."""
    whole = crossroads(tmp_path)
    edges = range(len(whole.tail))
    stuck = replace(whole, turns=np.array(list(product(edges, edges)), np.int32))
    found = scipy(stuck, snap(stuck, list(PLACES.values())), range(4), range(4))
    assert np.isinf(found.milliseconds).sum() == 12
    agree(stuck, list(PLACES.values()))


@needs_osrm
def test_times_by_osrm(tmp_path: Path) -> None:
    """`travel_times` takes either engine, and what is prepared once is found again."""
    roads, locations = network(embedded() / ROADS, tmp_path), places(read(embedded()))
    first = travel_times(roads, locations, engine=osrm)
    [prepared] = (tmp_path / "cache").iterdir()
    before = {path: path.stat().st_mtime_ns for path in prepared.iterdir()}
    assert travel_times(roads, locations, engine=osrm) == first
    assert {path: path.stat().st_mtime_ns for path in prepared.iterdir()} == before


def test_programs_that_are_missing_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without OSRM the error names the program."""
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    monkeypatch.setattr(engine.importlib.util, "find_spec", lambda _: None)
    assert not available()
    roads = crossroads(tmp_path)
    with pytest.raises(RoadsError, match="osrm-extract"):
        osrm(roads, snap(roads, list(PLACES.values())), [0], [1])
