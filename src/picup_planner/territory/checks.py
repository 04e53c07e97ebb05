"""What must be true of a territory as a whole: positions, ids, crews, a driver."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import permutations
from typing import Any

from picup_planner.errors import Mistake
from picup_planner.problem import Answer, Commune, Noun, PinKind, Site, StaffMember, WeeklyPermanence
from picup_planner.territory.contours import metres_outside

TOLERANCE = 100
"""Metres a point may lie outside its commune, besides its own precision: contours are generalised."""

FAR = 50_000
"""Metres from every commune beyond which a depot is taken for misplaced, if swapping its coordinates brings it back."""

LONGEST = 38
"""Characters of the id of a commune or of a fixed permanence: a date or a month and a number are added to it."""


def checks(nouns: Mapping[str, Iterable[Any]]) -> Iterator[Mistake]:
    """Yield what is wrong across the nouns of a territory; what is not a noun (a row refused already) is left aside.

    Parameters
    ----------
    nouns
        By field of `Territory`.
    """
    sound: dict[str, list[Any]] = {
        kind: [noun for noun in found if isinstance(noun, Noun)] for kind, found in nouns.items()
    }
    yield from _ids(sound)
    yield from _switches(sound["sites"])
    yield from _positions(sound)
    yield from _crews(sound)
    yield from _choices(sound)
    yield from _answers(sound["answers"])
    if sound["vans"] and not any(member.driver for member in nouns["staff"]):
        yield Mistake("data-no-driver", {}, sound["vans"][0].origin)


def _ids(nouns: Mapping[str, list[Any]]) -> Iterator[Mistake]:
    for noun in (*nouns["communes"], *nouns["weekly"]):
        if len(noun.id) > LONGEST:
            arguments = {"column": "id", "value": noun.id, "maximum": LONGEST}
            yield Mistake("data-too-long", arguments, noun.origin)
    sites = {site.id for site in nouns["sites"]}
    for depot in nouns["depots"]:
        if depot.id in sites:
            yield Mistake("data-depot-named-as-site", {"value": depot.id}, depot.origin)
    codes = Counter(commune.insee for commune in nouns["communes"])
    for commune in nouns["communes"]:
        if codes[commune.insee] > 1:
            yield Mistake("data-duplicate-insee", {"value": commune.insee}, commune.origin)


def _switches(sites: Iterable[Site]) -> Iterator[Mistake]:
    for site in sites:
        if site.on and (site.latitude is None or site.longitude is None):
            yield Mistake("data-site-on-without-coordinates", {"site": site.name}, site.origin)
        elif (site.latitude is None) != (site.longitude is None):
            yield Mistake("data-one-coordinate", {"site": site.name}, site.origin)
        if not site.on and not site.missing:
            yield Mistake("data-site-off-without-reason", {"site": site.name}, site.origin)


def _positions(nouns: Mapping[str, list[Any]]) -> Iterator[Mistake]:
    communes: dict[str, Commune] = {commune.id: commune for commune in nouns["communes"] if commune.contour}
    for place in (*nouns["sites"], *nouns["areas"]):
        if place.commune in communes and place.latitude is not None and place.longitude is not None:
            yield from _position(place, communes[place.commune], communes.values())
    for depot in nouns["depots"]:
        here, swapped = (
            min((metres_outside(commune.contour, *point) for commune in communes.values()), default=0)
            for point in ((depot.latitude, depot.longitude), (depot.longitude, depot.latitude))
        )
        if swapped < FAR < here:
            yield _swapped(depot)


def _position(place: Any, commune: Commune, communes: Iterable[Commune]) -> Iterator[Mistake]:  # noqa: ANN401  site or area
    tolerance = TOLERANCE + (getattr(place, "precision", None) or 0)
    metres = metres_outside(commune.contour, place.latitude, place.longitude)
    if metres <= tolerance:
        return
    if any(metres_outside(each.contour, place.longitude, place.latitude) <= tolerance for each in communes):
        yield _swapped(place)
        return
    arguments = {"place": place.name, "commune": commune.name, "metres": round(metres)}
    around = [each.name for each in communes if metres_outside(each.contour, place.latitude, place.longitude) == 0]
    if around:
        yield Mistake("data-in-another-commune", {**arguments, "other": around[0]}, place.origin)
    else:
        yield Mistake("data-outside-commune", arguments, place.origin)


def _swapped(place: Any) -> Mistake:  # noqa: ANN401  site, area or depot
    arguments = {"place": place.name, "latitude": str(place.latitude), "longitude": str(place.longitude)}
    return Mistake("data-swapped-coordinates", arguments, place.origin)


def _crews(nouns: Mapping[str, list[Any]]) -> Iterator[Mistake]:
    sites = {site.id: site for site in nouns["sites"]}
    staff = {member.id: member for member in nouns["staff"]}
    for weekly in nouns["weekly"]:
        site = sites.get(weekly.site)
        if site and (site.latitude is None or site.longitude is None):
            arguments = {"permanence": weekly.name, "site": site.name}
            yield Mistake("data-fixed-without-coordinates", arguments, weekly.origin)
        if weekly.crew and all(member in staff for member in weekly.crew) and not _can_hold(weekly, staff):
            yield Mistake("data-crew-cannot-hold-roles", {"permanence": weekly.name}, weekly.origin)


def _can_hold(weekly: WeeklyPermanence, staff: Mapping[str, StaffMember]) -> bool:
    """Whether the crew given has exactly one person for each role."""
    if len(set(weekly.crew)) != len(weekly.roles) or len(weekly.crew) != len(weekly.roles):
        return False
    return any(
        all(role in staff[member].roles for member, role in zip(crew, weekly.roles, strict=True))
        for crew in permutations(weekly.crew)
    )


def _answers(answers: Iterable[Answer]) -> Iterator[Mistake]:
    first: dict[tuple[str, date, str], Answer] = {}
    for answer in answers:
        if first.setdefault((answer.member, answer.date, answer.session), answer).level is not answer.level:
            yield Mistake("data-two-answers", {}, answer.origin)


def _choices(nouns: Mapping[str, list[Any]]) -> Iterator[Mistake]:
    for partner in nouns["partners"]:
        if partner.maximum is not None and partner.minimum > partner.maximum:
            arguments = {"minimum": partner.minimum, "maximum": partner.maximum}
            yield Mistake("data-reversed-quota", arguments, partner.origin)
    for pairing in nouns["pairings"]:
        if len(set(pairing.members)) == 1:
            yield Mistake("data-paired-with-oneself", {"value": pairing.members[0]}, pairing.origin)
    for pin in nouns["pins"]:
        if pin.kind is PinKind.TOGETHER and len(set(pin.members)) < len(("one", "other")):
            yield Mistake("data-pin-needs-two-people", {"value": pin.id}, pin.origin)
