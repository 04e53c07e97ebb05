"""Parts of a model: rows of it, with no more columns than they speak about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any, TypeVar

from ortools.sat.python.cp_model import CpModel, IntVar
from ortools.sat.python.cp_model_helper import ConstraintProto

Columns = tuple[int, ...]
"""Indices of variables."""

S = TypeVar("S")

_CLAUSES = ("bool_or", "bool_and", "exactly_one", "at_most_one")


class Depth(IntEnum):
    """How much of a plan is looked at: where and when, then by whom, then for how long, then driven how.

    Until drives are looked at, nothing is known of how long they take.
    """

    PLACES = 0
    PEOPLE = 1
    DUTIES = 2
    DRIVES = 3


class Blocks:
    """Linking definitions, in blocks that are left out or kept whole.

    Parameters
    ----------
    columns
        Of each row of the model.
    links
        Rows that are definitions.
    depths
        Of the columns that are decided; any other is defined by the decisions of its block.
    """

    def __init__(self, columns: list[Columns], links: list[int], depths: Mapping[int, Depth]) -> None:
        self._columns, self._depths = columns, depths
        self._parent: dict[int, int] = {}
        self._always = [row for row in links if not self._defined(row)]
        links = [row for row in links if self._defined(row)]
        for row in links:
            first, *others = self._defined(row)
            for column in others:
                self._parent[self._block(column)] = self._block(first)
        self._rows: dict[int, list[int]] = defaultdict(list)
        self._deepest: dict[int, Depth] = defaultdict(lambda: Depth.PLACES)
        for row in links:
            block = self._block(self._defined(row)[0])
            deepest = max((depths[column] for column in columns[row] if column in depths), default=Depth.PLACES)
            if deepest is Depth.DRIVES:
                deepest = Depth.DUTIES
            else:
                self._rows[block].append(row)
            self._deepest[block] = max(self._deepest[block], deepest)

    def decided(self, column: int) -> bool:
        """Whether a column says where and when, or by whom."""
        return self._depths.get(column, Depth.DRIVES) < Depth.DUTIES

    def depth(self, row: int) -> Depth:
        """How deep one has to look to tell whether a row holds; never to the drives when it names none.

        What a row says of a length it says to those who know no drive, which is less than it says.
        """
        known = self._depths
        of = (known[c] if c in known else self._deepest[self._block(c)] for c in self._columns[row])
        return max(of, default=Depth.PLACES)

    def linking(self, rows: Iterable[int]) -> list[int]:
        """Definitions of everything these rows speak about, but those that name drives."""
        seen: set[int] = set()
        found = list(self._always)
        for row in rows:
            for column in self._columns[row]:
                block = self._block(column)
                if column not in self._depths and block not in seen:
                    seen.add(block)
                    found += self._rows[block]
        return found

    def _defined(self, row: int) -> list[int]:
        """Columns a definition defines: those nobody decides, or else drives, which define what is visited."""
        columns = self._columns[row]
        return [c for c in columns if c not in self._depths] or [c for c in columns if self._depths[c] is Depth.DRIVES]

    def _block(self, column: int) -> int:
        parent = self._parent.setdefault(column, column)
        while parent != column:
            self._parent[column] = parent = self._parent.setdefault(parent, parent)
            column, parent = parent, self._parent[parent]
        return column


class Part:
    """A model of some rows of another, with no more columns than they need; `columns` are theirs in the other."""

    def __init__(self, whole: CpModel, columns: list[Columns], rows: list[int]) -> None:
        self.model = CpModel()
        self.columns = sorted({column for row in rows for column in columns[row]})
        self._place = {row: i for i, row in enumerate(rows)}
        index = {column: i for i, column in enumerate(self.columns)}
        proto = self.model.proto
        for column in self.columns:
            proto.variables.add().copy_from(whole.proto.variables[column])
        for row in rows:
            copy = proto.constraints.add()
            copy.copy_from(whole.proto.constraints[row])
            for some in _fields(copy):
                moved = [index[c] if c >= 0 else -1 - index[-1 - c] for c in some]
                some.clear()
                some.extend(moved)

    def guards(self, stated: Mapping[S, list[int]], which: Iterable[S]) -> dict[S, IntVar]:
        """Let the rows of each of these that are in this model hold only when a literal is true; return the literals.

        Parameters
        ----------
        stated
            Rows of each, in the other model.
        """
        found: dict[S, IntVar] = {}
        for each in which:
            rows = [self._place[row] for row in stated[each] if row in self._place]
            if rows:
                found[each] = self.model.new_bool_var("")
            for row in rows:
                self.model.proto.constraints[row].enforcement_literal.append(found[each].index)
        return found


def _fields(row: ConstraintProto) -> Iterator[Any]:
    """Yield every list of columns of a row, negated ones as -1 less their index."""
    yield row.enforcement_literal
    if row.has_linear():
        yield row.linear.vars
    for kind in _CLAUSES:
        if getattr(row, f"has_{kind}")():
            yield getattr(row, kind).literals


def columns_of(row: ConstraintProto) -> Columns:
    """Return the columns a row speaks about."""
    return tuple(c if c >= 0 else -1 - c for columns in _fields(row) for c in columns)
