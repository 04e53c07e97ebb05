"""Faces chosen before dates: no solution has fewer, and a search finds no better than those found."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import chain, combinations, product
from threading import Lock

import numpy as np
import pytest
from ortools.sat.python.cp_model import CpModel, LinearExpr

from dates_first import MINUTE, driven, stated
from picup_planner.evaluation import objective_values
from picup_planner.problem import Availability, Level, Problem, Role, Slot, StaffMember
from picup_planner.solver import faces
from picup_planner.solver.arrays import arrays
from picup_planner.solver.bounds import hold, parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.engine import Engine, Found, value_of
from picup_planner.solver.faces import Cast, alone, least_faces
from picup_planner.solver.linear import Linear, Status, minimise
from picup_planner.solver.mixes import kind_of, possible_sets
from picup_planner.solver.relaxation import Relaxation
from planted import Planted
from problems import tiny_problem

DAYS = (1, 3, 8, 10, 15, 17)
STATED = stated(24)
OF_ONE_ROLE = [found for found in STATED if all(len(p.roles) == 1 for p in found.problem.territory.staff)]


def engine() -> Engine:
    """Have an engine for a minute."""
    return Engine(time.monotonic() + MINUTE, workers=2)


def month(problem: Problem, kept: Mapping[str, int]) -> tuple[Relaxation, list[LinearExpr]]:
    """State the smaller model of a problem within limits, and what faces cost in it."""
    relaxed = Relaxation(problem, Clock(problem))
    hold(relaxed, kept)
    return relaxed, parts_of(relaxed, "continuity")


def chosen(problem: Problem, kept: Mapping[str, int], limit: float = MINUTE) -> tuple[Found, Relaxation, LinearExpr]:
    """Choose the faces of a problem within limits; return as well the model and what faces cost in it."""
    relaxed, parts = month(problem, kept)
    found = least_faces(relaxed, parts, kept=kept, guide="preferences", engine=engine(), limit=limit)
    return found, relaxed, LinearExpr.sum(parts)


def searched(relaxed: Relaxation, total: LinearExpr) -> Found:
    """Minimise what faces cost without choosing any first."""
    model = relaxed.model.clone()
    model.minimize(total)
    return engine().single(model, MINUTE)


def allowed(relaxed: Relaxation, found: Found) -> bool:
    """Whether a solution keeps every row of the smaller model."""
    return arrays(relaxed.model).allows(np.array(found.solution, dtype=np.int64))


def never_the_same_two(people: int = 4, **settings: object) -> Problem:
    """Have as many people of each role: any two are away together once, when the social centre is to be held."""
    staff = tuple(
        StaffMember(
            id=f"{role}-{n}", name=f"{role} {n}", roles=(role,), partner="ville", hours=timedelta(hours=60), driver=True
        )
        for role, n in product(("as", "casp"), range(1, people + 1))
    )
    slots = [Slot(date=date(2026, 12, day), session="matin") for day in DAYS]
    pairs = list(combinations(range(1, people + 1), 2))
    away = [
        Availability(member=f"as-{n}", slot=s, level=Level.NO) for s, two in zip(slots, pairs, strict=True) for n in two
    ]
    (one,) = tiny_problem().fixed
    fixed = tuple(one.model_copy(update={"id": f"fixe-{n}", "date": slot.date}) for n, slot in enumerate(slots))
    return tiny_problem(
        closed=(), staff=staff, availability=tuple(away), fixed=fixed, settings={"faces": 2, **settings}
    )


KEPT = {"unstaffed_fixed": 0, "preferences": 0}


def test_a_third_face_is_proven_and_found() -> None:
    """Where no two social workers can hold a centre alone, a third is met: a hundred, proven, with a month for it."""
    found, relaxed, total = chosen(never_the_same_two(), KEPT)
    assert (found.value, found.bound) == (100, 100)
    assert allowed(relaxed, found)
    assert value_of(total, found.solution) == searched(relaxed, total).value == 100


def test_residents_guide_as_well_as_any() -> None:
    """An objective that takes variables of its own to state finds the same month."""
    relaxed, parts = month(never_the_same_two(), KEPT)
    found = least_faces(relaxed, parts, kept=KEPT, guide="unreached", engine=engine(), limit=MINUTE)
    assert (found.value, found.bound) == (100, 100)
    assert allowed(relaxed, found)


def test_nothing_is_looked_for_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a solution known has no more faces than the least there are, no month is searched."""
    monkeypatch.setattr(faces, "minimise", lambda *_, **__: pytest.fail("searched"))
    relaxed, parts = month(never_the_same_two(), KEPT)
    found = least_faces(relaxed, parts, kept=KEPT, guide="preferences", engine=engine(), limit=MINUTE, known=100)
    assert (found.value, found.bound) == (None, 100)


def test_what_two_communes_cost_adds_up() -> None:
    """With one face spared, every further one costs a hundred, in the centre and on tours: as a search finds."""
    problem = never_the_same_two(faces=1)
    kept = KEPT | {"below_minimum": 0}
    found, relaxed, total = chosen(problem, kept)
    least = searched(relaxed, total)
    assert least.proven
    assert (found.value, found.bound) == (least.value, least.value)


def of_role(relaxed: Relaxation, solution: Sequence[int], name: str) -> tuple[bool, ...]:
    """Return which faces of a role cost something in a solution."""
    parts = product([role.id for role in relaxed.problem.territory.roles], relaxed.communes)
    every = zip(parts, relaxed.faces, strict=True)
    return tuple(bool(solution[known.index]) for (role, _), some in every if role == name for known in some)


def test_faces_without_a_plan_are_followed_by_others() -> None:
    """A solution of which there is no plan is not the last: others are looked for, with other faces, until one has."""
    relaxed, parts = month(never_the_same_two(), KEPT)
    total, met, heard = LinearExpr.sum(parts), list[tuple[bool, ...]](), Lock()

    def third(solution: Sequence[int], value: int, going: Callable[[], bool]) -> bool:
        assert value == value_of(total, solution) == 100
        with heard:
            if going():
                met.append(of_role(relaxed, solution, "as"))
            return len(met) >= 3

    found = least_faces(relaxed, parts, kept=KEPT, guide="preferences", engine=engine(), limit=MINUTE, planned=third)
    assert (found.value, found.bound) == (100, 100)
    assert len(met) == len(set(met)) == 3


def test_a_solution_without_a_plan_is_kept_for_want_of_better() -> None:
    """Where none has a plan every choice of faces is tried, and what the smaller model found is said all the same."""
    relaxed, parts = month(never_the_same_two(), KEPT)
    refused = list[int]()

    def never(_solution: Sequence[int], value: int, _going: Callable[[], bool]) -> bool:
        refused.append(value)
        return False

    found = least_faces(relaxed, parts, kept=KEPT, guide="preferences", engine=engine(), limit=MINUTE, planned=never)
    assert (found.value, found.bound) == (100, 100)
    assert allowed(relaxed, found)
    assert len(refused) > 1


def test_several_threads_are_given_different_faces() -> None:
    """What one thread asks a month for, no other asks for again; together they are given all there is."""
    relaxed, _ = month(never_the_same_two(), KEPT)
    cast = Cast(relaxed, role_of(relaxed, "as"), KEPT, "preferences", engine())
    ends, given = time.monotonic() + MINUTE, list[tuple[bool, ...]]()

    def ask() -> None:
        for _ in range(2):
            met = cast.faces(ends)
            assert met is not None
            given.append(tuple(chain(*met)))

    with ThreadPoolExecutor(2) as pool:
        for asked in [pool.submit(ask) for _ in range(2)]:
            asked.result()
    assert len(set(given)) == len(given) == 4
    assert cast.least == 100


@pytest.mark.parametrize("found", OF_ONE_ROLE, ids=range(len(OF_ONE_ROLE)))
def test_no_solution_has_fewer_faces(found: Planted) -> None:
    """Within the limits of a plan, what is said of faces is no more than a search's least; what is found is allowed."""
    values = objective_values(found.problem, found.plan)
    kept = {name: values[name] for name in ("unstaffed_fixed", "preferences", "travel")}
    said, relaxed, total = chosen(found.problem, kept)
    least = searched(relaxed, total)
    assert least.proven
    assert least.value is not None
    assert (said.bound or 0) <= least.value <= values["continuity"]
    if said.value is not None:
        assert allowed(relaxed, said)
        assert value_of(total, said.solution) == said.value >= least.value


def test_some_months_cost_faces_and_are_found() -> None:
    """The test above is about something: some bounds are above 0, and some solutions are found."""
    asked = [chosen(found.problem, {"unstaffed_fixed": 0})[0] for found in OF_ONE_ROLE]
    assert any(found.bound for found in asked)
    assert any(found.value is not None for found in asked)


def test_out_of_time_nothing_is_said() -> None:
    """Without a second, or once interrupted, there is no bound above 0 and no solution."""
    late, _, _ = chosen(never_the_same_two(), KEPT, limit=0)
    assert (late.value, late.bound) == (None, 0)
    relaxed, parts = month(never_the_same_two(), KEPT)
    stopped = engine()
    stopped.interrupted = True
    found = least_faces(relaxed, parts, kept=KEPT, guide="preferences", engine=stopped, limit=MINUTE)
    assert (found.value, found.bound) == (None, 0)


def test_people_of_two_roles_and_months_without_centres_are_left_to_others() -> None:
    """Nothing is said where a person has two roles, where no centre is held, or where centres build no trust."""
    problem = never_the_same_two()
    first, *others = problem.territory.staff
    both = first.model_copy(update={"roles": ("as", "casp")})
    territory = problem.territory.model_copy(update={"staff": (both, *others)})
    for untold in (
        problem.model_copy(update={"territory": territory}),
        problem.model_copy(update={"fixed": ()}),
        never_the_same_two(fixed_build_trust=False),
    ):
        assert chosen(untold, KEPT)[0] == Found()


def test_one_role_alone_is_no_harder() -> None:
    """The problem of one role has its people, its answers and its half of each crew, and anybody drives."""
    problem = never_the_same_two()
    role = problem.territory.roles[0]
    mine = alone(problem, role)
    assert mine.territory.roles == (role,)
    assert [p.id for p in mine.territory.staff] == [f"as-{n}" for n in range(1, 5)]
    assert all(p.driver for p in mine.territory.staff)
    assert {answer.member for answer in mine.availability} <= {p.id for p in mine.territory.staff}
    assert [entry.member for entry in mine.hours] == [f"as-{n}" for n in range(1, 5)]
    assert all(held.roles == (role.id,) for held in mine.fixed)
    assert len(mine.fixed) == len(problem.fixed)


def test_faces_not_found_in_time_bound_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faces of which a search said nothing may have a month: that those chosen after cost more bounds nothing."""
    relaxed, _ = month(never_the_same_two(), KEPT)
    cast = Cast(relaxed, role_of(relaxed, "as"), KEPT, "preferences", engine())
    monkeypatch.setattr(faces, "minimise", lambda *_, **__: Linear(Status.UNKNOWN))
    assert cast.faces(time.monotonic() + MINUTE) is None
    assert cast.least == 100


def test_faces_of_which_there_is_no_month_raise_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a search says of all that cost a hundred that there is none, two hundred is the least."""
    relaxed, _ = month(never_the_same_two(), KEPT)
    cast = Cast(relaxed, role_of(relaxed, "as"), KEPT, "preferences", engine())
    costs = list[int]()

    def nothing_at_a_hundred(model: CpModel, *_: object, **__: object) -> Linear:
        costs.append(cast.least)
        return Linear(Status.INFEASIBLE) if cast.least == 100 else minimise(model, MINUTE)

    monkeypatch.setattr(faces, "minimise", nothing_at_a_hundred)
    met = cast.faces(time.monotonic() + MINUTE)
    assert met is not None
    assert cast.least == 200
    assert costs == sorted(costs)


def role_of(relaxed: Relaxation, name: str) -> Role:
    """Return a role by its name."""
    return next(role for role in relaxed.problem.territory.roles if role.id == name)


@pytest.mark.parametrize("found", STATED, ids=range(24))
def test_the_tours_of_a_plan_are_among_those_there_could_be(found: Planted) -> None:
    """Within the limits of a plan, the sets of communes of its tours are possible; a month of these has that plan."""
    values, relaxed = objective_values(found.problem, found.plan), Relaxation(found.problem, Clock(found.problem))
    wanted = possible_sets(relaxed, {name: values[name] for name in ("unreached", "travel")}, engine(), MINUTE)
    assert {kind_of(one.tour)[1] for one in driven(found)} <= set(wanted)
    few = Relaxation(found.problem, Clock(found.problem), wanted=wanted)
    few.model.add(LinearExpr.sum(parts_of(few, "travel")) <= values["travel"])
    few.model.minimize(LinearExpr.sum(parts_of(few, "unreached")))
    least = engine().single(few.model, MINUTE)
    assert least.value is not None
    assert least.value <= values["unreached"]


def test_tours_too_long_are_left_out() -> None:
    """The less may be driven, the fewer tours are possible: all of them at first, then some, then none."""
    for found in STATED[:6]:
        relaxed = Relaxation(found.problem, Clock(found.problem))
        every = possible_sets(relaxed, {}, engine(), MINUTE)
        counted = [len(possible_sets(relaxed, {"travel": most}, engine(), MINUTE)) for most in (1000, 20, 10, 1)]
        assert counted == sorted(counted, reverse=True)
        assert (counted[0], counted[-1]) == (len(every), 0)
