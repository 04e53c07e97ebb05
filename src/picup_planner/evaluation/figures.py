"""The figures of a plan: what a planner looks at before saying yes."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from picup_planner.evaluation.duties import NOTHING, all_duties, duty_lengths, routes, visits
from picup_planner.evaluation.objectives import (
    duties_building_trust,
    people_met,
    reached,
    unreached,
    unstaffed_fixed,
)
from picup_planner.plan import Plan
from picup_planner.problem import Id, Noun, Problem


class RoleFigures(Noun):
    """How many different people of one role the residents of a commune meet."""

    role: Id
    people: int


class CommuneFigures(Noun):
    """Permanences of one commune.

    Parameters
    ----------
    gaps
        Days between consecutive permanences, from the last one in history, if any, to the last of the month.
    met
        One entry per role of the territory.
    """

    commune: Id
    held: int
    minimum: int
    target: int
    gaps: tuple[int, ...]
    met: tuple[RoleFigures, ...]

    @property
    def gaining(self) -> str:
        """Name of the objective that one more permanence would better."""
        return "below_minimum" if self.held < self.minimum else "below_target"


class MemberFigures(Noun):
    """Work of one person in the month.

    Parameters
    ----------
    permanences
        Mobile and fixed.
    length
        Tours less lunch, and hours of fixed permanences.
    load
        Length in percent of the hours available, ``None`` when none are.
    share
        Part of a full load the person should take, in percent.
    """

    member: Id
    permanences: int
    length: timedelta
    available: timedelta
    load: float | None
    share: int


class Figures(Noun):
    """The figures of a plan, every one counted from its permanences.

    Parameters
    ----------
    tours
        Days on which a van goes out, one per van.
    driving
        Time the vans are on the road, rounded up to the minute for each tour.
    out
        Time the vans are away from their depots.
    metres
        Length driven by the vans.
    no_known_face
        Permanences held by nobody the commune's residents know, from history or from earlier in the month.
    residents_reached
        Residents of the areas with a permanence within walking distance, where known.
    residents_known
        Residents of all areas, where known.
    areas_unreached
        Areas with known residents and no permanence within walking distance.
    areas_unknown
        Areas whose residents are not known.
    unstaffed_fixed
        Fixed permanences without a full crew.
    """

    communes: tuple[CommuneFigures, ...]
    members: tuple[MemberFigures, ...]
    tours: int
    driving: timedelta
    out: timedelta
    metres: int
    no_known_face: tuple[Id, ...]
    residents_reached: int
    residents_known: int
    areas_unreached: tuple[Id, ...]
    areas_unknown: tuple[Id, ...]
    unstaffed_fixed: tuple[Id, ...]


def figures(problem: Problem, plan: Plan) -> Figures:
    """Count the figures of a plan."""
    driven = routes(problem, plan)
    areas, near = problem.territory.areas, reached(problem, plan)
    return Figures(
        communes=_communes(problem, plan),
        members=_members(problem, plan),
        tours=len(driven),
        driving=timedelta(minutes=sum(route.minutes for route in driven)),
        out=sum((route.arrival - route.departure for route in driven), NOTHING),
        metres=sum(drive.metres for route in driven for drive in route.drives),
        no_known_face=tuple(_no_known_face(problem, plan)),
        residents_reached=sum(area.residents or 0 for area in areas if area.id in near),
        residents_known=sum(area.residents or 0 for area in areas),
        areas_unreached=tuple(area.id for area in unreached(problem, plan)),
        areas_unknown=tuple(area.id for area in areas if area.residents is None),
        unstaffed_fixed=tuple(unstaffed_fixed(problem, plan)),
    )


def _communes(problem: Problem, plan: Plan) -> tuple[CommuneFigures, ...]:
    held, met = visits(problem, plan), people_met(problem, plan)
    found = []
    for commune in problem.territory.communes:
        planned = [visit.date for visit in held if visit.commune == commune.id]
        past = problem.past_dates(commune.id)
        roles = (RoleFigures(role=role.id, people=len(met[commune.id, role.id])) for role in problem.territory.roles)
        found.append(
            CommuneFigures(
                commune=commune.id,
                held=len(planned),
                minimum=commune.frequency.minimum,
                target=commune.frequency.target,
                gaps=tuple((second - first).days for first, second in pairwise([*past[-1:], *planned])),
                met=tuple(roles),
            )
        )
    return tuple(found)


def _members(problem: Problem, plan: Plan) -> tuple[MemberFigures, ...]:
    lengths = duty_lengths(problem, plan)
    held = Counter(member for duty in all_duties(problem, plan) for member in duty.people)
    available = {hours.member: hours.available for hours in problem.hours}
    return tuple(
        MemberFigures(
            member=member.id,
            permanences=held[member.id],
            length=lengths[member.id],
            available=available[member.id],
            load=round(100 * (lengths[member.id] / available[member.id]), 1) if available[member.id] else None,
            share=member.share,
        )
        for member in problem.territory.staff
    )


def _no_known_face(problem: Problem, plan: Plan) -> list[str]:
    known = {(trust.member, trust.commune) for trust in problem.trust if trust.value > 0}
    strange = []
    for duty in duties_building_trust(problem, plan):
        faces = {(member, duty.commune) for member in duty.people}
        if faces and not faces & known:
            strange.append(duty.id)
        known |= faces
    return strange
