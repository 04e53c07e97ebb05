"""What tags mean for a van."""

import pytest

from picup_planner.roads.tags import ANY, BACKWARD, FORWARD, Vehicle, directions, drivable, limit, passable, unread

ROAD = {"highway": "residential"}
VAN = Vehicle(height=2.9, width=2.3, weight=3.5)
TRUCK = Vehicle(weight=7.5)


@pytest.mark.parametrize(
    "tags",
    [
        {"building": "yes"},
        {"highway": "footway"},
        {"highway": "pedestrian"},
        {"highway": "cycleway"},
        {"highway": "service", "service": "parking_aisle"},
        {**ROAD, "access": "private"},
        {**ROAD, "access": "no"},
        {**ROAD, "access": "customers"},
        {**ROAD, "motor_vehicle": "delivery"},
        {**ROAD, "motor_vehicle": "no"},
        {**ROAD, "access": "yes", "motorcar": "private"},
        {**ROAD, "area": "yes"},
        {},
    ],
)
def test_ways_a_van_may_not_drive(tags: dict[str, str]) -> None:
    """Buildings, footways, squares, private and car-free ways are left out."""
    assert not drivable(tags)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "motorway"},
        {"highway": "living_street"},
        {**ROAD, "access": "destination"},
        {**ROAD, "access": "no", "motor_vehicle": "yes"},
        {**ROAD, "motor_vehicle": "no", "motorcar": "yes"},
        {**ROAD, "hgv": "no"},
    ],
)
def test_ways_a_van_may_drive(tags: dict[str, str]) -> None:
    """The access tag closest to motor cars decides."""
    assert drivable(tags)


def test_a_heavy_vehicle_heeds_other_signs() -> None:
    """Over 3.5 tonnes, what is closed to goods vehicles is closed; below, it is not."""
    assert not drivable({**ROAD, "hgv": "no"}, TRUCK)
    assert drivable({**ROAD, "hgv": "no"}, VAN)
    assert directions({**ROAD, "oneway:hgv": "yes"}, TRUCK) == (FORWARD,)
    assert directions({**ROAD, "oneway:hgv": "yes"}, VAN) == (FORWARD, BACKWARD)


@pytest.mark.parametrize(
    ("sign", "passes"),
    [
        ({"maxheight": "2.5"}, False),
        ({"maxheight": "2,5 m"}, False),
        ({"maxheight": "9'6\""}, False),
        ({"maxheight": "9'7\""}, True),
        ({"maxheight": "290 cm"}, True),
        ({"maxheight": "default"}, True),
        ({"maxheight": "none"}, True),
        ({"maxheight:physical": "2.8"}, False),
        ({"maxwidth": "2.2"}, False),
        ({"maxwidth": "2.3"}, True),
        ({"maxweight": "3.5"}, True),
        ({"maxweight": "3400 kg"}, False),
        ({"maxweightrating": "3 t"}, False),
    ],
)
def test_what_fits(sign: dict[str, str], passes: bool) -> None:  # noqa: FBT001  a parametrised value
    """A sign lower, narrower or lighter than the van closes a road to it; one that names no figure does not."""
    assert drivable({**ROAD, **sign}, VAN) is passes
    assert drivable({**ROAD, **sign}, ANY), "of an unknown van nothing is assumed"


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ({"barrier": "bollard"}, False),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, True),
        ({"barrier": "bollard", "bicycle": "yes"}, False),
        ({"barrier": "gate"}, True),
        ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "height_restrictor", "maxheight": "2.1"}, False),
        ({"barrier": "height_restrictor", "maxheight": "3.5"}, True),
        ({"barrier": "toll_booth"}, True),
        ({}, True),
    ],
)
def test_barriers(tags: dict[str, str], passes: bool) -> None:  # noqa: FBT001  a parametrised value
    """Bollards close a road, gates only where a tag says so, low bars to what is higher."""
    assert passable(tags, VAN) is passes


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (ROAD, (FORWARD, BACKWARD)),
        ({**ROAD, "oneway": "yes"}, (FORWARD,)),
        ({**ROAD, "oneway": "-1"}, (BACKWARD,)),
        ({**ROAD, "oneway": "reversible"}, ()),
        ({**ROAD, "oneway": "alternating"}, (FORWARD, BACKWARD)),
        ({**ROAD, "oneway": "yes", "oneway:bicycle": "no"}, (FORWARD,)),
        ({**ROAD, "oneway": "yes", "oneway:motor_vehicle": "no"}, (FORWARD, BACKWARD)),
        ({**ROAD, "junction": "roundabout"}, (FORWARD,)),
        ({**ROAD, "junction": "circular"}, (FORWARD,)),
        ({"highway": "motorway"}, (FORWARD,)),
        ({"highway": "motorway", "oneway": "no"}, (FORWARD, BACKWARD)),
        ({"highway": "motorway_link"}, (FORWARD, BACKWARD)),
    ],
)
def test_directions(tags: dict[str, str], expected: tuple[int, ...]) -> None:
    """One-way where tagged, and on roundabouts and motorways unless tagged otherwise."""
    assert directions(tags) == expected


@pytest.mark.parametrize(
    ("maxspeed", "expected"),
    [
        ("30", 30),
        ("30 mph", pytest.approx(48.28, abs=0.01)),
        ("50 km/h", 50),
        ("FR:urban", 50),
        ("FR:zone30", 30),
        ("FR:zone:30", 30),
        ("walk", 6),
        ("none", 110),
        ("130", 110),
        ("70;50", 50),
        ("70|50|50", 50),
        ("signals", 50),
        ("0", 50),
        ("", 50),
    ],
)
def test_limit(maxspeed: str, expected: float) -> None:
    """Units, named limits and lists are understood, the lowest holds, and a van never exceeds its own limit."""
    assert limit({"highway": "secondary", "maxspeed": maxspeed}) == expected


def test_a_limit_for_each_direction() -> None:
    """A limit of one direction holds there, the common one elsewhere."""
    tags = {"highway": "secondary", "maxspeed": "70", "maxspeed:backward": "30"}
    assert (limit(tags, FORWARD), limit(tags, BACKWARD)) == (70, 30)


def test_limits_nobody_understands() -> None:
    """A limit that names no speed is told; one that names some is not."""
    assert unread({"maxspeed": "signals"}) == "signals"
    assert unread({"maxspeed": "signals;50"}) == unread({}) == ""
