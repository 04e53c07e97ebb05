"""`picup person`."""

from pathlib import Path
from typing import Annotated

import typer

from picup_planner.cli.options import TerritoryFolder

Person = Annotated[str, typer.Argument(help="help-person-who", metavar="help-metavar-person")]


def export(
    ctx: typer.Context,
    person: Person,
    *,
    workbooks: Annotated[
        list[Path] | None,
        typer.Option("--workbook", help="help-person-workbook", metavar="help-metavar-workbook", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="help-person-out", metavar="help-metavar-folder")] = Path("exports"),
    territory: TerritoryFolder = None,
) -> int:
    """Write all that is held of somebody."""
    from picup_planner.cli import exporting  # noqa: PLC0415  every noun

    return exporting.export_person(person, territory, workbooks or (), out, ctx.obj)


def erase(
    ctx: typer.Context,
    person: Person,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="help-person-yes")] = False,
    territory: TerritoryFolder = None,
) -> int:
    """Put a pseudonym in the place of somebody."""
    from picup_planner.cli import erasing  # noqa: PLC0415  the maps

    return erasing.erase_person(person, territory, ctx.obj, yes=yes)


def calendar(
    ctx: typer.Context,
    person: Annotated[
        str | None, typer.Argument(help="help-person-who", metavar="help-metavar-person", show_default=False)
    ] = None,
    *,
    address: Annotated[
        str | None, typer.Option(help="help-person-address", metavar="https://…", show_default=False)
    ] = None,
    territory: TerritoryFolder = None,
) -> int:
    """Tell where the calendar of each person is."""
    from picup_planner.cli import exporting  # noqa: PLC0415  every noun

    return exporting.tell_calendars(person, territory, address, ctx.obj)
