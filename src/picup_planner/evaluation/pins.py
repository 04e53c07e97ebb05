"""What the planner has decided beforehand."""

from collections.abc import Iterator
from datetime import date

from picup_planner.evaluation.duties import Duty, all_duties, breach, coming, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Pin, PinKind, Problem


def pins(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """What the planner has held, forbidden or put together stays so, and the past does not move.

    What took place counts for a pin that holds something, and is judged by none.

    Found, in the past: the site.
    """
    held = visits(problem, plan)
    for pin in problem.territory.pins:
        judged = held if pin.kind is PinKind.HELD else coming(problem, held)
        if not (_too_late(problem, pin) or _kept(pin, [visit for visit in judged if _matches(pin, visit)])):
            yield breach("pins", pin.id, origin=pin.origin)
    for day, site in sorted(_moved(problem, plan)):
        yield breach("pins", "past", day, found=(site,))


def _moved(problem: Problem, plan: Plan) -> set[tuple[date, str]]:
    """Give the dates and sites where the past is not what was promised: site, session, van, fixed permanence, crew."""
    places = {fixed.id: (fixed.date, fixed.site) for fixed in problem.fixed}
    told = {
        (promise.date, promise.site, promise.session, promise.van, frozenset(promise.crew))
        if promise.session
        else (*places[promise.id], None, promise.id, frozenset(promise.crew))
        for promise in problem.past
        if promise.session or promise.crew
    }
    found = {
        (duty.date, duty.site.id, duty.session, duty.van.id if duty.van else duty.id, frozenset(duty.crew))
        for duty in all_duties(problem, plan)
        if duty.date <= problem.as_of and (duty.van or duty.crew)
    }
    return {(day, site) for day, site, *_ in told ^ found}


def _too_late(problem: Problem, pin: Pin) -> bool:
    """Nothing can be done any more about a date that is past, or a month."""
    return problem.over or (pin.date is not None and pin.date <= problem.as_of)


def _matches(pin: Pin, visit: Duty) -> bool:
    """A field of the pin left empty stands for any value."""
    asked = (pin.commune, pin.site, pin.date, pin.session)
    found = (visit.commune, visit.site.id, visit.date, visit.session)
    return all(want is None or want == have for want, have in zip(asked, found, strict=True))


def _kept(pin: Pin, matching: list[Duty]) -> bool:
    named = set(pin.members)
    present = [visit.people & named for visit in matching]
    match pin.kind:
        case PinKind.HELD:
            return bool(matching) and named == set().union(*present)
        case PinKind.FORBIDDEN:
            return not any(present) if named else not matching
        case PinKind.TOGETHER:
            return all(some in (set(), named) for some in present)
