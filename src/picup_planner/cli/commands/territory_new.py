"""`picup territory new`."""

from typing import Annotated

import typer


def new(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="help-new-name", metavar="help-metavar-name")],
    *,
    insee: Annotated[str, typer.Option(help="help-new-insee", metavar="38185,38421")],
    offline: Annotated[bool, typer.Option("--offline", help="help-new-offline")] = False,
    url: Annotated[str | None, typer.Option(help="help-new-url", metavar="URL", show_default=False)] = None,
) -> int:
    """Start the folder of a territory."""
    from picup_planner.cli import founding  # noqa: PLC0415  the shapes

    return founding.new_territory(name, insee, url, ctx.obj, offline=offline)
