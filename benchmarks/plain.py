"""The model a good engineer writes first: one Boolean per visit, one per person and visit, every rule as it is told.

It shares nothing with the solver of the project but the order of the objectives, whose definitions it writes again in
`plain_objectives.py`. It knows what `generated.py` draws: two sessions, people of one role, no history, no hour
factors, no quotas nor pairings; days are never too long and nights never too short there, since the places that would
break those rules are a day's drive away.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as Hour  # noqa: N812  `time` is the module
from functools import cached_property
from itertools import combinations, product
from pathlib import Path

from ortools.sat.python.cp_model import FEASIBLE, OPTIMAL, CpModel, CpSolver, IntVar, LinearExpr

from picup_planner.evaluation import objective_values
from picup_planner.plan import Plan
from picup_planner.problem import (
    Commune,
    FixedPermanence,
    Level,
    Problem,
    Session,
    Site,
    SiteKind,
    StaffMember,
    Van,
)
from picup_planner.solver.objectives import chosen

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from plain_objectives import OBJECTIVES

from problems import hand_plan

Told = Callable[[str, int, int, float], None]
"""Told of each objective: name, value, bound, seconds since the beginning."""

NOON = Hour(12)
DAY = timedelta(days=1)


def seconds(length: timedelta | Hour) -> int:
    """Whole seconds of a length, or since midnight."""
    if isinstance(length, Hour):
        return length.hour * 3600 + length.minute * 60 + length.second
    return int(length.total_seconds())


def count(literals: Iterable[IntVar]) -> LinearExpr:
    """How many are true."""
    return LinearExpr.sum(list(literals))


class Plain:
    """The rules of one problem, stated visit by visit."""

    def __init__(self, problem: Problem) -> None:
        self.model = CpModel()
        self.problem, self.land, self.rules = problem, problem.territory, problem.territory.settings
        self.morning, self.afternoon = sorted(self.land.sessions, key=lambda session: session.start)
        self.sessions = (self.morning, self.afternoon)
        self.days = [day for day in problem.open_dates if day > problem.as_of]
        self.level = {(a.member, a.slot.date, a.slot.session): a.level for a in problem.availability}
        self.hours = {entry.member: entry for entry in problem.hours}
        self.commune_of = self.land.commune_of
        self.strangers: dict[str | None, set[str]] = defaultdict(set)
        for pin in self.land.pins:
            self.strangers[pin.commune] |= set(pin.members)
        self._visit()
        self._drive()
        self._go_out()
        self._assist()
        self._limit()

    def drive(self, start: str, end: str) -> int:
        """Seconds from one place to another."""
        return seconds(self.problem.travel.between(start, end, NOON))

    # -------------------------------------------------------------- visits

    def _visit(self) -> None:
        self.x: dict[tuple[str, str, date, str], IntVar] = {}
        self.served: dict[tuple[str, date], IntVar] = {}
        for van, site in product(self.land.vans, self.land.sites):
            if self._in_reach(van, site):
                for day, session in product(self.days, self.sessions):
                    if self._open(site, day, session) and not any(off.first <= day <= off.last for off in van.off):
                        self.x[van.id, site.id, day, session.id] = self.model.new_bool_var("")
        self.at: dict[tuple[str, date, str], list[tuple[str, IntVar]]] = defaultdict(list)
        self.of_site: dict[str, list[IntVar]] = defaultdict(list)
        self.of_commune: dict[tuple[str, date], list[IntVar]] = defaultdict(list)
        for (van_id, site_id, day, session_id), x in self.x.items():
            self.at[van_id, day, session_id].append((site_id, x))
            self.of_site[site_id].append(x)
            self.of_commune[self.commune_of[site_id], day].append(x)
        self._space()

    def _space(self) -> None:
        """State how often a van, a site and a commune are visited, and how far apart."""
        model, rules = self.model, self.rules
        for stops in self.at.values():
            model.add_at_most_one(x for _, x in stops)
        for visits in self.of_site.values():
            model.add(count(visits) <= rules.site_maximum)
        for commune in self.land.communes:
            for day in self.days:
                self.served[commune.id, day] = model.new_bool_var("")
                model.add(count(self.of_commune[commune.id, day]) == self.served[commune.id, day])
            model.add(self.held(commune) <= commune.frequency.maximum)
            for one, other in combinations(self.days, 2):
                if (other - one).days < rules.min_gap:
                    model.add_at_most_one(self.served[commune.id, one], self.served[commune.id, other])

    def _in_reach(self, van: Van, site: Site) -> bool:
        stay = seconds(self.morning.end) - seconds(self.morning.start)
        driven = self.drive(van.depot, site.id) + self.drive(site.id, van.depot)
        return stay + driven <= seconds(self.rules.max_daily_length)

    def _open(self, site: Site, day: date, session: Session) -> bool:
        start = datetime.combine(day, session.start) - self.rules.set_up
        end = datetime.combine(day, session.end) + self.rules.tear_down
        if not site.on or (site.kind is SiteKind.SOCIAL_CENTRE and not self.rules.van_at_social_centres):
            return False
        if site.kind is not SiteKind.SOCIAL_CENTRE and day < self.problem.as_of + self.rules.notice * DAY:
            return False
        if site.openings and not any(
            o.weekday == day.isoweekday()
            and datetime.combine(day, o.start) <= start
            and end <= datetime.combine(day, o.end)
            for o in site.openings
        ):
            return False
        if any(closure.first <= day <= closure.last for closure in site.closures):
            return False
        return not any(
            market.weekday == day.isoweekday()
            and datetime.combine(day, market.start) < end
            and start < datetime.combine(day, market.end) + self.rules.market_cleaning
            for market in site.markets
        )

    def held(self, commune: Commune) -> LinearExpr:
        """Permanences of a commune in the month."""
        return count([self.served[commune.id, day] for day in self.days])

    # --------------------------------------------------------------- tours

    def _drive(self) -> None:
        """State each van's day: a pair of stops too far apart is refused, any other is a Boolean."""
        model, rules = self.model, self.rules
        midday = seconds(self.afternoon.start) - seconds(self.morning.end)
        room = midday - seconds(rules.set_up) - seconds(rules.tear_down) - seconds(rules.lunch)
        self.minutes: dict[tuple[str, date], IntVar] = {}
        self.duty: dict[tuple[str, date], IntVar] = {}
        self.both: dict[tuple[str, date], IntVar] = {}
        for van, day in product(self.land.vans, self.days):
            terms: list[tuple[IntVar, int, int]] = []
            """(Boolean, seconds driven, seconds on duty)."""
            for session in self.sessions:
                stay = seconds(session.end) - seconds(session.start) + seconds(rules.set_up) + seconds(rules.tear_down)
                for site, x in self.at[van.id, day, session.id]:
                    alone = self.drive(van.depot, site) + self.drive(site, van.depot)
                    terms.append((x, alone, alone + stay))
            pairs = []
            for one, x in self.at[van.id, day, self.morning.id]:
                too_far = [x]
                for other, y in self.at[van.id, day, self.afternoon.id]:
                    between = self.drive(one, other)
                    if self.commune_of[one] == self.commune_of[other] or between > room:
                        too_far.append(y)
                        continue
                    pair = model.new_bool_var("")
                    model.add_implication(pair, x)
                    model.add_implication(pair, y)
                    saved = self.drive(one, van.depot) + self.drive(van.depot, other)
                    terms.append((pair, between - saved, room - saved))
                    pairs.append(pair)
                model.add_at_most_one(too_far)
            both = self.both[van.id, day] = model.new_bool_var("")
            model.add(both >= sum(count(x for _, x in self.at[van.id, day, s.id]) for s in self.sessions) - 1)
            model.add(count(pairs) == both)
            minutes = self.minutes[van.id, day] = model.new_int_var(0, 24 * 60, "")
            duty = self.duty[van.id, day] = model.new_int_var(0, seconds(rules.max_daily_length), "")
            booleans = [x for x, _, _ in terms]
            model.add(60 * minutes >= LinearExpr.weighted_sum(booleans, [driven for _, driven, _ in terms]))
            model.add(duty == LinearExpr.weighted_sum(booleans, [worked for _, _, worked in terms]))

    # -------------------------------------------------------------- people

    def _go_out(self) -> None:
        """State who goes out with which van: one person a role, a driver, the same all day, nobody twice."""
        model = self.model
        self.y: dict[tuple[str, str, date, str], IntVar] = {}
        self.rides: dict[tuple[str, str, date], IntVar] = {}
        self.goes: dict[tuple[str, date, str], list[IntVar]] = defaultdict(list)
        self.length: dict[tuple[str, date], IntVar] = {}
        served_by = {van.id: {self.commune_of[i] for v, i, _, _ in self.x if v == van.id} for van in self.land.vans}
        crews = {
            van.id: [p for p in self.land.staff if any(p.id not in self.strangers[c] for c in served_by[van.id])]
            for van in self.land.vans
        }
        for van, day in product(self.land.vans, self.days):
            for member in crews[van.id]:
                self._ride(member, van, day)
            for session in self.sessions:
                used = count([x for _, x in self.at[van.id, day, session.id]])
                for role in self.land.roles:
                    able = [self.y.get((p.id, van.id, day, session.id)) for p in crews[van.id] if role.id in p.roles]
                    model.add(count([y for y in able if y is not None]) == used)
                drivers = [self.y.get((p.id, van.id, day, session.id)) for p in crews[van.id] if p.driver]
                model.add(count([y for y in drivers if y is not None]) >= used)
        for member, day in product(self.land.staff, self.days):
            taken = [(v, self.rides.get((member.id, v.id, day))) for v in self.land.vans]
            rides = [(van, ride) for van, ride in taken if ride is not None]
            model.add_at_most_one(ride for _, ride in rides)
            length = self.length[member.id, day] = model.new_int_var(0, seconds(self.rules.max_daily_length), "")
            for van, ride in rides:
                model.add(length == self.duty[van.id, day]).only_enforce_if(ride)
            model.add(length == 0).only_enforce_if(*[~ride for _, ride in rides])

    def _ride(self, member: StaffMember, van: Van, day: date) -> None:
        model, works = self.model, []
        ride = self.rides[member.id, van.id, day] = model.new_bool_var("")
        for session in self.sessions:
            y = self.y[member.id, van.id, day, session.id] = model.new_bool_var("")
            model.add_implication(y, ride)
            if self.level.get((member.id, day, session.id)) is Level.NO:
                model.add(y == 0)
            for site, x in self.at[van.id, day, session.id]:
                if member.id in self.strangers[self.commune_of[site]]:
                    model.add_at_most_one(x, y)
            self.goes[member.id, day, session.id].append(y)
            works.append(y)
        model.add_bool_or(*works, ~ride)
        both = self.both[van.id, day]
        model.add(works[0] - works[1] <= 1 - both)
        model.add(works[1] - works[0] <= 1 - both)

    # ----------------------------------------------------- fixed permanences

    def _assist(self) -> None:
        model = self.model
        self.z: dict[tuple[str, str], IntVar] = {}
        self.staffed = {fixed.id: model.new_bool_var("") for fixed in self.problem.fixed}
        for fixed in self.problem.fixed:
            for role in fixed.roles:
                able = [p for p in self.land.staff if role in p.roles and (not fixed.crew or p.id in fixed.crew)]
                for member in able:
                    self.z[member.id, fixed.id] = model.new_bool_var("")
                    if any(self.level.get((member.id, fixed.date, s.id)) is Level.NO for s in self.met(fixed)):
                        model.add(self.z[member.id, fixed.id] == 0)
                model.add(count([self.z[p.id, fixed.id] for p in able]) == self.staffed[fixed.id])
        self._keep_apart()

    def _keep_apart(self) -> None:
        """Refuse two places at a time."""
        of_member: dict[str, list[tuple[FixedPermanence, IntVar]]] = defaultdict(list)
        for (who, name), z in self.z.items():
            of_member[who].append((self.fixed_of[name], z))
        for held in of_member.values():
            for (one, z), (other, also) in combinations(held, 2):
                if one.date == other.date and self._clash(one, other):
                    self.model.add_at_most_one(z, also)
        for fixed, van, session in product(self.problem.fixed, self.land.vans, self.sessions):
            stops = self.at[van.id, fixed.date, session.id]
            far = [x for site, x in stops if not self._room(fixed, van.depot, site, session)]
            for member in self.land.staff:
                goes, helps = self.y.get((member.id, van.id, fixed.date, session.id)), self.z.get((member.id, fixed.id))
                if goes is None or helps is None:
                    continue
                if len(far) == len(stops):
                    self.model.add_at_most_one(goes, helps)
                else:
                    for x in far:
                        self.model.add_bool_or(~x, ~goes, ~helps)

    def _clash(self, one: FixedPermanence, other: FixedPermanence) -> bool:
        """Whether nobody can hold both on their date."""
        early, late = sorted((one, other), key=lambda fixed: (fixed.start, fixed.end))
        end, start = seconds(early.end), seconds(late.start)
        return start - end - self.drive(early.site, late.site) < self._lunch(end, start)

    @cached_property
    def fixed_of(self) -> dict[str, FixedPermanence]:
        """Fixed permanences by id."""
        return {fixed.id: fixed for fixed in self.problem.fixed}

    def met(self, fixed: FixedPermanence) -> Iterator[Session]:
        """Sessions a fixed permanence meets; every one when it meets none."""
        met = [s for s in self.sessions if max(s.start, fixed.start) < min(s.end, fixed.end)]
        yield from met or self.sessions

    def _lunch(self, end: int, start: int) -> int:
        midday = max(end, seconds(self.rules.midday_start)) < min(start, seconds(self.rules.midday_end))
        return seconds(self.rules.lunch) if midday else 0

    def _room(self, fixed: FixedPermanence, depot: str, site: str, session: Session) -> bool:
        """Whether one person can hold both, passing by the depot."""
        start, end = seconds(session.start), seconds(session.end)
        first, last = seconds(fixed.start), seconds(fixed.end)
        after = self.drive(fixed.site, depot) + self.drive(depot, site) + seconds(self.rules.set_up)
        before = seconds(self.rules.tear_down) + self.drive(site, depot) + self.drive(depot, fixed.site)
        return start - last - after >= self._lunch(last, start) or first - end - before >= self._lunch(end, first)

    # --------------------------------------------------------------- limits

    def duties(self, member: str, day: date) -> list[IntVar]:
        """Permanences of a person on a date."""
        mobile = [y for session in self.sessions for y in self.goes[member, day, session.id]]
        return mobile + [z for (who, name), z in self.z.items() if who == member and self.fixed_of[name].date == day]

    def spent(self, member: str) -> LinearExpr:
        """Seconds of duty of a person in the month."""
        fixed = [
            (seconds(self.fixed_of[name].end) - seconds(self.fixed_of[name].start)) * z
            for (who, name), z in self.z.items()
            if who == member
        ]
        return LinearExpr.sum([*(self.length[member, day] for day in self.days), *fixed])

    def _limit(self) -> None:
        for member in self.land.staff:
            weeks: dict[int, list[IntVar]] = defaultdict(list)
            for day in self.days:
                duties = self.duties(member.id, day)
                self.model.add(count(duties) <= self.rules.daily_maximum)
                weeks[day.isocalendar().week] += duties
            for duties in weeks.values():
                self.model.add(count(duties) <= self.rules.weekly_maximum)
            self.model.add(self.spent(member.id) <= seconds(self.hours[member.id].available))

    # --------------------------------------------------------------- reading

    def read(self, solver: CpSolver) -> Plan:
        """Write out the last solution."""
        roles = {member.id: member.roles[0] for member in self.land.staff}
        crews: dict[tuple[str, date, str], dict[str, str]] = defaultdict(dict)
        for (member, van, day, session), y in self.y.items():
            if solver.value(y):
                crews[van, day, session][roles[member]] = member
        visits = [(i, d, s, crews[v, d, s], v) for (v, i, d, s), x in self.x.items() if solver.value(x)]
        fixed: dict[str, dict[str, str]] = {}
        for (member, name), z in self.z.items():
            if solver.value(z):
                fixed.setdefault(name, {})[roles[member]] = member
        return hand_plan(self.problem, visits, fixed)


def search(problem: Problem, limit: float, told: Told) -> Plan | None:
    """Minimise one objective after the other, every parameter of CP-SAT but the time at its default.

    The time runs from when the model is there.
    """
    plain = Plain(problem)
    began, plan, objectives = time.monotonic(), None, chosen(problem)
    for i, objective in enumerate(objectives):
        remaining = limit - (time.monotonic() - began)
        expression = OBJECTIVES[objective.name](plain)
        plain.model.minimize(expression)
        solver = CpSolver()
        share = max(remaining / (len(objectives) - i), remaining / 3) if plan else remaining
        solver.parameters.max_time_in_seconds = max(share, 0.1)
        found = solver.solve(plain.model) in {OPTIMAL, FEASIBLE}
        if found:
            plan, value = plain.read(solver), round(solver.objective_value)
            plain.model.clear_hints()  # type: ignore[no-untyped-call]
            for n, hinted in enumerate(solver.response_proto.solution):
                plain.model.add_hint(plain.model.get_int_var_from_proto_index(n), hinted)
        elif plan is None:
            return None
        else:
            value = objective_values(problem, plan)[objective.name]
        bound = max(0, round(solver.best_objective_bound)) if found else 0
        told(objective.name, value, bound, time.monotonic() - began)
        plain.model.add(expression <= value + int(objective.tolerance * value))
    return plan
