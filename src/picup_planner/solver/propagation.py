"""What each objective is never below, at once: the ends of domains are drawn together, row by row."""

from collections.abc import Iterable
from dataclasses import replace
from math import inf

import numpy as np
from ortools.sat.python.cp_model import CpModel, FlatIntExpr, LinearExpr
from scipy.sparse import csr_array, vstack

from picup_planner.solver.arrays import LARGEST, NO_END, ROUNDING, Arrays, arrays, as_float

ROUNDS = 50
"""Times every row is asked what it says of the domains of its variables."""


def leasts(model: CpModel, expressions: Iterable[LinearExpr]) -> list[int]:
    """Return what each expression is never below, those before it at what they are never below.

    Only the ends of domains are looked at, row by row: what is impossible at once may pass unnoticed.

    Raises
    ------
    ValueError
        When something in the model is not linear.
    """
    found, values = _propagated(arrays(model)), list[int]()
    for expression in expressions:
        flat = FlatIntExpr(expression)
        weights = np.zeros((1, found.low.size), dtype=np.int64)
        np.add.at(weights[0], [x.index for x in flat.vars], list(flat.coeffs))
        least = int(np.sum(np.where(weights > 0, found.low, found.high) * weights))
        values.append(least + round(flat.offset))
        rows = csr_array(vstack([found.rows, csr_array(weights)]))
        kept = replace(found, rows=rows, least=np.append(found.least, -NO_END), most=np.append(found.most, least))
        found = _propagated(kept)
    return values


def _propagated(found: Arrays) -> Arrays:
    """Draw the ends of domains together until no row says more, or one cannot be."""
    entries = found.rows.tocoo()
    row, column, weight = entries.row, entries.col, entries.data.astype(np.float64)
    low, high = found.low.astype(np.float64), found.high.astype(np.float64)
    least, most = as_float(found.least), as_float(found.most)
    for _ in range(ROUNDS):
        ends = weight * np.array([low[column], high[column]])
        small, large = (np.bincount(row, each, least.size) for each in (ends.min(axis=0), ends.max(axis=0)))
        up = np.where(small > -LARGEST, most - small, inf)[row] / abs(weight)
        down = np.where(large < LARGEST, large - least, inf)[row] / abs(weight)
        from_low, from_high = np.where(weight > 0, up, down), np.where(weight > 0, down, up)
        lower, higher = low.copy(), high.copy()
        np.minimum.at(higher, column, np.floor(low[column] + from_low + ROUNDING))
        np.maximum.at(lower, column, np.ceil(high[column] - from_high - ROUNDING))
        if np.any(lower > higher) or (np.all(lower == low) and np.all(higher == high)):
            break
        low, high = lower, higher
    return replace(found, low=low.astype(np.int64), high=high.astype(np.int64))
