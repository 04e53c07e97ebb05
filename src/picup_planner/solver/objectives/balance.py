"""Fairness between people of a role."""

from collections.abc import Callable, Iterable

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.plan import Plan
from picup_planner.problem import Hours, Problem, StaffMember
from picup_planner.solver.clock import Clock, seconds
from picup_planner.solver.past import worked
from picup_planner.solver.variables import Variables

PERCENT = 100 * 100
"""A load is in percent, and so is a share."""

Held = tuple[LinearExpr, LinearExpr]
"""Seconds that a person holds at least, and at most."""


def balance(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return, over roles, highest minus lowest load, in points: percent of each person's share of hours available."""
    variables.bind_lengths()

    def held(member: StaffMember) -> Held:
        total = LinearExpr.sum([variables.length(member, day) for day in problem.dates])
        return total, total

    return spread_of(model, problem, variables.clock, variables.staff, held)


def spread_of(
    model: CpModel, problem: Problem, clock: Clock, staff: Iterable[StaffMember], held: Callable[[StaffMember], Held]
) -> LinearExpr:
    """State what the highest and the lowest load of each role are, and return what lies between them in all.

    A load is ``floor(100 * held / (share * available))``, past months included. The highest is at least a floor x
    exactly when it times the denominator exceeds the numerator less the denominator; the lowest likewise.

    Parameters
    ----------
    held
        Seconds in the month that a person holds at least, and at most.
    """
    hours = {entry.member: entry for entry in problem.hours}
    known, spreads = tuple(staff), list[LinearExpr]()
    for role in problem.territory.roles:
        people = [p for p in known if role.id in p.roles and _available(hours[p.id])]
        if not people:
            continue
        most = max(
            PERCENT * (_most(hours[p.id]) + _worked(problem, clock, p)) // (p.share * _available(hours[p.id]))
            for p in people
        )
        highest = model.new_int_var(0, most, f"{role.id} highest load")
        lowest = model.new_int_var(0, most, f"{role.id} lowest load")
        for member in people:
            past, (least, longest) = seconds(hours[member.id].past), held(member)
            full = member.share * _available(hours[member.id])
            model.add(highest * full >= PERCENT * (least + past) - full + 1)
            model.add(lowest * full <= PERCENT * (longest + past))
        spreads.append(highest - lowest)
    return LinearExpr.sum(spreads)


def spread(problem: Problem, plans: Iterable[Plan]) -> int:
    """Return the balance of a problem planned in parts."""
    held = {entry.member: seconds(entry.past) for entry in problem.hours}
    for plan in plans:
        lengths = {name: seconds(tour.length) for tour in plan.tours for name in tour.permanences[:1]}
        for permanence in plan.permanences:
            own = seconds(permanence.end) - seconds(permanence.start) if permanence.van is None else 0
            for name in {one.member for one in permanence.crew}:
                held[name] += own + lengths.get(permanence.id, 0)
    full = {entry.member: _available(entry) for entry in problem.hours}
    total = 0
    for role in problem.territory.roles:
        people = [p for p in problem.territory.staff if role.id in p.roles and full[p.id]]
        loads = [PERCENT * held[p.id] // (p.share * full[p.id]) for p in people]
        total += max(loads, default=0) - min(loads, default=0)
    return total


def _worked(problem: Problem, clock: Clock, member: StaffMember) -> int:
    """Return the seconds worked on the dates of the month that are past, which may exceed what is available."""
    return sum(worked(problem, clock, member.id, day) for day in problem.dates if day <= problem.as_of)


def _most(hours: Hours) -> int:
    return seconds(hours.available) + seconds(hours.past)


def _available(hours: Hours) -> int:
    return seconds(hours.available) + seconds(hours.past_available)
