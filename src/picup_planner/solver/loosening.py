"""A problem without one of its rules: what that changes in what somebody typed.

A rule that says yes or no is lifted; a rule that says a number is loosened by one. Rules nobody decides for a month
(being in one place at a time, resting at night) are not loosened.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta
from typing import Any

from picup_planner.errors import DataError
from picup_planner.problem import (
    ClosureReason,
    DateRange,
    Frequency,
    Known,
    Permit,
    Problem,
    Rule,
    Territory,
    Use,
    anew,
)

HALF_DAY = timedelta(hours=5)
"""Hours one more permanence takes, the way there and back included."""

Changes = Mapping[str, Any]
"""New values of fields of a problem, or of its territory."""


def loosened(problem: Problem, rule: Rule) -> Problem | None:
    """Return the problem without a rule, or with its number one step looser; ``None`` when nobody decides on it."""
    if rule.constraint not in _LOOSER:
        return None
    try:
        changes = _LOOSER[rule.constraint](problem, *rule.subject)
        return _changed(problem, changes) if changes else None
    except (DataError, ValueError):  # what is left is no problem: a site without travel times, a number below zero
        return None


def _changed(problem: Problem, changes: Changes) -> Problem:
    lasting = {name: value for name, value in changes.items() if name in Territory.model_fields}
    others = {name: value for name, value in changes.items() if name not in lasting}
    return anew(problem, territory=anew(problem.territory, **lasting), **others)


def _each(nouns: tuple[Any, ...], which: str, change: Callable[[Any], Mapping[str, Any]]) -> tuple[Any, ...]:
    """Change the noun of an id."""
    return tuple(anew(noun, **change(noun)) if noun.id == which else noun for noun in nouns)


def _settings(problem: Problem, **numbers: int) -> Changes:
    return {"settings": anew(problem.territory.settings, **numbers)}


def _availability(problem: Problem, member: str, day: str, session: str) -> Changes:
    away = (member, Date.fromisoformat(day), session)
    answers = (a for a in problem.availability if (a.member, a.slot.date, a.slot.session) != away)
    return {"availability": tuple(answers)}


def _frequency(problem: Problem, commune: str) -> Changes:
    def once_more(noun: Any) -> Changes:  # noqa: ANN401  a commune
        often = noun.frequency
        more = Frequency(minimum=often.minimum, target=often.target, maximum=often.maximum + 1)
        return {"frequency": more}

    return {"communes": _each(problem.territory.communes, commune, once_more)}


def _spacing(problem: Problem, _commune: str) -> Changes:
    return _settings(problem, min_gap=problem.territory.settings.min_gap - 1)


def _rotation(problem: Problem, which: str, *day: str) -> Changes:
    del which
    return {} if day else _settings(problem, site_maximum=problem.territory.settings.site_maximum + 1)


def _openings(problem: Problem, site: str, why: str, *which: str) -> Changes:
    def without(nouns: tuple[Known, ...], **of: str) -> tuple[Known, ...]:
        return tuple(noun for noun in nouns if any(_written(getattr(noun, k)) != v for k, v in of.items()))

    def usable(noun: Any) -> Changes:  # noqa: ANN401  a site
        match why:
            case "off":
                return {"on": True}
            case "hours":
                return {"openings": ()}
            case "market":
                return {"markets": without(noun.markets, weekday=which[0], start=which[1])}
            case "closed":
                return {"closures": without(noun.closures, first=which[0])}
            case "permit" | "notice":
                granted = Permit(first=problem.dates[0], last=problem.dates[-1])
                return {"permits": (*noun.permits, granted)}
            case _:
                return {}

    return {} if why == "kind" else {"sites": _each(problem.territory.sites, site, usable)}


def _written(value: object) -> str:
    return f"{value:%H:%M}" if hasattr(value, "hour") else str(value)


def _closures(problem: Problem, day: str) -> Changes:
    shut = next(closed for closed in problem.closed if closed.date.isoformat() == day)
    if shut.reason in {ClosureReason.WEEKDAY, ClosureReason.PUBLIC_HOLIDAY}:
        return {}
    return {"closed": tuple(closed for closed in problem.closed if closed is not shut)}


def _workload(problem: Problem, member: str, what: str, *_monday: str) -> Changes:
    if what == "week":
        return _settings(problem, weekly_maximum=problem.territory.settings.weekly_maximum + 1)
    if what != "month":
        return {}
    hours = (
        anew(entry, available=entry.available + HALF_DAY) if entry.member == member else entry
        for entry in problem.hours
    )
    return {"hours": tuple(hours)}


def _pairing(problem: Problem, one: str, other: str, kind: str) -> Changes:
    pairings = problem.territory.pairings
    return {"pairings": tuple(p for p in pairings if (*p.members, p.kind.value) != (one, other, kind))}


def _quota(problem: Problem, partner: str, end: str) -> Changes:
    lifted = {"minimum": 0} if end == "minimum" else {"maximum": None}
    return {"partners": _each(problem.territory.partners, partner, lambda _: lifted)}


def _required_sites(problem: Problem, which: str, *preferred: str) -> Changes:
    def free(site: Any) -> bool:  # noqa: ANN401  a site
        return bool(site.commune == which and site.use is Use.PREFERRED) if preferred else bool(site.id == which)

    sites = problem.territory.sites
    return {"sites": tuple(anew(site, use=Use.ALLOWED) if free(site) else site for site in sites)}


def _pins(problem: Problem, pin: str, *day: str) -> Changes:
    return {} if day else {"pins": tuple(each for each in problem.territory.pins if each.id != pin)}


def _crew(problem: Problem, which: str, *rest: str) -> Changes:
    if rest != ("given",):
        return {}
    return {"fixed": _each(problem.fixed, which, lambda _: {"crew": ()})}


def _tours(problem: Problem, van: str, day: str, *stops: str) -> Changes:
    if stops:
        return {}
    back = Date.fromisoformat(day)

    def in_service(noun: Any) -> Changes:  # noqa: ANN401  a van
        return {"off": tuple(part for off in noun.off for part in _around(off, back))}

    return {"vans": _each(problem.territory.vans, van, in_service)}


def _around(off: DateRange, day: Date) -> Iterator[DateRange]:
    """Yield what is left of some dates without one of them."""
    if not off.first <= day <= off.last:
        yield off
        return
    if off.first < day:
        yield DateRange(first=off.first, last=day - timedelta(days=1))
    if day < off.last:
        yield DateRange(first=day + timedelta(days=1), last=off.last)


_LOOSER: Mapping[str, Callable[..., Changes]] = {
    "availability": _availability,
    "frequency": _frequency,
    "spacing": _spacing,
    "rotation": _rotation,
    "openings": _openings,
    "closures": _closures,
    "workload": _workload,
    "pairing": _pairing,
    "quota": _quota,
    "required_sites": _required_sites,
    "pins": _pins,
    "crew": _crew,
    "tours": _tours,
}
"""How each constraint is loosened, given the subject of a rule of it."""
