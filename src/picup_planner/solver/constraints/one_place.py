"""Nobody and no van is in two places at a time."""

from collections.abc import Iterator
from itertools import combinations, product

from ortools.sat.python.cp_model import Constraint, CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune, FixedPermanence, Problem, Rule, Session, StaffMember
from picup_planner.solver.clock import Clock, located
from picup_planner.solver.variables import Variables

Far = tuple[Commune, list[IntVar], bool]
"""A commune, its stops out of reach, and whether all its stops are."""


def one_place(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each person, van and date: one place at a time, journeys included.

    Two roles in one crew are two places too: `crew` forbids them anyway.
    """
    yield from _vans(model, problem, variables)
    yield from _people(model, problem, variables)


def _vans(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    for van, day in product(variables.vans, problem.coming):
        rule = Rule(constraint="one_place", subject=(van.id, day.isoformat()), origin=van.origin)
        yield rule, model.add(variables.leaves(van, day) <= 1)
        for session in variables.clock.sessions:
            yield rule, model.add(variables.held_by(van, day, session) <= 1)
        for crowd in variables.crowds(van, day):
            yield rule, model.add(crowd == 0)


def _people(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    far: dict[tuple[str, str], list[Far]] = {}
    for member, day in product(variables.staff, problem.coming):
        rule = Rule(constraint="one_place", subject=(member.id, day.isoformat()), origin=member.origin)
        for session in variables.clock.sessions:
            yield rule, model.add(variables.doubles(member, day, session) == 0)
        possible = [fixed for fixed in variables.fixed_on(day) if set(fixed.roles).intersection(member.roles)]
        for one, other in combinations(possible, 2):
            first, second = sorted((one, other), key=lambda fixed: (fixed.start, fixed.end))
            if not room_between_fixed(variables.clock, first, second):
                yield rule, model.add(variables.assists(member, one) + variables.assists(member, other) <= 1)
        for fixed, session in product(possible, variables.clock.sessions):
            if (fixed.id, session.id) not in far:
                far[fixed.id, session.id] = list(_far(variables, fixed, session))
            for constraint in _beside_fixed(model, variables, member, (fixed, session), far[fixed.id, session.id]):
                yield rule, constraint


def room_between_fixed(clock: Clock, one: FixedPermanence, other: FixedPermanence) -> bool:
    """Return whether one person can hold both, the first named coming first."""
    return clock.free_between_fixed(one, other) >= clock.lunch_due(one.end, other.start)


def _far(variables: Variables, fixed: FixedPermanence, session: Session) -> Iterator[Far]:
    """Yield for each commune the stops too far from a fixed permanence of the day, and whether all of them are."""
    clock = variables.clock
    for commune in variables.communes:
        apart = {
            (depot, site.id)
            for depot in {van.depot for van in variables.vans}
            for site in variables.sites_of(commune)
            if not room_beside_fixed(clock, fixed, depot, site.id, session)
        }
        stops = [(van, site) for van in variables.vans for site in variables.sites_of(commune)]
        far = [variables.visit(van, site, fixed.date, session) for van, site in stops if (van.depot, site.id) in apart]
        if far or not stops:
            yield commune, far, len(far) == len(stops)


def _beside_fixed(
    model: CpModel,
    variables: Variables,
    member: StaffMember,
    both: tuple[FixedPermanence, Session],
    far: list[Far],
) -> Iterator[Constraint]:
    """Yield what keeps a person out of a session too close to a fixed permanence.

    Communes that are out of reach altogether are summed in one constraint: one each would let the linear relaxation
    work a half in each of two communes and assist as well.
    """
    fixed, session = both
    assists, out_of_reach = variables.assists(member, fixed), []
    for commune, stops, every in far:
        works = variables.works(member, commune, fixed.date, session)
        if every:
            out_of_reach.append(works)
        else:
            yield model.add(works + assists + LinearExpr.sum(stops) <= 1 + 1)
    yield model.add(LinearExpr.sum(out_of_reach) + assists <= 1)


def room_beside_fixed(clock: Clock, fixed: FixedPermanence, depot: str, site: str, session: Session) -> bool:
    """Return whether one person can hold both a fixed permanence and a stop of a tour, by way of the depot."""
    before = clock.free_after_fixed(fixed, depot, site, session) >= clock.lunch_due(fixed.end, session.start)
    after = clock.free_before_fixed(site, session, depot, fixed) >= clock.lunch_due(session.end, fixed.start)
    return before or after


def sessions_out_of_reach(problem: Problem, clock: Clock, fixed: FixedPermanence) -> set[Session]:
    """Return the sessions nobody can hold, at any site, on the day of this fixed permanence they hold too."""
    depots = {van.depot for van in problem.territory.vans}
    stops = [(depot, site.id) for depot in sorted(depots) for site in located(problem)]
    return {
        session
        for session in clock.sessions
        if not any(room_beside_fixed(clock, fixed, depot, site, session) for depot, site in stops)
    }
