"""A model of CP-SAT as arrays: a linear program in whole numbers.

Booleans become 0 or 1, clauses become sums, and what holds only under a condition is relaxed by as much as the bounds
of its variables allow when the condition is false.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import gcd, inf

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python.cp_model import CpModel
from ortools.sat.python.cp_model_helper import ConstraintProto
from scipy.sparse import csr_array, vstack

NO_END = 2**62
"""Beyond it, an end of a domain is no end."""

LARGEST = 2**53
"""Beyond it, a whole number is not a float any more."""

ROUNDING = 1e-6
"""Part of a bound that may be an error of floating point."""

Terms = dict[int, int]
"""Weight by the index of a variable."""

Row = tuple[Terms, int, int]
"""A weighted sum, the least it may be and the most."""


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

    def at_most(self, value: int) -> "Arrays":
        """Return the same with one row more: what is minimised stays at or below a value."""
        return replace(
            self,
            rows=vstack([self.rows, csr_array(self.cost[np.newaxis])], format="csr"),
            least=np.append(self.least, -NO_END),
            most=np.append(self.most, value - self.offset),
        )


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
    rows = csr_array((np.array(weights, dtype=np.int64), indices, starts), shape=(len(least), len(domains)))
    rows.eliminate_zeros()
    return Arrays(
        cost=cost,
        offset=round(proto.objective.offset),
        rows=rows,
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


def as_float(ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the ends of sums or domains as floats, infinite where there is no end."""
    return np.where(ends <= -NO_END, -inf, np.where(ends >= NO_END, inf, ends.astype(np.float64)))
