"""Plan and road network to what a map shows: outlines, sites, the real road of every leg, a light background.

Coordinates are (longitude, latitude) in WGS 84 degrees, rounded to 5 decimals, about a metre.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from enum import StrEnum
from math import inf

from shapely import LineString, MultiLineString, Polygon, line_merge, unary_union
from shapely import Point as ShapelyPoint
from shapely.geometry.base import BaseGeometry

from picup_planner.plan import Plan
from picup_planner.problem import Depot, Id, Noun, Problem, Site, SiteKind, Territory, Text
from picup_planner.roads.inspection import Inspection
from picup_planner.roads.network import Network
from picup_planner.roads.travel import Location, routes

DECIMALS = 5
AROUND = 0.05
"""Degrees around the territory within which larger roads are drawn; streets stop at its border."""

TOLERANCE = 0.00006
"""Degrees a background line may stray from its road, about 6 metres."""

POINTS = 8000
"""Points of background at most, main roads first, so that a page stays light whatever the extract."""

Point = tuple[float, float]
Line = tuple[Point, ...]


class SiteState(StrEnum):
    """What the month makes of a site."""

    SERVED = "served"
    FREE = "free"
    OFF = "off"


class RoadRank(StrEnum):
    """How wide a road is drawn."""

    MOTORWAY = "motorway"
    MAIN = "main"
    STREET = "street"


class DrawnCommune(Noun):
    """A commune and its outline, one closed ring, empty when unknown."""

    id: Id
    name: Text
    outline: Line


class DrawnSite(Noun):
    """A site that has coordinates."""

    id: Id
    name: Text
    commune_name: Text
    neighbourhood: Text
    kind: SiteKind
    state: SiteState
    point: Point


class DrawnDepot(Noun):
    """A place where vans sleep."""

    id: Id
    name: Text
    point: Point


class DrawnLeg(Noun):
    """The road of one leg of a tour; `index` is its rank in `Tour.legs`."""

    van: Id
    date: Date
    index: int
    line: Line


class DrawnRoads(Noun):
    """Background roads of one rank."""

    rank: RoadRank
    lines: tuple[Line, ...]


class Drawing(Noun):
    """Everything a map of a plan is drawn from; serialises to JSON and back without loss."""

    communes: tuple[DrawnCommune, ...] = ()
    sites: tuple[DrawnSite, ...] = ()
    depots: tuple[DrawnDepot, ...] = ()
    legs: tuple[DrawnLeg, ...] = ()
    roads: tuple[DrawnRoads, ...] = ()


class DrawnPlace(Noun):
    """A depot or a site, and the point of a road it is reached from, so many metres away."""

    id: str
    name: Text
    metres: int
    point: Point
    road: Point


class DrawnTrouble(Noun):
    """Roads worth a look: set aside for a reason, or of a doubtful speed limit; `kind` and `limit` as OSM has them."""

    why: str
    name: str
    metres: int
    lines: tuple[Line, ...]
    kind: str = ""
    limit: str = ""


class DrawnInspection(Noun):
    """What is to be shown of an inspection of the roads: `lengths` are metres by class, in all and one-way.

    `dated` is the day of the data, empty when unknown, and `hash` that of the file, empty when its network is refused.
    """

    dated: str
    hash: str
    share: float
    lengths: tuple[tuple[str, int, int], ...]
    turns: int
    turns_ignored: int
    places: tuple[DrawnPlace, ...]
    aside: tuple[DrawnTrouble, ...]
    doubts: tuple[DrawnTrouble, ...]
    stranded: tuple[tuple[str, str], ...]


def draw_inspection(found: Inspection) -> DrawnInspection:
    """Draw what an inspection found."""
    return DrawnInspection(
        dated=found.extract.dated,
        hash=found.roads.hash if found.roads else "",
        share=found.share,
        lengths=tuple((kind, round(all_of), round(single)) for kind, (all_of, single) in found.lengths.items()),
        turns=len(found.roads.turns) if found.roads else 0,
        turns_ignored=found.roads.turns_ignored if found.roads else 0,
        places=tuple(
            DrawnPlace(
                id=snap.location.id,
                name=snap.location.name,
                metres=round(snap.metres),
                point=_point(snap.location.longitude, snap.location.latitude),
                road=_point(snap.longitude, snap.latitude),
            )
            for snap in found.snaps
        ),
        aside=tuple(
            DrawnTrouble(why=piece.aside, name=piece.name, metres=round(piece.metres), lines=_merged(piece.lines))
            for piece in found.pieces
        ),
        doubts=tuple(
            DrawnTrouble(
                why=doubt.reason,
                name=doubt.name,
                metres=round(doubt.metres),
                lines=_merged([doubt.line]),
                kind=doubt.kind,
                limit=doubt.limit,
            )
            for doubt in found.doubts
        ),
        stranded=tuple((start.name, end.name) for start, end in found.stranded),
    )


def _merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines joined end to end, and simplified."""
    merged = line_merge(MultiLineString(list(lines)))
    return tuple(_simple(line, TOLERANCE) for line in getattr(merged, "geoms", [merged]))


def draw(problem: Problem, plan: Plan, network: Network) -> Drawing:
    """Draw a plan on the network its travel times come from."""
    ground = draw_territory(problem.territory, network, {permanence.place.id for permanence in plan.permanences})
    return ground.model_copy(update={"legs": tuple(_legs(problem, plan, network))})


def draw_territory(territory: Territory, network: Network | None, served: Collection[str] = ()) -> Drawing:
    """Draw what lasts from month to month, of which the sites of these ids are served; without a network, no road."""
    names = {commune.id: commune.name for commune in territory.communes}
    communes = tuple(
        DrawnCommune(id=commune.id, name=commune.name, outline=_line(commune.contour)) for commune in territory.communes
    )
    sites = tuple(
        DrawnSite(
            id=site.id,
            name=site.name,
            commune_name=names[site.commune],
            neighbourhood=site.neighbourhood,
            kind=site.kind,
            state=_state(site, served),
            point=_point(site.longitude, site.latitude),
        )
        for site in territory.sites
        if site.longitude is not None and site.latitude is not None
    )
    depots = tuple(
        DrawnDepot(id=depot.id, name=depot.name, point=_point(depot.longitude, depot.latitude))
        for depot in territory.depots
    )
    roads = tuple(_background(network, _ground(communes, (*sites, *depots)))) if network else ()
    return Drawing(communes=communes, sites=sites, depots=depots, roads=roads)


def _state(site: Site, served: Collection[str]) -> SiteState:
    if site.id in served:
        return SiteState.SERVED
    return SiteState.FREE if site.on else SiteState.OFF


def _legs(problem: Problem, plan: Plan, network: Network) -> Iterator[DrawnLeg]:
    places: tuple[Depot | Site, ...] = (*problem.territory.depots, *problem.territory.sites)
    locations = {
        place.id: Location(place.id, place.name, place.latitude, place.longitude)
        for place in places
        if place.latitude is not None and place.longitude is not None
    }
    pairs = sorted({(leg.start, leg.end) for tour in plan.tours for leg in tour.legs})
    ends = [(locations[start], locations[end]) for start, end in pairs]
    roads = routes(network, ends, refused_over=inf)  # the travel times have refused what is too far
    points = {place: (location.longitude, location.latitude) for place, location in locations.items()}
    for tour in plan.tours:
        for index, leg in enumerate(tour.legs):
            road = [points[leg.start], *roads[leg.start, leg.end], points[leg.end]]
            yield DrawnLeg(van=tour.van, date=tour.date, index=index, line=_simple(LineString(road), TOLERANCE / 2))


def _background(network: Network, ground: BaseGeometry) -> Iterator[DrawnRoads]:
    """Roads around the ground, both directions drawn once, as long lines; the longest ones first within a rank."""
    left = POINTS
    around = {rank: ground if rank == RoadRank.STREET else ground.buffer(AROUND) for rank in RoadRank}
    for rank in RoadRank:
        pieces = {
            min(line, line[::-1])
            for kind, geometry in zip(network.kind.tolist(), network.geometry, strict=True)
            if _rank(kind) == rank and len(line := _line(geometry.tolist())) > 1
        }
        merged = line_merge(MultiLineString(sorted(pieces))).intersection(around[rank])
        parts = [part for part in getattr(merged, "geoms", [merged]) if isinstance(part, LineString) and part.length]
        lines = []
        for part in sorted(parts, key=lambda part: (-part.length, part.coords[0])):
            line = _simple(part, TOLERANCE)
            if len(line) > left:
                break
            left -= len(line)
            lines.append(line)
        yield DrawnRoads(rank=rank, lines=tuple(lines))


def _ground(communes: Iterable[DrawnCommune], places: Iterable[DrawnSite | DrawnDepot]) -> BaseGeometry:
    """Communes, and places wherever they are."""
    outlines = [Polygon(commune.outline).buffer(0) for commune in communes if commune.outline]
    return unary_union([*outlines, *(ShapelyPoint(place.point) for place in places)])


def _rank(kind: str) -> RoadRank:
    """Rank of an OSM highway class; link roads count as the road they lead to."""
    match kind.removesuffix("_link"):
        case "motorway" | "trunk":
            return RoadRank.MOTORWAY
        case "primary" | "secondary":
            return RoadRank.MAIN
        case _:
            return RoadRank.STREET


def _simple(line: LineString, tolerance: float) -> Line:
    return _line(line.simplify(tolerance).coords)


def _line(points: Iterable[Iterable[float]]) -> Line:
    """Points rounded, a point that repeats the one before it left out."""
    rounded = [_point(longitude, latitude) for longitude, latitude in points]
    return tuple(point for i, point in enumerate(rounded) if i == 0 or point != rounded[i - 1])


def _point(longitude: float, latitude: float) -> Point:
    return round(float(longitude), DECIMALS), round(float(latitude), DECIMALS)
