"""Files of roads in other formats, and what tests ask of extracts."""

import bz2
import gzip
from collections.abc import Mapping
from pathlib import Path

import osmium
import pytest

from picup_planner.errors import RoadsError
from picup_planner.roads.extract import Box, Extract

REAL = Path(__file__).parents[2] / "shared" / "data" / "real"
EVERYWHERE: Box = (-180, -90, 180, 90)


def real(name: str) -> Path:
    """Path of a real file; the test is skipped where it is not."""
    if not (REAL / name).exists():
        pytest.skip(f"needs ../shared/data/real/{name}")
    return REAL / name


def repacked(source: Path, folder: Path, dated: str) -> Mapping[str, Path]:
    """Write the OSM XML of a `.gz` in every format, dated the same day."""
    content = gzip.decompress(source.read_bytes())
    made = {name: folder / f"roads{name}" for name in (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf")}
    made[".osm"].write_bytes(content)
    made[".osm.gz"].write_bytes(gzip.compress(content))
    made[".osm.bz2"].write_bytes(bz2.compress(content))
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", f"{dated}T00:00:00Z")
    with osmium.SimpleWriter(str(made[".osm.pbf"]), header=header) as writer:
        for one in osmium.FileProcessor(str(made[".osm"])):
            writer.add(one)
    return made


def lines_of(extract: Extract) -> dict[tuple[tuple[float, float], ...], Mapping[str, str]]:
    """Tags of each way by its points."""
    return {tuple(extract.nodes[node] for node in way.nodes): way.tags for way in extract.ways}


def refused(error: pytest.ExceptionInfo[RoadsError]) -> tuple[str, int | None]:
    """Message and line of the one mistake."""
    [mistake] = error.value.mistakes
    assert mistake.origin is not None
    return mistake.message, mistake.origin.line
