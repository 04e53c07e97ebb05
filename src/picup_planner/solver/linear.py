"""HiGHS on a model of CP-SAT: another engine on the same statements.

HiGHS computes in floating point: its solutions are rounded and checked in whole numbers, its bounds are rounded up less
a millionth.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, gcd, isfinite

import highspy
import numpy as np
from ortools.sat.python.cp_model import CpModel

from picup_planner.solver.arrays import ROUNDING, Arrays, arrays, as_float

MANY = 10_000
"""Variables beyond which a solution is looked for next to the linear relaxation first."""

ROOM = 2
"""What such a solution may cost more, at first."""

WHOLE, NOTHING = 1000, 1e-4
"""What weights of whole variables add up to, and the least that is more than an error."""

WIDER = 4
"""Times the room grows when there is no solution in it."""


class Status(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Linear:
    """What HiGHS found; `bound` is what no solution is below, `solution` is empty without a `value`.

    Without a `value`, `left_out` are the variables kept at their least, so as to stay near the linear relaxation.
    """

    status: Status
    value: int | None = None
    bound: int | None = None
    solution: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()


def minimise(model: CpModel, time_limit: float, *, stopped: Callable[[], bool] = lambda: False) -> Linear:
    """Minimise the objective of a model with HiGHS; without an objective, look for any solution.

    Parameters
    ----------
    model
        What its objective maximises is not for this function.
    time_limit
        Seconds; HiGHS looks at its clock between two steps, some of which are long on large models: none is begun late.
    stopped
        Asked now and then; the search ends early once it says yes.

    Raises
    ------
    ValueError
        When something in the model is not linear.
    """
    if time_limit <= 0:
        return Linear(Status.UNKNOWN)
    found = arrays(model)
    if not found.low.size:
        return _without_variables(found)
    if found.low.size > MANY and np.any(found.cost):
        return _near_the_relaxation(found, time_limit, stopped)
    return _solved(found, time_limit, (), stopped)


def relaxed(model: CpModel, time_limit: float) -> Linear:
    """Return what the linear relaxation of a model says: a bound, or that nothing is possible; never a solution.

    Parameters
    ----------
    model
        As for `minimise`, with the same error.
    time_limit
        Seconds; there is no bound when they are over.
    """
    if time_limit <= 0:
        return Linear(Status.UNKNOWN)
    found = arrays(model)
    if not found.low.size:
        return _without_variables(found)
    engine, status = _relaxation(found, time_limit)
    if status is not Status.OPTIMAL:
        return Linear(status)
    bound = _bound(engine.getInfo().objective_function_value, found.offset, _step(found))
    return Linear(Status.UNKNOWN, bound=bound)


class Priced:
    """A model whose linear relaxation is asked again and again what it cannot do without.

    Parameters
    ----------
    named
        Variables of the model, by index, none of which is ever below 0.
    """

    def __init__(self, model: CpModel, named: Iterable[int]) -> None:
        self._found = arrays(model)
        self._named = np.array(sorted(named), dtype=np.int64)
        self._least, self._most = as_float(self._found.least), as_float(self._found.most)

    def row(self, unwanted: Iterable[int], time_limit: float) -> dict[int, int] | None:
        """Return weights of named variables that add up to `WHOLE` at least in every solution.

        They weigh most of all on the unwanted ones, by index, and say nothing, ``{}``, where the relaxation can do
        without any of those; ``None`` when it has no solution, or none in time.

        The weights follow from the dual values, whatever these are worth: each row is taken so many times, and what is
        not named moves to the other side at the most it could ever be.
        """
        cost = np.zeros_like(self._found.cost)
        cost[list(unwanted)] = 1
        engine, status = _relaxation(replace(self._found, cost=cost), time_limit)
        if status is not Status.OPTIMAL:
            return None
        dual = np.array(engine.getSolution().row_dual)
        ends = np.where(dual > 0, self._least, self._most)
        dual[~np.isfinite(ends)] = 0
        weights = np.asarray(self._found.rows.T @ dual)
        beside = np.maximum(weights * self._found.low, weights * self._found.high)
        beside[self._named[weights[self._named] > ROUNDING]] = 0
        sure = float(dual @ np.where(np.isfinite(ends), ends, 0) - beside.sum())
        sure -= ROUNDING * max(1.0, abs(sure))
        if sure < NOTHING:
            return {}
        return {int(i): ceil(WHOLE * min(weights[i], sure) / sure) for i in self._named if weights[i] > ROUNDING}


def _relaxation(found: Arrays, time_limit: float) -> tuple[highspy.Highs, Status]:
    """Solve the linear relaxation: it is optimal, infeasible or, out of time, unknown."""
    engine = _engine(found, time_limit, relaxed=True)
    engine.run()
    ends = {
        highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
        highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    }
    return engine, ends.get(engine.getModelStatus(), Status.UNKNOWN)


def _near_the_relaxation(found: Arrays, time_limit: float, stopped: Callable[[], bool]) -> Linear:
    """Look for a solution next to the linear relaxation, without the variables no such solution can use.

    A variable above its least adds its reduced cost to the relaxation: those that would add more than the room given
    are left out, and what is left out costs more than the room. So may nothing else: that row halves the search. The
    room grows until that is no better.
    """
    ends, start = time.monotonic() + time_limit, tuple[int, ...]()
    engine, status = _relaxation(found, time_limit)
    if status is Status.INFEASIBLE:
        return Linear(Status.INFEASIBLE)
    if status is not Status.OPTIMAL:
        return _solved(found, ends - time.monotonic(), start, stopped)
    value, step = engine.getInfo().objective_function_value, _step(found)
    reduced, error = np.array(engine.getSolution().col_dual), ROUNDING * max(1.0, abs(value))
    least, room = ceil(value - error), ROOM
    while True:
        left_out = (reduced > least + room - value + error) & (found.low < found.high)
        if not np.any(left_out):
            return _solved(found, ends - time.monotonic(), start, stopped)
        near = replace(found, high=np.where(left_out, found.low, found.high))
        near = near.at_most(found.offset + step * (least + room))
        ended = _solved(near, ends - time.monotonic(), start, stopped)
        ended = _or_beyond(ended, found.offset + step * least, found.offset + step * (least + room + 1))
        if ended.value is None and time.monotonic() > ends:
            return replace(ended, left_out=tuple(np.flatnonzero(left_out).tolist()))
        if ended.status is Status.OPTIMAL or stopped() or time.monotonic() > ends:
            return ended
        start = ended.solution or start
        wanted = WIDER * room if ended.value is None else (ended.value - found.offset) // step - least
        room = max(room + 1, wanted)


def _or_beyond(ended: Linear, least: int, beyond: int) -> Linear:
    """Say what a search found once solutions it had left out, at `beyond` or more, count; none is below `least`."""
    inside = beyond if ended.status is Status.INFEASIBLE else least if ended.bound is None else ended.bound
    bound = max(least, min(inside, beyond))
    if ended.value is None:
        return Linear(Status.UNKNOWN, bound=bound)
    return replace(ended, status=Status.OPTIMAL if ended.value == bound else Status.FEASIBLE, bound=bound)


def _solved(found: Arrays, time_limit: float, start: Sequence[int], stopped: Callable[[], bool]) -> Linear:
    engine = _engine(found, time_limit)
    if found.low.size > MANY:  # a poor first solution leads astray, and interior point restarts sooner: half the time
        engine.setOptionValue("mip_heuristic_run_feasibility_jump", False)  # noqa: FBT003  a value of HiGHS
        engine.setOptionValue("mip_lp_solver", "ipm")
    if start:
        engine.setSolution(len(start), np.arange(len(start)), np.array(start, dtype=np.float64))
    engine.cbMipInterrupt.subscribe(lambda event: event.interrupt() if stopped() else None)
    engine.run()
    if engine.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return Linear(Status.INFEASIBLE)
    information = engine.getInfo()
    bound = _bound(information.mip_dual_bound, found.offset, _step(found))
    if information.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Linear(Status.UNKNOWN, bound=bound)
    solution = np.rint(engine.getSolution().col_value).astype(np.int64)
    if not found.allows(solution):
        return Linear(Status.UNKNOWN, bound=bound)
    value = found.offset + int(found.cost @ solution)
    status = Status.OPTIMAL if value == bound else Status.FEASIBLE
    return Linear(status, value, bound, tuple(solution.tolist()))


def _step(found: Arrays) -> int:
    """Return what every cost is a multiple of."""
    return gcd(*found.cost.tolist()) or 1


def _engine(found: Arrays, time_limit: float, *, relaxed: bool = False) -> highspy.Highs:
    engine = highspy.Highs()
    engine.silent()
    for option, value in {
        "output_flag": False,
        "threads": 1,
        "time_limit": max(time_limit, 0.0),
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1 - 100 * ROUNDING,  # costs are whole
    }.items():
        engine.setOptionValue(option, value)
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = found.rows.shape
    program.col_cost_ = found.cost / _step(found)
    program.col_lower_, program.col_upper_ = as_float(found.low), as_float(found.high)
    program.row_lower_, program.row_upper_ = as_float(found.least), as_float(found.most)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = found.rows.indptr, found.rows.indices
    program.a_matrix_.value_ = found.rows.data.astype(np.float64)
    if relaxed:
        engine.setOptionValue("solver", "ipm")  # a third of the simplex's time on models this large
    else:
        program.integrality_ = [highspy.HighsVarType.kInteger] * found.low.size
    engine.passModel(program)
    return engine


def _without_variables(found: Arrays) -> Linear:
    if found.allows(np.zeros(0, dtype=np.int64)):
        return Linear(Status.OPTIMAL, found.offset, found.offset)
    return Linear(Status.INFEASIBLE)


def _bound(bound: float | None, offset: int, step: int) -> int | None:
    """Round a bound up to a value the objective can have."""
    if bound is None or not isfinite(bound):
        return None
    return offset + step * ceil(bound - ROUNDING * max(1.0, abs(bound)))
