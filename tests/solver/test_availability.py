"""When people can work."""

from datetime import time

import pytest

from changes import FIRST, FIXED, answer, fixed
from picup_planner.problem import Level
from picup_planner.solver.constraints import availability
from solver_models import Case, agreed, verdict

MORNING = (("amont-2", 7, "matin", FIRST),)

CASES = (
    Case("a yes", set(), {}, MORNING, FIXED),
    Case("a no", {"availability as-1 2026-12-07 matin"}, answer("as-1", 7, "matin"), MORNING),
    Case("if needed", set(), answer("as-1", 7, "matin", Level.IF_NEEDED), MORNING),
    Case("a no to the other half-day", set(), answer("as-1", 7, "apres-midi"), MORNING),
    Case("a no the day after", set(), answer("as-1", 8, "matin"), MORNING),
    Case("somebody else's no", set(), answer("as-2", 7, "matin"), MORNING),
    Case("a no to a fixed permanence", {"availability as-1 2026-12-09 matin"}, answer("as-1", 9, "matin"), (), FIXED),
    Case("a no beside a fixed permanence", set(), answer("as-1", 9, "apres-midi"), (), FIXED),
    Case(
        "a no to the end of a fixed permanence",
        {"availability as-1 2026-12-09 apres-midi"},
        {**answer("as-1", 9, "apres-midi"), **fixed(end=time(13, 31))},
        (),
        FIXED,
    ),
    Case(
        "a fixed permanence that meets no session asks for the day",
        {"availability as-1 2026-12-09 apres-midi"},
        {**answer("as-1", 9, "apres-midi"), **fixed(start=time(12), end=time(13, 30))},
        (),
        FIXED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_availability(case: Case) -> None:
    """Nobody holds a permanence in a half-day they said no to."""
    assert verdict(availability, case) == agreed(case)
