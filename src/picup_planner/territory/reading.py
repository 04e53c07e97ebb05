"""Turns rows of text into nouns, and gathers what is wrong with them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import time
from types import SimpleNamespace
from typing import Any

from pydantic import ValidationError

from picup_planner.errors import DataError, Mistake, type_of_argument
from picup_planner.territory.cells import Parser, fold, parts
from picup_planner.territory.files import Row, nearest
from picup_planner.territory.tables import TABLES, Reference

ORDERED = (
    ("first", "last", "data-reversed-dates"),
    ("start", "end", "data-reversed-hours"),
    ("midday_start", "midday_end", "data-reversed-hours"),
)
"""Pairs of columns in order; two hours may not be equal, two dates may."""

POSITION = ("latitude", "longitude")

COLUMN_OF = {
    "data-duplicate-insee": ("insee",),
    "data-no-contour": ("insee",),
    "data-site-on-without-coordinates": POSITION,
    "data-one-coordinate": POSITION,
    "data-swapped-coordinates": ("latitude",),
    "data-in-another-commune": ("latitude",),
    "data-outside-commune": ("latitude",),
    "data-site-off-without-reason": ("missing",),
    "data-fixed-without-coordinates": ("site",),
    "data-crew-cannot-hold-roles": ("crew",),
    "data-pin-needs-two-people": ("members",),
    "data-too-long": ("id",),
}
"""Columns that hold what is wrong, for the mistakes found in nouns rather than in cells; an empty one first."""


SHAPED = {"insee": "data-not-insee", "zone": "data-not-a-zone", "school_zone": "data-not-a-zone"}
"""Columns whose text has a shape of its own, and what is told of one that has another."""


class Names:
    """Ids of the nouns of one kind, found by id or by name, accents, case, spaces and hyphens forgiven."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.ids: set[str] = set()
        self._spellings: dict[str, str] = {}
        self._meant: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            named = row.cells.get("id", "")
            self.ids.add(named)
            for spelling in filter(None, (row.cells.get("name"), row.cells.get("abbreviation"), *row.aliases, named)):
                self._spellings.setdefault(fold(spelling), spelling)
                self._meant[fold(spelling)].add(named)

    def meant(self, typed: str) -> set[str]:
        """Ids of everything that is called so."""
        return {typed} if typed in self.ids else self._meant.get(fold(typed), set())

    def find(self, typed: str) -> str:
        """Id of what was typed, or what was typed when nothing is called that; refuses an ambiguous name."""
        meant = self.meant(typed)
        if typed in self.ids or not meant:
            return typed
        if len(meant) > 1:
            raise DataError(Mistake("data-ambiguous-name", {"choices": ", ".join(sorted(meant))}))
        return next(iter(meant))

    def nearest(self, typed: str) -> str:
        """Give the closest name or id there is, as it is written; empty when there is none."""
        return self._spellings.get(nearest(fold(typed), self._spellings), "")


class Reading:
    """Nouns of rows, by kind; `mistakes` holds everything wrong with the rows read so far.

    A row that makes no noun is kept as a namespace of what could be read of it: others may refer to it, and what is
    wrong with them is found at the same time. `Territory` takes no namespace.

    Parameters
    ----------
    rows
        By kind of :data:`TABLES`; a kind whose file could not be read is missing.
    """

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        self.rows = rows
        self.mistakes: list[Mistake] = []
        self.names = {kind: Names(rows.get(kind, ())) for kind in TABLES}
        self._parts: dict[tuple[str, str], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        self._cells = {row.origin: row for some in rows.values() for row in some if row.origin.cell}
        for kind, table in TABLES.items():
            if table.owner:
                for row in self._rows(kind):
                    self._give_to_owner(kind, row, *table.owner)

    def nouns(self, kind: str, **more: Any) -> tuple[Any, ...]:  # noqa: ANN401  fields of any noun
        """Nouns of a kind, each with the rows that are a part of it, and with `more` fields."""
        return tuple(
            self._noun(kind, row, self._values(kind, row), self._parts[kind, row.cells.get("id", "")] | more)
            for row in self._rows(kind)
        )

    def located(self, mistake: Mistake) -> Iterable[Mistake]:
        """Give a mistake found in a noun the cell it comes from, where the noun comes from the cells of a workbook.

        Nothing when it is about something missing that is there: what was typed is refused already.
        """
        row = self._cells.get(mistake.origin) if mistake.origin else None
        if not row:
            yield mistake
            return
        named = ("id",) if mistake.message.startswith("data-duplicate-") else ("",)
        columns = COLUMN_OF.get(mistake.message, named)
        empty = [column for column in columns if column not in row.cells]
        if empty or columns != POSITION:
            yield replace(mistake, origin=row.where((*empty, *columns)[0]))

    def _rows(self, kind: str) -> list[Row]:
        return [row for row in self.rows.get(kind, ()) if not row.ragged]

    def _give_to_owner(self, kind: str, row: Row, column: str, owners: str, field: str) -> None:
        values = self._values(kind, row)
        owner = values.pop(column, "")
        self._parts[owners, owner][field].append(self._noun(kind, row, values, {}))

    def _noun(self, kind: str, row: Row, values: dict[str, Any], more: dict[str, Any]) -> Any:  # noqa: ANN401  or namespace
        table = TABLES[kind]
        fields = table.shape(values) | more
        if "origin" in table.noun.model_fields:
            fields["origin"] = row.origin
        try:
            return table.noun(**fields)
        except ValidationError as error:
            for found in error.errors(include_url=False):
                self._refuse(row, values, found)
            empty = dict.fromkeys(table.noun.model_fields, ()) | {"id": str(row.origin), "name": ""}
            return SimpleNamespace(**empty | fields)

    def _values(self, kind: str, row: Row) -> dict[str, Any]:
        table = TABLES[kind]
        values = {}
        for column, cell in row.cells.items():
            if column in table.columns:
                try:
                    values[column] = self._value(row, column, table.columns[column], cell)
                except DataError as refusal:
                    for mistake in refusal.mistakes:
                        self._wrong(row, column, mistake.message, **mistake.arguments)
        for column in table.needed.split():
            if column not in row.cells:
                arguments: dict[str, type_of_argument] = {"column": row.heading(column)}
                self.mistakes.append(Mistake("data-missing-value", arguments, row.where(column)))
        for low, high, message in ORDERED:
            if low in values and high in values:
                first, last = values[low], values[high]
                if first > last or (first == last and isinstance(first, time)):
                    arguments = {
                        low.removeprefix("midday_"): row.cells[low],
                        high.removeprefix("midday_"): row.cells[high],
                    }
                    self.mistakes.append(Mistake(message, arguments, row.where(high)))
        return values

    def _value(self, row: Row, column: str, reads: Parser | Reference, cell: str) -> Any:  # noqa: ANN401  of a field
        if not isinstance(reads, Reference):
            return row.parser(column, reads)(cell)
        if not reads.many:
            return self._named(row, column, reads.kind, cell)
        return tuple(self._named(row, column, reads.kind, each, part) for part, each in enumerate(parts(cell)))

    def _named(self, row: Row, column: str, kind: str, typed: str, part: int = 0) -> str:
        """Id of what is called so; what could not be read may be called anything."""
        names = self.names[kind]
        found = names.find(typed)
        if kind in self.rows and found not in names.ids:
            arguments = {"value": typed, "nearest": names.nearest(typed)}
            self.mistakes.append(Mistake(f"data-unknown-{kind}", arguments, row.where(column, part)))
        return found

    def _refuse(self, row: Row, values: Mapping[str, Any], found: Any) -> None:  # noqa: ANN401  a pydantic error
        """Report a value out of its bounds; what was already refused, or will be as an unknown id, is left aside."""
        column = next((part for part in reversed(found["loc"]) if isinstance(part, str)), "")
        limits = found.get("ctx", {})
        match found["type"]:
            case "value_error" if column == "frequency":
                self.mistakes.append(Mistake("data-frequency-order", {}, row.where("target")))
            case _ if column not in values:
                pass
            case "value_error" if column == "id":
                self._wrong(row, column, "data-bad-id")
            case "value_error":
                pass
            case "greater_than":
                self._wrong(row, column, "data-not-positive")
            case "greater_than_equal":
                self._wrong(row, column, "data-too-small", minimum=limits["ge"])
            case "less_than_equal":
                self._wrong(row, column, "data-too-large", maximum=limits["le"])
            case "too_short" | "too_long":
                self._wrong(row, column, "data-wrong-count", found=limits["actual_length"], expected=_wanted(limits))
            case "string_too_long":
                self._wrong(row, column, "data-too-long", maximum=limits["max_length"])
            case _:
                self._wrong(row, column, SHAPED.get(column, "data-wrong-value"))

    def _wrong(self, row: Row, column: str, message: str, **arguments: type_of_argument) -> None:
        told = {"column": row.heading(column), "value": row.cells[column], **arguments}
        self.mistakes.append(Mistake(message, told, row.where(column)))


def _wanted(limits: Mapping[str, int]) -> int:
    """How many values a list that is too short or too long should have."""
    return limits["min_length"] if "min_length" in limits else limits["max_length"]
