"""One problem to plan, and what came of it: a plan, or the reason there is none."""

import hashlib
import json
import time
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.metadata import version
from sys import platform

from picup_planner.errors import Infeasible, Mistake, NoPlanFound, PicupError
from picup_planner.plan import Plan
from picup_planner.problem import Noun, Problem, Rule
from picup_planner.scenarios.months import solve
from picup_planner.solver.engine import WORKERS
from picup_planner.solver.explanation import conflict

EXPLAINING = 20.0
"""Seconds at most to find out why a problem has no plan."""

_UNITS = 2**20 if platform == "darwin" else 2**10
"""What `getrusage` counts memory in, per megabyte."""


@dataclass(frozen=True)
class Search:
    """How long and how a problem is searched.

    Parameters
    ----------
    time_limit
        Seconds.
    work
        Deterministic seconds of each search instead: the same answer on any machine, worker or day.
    threads
        Of one search.
    """

    time_limit: float = 60
    seed: int = 0
    work: float | None = None
    threads: int = WORKERS


@dataclass(frozen=True)
class Task:
    """A problem to plan, under a name."""

    name: str
    problem: Problem
    search: Search

    @cached_property
    def key(self) -> str:
        """What it is known by: the same problem searched in the same way by the same versions has the same key."""
        by = self.search
        how = {"seed": by.seed, "threads": by.threads, "work": by.work}
        how |= {} if by.work is not None else {"time_limit": by.time_limit}
        made = [version(name) for name in ("picup-planner", "ortools", "highspy")]
        facts = json.dumps([self.problem.hash, how, made], sort_keys=True)
        return hashlib.sha256(facts.encode()).hexdigest()


class Why(StrEnum):
    """Why there is no plan."""

    INFEASIBLE = "infeasible"
    NO_PLAN = "no-plan"
    REFUSED = "refused"
    BROKEN = "broken"
    DIED = "died"


class Failure(Noun):
    """Why there is no plan: mistakes, or the few rules that cannot be kept together.

    Parameters
    ----------
    verified, minimal
        As in :class:`picup_planner.solver.explanation.Reason`.
    """

    why: Why
    mistakes: tuple[Mistake, ...] = ()
    rules: tuple[Rule, ...] = ()
    verified: bool = False
    minimal: bool = False


class Outcome(Noun):
    """What came of a problem: a plan, or the reason there is none, what it took, and the memory of who searched.

    Parameters
    ----------
    seconds
        From the moment the problem was there to the moment its plan was.
    megabytes
        The most memory the process that searched has held so far, 0 where the system does not tell.
    """

    name: str
    key: str = ""
    plan: Plan | None = None
    failure: Failure | None = None
    seconds: float = 0
    megabytes: int = 0

    @property
    def final(self) -> bool:
        """Whether another run would give the same: not so for a search cut short, nor for a worker that died."""
        if self.plan:
            return self.plan.finished
        return self.failure is not None and self.failure.why not in (Why.DIED, Why.BROKEN)


def run(task: Task) -> Outcome:
    """Plan a task; whatever goes wrong is part of the outcome."""
    began, plan, failure = time.monotonic(), None, None
    try:
        by = task.search
        plan = solve(task.problem, time_limit=by.time_limit, seed=by.seed, work=by.work, threads=by.threads)
    except (Infeasible, NoPlanFound) as nothing:
        failure = _reason(task.problem, nothing)
    except PicupError as refused:
        failure = Failure(why=Why.REFUSED, mistakes=refused.mistakes)
    except Exception as error:  # noqa: BLE001  one problem's bug must not end a night of others
        failure = Failure(why=Why.BROKEN, mistakes=(Mistake("sweep-bug", {"kind": type(error).__name__}),))
    return Outcome(
        name=task.name,
        key=task.key,
        plan=plan,
        failure=failure,
        seconds=round(time.monotonic() - began, 3),
        megabytes=_memory(),
    )


def died(task: Task) -> Outcome:
    """Give the outcome of a task whose worker died of it."""
    return Outcome(name=task.name, key=task.key, failure=Failure(why=Why.DIED, mistakes=(Mistake("sweep-died"),)))


def refused(name: str, error: PicupError) -> Outcome:
    """Give the outcome of what could not even be assembled."""
    return Outcome(name=name, failure=Failure(why=Why.REFUSED, mistakes=error.mistakes))


def _reason(problem: Problem, nothing: Infeasible | NoPlanFound) -> Failure:
    """Find the rules in the way; when the time ran out and nothing contradicts itself, a plan may exist."""
    reason = conflict(problem, time_limit=EXPLAINING)
    if not reason.found and isinstance(nothing, NoPlanFound):
        return Failure(why=Why.NO_PLAN, mistakes=nothing.mistakes)
    return Failure(
        why=Why.INFEASIBLE,
        mistakes=Infeasible().mistakes,
        rules=reason.rules,
        verified=reason.verified,
        minimal=reason.minimal,
    )


def _memory() -> int:
    try:
        import resource  # noqa: PLC0415  no such module on Windows
    except ImportError:
        return 0
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNITS)
