"""All outputs tell the same story: the stops of a month, row by row, as each output's reader finds them."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from documents import Row, rows_of, sheets_of, text_of
from feeds import by_icalendar, by_icaljs
from months import problem_of
from pages import drawing_of
from picup_planner.plan import Plan, State
from picup_planner.problem import FixedPermanence, Problem
from picup_planner.publish.audience import PublicMonth, announced, for_staff
from picup_planner.publish.calendar import public_feed, staff_feed
from picup_planner.publish.opendata import geojson, table
from picup_planner.publish.planning import planning
from picup_planner.publish.poster import poster
from picup_planner.publish.public_page import public_page
from problems import hand_plan

CREW = {"as": "as-1", "casp": "casp-1"}
OTHERS = {"as": "as-2", "casp": "casp-2"}
PARIS = ZoneInfo("Europe/Paris")
MONTH = "2026-12"


def planned() -> tuple[Problem, Plan]:
    """Give December: six visits, one of them cancelled; a social centre every Wednesday, once without a crew."""
    fixed = tuple(
        FixedPermanence(
            id=f"fixe-{day:02}",
            name="Permanence du mercredi",
            site="centre-1",
            date=date(2026, 12, day),
            start=time(9, 30),
            end=time(11, 30),
            roles=("as", "casp"),
        )
        for day in (2, 9, 16, 23, 30)
    )
    problem = problem_of(MONTH, fixed=fixed)
    visits = [
        ("amont-1", 1, "matin", CREW),
        ("aval-1", 1, "apres-midi", CREW),
        ("amont-2", 8, "matin", CREW),
        ("aval-1", 15, "matin", CREW),
        ("amont-1", 22, "apres-midi", CREW),
        ("aval-1", 29, "matin", CREW),
    ]
    plan = hand_plan(problem, visits, {duty.id: OTHERS for duty in fixed if duty.date.day != 16})
    gone = next(held for held in plan.permanences if held.id == "amont-202612-2")
    held = tuple(each for each in plan.permanences if each is not gone)
    tours = tuple(tour for tour in plan.tours if gone.id not in tour.permanences)
    changes = {"permanences": held, "cancelled": (gone,), "tours": tours, "state": State.PUBLISHED}
    return problem, plan.model_copy(update=changes)


PROBLEM, PLAN = planned()
PUBLIC: PublicMonth = announced(PROBLEM, PLAN)


def hours(text: str) -> tuple[time, time]:
    """Read `9 h – 12 h 30`."""
    start, end = (time(int(hour), int(minute or 0)) for hour, minute in re.findall(r"(\d+)\sh(?:\s(\d+))?", text))
    return start, end


class _Table(HTMLParser):
    """Rows of the page that have a date: the text of each cell, and whether it is struck through."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[date, list[str], bool]] = []
        self._in: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._in = [*self._in, told.get("class") or tag]
        if tag == "tr" and (day := told.get("data-date")):
            self.rows.append((date.fromisoformat(day), [], told.get("class") == "gone"))
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1][1].append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  called by its name
        self._in = self._in[:-1]

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1][1] and not {"cancelled", "near"} & set(self._in):
            self.rows[-1][1][-1] += data


def by_page() -> list[Row]:
    """Read the table of the public page."""
    parser = _Table()
    page = public_page(PUBLIC, drawing_of(PROBLEM, PLAN))
    parser.feed(page[page.index("<table") : page.index("</table>")])
    return [Row(day, *hours(cells[1]), cells[2], cells[3], gone) for day, cells, gone in parser.rows]


def by_map() -> list[Row]:
    """Read the cards the map's markers are filled from: those the script of the map names, once each."""
    page = public_page(PUBLIC, drawing_of(PROBLEM, PLAN))
    shown = set(re.findall(r'"stop-([a-z0-9-]+)"', page[page.index("<script>") :]))
    cards = re.findall(r'<li class="(stop[^"]*)" id="stop-([a-z0-9-]+)" data-date="([^"]+)"[^>]*>(.*?)</li>', page)
    communes = {stop.id: stop.commune_name for stop in PUBLIC.stops}
    told = []
    for look, stop, day, card in cards:
        assert stop in shown
        place = re.sub("<[^>]+>", "", re.findall(r'<h3 class="place">(.*?)</h3>', card)[0])
        when = re.findall(r'<p class="hours">(.*?)</p>', card)[0]
        told.append(Row(date.fromisoformat(day), *hours(when), place, communes[stop], "gone" in look.split()))
    assert len(shown) == len(cards)
    return told


def by_feed(read: Callable[[bytes], list], feed: bytes) -> list[Row]:
    """Read a feed; its place and commune are those of the location."""
    rows = []
    for event in read(feed):
        start, end = (each.astimezone(PARIS) for each in (event.start, event.end))
        place, commune = event.location.split(", ")
        rows.append(Row(start.date(), start.time(), end.time(), place, commune, event.status == "CANCELLED"))
    return rows


def by_workbook() -> list[Row]:
    """Read the list of the workbook; there, what nobody can hold is told by its crew."""
    _, *rows = sheets_of(planning(PROBLEM, PLAN))["Par commune"].iter_rows(values_only=True)
    return [
        Row(row[1].date(), row[2], row[3], row[4], row[0], row[7] == "sans équipe" or "annulée" in (row[8] or ""))
        for row in rows
        if isinstance(row[1], datetime)
    ]


def by_calendar_page() -> list[Row]:
    """Read the calendar of the workbook, cell by cell, each under its date."""
    told = []
    day: dict[int, date] = {}
    for row in sheets_of(planning(PROBLEM, PLAN))["Mois"].iter_rows():
        for cell in row:
            text = str(cell.value or "").replace("\xa0", " ")
            if found := re.match(r"\w+\. (\d+)(?:er)? déc\.", text):
                day[cell.column] = date(2026, 12, int(found[1]))
            elif len(lines := text.split("\n")) == 3:
                when, commune = lines[0].split(" · ")
                gone = lines[2] in {"✖ annulée", "sans équipe"}
                told.append(Row(day[cell.column], *hours(when), lines[1].removesuffix(" (fixe)"), commune, gone))
    return told


def by_geojson() -> list[Row]:
    """Read the features."""
    told = [feature["properties"] for feature in json.loads(geojson(PUBLIC))["features"]]
    return [_of_fields(each, cancelled=each["cancelled"]) for each in told]


def by_csv() -> list[Row]:
    """Read the table of open data."""
    told = csv.DictReader(io.StringIO(table(PUBLIC).decode()))
    return [_of_fields(each, cancelled=each["cancelled"] == "true") for each in told]


def _of_fields(each: dict[str, str], *, cancelled: bool) -> Row:
    day, start, end = date.fromisoformat(each["date"]), *map(time.fromisoformat, (each["start"], each["end"]))
    return Row(day, start, end, each["place"], each["commune"], cancelled)


def by_poster() -> list[Row]:
    """Read the posters: dates, what comes back every week, and what is cancelled, whose hours are those announced."""
    known = {(stop.date, stop.place): (stop.start, stop.end) for stop in PUBLIC.stops}
    rows = []
    for commune in drawing_of(PROBLEM, PLAN).communes:
        lines = [line.strip().replace("\xa0", " ") for line in text_of(poster(PUBLIC, commune)).split("\n")]
        for line, place, more in zip(lines, lines[1:], lines[2:], strict=False):
            if found := re.match(r"\w+ (\d+)(?:er)? décembre (ANNULÉ|\d+ h.*)$", line):
                day, gone = date(2026, 12, int(found[1])), found[2] == "ANNULÉ"
                rows.append(Row(day, *(known[day, place] if gone else hours(found[2])), place, commune.name, gone))
            elif found := re.match(r"Chaque \w+ (\d+ h.*)$", line):
                kept, _, lost = more.partition("ANNULÉ")
                for part, gone in ((kept, False), (lost, True)):
                    numbers = re.findall(r"\d+", part.partition("décembre")[0])
                    days = [date(2026, 12, int(number)) for number in numbers]
                    rows += [Row(day, *hours(found[1]), place, commune.name, gone) for day in days]
    return rows


@pytest.mark.parametrize(
    "read",
    [
        by_page,
        by_map,
        lambda: by_feed(by_icalendar, public_feed(PUBLIC)),
        lambda: by_feed(by_icaljs, public_feed(PUBLIC)),
        lambda: by_feed(by_icalendar, staff_feed(for_staff(PROBLEM, PLAN))),
        by_workbook,
        by_calendar_page,
        by_geojson,
        by_csv,
        by_poster,
    ],
    ids=["table", "map", "feed", "feed by ical.js", "staff feed", "workbook", "calendar", "geojson", "csv", "posters"],
)
def test_every_output_tells_the_same_stops(read: Callable[[], list[Row]]) -> None:
    """Dates, hours, places, communes and cancellations are the same, row by row, in each output."""
    expected = rows_of(PUBLIC)
    assert len(expected) == 11
    assert sum(row.cancelled for row in expected) == 2
    assert sorted(read()) == expected


def test_feeds_of_communes_and_people_share_the_stops_out() -> None:
    """The feeds of the communes together hold every stop once; those of the people, each stop once a person."""
    communes = [by_feed(by_icalendar, public_feed(PUBLIC, commune=each)) for each in drawing_of(PROBLEM, PLAN).communes]
    assert sorted(row for rows in communes for row in rows) == rows_of(PUBLIC)
    month = for_staff(PROBLEM, PLAN)
    people = {one.initials for stop in month.stops for one in stop.crew}
    told = [row for person in people for row in by_feed(by_icalendar, staff_feed(month, person=person))]
    assert len(told) == sum(len(stop.crew) for stop in month.stops)
