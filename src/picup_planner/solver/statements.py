"""What a problem states, as statements that can be left out one by one, and whether the others can be kept together.

A model of a few statements holds only the columns they speak about. Linking definitions forbid nothing: those of a
column no statement speaks about are left out, whole, and nothing changes but the time it takes. The drives of a day are
most of the columns, so that what no place and nobody could do is found out before any drive is looked at; and what
they can do is tried with the drives it asks for before any other.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from itertools import product
from typing import Any

from ortools.sat.python.cp_model import (
    FEASIBLE,
    INFEASIBLE,
    OPTIMAL,
    BoundedLinearExpression,
    CpModel,
    CpSolver,
    CpSolverStatus,
    LinearExpr,
)
from ortools.sat.python.cp_model_helper import ConstraintProto

from picup_planner.plan import Kept
from picup_planner.problem import Problem, Rule
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.drives import Decision
from picup_planner.solver.engine import WORKERS
from picup_planner.solver.linear import Status, minimise
from picup_planner.solver.objectives import chosen
from picup_planner.solver.variables import Variables

Statement = Rule | Kept
"""Something a plan is held to: a rule, or a value an objective keeps."""

Asked = Callable[[Variables], Iterable[BoundedLinearExpression | bool]]
"""What is asked of a plan beside the statements."""

Columns = tuple[int, ...]
"""Indices of variables."""

ONE_SEARCH = 10.0
"""Seconds one search may take."""

SECOND_OPINION = 20.0
"""Seconds the second configuration may take."""

_CLAUSES = ("bool_or", "bool_and", "exactly_one", "at_most_one")


class Verdict(StrEnum):
    """Whether statements can be kept together; nothing is concluded from a search that ran out of time."""

    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


class Depth(IntEnum):
    """How much of a plan is looked at: where and when, then by whom, then for how long, then driven how.

    Until drives are looked at, nothing is known of how long they take.
    """

    PLACES = 0
    PEOPLE = 1
    DUTIES = 2
    DRIVES = 3


@dataclass
class Budget:
    """Searches and seconds an explanation may take.

    Parameters
    ----------
    solves
        Searches at most.
    time_limit
        Seconds at most, from now on.
    """

    solves: int
    time_limit: float
    spent: int = field(default=0, init=False)
    began: float = field(default_factory=time.monotonic, init=False)

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds left; none when no search is."""
        return max(0.0, self.time_limit - self.seconds) if self.spent < self.solves else 0.0


class Statements:
    """Every statement of a problem on one model, each of which may be left out.

    Parameters
    ----------
    problem
        The month.
    asked
        What is asked of the plan, always stated.
    kept
        Values objectives are held to.
    like
        Decisions that are true in a plan to start searches from.
    """

    def __init__(
        self,
        problem: Problem,
        asked: Asked = lambda _: (),
        kept: Collection[Kept] = (),
        like: Collection[Decision] = (),
    ) -> None:
        self._model = CpModel()
        self._variables = variables = Variables(self._model, problem)
        self._rows: dict[Statement, list[int]] = defaultdict(list)
        for statement, row in self._stated(problem, kept):
            self._rows[statement].append(row)
        self._asked = [self._model.add(wanted).index for wanted in asked(variables)]
        decisions = variables.decisions()
        self._like = {variable.index: int(decision in like) for decision, variable in decisions.items()}
        self._columns = [_columns(row) for row in self._model.proto.constraints]
        self._blocks = _Blocks(self._columns, self._links(), self._depths(problem))

    def __iter__(self) -> Iterator[Statement]:
        """Every statement, rules in the order they are told."""
        yield from self._rows

    def possible(self, statements: Collection[Statement], budget: Budget) -> tuple[Verdict, Depth]:
        """Return whether statements can be kept together, and how deep one had to look to tell.

        What is impossible for places alone is impossible; what is possible must be so down to the drives.
        """
        known: dict[int, int] = {}
        depths = self._depths_of(statements)
        for depth in depths:
            if depth is Depth.DRIVES:
                return self._driven(statements, known, budget), depth
            part = self._part(statements, depth)
            status, solver = _search(part.model, budget)
            if status == INFEASIBLE:
                return Verdict.IMPOSSIBLE, depth
            if status not in {OPTIMAL, FEASIBLE}:
                return Verdict.UNKNOWN, depth
            known = dict(zip(part.columns, solver.response_proto.solution, strict=False))
        return Verdict.POSSIBLE, depths[-1]

    def _driven(self, statements: Collection[Statement], known: Mapping[int, int], budget: Budget) -> Verdict:
        """Return whether statements can be kept together, drives included: as places and people are known, or else."""
        decided = {column: value for column, value in known.items() if self._blocks.decided(column)}
        for fixed in (decided, {}) if decided else ({},):
            model = self._whole(statements)
            for column, value in fixed.items():
                model.add(model.get_int_var_from_proto_index(column) == value)
            for column, value in (self._like | decided).items():
                model.add_hint(model.get_int_var_from_proto_index(column), value)
            status, solver = _search(model, budget, workers=1 if fixed else WORKERS)
            if status in {OPTIMAL, FEASIBLE}:
                self._like = {column: solver.response_proto.solution[column] for column in self._like}
                return Verdict.POSSIBLE
        return Verdict.IMPOSSIBLE if status == INFEASIBLE else Verdict.UNKNOWN

    def core(self, statements: Collection[Statement], depth: Depth, budget: Budget) -> tuple[Statement, ...]:
        """Return some of the statements that are impossible together at this depth; all of them when time runs out.

        A core may name literals that are no assumption: only those that are one count.
        """
        part = self._part(statements, depth)
        guards = part.guard(statements)
        part.model.add_assumptions(list(guards.values()))
        status, solver = _search(part.model, budget, presolve=False)
        if status != INFEASIBLE:
            return tuple(statements)
        named = set(solver.sufficient_assumptions_for_infeasibility())
        found = tuple(statement for statement, guard in guards.items() if guard.index in named)
        return found or tuple(statements)

    def one_left_out(self, candidates: Iterable[Statement], budget: Budget) -> Statement | None:
        """Return a statement among the candidates without which all the others can be kept, if one is found."""
        model = self._model.clone()
        guards = {statement: model.new_bool_var("") for statement in candidates}
        for statement, guard in guards.items():
            for row in self._rows[statement]:
                model.proto.constraints[row].enforcement_literal.append(guard.index)
        model.add(LinearExpr.sum(list(guards.values())) == len(guards) - 1)
        for column, value in self._like.items():
            model.add_hint(model.get_int_var_from_proto_index(column), value)
        status, solver = _search(model, budget, workers=WORKERS)
        if status not in {OPTIMAL, FEASIBLE}:
            return None
        return next(statement for statement, guard in guards.items() if not solver.boolean_value(guard))

    def agreed_impossible(self, statements: Collection[Statement], budget: Budget) -> bool:
        """Return whether another configuration finds no plan either: no column left out, no presolve; or HiGHS."""
        left_out = {row for rows in self._rows.values() for row in rows} - set(self._rows_of(statements))
        rows = [row for row in range(len(self._columns)) if row not in left_out]
        model = _Part(self._model, self._columns, rows, self._rows).model
        status, _ = _search(model, budget, presolve=False, limit=SECOND_OPINION)
        if status in {INFEASIBLE, OPTIMAL, FEASIBLE}:
            return status == INFEASIBLE
        budget.spent += 1
        return minimise(model, SECOND_OPINION).status is Status.INFEASIBLE

    # ------------------------------------------------------------- building

    def _stated(self, problem: Problem, kept: Collection[Kept]) -> Iterator[tuple[Statement, int]]:
        seen: set[Statement] = set()
        for constraint in CONSTRAINTS:
            for rule, row in constraint(self._model, problem, self._variables):
                # once a commune has one permanence a day, no drive stays inside it: only the relaxation is told so
                if rule.constraint != "rotation" or rule not in seen:
                    yield rule, row.index
                seen.add(rule)
        objectives = {objective.name: objective for objective in chosen(problem)}
        for value in kept:
            expression = objectives[value.name].expression(self._model, problem, self._variables)
            yield value, self._model.add(expression <= value.value).index

    def _links(self) -> list[int]:
        stated = {row for rows in self._rows.values() for row in rows} | set(self._asked)
        return [row for row in range(len(self._columns)) if row not in stated]

    def _depths(self, problem: Problem) -> dict[int, Depth]:
        """Return how deep one looks at each column that is decided."""
        variables = self._variables
        slots = product(variables.vans, variables.sites, problem.dates, variables.clock.sessions)
        depths = {variables.visit(*slot).index: Depth.PLACES for slot in slots}
        for (kind, _), variable in variables.decisions().items():
            driven = kind in {"start", "end", "arc"}
            depths[variable.index] = Depth.DRIVES if driven else Depth.PEOPLE
        return depths

    # -------------------------------------------------------------- pruning

    def _rows_of(self, statements: Iterable[Statement]) -> list[int]:
        return [*self._asked, *(row for statement in statements for row in self._rows[statement])]

    def _depths_of(self, statements: Iterable[Statement]) -> list[Depth]:
        found = {self._blocks.depth(row) for row in self._rows_of(statements)} or {Depth.PLACES}
        return sorted(found | {Depth.DRIVES} if Depth.DUTIES in found else found)

    def _part(self, statements: Iterable[Statement], depth: Depth) -> "_Part":
        """Return a model of what these statements say down to a depth short of the drives."""
        rows = [row for row in self._rows_of(statements) if self._blocks.depth(row) <= depth]
        return _Part(self._model, self._columns, [*rows, *self._blocks.linking(rows)], self._rows)

    def _whole(self, statements: Iterable[Statement]) -> CpModel:
        """Return a model of all these statements say, every column included: copying a few takes longer."""
        model, stated = self._model.clone(), set(self._rows_of(statements))
        for rows in self._rows.values():
            for row in rows:
                if row not in stated:
                    model.proto.constraints[row].copy_from(ConstraintProto())
        return model


class _Blocks:
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
        found: list[int] = []
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


class _Part:
    """A model of some rows of another, with no more columns than they need; `columns` are theirs in the other."""

    def __init__(
        self, whole: CpModel, columns: list[Columns], rows: list[int], stated: Mapping[Statement, list[int]]
    ) -> None:
        self.model = CpModel()
        self.columns = sorted({column for row in rows for column in columns[row]})
        self._stated = stated
        self._place = {row: i for i, row in enumerate(rows)}
        index = {column: i for i, column in enumerate(self.columns)}
        proto = self.model.proto
        for column in self.columns:
            proto.variables.add().copy_from(whole.proto.variables[column])
        for row in rows:
            copy = proto.constraints.add()
            copy.copy_from(whole.proto.constraints[row])
            for columns_of in _fields(copy):
                moved = [index[c] if c >= 0 else -1 - index[-1 - c] for c in columns_of]
                columns_of.clear()
                columns_of.extend(moved)

    def guard(self, statements: Iterable[Statement]) -> dict[Statement, Any]:
        """Let each statement that is in this model hold only when a literal is true, and return the literals."""
        guards = {}
        for statement in statements:
            rows = [self._place[row] for row in self._stated[statement] if row in self._place]
            if rows:
                guards[statement] = self.model.new_bool_var("")
            for row in rows:
                self.model.proto.constraints[row].enforcement_literal.append(guards[statement].index)
        return guards


def _fields(row: ConstraintProto) -> Iterator[Any]:
    """Yield every list of columns of a row, negated ones as -1 less their index."""
    yield row.enforcement_literal
    if row.has_linear():
        yield row.linear.vars
    for kind in _CLAUSES:
        if getattr(row, f"has_{kind}")():
            yield getattr(row, kind).literals


def _columns(row: ConstraintProto) -> Columns:
    return tuple(c if c >= 0 else -1 - c for columns in _fields(row) for c in columns)


def _search(
    model: CpModel, budget: Budget, *, workers: int = 1, presolve: bool = True, limit: float = ONE_SEARCH
) -> tuple[CpSolverStatus, CpSolver]:
    """Search a model without an objective."""
    solver = CpSolver()
    solver.parameters.num_workers = workers
    if workers == 1:  # on few columns, the linear relaxation finds what several searches would
        solver.parameters.linearization_level = 2
    solver.parameters.cp_model_presolve = presolve
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.max_time_in_seconds = min(limit, budget.left) if limit == ONE_SEARCH else limit
    solver.parameters.catch_sigint_signal = False
    budget.spent += 1
    return solver.solve(model), solver
