"""What the State's own server (API Découpage administratif) knows of a commune."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from shapely import MultiPolygon, Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape

from picup_planner.download import USUAL, Limits, download, host_of
from picup_planner.errors import Mistake, NoAnswer
from picup_planner.territory.contours import Ring, ring_of

SERVER = "https://geo.api.gouv.fr"

FIELDS = "nom,code,population,contour,mairie"

TOLERANCE = 0.0002
"""Degrees a contour may stray from the official one, some twenty metres."""

DECIMALS = 5

_JSON = ("application/json",)


@dataclass(frozen=True)
class Known:
    """What is known of a commune; all but its INSEE code may be missing.

    Parameters
    ----------
    hall
        Longitude and latitude of its town hall.
    """

    insee: str
    name: str = ""
    population: int | None = None
    contour: Ring = ()
    hall: tuple[float, float] | None = None

    @property
    def middle(self) -> tuple[float, float] | None:
        """Its town hall, or else a point inside it, if anything says where it is."""
        if self.hall or not self.contour:
            return self.hall
        point = Polygon(self.contour).representative_point()
        return round(point.x, DECIMALS), round(point.y, DECIMALS)


def ask(insee: str, url: str = SERVER, limits: Limits = USUAL) -> Known:
    """Ask for a commune.

    Raises
    ------
    NoAnswer
        When nothing whole came in time, or nothing that can be understood.
    """
    answer = download(f"{url}/communes/{insee}?{urlencode({'fields': FIELDS, 'format': 'json'})}", _JSON, limits)
    try:
        facts = json.loads(answer)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict) or facts.get("code") != insee or not isinstance(facts.get("nom"), str):
        raise NoAnswer(Mistake("new-not-understood", {"host": host_of(url)}))
    population = facts.get("population")
    return Known(
        insee,
        " ".join(facts["nom"].split())[:100],
        population if type(population) is int and population >= 0 else None,
        _contour(facts.get("contour")),
        _point(facts.get("mairie")),
    )


def _contour(geometry: Any) -> Ring:  # noqa: ANN401  any JSON value
    """Outline of the largest part, holes left out, generalised; empty when it is no surface on Earth."""
    try:
        surface: Any = shape(geometry)
    except (ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return ()
    parts: list[Any] = list(surface.geoms) if isinstance(surface, MultiPolygon) else [surface]
    if not all(isinstance(part, Polygon) and part.exterior for part in parts) or not parts:
        return ()
    outline: Any = Polygon(max(parts, key=lambda part: part.area).exterior).simplify(TOLERANCE)
    rounded = [[round(x, DECIMALS), round(y, DECIMALS)] for x, y, *_ in outline.exterior.coords]
    return ring_of({"geometry": {"type": "Polygon", "coordinates": [rounded]}})


def _point(geometry: object) -> tuple[float, float] | None:
    match geometry:
        case {"type": "Point", "coordinates": [int() | float() as x, int() | float() as y]} if (
            abs(x) <= 180 and abs(y) <= 90  # noqa: PLR2004  degrees
        ):
            return round(float(x), DECIMALS), round(float(y), DECIMALS)
    return None
