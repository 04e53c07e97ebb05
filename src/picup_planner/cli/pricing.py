"""What each objective costs those that come after it: the month is planned again without it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, islice, takewhile

from picup_planner.errors import Infeasible, NoPlanFound
from picup_planner.evaluation import objective_values
from picup_planner.plan import ObjectiveResult, Plan
from picup_planner.problem import ObjectiveChoice, Problem
from picup_planner.solver import solve
from picup_planner.solver.objectives import Objective, chosen

QUICK = "travel"
"""Every objective down to this one is proven in seconds: searches go no further when it comes next."""

LEAST = 0.5
"""Seconds of search that are worth beginning with."""


@dataclass(frozen=True)
class Change:
    """Value of an objective in the plan, and in the plan without another one.

    Parameters
    ----------
    before
        Of what is gained, what the plan reached before it left some of it to the objectives that follow; of what is
        given up, what it has.
    in_plan
        What the plan has.
    exact
        Whether `after` is proven to be the least.
    sure
        Whether the plan is proven not to have reached `after` for nothing.
    """

    name: str
    before: int
    in_plan: int
    after: int
    exact: bool
    sure: bool


@dataclass(frozen=True)
class Price:
    """What one objective costs those that come after it.

    Parameters
    ----------
    name
        Of the objective.
    given_up
        What it becomes: the least to be given up for `gains`; ``None`` when nothing has to be.
    gains
        What changes for those after it; without anything given up, the plan was not the best.
    known
        Whether that is settled: something is gained, or it is proven that nothing can be.
    through
        Last objective that was looked at, where others come after it that could gain too; empty where none does.
    """

    name: str
    given_up: Change | None = None
    gains: tuple[Change, ...] = ()
    known: bool = True
    through: str = ""


@dataclass(frozen=True)
class Prices:
    """Price of each objective but the last, in order, with the number of searches it took; `finished` as for a plan."""

    prices: tuple[Price, ...]
    solves: int
    seconds: float
    finished: bool


def prices_of(problem: Problem, plan: Plan, *, time_limit: float, step: Callable[[int, int], None]) -> Prices:
    """Price every objective, each by two searches at most; none where some are weighed against each other.

    An objective is moved behind the last one it might cost something. What this one gains is searched for first; then,
    where it gains anything, the least that has to be given up for it.

    Parameters
    ----------
    problem
        Of the plan.
    plan
        One that keeps every rule.
    time_limit
        Seconds for all searches together.
    step
        Told the number of each objective before it is searched without, and how many there are.
    """
    began = time.monotonic()
    order = chosen(problem)
    if any(objective.counted for objective in order):
        return Prices((), 0, 0, finished=True)
    before = _reached(problem, plan)
    behind = {objective.name: _last_to_ask(order, i, before) for i, objective in enumerate(order[:-1])}
    asked = [name for name, last in behind.items() if last]
    found: dict[str, Price] = {}
    solves, finished = 0, True
    for i, name in enumerate(asked):
        remaining = began + time_limit - time.monotonic()
        if remaining < LEAST or not finished:
            break
        step(i + 1, len(asked))
        solves += 1
        other = _without(problem, order, name, behind[name])
        ends = time.monotonic() + remaining / min(2, len(asked) - i)  # most end well before
        try:
            best = solve(other, time_limit=ends - time.monotonic(), start=plan, through=behind[name])
            if best.finished and _gains(before, best, name) and ends - time.monotonic() >= LEAST:
                solves += 1
                left = ends - time.monotonic()
                best = solve(other, time_limit=left, start=best, begun=best, through=name)
        except (Infeasible, NoPlanFound):
            continue
        except KeyboardInterrupt:  # before a first plan
            finished = False
            break
        finished = best.finished
        found[name] = _price(before, best, name)
    priced = (
        replace(found.get(name, Price(name, known=not last)), through=_further(order, last, before))
        for name, last in behind.items()
    )
    return Prices(tuple(priced), solves, time.monotonic() - began, finished)


def _reached(problem: Problem, plan: Plan) -> dict[str, ObjectiveResult]:
    """Give what the plan reached of each objective; of one edited since, what it has now, and no proof."""
    values, proven = objective_values(problem, plan), {result.name: result for result in plan.objectives}
    reached = {}
    for objective in chosen(problem):
        name, value = objective.name, values[objective.name]
        known = proven.get(name)
        reached[name] = (
            known
            if known and known.value == value
            else ObjectiveResult(name=name, value=value, best=value, bound=0, proven=False, unit=objective.unit)
        )
    return reached


def _last_to_ask(order: Sequence[Objective], rank: int, before: dict[str, ObjectiveResult]) -> str:
    """Name the objective to search down to without the one of this rank; none when no later one can gain."""
    later = [objective.name for objective in order[rank + 1 :] if before[objective.name].best > 0]
    return QUICK if QUICK in later else later[0] if later else ""


def _further(order: Sequence[Objective], last: str, before: dict[str, ObjectiveResult]) -> str:
    """Give back the last objective to ask when one that comes after it could gain too."""
    after = dropwhile(lambda objective: objective.name != last, order)
    return last if any(before[objective.name].best for objective in islice(after, 1, None)) else ""


def _without(problem: Problem, order: Sequence[Objective], name: str, last: str) -> Problem:
    """Move an objective behind another, which keeps exactly what it reaches."""
    choices = []
    for objective in order:
        if objective.name not in {name, last}:
            choices.append(ObjectiveChoice(name=objective.name, tolerance=objective.tolerance))
        elif objective.name == last:
            choices += [ObjectiveChoice(name=last), ObjectiveChoice(name=name)]
    settings = problem.territory.settings.model_copy(update={"objectives": tuple(choices)})
    return problem.model_copy(update={"territory": problem.territory.model_copy(update={"settings": settings})})


def _price(before: dict[str, ObjectiveResult], plan: Plan, name: str) -> Price:
    """Compare objectives one after the other; a search that did worse than the plan it began with settles nothing."""
    asked, gains = _asked_before(plan, name), _gains(before, plan, name)
    settled = all(result.proven for result in asked)
    if not gains or gains[0].after > gains[0].before:
        return Price(name, known=settled and not gains)
    kept, after = before[name].value, plan.objectives[len(asked)]
    if after.value <= kept:
        return Price(name, None, gains, known=settled)
    exact = after.value == kept + 1 or _proven(after)
    return Price(name, Change(name, kept, kept, after.value, exact, sure=True), gains)


def _asked_before(plan: Plan, name: str) -> list[ObjectiveResult]:
    return list(takewhile(lambda result: result.name != name, plan.objectives))


def _gains(before: dict[str, ObjectiveResult], plan: Plan, name: str) -> tuple[Change, ...]:
    """Return what differs of the objectives that come before one in another plan."""
    asked = _asked_before(plan, name)
    return tuple(_gain(before[result.name], result) for result in asked if result.best != before[result.name].best)


def _gain(before: ObjectiveResult, after: ObjectiveResult) -> Change:
    sure = before.bound > after.best or after.best >= before.best
    return Change(before.name, before.best, before.value, after.best, _proven(after), sure)


def _proven(result: ObjectiveResult) -> bool:
    return result.proven and not result.conditional
