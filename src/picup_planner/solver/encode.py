"""From a plan to the values of the variables: what `decode.py` does, backwards."""

from ortools.sat.python.cp_model import FlatIntExpr, LinearExpr

from picup_planner.plan import Kind, Plan
from picup_planner.problem import Problem
from picup_planner.solver.variables import Variables


def encode(problem: Problem, variables: Variables, plan: Plan) -> dict[int, int]:
    """Return the value of every decision, by the index of its variable, in a plan of this problem or of one like it.

    What the problem does not know any more (a site, a person, a van, a date) is left out.
    """
    values = {decision.index: 0 for decision in variables.decisions()}

    def hold(*decisions: LinearExpr) -> None:
        for decision in decisions:
            for variable in FlatIntExpr(decision).vars:
                values[variable.index] = 1

    communes = {commune.id: commune for commune in variables.communes}
    staff = {member.id: member for member in variables.staff}
    fixed = {duty.id: duty for duty in problem.fixed}
    held = {permanence.id: permanence for permanence in plan.permanences}
    for permanence in plan.permanences:
        if permanence.kind is Kind.FIXED:
            if permanence.crew and permanence.id in fixed:
                hold(variables.staffed(fixed[permanence.id]))
                for one in permanence.crew:
                    if one.member in staff:
                        hold(variables.assists_as(staff[one.member], one.role, fixed[permanence.id]))
        elif permanence.session in variables.session_of and permanence.date in problem.dates:
            for one in permanence.crew:
                member, commune = staff.get(one.member), communes.get(permanence.place.commune)
                if member and commune and one.role in member.roles:
                    session = variables.session_of[permanence.session]
                    hold(variables.works_as(member, one.role, commune, permanence.date, session))
    for tour in plan.tours:
        stops = [(held[name].place.id, str(held[name].session)) for name in tour.permanences if name in held]
        hold(*variables.drives_of(tour.van, tour.date, stops))
    return values
