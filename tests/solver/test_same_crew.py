"""The same crew all day."""

from datetime import time

import pytest

from changes import FIRST, LAND, MONDAY, OTHERS, SECOND, both_drive
from picup_planner.problem import Session
from picup_planner.solver.constraints import same_crew
from solver_models import Case, agreed, verdict

TWO_VANS = both_drive("van-1", "van-2")
TWO_AT_ONCE = (("amont-1", 7, "matin", FIRST, "van-1"), ("aval-1", 7, "matin", OTHERS, "van-2"))
THREE_SESSIONS = {"sessions": (*LAND.sessions, Session(id="soir", name="Soir", start=time(17, 30), end=time(19)))}

CASES = (
    Case("the same two", set(), {}, MONDAY),
    Case("one changes at midday", {"same_crew van-1 2026-12-07"}, {}, (MONDAY[0], (*MONDAY[1][:3], SECOND))),
    Case("another crew another day", set(), {}, (MONDAY[0], (MONDAY[1][0], 8, *MONDAY[1][2:]))),
    Case("a crew for each van", set(), TWO_VANS, TWO_AT_ONCE),
    Case(
        "one crew for two vans",
        {"same_crew van-1 2026-12-07", "same_crew van-2 2026-12-07"},
        TWO_VANS,
        ((*MONDAY[0], "van-1"), (*MONDAY[1], "van-2")),
    ),
    Case(
        "one goes home at midday",
        {"same_crew van-1 2026-12-07"},
        THREE_SESSIONS,
        (*MONDAY, ("amont-1", 7, "soir", {"as": "as-1", "casp": "casp-1"})),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_same_crew(case: Case) -> None:
    """The people of a tour are the same at every stop, and nobody is on two vans in a day."""
    assert verdict(same_crew, case) == agreed(case)
