"""Objectives of the smaller model: what no plan can beat. One function per objective, of the same name."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import pairwise, product
from typing import NamedTuple, Protocol

from ortools.sat.python.cp_model import CHOOSE_FIRST, SELECT_MIN_VALUE, CpModel, IntVar, LinearExpr

from picup_planner.problem import Commune, Level, Problem, StaffMember
from picup_planner.solver.clock import last_before
from picup_planner.solver.objectives.balance import Held, spread_of
from picup_planner.solver.objectives.continuity import cost_of_meeting
from picup_planner.solver.objectives.evenness import squared_gap
from picup_planner.solver.objectives.lapses import lapse
from picup_planner.solver.relaxation import Relaxation
from picup_planner.solver.touring import Tour


class Counted(Protocol):
    """A month in which permanences, visits of sites and drives are counted, whatever their dates."""

    model: CpModel
    problem: Problem
    communes: tuple[Commune, ...]
    drives: list[tuple[int, IntVar]]

    @property
    def visits(self) -> Mapping[str, Sequence[IntVar]]:
        """Visits of each site."""

    @property
    def habits(self) -> Mapping[tuple[str, int, str], Sequence[IntVar]]:
        """Visits of each site or commune on each weekday in each session; none where dates are not known."""

    def held(self, commune: Commune) -> LinearExpr:
        """Return the permanences of a commune."""

    def remembered(self, visits: Sequence[IntVar]) -> IntVar:
        """Return what some visits make to remember."""


def unstaffed_fixed(relaxed: Relaxation) -> LinearExpr:
    """Bound the fixed permanences without a crew."""
    return LinearExpr.sum([1 - x for x in relaxed.staffed.values()])


def below_minimum(relaxed: Counted) -> LinearExpr:
    """Bound what communes lack of their minimum."""
    return LinearExpr.sum([_lacking(relaxed, c, 0, c.frequency.minimum) for c in relaxed.communes])


def below_target(relaxed: Counted) -> LinearExpr:
    """Bound what communes lack of their target beyond the minimum."""
    return LinearExpr.sum([_lacking(relaxed, c, c.frequency.minimum, c.frequency.target) for c in relaxed.communes])


def _lacking(relaxed: Counted, commune: Commune, start: int, end: int) -> LinearExpr:
    levels = [relaxed.model.new_bool_var("") for _ in range(end)]
    relaxed.model.add(LinearExpr.sum(levels) <= relaxed.held(commune))
    for upper, lower in ((b, a) for a, b in pairwise(levels)):
        relaxed.model.add_implication(upper, lower)
    return LinearExpr.sum([(2 * (end - k) - 1) * (1 - levels[k]) for k in range(start, end)])


def lapses(relaxed: Relaxation) -> LinearExpr:
    """Bound the days beyond the longest gap wanted."""
    beyond: list[LinearExpr] = []
    for commune in relaxed.communes:
        last = last_before(relaxed.problem, commune)
        beyond += [lapse(relaxed.problem, before or last, after) * x for before, after, x in relaxed.gaps[commune.id]]
    return LinearExpr.sum(beyond)


def unreached(relaxed: Counted) -> LinearExpr:
    """Bound the residents out of reach."""
    near = {reach.area: reach.sites for reach in relaxed.problem.reach}
    missed: list[LinearExpr] = []
    for area in relaxed.problem.territory.areas:
        visits = [x for site in near.get(area.id, ()) for x in relaxed.visits.get(site, ())]
        if visits:
            reached = relaxed.model.new_bool_var("")
            relaxed.model.add(reached <= LinearExpr.sum(visits))
            missed.append((area.residents or 0) * (1 - reached))
        else:
            missed.append(LinearExpr.constant(area.residents or 0))
    return LinearExpr.sum(missed)


def preferences(relaxed: Relaxation) -> LinearExpr:
    """Bound the duties in half-days answered 'if needed'."""
    used: list[LinearExpr] = []
    for (name, day), out in relaxed.out.items():
        shy = {s.id for s in relaxed.clock.sessions if relaxed.levels.get((name, day, s.id)) is Level.IF_NEEDED}
        used += [sum(s.id in shy for s in shape) * x for shape, x in out.items()]
    for fixed, member in product(relaxed.problem.fixed, relaxed.staff):
        met = relaxed.clock.meets(fixed)
        shy_there = any(relaxed.levels.get((member.id, fixed.date, s.id)) is Level.IF_NEEDED for s in met)
        if shy_there and (member.id, fixed.id) in relaxed.assists:
            used.append(relaxed.assists[member.id, fixed.id])
    return LinearExpr.sum(used)


def travel(relaxed: Counted) -> LinearExpr:
    """Bound the minutes driven."""
    return LinearExpr.weighted_sum([x for _, x in relaxed.drives], [weight for weight, _ in relaxed.drives])


def continuity(relaxed: Relaxation) -> list[LinearExpr] | None:
    """Bound what people met cost beyond the first faces, by role and commune; nothing of too large a territory.

    The faces there could be are left in `relaxed.faces`, part by part.

    Who is known at all is decided first: with that settled, hours and absences soon say whether it can be.
    """
    settings, roles = relaxed.problem.territory.settings, relaxed.problem.territory.roles
    if relaxed.crowded:
        return None
    met = _meetings(relaxed)
    costs: list[LinearExpr] = []
    relaxed.faces = []
    for role, commune in product(roles, relaxed.communes):
        faces: list[tuple[int, IntVar]] = []
        for member in (p for p in relaxed.staff if p.roles == (role.id,)):
            known = relaxed.model.new_bool_var("")
            mobile = met[member.id, commune.id].mobile
            for held in mobile.values():
                relaxed.model.add(LinearExpr.sum(held) <= known)
            relaxed.model.add(
                LinearExpr.sum([x for held in mobile.values() for x in held]) <= commune.frequency.maximum * known
            )
            for x in met[member.id, commune.id].fixed if settings.fixed_build_trust else ():
                relaxed.model.add_implication(x, known)
            faces.append((cost_of_meeting(relaxed.problem, member, commune), known))
        relaxed.model.add_decision_strategy([known for _, known in faces], CHOOSE_FIRST, SELECT_MIN_VALUE)
        relaxed.faces.append([known for cost, known in faces if cost])
        costs.append(_beyond(relaxed, faces, settings.faces))
    return costs


def _beyond(relaxed: Relaxation, faces: list[tuple[int, IntVar]], spared: int) -> LinearExpr:
    """Return what faces cost beyond the most costly ones, which are spared."""
    if len({cost for cost, _ in faces}) == 1:
        beyond = relaxed.model.new_int_var(0, len(faces), "")
        relaxed.model.add(beyond >= LinearExpr.sum([known for _, known in faces]) - spared)
        return faces[0][0] * beyond
    free = [relaxed.model.new_bool_var("") for _ in faces]
    for (_, known), one in zip(faces, free, strict=True):
        relaxed.model.add_implication(one, known)
    relaxed.model.add(LinearExpr.sum(free) <= spared)
    return LinearExpr.sum([cost * (known - one) for (cost, known), one in zip(faces, free, strict=True)])


class _Met(NamedTuple):
    """What one person may hold in one commune: on tours, by date, and in social centres."""

    mobile: dict[Date, list[IntVar]]
    fixed: list[IntVar]


def _meetings(relaxed: Relaxation) -> dict[tuple[str, str], _Met]:
    commune_of = relaxed.problem.territory.commune_of
    place_of = {fixed.id: commune_of[fixed.site] for fixed in relaxed.problem.fixed}
    met = {(p.id, c.id): _Met(defaultdict(list), []) for p in relaxed.staff for c in relaxed.communes}
    for (name, day, tour), x in relaxed.crews.items():
        for commune, _ in tour.stops:
            met[name, commune.id].mobile[day].append(x)
    for (name, fixed), x in relaxed.assists.items():
        met[name, place_of[fixed]].fixed.append(x)
    return met


def regularity(relaxed: Counted) -> LinearExpr:
    """Bound the (site, weekday, session) to remember; in the rough, by the sites to remember."""
    habits: Iterable[Sequence[IntVar]] = (relaxed.habits or relaxed.visits).values()
    return LinearExpr.sum([relaxed.remembered(visits) for visits in habits])


def evenness(relaxed: Relaxation) -> LinearExpr:
    """Bound the squared gaps."""
    return LinearExpr.sum(
        [
            squared_gap(relaxed.problem, before, after) * x
            for commune in relaxed.communes
            for before, after, x in relaxed.gaps[commune.id]
        ]
    )


def balance(relaxed: Relaxation) -> LinearExpr | None:
    """Bound the highest load of each role less the lowest; nothing of too large a territory.

    A tour takes as long as one of the sites it may stop at.
    """
    if relaxed.crowded:
        return None
    going: dict[str, list[tuple[Tour, IntVar]]] = defaultdict(list)
    for (name, _, tour), x in relaxed.crews.items():
        going[name].append((tour, x))

    def held(member: StaffMember) -> Held:
        assisted = LinearExpr.sum([relaxed.assisted(member, day) for day in relaxed.problem.dates])
        shortest, longest = (
            LinearExpr.sum([lengths[tour] * x for tour, x in going[member.id]])
            for lengths in (relaxed.shortest, relaxed.longest)
        )
        return assisted + shortest, assisted + longest

    return spread_of(relaxed.model, relaxed.problem, relaxed.clock, relaxed.staff, held)


def keep(month: Counted, kept: Mapping[str, int], bounds: Iterable[Callable[[Counted], LinearExpr]]) -> None:
    """State the limits kept of some objectives on a month in which these are counted."""
    for bound in bounds:
        if bound.__name__ in kept:
            month.model.add(bound(month) <= kept[bound.__name__])


Bound = Callable[[Relaxation], LinearExpr | list[LinearExpr] | None]
"""An objective of the smaller model, as a sum of parts each worth bounding, or nothing."""

BOUNDS: tuple[Bound, ...] = (
    unstaffed_fixed,
    below_minimum,
    lapses,
    below_target,
    unreached,
    preferences,
    travel,
    continuity,
    regularity,
    evenness,
)
"""Every objective the smaller model bounds; ``None`` where the territory is too large for it."""

OF_MONTHS: tuple[Bound, ...] = (*BOUNDS, balance)
"""Those it bounds once the tours of each date are known: of loads, it says little before."""


def parts_of(relaxed: Relaxation, name: str, bounds: Iterable[Bound] = BOUNDS) -> list[LinearExpr]:
    """Return the parts of an objective on the smaller model; none when it says nothing of it."""
    bound = {bound.__name__: bound for bound in bounds}.get(name)
    parts = bound(relaxed) if bound else None
    return parts if isinstance(parts, list) else [] if parts is None else [parts]


def hold(relaxed: Relaxation, kept: Mapping[str, int]) -> None:
    """State the limits kept of objectives, by name, on the smaller model."""
    for name, limit in kept.items():
        relaxed.model.add(LinearExpr.sum(parts_of(relaxed, name)) <= limit)
