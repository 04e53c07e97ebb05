"""Fixtures every room's tests may ask for."""

import pytest
from hypothesis import settings

from picup_planner.problem import Problem
from problems import tiny_problem

settings.register_profile("any-machine", deadline=None)  # how long an example takes says nothing of the code
settings.load_profile("any-machine")


@pytest.fixture
def tiny() -> Problem:
    """Give a week of two communes, four people and one van, as :mod:`problems` describes it."""
    return tiny_problem()
