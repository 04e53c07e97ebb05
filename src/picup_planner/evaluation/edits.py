"""A plan with one thing changed by hand: its tours written again, its objectives counted again.

No rule is checked here: an edit gives the plan that was asked for, and `broken_rules` judges it. Nobody has proved
anything of an edited plan: its objectives keep their order and units, without a bound.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns
from typing import Any

from picup_planner.evaluation.duties import Route, routes, to_time
from picup_planner.evaluation.objectives import SECOND, objective_values
from picup_planner.plan import Assignment, Kind, Leg, ObjectiveResult, Permanence, Plan, Tour, place_of
from picup_planner.problem import Problem, Promise

Crew = tuple[tuple[str, str], ...]
"""(role, member), as in `Promise`."""


@dataclass(frozen=True)
class Stop:
    """Where, when and with which van a mobile permanence would be held: ids, and a date."""

    site: str
    date: Date
    session: str
    van: str


def stop_of(held: Permanence) -> Stop:
    """Give where, when and with which van a mobile permanence is held."""
    return Stop(held.place.id, held.date, held.session or "", held.van or "")


def moved(problem: Problem, plan: Plan, permanence: str, stop: Stop) -> Plan:
    """Hold a mobile permanence elsewhere or at another time, under its id and by its crew."""
    update = _held_at(problem, stop)
    return _edited(problem, plan, {permanence}, lambda held: held.model_copy(update=update))


def inserted(problem: Problem, plan: Plan, stop: Stop, crew: Crew) -> Plan:
    """Hold one more mobile permanence; the others keep their crews, on that tour as well."""
    identity, people = id_of_one_more(problem, plan, stop), _assignments(problem, crew)
    added = Permanence(id=identity, kind=Kind.MOBILE, crew=people, **_held_at(problem, stop))
    return _rebuilt(problem, plan, (*plan.permanences, added))


def removed(problem: Problem, plan: Plan, permanence: str) -> Plan:
    """Leave a permanence out."""
    return _rebuilt(problem, plan, [held for held in plan.permanences if held.id != permanence])


def replaced(problem: Problem, plan: Plan, permanence: str, role: str, member: str) -> Plan:
    """Put somebody in a role of a permanence and of the whole tour it is on: the crew is the same all day."""

    def with_member(held: Permanence) -> Permanence:
        others = ((one.role, one.member) for one in held.crew if one.role != role)
        return held.model_copy(update={"crew": _assignments(problem, (*others, (role, member)))})

    return _edited(problem, plan, same_tour(plan, permanence), with_member)


def crewed(problem: Problem, plan: Plan, permanence: str, crew: Crew) -> Plan:
    """Give a crew to a permanence and to the whole tour it is on."""
    people = _assignments(problem, crew)
    return _edited(problem, plan, same_tour(plan, permanence), lambda held: held.model_copy(update={"crew": people}))


def as_held(problem: Problem, plan: Plan) -> Plan:
    """Write what took place as it did, where, when and by whom; what did not is cancelled, or held by nobody."""
    past = {promise.id: promise for promise in problem.past}
    known = {one.id: one for one in (*plan.cancelled, *plan.permanences)}
    coming = [one for one in plan.permanences if one.date > problem.as_of and one.id not in past]
    over = [_as_held(problem, known[name], promise) for name, promise in past.items() if name in known]
    missed = [one for one in plan.permanences if one.date <= problem.as_of and one.id not in past]
    nobody = [one.model_copy(update={"crew": ()}) for one in missed if one.kind is Kind.FIXED]
    held = (*coming, *over, *nobody)
    return _rebuilt(problem, plan.model_copy(update={"cancelled": (*plan.cancelled, *missed)}), held)


def _as_held(problem: Problem, planned: Permanence, promise: Promise) -> Permanence:
    fields: dict[str, Any] = {"crew": _assignments(problem, promise.crew)}
    if promise.session and promise.van:
        fields |= _held_at(problem, Stop(promise.site, promise.date, promise.session, promise.van))
    return planned.model_copy(update=fields)


def recounted(problem: Problem, edited: Plan, plan: Plan) -> Plan:
    """Give an edited plan the objectives of the plan before it, with the values it has now."""
    if not plan.objectives:
        return edited
    values = objective_values(problem, edited)
    results = tuple(_unproven(result, values[result.name]) for result in plan.objectives if result.name in values)
    return edited.model_copy(update={"objectives": results})


def same_tour(plan: Plan, permanence: str) -> set[str]:
    """Give the ids of the permanences held by the same van on the same day, this one included."""
    one = next(held for held in plan.permanences if held.id == permanence)
    if one.van is None:
        return {permanence}
    return {held.id for held in plan.permanences if (held.van, held.date) == (one.van, one.date)}


def fresh_id(plan: Plan, commune: str) -> str:
    """Give an id that no permanence of the plan has or had."""
    prefix = f"{commune}-{plan.month.replace('-', '')}-"
    used = [held.id.removeprefix(prefix) for held in (*plan.permanences, *plan.cancelled)]
    last = max((int(number) for number in used if number.isdecimal()), default=0)
    return f"{prefix}{last + 1}"


def id_of_one_more(problem: Problem, plan: Plan, stop: Stop) -> str:
    """Give the id of a permanence to be held: of the one cancelled there and then, if any, else one never used."""
    slot = stop.site, stop.date, stop.session
    again = (one.id for one in plan.cancelled if (one.place.id, one.date, one.session) == slot)
    return next(again, None) or fresh_id(plan, place_of(problem.territory, stop.site).commune)


def _edited(problem: Problem, plan: Plan, ids: set[str], edit: Callable[[Permanence], Permanence]) -> Plan:
    return _rebuilt(problem, plan, [edit(held) if held.id in ids else held for held in plan.permanences])


def _rebuilt(problem: Problem, plan: Plan, permanences: Iterable[Permanence]) -> Plan:
    """Order the permanences, write the tours that hold them and count what the plan says of its objectives."""
    held = tuple(sorted(permanences, key=lambda one: (one.date, one.start, one.id)))
    still = {one.id for one in held}
    gone = tuple(one for one in plan.cancelled if one.id not in still)
    bare = plan.model_copy(update={"permanences": held, "cancelled": gone})
    driven = sorted(routes(problem, bare), key=lambda route: (route.date, route.van.id))
    return recounted(problem, bare.model_copy(update={"tours": tuple(_tour(problem, route) for route in driven)}), plan)


def _unproven(result: ObjectiveResult, value: int) -> ObjectiveResult:
    """Only that nothing is below zero is known of an objective of an edited plan."""
    return ObjectiveResult(name=result.name, value=value, best=value, bound=0, proven=value == 0, unit=result.unit)


def _tour(problem: Problem, route: Route) -> Tour:
    depot = next(depot for depot in problem.territory.depots if depot.id == route.van.depot)
    return Tour(
        van=route.van.id,
        van_name=route.van.name,
        date=route.date,
        depot=depot.id,
        depot_name=depot.name,
        depot_latitude=depot.latitude,
        depot_longitude=depot.longitude,
        permanences=tuple(stop.id for stop in route.stops),
        legs=tuple(
            Leg(
                start=drive.start,
                end=drive.end,
                departure=to_time(drive.departure),
                arrival=to_time(drive.departure + drive.length),
                seconds=drive.length // SECOND,
                metres=drive.metres,
            )
            for drive in route.drives
        ),
        length=route.length,
        minutes=route.minutes,
    )


def _held_at(problem: Problem, stop: Stop) -> dict[str, Any]:
    """Fields of a permanence that say where, when and with which van it is held."""
    session = next(session for session in problem.territory.sessions if session.id == stop.session)
    return {
        "place": place_of(problem.territory, stop.site),
        "date": stop.date,
        "session": session.id,
        "start": session.start,
        "end": session.end,
        "van": stop.van,
    }


def _assignments(problem: Problem, crew: Iterable[tuple[str, str]]) -> tuple[Assignment, ...]:
    """Write a crew down, in the order of the territory's roles."""
    names = {member.id: member.name for member in problem.territory.staff}
    held = tuple(crew)
    return tuple(
        Assignment(role=role.id, role_name=role.name, member=member, member_name=names[member])
        for role in problem.territory.roles
        for asked, member in held
        if asked == role.id
    )
