"""One objective after the other: minimise, prove, keep, go on."""

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version

from ortools.sat.python.cp_model import (
    FEASIBLE,
    INFEASIBLE,
    OPTIMAL,
    CpModel,
    CpSolver,
    CpSolverSolutionCallback,
    CpSolverStatus,
    FlatIntExpr,
    LinearExpr,
)

from picup_planner.errors import Infeasible, Mistake, NoPlanFound
from picup_planner.plan import Kept, ObjectiveResult, Plan, Provenance
from picup_planner.problem import Problem
from picup_planner.solver.bounds import BOUNDS
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.cuts import tighten
from picup_planner.solver.decode import Decoder
from picup_planner.solver.encode import encode
from picup_planner.solver.objectives import Objective, chosen
from picup_planner.solver.relaxation import Relaxation, applies
from picup_planner.solver.variables import Variables, hint

WORKERS = 8
"""Eight even on two cores: a smaller portfolio has no subsolver that leans on the linear relaxation."""

TICK = 0.1
"""Seconds between two looks at the search."""

SECOND_OPINION = 10
"""Seconds at least for a second configuration to agree that no plan exists."""


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
    relaxed: LinearExpr | None

    @property
    def proven(self) -> bool:
        return self.value == self.bound


@dataclass
class _Search:
    """State of one search: the model, the smaller one that bounds it, the clock, the last solution."""

    problem: Problem
    model: CpModel
    variables: Variables
    relaxation: Relaxation | None
    deadline: float
    began: float
    seed: int
    workers: int
    report: Callable[[Progress], None]
    solution: list[int] = field(default_factory=list)
    interrupted: bool = False

    @property
    def remaining(self) -> float:
        return self.deadline - time.monotonic()

    def tell(self, objective: Objective, value: int | None, bound: int | None, *, done: bool) -> None:
        proven = value is not None and value == bound
        self.report(Progress(objective.name, value, bound, proven, time.monotonic() - self.began, done))


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
    start: Plan | None = None,
    through: str | None = None,
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
    start
        A plan to start from, of this problem or of one much like it; what no longer fits is left behind.
    through
        Name of the last objective to minimise; those after it only get their values. All of them by default.
    progress
        Told of every better value or bound, on the caller's thread. A ``KeyboardInterrupt`` during the search ends it
        and keeps the best plan so far, with `finished` false.

    Raises
    ------
    DataError
        For an objective that does not exist.
    Infeasible
        When no plan keeps every rule; two configurations of the solver agree.
    NoPlanFound
        When the time ran out before a first plan.
    KeyboardInterrupt
        When interrupted before a first plan.
    """
    objectives = chosen(problem)
    began = time.monotonic()
    model, variables = _model(problem)
    tighten(model, problem, variables)
    search = _Search(
        problem=problem,
        model=model,
        variables=variables,
        relaxation=Relaxation(problem, variables) if applies(problem, variables) else None,
        deadline=began + time_limit,
        began=began,
        seed=seed,
        workers=workers,
        report=progress or (lambda _: None),
    )
    expressions = [objective.expression(model, problem, variables) for objective in objectives]
    pairs = list(zip(objectives, expressions, strict=True))
    if start:
        _begin(search, start)
    wanted = [objective.name for objective in objectives]
    last = wanted.index(through) + 1 if through in wanted else len(wanted)
    with _heeding_interrupts(search):
        stages = list(_stages(search, pairs[:last]))
        if not search.solution:
            raise KeyboardInterrupt
        return _plan(search, pairs, stages)


def _begin(search: _Search, plan: Plan) -> None:
    """Start from a plan: as the first solution when it keeps every rule, as a hint otherwise."""
    values = encode(search.problem, search.variables, plan)
    for index, value in values.items():
        search.model.add_hint(search.model.get_int_var_from_proto_index(index), value)
    model = search.model.clone()
    for index, value in values.items():
        model.add(model.get_int_var_from_proto_index(index) == value)
    solver = _solver(search, max(search.remaining / 3, TICK), workers=1)
    if solver.solve(model) in {OPTIMAL, FEASIBLE}:
        search.solution = list(solver.response_proto.solution)


def _stages(search: _Search, objectives: list[tuple[Objective, LinearExpr]]) -> Iterator[_Stage]:
    """Yield what each objective reached, and keep the next ones to it, until the time is up."""
    for i, (objective, expression) in enumerate(objectives):
        stage = _minimise(search, objective, expression, left=len(objectives) - i)
        if stage is None:
            return
        search.tell(objective, stage.value, stage.bound, done=True)
        search.model.add(expression <= stage.limit)
        if search.relaxation and stage.relaxed is not None:
            search.relaxation.model.add(stage.relaxed <= stage.limit)
        yield stage


@contextmanager
def _heeding_interrupts(search: _Search) -> Iterator[None]:
    """Turn Ctrl-C into a remark: an exception could fall between finding a plan and keeping it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: setattr(search, "interrupted", True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _model(problem: Problem) -> tuple[CpModel, Variables]:
    """Return the rules of a problem, all of them, and nothing else."""
    model = CpModel()
    variables = Variables(model, problem)
    for constraint in CONSTRAINTS:
        for _rule, _constraint in constraint(model, problem, variables):
            pass
    return model, variables


def _minimise(search: _Search, objective: Objective, expression: LinearExpr, left: int) -> _Stage | None:
    """Bound one objective by the smaller model, reach the bound or search the full one; ``None`` when there is no time.

    Most objectives end at the first or second of three stops: the last solution is already at the bound, or the
    crews of the smaller model give one that is. What the smaller model cannot bound begins with the same tours and
    other people.
    """
    if search.interrupted or (search.solution and search.remaining <= 0):
        return None
    share = max(search.remaining / left, search.remaining / 3, TICK)
    bounds = {bound.__name__: bound for bound in BOUNDS}
    relaxed = bounds[objective.name](search.relaxation) if search.relaxation and objective.name in bounds else None
    bound = 0
    if relaxed is not None:
        bound = _bound(search, objective, expression, relaxed, share / 2)
    elif search.solution:
        same_tours = [(drive, search.solution[drive.index]) for drive in search.variables.drives()]
        _follow(search, objective, expression, same_tours, share / 2)
    value = _value(search, expression)
    if (value is None or value > bound) and not search.interrupted:
        if search.solution:
            hint(search.model, search.solution)
        search.model.minimize(expression)
        solver = _solver(search, max(min(share if relaxed is None else share / 2, search.remaining), TICK))
        status = _run(search, solver, search.model, objective)
        if status in {OPTIMAL, FEASIBLE}:
            search.solution = list(solver.response_proto.solution)
            bound = max(bound, round(solver.objective_value if status == OPTIMAL else solver.best_objective_bound))
        elif not search.solution:
            _give_up(search, status)
        value = _value(search, expression)
    if value is None:
        return None
    limit = value + int(objective.tolerance * value)
    return _Stage(objective, expression, value, min(bound, value), limit, relaxed)


def _bound(search: _Search, objective: Objective, expression: LinearExpr, relaxed: LinearExpr, limit: float) -> int:
    """Return what no plan can beat, having tried the crews of the smaller model in the full one.

    One worker on the linear relaxation proves the smaller model in a second; eight on two cores took ten.
    """
    if search.relaxation is None:
        return 0
    search.relaxation.model.minimize(relaxed)
    solver = _solver(search, limit, workers=1)
    solver.parameters.linearization_level = 2
    status = _run(search, solver, search.relaxation.model, objective)
    if status not in {OPTIMAL, FEASIBLE}:
        return 0
    bound = max(0, round(solver.objective_value if status == OPTIMAL else solver.best_objective_bound))
    search.model.add(expression >= bound)
    hint(search.relaxation.model, list(solver.response_proto.solution))
    known = _value(search, expression)
    if known is None or known > round(solver.objective_value):
        _follow(search, objective, expression, search.relaxation.crews(solver), limit / 2)
    return bound


def _follow(
    search: _Search,
    objective: Objective,
    expression: LinearExpr,
    given: Iterable[tuple[LinearExpr, int]],
    limit: float,
) -> None:
    """Give some decisions their values and let the rest fall into place; keep what comes out when it is better."""
    model = search.model.clone()
    for decision, value in given:
        model.add(decision == value)
    model.minimize(expression)
    solver = _solver(search, limit)
    if _run(search, solver, model, objective) in {OPTIMAL, FEASIBLE}:
        known = _value(search, expression)
        if known is None or round(solver.objective_value) < known:
            search.solution = list(solver.response_proto.solution)


def _value(search: _Search, expression: LinearExpr) -> int | None:
    """Value of an objective in the last solution, or ``None`` before the first."""
    if not search.solution:
        return None
    flat = FlatIntExpr(expression)
    terms = zip(flat.vars, flat.coeffs, strict=True)
    return int(flat.offset + sum(weight * search.solution[x.index] for x, weight in terms))


def _run(search: _Search, solver: CpSolver, model: CpModel, objective: Objective) -> CpSolverStatus:
    """Solve on another thread, so that this one can report, and stop the search once it is interrupted."""
    watch, statuses, ended = _Watch(), list[CpSolverStatus](), threading.Event()

    def work() -> None:
        try:
            statuses.append(solver.solve(model, watch))
        finally:
            ended.set()

    solver.best_bound_callback = lambda bound: setattr(watch, "bound", max(0, round(bound)))
    thread = threading.Thread(target=work)
    thread.start()
    told: tuple[int | None, int | None] = (None, None)
    while not ended.wait(TICK):
        if search.interrupted:
            solver.stop_search()
        elif model is search.model and (watch.best, watch.bound) != told:
            told = watch.best, watch.bound
            search.tell(objective, *told, done=False)
    thread.join()
    return statuses[0]


def _solver(search: _Search, limit: float, workers: int | None = None) -> CpSolver:
    """Return a solver without probing nor symmetry, which took most of the time on these models and found nothing."""
    solver = CpSolver()
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.num_workers = workers or search.workers
    solver.parameters.random_seed = search.seed
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.catch_sigint_signal = False
    return solver


def _give_up(search: _Search, status: CpSolverStatus) -> None:
    """Say that no plan exists only when a second configuration agrees."""
    if search.interrupted:
        raise KeyboardInterrupt
    if status == INFEASIBLE:
        other = _solver(search, max(search.remaining, SECOND_OPINION), workers=1)
        other.parameters.cp_model_presolve = False
        if other.solve(_model(search.problem)[0]) == INFEASIBLE:
            raise Infeasible
    raise NoPlanFound(Mistake("no-plan-in-time"))


def _plan(search: _Search, objectives: list[tuple[Objective, LinearExpr]], stages: list[_Stage]) -> Plan:
    """Read the last solution, every objective at its own value."""
    problem = search.problem
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
                best=min(stage.value, value) if stage else value,
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
        model.add_hint(model.get_int_var_from_proto_index(decision.index), search.solution[decision.index])
    model.minimize(sum(expression for _, expression in objectives))
    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    status = solver.solve(model)
    if status != OPTIMAL:
        msg = f"a known solution came back {solver.status_name(status)}"
        raise RuntimeError(msg)
    return solver
