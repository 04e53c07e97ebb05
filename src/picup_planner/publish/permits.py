"""Which authorisations to occupy public space a month needs, from which town hall, and by when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from datetime import datetime, time, timedelta

from picup_planner.plan import Kind, Permanence, Plan
from picup_planner.problem import Commune, Permit, Problem, Settings, Site, SiteKind


@dataclass(frozen=True)
class Occupation:
    """A van on a site, from its set-up to its tear-down; `permit` when it is authorised already."""

    site: Site
    date: Date
    start: time
    end: time
    permit: Permit | None


@dataclass(frozen=True)
class Request:
    """What a month needs of one town hall, in the order of dates.

    Parameters
    ----------
    deadline
        Last day on which to ask for everything that is still to be asked, ``None`` when nothing is.
    """

    commune: Commune
    asked: tuple[Occupation, ...]
    granted: tuple[Occupation, ...]
    deadline: Date | None


def requests(problem: Problem, plan: Plan, permits: Mapping[str, Iterable[Permit]]) -> tuple[Request, ...]:
    """Give one request per commune where a van stands on public space; social centres stand on their own ground.

    Parameters
    ----------
    permits
        Granted since the plan was made, by site, besides those the problem knows.
    """
    settings = problem.territory.settings
    occupations = sorted(
        _occupations(problem, plan, permits), key=lambda one: (one.date, one.start, one.site.name, one.site.id)
    )
    found = []
    for commune in problem.territory.communes:
        here = [one for one in occupations if one.site.commune == commune.id]
        asked = tuple(one for one in here if one.permit is None)
        if here:
            deadline = asked[0].date - timedelta(days=settings.notice) if asked else None
            found.append(Request(commune, asked, tuple(one for one in here if one.permit), deadline))
    return tuple(found)


def _occupations(problem: Problem, plan: Plan, permits: Mapping[str, Iterable[Permit]]) -> Iterator[Occupation]:
    sites = {site.id: site for site in problem.territory.sites}
    for held in plan.permanences:
        site = sites[held.place.id]
        if held.kind is Kind.MOBILE and site.kind is not SiteKind.SOCIAL_CENTRE:
            known = (*site.permits, *permits.get(site.id, ()))
            permit = next((one for one in known if one.first <= held.date <= one.last), None)
            yield Occupation(site, held.date, *_presence(held, problem.territory.settings), permit)


def _presence(held: Permanence, settings: Settings) -> tuple[time, time]:
    start = datetime.combine(held.date, held.start) - settings.set_up
    end = datetime.combine(held.date, held.end) + settings.tear_down
    return start.time(), end.time()
