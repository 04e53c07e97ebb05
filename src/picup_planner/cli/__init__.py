"""The command line: `picup plan`, `picup check`, `picup territory check`.

Help texts are message ids until the language is known; whatever is slow to import is imported by the command that
needs it.
"""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.endings import ending
from picup_planner.cli.usage import spoken, translated
from picup_planner.messages import FRENCH, Words
from picup_planner.publish.text import plain

app = typer.Typer(help="help-picup", epilog="help-lang", add_completion=False, rich_markup_mode=None)
territory = typer.Typer(help="help-territory", epilog="help-lang", rich_markup_mode=None)
app.add_typer(territory, name="territory")

_Folder = Annotated[
    Path | None,
    typer.Option("--territory", help="help-plan-territory", metavar="help-metavar-folder", show_default=False),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, by default the one of the process, and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    return ending(lambda: _run(sys.argv[1:] if arguments is None else arguments), Words(FRENCH, plain))


def _run(arguments: Sequence[str]) -> int:
    language, others = spoken(arguments, os.environ)
    words = Words(language, plain)

    def command() -> int:
        with translated(typer.main.get_command(app), words).make_context("picup", others or ["--help"], obj=words) as c:
            return int(c.command.invoke(c) or 0)

    return ending(command, words)


def _version(asked: bool) -> None:  # noqa: FBT001  called by typer with the option's value
    if asked:
        from importlib.metadata import version  # noqa: PLC0415  slow, and seldom asked for

        typer.echo(f"picup {version('picup-planner')}")
        raise typer.Exit


@app.callback()
def picup(
    *,
    version: Annotated[bool, typer.Option("--version", help="help-version", callback=_version, is_eager=True)] = False,
) -> None:
    """Take the options that stand before any command."""


@app.command(help="help-plan", short_help="help-plan-short", epilog="help-lang")
def plan(  # noqa: PLR0913  one parameter per option
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Argument(help="help-plan-month", metavar="help-metavar-month", show_default=False)
    ] = None,
    *,
    territory: _Folder = None,
    out: Annotated[
        Path | None,
        typer.Option(help="help-plan-out", metavar="help-metavar-folder", show_default=False),
    ] = None,
    time_limit: Annotated[int, typer.Option(help="help-plan-time-limit", metavar="help-metavar-seconds")] = 60,
    seed: Annotated[int, typer.Option(help="help-plan-seed", metavar="N")] = 0,
    as_of: Annotated[
        str | None, typer.Option(help="help-plan-as-of", metavar="help-metavar-date", show_default=False)
    ] = None,
) -> int:
    """Plan a month."""
    from picup_planner.cli import planning, reading  # noqa: PLC0415  the solver and the maps

    asked = planning.Asked(
        month=reading.month_of(month),
        territory=territory,
        out=out,
        time_limit=reading.within(time_limit, 1, 86_400, "--time-limit"),
        seed=reading.within(seed, 0, 2**31 - 1, "--seed"),
        as_of=reading.day_of(as_of),
    )
    return planning.plan_month(asked, ctx.obj)


@app.command(help="help-check", short_help="help-check-short", epilog="help-lang")
def check(
    ctx: typer.Context,
    plan: Annotated[Path, typer.Argument(help="help-check-plan", metavar="PLAN.json")],
    *,
    problem: Annotated[
        Path | None, typer.Option(help="help-check-problem", metavar="PROBLEM.json", show_default=False)
    ] = None,
) -> int:
    """Check a plan against its problem."""
    from picup_planner.cli import checking  # noqa: PLC0415  every noun

    return checking.check_plan(plan, problem, ctx.obj)


@territory.command(
    name="check", help="help-territory-check", short_help="help-territory-check-short", epilog="help-lang"
)
def territory_check(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="help-territory-folder", metavar="help-metavar-folder", show_default=False)
    ] = None,
) -> int:
    """Check a territory's folder."""
    from picup_planner.cli import checking  # noqa: PLC0415  every noun

    return checking.check_territory(folder, ctx.obj)
