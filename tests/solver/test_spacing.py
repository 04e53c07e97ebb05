"""How far apart the permanences of a commune are."""

from datetime import date

import pytest

from changes import FIRST, OTHERS, SECOND, both_drive, past
from picup_planner.problem import PastPermanence
from picup_planner.solver.constraints import spacing
from solver_models import Case, agreed, verdict

NOVEMBER_30 = date(2026, 11, 30)
VANS = ("van-1", "van-2")
MONDAY = (("amont-2", 7, "matin", FIRST),)
MONDAY_AND_THURSDAY = (*MONDAY, ("amont-1", 10, "matin", SECOND))
SAME_DAY = (*MONDAY, ("amont-1", 7, "apres-midi", FIRST))
AT_ONCE = tuple((*visit, van) for visit, van in zip((*MONDAY, ("amont-1", 7, "matin", OTHERS)), VANS, strict=True))
TWO_COMMUNES = (*MONDAY, ("aval-1", 8, "matin", FIRST))
TWICE_LATELY = {
    "history": tuple(
        PastPermanence(id=f"x-{day}", site="amont-1", commune="amont", date=date(2026, 11, day), session="matin")
        for day in (29, 30)
    )
}

CASES = (
    Case("just far enough", set(), {"settings": {"min_gap": 3}}, MONDAY_AND_THURSDAY),
    Case("a day too close", {"spacing amont"}, {"settings": {"min_gap": 4}}, MONDAY_AND_THURSDAY),
    Case("twice a day", {"spacing amont"}, {"settings": {"min_gap": 1}}, SAME_DAY),
    Case("twice at once", {"spacing amont"}, {"settings": {"min_gap": 1}, **both_drive(*VANS)}, AT_ONCE),
    Case("close to another commune", set(), {"settings": {"min_gap": 4}}, TWO_COMMUNES),
    Case("just far enough from history", set(), {"settings": {"min_gap": 7}, **past("amont", NOVEMBER_30)}, MONDAY),
    Case("too close to history", {"spacing amont"}, {"settings": {"min_gap": 8}, **past("amont", NOVEMBER_30)}, MONDAY),
    Case("history of another commune", set(), {"settings": {"min_gap": 8}, **past("aval", NOVEMBER_30)}, MONDAY),
    Case(
        "history of the other one", set(), {"settings": {"min_gap": 9}, **past("amont", NOVEMBER_30)}, TWO_COMMUNES[1:]
    ),
    Case("history too close to itself", set(), {"settings": {"min_gap": 7}, **TWICE_LATELY}, MONDAY),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_spacing(case: Case) -> None:
    """Two permanences of a commune are `min_gap` days apart or more, the last one in history included."""
    assert verdict(spacing, case) == agreed(case)
