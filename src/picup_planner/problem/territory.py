"""What lasts from month to month: communes, sites, depots, vans, staff, sessions and the numbers of the rules."""

from collections.abc import Mapping
from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from datetime import time
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, NonNegativeInt, PositiveFloat, model_validator

from picup_planner.errors import DataError
from picup_planner.problem.base import Id, Known, Latitude, Longitude, Noun, Roles, Text, Weekday
from picup_planner.problem.people import Absence, Answer, Pairing, Partner, Role, StaffMember
from picup_planner.problem.references import cross_references
from picup_planner.problem.settings import Settings


class SiteKind(StrEnum):
    """What a site is; a social centre is for fixed permanences unless the territory says otherwise."""

    SQUARE = "square"
    MARKET = "market"
    FORECOURT = "forecourt"
    STREET = "street"
    STATION = "station"
    SOCIAL_CENTRE = "social-centre"


class Certainty(StrEnum):
    """How sure a fact is."""

    VERIFIED = "verified"
    PROBABLE = "probable"
    UNVERIFIED = "unverified"
    MISSING = "missing"


class Use(StrEnum):
    """What a commune wants of one of its sites."""

    ALLOWED = "allowed"
    PREFERRED = "preferred"
    REQUIRED = "required"


class PinKind(StrEnum):
    """What the planner has decided beforehand."""

    HELD = "held"
    FORBIDDEN = "forbidden"
    TOGETHER = "together"


class Frequency(Noun):
    """Permanences of a commune in a calendar month: `minimum` and `target` are aimed at, `maximum` is a rule."""

    minimum: NonNegativeInt = 2
    maximum: NonNegativeInt = 4
    target: NonNegativeInt = 4

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.minimum <= self.target <= self.maximum:
            msg = "minimum <= target <= maximum"
            raise ValueError(msg)
        return self


class Commune(Known):
    """A municipality; `contour` is one closed ring of (longitude, latitude)."""

    id: Id
    insee: Annotated[str, Field(pattern=r"^[0-9AB]{5}$")]
    name: Text
    population: NonNegativeInt | None = None
    population_year: int | None = None
    contour: tuple[tuple[Longitude, Latitude], ...] = ()
    frequency: Frequency = Frequency()


class Opening(Known):
    """Hours in which a site may be used on a weekday; a site without any opening is open at all hours."""

    weekday: Weekday
    start: time
    end: time


class Market(Known):
    """A market: the site is taken from `start` to `end` and for its cleaning afterwards."""

    weekday: Weekday
    start: time
    end: time
    certainty: Certainty = Certainty.VERIFIED


class SiteClosure(Known):
    """Works or a festival: the site is taken from `first` to `last`, both included."""

    first: Date
    last: Date
    reason: Text = ""


class Permit(Known):
    """An authorisation to occupy public space, granted from `first` to `last`, both included."""

    first: Date
    last: Date


class Site(Known):
    """A place where a permanence can be held.

    Parameters
    ----------
    on
        Whether the planner may use it; a site switched off says in `missing` what is missing.
    latitude, longitude, precision
        Degrees, both ``None`` when unknown, and then the site is off; estimated error, in metres.
    residents
        Inhabitants of the priority neighbourhood the site stands in, ``None`` when unknown.
    transit
        Nearest stop of tram, bus or underground, as residents call it.
    permits
        Authorisations granted; without any, one must be asked for, `Settings.notice` ahead.
    """

    id: Id
    name: Text
    commune: Id
    kind: SiteKind
    neighbourhood: Text = ""
    landmark: Text = ""
    transit: Text = ""
    priority_neighbourhood: Text = ""
    residents: NonNegativeInt | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    precision: NonNegativeInt | None = None
    certainty: Certainty = Certainty.UNVERIFIED
    on: bool = True
    missing: Text = ""
    use: Use = Use.ALLOWED
    openings: tuple[Opening, ...] = ()
    markets: tuple[Market, ...] = ()
    closures: tuple[SiteClosure, ...] = ()
    permits: tuple[Permit, ...] = ()


class Area(Known):
    """Where residents to be reached live; reached when a served site lies within `Settings.walking_distance`.

    Parameters
    ----------
    priority_neighbourhood
        Name of the priority neighbourhood (QPV) it belongs to, empty for an area the commune requires.
    residents
        Inhabitants, ``None`` when unknown: shown as unknown, never guessed.
    """

    id: Id
    name: Text
    commune: Id
    priority_neighbourhood: Text = ""
    residents: NonNegativeInt | None = None
    latitude: Latitude
    longitude: Longitude
    certainty: Certainty = Certainty.UNVERIFIED


class Session(Known):
    """A named half-day with fixed hours at the site."""

    id: Id
    name: Text
    start: time
    end: time

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.start >= self.end:
            msg = "start must be before end"
            raise ValueError(msg)
        return self


class Depot(Known):
    """Where vans sleep."""

    id: Id
    name: Text
    latitude: Latitude
    longitude: Longitude
    certainty: Certainty = Certainty.UNVERIFIED


class DateRange(Noun):
    """Dates from `first` to `last`, both included."""

    first: Date
    last: Date


class Van(Known):
    """A van, what it measures (metres, tonnes) where that is known, and the dates on which it is out of service."""

    id: Id
    name: Text
    depot: Id
    height: PositiveFloat | None = None
    width: PositiveFloat | None = None
    weight: PositiveFloat | None = None
    off: tuple[DateRange, ...] = ()


class WeeklyPermanence(Known):
    """A fixed permanence every week in a social centre; `crew` names who holds it when that is given."""

    id: Id
    name: Text
    site: Id
    weekday: Weekday
    start: time
    end: time
    roles: Roles
    crew: tuple[Id, ...] = ()


class Pin(Known):
    """What the planner has fixed; a field left empty stands for any value.

    `held`: a permanence is held there and then, by these people among others. `forbidden`: none is (by these people,
    when some are named). `together`: these people work the same permanences, there and then.
    """

    id: Id
    kind: PinKind
    commune: Id | None = None
    site: Id | None = None
    date: Date | None = None
    session: Id | None = None
    members: tuple[Id, ...] = ()


class Closure(Known):
    """Closed dates the territory adds to weekends and public holidays, both ends included."""

    first: Date
    last: Date
    name: Text = ""


class SchoolHoliday(Known):
    """School holidays of one zone, first and last free day included."""

    zone: Annotated[str, Field(pattern=r"^[A-C]$")]
    name: Text
    first: Date
    last: Date


class Service(Known):
    """How residents reach the service; what is not known is empty, to be filled in.

    `page` is the address under which the folder made for residents is published.
    """

    name: Text
    phone: Text = ""
    email: Text = ""
    address: Text = ""
    page: Annotated[Text, Field(pattern=r"^(https?://[^\s<>\"]+)?$")] = ""


class Territory(Known):
    """What lasts from month to month.

    Raises
    ------
    DataError
        With every unknown or duplicate id at once.
    """

    id: Id
    name: Text
    service: Service
    communes: tuple[Commune, ...]
    sites: tuple[Site, ...]
    areas: tuple[Area, ...] = ()
    depots: tuple[Depot, ...]
    vans: tuple[Van, ...]
    sessions: tuple[Session, ...]
    roles: tuple[Role, ...]
    partners: tuple[Partner, ...]
    staff: tuple[StaffMember, ...]
    absences: tuple[Absence, ...] = ()
    answers: tuple[Answer, ...] = ()
    weekly: tuple[WeeklyPermanence, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    pins: tuple[Pin, ...] = ()
    closures: tuple[Closure, ...] = ()
    school_holidays: tuple[SchoolHoliday, ...] = ()
    settings: Settings = Settings()

    @model_validator(mode="after")
    def _references(self) -> Self:
        if mistakes := tuple(cross_references(self)):
            raise DataError(*mistakes)
        return self

    @cached_property
    def commune_of(self) -> Mapping[str, str]:
        """Commune of each site, both by id."""
        return {site.id: site.commune for site in self.sites}
