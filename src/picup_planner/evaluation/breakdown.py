"""What each objective of a plan costs, and where: its value, shared among communes, people, tours and the like.

Whatever can be counted in one commune alone is counted there by the objective itself, so that nothing is defined twice.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from picup_planner.evaluation.changes import changes, changes_in_notice
from picup_planner.evaluation.duties import Route, routes
from picup_planner.evaluation.objectives import (
    faces_paid,
    load_gaps,
    objective_values,
    preferences,
    unreached,
    unstaffed_fixed,
)
from picup_planner.plan import Kind, Plan
from picup_planner.problem import Noun, Problem

Costs = Mapping[tuple[str, ...], int]
"""A value for each thing a split is about."""

SHARED_OTHERWISE = frozenset({"changes_in_notice", "changes", "unreached", "travel", "balance", "weighted_sum"})
"""Objectives that are not counted in one commune alone: promises, areas, tours and people know no such borders.

Nor does a weighted sum of them: it is not shared, each of its parts is.
"""


class By(StrEnum):
    """What the value of an objective is shared among, and what `Part.of` then holds."""

    COMMUNE = "commune"
    """(commune,)"""
    ROLE = "role"
    """(role,)"""
    MEMBER = "member"
    """(member,)"""
    TOUR = "tour"
    """(van, date)"""
    AREA = "area"
    """(area,)"""
    FIXED = "fixed"
    """(fixed permanence,)"""
    STOP = "stop"
    """(site, date)"""
    LOAD = "load"
    """(role, most loaded member, least loaded member)"""


class Part(Noun):
    """What one of them costs, in the unit of the objective; never zero."""

    of: tuple[str, ...]
    value: int


class Split(Noun):
    """The value of an objective, shared; its parts, largest first, sum to the value."""

    by: By
    parts: tuple[Part, ...]


class ObjectiveCost(Noun):
    """What one objective costs, and every way to share it that makes sense."""

    name: str
    value: int
    splits: tuple[Split, ...]


class Breakdown(Noun):
    """What every objective costs, in the order of the definition of the problem."""

    objectives: tuple[ObjectiveCost, ...]


def breakdown(problem: Problem, plan: Plan) -> Breakdown:
    """Share the value of each objective; every split sums to it exactly."""
    alone = {commune.id: objective_values(*_only(problem, plan, commune.id)) for commune in problem.territory.communes}
    costs = []
    for name, value in objective_values(problem, plan).items():
        splits: dict[By, Costs] = {}
        if name not in SHARED_OTHERWISE:
            splits[By.COMMUNE] = {(commune,): values.get(name, 0) for commune, values in alone.items()}
        if name in _SHARED:
            splits |= _SHARED[name](problem, plan)
        costs.append(ObjectiveCost(name=name, value=value, splits=tuple(_ranked(splits))))
    return Breakdown(objectives=tuple(costs))


def _ranked(splits: Mapping[By, Costs]) -> Iterator[Split]:
    for by, costs in splits.items():
        ranked = sorted(costs.items(), key=lambda entry: (-entry[1], entry[0]))
        yield Split(by=by, parts=tuple(Part(of=of, value=value) for of, value in ranked if value))


def _only(problem: Problem, plan: Plan, commune: str) -> tuple[Problem, Plan]:
    """Leave one commune, with what is held, fixed and promised there."""
    only = tuple(each for each in problem.territory.communes if each.id == commune)
    here = {site.id for site in problem.territory.sites if site.commune == commune}
    left = problem.model_copy(update={"territory": problem.territory.model_copy(update={"communes": only})})
    return _held(left, plan, lambda site, _: site in here)


def _held(problem: Problem, plan: Plan, where: Callable[[str, Date], bool]) -> tuple[Problem, Plan]:
    """Leave what is held, fixed and promised at some sites and dates; a fixed one is where the problem says."""
    fixed = {duty.id for duty in problem.fixed if where(duty.site, duty.date)}
    promised = tuple(p for p in problem.promised if (where(p.site, p.date) if p.session else p.id in fixed))
    permanences = tuple(
        held
        for held in plan.permanences
        if (where(held.place.id, held.date) if held.kind is Kind.MOBILE else held.id in fixed)
    )
    facts = {"fixed": tuple(duty for duty in problem.fixed if duty.id in fixed), "promised": promised}
    return problem.model_copy(update=facts), plan.model_copy(update={"permanences": permanences})


def _unstaffed_fixed(problem: Problem, plan: Plan) -> Mapping[By, Costs]:
    """Count each fixed permanence without a full crew once."""
    return {By.FIXED: Counter((duty,) for duty in unstaffed_fixed(problem, plan))}


def _changes(count: Callable[[Problem, Plan], int]) -> Callable[[Problem, Plan], Mapping[By, Costs]]:
    """Count the changes at each site and date, as if nothing else were held or promised."""

    def shared(problem: Problem, plan: Plan) -> Mapping[By, Costs]:
        fixed = {(duty.site, duty.date) for duty in problem.fixed}
        promised = {(promise.site, promise.date) for promise in problem.promised}
        held = {(held.place.id, held.date) for held in plan.permanences}
        commune_of = problem.territory.commune_of
        communes: Counter[tuple[str, ...]] = Counter()
        stops: Counter[tuple[str, ...]] = Counter()
        for site, day in fixed | promised | held:
            if site in commune_of:
                cost = count(*_held(problem, plan, _at(site, day)))
                stops[site, day.isoformat()] += cost
                communes[(commune_of[site],)] += cost
        return {By.COMMUNE: communes, By.STOP: stops}

    return shared


def _at(*stop: object) -> Callable[[str, Date], bool]:
    return lambda site, day: (site, day) == stop


def _unreached(problem: Problem, plan: Plan) -> Mapping[By, Costs]:
    """Count the residents of each area out of reach, in its commune."""
    communes: Counter[tuple[str, ...]] = Counter()
    areas = unreached(problem, plan)
    for area in areas:
        communes[(area.commune,)] += area.residents or 0
    return {By.COMMUNE: communes, By.AREA: {(area.id,): area.residents or 0 for area in areas}}


def _preferences(problem: Problem, plan: Plan) -> Mapping[By, Costs]:
    """Count what each person holds in half-days they gave as 'if needed'."""

    def of(member: str) -> int:
        answers = tuple(answer for answer in problem.availability if answer.member == member)
        return preferences(problem.model_copy(update={"availability": answers}), plan)

    return {By.MEMBER: {(member.id,): of(member.id) for member in problem.territory.staff}}


def _travel(problem: Problem, plan: Plan) -> Mapping[By, Costs]:
    """Share the minutes of each tour among the communes it stops in.

    The drive from the depot goes to the first stop, the drive back to the last, and a drive between two stops half to
    each. The minutes of the tour, rounded up once, are shared in proportion: each commune gets the whole part of its
    share, and the minutes left go one by one to the largest fractions, equal ones in the order of commune ids.
    """
    communes: Counter[tuple[str, ...]] = Counter()
    driven = routes(problem, plan)
    for route in driven:
        communes.update({(commune,): minutes for commune, minutes in _shared_minutes(route).items()})
    return {
        By.COMMUNE: communes,
        By.TOUR: {(route.van.id, route.date.isoformat()): route.minutes for route in driven},
    }


def _shared_minutes(route: Route) -> dict[str, int]:
    halves: Counter[str] = Counter()
    ends = [route.stops[0], *route.stops, route.stops[-1]]
    for (start, end), drive in zip(pairwise(ends), route.drives, strict=True):
        for stop in (start, end):
            halves[stop.commune] += drive.length // timedelta(seconds=1)
    whole = sum(halves.values())
    if not whole:
        return {}
    shares = {commune: divmod(route.minutes * some, whole) for commune, some in halves.items()}
    left = route.minutes - sum(minutes for minutes, _ in shares.values())
    largest = sorted(shares, key=lambda commune: (-shares[commune][1], commune))[:left]
    return {commune: minutes + (commune in largest) for commune, (minutes, _) in shares.items()}


def _continuity(problem: Problem, plan: Plan) -> Mapping[By, Costs]:
    """Count how little each person met is known."""
    roles: Counter[tuple[str, ...]] = Counter()
    members: Counter[tuple[str, ...]] = Counter()
    for role, member, cost in faces_paid(problem, plan):
        roles[(role,)] += cost
        members[(member,)] += cost
    return {By.ROLE: roles, By.MEMBER: members}


def _balance(problem: Problem, plan: Plan) -> Mapping[By, Costs]:
    """Give the gap of each role, between its most and its least loaded."""
    return {By.LOAD: load_gaps(problem, plan)}


_SHARED: Mapping[str, Callable[[Problem, Plan], Mapping[By, Costs]]] = {
    "unstaffed_fixed": _unstaffed_fixed,
    "changes_in_notice": _changes(changes_in_notice),
    "changes": _changes(changes),
    "unreached": _unreached,
    "preferences": _preferences,
    "travel": _travel,
    "continuity": _continuity,
    "balance": _balance,
}
"""How objectives are shared, besides among the communes that can be counted alone."""
