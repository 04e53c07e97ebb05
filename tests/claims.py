"""Claims about every problem, tried on problems drawn around a planted plan."""

import os
from collections.abc import Callable
from itertools import takewhile
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.solver import solve
from planted import Planted, Size, of_seed

Claim = Callable[[Planted, Random], None]
"""Fails on a problem of which it does not hold; what else it draws comes from the source of chance."""

SIZES = st.builds(
    Size,
    communes=st.integers(1, 3),
    sites=st.integers(1, 3),
    sessions=st.integers(1, 3),
    vans=st.integers(1, 2),
    people=st.integers(2, 4),
    dates=st.integers(1, 6),
    fixed=st.integers(0, 2),
    attempts=st.integers(0, 8),
    facts=st.integers(0, 25),
    others=st.integers(0, 10),
)
PROBLEMS = st.builds(of_seed, st.integers(0, 1_000_000), SIZES)
CHANCE = st.integers(0, 1_000_000).map(Random)

slowly = pytest.mark.skipif("PICUP_SLOW" not in os.environ, reason="takes many minutes: set PICUP_SLOW=1")


def try_a_few(claim: Claim, examples: int) -> None:
    """Try a claim on a few problems, the same each time."""
    _try(claim, settings(max_examples=examples, derandomize=True, database=None))


def try_many(claim: Claim, examples: int) -> None:
    """Try a claim on many problems, never the same."""
    _try(claim, settings(max_examples=examples))


def _try(claim: Claim, sample: settings) -> None:
    slow = settings(sample, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    slow(given(PROBLEMS, CHANCE)(claim))()


def solved(problem: Problem) -> Plan:
    """Solve a small problem."""
    return solve(problem, time_limit=20, workers=2)


def proven(plan: Plan) -> list[int]:
    """Give the best value of each objective, up to the first that is not proven."""
    return [result.best for result in takewhile(lambda result: result.proven, plan.objectives)]


def best(problem: Problem) -> list[int]:
    """Give the best values of a problem, up to the first that is not proven."""
    return proven(solved(problem))


def same(some: list[int], others: list[int]) -> bool:
    """Tell whether what is proven in both is the same."""
    return some[: len(others)] == others[: len(some)]


def no_worse(some: list[int], others: list[int]) -> bool:
    """Tell whether, first things first, what is proven of one is as good as what is proven of the other."""
    return some[: len(others)] <= others[: len(some)]
