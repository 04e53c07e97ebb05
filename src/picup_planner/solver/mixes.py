"""Mixes: how many tours of each set of communes a month holds.

What is kept of travel and of residents reached leaves few of them, some dozens for four communes, and given one of them
sites can be left out: the dates that remain are few enough to be searched to the end. `benders.py` does.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import chain, combinations
from typing import NamedTuple

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune, Problem
from picup_planner.solver.bounds import below_minimum, below_target, hold, keep, regularity, travel, unreached
from picup_planner.solver.clock import Clock, days_between
from picup_planner.solver.engine import Engine
from picup_planner.solver.objectives.travel import PAIR, minutes
from picup_planner.solver.relaxation import Relaxation
from picup_planner.solver.touring import Sets, Stops, Tour, Touring, any_of

MOST = 60
"""Mixes beyond which they are no way to search a month."""

SITED = ("unreached", "travel")
"""Objectives of which sites say something."""

DATED = ("unstaffed_fixed", "below_minimum", "lapses", "below_target", "preferences", "regularity", "evenness")
"""Objectives of which dates and sessions say something."""

COUNTED = (below_minimum, below_target, unreached, travel, regularity)
"""Objectives of which a month says something without its dates."""

Kind = tuple[str, tuple[str, ...]]
"""The depot of a tour and its communes, in the order of the alphabet."""

Toured = tuple[Kind, tuple[str, ...]]
"""The kind of a tour and its sites, in the order of the alphabet."""

Mix = Mapping[Kind, int]
"""Tours of each kind."""


def kind_of(tour: Tour) -> Kind:
    """Return the kind of a tour."""
    return tour.depot, tuple(sorted(commune.id for commune, _ in tour.stops))


def toured(tour: Tour, sites: Sequence[str]) -> Toured:
    """Return the kind and the sites of a tour, in whatever order it stops there."""
    return kind_of(tour), tuple(sorted(sites))


class Undated:
    """Tours of sites counted over the month: no dates, no sessions, no people."""

    def __init__(self, relaxed: Touring) -> None:
        self.model, self.problem, self.communes = CpModel(), relaxed.problem, relaxed.communes
        most = self.problem.territory.settings.site_maximum
        shortest: dict[Toured, int] = {}
        for tour, sites in relaxed.counts:
            stops = [(site, session.id) for site, session in zip(sites, tour.shape, strict=True)]
            key, driven = toured(tour, sites), minutes(relaxed.clock, tour.depot, *stops)
            shortest[key] = min(driven, shortest.get(key, driven))
        self.drives: list[tuple[int, IntVar]] = []
        self.visits: dict[str, list[IntVar]] = defaultdict(list)
        self.habits: dict[tuple[str, int, str], list[IntVar]] = {}
        self._held: dict[str, list[IntVar]] = defaultdict(list)
        self.counts: dict[Toured, IntVar] = {}
        of_kind: dict[Kind, list[IntVar]] = defaultdict(list)
        for (kind, sites), driven in shortest.items():
            self.counts[kind, sites] = count = self.model.new_int_var(0, most, "")
            self.drives.append((driven, count))
            of_kind[kind].append(count)
            for site in sites:
                self.visits[site].append(count)
            for name in kind[1]:
                self._held[name].append(count)
        for visits in self.visits.values():
            self.model.add(LinearExpr.sum(visits) <= most)
        for commune in self.communes:
            self.model.add(self.held(commune) <= commune.frequency.maximum)
        self.tours = {kind: self.model.new_int_var(0, len(relaxed.days), "") for kind in of_kind}
        for kind, some in of_kind.items():
            self.model.add(LinearExpr.sum(some) == self.tours[kind])
        self._keep_apart(_dates_apart(relaxed))

    def _keep_apart(self, most: int) -> None:
        """Hold no more than so many tours of which any two serve the same commune: those of one, or of two of three.

        Without the second, the best tours may be such that no dates fit them (the odd sets of edge colouring).
        """
        for commune in self.communes:
            self.model.add(self.held(commune) <= most)
        of_two: dict[tuple[str, ...], list[IntVar]] = defaultdict(list)
        for (_, names), times in self.tours.items():
            of_two[names].append(times)
        for three in combinations(sorted(commune.id for commune in self.communes), 3):
            if all(meeting := [of_two.get(two, []) for two in combinations(three, PAIR)]):
                self.model.add(LinearExpr.sum(list(chain(*meeting))) <= most)

    def served_at(self, commune: Commune) -> LinearExpr:
        """Return how many sites of a commune are visited."""
        known = (site.id for site in self.problem.territory.sites if site.commune == commune.id)
        return LinearExpr.sum([self.remembered(self.visits[site]) for site in known if site in self.visits])

    def held(self, commune: Commune) -> LinearExpr:
        """Return the permanences of a commune."""
        return LinearExpr.sum(self._held[commune.id])

    def remembered(self, visits: Sequence[IntVar]) -> IntVar:
        """Return whether there is any of some visits of one site."""
        return any_of(self.model, visits, self.problem.territory.settings.site_maximum)


def mixes(relaxed: Touring, kept: Mapping[str, int], engine: Engine, limit: float) -> list[Mix] | None:
    """Return every mix within the limits kept, the least driven first; ``None`` when there are too many, or no time.

    Parameters
    ----------
    kept
        Limit of each objective already settled.
    limit
        Seconds.
    """
    month, found, ends = Undated(relaxed), list[Mix](), time.monotonic() + limit
    if not month.tours:
        return None
    keep(month, kept, COUNTED)
    month.model.minimize(travel(month))
    while len(found) <= MOST and time.monotonic() < ends:
        ended = engine.single(month.model, ends - time.monotonic(), leaning=1)
        if ended.infeasible:
            return found
        if not ended.proven:
            return None
        times = [ended.solution[x.index] for x in month.tours.values()]
        found.append({kind: n for kind, n in zip(month.tours, times, strict=True) if n})
        month.model.add_forbidden_assignments(list(month.tours.values()), [times])
    return None


def possible_sets(relaxed: Touring, kept: Mapping[str, int], engine: Engine, limit: float) -> Sets:
    """Return the sets of communes that a tour of a month within the limits kept may serve."""
    month, ends = Undated(relaxed), time.monotonic() + limit
    keep(month, kept, COUNTED)
    possible = set[tuple[str, ...]]()
    for (_, communes), times in month.tours.items():
        model = month.model.clone()
        model.add(model.get_int_var_from_proto_index(times.index) >= 1)
        if communes not in possible and not engine.single(model, ends - time.monotonic(), leaning=1).infeasible:
            possible.add(communes)
    return possible


def fewest_sites(relaxed: Touring, kept: Mapping[str, int], engine: Engine, limit: float) -> dict[str, int]:
    """Return how many sites each commune is served at, at least, within the limits kept; 0 where time is too short."""
    fewest = dict[str, int]()
    for commune in relaxed.communes:
        month = Undated(relaxed)
        keep(month, kept, COUNTED)
        month.model.minimize(month.served_at(commune))
        fewest[commune.id] = engine.single(month.model, limit / len(relaxed.communes)).bound or 0
    return fewest


def _dates_apart(relaxed: Touring) -> int:
    """Return how many dates at most are as far apart as two permanences of a commune must be."""
    shortest, apart = relaxed.problem.territory.settings.min_gap, list[Date]()
    for day in relaxed.days:
        if not apart or days_between(apart[-1], day) >= shortest:
            apart.append(day)
    return len(apart)


class Dated(Relaxation):
    """The smaller model in which only communes have habits: how its tours are dated says enough of most of a plan.

    Attributes
    ----------
    said
        Objectives of which it says something.
    """

    said: tuple[str, ...] = (*DATED, *SITED)

    def __init__(self, problem: Problem, clock: Clock, wanted: Sets | None = None) -> None:
        self.total: LinearExpr | None = None
        super().__init__(problem, clock, wanted=wanted)
        self.keep_hours_of_shapes()

    def _count_tours(self) -> None:
        super()._count_tours()
        self._find_habits()

    def _find_habits(self) -> None:
        for (commune, day, session), served in self._serving.items():
            if session is not None:
                self.habits[commune, day.isoweekday(), session] += served

    def remembered(self, visits: Sequence[IntVar]) -> IntVar:
        """Return the sites to remember at least for visits of a commune on one weekday in one session."""
        most = max(1, self.problem.territory.settings.site_maximum)
        met = self.model.new_int_var(0, -(-len(visits) // most), "")
        self.model.add(LinearExpr.sum(visits) <= most * met)
        for visit in visits:
            self.model.add(visit <= met)
        return met

    def keep(self, kept: Mapping[str, int]) -> None:
        """State the limits of what it says something of."""
        hold(self, {name: kept[name] for name in self.said if name in kept})

    def driven(self, solution: Sequence[int]) -> list["Driven"]:
        """Return the tours of a solution."""
        return [Driven(day, t) for day, tours in self.tours.items() for t, x in tours.items() if solution[x.index]]


class Mixed(Dated):
    """The same for one mix of tours, and without sites."""

    said = DATED

    def __init__(self, problem: Problem, clock: Clock, mix: Mix) -> None:
        super().__init__(problem, clock, {communes for _, communes in mix})
        kinds: dict[Kind, list[IntVar]] = defaultdict(list)
        for tours in self.tours.values():
            for tour, x in tours.items():
                kinds[kind_of(tour)].append(x)
        for kind, some in kinds.items():
            self.model.add(LinearExpr.sum(some) == mix.get(kind, 0))

    def _count_tours(self) -> None:
        _count_no_sites(self)
        self._find_habits()

    def _link_gaps(self) -> None:
        super()._link_gaps()  # what follows is implied, but of one mix it shows at once what else takes minutes
        for three in combinations([commune.id for commune in self.communes], 3):
            for days in self.near_dates():
                self.model.add_at_most_one(
                    x
                    for day in days
                    for tour, x in self.tours[day].items()
                    if sum(commune.id in three for commune, _ in tour.stops) == PAIR
                )

    def near_dates(self) -> Iterator[list[Date]]:
        """Yield dates so near that no commune has two permanences on them, as many at once as can be.

        Of the tours on these dates that serve two of the same three communes, there is one at most: any two share one.
        """
        nearest, last = self.problem.territory.settings.min_gap, None
        for i, first in enumerate(self.days):
            near = [day for day in self.days[i:] if days_between(first, day) < nearest]
            if near[-1] != last:
                yield near
            last = near[-1]


def _count_no_sites(touring: Touring) -> None:
    touring.drives = []
    touring.counts, touring.visits, touring.habits = defaultdict(list), defaultdict(list), defaultdict(list)


class Driven(NamedTuple):
    """A tour on a date."""

    day: Date
    tour: Tour

    def asked_by(self, other: Tour) -> bool:
        """Whether another tour of the date takes people to the same stops; in any order when there are several."""
        if len(self.tour.stops) == 1:
            return self.tour.stops[0] in other.stops
        return kind_of(other) == kind_of(self.tour) and other.shape == self.tour.shape

    def among(self, tours: Mapping[Date, Mapping[Tour, IntVar]]) -> list[IntVar]:
        """Return the tours of the date that ask at least as much of people, of which there can be one."""
        return [x for tour, x in tours.get(self.day, {}).items() if self.asked_by(tour)]

    def halves(self) -> Iterator["Driven"]:
        """Yield the same with one stop less, each asking less of people."""
        stops = self.tour.stops
        yield from (Driven(self.day, Tour(self.tour.depot, (stop,))) for stop in stops if len(stops) > 1)


class Called(Relaxation):
    """Who could go on some tours, of dates and communes; nothing says that anybody must."""

    def __init__(self, problem: Problem, clock: Clock, driven: Collection[Driven]) -> None:
        every = [part for one in driven for part in (one, *one.halves())]
        self._asked: dict[Date, list[Driven]] = defaultdict(list)
        for one in every:
            self._asked[one.day].append(one)
        super().__init__(problem, clock)

    def _days(self) -> list[Date]:
        return sorted(self._asked)

    def possible(self, stops: Stops, day: Date) -> tuple[tuple[str, ...], ...]:
        """Return nothing of what no tour asks for."""
        depots = {one.tour.depot for one in self._asked[day]}
        wanted = any(one.asked_by(Tour(depot, stops)) for depot in depots for one in self._asked[day])
        return super().possible(stops, day) if wanted else ()

    def _count_tours(self) -> None:
        _count_no_sites(self)

    def _link_gaps(self) -> None:
        self.gaps = {}

    def asking(self, driven: Iterable[Driven]) -> CpModel:
        """Return a copy of the model in which people go on some of the tours, or on others that ask as much."""
        model = self.model.clone()
        for one in driven:
            model.add_bool_or(one.among(self.tours))
        return model

    def guarded(self, driven: Iterable[Driven]) -> tuple[CpModel, list[IntVar]]:
        """Return the same with, for each tour, what makes people go on it."""
        model, guards = self.model.clone(), list[IntVar]()
        for one in driven:
            guards.append(model.new_bool_var(""))
            model.add_bool_or(one.among(self.tours)).only_enforce_if(guards[-1])
        return model, guards
