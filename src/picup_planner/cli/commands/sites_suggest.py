"""`picup sites suggest`."""

from typing import Annotated

import typer

from picup_planner.cli.options import ExtractFile, TerritoryFolder


def suggest(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    commune: Annotated[str, typer.Argument(help="help-sites-commune", metavar="help-metavar-commune")],
    *,
    extract: ExtractFile,
    territory: TerritoryFolder = None,
    limit: Annotated[int, typer.Option(help="help-sites-limit", metavar="N")] = 12,
    write: Annotated[bool, typer.Option("--write", help="help-sites-write")] = False,
) -> int:
    """Look for squares in a commune."""
    from picup_planner.cli import reading, suggesting  # noqa: PLC0415  the roads

    most = reading.within(limit, 1, suggesting.MOST, "--limit")
    return suggesting.suggest(commune, extract, territory, most, ctx.obj, write=write)
