"""Puts what a workbook says of a month over what the territory's folder says."""

from collections.abc import Mapping
from dataclasses import replace

from picup_planner.errors import Mistake, Origin
from picup_planner.territory.cells import fold
from picup_planner.territory.files import Row
from picup_planner.territory.reading import Names
from picup_planner.territory.tables import TABLES, Reference
from picup_planner.territory.workbook.layout import TABLES_IN
from picup_planner.territory.workbook.month import MonthBook, slug
from picup_planner.territory.workbook.rows import SheetRow

Rows = Mapping[str, list[Row]]
"""Rows by kind of :data:`TABLES`."""

_KEPT = {sheet.kind: {column.name for column in sheet.columns} for sheet in TABLES_IN if sheet.keeps}
"""Kinds of which the folder keeps what the workbook has no column for, with the columns it has."""


def over(folder: Rows, book: MonthBook) -> dict[str, list[Row]]:
    """Rows of the folder and the workbook, those of the workbook in the place of the folder's of the same kind.

    A site, a commune or a person the workbook no longer has takes along what only the folder says of it.
    """
    rows = {kind: list(some) for kind, some in folder.items()}
    gone: dict[str, set[str]] = {}
    for kind, some in book.rows.items():
        if kind == "settings":
            before = rows.get(kind, [])[:1]
            rows[kind] = [_joined(row, before[0], set(row.places)) if before else row for row in _sheet_rows(some)]
        elif "id" in TABLES[kind].columns:
            names = Names(folder.get(kind, ()))
            named = [_identified(row, names) for row in _sheet_rows(some)]
            known = {row.cells.get("id", ""): row for row in folder.get(kind, ())}
            rows[kind] = [
                _joined(row, known[row.cells["id"]], _KEPT[kind])
                if kind in _KEPT and row.cells.get("id") in known
                else row
                for row in named
            ]
            gone[kind] = known.keys() - {row.cells.get("id", "") for row in named}
        else:
            rows[kind] = list(some)
    named_before = {kind: Names(folder.get(kind, ())) for kind in gone}
    for kind in rows.keys() - book.rows.keys():
        rows[kind] = [row for row in rows[kind] if not _speaks_of(kind, row, gone, named_before)]
    return rows


def with_partner(rows: Rows, book: MonthBook) -> dict[str, list[Row]]:
    """Rows with what the workbook of one partner says of its people in the place of what was said of them."""
    names = Names(rows.get("staff", ()))
    before = {row.cells.get("id", ""): row for row in rows.get("staff", ())}
    people = {
        row.cells["id"]: row for each in _sheet_rows(book.rows.get("staff", [])) for row in [_identified(each, names)]
    }
    staff = [
        _joined(people[name], row, _KEPT["staff"]) if name in people else row
        for row in rows.get("staff", ())
        for name in [row.cells.get("id", "")]
    ]
    joined = {kind: list(some) for kind, some in rows.items()}
    joined["staff"] = [*staff, *(row for name, row in people.items() if name not in before)]
    for kind in ("absences", "answers"):
        others = [row for row in rows.get(kind, ()) if not names.meant(row.cells.get("member", "")) & people.keys()]
        joined[kind] = [*others, *book.rows.get(kind, ())]
    return joined


def mistakes(book: MonthBook, rows: Rows, *, of_a_partner: bool) -> list[Mistake]:
    """Everything wrong with a workbook by itself, and with using it for a territory, or for the people of a partner."""
    header = rows.get("header", [Row(Origin(""), {})])[0].cells
    territory, name = header.get("id", ""), header.get("name", "")
    found = list(book.mistakes)
    if book.partner and not of_a_partner:
        found.append(Mistake("workbook-partial", {"value": book.partner}, Origin(book.file)))
    if book.territory and territory and fold(book.territory) not in (fold(territory), fold(name)):
        found.append(Mistake("workbook-other-territory", {"value": book.territory, "name": name}, Origin(book.file)))
    return found


def placed(mistake: Mistake, book: MonthBook) -> Mistake:
    """Give a mistake about the team as a whole the heading of the column where it can be mended."""
    heads = {"data-no-driver": ("staff", "driver"), "data-role-nobody-has": ("staff", "roles")}
    place = book.heads.get(heads.get(mistake.message, ("", "")))
    return replace(mistake, origin=place) if place else mistake


def _sheet_rows(rows: list[Row]) -> list[SheetRow]:
    return [row for row in rows if isinstance(row, SheetRow)]


def _identified(row: SheetRow, names: Names) -> SheetRow:
    """Give a row its id: that of the folder's noun it names, or one made of what was typed, its name or its place."""
    written = row.cells.get("id") or row.cells.get("name") or f"{row.cells.get('kind', '')} {row.origin.line}"
    meant = names.meant(written)
    known = next(iter(meant)) if len(meant) == 1 else ""
    places = dict(row.places)
    if "id" not in row.cells and "name" in row.cells:
        places["id"] = row.where("name")
    return replace(row, cells={**row.cells, "id": known or slug(written) or written}, places=places)


def _joined(row: SheetRow, before: Row, columns: set[str]) -> SheetRow:
    """Row of the workbook with what the folder says in the columns it does not have; the name it had still means it."""
    kept = {name: cell for name, cell in before.cells.items() if name not in columns}
    places = {name: before.where(name) for name in kept} | dict(row.places)
    aliases = (name,) if (name := before.cells.get("name")) else ()
    return replace(row, cells=kept | dict(row.cells), places=places, aliases=aliases)


def _speaks_of(kind: str, row: Row, gone: Mapping[str, set[str]], names: Mapping[str, Names]) -> bool:
    """Whether a row of the folder is about something the workbook no longer has."""
    for column, reads in TABLES[kind].columns.items():
        if isinstance(reads, Reference) and not reads.many and reads.kind in gone and column in row.cells:
            meant = names[reads.kind].meant(row.cells[column])
            if meant and meant <= gone[reads.kind]:
                return True
    return False
