"""Month after month: where gaps and habits leave few, searching each ends with what the whole model ends with."""

import time
from collections.abc import Callable

import pytest

from dates_first import with_one_van
from picup_planner.evaluation import objective_values
from picup_planner.problem import Problem
from picup_planner.solver import month_by_month as rooms
from picup_planner.solver.clock import Clock
from picup_planner.solver.drives import Outline
from picup_planner.solver.engine import Engine, Found
from picup_planner.solver.month_by_month import month_by_month
from picup_planner.solver.objectives import chosen
from picup_planner.solver.relaxation import Relaxation
from picup_planner.solver.stated import Stated
from picup_planner.solver.subproblem import Benders
from planted import Planted

MINUTE = 60.0
FAR = 10**6
KEPT = ("below_minimum", "below_target", "unreached", "travel", "regularity", "evenness")
WITH_ONE_VAN = with_one_van(11)
OF_FEW_MONTHS = [found for rank, found in enumerate(WITH_ONE_VAN) if rank not in {1, 8}]
"""All but two, which leave hundreds of months: half a minute each."""


def engine() -> Engine:
    """Have an engine for two minutes, one worker."""
    return Engine(time.monotonic() + 2 * MINUTE, workers=1)


def stated(problem: Problem, kept: dict[str, int], outline: Outline | None = None) -> Stated:
    """State the full model, what is settled kept to its limits."""
    full = Stated(problem, chosen(problem), outline)
    for name, limit in kept.items():
        full.keep(name, most=limit)
    return full


def few_left(found: Planted) -> dict[str, int]:
    """Return the values of a plan, its gaps as small as they could be."""
    values = objective_values(found.problem, found.plan)
    kept = {name: values[name] for name in KEPT}
    full = stated(found.problem, kept)
    full.model.minimize(full.objectives["evenness"])
    least = engine().search(full.model, MINUTE)
    assert least.proven
    assert least.value is not None
    return {**kept, "evenness": least.value}


def searched(
    problem: Problem, kept: dict[str, int], best: Found, limit: float = MINUTE, asked: list[Outline] | None = None
) -> Found:
    """Search every month for the fairest plan; list the outlines that are planned."""

    def planned(name: str, outline: Outline, most: int | None, limit: float, going: Callable[[], bool]) -> Found:
        if asked is not None:
            asked.append(outline)
        near = stated(problem, kept, outline)
        near.keep(name, most=FAR if most is None else most)
        near.model.minimize(near.objectives[name])
        return known.engine.single(near.model, limit, going=going)

    known = Benders(problem, engine(), planned)
    known.mixes(Relaxation(problem, Clock(problem)), kept)
    return month_by_month(known, "balance", kept, best, limit)


@pytest.mark.parametrize("found", OF_FEW_MONTHS, ids=range(9))
def test_month_by_month_or_at_once_is_the_same(found: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fairest plan is proven as the whole model proves it, however seldom people are asked who could go."""
    kept = few_left(found)
    full = stated(found.problem, kept)
    full.model.minimize(full.objectives["balance"])
    whole = engine().search(full.model, MINUTE)
    assert whole.proven
    for unheard in (0, rooms.MOST_UNHEARD):
        monkeypatch.setattr(rooms, "MOST_UNHEARD", unheard)
        ended = searched(found.problem, kept, Found(value=FAR, bound=0))
        assert (ended.value, ended.bound) == (whole.value, whole.value)


def test_what_is_the_best_there_is_stays_so() -> None:
    """No month is better than the best: then it is proven, and no other value is told."""
    found = WITH_ONE_VAN[0]
    kept = few_left(found)
    best = searched(found.problem, kept, Found(value=FAR, bound=0))
    again = searched(found.problem, kept, Found(value=best.value, bound=0))
    assert (again.value, again.bound) == (best.value, best.value)


def test_months_whose_loads_differ_too_much_are_not_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smaller model sees it in a fraction of the time, and what is proven is the same."""
    found = WITH_ONE_VAN[5]
    kept = few_left(found)
    best = Found(value=searched(found.problem, kept, Found(value=FAR, bound=0)).value, bound=0)
    asked, without = list[Outline](), list[Outline]()
    seen = searched(found.problem, kept, best, asked=asked)
    monkeypatch.setattr(rooms, "OF_MONTHS", ())
    assert searched(found.problem, kept, best, asked=without) == seen
    assert not asked
    assert without


@pytest.mark.parametrize("missing", ["regularity", "evenness"])
def test_without_habits_or_gaps_kept_nothing_is_claimed(missing: str) -> None:
    """Months are then too many: what was known before is what is known after."""
    found = WITH_ONE_VAN[0]
    values = objective_values(found.problem, found.plan)
    best = Found(value=FAR, bound=3)
    assert searched(found.problem, {name: values[name] for name in KEPT if name != missing}, best) == best


def test_cut_off_at_once_nothing_is_claimed() -> None:
    """No time, no proof."""
    found = WITH_ONE_VAN[0]
    values = objective_values(found.problem, found.plan)
    ended = searched(found.problem, {name: values[name] for name in KEPT}, Found(value=FAR, bound=3), limit=0)
    assert (ended.value, ended.bound) == (FAR, 3)


def test_where_nothing_says_how_a_month_is_planned_nothing_is_claimed() -> None:
    """The smaller model says nothing of such an objective."""
    found = WITH_ONE_VAN[0]
    values = objective_values(found.problem, found.plan)
    best = Found(value=FAR, bound=3)
    assert month_by_month(Benders(found.problem, engine()), "balance", {n: values[n] for n in KEPT}, best, 9) == best
