"""Workbooks of a month: made as the program makes them, then typed in as people do."""

import io
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from openpyxl import load_workbook

from picup_planner.cli.workbooks import USUAL, vocabulary
from picup_planner.errors import DataError, Mistake
from picup_planner.messages import Words
from picup_planner.problem import Partner, Territory
from picup_planner.publish.month_workbook import Filling, month_workbook
from picup_planner.publish.text import plain
from picup_planner.territory import embedded, read
from picup_planner.territory.workbook import MonthBook, read_month

FILE = "planning-2027-01.xlsx"
FRENCH = Words("fr", plain)


@cache
def made(language: str = "fr") -> bytes:
    """Write the workbook of January for the embedded territory."""
    return made_of(read(embedded()), language=language)


def made_of(
    territory: Territory, month: str = "2027-01", language: str = "fr", partner: Partner | None = None
) -> bytes:
    """Write the workbook of a month."""
    filling = Filling(territory, month, USUAL, partner=partner)
    return month_workbook(filling, Words(language, plain), FILE)


def typed(content: bytes, cells: Mapping[str, Any]) -> bytes:
    """Give a workbook some of whose cells, `Sheet!C4`, have been typed in; saved by openpyxl, another producer."""
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        sheet, _, cell = place.partition("!")
        book[sheet][cell].value = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def understood(content: bytes, file: str = FILE) -> MonthBook:
    """Read a workbook by itself."""
    return read_month(content, file, vocabulary(FRENCH))


def territory_of(content: bytes) -> Territory:
    """Read a workbook over the embedded territory."""
    return read(embedded(), month=understood(content))


def mistakes_of(content: bytes) -> Sequence[Mistake]:
    """Everything wrong with a workbook over the embedded territory; nothing when it is accepted."""
    try:
        territory_of(content)
    except DataError as refusal:
        return refusal.mistakes
    return ()


def place_of(content: bytes, sheet: str, text: str) -> str:
    """Cell of a sheet that holds a text, as `Sheet!C4`."""
    page = load_workbook(io.BytesIO(content))[sheet]
    return next(f"{sheet}!{cell.coordinate}" for row in page.iter_rows() for cell in row if cell.value == text)


def spoken(sentence: str) -> set[str]:
    """Words of a sentence, in lower case, what was typed left out."""
    return set(re.findall(r"[a-zà-ÿœ]+", re.sub(r"«[^»]*»", "", sentence).casefold()))
