"""The door to Excel: workbooks in which a text is a text, a date a date, and nothing a formula."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from types import MappingProxyType

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from picup_planner.messages import FRENCH, Words
from picup_planner.publish.text import plain

Value = str | float | date | time | timedelta | None
"""What a cell may hold; a `float` is a part of a whole, shown in percent."""

Look = Mapping[str, object]
"""Properties of a format, as XlsxWriter names them."""

PLAIN: Look = MappingProxyType({})
HEAD: Look = MappingProxyType({"bold": True, "bg_color": "#0060A8", "font_color": "#FFFFFF", "text_wrap": True})
TITLE: Look = MappingProxyType({"bold": True, "font_size": 16, "font_color": "#0060A8"})
HEADING: Look = MappingProxyType({"bold": True, "font_size": 12, "font_color": "#0060A8"})

_A4 = 9
_LINE = 15
_LOCALES = {FRENCH: "40C", "en": "809"}
_TOP: Look = MappingProxyType({"valign": "top"})


class Book:
    """A workbook being written; the same bytes for the same content.

    Parameters
    ----------
    title
        Told in its properties, with `made_on`.
    """

    def __init__(self, title: str, made_on: date, words: Words) -> None:
        self._file = io.BytesIO()
        safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = Workbook(self._file, safe)
        self._book.set_properties({"title": plain(title), "created": datetime.combine(made_on, time(), UTC)})
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}
        locale = _LOCALES[words.language]
        self._shown = {
            int: {"align": "center"},
            float: {"num_format": "0 %", "align": "center"},
            date: {"num_format": f"[$-{locale}]ddd d mmm", "align": "left"},
            time: {"num_format": 'h" h "mm' if words.language == FRENCH else "hh:mm", "align": "left"},
            timedelta: {"num_format": '[h]" h "mm' if words.language == FRENCH else "[h]:mm", "align": "left"},
        }

    def sheet(self, name: str, widths: Sequence[float]) -> "Sheet":
        """Add a sheet under a name of ours, printed on A4 landscape, as wide as the page."""
        made = self._book.add_worksheet(name)
        made.set_landscape()
        made.set_paper(_A4)
        made.set_margins(left=0.35, right=0.35, top=0.4, bottom=0.4)
        made.fit_to_pages(1, 0)
        made.hide_gridlines(2)
        for column, width in enumerate(widths):
            made.set_column(column, column, width)
        return Sheet(made, self, widths)

    def look(self, kind: type, look: Look) -> Format:
        """Give the format of a kind of value, made once."""
        wanted = {**_TOP, **self._shown.get(kind, {}), **look}
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]

    def bytes(self) -> bytes:
        """Close the workbook and give it."""
        self._book.close()
        return self._file.getvalue()


class Sheet:
    """A sheet written from top to bottom or cell by cell; rows and columns count from 0."""

    def __init__(self, sheet: Worksheet, book: Book, widths: Sequence[float]) -> None:
        self._sheet = sheet
        self._widths = widths
        self._book = book
        self.row = 0

    def put(self, row: int, column: int, value: Value, look: Look = PLAIN) -> None:
        """Write one cell; `None` leaves it empty, with its look."""
        form = self._book.look(type(value), look)
        match value:
            case str() if shown := plain(value):
                self._sheet.write_string(row, column, shown, form)
            case date() | time() | timedelta():
                self._sheet.write_datetime(row, column, value, form)
            case int() | float():
                self._sheet.write_number(row, column, value, form)
            case _:
                self._sheet.write_blank(row, column, None, form)

    def lines(self, row: int, column: int, lines: Sequence[tuple[str, Look]], look: Look) -> None:
        """Write several lines in one cell, each with letters of its own."""
        told = [(shown, letters) for text, letters in lines if (shown := plain(text))]
        pieces: list[object] = []
        for number, (text, letters) in enumerate(told):
            pieces += [self._book.look(str, letters), text + "\n" * (number < len(told) - 1)]
        form = self._book.look(str, {"text_wrap": True, **look})
        if len(told) > 1:
            self._sheet.write_rich_string(row, column, *pieces, form)
        else:
            self.put(
                row, column, told[0][0] if told else "", {"text_wrap": True, **look, **(told[0][1] if told else {})}
            )

    def across(self, text: str, width: int, look: Look = PLAIN, height: float | None = None) -> None:
        """Write a text over the next row, across so many columns."""
        form = self._book.look(str, look)
        if width > 1:
            self._sheet.merge_range(self.row, 0, self.row, width - 1, "", form)
        self.put(self.row, 0, text, look)
        if height:
            self._sheet.set_row(self.row, height)
        self.row += 1

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Value]], looks: Sequence[Look] = ()) -> None:
        """Write a table from the next row on, each row with its look, and leave a row empty below."""
        for column, title in enumerate(columns):
            self.put(self.row, column, title, HEAD)
        for number, row in enumerate(rows):
            self.row += 1
            look = looks[number] if looks else {"bottom": 4, "bottom_color": "#B9C2CA"}
            for column, value in enumerate(row):
                self.put(self.row, column, value, {"text_wrap": True, **look})
            texts = (
                len(value) / width for value, width in zip(row, self._widths, strict=False) if isinstance(value, str)
            )
            self.height(self.row, _LINE * max(1, *map(ceil, texts)))
        self.row += 2

    def height(self, row: int, points: float) -> None:
        """Give a row its height."""
        self._sheet.set_row(row, points)

    def one_page(self, row: int, column: int) -> None:
        """Print everything down to that cell on one page."""
        self._sheet.fit_to_pages(1, 1)
        self._sheet.print_area(0, 0, row, column)
        self._sheet.center_horizontally()

    def headed(self) -> None:
        """Keep the first row and the first column in sight, and repeat that row on every printed page."""
        self._sheet.freeze_panes(1, 1)
        self._sheet.repeat_rows(0)

    def filtered(self, last: int, columns: int) -> None:
        """Let a reader sort and filter the rows of a table, its header, the first, included."""
        self._sheet.autofilter(0, 0, last, columns - 1)
