"""The list beside the map: everything the map shows, readable without JavaScript.

The map's own script takes the names and texts of its markers and popups from these elements, by id: a name is
written once, here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from typing import TypeVar

from picup_planner.draw import Drawing, SiteState
from picup_planner.messages import Words
from picup_planner.plan import Kind, Tour
from picup_planner.publish.audience import StaffMonth, StaffStop, StaffTour
from picup_planner.publish.text import Html, joined, tag

COLOURS = (
    *("#0060a8", "#a34200", "#006b4e", "#8a2b6b", "#4b4fb8", "#7a5a00", "#b3213a"),
    *("#00707d", "#6b3fa0", "#4f6600", "#8a4b2f", "#3f5a73", "#b0307f", "#2f6f2f"),
)
"""One for each tour of a month, dark enough for white text; dashes tell them apart once they start again."""

T = TypeVar("T", Tour, StaffTour)

DASHES = ("", "10 7", "2 7")


def labels(tours: tuple[T, ...]) -> dict[T, str]:
    """Day of the month of each tour, with a letter where two vans leave on one day."""
    days = Counter(tour.date for tour in tours)
    seen: Counter[object] = Counter()
    told = {}
    for tour in tours:
        letter = chr(ord("A") + seen[tour.date]) if days[tour.date] > 1 else ""
        seen[tour.date] += 1
        told[tour] = f"{tour.date.day}{letter}"
    return told


def palette() -> str:
    """One class per colour, which badges and lines share."""
    return "".join(f".c{i}{{--tour:{colour}}}" for i, colour in enumerate(COLOURS))


def style_of(number: int) -> str:
    """Classes of the tour of that number, from 0: its own and its colour."""
    return f"tour-{number} c{number % len(COLOURS)}"


def pill(label: str, order: int | None = None) -> Html:
    """Badge of a tour or of one of its stops."""
    rank = (" ", tag("span", str(order), class_="rank")) if order else ()
    return tag("span", tag("span", label, class_="number"), *rank, class_="pill")


def panel(month: StaffMonth, drawing: Drawing, others: Iterable[tuple[str, str]], words: Words) -> Html:
    """Title, figures, days with their tours and crews, communes, team, sites not served, depots."""
    return joined(
        _heading(month, others, words),
        _figures(month, words),
        _days(month, words),
        _communes(month, drawing, words),
        _team(month, words),
        _other_sites(drawing, words),
        _depots(drawing, words),
        tag(
            "footer",
            tag("p", words("map-made", date=month.updated_on, hash=month.made_from)),
            tag("p", words("map-attribution")),
        ),
    )


def _heading(month: StaffMonth, others: Iterable[tuple[str, str]], words: Words) -> Html:
    warning = () if month.finished else (tag("p", words("map-unfinished"), class_="warning"),)
    return tag(
        "header",
        tag(
            "p",
            tag("bdi", month.territory_name),
            tag("strong", words("map-internal"), class_="internal"),
            class_="territory",
        ),
        tag("h1", words("map-title", month=month.month)),
        tag("p", words(f"state-{month.state}"), class_=f"state {month.state}"),
        tag("p", words("map-internal-note"), class_="note"),
        other_months(others, words),
        *warning,
    )


def other_months(others: Iterable[tuple[str, str]], words: Words) -> Html:
    """Links to pages of other months, if any."""
    links = [tag("a", words.month(month), href=address) for address, month in others]
    return tag("p", words("public-others"), " ", *between(links, ", "), class_="note") if links else Html()


def _figures(month: StaffMonth, words: Words) -> Html:
    kinds = Counter(stop.kind for stop in month.stops if not stop.cancelled)
    driving = timedelta(minutes=sum(tour.minutes for tour in month.tours))
    facts = (
        (kinds[Kind.MOBILE], words("map-mobile")),
        (kinds[Kind.FIXED], words("map-fixed-count")),
        (len(month.tours), words("map-tours")),
        (sum(_metres(tour) for tour in month.tours) / 1000, words("map-driving", length=driving)),
    )
    return tag(
        "section",
        tag("h2", words("map-figures"), class_="unseen"),
        tag("dl", *(tag("div", tag("dt", name), tag("dd", words.number(value))) for value, name in facts)),
        class_="figures",
    )


def _days(month: StaffMonth, words: Words) -> Html:
    known = {stop.id: stop for stop in month.stops}
    toured = {stop for tour in month.tours for stop in tour.stops}
    entries = [
        (tour.date, _tour(tour, number, label, known, words))
        for number, (tour, label) in enumerate(labels(month.tours).items())
    ] + [(stop.date, _untoured(stop, words)) for stop in month.stops if stop.id not in toured]
    entries.sort(key=lambda entry: entry[0])
    days = (
        tag("section", tag("h3", words.date(date)), *(html for _, html in group), class_="day")
        for date, group in groupby(entries, key=lambda entry: entry[0])
    )
    return tag("section", tag("h2", words("map-days")), *days, class_="days", id="list")


def _tour(tour: StaffTour, number: int, label: str, known: dict[str, StaffStop], words: Words) -> Html:
    """One van's day; a crew that stays the same is told once, above the stops, and the van where there are several."""
    hours = words("map-tour-hours", departure=tour.departure, arrival=tour.back)
    value = words.number(_metres(tour) / 1000, decimals=1)
    drive = words("map-tour-drive", value=value, length=timedelta(minutes=tour.minutes))
    duties = [known[stop] for stop in tour.stops]
    same = len({duty.crew for duty in duties}) == 1
    several = len(duties) > 1
    vans = {duty.van_name for duty in known.values() if duty.van_name}
    stops = [
        _stop(
            duty,
            words,
            pill(label, order if several else None),
            words("map-stop", order=order, count=len(duties)) if several else "",
            Html() if same else _crew(duty, words),
        )
        for order, duty in enumerate(duties, 1)
    ]
    title = tag("span", words("map-tour"), *((" · ", tag("bdi", tour.van_name)) if len(vans) > 1 else ()))
    return tag(
        "article",
        tag("h4", tag("button", pill(label), title, type="button")),
        tag("p", f"{hours} · {drive}", class_="drive"),
        _crew(duties[0], words) if same else Html(),
        tag("ol", *stops),
        class_=f"tour {style_of(number)}",
        data_tour=str(number),
    )


def _badge(stop: StaffStop) -> Html:
    """Badge of a stop no tour goes to: fixed, or cancelled."""
    return pill("F" if stop.kind is Kind.FIXED else str(stop.date.day))


def _untoured(stop: StaffStop, words: Words) -> Html:
    rank = words("map-fixed") if stop.kind is Kind.FIXED else ""
    item = _stop(stop, words, _badge(stop), rank, _crew(stop, words))
    return tag("article", tag("ol", item), class_="fixed")


def _stop(stop: StaffStop, words: Words, sign: Html, rank: str, crew: Html) -> Html:
    hours = tag("s" if stop.cancelled else "span", words.hours(stop.start, stop.end))
    where = [tag("bdi", name) for name in (stop.neighbourhood, stop.commune_name) if name]
    place = tag("button", tag("bdi", stop.place), type="button")
    return tag(
        "li",
        sign,
        tag("p", words("stop-cancelled"), class_="cancelled") if stop.cancelled else Html(),
        tag("p", hours, tag("span", f" · {rank}" if rank else "", class_="order"), class_="hours"),
        tag("p", place, class_="place"),
        tag("p", *between(where, " · "), class_="where"),
        crew,
        class_="stop gone" if stop.cancelled else "stop",
        id=f"stop-{stop.id}",
    )


def _crew(stop: StaffStop, words: Words) -> Html:
    people = [tag("li", tag("bdi", person.initials)) for person in stop.crew]
    return tag("ul", *(people or [tag("li", words("map-no-crew"), class_="warning")]), class_="crew")


def _communes(month: StaffMonth, drawing: Drawing, words: Words) -> Html:
    held = Counter(stop.commune for stop in month.stops if not stop.cancelled)
    rows = (
        tag(
            "tr",
            tag("th", tag("bdi", commune.name), scope="row", id=f"commune-{commune.id}"),
            tag("td", words.number(held[commune.id])),
        )
        for commune in drawing.communes
    )
    head = tag("tr", tag("th", words("map-commune"), scope="col"), tag("th", words("map-permanences"), scope="col"))
    return tag(
        "section",
        tag("h2", words("map-communes")),
        tag("table", tag("thead", head), tag("tbody", *rows)),
    )


def _team(month: StaffMonth, words: Words) -> Html:
    """Who holds each role and for whom, and the vans: told once, for crews are only initials in the days."""
    people: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for stop in month.stops:
        for person in stop.crew:
            people[person.role_name].add((person.initials, person.partner))
    if vans := {(tour.van_name, "") for tour in month.tours}:
        people[words("map-vans")] = vans
    lines = (
        tag("li", tag("span", group, class_="role"), " ", *between([_one(*each) for each in sorted(members)], ", "))
        for group, members in people.items()
    )
    return tag("section", tag("h2", words("map-team")), tag("ul", *lines), class_="team") if people else Html()


def _one(name: str, partner: str) -> Html:
    employer = tag("span", " (", tag("bdi", partner), ")", class_="partner") if partner else ""
    return joined(tag("bdi", name), employer)


def _other_sites(drawing: Drawing, words: Words) -> Html:
    items = [
        tag(
            "li",
            tag("span", class_=f"dot {site.state} {site.kind}"),
            tag("p", tag("button", tag("bdi", site.name), type="button"), class_="place"),
            tag("p", tag("bdi", site.commune_name), f" · {words(f'map-{site.state}')}", class_="where"),
            class_="site",
            id=f"site-{site.id}",
        )
        for site in drawing.sites
        if site.state != SiteState.SERVED
    ]
    return tag("section", tag("h2", words("map-other-sites")), tag("ul", *items), class_="others") if items else Html()


def _depots(drawing: Drawing, words: Words) -> Html:
    items = (
        tag(
            "li",
            tag("span", class_="dot depot"),
            tag("p", tag("button", tag("bdi", depot.name), type="button"), class_="place"),
            tag("p", words("map-legend-depot"), class_="where"),
            class_="site",
            id=f"depot-{depot.id}",
        )
        for depot in drawing.depots
    )
    return tag("section", tag("h2", words("map-depot")), tag("ul", *items), class_="others")


def between(pieces: list[Html], separator: str) -> list[str]:
    """Pieces with a separator between each and the next."""
    return [piece for i, html in enumerate(pieces) for piece in ((separator, html) if i else (html,))]


def _metres(tour: StaffTour) -> int:
    return sum(leg.metres for leg in tour.legs)
