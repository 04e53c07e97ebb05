"""`picup publish`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import ProblemFile, PublicationFolder, TerritoryFolder


def publish(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    plan: Annotated[
        Path | None, typer.Argument(help="help-option-plan", metavar="PLAN.json", show_default=False)
    ] = None,
    *,
    state: Annotated[
        str | None, typer.Option(help="help-publish-state", metavar="help-metavar-state", show_default=False)
    ] = None,
    out: PublicationFolder = Path("publication"),
    problem: ProblemFile = None,
    territory: TerritoryFolder = None,
) -> int:
    """Publish a plan to residents and to the staff."""
    from picup_planner.publish.lock import locked  # noqa: PLC0415  before what is slow: a second run stops at once

    with locked(out):
        from picup_planner.cli import publishing  # noqa: PLC0415  the maps

        asked = publishing.Asked(plan=plan, problem=problem, territory=territory, state=state, out=out)
        return publishing.publish_plan(asked, ctx.obj)
