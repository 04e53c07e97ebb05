"""`picup doctor`."""

from typing import Annotated

import typer

from picup_planner.cli.options import TerritoryFolder


def doctor(
    ctx: typer.Context,
    *,
    network: Annotated[bool, typer.Option("--network", help="help-doctor-network")] = False,
    territory: TerritoryFolder = None,
) -> int:
    """Look at what the program needs."""
    from picup_planner.cli import doctoring  # noqa: PLC0415  every noun

    return doctoring.examine(territory, ctx.obj, network=network)
