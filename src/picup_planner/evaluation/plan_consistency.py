"""A plan that agrees with its problem and with itself: what a hand that edits it may have let slip."""

from collections import Counter
from collections.abc import Iterator

from picup_planner.evaluation.duties import breach, fixed_duties, routes
from picup_planner.evaluation.objectives import objective_values
from picup_planner.plan import Breach, Kind, Permanence, Plan, Tour
from picup_planner.problem import FixedPermanence, Problem, Site


def plan_consistency(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Everything a plan names exists in its problem, once, under its own name, and every figure is the one counted.

    What is cancelled is held no more: in both lists, it is there twice.

    Found: what is written, or what should be.
    """
    if plan.territory != problem.territory.id:
        yield breach("plan", plan.territory, "wrong-territory", found=(problem.territory.id,))
    if plan.month != problem.month:
        yield breach("plan", plan.month, "wrong-month", found=(problem.month,))
    for permanence, count in Counter(one.id for one in (*plan.permanences, *plan.cancelled)).items():
        if count > 1:
            yield breach("plan", permanence, "twice", found=(count,))
    for held in plan.permanences:
        yield from _place(problem, held)
        yield from _crew(problem, held)
        yield from _mobile(problem, held) if held.kind is Kind.MOBILE else _fixed(problem, held)
    present = {held.id for held in fixed_duties(problem, plan)}
    for duty in problem.fixed:
        if duty.id not in present:
            yield breach("plan", duty.id, "missing", origin=duty.origin)
    yield from _tours(problem, plan)
    yield from _objectives(problem, plan)


def _place(problem: Problem, held: Permanence) -> Iterator[Breach]:
    """The site exists, and the place is told as the territory tells it."""
    sites = {site.id: site for site in problem.territory.sites}
    communes = {commune.id: commune.name for commune in problem.territory.communes}
    site = sites.get(held.place.id)
    if site is None:
        yield breach("plan", held.id, "unknown-site", found=(held.place.id,))
    elif not _told(held, site, communes[site.commune]):
        yield breach("plan", held.id, "place", found=(site.id,), origin=site.origin)


def _told(held: Permanence, site: Site, commune: str) -> bool:
    place = held.place
    return (
        place.name,
        place.commune,
        place.commune_name,
        place.neighbourhood,
        place.latitude,
        place.longitude,
    ) == (site.name, site.commune, commune, site.neighbourhood, site.latitude, site.longitude)


def _crew(problem: Problem, held: Permanence) -> Iterator[Breach]:
    """People and roles exist, and are called by their names."""
    roles = {role.id: role.name for role in problem.territory.roles}
    names = {member.id: member.name for member in problem.territory.staff}
    for one in held.crew:
        if one.role not in roles:
            yield breach("plan", held.id, "unknown-role", found=(one.role,))
        elif one.role_name != roles[one.role]:
            yield breach("plan", held.id, "role-name", found=(one.role,))
        if one.member not in names:
            yield breach("plan", held.id, "unknown-member", found=(one.member,))
        elif one.member_name != names[one.member]:
            yield breach("plan", held.id, "member-name", found=(one.member,))


def _mobile(problem: Problem, held: Permanence) -> Iterator[Breach]:
    """A mobile permanence is in the month, in a session and at its hours, with a van and with people."""
    sessions = {session.id: session for session in problem.territory.sessions}
    if held.date not in problem.dates:
        yield breach("plan", held.id, "out-of-month", found=(held.date,))
    if held.session not in sessions:
        yield breach("plan", held.id, "unknown-session", found=(held.session or "",))
    elif (held.start, held.end) != (sessions[held.session].start, sessions[held.session].end):
        session = sessions[held.session]
        yield breach("plan", held.id, "hours", found=(f"{session.start:%H:%M}", f"{session.end:%H:%M}"))
    if held.van not in {van.id for van in problem.territory.vans}:
        yield breach("plan", held.id, "unknown-van", found=(held.van or "",))
    if not held.crew and held.date > problem.as_of:
        yield breach("plan", held.id, "nobody")


def _fixed(problem: Problem, held: Permanence) -> Iterator[Breach]:
    """A fixed permanence is one of the problem's, where and when the problem puts it, without van or session."""
    duty: FixedPermanence | None = next((duty for duty in problem.fixed if duty.id == held.id), None)
    if duty is None:
        yield breach("plan", held.id, "unknown-fixed")
        return
    if (held.place.id, held.date) != (duty.site, duty.date):
        yield breach("plan", held.id, "moved", found=(duty.site, duty.date), origin=duty.origin)
    if (held.start, held.end) != (duty.start, duty.end):
        found = (f"{duty.start:%H:%M}", f"{duty.end:%H:%M}")
        yield breach("plan", held.id, "hours", found=found, origin=duty.origin)
    if held.van or held.session:
        yield breach("plan", held.id, "fixed-with-van", origin=duty.origin)


def _tours(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Each tour is that of a van of the territory and goes to the van's permanences of that day, in order."""
    vans = {van.id: van for van in problem.territory.vans}
    stops = {(route.van.id, route.date): tuple(stop.id for stop in route.stops) for route in routes(problem, plan)}
    for tour in plan.tours:
        if tour.van not in vans:
            yield breach("plan", tour.van, tour.date, "tour-van")
            continue
        if tour.permanences != stops.get((tour.van, tour.date), ()):
            yield breach("plan", tour.van, tour.date, "tour-stops")
        if not _from_its_depot(problem, tour):
            yield breach("plan", tour.van, tour.date, "tour-depot", found=(vans[tour.van].depot,))
    for van, date in stops.keys() - {(tour.van, tour.date) for tour in plan.tours}:
        yield breach("plan", van, date, "tour-missing")


def _from_its_depot(problem: Problem, tour: Tour) -> bool:
    van = next(van for van in problem.territory.vans if van.id == tour.van)
    depot = next(depot for depot in problem.territory.depots if depot.id == van.depot)
    written = (tour.van_name, tour.depot, tour.depot_name, tour.depot_latitude, tour.depot_longitude)
    return written == (van.name, depot.id, depot.name, depot.latitude, depot.longitude)


def _objectives(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Each objective has the value counted from the permanences, and what is said to be known of it can be true."""
    counted = objective_values(problem, plan)
    for result in plan.objectives:
        if result.name not in counted:
            yield breach("plan", "unknown-objective", result.name)
        elif result.value != counted[result.name]:
            yield breach("plan", "objective", result.name, found=(result.value, counted[result.name]))
        elif not 0 <= result.bound <= result.best <= result.value:
            yield breach("plan", "bound", result.name, found=(result.bound, result.best, result.value))
        elif result.proven and result.best != result.bound:
            yield breach("plan", "proof", result.name, found=(result.best, result.bound))
