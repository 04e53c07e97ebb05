"""Reads the contours of communes, and measures how far a point lies outside one."""

import json
from math import cos, radians
from pathlib import Path
from typing import Any

from shapely import Point, Polygon

from picup_planner.errors import Mistake, Origin
from picup_planner.territory.files import content
from picup_planner.territory.tables import CONTOURS

Ring = tuple[tuple[float, float], ...]
"""A closed ring of (longitude, latitude)."""

METRES_PER_DEGREE = 111_195
"""Of latitude, on a sphere of 6,371,008.8 m (mean radius, IUGG)."""

SHORTEST = 4
"""Points of the smallest closed ring, a triangle."""


def contours(folder: Path, mistakes: list[Mistake]) -> dict[str, Ring] | None:
    """Contour of each commune by INSEE code, empty where it is null; ``None`` when the file cannot be read."""
    whole_text = content(folder, CONTOURS, mistakes)
    if whole_text is None:
        return None
    try:
        data = json.loads(whole_text)
    except json.JSONDecodeError as error:
        mistakes.append(Mistake("data-json-syntax", {}, Origin(CONTOURS, error.lineno)))
        return None
    except (RecursionError, ValueError):
        mistakes.append(Mistake("data-json-syntax", {}, Origin(CONTOURS)))
        return None
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        mistakes.append(Mistake("data-not-a-feature-collection", {}, Origin(CONTOURS)))
        return None
    found: dict[str, Ring] = {}
    for number, feature in enumerate(features, 1):
        insee = _inside(feature, "properties", "insee")
        origin = Origin(CONTOURS, _line(whole_text, insee))
        if not isinstance(insee, str):
            mistakes.append(Mistake("data-contour-without-insee", {"number": number}, origin))
        elif insee in found:
            mistakes.append(Mistake("data-duplicate-contour", {"insee": insee}, origin))
        else:
            found[insee] = ring_of(feature)
            if not found[insee] and feature.get("geometry", feature) is not None:
                mistakes.append(Mistake("data-wrong-contour", {"insee": insee}, origin))
    return found


def metres_outside(ring: Ring, latitude: float, longitude: float) -> float:
    """Metres from a point to a contour, 0 inside, on the plane tangent at the point."""
    shrink = cos(radians(latitude))
    plane = [
        ((lon - longitude) * METRES_PER_DEGREE * shrink, (lat - latitude) * METRES_PER_DEGREE) for lon, lat in ring
    ]
    return float(Polygon(plane).distance(Point(0, 0)))


def _inside(value: object, *keys: str) -> Any:  # noqa: ANN401  any JSON value
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def ring_of(feature: object) -> Ring:
    """Outer ring of a feature that is one sound polygon without a hole, empty when it is not."""
    rings = _inside(feature, "geometry", "coordinates")
    if _inside(feature, "geometry", "type") != "Polygon" or not isinstance(rings, list) or len(rings) != 1:
        return ()
    if not isinstance(rings[0], list) or not all(map(_is_position, rings[0])):
        return ()
    ring = tuple((float(position[0]), float(position[1])) for position in rings[0])
    sound = len(ring) >= SHORTEST and ring[0] == ring[-1] and Polygon(ring).is_valid
    return ring if sound else ()


def _is_position(position: object) -> bool:
    if not isinstance(position, list) or len(position) not in (2, 3):
        return False
    limits = zip(position, (180, 90), strict=False)
    return all(type(value) in (int, float) and abs(value) <= most for value, most in limits)


def _line(whole_text: str, insee: object) -> int | None:
    """First line that holds an INSEE code."""
    lines = enumerate(whole_text.split("\n"), 1)
    return next((number for number, line in lines if f'"{insee}"' in line), None)
