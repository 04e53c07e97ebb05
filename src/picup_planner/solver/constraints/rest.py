"""How long a day is, and what lies between two."""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import time
from itertools import combinations, pairwise, permutations, product

from ortools.sat.python.cp_model import Constraint, CpModel, IntVar, LinearExpr

from picup_planner.problem import FixedPermanence, Problem, Rule, Session, StaffMember
from picup_planner.solver.clock import DAY, seconds
from picup_planner.solver.variables import Variables


def rest(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
    """Yield for each person and date: the longest day, a break in a long one, the rest until the next.

    A date on which no set of duties could break the rule yields nothing: a day of two half-days with lunch between
    never does, and these constraints, sums of seconds, would only weigh on the relaxation.
    """
    settings = problem.territory.settings
    longest, break_after = seconds(settings.max_daily_length), seconds(settings.break_after)
    for day in problem.coming:
        days = list(_possible_days(problem, variables, day))
        too_long = any(length > longest for length, _ in days)
        breathless = any(length > break_after and not lunch for length, lunch in days)
        for member in variables.staff:
            subject = (member.id, day.isoformat())
            if too_long:
                rule = Rule(constraint="rest", subject=(*subject, "length"), origin=member.origin)
                yield rule, model.add(variables.length(member, day) <= longest)
            if breathless:
                rule = Rule(constraint="rest", subject=(*subject, "break"), origin=member.origin)
                breaks = LinearExpr.sum(list(_breaks(model, problem, variables, member, day)))
                yield rule, model.add(variables.length(member, day) <= break_after + DAY * breaks)
    nights = [(day, following) for day, following in pairwise(problem.dates) if following > problem.as_of]
    for member, (day, following) in product(variables.staff, nights):
        rule = Rule(constraint="rest", subject=(member.id, day.isoformat(), "rest"), origin=member.origin)
        for constraint in _nights(model, problem, variables, member, (day, following)):
            yield rule, constraint


def _possible_days(problem: Problem, variables: Variables, day: Date) -> Iterator[tuple[int, bool]]:
    """Yield (seconds at most, whether a lunch is due) for each set of duties one person can hold on a date."""
    clock, most = variables.clock, problem.territory.settings.daily_maximum
    duties: list[FixedPermanence | Session] = [*variables.fixed_on(day), *clock.sessions]
    for size in range(1, most + 1):
        for chosen in combinations(sorted(duties, key=lambda duty: (duty.start, duty.end)), size):
            pairs = list(pairwise(chosen))
            if all(one.end <= other.start for one, other in pairs):
                stops = [duty for duty in chosen if isinstance(duty, Session)]
                length = sum(seconds(duty.end) - seconds(duty.start) for duty in chosen)
                if stops:
                    length += clock.set_up + clock.tear_down + variables.longest_depot_drive
                    gaps = sum(
                        seconds(t.start) - seconds(s.end) - clock.lunch_between(s, t) for s, t in pairwise(stops)
                    )
                    length += max(0, gaps)
                yield length, any(clock.lunch_due(one.end, other.start) for one, other in pairs)


def _breaks(
    model: CpModel, problem: Problem, variables: Variables, member: StaffMember, day: Date
) -> Iterator[LinearExpr]:
    """Yield an expression of value 1 at most for each pair of following duties that leaves a break."""
    clock, least = variables.clock, seconds(problem.territory.settings.break_length)
    for s, t in combinations(clock.sessions, 2):
        follows = _nothing_between(model, variables, (member, day), s, t)
        if clock.lunch_between(s, t):
            yield follows
            continue
        long = [
            (van, arc)
            for van in variables.vans
            for (i, before), (j, after), arc in variables.arcs(van, day)
            if (before, after) == (s.id, t.id) and clock.free_between(i, s, j, t) >= least
        ]
        for van in variables.vans if long else ():
            rests = model.new_bool_var(f"{member.id} {day} {van.id} {s.id} {t.id} break")
            model.add(rests <= follows)
            model.add(rests <= variables.out(member, van, day))
            model.add(rests <= LinearExpr.sum([arc for other, arc in long if other is van]))
            yield rests
    for one, other in permutations(variables.fixed_on(day), 2):
        lunch = clock.lunch_due(one.end, other.start)
        if one.start < other.start and clock.free_between_fixed(one, other) >= min(least, lunch or least):
            duties = [variables.assists(member, fixed) for fixed in (one, other)]
            yield _both(model, variables, (member, day), (one.end, other.start), duties)
    for fixed, session in product(variables.fixed_on(day), clock.sessions):
        span = (fixed.end, session.start) if fixed.end <= session.start else (session.end, fixed.start)
        enough = min(least, clock.lunch_due(*span) or least)
        duties = [variables.assists(member, fixed), variables.works_in(member, day, session)]
        for van in variables.vans:
            near = [
                variables.visit(van, site, day, session)
                for site in variables.sites
                if max(
                    clock.free_after_fixed(fixed, van.depot, site.id, session),
                    clock.free_before_fixed(site.id, session, van.depot, fixed),
                )
                >= enough
            ]
            if near:
                there = [*duties, variables.out(member, van, day), LinearExpr.sum(near)]
                yield _both(model, variables, (member, day), span, there)


def _nothing_between(
    model: CpModel, variables: Variables, whose: tuple[StaffMember, Date], s: Session, t: Session
) -> IntVar:
    """Return a literal that may be true when one session follows another, no fixed permanence held in between."""
    follows, span = variables.follows(*whose, s, t), (s.end, t.start)
    inside = any(s.end <= fixed.start and fixed.end <= t.start for fixed in variables.fixed_on(whose[1]))
    return _both(model, variables, whose, span, [follows]) if inside else follows


def _both(
    model: CpModel,
    variables: Variables,
    whose: tuple[StaffMember, Date],
    span: tuple[time, time],
    duties: list[LinearExpr],
) -> IntVar:
    """Return a literal that may be true when every duty is held and none lies in between.

    Nothing else is forbidden: somebody who is in several places at once breaks `one_place`, not this.
    """
    member, day = whose
    both = model.new_bool_var(f"{member.id} {day} {span[0]} {span[1]} break")
    for duty in duties:
        model.add(both <= duty)
    start, end = span
    inner: list[FixedPermanence | Session] = [*variables.fixed_on(day), *variables.clock.sessions]
    for other in inner:
        if start <= other.start and other.end <= end:
            if isinstance(other, FixedPermanence):
                model.add(variables.assists(member, other) <= len(member.roles) * (1 - both))
            else:
                works = variables.works_in(member, day, other) - variables.doubles(member, day, other)
                model.add(both + works <= 1)
    return both


def _nights(
    model: CpModel, problem: Problem, variables: Variables, member: StaffMember, night: tuple[Date, Date]
) -> Iterator[Constraint]:
    day, following = night
    shortest = seconds(problem.territory.settings.min_rest)
    for (end, latest, out), (start, earliest, out_again) in product(
        _day_ends(variables, member, day), _day_starts(variables, member, following)
    ):
        if earliest + DAY - latest < shortest:
            yield model.add(start + DAY - end >= shortest - 2 * DAY * (2 - out - out_again))


def _day_ends(variables: Variables, member: StaffMember, day: Date) -> Iterator[tuple[LinearExpr, int, LinearExpr]]:
    """Yield (second of the end, the latest it can be, whether it applies) for each kind of duty of a date."""
    clock = variables.clock
    for van in variables.vans:
        stops = [
            (
                seconds(variables.session_of[s].end)
                + clock.tear_down
                + clock.inbound(i, variables.session_of[s], van.depot),
                x,
            )
            for (i, s), x in variables.last_stops(van, day)
        ]
        if stops:
            end = LinearExpr.weighted_sum([x for _, x in stops], [moment for moment, _ in stops])
            yield end, max(moment for moment, _ in stops), variables.out(member, van, day)
    for fixed in variables.fixed_on(day):
        yield LinearExpr.constant(seconds(fixed.end)), seconds(fixed.end), variables.assists(member, fixed)


def _day_starts(variables: Variables, member: StaffMember, day: Date) -> Iterator[tuple[LinearExpr, int, LinearExpr]]:
    """Yield (second of the start, the earliest it can be, whether it applies) for each kind of duty of a date."""
    clock = variables.clock
    for van in variables.vans:
        stops = [
            (
                seconds(variables.session_of[s].start)
                - clock.set_up
                - clock.outbound(van.depot, i, variables.session_of[s]),
                x,
            )
            for (i, s), x in variables.first_stops(van, day)
        ]
        if stops:
            start = LinearExpr.weighted_sum([x for _, x in stops], [moment for moment, _ in stops])
            yield start, min(moment for moment, _ in stops), variables.out(member, van, day)
    for fixed in variables.fixed_on(day):
        yield LinearExpr.constant(seconds(fixed.start)), seconds(fixed.start), variables.assists(member, fixed)
