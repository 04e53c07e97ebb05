"""The poster of a commune: when and where, in letters read from three metres, to be hung where people pass.

Everything is drawn in millimetres of an A4 sheet; A3 is the same sheet, larger. Sizes of letters shrink together
until the dates fit on one sheet, then stop shrinking and go on to another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from importlib.resources import as_file, files
from itertools import groupby
from math import sqrt

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

from picup_planner.messages import FRENCH, Words
from picup_planner.plan import State
from picup_planner.problem import Commune
from picup_planner.publish.audience import PublicMonth, PublicStop
from picup_planner.publish.recurrence import Series, series
from picup_planner.publish.text import plain

_FONTS = files("picup_planner.publish") / "assets" / "fonts"
_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 14.0
_BLUE, _WHITE, _BLACK, _RED, _PALE = "#0060a8", "#ffffff", "#111111", "#b3213a", "#e6f0f8"
_INK = {name: tuple(bytes.fromhex(name[1:])) for name in (_BLUE, _WHITE, _BLACK, _RED, _PALE)}
_POINT = 25.4 / 72
_LEAST, _READABLE = 0.45, 0.67
"""Parts of their size below which the letters of an entry, and its smallest ones, no longer shrink."""

_TOP, _BOTTOM = 82.0, 56.0
"""Heights kept for the title and for the foot, in millimetres."""

_MEASURED = 100
"""Size at which texts are measured, in points: their width is in proportion."""

_ROOM = _HEIGHT - _TOP - _BOTTOM
_COLUMN = _WIDTH - 2 * _MARGIN - 6

_WHEN, _PLACE, _MORE = 37.0, 27.0, 18.0
"""Sizes of the letters of an entry, in points."""

_LEADING, _GAP = 1.2, 10.0
"""Height of a line in proportion to its letters; white between entries, in millimetres."""

_QR = 40.0
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


@dataclass(frozen=True)
class _Entry:
    """One line of dates with where it is held; `more` is told below in small letters."""

    when: str
    hours: str
    place: str
    more: str
    cancelled: bool


def poster(
    month: PublicMonth, commune: Commune, paper: Paper = Paper.A4, address: str = "", language: str = FRENCH
) -> bytes:
    """Draw the poster of a commune as a PDF: the same bytes for the same month.

    Parameters
    ----------
    address
        Where the public page is, told as a QR code and in letters; no code without it.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    """
    words = Words(language, plain)
    entries = list(_entries([stop for stop in month.stops if stop.commune == commune.id], words))
    sheet = _Sheet(paper, words)
    sheet.titled(f"{month.service.name} · {commune.name} · {words.month(month.month)}", month)
    sizes, pages = _laid_out(sheet, entries)
    for page in pages:
        sheet.add_page()
        _head(sheet, month, commune, words)
        y, heights = _TOP, [sizes.height(sheet, entry) for entry in page]
        more = min(_GAP, (_ROOM - sum(heights)) / max(1, len(page)))
        for entry, height in zip(page, heights, strict=True):
            _drawn(sheet, entry, y, sizes)
            y += height + more
        if not entries:
            sheet.write(words("poster-none"), _MARGIN, _TOP + 6, _WIDTH - 2 * _MARGIN, 24, bold=True)
        _foot(sheet, month, address, words)
    return sheet.bytes()


# ------------------------------------------------------------------------------------------------------- what is told


def _entries(stops: Sequence[PublicStop], words: Words) -> Iterator[_Entry]:
    """Yield dates in order, then what comes back every week."""
    back = series(stops)
    told = {stop.id for one in back for stop in one.stops}
    for stop in stops:
        if stop.id not in told:
            yield _Entry(
                _capital(words.date(stop.date)),
                words.hours(stop.start, stop.end),
                plain(stop.place),
                " · ".join(_more(stop, words)),
                stop.cancelled,
            )
    for one in back:
        yield _coming_back(one, words)


def _coming_back(one: Series, words: Words) -> _Entry:
    stop = one.stops[0]
    weekday = words.weekday(stop.date.isoweekday())
    when = words("poster-weekly" if one.weeks == 1 else "poster-fortnightly", weekday=weekday)
    held = [each.date for each in one.stops if not each.cancelled]
    gone = [each.date for each in one.stops if each.cancelled]
    dates = [words("poster-dates", dates=words.days(held))]
    if gone:
        dates.append(words("poster-dates-cancelled", dates=words.days(gone)))
    return _Entry(
        _capital(when),
        words.hours(stop.start, stop.end),
        plain(stop.place),
        " · ".join((*dates, *_more(stop, words))),
        cancelled=False,
    )


def _more(stop: PublicStop, words: Words) -> Iterator[str]:
    """Yield what helps to find the place: its landmark, or else its neighbourhood, and the stop nearby."""
    if found := plain(stop.landmark) or plain(stop.neighbourhood):
        yield found
    if stop.transit:
        yield words("notice-transit", transit=stop.transit)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ------------------------------------------------------------------------------------------------------- where it goes


@dataclass(frozen=True)
class _Sizes:
    """Sizes of the letters of all entries, in points; white below each, in millimetres."""

    when: float
    place: float
    more: float
    gap: float

    def height(self, sheet: "_Sheet", entry: _Entry) -> float:
        """Height of an entry with the white below it, in millimetres."""
        place = sheet.lines(entry.place, self.place, _COLUMN, bold=True)
        more = sheet.lines(entry.more, self.more, _COLUMN)
        letters = self.when + len(place) * self.place + len(more) * self.more
        return letters * _LEADING * _POINT + self.gap


def _laid_out(sheet: "_Sheet", entries: list[_Entry]) -> tuple[_Sizes, list[list[_Entry]]]:
    """Give the sizes of letters and the entries of each sheet: as few sheets as can be, then letters as large."""
    widest = min((sheet.fitting(_first_line(sheet, entry), _WHEN, _COLUMN) for entry in entries), default=_WHEN)

    def sizes(scale: float) -> _Sizes:
        return _Sizes(min(widest, _WHEN * scale), _PLACE * scale, _MORE * max(scale, _READABLE), _GAP * scale)

    fewest = len(_pages(sheet, entries, sizes(_LEAST)))
    scale = 1.0
    while len(pages := _pages(sheet, entries, sizes(scale))) > fewest:
        scale -= 0.01
    return sizes(scale), pages


def _pages(sheet: "_Sheet", entries: list[_Entry], sizes: _Sizes) -> list[list[_Entry]]:
    """Share entries among sheets; there is one at least."""
    pages: list[list[_Entry]] = [[]]
    left = _ROOM
    for entry in entries:
        height = sizes.height(sheet, entry)
        if pages[-1] and height > left:
            pages.append([])
            left = _ROOM
        pages[-1].append(entry)
        left -= height
    return pages


def _first_line(sheet: "_Sheet", entry: _Entry) -> str:
    return f"{entry.when}   {sheet.cancelled if entry.cancelled else entry.hours}"


def _drawn(sheet: "_Sheet", entry: _Entry, y: float, sizes: _Sizes) -> None:
    """Draw an entry."""
    ink = _RED if entry.cancelled else _BLUE
    sheet.box(_MARGIN, y + 1, 2.2, sizes.height(sheet, entry) - sizes.gap, ink)
    left = _WIDTH - _MARGIN - _COLUMN
    hours = sheet.cancelled if entry.cancelled else entry.hours
    sheet.line(entry.when, left, y, sizes.when, _BLACK, struck=entry.cancelled)
    sheet.line(hours, _WIDTH - _MARGIN - sheet.width(hours, sizes.when), y, sizes.when, ink)
    y = sheet.write(entry.place, left, y + sizes.when * _LEADING * _POINT, _COLUMN, sizes.place, bold=True)
    sheet.write(entry.more, left, y, _COLUMN, sizes.more)


def _head(sheet: "_Sheet", month: PublicMonth, commune: Commune, words: Words) -> None:
    """Draw the title, what is offered and how one comes."""
    width = _WIDTH - 2 * _MARGIN
    sheet.box(0, 0, _WIDTH, 52, _BLUE)
    service, when = plain(month.service.name), _capital(words.month(month.month))
    size = min(sheet.fitting(service, 24, width * 0.55), sheet.fitting(when, 24, width * 0.42))
    sheet.line(service, _MARGIN, 7, size, _WHITE)
    sheet.line(when, _WIDTH - _MARGIN - sheet.width(when, size), 7, size, _WHITE)
    name = plain(commune.name)
    size = sheet.fitting(name, 76, width)
    sheet.line(name, _MARGIN - 1, 34 - size * _LEADING * _POINT / 2, size, _WHITE)
    y = 57.0
    for text, ink in ((words("notice-offer"), _BLACK), (words("notice-free"), _BLUE)):
        size = sheet.fitting(text, 22, width)
        sheet.line(text, _MARGIN, y, size, ink)
        y += size * _LEADING * _POINT + 1
    if month.state is not State.PUBLISHED:
        sheet.box(0, 0, _WIDTH, 6.5, _RED)
        sheet.line(words("poster-draft"), _MARGIN, 0.4, sheet.fitting(words("poster-draft"), 12, width), _WHITE)


def _foot(sheet: "_Sheet", month: PublicMonth, address: str, words: Words) -> None:
    """Draw the QR code, the telephone when there is one, and what may still change."""
    top = _HEIGHT - _BOTTOM + 4
    sheet.box(0, top, _WIDTH, _HEIGHT - top, _PALE)
    left = _MARGIN
    if address:
        sheet.code(address, _MARGIN, top + 6, _QR)
        left += _QR + 8
    width = _WIDTH - _MARGIN - left
    y = top + 6
    if address:
        y = sheet.write(words("poster-scan"), left, y, width, 15, bold=True)
        bare = plain(address.removeprefix("https://").removeprefix("http://"))
        y = sheet.write(bare, left, y, width, sheet.fitting(bare, 13, width, least=7)) + 2
    if month.service.phone:
        y = sheet.write(words("notice-phone", phone=month.service.phone), left, y, width, 21, bold=True) + 2
    y = sheet.write(words("notice-reserve"), left, y, width, 13)
    sheet.write(words("poster-updated", date=month.updated_on), left, y, width, 10)


# -------------------------------------------------------------------------------------------------------- the sheet


class _Sheet:
    """A PDF drawn in millimetres of an A4 sheet, whatever its size; letters of any language."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._zoom = sqrt(2) if paper is Paper.A3 else 1.0
        self._pdf = FPDF(unit="mm", format=(_WIDTH * self._zoom, _HEIGHT * self._zoom))
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.alias_nb_pages("")  # nothing in a name is replaced by a number of pages
        self._pdf.set_lang(words.language)
        self._widths: dict[tuple[str, bool], float] = {}
        self.cancelled = words("poster-cancelled")
        with as_file(_FONTS) as folder:
            for style, name in (("", "Regular"), ("B", "Bold")):
                self._pdf.add_font("poster", style, folder / f"Andika-{name}.ttf")
            self._pdf.add_font("letters", "B", folder / "DejaVuSans-Bold.ttf")
            self._pdf.add_font("emoji", "B", folder / "NotoEmoji-Bold.ttf")
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont) and font.fontkey != "emojiB":
                for joiner in _JOINERS:
                    font.cmap.pop(joiner, None)
        self._pdf.set_fallback_fonts(["letters", "emoji"], exact_match=False)
        self._pdf.set_text_shaping(use_shaping_engine=True, features={"liga": False})
        self._pdf.c_margin = 0

    def titled(self, title: str, month: PublicMonth) -> None:
        """Say what the file is; its day is the plan's."""
        self._pdf.set_title(plain(title))
        self._pdf.set_creation_date(datetime.combine(month.updated_on, time(), UTC))
        self._pdf.set_producer("picup-planner")

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
            self.line(line, x, y, size, _BLACK, bold=bold)
            y += size * _LEADING * _POINT
        return y

    def line(  # noqa: PLR0913  what, where, how
        self, text: str, x: float, y: float, size: float, colour: str, *, bold: bool = True, struck: bool = False
    ) -> None:
        """Write one line whose top is at `y`."""
        width = self.width(text, size, bold=bold)
        self._pdf.set_font("poster", "B" if bold else "", size * self._zoom)
        self._pdf.set_text_color(*_INK[colour])
        self._pdf.set_xy(x * self._zoom, y * self._zoom)
        self._pdf.cell(w=width * self._zoom, h=size * _LEADING * _POINT * self._zoom, text=text)
        if struck:
            self.box(x, y + size * 0.62 * _POINT, width, size * 0.06 * _POINT, _RED)

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
        self.box(x, y, side, side, _WHITE)
        for i, row in enumerate(rows):
            column = 0
            for dark, run in groupby(row):
                length = len(list(run))
                if dark:
                    spot = x + (column + _QUIET) * module, y + (i + _QUIET) * module
                    self.box(*spot, length * module, module * _OVERLAP, _BLACK)
                column += length

    def bytes(self) -> bytes:
        """Give the file."""
        return bytes(self._pdf.output())
