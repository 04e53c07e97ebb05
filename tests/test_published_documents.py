import re
from collections.abc import Sequence
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from feeds import by_icalendar
from months import BRUNO, VISITS, problem_of
from pages import drawing_of
from picup_planner.draw import Drawing
from picup_planner.plan import Plan, State
from picup_planner.problem import Problem
from picup_planner.publish.audience import announced, for_staff, initials
from picup_planner.publish.outputs import Audience
from picup_planner.publish.publication import publish
from problems import Crew, hand_plan

MOVED = (("amont-1", 6, "matin", VISITS[0][3]), *VISITS[1:])
"""The visits of a month, the first a day later; its tour then is in two."""

Visits = Sequence[tuple[str, int, str, Crew]]


def month(name: str = "2026-11", visits: Visits = VISITS, state: State = State.PUBLISHED) -> tuple[Problem, Plan]:
    """Give a month of four visits and a fixed permanence."""
    problem = problem_of(name)
    plan = hand_plan(problem, visits, {problem.fixed[0].id: BRUNO})
    return problem, plan.model_copy(update={"state": state})


def published(out: Path, problem: Problem, plan: Plan, people: dict[str, str] | None = None) -> dict[str, bytes]:
    """Publish a month, with calendars of people if any, and give every file."""
    drawing = drawing_of(problem, plan)
    ground = Drawing(communes=drawing.communes)
    told = {Audience.PUBLIC: (announced(problem, plan), ground), Audience.STAFF: (for_staff(problem, plan), drawing)}
    publish(out, told, "fr", people or {})
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for audience in Audience
        for path in (out / audience).rglob("*")
        if path.is_file()
    }


def numbers(files: dict[str, bytes], name: str = "public/calendriers/permanences.ics") -> dict[str, int]:
    """Give the number of each event of a feed."""
    return {event.uid.partition("@")[0]: event.sequence for event in by_icalendar(files[name])}


def test_each_audience_has_its_documents(tmp_path: Path) -> None:
    """Calendars at an address that never changes, posters per commune, open data; no message for a first time."""
    files = published(tmp_path, *month())
    assert {name for name in files if not name.endswith((".html", ".json"))} == {
        *(f"public/calendriers/{name}.ics" for name in ("permanences", "commune-amont", "commune-aval")),
        *(f"staff/calendriers/{name}.ics" for name in ("permanences", "partenaire-ville", "partenaire-asso")),
        *(f"public/2026-11/affiches/{c}-{paper}.pdf" for c in ("amont", "aval") for paper in ("a3", "a4")),
        *(f"public/{folder}permanences.{kind}" for folder in ("", "2026-11/") for kind in ("csv", "geojson")),
    }
    assert {"public/calendriers.html", "staff/calendriers.html"} <= files.keys()


def test_published_again_nothing_changes(tmp_path: Path) -> None:
    """The same month published twice, before and after a change, is the same byte for byte."""
    assert published(tmp_path, *month()) == published(tmp_path, *month())
    after = published(tmp_path, *month(visits=MOVED))
    assert "staff/2026-11/changements.txt" in after
    assert published(tmp_path, *month(visits=MOVED)) == after


def test_a_change_is_told_once_published(tmp_path: Path) -> None:
    """A month that changes after it was published has its messages; while it was a draft, it has none."""
    published(tmp_path, *month(state=State.DRAFT))
    assert not any(name.endswith(".txt") for name in published(tmp_path, *month(visits=MOVED)))
    files = published(tmp_path, *month())
    told = files["staff/2026-11/changements.txt"].decode().replace("\xa0", " ")
    assert told.startswith("Service d’essai : un changement en novembre 2026\n")
    assert "- ven. 6 nov., 9 h – 12 h, Place d’Amont (Amont)\n  devient : jeu. 5 nov." in told
    assert files["staff/2026-11/sms.txt"].count(b"\n") == 1


def test_a_draft_in_between_does_not_hide_a_change(tmp_path: Path) -> None:
    """What changes is told from what residents were last told, not from a draft published since."""
    published(tmp_path, *month())
    draft = published(tmp_path, *month(visits=MOVED, state=State.DRAFT))
    assert not any(name.endswith(".txt") for name in draft)
    assert b"crew" not in draft["staff/2026-11/announced.json"]
    assert published(tmp_path, *month(visits=MOVED, state=State.DRAFT)) == draft
    files = published(tmp_path, *month(visits=MOVED))
    assert "devient" in files["staff/2026-11/changements.txt"].decode()
    assert published(tmp_path, *month(visits=MOVED)) == files


def test_only_the_event_that_moves_has_a_new_number(tmp_path: Path) -> None:
    """Calendars are written over those published before: one number moves, and the next month is added."""
    before = numbers(published(tmp_path, *month()))
    assert set(before.values()) == {0}
    after = numbers(published(tmp_path, *month(visits=MOVED)))
    assert after == {**before, "amont-202611-1": 1}
    both = numbers(published(tmp_path, *month("2026-12")))
    assert both.items() > after.items()
    assert {event for event in both if "202612" in event} == {
        name.replace("202611", "202612") for name in before if "202611" in name
    }


def test_an_earlier_month_corrected_changes_the_calendars(tmp_path: Path) -> None:
    """A month replanned after the next one was published is corrected in the calendars at the top."""
    published(tmp_path, *month())
    published(tmp_path, *month("2026-12"))
    files = published(tmp_path, *month(visits=MOVED))
    days = {
        event.uid.partition("@")[0]: event.start.date()
        for event in by_icalendar(files["public/calendriers/permanences.ics"])
    }
    assert days["amont-202611-1"] == date(2026, 11, 6)
    assert days["amont-202612-1"] == date(2026, 12, 5)


@pytest.mark.parametrize("spoiled", [b"", b"BEGIN:VCALENDAR", b"not a calendar at all"])
def test_a_calendar_somebody_spoiled_is_written_anew(tmp_path: Path, spoiled: bytes) -> None:
    """A feed that is not what the manifest says is not read back: the publication is made all the same."""
    whole = published(tmp_path, *month())
    (tmp_path / "public" / "calendriers" / "permanences.ics").write_bytes(spoiled)
    assert published(tmp_path, *month()) == whole


def test_the_calendar_of_each_person_is_the_staff_s(tmp_path: Path) -> None:
    """A calendar holds the permanences of one person, is named in the staff's manifest alone, and keeps its numbers."""
    people = {"0" * 32: "A.", "f" * 32: "B."}
    problem, plan = month()
    called = initials(problem.territory)
    assert set(people.values()) <= set(called.values())
    files = published(tmp_path, problem, plan, people)
    for token, name in people.items():
        path = f"staff/calendriers/{token}.ics"
        (member,) = (member for member, told in called.items() if told == name)
        wanted = {one.id for one in plan.permanences if member in {seat.member for seat in one.crew}}
        assert set(numbers(files, path)) == wanted
        assert wanted
        assert token.encode() in files["staff/manifest.json"]
        assert [
            name for name, content in files.items() if name.startswith("public") and token.encode() in content
        ] == []
        assert [name for name in files if token in name] == [path]
    moved = published(tmp_path, *month(visits=MOVED), people)
    assert set(numbers(moved, f"staff/calendriers/{'0' * 32}.ics").values()) == {0, 1}
    assert not [name for name in published(tmp_path, *month(visits=MOVED)) if "0" * 32 in name]


def test_the_residents_page_leads_to_calendars_and_posters(tmp_path: Path) -> None:
    """From the top and from the folder of a month, every link of the page to a file of the folder finds it."""
    files = published(tmp_path, *month())
    for page in ("public/index.html", "public/fond-ign.html", "public/2026-11/index.html"):
        links = [link for link in re.findall(r'href="([^"#:]+)"', unescape(files[page].decode())) if link]
        there = {(tmp_path / page).parent.joinpath(link).resolve() for link in links}
        assert all(path.is_file() for path in there), page
        assert tmp_path.resolve() / "public" / "calendriers.html" in there
        for commune in ("amont", "aval"):
            assert tmp_path.resolve() / "public" / "2026-11" / "affiches" / f"{commune}-a4.pdf" in there
