"""Turns rows of text into nouns, and gathers what is wrong with them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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


class Names:
    """Ids of the nouns of one kind, found by id or by name, accents, case, spaces and hyphens forgiven."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.ids: set[str] = set()
        self._spellings: dict[str, str] = {}
        self._meant: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            named = row.cells.get("id", "")
            self.ids.add(named)
            for spelling in filter(None, (row.cells.get("name"), named)):
                self._spellings.setdefault(fold(spelling), spelling)
                self._meant[fold(spelling)].add(named)

    def find(self, typed: str) -> str:
        """Id of what was typed, or what was typed when nothing is called that; refuses an ambiguous name."""
        meant = self._meant.get(fold(typed), set())
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

    def unknown(self, mistake: Mistake) -> Iterable[Mistake]:
        """Add the nearest name to a mistake about an unknown id; nothing when what it names could not be read."""
        kind = mistake.message.removeprefix("data-unknown-")
        if kind not in TABLES:
            yield mistake
        elif kind in self.rows and (value := str(mistake.arguments["value"])) not in self.names[kind].ids:
            arguments = {"value": value, "nearest": self.names[kind].nearest(value)}
            yield Mistake(mistake.message, arguments, mistake.origin)

    def _rows(self, kind: str) -> list[Row]:
        return [row for row in self.rows.get(kind, ()) if not row.ragged]

    def _give_to_owner(self, kind: str, row: Row, column: str, owners: str, field: str) -> None:
        values = self._values(kind, row)
        owner = values.pop(column, "")
        mistake = Mistake(f"data-unknown-{owners}", {"value": owner}, row.where(column))
        self.mistakes += self.unknown(mistake) if owner else ()
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
                    values[column] = self._value(table.columns[column], cell)
                except DataError as refusal:
                    for mistake in refusal.mistakes:
                        self._wrong(row, column, mistake.message, **mistake.arguments)
        for column in table.needed.split():
            if column not in row.cells:
                self.mistakes.append(Mistake("data-missing-value", {"column": column}, row.where(column)))
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

    def _value(self, column: Parser | Reference, cell: str) -> Any:  # noqa: ANN401  any value of a field
        if not isinstance(column, Reference):
            return column(cell)
        names = self.names[column.kind]
        return tuple(map(names.find, parts(cell))) if column.many else names.find(cell)

    def _refuse(self, row: Row, values: Mapping[str, Any], found: Any) -> None:  # noqa: ANN401  a pydantic error
        """Report a value out of its bounds; what was already refused, or will be as an unknown id, is left aside."""
        column = next((part for part in reversed(found["loc"]) if isinstance(part, str)), "")
        limits = found.get("ctx", {})
        match found["type"]:
            case "value_error" if column == "frequency":
                self.mistakes.append(Mistake("data-frequency-order", {}, row.origin))
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
            case "string_too_long":
                self._wrong(row, column, "data-too-long", maximum=limits["max_length"])
            case _:
                self._wrong(row, column, "data-wrong-value")

    def _wrong(self, row: Row, column: str, message: str, **arguments: type_of_argument) -> None:
        told = {"column": column, "value": row.cells[column], **arguments}
        self.mistakes.append(Mistake(message, told, row.where(column)))
