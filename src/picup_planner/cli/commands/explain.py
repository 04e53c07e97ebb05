"""`picup explain`."""

from typing import Annotated

import typer

from picup_planner.cli.options import PlanFile, ProblemFile


def explain(
    ctx: typer.Context,
    *,
    plan: PlanFile = None,
    problem: ProblemFile = None,
    time_limit: Annotated[int, typer.Option(help="help-explain-time-limit", metavar="help-metavar-seconds")] = 60,
    stand_ins: Annotated[bool, typer.Option("--stand-ins", help="help-explain-stand-ins")] = False,
) -> int:
    """Explain a plan."""
    from picup_planner.cli import explaining, reading  # noqa: PLC0415  the solver

    seconds = reading.within(time_limit, 0, 86_400, "--time-limit")
    made, source = reading.plan_and_problem(plan, problem, ctx.obj)
    return explaining.explain_plan(made, source, seconds, ctx.obj, stand_ins=stand_ins)
