"""How often a commune is served."""

import pytest

from changes import GOOD, LAND, MONDAY
from picup_planner.problem import Frequency
from picup_planner.solver.constraints import frequency
from problems import replaced
from solver_models import Case, agreed, verdict


def at_most(commune: str, maximum: int) -> dict[str, object]:
    """Change how often one commune is served."""
    frequency = Frequency(minimum=0, maximum=maximum, target=maximum)
    return {"communes": replaced(LAND.communes, commune, frequency=frequency)}


CASES = (
    Case("as often as allowed", set(), at_most("amont", 2), GOOD),
    Case("once more", {"frequency amont"}, at_most("amont", 1), GOOD),
    Case("not at all", {"frequency aval"}, at_most("aval", 0), MONDAY),
    Case("the minimum is no rule", set()),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_frequency(case: Case) -> None:
    """A commune is served `maximum` times in the month, and not once more."""
    assert verdict(frequency, case) == agreed(case)
