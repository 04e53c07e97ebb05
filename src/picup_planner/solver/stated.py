"""The rules and objectives of a problem on one model, whole or within an outline, and solutions that pass between two.

A solution is the set of the decisions that are true, by key: the same in every model of a problem.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.cuts import tighten
from picup_planner.solver.drives import Decision, Outline
from picup_planner.solver.engine import Engine, Found, Watch, hint, value_of
from picup_planner.solver.objectives import Objective
from picup_planner.solver.variables import Variables


@dataclass(frozen=True)
class Solution:
    """Decisions that are true, and the value of each objective."""

    decisions: frozenset[Decision]
    values: dict[str, int]


class Stated:
    """Every rule of a problem and every objective asked for.

    Parameters
    ----------
    problem
        The month to plan.
    objectives
        What may be minimised or limited.
    outline
        Tours to keep to; by default any.
    tight
        Whether to add what the rules imply together.
    """

    def __init__(
        self, problem: Problem, objectives: Iterable[Objective], outline: Outline | None = None, *, tight: bool = True
    ) -> None:
        self.model = CpModel()
        self.variables = Variables(self.model, problem, outline)
        for constraint in CONSTRAINTS:
            for _rule, _constraint in constraint(self.model, problem, self.variables):
                pass
        if tight:
            tighten(self.model, problem, self.variables)
        self.objectives: dict[str, LinearExpr] = {
            objective.name: objective.expression(self.model, problem, self.variables) for objective in objectives
        }

    def keep(self, name: str, *, least: int | None = None, most: int | None = None) -> None:
        """Keep an objective at or above `least`, at or below `most`."""
        if least is not None:
            self.model.add(self.objectives[name] >= least)
        if most is not None:
            self.model.add(self.objectives[name] <= most)

    def minimise(  # noqa: PLR0913  one parameter per choice
        self,
        name: str,
        engine: Engine,
        limit: float,
        start: Solution | None = None,
        *,
        same: Iterable[Decision] = (),
        watch: Watch | None = None,
    ) -> tuple[Found, Solution | None]:
        """Minimise one objective in at most `limit` seconds.

        Parameters
        ----------
        start
            A solution to start from, if it fits.
        same
            Decisions that stay as they are in `start`.
        """
        model = self.model.clone()
        decisions, true = self.variables.decisions(), start.decisions if start else frozenset()
        hint(model, {variable.index: decision in true for decision, variable in decisions.items()} if start else {})
        for decision in same:
            model.add(model.get_int_var_from_proto_index(decisions[decision].index) == (decision in true))
        model.minimize(self.objectives[name])
        found = engine.search(model, limit, watch)
        return found, self.read(found, engine)

    def solution(self, decisions: frozenset[Decision], engine: Engine) -> Solution | None:
        """Return the solution in which these decisions alone are true, or ``None`` when it breaks a rule."""
        known = self.variables.decisions()
        if not decisions <= known.keys():
            return None
        model = self.model.clone()
        model.minimize(LinearExpr.sum(list(self.objectives.values())))
        found = engine.complete(model, {x.index: decision in decisions for decision, x in known.items()})
        if not found.solution:
            return None
        values = {name: value_of(expression, found.solution) for name, expression in self.objectives.items()}
        return Solution(decisions, values)

    def read(self, found: Found, engine: Engine) -> Solution | None:
        """Read what a search found, every objective at its own value; ``None`` when it found nothing."""
        if not found.solution:
            return None
        known = self.variables.decisions()
        true = frozenset(decision for decision, variable in known.items() if found.solution[variable.index])
        solution = self.solution(true, engine)
        if solution is None:
            msg = "a known solution came back without its values"
            raise RuntimeError(msg)
        return solution
