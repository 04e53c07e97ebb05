"""The page residents open: where and when the next permanence near home is held, as a list and on a map.

It knows neither people nor depots nor roads driven, asks nothing of anybody, and reads the same without JavaScript.
"""

from collections.abc import Iterable, Iterator

from picup_planner.draw import Drawing, Point
from picup_planner.messages import Words
from picup_planner.plan import Kind, State
from picup_planner.publish import chart
from picup_planner.publish.audience import PublicMonth, PublicStop
from picup_planner.publish.panel import palette, pill
from picup_planner.publish.public_list import Also, colours, public_list
from picup_planner.publish.text import Html, joined, tag

WITH_TILES = "fond-ign.html"
"""Name of the same page over IGN's plan, beside it."""


def public_page(  # noqa: PLR0913  what a page is made of
    month: PublicMonth,
    ground: Drawing,
    language: str = "fr",
    *,
    others: Iterable[tuple[str, str]] = (),
    also: Also | None = None,
    tiles: bool = False,
) -> str:
    """Whole page of a month, the same bytes for the same month.

    Parameters
    ----------
    ground
        Communes and background; whatever else it holds is not drawn.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    others
        Address and month of the other pages a reader may want.
    also
        Addresses of calendars and posters, where they are published beside the page.
    tiles
        Whether it is the page over IGN's plan, which asks IGN for images.
    """
    words = Words(language)
    look = chart.Look(
        f"{words('public-title', month=month.month)} · {month.service.name}",
        styles=(palette(), chart.css("public.css")),
        scripts=(chart.js("public.js"),),
        kind="public tiled" if tiles else "public",
        found=month.state is State.PUBLISHED and not tiles,
        tiles=tiles,
    )
    listed = public_list(month, ground.communes, others, words, also)
    layers = _layers(month, ground, words, tiles=tiles)
    return chart.page(listed, _frame(words, tiles=tiles), layers, words, look)


def _frame(words: Words, *, tiles: bool) -> Html:
    keys = (
        (pill("8"), words("public-legend-stop")),
        (tag("span", pill("8"), class_="fixed"), words("public-legend-fixed")),
        (tag("span", pill("8"), class_="gone"), words("stop-cancelled")),
    )
    address, told = ("index.html", "public-without-tiles") if tiles else (WITH_TILES, "public-with-tiles")
    more = tag("p", tag("a", words(told), href=address), class_="switch")
    credit = words("public-attribution-tiles") if tiles else ""
    return chart.framed(words, words("public-map"), words("public-map-all"), keys, credit=credit, more=more)


def _layers(month: PublicMonth, ground: Drawing, words: Words, *, tiles: bool) -> str:
    points = list(_bounds(month, ground))
    made = chart.blank(points)
    if tiles:
        chart.tiles(made)
    chart.communes(made, ground.communes, words)
    if not tiles:
        chart.roads(made, ground.roads, words)
    for (commune, name), colour in colours(month, ground.communes).items():
        held = _by_spot(stop for stop in month.stops if stop.commune == commune)
        if held:
            group = chart.group(made, joined(tag("span", class_=f"key {colour}"), name))
            for (spot, look), items in held.items():
                chart.marker(spot, f"stop {colour}{look}", items).add_to(group)
    return chart.script(made, points)


def _by_spot(stops: Iterable[PublicStop]) -> dict[tuple[Point, str], list[str]]:
    """Items of the list at each place, those that look the same together."""
    held: dict[tuple[Point, str], list[str]] = {}
    for stop in stops:
        if spot := chart.spot(stop):
            look = " fixed" * (stop.kind is Kind.FIXED) + " gone" * stop.cancelled
            held.setdefault((spot, look), []).append(f"stop-{stop.id}")
    return held


def _bounds(month: PublicMonth, ground: Drawing) -> Iterator[Point]:
    for commune in ground.communes:
        yield from commune.outline
    yield from ((spot[1], spot[0]) for stop in month.stops if (spot := chart.spot(stop)))
