from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from feeds import Read, by_icalendar, by_icaljs, name_by_icaljs
from pages import public_month, staff_month, tiny_plan
from picup_planner.plan import State
from picup_planner.publish.audience import PublicMonth, announced, for_staff
from picup_planner.publish.calendar import public_feed, staff_feed
from problems import hand_plan, tiny_problem

PARSERS = [by_icalendar, by_icaljs]
CREW = {"as": "as-1", "casp": "casp-1"}


def tiny() -> PublicMonth:
    """Give the tiny month, announced."""
    return public_month()[0].model_copy(update={"state": State.PUBLISHED})


def at(day: date, stop: int = 0, **changes: object) -> PublicMonth:
    """Give the tiny month with one stop otherwise, on another date above all."""
    month = tiny()
    stops = [
        each.model_copy(update={"date": day, **changes}) if n == stop else each for n, each in enumerate(month.stops)
    ]
    return month.model_copy(update={"month": f"{day:%Y-%m}", "stops": tuple(stops)})


def changed(before: bytes, after: bytes) -> dict[str, tuple[int, int]]:
    """Numbers before and after of the events whose number or last change is not the same."""
    old, new = (
        {str(event["UID"]): event for event in Calendar.from_ical(feed).walk("VEVENT")} for feed in (before, after)
    )
    return {
        uid: (int(old[uid]["SEQUENCE"]), int(new[uid]["SEQUENCE"]))
        for uid in old.keys() & new.keys()
        if (old[uid]["SEQUENCE"], old[uid]["LAST-MODIFIED"].dt) != (new[uid]["SEQUENCE"], new[uid]["LAST-MODIFIED"].dt)
    }


@pytest.mark.parametrize("read", PARSERS)
@pytest.mark.parametrize(
    ("day", "hour"),
    [
        (date(2026, 12, 7), 8),
        (date(2027, 3, 26), 8),
        (date(2027, 3, 29), 7),
        (date(2027, 7, 14), 7),
        (date(2027, 10, 29), 7),
        (date(2027, 11, 2), 8),
        (date(2035, 3, 26), 7),
        (date(2035, 10, 29), 8),
    ],
)
def test_nine_in_the_morning_is_nine_in_paris(read: Callable[[bytes], list[Read]], day: date, hour: int) -> None:
    """In winter, in summer, and on the days about a change, 9 h in Paris is the right hour in UTC, years ahead too."""
    month = tiny()
    stop = month.stops[0].model_copy(update={"date": day, "start": time(9), "end": time(12)})
    events = read(public_feed(month.model_copy(update={"month": f"{day:%Y-%m}", "stops": (stop,)})))
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    assert [(event.start, event.end) for event in events] == [(start, start + timedelta(hours=3))]


def test_two_programs_read_the_same() -> None:
    """Both programs understand every event alike, accents, commas and backslashes included, and as it was written."""
    place = "Place d’Œuvre, à l’angle ; \\ « là »"
    feed = public_feed(at(date(2026, 12, 8), place=place, landmark="Mairie"))
    assert by_icalendar(feed) == by_icaljs(feed)
    assert name_by_icaljs(feed) == "Service d’essai · Essai"
    assert f"{place}, Mairie, Amont" in {event.location for event in by_icaljs(feed)}


def test_published_again_it_is_the_same_byte_for_byte() -> None:
    """A feed written over itself does not change, nor does it when only the day of the plan does."""
    month = tiny()
    feed = public_feed(month)
    assert public_feed(month, feed) == feed
    assert public_feed(month.model_copy(update={"updated_on": date(2026, 12, 1)}), feed) == feed


def test_only_what_changes_gets_a_new_number_and_day() -> None:
    """A stop moved to another date keeps its identity; its number and day of change move, and no other's."""
    before = public_feed(tiny())
    after = public_feed(at(date(2026, 12, 8)), before)
    uid = f"{tiny().stops[0].id}@essai.picup-planner"
    assert changed(before, after) == {uid: (0, 1)}
    assert next(event.start for event in by_icalendar(after) if event.uid == uid) == datetime(
        2026, 12, 8, 8, tzinfo=UTC
    )
    back = public_feed(tiny(), after)
    assert changed(after, back) == {uid: (1, 2)}


def test_two_changes_on_one_day_have_two_days_of_change() -> None:
    """Changed twice under the same day of the plan, an event is later each time: a program sees the second one."""
    feeds = [b"", public_feed(tiny())]
    feeds += [public_feed(at(date(2026, 12, 8)), feeds[-1])]
    feeds += [public_feed(at(date(2026, 12, 9)), feeds[-1])]
    days = [
        max(event["LAST-MODIFIED"].dt for event in Calendar.from_ical(feed).walk("VEVENT")) for feed in feeds if feed
    ]
    assert days == sorted(set(days))


def test_the_day_of_change_is_that_of_the_plan() -> None:
    """An event that changes is told changed on the day of the plan, read from no clock."""
    before = public_feed(tiny())
    after = public_feed(at(date(2026, 12, 8)).model_copy(update={"updated_on": date(2026, 12, 2)}), before)
    stamps = {event["LAST-MODIFIED"].dt for event in Calendar.from_ical(after).walk("VEVENT")}
    assert stamps == {datetime(2026, 11, 15, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)}


def test_what_is_cancelled_stays_cancelled() -> None:
    """A cancelled stop is an event of the same identity, its state and its name say so, and it stays."""
    month = tiny()
    gone = at(month.stops[0].date, cancelled=True)
    feed = public_feed(gone, public_feed(month))
    told = next(event for event in by_icalendar(feed) if event.uid.startswith(month.stops[0].id))
    assert (told.status, told.sequence) == ("CANCELLED", 1)
    assert told.summary.startswith("ANNULÉ")
    assert public_feed(gone, feed) == feed


def test_what_the_plan_forgets_is_withdrawn_not_dropped() -> None:
    """An event that the new plan of its month forgets is cancelled under its identity, once, and its name says so."""
    month = tiny()
    fewer = month.model_copy(update={"stops": month.stops[1:]})
    feed = public_feed(fewer, public_feed(month))
    told = {event.uid: event for event in by_icalendar(feed)}
    withdrawn = told[f"{month.stops[0].id}@essai.picup-planner"]
    assert withdrawn.status == "CANCELLED"
    assert withdrawn.summary.startswith("RETIRÉ")
    assert len(told) == len(month.stops)
    assert public_feed(fewer, feed) == feed
    assert by_icalendar(public_feed(month, feed))[0].summary == by_icalendar(public_feed(month))[0].summary


def test_earlier_months_stay_for_a_year() -> None:
    """The next month is added to what was published; what is over a year old leaves."""
    december = public_feed(tiny())
    stop = tiny().stops[0].model_copy(update={"id": "amont-202701-1", "date": date(2027, 1, 11)})
    january = public_feed(tiny().model_copy(update={"month": "2027-01", "stops": (stop,)}), december)
    assert [event.start.month for event in by_icalendar(january)] == [12, 12, 12, 12, 1]
    assert december.partition(b"BEGIN:VEVENT")[2].rpartition(b"END:VCALENDAR")[0].strip() in january
    much_later = public_feed(tiny().model_copy(update={"month": "2028-01", "stops": ()}), january)
    assert [event.start.date() for event in by_icalendar(much_later)] == [date(2027, 1, 11)]


def test_a_proposal_is_tentative() -> None:
    """Until it is published, a month is told as not sure, by its state and in words."""
    drafts = by_icalendar(public_feed(public_month()[0]))
    assert {event.status for event in drafts} == {"TENTATIVE"}
    assert all("Brouillon" in event.description for event in drafts)
    assert {event.status for event in by_icalendar(public_feed(tiny()))} == {"CONFIRMED"}


def test_a_commune_has_its_own_feed() -> None:
    """The feed of a commune holds its stops and its name, and nothing of another."""
    commune = public_month()[1].communes[0]
    feed = public_feed(tiny(), commune=commune)
    told = by_icalendar(feed)
    assert {event.uid for event in told} == {
        f"{stop.id}@essai.picup-planner" for stop in tiny().stops if stop.commune == commune.id
    }
    assert "Aval" not in feed.decode()
    assert Calendar.from_ical(feed)["X-WR-CALNAME"] == "Service d’essai · Amont"


def test_each_person_and_partner_has_what_concerns_them() -> None:
    """The feed of a person holds their permanences, that of a partner those of its people; crew and van are told."""
    problem = tiny_problem()
    plan = tiny_plan(problem)
    month = for_staff(problem, plan)
    person = month.stops[0].crew[0].initials
    mine = by_icalendar(staff_feed(month, person=person))
    assert {event.uid.partition("@")[0] for event in mine} == {
        held.id for held in plan.permanences if "as-1" in {one.member for one in held.crew}
    }
    assert all(person in event.description and "Fourgon 1" in event.description for event in mine)
    assert len(by_icalendar(staff_feed(month, partner="Ville"))) == len(month.stops)
    assert by_icalendar(staff_feed(month, partner="Personne")) == []


def test_somebody_replaced_sees_it_withdrawn() -> None:
    """A permanence that somebody no longer holds is cancelled in their feed, while it is held in all others."""
    problem = tiny_problem()
    before = for_staff(problem, hand_plan(problem, [("amont-1", 7, "matin", CREW)]))
    after = for_staff(problem, hand_plan(problem, [("amont-1", 7, "matin", {**CREW, "as": "as-2"})]))
    ada = next(one.initials for one in before.stops[0].crew if one.role_name == "Travailleur social")
    mine = by_icalendar(staff_feed(after, staff_feed(before, person=ada), person=ada))
    everybody = by_icalendar(staff_feed(after, staff_feed(before)))
    assert [event.status for event in mine if event.uid.startswith("amont")] == ["CANCELLED"]
    assert [event.status for event in everybody if event.uid.startswith("amont")] == ["TENTATIVE"]


def test_residents_read_no_person_no_depot() -> None:
    """The public feed names neither people nor vans nor the depot, which the staff's feed does."""
    public, staff = public_feed(tiny()).decode(), staff_feed(staff_month()[0]).decode().replace("\r\n ", "")
    assert "Fourgon" in staff
    assert not any(word in public.replace("\r\n ", "") for word in ("Fourgon", "Dépôt", "dépôt", "Travailleur", "A."))


def test_the_zone_is_told_by_its_rules() -> None:
    """One time zone of two rules, for ever: no table of past changes."""
    zones = Calendar.from_ical(public_feed(tiny())).walk("VTIMEZONE")
    assert [len(zone.subcomponents) for zone in zones] == [2]
    assert all("RRULE" in rule for zone in zones for rule in zone.subcomponents)


def test_lines_are_75_octets_at_most() -> None:
    """Every line ends with CR LF and is short enough, cut between letters."""
    feed = public_feed(at(date(2026, 12, 8), place="Œ" * 200, landmark="ễ" * 200))
    lines = feed.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert all(line.decode() or not line for line in lines)


def test_a_fixed_permanence_without_hours_of_a_session_is_there() -> None:
    """A permanence of a social centre is in the feed, at its own hours."""
    problem = tiny_problem()
    events = by_icalendar(public_feed(announced(problem, tiny_plan(problem))))
    fixed = next(event for event in events if event.uid.startswith("fixe-1"))
    assert (fixed.start.time(), fixed.end.time()) == (time(8, 30), time(10, 30))
