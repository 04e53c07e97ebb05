"""A model of CP-SAT as a linear program in whole numbers, and HiGHS to solve it: another engine on the same statements.

Booleans become 0 or 1, clauses become sums, and what holds only under a condition is relaxed by as much as the bounds
of its variables allow when the condition is false. HiGHS computes in floating point: its solutions are rounded and
checked in whole numbers, its bounds are rounded up less a millionth.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, gcd, inf, isfinite

import highspy
import numpy as np
from numpy.typing import NDArray
from ortools.sat.python.cp_model import CpModel
from ortools.sat.python.cp_model_helper import ConstraintProto
from scipy.sparse import csr_array

NO_END = 2**62
"""Beyond it, an end of a domain is no end."""

LARGEST = 2**53
"""Beyond it, a whole number is not a float any more."""

ROUNDING = 1e-6
"""Part of a bound that may be an error of floating point."""

MANY = 10_000
"""Variables beyond which a solution is looked for next to the linear relaxation first."""

ROOM = 3
"""What such a solution may cost more, at least, and in thousandths."""

Terms = dict[int, int]
"""Weight by the index of a variable."""

Row = tuple[Terms, int, int]
"""A weighted sum, the least it may be and the most."""


class Status(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Linear:
    """What HiGHS found; `bound` is what no solution is below, `solution` is empty without a `value`."""

    status: Status
    value: int | None = None
    bound: int | None = None
    solution: tuple[int, ...] = ()


@dataclass(frozen=True)
class Arrays:
    """A model in whole numbers: minimise ``cost @ x + offset``, ``least <= rows @ x <= most``, ``low <= x <= high``.

    Parameters
    ----------
    cost, low, high
        One value per variable, in the model's order.
    rows
        One row per sum, shape (sums, variables).
    least, most
        One value per row.
    """

    cost: NDArray[np.int64]
    offset: int
    rows: csr_array[np.int64, tuple[int, int]]
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]

    def allows(self, solution: NDArray[np.int64]) -> bool:
        """Whether a solution keeps every row and every domain."""
        sums = np.asarray(self.rows @ solution)
        inside = np.all(self.low <= solution) and np.all(solution <= self.high)
        return bool(inside and np.all(self.least <= sums) and np.all(sums <= self.most))


def minimise(
    model: CpModel,
    time_limit: float,
    *,
    start: Sequence[int] = (),
    stopped: Callable[[], bool] = lambda: False,
) -> Linear:
    """Minimise the objective of a model with HiGHS; without an objective, look for any solution.

    Parameters
    ----------
    model
        What its objective maximises is not for this function.
    time_limit
        Seconds; HiGHS looks at its clock between two steps, some of which are long on large models.
    start
        A solution to start from: one value per variable, the first ones at least.
    stopped
        Asked now and then; the search ends early once it says yes.

    Raises
    ------
    ValueError
        When something in the model is not linear.
    """
    found = arrays(model)
    if not found.low.size:
        return _without_variables(found)
    ends = time.monotonic() + time_limit
    if found.low.size > MANY and np.any(found.cost):
        near = _near_the_relaxation(found, time_limit, stopped)
        if near.status is Status.OPTIMAL or stopped() or time.monotonic() > ends:
            return near
        start = near.solution or start
    return _solved(found, ends - time.monotonic(), start, stopped)


def _near_the_relaxation(found: "Arrays", time_limit: float, stopped: Callable[[], bool]) -> Linear:
    """Look for a solution next to the linear relaxation, without the variables no such solution can use.

    A variable above its least adds its reduced cost to the relaxation: those that would add more than the room given
    are left out, and what is then best within that room is best of all.
    """
    ends, step = time.monotonic() + time_limit, _step(found)
    relaxed = _engine(found, time_limit, relaxed=True)
    relaxed.run()
    if relaxed.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return Linear(Status.INFEASIBLE)
    if relaxed.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return Linear(Status.UNKNOWN)
    value = relaxed.getInfo().objective_function_value
    least = _bound(value, 0, 1) or 0
    room = max(ROOM, round(abs(least) * ROOM / 1000))
    reduced = np.array(relaxed.getSolution().col_dual)
    high = np.where(reduced > least + room - value + ROUNDING * max(1.0, abs(value)), found.low, found.high)
    ended = _solved(replace(found, high=high), ends - time.monotonic(), (), stopped)
    bound = found.offset + step * least
    if ended.value is None:
        return Linear(Status.UNKNOWN, bound=bound)
    if ended.status is Status.OPTIMAL and ended.value <= bound + step * room:
        return ended
    return Linear(Status.FEASIBLE, ended.value, bound, ended.solution)


def _solved(found: "Arrays", time_limit: float, start: Sequence[int], stopped: Callable[[], bool]) -> Linear:
    engine = _engine(found, time_limit)
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


def _step(found: "Arrays") -> int:
    """Return what every cost is a multiple of."""
    return gcd(*found.cost.tolist()) or 1


def _engine(found: "Arrays", time_limit: float, *, relaxed: bool = False) -> highspy.Highs:
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
    program.col_lower_, program.col_upper_ = _float(found.low), _float(found.high)
    program.row_lower_, program.row_upper_ = _float(found.least), _float(found.most)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = found.rows.indptr, found.rows.indices
    program.a_matrix_.value_ = found.rows.data.astype(np.float64)
    if not relaxed:
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


def _float(ends: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(ends <= -NO_END, -inf, np.where(ends >= NO_END, inf, ends.astype(np.float64)))


# ------------------------------------------------------------------ conversion


def arrays(model: CpModel) -> Arrays:
    """Write a model as arrays.

    Raises
    ------
    ValueError
        When something in the model is not linear.
    """
    proto = model.proto
    if proto.has_floating_point_objective():
        raise _NotLinear(proto.floating_point_objective)
    domains = [_interval(variable.domain) for variable in proto.variables]
    low = np.array([ends[0] for ends in domains], dtype=np.int64)
    high = np.array([ends[1] for ends in domains], dtype=np.int64)
    cost = np.zeros(len(domains), dtype=np.int64)
    np.add.at(cost, list(proto.objective.vars), list(proto.objective.coeffs))
    indices: list[int] = []
    weights: list[int] = []
    starts, least, most = [0], list[int](), list[int]()
    for constraint in proto.constraints:
        for terms, at_least, at_most in _rows(constraint, domains):
            divisor = gcd(*terms.values()) or 1
            indices += terms
            weights += [weight // divisor for weight in terms.values()]
            starts.append(len(indices))
            least.append(at_least if at_least <= -NO_END else -(-at_least // divisor))
            most.append(at_most if at_most >= NO_END else at_most // divisor)
    return Arrays(
        cost=cost,
        offset=round(proto.objective.offset),
        rows=csr_array((np.array(weights, dtype=np.int64), indices, starts), shape=(len(least), len(domains))),
        least=np.array(least, dtype=np.int64),
        most=np.array(most, dtype=np.int64),
        low=low,
        high=high,
    )


class _NotLinear(ValueError):
    """Something no linear program can say."""

    def __init__(self, what: object) -> None:
        super().__init__(f"not linear: {what}")


def _interval(domain: Iterable[int]) -> tuple[int, int]:
    ends = list(domain)
    if len(ends) != 2:  # noqa: PLR2004  the two ends of one interval
        raise _NotLinear(ends)
    return ends[0], ends[1]


def _rows(constraint: ConstraintProto, domains: Sequence[tuple[int, int]]) -> Iterator[Row]:
    """Yield the rows of one constraint, its conditions included."""
    conditions = list(constraint.enforcement_literal)
    for terms, least, most in _unconditional(constraint):
        if conditions:
            yield from _relaxed((terms, least, most), conditions, domains)
        else:
            yield terms, least, most


def _unconditional(constraint: ConstraintProto) -> Iterator[Row]:
    if constraint.has_linear():
        linear, terms = constraint.linear, dict[int, int]()
        for variable, weight in zip(linear.vars, linear.coeffs, strict=True):
            terms[variable] = terms.get(variable, 0) + weight
        yield terms, *_interval(linear.domain)
    elif constraint.has_exactly_one():
        yield _count(constraint.exactly_one.literals, 1, 1)
    elif constraint.has_at_most_one():
        yield _count(constraint.at_most_one.literals, -NO_END, 1)
    elif constraint.has_bool_or():
        yield _count(constraint.bool_or.literals, 1, NO_END)
    elif constraint.has_bool_and():
        for literal in constraint.bool_and.literals:
            yield _count([literal], 1, NO_END)
    else:
        raise _NotLinear(constraint)


def _count(literals: Iterable[int], least: int, most: int) -> Row:
    """Write how many literals are true; the one of index ``-i - 1`` says that variable i is 0."""
    terms: Terms = {}
    shift = 0
    for literal in literals:
        variable, weight = (literal, 1) if literal >= 0 else (-literal - 1, -1)
        terms[variable] = terms.get(variable, 0) + weight
        shift += weight < 0
    return terms, least - shift if least > -NO_END else least, most - shift if most < NO_END else most


def _relaxed(row: Row, conditions: list[int], domains: Sequence[tuple[int, int]]) -> Iterator[Row]:
    """Yield each side of a row, given away as far as its variables can go for every condition that is false."""
    terms, least, most = row
    ends = [sorted(weight * end for end in domains[variable]) for variable, weight in terms.items()]
    lowest, highest = sum(end[0] for end in ends), sum(end[1] for end in ends)
    if least > -NO_END and lowest < least:
        given, end = _given_away(terms, least, least - lowest, conditions)
        yield given, end, NO_END
    if most < NO_END and highest > most:
        given, end = _given_away(terms, most, most - highest, conditions)
        yield given, -NO_END, end


def _given_away(terms: Terms, end: int, slack: int, conditions: list[int]) -> tuple[Terms, int]:
    """Add `slack` to a sum for each condition that is false; return the sum and where it then ends."""
    if abs(slack) >= LARGEST:
        raise _NotLinear(terms)
    given = dict(terms)
    for literal in conditions:
        if literal >= 0:
            given[literal] = given.get(literal, 0) - slack
            end -= slack
        else:
            given[-literal - 1] = given.get(-literal - 1, 0) + slack
    return given, end
