"""One objective after the other: minimise, prove, keep, go on.

The smaller model bounds the objectives and outlines tours; within the outline, the full model is small and a plan that
reaches the bounds nearly always there. What it does not reach is searched on the full model, whole.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from picup_planner.errors import Infeasible, Mistake, NoPlanFound
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.solver.districts import planned_apart
from picup_planner.solver.drives import Decision, Outline, drives_between_stops, outline_of
from picup_planner.solver.encode import encode
from picup_planner.solver.engine import WORKERS, Engine, Found, Going, Watch
from picup_planner.solver.floors import floor
from picup_planner.solver.month_by_month import month_by_month
from picup_planner.solver.objectives import OF_REPLANNING, Objective, chosen
from picup_planner.solver.parts import in_turns, joined, parts_of
from picup_planner.solver.relaxation import applies
from picup_planner.solver.result import Stage, plan_of
from picup_planner.solver.sketch import CREWED, HARD, Sketch, sketched
from picup_planner.solver.stated import Solution, Stated
from picup_planner.solver.subproblem import Benders

LARGEST = 100_000
"""Drives between two stops at most for the full model to be searched whole."""

A_SECOND = 1000
"""Drives between two stops at most, for each second of a search of the full model, for it to find anything."""

ALONE = 10
"""Times as many where there is no smaller model to look at first: what was promised is found nowhere else."""

DISTRICTS, ENOUGH = 3 / 4, 45.0
"""Of the time left, what districts get, and the seconds that are enough where faces can be bounded after."""


@dataclass(frozen=True)
class Progress:
    """Where the search stands on one objective; `elapsed` in seconds since the search began."""

    objective: str
    value: int | None
    bound: int | None
    proven: bool
    elapsed: float
    done: bool


def solve(  # noqa: PLR0913  one parameter per choice
    problem: Problem,
    *,
    time_limit: float = 60,
    seed: int = 0,
    workers: int = WORKERS,
    work: float | None = None,
    start: Plan | None = None,
    through: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    begun: Plan | None = None,
) -> Plan:
    """Return the best plan found, with what is proven of it.

    Parameters
    ----------
    problem
        The month to plan.
    time_limit
        Seconds for all objectives together; the search stops earlier when everything is proven.
    seed
        Of the solver's random choices.
    workers
        Threads of the solver.
    work
        Deterministic seconds of each search, instead of `time_limit`: the same problem then gives the same plan, byte
        for byte.
    start
        A plan to start from, of this problem or of one much like it; what no longer fits is left behind.
    through
        Name of the last objective to minimise; those after it only get their values. All of them by default.
    progress
        Told of every better value or bound, on the caller's thread. A ``KeyboardInterrupt`` during the search ends it
        and keeps the best plan so far, with `finished` false.
    begun
        The plan with which an earlier search of this very problem ended, to go on from: what it says of the objectives
        searched for is taken for granted.

    Raises
    ------
    DataError
        For an objective that does not exist.
    Infeasible
        When no plan keeps every rule; two configurations of the solver agree.
    NoPlanFound
        When the time ran out before a first plan.
    KeyboardInterrupt
        When interrupted before a first plan.
    """
    began, objectives = time.monotonic(), chosen(problem)
    names = [objective.name for objective in objectives]
    asked = objectives[: names.index(through) + 1 if through in names else len(names)]
    wanted = [objective for objective in asked if not objective.counted]
    parts = parts_of(problem)
    if len(parts) > 1:
        drawn_at_once = [one.name for one in takewhile(lambda objective: objective.name not in HARD, wanted)]
        plans = in_turns(
            parts,
            list(dict.fromkeys([*drawn_at_once[-1:], asked[-1].name])),
            time_limit=time_limit,
            seed=seed,
            workers=workers,
            work=work,
            start=start,
        )
        return joined(problem, plans)
    engine = Engine(began + (time_limit if work is None else 10**6), seed, workers, work)
    search = Search(problem, objectives, engine, began, progress or (lambda _: None))
    with engine.heeding_interrupts():
        if start := begun or start:
            search.try_out(encode(start))
        stages = search.settle(wanted, search.go_on_from(begun) if begun else [])
        if not search.pool:
            raise KeyboardInterrupt
        return search.plan(stages, wanted[len(stages) :])


@dataclass
class Search:
    """One search: every solution met, and what each objective is kept to."""

    problem: Problem
    objectives: list[Objective]
    engine: Engine
    began: float
    report: Callable[[Progress], None]
    pool: list[Solution] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    floors: dict[str, int] = field(default_factory=dict)
    stating: float = 0
    crowded: bool = False

    @cached_property
    def full(self) -> Stated:
        """The full model, every objective settled so far at its limit."""
        return self._stated(None)

    @cached_property
    def _benders(self) -> Benders:
        return Benders(self.problem, self.engine, self._planned)

    def _largest(self, share: float) -> float:
        """Drives at most for a search of so many seconds of the full model to be worth it."""
        return min(LARGEST, share * A_SECOND) if applies(self.problem) else ALONE * share * A_SECOND

    @property
    def _late(self) -> bool:
        """Whether there is a plan, and no time to state another model, by what the last one took (seconds)."""
        return bool(self.pool) and self.engine.remaining <= self.stating

    def best(self, *first: str) -> Solution | None:
        """Return the best solution that keeps what is settled, by one objective first, then by those that follow."""
        fit = [s for s in self.pool if all(s.values[name] <= limit for name, limit in self.kept.items())]
        order = [*first, *(objective.name for objective in self.objectives if objective.name not in self.kept)]
        return min(fit, key=lambda solution: [solution.values[name] for name in order], default=None)

    def plan(self, stages: list[Stage], left: Sequence[Objective] = ()) -> Plan:
        """Read the best solution; of objectives that are left, say what is known at once."""
        solution = self.best()
        if solution is None:
            msg = "every solution broke what was settled"
            raise RuntimeError(msg)
        floors = {one.name: self._floor(one.name) for one in left if solution.values[one.name]}
        return plan_of(self.problem, self.engine, self.objectives, solution, stages, floors)

    def _floor(self, name: str) -> int:
        """Return what an objective is never below, worked out once: of twenty communes it takes seconds."""
        if name not in self.floors and not self.engine.interrupted:
            self.floors[name] = floor(self.problem, self.kept, name)
        return self.floors.get(name, 0)

    def try_out(self, decisions: frozenset[Decision]) -> None:
        """Take a solution in when it keeps every rule."""
        if solution := self._bare(outline_of(self.problem, decisions)).solution(decisions, self.engine):
            self.pool.append(solution)

    def go_on_from(self, plan: Plan) -> list[Stage]:
        """Keep what a plan was searched for at its limits; return those stages."""
        known = {result.name: result for result in plan.objectives}
        searched = {kept.name for kept in plan.objectives[-1].given}
        stages = [
            Stage(one, known[one.name].best, known[one.name].bound) for one in self.objectives if one.name in searched
        ]
        self.kept |= {stage.objective.name: stage.limit for stage in stages}
        return stages

    def settle(self, objectives: list[Objective], settled: Sequence[Stage] = ()) -> list[Stage]:
        """Settle objectives in order, until the time is up: the hard ones are drawn one by one, the others at once."""
        stages = [*settled]
        while len(stages) < len(objectives):
            coming = objectives[len(stages) :]
            batch = list(takewhile(lambda objective: objective.name not in HARD, coming)) or coming[:1]
            if batch[0].name in HARD:
                if not HARD & self.kept.keys():
                    self._by_districts(batch[0].name, through=objectives[-1].name)
                self._tidy(batch[0])
            sketch = self._sketch(batch, last=len(batch) == len(coming))
            for objective in batch:
                stage = self._minimise(objective, sketch, left=len(objectives) - len(stages))
                if stage is None:
                    return stages
                stages.append(stage)
                self.kept[objective.name] = stage.limit
                if "full" in self.__dict__:
                    self.full.keep(objective.name, least=stage.bound, most=stage.limit)
                self._tell(objective, stage.value, stage.bound, done=True)
                drawn = sketch.found.get(objective.name)
                if drawn and drawn.value is not None and drawn.value != stage.value:
                    self._benders.clashes.clear()
                    break  # what was drawn for the next ones no longer holds
        return stages

    def _sketch(self, objectives: list[Objective], *, last: bool) -> Sketch:
        """Draw the month on the smaller model, and look for a plan within the outline."""
        if not applies(self.problem) or self.engine.interrupted or self._late:
            return Sketch()
        share = 7 / 8 if last else 1 / 2 if objectives[0].name in CREWED else 3 / 4
        best = self.best(objectives[0].name)
        known = best.decisions if best else frozenset[Decision]()
        sketch = sketched(
            self.problem, self.engine, self.kept, objectives, share=share, known=known, benders=self._benders
        )
        self.crowded = sketch.crowded
        if sketch.outline is not None and not self.engine.interrupted:
            self._lift(sketch, objectives)
        return sketch

    def _lift(self, sketch: Sketch, objectives: list[Objective]) -> None:
        """Find a plan within an outline: as drawn, or else at the values of the sketch, or objective by objective."""
        aimed = {name: found.value for name, found in sketch.found.items() if found.value is not None}
        if (known := self.best()) and all(known.values[name] <= value for name, value in aimed.items()):
            return
        limits = {one.name: one.limit(aimed[one.name]) for one in objectives if one.name in aimed}
        last = objectives[-1].name
        stated = self._stated(sketch.outline, limits)
        drawn = stated.solution(sketch.plan, self.engine)
        if drawn:
            self.pool.append(drawn)
            if drawn.values[last] == aimed.get(last):
                return
        start = drawn or Solution(sketch.plan, {})
        _, lifted = stated.minimise(last, self.engine, self.engine.remaining / 2, start)
        if lifted:
            self.pool.append(lifted)
        if drawn or lifted:
            return
        stated = self._stated(sketch.outline)
        for objective in objectives:
            _, better = stated.minimise(objective.name, self.engine, self.engine.remaining / 8, start)
            if better is None:
                return
            self.pool.append(better)
            start = better
            stated.keep(objective.name, most=objective.limit(better.values[objective.name]))

    def _by_districts(self, name: str, through: str) -> None:
        """Plan each district alone where there are several: what is found of them all at once is much worse.

        Where what is settled is not kept to its limits then, it is within the districts' tours, nearby.
        """
        if not (self.pool and applies(self.problem)):
            return
        limit = DISTRICTS * self.engine.remaining
        limit = limit if self.crowded else min(limit, ENOUGH)
        plan = planned_apart(self.problem, self.kept, self.engine, limit, through)
        if plan:
            apart = Solution(encode(plan), {})
            self.try_out(apart.decisions)
            if any(result.value > self.kept.get(result.name, result.value) for result in plan.objectives):
                self._go_near(apart, name, 1 / 2)

    def _tidy(self, objective: Objective) -> None:
        """Improve the best plan within its outline: a second's work, and a better start."""
        if not self._late and (known := self.best(objective.name)):
            self._go_near(known, objective.name, 1 / 16)

    def _go_near(self, start: Solution, name: str, share: float) -> None:
        """Minimise an objective within the outline of a solution, which may break what is settled."""
        near = self._stated(outline_of(self.problem, start.decisions))
        _, better = near.minimise(name, self.engine, share * self.engine.remaining, start)
        if better:
            self.pool.append(better)

    def _stated(
        self, outline: Outline | None, limits: Mapping[str, int] | None = None, *, tight: bool = True
    ) -> Stated:
        """State the problem within an outline, what is settled kept to its limits."""
        stated = self._bare(outline, tight=tight)
        for name, limit in {**self.kept, **(limits or {})}.items():
            stated.keep(name, most=limit)
        return stated

    def _bare(self, outline: Outline | None, *, tight: bool = True) -> Stated:
        """State the problem within an outline, and remember how long that took."""
        began = time.monotonic()
        stated = Stated(self.problem, self.objectives, outline, tight=tight)
        self.stating = time.monotonic() - began
        return stated

    def _minimise(self, objective: Objective, sketch: Sketch, left: int) -> Stage | None:
        """Settle one objective: reached by a known solution, or searched; ``None`` when there is no time."""
        name, drawn = objective.name, sketch.found.get(objective.name, Found())
        bound, known = max(0, drawn.bound or 0), self.best(name)
        if known is None and sketch.infeasible:
            raise Infeasible
        if known is None or known.values[name] > bound:
            bound = max(bound, self._floor(name))
        ended = self.engine.interrupted or self._late
        if ended and name not in sketch.found and (known is None or known.values[name] > bound):
            return None
        if not ended and (known is None or known.values[name] > bound):
            share = max(self.engine.remaining / left, self.engine.remaining / (2 if name in OF_REPLANNING else 4))
            bound = max(bound, self._search(objective, known, bound, share))
            known = self.best(name)
        if known is None:
            return None
        value = known.values[name]
        return Stage(objective, value, bound if bound <= value else 0)  # a bound that a plan is below is none

    def _search(self, objective: Objective, known: Solution | None, bound: int, share: float) -> int:
        """Look for better solutions, with the same sites first, and return what none is below.

        Where the full model would not be searched to any purpose, the same tours only, with any sites.
        """
        name, whole = objective.name, known is None or drives_between_stops(self.problem) <= self._largest(share)
        if known:
            ends = time.monotonic() + share
            bound = self._month_by_month(name, known, bound, share * 3 / 4)
            known, share = self.best(name) or known, ends - time.monotonic()
        if known and known.values[name] > bound:
            near = self._stated(outline_of(self.problem, known.decisions))
            near.keep(name, least=bound)
            same, limit = (near.variables.drives(), share / 3) if whole else ((), share)
            watch = self._watch(objective, bound)  # what bounds the plans nearby bounds no others
            _, better = near.minimise(name, self.engine, limit, known, same=same, watch=watch)
            if better:
                self.pool.append(better)
                known = better
        if not whole:
            return bound
        if known and known.values[name] == bound:
            return bound
        self.full.keep(name, least=bound)
        found, better = self.full.minimise(name, self.engine, share * 2 / 3, known, watch=self._watch(objective))
        if better:
            self.pool.append(better)
        elif not known:
            self._give_up(found)
        return found.bound or bound

    def _month_by_month(self, name: str, known: Solution, bound: int, limit: float) -> int:
        """Search every month there could be, where few are left; return what none is below."""
        best = Found(value=known.values[name], bound=bound)
        return month_by_month(self._benders, name, self.kept, best, limit).bound or bound

    def _planned(self, name: str, outline: Outline, most: int | None, limit: float, going: Going) -> Found:
        """Minimise an objective within an outline, on the caller's thread; what is found joins the pool."""
        stated = self._stated(outline, {} if most is None else {name: most})
        stated.model.minimize(stated.objectives[name])
        found = self.engine.single(stated.model, limit, going=going)
        if solution := stated.read(found, self.engine):
            self.pool.append(solution)
        return found

    def _watch(self, objective: Objective, known: int | None = None) -> Watch:
        return lambda value, bound: self._tell(objective, value, bound if known is None else known, done=False)

    def _tell(self, objective: Objective, value: int | None, bound: int | None, *, done: bool) -> None:
        bound = None if bound is None else max(0, bound)
        proven = value is not None and value == bound
        self.report(Progress(objective.name, value, bound, proven, time.monotonic() - self.began, done))

    def _give_up(self, found: Found) -> None:
        """Say that no plan exists only when a second configuration agrees."""
        if self.engine.interrupted:
            raise KeyboardInterrupt
        if found.infeasible and self.engine.agrees_infeasible(self._stated(None, tight=False).model):
            raise Infeasible
        raise NoPlanFound(Mistake("no-plan-in-time"))
