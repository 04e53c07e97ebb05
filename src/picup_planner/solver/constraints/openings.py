"""When a site may be used."""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta

from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from picup_planner.errors import Origin
from picup_planner.problem import Problem, Rule, Session, Site, SiteKind
from picup_planner.solver.clock import Clock, seconds
from picup_planner.solver.variables import Variables

Slots = list[tuple[Date, Session]]


def openings(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each fact that takes a site away: no permanence there and then."""
    for site in variables.sites:
        for subject, origin, slots in taken(problem, variables.clock, site):
            rule = Rule(constraint="openings", subject=(site.id, *subject), origin=origin)
            held = [variables.held(site, day, session) for day, session in slots]
            yield rule, model.add(LinearExpr.sum(held) == 0)


def taken(problem: Problem, clock: Clock, site: Site) -> Iterator[tuple[tuple[str, ...], Origin | None, Slots]]:
    """Yield each fact that takes slots of a site away, as (rest of the rule's subject, origin, slots).

    What is promised already was asked for in time.
    """
    settings, sessions, dates = problem.territory.settings, clock.sessions, problem.coming
    every = [(day, session) for day in dates for session in sessions]
    if not site.on:
        yield ("off",), site.origin, every
    if site.kind is SiteKind.SOCIAL_CENTRE and not settings.van_at_social_centres:
        yield ("kind",), site.origin, every
    if site.openings:
        yield ("hours",), site.openings[0].origin, [slot for slot in every if not _open(problem, site, *slot)]
    for market in site.markets:
        taken = seconds(market.start), seconds(market.end) + seconds(settings.market_cleaning)
        subject = ("market", str(market.weekday), f"{market.start:%H:%M}")
        yield (
            subject,
            market.origin,
            [(d, s) for d, s in every if d.isoweekday() == market.weekday and _meet(taken, _presence(problem, s))],
        )
    for closure in site.closures:
        shut = [(day, session) for day, session in every if closure.first <= day <= closure.last]
        yield ("closed", closure.first.isoformat()), closure.origin, shut
    if site.permits:
        unpermitted = [(d, s) for d, s in every if not any(p.first <= d <= p.last for p in site.permits)]
        yield ("permit",), site.permits[0].origin, unpermitted
    elif site.kind is not SiteKind.SOCIAL_CENTRE:
        asked = {promise.date for promise in problem.promised if promise.session and promise.site == site.id}
        earliest = problem.as_of + timedelta(days=settings.notice)
        early = [(d, s) for d, s in every if d < earliest and d not in asked]
        yield ("notice",), site.origin, early


def _presence(problem: Problem, session: Session) -> tuple[int, int]:
    settings = problem.territory.settings
    return seconds(session.start) - seconds(settings.set_up), seconds(session.end) + seconds(settings.tear_down)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def _open(problem: Problem, site: Site, day: Date, session: Session) -> bool:
    start, end = _presence(problem, session)
    return any(
        opening.weekday == day.isoweekday() and seconds(opening.start) <= start and end <= seconds(opening.end)
        for opening in site.openings
    )
