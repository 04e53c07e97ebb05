"""What each partner contributes."""

import pytest

from changes import FIXED, GOOD, LAND
from picup_planner.solver.constraints import quota
from problems import replaced
from solver_models import Case, agreed, verdict


def asked(partner: str, **duties: int) -> dict[str, object]:
    """Ask so many duties of one partner."""
    return {"partners": replaced(LAND.partners, partner, **duties)}


CASES = (
    Case("nothing asked", set(), {}, GOOD, FIXED),
    Case("just enough", set(), asked("ville", minimum=5), GOOD, FIXED),
    Case("one too few", {"quota ville minimum"}, asked("ville", minimum=6), GOOD, FIXED),
    Case("just few enough", set(), asked("asso", maximum=5), GOOD, FIXED),
    Case("one too many", {"quota asso maximum"}, asked("asso", maximum=4), GOOD, FIXED),
    Case("none at all", {"quota asso maximum"}, asked("asso", maximum=0), GOOD),
    Case("nobody is enough", set(), asked("asso", maximum=0)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_quota(case: Case) -> None:
    """A partner's people hold from `minimum` to `maximum` duties in the month, fixed ones included."""
    assert verdict(quota, case) == agreed(case)
