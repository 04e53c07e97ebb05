"""The poster of a commune: when and where, in letters read from three metres, to be hung where people pass.

Everything is drawn in millimetres of an A4 sheet; A3 is the same sheet, larger. Sizes of letters shrink together
until the dates fit on one sheet, then stop shrinking and go on to another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from picup_planner.draw import DrawnCommune
from picup_planner.messages import FRENCH, Words
from picup_planner.plan import State
from picup_planner.publish.audience import PublicMonth, PublicStop
from picup_planner.publish.paper import BLACK, BLUE, HEIGHT, LEADING, PALE, POINT, RED, WHITE, WIDTH, Paper, Sheet
from picup_planner.publish.recurrence import Series, series
from picup_planner.publish.text import plain

_MARGIN = 14.0
_LEAST, _READABLE = 0.45, 0.67
"""Parts of their size below which the letters of an entry, and its smallest ones, no longer shrink."""

_TOP, _BOTTOM = 82.0, 56.0
"""Heights kept for the title and for the foot, in millimetres."""

_ROOM = HEIGHT - _TOP - _BOTTOM
_COLUMN = WIDTH - 2 * _MARGIN - 6

_WHEN, _PLACE, _MORE = 37.0, 27.0, 18.0
"""Sizes of the letters of an entry, in points."""

_GAP, _QR = 10.0, 40.0
"""White between entries, and side of the QR code, in millimetres."""


@dataclass(frozen=True)
class _Entry:
    """One line of dates with where it is held; `hours` may say that it is cancelled, `more` is told below."""

    when: str
    hours: str
    place: str
    more: str
    cancelled: bool


def poster(month: PublicMonth, commune: DrawnCommune, paper: Paper = Paper.A4, language: str = FRENCH) -> bytes:
    """Draw the poster of a commune as a PDF: the same bytes for the same month.

    The address of the public page is told as a QR code and in letters, when it is known.
    """
    words = Words(language, plain)
    entries = list(_entries([stop for stop in month.stops if stop.commune == commune.id], words))
    sheet = Sheet(
        paper, f"{month.service.name} · {commune.name} · {words.month(month.month)}", month.updated_on, words.language
    )
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
            sheet.write(words("poster-none"), _MARGIN, _TOP + 6, WIDTH - 2 * _MARGIN, 24, bold=True)
        _foot(sheet, month, words)
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
                words("poster-cancelled") if stop.cancelled else words.hours(stop.start, stop.end),
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

    def height(self, sheet: Sheet, entry: _Entry) -> float:
        """Height of an entry with the white below it, in millimetres."""
        place = sheet.lines(entry.place, self.place, _COLUMN, bold=True)
        more = sheet.lines(entry.more, self.more, _COLUMN)
        letters = self.when + len(place) * self.place + len(more) * self.more
        return letters * LEADING * POINT + self.gap


def _laid_out(sheet: Sheet, entries: list[_Entry]) -> tuple[_Sizes, list[list[_Entry]]]:
    """Give the sizes of letters and the entries of each sheet: as few sheets as can be, then letters as large."""
    widest = min((sheet.fitting(_first_line(entry), _WHEN, _COLUMN) for entry in entries), default=_WHEN)

    def sizes(scale: float) -> _Sizes:
        return _Sizes(min(widest, _WHEN * scale), _PLACE * scale, _MORE * max(scale, _READABLE), _GAP * scale)

    fewest = len(_pages(sheet, entries, sizes(_LEAST)))
    scale = 1.0
    while len(pages := _pages(sheet, entries, sizes(scale))) > fewest:
        scale -= 0.01
    return sizes(scale), pages


def _pages(sheet: Sheet, entries: list[_Entry], sizes: _Sizes) -> list[list[_Entry]]:
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


def _first_line(entry: _Entry) -> str:
    return f"{entry.when}   {entry.hours}"


def _drawn(sheet: Sheet, entry: _Entry, y: float, sizes: _Sizes) -> None:
    """Draw an entry."""
    ink = RED if entry.cancelled else BLUE
    sheet.box(_MARGIN, y + 1, 2.2, sizes.height(sheet, entry) - sizes.gap, ink)
    left = WIDTH - _MARGIN - _COLUMN
    sheet.line(entry.when, left, y, sizes.when, BLACK, struck=entry.cancelled)
    sheet.line(entry.hours, WIDTH - _MARGIN - sheet.width(entry.hours, sizes.when), y, sizes.when, ink)
    y = sheet.write(entry.place, left, y + sizes.when * LEADING * POINT, _COLUMN, sizes.place, bold=True)
    sheet.write(entry.more, left, y, _COLUMN, sizes.more)


def _head(sheet: Sheet, month: PublicMonth, commune: DrawnCommune, words: Words) -> None:
    """Draw the title, what is offered and how one comes."""
    width = WIDTH - 2 * _MARGIN
    sheet.box(0, 0, WIDTH, 52, BLUE)
    service, when = plain(month.service.name), _capital(words.month(month.month))
    size = min(sheet.fitting(service, 24, width * 0.55), sheet.fitting(when, 24, width * 0.42))
    sheet.line(service, _MARGIN, 7, size, WHITE)
    sheet.line(when, WIDTH - _MARGIN - sheet.width(when, size), 7, size, WHITE)
    name = plain(commune.name)
    size = sheet.fitting(name, 76, width)
    sheet.line(name, _MARGIN - 1, 34 - size * LEADING * POINT / 2, size, WHITE)
    y = 57.0
    for text, ink in ((words("notice-offer"), BLACK), (words("notice-free"), BLUE)):
        size = sheet.fitting(text, 22, width)
        sheet.line(text, _MARGIN, y, size, ink)
        y += size * LEADING * POINT + 1
    if month.state is not State.PUBLISHED:
        sheet.box(0, 0, WIDTH, 6.5, RED)
        sheet.line(words("poster-draft"), _MARGIN, 0.4, sheet.fitting(words("poster-draft"), 12, width), WHITE)


def _foot(sheet: Sheet, month: PublicMonth, words: Words) -> None:
    """Draw the QR code, the telephone when there is one, and what may still change."""
    top = HEIGHT - _BOTTOM + 4
    sheet.box(0, top, WIDTH, HEIGHT - top, PALE)
    left, address = _MARGIN, month.service.page
    if address:
        sheet.code(address, _MARGIN, top + 6, _QR)
        left += _QR + 8
    width = WIDTH - _MARGIN - left
    y = top + 6
    if address:
        y = sheet.write(words("poster-scan"), left, y, width, 15, bold=True)
        bare = plain(address.removeprefix("https://").removeprefix("http://"))
        y = sheet.write(bare, left, y, width, sheet.fitting(bare, 13, width, least=7)) + 2
    if month.service.phone:
        y = sheet.write(words("notice-phone", phone=month.service.phone), left, y, width, 21, bold=True) + 2
    y = sheet.write(words("notice-reserve"), left, y, width, 13)
    sheet.write(words("poster-updated", date=month.updated_on), left, y, width, 10)
