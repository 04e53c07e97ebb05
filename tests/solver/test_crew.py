"""Who makes up the crew of a permanence."""

import pytest

from changes import BOTH_ROLES, FIRST, OTHERS, fixed
from picup_planner.solver.constraints import crew
from problems import Crew
from solver_models import Case, agreed, verdict

MORNING = "crew amont 2026-12-10 matin"
WHOLE = {"fixe-1": OTHERS}


def thursday(crew: Crew) -> tuple[tuple[object, ...]]:
    """Hold one permanence with this crew."""
    return (("amont-1", 10, "matin", crew),)


CASES = (
    Case("a whole crew", set(), {}, thursday(FIRST), WHOLE),
    Case("nobody at a fixed permanence", set(), {}, thursday(FIRST)),
    Case("a role left empty", {f"{MORNING} as"}, {}, thursday({"casp": "casp-2"})),
    Case("nobody in the van", {f"{MORNING} as", f"{MORNING} casp", f"{MORNING} driver"}, {}, thursday({})),
    Case("nobody to drive", {f"{MORNING} driver"}, {}, thursday(OTHERS)),
    Case("the other one drives", set(), {}, thursday({"as": "as-2", "casp": "casp-2"})),
    Case("a fixed crew needs no driver", set(), {}, (), WHOLE),
    Case("half a fixed crew", {"crew fixe-1 casp"}, {}, (), {"fixe-1": {"as": "as-2"}}),
    Case("one of two roles", set(), BOTH_ROLES, thursday(FIRST), {"fixe-1": {"as": "as-1", "casp": "casp-1"}}),
    Case("one for two fixed roles", {"crew fixe-1 as-1"}, BOTH_ROLES, (), {"fixe-1": {"as": "as-1", "casp": "as-1"}}),
    Case("one role asked for", set(), fixed(roles=("as",)), (), {"fixe-1": {"as": "as-2"}}),
    Case("the crew given", set(), fixed(crew=("as-2", "casp-1")), (), WHOLE),
    Case("the crew given stays away", set(), fixed(crew=("as-2", "casp-1"))),
    Case("not the crew given", {"crew fixe-1 given"}, fixed(crew=("as-1", "casp-1")), (), WHOLE),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_crew(case: Case) -> None:
    """A crew is one person per role, a driver among them; a fixed one is whole, or as given, or nobody."""
    assert verdict(crew, case) == agreed(case)
