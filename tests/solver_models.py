"""The model put to the test on whole plans: what it says of a plan, to be compared with what evaluation says.

A plan is stated on the variables, every decision of it, so that a constraint has nothing left to choose: it allows the
plan or it does not. What it breaks is then found rule by rule.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from itertools import pairwise, product
from typing import NamedTuple

from ortools.sat.python.cp_model import INFEASIBLE, OPTIMAL, Constraint, CpModel, CpSolver, LinearExpr

from picup_planner.evaluation import RULES
from picup_planner.messages.subjects import names_of, shape_of
from picup_planner.plan import Breach, Kind, Permanence, Plan
from picup_planner.problem import FixedPermanence, Problem, Rule
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.objectives import chosen
from picup_planner.solver.variables import Variables
from problems import Crew, hand_plan, problem_with

Generator = Callable[[CpModel, Problem, Variables], Iterator[tuple[Rule, Constraint]]]
"""A constraint of the solver."""

Broken = frozenset[str]
"""Rules, each as its constraint and its subject: ``frequency amont``."""


class Case(NamedTuple):
    """A problem, a plan for it, and the rules of one constraint the plan breaks, as `constraint subject...`."""

    name: str
    broken: set[str]
    changes: Mapping[str, object] = {}
    visits: Sequence[tuple[object, ...]] = ()
    fixed: Mapping[str, Crew] = {}

    def __str__(self) -> str:
        return self.name


class Verdict(NamedTuple):
    """What one constraint, alone, says of a plan.

    Parameters
    ----------
    allowed
        Whether it allows this plan, stated as the search states it.
    broken
        Its rules that this plan breaks.
    reported
        The rules of the same name that evaluation reports.
    untold
        Its rules for which no message exists, broken or not.
    """

    allowed: bool
    broken: Broken
    reported: Broken
    untold: Broken = frozenset()


def verdict(constraint: Generator, case: Case) -> Verdict:
    """Put one constraint to the test, alone on a model, with one plan."""
    problem = problem_with(**case.changes)
    plan = hand_plan(problem, case.visits, case.fixed)
    model = CpModel()
    variables = Variables(model, problem)
    rules = {rule for rule, _ in constraint(model, problem, variables)}
    follow(model, problem, variables, plan)
    names = names_of(problem)
    (evaluated,) = (rule for rule in RULES if rule.__name__ == constraint.__name__)
    return Verdict(
        allowed=feasible(model),
        broken=texts(broken(problem, [constraint], plan)),
        reported=texts(breach.rule for breach in evaluated(problem, plan)),
        untold=texts(rule for rule in rules if shape_of(Breach(rule=rule), names) is None),
    )


def agreed(case: Case) -> Verdict:
    """Say what a constraint must say: both statements break the same rules, and without any the plan is allowed."""
    wanted = frozenset(case.broken)
    return Verdict(allowed=not wanted, broken=wanted, reported=wanted)


def feasible(model: CpModel) -> bool:
    """Tell whether a model has a solution."""
    status = _solver().solve(model)
    assert status in {OPTIMAL, INFEASIBLE}
    return status == OPTIMAL


def broken(problem: Problem, constraints: Iterable[Generator], plan: Plan) -> set[Rule]:
    """Give the rules a plan breaks according to the model: one literal a rule, as many kept as can be."""
    model = CpModel()
    variables = Variables(model, problem)
    kept: dict[Rule, LinearExpr] = {}
    for constraint in constraints:
        for rule, made in constraint(model, problem, variables):
            if rule not in kept:
                kept[rule] = model.new_bool_var(text(rule))
            made.only_enforce_if(kept[rule])
    follow(model, problem, variables, plan)
    model.maximize(LinearExpr.sum(list(kept.values())))
    solver = _solver()
    assert solver.solve(model) == OPTIMAL, "the plan cannot be stated, whatever rule is lifted"
    return {rule for rule, literal in kept.items() if not solver.boolean_value(literal)}


def all_broken(problem: Problem, plan: Plan) -> Broken:
    """Give the rules of every constraint that a plan breaks according to the model."""
    return texts(broken(problem, CONSTRAINTS, plan))


def values(problem: Problem, plan: Plan) -> dict[str, int]:
    """Give the value of each objective of a plan according to the model, no rule stated."""
    model = CpModel()
    variables = Variables(model, problem)
    expressions = {one.name: one.expression(model, problem, variables) for one in chosen(problem)}
    follow(model, problem, variables, plan)
    model.minimize(LinearExpr.sum(list(expressions.values())))
    solver = _solver()
    assert solver.solve(model) == OPTIMAL
    return {name: solver.value(expression) for name, expression in expressions.items()}


def follow(model: CpModel, problem: Problem, variables: Variables, plan: Plan) -> None:
    """State every decision of a plan: stops, drives between them, crews."""
    land, dates = problem.territory, problem.dates
    mobile = {(p.van, p.place.id, p.date, p.session) for p in plan.permanences if p.kind is Kind.MOBILE}
    for van, site, day, session in product(variables.vans, variables.sites, dates, variables.clock.sessions):
        key = (van.id, site.id, day, session.id)
        model.add(variables.visit(van, site, day, session) == (key in mobile))
    driven = _drives(plan)
    for van, day in product(variables.vans, dates):
        for before, after, arc in variables.arcs(van, day):
            model.add(arc == ((van.id, day, before, after) in driven))
    crews = set(_crews(plan))
    for member, commune, day, session in product(variables.staff, land.communes, dates, variables.clock.sessions):
        for role in member.roles:
            key = (commune.id, day, session.id, role, member.id)
            model.add(variables.works_as(member, role, commune, day, session) == (key in crews))
    for fixed in problem.fixed:
        model.add(variables.staffed(fixed) == any(key[0] == fixed.id for key in crews))
        for member in variables.staff:
            for role in set(member.roles) & set(fixed.roles):
                model.add(variables.assists_as(member, role, fixed) == ((fixed.id, role, member.id) in crews))


def speakable(problem: Problem, plan: Plan) -> bool:
    """Tell whether the variables say what a plan says: everybody in a role of theirs, one crew a commune and slot."""
    roles = {member.id: member.roles for member in problem.territory.staff}
    slots = [(p.place.commune, p.date, p.session) for p in plan.permanences if p.kind is Kind.MOBILE]
    able = (one.role in roles[one.member] for p in plan.permanences for one in p.crew)
    return len(slots) == len(set(slots)) and all(able)


def fixed_on_monday(*hours: tuple[time, time], sites: Sequence[str] = ("centre-1", "centre-1")) -> dict[str, object]:
    """Hold fixe-1, and fixe-2, on Monday 7 December at these hours, as a change for `problem_with`."""
    return {
        "fixed": tuple(
            FixedPermanence(
                id=f"fixe-{n}",
                name=f"Fixe {n}",
                site=site,
                date=date(2026, 12, 7),
                start=start,
                end=end,
                roles=("as", "casp"),
            )
            for n, ((start, end), site) in enumerate(zip(hours, sites, strict=False), start=1)
        )
    }


def text(rule: Rule) -> str:
    """Write a rule on one line."""
    return " ".join((rule.constraint, *rule.subject))


def texts(rules: Iterable[Rule]) -> Broken:
    """Write each rule on one line."""
    return frozenset(map(text, rules))


def _drives(plan: Plan) -> set[tuple[object, ...]]:
    held = {permanence.id: permanence for permanence in plan.permanences}
    return {
        (tour.van, tour.date, _stop(held[one]), _stop(held[other]))
        for tour in plan.tours
        for one, other in pairwise(tour.permanences)
    }


def _stop(permanence: Permanence) -> tuple[str, str | None]:
    return permanence.place.id, permanence.session


def _crews(plan: Plan) -> Iterator[tuple[object, ...]]:
    for p in plan.permanences:
        where = (p.place.commune, p.date, p.session) if p.kind is Kind.MOBILE else (p.id,)
        for one in p.crew:
            yield *where, one.role, one.member


def _solver() -> CpSolver:
    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 0
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    return solver
