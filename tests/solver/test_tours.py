"""Tours a van can drive."""

from datetime import date, time

import pytest

from changes import LAND, MONDAY, OTHERS, both_drive, drives
from picup_planner.problem import DateRange
from picup_planner.solver.constraints import tours
from problems import replaced
from solver_models import Case, agreed, verdict

NO_MIDDAY = {"settings": {"midday_start": time(3), "midday_end": time(4)}}
TWO_VANS = (MONDAY[0], ("aval-1", 7, "apres-midi", OTHERS, "van-2"))


def off(first: int, last: int) -> dict[str, object]:
    """Take the van out of service on these days."""
    gone = DateRange(first=date(2026, 12, first), last=date(2026, 12, last))
    return {"vans": replaced(LAND.vans, "van-1", off=(gone,))}


CASES = (
    Case("just time enough", set(), drives("amont-2", "aval-1", 20), MONDAY),
    Case("no time", {"tours amont-2 matin aval-1 apres-midi"}, drives("amont-2", "aval-1", 20.01), MONDAY),
    Case("time without lunch", set(), {**drives("amont-2", "aval-1", 50), **NO_MIDDAY}, MONDAY),
    Case("no time on the way back", set(), drives("aval-1", "amont-2", 60), MONDAY),
    Case("one stop is no drive between two", set(), drives("amont-2", "aval-1", 60), MONDAY[:1]),
    Case("two vans", set(), {**drives("amont-2", "aval-1", 60), **both_drive("van-1", "van-2")}, TWO_VANS),
    Case("out of service", {"tours van-1 2026-12-07"}, off(7, 7), MONDAY),
    Case("out of service to the day before", set(), off(1, 6), MONDAY),
    Case("out of service from the day after", set(), off(8, 31), MONDAY),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_tours(case: Case) -> None:
    """A van goes from one stop to the next when there is time, on the days it is in service."""
    assert verdict(tours, case) == agreed(case)
