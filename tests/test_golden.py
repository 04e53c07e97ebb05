"""A problem and a plan as they are written today: what reads them tomorrow must find the same."""

from pathlib import Path

from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import Plan
from picup_planner.problem import Problem

GOLDEN = Path(__file__).parent / "golden"


def _read(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8").strip()


def test_written_problem_and_plan_read_back_to_the_same_bytes() -> None:
    """Neither reading nor writing loses or adds anything: a changed noun shows here first."""
    for noun, name in ((Problem, "problem.json"), (Plan, "plan.json")):
        assert noun.model_validate_json(_read(name)).model_dump_json(indent=1) == _read(name)


def test_written_plan_was_made_from_the_written_problem() -> None:
    """The plan names its problem by a hash that does not depend on where facts were typed."""
    problem, plan = Problem.model_validate_json(_read("problem.json")), Plan.model_validate_json(_read("plan.json"))
    assert plan.provenance.problem_hash == problem.hash


def test_a_kind_of_fact_added_later_changes_no_hash() -> None:
    """A plan is still that of its problem after an upgrade that adds a field, as long as it has its default."""

    class Later(Problem):
        added: int = 0

    text = _read("problem.json")
    assert Later.model_validate_json(text).hash == Problem.model_validate_json(text).hash
    other = Later.model_validate_json(text).model_copy(update={"added": 1})
    assert other.hash != Problem.model_validate_json(text).hash


def test_written_plan_keeps_the_rules_and_its_values() -> None:
    """Evaluation still finds no breach and the values the plan was proven with."""
    problem, plan = Problem.model_validate_json(_read("problem.json")), Plan.model_validate_json(_read("plan.json"))
    assert broken_rules(problem, plan) == []
    values = objective_values(problem, plan)
    assert [(r.name, r.value) for r in plan.objectives] == [(r.name, values[r.name]) for r in plan.objectives]
    assert all(result.proven for result in plan.objectives)
