"""Reads the CSV files of a territory into rows of text, each knowing its line."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.territory.cells import Parser, day, day_first
from picup_planner.territory.tables import IGNORED, IN_CSV, Table

_COMMENT = ("#", '"#')

LARGEST = 20 * 1024 * 1024
"""Bytes a file may hold: a territory is a few hundred rows, more is a mistake."""


@dataclass(frozen=True)
class Row:
    """The filled cells of one row, by column, and where it was typed.

    Parameters
    ----------
    lines
        Lines of the cells that have one of their own.
    ragged
        Whether the row has too many or too few cells: it makes no noun, but others may refer to it.
    aliases
        What its noun is also called, besides its id and its name.
    semicolons
        Whether its cells are separated by them, as French spreadsheets do: they write dates their own way too.
    """

    origin: Origin
    cells: Mapping[str, str]
    lines: Mapping[str, int] = field(default_factory=dict)
    ragged: bool = False
    aliases: tuple[str, ...] = ()
    semicolons: bool = False

    def where(self, column: str, part: int = 0) -> Origin:  # noqa: ARG002  parts of a text share its line
        """Where the cell of a column was typed, or one part of a list."""
        line = self.lines.get(column)
        return Origin(self.origin.file, line) if line else self.origin

    def heading(self, column: str) -> str:
        """Name of a column for whoever typed the row."""
        return column

    def parser(self, column: str, usual: Parser) -> Parser:  # noqa: ARG002  all columns of dates are read alike
        """How the cells of a column are read, where it is not the usual way."""
        return day_first if self.semicolons and usual is day else usual


def nearest(typed: str, known: Iterable[str]) -> str:
    """Give the closest of the known words, however far; empty when there is none."""
    return next(iter(get_close_matches(typed, list(known), 1, 0)), "")


def content(folder: Path, file: str, mistakes: list[Mistake]) -> str | None:
    """Text of a file, without its byte-order mark; ``None``, and a mistake, when it cannot be read."""
    path, origin = folder / file, Origin(file)
    try:
        if path.stat().st_size > LARGEST:
            mistakes.append(Mistake("data-file-too-large", {"file": file, "megabytes": LARGEST >> 20}, origin))
            return None
        raw = path.read_bytes()
    except FileNotFoundError:
        mistakes.append(Mistake("data-missing-file", {"file": file}, origin))
        return None
    except OSError:
        mistakes.append(Mistake("data-unreadable-file", {"file": file}, origin))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        mistakes.append(Mistake("data-not-utf-8", {"file": file}, Origin(file, line)))
        return None


def headings(lines: Sequence[str]) -> tuple[int, str, list[str]]:
    """Which line of a CSV file that was read has its headings, what separates its cells, and its columns."""
    at = next(n for n, line in enumerate(lines) if line.strip() and not line.startswith(_COMMENT))
    separator = _separator(lines[at])
    return at, separator, [name.strip().casefold() for name in next(csv.reader([lines[at]], delimiter=separator))]


def _separator(heading: str) -> str:
    return ";" if heading.count(";") > heading.count(",") else ","


def csv_rows(folder: Path, table: Table, mistakes: list[Mistake]) -> list[Row] | None:
    """Rows of a CSV file; ``None`` when it is missing though required, or when its header cannot be trusted.

    Cells are separated by commas, or by semicolons as French spreadsheets do; lines that start with `#`,
    even behind the quotation mark a spreadsheet may add, are comments.
    """
    if not table.required and not (folder / table.file).exists():
        return []
    whole_text = content(folder, table.file, mistakes)
    if whole_text is None:
        return None
    try:
        records, separator = _records(whole_text, table.file)
    except DataError as error:
        mistakes += error.mistakes
        return None
    (line, header), *rest = records or [(1, [])]
    columns = [name.strip().casefold() for name in header]
    refused = list(_header_mistakes(columns, table, Origin(table.file, line)))
    mistakes += refused
    if any(mistake.message != "data-unknown-column" for mistake in refused):
        return None
    rows = []
    for at, cells in rest:
        origin, ragged = Origin(table.file, at), len(cells) != len(columns)
        filled = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
        rows.append(Row(origin, filled, ragged=ragged, semicolons=separator == ";"))
        if ragged:
            mistakes.append(Mistake("data-cells", {"found": len(cells), "expected": len(columns)}, origin))
    if table.required and not rows:
        mistakes.append(Mistake("data-no-rows", {"file": table.file}, Origin(table.file)))
    return rows


def _records(whole_text: str, file: str) -> tuple[list[tuple[int, list[str]]], str]:
    """Line and cells of each record that is not blank, and what separates them.

    A quotation mark left open or misplaced is refused. Empty cells behind the last one of the header go: a spreadsheet
    gives every line as many as the longest one, comments included.
    """
    lines = ["\n" if line.startswith(_COMMENT) else line for line in io.StringIO(whole_text, newline="")]
    first = next((line for line in lines if line.strip()), "")
    separator = _separator(first)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    records, start, width = list[tuple[int, list[str]]](), 1, 0
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                width = width or max(n for n, cell in enumerate(record, 1) if cell.strip())
                behind = any(cell.strip() for cell in record[width:])
                records.append((start, record if behind else record[:width]))
            start = reader.line_num + 1
    except csv.Error:
        raise DataError(Mistake("data-csv-syntax", {}, Origin(file, start))) from None
    return records, separator


def _header_mistakes(columns: list[str], table: Table, origin: Origin) -> Iterator[Mistake]:
    for column in sorted({name for name in columns if columns.count(name) > 1}):
        yield Mistake("data-duplicate-column", {"column": column}, origin)
    for column in columns:
        if column not in table.columns and column not in IGNORED:
            arguments = {"column": column, "nearest": nearest(column, table.columns)}
            yield Mistake("data-unknown-column", arguments, origin)
    for column in table.needed.split():
        if column not in columns:
            yield Mistake("data-missing-column", {"column": column}, origin)


def unknown_files(folder: Path) -> Iterator[Mistake]:
    """Yield a mistake for each CSV file no table reads: a misspelt optional file would be left out in silence."""
    known = tuple(table.file for table in IN_CSV.values())
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            arguments = {"file": path.name, "nearest": nearest(path.name, known)}
            yield Mistake("data-unknown-file", arguments, Origin(path.name))
