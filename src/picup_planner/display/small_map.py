"""A month's tours as one small picture: outlines, main roads, the real road of each tour, its stops; no script.

What stays the same from plan to plan is drawn once: :func:`ground` gives it, and each map refers to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import cos, radians

from picup_planner.draw import Drawing, Line, Point, RoadRank
from picup_planner.messages import Words
from picup_planner.plan import Plan
from picup_planner.publish.panel import COLOURS, labels
from picup_planner.publish.text import Html, joined, tag

WIDTH = 420
"""Units across; a map scales to whatever holds it."""

_MARGIN = 12
_ROADS = {RoadRank.MOTORWAY: 1.6, RoadRank.MAIN: 0.8}


@dataclass(frozen=True)
class Frame:
    """Where a point of the ground falls on the picture, and how high the picture is."""

    west: float
    north: float
    scale: float
    squeeze: float
    height: float

    def __call__(self, point: Point) -> str:
        """Give `x,y` of a (longitude, latitude)."""
        across = (point[0] - self.west) * self.squeeze * self.scale + _MARGIN
        down = (self.north - point[1]) * self.scale + _MARGIN
        return f"{across:.1f},{down:.1f}"


def framed(drawings: Iterable[Drawing]) -> Frame:
    """Give the frame that holds the communes, sites and depots of all these drawings."""
    points = [
        point
        for drawing in drawings
        for group in (
            *(commune.outline for commune in drawing.communes),
            tuple(site.point for site in drawing.sites),
            tuple(depot.point for depot in drawing.depots),
        )
        for point in group
    ]
    (west, east), (south, north) = ((min(values), max(values)) for values in zip(*points, strict=True))
    squeeze = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * _MARGIN) / max((east - west) * squeeze, 1e-6)
    return Frame(west, north, scale, squeeze, (north - south) * scale + 2 * _MARGIN)


def small_map(plan: Plan, drawing: Drawing, words: Words, frame: Frame | None = None, *, shared: str = "") -> Html:
    """Draw a plan.

    Parameters
    ----------
    frame
        By default that of the drawing.
    shared
        Name that :func:`ground` was given, in the same page; without it the picture holds its own ground.
    """
    frame = frame or framed([drawing])
    below = Html(f'<use href="#{shared}"/>') if shared else _ground(drawing, frame)
    title = words("small-map", month=plan.month, n=len(plan.tours))
    return _picture(
        joined(below, _legs(plan, drawing, frame), _stops(plan, frame), _depots(drawing, frame)), frame, title
    )


def ground(drawing: Drawing, frame: Frame) -> tuple[str, Html]:
    """Give the name of what maps share, and what must stand once in the page before them."""
    drawn = _ground(drawing, frame)
    name = f"ground-{sha256(drawn.encode()).hexdigest()[:8]}"
    return name, Html(f'<svg width="0" height="0" aria-hidden="true"><defs><g id="{name}">{drawn}</g></defs></svg>')


def _picture(inside: Html, frame: Frame, title: str) -> Html:
    size = f'viewBox="0 0 {WIDTH} {frame.height:.0f}" width="{WIDTH}" height="{frame.height:.0f}"'
    shape = f'<svg xmlns="http://www.w3.org/2000/svg" class="small-map" role="img" {size}>'
    return Html(f"{shape}{tag('title', title)}{inside}</svg>")


def _ground(drawing: Drawing, frame: Frame) -> Html:
    outlines = [commune.outline for commune in drawing.communes if commune.outline]
    roads = [
        _lines(some.lines, frame, fill="none", stroke="#c3ccd3", width=_ROADS[some.rank])
        for some in drawing.roads
        if some.rank in _ROADS
    ]
    return joined(_lines(outlines, frame, fill="#fbfcfa", stroke="#8795a1", width=1), *roads)


def _legs(plan: Plan, drawing: Drawing, frame: Frame) -> Html:
    drawn = []
    for number, tour in enumerate(plan.tours):
        lines = [leg.line for leg in drawing.legs if (leg.van, leg.date) == (tour.van, tour.date)]
        drawn.append(_lines(lines, frame, fill="none", stroke=COLOURS[number % len(COLOURS)], width=1.8))
    return joined(*drawn)


def _stops(plan: Plan, frame: Frame) -> Html:
    """One spot a place, as large as it is visited often; its name and dates show when it is pointed at."""
    days: dict[str, list[str]] = {}
    for label, tour in zip(labels(plan.tours).values(), plan.tours, strict=True):
        for stop in tour.permanences:
            days.setdefault(stop, []).append(label)
    places: dict[str, tuple[Point, str, list[str]]] = {}
    for one in plan.permanences:
        if one.id in days and one.place.longitude is not None and one.place.latitude is not None:
            spot = (one.place.longitude, one.place.latitude)
            places.setdefault(one.place.id, (spot, one.place.name, []))[2].extend(days[one.id])
    return joined(
        *(
            _spot(frame(spot), 3 + 1.5 * len(dates), f"{name}\u00a0: {', '.join(dates)}")
            for spot, name, dates in places.values()
        )
    )


def _spot(at: str, radius: float, title: str) -> Html:
    across, down = at.split(",")
    circle = f'<circle cx="{across}" cy="{down}" r="{radius:.1f}" fill="#1c2733" stroke="#ffffff" stroke-width="1.2">'
    return Html(f"{circle}{tag('title', title)}</circle>")


def _depots(drawing: Drawing, frame: Frame) -> Html:
    drawn = []
    for depot in drawing.depots:
        across, down = (float(value) for value in frame(depot.point).split(","))
        square = f'<rect x="{across - 4:.1f}" y="{down - 4:.1f}" width="8" height="8" fill="#b3213a" stroke="#ffffff">'
        drawn.append(Html(f"{square}{tag('title', depot.name)}</rect>"))
    return joined(*drawn)


def _lines(lines: Sequence[Line], frame: Frame, *, fill: str, stroke: str, width: float) -> Html:
    """One path for all; a point that falls where the last one did is left out."""
    paths = []
    for line in lines:
        points = list(dict.fromkeys(map(frame, line)))
        paths.append(f"M{' '.join(points)}{'Z' if line[0] == line[-1] else ''}")
    if not paths:
        return Html()
    shape = f'fill="{fill}" stroke="{stroke}" stroke-width="{width}" stroke-linejoin="round"'
    return Html(f'<path d="{"".join(paths)}" {shape}/>')
