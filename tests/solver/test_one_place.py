"""Nobody and no van is in two places at a time."""

from datetime import time

import pytest

from changes import FIRST, FIXED, MONDAY, OTHERS, TWO_AT_ONCE, both_drive
from picup_planner.solver.constraints import one_place
from solver_models import Case, agreed, fixed_on_monday, verdict

TWO_VANS = both_drive("van-1", "van-2")
MORNING, AFTERNOON = MONDAY[:1], MONDAY[1:]
BOTH_FIXED = {**FIXED, "fixe-2": FIXED["fixe-1"]}
AS_1, CASP_1, CASP_2, VAN_1 = (f"one_place {who} 2026-12-07" for who in ("as-1", "casp-1", "casp-2", "van-1"))
SAME_CREW = ((*TWO_AT_ONCE[0], "van-1"), (*TWO_AT_ONCE[1][:3], FIRST, "van-2"))

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
    Case("a van at two places at once", {VAN_1}, both_drive("van-1"), TWO_AT_ONCE),
    Case("two people in two vans at once", {AS_1, CASP_2}, TWO_VANS, SAME_CREW),
    Case("then together", {AS_1, CASP_2}, TWO_VANS, (*SAME_CREW, (*AFTERNOON[0], "van-1"))),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_place(case: Case) -> None:
    """A person holds two duties in a day when there is time from one to the other, by the depot and for lunch."""
    assert verdict(one_place, case) == agreed(case)
