"""Nobody and no van is in two places at a time."""

from datetime import time

import pytest

from changes import FIRST, FIXED, MONDAY, OTHERS, TWO_AT_ONCE, both_drive
from picup_planner.evaluation import broken_rules
from picup_planner.solver.constraints import one_place
from problems import hand_plan, problem_with
from solver_models import Case, agreed, allows, fixed_on_monday, text, verdict

TWO_VANS = both_drive("van-1", "van-2")
MORNING, AFTERNOON = MONDAY[:1], MONDAY[1:]
BOTH_FIXED = {**FIXED, "fixe-2": FIXED["fixe-1"]}
AS_1, CASP_1 = "one_place as-1 2026-12-07", "one_place casp-1 2026-12-07"


CASES = (
    Case("a morning and an afternoon", set(), {}, MONDAY),
    Case(
        "two vans for two crews",
        set(),
        TWO_VANS,
        ((*TWO_AT_ONCE[0], "van-1"), (*TWO_AT_ONCE[1], "van-2")),
    ),
    Case("just time by the depot", set(), fixed_on_monday((time(17, 18), time(18))), AFTERNOON, FIXED),
    Case("a minute too little", {AS_1}, fixed_on_monday((time(17, 17), time(18))), AFTERNOON, FIXED),
    Case("just time for lunch", set(), fixed_on_monday((time(10), time(12, 25))), AFTERNOON, FIXED),
    Case("a minute too little for lunch", {AS_1}, fixed_on_monday((time(10), time(12, 26))), AFTERNOON, FIXED),
    Case("lunch before a fixed one", set(), fixed_on_monday((time(13, 15), time(18))), MORNING, FIXED),
    Case("no lunch before a fixed one", {AS_1}, fixed_on_monday((time(13, 14), time(18))), MORNING, FIXED),
    Case("during a session", {AS_1}, fixed_on_monday((time(10), time(11))), MORNING, FIXED),
    Case("by somebody else", set(), fixed_on_monday((time(10), time(11))), MORNING, {"fixe-1": OTHERS}),
    Case("one fixed after another", set(), fixed_on_monday((time(9), time(11)), (time(11), time(12))), (), BOTH_FIXED),
    Case(
        "two fixed at once",
        {AS_1, CASP_1},
        fixed_on_monday((time(9), time(11)), (time(10, 59), time(12))),
        (),
        BOTH_FIXED,
    ),
    Case(
        "two fixed at once for two crews",
        set(),
        fixed_on_monday((time(9), time(11)), (time(10, 59), time(12))),
        (),
        {**FIXED, "fixe-2": {"as": "as-2", "casp": "casp-2"}},
    ),
    Case(
        "just time to drive between two",
        set(),
        fixed_on_monday((time(9), time(11)), (time(11, 10), time(12)), sites=("centre-1", "aval-1")),
        (),
        BOTH_FIXED,
    ),
    Case(
        "no time to drive between two",
        {AS_1, CASP_1},
        fixed_on_monday((time(9), time(11)), (time(11, 9), time(12)), sites=("centre-1", "aval-1")),
        (),
        BOTH_FIXED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_place(case: Case) -> None:
    """A person holds two duties in a day when there is time from one to the other, by the depot and for lunch."""
    assert verdict(one_place, case) == agreed(case)


TWICE = (
    Case("a van", {"one_place van-1 2026-12-07"}, both_drive("van-1"), TWO_AT_ONCE),
    Case(
        "two people",
        {AS_1, "one_place casp-2 2026-12-07"},
        TWO_VANS,
        ((*TWO_AT_ONCE[0], "van-1"), (*TWO_AT_ONCE[1][:3], FIRST, "van-2")),
    ),
)


@pytest.mark.parametrize("case", TWICE, ids=str)
def test_two_places_in_one_session(case: Case) -> None:
    """A van, or a person, twice in one session is forbidden, here and by what links the variables."""
    problem = problem_with(**case.changes)
    plan = hand_plan(problem, case.visits)
    assert not allows(one_place, problem, plan)
    assert case.broken <= {text(breach.rule) for breach in broken_rules(problem, plan)}
