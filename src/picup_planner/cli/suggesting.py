"""`picup sites suggest`: places of an extract where the van could stop, ranked, to be accepted by a person."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

import typer
from rich.console import Console

from picup_planner.cli.endings import DONE
from picup_planner.cli.naming import named
from picup_planner.cli.terminal import filled, heading, printed, table_of
from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.messages import Words
from picup_planner.problem import Certainty, Commune, Territory
from picup_planner.publish.spreadsheet import cell
from picup_planner.publish.text import plain
from picup_planner.roads.network import network
from picup_planner.roads.squares import Candidate, Ground, Suggestion, Suggestions, candidates, suggestions
from picup_planner.roads.survey import box_around, read, within
from picup_planner.roads.walking import footways
from picup_planner.territory import ROADS, embedded
from picup_planner.territory import read as read_territory
from picup_planner.territory.adding import new_ids, new_names, with_sites
from picup_planner.territory.tables import CONTOURS
from picup_planner.writing import write as write_file

MARGIN = 1500
"""Metres around a commune within which footways, sites and areas are looked at."""

MOST = 100
"""Suggestions a person may ask for."""

_PACKAGE = Path(__file__).parents[1]
_SITES = "sites.csv"
_LONGEST = 180
_NARROW = 11  # columns of numbers
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COLUMNS = (
    *("suggest-column-place", "suggest-column-residents", "suggest-column-priority", "suggest-column-walk"),
    "suggest-column-stop",
)


def suggest(  # noqa: PLR0913  one parameter per option
    commune_text: str, extract: Path, folder: Path | None, limit: int, words: Words, *, write: bool
) -> int:
    """Print the best candidates of a commune, and add them to the territory, switched off, when asked.

    Raises
    ------
    DataError
        When the commune is unknown, the territory cannot be read, or is the one that comes with the program and
        something must be written.
    RoadsError
        When the extract or the territory's roads cannot be used.
    """
    source = folder or embedded()
    if write and (folder is None or _PACKAGE in source.resolve().parents):
        raise DataError(Mistake("suggest-embedded", {"value": str(source)}))
    territory = read_territory(source)
    commune = named(commune_text, territory.communes, "data-unknown-communes")
    if not commune.contour:
        raise DataError(Mistake("suggest-no-contour", {"commune": commune.name}, Origin(CONTOURS)))
    found = look(territory, commune, extract, source / ROADS)
    best = found.ranked[:limit]
    rows = _rows(territory, commune, best, words)
    with printed() as console:
        heading(console, words("suggest-heading", commune=commune.name))
        _table(console, best, [row["name"] for row in rows], words)
        for sentence in _sentences(territory, commune, found, limit, words):
            filled(console, sentence)
        _markets(console, best, rows, words)
        if best:
            console.print()
            filled(console, words("suggest-not-verified"))
    if write and rows:
        write_file(source / _SITES, with_sites(source, rows))
        typer.echo("")
        typer.echo(words("suggest-written", n=len(rows), value=str(source / _SITES)))
    return DONE


def look(territory: Territory, commune: Commune, extract: Path, roads: Path) -> Suggestions:
    """Candidates of a commune on the territory's own roads, ranked."""
    box = box_around(commune.contour, MARGIN)
    survey = read(extract, box)
    ground = Ground(
        network(roads),
        footways(survey),
        [site for site in territory.sites if within((site.longitude or 0, site.latitude or 0), box)],
        [area for area in territory.areas if within((area.longitude, area.latitude), box)],
        territory.settings.walking_distance,
    )
    return suggestions(candidates(survey, commune), commune, ground)


def _table(console: Console, best: Sequence[Suggestion], names: Sequence[str], words: Words) -> None:
    if not best:
        filled(console, words("suggest-none"))
        return
    table = table_of(words, *_COLUMNS)
    for column in table.columns[1:4]:
        column.justify = "right"
        column.max_width = _NARROW
    for number, (each, name) in enumerate(zip(best, names, strict=True), 1):
        table.add_row(
            f"{number}. {plain(name)}"
            + (f"\n   {words(f'suggest-{each.candidate.found}')}" if each.candidate.name else ""),
            words.number(each.residents),
            words.number(each.priority),
            f"{words.number(each.minutes)}\N{NO-BREAK SPACE}min" if isfinite(each.minutes) else "–",
            _stop(each, words),
        )
    console.print(table)
    console.print()


def _stop(each: Suggestion, words: Words) -> str:
    if each.nearest is None:
        return "–"
    return f"{plain(each.nearest.name)}, {words.distance(round(each.metres))}"


def _sentences(territory: Territory, commune: Commune, found: Suggestions, limit: int, words: Words) -> Iterator[str]:
    """Say what the table does not: what is left out, and why; what nobody knows."""
    metres = territory.settings.walking_distance
    if found.ranked:
        yield words("suggest-columns", metres=metres)
    if len(found.ranked) > limit:
        yield words("suggest-others", n=len(found.ranked) - limit)
    if found.known:
        pairs = (f"{_name(one, words)} ({site.id})" for one, site in found.known)
        yield f"{words('suggest-known')} {_listed(pairs, words)}."
    if found.too_far:
        yield f"{words('suggest-too-far')} {_listed((_name(one, words) for one in found.too_far), words)}."
    if found.lost:
        yield f"{words('walks-lost')} {_listed((plain(place.name) for place in found.lost), words)}."
    if not any(area.commune == commune.id for area in territory.areas):
        yield words("suggest-no-areas", commune=commune.name)
    elif any(each.unknown for each in found.ranked):
        yield words("suggest-unknown-residents")


def _markets(console: Console, best: Sequence[Suggestion], rows: Sequence[Mapping[str, str]], words: Words) -> None:
    """Print market days as rows of `markets.csv`, or as OpenStreetMap writes them."""
    lines = io.StringIO()
    write = csv.writer(lines, lineterminator="\n").writerow
    for each, row in zip(best, rows, strict=True):
        for market in each.candidate.markets or ():
            hours = (f"{market.start:%H:%M}", f"{market.end:%H:%M}")
            write([row["id"], _DAYS[market.weekday - 1], *hours, Certainty.UNVERIFIED.value, row["source"]])
    if lines.getvalue():
        console.print()
        filled(console, words("suggest-markets"))
        for line in ("site,weekday,start,end,certainty,source", *lines.getvalue().splitlines()):
            console.print(line, soft_wrap=True)
    for each, row in zip(best, rows, strict=True):
        if each.candidate.markets is None:
            console.print()
            filled(console, words("suggest-market-unread", place=row["name"], value=each.candidate.hours))


def _rows(territory: Territory, commune: Commune, best: Sequence[Suggestion], words: Words) -> list[dict[str, str]]:
    """Rows of `sites.csv`, switched off: what an extract says is for a person to confirm."""
    names = new_names(territory, (cell(_name(each.candidate, words)) for each in best))
    ids = new_ids(territory, commune.id, len(best))
    return [
        {
            "id": new,
            "name": name,
            "commune": commune.id,
            "kind": each.candidate.found.kind.value,
            "latitude": f"{each.candidate.point[1]:.5f}",
            "longitude": f"{each.candidate.point[0]:.5f}",
            "certainty": Certainty.UNVERIFIED.value,
            "on": "no",
            "missing": words("suggest-missing"),
            "source": f"OpenStreetMap {each.candidate.source}, ODbL",
            "note": " ".join(_notes(each.candidate, words)),
        }
        for new, name, each in zip(ids, names, best, strict=True)
    ]


def _notes(one: Candidate, words: Words) -> Iterator[str]:
    yield words(f"suggest-{one.found}") + "."
    if one.moved:
        yield words("suggest-note-moved", metres=round(one.moved))
    if one.hours:
        yield words("suggest-note-hours", value=one.hours)
    if one.also:
        also = (f"{_name(each, words)} ({words(f'suggest-{each.found}')}, {each.source})" for each in one.also)
        yield words("suggest-note-also", places=_listed(also, words))


def _name(one: Candidate, words: Words) -> str:
    """Name of a place, or what it is and on which street."""
    if one.name:
        return plain(one.name)[:_LONGEST]
    kind = words(f"suggest-{one.found}")
    return words("suggest-unnamed", kind=kind, street=one.street or one.source)[:_LONGEST]


def _listed(names: Iterable[str], words: Words) -> str:
    return words.listed(list(dict.fromkeys(names)))
