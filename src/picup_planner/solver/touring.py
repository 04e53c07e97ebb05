"""The tours of a month without its people: which communes are served when, and how often each tour of sites is driven.

`relaxation.py` adds the people, and says what this smaller model is for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date as Date  # noqa: N812  as in the nouns
from functools import cached_property
from itertools import combinations, product
from typing import NamedTuple

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune, Problem, Session, Site, Van
from picup_planner.solver.clock import Clock, days_between, last_before, located
from picup_planner.solver.constraints.openings import taken
from picup_planner.solver.drives import Outline
from picup_planner.solver.objectives.travel import PAIR, minutes

Shape = tuple[Session, ...]
Stops = tuple[tuple[Commune, Session], ...]

Sets = Collection[tuple[str, ...]]
"""Sets of communes, each in the order of the alphabet."""


class Tour(NamedTuple):
    """The depot a tour starts from, and the communes and sessions of its stops."""

    depot: str
    stops: Stops

    @property
    def shape(self) -> Shape:
        """Its sessions."""
        return tuple(session for _, session in self.stops)


def any_of(model: CpModel, visits: Sequence[IntVar], most: int) -> IntVar:
    """Return whether there is any of some visits, of which there are so many at most."""
    met = model.new_bool_var("")
    model.add(LinearExpr.sum(visits) <= most * met)
    return met


class Touring:
    """Tours of communes on each date, and of sites in the month.

    Parameters
    ----------
    fine
        Whether the tours of sites are counted weekday by weekday, which habits need, rather than over the month.
    wanted
        Sets of communes that tours may serve; any by default.
    """

    def __init__(self, problem: Problem, clock: Clock, *, fine: bool = False, wanted: Sets | None = None) -> None:
        self.model = CpModel()
        self.problem, self.clock, self.fine, self.wanted = problem, clock, fine, wanted
        territory, settings = problem.territory, problem.territory.settings
        self.communes, self.sites = territory.communes, located(problem)
        self.days = self._days()
        sizes = range(1, min(PAIR, settings.daily_maximum) + 1)
        self._shapes: list[Shape] = [shape for n in sizes for shape in combinations(clock.sessions, n)]
        self._usable = {site.id: self._slots(site) for site in self.sites}
        self._open: dict[tuple[Date, str], set[str]] = defaultdict(set)
        for site, slots in self._usable.items():
            for slot in slots:
                self._open[slot].add(site)
        self._serve_communes()
        self._count_tours()
        self._link_gaps()

    def _days(self) -> list[Date]:
        """Return the dates on which tours are possible."""
        return [day for day in self.problem.open_dates if day > self.problem.as_of]

    def vans_at(self, depot: str, day: Date) -> list[Van]:
        """Return the vans of a depot that may go out on a date."""
        vans = (van for van in self.problem.territory.vans if van.depot == depot)
        return [van for van in vans if not any(off.first <= day <= off.last for off in van.off)]

    def _slots(self, site: Site) -> set[tuple[Date, str]]:
        every = set(product(self.days, (session.id for session in self.clock.sessions)))
        shut = {(day, s.id) for _, _, slots in taken(self.problem, self.clock, site) for day, s in slots}
        return every - shut

    def _serve_communes(self) -> None:
        """Choose for each date the tours of each depot, as communes and sessions."""
        depots = sorted({van.depot for van in self.problem.territory.vans})
        self._drivable = {
            stops: drivable
            for shape in self._shapes
            for stops in self._stops(shape)
            if (drivable := list(self._sites_for(stops)))
        }
        self._known: dict[tuple[Date, tuple[tuple[str, str], ...]], tuple[tuple[str, ...], ...]] = {}
        self.tours: dict[Date, dict[Tour, IntVar]] = {}
        for day in self.days:
            self.tours[day] = {}
            for depot in depots:
                tours = {
                    Tour(depot, stops): self.model.new_bool_var("")
                    for stops in self._drivable
                    if self.possible(stops, day)
                }
                self.model.add(LinearExpr.sum(list(tours.values())) <= len(self.vans_at(depot, day)))
                self.tours[day] |= tours

    def _stops(self, shape: Shape) -> Iterator[Stops]:
        for communes in product(self.communes, repeat=len(shape)):
            if len({commune.id for commune in communes}) == len(shape):
                yield tuple(zip(communes, shape, strict=True))

    def _sites_for(self, stops: Stops) -> Iterator[tuple[str, ...]]:
        """Yield the sites a tour of communes could stop at, near enough to one another at midday."""
        sites = [[site.id for site in self.sites if site.commune == c.id and self._usable[site.id]] for c, _ in stops]
        for chosen in product(*sites):
            if len(chosen) < PAIR or self.clock.free_between(
                chosen[0], stops[0][1], chosen[1], stops[1][1]
            ) >= self.clock.lunch_between(stops[0][1], stops[1][1]):
                yield chosen

    def served(self, commune: Commune, day: Date) -> LinearExpr:
        """Return the permanences of a commune on a date."""
        return LinearExpr.sum(self._serving[commune.id, day, None])

    @cached_property
    def _serving(self) -> dict[tuple[str, Date, str | None], list[IntVar]]:
        """Tours that serve a commune on a date, in each session and, under ``None``, in any."""
        serving: dict[tuple[str, Date, str | None], list[IntVar]] = defaultdict(list)
        for day, tours in self.tours.items():
            for tour, x in tours.items():
                for commune, session in tour.stops:
                    serving[commune.id, day, session.id].append(x)
                    serving[commune.id, day, None].append(x)
        return serving

    def _count_tours(self) -> None:
        """Count how often each tour of sites is driven in the month, in agreement with the communes served.

        Dates on which the same tours of sites are possible are counted together: a date can then be given to any.
        """
        settings = self.problem.territory.settings
        self.drives: list[tuple[int, IntVar]] = []
        self.counts: dict[tuple[Tour, tuple[str, ...]], list[tuple[list[Date], IntVar]]] = defaultdict(list)
        self.visits: dict[str, list[IntVar]] = defaultdict(list)
        self.habits: dict[tuple[str, int, str], list[IntVar]] = defaultdict(list)
        minutes_of: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        for (tour, possible, weekday), days in self._alike().items():
            counts = []
            for sites in possible:
                stops = tuple((site, session.id) for site, session in zip(sites, tour.shape, strict=True))
                if (tour.depot, stops) not in minutes_of:
                    minutes_of[tour.depot, stops] = minutes(self.clock, tour.depot, *stops)
                count = self.model.new_int_var(0, min(settings.site_maximum, len(days)), "")
                self.drives.append((minutes_of[tour.depot, stops], count))
                for site, session in stops:
                    self.visits[site].append(count)
                    if self.fine:
                        self.habits[site, weekday, session].append(count)
                counts.append(count)
                self.counts[tour, sites].append((days, count))
            self.model.add(LinearExpr.sum(counts) == LinearExpr.sum([self.tours[day][tour] for day in days]))
        for visits in self.visits.values():
            self.model.add(LinearExpr.sum(visits) <= settings.site_maximum)

    def _alike(self) -> dict[tuple[Tour, tuple[tuple[str, ...], ...], int], list[Date]]:
        """Return, for each tour of communes and the tours of sites possible for it, the dates on which they are.

        Weekday by weekday in the fine model, under 0 for all of them otherwise.
        """
        alike: dict[tuple[Tour, tuple[tuple[str, ...], ...], int], list[Date]] = defaultdict(list)
        for day, tours in self.tours.items():
            weekday = day.isoweekday() if self.fine else 0
            for tour in tours:
                alike[tour, self.possible(tour.stops, day), weekday].append(day)
        return alike

    def possible(self, stops: Stops, day: Date) -> tuple[tuple[str, ...], ...]:
        """Return the tours of sites that stop in these communes and may be driven on a date."""
        if self.wanted is not None and tuple(sorted(commune.id for commune, _ in stops)) not in self.wanted:
            return ()
        key = day, tuple((commune.id, session.id) for commune, session in stops)
        if key not in self._known:
            usable = [self._open[day, session.id] for _, session in stops]
            self._known[key] = tuple(
                sites
                for sites in self._drivable[stops]
                if all(site in open_ for site, open_ in zip(sites, usable, strict=True))
            )
        return self._known[key]

    def _link_gaps(self) -> None:
        settings = self.problem.territory.settings
        self.gaps: dict[str, list[tuple[Date | None, Date | None, IntVar]]] = {}
        for commune in self.communes:
            last = last_before(self.problem, commune)
            gaps: list[tuple[Date | None, Date | None, IntVar]] = []
            nodes: list[Date | None] = [None, *self.days]
            for i, before in enumerate(nodes):
                for after in (*self.days[i:], None):
                    earlier = before or last
                    if earlier and after and days_between(earlier, after) < settings.min_gap:
                        continue
                    gaps.append((before, after, self.model.new_bool_var("")))
            self.model.add_exactly_one(x for before, _, x in gaps if before is None)
            for day in self.days:
                self.model.add(LinearExpr.sum([x for _, after, x in gaps if after == day]) == self.served(commune, day))
                self.model.add(
                    LinearExpr.sum([x for before, _, x in gaps if before == day]) == self.served(commune, day)
                )
            self.gaps[commune.id] = gaps
            self.model.add(self.held(commune) <= commune.frequency.maximum)

    def remembered(self, visits: Sequence[IntVar]) -> IntVar:
        """Return whether there is any of some visits of one site."""
        return any_of(self.model, visits, self.problem.territory.settings.site_maximum)

    def held(self, commune: Commune) -> LinearExpr:
        """Return the permanences of a commune in the month."""
        return LinearExpr.sum([self.served(commune, day) for day in self.days])

    def given(self, solution: Sequence[int]) -> Iterator[tuple[Van, Date, Tour]]:
        """Yield the tours of a solution, each given to a van of its depot."""
        for day, tours in self.tours.items():
            free = {depot.id: self.vans_at(depot.id, day) for depot in self.problem.territory.depots}
            yield from ((free[tour.depot].pop(0), day, tour) for tour, x in tours.items() if solution[x.index])

    def outline(self, solution: Sequence[int]) -> Outline:
        """Return the outline of the tours of a solution."""
        return {
            (van.id, day): tuple((commune.id, session.id) for commune, session in tour.stops)
            for van, day, tour in self.given(solution)
        }
