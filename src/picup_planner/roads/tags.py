"""What OpenStreetMap's tags mean for a van: where it may drive, which way, how fast."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LIMITS = {
    "motorway": 110,
    "motorway_link": 70,
    "trunk": 90,
    "trunk_link": 50,
    "primary": 50,
    "primary_link": 50,
    "secondary": 50,
    "secondary_link": 50,
    "tertiary": 50,
    "tertiary_link": 50,
    "unclassified": 50,
    "road": 30,
    "residential": 30,
    "living_street": 20,
}
"""Classes a van may drive, and the limit in km/h where `maxspeed` says none: an assumption for French towns."""

VAN_LIMIT = 110
"""No van of the service is driven faster, in km/h."""

DRIVEN = 0.8
"""Share of the limit driven on average, lights and turns included: an assumption."""

HEAVY = 3.5
"""Tonnes above which a vehicle is a goods vehicle, `hgv` (article R. 311-1 of the code de la route)."""

FORWARD, BACKWARD = 1, -1
REVERSED = {"-1", "reverse"}
"""Values of `oneway` on ways driven against their line only."""

Tags = Mapping[str, str]

_CLOSED = {
    *("no", "private", "military", "emergency", "agricultural", "forestry"),
    *("delivery", "permit", "customers", "residents", "psv", "bus"),
}
_CLOSING = {"block", "bollard", "bus_trap", "debris", "jersey_barrier", "log", "planter", "rope", "stile", "turnstile"}
_YES = {"yes", "true", "1"}
_NAMED_LIMITS = {"urban": 50, "rural": 80, "trunk": 110, "motorway": 130, "living_street": 20, "walk": 6, "none": 130}
_PLAUSIBLE = {
    "motorway": (50, 130),
    "motorway_link": (30, 130),
    "trunk": (50, 110),
    "trunk_link": (30, 110),
    "residential": (10, 50),
    "living_street": (5, 30),
}
"""Limits in km/h that surprise nobody on a class of roads."""

_MPH, _FOOT, _POUND = 1.609344, 0.3048, 0.00045359237


@dataclass(frozen=True)
class Vehicle:
    """What must fit on a road: metres and tonnes, ``None`` when unknown, and then no limit is heeded."""

    height: float | None = None
    width: float | None = None
    weight: float | None = None

    @property
    def modes(self) -> tuple[str, ...]:
        """Names of its kind in tags, the closest first."""
        own = "hgv" if (self.weight or 0) > HEAVY else "motorcar"
        return own, "motor_vehicle", "vehicle"


ANY = Vehicle()
"""A van of which nothing is known."""


def drivable(tags: Tags, vehicle: Vehicle = ANY) -> bool:
    """Whether a vehicle may drive a way; the access tag closest to its kind decides.

    Examples
    --------
    >>> street = {"highway": "residential", "access": "no", "motor_vehicle": "yes", "maxheight": "2.6 m"}
    >>> drivable(street), drivable(street, Vehicle(height=2.9))
    (True, False)
    """
    return tags.get("highway") in LIMITS and tags.get("area") != "yes" and _open(tags, vehicle) and fits(tags, vehicle)


def passable(tags: Tags, vehicle: Vehicle = ANY) -> bool:
    """Whether a vehicle may pass a node: bollards and the like close it unless an access tag opens them."""
    if tags.get("barrier") in _CLOSING and not _access(tags, vehicle):
        return False
    return _open(tags, vehicle) and fits(tags, vehicle)


def fits(tags: Tags, vehicle: Vehicle) -> bool:
    """Whether a vehicle is no higher, wider or heavier than signs allow."""
    limits = (
        (vehicle.height, ("maxheight", "maxheight:physical"), _metres),
        (vehicle.width, ("maxwidth", "maxwidth:physical"), _metres),
        (vehicle.weight, ("maxweight", "maxweightrating"), _tonnes),
    )
    return all(
        size is None or (most := measure(tags.get(key, ""))) is None or size <= most
        for size, keys, measure in limits
        for key in keys
    )


def directions(tags: Tags, vehicle: Vehicle = ANY) -> tuple[int, ...]:
    """Return `FORWARD`, `BACKWARD` or both: one-way where tagged, and on roundabouts and motorways unless tagged so.

    A street one-way for a closer kind of vehicle is so for it alone; one whose direction changes is not driven.

    Examples
    --------
    >>> directions({"highway": "residential"}), directions({"highway": "tertiary", "junction": "roundabout"})
    ((1, -1), (1,))
    """
    keys = (*(f"oneway:{mode}" for mode in vehicle.modes), "oneway")
    implied = tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"
    value = next((tags[key] for key in keys if key in tags), "yes" if implied else "no")
    if value in _YES:
        return (FORWARD,)
    if value in REVERSED:
        return (BACKWARD,)
    return () if value == "reversible" else (FORWARD, BACKWARD)


def limit(tags: Tags, direction: int = FORWARD) -> float:
    """Speed limit of a drivable way for a van, in km/h: the lowest its `maxspeed` names, or its class's.

    Examples
    --------
    >>> limit({"highway": "secondary", "maxspeed": "FR:zone30"}), limit({"highway": "secondary"})
    (30.0, 50)
    """
    side = "maxspeed:forward" if direction == FORWARD else "maxspeed:backward"
    named = [speed for text in _listed(tags.get(side, tags.get("maxspeed", ""))) if (speed := _speed(text)) is not None]
    return min(min(named, default=LIMITS[tags["highway"]]), VAN_LIMIT)


def unread(tags: Tags) -> str:
    """Return a `maxspeed` that names no speed, or an empty text."""
    text = tags.get("maxspeed", "")
    return text if text and all(_speed(one) is None for one in _listed(text)) else ""


def doubt(tags: Tags) -> str:
    """Say why the `maxspeed` of a drivable way is worth a look: `unread`, `high`, `low` for its class; or nothing.

    Bounds are what the code de la route allows (articles R. 413-2 and -3), with room for signs that say otherwise.
    """
    if unread(tags):
        return "unread"
    speeds = [speed for text in _listed(tags.get("maxspeed", "")) if (speed := _speed(text)) is not None]
    least, most = _PLAUSIBLE.get(tags["highway"], (10, 90))
    return "low" if min(speeds, default=least) < least else "high" if max(speeds, default=most) > most else ""


def _listed(text: str) -> list[str]:
    return re.split(r"[|;,]", text)


def _access(tags: Tags, vehicle: Vehicle) -> str | None:
    return next((tags[key] for key in (*vehicle.modes, "access") if key in tags), None)


def _open(tags: Tags, vehicle: Vehicle) -> bool:
    return (_access(tags, vehicle) or "yes") not in _CLOSED


def _speed(text: str) -> float | None:
    """Kilometres per hour of one `maxspeed` value (`50`, `30 mph`, `FR:urban`, `FR:zone30`), or ``None``."""
    value = text.strip().lower().removeprefix("fr:").removeprefix("zone").removeprefix(":")
    if match := re.fullmatch(r"(\d+(?:\.\d+)?) ?(mph|km/h|kmh|kph)?", value):
        return float(match[1]) * (_MPH if match[2] == "mph" else 1) or None
    return _NAMED_LIMITS.get(value)


def _metres(text: str) -> float | None:
    """Metres of a sign (`3.2`, `3.2 m`, `10'6"`), or ``None``."""
    if match := re.fullmatch(r"(\d+)' ?(?:(\d+)\")?", text.strip()):
        return (int(match[1]) + int(match[2] or 0) / 12) * _FOOT
    return _measured(text, {"": 1, "m": 1, "cm": 0.01})


def _tonnes(text: str) -> float | None:
    """Tonnes of a sign (`3.5`, `3.5 t`, `3500 kg`), or ``None``."""
    return _measured(text, {"": 1, "t": 1, "kg": 0.001, "lbs": _POUND})


def _measured(text: str, units: Mapping[str, float]) -> float | None:
    match = re.fullmatch(r"(\d+(?:[.,]\d+)?) ?([a-z]*)", text.strip().lower())
    return float(match[1].replace(",", ".")) * units[match[2]] if match and match[2] in units else None
