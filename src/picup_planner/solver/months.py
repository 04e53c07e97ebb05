"""Months that are listed, as an array: struck out together when some tours prove impossible."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns

import numpy as np
from numpy.typing import NDArray

from picup_planner.solver.mixes import Driven
from picup_planner.solver.touring import Tour

NOTHING = -1
"""In place of the rank of a tour: none."""


@dataclass
class Months:
    """Months, of which some are struck out as time goes by; those of the smallest gaps come first.

    Parameters
    ----------
    days
        Dates on which there may be a tour.
    tours
        Tours there may be, on each of these.
    choices
        What each of these chooses its sites among, by number.
    chosen
        The rank of the tour of each day, shape (months, days); `NOTHING` where there is none.
    gaps
        Sum of squared gaps of each month.
    """

    days: Sequence[Date]
    tours: Sequence[Sequence[Tour]]
    choices: Sequence[Sequence[int]]
    chosen: NDArray[np.int16]
    gaps: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.gaps)

    def month(self, rank: int) -> list[Driven]:
        """Return the tours of one month."""
        return [
            Driven(day, tours[choice])
            for day, tours, choice in zip(self.days, self.tours, self.chosen[rank].tolist(), strict=True)
            if choice != NOTHING
        ]

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Strike out the other months."""
        self.chosen, self.gaps = self.chosen[kept], self.gaps[kept]

    def drop(self, month: Collection[Driven]) -> None:
        """Strike out one month alone."""
        self.keep(np.any(self.chosen != np.array(self._ranks(month)), axis=1))

    def drop_alike(self, month: Collection[Driven]) -> None:
        """Strike out one month and all others whose tours have the same sites to choose among."""
        chosen = zip(self.choices, self._ranks(month), strict=True)
        times = Counter(choices[rank] for choices, rank in chosen if rank != NOTHING)
        rows = np.flatnonzero(np.count_nonzero(self.chosen != NOTHING, axis=1) == times.total())
        for choice, wanted in times.items():
            found = np.zeros(len(rows), dtype=np.int64)
            for i, choices in enumerate(self.choices):
                found += np.isin(self.chosen[rows, i], [rank for rank, other in enumerate(choices) if other == choice])
            rows = rows[found == wanted]
        kept = np.ones(len(self), dtype=bool)
        kept[rows] = False
        self.keep(kept)

    def strike_out(self, clash: Iterable[Driven]) -> None:
        """Strike out the months in which these tours, or others that ask as much, are all driven."""
        struck = np.ones(len(self), dtype=bool)
        for one in clash:
            struck &= self._driving(one)
        self.keep(~struck)

    def often(self, one: Driven) -> int:
        """Return in how many months this tour is driven, or another that asks as much."""
        return int(np.count_nonzero(self._driving(one)))

    def _ranks(self, month: Collection[Driven]) -> list[int]:
        tours = {one.day: one.tour for one in month}
        every = zip(self.days, self.tours, strict=True)
        return [known.index(tours[day]) if day in tours else NOTHING for day, known in every]

    def _driving(self, one: Driven) -> NDArray[np.bool_]:
        day = self.days.index(one.day)
        among = [rank for rank, tour in enumerate(self.tours[day]) if one.asked_by(tour)]
        return np.isin(self.chosen[:, day], among)
