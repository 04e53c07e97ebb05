"""Who makes a crew."""

from collections.abc import Iterator
from itertools import product

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Problem, Rule
from picup_planner.solver.variables import Variables


def crew(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each permanence: exactly one person per role, one role per person, a driver when a van goes."""
    yield from _mobile(model, problem, variables)
    yield from _fixed(model, problem, variables)


def _mobile(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    territory = problem.territory
    drivers = [member for member in variables.staff if member.driver]
    versatile = [member for member in variables.staff if len(member.roles) > 1]
    for commune, day, session in product(territory.communes, problem.coming, variables.clock.sessions):
        held = variables.held_in(commune, day, session)
        subject = (commune.id, day.isoformat(), session.id)
        for role in territory.roles:
            able = [
                variables.works_as(p, role.id, commune, day, session) for p in variables.staff if role.id in p.roles
            ]
            rule = Rule(constraint="crew", subject=(*subject, role.id), origin=role.origin)
            yield rule, model.add(LinearExpr.sum(able) == held)
        driving = LinearExpr.sum([variables.works(member, commune, day, session) for member in drivers])
        yield Rule(constraint="crew", subject=(*subject, "driver")), model.add(driving >= held)
        for member in versatile:
            rule = Rule(constraint="crew", subject=(*subject, member.id), origin=member.origin)
            yield rule, model.add(variables.works(member, commune, day, session) <= 1)


def _fixed(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    for fixed in (fixed for fixed in problem.fixed if fixed.date in problem.coming):
        staffed = variables.staffed(fixed)
        for role in fixed.roles:
            able = [variables.assists_as(member, role, fixed) for member in variables.staff]
            rule = Rule(constraint="crew", subject=(fixed.id, role), origin=fixed.origin)
            yield rule, model.add(LinearExpr.sum(able) == staffed)
        for member in variables.staff:
            if len(member.roles) > 1:
                rule = Rule(constraint="crew", subject=(fixed.id, member.id), origin=member.origin)
                yield rule, model.add(variables.assists(member, fixed) <= 1)
            if fixed.crew:
                rule = Rule(constraint="crew", subject=(fixed.id, "given"), origin=fixed.origin)
                given = staffed if member.id in fixed.crew else 0
                yield rule, model.add(variables.assists(member, fixed) == given)
