"""How often the same place, and the same day."""

import pytest
from ortools.sat.python.cp_model import CpModel

from changes import FIRST, GOOD, MONDAY, OTHERS, SEVENTH, both_drive
from picup_planner.solver.constraints import rotation
from picup_planner.solver.cuts import tighten
from picup_planner.solver.variables import Variables
from problems import tiny_problem
from solver_models import Case, agreed, feasible, verdict

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


def test_a_rule_is_stated_once() -> None:
    """That a van does not drive from a commune to itself follows, and is no second statement of the rule."""
    model, problem = CpModel(), tiny_problem()
    rules = [rule for rule, _ in rotation(model, problem, Variables(model, problem))]
    assert len(rules) == len(set(rules))


def test_no_drive_stays_inside_a_commune() -> None:
    """The search is told what follows: from one commune to another only."""
    for site, possible in (("amont-1", False), ("aval-1", True)):
        model, problem = CpModel(), tiny_problem()
        variables = Variables(model, problem)
        tighten(model, problem, variables)
        wanted = ("amont-2", "matin"), (site, "apres-midi")
        drives = {(before, after): x for before, after, x in variables.arcs(variables.vans[0], SEVENTH)}
        model.add(drives[wanted] == 1)
        assert feasible(model) is possible
