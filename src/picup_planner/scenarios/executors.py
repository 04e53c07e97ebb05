"""Where problems are planned: in this process, in several, or on a cluster; each outcome is yielded as it comes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from multiprocessing import get_context
from os import cpu_count
from typing import Any

from picup_planner.errors import DataError, Mistake
from picup_planner.scenarios.outcomes import Outcome, Task, died, run

CONNECTING = 10
"""Seconds a scheduler is given to answer."""

Executor = Callable[[Sequence[Task]], Iterator[Outcome]]
"""Plans tasks and yields one outcome of each, in the order they come; stopped, it starts no other."""


def here(tasks: Sequence[Task]) -> Iterator[Outcome]:
    """Plan in this process, one after the other."""
    return map(run, tasks)


def processes(workers: int | None = None) -> Executor:
    """Plan in so many processes of this machine, by default as many as it has cores.

    When a process dies, the system tells neither which one nor of what: those that were planned at the time are
    planned again, each alone; one that dies of it again fails, and the others go on.
    """

    def planned(tasks: Sequence[Task]) -> Iterator[Outcome]:
        left = {task.key: task for task in tasks}
        while left:
            count = min(workers or cpu_count() or 1, len(left))
            try:
                for outcome in _pooled(list(left.values()), count):
                    del left[outcome.key]
                    yield outcome
            except BrokenProcessPool:
                suspects = list(left.values())[:count]  # they start in order
                for task in suspects:
                    yield _alone(task)
                    del left[task.key]

    return planned


def _alone(task: Task) -> Outcome:
    try:
        return next(_pooled([task], 1))
    except BrokenProcessPool:
        return died(task)


def _pooled(tasks: Sequence[Task], workers: int) -> Iterator[Outcome]:
    """Plan in a pool; processes are started afresh, since a copy of one with threads of a solver may hang."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        for future in as_completed([pool.submit(run, task) for task in tasks]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def cluster(scheduler: Any) -> Executor:  # noqa: ANN401  an address, or a client of a package that may not be there
    """Plan on a cluster of Dask distributed (extra `cluster`), whose workers have this program.

    A task whose worker dies goes to another; one that several workers died of fails. Give each worker one thread:
    a search has its own.

    Parameters
    ----------
    scheduler
        Address of the scheduler, ``tcp://...``, or a :class:`distributed.Client`.
    """

    def planned(tasks: Sequence[Task]) -> Iterator[Outcome]:
        distributed = _distributed()
        with _client(distributed, scheduler) as connected:
            by_key = {task.key: task for task in tasks}
            futures = [connected.submit(run, task, key=task.key) for task in tasks]
            try:
                for future in distributed.as_completed(futures):
                    try:
                        yield future.result()
                    except distributed.KilledWorker:
                        yield died(by_key[future.key])
                    future.release()
            finally:
                connected.cancel([future for future in futures if not future.done()])

    return planned


def _client(distributed: Any, scheduler: Any) -> AbstractContextManager[Any]:  # noqa: ANN401  as above
    """Connect to an address; a client is lent, and stays connected."""
    if not isinstance(scheduler, str):
        return nullcontext(scheduler)
    try:
        client: AbstractContextManager[Any] = distributed.Client(scheduler, timeout=CONNECTING)
    except (OSError, ValueError) as error:
        raise DataError(Mistake("sweep-no-scheduler", {"value": scheduler, "seconds": CONNECTING})) from error
    return client


def _distributed() -> Any:  # noqa: ANN401  a module
    try:
        import distributed  # noqa: PLC0415  an extra
    except ImportError as error:
        raise DataError(Mistake("sweep-no-cluster")) from error
    return distributed
