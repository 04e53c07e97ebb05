"""The page of a road network: where each place meets it, what was set aside, which speed limits look wrong."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from picup_planner.draw import Drawing, DrawnInspection, DrawnPlace, DrawnTrouble
from picup_planner.messages import Words
from picup_planner.publish import chart
from picup_planner.publish.chart import latlon
from picup_planner.publish.panel import pill
from picup_planner.publish.text import Html, joined, tag

COLOURS = {"trap": "#a34200", "source": "#0060a8", "island": "#8a2b6b", "doubt": "#006b4e"}
"""Of the lines to look at; a reader also has the layers, one by one, and the tables."""

SHOWN = 15
"""Rows of a table of roads, the longest first; the others are counted."""

LEAST, FAR = 0.9, 150
"""What is asked of the share linked both ways, and the metres worth a look, as `roads.network` has them."""


class Table(NamedTuple):
    """Rows under the titles of their columns, message ids; `right` tells those of numbers."""

    title: str
    columns: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def sentences(found: DrawnInspection, words: Words) -> Iterator[str]:
    """Say what tables do not."""
    dated = words("roads-dated", date=found.dated) if found.dated else words("roads-undated")
    yield words("roads-source", source="OpenStreetMap", dated=dated)
    if found.hash:
        yield words("inspect-hash", value=found.hash[:16])
    yield words("inspect-share", percent=words.number(100 * found.share, decimals=1), least=round(100 * LEAST))
    yield words("inspect-turns", heeded=found.turns, ignored=found.turns_ignored)


def tables(found: DrawnInspection, words: Words) -> Iterator[Table]:
    """Lengths by class, places, roads set aside, doubtful limits, impossible journeys; none that would be empty."""
    yield Table(
        words("inspect-lengths"),
        ("inspect-column-class", "inspect-column-kilometres", "inspect-column-oneway"),
        (False, True, True),
        tuple(
            (_kind(kind, words), *(words.number(each / 1000, decimals=1) for each in (metres, single)))
            for kind, metres, single in found.lengths
        ),
    )
    if found.places:
        yield Table(
            words("inspect-places"),
            ("inspect-column-place", "inspect-column-metres"),
            (False, True),
            tuple((place.name, words.distance(place.metres)) for place in _farthest_first(found)),
        )
    if found.aside:
        yield Table(
            words("inspect-aside"),
            ("inspect-column-why", "inspect-column-street", "inspect-column-length"),
            (False, False, True),
            tuple(
                (words(f"inspect-{each.why}"), each.name or "–", words.distance(each.metres))
                for each in found.aside[:SHOWN]
            ),
            f"{_others(found.aside, words)} {words('inspect-aside-note')}".strip(),
        )
    if found.doubts:
        yield Table(
            words("inspect-limits"),
            ("inspect-column-street", "inspect-column-class", "inspect-column-limit", "inspect-column-why"),
            (False, False, False, False),
            tuple(
                (each.name or "–", _kind(each.kind, words), each.limit, words(f"inspect-limit-{each.why}"))
                for each in found.doubts[:SHOWN]
            ),
            _others(found.doubts, words),
        )
    if found.stranded:
        columns = ("inspect-column-start", "inspect-column-end")
        yield Table(words("inspect-stranded"), columns, (False, False), found.stranded)


def roads_map(territory: str, drawing: Drawing, found: DrawnInspection, language: str = "fr") -> str:
    """Whole page, the same bytes for the same inspection.

    Parameters
    ----------
    territory
        Its name.
    drawing
        Communes and background.
    found
        What to show on them.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    """
    words = Words(language)
    keys = [(tag("span", class_=f"ground t-{why}"), _layer(why, words)) for why in _present(found)]
    keys.append((pill("1"), words("inspect-legend-place")))
    return chart.page(
        f"{words('inspect-title')} · {territory}",
        _panel(territory, drawing, found, words),
        chart.framed(words, words("inspect-label"), words("inspect-all"), keys),
        _layers(drawing, found, words),
        words,
        styles=[_palette(), chart.css("walks.css")],
    )


def _farthest_first(found: DrawnInspection) -> list[DrawnPlace]:
    return sorted(found.places, key=lambda place: (-place.metres, place.id))


def _others(some: tuple[DrawnTrouble, ...], words: Words) -> str:
    rest = some[SHOWN:]
    if not rest:
        return ""
    return words("inspect-others", n=len(rest), kilometres=words.number(sum(one.metres for one in rest) / 1000, 1))


def _kind(kind: str, words: Words) -> str:
    """Class of a road in plain words."""
    link = kind.endswith("_link")
    name = words(f"road-{kind.removesuffix('_link').replace('_', '-')}")
    return words("road-link", kind=name) if link else name


def _layer(why: str, words: Words) -> str:
    return words("inspect-limits") if why == "doubt" else words(f"inspect-{why}")


def _present(found: DrawnInspection) -> list[str]:
    """Reasons that some line has, in the order of colours."""
    some = {each.why for each in found.aside} | ({"doubt"} if found.doubts else set())
    return [why for why in COLOURS if why in some]


def _panel(territory: str, drawing: Drawing, found: DrawnInspection, words: Words) -> Html:
    lengths, *others = (table for table in tables(found, words) if table.title != words("inspect-places"))
    return joined(
        tag(
            "header",
            tag("p", tag("bdi", territory), class_="territory"),
            tag("h1", words("inspect-title")),
            *(tag("p", sentence, class_="note") for sentence in sentences(found, words)),
        ),
        _table(lengths, words),
        tag("section", tag("h2", words("inspect-places")), *_places(found, words), id="list"),
        *(_table(table, words) for table in others),
        tag(
            "section",
            tag("h2", words("map-layer-communes")),
            tag("ul", *(tag("li", tag("bdi", each.name), id=f"commune-{each.id}") for each in drawing.communes)),
        ),
        tag("footer", tag("p", words("map-attribution"))),
    )


def _table(table: Table, words: Words) -> Html:
    head = tag("tr", *(tag("th", words(column), scope="col") for column in table.columns))
    rows = (
        tag("tr", tag("th", tag("bdi", row[0]), scope="row"), *(tag("td", tag("bdi", cell)) for cell in row[1:]))
        for row in table.rows
    )
    note = [tag("p", table.note, class_="note")] if table.note else []
    drawn = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag("section", tag("h2", table.title), drawn, *note, class_="residents" if all(table.right[1:]) else "")


def _places(found: DrawnInspection, words: Words) -> Iterator[Html]:
    for number, place in enumerate(_farthest_first(found)):
        told = words("inspect-away", metres=place.metres)
        stop = tag(
            "li",
            pill(str(number + 1)),
            tag("h4", tag("button", tag("bdi", place.name), type="button"), class_="place"),
            tag("p", told, class_="hours warning" if place.metres > FAR else "hours"),
            class_="stop",
            id=f"stop-{place.id}",
        )
        yield tag("article", tag("ol", stop), class_="tour walked", data_tour=str(number))


def _layers(drawing: Drawing, found: DrawnInspection, words: Words) -> str:
    lines = [line for each in chain(found.aside, found.doubts) for line in each.lines]
    points = [point for commune in drawing.communes for point in commune.outline]
    points += [point for place in found.places for point in (place.point, place.road)]
    points = points or [point for line in lines for point in line]
    made = chart.blank(points)
    chart.communes(made, drawing.communes, words)
    chart.roads(made, drawing.roads, words)
    for why in _present(found):
        group = chart.group(made, _layer(why, words))
        some = found.doubts if why == "doubt" else [each for each in found.aside if each.why == why]
        for each in some:
            chart.line(each.lines, "trouble", weight=4, color=COLOURS[why], opacity=0.85).add_to(group)
    group = chart.group(made, words("inspect-places"))
    for number, place in enumerate(_farthest_first(found)):
        chart.line([(place.point, place.road)], f"drive tour-{number}", weight=3, color="#3f4a56").add_to(group)
        chart.marker(latlon(place.point), f"stop tour-{number}", [f"stop-{place.id}"], number).add_to(group)
    return chart.script(made, points)


def _palette() -> str:
    return "".join(f".t-{why}{{background:{colour}}}" for why, colour in COLOURS.items())
