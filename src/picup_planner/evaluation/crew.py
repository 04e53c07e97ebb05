"""Who makes up the crew of a permanence."""

from collections import Counter
from collections.abc import Iterator

from picup_planner.errors import Origin
from picup_planner.evaluation.duties import Duty, breach, coming, fixed_duties, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def crew(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A crew is one person per required role, one role per person, and one of them drives when a van goes.

    A fixed permanence has its whole crew, the given one when there is one, or nobody at all.

    Found: people in the role; or the role a person may not hold there.
    """
    drivers = {member.id for member in problem.territory.staff if member.driver}
    roles = tuple(role.id for role in problem.territory.roles)
    for visit in coming(problem, visits(problem, plan)):
        where = (visit.commune, visit.date, visit.session)
        yield from _roles(visit, roles, where, None)
        yield from _members(problem, visit, roles, where, None)
        if not visit.people & drivers:
            yield breach("crew", *where, "driver")
    given = {duty.id: duty for duty in problem.fixed}
    for held in coming(problem, fixed_duties(problem, plan)):
        duty = given[held.id]
        if held.crew:
            yield from _roles(held, duty.roles, (held.id,), duty.origin)
            yield from _members(problem, held, duty.roles, (held.id,), duty.origin)
        if held.crew and duty.crew and held.people != set(duty.crew):
            yield breach("crew", held.id, "given", origin=duty.origin)


def _roles(duty: Duty, roles: tuple[str, ...], where: tuple[object, ...], origin: Origin | None) -> Iterator[Breach]:
    """Exactly one person in each role asked for."""
    people = Counter(role for role, _ in duty.crew)
    for role in roles:
        if people[role] != 1:
            yield breach("crew", *where, role, found=(people[role],), origin=origin)


def _members(
    problem: Problem, duty: Duty, roles: tuple[str, ...], where: tuple[object, ...], origin: Origin | None
) -> Iterator[Breach]:
    """One role per person, asked for there, and among those the person has."""
    can = {member.id: member.roles for member in problem.territory.staff}
    placed: set[str] = set()
    for role, member in duty.crew:
        if member in placed or role not in can[member] or role not in roles:
            yield breach("crew", *where, member, found=(role,), origin=origin)
        placed.add(member)
