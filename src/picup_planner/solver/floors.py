"""What no plan is below, known at once and without a search: for objectives the search has no time or no model for.

One function per objective, of the same name.
"""

from collections.abc import Callable, Mapping
from math import ceil

from ortools.sat.python.cp_model import LinearExpr

from picup_planner.problem import Commune, Problem
from picup_planner.solver.bounds import parts_of
from picup_planner.solver.clock import Clock, days_between, last_before
from picup_planner.solver.linear import relaxed
from picup_planner.solver.mixes import Called
from picup_planner.solver.objectives.evenness import squared_gap
from picup_planner.solver.relaxation import applies

A_MOMENT = 60
"""Seconds at most for the linear relaxation of social centres alone, which takes about one for twenty communes."""


def floor(problem: Problem, kept: Mapping[str, int], name: str) -> int:
    """Return what an objective is never below, those settled within their limits; 0 where nothing is known at once."""
    known = {one.__name__: one for one in FLOORS}.get(name)
    return known(problem, kept) if known and applies(problem) else 0


def continuity(problem: Problem, kept: Mapping[str, int]) -> int:
    """Return what the people met in social centres cost, by the linear relaxation, as if there were no tours."""
    alone = Called(problem, Clock(problem), ())
    for name in ("unstaffed_fixed", "preferences"):
        if name in kept:
            alone.model.add(LinearExpr.sum(parts_of(alone, name)) <= kept[name])
    alone.model.minimize(LinearExpr.sum(parts_of(alone, continuity.__name__)))
    return relaxed(alone.model, A_MOMENT).bound or 0


def regularity(problem: Problem, kept: Mapping[str, int]) -> int:
    """Return the habits of what each commune holds at the least, every site visited as often as it may be."""
    most = problem.territory.settings.site_maximum
    return sum(ceil(_held(commune, kept) / most) for commune in problem.territory.communes) if most else 0


def _held(commune: Commune, kept: Mapping[str, int]) -> int:
    """Return the permanences a commune holds at the least; a target says nothing of whether its minimum is held."""
    least, target = commune.frequency.minimum, commune.frequency.target
    wanted = {"below_minimum": least, "below_target": target if target > least else 0}
    return max((held for name, held in wanted.items() if kept.get(name) == 0), default=0)


def evenness(problem: Problem, _: Mapping[str, int]) -> int:
    """Return the squared gaps of each commune alone, on the dates that are best for it."""
    return sum(_least_gaps(problem, commune) for commune in problem.territory.communes)


def _least_gaps(problem: Problem, commune: Commune) -> int:
    """Return the squared gaps of a commune on its best dates, with one permanence more at each step."""
    shortest, last = problem.territory.settings.min_gap, last_before(problem, commune)
    days = [day for day in problem.open_dates if day > problem.as_of]
    until = {day: squared_gap(problem, None, day) for day in days if not last or days_between(last, day) >= shortest}
    least = squared_gap(problem, None, None)
    for _ in range(commune.frequency.maximum):
        least = min([least, *(squares + squared_gap(problem, day, None) for day, squares in until.items())])
        until = {
            day: min(before)
            for day in days
            if (
                before := [
                    squares + squared_gap(problem, earlier, day)
                    for earlier, squares in until.items()
                    if days_between(earlier, day) >= shortest
                ]
            )
        }
    return least


FLOORS: tuple[Callable[[Problem, Mapping[str, int]], int], ...] = (continuity, regularity, evenness)
"""Every objective of which something is known at once."""
