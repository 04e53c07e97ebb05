"""Objectives of the smaller model: what no plan can beat. One function per objective, of the same name."""

from collections.abc import Callable
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta
from itertools import pairwise, product

from ortools.sat.python.cp_model import IntVar, LinearExpr

from picup_planner.problem import Commune, Level
from picup_planner.solver.clock import days_between, last_before
from picup_planner.solver.objectives.continuity import cost_of_meeting
from picup_planner.solver.relaxation import Relaxation

Crews = dict[tuple[str, str, Date, str], IntVar]
"""Whether a person (id) serves a commune (id) on a date in a session (id)."""


def unstaffed_fixed(relaxed: Relaxation) -> LinearExpr:
    """Bound the fixed permanences without a crew."""
    return LinearExpr.sum([1 - x for x in relaxed.staffed.values()])


def below_minimum(relaxed: Relaxation) -> LinearExpr:
    """Bound what communes lack of their minimum."""
    return LinearExpr.sum([_lacking(relaxed, c, 0, c.frequency.minimum) for c in relaxed.communes])


def below_target(relaxed: Relaxation) -> LinearExpr:
    """Bound what communes lack of their target beyond the minimum."""
    return LinearExpr.sum([_lacking(relaxed, c, c.frequency.minimum, c.frequency.target) for c in relaxed.communes])


def _lacking(relaxed: Relaxation, commune: Commune, start: int, end: int) -> LinearExpr:
    levels = [relaxed.model.new_bool_var("") for _ in range(end)]
    relaxed.model.add(LinearExpr.sum(levels) <= relaxed.held(commune))
    for upper, lower in ((b, a) for a, b in pairwise(levels)):
        relaxed.model.add_implication(upper, lower)
    return LinearExpr.sum([(2 * (end - k) - 1) * (1 - levels[k]) for k in range(start, end)])


def lapses(relaxed: Relaxation) -> LinearExpr:
    """Bound the days beyond the longest gap wanted."""
    longest, end = relaxed.problem.territory.settings.max_gap, relaxed.problem.dates[-1]
    beyond = [
        max(0, days_between(earlier, after or end) - longest) * x
        for commune in relaxed.communes
        for before, after, x in relaxed.gaps[commune.id]
        if (earlier := before or last_before(relaxed.problem, commune)) is not None
    ]
    return LinearExpr.sum(beyond)


def unreached(relaxed: Relaxation) -> LinearExpr:
    """Bound the residents out of reach."""
    near = {reach.area: reach.sites for reach in relaxed.problem.reach}
    missed: list[LinearExpr] = []
    for area in relaxed.problem.territory.areas:
        visits = [x for site in near.get(area.id, ()) for x in relaxed.visits.get(site, ())]
        if visits:
            reached = relaxed.model.new_bool_var("")
            relaxed.model.add(reached <= LinearExpr.sum(visits))
            missed.append((area.residents or 0) * (1 - reached))
        else:
            missed.append(LinearExpr.constant(area.residents or 0))
    return LinearExpr.sum(missed)


def preferences(relaxed: Relaxation) -> LinearExpr:
    """Bound the duties in half-days answered 'if needed'."""
    used: list[LinearExpr] = []
    for (name, day), out in relaxed.out.items():
        shy = {s.id for s in relaxed.full.clock.sessions if relaxed.levels.get((name, day, s.id)) is Level.IF_NEEDED}
        used += [sum(s.id in shy for s in shape) * x for shape, x in out.items()]
    for fixed, member in product(relaxed.problem.fixed, relaxed.full.staff):
        met = relaxed.full.clock.meets(fixed)
        shy_there = any(relaxed.levels.get((member.id, fixed.date, s.id)) is Level.IF_NEEDED for s in met)
        if shy_there and (member.id, fixed.id) in relaxed.assists:
            used.append(relaxed.assists[member.id, fixed.id])
    return LinearExpr.sum(used)


def travel(relaxed: Relaxation) -> LinearExpr:
    """Bound the minutes driven."""
    return LinearExpr.weighted_sum([x for _, x in relaxed.drives], [weight for weight, _ in relaxed.drives])


def continuity(relaxed: Relaxation) -> LinearExpr:
    """Bound what people met cost beyond the first faces."""
    settings, roles = relaxed.problem.territory.settings, relaxed.problem.territory.roles
    commune_of = {site.id: site.commune for site in relaxed.problem.territory.sites}
    crews = _join_communes(relaxed)
    costs: list[LinearExpr] = []
    for commune, role in product(relaxed.communes, roles):
        free: list[IntVar] = []
        for member in (p for p in relaxed.full.staff if p.roles == (role.id,)):
            mobile = [x for (who, where, _, _), x in crews.items() if (who, where) == (member.id, commune.id)]
            met = list(mobile)
            if settings.fixed_build_trust:
                met += [
                    x
                    for f in relaxed.problem.fixed
                    if commune_of[f.site] == commune.id and (x := relaxed.assists.get((member.id, f.id))) is not None
                ]
            known, spared = relaxed.model.new_bool_var(""), relaxed.model.new_bool_var("")
            for x in met:
                relaxed.model.add_implication(x, known)
            relaxed.model.add(LinearExpr.sum(mobile) <= commune.frequency.maximum * known)
            relaxed.model.add_implication(spared, known)
            free.append(spared)
            cost = cost_of_meeting(relaxed.problem, member, commune)
            costs += [cost * known, -cost * spared]
        relaxed.model.add(LinearExpr.sum(free) <= settings.faces)
    return LinearExpr.sum(costs)


def _join_communes(relaxed: Relaxation) -> Crews:
    """Say which commune each person serves when out."""
    crews: Crews = {}
    roles = relaxed.problem.territory.roles
    for member, day, session in product(relaxed.full.staff, relaxed.days, relaxed.full.clock.sessions):
        there = {c.id: relaxed.model.new_bool_var("") for c in relaxed.communes}
        out = [x for shape, x in relaxed.out[member.id, day].items() if session in shape]
        relaxed.model.add(LinearExpr.sum(list(there.values())) == LinearExpr.sum(out))
        crews |= {(member.id, c, day, session.id): x for c, x in there.items()}
    for commune, day, session in product(relaxed.communes, relaxed.days, relaxed.full.clock.sessions):
        held = relaxed.served(commune, day, session)
        for role in roles:
            able = [crews[p.id, commune.id, day, session.id] for p in relaxed.full.staff if role.id in p.roles]
            relaxed.model.add(LinearExpr.sum(able) >= held)
        every = [crews[p.id, commune.id, day, session.id] for p in relaxed.full.staff]
        relaxed.model.add(LinearExpr.sum(every) == len(roles) * held)
    return crews


def evenness(relaxed: Relaxation) -> LinearExpr:
    """Bound the squared gaps."""
    eve, after_all = relaxed.problem.dates[0] - timedelta(days=1), relaxed.problem.dates[-1] + timedelta(days=1)
    return LinearExpr.sum(
        [
            days_between(before or eve, after or after_all) ** 2 * x
            for commune in relaxed.communes
            for before, after, x in relaxed.gaps[commune.id]
        ]
    )


BOUNDS: tuple[Callable[[Relaxation], LinearExpr], ...] = (
    unstaffed_fixed,
    below_minimum,
    lapses,
    below_target,
    unreached,
    preferences,
    travel,
    continuity,
    evenness,
)
"""Every objective the smaller model bounds."""
