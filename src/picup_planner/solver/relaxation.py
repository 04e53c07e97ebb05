"""A smaller model no plan can beat: it bounds an objective in a second or two, and points to a plan.

Sites leave the dates: a date only knows which communes its tours serve, and the month only counts how often each tour
(one site, or one site then another) is driven. Vans of one depot are alike. Nobody drives to a depot here, unless crews
are named, who then take the shortest tour. Every rule it states follows from `constraints/`, which makes its optimum a
bound on the full model; within its outline, where sites meet their dates again, there is nearly always a plan that
reaches the bound.

It is stated for tours of one or two stops, before a first publication; elsewhere the full model stands alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta
from functools import cached_property
from itertools import combinations, product
from typing import NamedTuple

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune, FixedPermanence, Level, Problem, Session, Site, StaffMember, Van
from picup_planner.solver.clock import Clock, days_between, last_before, located, seconds
from picup_planner.solver.constraints.one_place import room_between_fixed, sessions_out_of_reach
from picup_planner.solver.constraints.openings import taken
from picup_planner.solver.drives import Outline
from picup_planner.solver.objectives.travel import PAIR, minutes

MOST_CREWS = 50_000
"""Variables at most that say who goes on which tour."""

Shape = tuple[Session, ...]
Stops = tuple[tuple[Commune, Session], ...]


class Tour(NamedTuple):
    """The depot a tour starts from, and the communes and sessions of its stops."""

    depot: str
    stops: Stops

    @property
    def shape(self) -> Shape:
        """Its sessions."""
        return tuple(session for _, session in self.stops)


def applies(problem: Problem) -> bool:
    """Whether nothing is promised yet, and tours have one or two stops."""
    stops = min(len(problem.territory.sessions), problem.territory.settings.daily_maximum)
    return bool(problem.territory.vans) and stops <= PAIR and not problem.promised


class Relaxation:
    """The smaller model; `bounds.py` states its objectives.

    Parameters
    ----------
    fine
        Whether the tours of sites are counted weekday by weekday, which habits need, rather than over the month.
    """

    def __init__(self, problem: Problem, clock: Clock, *, fine: bool = False) -> None:
        self.model = CpModel()
        self.problem, self.clock, self.fine = problem, clock, fine
        territory, settings = problem.territory, problem.territory.settings
        self.communes, self.sites = territory.communes, located(problem)
        self.staff = tuple(sorted(territory.staff, key=lambda member: member.id))
        self.days = [day for day in problem.open_dates if day > problem.as_of]
        sizes = range(1, min(PAIR, settings.daily_maximum) + 1)
        self._shapes: list[Shape] = [shape for n in sizes for shape in combinations(clock.sessions, n)]
        self._usable = {site.id: self._slots(site) for site in self.sites}
        self._serve_communes()
        self._count_tours()
        self._link_gaps()
        self._assign_people()

    # -------------------------------------------------------------- tours

    def vans_at(self, depot: str, day: Date) -> list[Van]:
        """Return the vans of a depot that may go out on a date."""
        vans = (van for van in self.problem.territory.vans if van.depot == depot)
        return [van for van in vans if not any(off.first <= day <= off.last for off in van.off)]

    def _slots(self, site: Site) -> set[tuple[Date, str]]:
        every = set(product(self.days, (session.id for session in self.clock.sessions)))
        shut = {(day, s.id) for _, _, slots in taken(self.problem, self.clock, site) for day, s in slots}
        return every - shut

    def _serve_communes(self) -> None:
        """Choose for each date the tours of each depot, as communes and sessions."""
        depots = sorted({van.depot for van in self.problem.territory.vans})
        self._drivable = {
            stops: drivable
            for shape in self._shapes
            for stops in self._stops(shape)
            if (drivable := list(self._sites_for(stops)))
        }
        self._known: dict[tuple[Date, tuple[tuple[str, str], ...]], tuple[tuple[str, ...], ...]] = {}
        self.tours: dict[Date, dict[Tour, IntVar]] = {}
        for day in self.days:
            self.tours[day] = {}
            for depot in depots:
                tours = {
                    Tour(depot, stops): self.model.new_bool_var("")
                    for stops in self._drivable
                    if self._possible(stops, day)
                }
                self.model.add(LinearExpr.sum(list(tours.values())) <= len(self.vans_at(depot, day)))
                self.tours[day] |= tours

    def _stops(self, shape: Shape) -> Iterator[Stops]:
        for communes in product(self.communes, repeat=len(shape)):
            if len({commune.id for commune in communes}) == len(shape):
                yield tuple(zip(communes, shape, strict=True))

    def _sites_for(self, stops: Stops) -> Iterator[tuple[str, ...]]:
        """Yield the sites a tour of communes could stop at, near enough to one another at midday."""
        sites = [[site.id for site in self.sites if site.commune == c.id and self._usable[site.id]] for c, _ in stops]
        for chosen in product(*sites):
            if len(chosen) < PAIR or self.clock.free_between(
                chosen[0], stops[0][1], chosen[1], stops[1][1]
            ) >= self.clock.lunch_between(stops[0][1], stops[1][1]):
                yield chosen

    def served(self, commune: Commune, day: Date, session: Session | None = None) -> LinearExpr:
        """Return the permanences of a commune on a date (in a session)."""
        return LinearExpr.sum(self._serving[commune.id, day, session.id if session else None])

    @cached_property
    def _serving(self) -> dict[tuple[str, Date, str | None], list[IntVar]]:
        serving: dict[tuple[str, Date, str | None], list[IntVar]] = defaultdict(list)
        for day, tours in self.tours.items():
            for tour, x in tours.items():
                for commune, session in tour.stops:
                    serving[commune.id, day, session.id].append(x)
                    serving[commune.id, day, None].append(x)
        return serving

    def _count_tours(self) -> None:
        """Count how often each tour of sites is driven in the month, in agreement with the communes served.

        Dates on which the same tours of sites are possible are counted together: a date can then be given to any.
        """
        settings = self.problem.territory.settings
        self.drives: list[tuple[int, IntVar]] = []
        self.counts: dict[tuple[Tour, tuple[str, ...]], list[tuple[list[Date], IntVar]]] = defaultdict(list)
        self.visits: dict[str, list[IntVar]] = defaultdict(list)
        self.habits: dict[tuple[str, int, str], list[IntVar]] = defaultdict(list)
        minutes_of: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        for (tour, possible, weekday), days in self._alike().items():
            counts = []
            for sites in possible:
                stops = tuple((site, session.id) for site, session in zip(sites, tour.shape, strict=True))
                if (tour.depot, stops) not in minutes_of:
                    minutes_of[tour.depot, stops] = minutes(self.clock, tour.depot, *stops)
                count = self.model.new_int_var(0, min(settings.site_maximum, len(days)), "")
                self.drives.append((minutes_of[tour.depot, stops], count))
                for site, session in stops:
                    self.visits[site].append(count)
                    self.habits[site, weekday, session].append(count)
                counts.append(count)
                self.counts[tour, sites].append((days, count))
            self.model.add(LinearExpr.sum(counts) == LinearExpr.sum([self.tours[day][tour] for day in days]))
        for visits in self.visits.values():
            self.model.add(LinearExpr.sum(visits) <= settings.site_maximum)

    def _alike(self) -> dict[tuple[Tour, tuple[tuple[str, ...], ...], int], list[Date]]:
        """Return, for each tour of communes and the tours of sites possible for it, the dates on which they are.

        Weekday by weekday in the fine model, under 0 for all of them otherwise.
        """
        alike: dict[tuple[Tour, tuple[tuple[str, ...], ...], int], list[Date]] = defaultdict(list)
        for day, tours in self.tours.items():
            weekday = day.isoweekday() if self.fine else 0
            for tour in tours:
                alike[tour, self._possible(tour.stops, day), weekday].append(day)
        return alike

    def _possible(self, stops: Stops, day: Date) -> tuple[tuple[str, ...], ...]:
        """Return the tours of sites that stop in these communes and may be driven on a date."""
        key = day, tuple((commune.id, session.id) for commune, session in stops)
        if key not in self._known:
            usable = [
                {site for site in self._usable if (day, session.id) in self._usable[site]} for _, session in stops
            ]
            self._known[key] = tuple(
                sites
                for sites in self._drivable[stops]
                if all(site in open_ for site, open_ in zip(sites, usable, strict=True))
            )
        return self._known[key]

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
        staff, roles = self.staff, self.problem.territory.roles
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
        several = any(len(p.roles) > 1 for p in staff)
        for day, shape in product(self.days, self._shapes):
            tours = LinearExpr.sum([x for tour, x in self.tours[day].items() if tour.shape == shape])
            self.model.add(self._going(drivers, day, shape) >= tours)
            if several:
                self.model.add(self._going(staff, day, shape) == len(roles) * tours)
            for crew in crews:
                going = self._going(crew, day, shape)
                self.model.add(going >= tours if several else going == tours)
        for fixed in self.problem.fixed:
            self.model.add(self._assisting(staff, fixed) == len(fixed.roles) * self.staffed[fixed.id])
            for role in fixed.roles:
                able = [p for p in staff if role in p.roles]
                self.model.add(self._assisting(able, fixed) >= self.staffed[fixed.id])
        self._missed = {
            fixed.id: sessions_out_of_reach(self.problem, self.clock, fixed) for fixed in self.problem.fixed
        }
        for member in staff:
            self._limit(member)

    def _can_assist(self, member: StaffMember, fixed: FixedPermanence) -> bool:
        met = self.clock.meets(fixed)
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
            held = [(f, x) for f in self._fixed_on(day) if (x := self.assists.get((member.id, f.id))) is not None]
            self.model.add_at_most_one(out.values())
            duties = [len(shape) * x for shape, x in out.items()] + [x for _, x in held]
            self.model.add(LinearExpr.sum(duties) <= settings.daily_maximum)
            weeks[day - timedelta(days=day.isoweekday() - 1)] += duties
            for fixed, x in held:
                late = [y for shape, y in out.items() if self._missed[fixed.id].intersection(shape)]
                self.model.add(LinearExpr.sum(late) + x <= 1)
            for (one, x), (other, y) in combinations(held, 2):
                first, second = sorted((one, other), key=lambda fixed: (fixed.start, fixed.end))
                if not room_between_fixed(self.clock, first, second):
                    self.model.add(x + y <= 1)
            lengths += [self._length(shape) * x for shape, x in out.items()]
            lengths.append(self._assisted(member, day))
        for monday, duties in weeks.items():
            past = sum(
                member.id in p.members and monday <= p.date < monday + timedelta(weeks=1) for p in self.problem.history
            )
            self.model.add(LinearExpr.sum(duties) <= max(0, settings.weekly_maximum - past))
        self.model.add(LinearExpr.sum(lengths) <= self._available(member))

    def _available(self, member: StaffMember) -> int:
        return next(seconds(entry.available) for entry in self.problem.hours if entry.member == member.id)

    def _assisted(self, member: StaffMember, day: Date) -> LinearExpr:
        """Return the seconds of a person in social centres on a date."""
        held = [(seconds(f.end) - seconds(f.start), self.assists.get((member.id, f.id))) for f in self._fixed_on(day)]
        return LinearExpr.sum([length * x for length, x in held if x is not None])

    def _length(self, shape: Shape) -> int:
        """Return the seconds of a shape less lunch, without the drives from and to the depot."""
        clock = self.clock
        lunches = sum(clock.lunch_between(s, t) for s, t in combinations(shape, 2))
        return clock.set_up + seconds(shape[-1].end) - seconds(shape[0].start) + clock.tear_down - lunches

    def length(self, tour: Tour, sites: Sequence[str]) -> int:
        """Return the seconds of a tour less lunch, depot to depot."""
        drives = self.clock.outbound(tour.depot, sites[0], tour.shape[0])
        return self._length(tour.shape) + drives + self.clock.inbound(sites[-1], tour.shape[-1], tour.depot)

    @cached_property
    def _lengths(self) -> dict[Tour, tuple[int, int]]:
        """Seconds no tour of some communes is shorter than, nor longer, whatever its sites."""
        lengths: dict[Tour, tuple[int, int]] = {}
        for tour in {tour: None for tours in self.tours.values() for tour in tours}:
            every = [self.length(tour, sites) for sites in self._drivable[tour.stops]]
            lengths[tour] = min(every), max(every)
        return lengths

    @property
    def crowded(self) -> bool:
        """Whether it would take too many variables to say who goes on which tour."""
        return sum(map(len, self.tours.values())) * len(self.staff) > MOST_CREWS

    @property
    def named(self) -> bool:
        """Whether somebody has asked who goes on which tour."""
        return "crews" in self.__dict__

    @cached_property
    def crews(self) -> dict[tuple[str, Date, Tour], IntVar]:
        """Whether a person (id) goes on a tour of a date."""
        every = {(day, tour): x for day, tours in self.tours.items() for tour, x in tours.items()}
        self._keep_hours_of_shapes()
        return self.crews_on(self.model, every, {(day, tour): self._lengths[tour][0] for day, tour in every})

    def crews_on(
        self, model: CpModel, tours: Mapping[tuple[Date, Tour], IntVar], lengths: Mapping[tuple[Date, Tour], int]
    ) -> dict[tuple[str, Date, Tour], IntVar]:
        """State on this model, or a copy of it, who goes on some tours that take so many seconds, and return that.

        There are no other tours than these.
        """
        crews: dict[tuple[str, Date, Tour], IntVar] = {}
        on: dict[tuple[str, Date, Shape], list[IntVar]] = defaultdict(list)
        for (day, tour), x in tours.items():
            able = [member for member in self.staff if tour.shape in self.out[member.id, day]]
            for member in able:
                goes = crews[member.id, day, tour] = model.new_bool_var("")
                on[member.id, day, tour.shape].append(goes)
            roles = self.problem.territory.roles
            several = any(len(member.roles) > 1 for member in able)
            if several:
                model.add(LinearExpr.sum([crews[p.id, day, tour] for p in able]) == len(roles) * x)
            for role in roles:
                going = LinearExpr.sum([crews[p.id, day, tour] for p in able if role.id in p.roles])
                model.add(going >= x if several else going == x)
            model.add(LinearExpr.sum([crews[p.id, day, tour] for p in able if p.driver]) >= x)
        for (name, day), out in self.out.items():
            for shape, x in out.items():
                model.add(LinearExpr.sum(on[name, day, shape]) == x)
        self._keep_hours(model, crews, lengths)
        return crews

    def _keep_hours_of_shapes(self) -> None:
        """State hours without names too: nothing new, but impossibility is then seen in two seconds, not in ten."""
        least: dict[Shape, int] = {}
        for tour, (length, _) in self._lengths.items():
            least[tour.shape] = min(length, least.get(tour.shape, length))
        for member in self.staff:
            held = [least.get(shape, 0) * x for day in self.days for shape, x in self.out[member.id, day].items()]
            held += [self._assisted(member, day) for day in self.problem.dates]
            self.model.add(LinearExpr.sum(held) <= self._available(member))

    def keep_longest_hours(self, model: CpModel) -> None:
        """State on a copy of this model that people have the hours, whatever the sites of each tour."""
        self._keep_hours(model, self.crews, {(day, tour): self._lengths[tour][1] for _, day, tour in self.crews})

    def _keep_hours(
        self,
        model: CpModel,
        crews: Mapping[tuple[str, Date, Tour], IntVar],
        lengths: Mapping[tuple[Date, Tour], int],
    ) -> None:
        held = {member.id: [self._assisted(member, day) for day in self.problem.dates] for member in self.staff}
        for (name, day, tour), goes in crews.items():
            held[name].append(lengths[day, tour] * goes)
        for member in self.staff:
            model.add(LinearExpr.sum(held[member.id]) <= self._available(member))

    def _fixed_on(self, day: Date) -> list[FixedPermanence]:
        return [fixed for fixed in self.problem.fixed if fixed.date == day]

    # ------------------------------------------------------------ solving

    def given(self, solution: Sequence[int]) -> Iterator[tuple[Van, Date, Tour]]:
        """Yield the tours of a solution, each given to a van of its depot."""
        for day, tours in self.tours.items():
            free = {depot.id: self.vans_at(depot.id, day) for depot in self.problem.territory.depots}
            yield from ((free[tour.depot].pop(0), day, tour) for tour, x in tours.items() if solution[x.index])

    def outline(self, solution: Sequence[int]) -> Outline:
        """Return the outline of the tours of a solution."""
        return {
            (van.id, day): tuple((commune.id, session.id) for commune, session in tour.stops)
            for van, day, tour in self.given(solution)
        }
