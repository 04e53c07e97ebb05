"""The staff map: one page that opens offline, asks nothing of anybody and runs nothing but its own two scripts.

Folium writes the layers. Its page is not kept: it would load ten files from five hosts, forbid zooming, and put
names inside JavaScript. Here the names stay in the list (`panel.py`), which the page's script reads by id; what
folium is given is numbers, ids and our own words.
"""

import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files
from itertools import count

import folium
from folium.utilities import get_and_assert_figure_root

from picup_planner.draw import Drawing, Line, Point, SiteState
from picup_planner.messages import Words
from picup_planner.plan import Kind, Plan
from picup_planner.publish.panel import COLOURS, DASHES, labels, panel, pill, style_of
from picup_planner.publish.text import Html, joined, tag

_FRAME = "chart"
_ROADS = {"motorway": 2.6, "main": 1.6, "street": 0.8}
_ASSETS = files("picup_planner.publish") / "assets"


def staff_map(plan: Plan, drawing: Drawing, language: str = "fr") -> str:
    """Whole page of a plan, the same bytes for the same plan.

    Parameters
    ----------
    plan, drawing
        The month, and what is drawn of it.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    """
    words = Words(language)
    styles = [_css("leaflet/leaflet.css"), _palette(), _css("map.css")]
    scripts = [_js("leaflet/leaflet.js"), _layers(plan, drawing, words), _js("map.js")]
    title = f"{words('map-title', month=plan.month)} · {plan.territory_name} ({words('map-internal').lower()})"
    head = joined(
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_policy(styles, scripts)}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'),
        tag("title", title),
        *(Html(f"<style>{style}</style>") for style in styles),
    )
    body = joined(
        tag("a", words("map-to-map"), href=f"#{_FRAME}", class_="skip"),
        tag("main", tag("div", panel(plan, drawing, words), class_="panel"), _map(words)),
        *(Html(f"<script>{script}</script>") for script in scripts),
    )
    return f'<!DOCTYPE html>\n<html lang="{language}">\n<head>{head}</head>\n<body>{body}</body>\n</html>\n'


def _map(words: Words) -> Html:
    told = {
        name: words(f"map-{name}")
        for name in ("layers", "zoom-in", "zoom-out", "fullscreen", "fullscreen-exit", "all", "close")
    }
    frame = tag(
        "div",
        class_="folium-map",
        id=_FRAME,
        role="region",
        aria_label=words("map-label"),
        **{f"data_{name}": text for name, text in told.items()},
    )
    keys = (
        (tag("span", class_="line"), "map-legend-line"),
        (pill("8", 1), "map-legend-stop"),
        (tag("span", pill("F"), class_="fixed"), "map-legend-fixed"),
        (tag("span", class_="dot free"), "map-legend-free"),
        (tag("span", class_="dot off"), "map-legend-off"),
        (tag("span", class_="dot depot"), "map-legend-depot"),
    )
    legend = tag(
        "details",
        tag("summary", words("map-legend")),
        tag("ul", *(tag("li", tag("span", sign, class_="sign"), words(name)) for sign, name in keys)),
        class_="legend",
        open="open",
    )
    credit = tag("p", words("map-attribution"), class_="credit")
    return tag("div", frame, legend, credit, tag("noscript", tag("p", words("map-without-script"))), class_="frame")


def _layers(plan: Plan, drawing: Drawing, words: Words) -> str:
    """Folium's JavaScript for the layers, its random ids numbered in order of appearance."""
    latitudes, longitudes = _bounds(plan, drawing)
    centre = (sum(latitudes) / 2, sum(longitudes) / 2)
    chart = folium.Map(centre, tiles=None, zoom_start=12, min_zoom=9, max_zoom=18, zoom_snap=0.25, zoom_delta=0.5)
    _communes(chart, drawing, words)
    _roads(chart, drawing, words)
    _tours(chart, plan, drawing, words)
    _fixed(chart, plan, words)
    _sites(chart, drawing, words)
    _depots(chart, drawing, words)
    folium.LayerControl(position="topright").add_to(chart)
    chart.fit_bounds([list(corner) for corner in zip(latitudes, longitudes, strict=True)], padding=(24, 24))
    figure = get_and_assert_figure_root(chart)
    figure.render()
    script = figure.script.render().replace(chart.get_name(), _FRAME)
    number: defaultdict[str, int] = defaultdict(count(1).__next__)
    numbered = re.sub(r"_([0-9a-f]{32})(?![0-9a-f])", lambda found: f"_{number[found[1]]}", script)
    return re.sub(r"\n\s*", "\n", numbered)


def _communes(chart: folium.Map, drawing: Drawing, words: Words) -> None:
    group = _group(chart, words("map-layer-communes"))
    for commune in drawing.communes:
        if not commune.outline:
            continue
        ring = [_latlon(point) for point in commune.outline]
        folium.Polygon(ring, class_name="commune", color="#6d7f8f", weight=1.5, fill=True).add_to(group)
        middle = [(min(values) + max(values)) / 2 for values in zip(*ring, strict=True)]
        _marker(middle, "commune-name", [f"commune-{commune.id}"], still=True).add_to(group)


def _roads(chart: folium.Map, drawing: Drawing, words: Words) -> None:
    group = _group(chart, words("map-layer-roads"))
    for roads in reversed(drawing.roads):
        if roads.lines:
            _line(roads.lines, f"road {roads.rank}", weight=_ROADS[roads.rank], color="#b9c2ca").add_to(group)


def _tours(chart: folium.Map, plan: Plan, drawing: Drawing, words: Words) -> None:
    places = {permanence.id: permanence.place for permanence in plan.permanences}
    for number, (tour, label) in enumerate(labels(plan.tours).items()):
        style, colour = style_of(number), COLOURS[number % len(COLOURS)]
        name = joined(tag("span", pill(label), class_=style), words.date(tour.date, short=True))
        group = _group(chart, name)
        lines = [leg.line for leg in drawing.legs if (leg.van, leg.date) == (tour.van, tour.date)]
        if lines:
            _line(lines, f"casing {style}", weight=5, color="#ffffff").add_to(group)
            dash = DASHES[number // len(COLOURS) % len(DASHES)]
            _line(lines, f"drive {style}", weight=2.5, color=colour, dash_array=dash or None).add_to(group)
        for permanence in tour.permanences:
            place = places[permanence]
            if place.latitude is not None and place.longitude is not None:
                spot = (place.latitude, place.longitude)
                _marker(spot, f"stop {style}", [f"stop-{permanence}"], number).add_to(group)


def _fixed(chart: folium.Map, plan: Plan, words: Words) -> None:
    held = defaultdict(list)
    for permanence in plan.permanences:
        place = permanence.place
        if permanence.kind == Kind.FIXED and place.latitude is not None and place.longitude is not None:
            held[place.latitude, place.longitude].append(f"stop-{permanence.id}")
    if held:
        group = _group(chart, words("map-layer-fixed"))
        for spot, items in held.items():
            _marker(spot, "stop fixed", items).add_to(group)


def _sites(chart: folium.Map, drawing: Drawing, words: Words) -> None:
    group = _group(chart, words("map-layer-sites"))
    for site in drawing.sites:
        if site.state != SiteState.SERVED:
            _marker(_latlon(site.point), f"site {site.state} {site.kind}", [f"site-{site.id}"]).add_to(group)


def _depots(chart: folium.Map, drawing: Drawing, words: Words) -> None:
    group = _group(chart, words("map-layer-depots"))
    for depot in drawing.depots:
        _marker(_latlon(depot.point), "depot", [f"depot-{depot.id}"]).add_to(group)


def _group(chart: folium.Map, name: str) -> folium.FeatureGroup:
    """Build a layer a reader may switch off."""
    group = folium.FeatureGroup(joined(name))
    group.add_to(chart)
    return group


def _marker(
    spot: Point | list[float], style: str, items: list[str], tour: int | None = None, *, still: bool = False
) -> folium.Marker:
    """Build a marker that the page's script names and fills from the elements of the list called `items`."""
    icon = folium.DivIcon(html="", icon_size=(24, 24), icon_anchor=(12, 12), class_name=f"mark {style}")
    return folium.Marker(spot, icon=icon, items=items, tour=tour, interactive=not still, keyboard=not still)


def _line(lines: Iterable[Line], style: str, **options: object) -> folium.PolyLine:
    points = [[_latlon(point) for point in line] for line in lines]
    return folium.PolyLine(points, class_name=style, **options)  # type: ignore[no-untyped-call]  # folium types no line


def _latlon(point: Point) -> Point:
    return point[1], point[0]


def _bounds(plan: Plan, drawing: Drawing) -> tuple[tuple[float, float], tuple[float, float]]:
    """South and north, west and east of what matters: communes, or the sites where no outline is known."""
    points = [point for commune in drawing.communes for point in commune.outline]
    points += [site.point for site in drawing.sites] + [depot.point for depot in drawing.depots]
    points += [(tour.depot_longitude, tour.depot_latitude) for tour in plan.tours]
    longitudes, latitudes = zip(*points, strict=True) if points else ((-5.0, 9.0), (42.0, 51.0))
    return (min(latitudes), max(latitudes)), (min(longitudes), max(longitudes))


def _palette() -> str:
    """One class per colour, which badges and lines share."""
    return "".join(f".c{i}{{--tour:{colour}}}" for i, colour in enumerate(COLOURS))


def _policy(styles: list[str], scripts: list[str]) -> str:
    """Nothing but these very styles and scripts, and images written in the page."""
    return (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashes(texts: list[str]) -> str:
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)


def _css(path: str) -> str:
    """Style sheet without the images it would ask for."""
    return re.sub(r"url\((?!\"?data:)[^)]*\)", "none", _asset(path))


def _js(path: str) -> str:
    return re.sub(r"\n//# sourceMappingURL=.*", "", _asset(path))


def _asset(path: str) -> str:
    """Text of an asset with the line ends a browser hashes."""
    return _ASSETS.joinpath(path).read_text(encoding="utf-8")
