"""Districts: communes and people dealt out, one district a van, so that each can be planned alone.

A large territory in which everybody may go anywhere is searched in vain. Where each van has its communes and its people
a district is as small as the smallest territory, and people are soon known in the few communes they serve. No rule asks
for districts: the plan joined from theirs is one to begin with, and bounds nothing. In the literature: districting.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta
from itertools import pairwise, product
from random import Random

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.errors import PicupError
from picup_planner.plan import Plan
from picup_planner.problem import Availability, Level, ObjectiveChoice, Problem, Session, Slot, StaffMember
from picup_planner.solver.bounds import below_minimum, below_target, travel, unreached
from picup_planner.solver.clock import Clock, seconds
from picup_planner.solver.engine import Engine
from picup_planner.solver.mixes import Undated
from picup_planner.solver.objectives import chosen
from picup_planner.solver.objectives.continuity import cost_of_meeting
from picup_planner.solver.parts import Node, inseparable, joined, part_of, side_by_side
from picup_planner.solver.relaxation import Relaxation

COUNTED = (below_minimum, below_target, unreached, travel)
"""Objectives that communes and sites say something of, whoever goes and whenever."""

_Lent = tuple[str, Date, str]
"""A person, a date and a session."""

_Slot = tuple[str, Date, str, str]
"""A district, a date, a session and a role."""

NOWHERE = ""
"""Where somebody is who rests."""

WHOLE = 4
"""Communes up to which a territory is searched as well whole."""

ATTEMPTS = 3
"""Ways to deal out people, at most."""

NO_PLANS = (PicupError, KeyboardInterrupt, EOFError, OSError)
"""What becomes of districts that have no plan, or whose processes Ctrl-C has ended: the whole has one."""

DEALT, FIRST = 1 / 4, 1 / 2
"""Of the time left, what dealing districts out may take, then what coming as far as the whole has."""

SHUFFLED = 3
"""Half-days at most that a home may seem better than it is, when people are dealt out in another way."""

UNSTAFFED = 1000
"""Half-days on which a van could go out that a fixed permanence with nobody to hold it outweighs."""

WELL_KNOWN = 10
"""Half-days that a well-known face in a commune outweighs."""


def planned_apart(problem: Problem, kept: Mapping[str, int], engine: Engine, limit: float, through: str) -> Plan | None:
    """Return the plan joined from those of districts, each planned alone; ``None`` where there are none, or no plans.

    Alone they must first come as far as the whole has: where they do not, people are dealt out in another way.

    Parameters
    ----------
    kept
        Limit of each objective already settled, in their order.
    limit
        Seconds.
    through
        Name of the last objective to minimise.
    """
    ends = time.monotonic() + limit
    for parts in districts(problem, kept, engine, DEALT * limit):
        if engine.interrupted or time.monotonic() > ends:
            return None
        with suppress(*NO_PLANS):
            plans = _apart(parts, engine, FIRST * (ends - time.monotonic()), next(reversed([*kept]), through))
            values = {result.name: result.value for result in joined(problem, plans).objectives}
            if all(values[name] <= most for name, most in kept.items()):
                return joined(problem, _apart(parts, engine, ends - time.monotonic(), through, plans))
    return None


def _apart(parts: list[Problem], engine: Engine, limit: float, through: str, begun: Sequence[Plan] = ()) -> list[Plan]:
    choices = {"seed": engine.seed, "workers": engine.workers, "work": engine.work, "through": through}
    return side_by_side(parts, time_limit=limit, begun=begun, **choices)


def districts(problem: Problem, kept: Mapping[str, int], engine: Engine, limit: float) -> Iterator[list[Problem]]:
    """Yield problems, one for each van that gets communes, in some ways to deal out people, the most promising first.

    Nothing where all are searched as well together, or where nothing is found in time.

    Parameters
    ----------
    kept
        Limit of each objective already settled.
    limit
        Seconds for the first way.
    """
    if len(problem.territory.vans) == 1 or len(problem.territory.communes) <= WHOLE:
        return
    ends, relaxed = time.monotonic() + limit, Relaxation(problem, Clock(problem))
    communes = _Communes(relaxed, kept)
    van_of = communes.dealt(engine, ends - time.monotonic())
    vans = list(dict.fromkeys(van_of.values()))
    if len(vans) <= 1:
        return
    people, asked = _People(relaxed, van_of), _less_tolerant(problem, kept, communes.driven)
    for attempt in range(ATTEMPTS):
        home_of = people.dealt(engine, limit, attempt)
        if not home_of:
            return
        lent = people.lent(home_of)
        yield [_district(asked, van, van_of, home_of, lent) for van in vans]


def _district(
    problem: Problem, van: str, van_of: Mapping[str, str], home_of: Mapping[str, str], lent: Mapping[_Lent, str]
) -> Problem:
    """Return the problem of one van; who is lent is away for that half-day, and for it alone somewhere else."""
    guests = sorted({member for (member, *_), other in lent.items() if other == van})
    own = {member for member, home in home_of.items() if home == van}
    communes = [("commune", name) for name, one in van_of.items() if one == van]
    district = part_of(problem, [("van", van), *communes, *(("member", name) for name in own.union(guests))])
    slots = list(product(problem.dates, (session.id for session in problem.territory.sessions)))
    away = [one for one in lent if one[0] in own]
    away += [(name, *slot) for name in guests for slot in slots if lent.get((name, *slot)) != van]
    gone = [
        Availability(member=name, slot=Slot(date=day, session=session), level=Level.NO) for name, day, session in away
    ]
    told = {
        (answer.member, answer.slot.date, answer.slot.session): answer for answer in (*district.availability, *gone)
    }
    hours = [
        entry.model_copy(
            update={
                "available": _lent_for(problem, entry.member, van, lent)
                if entry.member in guests
                else max(timedelta(0), entry.available - _lent_for(problem, entry.member, None, lent))
            }
        )
        for entry in district.hours
    ]
    return district.model_copy(update={"availability": tuple(told.values()), "hours": tuple(hours)})


def _lent_for(problem: Problem, member: str, van: str | None, lent: Mapping[_Lent, str]) -> timedelta:
    """Return the hours for which somebody is lent, to one district or to any."""
    clock = Clock(problem)
    slots = {
        (day, session)
        for (name, day, session), one in lent.items()
        if name == member and one != NOWHERE and van in {None, one}
    }
    longest = {
        slot: max(
            seconds(fixed.end) - seconds(fixed.start)
            for fixed in problem.fixed
            if slot in {(fixed.date, met.id) for met in clock.meets(fixed)}
        )
        for slot in slots
    }
    return timedelta(seconds=sum(longest.values()))


def _less_tolerant(problem: Problem, kept: Mapping[str, int], driven: int) -> Problem:
    """Leave districts what may still be driven: apart, the least they can drive is more than that of all together."""
    settings, name = problem.territory.settings, travel.__name__
    if not driven or name not in kept or any(choice.weight for choice in settings.objectives):
        return problem
    left = min(1, max(0, kept[name] - driven) / driven)
    choices = [
        ObjectiveChoice(name=one.name, tolerance=left if one.name == name else one.tolerance) for one in chosen(problem)
    ]
    asked = settings.model_copy(update={"objectives": tuple(choices)})
    return problem.model_copy(update={"territory": problem.territory.model_copy(update={"settings": asked})})


class _Communes(Undated):
    """Which van serves which communes, as little driven in the month as can be."""

    def __init__(self, relaxed: Relaxation, kept: Mapping[str, int]) -> None:
        super().__init__(relaxed)
        vans, self.driven = self.problem.territory.vans, 0
        self._served = {(c.id, van.id): self.model.new_bool_var("") for c, van in product(self.communes, vans)}
        for commune in self.communes:
            self.model.add_exactly_one(self._served[commune.id, van.id] for van in vans)
        for van in vans:
            own = LinearExpr.sum([self._served[commune.id, van.id] for commune in self.communes])
            self.model.add(own <= -(-len(self.communes) // len(vans)))
        for (depot, names), times in self.tours.items():
            drivers = [self._all_served(names, van.id) for van in vans if van.depot == depot]
            self.model.add(times <= len(relaxed.days) * LinearExpr.sum(drivers))
        for bound in COUNTED:
            if bound.__name__ in kept:
                self.model.add(bound(self) <= kept[bound.__name__])

    def _all_served(self, names: tuple[str, ...], van: str) -> IntVar:
        every = self.model.new_bool_var("")
        for name in names:
            self.model.add_implication(every, self._served[name, van])
        return every

    def dealt(self, engine: Engine, limit: float) -> dict[str, str]:
        """Return the van of each commune, nothing when none was found; `driven` is what they take at the least."""
        self.model.minimize(travel(self))
        found = engine.race(self.model, limit)
        self.driven = found.value or 0
        return {name: van for (name, van), x in self._served.items() if found.solution and found.solution[x.index]}


class _People:
    """Who goes with which van: on every half-day somebody of each role, wherever that can be."""

    def __init__(self, relaxed: Relaxation, van_of: Mapping[str, str]) -> None:
        self.model, self._relaxed, self._vans = CpModel(), relaxed, list(dict.fromkeys(van_of.values()))
        self._home = {(p.id, van): self.model.new_bool_var("") for p, van in product(relaxed.staff, self._vans)}
        for member in relaxed.staff:
            self.model.add_exactly_one(self._home[member.id, van] for van in self._vans)
        for role, van in product(relaxed.problem.territory.roles, self._vans):
            team = [self._home[p.id, van] for p in relaxed.staff if role.id in p.roles]
            self.model.add(LinearExpr.sum(team) >= len(team) // len(self._vans))
        for group in inseparable(relaxed.problem):
            self._keep_together(group, van_of)
        commune_of = {site.id: site.commune for site in relaxed.problem.territory.sites}
        self._district_of = {fixed.id: van_of[commune_of[fixed.site]] for fixed in relaxed.problem.fixed}
        self._asked = dict(self._crews_given())
        self._needed = self._count_fixed()
        most = len(relaxed.days) * len(relaxed.clock.sessions)
        least, self._gains = self.model.new_int_var(0, most, ""), list(self._known(van_of))
        for van in self._vans:
            out = [self._goes(van, day, s) for day, s in product(relaxed.days, relaxed.clock.sessions)]
            self.model.add(least <= LinearExpr.sum(out))
            self._gains += out
        self._gains.append(len(self._vans) * least)

    def _keep_together(self, group: Sequence[Node], van_of: Mapping[str, str]) -> None:
        """State that people have the same home; that of their communes where these are all in one district."""
        vans = {van_of[name] for kind, name in group if kind == "commune"}
        for van in self._vans:
            homes = [self._home[name, van] for kind, name in group if kind == "member"]
            for one, other in pairwise(homes):
                self.model.add(one == other)
            if len(vans) == 1:
                self.model.add(LinearExpr.sum(homes) == len(homes) * (van in vans))

    def _crews_given(self) -> Iterator[tuple[_Lent, str]]:
        """Yield where people are in a social centre, whatever the plan."""
        for fixed in self._relaxed.problem.fixed:
            for name, session in product(fixed.crew, self._relaxed.clock.meets(fixed)):
                yield (name, fixed.date, session.id), self._district_of[fixed.id]

    def _count_fixed(self) -> Counter[tuple[str, Date, str, str]]:
        """Count the people of each role wanted in the social centres of a district, half-day by half-day."""
        return Counter(
            (self._district_of[fixed.id], fixed.date, session.id, role)
            for fixed in self._relaxed.problem.fixed
            for session in self._relaxed.clock.meets(fixed)
            for role in fixed.roles
            if not fixed.crew
        )

    def _known(self, van_of: Mapping[str, str]) -> Iterator[LinearExpr]:
        """Yield what faces known, or to be known, are worth."""
        for (name, *_), van in self._asked.items():
            yield self._home[name, van]
        for member, commune in product(self._relaxed.staff, self._relaxed.communes):
            trusted = 100 - cost_of_meeting(self._relaxed.problem, member, commune)
            if trusted:
                yield WELL_KNOWN * trusted // 100 * self._home[member.id, van_of[commune.id]]

    def _goes(self, van: str, day: Date, session: Session) -> IntVar:
        """Return whether a van can go out on a half-day, once social centres have their people."""
        goes, free = self.model.new_bool_var(""), [p for p in self._relaxed.staff if self._is_free(p, day, session.id)]
        self.model.add(goes <= LinearExpr.sum([self._home[p.id, van] for p in free if p.driver]))
        for role in self._relaxed.problem.territory.roles:
            needed = self._needed[van, day, session.id, role.id]
            short = self.model.new_int_var(0, needed, "")
            team = [self._home[p.id, van] for p in free if role.id in p.roles]
            self.model.add(LinearExpr.sum(team) + short >= needed + goes)
            self._gains.append(-UNSTAFFED * short)
        return goes

    def _is_free(self, member: StaffMember, day: Date, session: str) -> bool:
        asked = member.id, day, session
        return asked not in self._asked and self._relaxed.levels.get(asked, Level.YES) is Level.YES

    def dealt(self, engine: Engine, limit: float, attempt: int) -> dict[str, str]:
        """Return the van of each person, nothing when none was found; another way each time, about as good."""
        chance = Random(attempt)  # noqa: S311  nothing to hide
        shuffled = [chance.randint(0, SHUFFLED) * x for x in self._home.values()] if attempt else []
        self.model.maximize(LinearExpr.sum([*self._gains, *shuffled]))
        found = engine.search(self.model, limit)
        return {name: van for (name, van), x in self._home.items() if found.solution and found.solution[x.index]}

    def lent(self, home_of: Mapping[str, str]) -> dict[_Lent, str]:
        """Return who is lent to another district for a half-day on which its social centres lack somebody.

        Nobody is lent whom the centres at home need as often in the week as somebody may work.
        """
        there = {asked: van for asked, van in self._asked.items() if van != home_of[asked[0]]}
        for slot in sorted(self._needed):
            van, day, session, role = slot
            while self._spare(slot, home_of, there) < 0:
                able = [
                    (self._spare((home_of[p.id], *slot[1:]), home_of, there), p.id)
                    for p in self._relaxed.staff
                    if role in p.roles and (p.id, day, session) not in there and home_of[p.id] != van
                    if self._is_free(p, day, session) and self._may_leave(p, day, home_of, there)
                ]
                spare, lender = max(able, default=(0, ""))
                if spare <= 0:
                    break
                there[lender, day, session] = van
        return there | dict.fromkeys(self._rests(home_of, there), NOWHERE)

    def _spare(self, slot: _Slot, home_of: Mapping[str, str], there: dict[_Lent, str]) -> int:
        """Return the people of a role beyond those its social centres need, in a district on a half-day."""
        van, day, session, role = slot
        team = (p for p in self._relaxed.staff if role in p.roles and self._is_free(p, day, session))
        return sum(there.get((p.id, day, session), home_of[p.id]) == van for p in team) - self._needed[slot]

    def _may_leave(self, member: StaffMember, day: Date, home_of: Mapping[str, str], there: dict[_Lent, str]) -> bool:
        needed = sum(spare < 0 for spare, *_ in self._left(member, day, home_of, there))
        return needed + self._taken(member, day, there) < self._relaxed.problem.territory.settings.weekly_maximum

    def _taken(self, member: StaffMember, day: Date, there: dict[_Lent, str]) -> int:
        """Count the half-days of a week that somebody is lent for, or asked for anywhere."""
        week = day.isocalendar()[:2]
        return sum(name == member.id and other.isocalendar()[:2] == week for name, other, _ in self._asked | there)

    def _left(
        self, member: StaffMember, day: Date, home_of: Mapping[str, str], there: dict[_Lent, str]
    ) -> list[tuple[int, Date, str]]:
        """Return the half-days of a week at home, and who of a role would be spare without this person: worst first."""
        home, week = home_of[member.id], day.isocalendar()[:2]
        slots = product(self._relaxed.days, (session.id for session in self._relaxed.clock.sessions))
        return sorted(
            (min(self._spare((home, *slot, role), home_of, there) for role in member.roles) - 1, *slot)
            for slot in slots
            if slot[0].isocalendar()[:2] == week and (member.id, *slot) not in there and self._is_free(member, *slot)
        )

    def _rests(self, home_of: Mapping[str, str], there: dict[_Lent, str]) -> Iterator[_Lent]:
        """Yield half-days on which who is lent rests, for the week to have no more duties than it may."""
        weekly = self._relaxed.problem.territory.settings.weekly_maximum
        weeks = dict.fromkeys((name, day - timedelta(days=day.weekday())) for name, day, _ in there)
        for member, monday in product(self._relaxed.staff, dict.fromkeys(monday for _, monday in weeks)):
            if (member.id, monday) in weeks:
                may = max(0, weekly - self._taken(member, monday, there))
                for _, day, session in self._left(member, monday, home_of, there)[may:]:
                    yield member.id, day, session
