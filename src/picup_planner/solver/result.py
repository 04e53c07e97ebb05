"""What a search ends with: a stage for each objective, and the plan with what is proven of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from picup_planner.plan import Kept, ObjectiveResult, Plan, Provenance
from picup_planner.problem import Problem
from picup_planner.solver.clock import Clock
from picup_planner.solver.decode import Decoder
from picup_planner.solver.engine import Engine
from picup_planner.solver.objectives import Objective
from picup_planner.solver.stated import Solution


@dataclass(frozen=True)
class Stage:
    """What one objective reached, and what it is kept to."""

    objective: Objective
    value: int
    bound: int

    @property
    def limit(self) -> int:
        """What later objectives may worsen it to."""
        return self.objective.limit(self.value)

    @property
    def proven(self) -> bool:
        """Whether no plan is better, given the stages before."""
        return self.value == self.bound


def _results(
    objectives: Iterable[Objective], solution: Solution, stages: Iterable[Stage], floors: Mapping[str, int]
) -> Iterator[ObjectiveResult]:
    sure, given = True, list[Kept]()
    settled = {stage.objective.name: stage for stage in stages}
    for objective in objectives:
        value, stage = solution.values[objective.name], settled.get(objective.name)
        bound = stage.bound if stage else min(value, floors.get(objective.name, 0))
        yield ObjectiveResult(
            name=objective.name,
            value=value,
            best=min(stage.value, value) if stage else value,
            bound=bound,
            proven=stage.proven if stage else 0 < bound == value,
            conditional=not sure,
            given=tuple(given),
            unit=objective.unit,
        )
        if stage:
            given.append(Kept(name=objective.name, value=stage.limit))
        if not objective.counted:
            sure = sure and stage is not None and stage.proven


def plan_of(  # noqa: PLR0913, PLR0917  one parameter per source of what is said
    problem: Problem,
    engine: Engine,
    objectives: Iterable[Objective],
    solution: Solution,
    stages: Iterable[Stage],
    floors: Mapping[str, int],
) -> Plan:
    """Read a solution as a plan, every objective at its own value, with what its stages say of it.

    Parameters
    ----------
    floors
        What objectives without a stage are never below, where something is known.
    """
    decoder = Decoder(problem, Clock(problem), solution.decisions)
    permanences = decoder.permanences()
    return Plan(
        territory=problem.territory.id,
        territory_name=problem.territory.name,
        month=problem.month,
        finished=not engine.interrupted,
        objectives=tuple(_results(objectives, solution, stages, floors)),
        permanences=permanences,
        tours=decoder.tours(permanences),
        provenance=Provenance(
            problem_hash=problem.hash,
            versions=tuple((name, version(name)) for name in ("picup-planner", "ortools", "highspy")),
            seed=engine.seed,
            made_on=problem.as_of,
        ),
    )
