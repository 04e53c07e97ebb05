"""`picup publish`: two folders, the state of the plan, one run at a time."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

import territories
from announced import written
from command_line import Answer, Run, contents
from picup_planner.cli import planning
from picup_planner.cli.reading import read_plan
from picup_planner.plan import Plan, State
from picup_planner.publish import root
from problems import hand_plan

PUBLISH = ("publish", "mois/plan.json", "--territory", "essai")


@pytest.fixture
def announced(territory: Path, here: Path) -> Plan:
    """Write the small territory's month, in the folder `mois`."""
    return written(territory, here / "mois")


@pytest.mark.usefixtures("announced")
def test_a_plan_is_published_in_two_folders(picup: Run, here: Path) -> None:
    """Both folders are what their manifests say, and both pages and the state are told; the plan does not change."""
    before = (here / "mois" / "plan.json").read_bytes()
    said = picup(*PUBLISH)
    assert said.code == 0, said.err
    for name in ("public", "staff"):
        assert root.damaged(here / "publication" / name) == []
        assert str(Path("publication", name, "index.html")) in said.err
    assert "Brouillon" in said.err
    assert "Aucun téléphone" in said.err
    assert (here / "mois" / "plan.json").read_bytes() == before
    assert "inchangé" in picup(*PUBLISH).err


def test_no_depot_and_nobody_is_published_to_residents(picup: Run, territory: Path, here: Path) -> None:
    """From the real roads too, neither the depot's position nor its name nor a person is in a public byte."""
    for old, new in (("latitude = 45.70", "latitude = 45.70123"), ("longitude = 4.86", "longitude = 4.86123")):
        territories.edit(territory, "territory.toml", old, new)
    written(territory, here / "mois")
    assert picup(*PUBLISH).code == 0
    read = {
        name: b"".join(path.read_bytes() for path in (here / "publication" / name).rglob("*") if path.is_file())
        for name in ("public", "staff")
    }
    for kept in ("45.70123", "4.86123", "Dépôt"):
        assert kept.encode() in read["staff"]
        assert kept.encode() not in read["public"]
    for name in ("Ada", "Chloé", "Driss"):
        assert name.encode() not in read["public"] + read["staff"]


@pytest.mark.parametrize(
    ("typed", "state"), [("publié", State.PUBLISHED), ("sent", State.SENT), ("Envoye", State.SENT)]
)
def test_the_state_is_noted_in_the_plan_and_on_every_page(
    picup: Run, here: Path, announced: Plan, typed: str, state: State
) -> None:
    """A state typed in either language goes into the plan, and stays when the plan is published again."""
    assert picup(*PUBLISH, "--state", typed).code == 0
    assert read_plan(here / "mois" / "plan.json") == announced.model_copy(update={"state": state})
    for name in ("public", "staff"):
        page = (here / "publication" / name / "index.html").read_text("utf-8")
        assert ("Brouillon" in page, "Proposition envoy" in page) == (False, state is State.SENT)
    assert "inchangé" in picup(*PUBLISH).err


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize("folder", ["mois", "ailleurs"])
def test_the_workbook_and_the_map_of_a_month_say_its_state(picup: Run, here: Path, folder: str) -> None:
    """They are written again as they were, what changes included, with the new state; what is not there is not made."""
    assert picup(*PUBLISH, "--state", "envoye").code == 0
    assert set(contents(here / "mois")) == {"plan.json", "problem.json"}
    move = ("move", "amont-202612-2", "2026-12-21", "--as-of", "2026-11-10", "--yes", "--out", folder)
    said = picup(*move, "--plan", "mois/plan.json", "--territory", "essai")
    assert (said.code, said.err.splitlines()[-1]) == (0, "L’ancien planning est gardé dans plan-1.json.")
    before = told(here / folder / "planning.xlsx")
    assert "Brouillon" in str(before)
    assert "déplacée" in str(before)
    changed = ("publish", f"{folder}/plan.json", "--territory", "essai", "--state", "publie")
    assert picup(*changed).code == 0
    after = told(here / folder / "planning.xlsx")
    assert str(after) == re.sub("Brouillon[^']*", "Publié", str(before))
    page = (here / folder / "map.html").read_text("utf-8")
    assert ("Publié" in page, "Brouillon" in page) == (True, False)


@pytest.mark.usefixtures("announced")
def test_documents_beside_an_earlier_plan_are_left_alone(picup: Run, here: Path) -> None:
    """They are those of the plan that replaced it."""
    for name in ("plan.json", "problem.json"):
        (here / "mois" / name).rename(here / "mois" / name.replace(".", "-1."))
    (here / "mois" / "map.html").write_text("d’un autre", encoding="utf-8")
    earlier = ("publish", "mois/plan-1.json", "--problem", "mois/problem-1.json", "--territory", "essai")
    assert picup(*earlier, "--state", "publie").code == 0
    assert read_plan(here / "mois" / "plan-1.json").state is State.PUBLISHED
    assert (here / "mois" / "map.html").read_text("utf-8") == "d’un autre"


@pytest.mark.usefixtures("announced")
def test_what_came_before_a_plan_need_not_be_readable(picup: Run, here: Path) -> None:
    """The state is told all the same; there is then nothing to compare with."""
    (here / "mois" / "plan-3.json").write_text("{}", encoding="utf-8")
    (here / "mois" / "map.html").write_text("Brouillon", encoding="utf-8")
    assert picup(*PUBLISH, "--state", "publie").code == 0
    assert "Publié" in (here / "mois" / "map.html").read_text("utf-8")
    assert read_plan(here / "mois" / "plan.json").state is State.PUBLISHED


def told(path: Path) -> dict[str, list[list[object]]]:
    """Read what every sheet of a workbook says."""
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in load_workbook(path)}


@pytest.mark.usefixtures("announced")
def test_an_unknown_state_is_refused(picup: Run, here: Path) -> None:
    """What is no state is told with those there are, and nothing is published."""
    said = picup(*PUBLISH, "--state", "fini")
    assert said.code == 2
    assert "fini" in said.err
    assert "brouillon, envoye, publie" in said.err
    assert not (here / "publication" / "public").exists()


def test_the_latest_month_is_published_by_default(picup: Run, territory: Path, here: Path) -> None:
    """Without a plan, that of the latest month in planning/ is published; without any month, it is said."""
    said = picup("publish", "--territory", "essai")
    assert said.code == 1
    assert "planning" in said.err
    (here / "planning").mkdir()
    written(territory, here / "planning" / "2026-12")
    assert picup("publish", "--territory", "essai", "--out", "ailleurs").code == 0
    assert (here / "ailleurs" / "public" / "2026-12" / "index.html").exists()


@pytest.mark.usefixtures("announced")
def test_a_plan_edited_by_hand_is_published_with_a_warning(picup: Run, here: Path) -> None:
    """A broken rule does not stop the publication: the planner knows best, and is told."""
    path = here / "mois" / "plan.json"
    path.write_text(path.read_text("utf-8").replace('"start":"09:00:00"', '"start":"08:00:00"', 1), encoding="utf-8")
    said = picup(*PUBLISH)
    assert said.code == 0
    assert "Attention" in said.err


@pytest.mark.usefixtures("announced")
def test_a_moved_permanence_makes_a_draft_again(picup: Run, here: Path) -> None:
    """What was published and is edited since is a draft until it is published again."""
    assert picup(*PUBLISH, "--state", "published").code == 0
    said = picup(
        *("move", "--plan", "mois/plan.json", "--territory", "essai", "--as-of", "2026-11-10", "--yes"),
        *("amont-202612-2", "2026-12-21"),
    )
    assert said.code == 0, said.err
    assert read_plan(here / "mois" / "plan.json").state is State.DRAFT
    assert "picup publish mois/plan.json --state publié" in said.err


@pytest.mark.usefixtures("announced")
def test_pages_do_not_become_a_draft_in_silence(picup: Run) -> None:
    """A changed plan published without a state lowers that of the pages: which they had is told, and how to keep it."""
    assert "disaient" not in picup(*PUBLISH, "--state", "publié").err
    move = ("move", "amont-202612-2", "2026-12-21", "--plan", "mois/plan.json", "--territory", "essai", "--yes")
    assert picup(*move, "--as-of", "2026-11-10").code == 0
    said = picup(*PUBLISH)
    assert (
        "Attention : les pages de décembre 2026 disaient « Publié » et disent maintenant "
        "« Brouillon : les dates peuvent encore changer ». "
        "Pour garder leur état : picup publish mois/plan.json --state publié"
    ) in said.err
    assert "disaient" not in picup(*PUBLISH).err
    assert picup(*PUBLISH, "--state", "envoyé").code == 0
    assert "disaient" not in picup(*PUBLISH, "--state", "brouillon").err


@pytest.mark.usefixtures("announced")
def test_a_month_may_be_published_in_its_own_folder(picup: Run, here: Path) -> None:
    """The command does not wait for itself."""
    said = picup(*PUBLISH, "--state", "envoyé", "--out", "mois")
    assert said.code == 0, said.err
    assert read_plan(here / "mois" / "plan.json").state is State.SENT
    assert root.damaged(here / "mois" / "public") == []


@pytest.mark.usefixtures("announced")
def test_a_plan_changed_again_is_still_to_be_published(picup: Run, here: Path) -> None:
    """Residents still read what was published: every change says which file to publish, wherever it was written."""
    move = ("move", "--territory", "essai", "--as-of", "2026-11-10", "--yes", "amont-202612-2")
    first = picup(*move, "2026-12-21", "--plan", "mois/plan.json")
    assert "picup publish" not in first.err
    assert picup(*PUBLISH, "--state", "published").code == 0
    for day in ("2026-12-14", "2026-12-21"):
        said = picup(*move, day, "--plan", "mois/plan.json")
        assert "picup publish mois/plan.json --state publié" in said.err
    (here / "mois" / "plan-9.json").write_text("{}", encoding="utf-8")
    said = picup(*move, "2026-12-14", "--plan", "mois/plan.json", "--out", "un autre")
    assert 'picup publish "un autre/plan.json" --state publié' in said.err


@pytest.mark.usefixtures("announced")
def test_a_second_run_stops_and_says_who_publishes(picup: Run, here: Path) -> None:
    """While another process publishes there, the command stops within a second, changes nothing, and names it."""
    code = (
        "import sys; from pathlib import Path; from picup_planner.publish.lock import locked\n"
        "with locked(Path('publication')): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:  # noqa: S603  this very program
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        began = time.monotonic()
        said = picup(*PUBLISH)
        assert time.monotonic() - began < 1
        holder.kill()
    assert said.code == 1
    assert f"processus {holder.pid}" in said.err
    assert not (here / "publication" / "public").exists()
    assert picup(*PUBLISH).code == 0


@pytest.mark.usefixtures("announced")
def test_a_locked_folder_is_told_in_a_sentence(picup: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held to the end by another program, the new version goes beside, and the reader is told what to do."""
    assert picup(*PUBLISH).code == 0

    def held(*folders: Path) -> bool:
        raise PermissionError(13, os.strerror(13), str(folders[1]))

    monkeypatch.setattr(root, "exchange", held)
    monkeypatch.setattr(root, "_PAUSE", 0.001)
    said = picup(*PUBLISH, "--state", "sent")
    assert said.code == 0
    assert f"Un autre programme se sert de {Path('publication', 'public')}" in said.err.replace("\n", " ")
    assert root.damaged(here / "publication" / "public-2") == []
    assert "Brouillon" in (here / "publication" / "public" / "index.html").read_text("utf-8")


def test_a_month_is_published_as_it_is_planned(
    picup: Run, territory: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`picup plan --publish` writes the month and both folders, as a draft."""
    (territory / "pins.csv").unlink()
    (territory / "partners.csv").write_text("id,name\nville,Ville\nasso,Association\n", encoding="utf-8")
    answer: Answer = hand_plan
    solve: Callable[..., Plan] = lambda problem, **_: answer(problem)  # noqa: E731  in place of the solver
    monkeypatch.setattr(planning, "solve", solve)
    said = picup("plan", "2026-12", "--territory", "essai", "--as-of", "2026-11-10", "--publish")
    assert said.code == 0, said.err
    assert (here / "planning" / "2026-12" / "plan.json").exists()
    assert "Brouillon" in (here / "publication" / "public" / "index.html").read_text("utf-8")
    assert root.damaged(here / "publication" / "staff") == []
