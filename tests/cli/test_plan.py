"""`picup plan`, with an answer written by hand in place of the solver's, then with the solver."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import territories
from command_line import Answer, Run, contents
from picup_planner.cli import planning, reading
from picup_planner.errors import Infeasible, Mistake, NoPlanFound
from picup_planner.evaluation import broken_rules
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.roads import osrm
from problems import hand_plan


def written(folder: Path) -> set[str]:
    """Names of the files of a folder, none when there is none."""
    return set(contents(folder))


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """Put an answer written by hand in place of the solver's."""

    def plan_with(answer: Answer) -> None:
        monkeypatch.setattr(planning, "solve", lambda problem, **_: answer(problem))

    return plan_with


def empty(problem: Problem) -> Plan:
    """Give the plan that holds nothing but what the problem fixes."""
    assert broken_rules(problem, hand_plan(problem)) == []
    return hand_plan(problem)


@pytest.fixture
def easy(territory: Path) -> Path:
    """Take away what forbids a month without any permanence."""
    territories.edit(territory, "pins.csv", "fete,held,,place,2026-12-08,matin,as-1|casp-1\n", "")
    territories.edit(territory, "partners.csv", "ville,Ville,2,20", "ville,Ville,,20")
    return territory


def test_a_month_is_planned_printed_and_written(
    picup: Run, easy: Path, here: Path, planned: Callable[[Answer], None]
) -> None:
    """The three files are there, the plan is the one of its problem, and the month is on the terminal."""
    planned(empty)
    said = picup("plan", "2026-12", "--territory", str(easy), "--as-of", "2026-11-10")
    assert said.code == 0, said.err
    folder = here / "planning" / "2026-12"
    assert written(folder) == {"plan.json", "problem.json", "map.html", "planning.xlsx"}
    plan, problem = reading.read_plan(folder / "plan.json"), reading.read_problem(folder / "problem.json")
    assert plan.provenance.problem_hash == problem.hash
    assert (problem.month, problem.as_of) == ("2026-12", date(2026, 11, 10))
    assert "Décembre 2026 · Pays d’Essai" in said.out
    assert "Semaine 49" in said.out
    assert "\n\nÉcrit dans planning" in said.err
    assert "map.html dans un navigateur." in said.err
    assert picup("check", str(folder / "plan.json")).code == 0


def test_the_files_go_where_they_are_asked(
    picup: Run, easy: Path, here: Path, planned: Callable[[Answer], None]
) -> None:
    """`--out` says where to write."""
    planned(empty)
    assert picup("plan", "2026-12", "--territory", str(easy), "--out", "ailleurs/mois").code == 0
    assert written(here / "ailleurs" / "mois") == {"plan.json", "problem.json", "map.html", "planning.xlsx"}
    assert not (here / "planning").exists()


def test_an_interrupted_search_keeps_its_plan(
    picup: Run, easy: Path, here: Path, planned: Callable[[Answer], None]
) -> None:
    """Interrupted with a plan in hand, it is written, marked unfinished, and the command ends with 130."""
    planned(lambda problem: empty(problem).model_copy(update={"finished": False}))
    said = picup("plan", "2026-12", "--territory", str(easy), "--out", "mois")
    assert said.code == 130
    assert not reading.read_plan(here / "mois" / "plan.json").finished
    assert "marqué inachevé" in said.err


def stopped(error: BaseException) -> Answer:
    """Give a solver that ends badly."""

    def solve(_: Problem) -> Plan:
        raise error

    return solve


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (stopped(KeyboardInterrupt()), 130, "Interrompu : aucun planning n’a été écrit."),
        (stopped(NoPlanFound(Mistake("no-plan-in-time"))), 3, "Aucun planning trouvé dans le temps donné"),
        (stopped(Infeasible()), 1, "Aucun planning ne respecte toutes les règles"),
        (
            lambda problem: hand_plan(problem, [("place", 2, "matin", {})]),
            70,
            "ne respecte pas crew, openings, plan, required_sites.",
        ),
    ],
)
def test_no_plan_writes_nothing(  # noqa: PLR0913, PLR0917  fixtures
    picup: Run,
    easy: Path,
    here: Path,
    planned: Callable[[Answer], None],
    answer: Answer,
    code: int,
    told: str,
) -> None:
    """Without a plan, or with one that breaks a rule, nothing is written and the reason is told."""
    planned(answer)
    said = picup("plan", "2026-12", "--territory", str(easy), "--out", "mois")
    assert said.code == code
    assert told in said.err
    assert not (here / "mois").exists()


def test_a_folder_that_refuses_files(picup: Run, easy: Path, here: Path, planned: Callable[[Answer], None]) -> None:
    """A path that cannot be a folder is told before the search, not traced."""
    planned(stopped(AssertionError()))
    (here / "mois").write_text("un fichier", encoding="utf-8")
    for out in ("mois", "mois/décembre"):
        said = picup("plan", "2026-12", "--territory", str(easy), "--out", out)
        assert said.code == 1
        assert "« mois » : il y a un fichier là où il faut un dossier." in said.err


def test_mistakes_of_the_territory_come_before_any_plan(picup: Run, territory: Path) -> None:
    """The same check as `territory check` runs first."""
    territories.edit(territory, "closures.csv", "2026-12-24", "2026-12-32")
    said = picup("plan", "2026-12", "--territory", str(territory))
    assert said.code == 1
    assert "closures.csv, ligne 2" in said.err


def test_the_small_territory_is_planned_for_real(picup: Run, territory: Path, here: Path) -> None:
    """From a folder to a proven month, with the solver itself; what it writes keeps every rule."""
    territories.edit(territory, "territory.toml", 'name = "balance"', 'name = "below_minimum"')
    said = picup("plan", "2026-12", "--territory", str(territory), "--time-limit", "60", "--lang", "en")
    assert said.code == 0, said.err
    plan = reading.read_plan(here / "planning" / "2026-12" / "plan.json")
    assert plan.finished
    assert all(result.proven for result in plan.objectives)
    assert [held.date for held in plan.permanences if held.place.id == "place"] == [date(2026, 12, 8)]
    assert "Driving of the vans (minutes)" in said.out
    assert picup("check", "planning/2026-12/plan.json").code == 0


def test_osrm_is_asked_for_by_name(picup: Run, territory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--engine osrm` computes by OSRM, whose programs are named when they are missing; another name is no engine."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(osrm.importlib.util, "find_spec", lambda _: None)
    said = picup("plan", "2026-12", "--territory", str(territory), "--engine", "osrm")
    assert (said.code, "Le programme osrm-extract est introuvable" in said.err) == (1, True)
    assert picup("plan", "2026-12", "--engine", "valhalla").code == 2
