"""Many problems planned, each outcome kept on disk as it comes: an interrupted sweep goes on where it was."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from picup_planner.problem import Problem
from picup_planner.scenarios.executors import Executor, processes
from picup_planner.scenarios.months import remembered
from picup_planner.scenarios.outcomes import Outcome, Search, Task
from picup_planner.solver.engine import WORKERS
from picup_planner.writing import write

Heard = Callable[[Outcome, int, int], None]
"""Told of each outcome, how many there are and of how many; those found on disk come first."""


def sweep(  # noqa: PLR0913  one parameter per choice
    problems: Mapping[str, Problem] | Iterable[Problem],
    executor: Executor | None = None,
    *,
    store: Path | None = None,
    time_limit: float = 60,
    seed: int = 0,
    work: float | None = None,
    threads: int = WORKERS,
    progress: Heard | None = None,
) -> dict[str, Outcome]:
    """Plan problems and return the outcome of each, failures beside successes, in the order they were given.

    The same problem under two names is planned once.

    Parameters
    ----------
    problems
        By name; those of a mere list are named by their rank.
    executor
        Where they are planned: by default in as many processes as there are cores.
    store
        Folder in which each outcome is written as it comes, and read the next time; what a person interrupted or a
        worker died of is planned again.
    time_limit, seed, work, threads
        As in :class:`Search`; with `work` and `threads`, the answers are the same wherever they are found.

    Raises
    ------
    OSError
        When an outcome cannot be written.
    """
    named = problems if isinstance(problems, Mapping) else {str(n): one for n, one in enumerate(problems, 1)}
    search = Search(time_limit, seed, work, threads)
    tasks = {name: Task(name, problem, search) for name, problem in named.items()}
    names = defaultdict[str, list[str]](list)
    for name, task in tasks.items():
        names[task.key].append(name)
    outcomes: dict[str, Outcome] = {}

    def heard(outcome: Outcome) -> None:
        for name in names[outcome.key]:
            outcomes[name] = outcome.model_copy(update={"name": name})
            if outcome.plan:
                remembered(outcome.plan, tasks[name].problem)
            if progress:
                progress(outcomes[name], len(outcomes), len(tasks))

    for key in names:
        if store and (known := _stored(store, key)):
            heard(known)
    left = [tasks[some[0]] for some in names.values() if some[0] not in outcomes]
    for outcome in (executor or processes())(left) if left else ():
        if store:
            write(store / f"{outcome.key}.json", outcome.model_dump_json(indent=1))
        heard(outcome)
    return {name: outcomes[name] for name in tasks}


def _stored(store: Path, key: str) -> Outcome | None:
    """Read what was kept, unless another run may do better; a file that is no outcome is as if it were not there."""
    try:
        outcome = Outcome.model_validate_json((store / f"{key}.json").read_bytes())
    except (OSError, ValidationError):
        return None
    return outcome if outcome.final else None
