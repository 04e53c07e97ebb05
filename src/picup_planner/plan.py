"""The nouns of the output: what is held, where, when and by whom, and what is proven of it.

A plan carries all a reader needs (names, hours, coordinates, legs) and serialises to `plan.json` and back without
loss. It holds no clock reading: the same problem, seed and versions may be compared byte for byte.
"""

from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from datetime import time, timedelta
from enum import StrEnum

from pydantic import NonNegativeInt

from picup_planner.problem.base import Id, Known, Latitude, Longitude, Noun, Rule, Text
from picup_planner.problem.month import Promise
from picup_planner.problem.territory import Territory


class Kind(StrEnum):
    """Whether a permanence is held from a van or in a social centre."""

    MOBILE = "mobile"
    FIXED = "fixed"


class State(StrEnum):
    """How far a plan has gone: a proposal, sent to the partners to be agreed, or announced to residents."""

    DRAFT = "draft"
    SENT = "sent"
    PUBLISHED = "published"


class Place(Noun):
    """Where: a site as the reader needs it."""

    id: Id
    name: Text
    commune: Id
    commune_name: Text
    neighbourhood: Text = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class Assignment(Noun):
    """One person in one role of a crew."""

    role: Id
    role_name: Text
    member: Id
    member_name: Text


class Permanence(Known):
    """One session held at one site by a crew.

    `session` and `van` are ``None`` for a fixed permanence; `crew` is empty for a fixed permanence nobody can hold.
    """

    id: Id
    kind: Kind
    place: Place
    date: Date
    session: Id | None = None
    start: time
    end: time
    van: Id | None = None
    crew: tuple[Assignment, ...] = ()


class Leg(Noun):
    """One drive of a tour, from a depot or site to the next."""

    start: Id
    end: Id
    departure: time
    arrival: time
    seconds: NonNegativeInt
    metres: NonNegativeInt


class Tour(Noun):
    """What a van drives in one day: depot, sites in session order, depot.

    `length` is the crew's duty, depot to depot less lunch; `minutes` the driving, rounded up once for the tour.
    """

    van: Id
    van_name: Text
    date: Date
    depot: Id
    depot_name: Text
    depot_latitude: Latitude
    depot_longitude: Longitude
    permanences: tuple[Id, ...]
    legs: tuple[Leg, ...]
    length: timedelta
    minutes: NonNegativeInt


class Kept(Noun):
    """A value an earlier objective was held to."""

    name: str
    value: int


class ObjectiveResult(Noun):
    """What one objective reached.

    Parameters
    ----------
    value
        Of the plan, in `unit`.
    best
        Reached while it was minimised; `value` may exceed it by the tolerance granted to the objectives that follow.
    bound
        No plan that keeps `given` can be below it.
    proven
        Whether `best` equals `bound`.
    conditional
        Whether something in `given` was itself not proven.
    given
        Values of the objectives before it, as they were kept.
    """

    name: str
    value: int
    best: int
    bound: int
    proven: bool
    conditional: bool = False
    given: tuple[Kept, ...] = ()
    unit: str


class Provenance(Noun):
    """What a plan was made from: hash of the problem, versions of the programs, seed, and the day it counts from."""

    problem_hash: str
    versions: tuple[tuple[str, str], ...] = ()
    seed: int = 0
    made_on: Date


class Plan(Noun):
    """The whole output for one month; `finished` is false when the search was interrupted.

    Permanences announced and then cancelled are kept in `cancelled`, under the ids they were announced with, which they
    take back when they are held after all.
    """

    territory: Id
    territory_name: Text
    month: str
    state: State = State.DRAFT
    finished: bool = True
    objectives: tuple[ObjectiveResult, ...] = ()
    permanences: tuple[Permanence, ...]
    tours: tuple[Tour, ...] = ()
    cancelled: tuple[Permanence, ...] = ()
    provenance: Provenance


class Breach(Noun):
    """A rule that a plan breaks, with what was found: message arguments, in the order the constraint documents."""

    rule: Rule
    found: tuple[str, ...] = ()


def place_of(territory: Territory, name: str) -> Place:
    """Give the place of a site, known by its id."""
    site = next(site for site in territory.sites if site.id == name)
    commune = next(commune for commune in territory.communes if commune.id == site.commune)
    return Place(
        id=site.id,
        name=site.name,
        commune=commune.id,
        commune_name=commune.name,
        neighbourhood=site.neighbourhood,
        latitude=site.latitude,
        longitude=site.longitude,
    )


def promises_of(plan: Plan) -> tuple[Promise, ...]:
    """Give what a published plan promises: every permanence it holds, those cancelled left out."""
    return tuple(map(promise_of, plan.permanences))


def promise_of(held: Permanence) -> Promise:
    """Give what a permanence promises: where, when and by whom it is held."""
    return Promise(
        id=held.id,
        site=held.place.id,
        date=held.date,
        session=held.session,
        van=held.van,
        crew=tuple((one.role, one.member) for one in held.crew),
        origin=held.origin,
    )
