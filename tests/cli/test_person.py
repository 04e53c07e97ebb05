"""`picup person`: all that is held of somebody is told, and goes when asked, whole or not at all."""

import io
import json
import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

import territories
from announced import written
from command_line import Run
from feeds import by_icalendar
from picup_planner import writing
from picup_planner.cli import erasing
from picup_planner.cli.reading import read_plan, read_problem
from picup_planner.cli.saving import documents
from picup_planner.evaluation import broken_rules
from picup_planner.messages import Words
from picup_planner.plan import State
from picup_planner.pseudonyms import key, pseudonym, token
from picup_planner.publish import root
from picup_planner.publish.text import plain
from picup_planner.roads.network import network
from picup_planner.territory import read

RECORDS = "permanence,status,by,site,date\namont-202612-1,replaced,Ada|casp-2,,\namont-202612-2,held,,,\n"
NAME = "Ada Zéphirine"


@pytest.fixture
def month(territory: Path, here: Path) -> Path:
    """Write a month with its documents and records, keep a plan before it, and publish it twice, changed between."""
    for file in ("staff.csv", "absences.csv"):
        territories.edit(territory, file, "Ada", NAME)
    territories.edit(territory, "pairings.csv", "as-1,casp-2,must-not", "as-1,casp-2,must-not\ncasp-1,casp-2,must-not")
    folder = here / "planning" / "2026-12"
    folder.parent.mkdir()
    plan = written(territory, folder)
    problem = read_problem(folder / "problem.json")
    for name, content in documents(problem, plan, network(territory / "roads.osm"), Words("fr", plain)).items():
        writing.write(folder / name, content)
    (folder / "problem-1.json").write_bytes((folder / "problem.json").read_bytes())
    before = plan.model_copy(update={"state": State.PUBLISHED})
    (folder / "plan-1.json").write_text(before.model_dump_json(), encoding="utf-8")
    (folder / "records.csv").write_text(RECORDS.replace("Ada", NAME), encoding="utf-8")
    return folder


@pytest.fixture
def published(month: Path, picup: Run) -> Path:
    """Publish the month twice, so that a version before is kept."""
    for state in ("brouillon", "publié"):
        assert picup("publish", str(month / "plan.json"), "--territory", "essai", "--state", state).code == 0
    return month.parents[1] / "publication"


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, the parts of workbooks unpacked."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
            if path.suffix == ".xlsx":
                with ZipFile(io.BytesIO(path.read_bytes())) as parts:
                    found[f"{path.name}!"] = b"".join(parts.read(name) for name in parts.namelist())
    return found


def steady(files: dict[str, bytes]) -> dict[str, bytes]:
    """Give the files that are the same each time they are made."""
    return {name: content for name, content in files.items() if not name.endswith((".xlsx", "!"))}


def everything(here: Path) -> dict[str, bytes]:
    """Every file of the service."""
    return {
        f"{name}/{file}": content
        for name in ("essai", "planning", "publication")
        for file, content in bytes_of(here / name).items()
    }


@pytest.mark.usefixtures("published")
def test_everything_held_is_exported(picup: Run, here: Path) -> None:
    """Rows of each table, both plans and problems, records, a workbook, pages and calendar; nobody else is in it."""
    assert picup("workbook", "new", "2026-12", "--territory", "essai").code == 0
    said = picup("person", "export", "ada zephirine", "--territory", "essai", "--workbook", "planning-2026-12.xlsx")
    assert said.code == 0, said.err
    made = {path.suffix: path for path in (here / "exports").iterdir()}
    assert made.keys() == {".json", ".txt"}
    assert all("ada" not in path.name and "as-1" not in path.name for path in made.values())
    told = json.loads(made[".json"].read_text("utf-8"))
    assert told["person"]["name"] == NAME
    assert told["territory"].keys() == {"staff", "habits", "absences", "weekly", "pairings"}
    assert {path.rpartition("/")[2] for path in told["planning"]} == {
        *("plan.json", "plan-1.json", "problem.json", "problem-1.json", "records.csv"),
    }
    held = told["planning"]["planning/2026-12/plan.json"]["permanences"]
    assert [(each["date"], each["crew"][0]["member"], len(each["crew"])) for each in held[:1]] == [
        ("2026-12-01", "as-1", 1)
    ]
    plan = read_plan(here / "planning" / "2026-12" / "plan.json")
    assert len(held) == sum("as-1" in {seat.member for seat in one.crew} for one in plan.permanences) == 5
    assert "staff" in told["workbooks"]["planning-2026-12.xlsx"]
    assert told["publication"]["calendar"].endswith(f"{token(key(), 'essai', 'as-1')}.ics")
    assert told["publication"]["publication/staff/2026-12/month.json"]["initials"] == "A. Z."
    for path in made.values():
        text = path.read_text("utf-8")
        assert NAME in text
        assert "Chloé" not in text
        assert "Driss" not in text
    assert "2026-12-21" in made[".txt"].read_text("utf-8")


def test_nobody_of_that_name_is_refused(picup: Run, month: Path) -> None:
    """A misspelt name is told with the nearest, and nothing is written."""
    said = picup("person", "export", "Ada Zefirine", "--territory", "essai")
    assert (said.code, month.parents[1].joinpath("exports").exists()) == (1, False)
    assert NAME in said.err


@pytest.mark.usefixtures("published")
def test_nobody_of_another_territory_is_erased(picup: Run, here: Path) -> None:
    """Without --territory, somebody of ours who has the same id as somebody of these months is left alone."""
    before = everything(here)
    said = picup("person", "erase", "as-1", "--yes")
    assert said.code == 2
    assert "est celui de « Pays d’Essai » : rien n’est changé." in said.err
    assert everything(here) == before


@pytest.mark.usefixtures("published")
def test_a_dry_run_changes_nothing(picup: Run, here: Path) -> None:
    """Without --yes every row and file is told, and no byte changes."""
    before = everything(here)
    said = picup("person", "erase", NAME, "--territory", "essai")
    assert said.code == 0, said.err
    for told in ("staff.csv, ligne 2", "absences.csv, ligne 2", "fixed.csv, ligne 2", "plan-1.json", "records.csv"):
        assert told in said.out
    assert "--yes" in said.out
    assert everything(here) == before


def test_nothing_is_left_of_somebody_erased(picup: Run, here: Path, month: Path, published: Path) -> None:
    """No byte of any file holds their name, id, initials or calendar; the past still counts, and still checks."""
    address = token(key(), "essai", "as-1")
    assert f"calendriers/{address}.ics" in bytes_of(published / "staff")
    before = {path.name: read_plan(path) for path in month.glob("plan*.json")}
    others = bytes_of(here / "essai")
    said = picup("person", "erase", NAME, "--territory", "essai", "--yes")
    assert said.code == 0, said.err
    alias = pseudonym(key(), "essai", "as-1")
    for file, content in everything(here).items():
        for trace in (NAME, "Zéphirine", "as-1", "A. Z.", address):
            assert trace.encode() not in content, (file, trace)
            assert json.dumps(trace)[1:-1].encode() not in content, (file, trace)
            assert trace not in file
    for name, plan in before.items():
        path = month / name
        problem = read_problem(path.with_name(name.replace("plan", "problem")))
        after = read_plan(path)
        assert after.provenance.problem_hash == problem.hash
        assert broken_rules(problem, after) == broken_rules(problem, after.model_copy()) == []
        crews = [[alias if seat.member == "as-1" else seat.member for seat in one.crew] for one in plan.permanences]
        assert [[seat.member for seat in one.crew] for one in after.permanences] == crews
    assert (month / "records.csv").read_text("utf-8") == RECORDS.replace("Ada", alias)
    assert {member.id for member in read(here / "essai").staff} == {"casp-1", "casp-2"}
    kept = {
        name: content for name, content in others.items() if b"as-1" not in content and NAME.encode() not in content
    }
    assert kept.items() <= bytes_of(here / "essai").items()
    assert root.damaged(published / "staff") == []
    assert not (published / "versions" / "staff-previous").exists()
    feed = (published / "staff" / "calendriers" / "permanences.ics").read_bytes()
    assert len(by_icalendar(feed)) == len(before["plan.json"].permanences)
    assert b"P. " in feed
    assert "Changements" in load_workbook(month / "planning.xlsx").sheetnames
    assert picup("check", str(month / "plan.json")).code == 0
    assert picup("person", "erase", NAME, "--territory", "essai").code == 1


@pytest.mark.usefixtures("published")
def test_what_was_stopped_halfway_is_ended_by_the_next_run(
    picup: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after each file in turn, the next run leaves what one that was not stopped leaves."""
    start = everything(here)

    def back() -> None:
        for name, content in start.items():
            if not name.endswith("!"):
                (here / name).parent.mkdir(parents=True, exist_ok=True)
                (here / name).write_bytes(content)

    assert picup("person", "erase", NAME, "--territory", "essai", "--yes").code == 0
    wanted = everything(here)
    files = sum(1 for name in steady(wanted) if wanted[name] != start[name] and not name.startswith("publication"))
    assert files > 8
    real = writing.write
    for stop in range(1, 2 * files + 1, 3):
        back()
        left = [stop]

        def killed(path: Path, content: str | bytes, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise OSError(28, os.strerror(28), str(path))
            real(path, content)

        with monkeypatch.context() as patch:
            patch.setattr(writing, "write", killed)
            assert picup("person", "erase", NAME, "--territory", "essai", "--yes").code == 1
        assert picup("person", "erase", NAME, "--territory", "essai", "--yes").code == 0
        assert steady(everything(here)) == steady(wanted)
        assert not (here / erasing.ASIDE).exists()


@pytest.mark.usefixtures("month")
def test_a_territory_that_would_be_unsound_is_not_touched(picup: Run, here: Path) -> None:
    """The only person of a role cannot go: it is said, and no byte changes."""
    territories.edit(here / "essai", "staff.csv", "casp|as", "casp")
    before = everything(here)
    said = picup("person", "erase", NAME, "--territory", "essai", "--yes")
    assert said.code == 1
    assert "Assistante sociale" in said.err
    assert everything(here) == before


@pytest.mark.usefixtures("month")
def test_a_name_in_a_comment_is_pointed_out(picup: Run, here: Path) -> None:
    """What a program cannot judge is left, and said."""
    path = here / "essai" / "closures.csv"
    path.write_text(f"# vu avec {NAME}\n" + path.read_text("utf-8"), encoding="utf-8")
    said = picup("person", "erase", NAME, "--territory", "essai", "--yes")
    assert said.code == 0
    assert "closures.csv : le nom s’y lit encore" in said.out


def test_each_person_is_told_their_calendar(picup: Run, published: Path) -> None:
    """One address each, that of a published calendar with their permanences alone; in no public byte or manifest."""
    said = picup("person", "calendar", "--territory", "essai", "--address", "https://exemple.fr/equipe/")
    assert said.code == 0
    lines = said.out.splitlines()
    assert [line.partition(" : ")[0] for line in lines[:3]] == [NAME, "Chloé", "Driss"]
    assert lines[0].endswith(f" : https://exemple.fr/equipe/calendriers/{token(key(), 'essai', 'as-1')}.ics")
    names = {each.name for each in (root.read_manifest(published / "staff") or pytest.fail("no manifest")).files}
    public = b"".join(bytes_of(published / "public").values()) + "".join(bytes_of(published / "public")).encode()
    for member, number in (("as-1", 5), ("casp-1", 5), ("casp-2", 0)):
        address = token(key(), "essai", member)
        assert f"calendriers/{address}.ics" in names
        assert address.encode() not in public
        assert len(by_icalendar((published / "staff" / "calendriers" / f"{address}.ics").read_bytes())) == number
    assert picup("person", "calendar", "Driss", "--territory", "essai").out.count("\n") == 2
