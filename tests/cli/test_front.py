"""`picup front`: the trade-offs between two or three objectives, on the terminal and in a file."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Run
from picup_planner.cli import fronts
from picup_planner.plan import Plan
from picup_planner.problem import ObjectiveChoice, Problem
from picup_planner.solver.front import Front, Point
from problems import Crew, hand_plan, problem_with

ADA: Crew = {"as": "as-1", "casp": "casp-1"}
NAMES = ("below_minimum", "travel")
PLAN = hand_plan(problem_with(), [("amont-2", 7, "matin", ADA)])

Searched = Callable[..., Front]


@pytest.fixture(autouse=True)
def week(here: Path) -> Path:
    """Write the tiny problem with two objectives, and a plan of one visit, as `picup plan` would."""
    problem = problem_with(settings={"objectives": tuple(ObjectiveChoice(name=name) for name in NAMES)})
    folder = here / "planning" / "2026-12"
    folder.mkdir(parents=True)
    (folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    plan = hand_plan(problem, [("amont-2", 7, "matin", ADA)])
    (folder / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")
    return folder


def point(missing: int, minutes: int, *, proven: bool = True) -> Point:
    """Give a point, whatever its plan."""
    return Point((missing, minutes), (True, proven), PLAN)


def searched(*points: Point, complete: bool = True) -> Searched:
    """Give a search that finds these points, the first of them twice."""

    def front(_problem: Problem, names: tuple[str, ...], *, progress: Callable[[Point], None], **_: object) -> Front:
        for one in (*points, *points[:1]):
            progress(one)
        return Front(names, list(points), complete, solves=7)

    return front


def test_points_are_told_then_shown_beside_the_plan(picup: Run) -> None:
    """Each point is told on the error stream; the table has them all and the plan, and says that nothing lacks."""
    said = picup("front", "--objectives", "below_minimum, travel")
    assert said.code == 0, said.err
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines[1] == "Compromis possibles, décembre 2026"
    rows = [line for line in lines if line.endswith("prouvé") or line.startswith("ce planning")]
    assert rows == ["1 0 25 prouvé", "2 1 18 prouvé", "3 2 0 prouvé", "ce planning 1 26"]
    told = [line for line in said.err.splitlines() if line.startswith("Point")]
    assert len(told) == 3
    assert told[0].startswith(
        "Point 1 : Communes sous leur minimum (au carré) 0, Conduite des véhicules (minutes) 25 (prouvé), "
    )
    assert "Le front est complet : il n’y a pas d’autre compromis, c’est prouvé." in " ".join(lines)
    assert "calculs" in said.err.splitlines()[-1]


def test_what_may_be_missing_is_said(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search out of time gives its points, which of them are proven, and says that others may be missing."""
    monkeypatch.setattr(fronts, "front", searched(point(0, 25, proven=False), point(2, 0), complete=False))
    said = picup("front", "--objectives", "below_minimum,travel")
    assert said.code == 0
    told = " ".join(said.out.split())
    assert "1 0 25 non prouvé 2 2 0 prouvé ce planning" in told
    assert "il peut manquer des points. Un plus grand --time-limit en dira plus." in told
    assert "Un point non prouvé n’est peut-être pas le meilleur" in told
    assert "complet" not in told
    assert said.err.count("Point 1") == 1
    assert "7 calculs" in said.err


def test_objectives_that_do_not_hinder_each_other(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One point alone is told as good news, with nothing to choose from."""
    monkeypatch.setattr(fronts, "front", searched(point(0, 25)))
    said = picup("front", "--objectives", "below_minimum,travel", "--lang", "en")
    assert "these objectives do not hinder each other" in " ".join(said.out.split())
    assert "territory.toml" not in said.out


def test_search_starts_from_the_plan(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the front is set beside is where its search starts from."""
    started: list[Plan] = []

    def front(*_: object, start: Plan, **__: object) -> Front:
        started.append(start)
        return Front(NAMES, [point(0, 25)])

    monkeypatch.setattr(fronts, "front", front)
    assert picup("front", "--objectives", "below_minimum,travel").code == 0
    assert [plan.permanences for plan in started] == [PLAN.permanences]


def test_interrupted_search_keeps_its_points(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C shows the best points found so far, says that others may be missing, and ends with 130."""

    def front(*_: object, progress: Callable[[Point], None], **__: object) -> Front:
        progress(point(2, 0))
        progress(point(0, 26, proven=False))
        progress(point(0, 25))
        raise KeyboardInterrupt

    monkeypatch.setattr(fronts, "front", front)
    said = picup("front", "--objectives", "below_minimum,travel")
    assert said.code == 130
    assert "1 0 25 prouvé 2 2 0 prouvé" in " ".join(said.out.split())
    assert "il peut manquer des points" in said.out


def test_a_front_that_was_interrupted_ends_as_told(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search keeps its points when it hears Ctrl-C itself, and the command ends with 130 all the same."""
    monkeypatch.setattr(
        fronts, "front", lambda *_, **__: Front(NAMES, [point(0, 25)], complete=False, interrupted=True)
    )
    said = picup("front", "--objectives", "below_minimum,travel")
    assert said.code == 130
    assert "1 0 25 prouvé" in " ".join(said.out.split())


def heard(*_: object, **__: object) -> Front:
    """Hear Ctrl-C before a first point."""
    return Front(NAMES, complete=False, interrupted=True)


def stopped(*_: object, **__: object) -> Front:
    """Stop as Ctrl-C does before a first point."""
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("search", "code", "told"),
    [
        (searched(complete=False), 3, "Aucun point trouvé dans le temps donné. Donnez un plus grand --time-limit.\n"),
        (stopped, 130, "Interrompu.\n"),
        (heard, 130, "Interrompu.\n"),
    ],
)
def test_no_point_is_told(picup: Run, monkeypatch: pytest.MonkeyPatch, search: Searched, code: int, told: str) -> None:
    """Without any point nothing is printed but what happened."""
    monkeypatch.setattr(fronts, "front", search)
    said = picup("front", "--objectives", "below_minimum,travel", "--out", "front.csv")
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(told)
    assert not Path("front.csv").exists()


def test_a_file_that_cannot_be_written_is_told_before_the_search(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder typed in the place of the file is told at once: no point is sought to be lost."""
    monkeypatch.setattr(fronts, "front", stopped)
    said = picup("front", "--objectives", "below_minimum,travel", "--out", "planning")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("« planning » est un dossier, et il faut un fichier.")


def test_the_file_has_the_rows_of_the_terminal(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points, proofs, the plan, and whether points may be missing, so that the file never says less."""
    monkeypatch.setattr(fronts, "front", searched(point(0, 25, proven=False), point(2, 0), complete=False))
    said = picup("front", "--objectives", "below_minimum,travel", "--out", "front.csv")
    assert said.err.splitlines()[-1] == "Points écrits dans front.csv."
    content = Path("front.csv").read_bytes().decode("utf-8-sig").replace("\xa0", " ")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    assert rows[2:6] == [
        ["Point", "Communes sous leur minimum (au carré)", "Conduite des véhicules (minutes)", "Preuve"],
        ["1", "0", "25", "non prouvé"],
        ["2", "2", "0", "prouvé"],
        ["ce planning", "1", "26", ""],
    ]
    assert any("il peut manquer des points" in row[0] for row in rows[6:] if row)


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (["--objectives", "travel"], 1, "Un front compare deux ou trois objectifs différents"),
        (["--objectives", "travel,,travel,"], 1, "Un front compare deux ou trois objectifs différents"),
        (
            ["--objectives", "travel,beauté"],
            1,
            "Objectif inconnu « beauté ». Choisissez parmi : below_minimum, travel.",
        ),
        (["--objectives", "travel,below_minimum", "--time-limit", "0"], 2, "--time-limit doit être compris entre"),
        (["--objectives", "travel,below_minimum", "--plan", "ailleurs.json"], 1, "ailleurs.json"),
        ([], 2, "Il manque OBJECTIFS."),
    ],
)
def test_what_cannot_be_compared_is_told(picup: Run, typed: list[str], code: int, told: str) -> None:
    """What is asked for badly is told in one line, and nothing is searched."""
    said = picup("front", *typed)
    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert said.err.count("\n") == 1


def test_without_any_plan(picup: Run, week: Path) -> None:
    """Before a first month is planned, the way to plan one is told."""
    (week / "plan.json").unlink()
    said = picup("front", "--objectives", "travel,continuity")
    assert said.code == 1
    assert said.err.count("\n") == 1
