"""`picup purge`."""

from typing import Annotated

import typer

from picup_planner.cli.options import TerritoryFolder


def purge(
    ctx: typer.Context,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="help-purge-yes")] = False,
    as_of: Annotated[
        str | None, typer.Option(help="help-purge-as-of", metavar="help-metavar-date", show_default=False)
    ] = None,
    territory: TerritoryFolder = None,
) -> int:
    """Throw away what is older than it should be kept."""
    from picup_planner.cli import purging, reading  # noqa: PLC0415  every noun

    return purging.purge_old(territory, reading.day_of(as_of), ctx.obj, yes=yes)
