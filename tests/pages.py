"""Plans, drawings and hostile strings for the tests of what is published."""

import json
import math
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeVar

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
from picup_planner.publish.audience import PublicMonth, StaffMonth, announced, for_staff
from problems import hand_plan, tiny_problem

M = TypeVar("M", PublicMonth, StaffMonth)

_CORPUS = json.loads((Path(__file__).parent / "corpus" / "hostile.json").read_text(encoding="utf-8"))
HOSTILE = {entry["kind"]: entry["text"] * entry.get("repeat", 1) for entry in _CORPUS}
"""Every hostile string, by what it tries."""

BENIGN = {entry["kind"]: entry["text"] for entry in _CORPUS if entry["benign"]}
"""Those that only look dangerous: a reader must see them unchanged."""


class Page(HTMLParser):
    """Elements, attributes and visible texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.inside: list[str] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "title": [], "": []}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element and note its attributes."""
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in {"meta", "link", "br", "img", "input"}:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be this one."""
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text with those of its kind."""
        kind = self.inside[-1] if self.inside else ""
        self.texts[kind if kind in self.texts else ""].append(data)

    @property
    def seen(self) -> str:
        """What the list says, without JavaScript."""
        return " ".join(self.texts[""])


def tiny_plan(problem: Problem | None = None) -> Plan:
    """Two tours, one of them of two stops, and the fixed permanence with its crew."""
    crew = {"as": "as-1", "casp": "casp-1"}
    visits = [("amont-1", 7, "matin", crew), ("aval-1", 7, "apres-midi", crew), ("amont-2", 10, "matin", crew)]
    return hand_plan(problem or tiny_problem(), visits, {"fixe-1": {"as": "as-2", "casp": "casp-2"}})


def full_month(tours: int, roads: tuple[DrawnRoads, ...] = (), points: int = 12) -> tuple[StaffMonth, Drawing]:
    """One tour of two stops a day, on so many days of a month of the tiny problem, and its drawing."""
    crew = {"as": "as-1", "casp": "casp-1"}
    visits = [
        (site, day, session, crew)
        for day in range(1, tours + 1)
        for site, session in (("amont-1", "matin"), ("aval-1", "apres-midi"))
    ]
    problem = tiny_problem()
    plan = hand_plan(problem, visits)
    return for_staff(problem, plan), drawing_of(problem, plan, roads, points)


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
            if None not in spots[site.id]
        ),
        depots=tuple(DrawnDepot(id=d.id, name=d.name, point=spots[d.id]) for d in territory.depots),
        legs=tuple(
            DrawnLeg(van=tour.van, date=tour.date, index=i, line=_curve(spots[leg.start], spots[leg.end], points))
            for tour in plan.tours
            for i, leg in enumerate(tour.legs)
        ),
        roads=roads,
    )


TEXTS = {
    *("territory_name", "name", "phone", "email", "address", "place", "commune_name", "neighbourhood", "landmark"),
    *("transit", "van_name", "initials", "role_name", "partner", "depot_name"),
}
"""Fields of a published month that hold free text, besides the ends of a leg and the partners of a stop."""


def staff_month(problem: Problem | None = None) -> tuple[StaffMonth, Drawing]:
    """Give the tiny month as the staff reads it, and its drawing."""
    problem = problem or tiny_problem()
    plan = tiny_plan(problem)
    return for_staff(problem, plan), drawing_of(problem, plan)


def public_month(problem: Problem | None = None) -> tuple[PublicMonth, Drawing]:
    """Give the tiny month as residents read it, and what is drawn for them: no depot, no road driven."""
    problem = problem or tiny_problem()
    plan = tiny_plan(problem)
    drawing = drawing_of(problem, plan)
    return announced(problem, plan), Drawing(communes=drawing.communes, roads=drawing.roads)


def renamed(month: M, name: str) -> M:
    """Give a month in which every free text is `name`."""
    return type(month).model_validate(_renamed(month.model_dump(mode="json"), name))


def _renamed(value: object, name: str) -> object:
    if isinstance(value, list):
        return [_renamed(inner, name) for inner in value]
    if not isinstance(value, dict):
        return value
    texts = TEXTS | ({"start", "end"} if "metres" in value else set())
    told = {key: name if key in texts else _renamed(inner, name) for key, inner in value.items()}
    return told | ({"partners": [name]} if "partners" in told else {})


def named(name: str) -> tuple[StaffMonth, Drawing]:
    """Give the staff's month and its drawing, every free text being `name`, cut to what a noun holds."""
    name = name[:200]
    month, drawing = staff_month()
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
    return renamed(month, name), Drawing.model_validate(drawing.model_dump())


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
