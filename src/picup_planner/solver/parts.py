"""Independent parts of a problem: communes, vans and people that share nothing are solved apart, side by side.

An objective that is a sum over communes, vans or people is the sum of its parts, and so is its bound. Balance is not:
it compares people of all parts, and is bounded by the largest of its parts alone.
"""

import os
import pickle
import subprocess
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, product
from typing import Any, TypeVar

from scipy.cluster.hierarchy import DisjointSet

from picup_planner.errors import PicupError
from picup_planner.plan import Kept, ObjectiveResult, Plan
from picup_planner.problem import Pin, PinKind, Problem, Site, Together, anew
from picup_planner.solver.clock import Clock, located, seconds
from picup_planner.solver.objectives.balance import balance, spread

T = TypeVar("T")

WORTH_A_TURN = 1 / 10
"""Of the time, what must be left for another turn."""

Node = tuple[str, str]
"""A kind (commune, van, member) and an id."""


def parts_of(problem: Problem) -> list[Problem]:
    """Return the independent parts of a problem, itself alone when everything is linked or something is promised.

    So it is where a weighted sum has balance in it, which does not add up.
    """
    territory = problem.territory
    weights = {choice.name: choice.weight for choice in territory.settings.objectives}
    if problem.promised or weights.get(balance.__name__):
        return [problem]
    linked: DisjointSet[Node] = DisjointSet(
        [
            *(("commune", commune.id) for commune in territory.communes),
            *(("van", van.id) for van in territory.vans),
            *(("member", member.id) for member in territory.staff),
        ]
    )
    for group in _links(problem):
        first, *others = group
        for other in others:
            linked.merge(first, other)
    groups = [group for group in linked.subsets() if any(kind == "commune" for kind, _ in group)]
    if len(groups) == 1 or not _each_alone(problem, groups):
        return [problem]
    order = {commune.id: rank for rank, commune in enumerate(territory.communes)}
    groups.sort(key=lambda group: min(order[name] for kind, name in group if kind == "commune"))
    return [part_of(problem, group) for group in groups]


def _each_alone(problem: Problem, groups: Sequence[set[Node]]) -> bool:
    """Whether each group has somebody of every role, and all of them together whoever a partner's minimum counts."""
    territory = problem.territory
    people = [[member for member in territory.staff if ("member", member.id) in group] for group in groups]
    held = [{role for member in some for role in member.roles} for some in people]
    partners = {member.partner for member in chain.from_iterable(people)}
    return all(role.id in roles for role, roles in product(territory.roles, held)) and all(
        partner.id in partners for partner in territory.partners if partner.minimum
    )


def _links(problem: Problem) -> Iterator[list[Node]]:
    """Yield groups of which each part holds all or nothing."""
    territory, commune_of = problem.territory, problem.territory.commune_of
    near = {depot: sorted(_in_reach(problem, depot)) for depot in {van.depot: None for van in territory.vans}}
    for van in territory.vans:
        yield [("van", van.id), *(("commune", name) for name in near[van.depot])]
    for member in territory.staff:
        away = set().union(*(_kept_away(problem, pin) for pin in territory.pins if member.id in pin.members))
        yield [("member", member.id), *(("commune", c.id) for c in territory.communes if c.id not in away)]
    for fixed in problem.fixed:
        able = fixed.crew or [p.id for p in territory.staff if set(p.roles) & set(fixed.roles)]
        yield [("commune", commune_of[fixed.site]), *(("member", name) for name in able)]
    for reach in problem.reach:
        area = next(area for area in territory.areas if area.id == reach.area)
        yield [("commune", area.commune), *(("commune", commune_of[site]) for site in reach.sites)]
    yield from inseparable(problem)


def inseparable(problem: Problem) -> Iterator[list[Node]]:
    """Yield people who must work together, or are counted together, and those who are asked for with where they are."""
    territory = problem.territory
    for pin in territory.pins:
        if pin.kind is not PinKind.FORBIDDEN:
            yield [*_communes_of(problem, pin), *(("member", name) for name in pin.members)]
    for pairing in territory.pairings:
        if pairing.kind is Together.MUST:
            yield [("member", name) for name in pairing.members]
    for partner in territory.partners:
        people = [("member", member.id) for member in territory.staff if member.partner == partner.id]
        if people and (partner.minimum or partner.maximum is not None):
            yield people


def _in_reach(problem: Problem, depot: str) -> set[str]:
    """Communes with a site from which a van of a depot is back within the longest day of its crew.

    A tour may go out for one session and come back after another, each at an hour when the roads are quick.
    """
    clock, longest = Clock(problem), seconds(problem.territory.settings.max_daily_length)

    def day(site: Site) -> int:
        out = min(clock.outbound(depot, site.id, s) for s in clock.sessions)
        back = min(clock.inbound(site.id, s, depot) for s in clock.sessions)
        return out + min(seconds(s.end) - seconds(s.start) for s in clock.sessions) + back

    return {site.commune for site in located(problem) if day(site) <= longest}


def _kept_away(problem: Problem, pin: Pin) -> set[str]:
    """Communes in which a pin forbids its people all month."""
    if pin.kind is not PinKind.FORBIDDEN or pin.site or pin.date or pin.session:
        return set()
    return {pin.commune} if pin.commune else {commune.id for commune in problem.territory.communes}


def _communes_of(problem: Problem, pin: Pin) -> list[Node]:
    wanted = {pin.commune, problem.territory.commune_of.get(pin.site or "")} - {None}
    return [("commune", c.id) for c in problem.territory.communes if not wanted or c.id in wanted]


def part_of(problem: Problem, group: Iterable[Node]) -> Problem:
    """Return what a problem says of some communes, vans and people."""
    names: dict[str, set[str]] = defaultdict(set)
    for kind, name in group:
        names[kind].add(name)
    communes, vans, staff = names["commune"], names["van"], names["member"]
    whole = problem.territory
    sites = {site.id for site in whole.sites if site.commune in communes}
    partners = {member.partner for member in whole.staff if member.id in staff}
    kept: dict[str, list[Any]] = {
        "communes": [commune for commune in whole.communes if commune.id in communes],
        "sites": [site for site in whole.sites if site.id in sites],
        "areas": [area for area in whole.areas if area.commune in communes],
        "vans": [van for van in whole.vans if van.id in vans],
        "staff": [member for member in whole.staff if member.id in staff],
        "answers": [answer for answer in whole.answers if answer.member in staff],
        "absences": [absence for absence in whole.absences if absence.member in staff],
        "weekly": [weekly for weekly in whole.weekly if weekly.site in sites and staff.issuperset(weekly.crew)],
        "partners": [partner if partner.id in partners else anew(partner, minimum=0) for partner in whole.partners],
        "pairings": [pairing for pairing in whole.pairings if staff.issuperset(pairing.members)],
        "pins": [part for pin in whole.pins if (part := _pin_of(pin, communes, sites, staff))],
    }
    areas = {area.id for area in whole.areas if area.commune in communes}
    return anew(
        problem,
        territory=anew(whole, **{name: tuple(some) for name, some in kept.items()}),
        availability=tuple(answer for answer in problem.availability if answer.member in staff),
        fixed=tuple(fixed for fixed in problem.fixed if fixed.site in sites),
        reach=tuple(
            anew(reach, sites=tuple(site for site in reach.sites if site in sites))
            for reach in problem.reach
            if reach.area in areas
        ),
        hours=tuple(hours for hours in problem.hours if hours.member in staff),
        trust=tuple(trust for trust in problem.trust if trust.member in staff and trust.commune in communes),
        history=tuple(past for past in problem.history if past.commune in communes or staff.intersection(past.members)),
        promised=tuple(promise for promise in problem.promised if promise.site in sites),
    )


def _pin_of(pin: Pin, communes: set[str], sites: set[str], staff: set[str]) -> Pin | None:
    """Return what a pin says in a part, ``None`` when nothing."""
    if (pin.commune and pin.commune not in communes) or (pin.site and pin.site not in sites):
        return None
    people = tuple(name for name in pin.members if name in staff)
    return None if pin.members and not people else anew(pin, members=people)


def in_turns(
    parts: list[Problem], turns: Sequence[str], *, time_limit: float, work: float | None, **choices: object
) -> list[Plan]:
    """Solve every part through one objective before any goes on to another: the first ones of all come first.

    Where steps are the same on every machine no part waits for the time of another, and one turn does.

    Parameters
    ----------
    turns
        Name of the last objective of each turn.
    time_limit
        Seconds for all turns together; a turn that would have too few left is not begun.
    """
    began, plans = time.monotonic(), list[Plan]()
    for through in turns if work is None else turns[-1:]:
        left = began + time_limit - time.monotonic()
        if not plans or (left >= time_limit * WORTH_A_TURN and all(plan.finished for plan in plans)):
            plans = side_by_side(parts, time_limit=left, work=work, begun=plans, through=through, **choices)
    return plans


def side_by_side(
    parts: list[Problem], *, time_limit: float, begun: Sequence[Plan] = (), **choices: object
) -> list[Plan]:
    """Solve every part, one at a time on each core, in a process of the core's own.

    What a part leaves of its time is shared out among those still to come.

    A process is started as a command, not as a copy of this one: a script, a notebook or a prompt may call it.

    Parameters
    ----------
    time_limit
        Seconds for all parts together.
    begun
        The plan with which an earlier search of each part ended, to go on from.
    choices
        What `solve` is given besides.

    Raises
    ------
    PicupError
        What the first part that has no plan says.
    """
    deadline = time.monotonic() + time_limit
    ends: dict[int, Plan | BaseException] = {}
    waiting = deque(enumerate(parts))

    def core() -> None:
        with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: S603  this very interpreter
            _answer(child)  # it is there: what that took is not for the first part to take again
            for rank, part in _taken(waiting):
                share = (deadline - time.monotonic()) / _rounds(len(parts) - rank)
                own = {"time_limit": share, "begun": begun[rank] if begun else None}
                ends[rank] = _asked(child, part, choices | own)

    with ThreadPoolExecutor(cores := min(len(parts), _cores())) as pool:
        try:
            for done in [pool.submit(core) for _ in range(cores)]:
                done.result()
        finally:
            waiting.clear()
    for _, end in sorted(ends.items()):
        if isinstance(end, BaseException):
            raise end
    return [end for _, end in sorted(ends.items()) if isinstance(end, Plan)]


def _taken(waiting: deque[T]) -> Iterator[T]:
    """Take what waits, until others have taken the rest."""
    with suppress(IndexError):
        while True:
            yield waiting.popleft()


def _asked(child: "subprocess.Popen[bytes]", part: Problem, choices: dict[str, object]) -> Plan | BaseException:
    """Have one part solved in another process: its plan, or what it raised."""
    if not child.stdin:
        raise ChildProcessError
    pickle.dump((part, choices), child.stdin)
    child.stdin.flush()
    end: Plan | BaseException = _answer(child)
    return end


def _answer(child: "subprocess.Popen[bytes]") -> Any:  # noqa: ANN401  whatever `work` says
    if not child.stdout:
        raise ChildProcessError
    return pickle.load(child.stdout)  # noqa: S301  written by `work`


def work() -> None:
    """Say that it is there, then solve what comes in, and write out the plan of each part or what was raised."""
    from picup_planner.solver.search import solve  # noqa: PLC0415  which knows the parts of a problem itself

    _say(None)
    with suppress(EOFError):
        while True:
            part, choices = pickle.load(sys.stdin.buffer)  # noqa: S301  written by `_asked`
            end: Plan | BaseException
            try:
                end = solve(part, **choices)
            except (PicupError, KeyboardInterrupt) as error:
                end = error
            _say(end)


def _say(what: Plan | BaseException | None) -> None:
    pickle.dump(what, sys.stdout.buffer)
    sys.stdout.buffer.flush()


COMMAND = [
    *(sys.executable, "-c"),
    f"from contextlib import suppress\nwith suppress(KeyboardInterrupt):\n    from {__name__} import work\n    work()",
]
"""A process that solves parts; it ends without a word when Ctrl-C comes before the first of them."""


def _rounds(parts: int) -> int:
    """Return how many parts one core solves, one after the other."""
    return -(-parts // _cores())


def _cores() -> int:
    return os.cpu_count() or 1


def joined(problem: Problem, plans: list[Plan]) -> Plan:
    """Join the plans of the parts of a problem."""
    first = plans[0]
    permanences = chain.from_iterable(plan.permanences for plan in plans)
    tours = chain.from_iterable(plan.tours for plan in plans)
    objectives = [_joined(problem, plans, [plan.objectives[i] for plan in plans]) for i in range(len(first.objectives))]
    return anew(
        first,
        finished=all(plan.finished for plan in plans),
        objectives=tuple(objectives),
        permanences=tuple(sorted(permanences, key=lambda held: (held.date, held.start, held.id))),
        tours=tuple(sorted(tours, key=lambda tour: (tour.date, tour.van))),
        provenance=anew(first.provenance, problem_hash=problem.hash),
    )


def _joined(problem: Problem, plans: list[Plan], results: list[ObjectiveResult]) -> ObjectiveResult:
    first, value = results[0], sum(result.value for result in results)
    best, bound = sum(result.best for result in results), sum(result.bound for result in results)
    if first.name == balance.__name__:
        value = best = spread(problem, plans)
        bound = min(value, max(result.bound for result in results))
    return anew(
        first,
        value=value,
        best=best,
        bound=bound,
        proven=best == bound,
        conditional=any(result.conditional for result in results),
        given=tuple(_given(plans, results)),
    )


def _given(plans: list[Plan], results: list[ObjectiveResult]) -> Iterator[Kept]:
    """Yield what the whole is held to for every part to be within its own limits, others at their bounds.

    The sum of the limits would say more than is proven: what one part leaves of its tolerance, another may take.
    """
    kept = [{one.name: one.value for one in result.given} for result in results]
    bounds = [{result.name: result.bound for result in plan.objectives} for plan in plans]
    for name in max(kept, key=len):
        limits = [(own[name], bound[name]) for own, bound in zip(kept, bounds, strict=True) if name in own]
        if name == balance.__name__:
            yield Kept(name=name, value=min(limit for limit, _ in limits))
        else:
            least = sum(bound[name] for bound in bounds)
            yield Kept(name=name, value=least + min(limit - bound for limit, bound in limits))
