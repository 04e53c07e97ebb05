"""`picup workbook new`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import TerritoryFolder


def workbook_new(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Argument(help="help-plan-month", metavar="help-metavar-month", show_default=False)
    ] = None,
    *,
    territory: TerritoryFolder = None,
    out: Annotated[
        Path | None, typer.Option(help="help-workbook-out", metavar="help-metavar-workbook", show_default=False)
    ] = None,
    partner: Annotated[
        str | None, typer.Option(help="help-workbook-partner", metavar="help-metavar-partner", show_default=False)
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--from", help="help-workbook-from", metavar="help-metavar-workbook", show_default=False),
    ] = None,
) -> int:
    """Write the workbook of a month."""
    from picup_planner.cli import filling, reading  # noqa: PLC0415  every noun

    return filling.fill_workbook(filling.Wanted(reading.month_of(month), territory, out, partner, previous), ctx.obj)
