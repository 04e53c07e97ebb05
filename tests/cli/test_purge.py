"""`picup purge`: what has passed its time, told first, then thrown away; nothing else."""

from pathlib import Path

import pytest

from announced import written
from command_line import Run
from feeds import by_icalendar
from months import published as planned
from picup_planner.publish import root

MONTHS = ("2024-10", "2024-11", "2024-12", "2026-11")


@pytest.fixture
def service(territory: Path, here: Path, picup: Run) -> Path:
    """Write months of three years, letters, workbooks, and a publication of the last month."""
    for month in MONTHS:
        planned(here / "planning", month)
        (here / "planning" / month / "autorisations").mkdir()
        (here / "planning" / month / "autorisations" / "lettre-amont.docx").write_bytes(b"PK")
    written(territory, here / "planning" / "2026-12")
    for name in ("planning-2025-11.xlsx", "planning-2025-12-ville.xlsx", "budget-2020-01.xlsx", "planning.xlsx"):
        (here / name).write_bytes(b"PK")
    assert picup("publish", "planning/2026-12/plan.json", "--territory", "essai").code == 0
    return here


def files(folder: Path) -> set[str]:
    """Names of every file of a folder, the key left aside."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {name for path in found if not (name := path.relative_to(folder).as_posix()).startswith(("config", "cache"))}


def test_what_is_old_is_told_then_thrown_away(picup: Run, service: Path) -> None:
    """Plans of over two years, letters and workbooks of over one: told, then gone with --yes; the rest stays."""
    before = files(service)
    asked = ("purge", "--territory", "essai", "--as-of", "2026-12-15")
    said = picup(*asked)
    assert said.code == 0
    assert said.out.splitlines() == [
        "- planning/2024-10 (octobre 2024) : planning, relevé et documents",
        "- planning/2024-11 (novembre 2024) : planning, relevé et documents",
        "- planning/2024-12/autorisations/lettre-amont.docx (décembre 2024) : courrier",
        "- planning-2025-11.xlsx (novembre 2025) : classeur",
        "Rien n’a été jeté. Pour jeter ces 4 éléments : picup purge --yes",
    ]
    assert files(service) == before
    assert picup(*asked, "--yes").code == 0
    gone = {name for name in before if name.startswith(("planning/2024-10/", "planning/2024-11/"))}
    gone |= {"planning/2024-12/autorisations/lettre-amont.docx", "planning-2025-11.xlsx"}
    assert before - files(service) == gone
    assert picup(*asked, "--yes").out.splitlines() == ["Rien n’a passé sa durée."]


def test_months_of_another_territory_are_not_judged_by_ours(picup: Run, service: Path) -> None:
    """Without --territory, how long ours keeps things is no reason to throw away what is somebody else's."""
    before = files(service)
    said = picup("purge", "--as-of", "2026-12-15", "--yes")
    assert said.code == 2
    assert "Dans planning, octobre 2024 est celui de « Essai » : rien n’est changé." in said.err
    assert "--territory" in said.err
    assert files(service) == before


def test_a_territory_says_how_long(picup: Run, service: Path) -> None:
    """[retention] counts; what is no number, or no kind of thing, is refused with its line."""
    toml = service / "essai" / "territory.toml"
    text = toml.read_text("utf-8")
    toml.write_text(f"{text}\n[retention]\nplans = 36\nletters = 36\nworkbooks = 1\n", encoding="utf-8")
    assert picup("territory", "check", "essai").code == 0
    said = picup("purge", "--territory", "essai", "--as-of", "2026-12-15")
    assert [line.partition(" (")[0] for line in said.out.splitlines()[:-1]] == [
        "- planning-2025-11.xlsx",
        "- planning-2025-12-ville.xlsx",
    ]
    for wrong in ("plans = 0", "plan = 3", 'plans = "deux"'):
        toml.write_text(f"{text}\n[retention]\n{wrong}\n", encoding="utf-8")
        for command in (("purge", "--territory", "essai"), ("territory", "check", "essai")):
            said = picup(*command)
            assert said.code == 1
            assert "territory.toml, ligne" in said.err + said.out


def test_old_pages_of_the_staff_go_with_their_dates(picup: Run, service: Path) -> None:
    """Three months on they stay; a month later nothing of them is left, and the residents’ stand."""
    staff = service / "publication" / "staff"
    public = files(service / "publication" / "public")
    assert "UID:" in (staff / "calendriers" / "permanences.ics").read_text("utf-8")
    assert "publication/staff" not in picup("purge", "--territory", "essai", "--as-of", "2027-03-31").out
    said = picup("purge", "--territory", "essai", "--as-of", "2027-04-01", "--yes")
    assert said.code == 0
    assert "- publication/staff/2026-12 (décembre 2026) : pages de l’équipe" in said.out
    assert not staff.exists()
    assert not list((service / "publication").rglob("staff-*"))
    assert files(service / "publication" / "public") == public
    assert root.damaged(service / "publication" / "public") == []


def test_of_two_months_published_the_older_alone_goes(picup: Run, service: Path) -> None:
    """The later month stays whole; the dates of the older leave the calendars too."""
    staff = service / "publication" / "staff"
    month = staff / "2026-12" / "month.json"
    assert month.exists()
    later = month.read_text("utf-8").replace("2026-12", "2027-01").replace("202612", "202701")
    drawing = (staff / "2026-12" / "drawing.json").read_bytes()
    (staff / "2027-01").mkdir()
    (staff / "2027-01" / "month.json").write_text(later, encoding="utf-8")
    (staff / "2027-01" / "drawing.json").write_bytes(drawing)
    assert picup("purge", "--territory", "essai", "--as-of", "2027-04-01", "--yes").code == 0
    assert root.damaged(staff) == []
    assert {path.name for path in staff.glob("20*")} == {"2027-01"}
    dates = {f"{event.start:%Y-%m}" for event in by_icalendar((staff / "calendriers" / "permanences.ics").read_bytes())}
    assert dates == {"2027-01"}
