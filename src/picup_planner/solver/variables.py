"""The decisions of a problem, as questions: the only place that knows how they become integers.

A van's day is a flow on arcs depot → (site, session) → ... → depot; the session order replaces routing circuits.
People belong to (commune, slot): a commune has at most one mobile permanence a day, so its crew needs no van. The
visits of a commune are a path over the dates, one arc a gap, so that gaps and their squares are linear. What is stated
here only links variables; every rule lives in `constraints/`.
"""

from collections.abc import Iterator, Sequence
from datetime import date as Date  # noqa: N812  a parameter called `date` would hide the type
from functools import cached_property
from itertools import combinations, pairwise

from ortools.sat.python.cp_model import BoolVarT, CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune, FixedPermanence, Problem, Session, Site, StaffMember, Van
from picup_planner.solver.clock import Clock, located, seconds

Stop = tuple[str, str]
"""A site and a session, by their ids."""


def hint(model: CpModel, solution: Sequence[int]) -> None:
    """Hint a solution, one value per variable of the model, in place of the hints before."""
    model.clear_hints()  # type: ignore[no-untyped-call]
    for i, value in enumerate(solution):
        model.add_hint(model.get_int_var_from_proto_index(i), value)


class Variables:
    """Every decision of a problem on one model.

    Parameters
    ----------
    model
        Receives the variables and what links them.
    problem
        The month to plan.
    """

    def __init__(self, model: CpModel, problem: Problem) -> None:
        self._model = model
        self._problem = problem
        self.clock = Clock(problem)
        territory = problem.territory
        self.vans = territory.vans
        self.communes = territory.communes
        self.sites = located(problem)
        self.staff = tuple(sorted(territory.staff, key=lambda member: member.id))
        self._commune_of = {site.id: site.commune for site in territory.sites}
        self._sites_of = {
            commune.id: tuple(site for site in self.sites if site.commune == commune.id)
            for commune in territory.communes
        }
        self._drive_vans()
        self._assign_people()
        self._link_gaps()
        self._link_levels()
        self._link_people_to_vans()

    def drives(self) -> Iterator[IntVar]:
        """Yield the decisions of what vans drive."""
        for tables in (self._starts, self._ends, self._arcs):
            for table in tables.values():
                yield from table.values()

    def drives_of(self, van: str, day: Date, stops: Sequence[Stop]) -> Iterator[IntVar]:
        """Yield what a van drives on a tour of these stops; nothing when one of them is unknown."""
        known = self._starts.get((van, day), {})
        if stops and all(stop in known for stop in stops):
            yield known[stops[0]]
            yield from (self._arcs[van, day][pair] for pair in pairwise(stops))
            yield self._ends[van, day][stops[-1]]

    def decisions(self) -> Iterator[IntVar]:
        """Yield every decision; all other variables follow from these."""
        yield from self.drives()
        for people in (self._works, self._assists, self._staffed):
            yield from people.values()

    # ---------------------------------------------------------------- vans

    def _drive_vans(self) -> None:
        sessions, new = self.clock.sessions, self._model.new_bool_var
        self._starts: dict[tuple[str, Date], dict[Stop, IntVar]] = {}
        self._ends: dict[tuple[str, Date], dict[Stop, IntVar]] = {}
        self._arcs: dict[tuple[str, Date], dict[tuple[Stop, Stop], IntVar]] = {}
        self._visits: dict[tuple[str, str, Date, str], IntVar] = {}
        stops = [(site, session) for session in sessions for site in self.sites]
        for van in self.vans:
            for day in self._problem.dates:
                key = f"{van.id} {day}"
                starts = {(i.id, s.id): new(f"{key} to {i.id} {s.id}") for i, s in stops}
                ends = {(i.id, s.id): new(f"{key} from {i.id} {s.id}") for i, s in stops}
                arcs = {
                    ((i.id, s.id), (j.id, t.id)): new(f"{key} {i.id} {s.id} {j.id} {t.id}")
                    for s, t in combinations(sessions, 2)
                    for i in self.sites
                    for j in self.sites
                }
                inflow: dict[Stop, list[IntVar]] = {stop: [start] for stop, start in starts.items()}
                outflow: dict[Stop, list[IntVar]] = {stop: [end] for stop, end in ends.items()}
                for (before, after), arc in arcs.items():
                    outflow[before].append(arc)
                    inflow[after].append(arc)
                for stop in starts:
                    visit = new(f"{key} at {stop[0]} {stop[1]}")
                    self._model.add(LinearExpr.sum(inflow[stop]) == visit)
                    self._model.add(LinearExpr.sum(outflow[stop]) == visit)
                    self._visits[van.id, stop[0], day, stop[1]] = visit
                self._starts[van.id, day], self._ends[van.id, day], self._arcs[van.id, day] = starts, ends, arcs

    def visit(self, van: Van, site: Site, day: Date, session: Session) -> IntVar:
        """Whether this van holds a permanence at this site in this slot."""
        return self._visits[van.id, site.id, day, session.id]

    def held(self, site: Site, day: Date, session: Session) -> LinearExpr:
        """Permanences held at this site in this slot, whichever the van."""
        return LinearExpr.sum([self.visit(van, site, day, session) for van in self.vans])

    def held_anywhere(
        self, sites: tuple[Site, ...], days: tuple[Date, ...], sessions: tuple[Session, ...] | None = None
    ) -> LinearExpr:
        """Permanences held at any of these sites on any of these dates (in any of these sessions)."""
        wanted = self.clock.sessions if sessions is None else sessions
        return LinearExpr.sum([self.visit(v, i, d, s) for v in self.vans for i in sites for d in days for s in wanted])

    def sites_of(self, commune: Commune | str) -> tuple[Site, ...]:
        """Sites of a commune a road leads to."""
        return self._sites_of[commune if isinstance(commune, str) else commune.id]

    def held_in(self, commune: Commune, day: Date, session: Session) -> LinearExpr:
        """Mobile permanences of a commune in one slot."""
        return self.held_anywhere(self.sites_of(commune), (day,), (session,))

    def held_by(self, van: Van, day: Date, session: Session) -> LinearExpr:
        """Permanences a van holds in one slot."""
        return LinearExpr.sum([self.visit(van, site, day, session) for site in self.sites])

    def leaves(self, van: Van, day: Date) -> LinearExpr:
        """Tours of a van on a date."""
        return LinearExpr.sum(list(self._starts[van.id, day].values()))

    def arc(self, van: Van, day: Date, before: Stop, after: Stop) -> IntVar:
        """Whether a van drives from one stop to the next on a date."""
        return self._arcs[van.id, day][before, after]

    def arcs(self, van: Van, day: Date) -> Iterator[tuple[Stop, Stop, IntVar]]:
        """Every drive between two stops of a van's day, as (before, after, variable)."""
        for (before, after), variable in self._arcs[van.id, day].items():
            yield before, after, variable

    def first_stops(self, van: Van, day: Date) -> Iterator[tuple[Stop, IntVar]]:
        """Every first stop of a van's day, with its variable."""
        yield from self._starts[van.id, day].items()

    def last_stops(self, van: Van, day: Date) -> Iterator[tuple[Stop, IntVar]]:
        """Every last stop of a van's day, with its variable."""
        yield from self._ends[van.id, day].items()

    @cached_property
    def session_of(self) -> dict[str, Session]:
        """Sessions by id."""
        return {session.id: session for session in self.clock.sessions}

    def depot_drive(self, van: Van, day: Date) -> LinearExpr:
        """Seconds a van drives from and to its depot on a date."""
        out = [(self.clock.outbound(van.depot, i, self.session_of[s]), x) for (i, s), x in self.first_stops(van, day)]
        back = [(self.clock.inbound(i, self.session_of[s], van.depot), x) for (i, s), x in self.last_stops(van, day)]
        return LinearExpr.weighted_sum([x for _, x in out + back], [weight for weight, _ in out + back])

    def stop_drive(self, van: Van, day: Date) -> LinearExpr:
        """Seconds a van drives between stops on a date."""
        drives = [(self.clock.between(i, self.session_of[s], j), x) for (i, s), (j, _), x in self.arcs(van, day)]
        return LinearExpr.weighted_sum([x for _, x in drives], [weight for weight, _ in drives])

    @cached_property
    def longest_depot_drive(self) -> int:
        """Seconds no pair of depot drives exceeds."""
        drives = [
            max(self.clock.outbound(van.depot, site.id, s) for site in self.sites for s in self.clock.sessions)
            + max(self.clock.inbound(site.id, s, van.depot) for site in self.sites for s in self.clock.sessions)
            for van in self.vans
            if self.sites
        ]
        return max(drives, default=0)

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
        }
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
        return self._works[member.id, role, commune.id, day, session.id]

    def works(self, member: StaffMember, commune: Commune, day: Date, session: Session) -> LinearExpr:
        """Roles a person holds in the crew of a commune's mobile permanence."""
        return LinearExpr.sum([self.works_as(member, role, commune, day, session) for role in member.roles])

    def works_in(self, member: StaffMember, day: Date, session: Session) -> LinearExpr:
        """Mobile duties of a person in a slot, whichever the commune."""
        return LinearExpr.sum(
            [
                self.works_as(member, role, commune, day, session)
                for role in member.roles
                for commune in self._problem.territory.communes
            ]
        )

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
        longest = self.longest_depot_drive
        for day in self._problem.dates:
            by_van = {van.id: self.depot_drive(van, day) for van in self.vans}
            for member in self.staff:
                works = {session.id: self.works_in(member, day, session) for session in sessions}
                for van in self.vans:
                    out = model.new_bool_var(f"{member.id} {day} in {van.id}")
                    drive = model.new_int_var(0, longest, f"{member.id} {day} drives {van.id}")
                    model.add(out <= LinearExpr.sum(list(works.values())))
                    model.add(drive >= by_van[van.id] - longest * (1 - out))
                    self._out[member.id, van.id, day] = out
                    self._depot_drives[member.id, van.id, day] = drive
                    self._link_out(member, van, day, out, works)
                self._link_follows(member, day, works)

    def _link_out(self, member: StaffMember, van: Van, day: Date, out: IntVar, works: dict[str, LinearExpr]) -> None:
        for session in self.clock.sessions:
            if len(self.vans) == 1:
                self._model.add(works[session.id] <= out)
                continue
            for commune in self._problem.territory.communes:
                stops = LinearExpr.sum([self.visit(van, site, day, session) for site in self.sites_of(commune)])
                self._model.add(self.works(member, commune, day, session) + stops - 1 <= out)

    def _link_follows(self, member: StaffMember, day: Date, works: dict[str, LinearExpr]) -> None:
        pairs = list(combinations(self.clock.sessions, 2))
        for s, t in pairs:
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
        return self._out[member.id, van.id, day]

    def follows(self, member: StaffMember, day: Date, before: Session, after: Session) -> IntVar:
        """Whether a person goes from one session to a later one of the same date, none in between."""
        return self._follows[member.id, day, before.id, after.id]

    def length(self, member: StaffMember, day: Date) -> LinearExpr:
        """Seconds of duty of a person on a date: depot to depot less lunch, plus fixed permanences."""
        clock = self.clock
        parts: list[LinearExpr] = [self._depot_drives[member.id, van.id, day] for van in self.vans]
        for s in clock.sessions:
            stay = clock.set_up + seconds(s.end) - seconds(s.start) + clock.tear_down
            parts.append(stay * self.works_in(member, day, s))
        for s, t in combinations(clock.sessions, 2):
            gap = seconds(t.start) - clock.set_up - seconds(s.end) - clock.tear_down - clock.lunch_between(s, t)
            parts.append(gap * self.follows(member, day, s, t))
        parts += [(seconds(f.end) - seconds(f.start)) * self.assists(member, f) for f in self.fixed_on(day)]
        return LinearExpr.sum(parts)

    def bind_lengths(self) -> None:
        """Keep a length from exceeding its tour: needed where a long day is an advantage, a burden elsewhere."""
        longest = self.longest_depot_drive
        for day in self._problem.dates:
            by_van = {van.id: self.depot_drive(van, day) for van in self.vans}
            for member in self.staff:
                for van in self.vans:
                    drive, out = self._depot_drives[member.id, van.id, day], self._out[member.id, van.id, day]
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
