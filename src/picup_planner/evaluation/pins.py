"""What the planner has decided beforehand."""

from collections.abc import Iterator

from picup_planner.evaluation.duties import Duty, breach, visits
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Pin, PinKind, Problem


def pins(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """What the planner has held, forbidden or put together stays so, and the past does not move.

    Found, in the past: the site.
    """
    held = visits(problem, plan)
    for pin in problem.territory.pins:
        if not _kept(pin, [visit for visit in held if _matches(pin, visit)]):
            yield breach("pins", pin.id, origin=pin.origin)
    for visit in held:
        if visit.date <= problem.as_of:
            yield breach("pins", "past", visit.date, found=(visit.site.id,))


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
