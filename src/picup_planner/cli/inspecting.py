"""`picup roads check`: what a network holds and what looks wrong in it, as tables and as a map."""

from pathlib import Path

import typer

from picup_planner.assemble import places, vehicle
from picup_planner.cli.endings import DONE, REFUSED
from picup_planner.cli.terminal import filled, heading, printed, table_of
from picup_planner.draw import draw_inspection, draw_territory
from picup_planner.errors import Mistake, RoadsError
from picup_planner.messages import Words
from picup_planner.problem import Territory
from picup_planner.publish.roads import roads_map, sentences, tables
from picup_planner.publish.text import plain
from picup_planner.roads.inspection import Inspection, inspect
from picup_planner.roads.network import far, snap
from picup_planner.territory import ROADS, embedded, read
from picup_planner.writing import write


def check_roads(folder: Path | None, out: Path, words: Words) -> int:
    """Print what an inspection finds and write its map; refused when no plan could be made on these roads.

    Raises
    ------
    DataError
        When the territory cannot be read.
    RoadsError
        When its roads cannot be read, or hold no road to drive.
    """
    source = folder or embedded()
    territory = read(source)
    found = inspect(source / ROADS, places(territory), vehicle(territory))
    shown = draw_inspection(found)
    write(out, roads_map(territory.name, draw_territory(territory, found.roads), shown, words.language))
    with printed() as console:
        heading(console, words("inspect-title"))
        for sentence in sentences(shown, words):
            filled(console, sentence)
        for table in tables(shown, words):
            heading(console, table.title)
            printed_table = table_of(words, *table.columns)
            for column, right in zip(printed_table.columns, table.right, strict=True):
                column.justify = "right" if right else "left"
            for row in table.rows:
                printed_table.add_row(*map(plain, row))
            console.print(printed_table)
            if table.note:
                filled(console, table.note)
    typer.echo("")
    for warning in far([one for one in found.snaps if one.metres <= territory.settings.road_distance]):
        typer.echo(f"{words('roads-warning')} {words.mistake(warning)}")
    mistakes = _mistakes(found, territory)
    for mistake in mistakes:
        typer.echo(words.mistake(mistake))
    typer.echo(words("inspect-written", value=str(out)))
    return REFUSED if mistakes else DONE


def _mistakes(found: Inspection, territory: Territory) -> list[Mistake]:
    """Everything that would stop a plan."""
    if found.roads is None:
        return list(found.refusal.mistakes if found.refusal else ())
    try:
        snap(found.roads, places(territory), refused_over=territory.settings.road_distance)
    except RoadsError as error:
        return list(error.mistakes)
    return [
        Mistake("roads-no-journey", {"start": start.name, "end": end.name}, end.origin) for start, end in found.stranded
    ]
