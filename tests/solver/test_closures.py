"""Closed dates."""

from datetime import date

import pytest

from changes import FIXED, MONDAY
from picup_planner.problem import ClosedDate, ClosureReason
from picup_planner.solver.constraints import closures
from solver_models import Case, agreed, verdict


def closed(day: int) -> dict[str, object]:
    """Close one day only."""
    return {"closed": (ClosedDate(date=date(2026, 12, day), reason=ClosureReason.TERRITORY),)}


CASES = (
    Case("an open day", set(), {}, MONDAY),
    Case("a closed day", {"closures 2026-12-07"}, closed(7), MONDAY),
    Case("the day before a closed one", set(), closed(8), MONDAY),
    Case("a fixed permanence is the calendar's business", set(), closed(9), (), FIXED),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_closures(case: Case) -> None:
    """No van goes out on a closed date."""
    assert verdict(closures, case) == agreed(case)
