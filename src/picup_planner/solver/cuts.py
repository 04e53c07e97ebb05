"""What the rules imply together: nothing new is forbidden, but the linear relaxation sees it.

A day has a shape: the sessions a van, or a person, is out for. Crews are matched shape by shape, which a relaxation
that only counts heads per session cannot do. Drives inside a commune are closed: half of a tour that stops there twice
looks allowed otherwise, and the bound on travel is a quarter too low.

Kept out of `constraints/`, since a cut that follows from several rules would blur an explanation by any one of them.
"""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import combinations, pairwise

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Problem, Session, Van
from picup_planner.solver.constraints.one_place import sessions_out_of_reach
from picup_planner.solver.variables import Variables

Shape = tuple[Session, ...]
"""Sessions of one day, in order."""


def tighten(model: CpModel, problem: Problem, variables: Variables) -> None:
    """Add, for each date: no drive inside a commune, and for each shape as many people of each role as tours."""
    sessions = variables.clock.sessions
    most = min(len(sessions), problem.territory.settings.daily_maximum)
    shapes: list[Shape] = [shape for size in range(1, most + 1) for shape in combinations(sessions, size)]
    crews = [[p.id for p in variables.staff if role.id in p.roles] for role in problem.territory.roles]
    crews.append([p.id for p in variables.staff if p.driver])
    for day in (day for day in problem.open_dates if day > problem.as_of):
        inside = [arc for van in variables.vans for arc in _drives_inside(problem, variables, van, day)]
        model.add(LinearExpr.sum(inside) == 0)
        tours = [_shapes_of_van(model, variables, van_index, day, shapes) for van_index in range(len(variables.vans))]
        days = dict(_shapes_of_people(model, variables, day, shapes))
        for shape in shapes:
            out = LinearExpr.sum([tour[shape] for tour in tours])
            for crew in crews:
                model.add(LinearExpr.sum([days[member][shape] for member in crew]) >= out)
        for fixed in variables.fixed_on(day):
            missed = sessions_out_of_reach(problem, variables.clock, fixed)
            for member in variables.staff:
                busy = [days[member.id][shape] for shape in shapes if missed.intersection(shape)]
                model.add(LinearExpr.sum(busy) + variables.assists(member, fixed) <= 1)


def _drives_inside(problem: Problem, variables: Variables, van: Van, day: Date) -> Iterator[IntVar]:
    """Yield the drives of a van between two stops of one commune."""
    commune_of = problem.territory.commune_of
    yield from (arc for (i, _), (j, _), arc in variables.arcs(van, day) if commune_of[i] == commune_of[j])


def _shapes_of_van(
    model: CpModel, variables: Variables, index: int, day: Date, shapes: list[Shape]
) -> dict[Shape, IntVar]:
    van = variables.vans[index]
    tours = {shape: model.new_bool_var("") for shape in shapes}
    model.add(LinearExpr.sum(list(tours.values())) == variables.leaves(van, day))
    for session in variables.clock.sessions:
        model.add(
            LinearExpr.sum([x for shape, x in tours.items() if session in shape])
            == variables.held_by(van, day, session)
        )
    for s, t in combinations(variables.clock.sessions, 2):
        arcs = [arc for (_, before), (_, after), arc in variables.arcs(van, day) if (before, after) == (s.id, t.id)]
        model.add(LinearExpr.sum(_in_a_row(tours, s, t)) == LinearExpr.sum(arcs))
    return tours


def _shapes_of_people(
    model: CpModel, variables: Variables, day: Date, shapes: list[Shape]
) -> Iterator[tuple[str, dict[Shape, IntVar]]]:
    for member in variables.staff:
        days = {shape: model.new_bool_var("") for shape in shapes}
        out = [variables.out(member, van, day) for van in variables.vans]
        model.add(LinearExpr.sum(list(days.values())) == LinearExpr.sum(out))
        for session in variables.clock.sessions:
            works = variables.works_in(member, day, session)
            model.add(LinearExpr.sum([x for shape, x in days.items() if session in shape]) == works)
        for s, t in combinations(variables.clock.sessions, 2):
            model.add(LinearExpr.sum(_in_a_row(days, s, t)) == variables.follows(member, day, s, t))
        yield member.id, days


def _in_a_row(shapes: dict[Shape, IntVar], before: Session, after: Session) -> list[IntVar]:
    return [x for shape, x in shapes.items() if (before, after) in pairwise(shape)]
