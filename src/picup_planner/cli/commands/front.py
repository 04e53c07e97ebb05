"""`picup front`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import PlanFile, ProblemFile


def front(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    *,
    objectives: Annotated[str, typer.Option(help="help-front-objectives", metavar="help-metavar-objectives")],
    plan: PlanFile = None,
    problem: ProblemFile = None,
    time_limit: Annotated[int, typer.Option(help="help-plan-time-limit", metavar="help-metavar-seconds")] = 120,
    out: Annotated[
        Path | None, typer.Option(help="help-front-out", metavar="help-metavar-csv", show_default=False)
    ] = None,
) -> int:
    """Give the trade-offs between two or three objectives."""
    from picup_planner.cli import fronts, reading  # noqa: PLC0415  the solver

    seconds = reading.within(time_limit, 1, 86_400, "--time-limit")
    made, source = reading.plan_and_problem(plan, problem, ctx.obj)
    asked = fronts.Asked(fronts.names_in(objectives), seconds, out)
    return fronts.front_printed(made, source, asked, ctx.obj)
