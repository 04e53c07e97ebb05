"""`picup permits`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import PlanFile, TerritoryFolder


def permits(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Argument(help="help-permits-month", metavar="help-metavar-month", show_default=False)
    ] = None,
    *,
    plan: PlanFile = None,
    territory: TerritoryFolder = None,
    workbook: Annotated[
        Path | None, typer.Option(help="help-permits-workbook", metavar="help-metavar-workbook", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="help-permits-out", metavar="help-metavar-folder", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="help-permits-as-of", metavar="help-metavar-date", show_default=False)
    ] = None,
) -> int:
    """List the permits a month needs."""
    from picup_planner.cli import permitting, reading  # noqa: PLC0415  every noun

    asked = reading.month_of(month) if month else None
    inquiry = permitting.Inquiry(asked, plan, territory, workbook, out, reading.day_of(as_of))
    return permitting.list_permits(inquiry, ctx.obj)
