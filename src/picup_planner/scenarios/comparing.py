"""Scenarios side by side: the month as it is, then each change of it, planned in the same way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from picup_planner.errors import DataError, Mistake, PicupError
from picup_planner.plan import Plan
from picup_planner.problem import PastPermanence, Problem, Territory
from picup_planner.scenarios.executors import Executor
from picup_planner.scenarios.months import month as month_of
from picup_planner.scenarios.outcomes import Outcome, refused
from picup_planner.scenarios.scenario import Change, Scenario, scenario_of
from picup_planner.scenarios.sweeping import Heard, sweep
from picup_planner.solver.engine import WORKERS

_YARDSTICKS: dict[str, Callable[[Problem], Any]] = {
    "below_minimum": lambda problem: [commune.frequency for commune in problem.territory.communes],
    "below_target": lambda problem: [commune.frequency for commune in problem.territory.communes],
    "lapses": lambda problem: (_communes(problem), problem.territory.settings.max_gap),
    "unreached": lambda problem: (problem.territory.areas, problem.territory.settings.walking_distance),
    "continuity": lambda problem: (_communes(problem), problem.territory.settings.faces),
    "evenness": lambda problem: [commune.id for commune in problem.territory.communes],
}
"""What an objective is counted by: where that differs, two values say nothing of one another."""


@dataclass(frozen=True)
class Case:
    """One scenario and what came of it; without a problem, it could not even be assembled."""

    scenario: Scenario
    problem: Problem | None
    outcome: Outcome

    @property
    def plan(self) -> Plan | None:
        """The plan, if there is one."""
        return self.outcome.plan


@dataclass(frozen=True)
class Comparison:
    """A month under several scenarios; the first case is the month as it is."""

    territory: Territory
    month: str
    cases: tuple[Case, ...]

    @property
    def baseline(self) -> Case:
        """The month as it is."""
        return self.cases[0]

    def alike(self, objective: str, case: Case) -> bool:
        """Whether an objective is counted in a case as it is in the month as it is."""
        yardstick = _YARDSTICKS.get(objective)
        if yardstick is None or case.problem is None or self.baseline.problem is None:
            return True
        return bool(yardstick(case.problem) == yardstick(self.baseline.problem))


def compare(  # noqa: PLR0913  one parameter per choice
    territory: Territory,
    month: str,
    scenarios: Iterable[Scenario | Change],
    executor: Executor | None = None,
    *,
    history: tuple[PastPermanence, ...] = (),
    store: Path | None = None,
    time_limit: float = 60,
    seed: int = 0,
    work: float | None = None,
    threads: int = WORKERS,
    progress: Heard | None = None,
) -> Comparison:
    """Plan a month as it is, then under each scenario, and return them side by side.

    Parameters
    ----------
    territory
        As :func:`picup_planner.read` gives it.
    month
        ``YYYY-MM``.
    history
        Permanences of the months before, the same for all.
    executor, store, time_limit, seed, work, threads, progress
        As in :func:`sweep`.

    Raises
    ------
    DataError
        When the month cannot be assembled even as it is.
    """
    known = [Scenario(), *map(scenario_of, scenarios)]
    problems: list[Problem | PicupError] = [_assembled(one, territory, month, history) for one in known]
    if isinstance(first := problems[0], PicupError):
        raise first
    outcomes = sweep(
        {str(n): one for n, one in enumerate(problems) if isinstance(one, Problem)},
        executor,
        store=store,
        time_limit=time_limit,
        seed=seed,
        work=work,
        threads=threads,
        progress=progress,
    )
    cases = []
    for n, (scenario, problem) in enumerate(zip(known, problems, strict=True)):
        if isinstance(problem, Problem):
            cases.append(Case(scenario, problem, outcomes[str(n)]))
        else:
            cases.append(Case(scenario, None, refused(str(n), problem)))
    return Comparison(territory, month, tuple(cases))


def _assembled(
    scenario: Scenario, territory: Territory, month: str, history: tuple[PastPermanence, ...]
) -> Problem | PicupError:
    try:
        return month_of(scenario(territory), month, history=history)
    except PicupError as wrong:
        return wrong


def _communes(problem: Problem) -> list[str]:
    return [commune.id for commune in problem.territory.communes]


def planned(comparison: Comparison) -> tuple[Case, ...]:
    """Give the cases that have a plan.

    Raises
    ------
    DataError
        When none has.
    """
    cases = tuple(case for case in comparison.cases if case.plan)
    if not cases:
        raise DataError(Mistake("scenario-no-plan-at-all", {"month": comparison.month}))
    return cases
