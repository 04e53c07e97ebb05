"""`picup where`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import PlanFile, ProblemFile, RoadsOfFolder


def where(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    date: Annotated[str, typer.Argument(help="help-where-date", metavar="help-metavar-date")],
    session: Annotated[str, typer.Argument(help="help-where-session", metavar="help-metavar-session")],
    *,
    choose: Annotated[int | None, typer.Option(help="help-choose", metavar="N", show_default=False)] = None,
    plan: PlanFile = None,
    problem: ProblemFile = None,
    territory: RoadsOfFolder = None,
    out: Annotated[
        Path | None, typer.Option(help="help-replan-out", metavar="help-metavar-folder", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="help-cancel-as-of", metavar="help-metavar-date", show_default=False)
    ] = None,
) -> int:
    """Find where to hold one more permanence."""
    from picup_planner.cli import editing, reading  # noqa: PLC0415  the maps

    edited = editing.Edited(plan, problem, territory, out, reading.day_of(as_of))
    return editing.where_permanence(edited, date, session, choose, ctx.obj)
