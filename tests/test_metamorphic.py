"""What a change of the problem does to the best values, known without knowing them.

Each claim is tried on a few problems drawn around a planted plan, always the same; ``PICUP_SLOW=1`` tries many more.
Values that the search did not prove, and those after them, are not compared.
"""

from collections.abc import Callable
from random import Random

import pytest

from claims import Claim, best, no_worse, proven, same, slowly, solved, try_a_few, try_many
from picup_planner.errors import Infeasible
from picup_planner.evaluation import broken_rules
from picup_planner.problem import Problem
from picup_planner.solver import solve
from picup_planner.solver.objectives import chosen
from planted import Planted
from problems import problem_with
from relations import (
    disguised,
    loosened,
    moved,
    on_slow_roads,
    tightened,
    told_twice,
    with_area_out_of_reach,
    with_commune_nobody_serves,
    with_newcomer,
    with_old_history,
    with_one_answer_less,
    with_somebody_always_absent,
    with_twice_the_residents,
    with_useless_site,
    with_van_in_repair,
    with_what_is_done,
)


def rank(problem: Problem, name: str) -> int:
    """Give the rank of an objective."""
    return [objective.name for objective in chosen(problem)].index(name)


def names_and_order_change_nothing(found: Planted, chance: Random) -> None:
    """People, places and hours called otherwise, and told in another order, give the same values."""
    assert same(best(found.problem), best(disguised(found.problem, chance)))


def whole_weeks_change_nothing(found: Planted, _chance: Random) -> None:
    """Whole weeks later, the same month gives the same values."""
    assert same(best(found.problem), best(moved(found.problem)))


def useless_site_changes_nothing(found: Planted, chance: Random) -> None:
    """Give the same values with a site where nothing may ever be held."""
    assert same(best(found.problem), best(with_useless_site(found.problem, chance)))


def somebody_always_absent_changes_nothing(found: Planted, chance: Random) -> None:
    """Give the same values with a person who is never there."""
    assert same(best(found.problem), best(with_somebody_always_absent(found.problem, chance)))


def van_in_repair_changes_nothing(found: Planted, chance: Random) -> None:
    """Give the same values with a van out of service all month, though the search goes another way with two."""
    assert same(best(found.problem), best(with_van_in_repair(found.problem, chance)))


def what_is_told_twice_counts_once(found: Planted, chance: Random) -> None:
    """Answers and closures said twice, or in two halves, give the same values."""
    assert same(best(found.problem), best(told_twice(found.problem, chance)))


def old_history_changes_nothing(found: Planted, chance: Random) -> None:
    """Permanences of long ago, where there were others since, give the same values."""
    assert same(best(found.problem), best(with_old_history(found.problem, chance)))


def pinning_what_is_done_changes_nothing(found: Planted, chance: Random) -> None:
    """Give the same values when a permanence of the best plan is pinned, or one it does not hold forbidden."""
    plan = solved(found.problem)
    assert same(proven(plan), best(with_what_is_done(found.problem, plan, chance)))


def starting_from_a_plan_changes_nothing(found: Planted, _chance: Random) -> None:
    """Reach the same values from whatever plan the search starts."""
    plan = solve(found.problem, time_limit=20, workers=2, start=found.plan)
    assert same(best(found.problem), proven(plan))


def stopping_early_changes_nothing_before(found: Planted, chance: Random) -> None:
    """Give the first objectives the same values when the last ones are not minimised."""
    names = [objective.name for objective in chosen(found.problem)]
    last = chance.randrange(len(names))
    plan = solve(found.problem, time_limit=20, workers=2, through=names[last])
    assert same(best(found.problem)[: last + 1], proven(plan)[: last + 1])


def commune_nobody_serves_costs_one_empty_month(found: Planted, chance: Random) -> None:
    """Add the square of a month and a day to evenness for a commune without a site, and nothing else."""
    few, more = best(found.problem), best(with_commune_nobody_serves(found.problem, chance))
    gap = (len(found.problem.dates) + 1) ** 2
    i = rank(found.problem, "evenness")
    assert same([value + gap * (n == i) for n, value in enumerate(few)], more)


def residents_count_one_by_one(found: Planted, chance: Random) -> None:
    """With twice the residents in every area, twice as many are out of reach, and the rest stays."""
    few, more = best(found.problem), best(with_twice_the_residents(found.problem, chance))
    i = rank(found.problem, "unreached")
    assert same([value * (1 + (n == i)) for n, value in enumerate(few)], more)


def area_out_of_reach_adds_its_residents(found: Planted, chance: Random) -> None:
    """Add the residents of an area no site is near to those out of reach, and nothing else."""
    residents = chance.randint(1, 5000)
    few, more = best(found.problem), best(with_area_out_of_reach(found.problem, residents))
    i = rank(found.problem, "unreached")
    assert same([value + residents * (n == i) for n, value in enumerate(few)], more)


def newcomer_never_worsens(found: Planted, chance: Random) -> None:
    """One more person never worsens anything before balance, which is then shared with one more."""
    i = rank(found.problem, "balance")
    assert no_worse(best(with_newcomer(found.problem, chance))[:i], best(found.problem)[:i])


def absence_lifted_never_worsens(found: Planted, chance: Random) -> None:
    """Somebody who says yes after all never worsens anything."""
    assert no_worse(best(with_one_answer_less(found.problem, chance)), best(found.problem))


def looser_rule_never_worsens(found: Planted, chance: Random) -> None:
    """Worsen nothing by a higher maximum, or a lower minimum."""
    assert no_worse(best(loosened(found.problem, chance)), best(found.problem))


def tighter_rule_never_helps(found: Planted, chance: Random) -> None:
    """One rule more, or a tighter one, never brings a better plan."""
    try:
        tight = best(problem_with(found.problem, **tightened(found.problem, chance)))
    except Infeasible:
        return
    assert no_worse(best(found.problem), tight)


def slower_roads_never_help(found: Planted, _chance: Random) -> None:
    """Roads twice as slow help nothing up to travel, which doubles at most where the same plan can still be driven."""
    slow, plan = on_slow_roads(found.problem), solved(found.problem)
    i = rank(found.problem, "travel")
    try:
        slowed = best(slow)
    except Infeasible:
        return
    few = proven(plan)
    assert no_worse(few[: i + 1], slowed[: i + 1])
    moved = {breach.rule.constraint for breach in broken_rules(slow, plan)} - {"plan"}
    if moved <= {"tours"} and few[:i] == slowed[:i] and len(slowed) > i:
        assert slowed[i] <= 2 * plan.objectives[i].value


CLAIMS: dict[Callable[[Planted, Random], None], int] = {
    names_and_order_change_nothing: 5,
    whole_weeks_change_nothing: 4,
    useless_site_changes_nothing: 3,
    somebody_always_absent_changes_nothing: 3,
    van_in_repair_changes_nothing: 3,
    what_is_told_twice_counts_once: 3,
    old_history_changes_nothing: 3,
    pinning_what_is_done_changes_nothing: 4,
    starting_from_a_plan_changes_nothing: 3,
    stopping_early_changes_nothing_before: 3,
    commune_nobody_serves_costs_one_empty_month: 3,
    residents_count_one_by_one: 3,
    area_out_of_reach_adds_its_residents: 3,
    newcomer_never_worsens: 4,
    absence_lifted_never_worsens: 4,
    looser_rule_never_worsens: 6,
    tighter_rule_never_helps: 6,
    slower_roads_never_help: 4,
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
    try_many(claim, 20 * CLAIMS[claim])
