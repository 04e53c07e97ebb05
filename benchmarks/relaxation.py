"""What the smaller model is worth: seconds to prove the first seven objectives of December 2026, with and without.

Run as ``uv run python benchmarks/relaxation.py [SECONDS]``; SECONDS (30) is when the search without it is stopped.
"""

import sys
import time
from unittest.mock import patch

from picup_planner.assemble import assemble
from picup_planner.plan import Plan
from picup_planner.problem import Depot, ObjectiveChoice, Problem, Site
from picup_planner.roads.network import network
from picup_planner.roads.travel import Location, travel_times
from picup_planner.solver import solve
from picup_planner.solver.objectives import OBJECTIVES
from picup_planner.territory.folder import embedded, read
from picup_planner.territory.tables import ROADS

LAST = "travel"


def december() -> Problem:
    """Return December 2026 on the embedded territory, its order cut after travel."""
    folder = embedded()
    territory = read(folder)
    names = [objective.name for objective in OBJECTIVES]
    choices = tuple(ObjectiveChoice(name=name) for name in names[: names.index(LAST) + 1])
    settings = territory.settings.model_copy(update={"objectives": choices})
    territory = territory.model_copy(update={"settings": settings})
    known: tuple[Depot | Site, ...] = (*territory.depots, *territory.sites)
    places = [
        Location(id=place.id, name=place.name, latitude=place.latitude, longitude=place.longitude)
        for place in known
        if place.latitude is not None and place.longitude is not None
    ]
    times = travel_times(network(folder / ROADS), places, settings.hour_factors)
    return assemble(territory, "2026-12", times)


def timed(problem: Problem, limit: float) -> tuple[float, Plan]:
    """Return the seconds a search took and its plan."""
    began = time.perf_counter()
    plan = solve(problem, time_limit=limit)
    return time.perf_counter() - began, plan


def main() -> None:
    """Print both searches and their ratio."""
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    problem = december()
    took, plan = timed(problem, 2 * limit)
    with patch("picup_planner.solver.search.applies", return_value=False):
        took_alone, alone = timed(problem, limit)
    for label, seconds, found in (("with the smaller model", took, plan), ("full model alone", took_alone, alone)):
        proven = sum(result.proven for result in found.objectives)
        travel = found.objectives[-1]
        print(f"{label}: {seconds:.1f} s, {proven} of 7 proven, travel {travel.value} min, bound {travel.bound}")
    print(f"ratio of times: {took_alone / took:.1f} (the full model alone is stopped at {limit:.0f} s)")


if __name__ == "__main__":
    main()
