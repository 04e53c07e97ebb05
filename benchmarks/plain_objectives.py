"""The objectives of the plain model, each written as it is told."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

from ortools.sat.python.cp_model import IntVar, LinearExpr

from picup_planner.problem import Level

if TYPE_CHECKING:
    from plain import Plain

DAY = timedelta(days=1)
HUNDRED_PERCENT = 100 * 100
"""A load is in percent of a share, itself in percent."""


def unstaffed_fixed(plain: "Plain") -> LinearExpr:
    """Count fixed permanences without a crew."""
    return LinearExpr.sum([1 - x for x in plain.staffed.values()])


def below_minimum(plain: "Plain") -> LinearExpr:
    """Sum the squares of what lacks to the minimum."""
    return LinearExpr.sum([_square(plain, c.frequency.minimum - plain.held(c), 4) for c in plain.land.communes])


def below_target(plain: "Plain") -> LinearExpr:
    """Sum the squares of what lacks to the target beyond the minimum."""
    lacking = []
    for commune in plain.land.communes:
        held = plain.model.new_int_var(0, 31, "")
        plain.model.add_max_equality(held, [plain.held(commune), commune.frequency.minimum])
        lacking.append(_square(plain, commune.frequency.target - held, 4))
    return LinearExpr.sum(lacking)


def _square(plain: "Plain", value: LinearExpr, most: int) -> IntVar:
    positive = plain.model.new_int_var(0, most, "")
    square = plain.model.new_int_var(0, most * most, "")
    plain.model.add_max_equality(positive, [value, 0])
    plain.model.add_multiplication_equality(square, positive, positive)
    return square


def lapses(plain: "Plain") -> LinearExpr:
    """Count the days more than `max_gap` after the last permanence of a commune."""
    longest, late = plain.rules.max_gap, []
    for commune in plain.land.communes:
        seen = plain.model.new_constant(0)
        for day in plain.problem.dates:
            past = plain.served.get((commune.id, day - (longest + 1) * DAY))
            if past is None:
                before = seen
            else:
                before = plain.model.new_bool_var("")
                plain.model.add_max_equality(before, [seen, past])
            seen = before
            recent = [plain.served.get((commune.id, day - n * DAY)) for n in range(1, longest + 1)]
            is_late = plain.model.new_bool_var("")
            plain.model.add(is_late >= seen - LinearExpr.sum([x for x in recent if x is not None]))
            late.append(is_late)
    return LinearExpr.sum(late)


def unreached(plain: "Plain") -> LinearExpr:
    """Count residents with no permanence near."""
    near, missed = {reach.area: reach.sites for reach in plain.problem.reach}, []
    for area in plain.land.areas:
        visits = [x for site in near[area.id] for x in plain.of_site[site]]
        reached = plain.model.new_bool_var("")
        plain.model.add_bool_or(*visits, ~reached)
        missed.append((area.residents or 0) * (1 - reached))
    return LinearExpr.sum(missed)


def preferences(plain: "Plain") -> LinearExpr:
    """Count half-days offered only if needed, and used."""
    shy = {slot for slot, level in plain.level.items() if level is Level.IF_NEEDED}
    used = [y for (member, _, day, session), y in plain.y.items() if (member, day, session) in shy]
    for (member, name), z in plain.z.items():
        if any((member, plain.fixed_of[name].date, session.id) in shy for session in plain.met(plain.fixed_of[name])):
            used.append(z)
    return LinearExpr.sum(used)


def travel(plain: "Plain") -> LinearExpr:
    """Sum the minutes driven."""
    return LinearExpr.sum(list(plain.minutes.values()))


def continuity(plain: "Plain") -> LinearExpr:
    """Count faces of each role beyond the first two, 100 each where nobody is known yet."""
    there: dict[tuple[str, date, str, str], list[IntVar]] = defaultdict(list)
    for (van, site, day, session), x in plain.x.items():
        there[van, day, session, plain.commune_of[site]].append(x)
    stops = {key: LinearExpr.sum(visits) for key, visits in there.items()}
    met: dict[tuple[str, str], IntVar] = {}
    for (van, day, session, commune), stop in stops.items():
        for member in plain.land.staff:
            y = plain.y.get((member.id, van, day, session))
            if y is not None:
                known = met.setdefault((member.id, commune), plain.model.new_bool_var(""))
                plain.model.add(known >= y + stop - 1)
    for (who, name), z in plain.z.items():
        where = plain.commune_of[plain.fixed_of[name].site]
        plain.model.add_implication(z, met.setdefault((who, where), plain.model.new_bool_var("")))
    beyond = []
    for lived_in, role in product(plain.land.communes, plain.land.roles):
        able = [(p.id, lived_in.id) for p in plain.land.staff if role.id in p.roles]
        faces = [met[face] for face in able if face in met]
        more = plain.model.new_int_var(0, len(faces), "")
        plain.model.add(more >= LinearExpr.sum(faces) - plain.rules.faces)
        beyond.append(100 * more)
    return LinearExpr.sum(beyond)


def regularity(plain: "Plain") -> LinearExpr:
    """Count distinct (site, weekday, session)."""
    habits: dict[tuple[str, int, str], IntVar] = {}
    for (_, site, day, session), x in plain.x.items():
        habit = habits.setdefault((site, day.isoweekday(), session), plain.model.new_bool_var(""))
        plain.model.add_implication(x, habit)
    return LinearExpr.sum(list(habits.values()))


def evenness(plain: "Plain") -> LinearExpr:
    """Sum squared gaps: a gap of n days is the sum of the n first odd numbers, one a day."""
    model, dates, odd = plain.model, plain.problem.dates, []
    for commune in plain.land.communes:
        since: LinearExpr | int = 1
        for day in dates:
            odd.append(2 * since - 1)
            served, following = plain.served.get((commune.id, day)), model.new_int_var(1, len(dates) + 1, "")
            if served is None:
                model.add(following == since + 1)
            else:
                model.add(following == 1).only_enforce_if(served)
                model.add(following == since + 1).only_enforce_if(~served)
            since = following
        odd.append(2 * since - 1)
    return LinearExpr.sum(odd)


def balance(plain: "Plain") -> LinearExpr:
    """Sum highest less lowest load of each role."""
    spreads = []
    for role in plain.land.roles:
        loads = []
        for member in (p for p in plain.land.staff if role.id in p.roles):
            available = int(plain.hours[member.id].available.total_seconds())
            if available:
                load = plain.model.new_int_var(0, HUNDRED_PERCENT, "")
                held = HUNDRED_PERCENT * plain.spent(member.id)
                plain.model.add_division_equality(load, held, member.share * available)
                loads.append(load)
        highest = plain.model.new_int_var(0, HUNDRED_PERCENT, "")
        lowest = plain.model.new_int_var(0, HUNDRED_PERCENT, "")
        plain.model.add_max_equality(highest, loads)
        plain.model.add_min_equality(lowest, loads)
        spreads.append(highest - lowest)
    return LinearExpr.sum(spreads)


OBJECTIVES = {
    objective.__name__: objective
    for objective in (
        unstaffed_fixed,
        below_minimum,
        lapses,
        below_target,
        unreached,
        preferences,
        travel,
        continuity,
        regularity,
        evenness,
        balance,
    )
}
"""Every objective by its name."""
