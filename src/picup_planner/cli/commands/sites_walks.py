"""`picup sites walks`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import ExtractFile, TerritoryFolder


def walks(
    ctx: typer.Context,
    *,
    extract: ExtractFile,
    territory: TerritoryFolder = None,
    minutes: Annotated[str, typer.Option(help="help-sites-minutes", metavar="help-metavar-minutes")] = "5,10,15",
    out: Annotated[Path, typer.Option(help="help-sites-out", metavar="help-metavar-html")] = Path("walks.html"),
) -> int:
    """Draw how far people come from on foot."""
    from picup_planner.cli import walking  # noqa: PLC0415  the roads

    return walking.walk(extract, territory, walking.minutes_of(minutes), out, ctx.obj)
