"""The smaller model bounds the full one, and only ever makes it quicker."""

import pytest
from ortools.sat.python.cp_model import OPTIMAL, CpModel, CpSolver

from picup_planner.evaluation import objective_values
from picup_planner.problem import Problem
from picup_planner.solver import search, solve
from picup_planner.solver.bounds import BOUNDS
from picup_planner.solver.objectives import OBJECTIVES
from picup_planner.solver.relaxation import Relaxation, applies
from picup_planner.solver.variables import Variables
from planted import Planted, of_seed
from problems import tiny_problem


def relaxation(problem: Problem) -> Relaxation:
    """Build the smaller model of a problem."""
    return Relaxation(problem, Variables(CpModel(), problem))


def of_one_van() -> list[Planted]:
    """Draw problems the smaller model is stated for."""
    drawn = (of_seed(seed) for seed in range(200))
    stated = (found for found in drawn if applies(found.problem, Variables(CpModel(), found.problem)))
    return [next(stated) for _ in range(12)]


ONE_VAN = of_one_van()


def test_bounds_are_named_like_objectives() -> None:
    """Every bound is the bound of an objective; balance, which needs the drives to the depot, has none."""
    names = [objective.name for objective in OBJECTIVES]
    assert [name for name in names if name not in {bound.__name__ for bound in BOUNDS}] == ["balance"]


@pytest.mark.parametrize("found", ONE_VAN, ids=range(12))
def test_no_plan_is_below_a_bound(found: Planted) -> None:
    """Each objective alone, minimised by the smaller model, is at most its value in a plan that keeps the rules."""
    reached = objective_values(found.problem, found.plan)
    for bound in BOUNDS:
        small = relaxation(found.problem)
        small.model.minimize(bound(small))
        solver = CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(small.model) == OPTIMAL
        assert round(solver.objective_value) <= reached[bound.__name__], bound.__name__


@pytest.mark.parametrize("found", ONE_VAN[:6], ids=range(6))
def test_search_proves_the_same_without_it(found: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the smaller model or without, proven values are the same."""
    helped = solve(found.problem, workers=2)
    monkeypatch.setattr(search, "applies", lambda _problem, _variables: False)
    alone = solve(found.problem, workers=2)
    assert all(result.proven for plan in (helped, alone) for result in plan.objectives)
    assert [result.best for result in helped.objectives] == [result.best for result in alone.objectives]


def test_it_is_not_stated_for_two_vans() -> None:
    """Crews belong to vans where there are several: the full model stands alone."""
    problem = tiny_problem()
    (van,) = problem.territory.vans
    second = van.model_copy(update={"id": "van-2"})
    territory = problem.territory.model_copy(update={"vans": (van, second)})
    both = problem.model_copy(update={"territory": territory})
    assert applies(problem, Variables(CpModel(), problem))
    assert not applies(both, Variables(CpModel(), both))
