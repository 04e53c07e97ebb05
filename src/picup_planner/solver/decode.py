"""From the values of the variables to a plan."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import time, timedelta
from functools import cached_property
from itertools import pairwise

from picup_planner.plan import Assignment, Kind, Leg, Permanence, Tour, place_of
from picup_planner.problem import Problem, Session, Site, Van
from picup_planner.solver.clock import Clock, at, seconds
from picup_planner.solver.drives import Decision, stops_of


@dataclass(frozen=True)
class Decoder:
    """Reads the permanences and tours of one solution: the decisions that are true in it."""

    problem: Problem
    clock: Clock
    decisions: frozenset[Decision]

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
        vans = {van.id: van for van in self.problem.territory.vans}
        return tuple(self._tour(vans[van], stops) for (_, van), stops in sorted(by_day.items()))

    @cached_property
    def _visits(self) -> dict[str, list[tuple[Date, time, Site, Session, Van]]]:
        """Visits of each commune, by date and hour."""
        sites = {site.id: site for site in self.problem.territory.sites}
        vans = {van.id: van for van in self.problem.territory.vans}
        visits: dict[str, list[tuple[Date, time, Site, Session, Van]]] = defaultdict(list)
        for van, day, (site, session) in stops_of(self.decisions):
            at = self.clock.session_of[session]
            visits[sites[site].commune].append((day, at.start, sites[site], at, vans[van]))
        return {commune: sorted(some, key=lambda visit: visit[:2]) for commune, some in visits.items()}

    def _mobile(self) -> Iterator[Permanence]:
        for commune in self.problem.territory.communes:
            for count, (day, _, site, session, van) in enumerate(self._visits.get(commune.id, ()), start=1):
                yield Permanence(
                    id=f"{commune.id}-{self.problem.month.replace('-', '')}-{count}",
                    kind=Kind.MOBILE,
                    place=place_of(self.problem.territory, site.id),
                    date=day,
                    session=session.id,
                    start=session.start,
                    end=session.end,
                    van=van.id,
                    crew=self._crew("works", commune.id, day, session.id),
                )

    def _fixed(self) -> Iterator[Permanence]:
        for fixed in self.problem.fixed:
            yield Permanence(
                id=fixed.id,
                kind=Kind.FIXED,
                place=place_of(self.problem.territory, fixed.site),
                date=fixed.date,
                start=fixed.start,
                end=fixed.end,
                crew=self._crew("assists", fixed.id),
                origin=fixed.origin,
            )

    def _crew(self, kind: str, *what: Hashable) -> tuple[Assignment, ...]:
        """Read who holds which role, by role then by id."""
        return tuple(
            Assignment(role=role.id, role_name=role.name, member=member.id, member_name=member.name)
            for role in self.problem.territory.roles
            for member in sorted(self.problem.territory.staff, key=lambda member: member.id)
            if role.id in member.roles and (kind, (member.id, role.id, *what)) in self.decisions
        )

    def _tour(self, van: Van, stops: list[Permanence]) -> Tour:
        clock, travel = self.clock, self.problem.travel
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
