"""Plans and comparisons as tables: permanences, tours with their roads, loads, figures, what a replan changes.

Columns have the names of the code, in English; what people read is told by :func:`picup_planner.display.notebook.show`.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import geopandas
import pandas as pd
from shapely import LineString, Point

from picup_planner.display.measures import MEASURES, compared, measured, months
from picup_planner.draw import draw
from picup_planner.evaluation import difference
from picup_planner.evaluation import figures as figures_of
from picup_planner.plan import Permanence, Plan
from picup_planner.problem import Problem, Territory
from picup_planner.scenarios import YearMonth
from picup_planner.scenarios.comparing import Comparison
from picup_planner.scenarios.months import problem_of, roads_of

WGS84 = "EPSG:4326"
_HOUR = timedelta(hours=1)
_OF_PERMANENCES = ("date", "start", "end", "session", "kind", "site", "place", "commune", "van", "crew")
_OF_CHANGES = ("permanence", "change", "before", "after")


def table(plan: Plan) -> geopandas.GeoDataFrame:
    """Give the permanences of a plan, one row each by date and hour, at their places.

    Returns
    -------
    GeoDataFrame
        Indexed by permanence; `site` is an id and `place` a name, `crew` lists names, the geometry is a point in
        WGS 84, empty where the place is not known.
    """
    held = sorted(plan.permanences, key=lambda one: (one.date, one.start, one.id))
    rows = [
        (
            *(one.date, one.start, one.end, one.session, str(one.kind), one.place.id, one.place.name),
            *(one.place.commune_name, one.van, ", ".join(person.member_name for person in one.crew)),
        )
        for one in held
    ]
    index = pd.Index([one.id for one in held], name="permanence", dtype="object")
    points = [_point(one.place.longitude, one.place.latitude) for one in held]
    return geopandas.GeoDataFrame(_frame(rows, _OF_PERMANENCES, index), geometry=points, crs=WGS84)


def sites(territory: Territory) -> geopandas.GeoDataFrame:
    """Give the sites of a territory, at their places, with their market days (1 is Monday) and whether they are on."""
    names = {commune.id: commune.name for commune in territory.communes}
    rows = [
        (
            *(site.name, names[site.commune], str(site.kind), site.on, site.residents, site.missing),
            tuple(sorted({market.weekday for market in site.markets})),
        )
        for site in territory.sites
    ]
    index = pd.Index([site.id for site in territory.sites], name="site", dtype="object")
    columns = ("name", "commune", "kind", "on", "residents", "missing", "markets")
    points = [_point(site.longitude, site.latitude) for site in territory.sites]
    return geopandas.GeoDataFrame(_frame(rows, columns, index), geometry=points, crs=WGS84)


def tours(plan: Plan, problem: Problem | None = None) -> geopandas.GeoDataFrame:
    """Give the tours of a plan, one row each, along the roads they are driven on.

    Parameters
    ----------
    problem
        What the plan was made from, when it was made elsewhere.

    Returns
    -------
    GeoDataFrame
        `kilometres`, `minutes` of driving, `hours` on duty, and a line in WGS 84.

    Raises
    ------
    DataError
        When the problem, or the folder its roads are in, is not known.
    """
    known = problem_of(plan, problem)
    drawing = draw(known, plan, roads_of(known.territory))
    lines = {(tour.van, tour.date): list[tuple[float, float]]() for tour in plan.tours}
    for leg in drawing.legs:
        lines[leg.van, leg.date] += leg.line
    places = {one.id: one.place.name for one in plan.permanences}
    rows = [
        (
            *(tour.date, tour.van_name, ", ".join(places[stop] for stop in tour.permanences)),
            *(sum(leg.metres for leg in tour.legs) / 1000, tour.minutes, tour.length / _HOUR),
        )
        for tour in plan.tours
    ]
    columns = ("date", "van", "stops", "kilometres", "minutes", "hours")
    geometry = [LineString(lines[tour.van, tour.date]) for tour in plan.tours]
    return geopandas.GeoDataFrame(_frame(rows, columns), geometry=geometry, crs=WGS84)


def loads(plan: Plan, problem: Problem | None = None) -> pd.DataFrame:
    """Give the work of each person.

    Returns
    -------
    DataFrame
        Indexed by person: `hours` on duty, hours `available`, `load` as hours in percent of those available (missing
        when none are), `share` as the part of a full load the person should take, in percent.
    """
    known = problem_of(plan, problem)
    counted = {one.member: one for one in figures_of(known, plan).members}
    partners = {partner.id: partner.name for partner in known.territory.partners}
    rows = []
    for member in known.territory.staff:
        one = counted[member.id]
        load = float("nan") if one.load is None else one.load
        rows.append(
            (
                *(member.name, ", ".join(member.roles), partners[member.partner], one.permanences),
                *(one.length / _HOUR, one.available / _HOUR, load, one.share),
            )
        )
    index = pd.Index([member.id for member in known.territory.staff], name="member", dtype="object")
    columns = ("name", "roles", "partner", "permanences", "hours", "available", "load", "share")
    return _frame(rows, columns, index)


def figures(made: Plan | Comparison | Sequence[YearMonth], problem: Problem | None = None) -> pd.DataFrame:
    """Give every figure, then every objective with what is proven of it.

    Parameters
    ----------
    made
        A plan, a comparison, or the months of a year.

    Returns
    -------
    DataFrame
        One row a measure. Of a plan: `value`, `unit`, and of an objective `bound` and `proven`. Of a comparison, under
        the name of each scenario: `value`, `difference` from the month as it is (missing where the two are not counted
        alike), and `proof`; the last row, `failure`, says why there is no plan. Of a year, one row a month, a column a
        measure, and why a month has no plan.
    """
    if isinstance(made, Comparison):
        return compared(made)
    if not isinstance(made, Plan):
        return months(made)
    known = problem_of(made, problem)
    values = measured(known, made)
    rows: list[tuple[Any, ...]] = [(values[one.name], one.unit, None, None) for one in MEASURES]
    rows += [(one.value, one.unit, one.bound, one.proven) for one in made.objectives]
    names = [*(one.name for one in MEASURES), *(one.name for one in made.objectives)]
    index = pd.Index(names, name="measure", dtype="object")
    return _frame(rows, ("value", "unit", "bound", "proven"), index)


def changes(published: Plan, new: Plan) -> pd.DataFrame:
    """Give what a new plan changes in the published one, one row each: moved, cancelled, new, replaced."""
    found = difference(published, new)
    rows = [(pair.before.id, "moved", _told(pair.before), _told(pair.after)) for pair in found.moved]
    rows += [(one.id, "cancelled", _told(one), "") for one in found.cancelled]
    rows += [(one.id, "new", "", _told(one)) for one in found.new]
    rows += [
        (
            one.permanence.id,
            "replaced",
            one.before.member_name if one.before else "",
            one.after.member_name if one.after else "",
        )
        for one in found.replaced
    ]
    return _frame(rows, _OF_CHANGES)


def _told(held: Permanence) -> str:
    crew = ", ".join(one.member_name for one in held.crew)
    return f"{held.date:%Y-%m-%d} {held.start:%H:%M} {held.place.name} ({crew})"


def _point(longitude: float | None, latitude: float | None) -> Point:
    return Point() if longitude is None or latitude is None else Point(longitude, latitude)


def _frame(rows: Sequence[tuple[Any, ...]], columns: Sequence[str], index: Any = None) -> pd.DataFrame:  # noqa: ANN401  a pandas index
    return pd.DataFrame(rows, columns=list(columns), index=index)
