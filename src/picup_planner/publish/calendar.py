"""Calendar feeds that Outlook, Google and Apple subscribe to; the only module that knows which hour it is in Paris.

A feed is written over the one published before it. An event keeps its identity as long as its permanence does; its
number and the day it was last changed move when something a reader sees of it does. What was announced and is not
held stays, cancelled, and so does what earlier months held, for a year.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vDuration, vText

from picup_planner.draw import DrawnCommune
from picup_planner.messages import FRENCH, Words
from picup_planner.plan import State
from picup_planner.publish.audience import PublicMonth, PublicStop, StaffMonth, StaffStop, StaffTour
from picup_planner.publish.text import plain

PARIS = ZoneInfo("Europe/Paris")

_PARIS = b"""BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
"""Summer time by its rules: a table of past changes, as icalendar would write it, is an hour off in some programs."""

_OFTEN = timedelta(hours=6)
"""How often a program should look again."""

_MEMORY = timedelta(days=366)
_STAMPS = ("SEQUENCE", "LAST-MODIFIED", "DTSTAMP")
_SECOND = timedelta(seconds=1)


def public_feed(
    month: PublicMonth, previous: bytes = b"", language: str = FRENCH, *, commune: DrawnCommune | None = None
) -> bytes:
    """Write the feed of residents, of one commune when one is given.

    Parameters
    ----------
    previous
        The same feed as it was published before, empty the first time. It was written here; from another source it
        may raise ``ValueError``.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    """
    words = Words(language, plain)
    stops = [stop for stop in month.stops if commune is None or stop.commune == commune.id]
    events = [_event(month, stop, list(_for_residents(month, stop, words)), words) for stop in stops]
    for event in events:
        event.add("transp", "TRANSPARENT")  # being open to all takes nobody's time
    return _feed(month, commune.name if commune else month.territory_name, events, previous, words)


def staff_feed(
    month: StaffMonth, previous: bytes = b"", language: str = FRENCH, *, partner: str = "", person: str = ""
) -> bytes:
    """Write a feed of the staff: all of it, one partner's, or one person's.

    Parameters
    ----------
    previous, language
        As for :func:`public_feed`.
    partner, person
        The name of the one, the initials of the other, as the month tells them.
    """
    words = Words(language, plain)
    tours = {stop: tour for tour in month.tours for stop in tour.stops}
    events = [
        _event(month, stop, list(_for_staff(month, stop, tours.get(stop.id), words)), words)
        for stop in month.stops
        if (not partner or partner in stop.partners) and (not person or person in {one.initials for one in stop.crew})
    ]
    return _feed(month, partner or person or month.territory_name, events, previous, words)


def in_descriptions(feed: bytes, found: Iterable[re.Pattern[str]], other: str) -> bytes:
    """Give a feed with another text wherever a pattern is found in a description; numbers and days stay."""
    calendar = Calendar.from_ical(feed)
    patterns = list(found)
    for event in calendar.walk("VEVENT"):
        told = str(event.get("description", ""))
        for pattern in patterns:
            told = pattern.sub(lambda _: other, told)
        event["DESCRIPTION"] = vText(told)
    return bytes(calendar.to_ical())


def since(feed: bytes, first: date) -> bytes:
    """Give a feed without the events before a date."""
    calendar = Calendar.from_ical(feed)
    start = datetime.combine(first, time(), PARIS)
    calendar.subcomponents = [
        each for each in calendar.subcomponents if not isinstance(each, Event) or each.start >= start
    ]
    return bytes(calendar.to_ical())


def _event(month: PublicMonth | StaffMonth, stop: PublicStop, lines: list[str], words: Words) -> Event:
    """Write one permanence; its number and days are not on it yet."""
    event = Event()
    event.add("uid", f"{stop.id}@{month.territory}.picup-planner")
    event.add("dtstart", datetime.combine(stop.date, stop.start, PARIS))
    event.add("dtend", datetime.combine(stop.date, stop.end, PARIS))
    told = words("feed-summary", service=month.service.name, site=stop.place, commune=stop.commune_name)
    event.add("summary", vText(words("feed-cancelled", summary=told) if stop.cancelled else told))
    event.add("location", vText(", ".join(filter(None, map(plain, (stop.place, stop.landmark, stop.commune_name))))))
    event.add("description", vText("\n".join(lines)))
    if stop.latitude is not None and stop.longitude is not None:
        event.add("geo", (stop.latitude, stop.longitude))
    if stop.cancelled:
        event.add("status", "CANCELLED")
    else:
        event.add("status", "CONFIRMED" if month.state is State.PUBLISHED else "TENTATIVE")
    return event


def _for_residents(month: PublicMonth, stop: PublicStop, words: Words) -> Iterator[str]:
    """Yield what a resident reads of a stop below its name."""
    if month.state is not State.PUBLISHED:
        yield words(f"state-{month.state}")
    yield words("notice-offer")
    yield words("notice-free")
    yield from _whereabouts(stop, words)
    if stop.partners:
        yield words("notice-with", partners=words.listed([plain(name) for name in stop.partners]))
    if month.service.phone:
        yield words("notice-phone", phone=month.service.phone)
    yield words("notice-reserve")


def _for_staff(month: StaffMonth, stop: StaffStop, tour: StaffTour | None, words: Words) -> Iterator[str]:
    """Yield what the staff reads of a stop below its name: the crew, the van, when it leaves and is back."""
    if month.state is not State.PUBLISHED:
        yield words(f"state-{month.state}")
    for one in stop.crew:
        yield words("feed-person", member=one.initials, role=one.role_name, partner=one.partner)
    if not stop.crew:
        yield words("plan-nobody")
    if tour:
        yield words("feed-tour", van=tour.van_name, departure=tour.departure, back=tour.back)
    yield from _whereabouts(stop, words)


def _whereabouts(stop: PublicStop, words: Words) -> Iterator[str]:
    if stop.landmark:
        yield words("notice-landmark", landmark=stop.landmark)
    if stop.transit:
        yield words("notice-transit", transit=stop.transit)


def _feed(month: PublicMonth | StaffMonth, name: str, events: Iterable[Event], previous: bytes, words: Words) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//picup-planner//FR")
    calendar.add("version", "2.0")
    title = vText(plain(f"{month.service.name} · {name}"))
    for label in ("name", "x-wr-calname"):
        calendar.add(label, title)
    calendar.add("x-wr-timezone", PARIS.key)
    calendar.add("refresh-interval", _OFTEN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_OFTEN))
    calendar.add_component(Timezone.from_ical(_PARIS))
    known = {event.uid: event for event in _events(previous)} if previous else dict[str, Event]()
    stamp = datetime.combine(month.updated_on, time(), UTC)
    told = [_stamped(event, known.pop(event.uid, None), stamp) for event in events]
    told += [left for event in known.values() if (left := _left(event, month.month, stamp, words))]
    for event in sorted(told, key=lambda event: (event.start, event.uid)):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(feed: bytes) -> Iterator[Event]:
    return (each for each in Calendar.from_ical(feed).walk("VEVENT") if isinstance(each, Event))


def _changed(event: Event) -> datetime:
    return datetime.fromisoformat(str(event.decoded("LAST-MODIFIED")))


def _stamped(event: Event, before: Event | None, stamp: datetime) -> Event:
    """Give the event as it was published before when a reader sees no difference, else with a new number and day."""
    new = _bare(event)
    if before is None:
        number, changed = 0, stamp
    elif new.to_ical() == _bare(before).to_ical():
        return before
    else:
        number, changed = before.sequence + 1, max(stamp, _changed(before) + _SECOND)
    new.add("sequence", number)
    new.add("last-modified", changed)
    new.add("dtstamp", changed)
    return new


def _left(event: Event, month: str, stamp: datetime, words: Words) -> Event | None:
    """Give an event the month says nothing of: one of this month is withdrawn, one of an earlier month is kept.

    Its name says so too: some programs show nothing of its state.
    """
    first = date.fromisoformat(f"{month}-01")
    if f"{event.start:%Y-%m}" != month:
        return event if event.start >= datetime.combine(first - _MEMORY, time(), PARIS) else None
    if event["STATUS"] == "CANCELLED":
        return event
    withdrawn = event.copy(recursive=True)
    withdrawn["STATUS"] = vText("CANCELLED")
    withdrawn["SUMMARY"] = vText(words("feed-withdrawn", summary=str(event["SUMMARY"])))
    return _stamped(withdrawn, event, stamp)


def _bare(event: Event) -> Event:
    """Copy an event without its number and days."""
    bare = event.copy(recursive=True)
    for name in _STAMPS:
        bare.pop(name, None)
    return bare
