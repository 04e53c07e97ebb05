"""A plan retold on the smaller model, and a solution of it told as a plan.

The first is where its searches start; the second gives each tour sites and a crew, and is a plan unless it breaks what
the smaller model leaves out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import pairwise, product
from typing import Any, cast

from ortools.sat.python.cp_model import IntVar

from picup_planner.problem import Role, Session, Site
from picup_planner.solver.drives import Decision, stops_of
from picup_planner.solver.engine import Engine
from picup_planner.solver.relaxation import Relaxation
from picup_planner.solver.touring import Tour


def hinted(relaxed: Relaxation, known: frozenset[Decision]) -> Mapping[int, int]:
    """Return the value in a plan of each decision of the smaller model, by index; the rest follows from these."""
    driven, assisted = _driven(relaxed, known), {(key[0], key[2]) for key in _keys(known, "assists")}
    staffed = {key for kind, key in known if kind == "staffed"}
    out: dict[tuple[str, Date], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, _, commune, day, session in _keys(known, "works"):
        out[name, day][session].add(commune)
    values: dict[IntVar, int] = {
        x: (day, tour) in driven for day, tours in relaxed.tours.items() for tour, x in tours.items()
    }
    for (tour, sites), counts in relaxed.counts.items():
        values |= {x: sum(driven.get((day, tour)) == sites for day in days) for days, x in counts}
    for (name, day), shapes in relaxed.out.items():
        values |= {x: out[name, day].keys() == {session.id for session in shape} for shape, x in shapes.items()}
    for (name, day, tour), x in relaxed.crews.items() if relaxed.named else ():
        stops = {session.id: {commune.id} for commune, session in tour.stops}
        values[x] = (day, tour) in driven and out[name, day] == stops
    values |= {x: pair in assisted for pair, x in relaxed.assists.items()}
    values |= {x: fixed in staffed for fixed, x in relaxed.staffed.items()}
    return {x.index: int(value) for x, value in values.items()}


def told(relaxed: Relaxation, solution: Sequence[int], engine: Engine) -> frozenset[Decision]:
    """Return the decisions of a solution: sites counted on several dates are given to any of these."""
    roles = {member.id: member.roles[0] for member in relaxed.staff if len(member.roles) == 1}
    sites, true = dict(_sites(relaxed, solution)), list[Decision]()
    crews, solution = _crewed(relaxed, solution, sites, engine)
    for van, day, tour in relaxed.given(solution):
        stops = [(site, session.id) for site, session in zip(sites[day, tour], tour.shape, strict=True)]
        true += [("start", (van.id, day, stops[0])), ("end", (van.id, day, stops[-1]))]
        true += [("arc", (van.id, day, pair)) for pair in pairwise(stops)]
    for name, day, tour in crews:
        true += [("works", (name, roles[name], c.id, day, s.id)) for c, s in tour.stops if name in roles]
    held = [(name, fixed) for (name, fixed), x in relaxed.assists.items() if solution[x.index] and name in roles]
    true += [("assists", (name, roles[name], fixed)) for name, fixed in held]
    return frozenset([*true, *(("staffed", name) for name, x in relaxed.staffed.items() if solution[x.index])])


def _sites(relaxed: Relaxation, solution: Sequence[int]) -> Iterator[tuple[tuple[Date, Tour], tuple[str, ...]]]:
    """Give each tour of a date its sites."""
    free = {(day, tour) for _, day, tour in relaxed.given(solution)}
    for (tour, sites), counts in relaxed.counts.items():
        for days, times in ((days, solution[x.index]) for days, x in counts if solution[x.index]):
            for day in [day for day in days if (day, tour) in free][:times]:
                free.remove((day, tour))
                yield (day, tour), sites


def _crewed(
    relaxed: Relaxation,
    solution: Sequence[int],
    sites: Mapping[tuple[Date, Tour], Sequence[str]],
    engine: Engine,
) -> tuple[list[tuple[str, Date, Tour]], Sequence[int]]:
    """Return who goes on which tour, and the solution that says so.

    Where crews are not named, people are chosen again now that the tours and what they take are known: any of as many
    hours as they have, none when there are no such people.
    """
    if relaxed.named:
        return [key for key, x in relaxed.crews.items() if solution[x.index]], solution
    model = relaxed.model.clone()
    lengths = {(day, tour): relaxed.length(tour, some) for (day, tour), some in sites.items()}
    crews = relaxed.crews_on(model, {(day, tour): relaxed.tours[day][tour] for day, tour in sites}, lengths)
    free = {x.index for shapes in relaxed.out.values() for x in shapes.values()}
    free |= {x.index for x in relaxed.assists.values()}
    model.clear_objective()  # type: ignore[no-untyped-call]
    given = {index: value for index, value in enumerate(solution) if index not in free}
    found = engine.complete(model, given).solution
    return [key for key, x in crews.items() if found and found[x.index]], found or solution


def strangers(relaxed: Relaxation, known: frozenset[Decision], roles: Iterable[Role]) -> Iterator[IntVar]:
    """Yield what would take people of some roles to communes that already meet their number of faces, without them."""
    commune_of = relaxed.problem.territory.commune_of
    place_of = {fixed.id: commune_of[fixed.site] for fixed in relaxed.problem.fixed}
    faces: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, role, commune, *_ in _keys(known, "works"):
        faces[role, commune].add(name)
    for name, role, fixed in _keys(known, "assists"):
        faces[role, place_of[fixed]].add(name)
    most = relaxed.problem.territory.settings.faces
    full = {(role.id, commune.id) for role in roles for commune in relaxed.communes}
    full = {pair for pair in full if len(faces[pair]) >= most}
    new = {
        (member.id, commune)
        for member, (role, commune) in product(relaxed.staff, full)
        if member.roles == (role,) and member.id not in faces[role, commune]
    }
    yield from (x for (name, _, tour), x in relaxed.crews.items() if any((name, c.id) in new for c, _ in tour.stops))
    yield from (x for (name, fixed), x in relaxed.assists.items() if (name, place_of[fixed]) in new)


def _keys(known: frozenset[Decision], wanted: str) -> Iterator[tuple[Any, ...]]:
    return (cast("tuple[Any, ...]", key) for kind, key in known if kind == wanted)


def _driven(relaxed: Relaxation, known: frozenset[Decision]) -> dict[tuple[Date, Tour], tuple[str, ...]]:
    """Return the sites of each tour."""
    territory, session_of = relaxed.problem.territory, relaxed.clock.session_of
    sites = {site.id: site for site in territory.sites}
    communes = {commune.id: commune for commune in territory.communes}
    depots = {van.id: van.depot for van in territory.vans}
    stops: dict[tuple[str, Date], list[tuple[Session, Site]]] = defaultdict(list)
    for van, day, (site, session) in stops_of(known):
        stops[van, day].append((session_of[session], sites[site]))
    driven: dict[tuple[Date, Tour], tuple[str, ...]] = {}
    for (van, day), unordered in stops.items():
        some = sorted(unordered, key=lambda stop: stop[0].start)
        tour = Tour(depots[van], tuple((communes[site.commune], session) for session, site in some))
        driven[day, tour] = tuple(site.id for _, site in some)
    return driven
