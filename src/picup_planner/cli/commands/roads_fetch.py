"""`picup roads fetch`."""

from typing import Annotated

import typer

from picup_planner.cli.options import Margin, RoadsOut, TerritoryArgument


def roads_fetch(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    territory: TerritoryArgument = None,
    *,
    out: RoadsOut = None,
    margin: Margin = 3,
    url: Annotated[str | None, typer.Option(help="help-roads-url", metavar="URL", show_default=False)] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="help-roads-fresh")] = False,
) -> int:
    """Download the roads around a territory."""
    from picup_planner.cli import fetching, importing  # noqa: PLC0415  the maps

    return fetching.fetch_roads(url, importing.wanted(territory, out, margin), ctx.obj, fresh=fresh)
