"""`picup roads check`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import TerritoryArgument


def roads_check(
    ctx: typer.Context,
    territory: TerritoryArgument = None,
    *,
    out: Annotated[Path, typer.Option("--out", help="help-sites-out", metavar="help-metavar-html")] = Path(
        "roads.html"
    ),
) -> int:
    """Tell what a network holds and what looks wrong in it."""
    from picup_planner.cli import inspecting  # noqa: PLC0415  the maps

    return inspecting.check_roads(territory, out, ctx.obj)
