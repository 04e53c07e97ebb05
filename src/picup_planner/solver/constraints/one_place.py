"""Nobody and no van is in two places at a time."""

from collections.abc import Iterator
from itertools import combinations, product

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import FixedPermanence, Problem, Rule, Session, StaffMember
from picup_planner.solver.variables import Variables


def one_place(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each person, van and date: one place at a time, journeys included."""
    for van, day in product(variables.vans, problem.dates):
        rule = Rule(constraint="one_place", subject=(van.id, day.isoformat()), origin=van.origin)
        yield rule, model.add(variables.leaves(van, day) <= 1)
        for session in variables.clock.sessions:
            yield rule, model.add(variables.held_by(van, day, session) <= 1)
    for member, day in product(variables.staff, problem.dates):
        rule = Rule(constraint="one_place", subject=(member.id, day.isoformat()), origin=member.origin)
        for session in variables.clock.sessions:
            yield rule, model.add(variables.works_in(member, day, session) <= 1)
        for one, other in combinations(variables.fixed_on(day), 2):
            if not _room_between_fixed(variables, *sorted((one, other), key=lambda fixed: (fixed.start, fixed.end))):
                yield rule, model.add(variables.assists(member, one) + variables.assists(member, other) <= 1)
        for fixed, session in product(variables.fixed_on(day), variables.clock.sessions):
            for constraint in _beside_fixed(model, problem, variables, member, fixed, session):
                yield rule, constraint


def _room_between_fixed(variables: Variables, one: FixedPermanence, other: FixedPermanence) -> bool:
    clock = variables.clock
    return clock.free_between_fixed(one, other) >= clock.lunch_due(one.end, other.start)


def _beside_fixed(  # noqa: PLR0913  one fact about one person, one duty and one session
    model: CpModel,
    problem: Problem,
    variables: Variables,
    member: StaffMember,
    fixed: FixedPermanence,
    session: Session,
) -> Iterator[Constraint]:
    for commune in problem.territory.communes:
        far = [
            variables.visit(van, site, fixed.date, session)
            for van in variables.vans
            for site in variables.sites_of(commune)
            if not _room_beside_fixed(variables, fixed, van.depot, site.id, session)
        ]
        both = variables.works(member, commune, fixed.date, session) + variables.assists(member, fixed)
        if len(far) == len(variables.vans) * len(variables.sites_of(commune)):
            yield model.add(both <= 1)
        elif far:
            yield model.add(both + LinearExpr.sum(far) <= 2)


def _room_beside_fixed(variables: Variables, fixed: FixedPermanence, depot: str, site: str, session: Session) -> bool:
    clock = variables.clock
    before = clock.free_after_fixed(fixed, depot, site, session) >= clock.lunch_due(fixed.end, session.start)
    after = clock.free_before_fixed(site, session, depot, fixed) >= clock.lunch_due(session.end, fixed.start)
    return before or after
