"""A second opinion agrees with what is true, contradicts what is not, and says when it does not know."""

import signal
from datetime import date

import pytest

from picup_planner.plan import Kept, ObjectiveResult, Plan
from picup_planner.problem import Availability, Level, Problem, Slot
from picup_planner.solver import solve, verification
from picup_planner.solver.linear import Linear, Status
from picup_planner.solver.verification import CP_SAT, HIGHS, Opinion, verify
from problems import hand_plan, problem_with, tiny_problem

PLENTY = 120
"""Seconds; a tiny problem takes a few."""


@pytest.fixture(scope="module")
def tiny() -> tuple[Problem, Plan]:
    """Give a tiny problem where something is missed, and its plan, every objective proven."""
    answers = (
        Availability(member="as-1", slot=Slot(date=date(2026, 12, day), session=session), level=level)
        for day, level in ((7, Level.NO), (8, Level.IF_NEEDED), (10, Level.IF_NEEDED))
        for session in ("matin", "apres-midi")
    )
    problem = problem_with(tiny_problem(), availability=tuple(answers))
    return problem, solve(problem, time_limit=PLENTY)


def claim(plan: Plan, name: str, better: int = 0) -> Plan:
    """Give the same plan with one proof only, of a value that may be too high."""
    result = next(result for result in plan.objectives if result.name == name)
    best = result.best + better
    return plan.model_copy(update={"objectives": (result.model_copy(update={"best": best, "bound": best}),)})


def test_every_proof_of_a_small_problem_is_confirmed(tiny: tuple[Problem, Plan]) -> None:
    """HiGHS finds no plan better than a proven one, on any objective, and says so in order, as it goes."""
    problem, plan = tiny
    proven = [result for result in plan.objectives if result.proven]
    assert len(proven) == len(plan.objectives)
    wanted = [Opinion(result.name, result.best, result.best, agrees=True, by=HIGHS) for result in proven]
    heard: list[Opinion] = []
    assert list(verify(problem, plan, PLENTY, heard.append)) == wanted == heard


@pytest.mark.parametrize("name", ["travel", "continuity", "evenness", "balance"])
def test_value_that_can_be_beaten_is_contradicted(tiny: tuple[Problem, Plan], name: str) -> None:
    """A value one too high is not the best: a plan that keeps the same values and is better is found."""
    problem, plan = tiny
    best = next(result.best for result in plan.objectives if result.name == name)
    (opinion,) = verify(problem, claim(plan, name, better=1), PLENTY)
    assert (opinion.agrees, opinion.value) == (False, best)


@pytest.mark.parametrize("wrong", [0, 1])
def test_cp_sat_ends_what_highs_does_not(
    tiny: tuple[Problem, Plan], monkeypatch: pytest.MonkeyPatch, wrong: int
) -> None:
    """When HiGHS runs out of time, CP-SAT without presolve confirms what is true and contradicts what is not."""
    problem, plan = tiny
    monkeypatch.setattr(verification, "minimise", lambda *_arguments, **_options: Linear(Status.UNKNOWN))
    best = next(result.best for result in plan.objectives if result.name == "travel")
    (opinion,) = verify(problem, claim(plan, "travel", better=wrong), PLENTY)
    assert opinion == Opinion("travel", best, None if wrong else best, agrees=not wrong, by=CP_SAT)


def test_no_time_is_no_opinion(tiny: tuple[Problem, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without time, nothing is confirmed nor contradicted, and each proof is told all the same."""
    problem, plan = tiny
    monkeypatch.setattr(verification, "LARGEST", 0)
    assert [(o.name, o.agrees, o.by) for o in verify(problem, plan, PLENTY)] == [
        (result.name, None, "") for result in plan.objectives
    ]


def test_only_proofs_are_verified() -> None:
    """A value without a proof asks for no second opinion."""
    problem = tiny_problem()
    unproven = ObjectiveResult(name="travel", value=50, best=50, bound=10, proven=False, unit="minutes")
    plan = hand_plan(problem).model_copy(update={"objectives": (unproven,)})
    assert verify(problem, plan, PLENTY) == ()


def test_proof_is_judged_under_what_was_kept() -> None:
    """No travel at all is the best there is, unless permanences were kept to: then it cannot be."""
    problem = tiny_problem()
    still = ObjectiveResult(name="travel", value=0, best=0, bound=0, proven=True, unit="minutes")
    served = still.model_copy(
        update={"given": (Kept(name="below_minimum", value=0),), "value": 99, "best": 99, "bound": 99}
    )
    plan = hand_plan(problem).model_copy(update={"objectives": (still, served)})
    free, kept = verify(problem, plan, PLENTY)
    assert free == Opinion("travel", 0, 0, agrees=True, by=HIGHS)
    assert (kept.agrees, 0 < kept.value < 99) == (False, True)


def test_an_interruption_leaves_the_rest_without_an_opinion(tiny: tuple[Problem, Plan]) -> None:
    """Ctrl-C after the first opinion: the others are told as not finished, and nothing is raised."""
    problem, plan = tiny
    opinions = verify(problem, plan, PLENTY, lambda opinion: _interrupt_at(opinion, plan))
    assert [opinion.agrees for opinion in opinions] == [True] + [None] * (len(plan.objectives) - 1)


def _interrupt_at(opinion: Opinion, plan: Plan) -> None:
    if opinion.name == plan.objectives[0].name:
        signal.raise_signal(signal.SIGINT)
