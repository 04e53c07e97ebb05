"""The smaller model bounds the full one, and only ever makes it quicker."""

from datetime import date, time, timedelta
from itertools import combinations, product
from random import Random
from time import monotonic

import pytest
from ortools.sat.python.cp_model import INFEASIBLE, OPTIMAL, CpSolver, LinearExpr

from dates_first import stated
from picup_planner.evaluation import objective_values
from picup_planner.problem import (
    Availability,
    Level,
    ObjectiveChoice,
    Problem,
    Promise,
    Session,
    Slot,
    StaffMember,
    Trust,
)
from picup_planner.solver import search, sketch, solve
from picup_planner.solver.bounds import BOUNDS, OF_MONTHS, parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.drives import Decision
from picup_planner.solver.encode import encode
from picup_planner.solver.engine import Engine
from picup_planner.solver.faces import few_never_do
from picup_planner.solver.linear import Priced, Status, relaxed
from picup_planner.solver.objectives import chosen
from picup_planner.solver.relaxation import Relaxation, applies
from picup_planner.solver.retold import hinted
from picup_planner.solver.sketch import sketched
from planted import Planted
from problems import problem_with, tiny_problem


def relaxation(problem: Problem, *, fine: bool = False) -> Relaxation:
    """Build the smaller model of a problem."""
    return Relaxation(problem, Clock(problem), fine=fine)


STATED = stated(24)

QUICK = (1, 2, 8, 9, 11, 13, 15, 16, 18, 20, 21, 22)
"""Which of them are proven in seconds, whatever the order."""


def test_bounds_are_named_like_objectives() -> None:
    """Every bound is the bound of an objective; balance has one where the tours of each date are known."""
    names = [objective.name for objective in chosen(tiny_problem())]
    assert [name for name in names if name not in {bound.__name__ for bound in BOUNDS}] == ["balance"]
    assert [name for name in names if name not in {bound.__name__ for bound in OF_MONTHS}] == []


@pytest.mark.parametrize("fine", [False, True], ids=["by month", "by weekday"])
@pytest.mark.parametrize("found", STATED, ids=range(24))
def test_no_plan_is_below_a_bound(found: Planted, fine: bool) -> None:  # noqa: FBT001  a case
    """Each objective alone, minimised by the smaller model, is at most its value in a plan that keeps the rules."""
    reached = objective_values(found.problem, found.plan)
    for bound in OF_MONTHS:
        small = relaxation(found.problem, fine=fine)
        small.model.minimize(LinearExpr.sum(parts_of(small, bound.__name__, OF_MONTHS)))
        solver = CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(small.model) == OPTIMAL
        assert round(solver.objective_value) <= reached[bound.__name__], bound.__name__


def test_loads_of_a_plan_differ_by_no_more_on_the_smaller_model() -> None:
    """Where tours, sites and people are those of a plan, balance is at most its own, and for most plans not nothing."""
    bounds = []
    for found in STATED:
        small = relaxation(found.problem, fine=True)
        small.model.minimize(LinearExpr.sum(parts_of(small, "balance", OF_MONTHS)))
        for index, value in hinted(small, encode(found.plan)).items():
            small.model.add(small.model.get_int_var_from_proto_index(index) == value)
        solver = CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(small.model) == OPTIMAL
        bounds.append(round(solver.objective_value))
        assert bounds[-1] <= objective_values(found.problem, found.plan)["balance"]
    assert sum(map(bool, bounds)) > len(STATED) / 2


@pytest.mark.parametrize("found", STATED[:6], ids=range(6))
def test_search_proves_the_same_without_it(found: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the smaller model or without, proven values are the same."""
    agrees_with_the_full_model(found.problem, monkeypatch)


@pytest.mark.parametrize("rank", [6, 12, 13])
def test_what_may_grow_leaves_room_to_those_after_it(rank: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every objective before `travel` may grow by half, one search of them all proves too much."""
    problem = STATED[rank].problem
    choices = [
        ObjectiveChoice(name=one.name, tolerance=0 if one.name == "travel" else 1 / 2) for one in chosen(problem)
    ]
    agrees_with_the_full_model(problem_with(problem, settings={"objectives": tuple(choices)}), monkeypatch)


@pytest.mark.parametrize("rank", QUICK)
def test_any_order_proves_the_same_without_it(rank: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes first, and whatever may grow."""
    agrees_with_the_full_model(in_any_order(STATED[rank].problem, rank), monkeypatch)


def in_any_order(problem: Problem, seed: int) -> Problem:
    """Give the same problem with some objectives, in any order, some of which may grow."""
    chance = Random(seed)  # noqa: S311  nothing to hide
    names = [one.name for one in chosen(problem)]
    chance.shuffle(names)
    some = names[: chance.randint(3, len(names))]
    choices = [ObjectiveChoice(name=name, tolerance=chance.choice([0, 0, 0.1, 0.5])) for name in some]
    return problem_with(problem, settings={"objectives": tuple(choices)})


def agrees_with_the_full_model(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """State that the full model alone proves the same of every objective."""
    helped = solve(problem, workers=2)
    monkeypatch.setattr(search, "applies", lambda _problem: False)
    alone = solve(problem, workers=2)
    assert all(result.proven for plan in (helped, alone) for result in plan.objectives)
    assert [result.best for result in helped.objectives] == [result.best for result in alone.objectives]


@pytest.mark.parametrize("rank", range(6))
@pytest.mark.parametrize("found", STATED[:6], ids=range(6))
def test_objectives_thought_too_little_are_raised(found: Planted, rank: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the least of all before the last was thought to be, what one search proves of them is right."""
    names = [one.name for one in chosen(found.problem) if one.name not in sketch.HARD][: rank + 2]
    objectives = [one for one in chosen(found.problem) if one.name in names]
    engine = Engine(monotonic() + 60)
    monkeypatch.setattr(sketch, "leasts", lambda _model, parts: [0 for _ in parts])
    raised = sketched(found.problem, engine, {}, objectives, share=1).found
    monkeypatch.setattr(sketch._Draft, "all_but_last", lambda *_: {})  # noqa: SLF001  the plain way
    one_by_one = sketched(found.problem, engine, {}, objectives, share=1).found
    assert {name: (one.value, one.bound) for name, one in raised.items()} == {
        name: (one.value, one.bound) for name, one in one_by_one.items()
    }


@pytest.mark.parametrize("found", STATED[:6], ids=range(6))
def test_a_known_plan_changes_no_proof(found: Planted) -> None:
    """From any plan that keeps the rules, even beyond what is settled, faces end as they do from none."""
    objectives = [one for one in chosen(found.problem) if one.name != "balance"]
    engine = Engine(monotonic() + 120)
    known, unknown = (
        sketched(found.problem, engine, {}, objectives, share=1, known=some).found
        for some in (encode(found.plan), frozenset[Decision]())
    )
    assert {name: (one.value, one.bound) for name, one in known.items()} == {
        name: (one.value, one.bound) for name, one in unknown.items()
    }
    assert "continuity" in known


def test_some_of_these_problems_have_several_vans() -> None:
    """What is said of the smaller model is said of one van and of several, from one depot and from two."""
    territories = [found.problem.territory for found in STATED]
    assert {len(territory.vans) for territory in territories} >= {1, 2}


def test_it_is_not_stated_for_three_stops_nor_for_promises() -> None:
    """Longer tours round their minutes otherwise, and promises say where, which the smaller model does not."""
    evening = Session(id="soir", name="Soir", start=time(17, 30), end=time(18, 30))
    longer = problem_with(sessions=(*tiny_problem().territory.sessions, evening), settings={"daily_maximum": 3})
    promised = problem_with(promised=(Promise(id="amont-202612-1", site="amont-1", date=date(2026, 12, 8)),))
    assert applies(tiny_problem())
    assert not applies(longer)
    assert not applies(promised)


def test_a_crowded_territory_goes_without_faces() -> None:
    """Where naming who goes on which tour would take too many variables, faces have no bound."""
    small = relaxation(tiny_problem())
    assert not small.crowded
    crowded = type("Crowded", (Relaxation,), {"crowded": True})(small.problem, small.clock)
    assert parts_of(crowded, "continuity") == []


def named(relaxed: Relaxation) -> Priced:
    """Return the linear relaxation of a month, its faces named."""
    return Priced(relaxed.model, [known.index for faces in relaxed.faces for known in faces])


def test_of_any_few_faces_none_is_enough_though_halves_of_them_are() -> None:
    """Each two of four people are away once, together: halves of the four are two faces, but no two people do."""
    staff = tuple(
        StaffMember(
            id=f"{role}-{n}", name=f"{role} {n}", roles=(role,), partner="ville", hours=timedelta(hours=40), driver=True
        )
        for role, n in product(("as", "casp"), range(1, 5))
    )
    slots = [Slot(date=date(2026, 12, day), session="matin") for day in (1, 3, 8, 10, 15, 17)]
    pairs = list(combinations(range(1, 5), 2))
    away = [
        Availability(member=f"as-{n}", slot=s, level=Level.NO) for s, two in zip(slots, pairs, strict=True) for n in two
    ]
    (one,) = tiny_problem().fixed
    fixed = tuple(one.model_copy(update={"id": f"fixe-{n}", "date": slot.date}) for n, slot in enumerate(slots))
    problem = tiny_problem(closed=(), staff=staff, availability=tuple(away), fixed=fixed, settings={"faces": 2})
    small = relaxation(problem)
    small.model.add(LinearExpr.sum(parts_of(small, "unstaffed_fixed")) == 0)
    parts = parts_of(small, "continuity")
    where = [(role.id, commune.id) for role, commune in product(problem.territory.roles, small.communes)]
    priced, ends = named(small), monotonic() + 60
    asked = {pair: few_never_do(small, i, priced, ends) for i, pair in enumerate(where)}
    assert asked == {pair: pair == ("as", "aval") for pair in where}
    little = small.model.clone()
    little.add(parts[where.index(("as", "aval"))] == 0)
    assert relaxed(little, 60).status is not Status.INFEASIBLE
    assert not few_never_do(small, where.index(("as", "aval")), priced, monotonic())  # out of time, nothing is said
    assert CpSolver().solve(little) == INFEASIBLE


def test_fewer_faces_that_cost_than_are_free_cost_nothing() -> None:
    """Where all but one social worker are known, and two faces are free, nobody new costs anything."""
    trust = tuple(Trust(member=name, commune=c, value=1) for name in ("as-1", "casp-1") for c in ("amont", "aval"))
    small = relaxation(tiny_problem(trust=trust, settings={"faces": 2}))
    parts, priced = parts_of(small, "continuity"), named(small)
    assert {len(faces) for faces in small.faces} == {1}
    assert not any(few_never_do(small, i, priced, monotonic() + 60) for i in range(len(parts)))
