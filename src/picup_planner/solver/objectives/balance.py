"""Fairness between people of a role."""

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Hours, Problem
from picup_planner.solver.clock import seconds
from picup_planner.solver.variables import Variables

PERCENT = 100 * 100
"""A load is in percent, and so is a share."""


def balance(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return, over roles, highest minus lowest load, in points: percent of each person's share of hours available.

    A load is ``floor(100 * held / (share * available))``, past months included. The highest is at least a floor x
    exactly when it times the denominator exceeds the numerator less the denominator; the lowest likewise.
    """
    hours = {entry.member: entry for entry in problem.hours}
    spreads: list[LinearExpr] = []
    variables.bind_lengths()
    for role in problem.territory.roles:
        people = [p for p in variables.staff if role.id in p.roles and _available(hours[p.id])]
        if not people:
            continue
        most = max(PERCENT * _most(hours[p.id]) // (p.share * _available(hours[p.id])) for p in people)
        highest = model.new_int_var(0, most, f"{role.id} highest load")
        lowest = model.new_int_var(0, most, f"{role.id} lowest load")
        for member in people:
            held = LinearExpr.sum([variables.length(member, day) for day in problem.dates]) + seconds(
                hours[member.id].past
            )
            full = member.share * _available(hours[member.id])
            model.add(highest * full >= PERCENT * held - full + 1)
            model.add(lowest * full <= PERCENT * held)
        spreads.append(highest - lowest)
    return LinearExpr.sum(spreads)


def _most(hours: Hours) -> int:
    return seconds(hours.available) + seconds(hours.past)


def _available(hours: Hours) -> int:
    return seconds(hours.available) + seconds(hours.past_available)
