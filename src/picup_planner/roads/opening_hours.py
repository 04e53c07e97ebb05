"""The simple part of OpenStreetMap's `opening_hours`: days and hours of the week, enough for most markets."""

import re
from collections.abc import Iterator
from datetime import time
from itertools import pairwise

from picup_planner.problem import Certainty, Market

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_HOUR = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_RULE = re.compile(
    rf"(?P<days>{_DAY}(?:-{_DAY})?(?: ?, ?{_DAY}(?:-{_DAY})?)*) (?P<hours>{_HOUR}-{_HOUR}(?: ?, ?{_HOUR}-{_HOUR})*)"
)


def market_days(text: str) -> tuple[Market, ...] | None:
    """Read `Tu,Fr 08:00-12:00; Su 07:30-13:00` as the hours of a week, in order.

    A later rule replaces those before it on its days.

    Returns
    -------
        ``None`` for anything else: seasons, public holidays, hours past midnight or that overlap, words.

    Examples
    --------
    >>> markets = market_days("Tu,Fr 08:00-12:00; Fr 07:30-13:00")
    >>> [(market.weekday, f"{market.start:%H:%M}", f"{market.end:%H:%M}") for market in markets]
    [(2, '08:00', '12:00'), (5, '07:30', '13:00')]
    >>> market_days("Tu 08:00-12:00; PH off") is None
    True
    """
    week: dict[int, list[tuple[time, time]]] = {}
    for part in text.strip().rstrip(";").split(";"):
        rule = _RULE.fullmatch(part.strip())
        if not rule:
            return None
        hours = sorted(_hours(rule["hours"]))
        if any(start >= end for start, end in hours) or any(a[1] > b[0] for a, b in pairwise(hours)):
            return None
        week |= dict.fromkeys(_weekdays(rule["days"]), hours)
    return tuple(
        Market(weekday=day, start=start, end=end, certainty=Certainty.UNVERIFIED)
        for day, hours in sorted(week.items())
        for start, end in hours
    )


def _weekdays(text: str) -> Iterator[int]:
    """ISO weekdays of `Mo-We,Sa`; `Fr-Mo` goes past Sunday."""
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        start, length = _DAYS.index(first), (_DAYS.index(last or first) - _DAYS.index(first)) % 7
        yield from (1 + (start + i) % 7 for i in range(length + 1))


def _hours(text: str) -> Iterator[tuple[time, time]]:
    for part in text.split(","):
        start, _, end = part.strip().partition("-")
        yield time.fromisoformat(start), time.fromisoformat(end)
