"""Places of an extract where a van could stop, for a person to judge: found, told apart, moved to a road, ranked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import cos, hypot, inf, radians

import numpy as np
import shapely

from picup_planner.problem import Area, Commune, Market, Site, SiteKind
from picup_planner.roads.network import WARNED_OVER, Location, Network, snap
from picup_planner.roads.opening_hours import market_days
from picup_planner.roads.survey import METRES_PER_DEGREE, Feature, Point, Survey
from picup_planner.roads.walking import Footways, Walks, Weights, walkable

SMALLEST_PARKING = 600.0
"""Square metres under which a car park has no room for a van and people around it: some twenty-five cars."""

SAME_NAME = 150.0
"""Metres within which two places of one name are one; a place that near a site of the territory is that site."""

SAME_PLACE = 60.0
"""Metres within which two places are one, whatever their names."""


class Found(StrEnum):
    """What a candidate is, the better ones first."""

    MARKET = "market"
    SQUARE = "square"
    TOWN_HALL = "town-hall"
    STATION = "station"
    SOCIAL_CENTRE = "social-centre"
    LIBRARY = "library"
    PARKING = "parking"

    @property
    def kind(self) -> SiteKind:
        """Kind of site it would be: a van stands in front of a building, or on a car park as on a square."""
        match self:
            case Found.MARKET:
                return SiteKind.MARKET
            case Found.STATION:
                return SiteKind.STATION
            case Found.SQUARE | Found.PARKING:
                return SiteKind.SQUARE
            case _:
                return SiteKind.FORECOURT


_AMENITIES = {
    "marketplace": Found.MARKET,
    "townhall": Found.TOWN_HALL,
    "library": Found.LIBRARY,
    "social_facility": Found.SOCIAL_CENTRE,
    "community_centre": Found.SOCIAL_CENTRE,
    "social_centre": Found.SOCIAL_CENTRE,
}
_HOMES = {"nursing_home", "assisted_living", "group_home"}
"""Social facilities where people live."""

_NOT_FOR_ALL = {"private", "no", "customers", "permit", "residents", "employees", "delivery", "military"}
_COVERED = {"underground", "multi-storey", "rooftop", "garage", "garages", "garage_boxes", "carports", "sheds"}
_RANK = {found: rank for rank, found in enumerate(Found)}


@dataclass(frozen=True)
class Candidate:
    """A place where a van could stop.

    Parameters
    ----------
    source
        As OpenStreetMap knows it: `way/123`.
    name
        Empty when the place has none; `street` then tells where it is.
    point
        Longitude and latitude: of the middle of the place, then of the road nearest to it.
    moved
        Metres from one to the other.
    hours
        `opening_hours` of a market, as written.
    also
        Other places that are the same, and were left out for this one.
    """

    source: str
    found: Found
    name: str
    point: Point
    moved: float = 0.0
    street: str = ""
    hours: str = ""
    also: tuple["Candidate", ...] = ()

    @property
    def markets(self) -> tuple[Market, ...] | None:
        """Market days of `hours`; ``None`` when they are not simple enough to be read."""
        return market_days(self.hours) if self.hours else ()


@dataclass(frozen=True)
class Suggestion:
    """A candidate and whom it would reach on foot.

    Parameters
    ----------
    residents
        Inhabitants of the areas within walking distance; `priority` of them in priority neighbourhoods.
    unknown
        Areas within walking distance whose inhabitants nobody has counted.
    minutes
        Walk of those residents on average; of the nearest area where it reaches none; infinite without any.
    nearest, metres
        The switched-on site nearest on foot and the length of that walk; ``None`` when no walk leads to one.
    """

    candidate: Candidate
    residents: int
    priority: int
    unknown: int
    minutes: float
    nearest: Site | None
    metres: float


@dataclass(frozen=True)
class Suggestions:
    """What came of looking for squares.

    Parameters
    ----------
    ranked
        The best first.
    known
        Candidates that are a site of the territory already.
    too_far
        Candidates farther than `WARNED_OVER` from a road of the network, or whose road lies outside the commune.
    lost
        Candidates, areas and sites that no footway of the extract comes near: nobody walks from or to them.
    """

    ranked: tuple[Suggestion, ...]
    known: tuple[tuple[Candidate, Site], ...]
    too_far: tuple[Candidate, ...]
    lost: tuple[Location, ...]


def candidates(survey: Survey, commune: Commune) -> tuple[Candidate, ...]:
    """Places inside the contour of a commune, each once."""
    contour = shapely.Polygon(commune.contour)
    shapely.prepare(contour)
    found = (candidate for feature in survey.features if (candidate := _candidate(feature)))
    inside = _told_apart(each for each in found if contour.intersects(shapely.Point(each.point)))
    streets = _Streets(survey)
    return tuple(each if each.name else replace(each, street=streets.nearest(each.point)) for each in inside)


@dataclass(frozen=True)
class Ground:
    """What candidates are judged by: the territory's own network, the footways, its sites and where people live."""

    roads: Network
    footways: Footways
    sites: Sequence[Site] = ()
    areas: Sequence[Area] = ()
    walking_distance: int = 600


def suggestions(found: Iterable[Candidate], commune: Commune, ground: Ground) -> Suggestions:
    """Move candidates to a drivable point and rank them.

    Residents of priority neighbourhoods within walking distance come first, then all residents, then the walk.
    """
    spots = {
        site.id: (site.longitude, site.latitude)
        for site in ground.sites
        if site.latitude is not None and site.longitude is not None
    }
    placed = [site for site in ground.sites if site.id in spots]
    new, known = [], []
    for each in found:
        away = [_metres(each.point, spots[site.id]) for site in placed]
        if away and min(away) <= SAME_NAME:
            known.append((each, placed[away.index(min(away))]))
        else:
            new.append(each)
    contour = shapely.Polygon(commune.contour)
    near: list[Candidate] = []
    too_far: list[Candidate] = []
    for each in _moved(new, ground.roads):
        reached = each.moved <= WARNED_OVER and contour.intersects(shapely.Point(each.point))
        (near if reached else too_far).append(each)
    near = _told_apart(near)
    served = [site for site in placed if site.on]
    locations = [
        *(_location(each.source, each.name or each.street, each.point) for each in near),
        *(_location(f"area {area.id}", area.name, (area.longitude, area.latitude), area) for area in ground.areas),
        *(_location(f"site {site.id}", site.name, spots[site.id], site) for site in served),
    ]
    walks = Walks(ground.footways, locations)
    ranked = sorted(_judged(near, served, ground, walks), key=_merit)
    return Suggestions(tuple(ranked), tuple(known), tuple(too_far), walks.lost)


def _candidate(feature: Feature) -> Candidate | None:
    """Tell what a feature is, if a van could stop there; its market hours when it is a market."""
    tags = feature.tags
    found = _AMENITIES.get(tags.get("amenity", ""))
    if found is Found.SOCIAL_CENTRE and tags.get("social_facility") in _HOMES:
        found = None
    if not found and tags.get("place") == "square":
        found = Found.SQUARE
    if not found and (tags.get("railway") in {"station", "halt"} or tags.get("public_transport") == "station"):
        found = Found.STATION
    if not found and _is_large_parking(feature):
        found = Found.PARKING
    if not found or tags.get("access") in {"private", "no"}:
        return None
    hours = tags.get("opening_hours", "") if found is Found.MARKET else ""
    return Candidate(
        f"{feature.type}/{feature.id}", found, tags.get("name", "").strip(), _middle(feature.points), hours=hours
    )


def _is_large_parking(feature: Feature) -> bool:
    tags = feature.tags
    return (
        tags.get("amenity") == "parking"
        and tags.get("access", "yes") not in _NOT_FOR_ALL
        and tags.get("motor_vehicle", "yes") not in _NOT_FOR_ALL
        and tags.get("parking") not in _COVERED
        and tags.get("location") not in {"underground", "rooftop"}
        and tags.get("covered", "no") == "no"
        and "building" not in tags
        and not tags.get("layer", "0").startswith("-")
        and _area(feature.points) >= SMALLEST_PARKING
    )


def _area(ring: Sequence[Point]) -> float:
    """Square metres of a closed ring, 0 for a point."""
    if len(ring) == 1:
        return 0.0
    return float(shapely.Polygon(ring).area) * METRES_PER_DEGREE**2 * cos(radians(ring[0][1]))


def _middle(points: Sequence[Point]) -> Point:
    """Centre of an area, or a point inside it where its centre is outside."""
    if len(points) == 1:
        return points[0]
    area = shapely.Polygon(points)
    middle = area.centroid if area.contains(area.centroid) else area.point_on_surface()
    return middle.x, middle.y


def _metres(a: Point, b: Point) -> float:
    """Straight distance of two places of one commune."""
    return METRES_PER_DEGREE * hypot((a[0] - b[0]) * cos(radians(a[1])), a[1] - b[1])


def _location(name: str, title: str, point: Point, noun: Area | Site | None = None) -> Location:
    return Location(name, title, point[1], point[0], noun.origin if noun else None)


def _told_apart(found: Iterable[Candidate]) -> list[Candidate]:
    """Keep the better of two that are one, with what the other was."""
    kept: list[Candidate] = []
    for each in sorted(found, key=lambda one: (_RANK[one.found], not one.name, one.source)):
        twin = next((i for i, other in enumerate(kept) if _are_one(each, other)), None)
        if twin is None:
            kept.append(each)
        else:
            also = (*kept[twin].also, replace(each, also=()), *each.also)
            kept[twin] = replace(kept[twin], also=also, hours=kept[twin].hours or each.hours)
    return kept


def _are_one(a: Candidate, b: Candidate) -> bool:
    same = a.name and a.name.casefold() == b.name.casefold()
    return _metres(a.point, b.point) <= (SAME_NAME if same else SAME_PLACE)


def _moved(found: Sequence[Candidate], roads: Network) -> Iterator[Candidate]:
    """Put each at the nearest point of a road."""
    places = [_location(each.source, each.name, each.point) for each in found]
    for each, foot in zip(found, snap(roads, places, refused_over=inf), strict=True):
        yield replace(each, point=(foot.longitude, foot.latitude), moved=foot.metres)


def _judged(near: Sequence[Candidate], served: Sequence[Site], ground: Ground, walks: Walks) -> Iterator[Suggestion]:
    names = [each.source for each in near]
    areas = [f"area {area.id}" for area in ground.areas]
    lengths, times = walks.metres(names, areas), walks.seconds(names, areas)
    stops = walks.metres(names, [f"site {site.id}" for site in served])
    people = np.array([area.residents or 0 for area in ground.areas])
    urgent = np.array([bool(area.priority_neighbourhood) for area in ground.areas], bool)
    counted = np.array([area.residents is not None for area in ground.areas], bool)
    for i, each in enumerate(near):
        reached = lengths[i] <= ground.walking_distance
        stop = int(np.argmin(stops[i])) if served and np.isfinite(stops[i]).any() else None
        yield Suggestion(
            candidate=each,
            residents=int(people[reached].sum()),
            priority=int(people[reached & urgent].sum()),
            unknown=int((reached & ~counted).sum()),
            minutes=_walk(times[i], people * reached),
            nearest=None if stop is None else served[stop],
            metres=inf if stop is None else float(stops[i, stop]),
        )


def _walk(seconds: Weights, people: Weights) -> float:
    """Minutes of those people on average, or from the nearest area when there are none."""
    if people.sum():
        reached = people > 0
        return float(np.average(seconds[reached], weights=people[reached])) / 60
    return float(seconds.min(initial=inf)) / 60


def _merit(suggestion: Suggestion) -> tuple[float | str, ...]:
    one = suggestion.candidate
    order = (-suggestion.priority, -suggestion.residents, suggestion.minutes, _RANK[one.found])
    return (*order, one.name or "\uffff", one.source)


class _Streets:
    """Named streets, to tell where a place without a name is."""

    def __init__(self, survey: Survey) -> None:
        lines = [line for line in survey.lines if line.tags.get("name") and walkable(line.tags) and len(line.nodes) > 1]
        self._names = [line.tags["name"] for line in lines]
        self._shrink = cos(radians(survey.nodes[lines[0].nodes[0]][1])) if lines else 1.0
        self._tree = shapely.STRtree(
            [shapely.LineString(self._flat(survey.nodes[n] for n in line.nodes)) for line in lines]
        )

    def nearest(self, point: Point) -> str:
        """Name of the street nearest to a point, empty when no street has one."""
        return self._names[self._tree.nearest(shapely.Point(self._flat([point])[0]))] if self._names else ""

    def _flat(self, points: Iterable[Point]) -> list[Point]:
        """Degrees of one length in every direction."""
        return [(longitude * self._shrink, latitude) for longitude, latitude in points]
