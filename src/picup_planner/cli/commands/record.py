"""`picup record`."""

from typing import Annotated

import typer

from picup_planner.cli.options import PlanFile


def record(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    permanence: Annotated[str, typer.Argument(help="help-record-permanence", metavar="PERMANENCE")],
    status: Annotated[str, typer.Argument(help="help-record-status", metavar="help-metavar-status")],
    *,
    by: Annotated[
        str | None, typer.Option(help="help-record-by", metavar="help-metavar-people", show_default=False)
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="help-record-site", metavar="help-metavar-site", show_default=False)
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="help-record-date", metavar="help-metavar-date", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="help-record-as-of", metavar="help-metavar-date", show_default=False)
    ] = None,
    plan: PlanFile = None,
) -> int:
    """Record what became of a permanence."""
    from picup_planner.cli import reading, recording  # noqa: PLC0415  every noun

    told = recording.Told(permanence, status, by, site, date)
    return recording.record(told, plan, reading.day_of(as_of), ctx.obj)
