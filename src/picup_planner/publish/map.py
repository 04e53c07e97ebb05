"""The staff map: every tour of a month, its stops and the roads driven, on one page that opens offline."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from picup_planner.draw import Drawing, Point, SiteState
from picup_planner.messages import Words
from picup_planner.publish import chart
from picup_planner.publish.audience import StaffMonth
from picup_planner.publish.chart import Chart, latlon
from picup_planner.publish.panel import COLOURS, DASHES, labels, palette, panel, pill, style_of
from picup_planner.publish.text import Html, joined, tag


def staff_map(
    month: StaffMonth, drawing: Drawing, language: str = "fr", *, others: Iterable[tuple[str, str]] = ()
) -> str:
    """Whole page of a month, the same bytes for the same month.

    Parameters
    ----------
    month, drawing
        What the staff may read, and what is drawn of it.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    others
        Address and month of the other pages a reader may want.
    """
    words = Words(language)
    title = f"{words('map-title', month=month.month)} · {month.territory_name} ({words('map-internal').lower()})"
    layers = _layers(month, drawing, words)
    look = chart.Look(title, styles=(palette(),), kind="staff")
    return chart.page(panel(month, drawing, others, words), _frame(words), layers, words, look)


def _frame(words: Words) -> Html:
    keys = (
        (tag("span", class_="line"), "map-legend-line"),
        (pill("8", 1), "map-legend-stop"),
        (tag("span", pill("F"), class_="fixed"), "map-legend-fixed"),
        (tag("span", class_="dot free"), "map-legend-free"),
        (tag("span", class_="dot off"), "map-legend-off"),
        (tag("span", class_="dot depot"), "map-legend-depot"),
    )
    return chart.framed(words, words("map-label"), words("map-all"), ((sign, words(name)) for sign, name in keys))


def _layers(month: StaffMonth, drawing: Drawing, words: Words) -> str:
    points = list(_bounds(drawing))
    made = chart.blank(points)
    chart.communes(made, drawing.communes, words)
    chart.roads(made, drawing.roads, words)
    _tours(made, month, drawing, words)
    _untoured(made, month, words)
    _sites(made, drawing, words)
    _depots(made, drawing, words)
    return chart.script(made, points)


def _tours(made: Chart, month: StaffMonth, drawing: Drawing, words: Words) -> None:
    known = {stop.id: stop for stop in month.stops}
    for number, (tour, label) in enumerate(labels(month.tours).items()):
        style, colour = style_of(number), COLOURS[number % len(COLOURS)]
        name = joined(tag("span", pill(label), class_=style), words.date(tour.date, short=True))
        group = chart.group(made, name)
        if lines := [leg.line for leg in drawing.legs if (leg.van, leg.date) == (tour.van, tour.date)]:
            chart.line(lines, f"casing {style}", weight=5, color="#ffffff").add_to(group)
            dash = DASHES[number // len(COLOURS) % len(DASHES)]
            chart.line(lines, f"drive {style}", weight=2.5, color=colour, dash_array=dash or None).add_to(group)
        for stop in tour.stops:
            if spot := chart.spot(known[stop]):
                chart.marker(spot, f"stop {style}", [f"stop-{stop}"], number).add_to(group)


def _untoured(made: Chart, month: StaffMonth, words: Words) -> None:
    """Draw fixed permanences, those of a place together, and what was cancelled."""
    toured = {stop for tour in month.tours for stop in tour.stops}
    held = defaultdict(list)
    for stop in month.stops:
        if stop.id not in toured and (spot := chart.spot(stop)):
            held[spot, stop.cancelled].append(f"stop-{stop.id}")
    if held:
        group = chart.group(made, words("map-layer-fixed"))
        for (spot, cancelled), items in held.items():
            chart.marker(spot, f"stop fixed{' gone' * cancelled}", items).add_to(group)


def _sites(made: Chart, drawing: Drawing, words: Words) -> None:
    group = chart.group(made, words("map-layer-sites"))
    for site in drawing.sites:
        if site.state != SiteState.SERVED:
            chart.marker(latlon(site.point), f"site {site.state} {site.kind}", [f"site-{site.id}"]).add_to(group)


def _depots(made: Chart, drawing: Drawing, words: Words) -> None:
    group = chart.group(made, words("map-layer-depots"))
    for depot in drawing.depots:
        chart.marker(latlon(depot.point), "depot", [f"depot-{depot.id}"]).add_to(group)


def _bounds(drawing: Drawing) -> Iterator[Point]:
    """Yield what matters: communes, sites and depots."""
    for commune in drawing.communes:
        yield from commune.outline
    yield from (site.point for site in drawing.sites)
    yield from (depot.point for depot in drawing.depots)
