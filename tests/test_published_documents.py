from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from feeds import by_icalendar
from months import BRUNO, VISITS, problem_of
from pages import drawing_of
from picup_planner.draw import Drawing
from picup_planner.plan import Plan, State
from picup_planner.problem import Problem
from picup_planner.publish.audience import announced, for_staff
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


def published(out: Path, problem: Problem, plan: Plan) -> dict[str, bytes]:
    """Publish a month and give every file."""
    drawing = drawing_of(problem, plan)
    ground = Drawing(communes=drawing.communes)
    told = {Audience.PUBLIC: (announced(problem, plan), ground), Audience.STAFF: (for_staff(problem, plan), drawing)}
    publish(out, told, "fr")
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
