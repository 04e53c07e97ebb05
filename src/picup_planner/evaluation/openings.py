"""Where and when a site may be used by a van."""

from collections.abc import Iterator
from datetime import timedelta

from picup_planner.evaluation.duties import Duty, breach, coming, hour_text, overlap, since_midnight, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem, SiteKind


def openings(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """A van goes to a site only where and when it may: switched on, of the right kind, open, free and permitted.

    Found: date and session of the permanence, then what it meets.
    """
    for visit in coming(problem, visits(problem, plan)):
        yield from _use(problem, visit)
        yield from _hours(problem, visit)
        yield from _markets(problem, visit)
        yield from _dates(problem, visit)


def _use(problem: Problem, visit: Duty) -> Iterator[Breach]:
    """A site switched off is never visited, nor a social centre, unless the territory says otherwise."""
    site, when = visit.site, (visit.date, visit.session)
    if not site.on:
        yield breach("openings", site.id, "off", found=when, origin=site.origin)
    if site.kind is SiteKind.SOCIAL_CENTRE and not problem.territory.settings.van_at_social_centres:
        yield breach("openings", site.id, "kind", found=when, origin=site.origin)


def _hours(problem: Problem, visit: Duty) -> Iterator[Breach]:
    """Where a site has openings, set-up to tear-down lies within one of them."""
    start, end = _presence(problem, visit)
    opened = [
        (since_midnight(opening.start), since_midnight(opening.end))
        for opening in visit.site.openings
        if opening.weekday == visit.date.isoweekday()
    ]
    if visit.site.openings and not any(first <= start and end <= last for first, last in opened):
        yield breach("openings", visit.site.id, "hours", found=(visit.date, visit.session), origin=visit.site.origin)


def _markets(problem: Problem, visit: Duty) -> Iterator[Breach]:
    """A market, with its cleaning, closes the site for any permanence whose set-up to tear-down meets it."""
    for market in visit.site.markets:
        opening = since_midnight(market.start)
        cleaned = since_midnight(market.end) + problem.territory.settings.market_cleaning
        if market.weekday == visit.date.isoweekday() and overlap(*_presence(problem, visit), opening, cleaned):
            yield breach(
                "openings",
                visit.site.id,
                "market",
                market.weekday,
                hour_text(opening),
                found=(visit.date, visit.session, hour_text(cleaned)),
                origin=market.origin,
            )


def _dates(problem: Problem, visit: Duty) -> Iterator[Breach]:
    """No works or festival that day; a permit for that day or, where there is none yet, time enough to ask for one.

    For what is promised already, it was asked for in time.
    """
    site, when = visit.site, (visit.date, visit.session)
    for closure in site.closures:
        if closure.first <= visit.date <= closure.last:
            found = (*when, closure.last)
            yield breach("openings", site.id, "closed", closure.first, found=found, origin=closure.origin)
    if site.permits and not any(permit.first <= visit.date <= permit.last for permit in site.permits):
        yield breach("openings", site.id, "permit", found=when, origin=site.permits[0].origin)
    earliest = problem.as_of + timedelta(days=problem.territory.settings.notice)
    asked = any(
        promise.session and (promise.site, promise.date) == (site.id, visit.date) for promise in problem.promised
    )
    if not site.permits and site.kind is not SiteKind.SOCIAL_CENTRE and visit.date < earliest and not asked:
        yield breach("openings", site.id, "notice", found=(*when, earliest), origin=site.origin)


def _presence(problem: Problem, visit: Duty) -> tuple[timedelta, timedelta]:
    settings = problem.territory.settings
    return visit.start - settings.set_up, visit.end + settings.tear_down
