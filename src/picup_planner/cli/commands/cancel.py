"""`picup cancel`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import PlanFile, ProblemFile, RoadsOfFolder


def cancel(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    permanence: Annotated[str, typer.Argument(help="help-cancel-permanence", metavar="PERMANENCE")],
    *,
    crew: Annotated[bool, typer.Option("--crew", help="help-cancel-crew")] = False,
    plan: PlanFile = None,
    problem: ProblemFile = None,
    territory: RoadsOfFolder = None,
    out: Annotated[
        Path | None, typer.Option(help="help-replan-out", metavar="help-metavar-folder", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="help-cancel-as-of", metavar="help-metavar-date", show_default=False)
    ] = None,
    time_limit: Annotated[int, typer.Option(help="help-plan-time-limit", metavar="help-metavar-seconds")] = 60,
    seed: Annotated[int, typer.Option(help="help-plan-seed", metavar="N")] = 0,
) -> int:
    """Replace a permanence that cannot be held, or cancel it."""
    from picup_planner.cli import cancelling, changing, reading  # noqa: PLC0415  the solver and the maps

    change = changing.Change(
        plan=plan,
        problem=problem,
        territory=territory,
        out=out,
        as_of=reading.day_of(as_of),
        time_limit=reading.within(time_limit, 1, 86_400, "--time-limit"),
        seed=reading.within(seed, 0, 2**31 - 1, "--seed"),
    )
    return cancelling.cancel_permanence(change, permanence, ctx.obj, crew=crew)
