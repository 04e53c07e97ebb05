"""How much one person holds."""

from datetime import date, time

import pytest

from changes import FIRST, FIXED, GOOD, MONDAY, available, fixed, past
from picup_planner.problem import PastPermanence
from picup_planner.solver.constraints import workload
from solver_models import Case, agreed, verdict

NOVEMBER_30 = date(2026, 11, 30)
BEFORE = past("aval", NOVEMBER_30, "as-1")
ONCE = {"settings": {"weekly_maximum": 1}}
TUESDAY = (("amont-1", 1, "matin", FIRST),)

TWICE = {
    "history": tuple(
        PastPermanence(id=site, site=site, commune=site[:-2], date=NOVEMBER_30, session="matin", members=("as-1",))
        for site in ("amont-1", "aval-1")
    )
}

CASES = (
    Case("two a day", set(), {"settings": {"daily_maximum": 2}}, MONDAY),
    Case(
        "one too many a day",
        {"workload as-1 2026-12-07", "workload casp-2 2026-12-07"},
        {"settings": {"daily_maximum": 1}},
        MONDAY,
    ),
    Case(
        "a fixed one too many a day",
        {"workload as-1 2026-12-07"},
        fixed(date=date(2026, 12, 7), start=time(18), end=time(19)),
        MONDAY,
        FIXED,
    ),
    Case("four a week", set(), {"settings": {"weekly_maximum": 4}}, GOOD),
    Case("one too many a week", {"workload casp-2 week 2026-12-07"}, {"settings": {"weekly_maximum": 3}}, GOOD),
    Case("the fixed one counts", {"workload as-1 week 2026-12-07"}, {"settings": {"weekly_maximum": 2}}, MONDAY, FIXED),
    Case("the week before counts for itself", set(), {"settings": {"weekly_maximum": 2}, **BEFORE}, MONDAY),
    Case("last month's days of the week count", {"workload as-1 week 2026-11-30"}, {**ONCE, **BEFORE}, TUESDAY),
    Case("somebody else's do not", set(), {**ONCE, **past("aval", NOVEMBER_30, "as-2")}, TUESDAY),
    Case("last month's days were too many already", set(), {**ONCE, **TWICE}),
    Case("just the hours available", set(), available("as-1", hours=10, minutes=9), MONDAY, FIXED),
    Case(
        "a second too many",
        {"workload as-1 month"},
        available("as-1", hours=10, minutes=8, seconds=59),
        MONDAY,
        FIXED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workload(case: Case) -> None:
    """A person holds so many permanences a day and an ISO week, and works so many hours a month."""
    assert verdict(workload, case) == agreed(case)
