"""How the permanences of a commune turn between its sites and dates."""

from collections import Counter
from collections.abc import Iterator

from picup_planner.evaluation.duties import breach, coming, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def rotation(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A site is visited at most `site_maximum` times a month, a commune at most once a day; beyond it already, no more.

    Found: visits of the site, visits allowed; or visits of the commune that day.
    """
    settings = problem.territory.settings
    held = visits(problem, plan)
    more = coming(problem, held)
    for site, count in Counter(visit.site.id for visit in held).items():
        if count > settings.site_maximum and site in {visit.site.id for visit in more}:
            yield breach("rotation", site, found=(count, settings.site_maximum), origin=settings.origin)
    for (commune, date), count in Counter((visit.commune, visit.date) for visit in more).items():
        if count > 1:
            yield breach("rotation", commune, date, found=(count,))
