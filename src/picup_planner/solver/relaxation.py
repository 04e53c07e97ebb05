"""A smaller model no plan can beat: it bounds an objective in a second or two, and points to a plan.

Sites leave the dates: a date only knows which communes its tours serve, and the month only counts how often each tour
(one site, or one site then another) is driven. Vans of one depot are alike. Nobody drives to a depot here, unless crews
are named, who then take the shortest tour. Every rule it states follows from `constraints/`, which makes its optimum a
bound on the full model; within its outline, where sites meet their dates again, there is nearly always a plan that
reaches the bound.

It is stated for tours of one or two stops, before a first publication; elsewhere the full model stands alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Date  # noqa: N812  as in the nouns
from functools import cached_property
from itertools import combinations, product

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import FixedPermanence, Level, Problem, StaffMember
from picup_planner.solver.clock import Clock, monday_of, seconds
from picup_planner.solver.constraints.one_place import room_between_fixed, sessions_out_of_reach
from picup_planner.solver.objectives.travel import PAIR
from picup_planner.solver.past import before_the_month
from picup_planner.solver.touring import Sets, Shape, Tour, Touring

MOST_CREWS = 50_000
"""Variables at most that say who goes on which tour."""


def applies(problem: Problem) -> bool:
    """Whether nothing is promised yet, and tours have one or two stops."""
    stops = min(len(problem.territory.sessions), problem.territory.settings.daily_maximum)
    return bool(problem.territory.vans) and stops <= PAIR and not problem.promised


class Relaxation(Touring):
    """The smaller model: tours, and the people who go on them. `bounds.py` states its objectives."""

    def __init__(self, problem: Problem, clock: Clock, *, fine: bool = False, wanted: Sets | None = None) -> None:
        super().__init__(problem, clock, fine=fine, wanted=wanted)
        self.staff = tuple(sorted(problem.territory.staff, key=lambda member: member.id))
        self.faces: list[list[IntVar]] = []
        self._assign_people()

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
        self._before = before_the_month(self.problem)
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
            weeks[monday_of(day)] += duties
            for fixed, x in held:
                late = [y for shape, y in out.items() if self._missed[fixed.id].intersection(shape)]
                self.model.add(LinearExpr.sum(late) + x <= 1)
            for (one, x), (other, y) in combinations(held, 2):
                first, second = sorted((one, other), key=lambda fixed: (fixed.start, fixed.end))
                if not room_between_fixed(self.clock, first, second):
                    self.model.add(x + y <= 1)
            lengths += [self._length(shape) * x for shape, x in out.items()]
            lengths.append(self.assisted(member, day))
        for monday, duties in weeks.items():
            left = settings.weekly_maximum - self._before[member.id, monday]
            self.model.add(LinearExpr.sum(duties) <= max(0, left))
        self.model.add(LinearExpr.sum(lengths) <= self._available(member))

    def _available(self, member: StaffMember) -> int:
        return next(seconds(entry.available) for entry in self.problem.hours if entry.member == member.id)

    def assisted(self, member: StaffMember, day: Date) -> LinearExpr:
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
    def shortest(self) -> dict[Tour, int]:
        """Seconds no tour of some communes is shorter than, whatever its sites."""
        return {tour: min(lengths) for tour, lengths in self._lengths.items()}

    @cached_property
    def longest(self) -> dict[Tour, int]:
        """Seconds no tour of some communes is longer than, whatever its sites."""
        return {tour: max(lengths) for tour, lengths in self._lengths.items()}

    @cached_property
    def _lengths(self) -> dict[Tour, list[int]]:
        """Seconds of the tours of some communes, of any sites."""
        every = {tour: None for tours in self.tours.values() for tour in tours}
        return {tour: [self.length(tour, sites) for sites in self._drivable[tour.stops]] for tour in every}

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
        self.keep_hours_of_shapes()
        return self.crews_on(self.model, every, {(day, tour): self.shortest[tour] for day, tour in every})

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

    def keep_hours_of_shapes(self) -> None:
        """State hours without names too: nothing new, but impossibility is then seen in two seconds, not in ten."""
        least: dict[Shape, int] = {}
        for tour, length in self.shortest.items():
            least[tour.shape] = min(length, least.get(tour.shape, length))
        for member in self.staff:
            held = [least.get(shape, 0) * x for day in self.days for shape, x in self.out[member.id, day].items()]
            held += [self.assisted(member, day) for day in self.problem.dates]
            self.model.add(LinearExpr.sum(held) <= self._available(member))

    def _keep_hours(
        self,
        model: CpModel,
        crews: Mapping[tuple[str, Date, Tour], IntVar],
        lengths: Mapping[tuple[Date, Tour], int],
    ) -> None:
        held = {member.id: [self.assisted(member, day) for day in self.problem.dates] for member in self.staff}
        for (name, day, tour), goes in crews.items():
            held[name].append(lengths[day, tour] * goes)
        for member in self.staff:
            model.add(LinearExpr.sum(held[member.id]) <= self._available(member))

    def _fixed_on(self, day: Date) -> list[FixedPermanence]:
        return [fixed for fixed in self.problem.fixed if fixed.date == day]
