"""`picup territory check`."""

import typer

from picup_planner.cli.options import TerritoryArgument


def check(ctx: typer.Context, folder: TerritoryArgument = None) -> int:
    """Check a territory's folder."""
    from picup_planner.cli import checking  # noqa: PLC0415  every noun

    return checking.check_territory(folder, ctx.obj)
