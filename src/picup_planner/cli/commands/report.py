"""`picup report`."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    ctx: typer.Context,
    period: Annotated[str, typer.Argument(help="help-report-period", metavar="help-metavar-period")],
    *,
    history: Annotated[
        Path | None, typer.Option(help="help-plan-history", metavar="help-metavar-folder", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="help-report-out", metavar="help-metavar-csv", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="help-report-as-of", metavar="help-metavar-date", show_default=False)
    ] = None,
) -> int:
    """Count the figures of several months."""
    from picup_planner.cli import reading, recording, reporting  # noqa: PLC0415  every noun

    past, day = recording.months_in(history), reading.day_of(as_of)
    return reporting.report_period(reading.period_of(period), past, out, day, ctx.obj)
