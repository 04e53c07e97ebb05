"""What people prefer."""

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Level, Problem
from picup_planner.solver.variables import Variables


def preferences(_model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return the number of duties in half-days answered 'if needed'; a fixed permanence counts once a person."""
    reluctant = {
        (answer.member, answer.slot.date, answer.slot.session)
        for answer in problem.availability
        if answer.level is Level.IF_NEEDED
    }
    used: list[LinearExpr] = []
    for member in variables.staff:
        for day in problem.dates:
            shy = [s for s in variables.clock.sessions if (member.id, day, s.id) in reluctant]
            used += [variables.works_in(member, day, session) for session in shy]
            used += [
                variables.assists(member, fixed)
                for fixed in variables.fixed_on(day)
                if any(session in shy for session in variables.clock.meets(fixed))
            ]
    return LinearExpr.sum(used)
