"""`picup roads import`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import Margin, RoadsOut, TerritoryFolder


def roads_import(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="help-roads-import-file", metavar="help-metavar-file")],
    *,
    territory: TerritoryFolder = None,
    out: RoadsOut = None,
    margin: Margin = 3,
) -> int:
    """Take the roads of a file."""
    from picup_planner.cli import importing  # noqa: PLC0415  the maps

    return importing.import_roads(file, importing.wanted(territory, out, margin), ctx.obj)
