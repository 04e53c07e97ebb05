"""`picup sweep`."""

from math import ceil
from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import Scheduler, Workers


def sweep(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    scenarios: Annotated[Path, typer.Argument(help="help-compare-file", metavar="help-metavar-scenarios")],
    months: Annotated[
        str | None, typer.Argument(help="help-sweep-months", metavar="help-metavar-months", show_default=False)
    ] = None,
    *,
    territory: Annotated[
        list[Path] | None,
        typer.Option(help="help-sweep-territory", metavar="help-metavar-folder", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="help-sweep-out", metavar="help-metavar-folder")] = Path("sweep"),
    time_limit: Annotated[int, typer.Option(help="help-compare-time-limit", metavar="help-metavar-seconds")] = 60,
    work: Annotated[
        float | None, typer.Option(help="help-sweep-work", metavar="help-metavar-seconds", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="help-plan-seed", metavar="N")] = 0,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> int:
    """Plan scenarios, months and territories by the hundred."""
    from picup_planner.cli import comparing, reading, sweeping  # noqa: PLC0415  the solver

    if work is not None:
        reading.within(ceil(work), 1, 86_400, "--work")
    asked = sweeping.Asked(
        scenarios=scenarios,
        months=reading.period_of(months),
        territories=tuple(territory or ()),
        out=out,
        time_limit=reading.within(time_limit, 1, 86_400, "--time-limit"),
        work=work,
        seed=reading.within(seed, 0, 2**31 - 1, "--seed"),
        executor=comparing.executor_of(workers, scheduler),
    )
    return sweeping.problems_swept(asked, ctx.obj)
