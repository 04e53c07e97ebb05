"""What is published: a new output is one function in its own file, and one line of :data:`OUTPUTS`.

A function takes an :class:`Edition`, what its audience may read and what is drawn of it, and returns a file; where the
name holds `{}`, several files, each by the id that takes that place.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from picup_planner.draw import Drawing, DrawnCommune
from picup_planner.plan import State
from picup_planner.problem import Id
from picup_planner.publish.audience import PublicMonth, PublicStop, StaffMonth
from picup_planner.publish.calendar import public_feed, staff_feed
from picup_planner.publish.changes import Month, changed, email, texts
from picup_planner.publish.map import staff_map
from picup_planner.publish.opendata import geojson, table
from picup_planner.publish.paper import Paper
from picup_planner.publish.poster import poster
from picup_planner.publish.public_list import Also
from picup_planner.publish.public_page import WITH_TILES, public_page
from picup_planner.publish.subscribing import Feed, subscribing

M = TypeVar("M", bound=PublicMonth | StaffMonth)
K = TypeVar("K", PublicMonth, StaffMonth)

Content = str | bytes
Files = Content | Mapping[str, Content]

MONTH = "month.json"
"""What the pages of a month are made from, kept beside them: a later publication tells the month again."""

ANNOUNCED = "announced.json"
"""What residents were last told of a month as published, kept beside it: a draft in between does not change that."""

EVERYTHING, OF_COMMUNE, OF_PARTNER = (
    f"calendriers/{name}.ics" for name in ("permanences", "commune-{}", "partenaire-{}")
)
SUBSCRIBING, POSTER = "calendriers.html", "affiches/{}-a4.pdf"
OF_PERSON = "calendriers/{}.ics"
EMAIL, TEXTS = "changements.txt", "sms.txt"

_ID = TypeAdapter(Id)


class Audience(StrEnum):
    """Who reads, which is also the name of the folder."""

    PUBLIC = "public"
    STAFF = "staff"


@dataclass(frozen=True)
class Edition(Generic[M]):
    """All an output is made from.

    Parameters
    ----------
    month
        The month published.
    others
        Months published before that are still told, the latest first: a feed people subscribe to must not lose them.
    drawing
        For residents, communes and background; for the staff also sites, depots and roads driven.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    home
        Whether it is for the top of the folder, where the latest month is, rather than for the folder of its month.
    before
        Gives a file of the whole folder as it was published before, empty when there was none.
    people
        Initials of each person of the staff, by the address of their calendar, which nobody can guess.
    """

    month: M
    others: tuple[M, ...]
    drawing: Drawing
    language: str = "fr"
    home: bool = False
    before: Callable[[str], bytes] = lambda _: b""
    people: Mapping[str, str] = field(default_factory=dict)

    @property
    def months(self) -> tuple[M, ...]:
        """Every month told, the earliest first."""
        return tuple(sorted((self.month, *self.others), key=lambda told: told.month))

    def previous(self, name: str) -> bytes:
        """Give this very file as it was published before."""
        return self.before(name if self.home else f"{self.month.month}/{name}")

    @property
    def links(self) -> Iterator[tuple[str, str]]:
        """Address and month of the other pages, as seen from this one."""
        if self.home:
            yield from ((f"{other.month}/index.html", other.month) for other in self.others)
        elif latest := max((other.month for other in self.others if other.month > self.month.month), default=""):
            yield "../index.html", latest


@dataclass(frozen=True)
class Output:
    """One kind of file.

    Parameters
    ----------
    name
        Within the folder of the month.
    month
        Whether it stands in the folder of its month.
    write
        From an edition to the file, or to several.
    home
        Whether it also stands at the top of the folder, made for the latest month, where its address never changes.
    """

    name: str
    audience: Audience
    write: Callable[[Edition[Any]], Files]
    home: bool = False
    month: bool = True

    def files(self, edition: Edition[Any]) -> Iterator[tuple[str, bytes]]:
        """Yield names and contents."""
        written = self.write(edition)
        several = (
            {_ID.validate_python(key): content for key, content in written.items()}
            if isinstance(written, Mapping)
            else {"": written}
        )
        for key, content in several.items():
            yield self.name.format(key), content.encode() if isinstance(content, str) else content


def _public(edition: Edition[PublicMonth]) -> str:
    return _page_of_residents(edition, tiles=False)


def _public_tiled(edition: Edition[PublicMonth]) -> str:
    return _page_of_residents(edition, tiles=True)


def _page_of_residents(edition: Edition[PublicMonth], *, tiles: bool) -> str:
    """Page with the addresses of what else is published, as seen from it."""
    up, posters = ("", f"{edition.month.month}/") if edition.home else ("../", "")
    also = Also(f"{up}{SUBSCRIBING}", f"{posters}{POSTER}")
    return public_page(edition.month, edition.drawing, edition.language, others=edition.links, also=also, tiles=tiles)


def _staff(edition: Edition[StaffMonth]) -> str:
    return staff_map(edition.month, edition.drawing, edition.language, others=edition.links)


def _public_feed(edition: Edition[PublicMonth], name: str, commune: DrawnCommune | None = None) -> bytes:
    feed = edition.previous(name)
    for month in edition.months:
        feed = public_feed(month, feed, edition.language, commune=commune)
    return feed


def _staff_feed(edition: Edition[StaffMonth], name: str, partner: str = "", person: str = "") -> bytes:
    feed = edition.previous(name)
    for month in edition.months:
        feed = staff_feed(month, feed, edition.language, partner=partner, person=person)
    return feed


def _calendar(edition: Edition[PublicMonth]) -> Files:
    return _public_feed(edition, EVERYTHING)


def _calendars_of_communes(edition: Edition[PublicMonth]) -> Files:
    return {each.id: _public_feed(edition, OF_COMMUNE.format(each.id), each) for each in edition.drawing.communes}


def _calendar_of_staff(edition: Edition[StaffMonth]) -> Files:
    return _staff_feed(edition, EVERYTHING)


def _calendars_of_partners(edition: Edition[StaffMonth]) -> Files:
    return {
        each.id: _staff_feed(edition, OF_PARTNER.format(each.id), each.name) for each in edition.month.organisations
    }


def _calendars_of_people(edition: Edition[StaffMonth]) -> Files:
    return {
        token: _staff_feed(edition, OF_PERSON.format(token), person=initials)
        for token, initials in edition.people.items()
    }


def _subscribing(edition: Edition[PublicMonth]) -> str:
    communes = [Feed(each.name, OF_COMMUNE.format(each.id)) for each in edition.drawing.communes]
    return _page_of_feeds(edition, communes, edition.month.service.page)


def _subscribing_of_staff(edition: Edition[StaffMonth]) -> str:
    partners = [Feed(each.name, OF_PARTNER.format(each.id)) for each in edition.month.organisations]
    return _page_of_feeds(edition, partners)


def _page_of_feeds(edition: Edition[Any], feeds: list[Feed], address: str = "") -> str:
    month = edition.month
    return subscribing(month.service.name, [Feed(month.territory_name, EVERYTHING), *feeds], address, edition.language)


def _posters(paper: Paper) -> Callable[[Edition[PublicMonth]], Files]:
    return lambda edition: {
        each.id: poster(edition.month, each, paper, edition.language) for each in edition.drawing.communes
    }


def _geojson(edition: Edition[PublicMonth]) -> str:
    return geojson(edition.month, edition.language)


def _table(edition: Edition[PublicMonth]) -> bytes:
    return table(edition.month)


def _message(name: str, write: Callable[[Month, Month, str], str]) -> Callable[[Edition[StaffMonth]], Files]:
    """Tell what changes of the month as it was last published; nothing new to tell, the last message stays."""

    def files(edition: Edition[StaffMonth]) -> Files:
        month, published = edition.month, _published(edition)
        if published and month.state is State.PUBLISHED and changed(published, month):
            return write(published, month, edition.language)
        return edition.previous(name) or {}

    return files


def _announced(edition: Edition[StaffMonth]) -> Files:
    month = edition.month
    told = _for_residents(month) if month.state is State.PUBLISHED else _published(edition)
    return told.model_dump_json(indent=1) if told else {}


def _published(edition: Edition[StaffMonth]) -> PublicMonth | None:
    """Give what residents were last told of the month as published, ``None`` when nothing was."""
    told = _read(edition.previous(ANNOUNCED), PublicMonth)
    before = None if told else _read(edition.previous(MONTH), StaffMonth)
    return _for_residents(before) if before and before.state is State.PUBLISHED else told


def _for_residents(month: StaffMonth) -> PublicMonth:
    """Leave out of a month everybody who holds it: it is kept longer than they are."""
    told = {name: getattr(month, name) for name in PublicMonth.model_fields}
    kept = PublicStop.model_fields.keys() - {"partners"}
    stops = (PublicStop(**{name: getattr(stop, name) for name in kept}) for stop in month.stops)
    return PublicMonth(**{**told, "stops": tuple(stops)})


def _read(month: bytes, noun: type[K]) -> K | None:
    try:
        return noun.model_validate_json(month) if month else None
    except ValidationError:  # written by another version
        return None


OUTPUTS = (
    Output("index.html", Audience.PUBLIC, _public, home=True),
    Output(WITH_TILES, Audience.PUBLIC, _public_tiled, home=True),
    Output("index.html", Audience.STAFF, _staff, home=True),
    Output(EVERYTHING, Audience.PUBLIC, _calendar, home=True, month=False),
    Output(OF_COMMUNE, Audience.PUBLIC, _calendars_of_communes, home=True, month=False),
    Output(SUBSCRIBING, Audience.PUBLIC, _subscribing, home=True, month=False),
    Output(EVERYTHING, Audience.STAFF, _calendar_of_staff, home=True, month=False),
    Output(OF_PARTNER, Audience.STAFF, _calendars_of_partners, home=True, month=False),
    Output(OF_PERSON, Audience.STAFF, _calendars_of_people, home=True, month=False),
    Output(SUBSCRIBING, Audience.STAFF, _subscribing_of_staff, home=True, month=False),
    Output(POSTER, Audience.PUBLIC, _posters(Paper.A4)),
    Output("affiches/{}-a3.pdf", Audience.PUBLIC, _posters(Paper.A3)),
    Output("permanences.geojson", Audience.PUBLIC, _geojson, home=True),
    Output("permanences.csv", Audience.PUBLIC, _table, home=True),
    Output(ANNOUNCED, Audience.STAFF, _announced),
    Output(EMAIL, Audience.STAFF, _message(EMAIL, email)),
    Output(TEXTS, Audience.STAFF, _message(TEXTS, texts)),
)
