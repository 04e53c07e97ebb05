"""A sheet of paper drawn in millimetres of A4, whatever its size: boxes, letters of any language, QR codes."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from importlib.resources import as_file, files
from itertools import groupby
from math import sqrt
from typing import Any

import segno
from fpdf import FPDF
from fpdf.fonts import CoreFont

from picup_planner.publish.text import plain

WIDTH, HEIGHT = 210.0, 297.0
BLUE, WHITE, BLACK, RED, PALE = "#0060a8", "#ffffff", "#111111", "#b3213a", "#e6f0f8"
POINT = 25.4 / 72
"""Millimetres."""

LEADING = 1.2
"""Height of a line in proportion to its letters."""

_FONTS = files("picup_planner.publish") / "assets" / "fonts"
_INK = {name: tuple(bytes.fromhex(name[1:])) for name in (BLUE, WHITE, BLACK, RED, PALE)}

_MEASURED = 100
"""Size at which texts are measured, in points: their width is in proportion."""

_QUIET = 4
"""Modules left white around a QR code, as its standard asks."""

_JOINERS = (0x200D, 0xFE0F)
"""Characters that make one emoji of several: taken from the font of emoji alone, they join what they stand between."""

_OVERLAP = 1.02
"""Rows of a QR code overlap a little, so that no white line shows between them."""


class Paper(StrEnum):
    """Size of the sheet."""

    A4 = "A4"
    A3 = "A3"


class Sheet:
    """A PDF drawn in millimetres of an A4 sheet, whatever its size; letters of any language."""

    def __init__(self, paper: Paper, title: str, made_on: date, language: str) -> None:
        self._zoom = sqrt(2) if paper is Paper.A3 else 1.0
        self._pdf = FPDF(unit="mm", format=(WIDTH * self._zoom, HEIGHT * self._zoom))
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.alias_nb_pages("")  # nothing in a name is replaced by a number of pages
        self._pdf.set_lang(language)
        self._pdf.set_title(plain(title))
        self._pdf.set_producer("picup-planner")
        self._pdf.set_creation_date(datetime.combine(made_on, time(), UTC))
        self._widths: dict[tuple[str, bool], float] = {}
        with as_file(_FONTS) as folder:
            for style, name in (("", "Regular"), ("B", "Bold")):
                self._pdf.add_font("poster", style, folder / f"Andika-{name}.ttf")
        self._pdf.set_text_shaping(use_shaping_engine=True, features={"liga": False})
        self._pdf.c_margin = 0
        self._more_letters = False

    def add_page(self) -> None:
        """Begin a sheet."""
        self._pdf.add_page()

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self._pdf.set_fill_color(*_INK[colour])
        self._pdf.rect(x * self._zoom, y * self._zoom, width * self._zoom, height * self._zoom, style="F")

    def width(self, text: str, size: float, *, bold: bool = True) -> float:
        """Width of a text, in millimetres."""
        if (text, bold) not in self._widths:
            self._learn(text)
            self._pdf.set_font("poster", "B" if bold else "", _MEASURED)
            self._widths[text, bold] = self._pdf.get_string_width(text) / _MEASURED
        return self._widths[text, bold] * size

    def fitting(self, text: str, size: float, width: float, least: float = 0) -> float:
        """Size, this one at most, at which a text takes one line of that width."""
        needed = self.width(text, size)
        return max(least, size * min(1.0, width / needed)) if needed else size

    def lines(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """Cut a text into the lines it takes, between words where that can be."""
        lines: list[str] = []
        line = ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.width(longer, size, bold=bold) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = self._pieces(word, size, width, bold=bold)
            lines += full
        return [*lines, line] if line else lines

    def write(  # noqa: PLR0913  what, where, how large
        self, text: str, x: float, y: float, width: float, size: float, *, bold: bool = False
    ) -> float:
        """Write a text on as many lines as it takes and give where the next one begins."""
        for line in self.lines(text, size, width, bold=bold):
            self.line(line, x, y, size, BLACK, bold=bold)
            y += size * LEADING * POINT
        return y

    def line(  # noqa: PLR0913  what, where, how
        self, text: str, x: float, y: float, size: float, colour: str, *, bold: bool = True, struck: bool = False
    ) -> None:
        """Write one line whose top is at `y`."""
        width = self.width(text, size, bold=bold)
        self._pdf.set_font("poster", "B" if bold else "", size * self._zoom)
        self._pdf.set_text_color(*_INK[colour])
        self._pdf.set_xy(x * self._zoom, y * self._zoom)
        self._pdf.cell(w=width * self._zoom, h=size * LEADING * POINT * self._zoom, text=text)
        if struck:
            self.box(x, y + size * 0.62 * POINT, width, size * 0.06 * POINT, RED)

    def _learn(self, text: str) -> None:
        """Load the fonts of other letters and of emoji at the first text that needs them."""
        known = self._letters("posterB")
        if self._more_letters or all(ord(letter) in known for letter in text):
            return
        self._more_letters = True
        with as_file(_FONTS) as folder:
            self._pdf.add_font("letters", "B", folder / "DejaVuSans-Bold.ttf")
            self._pdf.add_font("emoji", "B", folder / "NotoEmoji-Bold.ttf")
        for name in ("poster", "posterB", "lettersB"):
            for joiner in _JOINERS:
                self._letters(name).pop(joiner, None)
        self._pdf.set_fallback_fonts(["letters", "emoji"], exact_match=False)

    def _letters(self, name: str) -> dict[int, Any]:
        """Glyphs of a font, by letter."""
        font = self._pdf.fonts[name]
        return dict[int, Any]() if isinstance(font, CoreFont) else font.cmap

    def _pieces(self, word: str, size: float, width: float, *, bold: bool) -> list[str]:
        """Cut a word that is too long for a line."""
        pieces = [""]
        for letter in word:
            if pieces[-1] and self.width(pieces[-1] + letter, size, bold=bold) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces

    def code(self, address: str, x: float, y: float, side: float) -> None:
        """Draw a QR code on white, its quiet zone included in the side."""
        rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
        module = side / (len(rows) + 2 * _QUIET)
        self.box(x, y, side, side, WHITE)
        for i, row in enumerate(rows):
            column = 0
            for dark, run in groupby(row):
                length = len(list(run))
                if dark:
                    spot = x + (column + _QUIET) * module, y + (i + _QUIET) * module
                    self.box(*spot, length * module, module * _OVERLAP, BLACK)
                column += length

    def bytes(self) -> bytes:
        """Give the file."""
        return bytes(self._pdf.output())
