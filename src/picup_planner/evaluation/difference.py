"""What a new plan changes in the published one: what is kept, moved, cancelled or new, and who must be told.

A mobile permanence is kept when its site, date and session are; the ids tell which one a moved one was.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import time
from itertools import count
from typing import NamedTuple

from picup_planner.evaluation.edits import fresh_id
from picup_planner.plan import Assignment, Kind, Permanence, Plan
from picup_planner.problem import Problem

SAME_SLOT, SAME_SITE, ELSEWHERE = 0, 1, 2
"""How far a permanence has moved, before the days are counted."""

FAR = 1000
"""More than the half-days of a month: a move to another site and time costs more than any number of days."""


@dataclass(frozen=True)
class Moved:
    """A permanence held at another place or time, or driven to with another van, under the same id."""

    before: Permanence
    after: Permanence


@dataclass(frozen=True)
class Replaced:
    """Somebody who leaves the crew of a kept permanence, and who comes instead; ``None`` is nobody."""

    permanence: Permanence
    before: Assignment | None
    after: Assignment | None


@dataclass(frozen=True)
class Errand:
    """What changes for one person: the permanences they no longer hold there and then, and those they hold now."""

    member: str
    name: str
    less: tuple[Permanence, ...]
    more: tuple[Permanence, ...]


@dataclass(frozen=True)
class Difference:
    """What a new plan changes in the published one, everything in order of date and hour.

    Parameters
    ----------
    kept
        As they are in the new plan; somebody of their crew may be replaced.
    vans
        Kept permanences that another van goes to.
    people
        Those who must be told, by name.
    communes
        Ids of the communes where a permanence is moved, cancelled or new, or where a fixed one loses or finds its crew.
    """

    kept: tuple[Permanence, ...] = ()
    moved: tuple[Moved, ...] = ()
    cancelled: tuple[Permanence, ...] = ()
    new: tuple[Permanence, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    vans: tuple[Moved, ...] = ()
    people: tuple[Errand, ...] = ()
    communes: tuple[str, ...] = ()

    @property
    def moving(self) -> int:
        """Permanences announced that are not held there and then: moved or cancelled."""
        return len(self.moved) + len(self.cancelled)

    @property
    def nothing(self) -> bool:
        """Whether everybody finds the month as it was announced, the choice of a van apart."""
        return not (self.moving or self.new or self.replaced)


def identified(problem: Problem, published: Plan, new: Plan) -> Plan:
    """Give the permanences of a new plan the ids they were promised with, and keep those that are not held any more.

    Mobile permanences are matched within a commune at least cost: those that do not move first, then the same date
    and session, then the same site, then the fewest days. One cancelled before that is held again, there and then, is
    the same; one that is new gets a number never used; one announced that is not held any more goes to `cancelled`.

    Parameters
    ----------
    problem
        The problem of the new plan, with what was promised.
    """
    communes = problem.territory.commune_of
    gone, promised, held = (defaultdict[str, list[_Stop]](list) for _ in range(3))
    for promise in problem.promised:
        if promise.session:
            promised[communes[promise.site]].append(_Stop(promise.date, promise.session, promise.site, promise.id))
    known = {promise.id for promise in problem.promised}
    cancelled = [one for one in published.cancelled if one.id not in known]
    for some, by_commune in ((new.permanences, held), (cancelled, gone)):
        for one in some:
            if one.kind is Kind.MOBILE:
                by_commune[one.place.commune].append(_Stop(one.date, one.session or "", one.place.id, one.id))
    names: dict[str, str] = {}
    for commune, stops in held.items():
        matched = dict(_matches(sorted(gone[commune]), sorted(promised[commune]), sorted(stops)))
        fresh = _fresh_ids(published, commune)
        names |= {stop.id: matched.get(stop.id) or next(fresh) for stop in sorted(stops)}
    return _renamed(published, new, names)


def difference(published: Plan, new: Plan, since: Date | None = None) -> Difference:
    """Compare a new plan, its permanences under the ids they were announced with, with the published one.

    Parameters
    ----------
    since
        Day up to which nothing can change: what is held until then in the new plan, that day included, is left out,
        even if it was announced for later.
    """
    over = {held.id for held in new.permanences if since and held.date <= since}
    published, new = _coming(published, since, over), _coming(new, since, over)
    before = {held.id: held for held in published.permanences}
    after = {held.id: held for held in new.permanences}
    both = [Moved(before[held.id], held) for held in sorted(new.permanences, key=_order) if held.id in before]
    kept = [pair for pair in both if _place_and_time(pair.before) == _place_and_time(pair.after)]
    moved = tuple(pair for pair in both if pair not in kept)
    cancelled = tuple(held for held in sorted(published.permanences, key=_order) if held.id not in after)
    added = tuple(held for held in sorted(new.permanences, key=_order) if held.id not in before)
    told = [pair.after for pair in kept if bool(pair.before.crew) != bool(pair.after.crew)]
    changed = [*(held for pair in moved for held in (pair.before, pair.after)), *cancelled, *added, *told]
    return Difference(
        kept=tuple(pair.after for pair in kept),
        moved=moved,
        cancelled=cancelled,
        new=added,
        replaced=tuple(replaced for pair in kept for replaced in _replaced(pair)),
        vans=tuple(pair for pair in kept if pair.before.van != pair.after.van),
        people=tuple(_errands(published, new)),
        communes=tuple(sorted({held.place.commune for held in changed})),
    )


class _Stop(NamedTuple):
    """Where and when a mobile permanence is held; sorted by date, and by id only if all else is equal."""

    date: Date
    session: str
    site: str
    id: str


def _matches(gone: list[_Stop], promised: list[_Stop], held: list[_Stop]) -> Iterator[tuple[str, str]]:
    """Yield the id in the new plan and the id promised, for as many permanences as there are on both sides.

    One cancelled counts where it is held there and then, and nowhere else.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  a second that only a replan has to wait

    stayed = {stop[:3]: stop.id for stop in (*gone, *promised)}
    kept = {stop.id: stayed.pop(stop[:3]) for stop in held if stop[:3] in stayed}
    yield from kept.items()
    left = [stop for stop in promised if stop.id in stayed.values()]
    coming = [stop for stop in held if stop.id not in kept]
    if left and coming:
        rows, columns = linear_sum_assignment([[_cost(old, new) for new in coming] for old in left])
        for row, column in zip(rows, columns, strict=True):
            yield coming[column].id, left[row].id


def _cost(before: _Stop, after: _Stop) -> int:
    if (before.date, before.session) == (after.date, after.session):
        far = SAME_SLOT
    else:
        far = SAME_SITE if before.site == after.site else ELSEWHERE
    return FAR * far + 2 * abs((after.date - before.date).days) + (after.session != before.session)


def _fresh_ids(plan: Plan, commune: str) -> Iterator[str]:
    prefix, _, number = fresh_id(plan, commune).rpartition("-")
    return (f"{prefix}-{n}" for n in count(int(number)))


def _renamed(published: Plan, new: Plan, names: Mapping[str, str]) -> Plan:
    """Put the ids in place, in permanences and tours, and set apart what was announced and is not held."""
    permanences = [one.model_copy(update={"id": names.get(one.id, one.id)}) for one in new.permanences]
    still = {one.id for one in permanences}
    gone = [one for one in (*published.cancelled, *published.permanences) if one.id not in still]
    tours = [
        tour.model_copy(update={"permanences": tuple(names.get(stop, stop) for stop in tour.permanences)})
        for tour in new.tours
    ]
    return new.model_copy(
        update={
            "permanences": tuple(sorted(permanences, key=_order)),
            "tours": tuple(tours),
            "cancelled": tuple(sorted(gone, key=_order)),
        }
    )


def _coming(plan: Plan, since: Date | None, over: set[str]) -> Plan:
    held = tuple(one for one in plan.permanences if since is None or (one.date > since and one.id not in over))
    return plan.model_copy(update={"permanences": held})


def _place_and_time(held: Permanence) -> tuple[Date, time, time, str, str]:
    return held.date, held.start, held.end, held.session or "", held.place.id


def _order(held: Permanence) -> tuple[Date, time, str]:
    return held.date, held.start, held.id


def _replaced(pair: Moved) -> Iterator[Replaced]:
    """Yield those who leave, each with who comes in their role if anybody does, then those who come besides."""
    leaving = [one for one in pair.before.crew if one.member not in {other.member for other in pair.after.crew}]
    coming = [one for one in pair.after.crew if one.member not in {other.member for other in pair.before.crew}]
    instead = {one.role: next((other for other in coming if other.role == one.role), None) for one in leaving}
    others = iter([one for one in coming if one not in instead.values()])
    for one in leaving:
        yield Replaced(pair.after, one, instead[one.role] or next(others, None))
    for one in others:
        yield Replaced(pair.after, None, one)


def _errands(published: Plan, new: Plan) -> Iterator[Errand]:
    names = {one.member: one.member_name for plan in (published, new) for held in plan.permanences for one in held.crew}
    before, after = _duties(published), _duties(new)
    for member, name in sorted(names.items(), key=lambda known: (known[1], known[0])):
        had, has = before.get(member, {}), after.get(member, {})
        less = tuple(held for when, held in had.items() if when not in has)
        more = tuple(held for when, held in has.items() if when not in had)
        if less or more:
            yield Errand(member, name, less, more)


def _duties(plan: Plan) -> dict[str, dict[tuple[object, ...], Permanence]]:
    """Permanences of each person by place and time, in order."""
    held_by: dict[str, dict[tuple[object, ...], Permanence]] = defaultdict(dict)
    for held in sorted(plan.permanences, key=_order):
        for one in held.crew:
            held_by[one.member][_place_and_time(held)] = held
    return held_by
