"""What holds of every problem: problems are drawn around a planted plan, so that infeasible is never an excuse.

A small sample, always the same, runs with the other tests; ``PICUP_SLOW=1`` runs a large one, never the same, as well.
"""

import calendar
import json
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count, takewhile
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from picup_planner.errors import Infeasible
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import Plan
from picup_planner.problem import Availability, ClosedDate, ClosureReason, Level, Problem, Slot
from picup_planner.solver import solve
from planted import Planted, Size, drawn_crew, drawn_tour, of_seed
from problems import problem_with
from solver_models import all_broken, speakable

HOUR = timedelta(hours=1)
PLACES = ("communes", "sites", "areas", "vans", "depots")
PEOPLE = ("staff", "partners", "roles", "sessions", "pairings", "pins")
MONTHLY = ("availability", "fixed", "hours", "trust", "history", "reach", "closed")

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
)
PROBLEMS = st.builds(of_seed, st.integers(0, 1_000_000), SIZES)
CHANCE = st.integers(0, 1_000_000).map(Random)


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


def names_and_order_change_nothing(found: Planted, chance: Random) -> None:
    """People, places and hours called otherwise, and told in another order, give the same values."""
    assert same(best(found.problem), best(disguised(found.problem, chance)))


def whole_weeks_change_nothing(found: Planted, _chance: Random) -> None:
    """Whole weeks later, the same month gives the same values."""
    assert same(best(found.problem), best(moved(found.problem)))


def tighter_rule_never_helps(found: Planted, chance: Random) -> None:
    """One rule more, or a tighter one, never brings a better plan."""
    change = tightened(found.problem, chance)
    note(str(change))
    loose = best(found.problem)
    try:
        tight = best(problem_with(found.problem, **change))
    except Infeasible:
        return
    assert loose[: len(tight)] <= tight[: len(loose)]


CLAIMS = {
    plan_keeps_every_rule_and_beats_the_planted_one: 15,
    edited_plan_is_legal_twice_or_not_at_all: 40,
    names_and_order_change_nothing: 5,
    whole_weeks_change_nothing: 4,
    tighter_rule_never_helps: 6,
}
"""Each claim, and how many problems of the small sample it is tried on."""

Claim = Callable[[Planted, Random], None]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_small_sample(claim: Claim) -> None:
    """The claim holds of a few problems, the same each time."""
    tried(claim, settings(max_examples=CLAIMS[claim], derandomize=True, database=None))


@pytest.mark.slow
@pytest.mark.skipif("PICUP_SLOW" not in os.environ, reason="takes many minutes: set PICUP_SLOW=1")
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_large_sample(claim: Claim) -> None:
    """The claim holds of many problems."""
    tried(claim, settings(max_examples=30 * CLAIMS[claim]))


def tried(claim: Claim, sample: settings) -> None:
    """Try a claim on a sample of problems."""
    slow = settings(sample, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    slow(given(PROBLEMS, CHANCE)(claim))()


# ------------------------------------------------------------------- solving


def solved(problem: Problem) -> Plan:
    """Solve a small problem."""
    return solve(problem, time_limit=20, workers=2)


def best(problem: Problem) -> list[int]:
    """Give the best value of each objective, up to the first that is not proven."""
    return [result.best for result in takewhile(lambda result: result.proven, solved(problem).objectives)]


def same(some: list[int], others: list[int]) -> bool:
    """Tell whether what is proven in both is the same."""
    return some[: len(others)] == others[: len(some)]


# ------------------------------------------------------------------- changes


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


def disguised(problem: Problem, chance: Random) -> Problem:
    """Call every noun otherwise, and tell them in another order."""
    document = problem.model_dump(mode="json")
    land = document["territory"]
    for shuffled in [land[kind] for kind in (*PLACES, *PEOPLE)] + [document[kind] for kind in MONTHLY]:
        chance.shuffle(shuffled)
    nouns = [noun for kind in (*PLACES, *PEOPLE) if kind != "pairings" for noun in land[kind]]
    ids = [noun["id"] for noun in nouns + document["fixed"]]
    names = dict(zip(ids, chance.sample([f"x{n}" for n in range(len(ids))], len(ids)), strict=True))
    known = re.compile("|".join(f'"{re.escape(name)}"' for name in names))
    text = known.sub(lambda found: f'"{names[found[0][1:-1]]}"', json.dumps(document))
    return Problem.model_validate_json(text)


def moved(problem: Problem) -> Problem:
    """Move everything to the next month of as many days that begins on the same weekday."""
    year, month = map(int, problem.month.split("-"))
    later = (divmod(12 * year + month - 1 + n, 12) for n in count(1))
    to = next((y, m + 1) for y, m in later if calendar.monthrange(y, m + 1) == calendar.monthrange(year, month))
    weeks = date(*to, 1) - problem.dates[0]
    text = problem.model_dump_json().replace(f'"{problem.month}"', f'"{to[0]}-{to[1]:02}"')
    return Problem.model_validate_json(
        re.sub(r"\d{4}-\d\d-\d\d", lambda found: str(date.fromisoformat(found[0]) + weeks), text)
    )


def tightened(problem: Problem, chance: Random) -> dict[str, Any]:
    """Draw one absence, one closed date or one tighter number, as a change for `problem_with`."""
    rules, day = problem.territory.settings, chance.choice(problem.open_dates)
    slot = Slot(date=day, session=chance.choice(problem.territory.sessions).id)
    absent = Availability(member=chance.choice(problem.territory.staff).id, slot=slot, level=Level.NO)
    numbers: dict[str, object] = {
        "min_gap": rules.min_gap + 1,
        "site_maximum": max(0, rules.site_maximum - 1),
        "daily_maximum": rules.daily_maximum - 1,
        "weekly_maximum": max(0, rules.weekly_maximum - 1),
        "max_daily_length": rules.max_daily_length - 2 * HOUR,
        "min_rest": rules.min_rest + 3 * HOUR,
        "break_after": rules.break_after - HOUR,
        "break_length": 2 * rules.break_length,
        "notice": rules.notice + 10,
    }
    name = chance.choice(list(numbers))
    changes: list[dict[str, Any]] = [
        {"availability": (*problem.availability, absent)},
        {"closed": (*problem.closed, ClosedDate(date=day, reason=ClosureReason.TERRITORY))},
        {"settings": {name: numbers[name]}},
    ]
    return chance.choice(changes)
