"""`picup roads import`: the roads of a file around a territory, written once they are known to serve it."""

import tempfile
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path

import typer

from picup_planner.assemble import places
from picup_planner.cli.endings import DONE
from picup_planner.cli.reading import within
from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.messages import Words
from picup_planner.problem import Territory
from picup_planner.roads import geojson, graphml, osm_file
from picup_planner.roads.extract import Box, Extract, metres, xml
from picup_planner.roads.network import Location, far, network, snap
from picup_planner.territory import ROADS, embedded, read
from picup_planner.territory.contours import METRES_PER_DEGREE
from picup_planner.territory.tables import CONTOURS
from picup_planner.writing import refuse_unwritable, write

FARTHEST = 100
"""Kilometres around a territory beyond which no van of it goes."""

_READERS = {".graphml": graphml.read, ".geojson": geojson.read, ".json": geojson.read}
_COMPRESSED = {".gz", ".bz2"}


@dataclass(frozen=True)
class Wanted:
    """Roads to take: where from, for whom, and the file they go to.

    Parameters
    ----------
    places
        Depots and the sites switched on that have coordinates.
    road_distance
        Metres from a road beyond which one of them is refused.
    """

    box: Box
    places: tuple[Location, ...]
    road_distance: int
    file: Path


def wanted(folder: Path | None, out: Path | None, margin: int) -> Wanted:
    """Say what a territory wants; the roads go to its folder if nothing else is said.

    Raises
    ------
    DataError
        When the territory is refused, or is the one of the program and no file is named.
    WrongUsage
        When the margin is out of bounds.
    """
    within(margin, 0, FARTHEST, "--margin")
    source = folder or embedded()
    if out is None and source.resolve() == embedded().resolve():
        raise DataError(Mistake("roads-embedded", {"file": ROADS}))
    territory = read(source, roads=False)
    file = out or source / ROADS
    refuse_unwritable(file)
    off = {site.id for site in territory.sites if not site.on}
    served = tuple(place for place in places(territory) if place.id not in off)
    return Wanted(_box(territory, margin), served, territory.settings.road_distance, file)


def import_roads(path: Path, wanted: Wanted, words: Words) -> int:
    """Write the roads of a file around a territory, or leave what was there as it was."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in _COMPRESSED]
    return take(_READERS.get(suffixes[-1] if suffixes else "", osm_file.read)(path, wanted.box), wanted, words)


def take(extract: Extract, wanted: Wanted, words: Words) -> int:
    """Write roads in place of those that were there, once every place is known to be beside one of them, and say it.

    Raises
    ------
    RoadsError
        When they make no network, or when a place is too far from it; nothing is then written.
    """
    content = xml(extract)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / ROADS
        trial.write_bytes(content)
        warnings = far(snap(network(trial), wanted.places, refused_over=wanted.road_distance))
    write(wanted.file, content)
    for sentence in _told(extract, words):
        typer.echo(sentence)
    for warning in warnings:
        typer.echo(f"{words('roads-warning')} {words.mistake(warning)}")
    typer.echo(words("roads-written", value=str(wanted.file)))
    return DONE


def _box(territory: Territory, margin: int) -> Box:
    """Box around the contours and every place of a territory, and so many kilometres more on each side.

    Raises
    ------
    DataError
        When nothing says where the territory is.
    """
    points = [point for commune in territory.communes for point in commune.contour]
    points += [(place.longitude, place.latitude) for place in places(territory)]
    if not points:
        raise DataError(Mistake("roads-nowhere", {}, Origin(CONTOURS)))
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    high = 1000 * margin / METRES_PER_DEGREE
    wide = high / cos(radians(max(abs(south), abs(north))))
    return west - wide, south - high, east + wide, north + high


def _told(extract: Extract, words: Words) -> list[str]:
    dated = words("roads-dated", date=extract.dated) if extract.dated else words("roads-undated")
    return [
        words("roads-source", source=extract.source, dated=dated),
        words(
            "roads-taken",
            nodes=words.number(len(extract.nodes)),
            ways=words.number(len(extract.ways)),
            kilometres=words.number(metres(extract) / 1000, decimals=1),
            restrictions=words.number(len(extract.restrictions)),
        ),
    ]
