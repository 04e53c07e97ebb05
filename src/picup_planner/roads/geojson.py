"""Road lines in GeoJSON to the roads around a territory."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from picup_planner.errors import Mistake, Origin, RoadsError
from picup_planner.roads.extract import Box, Extract, Way, around, useful
from picup_planner.roads.guard import expanded
from picup_planner.roads.tags import LIMITS

CLASSES = {"highway": "motorway", "major": "secondary", "minor": "residential"}
"""OSM class taken for each `roadClass`, where a line has no `highway`; of one-ways, only motorways are then known."""

_SHOWN = 20
_GROUND = 0
_NO = {"", "no", "none", "normal", "false", "0"}

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A road as drawn, and how many levels above the ground."""

    points: tuple[Point, ...]
    level: int
    tags: Mapping[str, str]


def read(path: Path, box: Box) -> Extract:
    """Read the lines of a file that have a point in a box, compressed or not.

    Lines that share a point meet there; a bridge or a tunnel meets what is on the ground at its two ends only.

    Raises
    ------
    RoadsError
        When the file is damaged, holds no lines of a known class, is not in degrees, or has no road there.
    """
    data = _parsed(expanded(path), path.name)
    lines = list(_lines(data, path.name))
    date = re.match(r"\d{4}-\d\d-\d\d", str(data.get("timestamp", "")))
    if not lines:
        raise RoadsError(Mistake("roads-no-class", {"file": path.name}, Origin(path.name)))
    return around(_extract(lines, date[0] if date else "", path.name), box)


def _parsed(content: bytes, file: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except json.JSONDecodeError as error:
        raise RoadsError(Mistake("roads-malformed", {"file": file}, Origin(file, error.lineno))) from error
    except (RecursionError, ValueError) as error:
        raise RoadsError(Mistake("roads-unreadable", {"file": file}, Origin(file))) from error
    if not isinstance(data, dict) or not isinstance(data.get("features"), list):
        raise RoadsError(Mistake("roads-not-geojson", {"file": file}, Origin(file)))
    crs = json.dumps(data.get("crs"))
    if not re.search(r"null|4326|CRS84", crs):
        raise RoadsError(Mistake("roads-not-degrees", {"file": file}, Origin(file)))
    return data


def _lines(data: Mapping[str, Any], file: str) -> Iterator[Line]:
    mistakes = []
    for number, feature in enumerate(data["features"], 1):
        facts, drawn = _facts(feature), _drawn(feature)
        if drawn is None:
            arguments = {"file": file, "element": f"feature {number}", "attribute": "geometry"}
            mistakes.append(Mistake("roads-bad-element", arguments, Origin(file)))
        elif tags := _tags(facts):
            for points in drawn:
                if any(abs(longitude) > 180 or abs(latitude) > 90 for longitude, latitude in points):  # noqa: PLR2004
                    raise RoadsError(Mistake("roads-not-degrees", {"file": file}, Origin(file)))
                yield Line(points, _level(facts), tags)
    if mistakes:
        raise RoadsError(*mistakes[:_SHOWN])


def _facts(feature: object) -> dict[str, str]:
    """Properties of a feature that are a text, a number, yes or no."""
    found = feature.get("properties") if isinstance(feature, dict) else None
    facts = {}
    for key, value in (found if isinstance(found, dict) else {}).items():
        if isinstance(value, bool):
            facts[key] = "yes" if value else "no"
        elif isinstance(value, str | int | float):
            facts[key] = str(value)
    return facts


def _drawn(feature: object) -> list[tuple[Point, ...]] | None:
    """Lines of a feature, none when it is of another kind; ``None`` when its coordinates are damaged."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return None
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in {"LineString", "MultiLineString"}:
        return []
    lines = [coordinates] if kind == "LineString" else coordinates
    if not isinstance(lines, list) or not all(map(_is_line, lines)):
        return None
    return [tuple((round(place[0], 7), round(place[1], 7)) for place in line) for line in lines]


def _is_line(line: object) -> bool:
    return isinstance(line, list) and len(line) > 1 and all(map(_is_position, line))


def _is_position(place: object) -> bool:
    if not isinstance(place, list) or len(place) not in (2, 3):
        return False
    return all(type(value) in (int, float) and abs(value) < float("inf") for value in place[:2])


def _tags(facts: Mapping[str, str]) -> dict[str, str]:
    """Tags of a road; none when its class is unknown or not for driving."""
    kind = facts.get("highway") or CLASSES.get(facts.get("roadClass", ""), "")
    if kind not in LIMITS:
        return {}
    tags = useful({key: value for key, value in facts.items() if value})
    implied = {"oneway": "yes"} if kind == "motorway" else {}
    level = _level(facts)
    over = {"bridge" if level > 0 else "tunnel": "yes", "layer": str(level)} if level else {}
    return {**implied, **tags, **over, "highway": kind}


def _level(facts: Mapping[str, str]) -> int:
    """How many levels above the ground: as told, or one for a bridge, one below for a tunnel."""
    for key in ("layer", "level"):
        if re.fullmatch(r"[+-]?\d", facts.get(key, "")) and int(facts[key]):
            return int(facts[key])
    structure = facts.get("structure", "").lower()
    if structure == "bridge" or facts.get("bridge", "no").lower() not in _NO:
        return 1
    return -1 if structure == "tunnel" or facts.get("tunnel", "no").lower() not in _NO else _GROUND


def _extract(lines: list[Line], dated: str, source: str) -> Extract:
    landings = {(line.points[end], line.level) for line in lines for end in (0, -1)}
    ids: dict[tuple[Point, int], int] = {}
    ways = []
    for number, line in enumerate(lines, 1):
        levels = [_GROUND if (point, line.level) in landings else line.level for point in line.points]
        nodes = [ids.setdefault(key, len(ids) + 1) for key in zip(line.points, levels, strict=True)]
        ways.append(Way(number, tuple(nodes), line.tags))
    return Extract({node: point for (point, _), node in ids.items()}, {}, tuple(ways), (), dated, source)
