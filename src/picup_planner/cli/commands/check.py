"""`picup check`."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    ctx: typer.Context,
    plan: Annotated[Path, typer.Argument(help="help-check-plan", metavar="PLAN.json")],
    *,
    problem: Annotated[
        Path | None, typer.Option(help="help-check-problem", metavar="PROBLEM.json", show_default=False)
    ] = None,
) -> int:
    """Check a plan against its problem."""
    from picup_planner.cli import checking  # noqa: PLC0415  every noun

    return checking.check_plan(plan, problem, ctx.obj)
