"""Objectives: what the solver proves is the best there is, whatever way it is counted."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest

from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import Plan
from picup_planner.problem import ObjectiveChoice, Problem
from picup_planner.solver import solve
from picup_planner.solver.objectives import chosen
from planted import Size, Visit, of_seed
from problems import Crew, hand_plan, problem_with, tiny_problem
from solver_models import values

NAMES = [objective.name for objective in chosen(tiny_problem())]
STRICTLY = tuple(ObjectiveChoice(name=name) for name in NAMES)
"""The default order, without tolerance."""

AT_THE_END = {"required_sites", "pins", "quota"}
"""Rules that a day may break and the month keep: something must be held somewhere."""

SIZES = {
    "two days": Size(communes=2, sites=2, sessions=2, vans=1, people=3, dates=2, fixed=1, attempts=4, facts=12),
    "three days": Size(communes=3, sites=2, sessions=1, vans=1, people=4, dates=3, fixed=1, attempts=4, facts=12),
    "two vans": Size(communes=2, sites=1, sessions=1, vans=2, people=4, dates=2, fixed=1, attempts=4, facts=12),
    "three sessions": Size(communes=2, sites=2, sessions=3, vans=1, people=3, dates=1, fixed=2, attempts=3, facts=12),
}
SEEDS = {
    "two days": (2, 4, 7, 8, 9, 11),
    "three days": (0, 2, 4, 5, 8),
    "two vans": (0, 2, 4, 6, 8),
    "three sessions": (0, 1, 2, 3),
}
"""Problems of some tens to some hundreds of plans."""


@pytest.mark.parametrize(("size", "seed"), [(size, seed) for size, seeds in SEEDS.items() for seed in seeds])
def test_brute_force_finds_nothing_better(size: str, seed: int) -> None:
    """Among all plans that keep every rule, none comes before the solver's, objective after objective."""
    drawn = of_seed(seed, SIZES[size]).problem
    problem = problem_with(drawn, settings={"objectives": STRICTLY})
    best = min(_vector(problem, plan) for plan in _plans(problem) if not broken_rules(problem, plan))
    found = solve(problem, time_limit=60, workers=2)
    assert [result.value for result in found.objectives] == best
    assert all(result.proven for result in found.objectives)


@pytest.mark.parametrize("seed", range(20))
def test_model_counts_what_evaluation_counts(seed: int) -> None:
    """Whatever the plan, the model gives each objective the value evaluation gives it."""
    drawn = of_seed(seed)
    counted = objective_values(drawn.problem, drawn.plan)
    assert values(drawn.problem, drawn.plan) == {name: counted[name] for name in NAMES}


def test_overload_of_the_past_is_no_impossibility() -> None:
    """However much somebody has worked, a load is counted, and a plan is found."""
    (worn, *others) = tiny_problem().hours
    worn = worn.model_copy(update={"past": timedelta(hours=2000), "available": timedelta(hours=1)})
    problem = problem_with(hours=(worn, *others))
    plan = solve(problem, workers=2)
    assert plan.objectives[-1].value == objective_values(problem, plan)["balance"] > 100_000


def _vector(problem: Problem, plan: Plan) -> list[int]:
    counted = objective_values(problem, plan)
    return [counted[name] for name in NAMES]


def _plans(problem: Problem) -> Iterator[Plan]:
    """Yield every plan made of days that could be part of a good one, with every crew of every fixed permanence."""
    days = [[day for day in _days(problem, date) if _could_be_good(problem, day)] for date in problem.open_dates]
    crews = [[{}, *_crews(problem, fixed.roles)] for fixed in problem.fixed]
    ids = [fixed.id for fixed in problem.fixed]
    for month in product(*days):
        for held in product(*crews):
            visits = [visit for day in month for visit in day]
            yield hand_plan(problem, visits, dict(zip(ids, held, strict=True)))


def _days(problem: Problem, date: object) -> Iterator[list[Visit]]:
    land = problem.territory
    crews = list(_crews(problem, tuple(role.id for role in land.roles)))
    stays = [None, *((site.id, crew) for site in land.sites for crew in crews)]
    slots = [(van.id, session.id) for van in land.vans for session in land.sessions]
    for stays_of in product(stays, repeat=len(slots)):
        yield [
            (stay[0], date, session, stay[1], van) for stay, (van, session) in zip(stays_of, slots, strict=True) if stay
        ]


def _crews(problem: Problem, roles: tuple[str, ...]) -> Iterator[Crew]:
    """Yield each way to give one person to each role."""
    able = [[member.id for member in problem.territory.staff if role in member.roles] for role in roles]
    for people in product(*able):
        if len(set(people)) == len(roles):
            yield dict(zip(roles, people, strict=True))


def _could_be_good(problem: Problem, day: list[Visit]) -> bool:
    return all(breach.rule.constraint in AT_THE_END for breach in broken_rules(problem, hand_plan(problem, day)))
