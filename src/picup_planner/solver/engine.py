"""The engines: CP-SAT on any model, and HiGHS beside it on a linear one; whoever proves first ends the other."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import gcd
from os import cpu_count

from ortools.sat.python.cp_model import (
    FEASIBLE,
    INFEASIBLE,
    OPTIMAL,
    CpModel,
    CpSolver,
    CpSolverSolutionCallback,
    FlatIntExpr,
    IntVar,
    LinearExpr,
)

from picup_planner.solver.linear import MANY, Status, minimise

WORKERS = 8
"""Eight even on two cores: a smaller portfolio has no subsolver that leans on the linear relaxation."""

ENOUGH = 5
"""Seconds in which CP-SAT finds some solution of the largest models."""

PATIENT = 4
"""Times as many once it is late and there is no plan: a machine that is busy takes longer for everything."""

SECOND_OPINION = 10
"""Seconds at least for another configuration, or the other engine, to agree that nothing is possible."""

TICK = 0.05
"""Seconds between two looks at the search."""


@dataclass(frozen=True)
class Found:
    """How a search ended: the best solution with its value, what no solution is below, whether none exists.

    That none exists is the word of one engine: it is for others to agree before anybody is told.
    """

    solution: tuple[int, ...] = ()
    value: int | None = None
    bound: int | None = None
    infeasible: bool = False

    @property
    def proven(self) -> bool:
        """Whether nothing is left to search."""
        return self.infeasible or (self.value is not None and self.value == self.bound)

    def beats(self, other: "Found") -> bool:
        """Whether it has a better solution, or the only one."""
        return self.value is not None and (other.value is None or self.value < other.value)


def value_of(expression: LinearExpr, solution: Sequence[int]) -> int:
    """Return the value of an expression in a solution of its model."""
    flat = FlatIntExpr(expression)
    return int(flat.offset + sum(weight * solution[x.index] for x, weight in zip(flat.vars, flat.coeffs, strict=True)))


def step_of(expression: LinearExpr) -> int:
    """Return what all the values of an expression are multiples of, 0 when it is always nothing."""
    flat = FlatIntExpr(expression)
    return gcd(*flat.coeffs, flat.offset)


Going = Callable[[], bool]
"""Says whether to go on."""

Watch = Callable[[int | None, int | None], None]
"""Told of a better value or bound."""


@dataclass
class Engine:
    """What every search shares: when to stop, the seed, the threads.

    Parameters
    ----------
    deadline
        In seconds of `time.monotonic`.
    work
        Deterministic seconds for one search, instead of a share of the clock: the same search then takes the same
        steps on every machine; ``None`` for the clock.
    """

    deadline: float
    seed: int = 0
    workers: int = WORKERS
    work: float | None = None
    interrupted: bool = False
    searches: int = field(default=0, init=False)

    @property
    def remaining(self) -> float:
        """Seconds left."""
        return self.deadline - time.monotonic()

    @property
    def threads(self) -> int:
        """Searches of one thread each that may go on side by side."""
        return max(1, min(cpu_count() or 1, self.workers))

    @contextmanager
    def heeding_interrupts(self) -> Iterator[None]:
        """Turn Ctrl-C into a remark: an exception could fall between finding a plan and keeping it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, lambda _signal, _frame: setattr(self, "interrupted", True))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def search(self, model: CpModel, limit: float, watch: Watch | None = None) -> Found:
        """Minimise a model with CP-SAT, on all workers."""
        solver = self._solver(limit, self.workers)
        return self._ended(_Run(solver, model), watch)

    def complete(self, model: CpModel, values: Mapping[int, int]) -> Found:
        """Give every variable its value once some, by index, have theirs: a moment's work, or else for nothing."""
        hint(model, values)
        solver = self._solver(max(ENOUGH, self.remaining / 4), workers=1)
        solver.parameters.fix_variables_to_their_hinted_value = True
        return self._ended(_Run(solver, model), None)

    def single(
        self,
        model: CpModel,
        limit: float,
        *,
        leaning: int = 2,
        tries: int = 0,
        going: Going = lambda: True,
    ) -> Found:
        """Minimise a linear model with one worker of CP-SAT: several threads may each do so at the same time.

        Parameters
        ----------
        leaning
            How much on the linear relaxation, from 0 to 2: much for a proof, little for any solution.
        tries
            How often this was tried before, to search in another order.
        going
            Asked now and then; the search ends once it says no.
        """
        solver = self._solver(limit, workers=1)
        solver.parameters.random_seed = self.seed + tries
        solver.parameters.linearization_level = leaning
        return self._ended(_Run(solver, model), None, going=going)

    def impossible(self, model: CpModel, limit: float) -> bool:
        """Whether a tiny model has no solution, on the caller's thread: threads would take longer than the search."""
        return self._tiny(limit).solve(model) == INFEASIBLE

    def core(self, model: CpModel, guards: Sequence[IntVar], limit: float) -> set[int] | None:
        """Return the indices of a few literals that cannot all be true, perhaps all; ``None`` when they can, or may.

        Of a tiny model. What is named may be no such literal, or not enough: whoever asks looks again.
        """
        solver = self._tiny(limit)
        model.add_assumptions(list(guards))
        return set(solver.sufficient_assumptions_for_infeasibility()) if solver.solve(model) == INFEASIBLE else None

    def _tiny(self, limit: float) -> CpSolver:
        solver = self._solver(limit, workers=1)
        solver.parameters.linearization_level = 0
        solver.parameters.cp_model_presolve = False
        return solver

    def race(self, model: CpModel, limit: float, start: Mapping[int, int] | None = None) -> Found:
        """Minimise a linear model with CP-SAT, leaning on its linear relaxation, and with HiGHS at the same time.

        One worker each: on such models eight workers on two cores take longer than one. HiGHS alone on the largest,
        where it is the only one to prove; CP-SAT alone where steps must be the same on every machine. `start` gives
        some variables, by index, the value to try first.
        """
        if self.work is None and limit <= TICK and start:
            return Found()
        if self.work is None and len(model.proto.variables) > MANY:
            return self._alone(model, limit, 0 if start else ENOUGH if limit > 0 else PATIENT * ENOUGH)
        solver = self._solver(limit, workers=1)
        solver.parameters.linearization_level = 2
        hint(model, start or {})
        run = _Run(solver, model)
        if self.work is not None:
            return self._ended(run, None)
        other = _Beside(model, limit)
        found = self._ended(run, None, other)
        return other.best(found)

    def _alone(self, model: CpModel, limit: float, least: float) -> Found:
        """Minimise with HiGHS; what it does not find in time, CP-SAT looks for near the relaxation, then anywhere.

        CP-SAT has some seconds at least, past the limit if need be, where nothing is known to start from.
        """
        self.searches += 1
        ended = minimise(model, limit * 5 / 6, stopped=lambda: self.interrupted)
        infeasible = ended.status is Status.INFEASIBLE
        found, near = Found(ended.solution, ended.value, ended.bound, infeasible), model.clone()
        for i in ended.left_out:
            x = near.get_int_var_from_proto_index(i)
            near.add(x == x.proto.domain[0])
        for part, level in ((near, 1), (model, 0)):
            if ended.status is Status.UNKNOWN and found.value is None and not self.interrupted:
                solver = self._solver(max(limit / 8, least), self.workers)
                solver.parameters.linearization_level = level
                found = replace(self._ended(_Run(solver, part), None), bound=ended.bound, infeasible=False)
        return found

    def other_agrees(self, model: CpModel) -> bool:
        """Whether the other engine finds no solution either of a linear model that `race` says has none."""
        if len(model.proto.variables) > MANY:
            return self.agrees_infeasible(model)
        return minimise(model, SECOND_OPINION).status is Status.INFEASIBLE

    def agrees_infeasible(self, model: CpModel) -> bool:
        """Whether another configuration, without presolve, finds no solution either."""
        solver = self._solver(max(self.remaining, SECOND_OPINION), workers=1)
        solver.parameters.cp_model_presolve = False
        return self._ended(_Run(solver, model), None).infeasible

    def _solver(self, limit: float, workers: int) -> CpSolver:
        """Return a solver without probing nor symmetry, which took most of the time on these models, for nothing."""
        self.searches += 1
        solver = CpSolver()
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = self.seed
        solver.parameters.catch_sigint_signal = False
        if self.work is None:
            solver.parameters.max_time_in_seconds = max(limit, TICK)
        else:
            solver.parameters.interleave_search = True
            solver.parameters.max_deterministic_time = self.work
        return solver

    def _ended(
        self,
        run: "_Run",
        watch: Watch | None,
        other: "_Beside | None" = None,
        going: Going = lambda: True,
    ) -> Found:
        """Wait for a run on this thread, so that it can be told of and stopped."""
        run.start()
        if other:
            other.start()
        told: tuple[int | None, int | None] = (None, None)
        while not run.ended.wait(TICK):
            if self.interrupted or (other and other.proven) or not going():
                run.solver.stop_search()
            elif watch and (run.best, run.bound) != told:
                told = run.best, run.bound
                watch(*told)
        if other:
            other.stop()
        return run.found()


def hint(model: CpModel, values: Mapping[int, int]) -> None:
    """Leave a model no other hints than the values of some variables, by index."""
    model.clear_hints()  # type: ignore[no-untyped-call]
    for i, value in values.items():
        model.add_hint(model.get_int_var_from_proto_index(i), value)


class _Run(CpSolverSolutionCallback):
    """One search of CP-SAT on its own thread; says nothing itself, since an exception here would abort the search."""

    def __init__(self, solver: CpSolver, model: CpModel) -> None:
        super().__init__()
        self.solver, self._model = solver, model
        self.best: int | None = None
        self.bound: int | None = None
        self.ended = threading.Event()
        self._failure: BaseException | None = None
        solver.best_bound_callback = lambda bound: setattr(self, "bound", round(bound))
        self._thread = threading.Thread(target=self._work, daemon=True)

    def on_solution_callback(self) -> None:
        self.best = round(self.objective_value)

    def start(self) -> None:
        self._thread.start()

    def _work(self) -> None:
        try:
            self._status = self.solver.solve(self._model, self)
        except BaseException as failure:  # noqa: BLE001  told on the caller's thread
            self._failure = failure
        finally:
            self.ended.set()

    def found(self) -> Found:
        """Read the end of the search: values only when there is a solution."""
        self._thread.join()
        if self._failure:
            raise self._failure
        if self._status == INFEASIBLE:
            return Found(infeasible=True)
        if self._status not in {OPTIMAL, FEASIBLE}:
            return Found(bound=self.bound)
        value = round(self.solver.objective_value)
        bound = value if self._status == OPTIMAL else round(self.solver.best_objective_bound)
        return Found(tuple(self.solver.response_proto.solution), value, bound)


class _Beside:
    """HiGHS on the same model, on its own thread; stopped when it is no longer waited for."""

    def __init__(self, model: CpModel, limit: float) -> None:
        self._model, self._limit, self._stopped = model, limit, threading.Event()
        self._found = Found()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    @property
    def proven(self) -> bool:
        return self._found.proven

    def _work(self) -> None:
        ended = minimise(self._model, self._limit, stopped=self._stopped.is_set)
        infeasible = ended.status is Status.INFEASIBLE
        self._found = Found(ended.solution, ended.value, ended.bound, infeasible)

    def best(self, found: Found) -> Found:
        """Join what both found; infeasible is CP-SAT's word alone."""
        mine = self._found
        bounds = [bound for bound in (found.bound, mine.bound) if bound is not None]
        bound = max(bounds, default=None)
        if found.infeasible:
            return found
        chosen = mine if mine.beats(found) else found
        return Found(chosen.solution, chosen.value, bound)
