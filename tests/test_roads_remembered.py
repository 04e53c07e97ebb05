"""Journeys remembered from one run to the next: only what is new is computed, and nothing is ever out of date."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from picup_planner.assemble import places
from picup_planner.roads.cache import kept_arrays
from picup_planner.roads.journeys import Matrix
from picup_planner.roads.network import Network, Snap, network
from picup_planner.roads.travel import scipy, travel_times
from picup_planner.territory import ROADS, embedded, read

PLACES = places(read(embedded()))[:12]


class Counting:
    """The default engine, which notes how many journeys it was asked for."""

    def __init__(self) -> None:
        self.__qualname__ = "Counting"
        self.asked: list[int] = []

    def __call__(self, roads: Network, snaps: Sequence[Snap], starts: Sequence[int], ends: Sequence[int]) -> Matrix:
        """Compute."""
        self.asked.append(len(starts) * len(ends))
        return scipy(roads, snaps, starts, ends)


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Read the embedded network."""
    return network(embedded() / ROADS, tmp_path_factory.mktemp("cache"))


def test_a_place_more_costs_its_own_journeys(roads: Network, tmp_path: Path) -> None:
    """Of a twelfth place, its row and its column alone are computed; every time is what it is without memory."""
    engine = Counting()
    travel_times(roads, PLACES[:-1], engine=engine, cache=tmp_path)
    found = travel_times(roads, PLACES, engine=engine, cache=tmp_path)
    assert engine.asked == [11 * 11, 1 * 12, 11 * 1]
    assert found == travel_times(roads, PLACES)


def test_nothing_new_is_computed_twice(roads: Network, tmp_path: Path) -> None:
    """The same places, fewer of them, in another order, with other names or other hours: all is remembered."""
    engine = Counting()
    travel_times(roads, PLACES, engine=engine, cache=tmp_path)
    renamed = [replace(place, id=f"p{i}", name="Autre") for i, place in enumerate(reversed(PLACES[3:]))]
    found = travel_times(roads, renamed, (2.0,) * 24, engine=engine, cache=tmp_path)
    assert len(engine.asked) == 1
    assert found == travel_times(roads, renamed, (2.0,) * 24)
    travel_times(roads, PLACES, engine=engine, cache=tmp_path)
    assert len(engine.asked) == 1, "asking for fewer forgets nothing"


def test_what_changes_is_computed_anew(roads: Network, tmp_path: Path) -> None:
    """A place that moved by a metre is another; a street slower by a second, or a turn, makes another network."""
    engine = Counting()
    travel_times(roads, PLACES, engine=engine, cache=tmp_path)
    moved = [replace(PLACES[0], latitude=PLACES[0].latitude + 1e-5), *PLACES[1:]]
    assert travel_times(roads, moved, engine=engine, cache=tmp_path) == travel_times(roads, moved)
    assert engine.asked[1:] == [12, 11]
    slower = replace(roads, seconds=roads.seconds + (np.arange(len(roads.seconds)) == 0))
    turn = np.array([[0, np.flatnonzero(roads.tail == roads.head[0])[0]]], np.int32)
    for other in (slower, replace(roads, turns=turn)):
        engine.asked.clear()
        assert travel_times(other, PLACES, engine=engine, cache=tmp_path) == travel_times(other, PLACES)
        assert engine.asked == [144]


def test_each_engine_remembers_its_own(roads: Network, tmp_path: Path) -> None:
    """What one engine computed is not given for another's."""
    travel_times(roads, PLACES, engine=scipy, cache=tmp_path)
    engine = Counting()
    travel_times(roads, PLACES, engine=engine, cache=tmp_path)
    assert engine.asked == [144]


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda _: b"", lambda b: b[:-9] + b"x" + b[-8:]])
def test_a_damaged_memory_heals_itself(roads: Network, tmp_path: Path, damage: object) -> None:
    """A file cut short, emptied or altered by a byte is computed anew and replaced."""
    engine = Counting()
    travel_times(roads, PLACES, engine=engine, cache=tmp_path)
    [path] = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert travel_times(roads, PLACES, engine=engine, cache=tmp_path) == travel_times(roads, PLACES)
    assert engine.asked == [144, 144]
    travel_times(roads, PLACES, engine=engine, cache=tmp_path)
    assert len(engine.asked) == 2


def test_a_cache_that_cannot_be_written_is_done_without(roads: Network, tmp_path: Path) -> None:
    """Where no folder can be made, times come all the same."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert travel_times(roads, PLACES, cache=tmp_path / "file") == travel_times(roads, PLACES)


def test_no_place_can_be_read_in_it(roads: Network, tmp_path: Path) -> None:
    """Neither a name, an id nor a coordinate is stored: a cache tells nobody where a van sleeps."""
    travel_times(roads, PLACES, cache=tmp_path)
    [path] = tmp_path.iterdir()
    stored = kept_arrays(path)
    assert set(stored) == {"places", "milliseconds", "decimetres"}
    listed = " ".join(stored["places"].tolist())
    assert not any(place.id in listed or str(place.latitude) in listed for place in PLACES)
