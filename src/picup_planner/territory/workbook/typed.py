"""What people type in the cells of a workbook: numbers, hours and dates, however they are written.

A day is always read before its month. Each parser takes text, as those of `cells`; :func:`shown` first makes text of
what a cell holds: a date typed as such, a number formatted as a percentage, the fraction of a day that is an hour.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

from picup_planner.errors import DataError, Mistake
from picup_planner.territory.cells import ENGLISH_DAYS, FRENCH_DAYS, Parser, decimal, fold, hour, whole

_MONTHS = tuple(
    names.split()
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
)
_SHORTEST = 3
_CENTURY = 2000
_WHOLE = 100
_SERIALS = (30_000, 80_000)
"""From 1982 to 2119, as a spreadsheet counts days."""

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})")
_IN_WORDS = re.compile(r"(?:([^\W\d]+)\.?,?\s+)?(\d{1,2})(?:er|st|nd|rd|th)?\s+([^\W\d]+)\.?\s+(\d{4})")
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def shown(value: Any, kind: str, number_format: str, epoch: datetime) -> str:  # noqa: ANN401, PLR0911  any cell, one return per kind of value
    """Text of a cell, as a person would type it.

    Parameters
    ----------
    kind
        What its column holds: `day`, `hour`, `hours`, or anything else.
    number_format
        How the cell shows a number.
    epoch
        Day 0 of the workbook's dates.
    """
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case int() | float():
            return _number_shown(value, kind, number_format, epoch)
        case datetime() if kind == "hours":
            return f"{(value - epoch) / _HOUR:g}"
        case datetime() if kind != "hour":
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case datetime() | time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
        case timedelta():
            return f"{value / _HOUR:g}"
        case _:
            return " ".join(str(value).split())


def _number_shown(value: float, kind: str, number_format: str, epoch: datetime) -> str:
    """Text of a number: a date counted in days, an hour in parts of a day, a percentage, or itself."""
    if not isfinite(value):
        return str(value)
    if kind == "day" and _SERIALS[0] <= value <= _SERIALS[1] and value == int(value):
        return (epoch + int(value) * _DAY).date().isoformat()
    if kind == "hour" and 0 < value < 1:
        minutes = round(value * 1440)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if "%" in number_format:
        return f"{round(100 * value, 6):g}%"
    return str(int(value)) if value == int(value) else str(value)


def day(typed: str) -> date:
    """Date: `04/01/2027`, `4.1.27`, `2027-01-04`, `lundi 4 janvier 2027`; the day before the month, always."""
    if typed.isdecimal() and _SERIALS[0] <= int(typed) <= _SERIALS[1]:
        return date(1899, 12, 30) + int(typed) * _DAY
    if found := _ISO.fullmatch(typed):
        return _dated(*map(int, found.groups()))
    if found := _DAY_FIRST.fullmatch(typed):
        number, month, year = map(int, found.groups())
        return _dated(year if year >= _WHOLE else _CENTURY + year, month, number)
    found = _IN_WORDS.fullmatch(typed)
    month = _month_named(found[3]) if found else 0
    if not found or not month:
        raise DataError(Mistake("data-not-a-date", {"nearest": next(_meant(typed), "")}))
    result = _dated(int(found[4]), month, int(found[2]))
    if found[1] and result.isoweekday() not in _weekdays_named(found[1]):
        raise DataError(Mistake("workbook-weekday", {"nearest": f"{result:%d/%m/%Y}", "date": result.isoformat()}))
    return result


def month(typed: str) -> str:
    """Month as `2027-01`: from itself, `01/2027`, `janvier 2027`, or any date of it."""
    words = typed.split()
    if found := re.fullmatch(r"(\d{4})[-/. ](\d{1,2})", typed):
        year, number = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{1,2})[-/. ](\d{4})", typed):
        year, number = int(found[2]), int(found[1])
    elif len(words) == len(("month", "year")) and words[1].isdecimal():
        year, number = int(words[1]), _month_named(words[0])
    else:
        try:
            found_day = day(typed)
        except DataError:
            raise DataError(Mistake("workbook-not-a-month")) from None
        year, number = found_day.year, found_day.month
    if not (1 <= number <= 12 and _CENTURY <= year < _CENTURY + 100):  # noqa: PLR2004  months of a year
        raise DataError(Mistake("workbook-not-a-month"))
    return f"{year}-{number:02}"


def hour_of_day(typed: str) -> time:
    """Hour: `8h30`, `8 h`, `08:30`, `8.30`, `8`; from 24 on, none is near."""
    plain = re.sub(r"\s*(?:heures?|hours?|hrs?)\s*", "h", typed.casefold())
    plain = re.sub(r"^(\d{1,2})[.,](\d{2})$", r"\1:\2", plain)
    return hour(f"{plain}h" if re.fullmatch(r"\d{1,2}", plain) else plain)


def hours(typed: str) -> timedelta:
    """Length in hours: `35,5`, `35 h 30`, `35h`."""
    if found := re.fullmatch(r"(\d{1,4})\s*[hH:]\s*(\d{2})?", typed):
        return timedelta(hours=int(found[1]), minutes=int(found[2] or 0))
    return timedelta(hours=number(typed))


def number(typed: str) -> float:
    """Read a number with a point or a comma, spaces between its thousands, a degree sign behind."""
    return decimal(_compact(typed).removesuffix("°"))


def count(typed: str) -> int:
    """Whole number, spaces between its thousands, a percent sign behind."""
    return whole(re.sub(r"[.,]0+$", "", _compact(typed).removesuffix("%")))


def percentage(typed: str) -> float:
    """Share of one: `2`, `2 %` and `2,5 %` are hundredths."""
    hundredths = number(_compact(typed).removesuffix("%"))
    if not 0 <= hundredths <= _WHOLE:
        raise DataError(Mistake("workbook-not-a-share", {"maximum": _WHOLE}))
    return hundredths / _WHOLE


def of_minutes(typed: str) -> timedelta:
    """Length in minutes: `20`, `20 min`."""
    length = timedelta(minutes=number(re.sub(r"\s*min(?:utes?)?\.?$", "", typed, flags=re.IGNORECASE)))
    if length < timedelta(0):
        raise DataError(Mistake("data-too-small", {"minimum": 0}))
    return length


def several(typed: str) -> str:
    """Give a list people separate by commas, semicolons, `+`, `/` or `et` as one separated by `|`."""
    return "|".join(part for part in re.split(r"\s*(?:[|;,/+&]|\bet\b|\band\b)\s*", typed) if part)


USUAL: dict[str, Parser] = {
    "day": day,
    "hour": hour_of_day,
    "hours": hours,
    "decimal": number,
    "whole": count,
    "minutes": of_minutes,
}
"""How each parser of `cells`, by name, is replaced in a workbook."""


def _compact(typed: str) -> str:
    return re.sub(r"\s", "", typed)


def _dated(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        near = ""
        if 1 <= month <= 12 and number > 0:  # noqa: PLR2004  months of a year
            near = f"{date(year, month, monthrange(year, month)[1]):%d/%m/%Y}"
        elif 1 <= number <= 12 and 1 <= month <= monthrange(year, number)[1]:  # noqa: PLR2004
            near = f"{date(year, number, month):%d/%m/%Y}"
        raise DataError(Mistake("data-no-such-date", {"nearest": near})) from None


def _meant(typed: str) -> Iterator[str]:
    """Yield what a date with a misspelt month may have meant."""
    found = _IN_WORDS.fullmatch(typed)
    if found:
        from difflib import get_close_matches  # noqa: PLC0415  a refusal only

        for names in _MONTHS:
            for close in get_close_matches(fold(found[3]), names, 1):
                year, number = int(found[4]), names.index(close) + 1
                if 1 <= int(found[2]) <= monthrange(year, number)[1]:
                    yield f"{date(year, number, int(found[2])):%d/%m/%Y}"


def _month_named(name: str) -> int:
    """Month of a name or of its beginning; 0 when it is none, or could be several."""
    start = fold(name)
    if len(start) < _SHORTEST:
        return 0
    found = {at for names in _MONTHS for at, whole_name in enumerate(names, 1) if whole_name.startswith(start)}
    return found.pop() if len(found) == 1 else 0


def _weekdays_named(name: str) -> set[int]:
    start = fold(name)
    return {
        at
        for names in (FRENCH_DAYS, ENGLISH_DAYS)
        for at, day_name in enumerate(names, 1)
        if day_name.startswith(start)
    }
