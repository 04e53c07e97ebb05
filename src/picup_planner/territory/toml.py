"""Reads the settings of a territory (TOML) into rows of text, each cell knowing its line."""

import io
import re
import tomllib
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

from picup_planner.errors import Mistake, Origin
from picup_planner.territory.files import Row, content, nearest
from picup_planner.territory.tables import IGNORED, IN_TOML, TOML

ONCE = ("service", "settings", "retention")
REPEATED = ("depots", "vans", "sessions", "roles", "objectives")


def toml_rows(folder: Path, mistakes: list[Mistake]) -> dict[str, list[Row]]:
    """Rows of `territory.toml` by kind, every value written as the text of a cell; empty when it cannot be read."""
    whole_text = content(folder, TOML, mistakes)
    if whole_text is None:
        return {}
    try:
        data = tomllib.loads(whole_text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line ([0-9]+)", str(error))
        line = int(found[1]) if found else whole_text.count("\n") + 1
        mistakes.append(Mistake("data-toml-syntax", {}, Origin(TOML, line)))
        return {}
    lines = _lines(whole_text)
    top = {name: data.pop(name) for name in IN_TOML["header"].columns if name in data}
    rows: dict[str, list[Row]] = {kind: [] for kind in IN_TOML}
    rows["header"] = [_row("header", top, _own(lines, top), Origin(TOML), mistakes)]
    for kind, tables in _tables(data, lines, mistakes).items():
        for index, table in enumerate(tables):
            own = _own(lines, table, f"{kind}.{index}.")
            dates = table.pop("off", []) if kind == "vans" else []
            rows[kind].append(_row(kind, table, own, _line(lines, f"{kind}.{index}.", kind), mistakes))
            rows["off"] += _out_of_service(dates, rows[kind][-1], mistakes)
    return rows


def _tables(data: dict[str, Any], lines: dict[str, int], mistakes: list[Mistake]) -> dict[str, list[dict[str, Any]]]:
    """Tables of the settings by kind; one, perhaps empty, for a kind that is written only once."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, value in data.items():
        listed = value if isinstance(value, list) else [value]
        if name not in (*ONCE, *REPEATED):
            arguments = {"value": name, "nearest": nearest(name, (*IN_TOML["header"].columns, *ONCE, *REPEATED))}
            mistakes.append(Mistake("data-unknown-key", arguments, _line(lines, name)))
        elif isinstance(value, list) == (name in ONCE) or not all(isinstance(table, dict) for table in listed):
            brackets = f"[{name}]" if name in ONCE else f"[[{name}]]"
            mistakes.append(Mistake("data-wrong-table", {"table": brackets}, _line(lines, name)))
        else:
            tables[name] = listed
    for name, table in IN_TOML.items():
        if table.required and name != "header" and not data.get(name):
            mistakes.append(Mistake("data-missing-table", {"table": name}, Origin(TOML)))
    tables.setdefault("settings", [{}])
    return tables


def _row(kind: str, table: dict[str, Any], lines: dict[str, int], origin: Origin, mistakes: list[Mistake]) -> Row:
    known = (*IN_TOML[kind].columns, *IGNORED)
    row = Row(origin, {key: cell for key, value in table.items() if (cell := _cell(value))}, lines)
    for key, value in table.items():
        if key not in known:
            arguments = {"value": key, "nearest": nearest(key, known)}
            mistakes.append(Mistake("data-unknown-key", arguments, row.where(key)))
        elif _cell(value) is None:
            mistakes.append(Mistake("data-wrong-value", {"column": key, "value": str(value)}, row.where(key)))
    return row


def _out_of_service(ranges: Any, van: Row, mistakes: list[Mistake]) -> Iterator[Row]:  # noqa: ANN401  any TOML value
    """Rows of the dates written inside a van."""
    if not isinstance(ranges, list) or not all(isinstance(dates, dict) for dates in ranges):
        mistakes.append(Mistake("data-wrong-value", {"column": "off", "value": str(ranges)}, van.where("off")))
        return
    for dates in ranges:
        row = _row("off", dates, {}, van.where("off"), mistakes)
        yield Row(row.origin, {**row.cells, "van": van.cells.get("id", "")})


def _cell(value: object) -> str | None:
    """Text a person would have typed in a cell for a TOML value; ``None`` for a table."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value.strip()
        case int() | float():
            return str(value)
        case date() | time():
            return value.isoformat()
        case list():
            cells = [_cell(each) for each in value]
            return None if None in cells else "|".join(cell or "" for cell in cells)
        case _:
            return None


def _lines(whole_text: str) -> dict[str, int]:
    """Line of each key of a TOML text, as `settings.0.notice`, of each table, as `vans.1.`, and of its first header."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    path = ""
    for number, line in enumerate(io.StringIO(whole_text), 1):
        if header := re.match(r"\s*\[\[?\s*([A-Za-z0-9_-]+)\s*\]", line):
            name = header[1]
            path = f"{name}.{counts.get(name, 0)}."
            counts[name] = counts.get(name, 0) + 1
            lines.setdefault(name, number)
            lines[path] = number
        elif key := re.match(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=", line):
            lines.setdefault(path + key[1], number)
    return lines


def _own(lines: dict[str, int], table: dict[str, Any], path: str = "") -> dict[str, int]:
    return {key: lines[path + key] for key in table if path + key in lines}


def _line(lines: dict[str, int], *paths: str) -> Origin:
    return Origin(TOML, next((lines[path] for path in paths if path in lines), None))
