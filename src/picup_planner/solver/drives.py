"""What vans drive: a flow on arcs depot → (site, session) → ... → depot; the session order replaces routing circuits.

An outline names the communes and sessions of each tour and leaves the sites open: a model written within one has few
columns, however large the territory.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date as Date  # noqa: N812  a parameter called `date` would hide the type
from functools import cached_property
from itertools import combinations
from typing import Any, cast

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune, Problem, Session, Site, Van
from picup_planner.solver.clock import Clock, located

Stop = tuple[str, str]
"""A site and a session, by their ids."""

Decision = tuple[str, Hashable]
"""Key of a decision: its kind and what it is about, by ids and dates."""

Outline = Mapping[tuple[str, Date], tuple[tuple[str, str], ...]]
"""For each van (id) and date with a tour: commune (id) and session (id) of each of its stops."""


def outline_of(problem: Problem, decisions: Iterable[Decision]) -> Outline:
    """Return the outline of the tours among some decisions; sites the problem does not know are left out."""
    commune_of = problem.territory.commune_of
    order = {session.id: session.start for session in problem.territory.sessions}
    stops: dict[tuple[str, Date], list[tuple[str, str]]] = defaultdict(list)
    for van, day, (site, session) in stops_of(decisions):
        if site in commune_of and session in order:
            stops[van, day].append((commune_of[site], session))
    return {tour: tuple(sorted(some, key=lambda stop: order[stop[1]])) for tour, some in stops.items()}


def stops_of(decisions: Iterable[Decision]) -> Iterator[tuple[str, Date, Stop]]:
    """Yield each stop among some decisions, with its van (id) and its date."""
    for kind, key in decisions:
        if kind in {"start", "arc"}:
            van, day, stop = cast("tuple[str, Date, Any]", key)
            yield van, day, stop if kind == "start" else stop[1]


def drives_between_stops(problem: Problem) -> int:
    """Count the decisions that grow fastest: one for each van, date and pair of stops, where nothing is outlined."""
    territory, sessions = problem.territory, len(problem.territory.sessions)
    pairs = sessions * (sessions - 1) // 2
    return len(problem.dates) * len(territory.vans) * pairs * len(territory.sites) ** 2


class Drives:
    """The decisions on vans.

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
        self._model = model
        self._problem = problem
        self._outline = outline
        self._never = model.new_constant(0)
        self.clock = Clock(problem)
        territory = problem.territory
        self.vans = territory.vans
        self.communes = territory.communes
        self.sites = located(problem)
        self._sites_of = {
            commune.id: tuple(site for site in self.sites if site.commune == commune.id)
            for commune in territory.communes
        }
        self._drive_vans()

    def drives(self) -> dict[Decision, IntVar]:
        """Return the decisions of what vans drive, by key."""
        decisions: dict[Decision, IntVar] = {}
        for tour in self._starts:
            decisions |= {("start", (*tour, stop)): x for stop, x in self._starts[tour].items()}
            decisions |= {("end", (*tour, stop)): x for stop, x in self._ends[tour].items()}
            decisions |= {("arc", (*tour, pair)): x for pair, x in self._arcs[tour].items()}
        return decisions

    def _drive_vans(self) -> None:
        new = self._model.new_bool_var
        self._starts: dict[tuple[str, Date], dict[Stop, IntVar]] = {}
        self._ends: dict[tuple[str, Date], dict[Stop, IntVar]] = {}
        self._arcs: dict[tuple[str, Date], dict[tuple[Stop, Stop], IntVar]] = {}
        self._visits: dict[tuple[str, str, Date, str], IntVar] = {}
        for van in self.vans:
            for day in self._problem.dates:
                key = f"{van.id} {day}"
                at = {session.id: self._stops(van, day, session) for session in self.clock.sessions}
                stops = [(i.id, s) for s, some in at.items() for i in some]
                starts = {(i, s): new(f"{key} to {i} {s}") for i, s in stops}
                ends = {(i, s): new(f"{key} from {i} {s}") for i, s in stops}
                arcs = {
                    ((i.id, s), (j.id, t)): new(f"{key} {i.id} {s} {j.id} {t}")
                    for s, t in combinations(at, 2)
                    for i in at[s]
                    for j in at[t]
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

    def _stops(self, van: Van, day: Date, session: Session) -> tuple[Site, ...]:
        """Return the sites a van may stop at in a slot."""
        if self._outline is None:
            return self.sites
        communes = [c for c, s in self._outline.get((van.id, day), ()) if s == session.id]
        return tuple(site for commune in communes for site in self._sites_of[commune])

    def may_serve(self, commune: Commune, day: Date, session: Session) -> bool:
        """Whether the outline, if there is one, lets a commune be served in a slot."""
        return self._outline is None or (day, commune.id, session.id) in self._outlined

    def may_leave(self, van: Van, day: Date) -> bool:
        """Whether the outline, if there is one, lets a van go out on a date."""
        return self._outline is None or (van.id, day) in self._outline

    @cached_property
    def _outlined(self) -> set[tuple[Date, str, str]]:
        return {(day, c, s) for (_, day), stops in (self._outline or {}).items() for c, s in stops}

    def visit(self, van: Van, site: Site, day: Date, session: Session) -> IntVar:
        """Whether this van holds a permanence at this site in this slot."""
        return self._visits.get((van.id, site.id, day, session.id), self._never)

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

    def arcs_between(self, before: Stop, after: Stop) -> list[IntVar]:
        """Whether a van drives from one stop to the next: one variable for each van and coming date that may."""
        return self._arcs_between.get((before, after), [])

    @cached_property
    def _arcs_between(self) -> dict[tuple[Stop, Stop], list[IntVar]]:
        between: dict[tuple[Stop, Stop], list[IntVar]] = defaultdict(list)
        for van in self.vans:
            for day in self._problem.coming:
                for pair, x in self._arcs[van.id, day].items():
                    between[pair].append(x)
        return between

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

    @property
    def session_of(self) -> dict[str, Session]:
        """Sessions by id."""
        return self.clock.session_of

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
