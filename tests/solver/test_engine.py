"""What the engines find when time is short."""

from itertools import combinations

import pytest
from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.solver import engine, linear
from picup_planner.solver.engine import Engine, value_of


def cover() -> tuple[CpModel, LinearExpr]:
    """State a cover of the pairs of twelve things, of which eleven are needed."""
    model = CpModel()
    chosen = [model.new_bool_var("") for _ in range(12)]
    for one, other in combinations(chosen, 2):
        model.add(one + other >= 1)
    total = LinearExpr.sum(chosen)
    model.minimize(total)
    return model, total


@pytest.mark.parametrize("seconds", [0, 20])
def test_the_largest_models_have_a_solution_whatever_the_time(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """HiGHS has no time at all: CP-SAT finds a solution; no bound above the optimum is said."""
    monkeypatch.setattr(engine, "MANY", 0)
    monkeypatch.setattr(linear, "MANY", 0)
    model, total = cover()
    found = Engine(deadline=0).race(model, seconds)
    assert found.value == value_of(total, found.solution) == 11
    assert (found.bound or 0) <= 11
    assert not found.infeasible
    assert found.proven is (seconds > 0)
