"""Sites of tours whose dates are known: what is refused is what no site fits, and months alike are refused together."""

import time
from collections.abc import Collection

import pytest
from ortools.sat.python.cp_model import LinearExpr

from dates_first import asked, driven, stated, with_one_van
from picup_planner.evaluation import objective_values
from picup_planner.plan import Kind
from picup_planner.problem import Problem
from picup_planner.solver.bounds import parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.engine import Engine
from picup_planner.solver.mixes import Driven, fewest_sites, kind_of
from picup_planner.solver.months import Months
from picup_planner.solver.patterns import Within, months
from picup_planner.solver.siting import OF_SITES, Sited, choice_of, grouped
from picup_planner.solver.subproblem import NO_LIMIT
from picup_planner.solver.touring import Touring
from planted import Planted

MINUTE = 60.0
STATED = stated(16)
NAMES = [bound.__name__ for bound in OF_SITES]


def engine() -> Engine:
    """Have an engine for a minute, one worker."""
    return Engine(time.monotonic() + MINUTE, workers=1)


def least(touring: Touring, tours: Collection[Driven], name: str) -> int | None:
    """Return the least of an objective over the sites of some tours."""
    month = Sited(touring, tours)
    month.model.minimize(next(bound for bound in OF_SITES if bound.__name__ == name)(month))
    return engine().single(month.model, MINUTE).value


def least_of_all(problem: Problem, tours: Collection[Driven], name: str) -> int | None:
    """Return the same from the model of all tours, these alone driven."""
    touring, on = Touring(problem, Clock(problem), fine=True), set(tours)
    for day, some in touring.tours.items():
        for tour, x in some.items():
            touring.model.add(x == ((day, tour) in on))
    touring.model.minimize(LinearExpr.sum(parts_of(touring, name)))  # type: ignore[arg-type]  these need no people
    return engine().single(touring.model, MINUTE).value


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("found", STATED, ids=range(16))
def test_the_best_sites_are_those_of_the_model_of_all_tours(found: Planted, name: str) -> None:
    """Of the tours of a plan, the least there is, which is no more than what the plan has."""
    tours = driven(found)
    mine = least(Touring(found.problem, Clock(found.problem)), tours, name)
    assert mine == least_of_all(found.problem, tours, name)
    assert mine is not None
    assert mine <= objective_values(found.problem, found.plan)[name]


@pytest.mark.parametrize("found", STATED, ids=range(16))
def test_sites_are_refused_below_the_least_alone(found: Planted) -> None:
    """At the least of what is kept there are sites, and none below; what is refused once is refused again."""
    tours, problem = driven(found), found.problem
    fewest = least(Touring(problem, Clock(problem)), tours, "regularity")
    assert fewest is not None
    for most, refused in ((fewest, False), (fewest - 1, True)):
        people = asked(problem, "evenness", {"regularity": most}, engine())
        people.ends = time.monotonic() + MINUTE
        assert [people.no_sites(tours) for _ in range(2)] == [refused, refused]
        assert people.engine.searches == (1 if refused else 2)


def listed(found: Planted, sites: dict[str, int]) -> Months:
    """List the months of the mix of a plan, of as many habits and a little larger gaps."""
    touring, kinds = Touring(found.problem, Clock(found.problem)), [kind_of(one.tour) for one in driven(found)]
    values = objective_values(found.problem, found.plan)
    within = Within((), sites, values["regularity"], values["evenness"] + 20, NO_LIMIT, lambda: True)
    every = months(touring, [{kind: kinds.count(kind) for kind in kinds}], within)
    assert every is not None
    return every


@pytest.mark.parametrize("found", with_one_van(8), ids=range(8))
def test_months_alike_have_the_same_sites(found: Planted) -> None:
    """Months dropped together choose among the same sites; months grouped together have the same least."""
    touring, every = Touring(found.problem, Clock(found.problem)), listed(found, {})
    first = every.month(0)
    alike = sorted(map(repr, (choice_of(touring, one) for one in first)))
    before = [every.month(rank) for rank in range(len(every))]
    every.drop_alike(first)
    left = [every.month(rank) for rank in range(len(every))]
    assert left == [m for m in before if sorted(map(repr, (choice_of(touring, one) for one in m))) != alike]
    group = [month for month in before if grouped(touring, month) == grouped(touring, first)]
    assert first in group
    assert len({least(touring, month, "regularity") for month in group[:: max(1, len(group) // 8)]}) == 1


@pytest.mark.parametrize("found", with_one_van(8), ids=range(8))
def test_a_plan_has_the_sites_each_commune_needs(found: Planted) -> None:
    """No plan has fewer than is said within its own values; months of fewer habits than sites are not listed."""
    values = objective_values(found.problem, found.plan)
    kept = {name: values[name] for name in ("below_minimum", "below_target", "unreached", "travel")}
    fewest = fewest_sites(Touring(found.problem, Clock(found.problem)), kept, engine(), MINUTE)
    visited = {(one.place.commune, one.place.id) for one in found.plan.permanences if one.kind is Kind.MOBILE}
    assert all(sites <= sum(of == commune for of, _ in visited) for commune, sites in fewest.items())
    assert any(fewest.values())
    wide, narrow = ({tuple(m.month(r)) for r in range(len(m))} for m in (listed(found, {}), listed(found, fewest)))
    assert tuple(sorted(driven(found), key=lambda one: one.day)) in narrow
    assert narrow <= wide
