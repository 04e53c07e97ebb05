"""Stops that come back: the same place, weekday and hours, every week or every other week of a month."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns
from datetime import timedelta

from picup_planner.publish.audience import PublicStop

_LEAST = 3
"""Dates below which nothing comes back: two are always at some interval."""

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Series:
    """Stops that come back, in order.

    Parameters
    ----------
    weeks
        From one to the next: 1 or 2.
    without
        Dates of the rhythm on which none is held: it was cancelled, or the day is closed.
    """

    stops: tuple[PublicStop, ...]
    weeks: int
    without: tuple[Date, ...]

    @property
    def first(self) -> Date:
        """The date the rhythm is counted from; it may be cancelled."""
        return min(self.stops[0].date, *self.without) if self.without else self.stops[0].date

    @property
    def rule(self) -> str:
        """Recurrence rule of RFC 5545, to be read with :attr:`first` and :attr:`without`."""
        count = len([stop for stop in self.stops if not stop.cancelled]) + len(self.without)
        return f"FREQ=WEEKLY;INTERVAL={self.weeks};COUNT={count}"


def series(stops: Iterable[PublicStop]) -> tuple[Series, ...]:
    """Find the stops that come back, by their first date; at least three dates, on three out of four of the rhythm.

    Examples
    --------
    >>> stop = PublicStop(
    ...     id="f-1", kind="fixed", place="Centre social", commune="feyzin", commune_name="Feyzin",
    ...     date=Date(2026, 12, 1), start="14:00", end="17:00",
    ... )
    >>> tuesdays = [stop.model_copy(update={"date": Date(2026, 12, day)}) for day in (1, 8, 15, 29)]
    >>> (found,) = series(tuesdays)
    >>> found.rule, [str(day) for day in found.without]
    ('FREQ=WEEKLY;INTERVAL=1;COUNT=5', ['2026-12-22'])
    """
    alike = defaultdict[tuple[object, ...], list[PublicStop]](list)
    for stop in stops:
        alike[stop.commune, stop.place, stop.date.weekday(), stop.start, stop.end].append(stop)
    found = (made for some in alike.values() if (made := _series(some)))
    return tuple(sorted(found, key=lambda one: (one.first, one.stops[0].start, one.stops[0].id)))


def _series(stops: list[PublicStop]) -> Series | None:
    held = {stop.date for stop in stops if not stop.cancelled}
    for weeks in (2, 1):
        rhythm = tuple(_rhythm({stop.date for stop in stops}, weeks))
        if len(held) >= _LEAST and held <= set(rhythm) and 4 * len(held) >= 3 * len(rhythm):
            told = tuple(stop for stop in stops if stop.date in rhythm)
            return Series(told, weeks, tuple(day for day in rhythm if day not in held))
    return None


def _rhythm(dates: set[Date], weeks: int) -> Iterator[Date]:
    day = min(dates)
    while day <= max(dates):
        yield day
        day += weeks * _WEEK
