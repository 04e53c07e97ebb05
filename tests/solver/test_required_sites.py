"""Sites a commune requires or prefers."""

import pytest

from changes import GOOD, MONDAY, site
from picup_planner.problem import Use
from picup_planner.solver.constraints import required_sites
from solver_models import Case, agreed, verdict

CASES = (
    Case("required and visited", set(), site("amont-2", use=Use.REQUIRED), MONDAY),
    Case("required and not visited", {"required_sites amont-1"}, site("amont-1", use=Use.REQUIRED), MONDAY),
    Case("required and off", set(), site("amont-1", use=Use.REQUIRED, on=False), MONDAY),
    Case("preferred and visited", set(), site("amont-2", use=Use.PREFERRED), MONDAY),
    Case("preferred and not", {"required_sites amont preferred"}, site("amont-1", use=Use.PREFERRED), MONDAY),
    Case("preferred, another day", set(), site("amont-1", use=Use.PREFERRED), GOOD),
    Case("preferred and off", set(), site("amont-1", use=Use.PREFERRED, on=False), MONDAY),
    Case("preferred where nobody goes", set(), site("amont-1", use=Use.PREFERRED), MONDAY[1:]),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_required_sites(case: Case) -> None:
    """A required site is visited; a commune that is served is served once at a site it prefers."""
    assert verdict(required_sites, case) == agreed(case)
