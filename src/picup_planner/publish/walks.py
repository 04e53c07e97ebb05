"""The walking map: where one can come from on foot to each site, in so many minutes, and how many people live there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from shapely import Polygon, get_parts
from shapely.geometry.base import BaseGeometry

from picup_planner.draw import Drawing, DrawnSite, Line, Point
from picup_planner.messages import Words
from picup_planner.publish import chart
from picup_planner.publish.chart import Chart, latlon
from picup_planner.publish.panel import pill
from picup_planner.publish.text import Html, joined, tag

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

COLOURS = ("#08519c", "#2e7ab8", "#5fa3d0", "#92c5e3", "#bcdcf0")
"""One for each duration, the shortest first; a reader also has the layers, one by one, and the table."""

_HIGHEST, _OPACITY = 420, 0.62  # of the sheets: above the roads, which show through
_DECIMALS = 5


def walks_map(territory: str, drawing: Drawing, walks: "GeoDataFrame", language: str = "fr") -> str:
    """Whole page, the same bytes for the same walks.

    Parameters
    ----------
    territory
        Its name.
    drawing
        Communes, background and sites.
    walks
        Columns `site` (id), `minutes`, `residents` and `geometry` in degrees, empty where nothing could be walked; of
        sites that are drawn.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    """
    words = Words(language)
    walked = _walked(drawing, walks)
    title = f"{words('walks-title')} · {territory}"
    keys = [(sign, words("walks-minutes", n=each)) for sign, each in zip(_signs(walked), walked.minutes, strict=True)]
    keys.append((pill("1"), words("walks-legend-site")))
    return chart.page(
        _panel(territory, drawing, walked, words),
        chart.framed(words, words("walks-label"), words("walks-all"), keys),
        _layers(drawing, walked, words),
        words,
        chart.Look(title, styles=(_palette(len(walked.minutes)), chart.css("walks.css"))),
    )


@dataclass(frozen=True)
class _Walked:
    """Sites in the order of the list, durations from the shortest, and what is reached by site and duration."""

    sites: tuple[DrawnSite, ...]
    minutes: tuple[int, ...]
    residents: Mapping[tuple[str, int], int]
    grounds: Mapping[tuple[str, int], BaseGeometry]


def _walked(drawing: Drawing, walks: "GeoDataFrame") -> _Walked:
    rows = [(row.site, int(row.minutes), int(row.residents), row.geometry) for row in walks.itertuples()]
    known = {site for site, *_ in rows}
    communes = [commune.name for commune in drawing.communes]
    sites = [site for site in drawing.sites if site.id in known]
    return _Walked(
        sites=tuple(sorted(sites, key=lambda site: communes.index(site.commune_name))),
        minutes=tuple(sorted({minutes for _, minutes, *_ in rows})),
        residents={(site, minutes): residents for site, minutes, residents, _ in rows},
        grounds={(site, minutes): ground for site, minutes, _, ground in rows},
    )


def _panel(territory: str, drawing: Drawing, walked: _Walked, words: Words) -> Html:
    return joined(
        tag(
            "header",
            tag("p", tag("bdi", territory), class_="territory"),
            tag("h1", words("walks-title")),
            tag("p", words("walks-note"), class_="note"),
        ),
        tag("section", tag("h2", words("walks-sites")), *_sites(walked, words), class_="days", id="list"),
        _table(walked, words),
        _communes(drawing, walked, words),
        tag("footer", tag("p", words("walks-method")), tag("p", words("map-attribution"))),
    )


def _sites(walked: _Walked, words: Words) -> Iterator[Html]:
    """Sites commune by commune, numbered as on the map."""
    for commune, group in groupby(enumerate(walked.sites), key=lambda entry: entry[1].commune_name):
        items = [_site(number, site, walked, words) for number, site in group]
        yield tag("section", tag("h3", tag("bdi", commune)), *items, class_="day")


def _site(number: int, site: DrawnSite, walked: _Walked, words: Words) -> Html:
    if all(walked.grounds[site.id, each].is_empty for each in walked.minutes):
        facts = [tag("p", words("walks-no-way"), class_="warning")]
    else:
        told = ((each, walked.residents[site.id, each]) for each in walked.minutes)
        facts = [
            tag("p", words("walks-within", n=met, minutes=each, residents=words.number(met)), class_="hours")
            for each, met in told
        ]
    stop = tag(
        "li",
        pill(str(number + 1)),
        tag("h4", tag("button", tag("bdi", site.name), type="button"), class_="place"),
        *([tag("p", tag("bdi", site.neighbourhood), class_="where")] if site.neighbourhood else []),
        *facts,
        class_="stop",
        id=f"stop-{site.id}",
    )
    return tag("article", tag("ol", stop), class_="tour walked", data_tour=str(number))


def _table(walked: _Walked, words: Words) -> Html:
    """Residents reached, a row per site."""
    titles = [words("plan-column-site"), *(words("walks-minutes", n=each) for each in walked.minutes)]
    rows = (
        tag(
            "tr",
            tag("th", tag("bdi", site.name), scope="row"),
            *(tag("td", words.number(walked.residents[site.id, each])) for each in walked.minutes),
        )
        for site in walked.sites
    )
    head = tag("tr", *(tag("th", title, scope="col") for title in titles))
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag("section", tag("h2", words("walks-residents")), table, class_="residents")


def _communes(drawing: Drawing, walked: _Walked, words: Words) -> Html:
    """Sites of each commune: the map takes its names from here."""
    rows = (
        tag(
            "tr",
            tag("th", tag("bdi", commune.name), scope="row", id=f"commune-{commune.id}"),
            tag("td", words.number(sum(site.commune_name == commune.name for site in walked.sites))),
        )
        for commune in drawing.communes
    )
    head = tag("tr", tag("th", words("map-commune"), scope="col"), tag("th", words("walks-sites"), scope="col"))
    return tag("section", tag("h2", words("walks-communes")), tag("table", tag("thead", head), tag("tbody", *rows)))


def _layers(drawing: Drawing, walked: _Walked, words: Words) -> str:
    points = [site.point for site in walked.sites]
    points += [point for ground in walked.grounds.values() for rings in _parts(ground) for point in rings[0]]
    made = chart.blank(points)
    chart.communes(made, drawing.communes, words)
    chart.roads(made, drawing.roads, words)
    for rank in reversed(range(len(walked.minutes))):
        _duration(made, rank, walked, words)
    group = chart.group(made, words("walks-sites"))
    for number, site in enumerate(walked.sites):
        chart.marker(latlon(site.point), f"stop tour-{number}", [f"stop-{site.id}"], number).add_to(group)
    return chart.script(made, points)


def _duration(made: Chart, rank: int, walked: _Walked, words: Words) -> None:
    """Add the layer of a duration, on a sheet of its own: where two sites overlap is no darker."""
    minutes = walked.minutes[rank]
    sheet = f"walk-{minutes}"
    chart.pane(made, sheet, _HIGHEST - rank)
    group = chart.group(made, joined(_signs(walked)[rank], words("walks-minutes", n=minutes)))
    for number, site in enumerate(walked.sites):
        for rings in _parts(walked.grounds[site.id, minutes]):
            chart.surface(rings, f"walk tour-{number}", sheet, COLOURS[rank]).add_to(group)


def _signs(walked: _Walked) -> list[Html]:
    """Give the sign of each duration, for the key and the list of layers."""
    return [tag("span", class_=f"ground g{rank}") for rank in range(len(walked.minutes))]


def _parts(ground: BaseGeometry) -> Iterator[list[Line]]:
    """Outline and holes of each part of a surface."""
    for part in get_parts(ground):
        if isinstance(part, Polygon) and not part.is_empty:
            yield [tuple(map(_rounded, ring.coords)) for ring in (part.exterior, *part.interiors)]


def _rounded(point: Sequence[float]) -> Point:
    return round(point[0], _DECIMALS), round(point[1], _DECIMALS)


def _palette(count: int) -> str:
    """One class per duration, for the key and the list of layers; on the map, shorter walks cover longer ones."""
    shades = ((colour, 1 - (1 - _OPACITY) ** (count - rank)) for rank, colour in enumerate(COLOURS[:count]))
    grounds = "".join(
        f".g{rank}{{background:{colour};opacity:{opacity:.2f}}}" for rank, (colour, opacity) in enumerate(shades)
    )
    return f":root{{--sheet:{_OPACITY}}}{grounds}"
