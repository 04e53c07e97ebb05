"""Every plan of a tiny problem, judged by evaluation alone: the best there is, or that there is none.

The month is built date by date. A date is spent in one way among many: what each van does in each session, where and
with whom, and who holds each fixed permanence. What a part of a month breaks, the whole breaks too, and what a part
already costs, the whole costs too: these two remarks cut the branches that cannot lead to a better plan.

The solver takes no part in any of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate, product
from math import inf, prod
from typing import NamedTuple

from picup_planner.evaluation import RULES, objective_values
from picup_planner.evaluation.objectives import lapses
from picup_planner.plan import Breach, Permanence, Plan, Tour
from picup_planner.problem import PinKind, Problem
from planted import Visit
from problems import Crew, hand_plan

Vector = tuple[int, ...]
"""Value of each objective, in order."""

GROWING = {"preferences", "travel", "continuity", "regularity", "changes_in_notice", "changes"}
"""Objectives that one more date never improves."""

SHRINKING = {"unstaffed_fixed", "below_minimum", "below_target", "unreached", "evenness", "below_published"}
"""Objectives that one more permanence never worsens; the others, but for lapses, are taken for nothing."""


class TooLargeError(Exception):
    """Too many ways to spend a date."""


class Way(NamedTuple):
    """One way to spend a date."""

    date: date
    permanences: tuple[Permanence, ...]
    tours: tuple[Tour, ...]


class BruteForce:
    """All plans of one problem.

    Parameters
    ----------
    problem
        Tiny: a few dates, sites and people.
    names
        Objectives, first things first.
    lifted
        Rules of the evaluation that are not judged, by name.
    also
        Dates on which something could be held, beyond the open ones.
    most
        Ways to spend a date, at most.

    Raises
    ------
    TooLargeError
        When a date may be spent in more ways.
    """

    def __init__(
        self,
        problem: Problem,
        names: Iterable[str],
        *,
        lifted: Iterable[str] = (),
        also: Iterable[date] = (),
        most: float = inf,
    ) -> None:
        self.problem, self.names, self._most = problem, tuple(names), most
        ignored = {"plan_consistency", *lifted}
        self._rules = tuple(rule for rule in RULES if rule.__name__ not in ignored)
        self._empty = hand_plan(problem)
        self._unstaffed = {held.id: held for held in self._empty.permanences}
        self._asked = {pin.id for pin in problem.territory.pins if pin.kind is PinKind.HELD}
        past = {promise.date for promise in problem.promised}
        dates = sorted({*problem.open_dates, *(fixed.date for fixed in problem.fixed), *past, *also})
        self.ways = [self._ways_of(day) for day in dates]
        self._until = [_promised_until(problem, {day, *dates[:n]}) for n, day in enumerate(dates)]
        united = reversed([_united(ways) for ways in self.ways])
        self._to_come = list(accumulate(united, initial=()))[::-1]
        self._best: Vector | None = None
        self._patience = inf
        self._pairs: dict[tuple[int, int], bool] = {}
        self._floors: dict[frozenset[object], dict[str, int]] = {}

    def better_than(self, known: Vector | None = None, patience: float = inf) -> Plan | None:
        """Give the best plan of those that come before a vector, or of all; ``None`` when there is none.

        With limited patience, only so many parts of a month are looked at.
        """
        self._best, self._patience, plan = known, patience, None
        for found in self._search(()):
            self._best, plan = self.vector(found), found
        return plan

    @property
    def size(self) -> int:
        """How many months can be made of the ways to spend each date."""
        return prod(map(len, self.ways))

    def vector(self, plan: Plan) -> Vector:
        """Give the value of each objective, in order."""
        counted = objective_values(self.problem, plan)
        return tuple(counted[name] for name in self.names)

    # ------------------------------------------------------------- the month

    def _search(self, part: tuple[Way, ...]) -> Iterator[Plan]:
        """Yield every plan that begins this way and comes before the best so far, which it becomes."""
        if len(part) == len(self.ways):
            plan = self._plan(part)
            if self._may_be_best(self.vector(plan)) and not any(self._breaches(plan)):
                yield plan
            return
        for way in self.ways[len(part)]:
            longer = (*part, way)
            self._patience -= 1
            if self._patience < 0:
                return
            if self._may_be_best(self._floor(longer)) and self._may_be_kept(longer):
                yield from self._search(longer)

    def _may_be_best(self, value: Vector) -> bool:
        return self._best is None or value < self._best

    def _may_be_kept(self, part: tuple[Way, ...]) -> bool:
        """Tell whether what is decided breaks no rule for good: two dates at a time first, which is remembered."""
        *before, last = part
        for other in before[: len(before) - (len(before) == 1)]:
            key = id(other), id(last)
            if key not in self._pairs:
                self._pairs[key] = self._keeps_rules((other, last))
            if not self._pairs[key]:
                return False
        return self._keeps_rules(part)

    def _keeps_rules(self, ways: Sequence[Way], *, whole_day: bool = True) -> bool:
        decided = {way.date.isoformat() for way in ways}
        return not any(
            self._for_good(breach, decided, whole_day=whole_day) for breach in self._breaches(self._plan(ways))
        )

    def _breaches(self, plan: Plan) -> Iterator[Breach]:
        return (breach for rule in self._rules for breach in rule(self.problem, plan))

    def _for_good(self, breach: Breach, decided: set[str], *, whole_day: bool) -> bool:
        """Tell whether nothing still to be decided can mend this: what is owed may come, and a break in a day."""
        name, subject = breach.rule.constraint, breach.rule.subject
        if name == "pins":
            return whole_day and subject[1] in decided if subject[0] == "past" else subject[0] not in self._asked
        owed = name == "required_sites" or subject[1:] == ("minimum",)
        return not owed and (whole_day or name != "rest")

    def _floor(self, part: tuple[Way, ...]) -> Vector:
        """Give what no plan that begins this way comes before.

        Whatever more permanences worsen is counted without any, what they improve with all of them at once.
        """
        grown = objective_values(self._until[len(part) - 1], self._plan(part))
        stops = ((p.place.id, p.date, p.session, bool(p.crew)) for way in part for p in way.permanences)
        key = frozenset((len(part), *stops))
        if key not in self._floors:
            self._floors[key] = self._shrunk(part)
        shrunk = self._floors[key]
        return tuple((grown if name in GROWING else shrunk).get(name, 0) for name in self.names)

    def _shrunk(self, part: tuple[Way, ...]) -> dict[str, int]:
        """Count with everything that could come; lapses only where something is known to be counted from."""
        to_come = self._to_come[len(part)]
        counted = objective_values(self.problem, self._plan(part, to_come))
        known = {p.place.commune for way in part for p in way.permanences if p.van}
        known.update(past.commune for past in self.problem.history)
        after = self._plan(part, [held for held in to_come if held.place.commune in known])
        return {name: counted[name] for name in SHRINKING & counted.keys()} | {"lapses": lapses(self.problem, after)}

    def _plan(self, ways: Iterable[Way], more: Iterable[Permanence] = ()) -> Plan:
        """Write out a plan; fixed permanences of the dates left out have nobody."""
        chosen = list(ways)
        held = self._unstaffed | {one.id: one for way in chosen for one in way.permanences}
        held |= {one.id: one for one in more}
        tours = tuple(tour for way in chosen for tour in way.tours)
        return self._empty.model_copy(update={"permanences": tuple(held.values()), "tours": tours})

    # ---------------------------------------------------------------- a date

    def _ways_of(self, day: date) -> list[Way]:
        """Give every way to spend a date that breaks no rule for good, the fullest first."""
        begun: list[tuple[Mapping[str, Crew], tuple[Visit, ...]]] = [(fixed, ()) for fixed in self._fixed(day)]
        for stays in self._stays(day):
            longer = ((fixed, visits + stay) for fixed, visits in begun for stay in stays)
            begun = [one for one in longer if self._keeps_rules([self._way(day, *one)], whole_day=False)]
            if len(begun) > self._most:
                raise TooLargeError
        ways = (self._way(day, *one) for one in begun)
        found = [way for way in ways if self._keeps_rules([way])]
        return sorted(found, key=lambda way: -sum(bool(held.crew) for held in way.permanences))

    def _stays(self, day: date) -> Iterator[list[tuple[Visit, ...]]]:
        """Yield, for each van and session, nothing and each permanence it could hold."""
        land = self.problem.territory
        sites = [site.id for site in land.sites if site.id in self.problem.travel]
        crews = list(_crews(self.problem, [role.id for role in land.roles]))
        for van, session in product(land.vans, land.sessions):
            every = [((site, day, session.id, crew, van.id),) for site, crew in product(sites, crews)]
            yield [(), *(one for one in every if self._keeps_rules([self._way(day, {}, one)], whole_day=False))]

    def _fixed(self, day: date) -> list[Mapping[str, Crew]]:
        """Give every way to hold the fixed permanences of a date, by nobody included."""
        on = [fixed for fixed in self.problem.fixed if fixed.date == day]
        crews = [[{}, *_crews(self.problem, fixed.roles)] for fixed in on]
        return [{f.id: crew for f, crew in zip(on, chosen, strict=True) if crew} for chosen in product(*crews)]

    def _way(self, day: date, fixed: Mapping[str, Crew], visits: Sequence[Visit]) -> Way:
        """Write out a date, each permanence under an id that no other way gives to another."""
        plan = hand_plan(self.problem, visits, fixed)
        names = {p.id: f"{p.place.id}-{p.session}-{p.van}-{day:%d}" if p.van else p.id for p in plan.permanences}
        held = [p.model_copy(update={"id": names[p.id]}) for p in plan.permanences if p.date == day]
        tours = [
            tour.model_copy(update={"permanences": tuple(names[stop] for stop in tour.permanences)})
            for tour in plan.tours
        ]
        return Way(day, tuple(held), tuple(tours))


def _promised_until(problem: Problem, days: set[date]) -> Problem:
    """Give the problem as if nothing were promised on the other dates."""
    return problem.model_copy(update={"promised": tuple(one for one in problem.promised if one.date in days)})


def _crews(problem: Problem, roles: Sequence[str]) -> Iterator[Crew]:
    """Yield each way to give somebody to each role, the same person twice included."""
    able = [[member.id for member in problem.territory.staff if role in member.roles] for role in roles]
    for people in product(*able):
        yield dict(zip(roles, people, strict=True))


def _united(ways: Iterable[Way]) -> tuple[Permanence, ...]:
    """Give everything that could be held on a date, all at once."""
    return tuple({held.id: held for way in ways for held in way.permanences if held.crew}.values())
