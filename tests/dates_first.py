"""Searches of dates first, set up as the sketch does, and what they are compared with."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice

from ortools.sat.python.cp_model import LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.benders import Dates
from picup_planner.solver.bounds import parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.encode import encode
from picup_planner.solver.engine import Engine, Found
from picup_planner.solver.mixes import Driven, Mix
from picup_planner.solver.month_by_month import limited
from picup_planner.solver.relaxation import Relaxation, applies
from picup_planner.solver.retold import hinted
from picup_planner.solver.subproblem import Benders, Subproblem, within
from planted import Planted, of_seed

MINUTE = 60.0


_drawn = cache(of_seed)


def _every() -> Iterator[Planted]:
    """Yield problems that the smaller model is stated for, each drawn once for all the tests of a process."""
    return (found for found in map(_drawn, range(300)) if applies(found.problem))


def stated(count: int) -> list[Planted]:
    """Return the first problems that the smaller model is stated for."""
    return list(islice(_every(), count))


def with_one_van(count: int) -> list[Planted]:
    """Return the first of them that have one van."""
    return list(islice((found for found in _every() if len(found.problem.territory.vans) == 1), count))


def driven(found: Planted) -> list[Driven]:
    """Return the tours of a plan."""
    relaxed = Relaxation(found.problem, Clock(found.problem))
    values = hinted(relaxed, encode(found.plan))
    every = ((day, tour, x) for day, tours in relaxed.tours.items() for tour, x in tours.items())
    return [Driven(day, tour) for day, tour, x in every if values[x.index]]


def asked(problem: Problem, name: str, kept: Mapping[str, int], engine: Engine) -> Subproblem:
    """Return who could go and where."""
    fine = limited(problem, kept)
    settle = within(fine, LinearExpr.sum(parts_of(fine, name)), engine)
    return Subproblem(Benders(problem, engine), fine, name, kept, settle)


def dates_first(problem: Problem, name: str, kept: Mapping[str, int], engine: Engine) -> tuple[Dates, list[Mix]]:
    """Return a search of dates first, and the mixes it has to search: none when they are too many."""
    mixes = Benders(problem, engine).mixes(Relaxation(problem, Clock(problem)), kept)
    return Dates(asked(problem, name, kept, engine)), mixes or []


def at_once(problem: Problem, name: str, kept: Mapping[str, int], engine: Engine) -> Found:
    """Minimise an objective on the fine model whole."""
    fine = limited(problem, kept)
    fine.model.minimize(LinearExpr.sum(parts_of(fine, name)))
    return engine.race(fine.model, MINUTE)
