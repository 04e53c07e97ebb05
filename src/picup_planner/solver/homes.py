"""Homes: which people go with which van, and who is lent to another for a half-day.

A half-day on which nobody of a role is left in a district, where its social centres need somebody, is held by a guest.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import pairwise, product

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Level, Session, StaffMember
from picup_planner.solver.clock import monday_of
from picup_planner.solver.engine import Engine
from picup_planner.solver.objectives.continuity import cost_of_meeting
from picup_planner.solver.parts import Node, inseparable
from picup_planner.solver.relaxation import Relaxation

Lent = tuple[str, Date, str]
"""A person, a date and a session."""

_Slot = tuple[str, Date, str, str]
"""A district, a date, a session and a role."""

NOWHERE = ""
"""Where somebody is who rests."""

UNSTAFFED = 1000
"""Half-days on which a van could go out that a fixed permanence with nobody to hold it outweighs."""

WELL_KNOWN = 10
"""Half-days that a well-known face in a commune outweighs."""


class People:
    """Who goes with which van: on every half-day somebody of each role, wherever that can be.

    Parameters
    ----------
    relaxed
        The smaller model, for who is there when.
    van_of
        The van of each commune.
    """

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
        commune_of = relaxed.problem.territory.commune_of
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

    def _crews_given(self) -> Iterator[tuple[Lent, str]]:
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
        return self._answer(member, day, session) is Level.YES

    def _answer(self, member: StaffMember, day: Date, session: str) -> Level:
        """Return whether somebody can come who is not asked for already."""
        asked = member.id, day, session
        return Level.NO if asked in self._asked else self._relaxed.levels.get(asked, Level.YES)

    def dealt(self, engine: Engine, limit: float) -> dict[str, str]:
        """Return the van of each person, nothing when none was found."""
        self.model.maximize(LinearExpr.sum(self._gains))
        found = engine.search(self.model, limit)
        return {name: van for (name, van), x in self._home.items() if found.solution and found.solution[x.index]}

    def lent(self, home_of: Mapping[str, str]) -> dict[Lent, str]:
        """Return who is lent to another district for a half-day on which its social centres lack somebody.

        Nobody is lent whom the centres at home need as often in the week as somebody may work.
        """
        there = {asked: van for asked, van in self._asked.items() if van != home_of[asked[0]]}
        for slot in sorted(self._needed):
            van, day, session, _ = slot
            while self._spare(slot, home_of, there) < 0 and (lender := self._lender(slot, home_of, there)):
                there[lender, day, session] = van
        return there | dict.fromkeys(self._rests(home_of, there), NOWHERE)

    def _lender(self, slot: _Slot, home_of: Mapping[str, str], there: dict[Lent, str]) -> str:
        """Return who of another district is best spared, nobody perhaps; who would come if needed, where nobody else.

        Where somebody at home would come if needed, nobody like that is lent.
        """
        van, day, session, role = slot
        team = [p for p in self._relaxed.staff if role in p.roles and (p.id, day, session) not in there]
        spares = {p.id: self._spare((home_of[p.id], day, session, role), home_of, there) for p in team}
        free = (p for p in team if home_of[p.id] != van and self._is_free(p, day, session))
        able = [p.id for p in free if spares[p.id] > 0 and self._may_leave(p, day, home_of, there)]
        reluctant = [p.id for p in team if self._answer(p, day, session) is Level.IF_NEEDED]
        if not able and all(home_of[name] != van for name in reluctant):
            able = reluctant
        return max(able, key=lambda name: (spares[name], name), default="")

    def _spare(self, slot: _Slot, home_of: Mapping[str, str], there: dict[Lent, str]) -> int:
        """Return the people of a role beyond those its social centres need, in a district on a half-day."""
        van, day, session, role = slot
        staff = (p for p in self._relaxed.staff if role in p.roles)
        team = (p for p in staff if (p.id, day, session) in there or self._is_free(p, day, session))
        return sum(there.get((p.id, day, session), home_of[p.id]) == van for p in team) - self._needed[slot]

    def _may_leave(self, member: StaffMember, day: Date, home_of: Mapping[str, str], there: dict[Lent, str]) -> bool:
        needed = sum(spare < 0 for spare, *_ in self._left(member, day, home_of, there))
        return needed + self._taken(member, day, there) < self._relaxed.problem.territory.settings.weekly_maximum

    def _taken(self, member: StaffMember, day: Date, there: dict[Lent, str]) -> int:
        """Count the half-days of a week that somebody is lent for, or asked for anywhere."""
        monday = monday_of(day)
        return sum(name == member.id and monday_of(other) == monday for name, other, _ in self._asked | there)

    def _left(
        self, member: StaffMember, day: Date, home_of: Mapping[str, str], there: dict[Lent, str]
    ) -> list[tuple[int, Date, str]]:
        """Return the half-days of a week at home, and who of a role would be spare without this person: worst first."""
        home, monday = home_of[member.id], monday_of(day)
        slots = product(self._relaxed.days, (session.id for session in self._relaxed.clock.sessions))
        return sorted(
            (min(self._spare((home, *slot, role), home_of, there) for role in member.roles) - 1, *slot)
            for slot in slots
            if monday_of(slot[0]) == monday and (member.id, *slot) not in there and self._is_free(member, *slot)
        )

    def _rests(self, home_of: Mapping[str, str], there: dict[Lent, str]) -> Iterator[Lent]:
        """Yield half-days on which who is lent rests, for the week to have no more duties than it may."""
        weekly = self._relaxed.problem.territory.settings.weekly_maximum
        member_of = {member.id: member for member in self._relaxed.staff}
        for name, monday in sorted({(name, monday_of(day)) for name, day, _ in there}):
            member = member_of[name]
            may = max(0, weekly - self._taken(member, monday, there))
            for _, day, session in self._left(member, monday, home_of, there)[may:]:
                yield name, day, session
