"""`picup workbook new`, `picup workbook merge`, and `picup plan` with a workbook."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import territories
from command_line import Run
from picup_planner.cli import planning, reading
from picup_planner.plan import Plan
from picup_planner.problem import Level, Problem
from problems import hand_plan
from workbooks import typed

FILE = "planning-2026-12.xlsx"


@pytest.fixture
def new(picup: Run, territory: Path) -> Callable[..., Path]:
    """Write a workbook of December for the small territory, and type in it."""

    def make(*arguments: str, name: str = FILE, cells: dict[str, Any] | None = None) -> Path:
        said = picup("workbook", "new", "2026-12", "--territory", str(territory), "--out", name, *arguments)
        assert said.code == 0, said.err
        path = Path(name)
        if cells:
            path.write_bytes(typed(path.read_bytes(), cells))
        return path

    return make


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch, territory: Path) -> list[Problem]:
    """Put an answer written by hand in place of the solver's, and keep the problems it is given."""
    territories.edit(territory, "pins.csv", "fete,held,,place,2026-12-08,matin,as-1|casp-1\n", "")
    territories.edit(territory, "partners.csv", "ville,Ville,2,20", "ville,Ville,,20")
    problems: list[Problem] = []

    def solve(problem: Problem, **_: object) -> Plan:
        problems.append(problem)
        return hand_plan(problem)

    monkeypatch.setattr(planning, "solve", solve)
    return problems


def test_a_workbook_is_written_once(picup: Run, territory: Path, new: Callable[..., Path]) -> None:
    """The workbook of a month is named for it, says what to do next, and never takes the place of another."""
    said = picup("workbook", "new", "2026-12", "--territory", str(territory))
    assert (said.code, Path(FILE).exists()) == (0, True)
    assert f"picup plan {FILE}" in said.err
    before = Path(FILE).read_bytes()
    again = picup("workbook", "new", "2026-12", "--territory", str(territory))
    assert again.code == 1
    assert "existe déjà" in again.err
    assert Path(FILE).read_bytes() == before
    assert new("--lang", "en", name="english.xlsx").exists()
    assert load_workbook("english.xlsx").sheetnames[:3] == ["Month", "Communes", "Sites"]


def test_a_month_is_planned_from_a_workbook(
    picup: Run, territory: Path, new: Callable[..., Path], planned: list[Problem], here: Path
) -> None:
    """What is typed in the workbook takes the place of the folder's facts; the workbook stays as it is."""
    path = new(cells={"Mois!B7": 7, "Disponibilités!E7": "si besoin", "Sites!E7": "non", "Sites!F7": "Travaux"})
    before = path.read_bytes()
    said = picup("plan", FILE, "--territory", str(territory), "--out", "mois")
    assert said.code == 0, said.err
    assert path.read_bytes() == before
    problem = reading.read_problem(here / "mois" / "problem.json")
    assert (problem.month, problem.territory.settings.min_gap) == ("2026-12", 7)
    assert problem.hash == planned[0].hash
    answer = next(one for one in problem.availability if one.member == "casp-1")
    assert (answer.level, str(answer.origin)) == (Level.IF_NEEDED, f"{FILE}:Disponibilités!E7")
    assert picup("check", "mois/plan.json").code == 0


def test_a_workbook_with_mistakes_is_told_and_marked(
    picup: Run, territory: Path, new: Callable[..., Path], here: Path
) -> None:
    """Every mistake is told, a copy shows them in colour with a note and a list, and nothing else is written."""
    path = new(cells={"Sites!C5": "Amontt", "Équipe!E5": 300, "Absences!B5": "12/31/2026"})
    before = path.read_bytes()
    said = picup("plan", FILE, "--territory", str(territory))
    assert said.code == 1
    assert "planning-2026-12.xlsx, Sites!C5 : commune inconnue « Amontt »" in said.err
    assert "Vouliez-vous dire « 31/12/2026 » ?" in said.err
    assert "3 cellules à corriger" in said.err
    assert path.read_bytes() == before
    assert sorted(one.name for one in here.glob("*.xlsx")) == ["planning-2026-12-a-corriger.xlsx", FILE]
    copy = load_workbook("planning-2026-12-a-corriger.xlsx")
    assert copy.active.title == "À corriger"
    assert [row[:2] for row in copy.active.iter_rows(min_row=2, values_only=True)] == [
        ("Sites", "C5"), ("Équipe", "E5"), ("Absences", "B5"),
    ]  # fmt: skip
    for sheet, cell in (("Sites", "C5"), ("Équipe", "E5"), ("Absences", "B5")):
        assert copy[sheet][cell].fill.start_color.rgb == "FFFFC7CE"
        assert copy[sheet][cell].comment
    assert copy["Sites"]["C6"].fill.start_color.rgb != "FFFFC7CE"
    assert len(copy["Sites"].tables) == 1


def test_a_marked_copy_is_corrected_and_planned(
    picup: Run, territory: Path, new: Callable[..., Path], planned: list[Problem]
) -> None:
    """Once corrected, the copy is planned like any workbook; marked again, it keeps no old mark; no copy is lost."""
    new(cells={"Sites!C5": "Amontt", "Équipe!E5": 300})
    picup("plan", FILE, "--territory", str(territory))
    copy = Path("planning-2026-12-a-corriger.xlsx")
    copy.write_bytes(typed(copy.read_bytes(), {"Sites!C5": "Amont-sur-Rhône"}))
    assert picup("plan", str(copy), "--territory", str(territory)).code == 1
    again = load_workbook("planning-2026-12-a-corriger-a-corriger.xlsx")
    assert again["Sites"]["C5"].comment is None
    assert again["Équipe"]["E5"].comment
    picup("plan", FILE, "--territory", str(territory))
    assert Path("planning-2026-12-a-corriger-2.xlsx").exists()
    copy.write_bytes(typed(copy.read_bytes(), {"Équipe!E5": 80}))
    assert picup("plan", str(copy), "--territory", str(territory), "--out", "mois").code == 0
    assert len(planned) == 1


def test_each_partner_has_a_workbook_of_its_own(
    picup: Run, territory: Path, new: Callable[..., Path], planned: list[Problem]
) -> None:
    """It holds the people of that partner, their half-days and absences, and nothing else; it is not planned alone."""
    path = new("--partner", "ville", name="ville.xlsx")
    book = load_workbook(path)
    assert [name for name in book.sheetnames if book[name].sheet_state == "visible"] == [
        *("Mois", "Équipe", "Disponibilités", "Absences"),
    ]
    assert [cell.value for cell in book["Disponibilités"][4]][3:] == ["Ada"]
    assert [row[1].value for row in book["Équipe"].iter_rows(min_row=5) if row[1].value] == ["Ada"]
    with zipfile.ZipFile(path) as archive:
        assert [name for name in archive.namelist() if b"Chlo" in archive.read(name)] == []
    said = picup("plan", "ville.xlsx", "--territory", str(territory))
    assert (said.code, planned) == (1, [])
    assert "picup workbook merge" in said.err
    wrong = picup("workbook", "new", "2026-12", "--territory", str(territory), "--partner", "vile")
    assert "Vouliez-vous dire « Ville » ?" in wrong.err


def test_answers_of_partners_are_joined(
    picup: Run, territory: Path, new: Callable[..., Path], planned: list[Problem]
) -> None:
    """Each partner's people are as it says, the others as before; who has not answered is told by partner."""
    new("--partner", "ville", name="ville.xlsx", cells={
        "Équipe!H5": "oui", "Équipe!F5": 20, "Disponibilités!D5": "non",
        "Absences!A6": "Ada", "Absences!B6": "16/12/2026", "Absences!C6": "16/12/2026",
    })  # fmt: skip
    new("--partner", "asso", name="asso.xlsx")
    said = picup("workbook", "merge", "ville.xlsx", "asso.xlsx", "--territory", str(territory))
    assert said.code == 0, said.err
    assert "2 classeurs réunis dans planning-2026-12.xlsx" in said.err
    assert "- Association : Chloé, Driss" in said.err
    assert "Ada" not in said.err
    assert "désaccord" not in said.err
    told = picup("plan", FILE, "--territory", str(territory), "--out", "mois")
    assert told.code == 0, told.err
    assert "2 personnes n’ont pas donné leur réponse : Chloé et Driss" in told.err
    member = planned[0].territory.staff[0]
    assert member.hours.total_seconds() == 20 * 3600
    assert [str(absence.first) for absence in planned[0].territory.absences] == ["2026-12-21", "2026-12-16"]
    answer = next(a for a in planned[0].territory.answers if a.member == "as-1" and a.date.day == 1)
    assert answer.level is Level.NO


def test_two_answers_for_one_person_are_a_disagreement(picup: Run, territory: Path, new: Callable[..., Path]) -> None:
    """Where two workbooks differ, both cells are told, the cautious answer is kept and marked in the whole."""
    new("--partner", "ville", name="un.xlsx", cells={"Disponibilités!D8": "oui", "Équipe!E5": 50, "Équipe!H5": "oui"})
    new("--partner", "ville", name="deux.xlsx", cells={"Disponibilités!D8": "non"})
    said = picup("workbook", "merge", "un.xlsx", "deux.xlsx", "--territory", str(territory), "--out", "tout.xlsx")
    assert said.code == 0, said.err
    assert "2 désaccords" in said.err
    assert (
        "Ada, mercredi 2 décembre 2026, Après-midi : réponses différentes dans un.xlsx, Disponibilités!D8 et"
        in said.err
    )
    book = load_workbook("tout.xlsx")
    assert book.sheetnames[0] == "Désaccords"
    assert (book["Disponibilités"]["D8"].value, bool(book["Disponibilités"]["D8"].comment)) == ("non", True)
    assert book["Équipe"]["E5"].value == 50


def test_a_corrected_workbook_is_joined_without_its_marked_copy(
    picup: Run, new: Callable[..., Path], territory: Path
) -> None:
    """The same command, its pattern left as it is as on Windows, takes neither the copy nor what Excel puts beside."""
    path = new("--partner", "Ville", name="planning-2026-12-ville.xlsx")
    sound = path.read_bytes()
    path.write_bytes(typed(sound, {"Absences!B5": "bientôt"}))
    command = ("workbook", "merge", "planning-2026-12-*.xlsx", "--territory", str(territory))
    said = picup(*command)
    assert (said.code, "planning-2026-12-ville-a-corriger.xlsx" in said.err) == (1, True)
    path.write_bytes(sound)
    Path("~$planning-2026-12-ville.xlsx").touch()
    assert picup(*command).code == 0
    assert Path("planning-2026-12.xlsx").exists()
    Path("planning-2026-12.xlsx").unlink()
    assert picup("workbook", "merge", "*2026-12-ville.xlsx", "--territory", str(territory)).code == 0


def test_the_workbook_of_everybody_is_the_base(picup: Run, territory: Path, new: Callable[..., Path]) -> None:
    """Given among the others, it brings what it says of everything else; two of them are refused."""
    new(cells={"Mois!B7": 9, "Équipe!H6": "oui"})
    new("--partner", "ville", name="ville.xlsx", cells={"Équipe!H5": "oui", "Disponibilités!D5": "non"})
    said = picup("workbook", "merge", FILE, "ville.xlsx", "--territory", str(territory), "--out", "tout.xlsx")
    assert said.code == 0, said.err
    assert "- Association : Driss" in said.err
    book = load_workbook("tout.xlsx")
    assert (book["Mois"]["B7"].value, book["Disponibilités"]["D5"].value) == (9, "non")
    again = picup("workbook", "merge", FILE, "tout.xlsx", "--territory", str(territory), "--out", "x.xlsx")
    assert (again.code, Path("x.xlsx").exists()) == (1, False)
    assert "N’en donnez qu’un" in again.err


def test_every_workbook_joined_is_checked(picup: Run, territory: Path, new: Callable[..., Path]) -> None:
    """Mistakes of all of them are told at once, each in its own marked copy; nothing is joined."""
    new("--partner", "ville", name="ville.xlsx", cells={"Disponibilités!D5": "peut-être"})
    new("--partner", "asso", name="asso.xlsx", cells={"Équipe!E5": 200})
    Path("autre.xlsx").write_bytes(b"rien")
    said = picup("workbook", "merge", "ville.xlsx", "asso.xlsx", "autre.xlsx", "--territory", str(territory))
    assert said.code == 1
    for told in ("ville.xlsx, Disponibilités!D5", "asso.xlsx, Équipe!E5", "autre.xlsx :"):
        assert told in said.err
    assert not Path(FILE).exists()
    assert Path("ville-a-corriger.xlsx").exists()
    assert Path("asso-a-corriger.xlsx").exists()


def test_corrections_are_carried_over(picup: Run, territory: Path, new: Callable[..., Path]) -> None:
    """The workbook of another month brings what lasts, what is dated later, and no answer of its own month."""
    new(cells={
        "Équipe!F5": 21, "Mois!B7": 8, "Sites!B5": "Place Neuve",
        "Absences!A6": "Chloé", "Absences!B6": datetime(2027, 1, 1), "Absences!C6": datetime(2027, 1, 2),  # noqa: DTZ001  spreadsheets know no time zone
        "Disponibilités!E5": "non",
    })  # fmt: skip
    territories.edit(territory, "school_holidays.csv", "2027-01-03\n", "2027-01-03\nA,Hiver,2027-02-14,2027-02-28\n")
    said = picup("workbook", "new", "2027-01", "--from", FILE, "--territory", str(territory))
    assert said.code == 0, said.err
    book = load_workbook("planning-2027-01.xlsx")
    assert (book["Équipe"]["F5"].value, book["Mois"]["B7"].value, book["Sites"]["B5"].value) == (21, 8, "Place Neuve")
    assert [row[0].value for row in book["Absences"].iter_rows(min_row=5) if row[0].value] == ["Chloé"]
    assert {cell.value for cell in book["Disponibilités"]["E"][6:]} == {"oui"}


def test_what_the_workbook_leaves_out_is_told(
    picup: Run, territory: Path, new: Callable[..., Path], planned: list[Problem]
) -> None:
    """A site that has gone from the workbook is left out of the month, with a word about it."""
    content = new(cells={f"Sites!{column}8": None for column in "ABCDEFGHIJK"}).read_bytes()
    assert load_workbook(io.BytesIO(content))["Sites"]["A8"].value is None
    said = picup("plan", FILE, "--territory", str(territory), "--out", "mois")
    assert said.code == 0, said.err
    assert "La feuille Sites n’a plus Halle d’Aval" in said.err
    assert "halle" not in {site.id for site in planned[0].territory.sites}


def test_a_workbook_of_another_territory_is_refused(picup: Run, new: Callable[..., Path]) -> None:
    """A workbook is read over the territory it was made from, no other."""
    new()
    said = picup("plan", FILE)
    assert said.code == 1
    assert "ce classeur est celui du territoire « Pays d’Essai », pas de « Portes du Sud »" in said.err


def test_a_workbook_that_is_not_there(picup: Run) -> None:
    """A path that leads nowhere is told, not traced."""
    said = picup("plan", "ailleurs.xlsx")
    assert said.code == 1
    assert "ailleurs.xlsx" in said.err
