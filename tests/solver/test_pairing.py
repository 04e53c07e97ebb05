"""Who works with whom."""

import pytest

from changes import FIRST, FIXED, OTHERS, both_drive, pair
from picup_planner.problem import Together
from picup_planner.solver.constraints import pairing
from solver_models import Case, agreed, verdict

MORNING = (("amont-2", 7, "matin", FIRST),)
TWO_VANS = both_drive("van-1", "van-2")
TWO_AT_ONCE = (("amont-1", 7, "matin", FIRST, "van-1"), ("aval-1", 7, "matin", OTHERS, "van-2"))
PARTED = {"pairing as-1 as-2 must"}

CASES = (
    Case("together, as they must", set(), pair("as-1", "casp-2", Together.MUST), MORNING),
    Case("both away, as they must", set(), pair("as-2", "casp-1", Together.MUST), MORNING),
    Case("one without the other", {"pairing as-2 casp-2 must"}, pair("as-2", "casp-2", Together.MUST), MORNING),
    Case("the other without one", {"pairing casp-1 as-1 must"}, pair("casp-1", "as-1", Together.MUST), MORNING),
    Case("a fixed permanence binds nobody", set(), pair("as-1", "casp-2", Together.MUST), (), FIXED),
    Case("apart, as they may not", set(), pair("as-1", "casp-1", Together.MUST_NOT), MORNING),
    Case("in one van", {"pairing as-1 casp-2 must-not"}, pair("as-1", "casp-2", Together.MUST_NOT), MORNING),
    Case("in one centre", {"pairing as-1 casp-1 must-not"}, pair("as-1", "casp-1", Together.MUST_NOT), (), FIXED),
    Case("one of them in a centre", set(), pair("as-1", "casp-2", Together.MUST_NOT), (), FIXED),
    Case("in two vans", set(), {**TWO_VANS, **pair("as-1", "as-2", Together.MUST_NOT)}, TWO_AT_ONCE),
    Case("in two vans, as they may not", PARTED, {**TWO_VANS, **pair("as-1", "as-2", Together.MUST)}, TWO_AT_ONCE),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_pairing(case: Case) -> None:
    """Two people who must form a crew go together or stay; two who may not never share one."""
    assert verdict(pairing, case) == agreed(case)
