"""Tours first, then their dates: right where dates are found, and a bound where none are."""

from time import monotonic

import pytest
from ortools.sat.python.cp_model import LinearExpr

from dates_first import stated
from picup_planner.problem import Availability, Frequency, Level, Problem, Slot, anew
from picup_planner.solver import solve
from picup_planner.solver.bounds import parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.dating import tours_then_dates
from picup_planner.solver.engine import Engine, Found
from picup_planner.solver.mixes import COUNTED
from picup_planner.solver.relaxation import Relaxation
from planted import Planted
from problems import problem_with, tiny_problem

LONG = 10_000
"""Seconds: of a tiny model, a few of them."""

STATED = stated(24)
NAMES = [bound.__name__ for bound in COUNTED if bound.__name__ != "regularity"]


def both(problem: Problem, name: str, kept: dict[str, int] | None = None) -> tuple[Found, Found]:
    """Minimise an objective over tours and then their dates, and over both at once, others kept to some limits."""
    relaxed, engine = Relaxation(problem, Clock(problem)), Engine(monotonic() + 60, workers=1)
    parts = {one: LinearExpr.sum(parts_of(relaxed, one)) for one in (*(kept or {}), name)}
    model = relaxed.model.clone()
    for one, limit in (kept or {}).items():
        model.add(parts[one] <= limit)
    dated = tours_then_dates(relaxed, model.clone(), kept or {}, name, parts[name], engine, LONG)
    model.minimize(parts[name])
    return dated, engine.race(model, 60)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("found", STATED, ids=range(24))
def test_what_is_dated_is_the_least_there_is(found: Planted, name: str) -> None:
    """A solution has the value that both at once have, and the bound is never above it."""
    dated, whole = both(found.problem, name)
    assert whole.proven
    assert dated.value in (None, whole.value)
    assert 0 <= (dated.bound or 0) <= (whole.value or 0)


def test_tours_that_find_no_dates_bound_what_is_searched_whole() -> None:
    """Social workers of one day: all tours wanted are not for that day, and the month is proven all the same."""
    problem = tiny_problem()
    slots = [Slot(date=day, session=each.id) for day in problem.dates[8:] for each in problem.territory.sessions]
    away = [Availability(member=name, slot=slot, level=Level.NO) for name in ("as-1", "as-2") for slot in slots]
    short = problem_with(problem, availability=(*problem.availability, *away))
    dated, whole = both(short, "below_target")
    assert (dated.value, dated.bound) == (None, 0)
    assert whole.proven
    assert whole.value
    assert all(result.proven for result in solve(short, workers=2).objectives)


def test_tours_that_cannot_be_say_so() -> None:
    """Less than nothing lacking to the minimum: no tours can do that, on whatever dates."""
    dated, whole = both(tiny_problem(), "travel", {"below_minimum": -1})
    assert (dated.infeasible, whole.infeasible) == (True, True)


def test_nothing_is_said_of_what_is_not_in_tours() -> None:
    """The load of people is in no tour without its people."""
    problem = tiny_problem()
    relaxed, total = Relaxation(problem, Clock(problem)), LinearExpr.constant(0)
    found = tours_then_dates(relaxed, relaxed.model, {}, "balance", total, Engine(monotonic() + 60), LONG)
    assert found == Found()


def test_tours_that_would_meet_too_often_are_not_chosen() -> None:
    """Two dates are far enough apart: of three communes visited twice, tours of two of them are not driven thrice."""
    problem = tiny_problem()
    aval, held = problem.territory.communes[1], Frequency(minimum=2, maximum=2, target=2)
    milieu = anew(aval, id="milieu", insee="69903", name="Milieu")
    site = anew(problem.territory.sites[2], id="milieu-1", name="Place du Milieu", commune="milieu")
    apart = problem_with(
        problem,
        communes=[anew(each, frequency=held) for each in (*problem.territory.communes, milieu)],
        sites=(*problem.territory.sites, site),
        fixed=(),
        settings={"min_gap": 3},
    )
    dated, whole = both(apart, "travel", {"below_minimum": 0})
    assert whole.proven
    assert (dated.value, dated.bound) == (whole.value, whole.value)
