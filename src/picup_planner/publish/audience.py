"""What each audience may read of a month, field by field: whatever is not named here reaches no publication.

Residents never read a person, a depot or a drive; the staff reads people by their initials. Both are told the same
permanences, in the same order.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from datetime import time
from typing import Any

from pydantic import NonNegativeInt

from picup_planner.plan import Kind, Permanence, Plan, State, Tour
from picup_planner.problem import Id, Noun, Problem, Territory, Text
from picup_planner.problem.base import Latitude, Longitude

_WORDS = re.compile(r"[^\W\d_]+|\d+")


class Contact(Noun):
    """How residents reach the service; what is not known is empty."""

    name: Text
    phone: Text = ""
    email: Text = ""
    address: Text = ""
    page: Text = ""


class PublicStop(Noun):
    """One permanence as residents read it.

    Parameters
    ----------
    transit
        Nearest stop of tram, bus or underground, empty when unknown.
    van_name
        Empty for a fixed permanence.
    partners
        Organisations whose people hold it and that want to be named to residents.
    cancelled
        Announced, and not held: it was cancelled, or it is fixed and nobody can hold it.
    """

    id: Id
    kind: Kind
    place: Text
    commune: Id
    commune_name: Text
    neighbourhood: Text = ""
    landmark: Text = ""
    transit: Text = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    date: Date
    start: time
    end: time
    van_name: Text = ""
    partners: tuple[Text, ...] = ()
    cancelled: bool = False


class _Month(Noun):
    """What both audiences read of a month as a whole; `updated_on` is the plan's own day."""

    territory: Id
    territory_name: Text
    service: Contact
    month: str
    state: State
    updated_on: Date


class PublicMonth(_Month):
    """A month as residents read it, its stops by date, hour, commune and id."""

    stops: tuple[PublicStop, ...] = ()


class StaffPerson(Noun):
    """One person of a crew: initials, or the role and a number where the staff is known by those (`AS 1`)."""

    initials: Text
    role_name: Text
    partner: Text


class StaffStop(PublicStop):
    """One permanence as the staff reads it; `partners` are all of its crew's, and `crew` is empty when nobody can."""

    crew: tuple[StaffPerson, ...] = ()


class StaffLeg(Noun):
    """One drive, between places called as people call them."""

    start: Text
    end: Text
    departure: time
    arrival: time
    metres: NonNegativeInt


class StaffTour(Noun):
    """One van's day: where and when it leaves, what it drives, when it is back; `minutes` are those of driving."""

    van: Id
    van_name: Text
    date: Date
    depot_name: Text
    departure: time
    back: time
    minutes: NonNegativeInt
    stops: tuple[Id, ...]
    legs: tuple[StaffLeg, ...]


class Organisation(Noun):
    """One partner."""

    id: Id
    name: Text


class StaffMonth(_Month):
    """A month as the staff reads it.

    Parameters
    ----------
    finished
        False when the search was interrupted.
    made_from
        Eight hexadecimal digits of the problem's hash: which plan this is.
    """

    finished: bool = True
    made_from: str = ""
    organisations: tuple[Organisation, ...] = ()
    stops: tuple[StaffStop, ...] = ()
    tours: tuple[StaffTour, ...] = ()


def announced(problem: Problem, plan: Plan) -> PublicMonth:
    """Tell residents a month."""
    territory = problem.territory
    shown = {partner.id: partner.name for partner in territory.partners if partner.shown}
    return PublicMonth(
        **_heading(territory, plan),
        stops=tuple(
            _stop(territory, held, _partners(territory, held, shown), cancelled=cancelled)
            for held, cancelled in _told(plan)
        ),
    )


def for_staff(problem: Problem, plan: Plan) -> StaffMonth:
    """Tell the staff a month."""
    territory = problem.territory
    partners = {partner.id: partner.name for partner in territory.partners}
    called = initials(territory)
    employers = {member.id: partners[member.partner] for member in territory.staff}
    stops = []
    for held, cancelled in _told(plan):
        stop = _stop(territory, held, _partners(territory, held, partners), cancelled=cancelled)
        crew = tuple(
            StaffPerson(
                initials=called.get(one.member, ""), role_name=one.role_name, partner=employers.get(one.member, "")
            )
            for one in held.crew
        )
        stops.append(StaffStop(**dict(stop), crew=crew))
    return StaffMonth(
        **_heading(territory, plan),
        finished=plan.finished,
        made_from=plan.provenance.problem_hash[:8],
        organisations=tuple(Organisation(id=each.id, name=each.name) for each in territory.partners),
        stops=tuple(stops),
        tours=tuple(_tour(plan, tour) for tour in plan.tours),
    )


def _heading(territory: Territory, plan: Plan) -> dict[str, Any]:
    """Fields that both audiences read of a month as a whole."""
    service = territory.service
    return {
        "territory": plan.territory,
        "territory_name": plan.territory_name,
        "service": Contact(
            name=service.name, phone=service.phone, email=service.email, address=service.address, page=service.page
        ),
        "month": plan.month,
        "state": plan.state,
        "updated_on": plan.provenance.made_on,
    }


def initials(territory: Territory) -> dict[str, str]:
    """Tell what each person of the staff is called, by id: `Ada Lovelace` is `A. L.`, `Jean-Luc B.` is `J.-L. B.`.

    A name made of a role's abbreviation and a number, `AS 1`, names nobody and is kept. Where two people would be
    called the same they are numbered, and who has no letter in their name goes by a role and a number.
    """
    told: dict[str, str] = {}
    for member in territory.staff:
        role = next(role for role in territory.roles if role.id == member.roles[0])
        abbreviation = role.abbreviation or role.name
        if re.fullmatch(rf"{re.escape(abbreviation)} ?\d+", member.name):
            told[member.id] = member.name
        else:
            told[member.id] = _letters(member.name) or abbreviation
    times = Counter(told.values())
    numbers: Counter[str] = Counter()
    for person, name in told.items():
        numbers[name] += 1
        if times[name] > 1:
            told[person] = f"{name} {numbers[name]}"
    return told


def _letters(name: str) -> str:
    """First letter of each word, each hyphen kept; nothing when there is no letter."""
    parts = [
        "-".join(f"{words[0][0].upper()}." for half in part.split("-") if (words := _WORDS.findall(half)))
        for part in name.split()
    ]
    found = " ".join(filter(None, parts))[:24]
    return found if any(character.isalpha() for character in found) else ""


def _told(plan: Plan) -> Iterator[tuple[Permanence, bool]]:
    """Yield permanences by date, hour, commune and id, and whether each is cancelled."""
    told = [(held, held.kind is Kind.FIXED and not held.crew) for held in plan.permanences]
    told += [(held, True) for held in plan.cancelled]
    yield from sorted(told, key=lambda each: (each[0].date, each[0].start, each[0].place.commune_name, each[0].id))


def _stop(territory: Territory, held: Permanence, partners: tuple[str, ...], *, cancelled: bool) -> PublicStop:
    site = next((site for site in territory.sites if site.id == held.place.id), None)
    vans = {van.id: van.name for van in territory.vans}
    return PublicStop(
        id=held.id,
        kind=held.kind,
        place=held.place.name,
        commune=held.place.commune,
        commune_name=held.place.commune_name,
        neighbourhood=held.place.neighbourhood,
        landmark=site.landmark if site else "",
        transit=site.transit if site else "",
        latitude=held.place.latitude,
        longitude=held.place.longitude,
        date=held.date,
        start=held.start,
        end=held.end,
        van_name=vans.get(held.van or "", ""),
        partners=partners,
        cancelled=cancelled,
    )


def _partners(territory: Territory, held: Permanence, named: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the organisations whose people hold a permanence, those that may be named, in the territory's order."""
    crew = {one.member for one in held.crew}
    of_crew = {member.partner for member in territory.staff if member.id in crew}
    return tuple(name for partner, name in named.items() if partner in of_crew)


def _tour(plan: Plan, tour: Tour) -> StaffTour:
    places = {held.place.id: held.place.name for held in plan.permanences} | {tour.depot: tour.depot_name}
    return StaffTour(
        van=tour.van,
        van_name=tour.van_name,
        date=tour.date,
        depot_name=tour.depot_name,
        departure=tour.legs[0].departure,
        back=tour.legs[-1].arrival,
        minutes=tour.minutes,
        stops=tour.permanences,
        legs=tuple(
            StaffLeg(
                start=places.get(leg.start, ""),
                end=places.get(leg.end, ""),
                departure=leg.departure,
                arrival=leg.arrival,
                metres=leg.metres,
            )
            for leg in tour.legs
        ),
    )
