"""What a territory folder holds: each file or table, the noun one of its rows makes, and how each column is read.

Columns `source` and `note` are accepted everywhere and carried by nobody: each fact keeps its origin next to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from picup_planner.problem import (
    Absence,
    Answer,
    Area,
    Certainty,
    Closure,
    Commune,
    DateRange,
    Depot,
    Habit,
    Id,
    Known,
    Market,
    Noun,
    ObjectiveChoice,
    Opening,
    Pairing,
    Partner,
    Permit,
    Pin,
    PinKind,
    Retention,
    Role,
    SchoolHoliday,
    Service,
    Session,
    Settings,
    Site,
    SiteClosure,
    SiteKind,
    StaffMember,
    Text,
    Together,
    Use,
    Van,
    WeeklyPermanence,
)
from picup_planner.territory.cells import (
    Parser,
    day,
    decimal,
    hour,
    hours,
    level,
    member_of,
    minutes,
    page,
    several,
    text,
    weekday,
    whole,
    yes_no,
)

TOML = "territory.toml"
CONTOURS = "communes.geojson"
ROADS = "roads.osm"
IGNORED = ("source", "note")


@dataclass(frozen=True)
class Reference:
    """A column that holds the id or the name of nouns of a kind, several of them separated by `|` when `many`."""

    kind: str
    many: bool = False


@dataclass(frozen=True)
class Table:
    """One file, or one table of the settings.

    Parameters
    ----------
    file
        Name in the folder.
    noun
        What a row makes.
    needed
        Columns that must be there and filled, separated by spaces.
    columns
        How each column is read.
    owner
        Column naming the noun that a row is a part of, kind of that noun, and the field of it that the row goes into.
    shape
        From the values of a row to the fields of the noun.
    required
        Whether the file must be there and hold at least one row.
    """

    file: str
    noun: type[Noun]
    needed: str
    columns: dict[str, Parser | Reference]
    owner: tuple[str, str, str] | None = None
    shape: Callable[[dict[str, Any]], dict[str, Any]] = dict
    required: bool = False


class Header(Known):
    """What stands before the first table of the settings: id and name of the territory."""

    id: Id
    name: Text


def _with_frequency(values: dict[str, Any]) -> dict[str, Any]:
    names = {"minimum", "maximum", "target"}
    rest = {name: value for name, value in values.items() if name not in names}
    return rest | {"frequency": {name: values[name] for name in names & values.keys()}}


def _with_members(values: dict[str, Any]) -> dict[str, Any]:
    return {"members": (values.get("member_a"), values.get("member_b")), "kind": values.get("kind")}


def _without_units(values: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_minutes"): value for name, value in values.items()}


_POSITION: dict[str, Parser | Reference] = {
    "latitude": decimal,
    "longitude": decimal,
    "certainty": member_of(Certainty),
}
_DATES: dict[str, Parser | Reference] = {"first": day, "last": day}
_HOURS: dict[str, Parser | Reference] = {"weekday": weekday, "start": hour, "end": hour}

_SETTINGS: dict[str, Parser | Reference] = {
    "set_up_minutes": minutes,
    "tear_down_minutes": minutes,
    "lunch_minutes": minutes,
    "midday_start": hour,
    "midday_end": hour,
    "min_gap": whole,
    "max_gap": whole,
    "site_maximum": whole,
    "daily_maximum": whole,
    "weekly_maximum": whole,
    "max_daily_length_minutes": minutes,
    "min_rest_minutes": minutes,
    "break_after_minutes": minutes,
    "break_length_minutes": minutes,
    "market_cleaning_minutes": minutes,
    "notice": whole,
    "walking_distance": whole,
    "road_distance": whole,
    "faces": whole,
    "trust_half_life": whole,
    "fixed_build_trust": yes_no,
    "van_at_social_centres": yes_no,
    "closed_weekdays": several(weekday),
    "public_holidays": yes_no,
    "school_holidays_open": yes_no,
    "school_zone": text,
    "hour_factors": several(decimal),
}

IN_TOML = {
    "header": Table(TOML, Header, "id name", {"id": text, "name": text}, required=True),
    "service": Table(
        TOML,
        Service,
        "name",
        {**dict.fromkeys(("name", "phone", "email", "address"), text), "page": page},
        required=True,
    ),
    "depots": Table(TOML, Depot, "id name latitude longitude", {"id": text, "name": text, **_POSITION}),
    "vans": Table(
        TOML,
        Van,
        "id name depot",
        {
            "id": text,
            "name": text,
            "depot": Reference("depots"),
            "height": decimal,
            "width": decimal,
            "weight": decimal,
        },
    ),
    "off": Table(TOML, DateRange, "van first last", {"van": Reference("vans"), **_DATES}, ("van", "vans", "off")),
    "sessions": Table(
        TOML, Session, "id name start end", {"id": text, "name": text, "start": hour, "end": hour}, required=True
    ),
    "roles": Table(TOML, Role, "id name", {"id": text, "name": text, "abbreviation": text}, required=True),
    "settings": Table(TOML, Settings, "", _SETTINGS, shape=_without_units),
    "retention": Table(TOML, Retention, "", dict.fromkeys(("plans", "staff_pages", "letters", "workbooks"), whole)),
    "objectives": Table(TOML, ObjectiveChoice, "name", {"name": text, "tolerance": decimal, "weight": whole}),
}
"""Tables of `territory.toml`; `header` is what precedes them, `off` the dates written inside a van."""

IN_CSV = {
    "communes": Table(
        "communes.csv",
        Commune,
        "id insee name",
        {
            "id": text,
            "insee": text,
            "name": text,
            "population": whole,
            "population_year": whole,
            "minimum": whole,
            "maximum": whole,
            "target": whole,
        },
        shape=_with_frequency,
        required=True,
    ),
    "sites": Table(
        "sites.csv",
        Site,
        "id name commune kind",
        {
            "id": text,
            "name": text,
            "commune": Reference("communes"),
            "kind": member_of(SiteKind),
            "neighbourhood": text,
            "landmark": text,
            "transit": text,
            "priority_neighbourhood": text,
            "residents": whole,
            **_POSITION,
            "precision": whole,
            "on": yes_no,
            "missing": text,
            "use": member_of(Use),
        },
        required=True,
    ),
    "openings": Table(
        "openings.csv",
        Opening,
        "site weekday start end",
        {"site": Reference("sites"), **_HOURS},
        ("site", "sites", "openings"),
    ),
    "markets": Table(
        "markets.csv",
        Market,
        "site weekday start end",
        {"site": Reference("sites"), **_HOURS, "certainty": member_of(Certainty)},
        ("site", "sites", "markets"),
    ),
    "site_closures": Table(
        "site_closures.csv",
        SiteClosure,
        "site first last",
        {"site": Reference("sites"), **_DATES, "reason": text},
        ("site", "sites", "closures"),
    ),
    "permits": Table(
        "permits.csv", Permit, "site first last", {"site": Reference("sites"), **_DATES}, ("site", "sites", "permits")
    ),
    "areas": Table(
        "areas.csv",
        Area,
        "id name commune latitude longitude",
        {
            "id": text,
            "name": text,
            "commune": Reference("communes"),
            "priority_neighbourhood": text,
            "residents": whole,
            **_POSITION,
        },
    ),
    "partners": Table(
        "partners.csv",
        Partner,
        "id name",
        {"id": text, "name": text, "minimum": whole, "maximum": whole, "shown": yes_no},
        required=True,
    ),
    "staff": Table(
        "staff.csv",
        StaffMember,
        "id name roles partner hours",
        {
            "id": text,
            "name": text,
            "roles": Reference("roles", many=True),
            "partner": Reference("partners"),
            "share": whole,
            "hours": hours,
            "driver": yes_no,
        },
        required=True,
    ),
    "habits": Table(
        "habits.csv",
        Habit,
        "member weekday level",
        {"member": Reference("staff"), "weekday": weekday, "session": Reference("sessions"), "level": level},
        ("member", "staff", "habits"),
    ),
    "absences": Table(
        "absences.csv",
        Absence,
        "member first last",
        {"member": Reference("staff"), **_DATES, "session": Reference("sessions")},
    ),
    "answers": Table(
        "answers.csv",
        Answer,
        "member date session level",
        {"member": Reference("staff"), "date": day, "session": Reference("sessions"), "level": level},
    ),
    "weekly": Table(
        "fixed.csv",
        WeeklyPermanence,
        "id name site weekday start end roles",
        {
            "id": text,
            "name": text,
            "site": Reference("sites"),
            **_HOURS,
            "roles": Reference("roles", many=True),
            "crew": Reference("staff", many=True),
        },
    ),
    "pairings": Table(
        "pairings.csv",
        Pairing,
        "member_a member_b kind",
        {"member_a": Reference("staff"), "member_b": Reference("staff"), "kind": member_of(Together)},
        shape=_with_members,
    ),
    "pins": Table(
        "pins.csv",
        Pin,
        "id kind",
        {
            "id": text,
            "kind": member_of(PinKind),
            "commune": Reference("communes"),
            "site": Reference("sites"),
            "date": day,
            "session": Reference("sessions"),
            "members": Reference("staff", many=True),
        },
    ),
    "closures": Table("closures.csv", Closure, "first last", {**_DATES, "name": text}),
    "school_holidays": Table(
        "school_holidays.csv",
        SchoolHoliday,
        "zone name first last",
        {"zone": text, "name": text, **_DATES},
        required=True,
    ),
}

TABLES = IN_TOML | IN_CSV
