"""The only door to openpyxl: what a workbook holds, once it is known to be harmless."""

import io
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.territory.workbook.guard import ROWS, Area, check

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook


class Cell(NamedTuple):
    """What a cell holds, and how it shows a number; `broken` when it is a formula that gives nothing."""

    value: Any
    number_format: str
    broken: bool


EMPTY = Cell(None, "General", broken=False)


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook, by title, as rows of cells from the first row and column on; and its day 0."""

    file: str
    epoch: datetime
    sheets: dict[str, list[list[Cell]]]


def opened(content: bytes, file: str) -> Book:
    """Check a workbook and read every cell of it.

    Parameters
    ----------
    file
        What its reader calls it.

    Raises
    ------
    DataError
        When it is refused.
    """
    merged = check(content, file)
    with _understood(file):
        values, formulas = (_loaded(content, read_only=True, data_only=last) for last in (True, False))
        written = {sheet.title: sheet for sheet in formulas.worksheets}
        sheets = {
            sheet.title: _spread(
                [list(map(_cell, *rows)) for rows in zip(_rows(sheet), _rows(written[sheet.title]), strict=True)],
                merged.get(_part(sheet), ()),
            )
            for sheet in values.worksheets
        }
        return Book(file, values.epoch, sheets)


def editable(content: bytes, file: str) -> "Workbook":
    """Check a workbook and open it whole, to be saved elsewhere.

    Raises
    ------
    DataError
        When it is refused.
    """
    check(content, file)
    with _understood(file):
        return _loaded(content, read_only=False, data_only=False)


def _loaded(content: bytes, *, read_only: bool, data_only: bool) -> "Workbook":
    from openpyxl import load_workbook  # noqa: PLC0415  slow; seldom needed

    return load_workbook(io.BytesIO(content), read_only=read_only, data_only=data_only, keep_links=False)


def _part(sheet: Any) -> str:  # noqa: ANN401  a sheet of openpyxl
    return str(sheet._worksheet_path)  # noqa: SLF001  nothing else says which part of the archive it is read from


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401  a sheet of openpyxl
    sheet.reset_dimensions()  # what a sheet declares of its size may lie
    yield from sheet.iter_rows(max_row=ROWS)


def _cell(value: Any, formula: Any) -> Cell:  # noqa: ANN401  cells of openpyxl
    if value.value is None and formula.value is None:
        return EMPTY
    return Cell(value.value, value.number_format, broken=value.data_type == "e" or value.value is None)


def _spread(rows: list[list[Cell]], merged: Iterable[Area]) -> list[list[Cell]]:
    """Give each cell of a merged area what the first one holds: whoever reads the sheet sees it in all of them."""
    for (top, left), (bottom, right) in merged:
        inside = rows[top - 1 : bottom]
        for row in inside:
            row.extend([EMPTY] * (right - len(row)))
            row[left - 1 : right] = inside[0][left - 1 : left] * (right - left + 1)
    return rows


@contextmanager
def _understood(file: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves aside, such as extensions, does not concern us
            yield
    except Exception as error:  # any kind: a damaged part fails in its own way
        raise DataError(Mistake("workbook-damaged", {"file": file}, Origin(file))) from error
