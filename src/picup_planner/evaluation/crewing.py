"""The best crew and van for a permanence that is put somewhere: every crew compared, none built that cannot win.

Better is, first, fewer broken rules; then fewer other permanences that change crew; then the crew it had; then the
values of the objectives, in their order. Rules that do not look at people are counted once for a stop. What the
rules say of one person alone is counted once for a person: no crew breaks less than its people do.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import product
from typing import NamedTuple

from picup_planner.evaluation import RULES
from picup_planner.evaluation.availability import availability
from picup_planner.evaluation.closures import closures
from picup_planner.evaluation.edits import Crew, Stop, crewed, same_tour, stop_of
from picup_planner.evaluation.frequency import frequency
from picup_planner.evaluation.one_place import one_place
from picup_planner.evaluation.openings import openings
from picup_planner.evaluation.plan_consistency import plan_consistency
from picup_planner.evaluation.prices import Before, Price
from picup_planner.evaluation.required_sites import required_sites
from picup_planner.evaluation.rest import rest
from picup_planner.evaluation.rotation import rotation
from picup_planner.evaluation.same_crew import same_crew
from picup_planner.evaluation.spacing import spacing
from picup_planner.evaluation.tours import tours
from picup_planner.evaluation.workload import workload
from picup_planner.plan import Breach, Permanence, Plan
from picup_planner.problem import Problem

OF_STOPS = (plan_consistency, openings, closures, frequency, rotation, spacing, tours, required_sites)
"""Rules that break or hold whoever the crew is; the first one broken is told as the main one."""

OF_CREWS = tuple(rule for rule in RULES if rule not in OF_STOPS)
"""Every other rule: they look at people."""

_OF_ONE_PERSON = (availability, workload, rest, same_crew, one_place)


@dataclass(frozen=True)
class Offer:
    """A permanence put somewhere with its best crew: the plan it makes and what that breaks and costs.

    Parameters
    ----------
    permanence
        Its id in the plan.
    others
        Ids of the other permanences whose crew changes.
    plan
        It says nothing of its objectives: `edits.recounted` gives it those of the plan before.
    """

    permanence: str
    stop: Stop
    crew: Crew
    others: tuple[str, ...]
    plan: Plan
    price: Price


Standing = tuple[int, int, bool]
"""Rules broken, other permanences that change crew, whether its own crew changes: less is better."""


class Candidate(NamedTuple):
    """The best offer with one van; the lowest rank is best."""

    rank: tuple[Standing, tuple[int, ...]]
    offer: Offer


class Refusal(NamedTuple):
    """A crew, or a whole stop, that breaks rules: how many, and the main one."""

    broken: int
    breach: Breach


@dataclass(frozen=True)
class _Seat:
    """A permanence put somewhere, whose crew is still to be chosen; `own` is the crew it has, empty when new."""

    before: Before
    placed: Plan
    permanence: str
    own: Crew

    @property
    def stop(self) -> Stop:
        return stop_of(_held(self.placed, self.permanence))

    def with_crew(self, crew: Crew) -> Plan:
        return crewed(self.before.problem, self.placed, self.permanence, crew)

    def others(self, crew: Crew) -> tuple[str, ...]:
        """Give the ids of the other permanences of the tour whose crew is not this one."""
        tour = same_tour(self.placed, self.permanence) - {self.permanence}
        return tuple(sorted(each for each in tour if set(crew_of(_held(self.placed, each))) != set(crew)))

    def standing(self, crew: Crew, broken: int) -> Standing:
        return broken, len(self.others(crew)), bool(self.own) and set(crew) != set(self.own)


def crew_of(held: Permanence) -> Crew:
    """Give the crew of a permanence."""
    return tuple((one.role, one.member) for one in held.crew)


def crews(problem: Problem) -> Iterator[Crew]:
    """Yield every crew of a mobile permanence: one person per role, nobody twice."""
    roles = problem.territory.roles
    able = [[(role.id, member.id) for member in problem.territory.staff if role.id in member.roles] for role in roles]
    for crew in product(*able):
        if len({member for _, member in crew}) == len(crew):
            yield crew


def vans(problem: Problem, plan: Plan, date: Date, session: str) -> tuple[str, ...]:
    """Give the vans that could make one more stop then: those out that day, and one at rest in each depot."""
    in_service = [van for van in problem.territory.vans if not any(off.first <= date <= off.last for off in van.off)]
    out = {(held.van, held.session) for held in plan.permanences if held.date == date}
    driving = {van for van, _ in out}
    able = [van.id for van in in_service if van.id in driving and (van.id, session) not in out]
    resting = {van.depot: van.id for van in reversed(in_service) if van.id not in driving}
    return (*able, *sorted(resting.values()))


def candidates(
    before: Before, placements: Iterable[tuple[str, Plan]], own: Crew = (), *, breaking: bool = False
) -> Iterator[Candidate | Refusal]:
    """Yield the best offer of one permanence for each van it may go with, and what refuses the others.

    Parameters
    ----------
    placements
        For each van, the id of the permanence and the plan with it.
    own
        The crew that stays if it can; a permanence that is new has none.
    breaking
        Whether an offer may break rules; there is then one for each van.
    """
    for permanence, placed in placements:
        in_the_way = list(before.broken(placed, OF_STOPS))
        if in_the_way and not breaking:
            yield Refusal(len(in_the_way), in_the_way[0])
        else:
            yield from _crewed(_Seat(before, placed, permanence, own), len(in_the_way), breaking=breaking)


def _crewed(seat: _Seat, in_the_way: int, *, breaking: bool) -> Iterator[Candidate | Refusal]:
    """Yield the best offer of a seat, if any, and what refuses the crews before it."""
    every = tuple(crews(seat.before.problem)) or (seat.own,)
    least = _least_broken(seat, every)
    leading: list[Crew] = []
    standing: Standing | None = None
    for hoped, crew in sorted((seat.standing(crew, least(crew)), crew) for crew in every):
        if standing and hoped > standing:
            break
        breaches = list(seat.before.broken(seat.with_crew(crew), OF_CREWS))
        if breaches and not breaking:
            yield Refusal(len(breaches), breaches[0])
            if hoped[0]:
                break  # all those that follow break as much
            continue
        reached = seat.standing(crew, len(breaches))
        if standing is None or reached < standing:
            leading, standing = [], reached
        if reached == standing:
            leading.append(crew)
    if standing:
        broken, others, replaced = standing
        yield _best_of(seat, leading, (in_the_way + broken, others, replaced))


def _best_of(seat: _Seat, leading: list[Crew], standing: Standing) -> Candidate:
    """Give the best of the crews that stand equal: the objectives decide."""
    values = {crew: seat.before.values(seat.with_crew(crew)) for crew in leading}
    crew = min(leading, key=lambda each: (values[each], each))
    plan = seat.with_crew(crew)
    breaches = tuple(seat.before.broken(plan)) if standing[0] else ()
    price = Price(breaches, seat.before.costs(values[crew]))
    return Candidate((standing, values[crew]), Offer(seat.permanence, seat.stop, crew, seat.others(crew), plan, price))


def _least_broken(seat: _Seat, every: tuple[Crew, ...]) -> Callable[[Crew], int]:
    """Give a number of rules that a crew breaks at least: those that each of its people breaks with any other."""
    alone = {pair: _broken_alone(seat, pair) for pair in {pair for crew in every for pair in crew}}
    return lambda crew: sum(alone[pair] for pair in crew)


def _broken_alone(seat: _Seat, pair: tuple[str, str]) -> int:
    member = pair[1]
    broken = seat.before.broken(seat.with_crew((pair,)), _OF_ONE_PERSON)
    return sum(member in (*each.rule.subject, *each.found) for each in broken)


def _held(plan: Plan, permanence: str) -> Permanence:
    return next(held for held in plan.permanences if held.id == permanence)
