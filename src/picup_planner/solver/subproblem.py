"""Who goes on tours of chosen dates, and where: the subproblem of Benders, for one objective.

Whoever chooses dates asks it, from several threads. When nobody can go, it names the few tours that ask too much of
people together; when people can, the tours get their sites and crews, and the best of these is remembered.
"""

import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TypeVar

from ortools.sat.python.cp_model import LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.bounds import keep, parts_of
from picup_planner.solver.drives import Outline
from picup_planner.solver.engine import Engine, Found, Going
from picup_planner.solver.mixes import COUNTED, Called, Driven, Mix, mixes
from picup_planner.solver.relaxation import Relaxation
from picup_planner.solver.siting import OF_SITES, Sited, grouped

T = TypeVar("T")

ASKED_OF_PEOPLE = ("unstaffed_fixed", "preferences", "continuity")
"""Objectives of which some tours alone say something."""

FEW_IN = 2.0
"""Seconds in which the mixes of tours are counted at least, when they are few."""

A_TWELFTH = 1 / 12
"""Part of the time left that counting them may take where that is longer: it settles what nothing else does."""

A_PLAN = 30.0
"""Seconds at most to plan a solution of the smaller model before another is looked for."""

NO_LIMIT = 2**31
"""More than any objective."""

CLASHES = 3
"""Reasons looked for at most why people cannot go on the tours of a solution."""

Settle = Callable[[Collection[Driven], int | None, float, Going], Found]
"""Gives tours their sites and crews at their best, at some value at most, in so many seconds, while it is to go on."""

Planned = Callable[[str, Outline, int | None, float, Going], Found]
"""Minimises an objective on the full model where tours are known, in the same way."""

Order = Callable[[Driven], int]
"""Ranks tours, or stops of tours: those of the least come first."""


def whole_first(one: Driven) -> int:
    """Rank whole tours before their stops."""
    return -len(one.tour.stops)


@dataclass
class Benders:
    """What a search of dates first knows of a problem, whatever the objective.

    Parameters
    ----------
    clashes
        Tours that nobody could go on together.
    least
        What nothing is below, of objectives searched.
    gaps
        What the gaps of a mix are never below within some limits, ``None`` where no dates fit its tours, and the
        seconds that took.
    planned
        Plans a month that the smaller model allows; by default that model is taken at its word.
    """

    problem: Problem
    engine: Engine
    planned: Planned | None = None
    clashes: list[list[Driven]] = field(default_factory=list)
    least: dict[str, int] = field(default_factory=dict)
    gaps: dict[tuple[Hashable, Hashable], tuple[int | None, float]] = field(default_factory=dict)
    _mixes: dict[tuple[int | None, ...], list[Mix] | None] = field(default_factory=dict)

    def mixes(self, rough: Relaxation, kept: Mapping[str, int]) -> list[Mix] | None:
        """Return the mixes within the limits kept; ``None`` when they are too many, or work is counted."""
        if self.engine.work is not None:
            return None
        if (key := _of_mixes(kept)) not in self._mixes:
            self._mixes[key] = mixes(rough, kept, self.engine, max(FEW_IN, A_TWELFTH * self.engine.remaining))
        return self.few(kept)

    def plans(self, name: str, fine: Relaxation, solution: Sequence[int], value: int, going: Going) -> bool:
        """Whether there is a plan at some value within the tours of a solution, as far as is known."""
        if self.planned is None:
            return True
        return self.planned(name, fine.outline(solution), value, A_PLAN, going).value is not None

    def few(self, kept: Mapping[str, int]) -> list[Mix] | None:
        """Return the same where it was asked for before."""
        return self._mixes.get(_of_mixes(kept))


def _of_mixes(kept: Mapping[str, int]) -> tuple[int | None, ...]:
    """Return the limits that make mixes few."""
    return tuple(kept.get(bound.__name__) for bound in COUNTED)


def within(fine: Relaxation, total: LinearExpr, engine: Engine, *, any_better: bool = False) -> Settle:
    """Return how tours get their sites and crews on the smaller model.

    Parameters
    ----------
    total
        What is minimised.
    any_better
        Whether whatever keeps it to its limit will do.
    """

    def settle(driven: Collection[Driven], most: int | None, limit: float, going: Going) -> Found:
        model, on = fine.model.clone(), set(driven)
        for day, tours in fine.tours.items():
            for tour, x in tours.items():
                model.add(x == ((day, tour) in on))
        model.clear_objective()  # type: ignore[no-untyped-call]
        if most is not None:
            model.add(total <= most)
        if not any_better:
            model.minimize(total)
        return engine.single(model, limit, going=going)

    return settle


class Subproblem:
    """Who could go on tours and where, for one objective, and the best known of it.

    Parameters
    ----------
    fine
        The smaller model, what is settled kept to its limits.
    name
        The objective.
    kept
        Limit of each objective already settled.
    settle
        Gives tours their sites and crews.
    sure
        Parts of objectives, by name and rank, that are never nothing.
    """

    def __init__(  # noqa: PLR0913, PLR0917  one parameter per model or limit
        self,
        known: Benders,
        fine: Relaxation,
        name: str,
        kept: Mapping[str, int],
        settle: Settle,
        sure: Collection[tuple[str, int]] = (),
    ) -> None:
        self.problem, self.engine, self.name, self.kept = known.problem, known.engine, name, kept
        self.known, self.fine, self._settle, self._sure = known, fine, settle, sure
        # what clashes with a better value of this objective need not clash with the value it ends with
        self.clashes = list(known.clashes) if name in ASKED_OF_PEOPLE else known.clashes
        self._unsited = set[Hashable]()
        self.threads = self.engine.threads
        self.best, self.least, self.ends, self.lock = Found(), 0, 0.0, Lock()

    @property
    def going(self) -> bool:
        """Whether there is time, and something to better."""
        late = time.monotonic() >= self.ends or self.engine.interrupted
        return not late and (self.best.value is None or self.best.value > self.least)

    def until(self, ends: float) -> float:
        """Return the seconds until then, or until the end."""
        return min(ends, self.ends) - time.monotonic()

    def side_by_side(self, search: Callable[..., T], asked: Iterable[tuple[object, ...]]) -> list[T]:
        """Call a function with each of several arguments, on several threads; return what it returns of each."""
        with ThreadPoolExecutor(self.threads) as pool:
            return [done.result() for done in [pool.submit(search, *one) for one in asked]]

    def settle(self, driven: Collection[Driven]) -> bool:
        """Give tours their sites and crews; return whether this was done to the end."""
        value = self.best.value
        found = self._settled(driven, None if value is None else value - 1)
        with self.lock:  # two threads may find something better at once
            if found.beats(self.best):
                self.best = found
        return found.proven

    def _settled(self, driven: Collection[Driven], most: int | None) -> Found:
        """Give them what the smaller model allows, then plan them where that is asked for."""
        possible = self._settle(driven, most, self.until(self.ends), lambda: self.going)
        planned = self.known.planned
        if not (possible.solution and planned):
            return possible
        outline = self.fine.outline(possible.solution)
        found = planned(self.name, outline, most, self.until(self.ends), lambda: self.going)
        return replace(found, solution=possible.solution)

    def no_sites(self, driven: Collection[Driven]) -> bool:
        """Whether no sites are good enough for some tours, whoever goes."""
        if (key := grouped(self.fine, driven)) not in self._unsited:
            month = Sited(self.fine, driven)
            keep(month, self._limits, OF_SITES)
            if not self.engine.single(month.model, self.until(self.ends)).infeasible:
                return False
            self._unsited.add(key)
        return True

    @property
    def _limits(self) -> Mapping[str, int]:
        """Limits of what is settled, and of what is better than the best known."""
        if self.best.value is None:
            return self.kept
        return {**self.kept, self.name: min(self.best.value - 1, self.kept.get(self.name, NO_LIMIT))}

    def clashing(self, driven: Collection[Driven], order: Order = whole_first) -> Iterator[list[Driven]]:
        """Yield a few tours that ask too much of people together, then others; nothing when people can go on all.

        Those that come first in some order are left out of them where they can be.
        """
        called, rest = self._called(driven), list(driven)
        for _ in range(CLASHES):
            clash = self._clash(called, rest, order)
            if clash is None:
                return
            yield clash
            if not clash:
                return
            rest = [one for one in rest if one.day != clash[0].day]

    def _clash(self, called: Called, driven: Collection[Driven], order: Order) -> list[Driven] | None:
        """Return a few tours, or stops of tours, that clash; ``None`` when none do."""
        asked = [part for one in driven for part in (one, *one.halves())]
        clash = self._core(called, asked)
        for one in sorted(clash or (), key=order):
            if clash and one in clash:
                clash = self._core(called, [other for other in clash if other is not one]) or clash
        if clash is not None and not self.engine.impossible(called.asking(clash), self.until(self.ends)):
            return asked  # a core that was none
        return clash

    def _core(self, called: Called, asked: list[Driven]) -> list[Driven] | None:
        """Return some of what is asked that is impossible together; ``None`` when it is possible."""
        model, guards = called.guarded(asked)
        named = self.engine.core(model, guards, self.until(self.ends))
        return None if named is None else [x for x, guard in zip(asked, guards, strict=True) if guard.index in named]

    def _called(self, driven: Collection[Driven]) -> Called:
        called = Called(self.problem, self.fine.clock, driven)
        limits = self._limits
        for name in ASKED_OF_PEOPLE:
            parts = parts_of(called, name)
            for some, i in self._sure:
                if some == name:
                    called.model.add(parts[i] >= 1)
            if name in limits:
                called.model.add(LinearExpr.sum(parts) <= limits[name])
        return called
