"""Rows as a file that a French spreadsheet opens as it is, and in which no name becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from picup_planner.publish.text import plain

_STARTS = tuple("=+-@＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula, full-width forms included."""


def spreadsheet(rows: Iterable[Sequence[str | float]], *, comma: bool = True) -> bytes:
    """Write rows as CSV: UTF-8 with its mark, semicolons, one line a row.

    Parameters
    ----------
    comma
        Whether numbers are written with a comma, as French spreadsheets read them.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) if isinstance(value, str) else _number(value, comma=comma) for value in row])
    return text.getvalue().encode("utf-8-sig")


def cell(name: str) -> str:
    """Give a name for a cell: cleaned, and behind an apostrophe when it would start a formula.

    Examples
    --------
    >>> cell("=HYPERLINK(A1)"), cell("Place de Lisbonne")
    ("'=HYPERLINK(A1)", 'Place de Lisbonne')
    """
    shown = plain(name)
    return f"'{shown}" if shown.lstrip().startswith(_STARTS) else shown


def _number(value: float, *, comma: bool) -> str:
    written = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
    return written.replace(".", ",") if comma else written
