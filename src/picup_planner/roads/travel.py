"""Travel times and routes between the places of a territory."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from picup_planner.errors import Mistake, RoadsError
from picup_planner.problem import TravelTimes
from picup_planner.roads.journeys import Journeys, Matrix
from picup_planner.roads.network import REFUSED_OVER, Location, Network, Snap, snap
from picup_planner.roads.remembered import Engine, remembered

__all__ = ["Engine", "Location", "routes", "scipy", "travel_times"]


def scipy(roads: Network, snaps: Sequence[Snap], starts: Sequence[int], ends: Sequence[int]) -> Matrix:
    """Compute journeys with scipy, the engine that needs nothing more."""
    return Journeys(roads, snaps).matrix(starts, ends)


def travel_times(  # noqa: PLR0913  one parameter per kind of fact
    roads: Network,
    locations: Sequence[Location],
    hour_factors: Sequence[float] = (1.0,) * 24,
    *,
    refused_over: float = REFUSED_OVER,
    engine: Engine = scipy,
    cache: Path | None = None,
) -> TravelTimes:
    """Time and length of the fastest journey between every two locations, never symmetrised.

    Parameters
    ----------
    hour_factors
        Multiplies a time by the hour of the day, 24 values.
    refused_over
        Metres from the network beyond which a location is refused.
    cache
        Folder where journeys are remembered: of a place more, only its own are then computed. By default none is.

    Raises
    ------
    RoadsError
        With every location too far from a road, or else every journey that no road makes.
    """
    snaps, every = snap(roads, locations, refused_over=refused_over), range(len(locations))
    found = remembered(roads, snaps, engine, cache) if cache else engine(roads, snaps, every, every)
    stranded = [
        (locations[start], locations[end]) for start, end in np.argwhere(~np.isfinite(found.milliseconds)).tolist()
    ]
    _refuse(stranded)
    return TravelTimes(
        locations=tuple(location.id for location in locations),
        seconds=tuple(map(tuple, (found.milliseconds / 1000).tolist())),
        metres=tuple(map(tuple, np.rint(found.decimetres / 10).astype(int).tolist())),
        hour_factors=tuple(hour_factors),
    )


def routes(
    roads: Network, pairs: Iterable[tuple[Location, Location]], *, refused_over: float = REFUSED_OVER
) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """Longitudes and latitudes along the fastest journeys, by ids of start and end: those `travel_times` measures.

    A route begins and ends at the points of the network nearest to its ends.

    Raises
    ------
    RoadsError
        With every location too far from a road, or else every journey that no road makes.
    """
    pairs = list(dict.fromkeys(pairs))
    places = list({place.id: place for pair in pairs for place in pair}.values())
    rank = {place.id: i for i, place in enumerate(places)}
    journeys = Journeys(roads, snap(roads, places, refused_over=refused_over))
    ends: dict[Location, list[Location]] = defaultdict(list)
    for start, end in pairs:
        ends[start].append(end)
    lines = {
        (start, end): line
        for start, some in ends.items()
        for end, line in zip(some, journeys.lines(rank[start.id], [rank[end.id] for end in some]), strict=True)
    }
    _refuse([pair for pair in pairs if not lines[pair]])
    return {(start.id, end.id): lines[start, end] for start, end in pairs}


def _refuse(stranded: Iterable[tuple[Location, Location]]) -> None:
    mistakes = [
        Mistake("roads-no-journey", {"start": start.name, "end": end.name}, end.origin) for start, end in stranded
    ]
    if mistakes:
        raise RoadsError(*mistakes)
