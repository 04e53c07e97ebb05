"""The two engines on the same network, where OSRM's programs are there."""

import gzip
import os
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from picup_planner.assemble import places
from picup_planner.errors import RoadsError
from picup_planner.roads import osrm as engine
from picup_planner.roads.extract import xml
from picup_planner.roads.network import Location, Network, network, snap
from picup_planner.roads.osm_file import read as read_file
from picup_planner.roads.osrm import available, osrm
from picup_planner.roads.tags import DRIVEN, LIMITS
from picup_planner.roads.travel import scipy, travel_times
from picup_planner.territory import ROADS, embedded, read
from roads_sources import EVERYWHERE, real
from test_roads_turns import NORTH, PLACES, SOUTH, WEST, crossroads, restriction

needs_osrm = pytest.mark.skipif(not available(), reason="needs OSRM's programs: the extra osrm, or the path")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "cache_folder", lambda: tmp_path / "cache")


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
@pytest.mark.parametrize(("name", "changed"), [("villeurbanne.osm.gz", 50), ("monaco.osm.pbf", 200)])
def test_osrm_reads_the_file_by_itself(tmp_path: Path, name: str, changed: int) -> None:
    """On a real file that OSRM reads itself, with our speeds and turns, times agree, those a turn changes among them.

    The median is off by less than 1 %. OSRM counts each piece of road in tenths of a second: that explains every
    journey off by more than 5 %, none of which is off by 2 s.
    """
    (tmp_path / "roads.osm").write_bytes(xml(read_file(real(name), EVERYWHERE)))
    roads = network(tmp_path / "roads.osm", tmp_path)
    speeds = ", ".join(f"{kind} = {limit}" for kind, limit in LIMITS.items())
    profile = (Path(__file__).parent / "osrm" / "van.lua").read_text("utf-8")
    (tmp_path / "van.lua").write_text(f"speeds = {{{speeds}}}\ndriven = {DRIVEN}\n{profile}", "utf-8")
    content = real(name).read_bytes()
    raw = f"raw{''.join(Path(name).suffixes[:2])}".removesuffix(".gz")
    (tmp_path / raw).write_bytes(gzip.decompress(content) if name.endswith(".gz") else content)
    engine.run("osrm-extract", "--profile", "van.lua", raw, folder=tmp_path)
    engine.run("osrm-contract", "raw.osrm", folder=tmp_path)
    chosen = np.random.default_rng(5).choice(len(roads.tail), 100, replace=False).tolist()
    middles = [roads.geometry[edge][len(roads.geometry[edge]) // 2 - 1 :][:2].mean(axis=0).tolist() for edge in chosen]
    snaps = snap(roads, [Location(f"place-{i}", "", y, x) for i, (x, y) in enumerate(middles)], refused_over=5000)
    every = range(len(snaps))
    theirs = engine.table(tmp_path / "raw.osrm", [(one.longitude, one.latitude) for one in snaps], every, every)[0]
    ours, free = (
        scipy(one, snaps, every, every).milliseconds / 1000 for one in (roads, replace(roads, turns=roads.turns[:0]))
    )
    away = ~np.eye(len(snaps), dtype=bool)
    off = np.abs(theirs - ours)
    share = off / np.maximum(ours, 0.1)
    assert np.median(share[away]) < 0.01
    assert off[away & (share > 0.05)].max(initial=0) < 2
    turned = ours > free + 0.5
    assert turned.sum() > changed
    assert np.median(share[turned]) < 0.01 < np.median((np.abs(theirs - free) / np.maximum(free, 0.1))[turned])


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
