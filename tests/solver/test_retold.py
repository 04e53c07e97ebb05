"""A plan retold on the smaller model is one of its solutions, and takes nobody among strangers."""

from collections import Counter
from typing import Any, cast

import pytest
from ortools.sat.python.cp_model import OPTIMAL, CpSolver, LinearExpr

from dates_first import stated
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.problem import Role
from picup_planner.solver.bounds import regularity
from picup_planner.solver.clock import Clock
from picup_planner.solver.decode import Decoder
from picup_planner.solver.drives import Decision
from picup_planner.solver.encode import encode
from picup_planner.solver.engine import Engine
from picup_planner.solver.relaxation import Relaxation
from picup_planner.solver.retold import hinted, strangers, told
from planted import Planted

STATED = stated(16)


def retold(found: Planted) -> Relaxation:
    """Build the fine model and hold it to what it hears of the plan."""
    relaxed = Relaxation(found.problem, Clock(found.problem), fine=True)
    for index, value in hinted(relaxed, encode(found.plan)).items():
        relaxed.model.add(relaxed.model.get_int_var_from_proto_index(index) == value)
    return relaxed


def least(relaxed: Relaxation, total: LinearExpr | int) -> int:
    """Minimise a sum, which must have a least."""
    relaxed.model.minimize(total)
    solver = CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(relaxed.model) == OPTIMAL
    return round(solver.objective_value)


@pytest.mark.parametrize("found", STATED, ids=range(16))
def test_a_plan_is_a_solution_with_its_own_habits(found: Planted) -> None:
    """Weekday by weekday nothing is lost: the fine model counts the habits of the plan it is held to."""
    relaxed = retold(found)
    assert least(relaxed, regularity(relaxed)) == objective_values(found.problem, found.plan)["regularity"]


@pytest.mark.parametrize("found", STATED, ids=range(16))
def test_nobody_in_the_plan_is_a_stranger(found: Planted) -> None:
    """Without strangers the plan is still there."""
    relaxed, known = retold(found), encode(found.plan)
    new = list(strangers(relaxed, known, found.problem.territory.roles))
    assert least(relaxed, LinearExpr.sum(new)) == 0


@pytest.mark.parametrize("found", STATED, ids=range(16))
def test_what_is_told_of_a_plan_is_told_back(found: Planted) -> None:
    """Who works where comes back as it was, and so do the habits: a site may change dates within its weekday."""
    relaxed, known = Relaxation(found.problem, Clock(found.problem), fine=True), encode(found.plan)
    assert relaxed.crews or not any(kind == "works" for kind, _ in known)
    for index, value in hinted(relaxed, known).items():
        relaxed.model.add(relaxed.model.get_int_var_from_proto_index(index) == value)
    solver = CpSolver()
    assert solver.solve(relaxed.model) == OPTIMAL
    back = told(relaxed, solver.response_proto.solution, Engine(deadline=0))
    alone = {member.id for member in found.problem.territory.staff if len(member.roles) == 1}
    assert people(back) == {(kind, key) for kind, key in people(known) if key[0] in alone or kind == "staffed"}
    assert habits(back) == habits(known)


@pytest.mark.parametrize("found", STATED, ids=range(16))
def test_what_is_told_of_the_rough_overworks_nobody(found: Planted) -> None:
    """People are chosen again for what the tours really take: each tour has its crew, and they have the hours."""
    relaxed, known = Relaxation(found.problem, Clock(found.problem)), encode(found.plan)
    for index, value in hinted(relaxed, known).items():
        relaxed.model.add(relaxed.model.get_int_var_from_proto_index(index) == value)
    solver = CpSolver()
    assert solver.solve(relaxed.model) == OPTIMAL
    decoder = Decoder(found.problem, Clock(found.problem), told(relaxed, solver.response_proto.solution, Engine(0)))
    held = decoder.permanences()
    assert len(held) == len(found.plan.permanences)
    plan = found.plan.model_copy(update={"permanences": held, "tours": decoder.tours(held)})
    if any(len(member.roles) > 1 for member in found.problem.territory.staff):
        return
    broken = {broken.rule.constraint for broken in broken_rules(found.problem, plan)}
    assert not broken & {"workload", "crew", "availability", "one_place"}


def people(decisions: frozenset[Decision]) -> set[tuple[str, Any]]:
    """Keep what is said of people."""
    return {(kind, key) for kind, key in decisions if kind in {"works", "assists", "staffed"}}


def habits(decisions: frozenset[Decision]) -> Counter[tuple[str, int, str]]:
    """Count the permanences of each site, weekday and session."""
    kept = [cast("Any", key) for kind, key in decisions if kind == "start"]
    stops = [(day, stop) for _, day, stop in kept]
    stops += [(day, after) for _, day, (_, after) in (cast("Any", key) for kind, key in decisions if kind == "arc")]
    return Counter((site, day.isoweekday(), session) for day, (site, session) in stops)


def test_strangers_are_kept_from_communes_that_know_enough_people() -> None:
    """The more roles keep their faces, the more people are strangers; no role, nobody."""
    new = {kept: sum(map(len, _strangers(kept))) for kept in (0, 1, 2)}
    assert 0 == new[0] < new[1] < new[2]


def _strangers(kept: int) -> list[list[object]]:
    """List the strangers of each problem when the first roles keep their faces."""
    found = []
    for one in STATED:
        roles: tuple[Role, ...] = one.problem.territory.roles[:kept]
        relaxed = Relaxation(one.problem, Clock(one.problem), fine=True)
        found.append(list[object](strangers(relaxed, encode(one.plan), roles)))
    return found
