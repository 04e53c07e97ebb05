"""The file being written: formats, and cells in which a text stays a text."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from picup_planner.messages import Words
from picup_planner.publish.text import plain

BLUE, GREY, PAPER, THREAD = "#0060A8", "#595959", "#F2F6FA", "#C9D3DD"
HOLIDAY, CLOSED, ABSENT = "#FCE8D5", "#E4E4E4", "#C9C9C9"
FONT = "Calibri"

TITLE, INTRO, HEADINGS = 0, 1, 3
"""Rows of a sheet: its title, a sentence, the headings of its table; what follows are its rows."""

LONGEST_NAME = 32
"""Characters of the title of an input message, as Excel has it."""

A4, A3 = 9, 8

Value = str | int | float | date | time | None


class Paper:
    """A workbook in memory.

    Parameters
    ----------
    words
        Of whoever fills it in.
    made
        Date it says it was made on: the same facts give the same bytes.
    """

    def __init__(self, words: Words, made: date) -> None:
        import xlsxwriter  # noqa: PLC0415  seldom needed

        self.words = words
        self._bytes = io.BytesIO()
        texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self._bytes, {"in_memory": True, **texts})
        self.book.set_properties({"created": datetime.combine(made, time())})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def close(self) -> bytes:
        """Give the bytes of the whole file."""
        self.book.close()
        return self._bytes.getvalue()

    def style(self, **properties: Any) -> Any:  # noqa: ANN401  a format of XlsxWriter
        """Format with some properties, besides the font of everything."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(
                {"font_name": FONT, "font_size": 11, "valign": "vcenter", **properties}
            )
        return self._formats[key]

    def sheet(self, name: str, intro: str, *, portrait: bool = False) -> Any:  # noqa: ANN401  a sheet of XlsxWriter
        """Add a sheet with its title and the sentence under it, ready to print on A4."""
        sheet = self.book.add_worksheet(self.words(f"workbook-sheet-{name}"))
        title = self.words(f"workbook-sheet-{name}")
        self.write(sheet, TITLE, 0, title, bold=True, font_size=18, font_color=BLUE)
        self.write(sheet, INTRO, 0, intro, font_color=GREY, italic=True)
        sheet.set_row(TITLE, 28)
        sheet.set_row(INTRO, 20)
        sheet.set_row(INTRO + 1, 8)
        sheet.hide_gridlines(2)
        sheet.set_paper(A4)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        if not portrait:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{plain(title).replace('&', '&&')}&R{self.words('workbook-page')}")
        return sheet

    def write(self, sheet: Any, row: int, column: int, value: Value, **properties: Any) -> None:  # noqa: ANN401
        """Write a value as what it is: a text never becomes a formula, a link or a number."""
        match value:
            case None | "":
                sheet.write_blank(row, column, None, self.style(**properties))
            case str():
                sheet.write_string(row, column, plain(value), self.style(**properties))
            case date() | time():
                shown = {"num_format": "hh:mm" if isinstance(value, time) else "dd/mm/yyyy"}
                sheet.write_datetime(row, column, value, self.style(**(shown | properties)))
            case _:
                sheet.write_number(row, column, value, self.style(**properties))

    def headings(self, sheet: Any, names: Sequence[str], tips: Sequence[str], rows: int, table: str) -> None:  # noqa: ANN401
        """Make an Excel table under headings that explain themselves; they stay in sight.

        Parameters
        ----------
        rows
            Of the table, empty ones included.
        table
            What Excel calls it.
        """
        head = self.style(
            bold=True,
            font_color="#FFFFFF",
            bg_color=BLUE,
            text_wrap=True,
            align="left",
            valign="top",
            border=1,
            border_color=THREAD,
        )
        sheet.add_table(
            *(HEADINGS, 0, HEADINGS + max(rows, 1), len(names) - 1),
            {
                "name": f"picup_{table}",
                "style": "Table Style Light 1",
                "columns": [{"header": plain(name), "header_format": head} for name in names],
            },
        )
        for column, (name, tip) in enumerate(zip(names, tips, strict=True)):
            sheet.write_string(HEADINGS, column, plain(name), head)
            if tip:
                options = {
                    "author": self.words("workbook-help-author"),
                    "x_scale": 1.9,
                    "y_scale": 0.8,
                    "font_size": 10,
                }
                sheet.write_comment(HEADINGS, column, tip, options)
        sheet.set_row(HEADINGS, 36)
        sheet.repeat_rows(HEADINGS)

    def ask(self, sheet: Any, area: tuple[int, int, int, int], name: str, tip: str, source: str = "") -> None:  # noqa: ANN401
        """Show a message in the cells of an area, and offer a list of values when it has a source."""
        options: dict[str, Any] = {
            "validate": "list" if source else "any",
            "input_title": plain(name)[:LONGEST_NAME],
            "input_message": tip,
        }
        if source:
            options |= {
                "source": f"={source}",
                "error_type": "warning",
                "error_title": self.words("workbook-wrong-title"),
                "error_message": self.words("workbook-wrong-choice"),
            }
        sheet.data_validation(*area, options)
