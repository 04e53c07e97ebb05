"""The trade-off front: every pair, or triple, of values such that neither can be better without another being worse.

Found by bounding one objective after the other (the epsilon-constraint method): each point is minimised for the first
objective, then the second, and so on; the next one must do better on the last. A point that is not proven says so, and
so does a front whose search ran out of time.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from picup_planner.errors import DataError, Infeasible, Mistake, NoPlanFound
from picup_planner.plan import Kept, ObjectiveResult, Plan
from picup_planner.problem import Problem
from picup_planner.solver.encode import encode
from picup_planner.solver.engine import WORKERS, Engine
from picup_planner.solver.objectives import Objective, chosen
from picup_planner.solver.result import Stage
from picup_planner.solver.search import Progress, Search
from picup_planner.solver.stated import Solution

PAIR, TRIPLE = 2, 3


@dataclass(frozen=True)
class Point:
    """One trade-off: the value of each objective asked for, whether each is proven, and a plan that has them.

    Nothing is where an objective ranked before them is not: were that one better, the front would be another.
    """

    values: tuple[int, ...]
    proven: tuple[bool, ...]
    plan: Plan


@dataclass
class Front:
    """Points by the first objective; `complete` when the search for others ended by a proof that there are none.

    `solves` counts searches; `interrupted` when Ctrl-C ended them.
    """

    names: tuple[str, ...]
    points: list[Point] = field(default_factory=list)
    complete: bool = True
    solves: int = 0
    interrupted: bool = False


def front(  # noqa: PLR0913  one parameter per choice
    problem: Problem,
    names: tuple[str, ...],
    *,
    time_limit: float = 120,
    seed: int = 0,
    workers: int = WORKERS,
    start: Plan | None = None,
    progress: Callable[[Point], None] | None = None,
) -> Front:
    """Return the trade-off front of two or three objectives, those ranked before them kept at their best.

    A weighted sum that one of them is part of is left free: it would choose between them.

    Parameters
    ----------
    names
        Of the objectives, in any order.
    time_limit
        Seconds in all. When they run out the front says that it may lack points.
    start
        A plan to start from: no point is worse than it.
    progress
        Told of every point.

    Raises
    ------
    DataError
        For a name that is no objective of the problem, or another number of them than two or three.
    Infeasible, NoPlanFound
        As :func:`solve` does.
    """
    objectives = {objective.name: objective._replace(tolerance=0) for objective in chosen(problem)}
    mistakes = [
        Mistake("data-unknown-objective", {"value": name, "known": ", ".join(objectives)})
        for name in names
        if name not in objectives
    ]
    if mistakes or len(set(names)) != len(names) or len(names) not in {PAIR, TRIPLE}:
        raise DataError(*(mistakes or [Mistake("front-two-or-three")]))
    free = {*names, *("weighted_sum" for name in names if objectives[name].counted)}
    before = takewhile(lambda objective: objective.name not in free, objectives.values())
    climb = _Climb(
        problem,
        list(objectives.values()),
        [objectives[name] for name in names],
        Engine(time.monotonic() + time_limit, seed, workers),
        Front(names),
        progress or (lambda _: None),
    )
    with climb.engine.heeding_interrupts():
        climb.begin([objective for objective in before if not objective.counted], start)
        climb.walk()
    return climb.front


@dataclass
class _Climb:
    """One walk along a front; `before` is what those ranked before the ones asked for reached, `sure` if all proven."""

    problem: Problem
    objectives: list[Objective]
    asked: list[Objective]
    engine: Engine
    front: Front
    tell: Callable[[Point], None]
    before: list[Stage] = field(default_factory=list)
    sure: bool = False
    pool: list[Solution] = field(default_factory=list)

    def begin(self, before: list[Objective], start: Plan | None) -> None:
        """Settle the objectives ranked before those asked for, from a plan if there is one."""
        search = self._search({})
        if start:
            search.try_out(encode(start))
        self.before = search.settle(before)
        self.sure = len(self.before) == len(before) and all(stage.proven for stage in self.before)
        self.front.complete = self.sure

    def walk(self) -> None:
        """Find the points, the last objective bounded ever closer."""
        found = self._pairs({}) if len(self.asked) == PAIR else self._triples()
        self.front.points = undominated(found)
        self.front.solves = self.engine.searches
        self.front.interrupted = self.engine.interrupted

    def _triples(self) -> list[Point]:
        found: list[Point] = []
        third = self.asked[-1].name
        limits: dict[str, int] = {}
        while some := self._pairs(limits):
            found += some
            limits = {third: max(point.values[-1] for point in some) - 1}
        return found

    def _pairs(self, limits: dict[str, int]) -> list[Point]:
        found: list[Point] = []
        second = self.asked[1].name
        while point := self._point(limits):
            found.append(point)
            self.tell(point)
            limits = {**limits, second: point.values[1] - 1}
        return found

    def _point(self, limits: dict[str, int]) -> Point | None:
        """Return the point that is best within some limits, ``None`` when there is none or no time to know."""
        if any(limit < 0 for limit in limits.values()):
            return None
        search = self._search({stage.objective.name: stage.value for stage in self.before} | limits)
        try:
            stages = search.settle(self.asked)
        except Infeasible:
            return None
        except NoPlanFound:
            stages = []
        values = tuple(stage.value for stage in stages)
        proven = tuple(self.sure and stage.proven for stage in stages)
        found = len(stages) == len(self.asked)
        if not (found and all(proven)):
            self.front.complete = False
            if not found or self.engine.interrupted:
                return None
        return Point(values, proven, self._told(search.plan([*self.before, *stages]), limits))

    def _told(self, plan: Plan, limits: dict[str, int]) -> Plan:
        """Tell within which limits the objectives asked for were minimised, besides what came before them."""
        asked = {objective.name for objective in self.asked}
        results = [_within(result, limits) if result.name in asked else result for result in plan.objectives]
        return plan.model_copy(update={"objectives": tuple(results)})

    def _search(self, kept: dict[str, int]) -> Search:
        return Search(self.problem, self.objectives, self.engine, time.monotonic(), _silent, self.pool, dict(kept))


def undominated(points: Iterable[Point]) -> list[Point]:
    """Return the points than which no other is better, by their values; the last of those of the same values."""
    by_values = {point.values: point for point in points}
    best = (values for values in by_values if not any(_dominates(other, values) for other in by_values))
    return [by_values[values] for values in sorted(best)]


def _within(result: ObjectiveResult, limits: dict[str, int]) -> ObjectiveResult:
    """Tell a result that it is proven within limits, which are proven of nothing; that on itself is no condition."""
    told = {result.name, *(kept.name for kept in result.given)}
    others = [Kept(name=name, value=limit) for name, limit in limits.items() if name not in told]
    conditional = result.conditional or bool(others)
    return result.model_copy(update={"given": (*result.given, *others), "conditional": conditional})


def _silent(_progress: Progress) -> None:
    """Tell nothing: a front tells its points."""


def _dominates(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))
