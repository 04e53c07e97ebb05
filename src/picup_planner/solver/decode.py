"""From the values of the variables to a plan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta
from functools import partial
from itertools import pairwise

from ortools.sat.python.cp_model import CpSolver, LinearExpr

from picup_planner.plan import Assignment, Kind, Leg, Permanence, Place, Tour
from picup_planner.problem import Problem, Session, Site, StaffMember, Van
from picup_planner.solver.clock import Clock, at, seconds
from picup_planner.solver.variables import Variables


@dataclass(frozen=True)
class Decoder:
    """Reads the permanences and tours of one solution; the solver must have ended on a feasible status."""

    problem: Problem
    variables: Variables
    solver: CpSolver

    def permanences(self) -> tuple[Permanence, ...]:
        """Every permanence, by date and hour."""
        found = [*self._mobile(), *self._fixed()]
        return tuple(sorted(found, key=lambda permanence: (permanence.date, permanence.start, permanence.id)))

    def tours(self, permanences: tuple[Permanence, ...]) -> tuple[Tour, ...]:
        """Every tour that holds these permanences, by date and van."""
        by_day: dict[tuple[Date, str], list[Permanence]] = {}
        for permanence in permanences:
            if permanence.van is not None:
                by_day.setdefault((permanence.date, permanence.van), []).append(permanence)
        vans = {van.id: van for van in self.variables.vans}
        return tuple(self._tour(vans[van], stops) for (_, van), stops in sorted(by_day.items()))

    def _true(self, expression: LinearExpr) -> bool:
        return bool(self.solver.value(expression))

    def _mobile(self) -> Iterator[Permanence]:
        for commune in self.problem.territory.communes:
            count = 0
            for day in self.problem.dates:
                for session, site, van in self._stops(commune.id, day):
                    count += 1
                    yield Permanence(
                        id=f"{commune.id}-{self.problem.month.replace('-', '')}-{count}",
                        kind=Kind.MOBILE,
                        place=self._place(site),
                        date=day,
                        session=session.id,
                        start=session.start,
                        end=session.end,
                        van=van.id,
                        crew=self._crew(partial(self.variables.works_as, commune=commune, day=day, session=session)),
                    )

    def _stops(self, commune: str, day: Date) -> Iterator[tuple[Session, Site, Van]]:
        for session in self.variables.clock.sessions:
            for site in self.variables.sites_of(commune):
                for van in self.variables.vans:
                    if self._true(self.variables.visit(van, site, day, session)):
                        yield session, site, van

    def _fixed(self) -> Iterator[Permanence]:
        sites = {site.id: site for site in self.problem.territory.sites}
        for fixed in self.problem.fixed:
            yield Permanence(
                id=fixed.id,
                kind=Kind.FIXED,
                place=self._place(sites[fixed.site]),
                date=fixed.date,
                start=fixed.start,
                end=fixed.end,
                crew=self._crew(partial(self.variables.assists_as, fixed=fixed)),
                origin=fixed.origin,
            )

    def _crew(self, holds: Callable[[StaffMember, str], LinearExpr]) -> tuple[Assignment, ...]:
        """Read who holds which role, by role then by id."""
        return tuple(
            Assignment(role=role.id, role_name=role.name, member=member.id, member_name=member.name)
            for role in self.problem.territory.roles
            for member in self.variables.staff
            if role.id in member.roles and self._true(holds(member, role.id))
        )

    def _place(self, site: Site) -> Place:
        commune = next(c for c in self.problem.territory.communes if c.id == site.commune)
        return Place(
            id=site.id,
            name=site.name,
            commune=commune.id,
            commune_name=commune.name,
            neighbourhood=site.neighbourhood,
            latitude=site.latitude,
            longitude=site.longitude,
        )

    def _tour(self, van: Van, stops: list[Permanence]) -> Tour:
        clock, travel = self.variables.clock, self.problem.travel
        depot = next(depot for depot in self.problem.territory.depots if depot.id == van.depot)
        drives = list(_drives(clock, van, stops))
        legs = tuple(
            Leg(
                start=a,
                end=b,
                departure=at(leave),
                arrival=at(leave + drive),
                seconds=drive,
                metres=travel.length(a, b),
            )
            for a, b, leave, drive in drives
        )
        lunches = sum(clock.lunch_due(a.end, b.start) for a, b in pairwise(stops))
        return Tour(
            van=van.id,
            van_name=van.name,
            date=stops[0].date,
            depot=depot.id,
            depot_name=depot.name,
            depot_latitude=depot.latitude,
            depot_longitude=depot.longitude,
            permanences=tuple(stop.id for stop in stops),
            legs=legs,
            length=timedelta(seconds=drives[-1][2] + drives[-1][3] - drives[0][2] - lunches),
            minutes=-(-sum(leg.seconds for leg in legs) // 60),
        )


def _drives(clock: Clock, van: Van, stops: list[Permanence]) -> Iterator[tuple[str, str, int, int]]:
    """Yield (start, end, second of departure, seconds driven) for each leg."""
    first = stops[0]
    arrival = seconds(first.start) - clock.set_up
    drive = clock.drive(van.depot, first.place.id, arrival)
    yield van.depot, first.place.id, arrival - drive, drive
    for stop, following in zip(stops, [*stops[1:], None], strict=True):
        end = van.depot if following is None else following.place.id
        leave = seconds(stop.end) + clock.tear_down
        yield stop.place.id, end, leave, clock.drive(stop.place.id, end, leave)
