"""Turns the cells of a sheet into rows of text, each cell knowing where it is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.territory.cells import Parser, fold, one_of
from picup_planner.territory.files import Row
from picup_planner.territory.tables import TABLES, Reference
from picup_planner.territory.workbook import typed
from picup_planner.territory.workbook.layout import Column, Sheet
from picup_planner.territory.workbook.opening import EMPTY, Book, Cell

Wording = Callable[[str], str]
"""From a message id to a word of one language."""

_TITLES = 15
"""Rows among which the headings are looked for."""

_FARTHEST = 3
"""Years between the month and a date beyond which it is a slip of the finger."""


@dataclass(frozen=True)
class Vocabulary:
    """The words of a workbook, in the language of whoever reads the mistakes first, then in the others.

    Parameters
    ----------
    objectives
        Every objective there is; one is called by the message ``objective-<name>``.
    """

    wordings: Sequence[Wording]
    objectives: Sequence[str]

    def words(self, message: str) -> tuple[str, ...]:
        """Give what a message says in each language."""
        return tuple(wording(message) for wording in self.wordings)

    def choices(self, prefix: str, values: Iterable[str], usual: Parser = str) -> Parser:
        """Parser of words that stand for some values, each then read as it usually is; so are the values themselves."""
        spelt = [(word, value) for value in values for word in self.words(f"{prefix}-{value}")]
        in_words = one_of({word: usual(value) for word, value in (*spelt[:: len(self.wordings)], *spelt)})

        def parse(text: str) -> Any:  # noqa: ANN401  what the values are read as
            try:
                return in_words(text)
            except DataError:
                if usual is str:
                    raise
                try:
                    return usual(text)
                except DataError:
                    pass
                raise

        return parse

    def objective(self, text: str) -> str:
        """Read the name of an objective."""
        try:
            return str(self.choices("objective", self.objectives)(text))
        except DataError as refusal:
            near = refusal.mistakes[0].arguments["nearest"]
            raise DataError(Mistake("workbook-unknown-objective", {"nearest": near})) from None


@dataclass(frozen=True)
class SheetRow(Row):
    """The filled cells of one row of a sheet.

    Parameters
    ----------
    places
        Where each column is, filled or not, and each value of a list: `crew`, `crew 1`.
    headings
        What each column is called in the workbook.
    parsers
        How cells are read, where it is not the usual way.
    """

    places: Mapping[str, Origin] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    parsers: Mapping[str, Parser] = field(default_factory=dict)

    def where(self, column: str, part: int = 0) -> Origin:
        """Where the cell of a column is, or that of one value of a list."""
        return self.places.get(f"{column} {part}") or self.places.get(column) or self.origin

    def heading(self, column: str) -> str:
        """Name of a column in the workbook."""
        return self.headings.get(column, column)

    def parser(self, column: str, usual: Parser) -> Parser:
        """How the cells of a column are read."""
        return self.parsers.get(column) or typed.USUAL.get(usual.__name__, usual)


class Page:
    """One sheet of a workbook being read.

    Parameters
    ----------
    month
        ``YYYY-MM``; empty when it could not be read.
    mistakes
        Everything wrong so far: what this sheet has is added.

    Attributes
    ----------
    unread
        First filled cell of each row above the headings that looks like one of the table, and, from the headings down,
        of each column that the table read has no place for.
    """

    def __init__(self, book: Book, title: str, words: Vocabulary, month: str, mistakes: list[Mistake]) -> None:
        self.title = title
        self.cells = book.sheets[title]
        self.mistakes = mistakes
        self.unread: list[str] = []
        self._book, self._words, self._month = book, words, month

    def at(self, row: int, column: int) -> Origin:
        """Place of a cell, both numbers from 0."""
        letters, rest = "", column + 1
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(65 + letter) + letters
        return Origin(self._book.file, row + 1, f"{self.title}!{letters}{row + 1}")

    def cell(self, row: int, column: int) -> Cell:
        """Give what a cell holds, both numbers from 0."""
        line = self.cells[row] if row < len(self.cells) else []
        return line[column] if column < len(line) else EMPTY

    def text(self, row: int, column: int, holds: str = "") -> str:
        """Text of a cell as typed; a formula that gives nothing is refused."""
        cell = self.cell(row, column)
        if cell.broken:
            self.mistakes.append(
                Mistake("workbook-broken-cell", {"value": str(cell.value or "")}, self.at(row, column))
            )
            return ""
        return typed.shown(cell.value, holds, cell.number_format, self._book.epoch)

    def headings(self, heads: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Row of the headings, and the column of each of those that are there; -1 when none is.

        Parameters
        ----------
        heads
            Ends of their message ids.
        """
        known = {fold(word): head for head in heads for word in self._words.words(f"workbook-head-{head}")}
        best, found = -1, dict[str, int]()
        for row in range(min(_TITLES, len(self.cells))):
            here: dict[str, int] = {}
            for column in range(len(self.cells[row])):
                head = known.get(fold(self._plain(row, column)))
                if head:
                    here.setdefault(head, column)
            if len(here) > len(found):
                best, found = row, here
        return best, found

    def table(self, sheet: Sheet) -> list[tuple[str, SheetRow, dict[str, str]]] | None:
        """Kind and cells of each row that is not empty, and those of its columns no table holds.

        ``None`` when a column is missing: nothing can then be said of the rows.
        """
        top, heads = self.headings([head for column in sheet.columns for head in column.heads])
        if not self._complete(sheet, top, heads):
            return None
        parsers = {column.name: parser for column in sheet.columns if (parser := self._parser(sheet, column))}
        names = {column.name: self._plain(top, heads[column.heads[0]]) for column in sheet.columns}
        left = min(heads.values())
        self.look_above(top)
        for column in sorted(set(range(max(map(len, self.cells[top:])))) - set(heads.values())):
            filled = (row for row in range(top, len(self.cells)) if self._plain(row, column))
            self.unread += [self.told(row, column) for row in filled][:1]
        rows = []
        for row in range(top + 1, len(self.cells)):
            cells, extras, places = self._line(sheet, row, heads)
            if cells:
                kind = sheet.kind_of(cells)
                if kind == "closures" and "reason" in cells:
                    cells["name"] = cells.pop("reason")
                if {"site", "van"} <= cells.keys():
                    self.mistakes.append(Mistake("workbook-site-and-van", {"value": cells["van"]}, places["van"]))
                usable = {name: text for name, text in cells.items() if name in TABLES[kind].columns}
                origin = self.at(row, left)
                rows.append((kind, SheetRow(origin, usable, places=places, headings=names, parsers=parsers), extras))
        return rows

    def look_above(self, top: int) -> None:
        """Note the rows above the headings that hold several facts: a title or an introduction is but one."""
        for row in range(top):
            filled = [column for column in range(len(self.cells[row])) if self._plain(row, column)]
            if len({self._plain(row, column) for column in filled}) > 1:
                self.unread.append(self.told(row, filled[0]))

    def _line(
        self, sheet: Sheet, row: int, heads: Mapping[str, int]
    ) -> tuple[dict[str, str], dict[str, str], dict[str, Origin]]:
        """Give the filled cells of a row, those no table holds, and the place of each, of each value of a list too."""
        cells: dict[str, str] = {}
        extras: dict[str, str] = {}
        places: dict[str, Origin] = {}
        for column in sheet.columns:
            at = [heads[head] for head in column.heads]
            places[column.name] = self.at(row, at[0])
            texts = [(where, self.text(row, where, _holds(sheet, column))) for where in at]
            filled = [(where, text) for where, text in texts if text]
            if filled and _one_cell_many_values(sheet, column):
                cells[column.name] = typed.several(filled[0][1])
            elif filled:
                places |= {f"{column.name} {part}": self.at(row, where) for part, (where, _) in enumerate(filled)}
                (extras if column.extra else cells)[column.name] = "|".join(text for _, text in filled)
        return cells, extras, places

    def told(self, row: int, column: int) -> str:
        """Place of a cell, and what it holds."""
        return f"{self.at(row, column).cell} ({self._plain(row, column)})"

    def _plain(self, row: int, column: int) -> str:
        cell = self.cell(row, column)
        return "" if cell.broken or cell.value is None else " ".join(str(cell.value).split())

    def _complete(self, sheet: Sheet, top: int, heads: dict[str, int]) -> bool:
        """Refuse headings that are missing; one that is only misspelt is found, and added to those that are there."""
        if top < 0:
            self.mistakes.append(Mistake("workbook-no-headings", {"sheet": self.title}, self.at(0, 0)))
            return False
        others = {
            fold(text): column
            for column in range(len(self.cells[top]))
            if column not in heads.values() and (text := self._plain(top, column))
        }
        missing = False
        for head in (head for column in sheet.columns for head in column.heads if head not in heads):
            name = self._words.words(f"workbook-head-{head}")[0]
            near = next(iter(get_close_matches(fold(name), others, 1)), None)
            if near is None:
                missing = True
                left = min(heads.values())
                self.mistakes.append(Mistake("workbook-missing-column", {"column": name}, self.at(top, left)))
            else:
                heads[head] = others.pop(near)
                told = {"value": self._plain(top, heads[head]), "column": name}
                self.mistakes.append(Mistake("workbook-unknown-column", told, self.at(top, heads[head])))
        return not missing

    def _parser(self, sheet: Sheet, column: Column) -> Parser | None:
        usual = _usual(sheet, column)
        if column.choices and usual:
            return self._words.choices("workbook-choice", column.choices, usual)
        if sheet.name == "objectives" and column.name == "name":
            return self._words.objective
        if sheet.name == "objectives" and column.name == "tolerance":
            return typed.percentage
        if usual and usual.__name__ == "day" and sheet.name != "permits" and self._month:
            return self.dated(in_month=sheet.name == "pins", coming=column.name == "last")
        return None

    def dated(self, *, in_month: bool = False, coming: bool = False) -> Parser:
        """Parser of a date that must be in the month of the workbook, or not before it, or at least near it."""

        def parse(text: str) -> date:
            day = typed.day(text)
            told = {"month": self._month}
            if in_month and f"{day:%Y-%m}" != self._month:
                raise DataError(Mistake("workbook-not-in-month", told | {"nearest": self._moved(day)}))
            if coming and f"{day:%Y-%m}" < self._month:
                raise DataError(Mistake("workbook-before-month", told | {"nearest": self._moved(day)}))
            if abs(day.year - int(self._month[:4])) > _FARTHEST:
                raise DataError(Mistake("workbook-far-date", told | {"nearest": self._moved(day)}))
            return day

        return parse

    def _moved(self, day: date) -> str:
        """Give the same day in the year, and if need be in the month, of the workbook; nothing when there is none."""
        year, month = map(int, self._month.split("-"))
        for at in (day.month, month):
            try:
                moved = date(year, at, day.day)
            except ValueError:
                continue
            if f"{moved:%Y-%m}" == self._month:
                return f"{moved:%d/%m/%Y}"
        return ""


def _usual(sheet: Sheet, column: Column) -> Parser | None:
    found = next(
        (TABLES[kind].columns[column.name] for kind in sheet.kinds if column.name in TABLES[kind].columns), None
    )
    return None if isinstance(found, Reference) else found


def _one_cell_many_values(sheet: Sheet, column: Column) -> bool:
    if column.many > 1:
        return False
    found = TABLES[sheet.kind].columns.get(column.name)
    return isinstance(found, Reference) and found.many


def _holds(sheet: Sheet, column: Column) -> str:
    usual = _usual(sheet, column)
    return usual.__name__ if usual else ""
