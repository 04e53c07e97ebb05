"""Month after month: all there could be are listed, asked of, and struck out until none is left.

Where what is kept of travel and of the same hours leaves few of them (`patterns.py` lists them), this ends what no
search of dates ends: the smallest gaps; then, within what is kept of these, any objective the full model has.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import count
from math import inf
from typing import NamedTuple

from ortools.sat.python.cp_model import LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.bounds import OF_MONTHS, hold, parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.engine import Found
from picup_planner.solver.floors import floor
from picup_planner.solver.mixes import Driven, Mix, Mixed, fewest_sites
from picup_planner.solver.months import Months
from picup_planner.solver.objectives.evenness import squared_gap
from picup_planner.solver.patterns import Within, listable, months
from picup_planner.solver.relaxation import Relaxation, applies
from picup_planner.solver.subproblem import NO_LIMIT, Benders, Subproblem, within

NARROW = 8
"""Squared days above what nothing is below of the months that are listed first; twice as many each time after."""

WINDOW = 32
"""The same for the months among which any of few habits is looked for."""

MOST_MIXES = 2
"""Mixes at most of which all months of few habits are listed, whatever their gaps: of more there are millions."""

SPREAD = (5**0.5 - 1) / 2
"""Of all months left, what lies between two that are asked of: the golden ratio never comes back to the same ones."""

A_MOMENT = 4.0
"""Seconds at most in which it is found out how many sites a commune is served at, at least."""

A_SECOND = 1.0
"""Seconds at most in which the gaps of a mix are bounded, or no dates prove to fit its tours."""

OF_ALL_MIXES = 1 / 4
"""Part of the time that this takes at most."""

AN_INSTANT = 1e-3
"""Seconds that any question takes at least: some clocks see none pass."""

MOST_UNHEARD = 16
"""Months at most that get their sites and crews before people are asked of one again."""

Bounded = tuple[Mix, int]
"""A mix, and what its gaps are never below."""


class _Refused(NamedTuple):
    """Whether there is no month of some dates, and how many months that has struck out."""

    refused: bool
    struck: int


class MonthByMonth:
    """A search of all months of some mixes, whose habits are kept, or counted one by one.

    Parameters
    ----------
    asked
        Who could go, and where; what is known of the objective.
    mixes
        Those that are searched.
    """

    def __init__(self, asked: Subproblem, mixes: Collection[Mix]) -> None:
        self._asked, self.mixes = asked, mixes
        self._pace = {self._people_refuse: inf, self._sites_refuse: inf}
        self._unheard = self._silence = 0

    def of_small_gaps(self) -> None:
        """Minimise the gaps: those as small as could be first, then larger ones; fewer at once where they are many."""
        asked, wider, bounded = self._asked, NARROW, self._bounded(self.mixes, self._asked.kept)
        self.mixes, least = [mix for mix, _ in bounded], min((gaps for _, gaps in bounded), default=0)
        asked.least = max(asked.least, least, self._floor)
        while bounded and asked.going and wider and asked.least <= self._largest:
            most = min(asked.least + wider, self._largest if asked.best.value is None else asked.best.value - 1)
            mixes = [mix for mix, gaps in bounded if gaps <= most]
            listed = self._listed(mixes, asked.kept["regularity"], (asked.least, most), asked.ends)
            if listed is None:
                wider //= 2
                continue
            wider *= 2
            self._end(listed, self._only_smaller)
            if asked.going:
                asked.least = most + 1 if asked.best.value is None else min(most + 1, asked.best.value)

    def within_gaps(self, least: int, most: int) -> None:
        """Minimise any objective that has a value already, among the months whose gaps are from `least` to `most`."""
        mixes = [mix for mix, gaps in self._bounded(self.mixes, self._asked.kept) if gaps <= most]
        listed = self._listed(mixes, self._asked.kept["regularity"], (least, most), self._asked.ends)
        if listed is not None:
            self._end(listed, lambda _: None)
            if not listed and self._asked.best.value is not None:
                self._asked.least = self._asked.best.value

    def of_few_habits(self, limit: float) -> None:
        """Minimise the habits: as few as could be first, then one more, while so many seconds list all such months.

        Where they are too many, those of the smallest gaps are listed: any that people can go on is then the best.
        """
        asked, ends = self._asked, time.monotonic() + limit
        while asked.going and asked.least <= asked.kept.get("regularity", NO_LIMIT):
            few = self._of_habits(asked.least)
            if few is None or not self._none_of(few, ends):
                break
            asked.least += 1

    def _none_of(self, bounded: Collection[Bounded], ends: float) -> bool:
        """Return whether all months of the habits looked for are listed, and asked of, and none of them can be."""
        mixes = [mix for mix, gaps in bounded if gaps <= self._largest]
        if len(mixes) <= MOST_MIXES and (none := self._none_within(self._largest, mixes, ends)) is not None:
            return none
        wider, gaps = WINDOW, max(self._floor, min((gaps for _, gaps in bounded), default=0))
        while self._none_within(most := min(gaps + wider, self._largest), mixes, ends):
            if most == self._largest:
                return True
            wider *= 2
        return False

    def _none_within(self, gaps: int, mixes: Collection[Mix], ends: float) -> bool | None:
        """Return whether none of the months of such gaps can be; ``None`` where these are not listed."""
        asked = self._asked
        listed = self._listed(mixes, asked.least, (0, gaps), ends)
        if listed is None:
            return None
        self._end(listed, lambda _: None)
        return not listed and asked.best.value != asked.least

    @cached_property
    def _floor(self) -> int:
        """Squared gaps that no month is below."""
        return floor(self._asked.problem, self._asked.kept, "evenness")

    def drop_others(self) -> None:
        """Leave only those mixes that could hold fewer habits than the best."""
        value = self._asked.best.value
        if value is not None and (few := self._of_habits(value - 1)) is not None:
            self.mixes = [mix for mix, _ in few]

    def _of_habits(self, most: int) -> list[Bounded] | None:
        """Return the mixes that hold so few habits."""
        kept = {**self._asked.kept, "regularity": most}
        few = self._asked.known.mixes(self._asked.fine, kept)
        return None if few is None else self._bounded(few, kept)

    def _bounded(self, mixes: Collection[Mix], kept: Mapping[str, int]) -> list[Bounded]:
        """Return mixes with what their gaps are never below; without those whose tours no dates fit at all."""
        limits = {name: limit for name, limit in kept.items() if name != "evenness"}
        asked = self._asked
        limit = min(A_SECOND, asked.until(asked.ends) * OF_ALL_MIXES * asked.threads / max(1, len(mixes)))
        bounds = asked.side_by_side(self._least_gaps, [(mix, limits, limit) for mix in mixes])
        return [(mix, least) for mix, least in zip(mixes, bounds, strict=True) if least is not None]

    def _least_gaps(self, mix: Mix, kept: Mapping[str, int], limit: float) -> int | None:
        """Return what the gaps of a mix are never below; ``None`` where no dates fit its tours."""
        asked, key = self._asked, (frozenset(mix.items()), frozenset(kept.items()))
        least, spent = asked.known.gaps.get(key, (0, 0.0))
        if least is not None and spent < limit / 2 and asked.going:
            month = Mixed(asked.problem, asked.fine.clock, mix)
            month.keep(kept)
            month.model.minimize(LinearExpr.sum(parts_of(month, "evenness")))
            found = asked.engine.single(month.model, limit)
            least = None if found.infeasible else max(least, found.bound or 0)
            asked.known.gaps[key] = least, inf if found.proven else limit
        return least

    @cached_property
    def _largest(self) -> int:
        """Squared gaps of all communes at most."""
        problem, kept = self._asked.problem, self._asked.kept
        return min(squared_gap(problem, None, None) * len(problem.territory.communes), kept.get("evenness", NO_LIMIT))

    @cached_property
    def _sites(self) -> Mapping[str, int]:
        """Sites each commune is served at, at least."""
        asked = self._asked
        return fewest_sites(asked.fine, asked.kept, asked.engine, asked.until(time.monotonic() + A_MOMENT))

    def _listed(self, mixes: Collection[Mix], habits: int, gaps: tuple[int, int], ends: float) -> Months | None:
        """List the months of some mixes with so many habits at most and gaps between two values; those left to ask."""
        asked, (least, most) = self._asked, gaps
        limits = Within(
            without=[clash[0] for clash in asked.clashes if len(clash) == 1],
            sites=self._sites,
            habits=habits,
            gaps=most,
            lapses=asked.kept.get("lapses", NO_LIMIT),
            going=lambda: asked.going and time.monotonic() < ends,
        )
        listed = months(asked.fine, mixes, limits)
        if listed is not None:
            listed.keep(listed.gaps >= least)
            for clash in asked.clashes:
                listed.strike_out(clash)
        return listed

    def _only_smaller(self, listed: Months) -> None:
        asked = self._asked
        if asked.best.value is not None:
            listed.keep(listed.gaps < asked.best.value)
        if listed:
            asked.least = max(asked.least, int(listed.gaps[0]))

    def _end(self, listed: Months, learn: Callable[[Months], None]) -> None:
        asked = self._asked
        asked.side_by_side(self._strike_out, [(listed, part, learn) for part in range(asked.threads)])

    def _strike_out(self, listed: Months, part: int, learn: Callable[[Months], None]) -> None:
        """Ask of month after month who could go and where, here and there among them, until none is left."""
        asked = self._asked
        for rank in count(part, asked.threads):
            with asked.lock:
                if not (listed and asked.going):
                    return
                driven = listed.month(int(rank * SPREAD % 1 * len(listed)))
            ended = not self._refused(driven, listed) and asked.settle(driven)
            with asked.lock:
                if ended:
                    listed.drop(driven)
                learn(listed)

    def _refused(self, driven: Collection[Driven], listed: Months) -> bool:
        """Ask people and sites, first where more months a second were struck out the last time."""
        for ask in sorted(self._pace, key=self._pace.__getitem__, reverse=True):
            began, answer = time.monotonic(), ask(driven, listed)
            if answer is None:
                continue
            self._pace[ask] = answer.struck / max(time.monotonic() - began, AN_INSTANT)
            if answer.refused:
                return True
        return False

    def _people_refuse(self, driven: Collection[Driven], listed: Months) -> _Refused | None:
        """Ask who could go, the less often the longer nothing has come of it.

        Of tours that clash, those seldom driven are left out first: the others strike out more months.
        """
        if self._unheard < self._silence:
            self._unheard += 1
            return None
        asked, clashes = self._asked, list(self._asked.clashing(driven, listed.often))
        self._unheard, self._silence = 0, 0 if clashes else min(2 * self._silence + 1, MOST_UNHEARD)
        with asked.lock:
            asked.clashes += clashes
            before = len(listed)
            for clash in clashes:
                listed.strike_out(clash)
            return _Refused(bool(clashes), before - len(listed))

    def _sites_refuse(self, driven: Collection[Driven], listed: Months) -> _Refused:
        """Ask where these tours could stop; all months alike are struck out together."""
        asked = self._asked
        refused = asked.no_sites(driven)
        with asked.lock:
            before = len(listed)
            if refused:
                listed.drop_alike(driven)
            return _Refused(refused, before - len(listed))


def month_by_month(known: Benders, name: str, kept: Mapping[str, int], best: Found, limit: float) -> Found:
    """Minimise an objective of which only the full model says something, where gaps and habits leave few months.

    Parameters
    ----------
    known
        It knows how a month is planned, or else nothing is claimed.
    best
        A value, and what nothing is below.

    Returns
    -------
        The best value then known, with what nothing is below.
    """
    if not (known.planned and applies(known.problem) and {"regularity", "evenness"} <= kept.keys()):
        return best
    mixes = known.few(kept)
    if not (mixes and listable(known.problem)):
        return best
    fine = limited(known.problem, kept)
    total = LinearExpr.sum(parts_of(fine, name, OF_MONTHS))
    asked = Subproblem(known, fine, name, kept, within(fine, total, known.engine, any_better=True))
    asked.best, asked.least, asked.ends = best, best.bound or 0, time.monotonic() + limit
    MonthByMonth(asked, mixes).within_gaps(known.least.get("evenness", 0), kept["evenness"])
    return replace(asked.best, bound=asked.least)


def limited(problem: Problem, kept: Mapping[str, int]) -> Relaxation:
    """Return the smaller model with its crews and its weekdays, what is settled kept to its limits."""
    fine = Relaxation(problem, Clock(problem), fine=True)
    hold(fine, kept)
    return fine
