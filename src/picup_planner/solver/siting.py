"""Where the tours of a month stop, whoever goes: of months whose dates are known, most have no sites that fit.

Their weekdays and sessions are what counts: all months alike are refused together.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Sequence
from typing import NamedTuple

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune
from picup_planner.solver.bounds import regularity, travel, unreached
from picup_planner.solver.mixes import Driven
from picup_planner.solver.objectives.travel import minutes
from picup_planner.solver.touring import Tour, Touring, any_of

OF_SITES = (unreached, travel, regularity)
"""Objectives that sites decide, once dates are known."""


class Choice(NamedTuple):
    """What a tour chooses its sites among, and the weekday people would remember them by."""

    tour: Tour
    weekday: int
    possible: tuple[tuple[str, ...], ...]


def choice_of(touring: Touring, one: Driven) -> Choice:
    """Return what a tour chooses its sites among."""
    return Choice(one.tour, one.day.isoweekday(), touring.possible(one.tour.stops, one.day))


def grouped(touring: Touring, driven: Collection[Driven]) -> Hashable:
    """Return what is the same for all months that sites fit alike: which weekday is which makes no difference."""
    of_weekday: dict[int, Counter[Hashable]] = defaultdict(Counter)
    for one in driven:
        tour, weekday, possible = choice_of(touring, one)
        of_weekday[weekday][tour, possible] += 1
    return frozenset(Counter(frozenset(choices.items()) for choices in of_weekday.values()).items())


class Sited:
    """The sites of tours whose dates are known."""

    def __init__(self, touring: Touring, driven: Collection[Driven]) -> None:
        self.model, self.problem, self.communes = CpModel(), touring.problem, touring.communes
        self.drives: list[tuple[int, IntVar]] = []
        self.visits: dict[str, list[IntVar]] = defaultdict(list)
        self.habits: dict[tuple[str, int, str], list[IntVar]] = defaultdict(list)
        self._held = {commune.id: 0 for commune in self.communes}
        for one in driven:
            tour, weekday, possible = choice_of(touring, one)
            for commune, _ in tour.stops:
                self._held[commune.id] += 1
            chosen = [self.model.new_bool_var("") for _ in possible]
            self.model.add_exactly_one(chosen)
            for sites, x in zip(possible, chosen, strict=True):
                stops = [(site, session.id) for site, session in zip(sites, tour.shape, strict=True)]
                self.drives.append((minutes(touring.clock, tour.depot, *stops), x))
                for site, session in stops:
                    self.visits[site].append(x)
                    self.habits[site, weekday, session].append(x)
        for visits in self.visits.values():
            self.model.add(LinearExpr.sum(visits) <= self.problem.territory.settings.site_maximum)

    def held(self, commune: Commune) -> LinearExpr:
        """Return the permanences of a commune."""
        return LinearExpr.constant(self._held[commune.id])

    def remembered(self, visits: Sequence[IntVar]) -> IntVar:
        """Return whether there is any of some visits of one site."""
        return any_of(self.model, visits, self.problem.territory.settings.site_maximum)
