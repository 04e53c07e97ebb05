"""From a territory's folder to the problem of a month and its plan, in the three calls a notebook makes."""

import weakref
from collections.abc import Callable
from datetime import date
from pathlib import Path

from picup_planner.assemble import assemble, places, vehicle
from picup_planner.errors import DataError, Defect, Mistake, Origin
from picup_planner.evaluation import broken_rules
from picup_planner.plan import Plan
from picup_planner.problem import PastPermanence, Problem, Promise, Territory
from picup_planner.roads.network import Network, network
from picup_planner.roads.travel import travel_times
from picup_planner.solver import Progress
from picup_planner.solver import solve as searched
from picup_planner.solver.engine import WORKERS
from picup_planner.territory import ROADS, embedded
from picup_planner.territory import read as read_folder

_ALIVE: weakref.WeakValueDictionary[str, Problem] = weakref.WeakValueDictionary()
_KEPT: dict[int, Problem] = {}


def read(folder: str | Path | None = None) -> Territory:
    """Read a territory; its `origin` says which folder it comes from, and so where its roads are.

    Parameters
    ----------
    folder
        By default the territory the program comes with.

    Raises
    ------
    DataError
        With everything wrong in the folder at once.

    Examples
    --------
    >>> territory = read()
    >>> [commune.name for commune in territory.communes]
    ['Vénissieux', 'Saint-Fons', 'Feyzin', 'Corbas']
    """
    source = Path(folder) if folder else embedded()
    return read_folder(source).model_copy(update={"origin": Origin(str(source.absolute()))})


def roads_of(territory: Territory) -> Network:
    """Give the roads of a territory that was read from a folder, as its largest van may drive them.

    Raises
    ------
    DataError
        When the territory does not say where it was read.
    RoadsError
        When its roads cannot be used.
    """
    if territory.origin is None:
        raise DataError(Mistake("scenario-no-folder", {"territory": territory.name}))
    return network(Path(territory.origin.file) / ROADS, vehicle=vehicle(territory))


def month(
    territory: Territory,
    month: str,
    *,
    as_of: date | None = None,
    history: tuple[PastPermanence, ...] = (),
    promised: tuple[Promise, ...] = (),
) -> Problem:
    """Assemble the problem of a month, its travel times measured on the territory's own roads.

    Parameters
    ----------
    territory
        As :func:`read` gives it, changed or not.
    month
        ``YYYY-MM``.
    as_of, history, promised
        As :func:`picup_planner.assemble.assemble` takes them.

    Raises
    ------
    DataError, RoadsError
        When something of it cannot be planned.
    """
    settings = territory.settings
    travel = travel_times(
        roads_of(territory), places(territory), settings.hour_factors, refused_over=settings.road_distance
    )
    return assemble(territory, month, travel, as_of=as_of, history=history, promised=promised)


def solve(  # noqa: PLR0913  one parameter per choice, as the search has them
    problem: Problem,
    *,
    time_limit: float = 60,
    seed: int = 0,
    work: float | None = None,
    threads: int = WORKERS,
    start: Plan | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Return the best plan found, with what is proven of it; tables and pictures of it then know its problem.

    Parameters
    ----------
    time_limit, seed, work, start, progress
        As :func:`picup_planner.solver.solve` takes them.
    threads
        Of the search.

    Raises
    ------
    DataError, Infeasible, NoPlanFound
        As :func:`picup_planner.solver.solve` does.
    Defect
        When the plan breaks a rule.
    """
    plan = searched(
        problem, time_limit=time_limit, seed=seed, workers=threads, work=work, start=start, progress=progress
    )
    refuse_broken(problem, plan)
    return remembered(plan, problem)


def refuse_broken(problem: Problem, plan: Plan) -> None:
    """Refuse a plan of ours that breaks a rule: nothing is made of it.

    Raises
    ------
    Defect
        With the names of the rules it breaks.
    """
    if broken := {breach.rule.constraint for breach in broken_rules(problem, plan)}:
        raise Defect(Mistake("defect-broken-plan", {"rules": ", ".join(sorted(broken))}))


def remembered(plan: Plan, problem: Problem) -> Plan:
    """Give the plan back, its problem found by :func:`problem_of` for as long as either is in use."""
    _ALIVE[problem.hash] = problem
    if id(plan) not in _KEPT:
        weakref.finalize(plan, _KEPT.pop, id(plan), None)
    _KEPT[id(plan)] = problem
    return plan


def problem_of(plan: Plan, problem: Problem | None = None) -> Problem:
    """Give the problem a plan was made from: the one given, or the one this session made it from.

    Raises
    ------
    DataError
        When the plan was made elsewhere, and its problem must be given.
    """
    found = problem or _KEPT.get(id(plan)) or _ALIVE.get(plan.provenance.problem_hash)
    if found is None:
        raise DataError(Mistake("scenario-plan-from-elsewhere", {"month": plan.month}))
    return found
