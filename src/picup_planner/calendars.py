"""Closed dates of a month: weekdays, French public holidays, the territory's closures, school holidays."""

import calendar
import re
from collections.abc import Iterable
from datetime import date

import holidays

from picup_planner.errors import DataError, Mistake
from picup_planner.problem import ClosedDate, Closure, ClosureReason, SchoolHoliday, Settings


def dates_of(month: str) -> tuple[date, ...]:
    """Every date of a month ``YYYY-MM``.

    Raises
    ------
    DataError
        When `month` is not one.

    Examples
    --------
    >>> days = dates_of("2027-02")
    >>> len(days), str(days[-1])
    (28, '2027-02-28')
    """
    if not re.fullmatch(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", month):
        raise DataError(Mistake("data-not-a-month", {"value": month}))
    year, number = map(int, month.split("-"))
    return tuple(date(year, number, day + 1) for day in range(calendar.monthrange(year, number)[1]))


def next_month(today: date) -> str:
    """Month after the one of `today`, as ``YYYY-MM``.

    Examples
    --------
    >>> next_month(date(2026, 12, 15))
    '2027-01'
    """
    return f"{today.year + today.month // 12}-{today.month % 12 + 1:02}"


def closed_dates(
    month: str, settings: Settings, closures: Iterable[Closure], school_holidays: Iterable[SchoolHoliday]
) -> tuple[ClosedDate, ...]:
    """Give the closed dates of a month, in order, each with one reason.

    A date closed for several reasons is closed, in this order, as a public holiday, a closure of the territory, a
    closed weekday, a school holiday. Public holidays are those of the whole of France (package `holidays`), those of
    Alsace-Moselle alone left out.

    Parameters
    ----------
    school_holidays
        Of any zone; those of `settings.school_zone` close their dates unless `settings.school_holidays_open`.

    Raises
    ------
    DataError
        When the month begins before the school holidays known for the zone, or ends after them: nothing is guessed.

    Examples
    --------
    A week without Saturday nor Sunday, but with Christmas:

    >>> summer_to_winter = SchoolHoliday(zone="A", name="2026-2027", first=date(2026, 7, 4), last=date(2027, 1, 3))
    >>> closed = closed_dates("2026-12", Settings(), (), [summer_to_winter])
    >>> [(str(day.date), day.reason.value, day.name) for day in closed if 21 <= day.date.day <= 27]
    [('2026-12-25', 'public-holiday', 'Noël'), ('2026-12-26', 'weekday', ''), ('2026-12-27', 'weekday', '')]
    """
    dates = dates_of(month)
    free = [holiday for holiday in school_holidays if holiday.zone == settings.school_zone]
    _refuse_unknown(dates, settings.school_zone, free)
    reasons: dict[date, ClosedDate] = {}
    if not settings.school_holidays_open:
        reasons |= _within(dates, free, ClosureReason.SCHOOL_HOLIDAY)
    for day in dates:
        if day.isoweekday() in settings.closed_weekdays:
            reasons[day] = ClosedDate(date=day, reason=ClosureReason.WEEKDAY, origin=settings.origin)
    reasons |= _within(dates, closures, ClosureReason.TERRITORY)
    if settings.public_holidays:
        named = holidays.country_holidays("FR", years=dates[0].year, language="fr")
        for day in dates:
            if day in named:
                reasons[day] = ClosedDate(date=day, reason=ClosureReason.PUBLIC_HOLIDAY, name=named[day])
    return tuple(reasons[day] for day in dates if day in reasons)


def _refuse_unknown(dates: tuple[date, ...], zone: str, free: list[SchoolHoliday]) -> None:
    if not free:
        raise DataError(Mistake("data-no-school-holidays", {"zone": zone}))
    first, last = min(free, key=lambda holiday: holiday.first), max(free, key=lambda holiday: holiday.last)
    month = f"{dates[0]:%Y-%m}"
    if dates[0] < first.first:
        arguments = {"month": month, "zone": zone, "first": first.first.isoformat()}
        raise DataError(Mistake("data-month-before-school-holidays", arguments, first.origin))
    if dates[-1] > last.last:
        arguments = {"month": month, "zone": zone, "last": last.last.isoformat()}
        raise DataError(Mistake("data-month-past-school-holidays", arguments, last.origin))


def _within(
    dates: tuple[date, ...], ranges: Iterable[Closure | SchoolHoliday], reason: ClosureReason
) -> dict[date, ClosedDate]:
    return {
        day: ClosedDate(date=day, reason=reason, name=each.name, origin=each.origin)
        for each in ranges
        for day in dates
        if each.first <= day <= each.last
    }
