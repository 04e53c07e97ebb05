"""Months listed pattern by pattern are all the months there are, and what is struck out of them is what was meant."""

import time
from collections.abc import Collection, Iterable

import numpy as np
import pytest
from ortools.sat.python.cp_model import FEASIBLE, OPTIMAL, CpSolver, LinearExpr

from dates_first import asked, at_once, dates_first, driven, with_one_van
from picup_planner.evaluation import objective_values
from picup_planner.solver import benders, mixes, month_by_month, patterns
from picup_planner.solver.benders import Dates
from picup_planner.solver.bounds import parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.engine import Engine, Found
from picup_planner.solver.mixes import Driven, Mix, Mixed, kind_of
from picup_planner.solver.month_by_month import MonthByMonth, limited
from picup_planner.solver.months import Months
from picup_planner.solver.patterns import Within, months
from picup_planner.solver.relaxation import Relaxation
from picup_planner.solver.subproblem import NO_LIMIT
from planted import Planted

MINUTE = 60.0
FEW = ("below_minimum", "below_target", "unreached", "travel")
WITH_ONE_VAN = with_one_van(16)
OF_FEW_MIXES = WITH_ONE_VAN[:11] + WITH_ONE_VAN[12:]
"""All but the twelfth, which leaves more mixes than a search of dates takes."""


def read(found: Planted) -> tuple[Relaxation, list[Driven], Mix]:
    """Return the smaller model, and the tours and the mix of a plan."""
    tours = driven(found)
    kinds = [kind_of(one.tour) for one in tours]
    return limited(found.problem, {}), tours, {kind: kinds.count(kind) for kind in set(kinds)}


def listed(relaxed: Relaxation, mix: Mix, habits: int, gaps: int, without: Collection[Driven] = ()) -> Months:
    """List the months of one mix."""
    found = months(relaxed, [mix], Within(without, {}, habits, gaps, NO_LIMIT, lambda: True))
    assert found is not None
    return found


def some_of(month: Mixed, most: int) -> set[frozenset[Driven]]:
    """Let CP-SAT find dates of one mix, each time others, so many times at most."""
    found: set[frozenset[Driven]] = set()
    solver = CpSolver()
    solver.parameters.num_workers = 1
    every = [(Driven(day, tour), x) for day, some in month.tours.items() for tour, x in some.items()]
    while len(found) < most and solver.solve(month.model) in {OPTIMAL, FEASIBLE}:
        chosen = [(one, x) for one, x in every if solver.value(x)]
        found.add(frozenset(one for one, _ in chosen))
        month.model.add(LinearExpr.sum([x for _, x in chosen]) < len(chosen))
    return found


@pytest.mark.parametrize("found", WITH_ONE_VAN, ids=range(16))
def test_the_month_of_a_plan_is_listed(found: Planted) -> None:
    """Within the habits and gaps a plan has, its own month is among those listed; one gap less, and it is not."""
    relaxed, tours, mix = read(found)
    values = objective_values(found.problem, found.plan)
    several = listed(relaxed, mix, values["regularity"], values["evenness"])
    assert sorted(tours) in [sorted(several.month(rank)) for rank in range(len(several))]
    assert several.gaps.max() <= values["evenness"]
    fewer = listed(relaxed, mix, values["regularity"], values["evenness"] - 1)
    assert sorted(tours) not in [sorted(fewer.month(rank)) for rank in range(len(fewer))]


@pytest.mark.parametrize("found", WITH_ONE_VAN, ids=range(16))
def test_what_is_listed_is_all_there_is(found: Planted) -> None:
    """Another solver, which knows more of people, finds no month of the mix that is not listed; each is listed once."""
    relaxed, _, mix = read(found)
    values = objective_values(found.problem, found.plan)
    month = Mixed(found.problem, Clock(found.problem), mix)
    for name in ("regularity", "evenness"):
        month.model.add(LinearExpr.sum(parts_of(month, name)) <= values[name])
    several = listed(relaxed, mix, values["regularity"], values["evenness"])
    mine = {frozenset(several.month(rank)) for rank in range(len(several))}
    assert len(mine) == len(several)
    theirs = some_of(month, most=40)
    assert theirs
    assert theirs <= mine


def test_months_struck_out_are_those_with_all_tours_of_a_clash() -> None:
    """Half a tour strikes out every tour that asks for it; a month dropped alone leaves all others."""
    found = max(WITH_ONE_VAN, key=lambda one: len(one.plan.tours))
    relaxed, tours, mix = read(found)
    values = objective_values(found.problem, found.plan)
    several = listed(relaxed, mix, values["regularity"] + 1, values["evenness"] + 40)
    before = [several.month(rank) for rank in range(len(several))]
    several.drop(before[0])
    assert [several.month(rank) for rank in range(len(several))] == before[1:]
    one = next(iter(tours[0].halves()), tours[0])
    often = [several.often(part) for part in (one, tours[-1])]
    several.strike_out([one, tours[-1]])
    left = [several.month(rank) for rank in range(len(several))]
    asks = [
        [any(part.day == other.day and part.asked_by(other.tour) for other in month) for part in (one, tours[-1])]
        for month in before[1:]
    ]
    assert (often[0], often[1]) == tuple(sum(some) for some in zip(*asks, strict=True))
    assert left == [month for month, both in zip(before[1:], asks, strict=True) if not all(both)]
    assert len(left) < len(before) - 1


@pytest.mark.parametrize("found", WITH_ONE_VAN, ids=range(16))
def test_months_without_a_tour_are_those_in_which_it_is_struck_out(found: Planted) -> None:
    """What nobody can go on is not listed, nor what asks for it: the same as listing all, then striking out."""
    relaxed, tours, mix = read(found)
    values = objective_values(found.problem, found.plan)
    for one in [part for tour in tours[:2] for part in (tour, *tour.halves())]:
        without = listed(relaxed, mix, values["regularity"], values["evenness"], [one])
        every = listed(relaxed, mix, values["regularity"], values["evenness"])
        assert every.often(one)
        every.strike_out([one])
        theirs, mine = ({frozenset(some.month(rank)) for rank in range(len(some))} for some in (every, without))
        assert theirs == mine


def test_too_many_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where patterns or months are too many, or there is no time, nothing is listed rather than a part."""
    relaxed, _, mix = read(max(WITH_ONE_VAN, key=lambda one: len(one.plan.tours)))
    enough = Within((), {}, habits=99, gaps=10_000, lapses=NO_LIMIT, going=lambda: True)
    assert months(relaxed, [mix], enough._replace(going=lambda: False)) is None
    for name in ("MOST_PATTERNS", "MOST_MONTHS", "MOST_PAIRS", "MOST_STOPS"):
        with monkeypatch.context() as patched:
            patched.setattr(patterns, name, 0)
            assert months(relaxed, [mix], enough) is None


def same_by_listing(found: Planted, name: str, kept: Iterable[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that the listing alone ends with the value that the search of everything at once ends with."""
    monkeypatch.setattr(Dates, "_explore", lambda *_: pytest.fail("the listing has not ended"))
    values = objective_values(found.problem, found.plan)
    limits = {one: values[one] for one in kept}
    engine = Engine(time.monotonic() + 2 * MINUTE, workers=1)
    dates, every = dates_first(found.problem, name, limits, engine)
    assert every
    ended = dates.minimise(every, MINUTE, Found())
    whole = at_once(found.problem, name, limits, engine)
    assert whole.proven
    assert (ended.value, ended.bound) == (whole.value, whole.value)


@pytest.mark.parametrize("found", OF_FEW_MIXES, ids=range(15))
def test_small_gaps_are_proven_by_listing(found: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same hours kept, the listing ends with the value that the search of everything at once ends with."""
    monkeypatch.setattr(Dates, "_aim", lambda *_: None)
    same_by_listing(found, "evenness", (*FEW, "regularity"), monkeypatch)


@pytest.mark.parametrize("found", WITH_ONE_VAN, ids=range(16))
def test_the_mix_of_a_plan_has_gaps_no_larger_than_those_of_the_plan(found: Planted) -> None:
    """Within what a plan has, its own mix is not left out, and its bound is right; below all gaps, it is left out."""
    _, _, mix = read(found)
    values = objective_values(found.problem, found.plan)
    kept = {name: values[name] for name in (*FEW, "lapses", "regularity", "preferences", "unstaffed_fixed")}
    people = asked(found.problem, "evenness", kept, Engine(time.monotonic() + MINUTE, workers=1))
    every = MonthByMonth(people, [mix])
    for seconds in (0, 0.02):
        people.ends = time.monotonic() + seconds
        every._bounded([mix], kept)  # noqa: SLF001  what there was no time for is not remembered
    people.ends = people.engine.deadline
    ((bounded, least),) = every._bounded([mix], kept)  # noqa: SLF001  what is claimed of a mix
    assert bounded == mix
    assert 0 < least <= values["evenness"]
    assert not MonthByMonth(people, [])._bounded([mix], {**kept, "below_minimum": -1})  # noqa: SLF001  the same


def test_bits_are_read_where_they_are_set() -> None:
    """Packed rows of any width give the rows and ranks of what is true."""
    chance = np.random.default_rng(1)
    for width in (1, 7, 8, 13):
        true = chance.random((5, width)) < 1 / 2
        at, rank = patterns._set_bits(np.packbits(true, axis=1), width)  # noqa: SLF001  a small part, worth its own test
        assert sorted(zip(at.tolist(), rank.tolist(), strict=True)) == [
            tuple(one) for one in np.argwhere(true).tolist()
        ]


@pytest.mark.parametrize("found", OF_FEW_MIXES, ids=range(15))
def test_few_habits_are_proven_by_listing(found: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all months of few habits are listed, they end with what the search of everything at once ends with."""
    monkeypatch.setattr(Dates, "_aim", lambda *_: pytest.fail("the listing has not ended"))
    monkeypatch.setattr(month_by_month, "MOST_MIXES", mixes.MOST)
    monkeypatch.setattr(benders, "A_HALF", 1)
    monkeypatch.setattr(benders, "MOST_OF_IT", 1)
    same_by_listing(found, "regularity", (*FEW, "lapses"), monkeypatch)


def test_few_habits_are_found_among_the_smallest_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where months are too many to list all, one of small gaps is mostly as good; that none is proves nothing."""
    monkeypatch.setattr(month_by_month, "MOST_MIXES", 0)
    ends = []
    for found in OF_FEW_MIXES[:6]:
        values = objective_values(found.problem, found.plan)
        limits = {one: values[one] for one in (*FEW, "lapses")}
        engine = Engine(time.monotonic() + 2 * MINUTE, workers=1)
        whole = at_once(found.problem, "regularity", limits, engine)
        assert whole.value is not None
        people = asked(found.problem, "regularity", limits, engine)
        people.least, people.ends = whole.value, engine.deadline
        MonthByMonth(people, []).of_few_habits(MINUTE)
        assert people.least == whole.value
        assert people.best.value is None or people.best.value >= whole.value
        ends.append(people.best.value == whole.value)
    assert sum(ends) >= len(ends) / 2


@pytest.mark.parametrize("found", OF_FEW_MIXES[:6], ids=range(6))
def test_all_months_of_the_gaps_kept_end_the_search_of_habits(found: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the mixes, once the months listed are all that what is kept of the gaps allows, their end is the end."""
    monkeypatch.setattr(month_by_month, "MOST_MIXES", 0)
    values = objective_values(found.problem, found.plan)
    limits = {one: values[one] for one in (*FEW, "evenness")}
    engine = Engine(time.monotonic() + 2 * MINUTE, workers=1)
    whole = at_once(found.problem, "regularity", limits, engine)
    people = asked(found.problem, "regularity", limits, engine)
    people.ends = engine.deadline
    MonthByMonth(people, []).of_few_habits(MINUTE)
    assert whole.proven
    assert (people.best.value, people.least) == (whole.value, whole.value)
