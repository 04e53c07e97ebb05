"""Every month there could be, when they are few: one pattern of dates and sessions for each commune, joined by day.

What is kept of travel leaves few mixes of tours, what is kept of the same hours few patterns of a commune: all months
of small gaps can then be listed in seconds, as arrays, and struck out together when some tours prove impossible.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date as Date  # noqa: N812  as in the nouns
from itertools import count, product
from math import isqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from picup_planner.problem import Commune, Problem
from picup_planner.solver.clock import last_before
from picup_planner.solver.mixes import Driven, Mix
from picup_planner.solver.months import NOTHING, Months
from picup_planner.solver.objectives.evenness import squared_gap
from picup_planner.solver.objectives.lapses import lapse
from picup_planner.solver.siting import Choice, choice_of
from picup_planner.solver.touring import Touring

MOST_PATTERNS = 20_000
"""Patterns of one commune beyond which months are not listed."""

MOST_MONTHS = 2_000_000
"""Months, or parts of months, beyond which they are not listed."""

MOST_PAIRS = 1_000_000_000
"""Pairs of patterns compared in all, a bit each, beyond which they are not listed."""

ROWS = 256
"""Patterns that one step compares to all patterns of another commune."""

AT_ONCE = 2_000
"""Parts of months that one step joins to all patterns of a commune."""

MOST_STOPS = 16
"""Communes times sessions beyond which months are not listed."""

A_DAY = 4
"""Times fewer patterns go with another for each day they share, about."""

IMPOSSIBLE = -2
"""In place of the rank of a tour: none that is possible."""

Bits = NDArray[np.int32]
"""Days, one bit each: 31 at most."""


class _TooMany(Exception):
    """More patterns or months than can be listed."""


def listable(problem: Problem) -> bool:
    """Whether months are listed at all: of one van, and of few communes."""
    territory = problem.territory
    return len(territory.communes) * len(territory.sessions) <= MOST_STOPS and len(territory.vans) == 1


class Within(NamedTuple):
    """What the months that are listed keep to.

    Parameters
    ----------
    without
        Tours that nobody can go on, nor on others that ask as much.
    sites
        How many each commune is served at, at least: it has as many habits.
    habits
        Of all communes together, at most.
    gaps
        Sum of squared gaps of all communes, at most.
    lapses
        Days beyond the longest gap wanted, at most.
    going
        Asked now and then; nothing is returned once it says no.
    """

    without: Collection[Driven]
    sites: Mapping[str, int]
    habits: int
    gaps: int
    lapses: int
    going: Callable[[], bool]


def months(touring: Touring, mixes: Collection[Mix], within: Within) -> Months | None:
    """Return every month of some mixes within some limits; ``None`` where they are too many, or not listed at all."""
    if not listable(touring.problem):
        return None
    try:
        return _Listing(touring, within).of(mixes)
    except _TooMany:
        return None


class _Patterns(NamedTuple):
    """Patterns of one commune, the smallest gaps first: squared gaps, and days served in each session."""

    commune: str
    gaps: NDArray[np.int64]
    served: Bits

    @property
    def days(self) -> Bits:
        """Days served."""
        days: Bits = np.bitwise_or.reduce(self.served, axis=1)
        return days


class _Joint(NamedTuple):
    """Parts of months: ranks of the patterns chosen so far, their gaps, and the days on which one or two are served."""

    ranks: NDArray[np.int64]
    gaps: NDArray[np.int64]
    once: Bits
    twice: Bits


class _Listing:
    """One listing: the patterns of each commune, and which of two communes go together."""

    def __init__(self, touring: Touring, within: Within) -> None:
        self._touring, self._within = touring, within
        self._site_maximum = max(1, touring.problem.territory.settings.site_maximum)
        self._sessions = [session.id for session in touring.clock.sessions]
        self._tours = [
            [tour for tour in tours if not any(one.day == day and one.asked_by(tour) for one in within.without)]
            for day, tours in touring.tours.items()
        ]
        self._open: dict[tuple[str, str], int] = defaultdict(int)
        self._together: dict[tuple[str, str, str, str], int] = defaultdict(int)
        for i, tours in enumerate(self._tours):
            for tour in tours:
                stops = [(commune.id, session.id) for commune, session in tour.stops]
                for one in stops:
                    self._open[one] |= 1 << i
                for one, other in product(stops, repeat=2):
                    if one != other:
                        self._together[*one, *other] |= 1 << i
        self._made: dict[tuple[str, int, int, int], dict[int, _Patterns]] = {}
        self._packed: dict[tuple[int, int, int], NDArray[np.uint8]] = {}
        self._pairs = 0

    def of(self, mixes: Collection[Mix]) -> Months:
        """Return the months of some mixes."""
        chosen, gaps = [np.empty((0, len(self._tours)), dtype=np.int16)], [np.empty(0, dtype=np.int64)]
        for mix in mixes:
            for patterns in self._of_few_habits(mix):
                joint = self._joined(mix, patterns)
                ranks, kept = self._chosen(patterns, joint)
                chosen.append(ranks[kept])
                gaps.append(joint.gaps[kept])
                self._check(sum(map(len, gaps)), MOST_MONTHS)
        total = np.concatenate(gaps)
        order = np.argsort(total, kind="stable")
        return Months(self._touring.days, self._tours, self._choices(), np.concatenate(chosen)[order], total[order])

    def _choices(self) -> list[list[int]]:
        """Return what tours choose their sites among, by number."""
        numbers: dict[Choice, int] = defaultdict(count().__next__)
        days = zip(self._touring.days, self._tours, strict=True)
        return [[numbers[choice_of(self._touring, Driven(day, tour))] for tour in tours] for day, tours in days]

    def _of_few_habits(self, mix: Mix) -> Iterator[list[_Patterns]]:
        """Yield patterns of each commune, grouped by their habits, that have few together."""
        visits = {c.id: sum(n for (_, names), n in mix.items() if c.id in names) for c in self._touring.communes}
        least, sites = {name: self._ideal(n) for name, n in visits.items()}, self._within.sites
        fewest = {name: max(sites.get(name, 0), -(-n // self._site_maximum)) for name, n in visits.items()}
        room, spare = self._within.gaps - sum(least.values()), self._within.habits - sum(fewest.values())
        if room < 0 or spare < 0:
            return
        groups = [
            self._patterns(c, visits[c.id], least[c.id] + room, fewest[c.id] + spare) for c in self._touring.communes
        ]
        for habits in product(*groups):
            if sum(max(n, sites.get(name, 0)) for name, n in zip(visits, habits, strict=True)) <= self._within.habits:
                yield [group[n] for group, n in zip(groups, habits, strict=True)]

    def _ideal(self, visits: int) -> int:
        """Return what squared gaps are never below: all gaps alike, to a day."""
        each, more = divmod(isqrt(squared_gap(self._touring.problem, None, None)), visits + 1)
        return more * (each + 1) ** 2 + (visits + 1 - more) * each**2

    def _patterns(self, commune: Commune, visits: int, most: int, most_habits: int) -> dict[int, _Patterns]:
        """Return the patterns of a commune by their habits."""
        key = commune.id, visits, most, most_habits
        if key not in self._made:
            made = self._made[key] = {}
            found: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
            for gaps, days in self._dates(commune, visits, most):
                self._check(sum(map(len, found.values())), MOST_PATTERNS)
                for habits, served in self._in_sessions(commune, days):
                    if habits <= most_habits:
                        found[habits].append((gaps, served))
            for habits, some in found.items():
                squares, bits = zip(*sorted(some), strict=True)
                made[habits] = _Patterns(commune.id, np.array(squares, np.int64), np.array(bits, np.int32))
        return self._made[key]

    def _check(self, size: int, most: int) -> None:
        if size > most or not self._within.going():
            raise _TooMany

    def _dates(self, commune: Commune, visits: int, most: int) -> Iterator[tuple[int, list[int]]]:
        """Yield the days on which a commune may be visited so many times, by rank, with the squared gaps."""
        days, last = self._touring.days, last_before(self._touring.problem, commune)
        after: dict[Date | None, list[tuple[Date | None, int]]] = defaultdict(list)
        for before, then, _ in self._touring.gaps[commune.id]:
            if lapse(self._touring.problem, before or last, then) <= self._within.lapses:
                after[before].append((then, squared_gap(self._touring.problem, before, then)))
        started: list[tuple[int, list[Date]]] = [(0, [])]
        for _ in range(visits):
            started = [
                (gaps + gap, [*chosen, then])
                for gaps, chosen in started
                for then, gap in after[chosen[-1] if chosen else None]
                if then is not None and gaps + gap <= most
            ]
            self._check(len(started), MOST_PATTERNS)
        for gaps, chosen in started:
            for then, gap in after[chosen[-1] if chosen else None]:
                if then is None and gaps + gap <= most:
                    yield gaps + gap, [days.index(day) for day in chosen]

    def _in_sessions(self, commune: Commune, days: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield the sessions in which these days may be served: how many habits, and the days of each session."""
        weekdays = [self._touring.days[i].isoweekday() for i in days]
        possible = [[s for s in self._sessions if self._open[commune.id, s] >> i & 1] for i in days]
        for sessions in product(*possible):
            times = Counter(zip(weekdays, sessions, strict=True)).values()
            served = tuple(
                sum(1 << i for i, s in zip(days, sessions, strict=True) if s == one) for one in self._sessions
            )
            yield sum(-(-n // self._site_maximum) for n in times), served

    def _joined(self, mix: Mix, patterns: Sequence[_Patterns]) -> _Joint:
        """Join one pattern of each commune in every way that makes tours of this mix."""
        rest = sum(int(one.gaps[0]) for one in patterns)
        ranks = np.full((1, len(patterns)), NOTHING, dtype=np.int64)
        joint, placed = _Joint(ranks, np.zeros(1, np.int64), *np.zeros((2, 1), np.int32)), list[int]()
        while len(placed) < len(patterns) and len(joint.gaps):
            waiting = [i for i in range(len(patterns)) if i not in placed]
            following = min(waiting, key=lambda i: self._choice(mix, patterns, placed, i))
            rest -= int(patterns[following].gaps[0])
            joint = self._with(mix, patterns, joint, placed, following, self._within.gaps - rest)
            placed.append(following)
        return joint

    @staticmethod
    def _choice(mix: Mix, patterns: Sequence[_Patterns], placed: Sequence[int], following: int) -> float:
        """Estimate how many patterns of a commune go with what is placed: the more days it shares, the fewer."""
        others = placed or [i for i in range(len(patterns)) if i != following]
        shared = [_times(mix, patterns[following], patterns[other]) for other in others]
        return float(len(patterns[following].gaps) / A_DAY ** (sum(shared) if placed else max(shared, default=0)))

    def _with(  # noqa: PLR0913, PLR0917  what a join is made of
        self, mix: Mix, patterns: Sequence[_Patterns], joint: _Joint, placed: Sequence[int], following: int, most: int
    ) -> _Joint:
        """Add a pattern of one commune more to each part of a month, in every way."""
        new, parts = patterns[following], list[_Joint]()
        tables = [(i, self._bits(patterns[i], new, _times(mix, patterns[i], new))) for i in placed]
        days, size = new.days, 0
        for start in range(0, len(joint.gaps), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            some = _Joint(joint.ranks[part], joint.gaps[part], joint.once[part], joint.twice[part])
            fits = np.full((len(some.gaps), -(-len(new.gaps) // 8)), 255, dtype=np.uint8)
            for i, table in tables:
                fits &= table[some.ranks[:, i]]
            at, rank = _set_bits(fits, len(new.gaps))
            gaps = some.gaps[at] + new.gaps[rank]
            kept = (gaps <= most) & (some.twice[at] & days[rank] == 0)
            at, rank = at[kept], rank[kept]
            ranks = some.ranks[at]
            ranks[:, following] = rank
            met = some.once[at] & days[rank]
            parts.append(_Joint(ranks, gaps[kept], (some.once[at] | days[rank]) & ~met, some.twice[at] | met))
            size += len(rank)
            self._check(size, MOST_MONTHS)
        return _Joint(*map(np.concatenate, zip(*parts, strict=True))) if parts else joint

    def _bits(self, one: _Patterns, other: _Patterns, times: int) -> NDArray[np.uint8]:
        """Return which patterns of another commune share so many tours with each of one, as bits."""
        key = id(one), id(other), times
        if key not in self._packed:
            self._pairs += len(one.gaps) * len(other.gaps)
            self._check(self._pairs, MOST_PAIRS)
            shared = self._tours_shared(one, other)
            self._packed[key] = np.concatenate([np.packbits(rows == times, axis=1) for rows in shared])
        return self._packed[key]

    def _tours_shared(self, one: _Patterns, other: _Patterns) -> Iterator[NDArray[np.int8]]:
        """Yield how many tours patterns of two communes share, some rows at a time; -1 where they may not."""
        apart = [
            np.bitwise_or.reduce(
                [
                    served & ~self._together[one.commune, s, other.commune, t]
                    for served, s in zip(one.served.T, self._sessions, strict=True)
                ]
            )
            for t in self._sessions
        ]
        for start in range(0, len(one.gaps), ROWS):
            rows = slice(start, start + ROWS)
            bad = np.zeros((len(one.gaps[rows]), len(other.gaps)), dtype=np.int32)
            for alone, served in zip(apart, other.served.T, strict=True):
                bad |= alone[rows, np.newaxis] & served
            counted = np.bitwise_count(one.days[rows, np.newaxis] & other.days).astype(np.int8)
            yield np.where(bad == 0, counted, np.int8(NOTHING))

    def _chosen(self, patterns: Sequence[_Patterns], joint: _Joint) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
        """Return the tours of each month, by day, and whether all of them are possible."""
        names = [(one.commune, s) for one in patterns for s in self._sessions]
        served = [
            one.served[joint.ranks[:, i], j] for i, one in enumerate(patterns) for j in range(len(self._sessions))
        ]
        chosen = np.empty((len(joint.gaps), len(self._tours)), dtype=np.int16)
        for day, tours in enumerate(self._tours):
            known = np.full(1 << len(names), IMPOSSIBLE, dtype=np.int16)
            known[0] = NOTHING
            for rank, tour in enumerate(tours):
                known[sum(1 << names.index((commune.id, session.id)) for commune, session in tour.stops)] = rank
            code = np.zeros(len(joint.gaps), dtype=np.int64)
            for bit, days in enumerate(served):
                code |= (days >> day & 1) << bit
            chosen[:, day] = known[code]
        return chosen, np.all(chosen != IMPOSSIBLE, axis=1)


def _set_bits(packed: NDArray[np.uint8], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the row and the rank of each bit that is set, of so many in a row: most bytes have none."""
    full = np.flatnonzero(packed.ravel() != 0)
    which, bit = np.nonzero(np.unpackbits(packed.ravel()[full, np.newaxis], axis=1))
    at, byte = np.divmod(full[which], packed.shape[1])
    rank = 8 * byte + bit
    return at[rank < count], rank[rank < count]


def _times(mix: Mix, one: _Patterns, other: _Patterns) -> int:
    """Return how many tours of a mix serve both communes."""
    return sum(n for (_, names), n in mix.items() if one.commune in names and other.commune in names)
