"""`picup check`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import ProblemFile


def check(
    ctx: typer.Context,
    plan: Annotated[Path, typer.Argument(help="help-check-plan", metavar="PLAN.json")],
    *,
    problem: ProblemFile = None,
) -> int:
    """Check a plan against its problem."""
    from picup_planner.cli import checking  # noqa: PLC0415  every noun

    return checking.check_plan(plan, problem, ctx.obj)
