"""What links the variables says what a plan is, and forbids none."""

import pytest
from ortools.sat.python.cp_model import CpModel
from test_statements import TOLD, written

import test_evaluation_rules as told
from changes import FIRST, both_drive
from picup_planner.solver.variables import Variables
from problems import hand_plan, problem_with
from solver_models import feasible, follow

EVERYWHERE = tuple(
    (site, 7, session, FIRST, van)
    for site in ("amont-1", "amont-2", "aval-1")
    for session in ("matin", "apres-midi")
    for van in ("van-1", "van-2")
)


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case.name)
def test_no_plan_is_forbidden_by_what_links_the_variables(case: told.Case) -> None:
    """A plan that breaks a rule breaks it under its name, and nothing else keeps it from being stated."""
    problem, plan = written(case)
    model = CpModel()
    follow(model, problem, Variables(model, problem), plan)
    assert feasible(model)


def test_nobody_is_kept_from_being_everywhere() -> None:
    """Two people and two vans at every site at once, morning and afternoon, can be stated."""
    problem = problem_with(**both_drive("van-1", "van-2"))
    model = CpModel()
    follow(model, problem, Variables(model, problem), hand_plan(problem, EVERYWHERE))
    assert feasible(model)
