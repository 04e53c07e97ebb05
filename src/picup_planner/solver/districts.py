"""Districts: communes and people dealt out, one district a van, so that each can be planned alone.

A large territory in which everybody may go anywhere is searched in vain. Where each van has its communes and its people
a district is as small as the smallest territory, and people are soon known in the few communes they serve. No rule asks
for districts: the plan joined from theirs is one to begin with, and bounds nothing. In the literature: districting.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta
from itertools import product

from ortools.sat.python.cp_model import IntVar, LinearExpr

from picup_planner.errors import PicupError
from picup_planner.plan import Plan
from picup_planner.problem import Availability, Hours, Level, ObjectiveChoice, Problem, Slot, anew
from picup_planner.solver.bounds import keep, travel
from picup_planner.solver.clock import Clock, seconds
from picup_planner.solver.engine import Engine
from picup_planner.solver.homes import NOWHERE, Lent, People
from picup_planner.solver.mixes import COUNTED, Undated
from picup_planner.solver.objectives import chosen
from picup_planner.solver.parts import joined, part_of, side_by_side
from picup_planner.solver.relaxation import Relaxation

WHOLE = 4
"""Communes up to which a territory is searched as well whole."""

NO_PLANS = (PicupError, KeyboardInterrupt, EOFError, OSError)
"""What becomes of districts that have no plan, or whose processes Ctrl-C has ended: the whole has one."""

DEALT = 1 / 4
"""Of the time left, what dealing communes out may take, and then people."""


def planned_apart(problem: Problem, kept: Mapping[str, int], engine: Engine, limit: float, through: str) -> Plan | None:
    """Return the plan joined from those of districts, each planned alone; ``None`` where there are none, or no plans.

    Of the objectives already settled it may be beyond a limit: what is best apart is not always best together.

    Parameters
    ----------
    kept
        Limit of each objective already settled.
    limit
        Seconds.
    through
        Name of the last objective to minimise.
    """
    ends = time.monotonic() + limit
    with suppress(*NO_PLANS):
        parts = districts(problem, kept, engine, DEALT * limit)
        if parts and not engine.interrupted:
            plans = side_by_side(
                parts,
                time_limit=ends - time.monotonic(),
                seed=engine.seed,
                workers=engine.workers,
                work=engine.work,
                through=through,
            )
            return joined(problem, plans)
    return None


def districts(problem: Problem, kept: Mapping[str, int], engine: Engine, limit: float) -> list[Problem]:
    """Return problems, one for each van that gets communes.

    Nothing where all are searched as well together, or where nothing is found in time.

    Parameters
    ----------
    kept
        Limit of each objective already settled.
    limit
        Seconds for communes, which may take them all, then as many for people.
    """
    if len(problem.territory.vans) == 1 or len(problem.territory.communes) <= WHOLE:
        return []
    ends, relaxed = time.monotonic() + limit, Relaxation(problem, Clock(problem))
    communes = _Communes(relaxed, kept)
    van_of = communes.dealt(engine, ends - time.monotonic())
    vans = list(dict.fromkeys(van_of.values()))
    if len(vans) <= 1:
        return []
    people, asked = People(relaxed, van_of), _less_tolerant(problem, kept, communes.driven)
    home_of = people.dealt(engine, limit)
    if not home_of:
        return []
    dealt = _Dealt(asked, van_of, home_of, people.lent(home_of), _lasts(problem, relaxed.clock))
    return [dealt.district(van) for van in vans]


@dataclass(frozen=True)
class _Dealt:
    """What was dealt out: the van of each commune, the home of each person, who is lent where.

    Parameters
    ----------
    lasts
        How long the longest fixed permanence of a half-day lasts, which whoever is lent may have to hold.
    """

    problem: Problem
    van_of: Mapping[str, str]
    home_of: Mapping[str, str]
    lent: Mapping[Lent, str]
    lasts: Mapping[tuple[Date, str], timedelta]

    def district(self, van: str) -> Problem:
        """Return the problem of one van; who is lent is away for that half-day, and for it alone somewhere else."""
        guests = sorted({member for (member, *_), other in self.lent.items() if other == van})
        own = {member for member, home in self.home_of.items() if home == van}
        communes = [("commune", name) for name, one in self.van_of.items() if one == van]
        part = part_of(self.problem, [("van", van), *communes, *(("member", name) for name in own.union(guests))])
        slots = list(product(self.problem.dates, (session.id for session in self.problem.territory.sessions)))
        away = [one for one in self.lent if one[0] in own]
        away += [(name, *slot) for name in guests for slot in slots if self.lent.get((name, *slot)) != van]
        told = {(answer.member, answer.slot.date, answer.slot.session): answer for answer in part.availability}
        for name, day, session in away:
            slot = Slot(date=day, session=session)
            told[name, day, session] = Availability(member=name, slot=slot, level=Level.NO)
        hours = [anew(entry, available=self._available(entry, van)) for entry in part.hours]
        return anew(part, availability=tuple(told.values()), hours=tuple(hours))

    def _available(self, entry: Hours, van: str) -> timedelta:
        """Return the hours somebody has in a district: a guest those he is lent for, others what these leave."""
        guest = self.home_of[entry.member] != van
        lent = [
            self.lasts[day, session]
            for (name, day, session), other in self.lent.items()
            if name == entry.member and (other == van if guest else other != NOWHERE)
        ]
        hours = sum(lent, timedelta(0))
        return hours if guest else max(timedelta(0), entry.available - hours)


def _lasts(problem: Problem, clock: Clock) -> dict[tuple[Date, str], timedelta]:
    """Return how long the longest fixed permanence of each half-day lasts."""
    lasts: dict[tuple[Date, str], timedelta] = {}
    for fixed in problem.fixed:
        length = timedelta(seconds=seconds(fixed.end) - seconds(fixed.start))
        for session in clock.meets(fixed):
            lasts[fixed.date, session.id] = max(length, lasts.get((fixed.date, session.id), length))
    return lasts


def _less_tolerant(problem: Problem, kept: Mapping[str, int], driven: int) -> Problem:
    """Leave districts what may still be driven: apart, the least they can drive is more than that of all together."""
    settings, name = problem.territory.settings, travel.__name__
    if not driven or name not in kept or any(choice.weight for choice in settings.objectives):
        return problem
    left = min(1, max(0, kept[name] - driven) / driven)
    choices = [
        ObjectiveChoice(name=one.name, tolerance=left if one.name == name else one.tolerance) for one in chosen(problem)
    ]
    asked = anew(settings, objectives=tuple(choices))
    return anew(problem, territory=anew(problem.territory, settings=asked))


class _Communes(Undated):
    """Which van serves which communes, as little driven in the month as can be."""

    def __init__(self, relaxed: Relaxation, kept: Mapping[str, int]) -> None:
        super().__init__(relaxed)
        vans, self.driven = self.problem.territory.vans, 0
        self._served = {(c.id, van.id): self.model.new_bool_var("") for c, van in product(self.communes, vans)}
        for commune in self.communes:
            self.model.add_exactly_one(self._served[commune.id, van.id] for van in vans)
        for van in vans:
            own = LinearExpr.sum([self._served[commune.id, van.id] for commune in self.communes])
            self.model.add(own <= -(-len(self.communes) // len(vans)))
        for (depot, names), times in self.tours.items():
            drivers = [self._all_served(names, van.id) for van in vans if van.depot == depot]
            self.model.add(times <= len(relaxed.days) * LinearExpr.sum(drivers))
        keep(self, kept, COUNTED)

    def _all_served(self, names: tuple[str, ...], van: str) -> IntVar:
        every = self.model.new_bool_var("")
        for name in names:
            self.model.add_implication(every, self._served[name, van])
        return every

    def dealt(self, engine: Engine, limit: float) -> dict[str, str]:
        """Return the van of each commune, nothing when none was found; `driven` is what they take at the least."""
        self.model.minimize(travel(self))
        found = engine.race(self.model, limit)
        self.driven = found.value or 0
        return {name: van for (name, van), x in self._served.items() if found.solution and found.solution[x.index]}
