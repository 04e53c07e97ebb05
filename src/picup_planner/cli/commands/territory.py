"""`picup territory check`."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="help-territory-folder", metavar="help-metavar-folder", show_default=False)
    ] = None,
) -> int:
    """Check a territory's folder."""
    from picup_planner.cli import checking  # noqa: PLC0415  every noun

    return checking.check_territory(folder, ctx.obj)
