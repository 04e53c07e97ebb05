"""Every hostile string in every free text of a month, through every document: nothing runs, nothing is broken into."""

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pytest
from icalendar import Calendar

import picup_planner
from documents import all_named, sheets_of, text_of
from feeds import by_icaljs
from pages import BENIGN, HOSTILE
from picup_planner.draw import DrawnCommune
from picup_planner.evaluation import identified
from picup_planner.plan import Plan, promises_of
from picup_planner.problem import Problem
from picup_planner.publish.audience import PublicMonth, announced, for_staff
from picup_planner.publish.calendar import public_feed, staff_feed
from picup_planner.publish.changes import email, texts
from picup_planner.publish.opendata import geojson, table
from picup_planner.publish.planning import planning
from picup_planner.publish.poster import poster
from picup_planner.publish.subscribing import Feed, subscribing
from problems import hand_plan, problem_with, tiny_problem

SOURCE = Path(picup_planner.__file__).parent
PUBLISH = SOURCE / "publish"
CREW = {"as": "as-1", "casp": "casp-1"}
FIXED = {"fixe-1": {"as": "as-2", "casp": "casp-2"}}
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
FORMULA = tuple("=+-@＝＋－＠")

PROPERTIES = {
    *("BEGIN", "END", "VERSION", "PRODID", "NAME", "X-WR-CALNAME", "X-WR-TIMEZONE", "REFRESH-INTERVAL"),
    *("X-PUBLISHED-TTL", "TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO", "DTSTART", "DTEND", "RRULE", "UID"),
    *("SUMMARY", "LOCATION", "DESCRIPTION", "GEO", "STATUS", "TRANSP", "SEQUENCE", "LAST-MODIFIED", "DTSTAMP"),
}
"""Every property a feed may hold."""

ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "ul", "ol", "li", "a", "bdi", "code"),
    *("section",),
}


def month_of(name: str) -> tuple[Problem, Plan, Plan]:
    """Give a published plan and one after it, one stop moved, one cancelled, one new, everything called `name`."""
    problem = all_named(tiny_problem(), name)
    published = hand_plan(problem, [("amont-1", 7, "matin", CREW), ("aval-1", 8, "matin", CREW)], FIXED)
    problem = problem_with(problem, promised=promises_of(published), hours=problem.hours, travel=problem.travel)
    new = hand_plan(problem, [("amont-1", 8, "matin", CREW), ("amont-2", 11, "matin", CREW)], FIXED)
    return problem, published, identified(problem, published, new)


def public(name: str) -> PublicMonth:
    """Give the month after, as residents read it."""
    problem, _, plan = month_of(name)
    return announced(problem, plan)


def seen(name: str) -> str:
    """Give a benign name as a reader sees it, in plain spaces."""
    return unicodedata.normalize("NFC", name).replace("\xa0", " ")


def feeds_of(name: str) -> list[bytes]:
    """Give a feed of each audience."""
    problem, _, plan = month_of(name)
    staff = for_staff(problem, plan)
    return [
        public_feed(announced(problem, plan)),
        staff_feed(staff),
        staff_feed(staff, partner=staff.stops[0].partners[0]),
    ]


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_line_is_injected_into_a_calendar(kind: str) -> None:
    """A feed holds its own properties and as many events as stops, on short lines without controls."""
    count = len(public(HOSTILE[kind]).stops)
    for feed in feeds_of(HOSTILE[kind]):
        lines = feed.decode().split("\r\n")
        assert all(len(line.encode()) <= 75 for line in lines)
        assert not any(CONTROLS.search(line) or "\n" in line for line in lines)
        whole = "\n".join(lines).replace("\n ", "").splitlines()
        assert {re.split("[:;]", line)[0] for line in whole} <= PROPERTIES
        assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == count
        assert len(Calendar.from_ical(feed).walk("VEVENT")) == count


def test_only_two_doors_lead_to_excel_and_to_calendars() -> None:
    """In the publications one module writes workbooks, by calls that never make a formula, and one knows Paris."""
    sources = {path.name: path.read_text("utf-8") for path in PUBLISH.glob("*.py")}
    assert [name for name, source in sources.items() if re.search(r"import.*xlsxwriter|from xlsxwriter", source)] == [
        "sheets.py"
    ]
    written = set(re.findall(r"\._sheet\.(write\w*)", sources["sheets.py"]))
    assert written == {"write_string", "write_datetime", "write_number", "write_blank", "write_rich_string"}
    knowing = [
        path.name for path in SOURCE.rglob("*.py") if re.search("Europe/Paris|zoneinfo", path.read_text("utf-8"))
    ]
    assert knowing == ["calendar.py"]


@pytest.mark.parametrize("kind", ["line feed", "carriage return", "end of line and property", "trailing backslash"])
def test_a_second_program_sees_no_more_events(kind: str) -> None:
    """What tries to end a line ends none for ical.js either."""
    feed = public_feed(public(HOSTILE[kind]))
    assert len(by_icaljs(feed)) == len(public(HOSTILE[kind]).stops)


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_in_a_workbook_is_a_formula_or_a_link(kind: str) -> None:
    """Every text of the workbook is a text, without controls, as it was typed if it is benign."""
    problem, published, plan = month_of(HOSTILE[kind])
    found = []
    for sheet in sheets_of(planning(problem, plan, published)).values():
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n", "d"}, cell.coordinate
                assert cell.hyperlink is None
                assert cell.comment is None
                if isinstance(cell.value, str):
                    assert not CONTROLS.search(cell.value)
                    found.append(cell.value)
    if BENIGN.get(kind):
        assert unicodedata.normalize("NFC", BENIGN[kind]) in found


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_poster_is_drawn_whatever_the_names(kind: str) -> None:
    """A poster holds its sentences and its dates; a benign place reads as it was typed."""
    month = public(HOSTILE[kind])
    commune = DrawnCommune(id="amont", name=HOSTILE[kind][:200], outline=())
    text = text_of(poster(month, commune)).replace("\xa0", " ")
    assert "8 décembre" in text
    assert "sous réserve de modification" in text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\u2067]", text)
    if kind in BENIGN and kind != "arabic":  # of a ligature, the reader gives the letters in another order
        assert seen(BENIGN[kind]) in text


@pytest.mark.parametrize("kind", HOSTILE)
def test_open_data_hold_values_only(kind: str) -> None:
    """GeoJSON and CSV hold the stops, no more, and no cell of the table begins a formula."""
    month = public(HOSTILE[kind])
    told = json.loads(geojson(month))["features"]
    rows = list(csv.reader(io.StringIO(table(month).decode(), newline="")))
    assert len(told) == len(rows) - 1 == len(month.stops)
    assert len({len(row) for row in rows}) == 1
    assert not any(cell.lstrip().startswith(FORMULA) or CONTROLS.search(cell) for row in rows for cell in row)
    if kind in BENIGN:
        name = unicodedata.normalize("NFC", BENIGN[kind])
        assert {feature["properties"]["place"] for feature in told} == {name}
        assert all(name in row for row in rows[1:])


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_message_keeps_its_lines(kind: str) -> None:
    """A name adds no line to an e-mail, whose first line is its subject, nor to a text message."""
    problem, published, plan = month_of(HOSTILE[kind])
    before, after = announced(problem, published), announced(problem, plan)
    usual = email(*(announced(tiny_problem(), each) for each in (published, plan))).count("\n")
    message = email(before, after)
    assert message.count("\n") == usual + bool(HOSTILE[kind]), "the telephone, when there is one"
    assert not CONTROLS.search(message)
    assert texts(before, after).count("\n") == 3
    assert all(len(line) <= 160 for line in texts(before, after).splitlines())


class _Elements(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_page_of_subscriptions_holds_our_elements_only(kind: str) -> None:
    """A calendar called anything adds no element and no attribute to the page."""
    name = HOSTILE[kind]
    page = subscribing(name, [Feed(name, "a.ics")], "https://a.example/")
    parser = _Elements()
    parser.feed(page)
    assert parser.tags <= ELEMENTS
    assert parser.attributes <= {"charset", "http-equiv", "content", "name", "lang", "href", "class"}
