"""Plans, drawings and hostile strings for the tests of what is published."""

import json
import math
from pathlib import Path

from picup_planner.draw import (
    Drawing,
    DrawnCommune,
    DrawnDepot,
    DrawnLeg,
    DrawnRoads,
    DrawnSite,
    Line,
    RoadRank,
    SiteState,
)
from picup_planner.plan import Plan
from picup_planner.problem import Problem, SiteKind
from problems import hand_plan, tiny_problem

_CORPUS = json.loads((Path(__file__).parent / "corpus" / "hostile.json").read_text(encoding="utf-8"))
HOSTILE = {entry["kind"]: entry["text"] * entry.get("repeat", 1) for entry in _CORPUS}
"""Every hostile string, by what it tries."""

BENIGN = {entry["kind"]: entry["text"] for entry in _CORPUS if entry["benign"]}
"""Those that only look dangerous: a reader must see them unchanged."""


def tiny_plan(problem: Problem | None = None) -> Plan:
    """Two tours, one of them of two stops, and the fixed permanence with its crew."""
    crew = {"as": "as-1", "casp": "casp-1"}
    visits = [("amont-1", 7, "matin", crew), ("aval-1", 7, "apres-midi", crew), ("amont-2", 10, "matin", crew)]
    return hand_plan(problem or tiny_problem(), visits, {"fixe-1": {"as": "as-2", "casp": "casp-2"}})


def month_plan(tours: int) -> Plan:
    """One tour of two stops a day, on so many days of a month of the tiny problem."""
    crew = {"as": "as-1", "casp": "casp-1"}
    visits = [
        (site, day, session, crew)
        for day in range(1, tours + 1)
        for site, session in (("amont-1", "matin"), ("aval-1", "apres-midi"))
    ]
    return hand_plan(tiny_problem(), visits)


def drawing_of(problem: Problem, plan: Plan, roads: tuple[DrawnRoads, ...] = (), points: int = 12) -> Drawing:
    """Draw a plan without any network: each leg is a curve of so many points between its ends."""
    territory = problem.territory
    names = {commune.id: commune.name for commune in territory.communes}
    served = {permanence.place.id for permanence in plan.permanences}
    spots = {place.id: (place.longitude, place.latitude) for place in (*territory.sites, *territory.depots)}
    return Drawing(
        communes=tuple(DrawnCommune(id=c.id, name=c.name, outline=c.contour) for c in territory.communes),
        sites=tuple(
            DrawnSite(
                id=site.id,
                name=site.name,
                commune_name=names[site.commune],
                neighbourhood=site.neighbourhood,
                kind=site.kind,
                state=SiteState.SERVED if site.id in served else SiteState.FREE,
                point=spots[site.id],
            )
            for site in territory.sites
        ),
        depots=tuple(DrawnDepot(id=d.id, name=d.name, point=spots[d.id]) for d in territory.depots),
        legs=tuple(
            DrawnLeg(van=tour.van, date=tour.date, index=i, line=_curve(spots[leg.start], spots[leg.end], points))
            for tour in plan.tours
            for i, leg in enumerate(tour.legs)
        ),
        roads=roads,
    )


def named(name: str) -> tuple[Plan, Drawing]:
    """Give a plan and its drawing in which every free text is `name`, cut to what a noun holds."""
    name = name[:200]
    problem = tiny_problem()
    plan = tiny_plan(problem)
    drawing = drawing_of(problem, plan)
    permanences = tuple(
        permanence.model_copy(
            update={
                "place": permanence.place.model_copy(
                    update={"name": name, "commune_name": name, "neighbourhood": name}
                ),
                "crew": tuple(
                    person.model_copy(update={"role_name": name, "member_name": name}) for person in permanence.crew
                ),
            }
        )
        for permanence in plan.permanences
    )
    tours = tuple(tour.model_copy(update={"van_name": name, "depot_name": name}) for tour in plan.tours)
    plan = plan.model_copy(update={"territory_name": name, "permanences": permanences, "tours": tours})
    others = tuple(
        DrawnSite(
            id=f"other-{state}",
            name=name,
            commune_name=name,
            neighbourhood=name,
            kind=SiteKind.SQUARE,
            state=state,
            point=(4.84 + i / 100, 45.70),
        )
        for i, state in enumerate((SiteState.FREE, SiteState.OFF))
    )
    drawing = drawing.model_copy(
        update={
            "communes": tuple(commune.model_copy(update={"name": name}) for commune in drawing.communes),
            "sites": (
                *(site.model_copy(update={"name": name, "commune_name": name}) for site in drawing.sites),
                *others,
            ),
            "depots": tuple(depot.model_copy(update={"name": name}) for depot in drawing.depots),
        }
    )
    return Plan.model_validate(plan.model_dump()), Drawing.model_validate(drawing.model_dump())


def tangle(points: int) -> tuple[DrawnRoads, ...]:
    """Background roads of so many points in all, as hard to compress as real ones."""
    lines = tuple(
        tuple((round(4.83 + _noise(i, k) / 12, 5), round(45.66 + _noise(k, i) / 12, 5)) for k in range(8))
        for i in range(points // 8)
    )
    return (DrawnRoads(rank=RoadRank.STREET, lines=lines),)


def _noise(i: int, k: int) -> float:
    return math.sin(12.9898 * i + 78.233 * k) * 43758.5453 % 1


def _curve(start: tuple[float, float], end: tuple[float, float], points: int) -> Line:
    shares = [i / (points - 1) for i in range(points)]
    return tuple(
        (
            round(start[0] + (end[0] - start[0]) * share + 0.002 * math.sin(9 * share), 5),
            round(start[1] + (end[1] - start[1]) * share, 5),
        )
        for share in shares
    )
