"""Dates first, then people and sites: every plan has its mix, and what is said of all mixes is said of all plans."""

import time
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product

import numpy as np
import pytest
from ortools.sat.python.cp_model import CpModel, LinearExpr

from dates_first import asked, at_once, dates_first, driven, stated
from picup_planner.evaluation import objective_values
from picup_planner.problem import Hours, Problem
from picup_planner.solver import mixes
from picup_planner.solver.benders import Dates
from picup_planner.solver.bounds import parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.drives import Outline
from picup_planner.solver.engine import Engine, Found
from picup_planner.solver.mixes import Called, Driven, Mixed, kind_of
from picup_planner.solver.relaxation import Relaxation
from picup_planner.solver.touring import Tour
from planted import Planted
from problems import problem_with, tiny_problem

STATED = stated(16)
MINUTE = 60.0
HOURS = {"as-1": 5, "as-2": 0}


def engine() -> Engine:
    """Have an engine for a minute, one worker."""
    return Engine(time.monotonic() + MINUTE, workers=1)


def searched(problem: Problem, name: str, kept: dict[str, int]) -> tuple[Found, Found]:
    """Minimise an objective by dates first, which says nothing of too many mixes, and on the fine model whole."""
    dates, mixes = dates_first(problem, name, kept, engine())
    by_dates = dates.minimise(mixes, MINUTE, Found()) if mixes else Found(bound=0)
    return by_dates, at_once(problem, name, kept, engine())


@pytest.mark.parametrize("found", STATED, ids=range(16))
def test_a_plan_is_one_of_its_mix(found: Planted) -> None:
    """The mix of a plan is among those within its own values, and the dates of the plan are among those of the mix."""
    problem, values = found.problem, objective_values(found.problem, found.plan)
    kinds = [kind_of(one.tour) for one in driven(found)]
    mix = {kind: kinds.count(kind) for kind in kinds}
    kept = {bound.__name__: values[bound.__name__] for bound in mixes.COUNTED}
    every = mixes.mixes(Relaxation(problem, Clock(problem)), kept, engine(), MINUTE)
    assert every is None or mix in every
    month = Mixed(problem, Clock(problem), mix)
    for one in driven(found):
        month.model.add(month.tours[one.day][one.tour] == 1)
    month.model.minimize(LinearExpr.sum(parts_of(month, "regularity")))
    least = engine().single(month.model, MINUTE)
    assert least.value is not None
    assert least.value <= values["regularity"]


def test_dates_too_near_for_one_commune_are_looked_at_together() -> None:
    """Two dates are nearer than two permanences of a commune may be when some of the near dates have both."""
    problem = problem_with(settings={"min_gap": 4})
    month = Mixed(problem, Clock(problem), {})
    near = [set(days) for days in month.near_dates()]
    for one, other in combinations(month.days, 2):
        assert any({one, other} <= days for days in near) == ((other - one).days < 4)
    assert not any(some < other for some, other in product(near, repeat=2))


@pytest.mark.parametrize("found", STATED, ids=range(16))
def test_people_can_go_where_a_plan_takes_them(found: Planted) -> None:
    """No tours of a plan clash."""
    called = Called(found.problem, Clock(found.problem), driven(found))
    assert not engine().impossible(called.asking(driven(found)), MINUTE)


@pytest.mark.parametrize("name", ["continuity", "regularity", "evenness"])
@pytest.mark.parametrize("found", STATED, ids=range(16))
def test_dates_first_or_everything_at_once_is_the_same(found: Planted, name: str) -> None:
    """With the values of a plan kept, both searches end with one value and one bound."""
    values = objective_values(found.problem, found.plan)
    kept = {other: values[other] for other in ("below_minimum", "below_target", "unreached", "travel")}
    by_dates, whole = searched(found.problem, name, kept)
    assert whole.proven
    assert by_dates.bound is not None
    assert whole.value is not None
    assert by_dates.bound <= whole.value
    if by_dates.value is not None and by_dates.proven:
        assert by_dates.value == whole.value


def test_most_of_these_are_proven_by_dates() -> None:
    """What is said above of a proof is said of many."""
    kept = ("below_minimum", "below_target", "unreached", "travel")
    ends = []
    for found in STATED:
        values = objective_values(found.problem, found.plan)
        ends.append(searched(found.problem, "evenness", {name: values[name] for name in kept})[0].proven)
    assert sum(ends) >= len(ends) / 2


def test_few_tours_that_ask_too_much_are_found() -> None:
    """One social worker with the hours of one tour: any two of three tours clash, and no tour does alone."""
    hours = [Hours(member=p.id, available=timedelta(hours=HOURS.get(p.id, 40))) for p in tiny_problem().territory.staff]
    problem = problem_with(fixed=(), hours=hours)
    commune, session = problem.territory.communes[0], problem.territory.sessions[0]
    tours = [Driven(date(2026, 12, day), Tour("depot", ((commune, session),))) for day in (7, 9, 11)]
    people = asked(problem, "evenness", {}, engine())
    clashes = list(people.clashing(tours))
    assert [len(clash) for clash in clashes] == [2, 2]
    assert not [tour for tour in tours if list(people.clashing([tour]))]


def test_a_core_that_names_nothing_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would say that people can go on no tour at all, ever; where they can, all that was asked stays the reason."""
    monkeypatch.setattr(Engine, "core", lambda *_: set())
    people = asked(STATED[0].problem, "evenness", {}, engine())
    tours = driven(STATED[0])
    assert tours
    assert next(people.clashing(tours)) == [part for one in tours for part in (one, *one.halves())]


def test_what_is_best_on_its_dates_is_not_proven_best() -> None:
    """Cut off at once, a search of dates claims nothing beyond the bound it was given."""
    known = Found((0,), 10**6, 10**6)
    dates = Dates(asked(STATED[0].problem, "evenness", {}, engine()))
    ended = dates.minimise([{}], 0, replace(known, bound=3))
    assert (ended.value, ended.bound) == (10**6, 3)


def test_a_month_without_any_visit_has_no_habit_to_remember() -> None:
    """Where no site may be visited even once, the same hours are settled all the same: there are none."""
    problem = problem_with(settings={"site_maximum": 0})
    by_dates, whole = searched(problem, "regularity", {})
    assert (by_dates.value, by_dates.bound) == (whole.value, whole.bound) == (0, 0)


def test_months_of_several_vans_are_among_these() -> None:
    """What is said of dates is said of one van and of several."""
    assert {len(found.problem.territory.vans) for found in STATED} >= {1, 2}


def test_what_nobody_can_plan_is_no_value() -> None:
    """Dates the smaller model allows are left aside where the full model has no plan for them."""
    found = STATED[0]
    values = objective_values(found.problem, found.plan)
    kept = {other: values[other] for other in ("below_minimum", "below_target", "unreached", "travel")}
    people, outlines = asked(found.problem, "evenness", kept, engine()), list[Outline]()

    def planned(name: str, outline: Outline, *_: object) -> Found:
        assert name == "evenness"
        outlines.append(outline)
        return Found(infeasible=True) if len(outlines) == 1 else Found(value=values["evenness"], bound=0)

    people.known.planned = planned
    people.ends = time.monotonic() + MINUTE
    month = driven(found)
    assert people.settle(month)  # ended: there is no plan
    assert people.best == Found()
    assert not people.settle(month)  # a plan, which could be better
    assert people.best.value == values["evenness"]
    assert len(outlines[0]) == len(month)


def test_a_search_ends_once_it_is_not_to_go_on() -> None:
    """What takes long is left as soon as something else has settled the matter: four sums of thirty to split in two."""
    chance, model = np.random.default_rng(0), CpModel()
    chosen = [model.new_bool_var("") for _ in range(30)]
    for _ in range(4):
        weights = chance.integers(0, 100, len(chosen)).tolist()
        model.add(LinearExpr.weighted_sum(chosen, weights) == sum(weights) // 2)
    began = time.monotonic()
    ended = engine().single(model, MINUTE, going=lambda: False)
    assert not ended.proven
    assert time.monotonic() - began < MINUTE / 2
