"""Dates first, then people and sites (logic-based Benders decomposition).

The dates of one mix of tours are chosen as if anybody could go; who could go is asked after, of each role of the crew
together. When nobody can, the few tours that ask too much are never chosen together again, whatever the mix; when
people can, the fine model gives the tours their sites and crews. What is left of a mix in the end holds nothing better.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.solver.bounds import parts_of
from picup_planner.solver.engine import Found
from picup_planner.solver.mixes import DATED, Dated, Driven, Mix, Mixed
from picup_planner.solver.month_by_month import MonthByMonth
from picup_planner.solver.patterns import listable
from picup_planner.solver.subproblem import ASKED_OF_PEOPLE, NO_LIMIT, Subproblem

SEARCHED = {*ASKED_OF_PEOPLE, *DATED}
"""Objectives worth a search of dates first."""

A_QUARTER = 1 / 4
"""Part of the time in which any dates at all of a good value are looked for, before all are searched to the end."""

ENOUGH = 10.0
"""Seconds of it at most."""

A_HALF, MOST_OF_IT = 1 / 2, 3 / 4
"""Parts of the time in which months of few habits are listed, and asked of."""

AIMING = 2.0
"""Seconds for one search for any dates at all of some value."""

WORSE = 5
"""Dates of some value tried at most, to which sites give a worse one."""

FIRST, LONGER = 1.0, 4
"""Seconds for each mix at first, and how many times longer at each turn."""

FEW_TIMES = 8
"""Times a turn may last while solutions come."""


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


class Dates:
    """A search of dates first, for one objective.

    Parameters
    ----------
    asked
        Who could go, and where; what is known of the objective.

    Attributes
    ----------
    listed
        Whether all months of small values are listed first.
    """

    def __init__(self, asked: Subproblem) -> None:
        self._asked = asked
        self.listed = asked.name == "evenness" and "regularity" in asked.kept and listable(asked.problem)

    def minimise(self, mixes: Collection[Mix], limit: float, best: Found) -> Found:
        """Search every mix for what is better than the best known, whose bound nothing is below.

        Returns the best then known, with what nothing is below, or nothing when there is no solution.
        """
        asked = self._asked
        asked.best, asked.least = best, best.bound or 0
        began, turn, clock = time.monotonic(), FIRST, asked.fine.clock
        every = MonthByMonth(asked, mixes)
        asked.ends = began + limit
        if self.listed:
            every.of_small_gaps()
        if asked.name == "regularity" and listable(asked.problem):
            asked.ends = began + limit * MOST_OF_IT
            every.of_few_habits(limit * A_HALF)
        asked.ends = min(began + limit, time.monotonic() + min(limit * A_QUARTER, ENOUGH))
        if asked.going:
            aims = [self._left(Dated(asked.problem, clock)) for _ in range(asked.threads)]
            asked.side_by_side(self._aim, [(one, tries) for tries, one in enumerate(aims)])
        asked.ends = began + limit
        if not asked.going:
            return replace(asked.best, bound=asked.least)
        if asked.name == "regularity":
            every.drop_others()
        left = [self._left(Mixed(asked.problem, clock, mix)) for mix in every.mixes]
        while left and asked.going:
            asked.side_by_side(self._explore, [(one, turn) for one in left])
            left = [one for one in left if not one.done]
            turn *= LONGER
        value = asked.best.value
        bounds = [max(asked.least, one.least) for one in left] + ([] if value is None else [value])
        return replace(asked.best, bound=min(bounds, default=None), infeasible=not bounds)

    def _left(self, month: Dated) -> _Left:
        month.keep(self._asked.kept)
        if self._asked.name in month.said:
            month.total = LinearExpr.sum(parts_of(month, self._asked.name))
            above = month.model.new_int_var(self._asked.least, NO_LIMIT, "")
            month.model.add(above >= month.total)
            month.model.minimize(above)  # it is no use to go below what nothing is below
        return _Left(month)

    def _aim(self, left: _Left, tries: int) -> None:
        """Look for dates of the least value, then halfway between it and the best known: where many are, one is met."""
        low, worse = self._asked.least, 0
        aim: int | None = low
        while self._asked.going and (aim is None or aim >= low):
            self._learn(left)
            until, tries = self._asked.until(time.monotonic() + AIMING), tries + self._asked.threads
            found = self._asked.engine.single(left.aimed(aim), until, leaning=1, tries=tries)
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
            high = self._asked.best.value
            aim = None if high is None else (low + high - 1) // 2

    def _explore(self, left: _Left, turn: float) -> None:
        """Search one mix for so many seconds, and as many again after each solution, a few times."""
        ends = time.monotonic() + turn
        latest = ends + FEW_TIMES * turn
        while self._asked.going and time.monotonic() < ends:
            self._learn(left)
            found = self._asked.engine.single(left.month.model, self._asked.until(ends))
            left.least, left.done = max(left.least, found.bound or 0), found.infeasible
            if not found.solution:
                return
            self._try_out(left, left.month.driven(found.solution))
            ends = min(latest, time.monotonic() + turn)

    def _learn(self, left: _Left) -> None:
        """Tell a model the clashes met elsewhere, and what is to be bettered."""
        month = left.month
        if month.total is not None and self._asked.best.value is not None:
            month.model.add(month.total < self._asked.best.value)
        new = self._asked.clashes[left.known :]
        for clash in new:
            month.model.add(LinearExpr.sum([x for one in clash for x in one.among(month.tours)]) < len(clash))
        left.known += len(new)

    def _try_out(self, left: _Left, driven: Collection[Driven]) -> "_Ended":
        """Ask who could go on some tours, and give them sites."""
        before, clashes = self._asked.best.value, list(self._asked.clashing(driven))
        self._asked.clashes += clashes
        if clashes:
            return _Ended.CLASHES
        if self._asked.settle(driven):
            chosen = [left.month.tours[one.day][one.tour] for one in driven]
            left.month.model.add(LinearExpr.sum(chosen) < len(chosen))
        return _Ended.WORSE if self._asked.best.value == before else _Ended.BETTER
