"""What would make possible what is not: one rule lifted or loosened at a time, the month planned again, and the price.

What is changed is the problem, so that the plan of a remedy is a real plan of a real problem.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from picup_planner.errors import Infeasible, NoPlanFound
from picup_planner.plan import Plan, Provenance, promises_of
from picup_planner.problem import Problem, Rule
from picup_planner.solver.clock import Clock
from picup_planner.solver.decode import Decoder
from picup_planner.solver.drives import Decision, outline_of
from picup_planner.solver.encode import encode
from picup_planner.solver.engine import WORKERS, Engine
from picup_planner.solver.loosening import loosened
from picup_planner.solver.objectives import Objective, chosen
from picup_planner.solver.search import solve
from picup_planner.solver.stated import Stated
from picup_planner.solver.statements import Asked, Budget, Statement, Statements

LAST_PRICED = "travel"
"""Objective down to which a plan is searched and priced: those that follow settle in minutes, not in seconds."""

SHORTEST = 4.0
"""Seconds a month is planned again for, at least."""

MOST = 3
"""Remedies told."""

TRIED = 5
"""Remedies planned at most, to tell the cheapest."""


@dataclass(frozen=True)
class Cost:
    """What one objective was and becomes, less being better."""

    name: str
    before: int
    after: int
    unit: str


@dataclass(frozen=True)
class Remedy:
    """One rule lifted or loosened, and the month planned without it.

    Parameters
    ----------
    rule
        What is lifted; a number (of permanences, of days) is only loosened, by one.
    problem
        The month without it, everything the plan before holds being promised.
    plan
        The best plan found of that month among those that change least in the plan before.
    costs
        Objectives that change, down to the drives, in order; none when there was no plan before.
    """

    rule: Rule
    problem: Problem
    plan: Plan
    costs: tuple[Cost, ...]


@dataclass(frozen=True)
class Demand:
    """Something asked of a plan.

    Parameters
    ----------
    asked
        The same, of a model.
    imposed
        A problem whose plans are made to have it.
    met
        Whether a plan has it.
    """

    asked: Asked = lambda _: ()
    imposed: Callable[[Problem], Problem] = lambda problem: problem
    met: Callable[[Plan], bool] = lambda _: True


def remedies(
    statements: Statements,
    core: tuple[Statement, ...],
    demand: Demand,
    before: tuple[Problem, Plan | None, Mapping[str, int]],
    budget: Budget,
) -> tuple[Remedy, ...]:
    """Return the cheapest remedies found, each planned again.

    Parameters
    ----------
    core
        Statements impossible together: whatever helps lifts one of them.
    before
        The problem, its plan if there is one, and what no remedy may make worse: the values objectives keep.
    """
    problem, plan, kept = before
    possible: dict[Rule, Problem] = {
        rule: loose for rule in core if isinstance(rule, Rule) and (loose := loosened(problem, rule))
    }
    values = values_of(problem, plan) if plan else {}
    found: list[Remedy] = []
    tried: set[str] = set()
    for _ in range(TRIED):
        if not possible or budget.left <= 0:
            break
        others = [
            rule for rule in possible if rule.constraint not in tried
        ]  # remedies of every kind before more of one
        rule, decisions = statements.nearest(others or tuple(possible), budget) or (None, frozenset())
        if not isinstance(rule, Rule):
            tried |= {rule.constraint for rule in others}
            if others and len(others) < len(possible):
                continue
            break
        tried.add(rule.constraint)
        loose = possible.pop(rule)
        possible = {other: it for other, it in possible.items() if not _alike(rule, other)}
        promised = keeping(loose, plan)
        again = planned(demand.imposed(promised), decisions, budget)
        if again and demand.met(again):
            costs = costs_of(priced(problem), values, counted(loose, again))
            if _keeps(costs, kept):
                found.append(Remedy(rule, promised, again, costs))
    ranks = [objective.name for objective in chosen(problem)]
    found.sort(key=lambda remedy: [(ranks.index(c.name), c.after - c.before) for c in remedy.costs if _worse(c)])
    return tuple(found[:MOST])


def keeping(problem: Problem, plan: Plan | None) -> Problem:
    """Return a problem in which everything a plan holds is promised.

    What is planned then changes that plan as little as can be: a price is that of what was asked and of nothing else,
    and the search is short.
    """
    return problem.model_copy(update={"promised": promises_of(plan)}) if plan else problem


def planned(problem: Problem, start: frozenset[Decision], budget: Budget) -> Plan | None:
    """Plan a month again, down to the drives, from decisions that fit; ``None`` when there is no time or no plan."""
    budget.spent += 1
    decoder = Decoder(problem, Clock(problem), start)
    permanences = decoder.permanences()
    draft = Plan(
        territory=problem.territory.id,
        territory_name=problem.territory.name,
        month=problem.month,
        permanences=permanences,
        tours=decoder.tours(permanences),
        provenance=Provenance(problem_hash=problem.hash, made_on=problem.as_of),
    )
    try:
        return solve(problem, start=draft, through=LAST_PRICED, time_limit=max(SHORTEST, budget.left / 2))
    except (Infeasible, NoPlanFound):
        return None


def costs_of(objectives: Iterable[Objective], before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Cost, ...]:
    """Compare values of objectives with those before; those that change, in order."""
    return tuple(
        Cost(objective.name, before[objective.name], after[objective.name], objective.unit)
        for objective in objectives
        if before.get(objective.name, after[objective.name]) != after[objective.name]
    )


def values_of(problem: Problem, plan: Plan) -> dict[str, int]:
    """Return the objectives of a plan, as it says them or else counted on the model.

    Raises
    ------
    ValueError
        When the plan says none and breaks a rule.
    """
    said = {result.name: result.value for result in plan.objectives}
    return said if all(objective.name in said for objective in chosen(problem)) else counted(problem, plan)


def counted(problem: Problem, plan: Plan) -> dict[str, int]:
    """Return the objectives of a plan as its problem counts them: what it changes is what that problem promises.

    Raises
    ------
    ValueError
        When the plan breaks a rule.
    """
    decisions = encode(plan)
    stated = Stated(problem, chosen(problem), outline_of(problem, decisions))
    solution = stated.solution(decisions, Engine(float("inf"), workers=WORKERS))
    if solution is None:
        msg = "the plan breaks a rule of the problem"
        raise ValueError(msg)
    return dict(solution.values)


def priced(problem: Problem) -> list[Objective]:
    """Return the objectives down to the drives, or all of them when driving is none."""
    objectives = chosen(problem)
    names = [objective.name for objective in objectives]
    return objectives[: names.index(LAST_PRICED) + 1] if LAST_PRICED in names else objectives


def _keeps(costs: Iterable[Cost], kept: Mapping[str, int]) -> bool:
    """Whether the first value to keep that changes does so for the better."""
    for cost in costs:
        if cost.name in kept and (cost.after < cost.before or cost.after > kept[cost.name]):
            return cost.after < cost.before
    return True


def _worse(cost: Cost) -> bool:
    return cost.after > cost.before


def _alike(one: Rule, other: Rule) -> bool:
    """Whether two rules say the same of the same thing at different times."""
    return one.constraint == other.constraint and one.subject[0] == other.subject[0]
