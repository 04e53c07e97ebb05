"""`picup plan`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import Forbid, History, Hold, NoHistory, TerritoryFolder, Together
from picup_planner.cli.usage import WrongUsage
from picup_planner.errors import Mistake


class Engine(StrEnum):
    """What may compute travel times; `osrm` comes with the extra of that name."""

    SCIPY = "scipy"
    OSRM = "osrm"


def plan(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Argument(help="help-plan-what", metavar="help-metavar-month", show_default=False)
    ] = None,
    *,
    territory: TerritoryFolder = None,
    out: Annotated[
        Path | None,
        typer.Option(help="help-plan-out", metavar="help-metavar-folder", show_default=False),
    ] = None,
    time_limit: Annotated[int, typer.Option(help="help-plan-time-limit", metavar="help-metavar-seconds")] = 60,
    seed: Annotated[int, typer.Option(help="help-plan-seed", metavar="N")] = 0,
    as_of: Annotated[
        str | None, typer.Option(help="help-plan-as-of", metavar="help-metavar-date", show_default=False)
    ] = None,
    history: History = None,
    no_history: NoHistory = False,
    hold: Hold = None,
    forbid: Forbid = None,
    together: Together = None,
    verify: Annotated[bool, typer.Option("--verify", help="help-plan-verify")] = False,
    reproducible: Annotated[bool, typer.Option("--reproducible", help="help-plan-reproducible")] = False,
    engine: Annotated[Engine, typer.Option(help="help-plan-engine")] = Engine.SCIPY,
    publish: Annotated[bool, typer.Option("--publish", help="help-plan-publish")] = False,
) -> int:
    """Plan a month.

    Raises
    ------
    WrongUsage
        When a search is to be reproducible and yet stopped by the clock.
    """
    from picup_planner.cli import planning, reading, recording  # noqa: PLC0415  the solver and the maps
    from picup_planner.cli.asked import Texts  # noqa: PLC0415  every noun

    workbook = reading.workbook_of(month)
    source = ctx.get_parameter_source("time_limit")
    if reproducible and source and source.name == "COMMANDLINE":
        raise WrongUsage(Mistake("usage-reproducible"))
    asked = planning.Asked(
        month="" if workbook else reading.month_of(month),
        workbook=workbook,
        territory=territory,
        out=out,
        time_limit=reading.within(time_limit, 1, 86_400, "--time-limit"),
        seed=reading.within(seed, 0, 2**31 - 1, "--seed"),
        as_of=reading.day_of(as_of),
        history=None if no_history else recording.months_in(history),
        decided=Texts(hold=tuple(hold or ()), forbid=tuple(forbid or ()), together=tuple(together or ())),
        verify=verify,
        reproducible=reproducible,
        engine=engine,
        publication=Path("publication") if publish else None,
    )
    return planning.plan_month(asked, ctx.obj)
