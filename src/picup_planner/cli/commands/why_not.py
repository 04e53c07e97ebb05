"""`picup why-not`."""

from typing import Annotated

import typer

from picup_planner.cli.options import PlanFile, ProblemFile


def why_not(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    site: Annotated[str, typer.Argument(help="help-why-not-site", metavar="help-metavar-site")],
    date: Annotated[str, typer.Argument(help="help-why-not-date", metavar="help-metavar-date")],
    session: Annotated[
        str | None, typer.Argument(help="help-why-not-session", metavar="help-metavar-session", show_default=False)
    ] = None,
    *,
    plan: PlanFile = None,
    problem: ProblemFile = None,
    time_limit: Annotated[int, typer.Option(help="help-why-not-time-limit", metavar="help-metavar-seconds")] = 30,
) -> int:
    """Say why no permanence is held there and then, or what one would cost."""
    from picup_planner.cli import reading, wondering  # noqa: PLC0415  the solver

    asked = wondering.Asked(site, date, session, reading.within(time_limit, 1, 3600, "--time-limit"))
    made, source = reading.plan_and_problem(plan or reading.plan_with(date), problem, ctx.obj)
    return wondering.why_not_there(asked, made, source, ctx.obj)
