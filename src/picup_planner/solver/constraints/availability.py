"""Who is there."""

from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Level, Problem, Rule
from picup_planner.solver.variables import Variables


def availability(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each half-day somebody is not there: that person holds no permanence, mobile or fixed."""
    member_of = {member.id: member for member in variables.staff}
    session_of = variables.session_of
    for answer in problem.availability:
        if answer.level is not Level.NO or answer.slot.date <= problem.as_of:
            continue
        member, session, day = member_of[answer.member], session_of[answer.slot.session], answer.slot.date
        refused = [variables.works_in(member, day, session)]
        refused += [
            variables.assists(member, fixed)
            for fixed in variables.fixed_on(day)
            if session in variables.clock.meets(fixed)
        ]
        subject = (member.id, day.isoformat(), session.id)
        rule = Rule(constraint="availability", subject=subject, origin=answer.origin)
        yield rule, model.add(LinearExpr.sum(refused) == 0)
