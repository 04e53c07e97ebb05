"""The decisions of a problem, as questions: the only place that knows how they become integers.

What vans drive is in `drives.py`. People belong to (commune, slot): a commune has at most one mobile permanence a day,
so its crew needs no van. The visits of a commune are a path over the dates, one arc a gap, so that gaps and their
squares are linear. What is stated here only links variables and forbids nothing: every rule lives in `constraints/`.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  a parameter called `date` would hide the type
from functools import cached_property
from itertools import combinations, product

from ortools.sat.python.cp_model import BoolVarT, CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune, FixedPermanence, Problem, Session, StaffMember, Van
from picup_planner.solver.clock import seconds
from picup_planner.solver.drives import Decision, Drives, Outline
from picup_planner.solver.past import worked


class Variables(Drives):
    """Every decision of a problem on one model.

    Parameters
    ----------
    model
        Receives the variables and what links them.
    problem
        The month to plan.
    outline
        Tours to keep to; by default any.
    """

    def __init__(self, model: CpModel, problem: Problem, outline: Outline | None = None) -> None:
        super().__init__(model, problem, outline)
        self.staff = tuple(sorted(problem.territory.staff, key=lambda member: member.id))
        self._assign_people()
        self._link_gaps()
        self._link_levels()
        self._link_people_to_vans()

    def decisions(self) -> dict[Decision, IntVar]:
        """Return every decision by its key; all other variables follow from these."""
        return self._decisions

    @cached_property
    def _decisions(self) -> dict[Decision, IntVar]:
        return {
            **self.drives(),
            **{("works", key): variable for key, variable in self._works.items()},
            **{("assists", key): variable for key, variable in self._assists.items()},
            **{("staffed", key): variable for key, variable in self._staffed.items()},
        }

    # -------------------------------------------------------------- people

    def _assign_people(self) -> None:
        new, problem = self._model.new_bool_var, self._problem
        self._works = {
            (p.id, role, c.id, d, s.id): new(f"{p.id} {role} {c.id} {d} {s.id}")
            for p in self.staff
            for role in p.roles
            for c in problem.territory.communes
            for d in problem.dates
            for s in self.clock.sessions
            if self.may_serve(c, d, s)
        }
        self._working: dict[tuple[str, Date, str], list[IntVar]] = defaultdict(list)
        for (member, _, _, day, session), x in self._works.items():
            self._working[member, day, session].append(x)
        self._assists = {
            (p.id, role, f.id): new(f"{p.id} {role} {f.id}")
            for f in problem.fixed
            for p in self.staff
            for role in p.roles
            if role in f.roles
        }
        self._staffed = {f.id: new(f"{f.id} staffed") for f in problem.fixed}

    def works_as(self, member: StaffMember, role: str, commune: Commune, day: Date, session: Session) -> IntVar:
        """Whether a person is in the crew of a commune's mobile permanence, in a role that person has."""
        return self._works.get((member.id, role, commune.id, day, session.id), self._never)

    def works(self, member: StaffMember, commune: Commune, day: Date, session: Session) -> LinearExpr:
        """Roles a person holds in the crew of a commune's mobile permanence."""
        return LinearExpr.sum([self.works_as(member, role, commune, day, session) for role in member.roles])

    def works_in(self, member: StaffMember, day: Date, session: Session) -> LinearExpr:
        """Mobile duties of a person in a slot, whichever the commune."""
        return LinearExpr.sum(self._working[member.id, day, session.id])

    def assists_as(self, member: StaffMember, role: str, fixed: FixedPermanence) -> LinearExpr:
        """Whether a person holds a fixed permanence in a role; 0 for a role that person or permanence does not have."""
        return self._assists.get((member.id, role, fixed.id), LinearExpr.constant(0))

    def assists(self, member: StaffMember, fixed: FixedPermanence) -> LinearExpr:
        """Roles a person holds in a fixed permanence."""
        return LinearExpr.sum([self.assists_as(member, role, fixed) for role in member.roles])

    def staffed(self, fixed: FixedPermanence) -> IntVar:
        """Whether a fixed permanence has its full crew."""
        return self._staffed[fixed.id]

    def duties(self, member: StaffMember, day: Date) -> LinearExpr:
        """Permanences of a person on a date, mobile and fixed."""
        mobile = [self.works_in(member, day, session) for session in self.clock.sessions]
        return LinearExpr.sum([*mobile, *(self.assists(member, fixed) for fixed in self.fixed_on(day))])

    def fixed_on(self, day: Date) -> tuple[FixedPermanence, ...]:
        """Return the fixed permanences of a date."""
        return tuple(fixed for fixed in self._problem.fixed if fixed.date == day)

    # ------------------------------------------------------ people in vans

    def _link_people_to_vans(self) -> None:
        model, sessions = self._model, self.clock.sessions
        self._out: dict[tuple[str, str, Date], IntVar] = {}
        self._depot_drives: dict[tuple[str, str, Date], IntVar] = {}
        self._follows: dict[tuple[str, Date, str, str], IntVar] = {}
        self._doubles: dict[tuple[str, Date, str], IntVar] = {}
        self._crowds: dict[tuple[str, Date], list[IntVar]] = defaultdict(list)
        longest = self.longest_depot_drive
        furthest = longest * max(1, len(self.sites) * len(sessions))
        for day in self._problem.dates:
            by_van = {van.id: self.depot_drive(van, day) for van in self.vans if self.may_leave(van, day)}
            stops = {van: list(self._stops_of_crews(van, day)) for van in by_van}
            for member in self.staff if by_van else ():
                works = {session.id: self.works_in(member, day, session) for session in sessions}
                for van, driven in by_van.items():
                    out = model.new_bool_var(f"{member.id} {day} in {van}")
                    drive = model.new_int_var(0, furthest, f"{member.id} {day} drives {van}")
                    model.add(out <= LinearExpr.sum(list(works.values())))
                    model.add(drive >= driven - longest * (1 - out))
                    self._out[member.id, van, day] = out
                    self._depot_drives[member.id, van, day] = drive
                    for commune, session, stopped in stops[van]:
                        for role in member.roles:
                            model.add(self.works_as(member, role, commune, day, session) + stopped - 1 <= out)
                self._link_follows(member, day, works)

    def _stops_of_crews(self, van: str, day: Date) -> Iterator[tuple[Commune, Session, LinearExpr | int]]:
        """Yield the slots of communes, and whether a van stops there: the only van there is goes with every crew."""
        for commune, session in product(self._problem.territory.communes, self.clock.sessions):
            if not (sites := self.sites_of(commune)) or not self.may_serve(commune, day, session):
                continue
            if len(self.vans) == 1:
                yield commune, session, 1
                continue
            visits = [x for site in sites if (x := self._visits.get((van, site.id, day, session.id))) is not None]
            stopped, crowd = self._at_least_one(LinearExpr.sum(visits), len(sites), f"{van} {commune.id} {day}")
            self._crowds[van, day].append(crowd)
            yield commune, session, stopped

    def _at_least_one(self, count: LinearExpr, most: int, name: str) -> tuple[LinearExpr, IntVar]:
        """Split a count, `most` at most, into whether there is any and what there is beyond the first."""
        beyond = self._model.new_int_var(0, most - 1, f"{name} beyond the first")
        self._model.add(count - beyond <= 1)
        self._model.add(most * beyond <= (most - 1) * count)
        return count - beyond, beyond

    def _link_follows(self, member: StaffMember, day: Date, duties: dict[str, LinearExpr]) -> None:
        most = max(1, len(member.roles) * len(self.communes))
        works: dict[str, LinearExpr] = {}
        for session, some in duties.items():
            works[session], doubles = self._at_least_one(some, most, f"{member.id} {day} {session}")
            self._doubles[member.id, day, session] = doubles
        for s, t in combinations(self.clock.sessions, 2):
            follows = self._model.new_bool_var(f"{member.id} {day} {s.id} then {t.id}")
            self._follows[member.id, day, s.id, t.id] = follows
            self._model.add(follows <= works[s.id])
            self._model.add(follows <= works[t.id])
            between = [works[u.id] for u in self.clock.sessions if s.start < u.start < t.start]
            for inner in between:
                self._model.add(follows + inner <= 1)
            self._model.add(follows >= works[s.id] + works[t.id] - 1 - LinearExpr.sum(between))

    def out(self, member: StaffMember, van: Van, day: Date) -> IntVar:
        """Whether a person goes out with a van on a date."""
        return self._out.get((member.id, van.id, day), self._never)

    def doubles(self, member: StaffMember, day: Date, session: Session) -> IntVar:
        """Mobile duties of a person in a slot beyond the first."""
        return self._doubles.get((member.id, day, session.id), self._never)

    def crowds(self, van: Van, day: Date) -> list[IntVar]:
        """Permanences of a van beyond the first in each commune and session of a date, where there are other vans."""
        return self._crowds[van.id, day]

    def follows(self, member: StaffMember, day: Date, before: Session, after: Session) -> IntVar:
        """Whether a person goes from one session to a later one of the same date, none in between."""
        return self._follows.get((member.id, day, before.id, after.id), self._never)

    def _depot_drive_of(self, member: StaffMember, van: Van, day: Date) -> IntVar:
        return self._depot_drives.get((member.id, van.id, day), self._never)

    def length(self, member: StaffMember, day: Date) -> LinearExpr:
        """Seconds of duty of a person on a date: depot to depot less lunch, plus fixed permanences.

        On a past date, what it was: whoever left a tour half-way was out for all of it.
        """
        clock = self.clock
        if day <= self._problem.as_of:
            return LinearExpr.constant(worked(self._problem, clock, member.id, day))
        parts: list[LinearExpr] = [self._depot_drive_of(member, van, day) for van in self.vans]
        for s in clock.sessions:
            stay = clock.set_up + seconds(s.end) - seconds(s.start) + clock.tear_down
            parts.append(stay * self.works_in(member, day, s))
        for s, t in combinations(clock.sessions, 2):
            gap = seconds(t.start) - clock.set_up - seconds(s.end) - clock.tear_down - clock.lunch_between(s, t)
            parts.append(gap * self.follows(member, day, s, t))
        parts += [(seconds(f.end) - seconds(f.start)) * self.assists(member, f) for f in self.fixed_on(day)]
        return LinearExpr.sum(parts)

    def bind_lengths(self) -> None:
        """Keep a length from exceeding its tour: needed where a long day is an advantage, a burden elsewhere.

        A van makes one tour a date here, as `one_place` wants.
        """
        longest = self.longest_depot_drive
        for day in self._problem.coming:
            by_van = {van.id: self.depot_drive(van, day) for van in self.vans}
            for member in self.staff:
                for van in self.vans:
                    drive, out = self._depot_drive_of(member, van, day), self.out(member, van, day)
                    self._model.add(drive <= by_van[van.id])
                    self._model.add(drive <= longest * out)

    # ------------------------------------------------------------- gaps

    def _link_gaps(self) -> None:
        model, dates = self._model, self._problem.dates
        self._served: dict[tuple[str, Date], IntVar] = {}
        self._repeats: dict[tuple[str, Date], IntVar] = {}
        self._gaps: dict[str, dict[tuple[Date | None, Date | None], IntVar]] = {}
        for commune in self._problem.territory.communes:
            most = len(self.sites_of(commune)) * len(self.clock.sessions) * len(self.vans)
            for day in dates:
                served = model.new_bool_var(f"{commune.id} {day} served")
                repeats = model.new_int_var(0, max(most - 1, 0), f"{commune.id} {day} repeats")
                model.add(self.held_anywhere(self.sites_of(commune), (day,)) == served + repeats)
                model.add(repeats <= most * served)
                self._served[commune.id, day], self._repeats[commune.id, day] = served, repeats
            nodes: tuple[Date | None, ...] = (None, *dates)
            gaps = {
                (a, b): model.new_bool_var(f"{commune.id} {a} next {b}")
                for i, a in enumerate(nodes)
                for b in (*dates[i:], None)
            }
            model.add_exactly_one([x for (a, _), x in gaps.items() if a is None])
            for day in dates:
                model.add(
                    LinearExpr.sum([x for (_, b), x in gaps.items() if b == day]) == self._served[commune.id, day]
                )
                model.add(
                    LinearExpr.sum([x for (a, _), x in gaps.items() if a == day]) == self._served[commune.id, day]
                )
            self._gaps[commune.id] = gaps

    def served(self, commune: Commune, day: Date) -> IntVar:
        """Whether a commune has a mobile permanence on a date."""
        return self._served[commune.id, day]

    def repeats(self, commune: Commune, day: Date) -> IntVar:
        """Mobile permanences of a commune on a date beyond the first."""
        return self._repeats[commune.id, day]

    def gaps(self, commune: Commune) -> Iterator[tuple[Date | None, Date | None, BoolVarT]]:
        """Every pair of consecutive permanences, as (before, after, variable); ``None`` is outside the month."""
        for (before, after), variable in self._gaps[commune.id].items():
            yield before, after, variable

    # ------------------------------------------------------------ counts

    def _link_levels(self) -> None:
        self._levels: dict[str, list[IntVar]] = {}
        for commune in self._problem.territory.communes:
            count, most = commune.frequency.target, len(self._problem.dates) * len(self.clock.sessions) * len(self.vans)
            levels = [self._model.new_bool_var(f"{commune.id} held {k + 1}") for k in range(count)]
            beyond = self._model.new_int_var(0, most, f"{commune.id} held beyond {count}")
            held = self.held_anywhere(self.sites_of(commune), self._problem.dates)
            self._model.add(LinearExpr.sum(levels) + beyond == held)
            for upper, lower in zip(levels[1:], levels, strict=False):
                self._model.add_implication(upper, lower)
            if levels:
                self._model.add(beyond <= most * levels[-1])
            self._levels[commune.id] = levels

    def misses(self, commune: Commune, level: int) -> LinearExpr:
        """1 when a commune has fewer than `level` mobile permanences in the month, `level` from 1 to its target."""
        return 1 - self._levels[commune.id][level - 1]
