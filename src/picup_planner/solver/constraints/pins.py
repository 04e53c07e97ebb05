"""What the planner has fixed or forbidden."""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import permutations

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Commune, Pin, PinKind, Problem, Rule, Session
from picup_planner.solver.variables import Variables


def pins(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each pin what it asks; and for each past date: it does not move."""
    for day in problem.dates:
        if day <= problem.as_of:
            held = variables.held_anywhere(variables.sites, (day,))
            yield Rule(constraint="pins", subject=("past", day.isoformat())), model.add(held == 0)
    for pin in problem.territory.pins:
        rule = Rule(constraint="pins", subject=(pin.id,), origin=pin.origin)
        for constraint in _ASKED[pin.kind](model, problem, variables, pin):
            yield rule, constraint


def _matching(problem: Problem, variables: Variables, pin: Pin) -> list[tuple[Commune, Date, Session]]:
    commune = pin.commune or next((s.commune for s in problem.territory.sites if s.id == pin.site), None)
    return [
        (c, day, session)
        for c in problem.territory.communes
        for day in problem.dates
        for session in variables.clock.sessions
        if commune in (None, c.id) and pin.date in (None, day) and pin.session in (None, session.id)
    ]


def _there(variables: Variables, pin: Pin, commune: Commune, day: Date, session: Session) -> LinearExpr:
    sites = tuple(site for site in variables.sites_of(commune) if pin.site in (None, site.id))
    return variables.held_anywhere(sites, (day,), (session,))


def _held(model: CpModel, problem: Problem, variables: Variables, pin: Pin) -> Iterator[Constraint]:
    slots = _matching(problem, variables, pin)
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
    for slot in _matching(problem, variables, pin):
        there = _there(variables, pin, *slot)
        if not people:
            yield model.add(there == 0)
        for member in people:
            yield model.add(variables.works(member, *slot) + there <= 1)


def _together(model: CpModel, problem: Problem, variables: Variables, pin: Pin) -> Iterator[Constraint]:
    people = [member for member in variables.staff if member.id in pin.members]
    for slot in _matching(problem, variables, pin):
        elsewhere = 1 - _there(variables, pin, *slot)
        for one, other in permutations(people, 2):
            yield model.add(variables.works(one, *slot) <= variables.works(other, *slot) + elsewhere)


_ASKED = {PinKind.HELD: _held, PinKind.FORBIDDEN: _forbidden, PinKind.TOGETHER: _together}
