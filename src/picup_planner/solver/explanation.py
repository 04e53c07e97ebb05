"""Why something is impossible: the few rules that forbid it, found again by another configuration, and the ways out.

Nothing is called impossible on one configuration's word, and a search that ran out of time concludes nothing: a rule
that could not be tried stays, and the reason then says that it may hold one too many.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns

from ortools.sat.python.cp_model import BoundedLinearExpression

from picup_planner.plan import Kept, Kind, Plan
from picup_planner.problem import Commune, Frequency, Pin, PinKind, Problem, Rule
from picup_planner.solver.encode import encode
from picup_planner.solver.narrowing import Narrowed, narrowed
from picup_planner.solver.objectives import chosen
from picup_planner.solver.remedies import (
    Cost,
    Demand,
    Remedy,
    costs_of,
    counted,
    keeping,
    planned,
    remedies,
    values_of,
)
from picup_planner.solver.statements import Budget, Statements, Verdict
from picup_planner.solver.variables import Variables

__all__ = ["Cost", "Reason", "Remedy", "WhyNot", "conflict", "keeping", "shortage", "why_not"]

SOLVES = 300
"""Searches of an explanation at most."""

TIME_LIMIT = 30.0
"""Seconds of an explanation, about: the last search and the second opinion may end later."""

FEW_CHANGES = ("changes_in_notice", "changes")
"""Objectives that forbid nothing: any permanence more would be impossible because it is a change."""

FOR_RULES = 0.6
"""Part of the time that goes to the rules, the rest being for the remedies."""


@dataclass(frozen=True)
class Reason:
    """Why something is impossible; without any rule nor value kept, why not is not known, or nothing is in the way.

    Parameters
    ----------
    rules, kept
        Rules, and values objectives keep, that are impossible together with what is asked.
    verified
        Whether another configuration found it again; when nothing is in the way, whether a plan was found.
    minimal
        Whether each of them was tried and is needed: without it the others can be kept.
    remedies
        Each one rule lifted, the month planned again and priced; the cheapest first.
    solves, seconds
        What it took.
    """

    rules: tuple[Rule, ...] = ()
    kept: tuple[Kept, ...] = ()
    verified: bool = False
    minimal: bool = False
    remedies: tuple[Remedy, ...] = ()
    solves: int = 0
    seconds: float = 0

    @property
    def found(self) -> bool:
        """Whether something is in the way."""
        return bool(self.rules or self.kept)


@dataclass(frozen=True)
class WhyNot:
    """Why a permanence is not held there and then: a reason, or the plan nearest to it that has it, with its price.

    Without either, the time ran out before anything was known.
    """

    reason: Reason | None
    plan: Plan | None = None
    costs: tuple[Cost, ...] = ()


def shortage(
    problem: Problem, plan: Plan, commune: str, *, solves: int = SOLVES, time_limit: float = TIME_LIMIT
) -> Reason:
    """Return why a commune does not have one more permanence than in the plan.

    The objectives ranked before the one that would gain keep the values of the plan, and so does that one in the other
    communes: a permanence taken from one of them is no way out. What was announced may change more: that is a price.

    Raises
    ------
    ValueError
        When the commune is unknown, or when the plan breaks a rule.
    """
    served = next((one for one in problem.territory.communes if one.id == commune), None)
    if served is None:
        msg = f"no commune is called {commune!r}"
        raise ValueError(msg)
    wanted = _held(plan, commune) + 1

    def asked(variables: Variables) -> Iterator[BoundedLinearExpression | bool]:
        yield variables.held_anywhere(variables.sites_of(commune), problem.dates) >= wanted

    demand = Demand(
        asked=asked,
        imposed=lambda loose: _aiming(loose, commune, wanted),
        met=lambda again: _held(again, commune) >= wanted,
    )
    kept = tuple(_kept(problem, plan, served, wanted))
    budget = Budget(solves, time_limit)
    values = {value.name: value.value for value in kept}
    return _explained(Statements(problem, asked, kept, encode(plan)), (problem, plan, values), demand, budget)


def conflict(problem: Problem, *, solves: int = SOLVES, time_limit: float = TIME_LIMIT) -> Reason:
    """Return why a problem has no plan at all."""
    return _explained(Statements(problem), (problem, None, {}), Demand(), Budget(solves, time_limit))


def why_not(  # noqa: PLR0913  one parameter per thing asked
    problem: Problem,
    plan: Plan,
    site: str,
    date: Date,
    session: str | None = None,
    *,
    solves: int = SOLVES,
    time_limit: float = TIME_LIMIT,
) -> WhyNot:
    """Return why no permanence is held at a site on a date, in a session or in any, or what one costs.

    Raises
    ------
    ValueError
        When the plan breaks a rule.
    """
    there = next(one for one in problem.territory.sites if one.id == site)
    if site not in problem.travel:
        nowhere = Rule(constraint="openings", subject=(site, "off"), origin=there.origin)
        return WhyNot(Reason(rules=(nowhere,), verified=True, minimal=True))

    def asked(variables: Variables) -> Iterator[BoundedLinearExpression | bool]:
        sessions = tuple(one for one in variables.clock.sessions if session in {None, one.id})
        yield variables.held_anywhere((there,), (date,), sessions) >= 1

    def met(again: Plan) -> bool:
        return any((p.place.id, p.date) == (site, date) and session in {None, p.session} for p in again.permanences)

    demand = Demand(asked, lambda loose: _with_pin(loose, site, date, session), met)
    budget = Budget(solves, time_limit)
    statements = Statements(problem, demand.asked, like=encode(plan))
    reason = _explained(statements, (problem, plan, {}), demand, budget)
    if reason.found or not reason.verified:
        return WhyNot(reason if reason.found else None)
    _, decisions = statements.nearest((), budget) or (None, frozenset())
    again = planned(demand.imposed(keeping(problem, plan)), decisions, budget)
    costs = costs_of(chosen(problem), values_of(problem, plan), counted(problem, again)) if again else ()
    return WhyNot(None, again, costs)


def _explained(
    statements: Statements, before: tuple[Problem, Plan | None, Mapping[str, int]], demand: Demand, budget: Budget
) -> Reason:
    for_rules = Budget(budget.solves, budget.time_limit * FOR_RULES)
    found = narrowed(statements, for_rules)
    budget.spent += for_rules.spent
    if not isinstance(found, Narrowed):
        possible = found is Verdict.POSSIBLE
        return Reason(verified=possible, minimal=possible, solves=budget.spent, seconds=budget.seconds)
    core = found.statements
    verified = statements.agreed_impossible(core, budget)
    ways_out = remedies(statements, core, demand, before, budget) if verified else ()
    return Reason(
        rules=tuple(statement for statement in core if isinstance(statement, Rule)),
        kept=tuple(statement for statement in core if isinstance(statement, Kept)),
        verified=verified,
        minimal=found.minimal,
        remedies=ways_out,
        solves=budget.spent,
        seconds=budget.seconds,
    )


def _held(plan: Plan, commune: str) -> int:
    return sum(p.kind is Kind.MOBILE and p.place.commune == commune for p in plan.permanences)


def _kept(problem: Problem, plan: Plan, commune: Commune, wanted: int) -> Iterable[Kept]:
    """Yield what objectives keep: those before the one that would gain as they are, that one as the others make it.

    What is only counted in a weighted sum may be worse where another part of that sum gains.
    """
    often, values = commune.frequency, values_of(problem, plan)
    gaining, goal, base = "below_target", often.target, often.minimum
    if wanted <= often.minimum:
        gaining, goal, base = "below_minimum", often.minimum, 0
    objectives = chosen(problem)
    for objective in objectives if gaining in {objective.name for objective in objectives} else ():
        if objective.name == gaining:
            lacking, left = (max(0, goal - max(held, base)) for held in (wanted - 1, wanted))
            yield Kept(name=gaining, value=values[gaining] - lacking**2 + left**2)
            return
        if objective.name not in FEW_CHANGES and not objective.counted:
            yield Kept(name=objective.name, value=objective.limit(values[objective.name]))


def _aiming(problem: Problem, commune: str, wanted: int) -> Problem:
    """Return a problem in which a commune is owed so many permanences; the same when it may not have them."""

    def owed(one: Commune) -> Commune:
        often = one.frequency
        if one.id != commune or often.minimum >= wanted or often.maximum < wanted:
            return one
        more = Frequency(minimum=wanted, target=max(wanted, often.target), maximum=often.maximum)
        return one.model_copy(update={"frequency": more})

    communes = tuple(map(owed, problem.territory.communes))
    return problem.model_copy(update={"territory": problem.territory.model_copy(update={"communes": communes})})


def _with_pin(problem: Problem, site: str, date: Date, session: str | None) -> Problem:
    """Return a problem in which that permanence is pinned."""
    known = {pin.id for pin in problem.territory.pins}
    name = next(name for n in range(len(known) + 1) if (name := f"asked-{n}") not in known)
    pin = Pin(id=name, kind=PinKind.HELD, site=site, date=date, session=session)
    pins = (*problem.territory.pins, pin)
    return problem.model_copy(update={"territory": problem.territory.model_copy(update={"pins": pins})})
