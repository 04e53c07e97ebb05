"""What holds of every problem: problems are drawn around a planted plan, so that infeasible is never an excuse.

A small sample, always the same, runs with the other tests; ``PICUP_SLOW=1`` runs a large one, never the same, as well,
and two hundred whole months.
"""

from random import Random

import pytest

from claims import Claim, slowly, solved, try_a_few, try_many
from facts import drawn_crew
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.solver import solve
from planted import Planted, Size, drawn_tour, of_seed
from solver_models import all_broken, speakable

MONTH = Size(communes=4, sites=3, sessions=2, vans=2, people=6, dates=14, fixed=3, attempts=30, facts=30, others=15)
"""A month like those of the four communes."""


def plan_keeps_every_rule_and_beats_the_planted_one(found: Planted, _chance: Random) -> None:
    """No rule is broken, and no objective is worse than the planted plan's, as long as that one keeps what is given."""
    plan = solved(found.problem)
    planted = objective_values(found.problem, found.plan)
    assert broken_rules(found.problem, plan) == []
    for result in plan.objectives:
        if all(planted[kept.name] <= kept.value for kept in result.given):
            assert result.bound <= planted[result.name]
            assert result.best <= planted[result.name] or not result.proven


def edited_plan_is_legal_twice_or_not_at_all(found: Planted, chance: Random) -> None:
    """Whatever a plan, the model and the evaluation agree on whether it keeps every rule, and on one it breaks."""
    edited = edit(found, chance)
    if speakable(edited.problem, edited.plan):
        broken = all_broken(edited.problem, edited.plan)
        reported = {" ".join((b.rule.constraint, *b.rule.subject)) for b in broken_rules(edited.problem, edited.plan)}
        assert bool(broken) == bool(reported)
        assert not broken or broken & reported


CLAIMS = {
    plan_keeps_every_rule_and_beats_the_planted_one: 15,
    edited_plan_is_legal_twice_or_not_at_all: 40,
}
"""Each claim, and how many problems of the small sample it is tried on."""


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_small_sample(claim: Claim) -> None:
    """The claim holds of a few problems, the same each time."""
    try_a_few(claim, CLAIMS[claim])


@pytest.mark.slow
@slowly
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_large_sample(claim: Claim) -> None:
    """The claim holds of many problems."""
    try_many(claim, 30 * CLAIMS[claim])


@pytest.mark.parametrize("seed", range(3))
def test_month_keeps_every_rule(seed: int) -> None:
    """However short the search, the plan of a month keeps every rule, and each value is the one counted from it."""
    keeps_every_rule(of_seed(seed, MONTH), time_limit=8)


@pytest.mark.slow
@slowly
@pytest.mark.parametrize("seed", range(3, 203))
def test_month_keeps_every_rule_in_the_large_sample(seed: int) -> None:
    """The same of two hundred more."""
    keeps_every_rule(of_seed(seed, MONTH), time_limit=8)


def keeps_every_rule(found: Planted, time_limit: float) -> None:
    """Start from the planted plan, so that there is one; evaluation counts the objectives too."""
    plan = solve(found.problem, time_limit=time_limit, start=found.plan)
    assert broken_rules(found.problem, plan) == []
    counted = objective_values(found.problem, plan)
    assert {result.name: result.value for result in plan.objectives}.items() <= counted.items()
    assert all(result.bound <= result.best <= result.value for result in plan.objectives)


def edit(found: Planted, chance: Random) -> Planted:
    """Move, add or drop a few tours of the planted plan, and draw the crews of its fixed permanences anew."""
    problem, visits = found.problem, list(found.visits)
    for _ in range(chance.randint(1, 3)):
        if visits and chance.random() < 0.6:
            old = visits.pop(chance.randrange(len(visits)))
            new = drawn_tour(chance, problem)[0]
            kept = chance.sample(range(5), chance.randint(0, 4))
            visits += [tuple(old[i] if i in kept else new[i] for i in range(5))] * chance.randint(0, 1)
        else:
            visits += drawn_tour(chance, problem)
    crews = {one.id: drawn_crew(chance, problem, one.roles) for one in problem.fixed if chance.random() < 0.7}
    return found._replace(visits=tuple(visits), fixed=crews)
