"""`picup move`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import PlanFile, ProblemFile, RoadsOfFolder


def move(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    permanence: Annotated[str, typer.Argument(help="help-cancel-permanence", metavar="PERMANENCE")],
    date: Annotated[str, typer.Argument(help="help-move-date", metavar="help-metavar-date")],
    site: Annotated[
        str | None, typer.Argument(help="help-move-site", metavar="help-metavar-site", show_default=False)
    ] = None,
    *,
    session: Annotated[
        str | None, typer.Option(help="help-move-session", metavar="help-metavar-session", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="help-move-yes")] = False,
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
    """Move a permanence."""
    from picup_planner.cli import editing, reading  # noqa: PLC0415  the maps

    edited = editing.Edited(plan, problem, territory, out, reading.day_of(as_of))
    return editing.move_permanence(edited, (permanence, date, site, session), ctx.obj, yes=yes)
