"""The command line: one file per command in `commands/`.

Help texts are message ids until the language is known.
"""

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from picup_planner.cli.commands import COMMANDS
from picup_planner.cli.commands.person import calendar, erase, export
from picup_planner.cli.commands.roads_check import roads_check
from picup_planner.cli.commands.roads_fetch import roads_fetch
from picup_planner.cli.commands.roads_import import roads_import
from picup_planner.cli.commands.sites_suggest import suggest
from picup_planner.cli.commands.sites_walks import walks
from picup_planner.cli.commands.territory import check
from picup_planner.cli.commands.territory_new import new
from picup_planner.cli.commands.workbook_merge import workbook_merge
from picup_planner.cli.commands.workbook_new import workbook_new
from picup_planner.cli.endings import ending
from picup_planner.cli.usage import spoken, translated
from picup_planner.messages import FRENCH, Words
from picup_planner.publish.text import plain

app = typer.Typer(help="help-picup", epilog="help-lang", add_completion=False, rich_markup_mode=None)
territory = typer.Typer(help="help-territory", epilog="help-lang", rich_markup_mode=None)
workbook = typer.Typer(help="help-workbook", epilog="help-lang", rich_markup_mode=None)
sites = typer.Typer(help="help-sites", epilog="help-lang", rich_markup_mode=None)
person = typer.Typer(help="help-person", epilog="help-lang", rich_markup_mode=None)
roads = typer.Typer(help="help-roads", epilog="help-lang", rich_markup_mode=None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, by default the one of the process, and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    return ending(lambda: _run(sys.argv[1:] if arguments is None else arguments), Words(FRENCH, plain))


def _run(arguments: Sequence[str]) -> int:
    language, others = spoken(arguments, os.environ)
    words = Words(language, plain)
    if not others and sys.stdin.isatty() and sys.stdout.isatty():
        return ending(lambda: _talk(words), words)

    def command() -> int:
        with translated(typer.main.get_command(app), words).make_context("picup", others or ["--help"], obj=words) as c:
            return int(c.command.invoke(c) or 0)

    return ending(command, words)


def _talk(words: Words) -> int:
    from picup_planner.cli.conversing import converse  # noqa: PLC0415  the solver and the maps

    return converse(words)


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


for _command in COMMANDS:
    _name = _command.__name__.replace("_", "-")
    app.command(_name, help=f"help-{_name}", short_help=f"help-{_name}-short", epilog="help-lang")(_command)
territory.command("check", help="help-territory-check", short_help="help-territory-check-short", epilog="help-lang")(
    check
)
territory.command("new", help="help-territory-new", short_help="help-territory-new-short", epilog="help-lang")(new)
app.add_typer(territory, name="territory")
workbook.command("new", help="help-workbook-new", short_help="help-workbook-new-short", epilog="help-lang")(
    workbook_new
)
workbook.command("merge", help="help-workbook-merge", short_help="help-workbook-merge-short", epilog="help-lang")(
    workbook_merge
)
app.add_typer(workbook, name="workbook")
roads.command("import", help="help-roads-import", short_help="help-roads-import-short", epilog="help-lang")(
    roads_import
)
roads.command("fetch", help="help-roads-fetch", short_help="help-roads-fetch-short", epilog="help-lang")(roads_fetch)
roads.command("check", help="help-roads-check", short_help="help-roads-check-short", epilog="help-lang")(roads_check)
app.add_typer(roads, name="roads")
for _command in (suggest, walks):
    _name = f"help-sites-{_command.__name__}"
    sites.command(_command.__name__, help=_name, short_help=f"{_name}-short", epilog="help-lang")(_command)
app.add_typer(sites, name="sites")
for _command in (export, erase, calendar):
    _name = f"help-person-{_command.__name__}"
    person.command(_command.__name__, help=_name, short_help=f"{_name}-short", epilog="help-lang")(_command)
app.add_typer(person, name="person")
