"""The trade-off front: every point and no other, each with its plan, and what is told when it may lack some."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ortools.sat.python.cp_model import CpModel

from brute_force import BruteForce, Vector
from picup_planner.errors import DataError, Infeasible, NoPlanFound
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.problem import ObjectiveChoice, Problem, SiteClosure, Use
from picup_planner.solver import front as module
from picup_planner.solver import sketch
from picup_planner.solver.engine import Engine, Found, Watch
from picup_planner.solver.front import Point, front
from picup_planner.solver.objectives import Objective
from picup_planner.solver.result import Stage
from picup_planner.solver.search import Search
from picup_planner.solver.verification import verify
from planted import Size, of_seed
from problems import problem_with, replaced, tiny_problem

TWO_SESSIONS = Size(communes=2, sites=2, sessions=2, vans=1, people=3, dates=3, fixed=1, attempts=4, facts=3)
ONE_SESSION = Size(communes=2, sites=2, sessions=1, vans=1, people=4, dates=3, fixed=1, attempts=4, facts=3)


class Front(BruteForce):
    """The best trade-offs among the plans that keep the first objectives at their best.

    Parameters
    ----------
    before
        Objectives kept, in order.
    """

    def __init__(self, problem: Problem, before: tuple[str, ...], names: tuple[str, ...]) -> None:
        best = BruteForce(problem, before).better_than()
        assert best is not None
        super().__init__(problem, (*before, *names))
        self._kept = tuple(objective_values(problem, best)[name] for name in before)
        self._points: set[Vector] = set()

    def points(self) -> list[Vector]:
        """Give every point, by the first of the objectives asked for."""
        for plan in self._search(()):
            new = self.vector(plan)[len(self._kept) :]
            self._points = {new, *(point for point in self._points if not _no_better(point, new))}
        return sorted(self._points)

    def _may_be_best(self, value: Vector) -> bool:
        """Tell whether a plan, or those that begin like it, may be a point not found yet."""
        kept, asked = value[: len(self._kept)], value[len(self._kept) :]
        return _no_better(self._kept, kept) and not any(_no_better(asked, point) for point in self._points)


def _no_better(one: Vector, other: Vector) -> bool:
    return all(a >= b for a, b in zip(one, other, strict=True))


def drawn(seed: int, size: Size, *names: str) -> Problem:
    """Draw a problem with these objectives, in this order."""
    choices = tuple(ObjectiveChoice(name=name) for name in names)
    return problem_with(of_seed(seed, size).problem, settings={"objectives": choices})


class Tired(Engine):
    """After the first point, no search ends in time."""

    rested = True

    def search(self, model: CpModel, limit: float, watch: Watch | None = None) -> Found:
        """Search, or give nothing."""
        return super().search(model, limit, watch) if Tired.rested else Found()

    def race(self, model: CpModel, limit: float, start: Mapping[int, int] | None = None) -> Found:
        """Search, or give nothing."""
        return super().race(model, limit, start) if Tired.rested else Found()

    def single(self, model: CpModel, limit: float, **choices: Any) -> Found:  # noqa: ANN401  as the engine's
        """Search, or give nothing."""
        return super().single(model, limit, **choices) if Tired.rested else Found()


class Doubtful(Engine):
    """Every solution is found, none is proven unless nothing is below it."""

    def search(self, model: CpModel, limit: float, watch: Watch | None = None) -> Found:
        """Search, and forget some of the bound."""
        return _doubted(super().search(model, limit, watch))

    def race(self, model: CpModel, limit: float, start: Mapping[int, int] | None = None) -> Found:
        """Search, and forget some of the bound, or that nothing is possible."""
        return replace(_doubted(super().race(model, limit, start)), infeasible=False)

    def single(self, model: CpModel, limit: float, **choices: Any) -> Found:  # noqa: ANN401  as the engine's
        """Search, and forget some of the bound."""
        return _doubted(super().single(model, limit, **choices))


def _doubted(found: Found) -> Found:
    return replace(found, bound=found.bound and found.bound - 1)


PAIRS = (
    (12, ONE_SESSION, (), ("below_minimum", "travel")),
    (17, ONE_SESSION, (), ("travel", "below_minimum")),
    (5, TWO_SESSIONS, (), ("below_target", "continuity")),
    (4, TWO_SESSIONS, ("unstaffed_fixed",), ("travel", "balance")),
    (5, TWO_SESSIONS, ("unstaffed_fixed",), ("balance", "travel")),
    (3, TWO_SESSIONS, ("below_minimum",), ("travel", "continuity")),
)
TRIPLES = (
    (5, TWO_SESSIONS, (), ("travel", "continuity", "unreached")),
    (5, TWO_SESSIONS, (), ("evenness", "travel", "continuity")),
    (2, TWO_SESSIONS, ("below_minimum",), ("travel", "evenness", "balance")),
)
"""Seed, size, objectives kept, objectives asked for."""


@pytest.mark.parametrize(("seed", "size", "before", "names"), [*PAIRS, *TRIPLES])
def test_front_is_the_one_of_brute_force(
    seed: int, size: Size, before: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """Two or three objectives: every trade-off brute force finds and no other, each proven, with its plan."""
    problem = drawn(seed, size, *before, *names)
    found = front(problem, names, workers=2)
    assert [point.values for point in found.points] == Front(problem, before, names).points()
    assert found.complete
    assert found.solves
    for point in found.points:
        assert all(point.proven)
        assert broken_rules(problem, point.plan) == []
        counted = objective_values(problem, point.plan)
        assert tuple(counted[name] for name in names) == point.values


@pytest.mark.parametrize(("seed", "size", "before", "names"), [PAIRS[0], PAIRS[3], TRIPLES[0]])
def test_what_the_plan_of_a_point_proves_is_agreed_upon(
    seed: int, size: Size, before: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """A plan says within which limits its objectives are the least; asked again within them, nothing is better."""
    problem = drawn(seed, size, *before, *names)
    found = front(problem, names, workers=2)
    for point in found.points:
        asked = [result for result in point.plan.objectives if result.name in names]
        assert [result.name for result in asked if result.proven] == [
            name for name, proven in zip(names, point.proven, strict=True) if proven
        ]
        assert all(opinion.agrees for opinion in verify(problem, point.plan, 60))
    assert any(result.given for result in found.points[-1].plan.objectives[len(before) :][:1])


@pytest.mark.parametrize("heard", [1, 2])
def test_an_interrupted_front_keeps_what_is_proven(monkeypatch: pytest.MonkeyPatch, heard: int) -> None:
    """Ctrl-C as a point has just been proven keeps it, and the front says that others may be missing."""
    settle, settled = Search.settle, list[object]()

    def interrupted(search: Search, *asked: Any) -> list[Stage]:  # noqa: ANN401  passed on
        stages = settle(search, *asked)
        settled.append(stages)
        search.engine.interrupted |= len(settled) == 1 + heard
        return stages

    problem = drawn(12, ONE_SESSION, "below_minimum", "travel")
    whole = front(problem, ("below_minimum", "travel"), workers=2)
    assert not whole.interrupted
    monkeypatch.setattr(Search, "settle", interrupted)
    found = front(problem, ("below_minimum", "travel"), workers=2)
    assert [point.values for point in found.points] == [point.values for point in whole.points[:heard]]
    assert all(all(point.proven) for point in found.points)
    assert found.interrupted
    assert not found.complete


def test_order_of_the_names_is_that_of_the_values() -> None:
    """Names in another order give the same trade-offs, values in that order."""
    problem = drawn(12, ONE_SESSION, "below_minimum", "travel")
    one, other = (
        front(problem, names, workers=2) for names in (("below_minimum", "travel"), ("travel", "below_minimum"))
    )
    assert sorted(point.values[::-1] for point in other.points) == [point.values for point in one.points]
    assert len(one.points) > 1


def test_a_weighted_sum_does_not_choose_between_its_parts() -> None:
    """The trade-offs between two objectives are the same whether a territory ranks or weighs them."""
    names = ("travel", "below_minimum")
    weighed = tuple(ObjectiveChoice(name=name, weight=1) for name in names)
    found = front(problem_with(settings={"objectives": weighed}), names, workers=2)
    assert [point.values for point in found.points] == [(0, 2), (18, 1), (25, 0)]


def test_what_is_only_counted_is_kept_at_its_sum_alone() -> None:
    """Of months of the same weighted sum, none is left out of a front for one of its parts.

    Driving 23 minutes, one permanence short, and not at all weigh 92 both: 23 * 1 + 3 * 23, or 23 * 4.
    """
    problem = drawn(12, ONE_SESSION, "below_minimum", "travel", "evenness", "regularity")
    weights = {"below_minimum": 23, "travel": 3}
    choices = [
        one.model_copy(update={"weight": weights.get(one.name, 0)}) for one in problem.territory.settings.objectives
    ]
    found = front(problem_with(problem, settings={"objectives": choices}), ("evenness", "regularity"), workers=2)
    assert [point.values for point in found.points] == [(1446, 1), (1922, 0)]
    assert found.complete


def test_every_point_is_told() -> None:
    """Whoever waits hears of each point as it is found."""
    told: list[Vector] = []
    problem = drawn(12, ONE_SESSION, "below_minimum", "travel")
    found = front(problem, ("below_minimum", "travel"), workers=2, progress=lambda point: told.append(point.values))
    assert told == [point.values for point in found.points]


def test_running_out_of_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of time after a point, the front keeps it and says that it may lack others."""
    monkeypatch.setattr(module, "Engine", Tired)
    monkeypatch.setattr(Tired, "rested", True)
    problem = drawn(12, ONE_SESSION, "below_minimum", "travel")

    def tire(_point: Point) -> None:
        Tired.rested = False

    found = front(problem, ("below_minimum", "travel"), workers=2, progress=tire)
    assert [(point.values, point.proven) for point in found.points] == [((0, 46), (True, True))]
    assert not found.complete


def test_running_out_of_time_before_any_plan_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any plan there is no front, which is not the same as an empty one."""
    monkeypatch.setattr(module, "Engine", Tired)
    monkeypatch.setattr(Tired, "rested", False)
    with pytest.raises(NoPlanFound):
        front(tiny_problem(), ("travel", "continuity"), workers=2)


def test_no_point_is_worse_than_the_plan_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """A front starts from the plan it is given: out of time at once, that plan is its point, and not proven."""
    problem = drawn(12, ONE_SESSION, "below_minimum", "travel")
    (best, *_) = front(problem, ("below_minimum", "travel"), workers=2).points
    monkeypatch.setattr(module, "Engine", Tired)
    monkeypatch.setattr(Tired, "rested", False)
    found = front(problem, ("below_minimum", "travel"), workers=2, start=best.plan)
    assert [(point.values, point.proven) for point in found.points] == [((0, 46), (True, False))]
    assert not found.complete


def test_a_point_that_is_not_proven_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that may be beaten are marked one by one, and the front is not called complete."""
    monkeypatch.setattr(module, "Engine", Doubtful)
    monkeypatch.setattr(sketch, "leasts", lambda _model, parts: [0 for _ in parts])
    problem = drawn(12, ONE_SESSION, "below_minimum", "travel")
    found = front(problem, ("below_minimum", "travel"), workers=2)
    assert (0, 46) in {point.values for point in found.points}
    for point in found.points:
        assert point.proven == tuple(value == 0 for value in point.values)
    assert not found.complete


def test_nothing_is_proven_after_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an objective ranked before those compared may be better, no point is told as proven."""
    settle = Search.settle

    def doubtful(search: Search, objectives: list[Objective], settled: Sequence[Stage] = ()) -> list[Stage]:
        stages = settle(search, objectives, settled)
        return [replace(one, bound=one.value - 1) if one.objective.name == "below_minimum" else one for one in stages]

    problem = drawn(3, TWO_SESSIONS, "below_minimum", "travel", "continuity")
    sure = front(problem, ("travel", "continuity"), workers=2)
    monkeypatch.setattr(Search, "settle", doubtful)
    found = front(problem, ("travel", "continuity"), workers=2)
    assert [point.values for point in found.points] == [point.values for point in sure.points]
    assert all(all(point.proven) for point in sure.points)
    assert not any(any(point.proven) for point in found.points)
    assert not found.complete


def test_no_plan_at_all_is_told() -> None:
    """A month that no plan fits has no front."""
    tiny = tiny_problem()
    works = SiteClosure(first=tiny.dates[0], last=tiny.dates[-1])
    sites = replaced(tiny.territory.sites, "amont-1", use=Use.REQUIRED, closures=(works,))
    with pytest.raises(Infeasible):
        front(problem_with(sites=sites, travel=tiny.travel), ("travel", "continuity"), workers=2)


@pytest.mark.parametrize(
    "names",
    [(), ("travel",), ("travel", "travel"), ("lapses", "travel", "continuity", "balance")],
)
def test_two_or_three_objectives_are_compared(names: tuple[str, ...]) -> None:
    """None, one, the same twice or four are refused with one sentence."""
    with pytest.raises(DataError) as refused:
        front(tiny_problem(), names)
    assert [mistake.message for mistake in refused.value.mistakes] == ["front-two-or-three"]


def test_unknown_objectives_are_refused_at_once() -> None:
    """Every name nobody knows is told, with those that exist in this problem."""
    with pytest.raises(DataError) as refused:
        front(drawn(12, ONE_SESSION, "below_minimum", "travel"), ("travel", "beauty", "balance"))
    told = [(mistake.arguments["value"], mistake.arguments["known"]) for mistake in refused.value.mistakes]
    assert told == [("beauty", "below_minimum, travel"), ("balance", "below_minimum, travel")]
