"""Closed dates of a month."""

from datetime import date, timedelta

import pytest
from vacances_scolaires_france import SchoolHolidayDates, UnsupportedYearException

from picup_planner.calendars import closed_dates, dates_of, next_month
from picup_planner.errors import DataError, Origin
from picup_planner.problem import Closure, ClosureReason, SchoolHoliday, Settings
from picup_planner.territory import embedded, read

CHRISTMAS = SchoolHoliday(
    zone="A",
    name="Noël",
    first=date(2026, 12, 20),
    last=date(2027, 1, 3),
    origin=Origin("school_holidays.csv", 7),
)
TABLE = (
    SchoolHoliday(zone="A", name="Toussaint", first=date(2026, 10, 18), last=date(2026, 11, 1)),
    CHRISTMAS,
    SchoolHoliday(zone="B", name="Été", first=date(2027, 7, 4), last=date(2027, 8, 31)),
)


def reasons(month: str, settings: Settings, closures: tuple[Closure, ...] = ()) -> dict[date, ClosureReason]:
    """Reason of each closed date."""
    return {closed.date: closed.reason for closed in closed_dates(month, settings, closures, TABLE)}


def test_december_2026() -> None:
    """December 2026 has 22 open dates; the 25th is closed, the 21st, in the school holidays, is open."""
    closed = reasons("2026-12", Settings())
    assert len(dates_of("2026-12")) - len(closed) == 22
    assert closed[date(2026, 12, 25)] is ClosureReason.PUBLIC_HOLIDAY
    assert date(2026, 12, 21) not in closed


def test_school_holidays_close_when_asked() -> None:
    """School holidays close their dates only when the territory does not keep them open, and only those of its zone."""
    closed = reasons("2026-12", Settings(school_holidays_open=False))
    assert closed[date(2026, 12, 21)] is ClosureReason.SCHOOL_HOLIDAY
    assert closed[date(2026, 12, 26)] is ClosureReason.WEEKDAY
    assert date(2026, 12, 18) not in closed


def test_territory_closures() -> None:
    """A closure of the territory closes its dates, both ends included, and says where it was typed."""
    origin = Origin("closures.csv", 3)
    closure = Closure(first=date(2026, 11, 30), last=date(2026, 12, 2), name="Inventaire", origin=origin)
    closed = closed_dates("2026-12", Settings(), (closure,), TABLE)
    added = [(day.date.day, day.name, day.origin) for day in closed if day.reason is ClosureReason.TERRITORY]
    assert added == [(1, "Inventaire", origin), (2, "Inventaire", origin)]


def test_one_reason_a_date() -> None:
    """A date closed twice has one reason: the public holiday, then the closure, then the weekday."""
    closure = Closure(first=date(2026, 12, 24), last=date(2026, 12, 26))
    settings = Settings(closed_weekdays=(5, 6, 7), school_holidays_open=False)
    closed = reasons("2026-12", settings, (closure,))
    assert closed[date(2026, 12, 25)] is ClosureReason.PUBLIC_HOLIDAY
    assert closed[date(2026, 12, 26)] is ClosureReason.TERRITORY
    assert closed[date(2026, 12, 27)] is ClosureReason.WEEKDAY
    days = [day.date for day in closed_dates("2026-12", settings, (closure,), TABLE)]
    assert days == sorted(set(days))


def test_public_holidays_are_french_and_national() -> None:
    """2027 has the eleven French public holidays, in French, without 26 December nor Good Friday of Alsace-Moselle."""
    table = (SchoolHoliday(zone="A", name="Tout", first=date(2027, 1, 1), last=date(2027, 12, 31)),)
    settings = Settings(closed_weekdays=())
    closed = [day for n in range(1, 13) for day in closed_dates(f"2027-{n:02}", settings, (), table)]
    assert {day.name for day in closed} == {
        "Jour de l'an",
        "Lundi de Pâques",
        "Fête du Travail",
        "Fête de la Victoire",
        "Ascension",
        "Lundi de Pentecôte",
        "Fête nationale",
        "Assomption",
        "Toussaint",
        "Armistice",
        "Noël",
    }
    assert len(closed) == 11
    assert not {date(2027, 3, 26), date(2027, 12, 26)} & {day.date for day in closed}
    assert closed_dates("2027-05", settings.model_copy(update={"public_holidays": False}), (), table) == ()


@pytest.mark.parametrize(
    ("month", "message", "argument"),
    [
        ("2026-10", "data-month-before-school-holidays", ("first", "2026-10-18")),
        ("2027-01", "data-month-past-school-holidays", ("last", "2027-01-03")),
        ("2027-08", "data-month-past-school-holidays", ("last", "2027-01-03")),
    ],
)
def test_month_outside_the_table_is_refused(month: str, message: str, argument: tuple[str, str]) -> None:
    """A month with one date before or past the holidays known for the zone is refused, even when they are open."""
    with pytest.raises(DataError) as refused:
        closed_dates(month, Settings(), (), TABLE)
    (mistake,) = refused.value.mistakes
    assert mistake.message == message
    assert argument in mistake.arguments.items()
    assert mistake.arguments["month"] == month


def test_refusal_says_where_the_table_ends() -> None:
    """A month past the table is refused with the line of the last holidays."""
    with pytest.raises(DataError) as refused:
        closed_dates("2027-01", Settings(), (), TABLE)
    assert refused.value.mistakes[0].origin == CHRISTMAS.origin


def test_zone_without_holidays_is_refused() -> None:
    """Nothing is guessed for a zone the table does not know."""
    with pytest.raises(DataError) as refused:
        closed_dates("2026-12", Settings(school_zone="C"), (), TABLE)
    assert [mistake.message for mistake in refused.value.mistakes] == ["data-no-school-holidays"]


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "decembre", "2026-1", "0000-01", "2026-12-01", ""])
def test_wrong_month_is_refused(month: str) -> None:
    """What is not a month is refused by name."""
    with pytest.raises(DataError) as refused:
        dates_of(month)
    assert [mistake.message for mistake in refused.value.mistakes] == ["data-not-a-month"]


def test_next_month() -> None:
    """The month after November is December, the one after December is January of the next year."""
    assert next_month(date(2026, 11, 30)) == "2026-12"
    assert next_month(date(2026, 12, 1)) == "2027-01"
    assert next_month(date(2026, 1, 31)) == "2026-02"


@pytest.mark.parametrize("zone", ["A", "B", "C"])
def test_embedded_table_agrees_with_the_package(zone: str) -> None:
    """From Monday to Friday, the embedded table and `vacances-scolaires-france` have the same free days.

    Saturdays and Sundays are left out: the table counts from the day after the last class to the day before the first,
    the package from the Saturday of the last class; they differ by boundary dates at weekends alone. Dates of years the
    package does not have are left out too.
    """
    table = [holiday for holiday in read(embedded()).school_holidays if holiday.zone == zone]
    first, last = min(holiday.first for holiday in table), max(holiday.last for holiday in table)
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    package = SchoolHolidayDates()
    compared, ours, theirs = 0, set(), set()
    for day in dates:
        try:
            free = package.is_holiday_for_zone(day, zone)
        except UnsupportedYearException:
            continue
        if day.isoweekday() <= 5:
            compared += 1
            theirs |= {day} if free else set()
            ours |= {day} if any(holiday.first <= day <= holiday.last for holiday in table) else set()
    assert ours == theirs
    assert compared > 200
