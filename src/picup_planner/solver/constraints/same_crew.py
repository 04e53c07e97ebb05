"""The crew of a tour stays together."""

from collections.abc import Iterator

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.problem import Problem, Rule
from picup_planner.solver.variables import Variables


def same_crew(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each van and date: the same people from the first session to the last, nobody on two vans."""
    for day in problem.coming:
        rules = [
            Rule(constraint="same_crew", subject=(van.id, day.isoformat()), origin=van.origin) for van in variables.vans
        ]
        held = {
            (van.id, s.id): variables.held_by(van, day, s) for van in variables.vans for s in variables.clock.sessions
        }
        for member in variables.staff:
            works = {s.id: variables.works_in(member, day, s) for s in variables.clock.sessions}
            outs = [variables.out(member, van, day) for van in variables.vans]
            for rule, van, out in zip(rules, variables.vans, outs, strict=True):
                for session, some in works.items():
                    yield rule, model.add(some >= out + held[van.id, session] - 1)
                if len(outs) > 1:
                    yield rule, model.add(LinearExpr.sum(outs) <= 1)
