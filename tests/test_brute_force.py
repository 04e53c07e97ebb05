"""The solver and brute force agree on tiny problems: the best values there are, or that there is no plan.

Brute force knows the evaluation only. Facts are drawn around a plan, and in half of the problems a few more whatever
the plan, so that some have none. ``PICUP_SLOW=1`` runs ten times as many.
"""

import os
from collections.abc import Iterable, Iterator
from random import Random

import pytest

from brute_force import BruteForce, TooLargeError
from facts import FACTS, OTHER_FACTS
from picup_planner.errors import Infeasible
from picup_planner.evaluation import RULES, broken_rules, objective_values
from picup_planner.plan import Plan, promises_of
from picup_planner.problem import ObjectiveChoice, Problem
from picup_planner.solver import solve
from picup_planner.solver.objectives import chosen
from planted import Planted, Size, of_seed
from problems import problem_with

SIZES = (
    Size(communes=2, sites=2, sessions=2, vans=1, people=3, dates=3, fixed=1, attempts=6),
    Size(communes=2, sites=2, sessions=2, vans=1, people=4, dates=2, fixed=2, attempts=6),
    Size(communes=2, sites=2, sessions=1, vans=1, people=4, dates=4, fixed=1, attempts=6),
    Size(communes=3, sites=1, sessions=1, vans=1, people=3, dates=5, fixed=1, attempts=6),
    Size(communes=2, sites=1, sessions=1, vans=2, people=4, dates=3, fixed=1, attempts=6),
    Size(communes=2, sites=2, sessions=3, vans=1, people=3, dates=2, fixed=2, attempts=6),
)
"""A few dates, sites and people."""

MOST, LARGEST = 500, 30_000
"""Ways to spend a date, and months to be made of them, at most."""


def tiny(seed: int) -> Problem:
    """Draw a problem, with objectives in the default order or in another, none of which yields to those after it."""
    random = Random(seed)  # noqa: S311  nothing to hide
    while True:
        size = random.choice(SIZES)._replace(facts=random.randint(0, 10), others=random.randint(0, 6))
        found = of_seed(random.randrange(1_000_000), size)
        problem = published(random, found) if random.random() < 0.3 else found.problem
        for _ in range(random.choice((0, 0, 8, 16))):
            problem = problem_with(problem, **random.choice((*FACTS, *OTHER_FACTS))(random, problem))
        problem = problem_with(problem, settings={"objectives": tuple(strictly(random, problem))})
        if small(problem):
            return problem


def small(problem: Problem) -> bool:
    """Tell whether brute force is quick."""
    try:
        return BruteForce(problem, (), most=MOST).size <= LARGEST
    except TooLargeError:
        return False


def published(random: Random, found: Planted) -> Problem:
    """Publish the planted plan, and let a part of the month pass."""
    as_of = random.choice((found.problem.as_of, *found.problem.open_dates))
    return problem_with(found.problem, promised=promises_of(found.plan), as_of=as_of, settings={"notice": 5})


def strictly(random: Random, problem: Problem) -> Iterator[ObjectiveChoice]:
    """Draw an order of the objectives, half of the time the default one."""
    names = [objective.name for objective in chosen(problem)]
    if random.random() < 0.5:
        names = random.sample(names, random.randint(1, len(names)))
    yield from (ObjectiveChoice(name=name) for name in names)


def names_of(problem: Problem) -> list[str]:
    """Name the objectives of a problem, in order."""
    return [objective.name for objective in chosen(problem)]


def solved(problem: Problem) -> Plan | None:
    """Solve a tiny problem to the end; ``None`` when the solver says that it has no plan."""
    try:
        plan = solve(problem, time_limit=60, workers=2)
    except Infeasible:
        return None
    assert all(result.proven and not result.conditional for result in plan.objectives)
    return plan


def agrees(problem: Problem) -> None:
    """Compare the solver's word with brute force, which looks for what is at most a hair worse."""
    plan, force = solved(problem), BruteForce(problem, names_of(problem))
    if plan is None:
        assert force.better_than() is None
        return
    assert broken_rules(problem, plan) == []
    counted = objective_values(problem, plan)
    values = tuple(result.value for result in plan.objectives)
    assert values == tuple(counted[name] for name in force.names)
    found = force.better_than((*values[:-1], values[-1] + 1))
    assert found
    assert force.vector(found) == values


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_better_than_the_plan_of_the_solver(seed: int) -> None:
    """No plan that keeps every rule comes before the solver's, and there is none where the solver says so."""
    agrees(tiny(seed))


@pytest.mark.slow
@pytest.mark.skipif("PICUP_SLOW" not in os.environ, reason="takes many minutes: set PICUP_SLOW=1")
@pytest.mark.parametrize("seed", range(40, 440))
def test_nothing_is_better_in_the_large_sample(seed: int) -> None:
    """The same of four hundred more."""
    agrees(tiny(seed))


@pytest.mark.slow
@pytest.mark.skipif("PICUP_SLOW" not in os.environ, reason="takes many minutes: set PICUP_SLOW=1")
def test_every_rule_matters_somewhere() -> None:
    """Each rule costs something in some problem: without it, brute force finds a better plan.

    But one: a crew that stays the same all day was never seen to, in nine hundred; a mutant without it is noticed.
    """
    unseen = {rule.__name__ for rule in RULES} - {"plan_consistency", "same_crew"}
    for seed in range(500):
        unseen -= set(costly(unseen, tiny(seed)))
    assert not unseen


def costly(rules: Iterable[str], problem: Problem) -> Iterator[str]:
    """Yield the rules without which a better plan would exist, where it is quickly found."""
    plan, names = solved(problem), names_of(problem)
    for name in rules:
        shut = [closed.date for closed in problem.closed[:2]] if name == "closures" else []
        try:
            free = BruteForce(problem, names, lifted=[name], also=shut, most=100)
        except TooLargeError:
            continue
        if free.better_than(free.vector(plan) if plan else None, patience=500):
            yield name
