"""What the planner has fixed or forbidden."""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import pairwise, permutations, product

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Commune, Pin, PinKind, Problem, Rule, Session
from picup_planner.solver.variables import Variables


def pins(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each pin what it asks; and for each past date: it does not move."""
    for day in problem.dates:
        if day <= problem.as_of:
            rule = Rule(constraint="pins", subject=("past", day.isoformat()))
            decisions = list(_past(problem, variables, day))
            took_place = [decision for decision, so in decisions if so]
            yield rule, model.add(LinearExpr.sum(took_place) == len(took_place))
            yield rule, model.add(LinearExpr.sum([decision for decision, so in decisions if not so]) == 0)
    for pin in problem.territory.pins:
        rule = Rule(constraint="pins", subject=(pin.id,), origin=pin.origin)
        for constraint in _ASKED[pin.kind](model, problem, variables, pin):
            yield rule, constraint


def _past(problem: Problem, variables: Variables, day: Date) -> Iterator[tuple[LinearExpr, bool]]:
    """Yield every decision of a past date, and whether it was so: stops, drives between them, who was out, crews."""
    held = [promise for promise in problem.past if promise.date == day and promise.session]
    stops = {(promise.van, promise.site, promise.session) for promise in held}
    for van in variables.vans:
        for site, session in product(variables.sites, variables.clock.sessions):
            yield variables.visit(van, site, day, session), (van.id, site.id, session.id) in stops
        tour = [(i, s.id) for s in variables.clock.sessions for v, i, t in stops if (v, t) == (van.id, s.id)]
        driven = set(pairwise(tour))
        yield from ((arc, (before, after) in driven) for before, after, arc in variables.arcs(van, day))
        out = {member for promise in held if promise.van == van.id for _, member in promise.crew}
        yield from ((variables.out(member, van, day), member.id in out) for member in variables.staff)
    commune_of = problem.territory.commune_of
    worked = {(commune_of[p.site], p.session, role, member) for p in held for role, member in p.crew}
    for commune, session, member in product(variables.communes, variables.clock.sessions, variables.staff):
        for role in member.roles:
            key = (commune.id, session.id, role, member.id)
            yield variables.works_as(member, role, commune, day, session), key in worked
    crews = {promise.id: set(promise.crew) for promise in problem.past if promise.session is None}
    for fixed in variables.fixed_on(day):
        crew = crews.get(fixed.id, set())
        yield variables.staffed(fixed), set(fixed.roles) <= {role for role, _ in crew}
        for member, role in product(variables.staff, fixed.roles):
            yield variables.assists_as(member, role, fixed), (role, member.id) in crew


def _too_late(problem: Problem, pin: Pin) -> bool:
    return problem.over or (pin.date is not None and pin.date <= problem.as_of)


def _matching(
    problem: Problem, variables: Variables, pin: Pin, days: tuple[Date, ...]
) -> list[tuple[Commune, Date, Session]]:
    commune = pin.commune or problem.territory.commune_of.get(pin.site or "")
    return [
        (c, day, session)
        for c in problem.territory.communes
        for day in days
        for session in variables.clock.sessions
        if commune in (None, c.id) and pin.date in (None, day) and pin.session in (None, session.id)
    ]


def _there(variables: Variables, pin: Pin, commune: Commune, day: Date, session: Session) -> LinearExpr:
    sites = tuple(site for site in variables.sites_of(commune) if pin.site in (None, site.id))
    return variables.held_anywhere(sites, (day,), (session,))


def _held(model: CpModel, problem: Problem, variables: Variables, pin: Pin) -> Iterator[Constraint]:
    if _too_late(problem, pin):
        return
    slots = _matching(problem, variables, pin, problem.dates)
    yield model.add(LinearExpr.sum([_there(variables, pin, *slot) for slot in slots]) >= 1)
    for member in (member for member in variables.staff if member.id in pin.members):
        takes_part = []
        for slot in slots:
            part = model.new_bool_var(f"{pin.id} {member.id} {slot[0].id} {slot[1]} {slot[2].id}")
            model.add(part <= variables.works(member, *slot))
            model.add(part <= _there(variables, pin, *slot))
            takes_part.append(part)
        yield model.add(LinearExpr.sum(takes_part) >= 1)


def _forbidden(model: CpModel, problem: Problem, variables: Variables, pin: Pin) -> Iterator[Constraint]:
    people = [member for member in variables.staff if member.id in pin.members]
    for slot in _matching(problem, variables, pin, problem.coming):
        there = _there(variables, pin, *slot)
        if not people:
            yield model.add(there == 0)
        for member in people:
            yield model.add(variables.works(member, *slot) + there <= 1)


def _together(model: CpModel, problem: Problem, variables: Variables, pin: Pin) -> Iterator[Constraint]:
    people = [member for member in variables.staff if member.id in pin.members]
    for slot in _matching(problem, variables, pin, problem.coming):
        elsewhere = 1 - _there(variables, pin, *slot)
        for one, other in permutations(people, 2):
            yield model.add(variables.works(one, *slot) <= variables.works(other, *slot) + elsewhere)


_ASKED = {PinKind.HELD: _held, PinKind.FORBIDDEN: _forbidden, PinKind.TOGETHER: _together}
