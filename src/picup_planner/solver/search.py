"""One objective after the other: minimise, prove, keep, go on."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from ortools.sat.python.cp_model import (
    FEASIBLE,
    INFEASIBLE,
    OPTIMAL,
    CpModel,
    CpSolver,
    CpSolverSolutionCallback,
    CpSolverStatus,
    LinearExpr,
)

from picup_planner.errors import DataError, Infeasible, Mistake, NoPlanFound
from picup_planner.plan import Kept, ObjectiveResult, Plan, Provenance
from picup_planner.problem import Problem
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.decode import Decoder
from picup_planner.solver.objectives import OBJECTIVES, Objective
from picup_planner.solver.variables import Variables

WORKERS = 8
"""Eight even on two cores: a smaller portfolio has no subsolver that leans on the linear relaxation."""

TICK = 0.1
"""Seconds between two looks at the search."""


@dataclass(frozen=True)
class Progress:
    """Where the search stands on one objective; `elapsed` in seconds since the search began."""

    objective: str
    value: int | None
    bound: int | None
    proven: bool
    elapsed: float
    done: bool


@dataclass(frozen=True)
class _Stage:
    """What one objective reached, and what it is kept to."""

    objective: Objective
    expression: LinearExpr
    value: int
    bound: int
    limit: int

    @property
    def proven(self) -> bool:
        return self.value == self.bound


@dataclass
class _Search:
    """State of one search: the model, the clock, the last solution."""

    model: CpModel
    variables: Variables
    deadline: float
    began: float
    seed: int
    workers: int
    report: Callable[[Progress], None]
    solution: list[int] = field(default_factory=list)
    interrupted: bool = False


class _Watch(CpSolverSolutionCallback):
    """Remembers the best value and bound; says nothing itself, since an exception here would abort the search."""

    def __init__(self) -> None:
        super().__init__()
        self.best: int | None = None
        self.bound: int | None = None

    def on_solution_callback(self) -> None:
        self.best = round(self.objective_value)


def solve(
    problem: Problem,
    *,
    time_limit: float = 60,
    seed: int = 0,
    workers: int = WORKERS,
    progress: Callable[[Progress], None] | None = None,
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
    progress
        Told of every better value or bound, on the caller's thread. A ``KeyboardInterrupt`` during the search ends it
        and keeps the best plan so far, with `finished` false.

    Raises
    ------
    Infeasible
        When no plan keeps every rule; two configurations of the solver agree.
    NoPlanFound
        When the time ran out before a first plan.
    KeyboardInterrupt
        When interrupted before a first plan.
    """
    began = time.monotonic()
    model = CpModel()
    variables = Variables(model, problem)
    for constraint in CONSTRAINTS:
        for _rule, _constraint in constraint(model, problem, variables):
            pass
    objectives = [(o, o.expression(model, problem, variables)) for o in chosen(problem)]
    search = _Search(
        model=model,
        variables=variables,
        deadline=began + time_limit,
        began=began,
        seed=seed,
        workers=workers,
        report=progress or (lambda _: None),
    )
    stages: list[_Stage] = []
    for i, (objective, expression) in enumerate(objectives):
        stage = _minimise(search, objective, expression, left=len(objectives) - i)
        if stage is None:
            break
        model.add(expression <= stage.limit)
        stages.append(stage)
    return _plan(search, problem, objectives, stages)


def chosen(problem: Problem) -> list[Objective]:
    """Objectives in the order the territory sets, or in the default order when it sets none.

    Raises
    ------
    DataError
        For a name that is no objective.
    """
    known = {objective.name: objective for objective in OBJECTIVES}
    choices = problem.territory.settings.objectives
    mistakes = [
        Mistake("data-unknown-objective", {"value": c.name, "known": ", ".join(known)}, c.origin)
        for c in choices
        if c.name not in known
    ]
    if mistakes:
        raise DataError(*mistakes)
    return [known[c.name]._replace(tolerance=c.tolerance) for c in choices] or list(OBJECTIVES)


def _minimise(search: _Search, objective: Objective, expression: LinearExpr, left: int) -> _Stage | None:
    """Minimise one objective; ``None`` when the search was interrupted or out of time with a solution in hand."""
    remaining = search.deadline - time.monotonic()
    if search.interrupted or (search.solution and remaining <= 0):
        return None
    search.model.minimize(expression)
    solver = _solver(search, limit=max(remaining / left, remaining / 2, TICK))
    watch = _Watch()
    status = _run(search, solver, watch, objective)
    if status not in {OPTIMAL, FEASIBLE}:
        if search.solution:
            return None
        _give_up(search, status)
    _remember(search, solver)
    value, bound = round(solver.objective_value), round(solver.best_objective_bound)
    bound = value if status == OPTIMAL else min(bound, value)
    stage = _Stage(objective, expression, value, bound, value + int(objective.tolerance * value))
    search.report(_progress(search, objective, value, bound, done=True))
    return stage


def _run(search: _Search, solver: CpSolver, watch: _Watch, objective: Objective) -> CpSolverStatus:
    """Solve on another thread, so that this one can report, and stop the search on Ctrl-C."""
    statuses: list[CpSolverStatus] = []
    solver.best_bound_callback = lambda bound: setattr(watch, "bound", round(bound))
    thread = threading.Thread(target=lambda: statuses.append(solver.solve(search.model, watch)))
    thread.start()
    told: tuple[int | None, int | None] = (None, None)
    while thread.is_alive():
        try:
            thread.join(TICK)
            if (watch.best, watch.bound) != told:
                told = watch.best, watch.bound
                search.report(_progress(search, objective, *told, done=False))
        except KeyboardInterrupt:
            search.interrupted = True
            solver.stop_search()
    return statuses[0]


def _progress(search: _Search, objective: Objective, value: int | None, bound: int | None, *, done: bool) -> Progress:
    proven = value is not None and value == bound
    return Progress(objective.name, value, bound, proven, time.monotonic() - search.began, done)


def _solver(search: _Search, limit: float) -> CpSolver:
    solver = CpSolver()
    solver.parameters.num_workers = search.workers
    solver.parameters.random_seed = search.seed
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.catch_sigint_signal = False
    return solver


def _remember(search: _Search, solver: CpSolver) -> None:
    """Keep the solution and hint it to the next objective."""
    search.solution = list(solver.response_proto.solution)
    search.model.clear_hints()  # type: ignore[no-untyped-call]
    for i, value in enumerate(search.solution):
        search.model.add_hint(search.model.get_int_var_from_proto_index(i), value)


def _give_up(search: _Search, status: CpSolverStatus) -> None:
    """Say that no plan exists only when a second configuration agrees."""
    if search.interrupted:
        raise KeyboardInterrupt
    if status == INFEASIBLE:
        other = _solver(replace(search, workers=1), limit=max(search.deadline - time.monotonic(), 10))
        other.parameters.cp_model_presolve = False
        feasibility = search.model.clone()
        feasibility.clear_objective()  # type: ignore[no-untyped-call]
        if other.solve(feasibility) == INFEASIBLE:
            raise Infeasible
    raise NoPlanFound(Mistake("no-plan-in-time"))


def _plan(
    search: _Search, problem: Problem, objectives: list[tuple[Objective, LinearExpr]], stages: list[_Stage]
) -> Plan:
    """Read the last solution, every objective at its own value."""
    solver = _settle(search, objectives)
    decoder = Decoder(problem, search.variables, solver)
    permanences = decoder.permanences()
    results: list[ObjectiveResult] = []
    sure = True
    for i, (objective, expression) in enumerate(objectives):
        value = round(solver.value(expression))
        stage = stages[i] if i < len(stages) else None
        results.append(
            ObjectiveResult(
                name=objective.name,
                value=value,
                best=stage.value if stage else value,
                bound=stage.bound if stage else 0,
                proven=stage is not None and stage.proven,
                conditional=not sure,
                given=tuple(Kept(name=kept.objective.name, value=kept.limit) for kept in stages[:i]),
                unit=objective.unit,
            )
        )
        sure = sure and results[-1].proven
    return Plan(
        territory=problem.territory.id,
        territory_name=problem.territory.name,
        month=problem.month,
        finished=not search.interrupted,
        objectives=tuple(results),
        permanences=permanences,
        tours=decoder.tours(permanences),
        provenance=Provenance(
            problem_hash=problem.hash,
            versions=tuple((name, version(name)) for name in ("picup-planner", "ortools")),
            seed=search.seed,
            made_on=problem.as_of,
        ),
    )


def _settle(search: _Search, objectives: list[tuple[Objective, LinearExpr]]) -> CpSolver:
    """Fix every decision at the last solution and let each objective fall to its own value."""
    model = search.model.clone()
    model.clear_hints()  # type: ignore[no-untyped-call]
    for decision in search.variables.decisions():
        index = decision.index
        model.add_hint(model.get_int_var_from_proto_index(index), search.solution[index])
    model.minimize(sum(expression for _, expression in objectives))
    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    status = solver.solve(model)
    if status != OPTIMAL:
        msg = f"a known solution came back {solver.status_name(status)}"
        raise RuntimeError(msg)
    return solver
