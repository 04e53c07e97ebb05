"""Reads the workbook of a month into rows, the same as those of a territory's folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.territory.cells import Parser, fold, text, yes_no
from picup_planner.territory.files import Row
from picup_planner.territory.tables import TABLES
from picup_planner.territory.workbook import typed
from picup_planner.territory.workbook.layout import (
    ANSWERS,
    LABELS,
    LEVELS,
    OBJECTIVES,
    OF_A_PARTNER,
    ORDER,
    SETTINGS,
    TABLES_IN,
    Sheet,
)
from picup_planner.territory.workbook.opening import Book, opened
from picup_planner.territory.workbook.rows import Page, SheetRow, Vocabulary


@dataclass(frozen=True)
class MonthBook:
    """What a workbook says of a month.

    Parameters
    ----------
    month
        ``YYYY-MM``; empty when it could not be read.
    territory
        What it says of its territory: an id or a name; empty when nothing.
    partner
        The partner whose people alone it is about, as typed; empty when it is about everybody.
    rows
        By kind of :data:`TABLES`.
    verified
        Whether somebody has looked at the half-days of a person, `yes` or `no`, by the place of their row.
    sheets
        Title of each sheet that was read, by its name.
    heads
        Place of the heading of each column, by name of sheet and column.
    mistakes
        Everything wrong with the workbook by itself.
    unread
        Titles of the sheets, headings of the columns and names of the lines that nobody reads, and where these are.
    """

    file: str
    month: str
    territory: str = ""
    partner: str = ""
    rows: dict[str, list[Row]] = field(default_factory=dict)
    verified: dict[Origin, str] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    heads: dict[tuple[str, str], Origin] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_month(content: bytes, file: str, words: Vocabulary) -> MonthBook:
    """Read the workbook of a month.

    Parameters
    ----------
    file
        What its reader calls it.

    Raises
    ------
    DataError
        When it is not a workbook, or one that must not be opened. What is wrong with what it says is in `mistakes`.
    """
    return read_book(opened(content, file), words)


def read_book(book: Book, words: Vocabulary) -> MonthBook:
    """Read the workbook of a month once it is open; nothing in it stops the reading."""
    return _Reader(book, words).read()


class _Reader:
    def __init__(self, book: Book, words: Vocabulary) -> None:
        self._book, self._words = book, words
        self._mistakes: list[Mistake] = []
        self._titles = self._found()
        self._month = ""
        self._verified: dict[Origin, str] = {}
        self._heads: dict[tuple[str, str], Origin] = {}
        self._unread: list[str] = []

    def read(self) -> MonthBook:
        labels, settings = self._front()
        self._check_sheets(OF_A_PARTNER if labels["partner"] else ORDER)
        rows: dict[str, list[Row]] = {}
        if settings:
            rows["settings"] = [settings]
        for sheet in TABLES_IN:
            if sheet.name in self._titles:
                rows |= self._table(sheet)
        if ANSWERS.name in self._titles:
            rows["answers"] = list(self._answers())
        return MonthBook(
            self._book.file,
            self._month,
            labels["territory"],
            labels["partner"],
            rows,
            self._verified,
            self._titles,
            self._heads,
            self._mistakes,
            self._unread,
        )

    def _table(self, sheet: Sheet) -> dict[str, list[Row]]:
        """Rows of a sheet by kind; no kind at all when it cannot be read."""
        page = self._page(sheet.name)
        found = page.table(sheet)
        if found is None:
            return {}
        self._unread += page.unread
        self._keep_heads(page, sheet.name, [column.heads[0] for column in sheet.columns])
        if sheet is OBJECTIVES:
            return {
                sheet.kind: self._in_order([pair for _, row, extras in found for pair in self._ranked(row, extras)])
            }
        rows: dict[str, list[Row]] = {kind: [] for kind in sheet.kinds}
        for kind, row, extras in found:
            rows[kind].append(row)
            if "verified" in extras:
                self._verified[row.origin] = self._yes(row, extras["verified"])
        return rows

    def _page(self, name: str) -> Page:
        return Page(self._book, self._titles[name], self._words, self._month, self._mistakes)

    def _found(self) -> dict[str, str]:
        """Title of each sheet we know, by its name."""
        known = {fold(word): name for name in ORDER for word in self._words.words(f"workbook-sheet-{name}")}
        found: dict[str, str] = {}
        for title in self._book.sheets:
            if name := known.get(fold(title)):
                found.setdefault(name, title)
        return found

    def _check_sheets(self, wanted: tuple[str, ...]) -> None:
        ours = {
            word for name in ("lists", "mistakes", "conflicts") for word in self._words.words(f"workbook-sheet-{name}")
        }
        others = {fold(title): title for title in self._book.sheets if title not in {*self._titles.values(), *ours}}
        self._unread += [
            title for title in others.values() if any(cell.value for row in self._book.sheets[title] for cell in row)
        ]
        for name in wanted:
            if name not in self._titles:
                called = self._words.words(f"workbook-sheet-{name}")[0]
                near = others.get(next(iter(get_close_matches(fold(called), others, 1)), ""), "")
                arguments = {"sheet": called, "nearest": near}
                self._mistakes.append(Mistake("workbook-missing-sheet", arguments, Origin(self._book.file)))

    def _front(self) -> tuple[dict[str, str], SheetRow | None]:
        """Read the first sheet: its labels, and the settings as one row."""
        labels = dict.fromkeys(LABELS, "")
        if "month" not in self._titles:
            return labels, None
        page = self._page("month")
        known = {
            fold(word): name
            for prefix, names in (("label", LABELS), ("setting", SETTINGS))
            for name in names
            for word in self._words.words(f"workbook-{prefix}-{name}")
        }
        cells: dict[str, str] = {}
        places: dict[str, Origin] = {}
        headings: dict[str, str] = {}
        below = False
        for row in range(len(page.cells)):
            said = page.text(row, 0)
            if (name := known.get(fold(said))) and name not in places:
                usual = TABLES["settings"].columns.get(name)
                value = page.text(row, 1, getattr(usual, "__name__", "day"))
                places[name], headings[name] = page.at(row, 1), said
                if name in labels:
                    labels[name] = value
                elif value:
                    cells[name] = value
                else:
                    self._mistakes.append(Mistake("data-missing-value", {"column": said}, places[name]))
            elif below and said and page.cell(row, 1).value:
                self._unread.append(page.told(row, 0))
            below = below or said in self._words.words("workbook-heading-setting")
        self._month = self._read_month(labels["month"], places.get("month", page.at(0, 0)))
        for name in (*LABELS[:1], *SETTINGS):
            if name not in places and not labels["partner"]:
                prefix = "label" if name in LABELS else "setting"
                called = self._words.words(f"workbook-{prefix}-{name}")[0]
                self._mistakes.append(Mistake("workbook-missing-line", {"value": called}, page.at(0, 0)))
        parsers: dict[str, Parser] = {
            name: self._words.choices("workbook-choice", ("yes", "no"), yes_no)
            for name in SETTINGS
            if TABLES["settings"].columns[name] is yes_no
        }
        origin = next((places[name] for name in SETTINGS if name in places), page.at(0, 0))
        return labels, SheetRow(origin, cells, places=places, headings=headings, parsers=parsers) if cells else None

    def _read_month(self, typed_month: str, place: Origin) -> str:
        try:
            return typed.month(typed_month)
        except DataError as refusal:
            self._refuse(refusal, "", typed_month, place)
            return ""

    def _ranked(self, row: SheetRow, extras: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
        """Rank of an objective; one without a rank is not sought."""
        if "rank" not in extras:
            return
        try:
            yield typed.count(extras["rank"]), row
        except DataError as refusal:
            self._refuse(refusal, row.heading("rank"), extras["rank"], row.where("rank"))

    def _in_order(self, ranked: list[tuple[int, Row]]) -> list[Row]:
        """Rows of the objectives by rank; only those that are weighed against each other may share one."""
        taken: dict[int, Row] = {}
        for rank, row in ranked:
            if rank in taken and "weight" not in row.cells:
                told = {"column": row.heading("rank"), "value": str(rank)}
                self._mistakes.append(Mistake("workbook-same-rank", told, row.where("rank")))
            taken.setdefault(rank, row)
        return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]

    def _yes(self, row: SheetRow, said: str) -> str:
        try:
            return "yes" if self._words.choices("workbook-choice", ("yes", "no"), yes_no)(said) else "no"
        except DataError as refusal:
            self._refuse(refusal, row.heading("verified"), said, row.where("verified"))
            return "no"

    def _refuse(self, refusal: DataError, column: str, said: str, place: Origin) -> None:
        told = {"column": column, "value": said}
        self._mistakes += [Mistake(one.message, told | dict(one.arguments), place) for one in refusal.mistakes]

    def _keep_heads(self, page: Page, sheet: str, heads: list[str]) -> None:
        top, found = page.headings(heads)
        self._heads |= {(sheet, head): page.at(top, column) for head, column in found.items()}

    def _answers(self) -> Iterator[SheetRow]:
        """Rows of the grid, one a cell: a half-day a line, a person a column."""
        page = self._page(ANSWERS.name)
        top, heads = page.headings(("date", "session", "calendar"))
        if "date" not in heads or "session" not in heads:
            self._mistakes.append(Mistake("workbook-no-headings", {"sheet": page.title}, page.at(max(top, 0), 0)))
            return
        page.look_above(top)
        self._unread += page.unread
        columns = range(max(map(len, page.cells[top:])))
        people = {column: page.text(top, column) for column in columns if column not in heads.values()}
        parsers = {
            "date": page.dated(in_month=True) if self._month else typed.day,
            "level": self._words.choices("workbook-choice", LEVELS, TABLES["answers"].columns["level"]),  # type: ignore[arg-type]
        }
        headings = {name: page.text(top, column) for name, column in heads.items()}
        nobody = self._words.words("workbook-head-person")[0]
        seen: set[tuple[str, str]] = set()
        for row in range(top + 1, len(page.cells)):
            day, session = (page.text(row, heads[name], holds) for name, holds in (("date", "day"), ("session", "")))
            said = {column: answer for column in people if (answer := page.text(row, column))}
            if not said:
                continue
            places = {name: page.at(row, column) for name, column in heads.items()}
            slot = (_same_day(day), fold(session))
            if day and slot in seen:
                told = {"date": slot[0], "value": session}
                self._mistakes.append(Mistake("workbook-twice", told, places["date"]))
                continue
            seen.add(slot)
            for column, answer in said.items():
                cells = {"member": people[column], "date": day, "session": session, "level": answer}
                here = page.at(row, column)
                yield SheetRow(
                    here,
                    {name: cell for name, cell in cells.items() if cell},
                    places=places | {"member": page.at(top, column), "level": here},
                    headings=headings | dict.fromkeys(("level", "member"), people[column] or nobody),
                    parsers=parsers,
                )


def _same_day(said: str) -> str:
    """Give a date in one form however it is written; what is none stays as it is."""
    try:
        return typed.day(said).isoformat()
    except DataError:
        return said


def slug(name: str) -> str:
    """Id made of a name: lower-case letters and digits between hyphens; empty when nothing is left of it."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in _folded(name))
    return "-".join(plain.split())[:48].rstrip("-")


def _folded(name: str) -> str:
    return "".join(fold(letter) if letter.isalnum() else " " for letter in text(name))
