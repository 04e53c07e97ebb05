"""The figures of several months, for those who fund the service: what was planned, held, reached; nobody is named."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain, pairwise

from picup_planner.evaluation.duties import NOTHING
from picup_planner.plan import Kind, Permanence, Plan, Tour
from picup_planner.problem import Area, Id, Noun, Problem, Promise


@dataclass(frozen=True)
class Month:
    """A month as it was planned, and what became of it.

    Parameters
    ----------
    plan
        As published.
    held
        What took place or is still to come: as recorded, or else as planned.
    lengths
        Length of duty of each permanence.
    recorded
        Permanences of which something was recorded.
    problem
        What the plan was made from, when it is known.
    """

    plan: Plan
    held: tuple[Promise, ...]
    lengths: Mapping[str, timedelta]
    recorded: Collection[str]
    problem: Problem | None = None


class Count(Noun):
    """Permanences of one commune, or of all; what was planned is held, cancelled or still to come.

    Parameters
    ----------
    planned, held, cancelled, coming
        Mobile permanences.
    fixed_planned, fixed_held, fixed_coming
        Fixed permanences.
    sites
        Different sites served by a van.
    residents, reached
        Residents of the areas whose number is known, and of those that had a permanence within walking distance.
    wait
        Longest number of days without a mobile permanence in a commune, the first and the last day known being its
        bounds; ``None`` when no day is past. A month without a plan is not counted: nothing is known of it.
    """

    planned: int
    held: int
    cancelled: int
    coming: int
    fixed_planned: int
    fixed_held: int
    fixed_coming: int
    sites: int
    residents: int
    reached: int
    wait: int | None


class CommuneCount(Noun):
    """Permanences planned in one commune."""

    commune: Id
    name: str
    count: Count


class Work(Noun):
    """What people held, fixed permanences included: those of a role, of a partner, or all of them."""

    name: str
    people: int
    permanences: int
    length: timedelta


class Report(Noun):
    """The figures of several months.

    Parameters
    ----------
    months
        Those that have a plan.
    tours
        Days on which a van held a permanence at least, one per van; its journey counts as it was planned.
    metres, driving, out
        Length driven by the vans, time on the road, time away from their depots.
    partners
        Work of the people whose partner is known.
    unrecorded
        Permanences past of which nothing was recorded: they count as held as planned.
    areas_unknown
        Names of the areas whose residents are not known.
    without_problem
        Months of which neither areas nor partners are known.
    """

    months: tuple[str, ...]
    communes: tuple[CommuneCount, ...]
    total: Count
    tours: int
    metres: int
    driving: timedelta
    out: timedelta
    people: Work
    roles: tuple[Work, ...]
    partners: tuple[Work, ...]
    unrecorded: int
    areas_unknown: tuple[str, ...]
    without_problem: tuple[str, ...]


class _State(StrEnum):
    HELD = "held"
    CANCELLED = "cancelled"
    COMING = "coming"


@dataclass(frozen=True)
class _Fact:
    """A permanence as it was planned, and what became of it."""

    planned: Permanence
    month: Month
    actual: Promise | None
    state: _State


@dataclass(frozen=True)
class _Seat:
    """Somebody in a permanence that was held; the partner is empty when it is not known."""

    permanence: str
    member: str
    role: str
    partner: str
    length: timedelta


def report(months: Sequence[Month], as_of: date) -> Report:
    """Count the figures of some months.

    Parameters
    ----------
    months
        In their order.
    as_of
        The last day that is past: what is planned later is still to come.
    """
    facts = [fact for month in months for fact in _facts(month, as_of)]
    held = [fact for fact in facts if fact.state is _State.HELD]
    areas, near = _areas(months), set(chain.from_iterable(map(_near, held)))
    communes = []
    for commune, name in _communes(months).items():
        local = [fact for fact in facts if fact.planned.place.commune == commune]
        reachable = [area for area in areas if area.commune == commune]
        count = _count(local, reachable, near, _wait(local, months, as_of))
        communes.append(CommuneCount(commune=commune, name=name, count=count))
    waits = [each.count.wait for each in communes if each.count.wait is not None]
    seats = [seat for fact in held for seat in _seats(fact)]
    kept = {fact.planned.id for fact in held}
    driven = [tour for month in months for tour in month.plan.tours if tour.legs and kept & set(tour.permanences)]
    return Report(
        months=tuple(month.plan.month for month in months),
        communes=tuple(communes),
        total=_count(facts, areas, near, max(waits, default=None)),
        tours=len(driven),
        metres=sum(leg.metres for tour in driven for leg in tour.legs),
        driving=timedelta(minutes=sum(tour.minutes for tour in driven)),
        out=sum((_out(tour) for tour in driven), NOTHING),
        people=_work("", seats),
        roles=tuple(_shared(seats, _roles(months), lambda seat: seat.role)),
        partners=tuple(_shared(seats, _partners(months), lambda seat: seat.partner)),
        unrecorded=sum(fact.planned.id not in fact.month.recorded for fact in held),
        areas_unknown=tuple(area.name for area in areas if area.residents is None),
        without_problem=tuple(month.plan.month for month in months if month.problem is None),
    )


def _facts(month: Month, as_of: date) -> Iterator[_Fact]:
    """Yield every permanence of a month; a fixed one nobody was to hold is cancelled, unless it is recorded."""
    held = {one.id: one for one in month.held}
    for planned in chain(month.plan.permanences, month.plan.cancelled):
        actual = held.get(planned.id)
        if actual is None or not (actual.crew or actual.id in month.recorded or actual.date > as_of):
            yield _Fact(planned, month, None, _State.CANCELLED)
        else:
            yield _Fact(planned, month, actual, _State.COMING if actual.date > as_of else _State.HELD)


def _count(facts: Iterable[_Fact], areas: Iterable[Area], near: Collection[str], wait: int | None) -> Count:
    mobile: dict[_State, list[_Fact]] = {state: [] for state in _State}
    fixed: dict[_State, list[_Fact]] = {state: [] for state in _State}
    for fact in facts:
        (mobile if fact.planned.kind is Kind.MOBILE else fixed)[fact.state].append(fact)
    known = [(area.id, area.residents) for area in areas if area.residents is not None]
    return Count(
        planned=sum(map(len, mobile.values())),
        held=len(mobile[_State.HELD]),
        cancelled=len(mobile[_State.CANCELLED]),
        coming=len(mobile[_State.COMING]),
        fixed_planned=sum(map(len, fixed.values())),
        fixed_held=len(fixed[_State.HELD]),
        fixed_coming=len(fixed[_State.COMING]),
        sites=len({fact.actual.site for fact in mobile[_State.HELD] if fact.actual}),
        residents=sum(residents for _, residents in known),
        reached=sum(residents for area, residents in known if area in near),
        wait=wait,
    )


def _near(fact: _Fact) -> list[str]:
    """Areas within walking distance of a permanence held from a van."""
    if fact.planned.kind is not Kind.MOBILE or not fact.actual or not fact.month.problem:
        return []
    return [reach.area for reach in fact.month.problem.reach if fact.actual.site in reach.sites]


def _wait(facts: Iterable[_Fact], months: Iterable[Month], as_of: date) -> int | None:
    """Longest number of days without a permanence from a van, in each run of months that follow each other."""
    held = sorted(
        fact.actual.date
        for fact in facts
        if fact.actual and fact.state is _State.HELD and fact.planned.kind is Kind.MOBILE
    )
    gaps = []
    for first, last in _runs(month.plan.month for month in months):
        known = [first, *(day for day in held if first <= day <= last), min(last, as_of)]
        gaps += [(after - before).days for before, after in pairwise(known) if first <= as_of]
    return max(gaps, default=None)


def _runs(months: Iterable[str]) -> list[tuple[date, date]]:
    """First and last days of each run of months that follow each other."""
    runs: list[tuple[date, date]] = []
    for month in months:
        first = date.fromisoformat(f"{month}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if runs and runs[-1][1] + timedelta(days=1) == first:
            first = runs.pop()[0]
        runs.append((first, last))
    return runs


def _out(tour: Tour) -> timedelta:
    """Time a van is away from its depot."""
    start, end = tour.legs[0].departure, tour.legs[-1].arrival
    return datetime.combine(tour.date, end) - datetime.combine(tour.date, start)


def _seats(fact: _Fact) -> Iterator[_Seat]:
    problem = fact.month.problem
    partners = {member.id: member.partner for member in problem.territory.staff} if problem else {}
    for role, member in fact.actual.crew if fact.actual else ():
        length = fact.month.lengths[fact.planned.id]
        yield _Seat(fact.planned.id, member, role, partners.get(member, ""), length)


def _work(name: str, seats: Collection[_Seat]) -> Work:
    return Work(
        name=name,
        people=len({seat.member for seat in seats}),
        permanences=len({seat.permanence for seat in seats}),
        length=sum((seat.length for seat in seats), NOTHING),
    )


def _shared(seats: Collection[_Seat], names: Mapping[str, str], key: Callable[[_Seat], str]) -> Iterator[Work]:
    """Yield what each of some roles or partners held, those that held nothing left out."""
    for one, name in names.items():
        if some := [seat for seat in seats if key(seat) == one]:
            yield _work(name, some)


def _communes(months: Sequence[Month]) -> dict[str, str]:
    """Name of each commune: those of the territory, then those only a plan knows."""
    named = {c.id: c.name for month in months if month.problem for c in month.problem.territory.communes}
    for month in months:
        for one in chain(month.plan.permanences, month.plan.cancelled):
            named.setdefault(one.place.commune, one.place.commune_name)
    return named


def _areas(months: Iterable[Month]) -> list[Area]:
    """Areas of the territory, each as the latest month knows it."""
    areas = {area.id: area for month in months if month.problem for area in month.problem.territory.areas}
    return list(areas.values())


def _roles(months: Sequence[Month]) -> dict[str, str]:
    named = {role.id: role.name for month in months if month.problem for role in month.problem.territory.roles}
    for month in months:
        for one in chain(month.plan.permanences, month.plan.cancelled):
            for seat in one.crew:
                named.setdefault(seat.role, seat.role_name)
    return named


def _partners(months: Iterable[Month]) -> dict[str, str]:
    return {one.id: one.name for month in months if month.problem for one in month.problem.territory.partners}
