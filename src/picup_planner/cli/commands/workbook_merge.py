"""`picup workbook merge`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import TerritoryFolder


def workbook_merge(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="help-workbook-files", metavar="help-metavar-workbooks")],
    *,
    territory: TerritoryFolder = None,
    out: Annotated[
        Path | None, typer.Option(help="help-workbook-out", metavar="help-metavar-workbook", show_default=False)
    ] = None,
) -> int:
    """Join the workbooks of several partners."""
    from picup_planner.cli import merging  # noqa: PLC0415  every noun

    return merging.merge_workbooks(files, territory, out, ctx.obj)
