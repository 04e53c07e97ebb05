"""How often the same place, and the same day."""

import pytest

from changes import FIRST, GOOD, MONDAY, OTHERS, both_drive
from picup_planner.solver.constraints import rotation
from solver_models import Case, agreed, verdict

MORNING = ("amont-2", 7, "matin", FIRST)
TWO_SITES = (MORNING, ("amont-1", 7, "apres-midi", FIRST))
SAME_SITE = (MORNING, ("amont-2", 7, "apres-midi", FIRST))
TWO_VANS = ((*MORNING, "van-1"), ("amont-1", 7, "matin", OTHERS, "van-2"))

CASES = (
    Case("as often as allowed", set(), {"settings": {"site_maximum": 2}}, GOOD),
    Case("once more", {"rotation aval-1"}, {"settings": {"site_maximum": 1}}, GOOD),
    Case("two communes a day", set(), {}, MONDAY),
    Case("two sites of a commune", {"rotation amont 2026-12-07"}, {}, TWO_SITES),
    Case("twice the same site", {"rotation amont 2026-12-07"}, {}, SAME_SITE),
    Case("two vans at once", {"rotation amont 2026-12-07"}, both_drive("van-1", "van-2"), TWO_VANS),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rotation(case: Case) -> None:
    """A site is visited `site_maximum` times a month at most, a commune once a day at most."""
    assert verdict(rotation, case) == agreed(case)
