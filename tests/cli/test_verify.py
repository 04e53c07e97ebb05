"""`picup plan --verify`: what a second calculation says of the proofs."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from announced import VISITS
from command_line import Run
from picup_planner.cli import planning, verifying
from picup_planner.evaluation import objective_values
from picup_planner.plan import ObjectiveResult, Plan
from picup_planner.problem import Problem
from picup_planner.solver.verification import Opinion
from problems import Crew, hand_plan
from territories import edit


@pytest.fixture
def easy(territory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Allow a month without any permanence, and put it in place of the solver's answer, said to drive the least."""
    edit(territory, "pins.csv", "fete,held,,place,2026-12-08,matin,as-1|casp-1\n", "")
    edit(territory, "partners.csv", "ville,Ville,2,20", "ville,Ville,,20")
    monkeypatch.setattr(planning, "solve", lambda problem, **_: told(problem))
    return territory


def told(problem: Problem, visits: Sequence[tuple[str, int, str, Crew]] = (), *, proven: bool = True) -> Plan:
    """Give a plan that claims that fewer minutes cannot be driven."""
    plan = hand_plan(problem, visits)
    driven = objective_values(problem, plan)["travel"]
    result = ObjectiveResult(name="travel", value=driven, best=driven, bound=driven, proven=proven, unit="minutes")
    return plan.model_copy(update={"objectives": (result,)})


def test_a_proof_that_holds_is_confirmed(picup: Run, easy: Path) -> None:
    """The engine that confirms is named, and the command ends well."""
    said = picup("plan", "2026-12", "--territory", str(easy), "--verify")
    assert said.code == 0, said.err
    assert "Les preuves, vérifiées par un autre calcul" in said.out
    assert "1. Conduite des véhicules (minutes) : confirmé par HiGHS" in said.out
    assert "Vérification des preuves (60" in said.err


def test_a_proof_that_does_not_hold_ends_with_a_defect(
    picup: Run, easy: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A better plan is told with its value, the command ends with 70, and the plan stays written."""
    monkeypatch.setattr(planning, "solve", lambda problem, **_: told(problem, VISITS))
    said = picup("plan", "2026-12", "--territory", str(easy), "--verify", "--lang", "en")
    assert said.code == 70
    assert "CONTRADICTED: HiGHS finds 0 instead of 34" in said.out
    assert "a better plan exists" in said.err
    assert (here / "planning" / "2026-12" / "plan.json").exists()


def test_what_did_not_finish_is_said(picup: Run, easy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither confirmed nor contradicted is an answer, and the way to a better one is told."""
    opinion = Opinion("travel", 0, None, agrees=None)
    monkeypatch.setattr(verifying, "verify", lambda _problem, _plan, _seconds, heard: (heard(opinion), (opinion,))[1])
    said = picup("plan", "2026-12", "--territory", str(easy), "--verify", "--lang", "en")
    assert said.code == 0
    assert "did not finish in time" in said.out
    assert "--time-limit" in said.out


def test_nothing_proven_is_nothing_to_verify(picup: Run, easy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any proof no calculation begins."""
    monkeypatch.setattr(planning, "solve", lambda problem, **_: told(problem, VISITS, proven=False))
    said = picup("plan", "2026-12", "--territory", str(easy), "--verify")
    assert said.code == 0
    assert "il n’y a rien à vérifier" in said.out
    assert "Vérification" not in said.err


def test_nothing_is_verified_unasked(picup: Run, easy: Path) -> None:
    """Without the option there is no second calculation."""
    assert "vérifiées" not in picup("plan", "2026-12", "--territory", str(easy)).out
