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
from enum import StrEnum
from itertools import product

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
from picup_planner.solver.engine import WORKERS, hint
from picup_planner.solver.linear import Status, minimise
from picup_planner.solver.objectives import chosen
from picup_planner.solver.pruning import Blocks, Depth, Part, columns_of
from picup_planner.solver.variables import Variables

Statement = Rule | Kept
"""Something a plan is held to: a rule, or a value an objective keeps."""

Asked = Callable[[Variables], Iterable[BoundedLinearExpression | bool]]
"""What is asked of a plan beside the statements."""

ONE_SEARCH = 10.0
"""Seconds one search may take."""

SECOND_OPINION = 20.0
"""Seconds the second configuration may take."""


class Verdict(StrEnum):
    """Whether statements can be kept together; nothing is concluded from a search that ran out of time."""

    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


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
        self._columns = [columns_of(row) for row in self._model.proto.constraints]
        self._blocks = Blocks(self._columns, self._links(), self._depths(problem))

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
            hint(model, self._like | decided)
            status, _ = _search(model, budget, workers=1 if fixed else WORKERS)
            if status in {OPTIMAL, FEASIBLE}:
                return Verdict.POSSIBLE
        return Verdict.IMPOSSIBLE if status == INFEASIBLE else Verdict.UNKNOWN

    def core(self, statements: Collection[Statement], depth: Depth, budget: Budget) -> tuple[Statement, ...]:
        """Return some of the statements that are impossible together at this depth; all of them when time runs out.

        A core may name literals that are no assumption: only those that are one count.
        """
        part = self._part(statements, depth)
        guards = part.guards(self._rows, statements)
        part.model.add_assumptions(list(guards.values()))
        status, solver = _search(part.model, budget, presolve=False)
        if status != INFEASIBLE:
            return tuple(statements)
        named = set(solver.sufficient_assumptions_for_infeasibility())
        found = tuple(statement for statement, guard in guards.items() if guard.index in named)
        return found or tuple(statements)

    def nearest(
        self, candidates: Collection[Statement], budget: Budget
    ) -> tuple[Statement | None, frozenset[Decision]] | None:
        """Return what a plan does that is as near as can be found to the one searches start from.

        It keeps every statement but exactly one of the candidates, which comes with it; every statement when there are
        no candidates.
        """
        model = self._model.clone()
        guards = {statement: model.new_bool_var("") for statement in candidates}
        for statement, guard in guards.items():
            for row in self._rows[statement]:
                model.proto.constraints[row].enforcement_literal.append(guard.index)
        if guards:
            model.add(LinearExpr.sum(list(guards.values())) == len(guards) - 1)
        hint(model, self._like)
        same = [model.get_int_var_from_proto_index(column) for column, value in self._like.items() if value]
        model.maximize(LinearExpr.sum(same))
        status, solver = _search(model, budget, workers=WORKERS)
        if status not in {OPTIMAL, FEASIBLE}:
            return None
        decisions = self._variables.decisions().items()
        true = frozenset(decision for decision, variable in decisions if solver.response_proto.solution[variable.index])
        return next((statement for statement, guard in guards.items() if not solver.boolean_value(guard)), None), true

    def agreed_impossible(self, statements: Collection[Statement], budget: Budget) -> bool:
        """Return whether another configuration finds no plan either: no column left out, no presolve; or HiGHS."""
        left_out = {row for rows in self._rows.values() for row in rows} - set(self._rows_of(statements))
        rows = [row for row in range(len(self._columns)) if row not in left_out]
        model = Part(self._model, self._columns, rows).model
        status, _ = _search(model, budget, presolve=False, limit=SECOND_OPINION)
        if status in {INFEASIBLE, OPTIMAL, FEASIBLE}:
            return status == INFEASIBLE
        budget.spent += 1
        return minimise(model, SECOND_OPINION).status is Status.INFEASIBLE

    # ------------------------------------------------------------- building

    def _stated(self, problem: Problem, kept: Collection[Kept]) -> Iterator[tuple[Statement, int]]:
        for constraint in CONSTRAINTS:
            for rule, row in constraint(self._model, problem, self._variables):
                yield rule, row.index
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

    def _part(self, statements: Iterable[Statement], depth: Depth) -> Part:
        """Return a model of what these statements say down to a depth short of the drives."""
        rows = [row for row in self._rows_of(statements) if self._blocks.depth(row) <= depth]
        return Part(self._model, self._columns, [*rows, *self._blocks.linking(rows)])

    def _whole(self, statements: Iterable[Statement]) -> CpModel:
        """Return a model of all these statements say, every column included: copying a few takes longer."""
        model, stated = self._model.clone(), set(self._rows_of(statements))
        for rows in self._rows.values():
            for row in rows:
                if row not in stated:
                    model.proto.constraints[row].copy_from(ConstraintProto())
        return model


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
