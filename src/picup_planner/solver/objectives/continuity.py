"""Consistency of faces (driver consistency of the consistent vehicle routing problem)."""

from collections.abc import Iterator

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune, Problem, Role, StaffMember
from picup_planner.solver.variables import Variables


def continuity(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return, over communes and roles, what people met cost beyond the `faces` most costly; 0 for a well-known face.

    A person costs ``round(100 * (1 - trust))``. `known` is tied to the sum of a person's duties in a commune, which
    bounds far better than one implication per duty.
    """
    faces = problem.territory.settings.faces
    costs: list[LinearExpr] = []
    for commune in problem.territory.communes:
        for role in problem.territory.roles:
            free: list[IntVar] = []
            for member in (member for member in variables.staff if role.id in member.roles):
                name = f"{member.id} {role.id} {commune.id}"
                known, spared = model.new_bool_var(f"{name} known"), model.new_bool_var(f"{name} spared")
                duties = list(_duties(problem, variables, commune, role, member))
                model.add(LinearExpr.sum(duties) <= len(duties) * known)
                for duty in duties:
                    model.add(duty <= known)
                model.add_implication(spared, known)
                free.append(spared)
                cost = cost_of_meeting(problem, member, commune)
                costs += [cost * known, -cost * spared]
            model.add(LinearExpr.sum(free) <= faces)
    return LinearExpr.sum(costs)


def cost_of_meeting(problem: Problem, member: StaffMember, commune: Commune) -> int:
    """Return what a face costs in a commune, from 0 (well known) to 100 (never seen)."""
    trust = next((t.value for t in problem.trust if (t.member, t.commune) == (member.id, commune.id)), 0.0)
    return round(100 * (1 - min(1.0, trust)))


def _duties(
    problem: Problem, variables: Variables, commune: Commune, role: Role, member: StaffMember
) -> Iterator[LinearExpr]:
    for day in problem.dates:
        for session in variables.clock.sessions:
            yield variables.works_as(member, role.id, commune, day, session)
    if problem.territory.settings.fixed_build_trust:
        commune_of = problem.territory.commune_of
        for fixed in problem.fixed:
            if commune_of[fixed.site] == commune.id and role.id in fixed.roles:
                yield variables.assists_as(member, role.id, fixed)
