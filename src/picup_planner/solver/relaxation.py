"""A smaller model no plan can beat: it bounds an objective in a second or two, and points to a plan.

Sites leave the dates: a date only knows which communes its tour serves, and the month only counts how often each tour
(one site, or one site then another) is driven. Nobody drives to a depot here, so a person's hours are those at the
sites. Every rule it states follows from `constraints/`, which makes its optimum a bound on the full model; fixing its
crews in the full model, where sites meet their dates again, nearly always gives a plan that reaches the bound.

It is stated for one van and tours of one or two stops; elsewhere the full model stands alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta
from itertools import combinations, product

from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar, LinearExpr

from picup_planner.problem import Commune, FixedPermanence, Level, Problem, Session, Site, StaffMember
from picup_planner.solver.clock import days_between, last_before, seconds
from picup_planner.solver.constraints.one_place import room_between_fixed, sessions_out_of_reach
from picup_planner.solver.constraints.openings import taken
from picup_planner.solver.objectives.travel import PAIR, minutes
from picup_planner.solver.variables import Variables, hint

Shape = tuple[Session, ...]
Stops = tuple[tuple[Commune, Session], ...]


def applies(problem: Problem, variables: Variables) -> bool:
    """Whether the problem has one van and tours of one or two stops."""
    stops = min(len(variables.clock.sessions), problem.territory.settings.daily_maximum)
    return len(variables.vans) == 1 and stops <= PAIR


class Relaxation:
    """The smaller model; `bounds.py` states its objectives."""

    def __init__(self, problem: Problem, variables: Variables) -> None:
        self.model = CpModel()
        self.problem, self.full, self._van = problem, variables, variables.vans[0]
        settings = problem.territory.settings
        self.days = [
            day
            for day in problem.open_dates
            if day > problem.as_of and not any(off.first <= day <= off.last for off in self._van.off)
        ]
        sizes = range(1, min(PAIR, settings.daily_maximum) + 1)
        self._shapes: list[Shape] = [shape for n in sizes for shape in combinations(variables.clock.sessions, n)]
        self._usable = {site.id: self._slots(site) for site in variables.sites}
        self.communes = variables.communes
        self._serve_communes()
        self._count_tours()
        self._link_gaps()
        self._assign_people()

    # -------------------------------------------------------------- tours

    def _slots(self, site: Site) -> set[tuple[Date, str]]:
        every = set(product(self.days, (session.id for session in self.full.clock.sessions)))
        shut = {(day, s.id) for _, _, slots in taken(self.problem, self.full, site) for day, s in slots}
        return every - shut

    def _serve_communes(self) -> None:
        self.tours: dict[Date, dict[Stops, IntVar]] = {}
        for day in self.days:
            open_stops = {
                (commune.id, session.id)
                for commune in self.communes
                for session in self.full.clock.sessions
                if any((day, session.id) in self._usable[site.id] for site in self.full.sites_of(commune))
            }
            tours: dict[Stops, IntVar] = {}
            for shape in self._shapes:
                for communes in product(self.communes, repeat=len(shape)):
                    stops = tuple(zip(communes, shape, strict=True))
                    distinct = len({commune.id for commune in communes}) == len(shape)
                    if distinct and all((c.id, s.id) in open_stops for c, s in stops):
                        tours[stops] = self.model.new_bool_var("")
            self.model.add_at_most_one(tours.values())
            self.tours[day] = tours

    def served(self, commune: Commune, day: Date, session: Session | None = None) -> LinearExpr:
        """Return the permanences of a commune on a date (in a session)."""
        return LinearExpr.sum(
            [
                x
                for stops, x in self.tours.get(day, {}).items()
                if any(c is commune and session in (None, s) for c, s in stops)
            ]
        )

    def _count_tours(self) -> None:
        """Count how often each tour of sites is driven in the month, in agreement with the communes served."""
        settings, clock = self.problem.territory.settings, self.full.clock
        wanted: dict[tuple[tuple[str, str], ...], list[IntVar]] = defaultdict(list)
        for tours in self.tours.values():
            for stops, x in tours.items():
                wanted[tuple((c.id, s.id) for c, s in stops)].append(x)
        self.drives: list[tuple[int, IntVar]] = []
        self.visits: dict[str, list[IntVar]] = defaultdict(list)
        sites = [site for site in self.full.sites if self._usable[site.id]]
        for key, served in wanted.items():
            shape = tuple(self.full.session_of[s] for _, s in key)
            counts = []
            for chosen in product(*([site for site in sites if site.commune == c] for c, _ in key)):
                if len(chosen) == PAIR and (
                    clock.free_between(chosen[0].id, shape[0], chosen[1].id, shape[1]) < clock.lunch_between(*shape)
                ):
                    continue
                most = min(settings.site_maximum, *(self._slots_in(i, s) for i, s in zip(chosen, shape, strict=True)))
                count = self.model.new_int_var(0, most, "")
                driven = [(site.id, session.id) for site, session in zip(chosen, shape, strict=True)]
                self.drives.append((minutes(self.full, self._van, *driven), count))
                for site in chosen:
                    self.visits[site.id].append(count)
                counts.append(count)
            self.model.add(LinearExpr.sum(counts) == LinearExpr.sum(served))
        for counts in self.visits.values():
            self.model.add(LinearExpr.sum(counts) <= settings.site_maximum)

    def _slots_in(self, site: Site, session: Session) -> int:
        return sum(s == session.id for _, s in self._usable[site.id])

    def _link_gaps(self) -> None:
        settings = self.problem.territory.settings
        self.gaps: dict[str, list[tuple[Date | None, Date | None, IntVar]]] = {}
        for commune in self.communes:
            last = last_before(self.problem, commune)
            gaps: list[tuple[Date | None, Date | None, IntVar]] = []
            nodes: list[Date | None] = [None, *self.days]
            for i, before in enumerate(nodes):
                for after in (*self.days[i:], None):
                    earlier = before or last
                    if earlier and after and days_between(earlier, after) < settings.min_gap:
                        continue
                    gaps.append((before, after, self.model.new_bool_var("")))
            self.model.add_exactly_one(x for before, _, x in gaps if before is None)
            for day in self.days:
                self.model.add(LinearExpr.sum([x for _, after, x in gaps if after == day]) == self.served(commune, day))
                self.model.add(
                    LinearExpr.sum([x for before, _, x in gaps if before == day]) == self.served(commune, day)
                )
            self.gaps[commune.id] = gaps
            self.model.add(self.held(commune) <= commune.frequency.maximum)

    def held(self, commune: Commune) -> LinearExpr:
        """Return the permanences of a commune in the month."""
        return LinearExpr.sum([self.served(commune, day) for day in self.days])

    # ------------------------------------------------------------- people

    def _assign_people(self) -> None:
        self.levels = {(a.member, a.slot.date, a.slot.session): a.level for a in self.problem.availability}
        self.out: dict[tuple[str, Date], dict[Shape, IntVar]] = {}
        self.assists: dict[tuple[str, str], IntVar] = {}
        self.staffed = {fixed.id: self.model.new_bool_var("") for fixed in self.problem.fixed}
        staff, roles = self.full.staff, self.problem.territory.roles
        for member, day in product(staff, self.days):
            self.out[member.id, day] = {
                shape: self.model.new_bool_var("")
                for shape in self._shapes
                if all(self.levels.get((member.id, day, s.id)) is not Level.NO for s in shape)
            }
        for member, fixed in product(staff, self.problem.fixed):
            if self._can_assist(member, fixed):
                self.assists[member.id, fixed.id] = self.model.new_bool_var("")
        crews = [[p for p in staff if role.id in p.roles] for role in roles]
        drivers = [p for p in staff if p.driver]
        for day, shape in product(self.days, self._shapes):
            tours = LinearExpr.sum([x for stops, x in self.tours[day].items() if tuple(s for _, s in stops) == shape])
            self.model.add(self._going(staff, day, shape) == len(roles) * tours)
            for crew in (*crews, drivers):
                self.model.add(self._going(crew, day, shape) >= tours)
        for fixed in self.problem.fixed:
            self.model.add(self._assisting(staff, fixed) == len(fixed.roles) * self.staffed[fixed.id])
            for role in fixed.roles:
                able = [p for p in staff if role in p.roles]
                self.model.add(self._assisting(able, fixed) >= self.staffed[fixed.id])
        self._missed = {fixed.id: sessions_out_of_reach(self.full, fixed) for fixed in self.problem.fixed}
        for member in staff:
            self._limit(member)

    def _can_assist(self, member: StaffMember, fixed: FixedPermanence) -> bool:
        met = self.full.clock.meets(fixed)
        free = all(self.levels.get((member.id, fixed.date, s.id)) is not Level.NO for s in met)
        return free and bool(set(member.roles) & set(fixed.roles)) and (not fixed.crew or member.id in fixed.crew)

    def _going(self, people: Iterable[StaffMember], day: Date, shape: Shape) -> LinearExpr:
        return LinearExpr.sum([x for p in people if (x := self.out[p.id, day].get(shape)) is not None])

    def _assisting(self, people: Iterable[StaffMember], fixed: FixedPermanence) -> LinearExpr:
        return LinearExpr.sum([x for p in people if (x := self.assists.get((p.id, fixed.id))) is not None])

    def _limit(self, member: StaffMember) -> None:
        """State what one person can hold in a day, a week, the month."""
        settings = self.problem.territory.settings
        weeks: dict[Date, list[LinearExpr]] = defaultdict(list)
        lengths: list[LinearExpr] = []
        for day in self.problem.dates:
            out = self.out.get((member.id, day), {})
            held = [(f, x) for f in self.full.fixed_on(day) if (x := self.assists.get((member.id, f.id))) is not None]
            self.model.add_at_most_one(out.values())
            duties = [len(shape) * x for shape, x in out.items()] + [x for _, x in held]
            self.model.add(LinearExpr.sum(duties) <= settings.daily_maximum)
            weeks[day - timedelta(days=day.isoweekday() - 1)] += duties
            for fixed, x in held:
                late = [y for shape, y in out.items() if self._missed[fixed.id].intersection(shape)]
                self.model.add(LinearExpr.sum(late) + x <= 1)
            for (one, x), (other, y) in combinations(held, 2):
                first, second = sorted((one, other), key=lambda fixed: (fixed.start, fixed.end))
                if not room_between_fixed(self.full, first, second):
                    self.model.add(x + y <= 1)
            lengths += [self._length(shape) * x for shape, x in out.items()]
            lengths += [(seconds(fixed.end) - seconds(fixed.start)) * x for fixed, x in held]
        for monday, duties in weeks.items():
            past = sum(
                member.id in p.members and monday <= p.date < monday + timedelta(weeks=1) for p in self.problem.history
            )
            self.model.add(LinearExpr.sum(duties) <= max(0, settings.weekly_maximum - past))
        available = next(entry.available for entry in self.problem.hours if entry.member == member.id)
        self.model.add(LinearExpr.sum(lengths) <= seconds(available))

    def _length(self, shape: Shape) -> int:
        clock = self.full.clock
        lunches = sum(clock.lunch_between(s, t) for s, t in combinations(shape, 2))
        return clock.set_up + seconds(shape[-1].end) - seconds(shape[0].start) + clock.tear_down - lunches

    # ------------------------------------------------------------ solving

    def remember(self, solver: CpSolver) -> None:
        """Hint the last solution to the next objective."""
        hint(self.model, list(solver.response_proto.solution))

    def crews(self, solver: CpSolver) -> Iterator[tuple[LinearExpr, int]]:
        """Yield (decision of the full model, its value) for who is out where and when, and who assists."""
        full = self.full
        for day, tours in self.tours.items():
            serving = {
                (commune.id, session.id): shape
                for stops, x in tours.items()
                if solver.value(x)
                for shape in (tuple(s for _, s in stops),)
                for commune, session in stops
            }
            for member, commune, session in product(full.staff, self.communes, full.clock.sessions):
                shape = serving.get((commune.id, session.id))
                out = self.out[member.id, day].get(shape) if shape else None
                works = out is not None and solver.value(out)
                if len(member.roles) == 1:
                    role = member.roles[0]
                    yield full.works_as(member, role, commune, day, session), int(works)
                elif not works:
                    yield from ((full.works_as(member, r, commune, day, session), 0) for r in member.roles)
        for fixed, member in product(self.problem.fixed, full.staff):
            assists = self.assists.get((member.id, fixed.id))
            if len(member.roles) == 1 and member.roles[0] in fixed.roles:
                held = assists is not None and solver.value(assists)
                yield full.assists_as(member, member.roles[0], fixed), int(held)
