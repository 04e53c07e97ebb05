"""Scenarios as a file: one table each, a name and its changes.

.. code-block:: toml

    [[scenarios]]
    name = "Le samedi et un second camion"
    saturdays = true
    second_van = true

    [[scenarios]]
    name = "Trois permanences"
    target = 3
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.scenarios.changes import CHANGES
from picup_planner.scenarios.scenario import Change, Scenario
from picup_planner.territory.files import nearest

LARGEST = 1_000_000
"""Bytes of a file beyond which it is no list of scenarios."""

_LONGEST = 60


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Read scenarios, in the order of the file.

    Raises
    ------
    DataError
        With everything wrong in the file at once.
    """
    origin, mistakes = Origin(path.name), list[Mistake]()
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(Mistake("json-too-large", {"megabytes": LARGEST // 1_000_000}, origin))
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(Mistake("json-unreadable", {"file": str(path)})) from error
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line ([0-9]+)", str(error))
        raise DataError(Mistake("data-toml-syntax", {}, Origin(path.name, int(found[1]) if found else 1))) from error
    tables = data.pop("scenarios", None)
    mistakes += [_unknown(key, ("scenarios",), origin) for key in data]
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise DataError(*mistakes, Mistake("data-missing-table", {"table": "scenarios"}, origin))
    scenarios = [_scenario(table, n, path.name, mistakes) for n, table in enumerate(tables, 1)]
    names = [scenario.name for scenario in scenarios if scenario.name]
    twice = sorted({name for name in names if names.count(name) > 1})
    mistakes += [Mistake("scenario-name-twice", {"value": name}, origin) for name in twice]
    if mistakes:
        raise DataError(*mistakes)
    return tuple(scenarios)


def _scenario(table: dict[str, Any], number: int, file: str, mistakes: list[Mistake]) -> Scenario:
    name = table.pop("name", "")
    origin = Origin(file, cell=name if isinstance(name, str) and name else f"[[scenarios]] {number}")
    if not isinstance(name, str) or len(name) > _LONGEST:
        mistakes.append(Mistake("scenario-name", {"n": _LONGEST}, origin))
        name = ""
    changes: list[Change] = []
    for key, value in table.items():
        if key in CHANGES:
            changes += _changes(key, value, origin, mistakes)
        else:
            mistakes.append(_unknown(key, ("name", *CHANGES), origin))
    return Scenario(tuple(changes), name)


def _changes(key: str, value: Any, origin: Origin, mistakes: list[Mistake]) -> Iterator[Change]:  # noqa: ANN401  TOML
    """Yield the changes of one key: a value alone, a list or a table of values, or several tables."""
    several = value if isinstance(value, list) and value and isinstance(value[0], dict) else [value]
    for one in several:
        if one is False:
            continue
        try:
            yield _change(CHANGES[key], one)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False):
                field = " > ".join(map(str, found["loc"]))
                wrong = {"key": key, "field": field, "value": _written(found["input"])}
                missing = found["type"] in ("missing", "missing_argument")
                mistakes.append(Mistake("scenario-missing-value" if missing else "scenario-wrong-value", wrong, origin))


def _written(value: Any) -> str:  # noqa: ANN401  any TOML value
    """Show a value nearly as it stands in the file: true, a number, a text between its marks."""
    return json.dumps(value, ensure_ascii=False, default=str)[:_LONGEST]


def _change(kind: type[Change], value: Any) -> Change:  # noqa: ANN401  any TOML value
    """Make a change; a value alone, or a list, gives its fields in order."""
    fields = list(getattr(kind, "__pydantic_fields__", {}))
    match value:
        case dict():
            given = value
        case True:
            given = {}
        case list():
            given = dict(zip(fields, value, strict=False)) | {
                f"value {n}": v for n, v in enumerate(value[len(fields) :])
            }
        case _:
            given = {fields[0] if fields else "value": value}
    return TypeAdapter(kind).validate_python(given)


def _unknown(key: str, known: tuple[str, ...], origin: Origin) -> Mistake:
    return Mistake("data-unknown-key", {"value": key, "nearest": nearest(key, known)}, origin)
