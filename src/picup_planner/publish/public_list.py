"""The list residents read: every permanence by commune, by day and by van, complete without JavaScript.

As in `panel.py`, the map's script takes the names and texts of its markers from here, by id.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from picup_planner.draw import DrawnCommune
from picup_planner.messages import Words
from picup_planner.plan import Kind, State
from picup_planner.publish.audience import PublicMonth, PublicStop
from picup_planner.publish.panel import COLOURS, between, other_months, pill
from picup_planner.publish.text import Html, joined, tag

VIEWS = ("commune", "day", "van")

_PHONE = re.compile(r"\+?[\d .()-]{3,30}", re.ASCII)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


class Also(NamedTuple):
    """What else is published, as seen from the page: how to follow calendars, and the poster of a commune, by id."""

    calendars: str
    poster: str


def public_list(
    month: PublicMonth,
    communes: Sequence[DrawnCommune],
    others: Iterable[tuple[str, str]],
    words: Words,
    also: Also | None = None,
) -> Html:
    """Heading, cancellations, the three views, footer.

    Parameters
    ----------
    communes
        In the order they are listed, those without a permanence included.
    others
        Address and month of the other pages a reader may want.
    also
        Addresses of calendars and posters, where they are published beside the page.
    """
    listed = colours(month, communes)
    return joined(
        _heading(month, others, words),
        _cancellations(month, words),
        _choice(words),
        tag("div", *_by_commune(month, listed, words), class_="view by-commune"),
        tag("div", _by_day(month, words), class_="view by-day"),
        tag("div", *_by_van(month, words), class_="view by-van"),
        tag("footer", *(_also(communes, also, words) if also else ()), tag("p", words("map-attribution"))),
    )


def _also(communes: Iterable[DrawnCommune], also: Also, words: Words) -> Iterable[Html]:
    """Links to the calendars and to the posters."""
    yield tag("p", tag("a", words("public-calendars"), href=also.calendars), class_="also")
    links = [tag("a", tag("bdi", each.name), href=also.poster.format(each.id)) for each in communes]
    if links:
        yield tag("p", words("public-posters"), " ", *between(links, " · "), class_="also")


def colours(month: PublicMonth, communes: Iterable[DrawnCommune]) -> dict[tuple[str, str], str]:
    """Class of the colour of each commune, by id and name, in the order they are listed."""
    listed = {commune.id: commune.name for commune in communes}
    for stop in month.stops:
        listed.setdefault(stop.commune, stop.commune_name)
    return {commune: f"c{number % len(COLOURS)}" for number, commune in enumerate(listed.items())}


def day_of(stop: PublicStop) -> Html:
    """Badge of a stop: the day of the month."""
    return pill(str(stop.date.day))


def _heading(month: PublicMonth, others: Iterable[tuple[str, str]], words: Words) -> Html:
    year, number = map(int, month.month.split("-"))
    last = f"{month.month}-{monthrange(year, number)[1]:02}"
    published = month.state is State.PUBLISHED
    return tag(
        "header",
        tag("p", tag("bdi", month.service.name), " · ", tag("bdi", month.territory_name), class_="territory"),
        tag("h1", words("public-title", month=month.month)),
        tag("p", words("public-lead"), class_="lead"),
        *_contact(month, words),
        Html() if published else tag("p", words(f"state-{month.state}"), class_=f"state {month.state}"),
        tag("p", words("public-expired", month=month.month), class_="expired", hidden="hidden", data_last=last),
        tag("p", words("public-updated", date=month.updated_on, last=last), class_="note"),
        other_months(others, words),
    )


def _contact(month: PublicMonth, words: Words) -> Iterable[Html]:
    service = month.service
    ways = []
    if service.phone:
        digits = re.sub(r"[^\d+]", "", service.phone)
        ways.append(_link(service.phone, f"tel:{digits}" if _PHONE.fullmatch(service.phone) else ""))
    if service.email:
        ways.append(_link(service.email, f"mailto:{service.email}" if _EMAIL.fullmatch(service.email) else ""))
    if service.address:
        ways.append(tag("bdi", service.address))
    if ways:
        yield tag("p", words("public-contact"), " ", *between(ways, " · "), class_="contact")


def _link(name: str, address: str) -> Html:
    return tag("a", tag("bdi", name), href=address) if address else tag("bdi", name)


def _cancellations(month: PublicMonth, words: Words) -> Html:
    """List what was announced and is not held; the page's script brings out what is cancelled on the day."""
    items = [
        tag(
            "li",
            tag("strong", words("public-today-cancelled"), " ", class_="now", hidden="hidden"),
            tag("s", words.date(stop.date), ", ", words.hours(stop.start, stop.end)),
            " · ",
            tag("bdi", stop.place),
            ", ",
            tag("bdi", stop.commune_name),
            data_date=stop.date.isoformat(),
        )
        for stop in month.stops
        if stop.cancelled
    ]
    if not items:
        return Html()
    return tag("section", tag("h2", words("public-cancelled", n=len(items))), tag("ul", *items), class_="cancellations")


def _choice(words: Words) -> Html:
    """Let a reader choose a view: buttons that need no script."""
    ways = (tag("label", _radio(view), tag("span", words(f"public-by-{view}"))) for view in VIEWS)
    return tag("fieldset", tag("legend", words("public-views"), class_="unseen"), *ways, class_="views")


def _radio(view: str) -> Html:
    checked = " checked" if view == VIEWS[0] else ""
    return Html(f'<input type="radio" name="view" id="view-{view}" value="{view}"{checked}>')


def _by_commune(month: PublicMonth, listed: dict[tuple[str, str], str], words: Words) -> Iterable[Html]:
    stops = {commune: [stop for stop in month.stops if stop.commune == commune[0]] for commune in listed}
    links = [
        tag("li", tag("a", tag("bdi", name), href=f"#commune-{commune}"), _first(stops[commune, name], words))
        for commune, name in listed
    ]
    yield tag("nav", tag("ul", *links), class_="communes", aria_label=words("public-communes"))
    for (commune, name), colour in listed.items():
        held = stops[commune, name]
        yield tag(
            "section",
            tag("h2", tag("bdi", name), id=f"commune-{commune}", tabindex="-1"),
            tag("ol", *(_card(stop, words) for stop in held)) if held else tag("p", words("public-none")),
            class_=f"commune {colour}",
        )


def _first(stops: Iterable[PublicStop], words: Words) -> Html:
    """First date of a commune; the page's script makes it the next one."""
    held = next((stop for stop in stops if not stop.cancelled), None)
    return tag("span", words.date(held.date, short=True) if held else words("public-no-date"), class_="when")


def _card(stop: PublicStop, words: Words) -> Html:
    """One permanence: when, where, what is near, and how to get there."""
    crossed = "s" if stop.cancelled else "span"
    return tag(
        "li",
        day_of(stop),
        tag("p", words("stop-cancelled"), class_="cancelled") if stop.cancelled else Html(),
        tag("p", tag(crossed, words.date(stop.date)), class_="date"),
        tag("p", tag(crossed, words.hours(stop.start, stop.end)), class_="hours"),
        tag("h3", tag("bdi", stop.place), class_="place"),
        *_near(stop, words),
        _ways(stop, words),
        class_=" ".join(["stop", "fixed" * (stop.kind is Kind.FIXED), "gone" * stop.cancelled]).strip(),
        id=f"stop-{stop.id}",
        data_date=stop.date.isoformat(),
        data_short=words.date(stop.date, short=True),
    )


def _near(stop: PublicStop, words: Words) -> Iterable[Html]:
    if near := [tag("bdi", name) for name in (stop.landmark, stop.neighbourhood) if name]:
        yield tag("p", *between(near, " · "), class_="where")
    if stop.transit:
        yield tag("p", words("public-transit"), " ", tag("bdi", stop.transit), class_="transit")
    if stop.partners:
        yield tag("p", words("public-with"), " ", *between([tag("bdi", name) for name in stop.partners], ", "))


def _ways(stop: PublicStop, words: Words) -> Html:
    """Links to maps; nothing is asked of anybody until one is followed."""
    if stop.latitude is None or stop.longitude is None or stop.cancelled:
        return Html()
    spot = f"{stop.latitude:.5f},{stop.longitude:.5f}"
    web = f"https://www.openstreetmap.org/?mlat={stop.latitude:.5f}&mlon={stop.longitude:.5f}&zoom=18"
    place = tag("span", " (", tag("bdi", stop.place), ", ", words.date(stop.date), ")", class_="unseen")
    return tag(
        "p",
        tag("button", words("public-on-map"), place, type="button", class_="show"),
        tag("a", words("public-open-app"), place, href=f"geo:{spot}?q={spot}"),
        tag("a", "OpenStreetMap", place, href=web, rel="noreferrer"),
        class_="ways",
    )


def _by_day(month: PublicMonth, words: Words) -> Html:
    if not month.stops:
        return tag("p", words("public-none"))
    titles = ("plan-column-date", "plan-column-hours", "plan-column-site", "plan-column-commune")
    head = tag("tr", *(tag("th", words(title), scope="col", role="columnheader") for title in titles), role="row")
    rows = (
        tag(
            "tr",
            tag("th", _crossed(stop, words.date(stop.date)), scope="row", role="rowheader"),
            tag("td", _crossed(stop, words.hours(stop.start, stop.end)), role="cell"),
            tag("td", *_where(stop, words), role="cell"),
            tag("td", tag("bdi", stop.commune_name), role="cell"),
            class_="gone" if stop.cancelled else "",
            data_date=stop.date.isoformat(),
            role="row",
        )
        for stop in month.stops
    )
    return tag(
        "table",
        tag("caption", words("public-by-day-title", month=month.month)),
        tag("thead", head, role="rowgroup"),
        tag("tbody", *rows, role="rowgroup"),
        role="table",
    )


def _where(stop: PublicStop, words: Words) -> Iterable[Html]:
    yield from _cancelled(stop, words)
    yield tag("bdi", stop.place, class_="name")
    if near := [tag("bdi", name) for name in (stop.landmark, stop.transit) if name]:
        yield tag("span", *between(near, " · "), class_="near")


def _cancelled(stop: PublicStop, words: Words) -> Iterable[Html]:
    if stop.cancelled:
        yield tag("strong", words("stop-cancelled"), " · ", class_="cancelled")


def _crossed(stop: PublicStop, text: str) -> Html:
    return tag("s", text) if stop.cancelled else tag("span", text)


def _by_van(month: PublicMonth, words: Words) -> Iterable[Html]:
    """Tell the stops of each van, then those held without one."""
    in_order = sorted(month.stops, key=lambda stop: (stop.kind is Kind.FIXED, stop.van_name))
    for (kind, van), stops in groupby(in_order, key=lambda stop: (stop.kind, stop.van_name)):
        items = (
            tag(
                "li",
                tag("p", *_cancelled(stop, words), _crossed(stop, words.date(stop.date)), class_="date"),
                tag("p", _crossed(stop, words.hours(stop.start, stop.end)), class_="hours"),
                tag("p", tag("bdi", stop.place, class_="name"), ", ", tag("bdi", stop.commune_name)),
                class_="gone" if stop.cancelled else "",
                data_date=stop.date.isoformat(),
            )
            for stop in stops
        )
        title = words("public-without-van") if kind is Kind.FIXED else van
        yield tag("section", tag("h2", tag("bdi", title)), tag("ol", *items))
