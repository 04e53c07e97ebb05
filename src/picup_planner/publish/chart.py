"""What every map of ours is made of: folium's layers, in a page that opens offline and asks nothing of anybody.

Folium writes the layers. Its page is not kept: it would load ten files from five hosts, forbid zooming, and put
names inside JavaScript. Here the names stay in the list beside the map, which the page's script reads by id; what
folium is given is numbers, ids and our own words.
"""

import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.resources import files
from itertools import count

import folium
from folium.map import CustomPane
from folium.utilities import get_and_assert_figure_root

from picup_planner.draw import DrawnCommune, DrawnRoads, Line, Point
from picup_planner.messages import Words
from picup_planner.publish.audience import PublicStop
from picup_planner.publish.text import Html, joined, tag

Chart = folium.Map
Group = folium.FeatureGroup

_FRAME = "chart"
_ROADS = {"motorway": 2.6, "main": 1.6, "street": 0.8}
_ASSETS = files("picup_planner.publish") / "assets"


TILES = "https://data.geopf.fr"
"""Host of IGN's Géoplateforme, the only one a page may ask for images, and only the page a reader opens for that."""

_PLAN_IGN = (
    f"{TILES}/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal"
    "&TILEMATRIXSET=PM&FORMAT=image/png&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)


@dataclass(frozen=True)
class Look:
    """How a page differs from another: title, style sheets and scripts of its own, class of its body, what it may do.

    `found` lets search engines list it; `tiles` lets it ask for the images of :data:`TILES`.
    """

    title: str
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    kind: str = ""
    found: bool = False
    tiles: bool = False


def page(panel: Html, frame: Html, layers: str, words: Words, look: Look) -> str:
    """Whole page: a list, the map beside it, and nothing from elsewhere.

    Parameters
    ----------
    layers
        JavaScript of the layers, from :func:`script`.
    """
    styles = [css("leaflet/leaflet.css"), css("map.css"), *look.styles]
    scripts = [js("leaflet/leaflet.js"), layers, js("map.js"), *look.scripts]
    skip = tag("a", words("map-to-map"), href=f"#{_FRAME}", class_="skip")
    main = tag("main", tag("div", panel, class_="panel"), frame)
    return document(joined(skip, main), words, replace(look, styles=tuple(styles), scripts=tuple(scripts)))


def document(body: Html, words: Words, look: Look) -> str:
    """Page that asks nothing of anybody: a browser runs nothing in it but the styles and scripts of its look."""
    styles, scripts = look.styles, look.scripts
    head = joined(
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_policy(styles, scripts, tiles=look.tiles)}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html("" if look.found else '<meta name="robots" content="noindex">'),
        Html('<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">'),
        tag("title", look.title),
        *(Html(f"<style>{style}</style>") for style in styles),
    )
    body = joined(body, *(Html(f"<script>{script}</script>") for script in scripts))
    kind = f' class="{look.kind}"' if look.kind else ""
    return f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head>{head}</head>\n<body{kind}>{body}</body>\n</html>\n'


def framed(  # noqa: PLR0913  one parameter per text
    words: Words, label: str, back: str, keys: Iterable[tuple[Html, str]], *, credit: str = "", more: Html | None = None
) -> Html:
    """Frame of the map, with its key and its credit.

    Parameters
    ----------
    label, back
        What the map is called, and the button that shows all of it again.
    keys
        Signs and what they mean.
    credit
        Whose data it shows; those of our own layers by default.
    more
        What ends the key.
    """
    told = {name: words(f"map-{name}") for name in ("layers", "zoom-in", "zoom-out", "fullscreen", "fullscreen-exit")}
    told |= {"all": back, "close": words("map-close")}
    frame = tag(
        "div",
        class_="folium-map",
        id=_FRAME,
        role="region",
        aria_label=label,
        **{f"data_{name}": text for name, text in told.items()},
    )
    legend = tag(
        "details",
        tag("summary", words("map-legend")),
        tag("ul", *(tag("li", tag("span", sign, class_="sign"), text) for sign, text in keys)),
        more or Html(),
        class_="legend",
        open="open",
    )
    sources = tag("p", credit or words("map-attribution"), class_="credit")
    return tag("div", frame, legend, sources, tag("noscript", tag("p", words("map-without-script"))), class_="frame")


def blank(points: Iterable[Point]) -> Chart:
    """Map without a layer, around these points (longitude, latitude)."""
    (south, west), (north, east) = _corners(points)
    centre = ((south + north) / 2, (west + east) / 2)
    return folium.Map(centre, tiles=None, zoom_start=12, min_zoom=9, max_zoom=18, zoom_snap=0.25, zoom_delta=0.5)


def script(chart: Chart, points: Iterable[Point]) -> str:
    """Folium's JavaScript for the layers, its random ids numbered in order of appearance; it shows all the points."""
    folium.LayerControl(position="topright").add_to(chart)
    first = folium.FitBounds([list(corner) for corner in _corners(points)], padding=(24, 24))
    first.options["animate"] = False  # else Leaflet zooms for a quarter of a second and undoes any move made meanwhile
    first.add_to(chart)
    figure = get_and_assert_figure_root(chart)
    figure.render()
    written = figure.script.render().replace(chart.get_name(), _FRAME)
    number: defaultdict[str, int] = defaultdict(count(1).__next__)
    numbered = re.sub(r"_([0-9a-f]{32})(?![0-9a-f])", lambda found: f"_{number[found[1]]}", written)
    return re.sub(r"\n\s*", "\n", numbered)


def communes(chart: Chart, drawn: Iterable[DrawnCommune], words: Words) -> None:
    """Draw outlines, each with the name the list gives at `commune-<id>`."""
    layer = group(chart, words("map-layer-communes"))
    for commune in drawn:
        if not commune.outline:
            continue
        ring = [latlon(point) for point in commune.outline]
        folium.Polygon(ring, class_name="commune", color="#6d7f8f", weight=1.5, fill=True).add_to(layer)
        middle = [(min(values) + max(values)) / 2 for values in zip(*ring, strict=True)]
        marker(middle, "commune-name", [f"commune-{commune.id}"], still=True).add_to(layer)


def roads(chart: Chart, drawn: Sequence[DrawnRoads], words: Words) -> None:
    """Draw the background, larger roads last."""
    layer = group(chart, words("map-layer-roads"))
    for each in reversed(drawn):
        if each.lines:
            line(each.lines, f"road {each.rank}", weight=_ROADS[each.rank], color="#b9c2ca").add_to(layer)


def tiles(chart: Chart) -> None:
    """Put IGN's plan, asked for tile by tile, under everything else."""
    folium.TileLayer(_PLAN_IGN, attr="IGN", control=False, max_native_zoom=18).add_to(chart)


def group(chart: Chart, name: str) -> Group:
    """Build a layer a reader may switch off."""
    layer = folium.FeatureGroup(joined(name))
    layer.add_to(chart)
    return layer


def pane(chart: Chart, name: str, height: int) -> None:
    """Build a sheet of the map on which everything drawn is as transparent as the sheet; 400 is the height of lines."""
    CustomPane(name, z_index=height).add_to(chart)


def marker(
    spot: Point | list[float], style: str, items: list[str], tour: int | None = None, *, still: bool = False
) -> folium.Marker:
    """Build a marker that the page's script names and fills from the elements of the list called `items`."""
    icon = folium.DivIcon(html="", icon_size=(24, 24), icon_anchor=(12, 12), class_name=f"mark {style}")
    return folium.Marker(spot, icon=icon, items=items, tour=tour, interactive=not still, keyboard=not still)


def line(lines: Iterable[Line], style: str, **options: object) -> folium.PolyLine:
    """Build lines of one style."""
    points = [[latlon(point) for point in each] for each in lines]
    return folium.PolyLine(points, class_name=style, **options)  # type: ignore[no-untyped-call]  # folium types no line


def surface(rings: Iterable[Line], style: str, sheet: str, colour: str) -> folium.Polygon:
    """Build a surface, its outline first and then its holes, on a sheet made by :func:`pane`."""
    made = folium.Polygon(
        [[latlon(point) for point in ring] for ring in rings], class_name=style, color=colour, weight=1, fill=True
    )
    made.options |= {"pane": sheet, "interactive": False}
    return made


def spot(stop: PublicStop) -> Point | None:
    """Where a stop is, in the order of folium; ``None`` when nobody knows."""
    return None if stop.latitude is None or stop.longitude is None else (stop.latitude, stop.longitude)


def latlon(point: Point) -> Point:
    """Give a point in the order of folium."""
    return point[1], point[0]


def css(path: str) -> str:
    """Style sheet without the images it would ask for."""
    return re.sub(r"url\((?!\"?data:)[^)]*\)", "none", _asset(path))


def _corners(points: Iterable[Point]) -> tuple[Point, Point]:
    """South-west and north-east of points, in the order of folium; France without any."""
    longitudes, latitudes = zip(*known, strict=True) if (known := list(points)) else ((-5.0, 9.0), (42.0, 51.0))
    return (min(latitudes), min(longitudes)), (max(latitudes), max(longitudes))


def _policy(styles: Sequence[str], scripts: Sequence[str], *, tiles: bool) -> str:
    """Nothing but these very styles and scripts, and images written in the page."""
    images = f"data: {TILES}" if tiles else "data:"
    return (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashes(texts: Sequence[str]) -> str:
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)


def js(path: str) -> str:
    """Script without the address of its source map."""
    return re.sub(r"\n//# sourceMappingURL=.*", "", _asset(path))


def _asset(path: str) -> str:
    """Text of an asset with the line ends a browser hashes."""
    return _ASSETS.joinpath(path).read_text(encoding="utf-8")
