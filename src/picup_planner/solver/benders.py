"""Dates first, then people and sites (logic-based Benders decomposition).

The dates of one mix of tours are chosen as if anybody could go; who could go is asked after, of each role of the crew
together. When nobody can, the few tours that ask too much are never chosen together again, whatever the mix; when
people can, the fine model gives the tours their sites and crews. What is left of a mix in the end holds nothing better.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import Enum
from os import cpu_count
from threading import Lock

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.bounds import parts_of, squared_gap
from picup_planner.solver.engine import Engine, Found
from picup_planner.solver.mixes import COUNTED, Called, Dated, Driven, Mix, Mixed, mixes
from picup_planner.solver.patterns import Months, months
from picup_planner.solver.relaxation import Relaxation

ASKED_OF_PEOPLE = ("unstaffed_fixed", "preferences", "continuity")
"""Objectives of which some tours alone say something."""

SITED = ("unreached", "travel")
"""Objectives of which sites say something."""

DATED = ("unstaffed_fixed", "below_minimum", "lapses", "below_target", "preferences", "regularity", "evenness")
"""Objectives of which dates and sessions say something."""

SEARCHED = {*ASKED_OF_PEOPLE, *DATED}
"""Objectives worth a search of dates first."""

WINDOW = 32
"""Squared days above what nothing is below of the months that are listed at once."""

A_QUARTER = 1 / 4
"""Part of the time in which any dates at all of a good value are looked for, before all are searched to the end."""

AIMING = 2.0
"""Seconds for one search for any dates at all of some value."""

WORSE = 5
"""Dates of some value tried at most, to which sites give a worse one."""

FIRST, LONGER = 1.0, 4
"""Seconds for each mix at first, and how many times longer at each turn."""

FEW_TIMES = 8
"""Times a turn may last while solutions come."""

FEW_IN = 2.0
"""Seconds in which the mixes of tours are counted, when they are few."""

NO_LIMIT = 2**31
"""More than any objective."""

CLASHES = 3
"""Reasons looked for at most why people cannot go on the tours of a solution."""


class _Ended(Enum):
    """How it went with some dates."""

    NOTHING = 0
    CLASHES = 1
    WORSE = 2
    BETTER = 3


@dataclass
class _Left:
    """What is not yet searched to its end: its model, the clashes it knows, what nothing in it is below."""

    month: Dated
    known: int = 0
    least: int = 0
    done: bool = False

    def aimed(self, value: int | None) -> CpModel:
        """Return the model of what is at a value or below, nothing to minimise."""
        model = self.month.model.clone()
        model.clear_objective()  # type: ignore[no-untyped-call]
        if self.month.total is not None and value is not None:
            model.add(self.month.total <= value)
        return model


@dataclass
class Benders:
    """What a search of dates first knows of a problem, whatever the objective.

    Parameters
    ----------
    clashes
        Tours that nobody could go on together.
    """

    problem: Problem
    engine: Engine
    clashes: list[list[Driven]] = field(default_factory=list)
    _mixes: dict[tuple[int | None, ...], list[Mix] | None] = field(default_factory=dict)

    def mixes(self, rough: Relaxation, kept: Mapping[str, int]) -> list[Mix]:
        """Return the mixes within the limits kept; none when they are too many, or work is counted."""
        if self.engine.work is not None:
            return []
        key = tuple(kept.get(bound.__name__) for bound in COUNTED)
        if key not in self._mixes:
            self._mixes[key] = mixes(rough, kept, self.engine, FEW_IN)
        return self._mixes[key] or []


class Dates:
    """A search of dates first, for one objective.

    Parameters
    ----------
    fine
        The smaller model, with people and sites.
    name, total
        The objective, and what it is in the fine model.
    kept
        Limit of each objective already settled.
    sure
        Parts of objectives, by name and rank, that are never nothing.
    """

    def __init__(  # noqa: PLR0913, PLR0917  one parameter per model or limit
        self,
        known: Benders,
        fine: Relaxation,
        name: str,
        total: LinearExpr,
        kept: Mapping[str, int],
        sure: Collection[tuple[str, int]] = (),
    ) -> None:
        self.problem, self.engine = known.problem, known.engine
        self._fine, self._name, self._total, self._kept, self._sure = fine, name, total, kept, sure
        # what clashes with a better value of this objective need not clash with the value it ends with
        self._clashes = list(known.clashes) if name in ASKED_OF_PEOPLE else known.clashes
        self._threads = max(1, min(cpu_count() or 1, self.engine.workers))
        self._best, self._least, self._ends, self._lock = Found(), 0, 0.0, Lock()

    def minimise(self, mixes: Collection[Mix], limit: float, best: Found) -> Found:
        """Search every mix for what is better than the best known, whose bound nothing is below.

        Returns the best then known, with what nothing is below, or nothing when there is no solution.
        """
        self._best, self._least = best, best.bound or 0
        began, turn, clock = time.monotonic(), FIRST, self._fine.clock
        self._ends = began + limit * A_QUARTER
        aims = [self._left(Dated(self.problem, clock)) for _ in range(self._threads)]
        self._side_by_side(self._aim, [(one, tries) for tries, one in enumerate(aims)])
        self._ends = began + limit
        if self._name == "evenness" and "regularity" in self._kept:
            self._list(mixes)
        if not self._going:
            return replace(self._best, bound=self._least)
        left = [self._left(Mixed(self.problem, clock, mix)) for mix in mixes]
        while left and self._going:
            self._side_by_side(self._explore, [(one, turn) for one in left])
            left = [one for one in left if not one.done]
            turn *= LONGER
        value = self._best.value
        bounds = [max(self._least, one.least) for one in left] + ([] if value is None else [value])
        return replace(self._best, bound=min(bounds, default=None), infeasible=not bounds)

    def _side_by_side(self, search: Callable[..., None], asked: Iterable[tuple[object, float]]) -> None:
        with ThreadPoolExecutor(self._threads) as pool:
            for done in [pool.submit(search, *one) for one in asked]:
                done.result()

    def _list(self, mixes: Collection[Mix]) -> None:
        """List the months of the smallest gaps there could be, then larger ones; fewer at once where they are many."""
        wider, largest = WINDOW, squared_gap(self.problem, None, None) * len(self.problem.territory.communes)
        while self._going and wider and self._least <= largest:
            most = min(self._least + wider, largest if self._best.value is None else self._best.value - 1)
            listed = months(self._fine, mixes, habits=self._kept["regularity"], gaps=most, going=lambda: self._going)
            if listed is None:
                wider //= 2
                continue
            listed.keep(listed.gaps >= self._least)
            for clash in self._clashes:
                listed.strike_out(clash)
            self._side_by_side(self._strike_out, [(listed, part) for part in range(self._threads)])
            if self._going:
                self._least = most + 1 if self._best.value is None else min(most + 1, self._best.value)

    def _strike_out(self, listed: Months, part: int) -> None:
        """Ask of month after month who could go and where, from the first on or from further on, until none is left."""
        while self._going:
            with self._lock:
                if not listed:
                    return
                driven = listed.month(part * len(listed) // self._threads)
            clashes = list(self.clashing(driven))
            proven = not clashes and self._settle(driven)
            with self._lock:
                self._clashes += clashes
                for clash in clashes:
                    listed.strike_out(clash)
                if proven:
                    listed.drop(driven)
                if self._best.value is not None:
                    listed.keep(listed.gaps < self._best.value)
                if listed:
                    self._least = max(self._least, int(listed.gaps[0]))

    @property
    def _going(self) -> bool:
        late = time.monotonic() >= self._ends or self.engine.interrupted
        return not late and (self._best.value is None or self._best.value > self._least)

    def _left(self, month: Dated) -> _Left:
        for name in DATED if isinstance(month, Mixed) else (*DATED, *SITED):
            total = LinearExpr.sum(parts_of(month, name))
            if name in self._kept:
                month.model.add(total <= self._kept[name])
            if name == self._name:
                month.total, above = total, month.model.new_int_var(self._least, NO_LIMIT, "")
                month.model.add(above >= total)
                month.model.minimize(above)  # it is no use to go below what nothing is below
        return _Left(month)

    def _aim(self, left: _Left, tries: int) -> None:
        """Look for dates of the least value, then halfway between it and the best known: where many are, one is met."""
        low, worse = self._least, 0
        aim: int | None = low
        while self._going and (aim is None or aim >= low):
            self._learn(left)
            until, tries = self._until(time.monotonic() + AIMING), tries + self._threads
            found = self.engine.single(left.aimed(aim), until, leaning=1, tries=tries)
            ended = self._try_out(left, left.month.driven(found.solution)) if found.solution else _Ended.NOTHING
            if ended is _Ended.CLASHES:
                continue
            worse += ended is _Ended.WORSE
            if ended is _Ended.BETTER or worse > WORSE:
                worse = 0
            elif ended is _Ended.WORSE:
                continue
            if aim is not None and ended is not _Ended.BETTER:
                low = aim + 1
            high = self._best.value
            aim = None if high is None else (low + high - 1) // 2

    def _explore(self, left: _Left, turn: float) -> None:
        """Search one mix for so many seconds, and as many again after each solution, a few times."""
        ends = time.monotonic() + turn
        latest = ends + FEW_TIMES * turn
        while self._going and time.monotonic() < ends:
            self._learn(left)
            found = self.engine.single(left.month.model, self._until(ends))
            left.least, left.done = max(left.least, found.bound or 0), found.infeasible
            if not found.solution:
                return
            self._try_out(left, left.month.driven(found.solution))
            ends = min(latest, time.monotonic() + turn)

    def _learn(self, left: _Left) -> None:
        """Tell a model the clashes met elsewhere, and what is to be bettered."""
        month = left.month
        if month.total is not None and self._best.value is not None:
            month.model.add(month.total < self._best.value)
        new = self._clashes[left.known :]
        for clash in new:
            month.model.add(LinearExpr.sum([x for one in clash for x in one.among(month.tours)]) < len(clash))
        left.known += len(new)

    def _try_out(self, left: _Left, driven: Collection[Driven]) -> "_Ended":
        """Ask who could go on some tours, and give them sites."""
        before, clashes = self._best.value, list(self.clashing(driven))
        self._clashes += clashes
        if clashes:
            return _Ended.CLASHES
        if self._settle(driven):
            chosen = [left.month.tours[one.day][one.tour] for one in driven]
            left.month.model.add(LinearExpr.sum(chosen) < len(chosen))
        return _Ended.WORSE if self._best.value == before else _Ended.BETTER

    def _until(self, ends: float) -> float:
        return min(ends, self._ends) - time.monotonic()

    def _settle(self, driven: Collection[Driven]) -> bool:
        """Give tours their sites and crews; return whether this was done to the end."""
        model, on = self._fine.model.clone(), set(driven)
        for day, tours in self._fine.tours.items():
            for tour, x in tours.items():
                model.add(x == ((day, tour) in on))
        model.minimize(self._total)
        found = self.engine.single(model, self._ends - time.monotonic())
        with self._lock:  # two threads may find something better at once
            if found.value is not None and (self._best.value is None or found.value < self._best.value):
                self._best = found
        return found.proven

    def clashing(self, driven: Collection[Driven]) -> Iterator[list[Driven]]:
        """Yield a few tours that ask too much of people together, then others; nothing when people can go on all."""
        called, rest = self._called(driven), list(driven)
        for _ in range(CLASHES):
            clash = self._clash(called, rest)
            if clash is None:
                return
            yield clash
            if not clash:
                return
            rest = [one for one in rest if one.day != clash[0].day]

    def _clash(self, called: Called, driven: Collection[Driven]) -> list[Driven] | None:
        """Return a few tours, or stops of tours, that clash; ``None`` when none do. Whole tours are left out first."""
        asked = [part for one in driven for part in (one, *one.halves())]
        clash = self._core(called, asked)
        for one in sorted(clash or (), key=lambda one: -len(one.tour.stops)):
            if clash and one in clash:
                clash = self._core(called, [other for other in clash if other is not one]) or clash
        if clash is not None and not self.engine.impossible(called.asking(clash), self._ends - time.monotonic()):
            return asked  # a core that was none
        return clash

    def _core(self, called: Called, asked: list[Driven]) -> list[Driven] | None:
        """Return some of what is asked that is impossible together; ``None`` when it is possible."""
        model, guards = called.guarded(asked)
        named = self.engine.core(model, guards, self._ends - time.monotonic())
        return None if named is None else [x for x, guard in zip(asked, guards, strict=True) if guard.index in named]

    def _called(self, driven: Collection[Driven]) -> Called:
        called = Called(self.problem, self._fine.clock, driven)
        better = {self._name: self._best.value - 1} if self._best.value is not None else {}
        for name in ASKED_OF_PEOPLE:
            parts = parts_of(called, name)
            for some, i in self._sure:
                if some == name:
                    called.model.add(parts[i] >= 1)
            if (limit := min(self._kept.get(name, NO_LIMIT), better.get(name, NO_LIMIT))) < NO_LIMIT:
                called.model.add(LinearExpr.sum(parts) <= limit)
        return called
