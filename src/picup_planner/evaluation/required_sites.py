"""Sites a commune requires or prefers."""

from collections.abc import Iterator

from picup_planner.evaluation.duties import breach, coming, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem, Use


def required_sites(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A required site is visited at least once; a commune that is served is served once at a site it prefers.

    What lacks when nothing is to come is not asked for any more.
    """
    held = visits(problem, plan)
    visited = {visit.site.id for visit in held}
    served = {visit.commune for visit in coming(problem, held)}
    on = [site for site in problem.territory.sites if site.on]
    for site in on:
        if site.use is Use.REQUIRED and site.id not in visited and not problem.over:
            yield breach("required_sites", site.id, origin=site.origin)
    for commune in problem.territory.communes:
        preferred = [site for site in on if site.commune == commune.id and site.use is Use.PREFERRED]
        if preferred and commune.id in served and not any(site.id in visited for site in preferred):
            yield breach("required_sites", commune.id, "preferred", origin=preferred[0].origin)
