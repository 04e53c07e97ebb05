"""What a territory's tables, a month's workbook, a plan, a problem or records hold of one person."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from picup_planner.errors import DataError, Mistake
from picup_planner.problem import StaffMember
from picup_planner.territory.cells import parts
from picup_planner.territory.files import Row, content, csv_rows, headings
from picup_planner.territory.reading import Names
from picup_planner.territory.records import RECORDS
from picup_planner.territory.records import TABLE as OF_RECORDS
from picup_planner.territory.tables import IN_CSV, Reference, Table

_PEOPLE = ("member", "members", "crew")
"""Fields of a plan and of a problem that hold ids of people."""


@dataclass(frozen=True)
class Mention:
    """A row that names somebody.

    Parameters
    ----------
    columns
        Columns that name them and nobody else; a list with others in it is not one.
    lists
        Columns that name them among others.
    """

    row: Row
    columns: tuple[str, ...]
    lists: tuple[str, ...]

    def told(self, names: Names, person: str) -> dict[str, str]:
        """Cells by column, other people left out."""
        return dict(self.row.cells) | {
            column: "|".join(each for each in parts(self.row.cells[column]) if names.meant(each) == {person})
            for column in self.lists
        }


def mentions(kind: str, rows: Iterable[Row], names: Names, person: str) -> Iterator[Mention]:
    """Yield the rows of a kind that name somebody, by id or by name."""
    table = OF_RECORDS if kind == RECORDS else IN_CSV.get(kind)
    for row in rows:
        columns, lists = list[str](), list[str]()
        for column, reads in table.columns.items() if table else ():
            if reads == Reference("staff", many=isinstance(reads, Reference) and reads.many):
                named = [names.meant(each) == {person} for each in parts(row.cells.get(column, ""))]
                if all(named) and named:
                    columns.append(column)
                elif any(named):
                    lists.append(column)
        if kind == "staff" and row.cells.get("id") == person:
            columns.append("id")
        if columns or lists:
            yield Mention(row, tuple(columns), tuple(lists))


def in_folder(folder: Path, person: str) -> dict[str, list[Mention]]:
    """Rows of a territory's tables that name somebody, by kind; the folder has been read and is sound."""
    mistakes: list[Mistake] = []
    rows = {kind: csv_rows(folder, table, mistakes) or [] for kind, table in IN_CSV.items()}
    names = Names(rows["staff"])
    found = {kind: list(mentions(kind, some, names, person)) for kind, some in rows.items()}
    return {kind: some for kind, some in found.items() if some}


def without(folder: Path, person: str, found: Mapping[str, Iterable[Mention]]) -> dict[str, bytes]:
    """Give the tables of a folder without somebody: rows about them alone go, lists lose them; all else to the byte.

    A fixed permanence whose crew named them has none: it is decided each month.
    """
    names = Names(csv_rows(folder, IN_CSV["staff"], []) or [])
    files: dict[str, bytes] = {}
    for kind, some in found.items():
        changes = {}
        for mention in some:
            kept = {
                column: "" if kind == "weekly" else _others(mention.row.cells[column], names, person)
                for column in mention.lists
            }
            if kind == "weekly":
                kept |= dict.fromkeys(mention.columns, "")
            changes[mention.row.origin.line or 0] = None if mention.columns and kind != "weekly" else kept
        files[IN_CSV[kind].file] = _rewritten(folder, IN_CSV[kind], changes)
    return files


def renamed_in_records(folder: Path, records: Path, person: str, other: str, known: Names) -> bytes | None:
    """Give the records of a month with another id in the place of somebody's, ``None`` when they name nobody such."""
    if not records.is_file():
        return None
    table = Table(records.relative_to(folder).as_posix(), OF_RECORDS.noun, OF_RECORDS.needed, OF_RECORDS.columns)
    mistakes: list[Mistake] = []
    rows = csv_rows(folder, table, mistakes) or []
    if mistakes:
        raise DataError(*mistakes)
    changes = {
        mention.row.origin.line or 0: {
            column: "|".join(
                other if known.meant(each) == {person} else each for each in parts(mention.row.cells[column])
            )
            for column in (*mention.columns, *mention.lists)
        }
        for mention in mentions(RECORDS, rows, known, person)
    }
    return _rewritten(folder, table, changes) if changes else None


def held(data: Mapping[str, Any], person: str) -> dict[str, list[Any]]:
    """Give what a plan or a problem, as JSON, says of somebody: by field, what names them, others left out."""
    found: dict[str, list[Any]] = {}
    for name, some in (*data.items(), *_territory(data).items()):
        if isinstance(some, list):
            of_person = [
                _alone(each, person) for each in some if _names(each, person) or _is(each, person, name == "staff")
            ]
            if of_person:
                found[name] = of_person
    return found


def renamed(data: Any, person: str, other: StaffMember, key: str = "") -> Any:  # noqa: ANN401  any JSON value
    """Give a plan or a problem, as JSON, with somebody else in the place of a person, wherever it names them."""
    match data:
        case dict():
            told = {name: renamed(value, person, other, name) for name, value in data.items()}
            if key == "staff" and data.get("id") == person:
                told |= {"id": other.id, "name": other.name}
            if data.get("member") == person and "member_name" in data:
                told["member_name"] = other.name
            return told
        case [str(), str()] if key == "crew pair":
            return [data[0], other.id if data[1] == person else data[1]]
        case list():
            inner = "crew pair" if key == "crew" and all(isinstance(each, list) for each in data) else key
            return [renamed(each, person, other, inner) for each in data]
        case str() if key in _PEOPLE and data == person:
            return other.id
        case _:
            return data


def _territory(data: Mapping[str, Any]) -> Mapping[str, Any]:
    found = data.get("territory")
    return found if isinstance(found, dict) else {}


def _is(item: object, person: str, asked: bool) -> bool:  # noqa: FBT001  of the two lines above
    return asked and isinstance(item, dict) and item.get("id") == person


def _names(item: object, person: str, key: str = "") -> bool:
    match item:
        case dict():
            return any(_names(value, person, name) for name, value in item.items())
        case list():
            return any(_names(each, person, key) for each in item)
        case _:
            return key in _PEOPLE and item == person


def _alone(item: Any, person: str) -> Any:  # noqa: ANN401  any JSON value
    """Give an item without the other people of its crew."""
    if not isinstance(item, dict):
        return item
    return {
        name: [each for each in value if _names(each, person, name)]
        if name in _PEOPLE and isinstance(value, list)
        else value
        for name, value in item.items()
    }


def _others(cell: str, names: Names, person: str) -> str:
    return "|".join(each for each in parts(cell) if names.meant(each) != {person})


def _rewritten(folder: Path, table: Table, changes: Mapping[int, Mapping[str, str] | None]) -> bytes:
    """Give a file with rows, named by their line, changed in some cells, or left out where there is ``None``."""
    whole = content(folder, table.file, []) or ""
    raw = (folder / table.file).read_bytes()
    lines = list(io.StringIO(whole, newline=""))
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    _, delimiter, columns = headings(lines)
    for line in sorted(changes, reverse=True):
        reader = csv.reader(lines[line - 1 :], delimiter=delimiter)
        cells = dict(zip(columns, next(reader), strict=False))
        written = io.StringIO()
        if (change := changes[line]) is not None:
            csv.DictWriter(written, columns, delimiter=delimiter, lineterminator=ending).writerow(cells | dict(change))
        lines[line - 1 : line - 1 + reader.line_num] = [written.getvalue()]
    mark = b"\xef\xbb\xbf"
    return mark * raw.startswith(mark) + "".join(lines).encode()
