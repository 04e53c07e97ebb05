"""`picup compare`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import History, NoHistory, Scheduler, TerritoryFolder, Workers


def compare(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    scenarios: Annotated[Path, typer.Argument(help="help-compare-file", metavar="help-metavar-scenarios")],
    month: Annotated[
        str | None, typer.Argument(help="help-plan-month", metavar="help-metavar-month", show_default=False)
    ] = None,
    *,
    territory: TerritoryFolder = None,
    out: Annotated[Path, typer.Option(help="help-compare-out", metavar="help-metavar-html")] = Path("compare.html"),
    time_limit: Annotated[int, typer.Option(help="help-compare-time-limit", metavar="help-metavar-seconds")] = 60,
    seed: Annotated[int, typer.Option(help="help-plan-seed", metavar="N")] = 0,
    workers: Workers = None,
    scheduler: Scheduler = None,
    history: History = None,
    no_history: NoHistory = False,
) -> int:
    """Compare scenarios of a month."""
    from picup_planner.cli import comparing, reading, recording  # noqa: PLC0415  the solver and the charts

    asked = comparing.Asked(
        scenarios=scenarios,
        month=reading.month_of(month),
        territory=territory,
        out=out,
        time_limit=reading.within(time_limit, 1, 86_400, "--time-limit"),
        seed=reading.within(seed, 0, 2**31 - 1, "--seed"),
        executor=comparing.executor_of(workers, scheduler),
        history=None if no_history else recording.months_in(history),
    )
    return comparing.scenarios_compared(asked, ctx.obj)
