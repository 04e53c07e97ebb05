"""Each rule and each objective is stated twice, in the model and in the evaluation: both say the same of a plan."""

import pytest

import test_evaluation_objectives as counted
import test_evaluation_rules as told
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.solver.objectives import OBJECTIVES
from problems import hand_plan, problem_with
from solver_models import all_broken, speakable, texts, values


def written(case: told.Case | counted.Case) -> tuple[Problem, Plan]:
    """Write out the problem and the plan of a case."""
    problem = problem_with(**case.changes)
    return problem, hand_plan(problem, case.visits, case.fixed)


TWO_ROLES = {"one_place as-1 2026-12-10"}
TOLD = [case for case in told.CASES if speakable(*written(case))]
MODELLED = {objective.name for objective in OBJECTIVES}
COUNTED = [case for case in counted.CASES if case.objective in MODELLED and case.why != "half a crew"]
"""The model has no half crew at a fixed permanence: it is held or it is not."""


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case.name)
def test_rules_broken_are_those_reported(case: told.Case) -> None:
    """The model forbids what evaluation reports, under rules evaluation reports too, and allows the rest.

    Evaluation may tell one fact twice: two stops too far apart keep people, and not only the van, from being there. The
    model takes two roles of one person in a crew for two places too.
    """
    problem, plan = written(case)
    broken = all_broken(problem, plan)
    reported = texts(breach.rule for breach in broken_rules(problem, plan))
    assert broken - (TWO_ROLES if case.name == "two roles at once" else set()) <= reported
    assert bool(broken) == bool(reported)


@pytest.mark.parametrize("case", COUNTED, ids=lambda case: f"{case.objective}: {case.why}")
def test_objective_is_the_one_counted_by_hand(case: counted.Case) -> None:
    """The model counts each objective of a plan as a person does, and as evaluation does."""
    problem, plan = written(case)
    assert values(problem, plan)[case.objective] == case.value == objective_values(problem, plan)[case.objective]
