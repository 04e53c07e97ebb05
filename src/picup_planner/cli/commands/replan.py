"""`picup replan`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import Forbid, Hold, PlanFile, ProblemFile, RoadsOfFolder, Together


def replan(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    *,
    absent: Annotated[
        list[str] | None,
        typer.Option(help="help-replan-absent", metavar="help-metavar-absent", show_default=False),
    ] = None,
    closed: Annotated[
        list[str] | None,
        typer.Option(help="help-replan-closed", metavar="help-metavar-closed", show_default=False),
    ] = None,
    van_off: Annotated[
        list[str] | None,
        typer.Option(help="help-replan-van-off", metavar="help-metavar-van-off", show_default=False),
    ] = None,
    hold: Hold = None,
    forbid: Forbid = None,
    together: Together = None,
    plan: PlanFile = None,
    problem: ProblemFile = None,
    territory: RoadsOfFolder = None,
    out: Annotated[
        Path | None, typer.Option(help="help-replan-out", metavar="help-metavar-folder", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="help-replan-as-of", metavar="help-metavar-date", show_default=False)
    ] = None,
    time_limit: Annotated[int, typer.Option(help="help-plan-time-limit", metavar="help-metavar-seconds")] = 60,
    seed: Annotated[int, typer.Option(help="help-plan-seed", metavar="N")] = 0,
) -> int:
    """Replan a published month."""
    from picup_planner.cli import asked, changing, reading  # noqa: PLC0415  the solver and the maps

    change = changing.Change(
        plan=plan,
        problem=problem,
        territory=territory,
        out=out,
        as_of=reading.day_of(as_of),
        time_limit=reading.within(time_limit, 1, 86_400, "--time-limit"),
        seed=reading.within(seed, 0, 2**31 - 1, "--seed"),
    )
    texts = asked.Texts(
        absent=tuple(absent or ()),
        closed=tuple(closed or ()),
        van_off=tuple(van_off or ()),
        hold=tuple(hold or ()),
        forbid=tuple(forbid or ()),
        together=tuple(together or ()),
    )
    return changing.replan_month(change, texts, ctx.obj)
