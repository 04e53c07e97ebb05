"""A year, month after month: each is planned from the faces, dates and loads of those before it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from picup_planner.errors import PicupError
from picup_planner.plan import Plan
from picup_planner.problem import PastPermanence, Problem, Territory
from picup_planner.scenarios.months import month as month_of
from picup_planner.scenarios.months import remembered
from picup_planner.scenarios.outcomes import Outcome, Search, Task, refused, run
from picup_planner.territory.history import PastMonth, read_history, read_months

MONTHS = 12


@dataclass(frozen=True)
class YearMonth:
    """One month of a year; without a problem, it could not be assembled, or its file is no longer there."""

    month: str
    problem: Problem | None
    outcome: Outcome
    published: bool = False

    @property
    def plan(self) -> Plan | None:
        """The plan, if there is one."""
        return self.outcome.plan


def year(  # noqa: PLR0913  one parameter per choice
    territory: Territory,
    year: int,
    *,
    published: Path | None = None,
    months: tuple[int, int] = (1, MONTHS),
    time_limit: float = 60,
    seed: int = 0,
    work: float | None = None,
    progress: Callable[[YearMonth], None] | None = None,
) -> tuple[YearMonth, ...]:
    """Plan a year month after month; trust, balance and spacing are carried over.

    Parameters
    ----------
    published
        Folder of the months planned already, one folder each, as `picup plan` writes them: those of the year stay as
        they are, corrected by what was recorded, and those before it are its history.
    months
        First and last, 1 to 12.
    time_limit, seed, work
        Of each month, as in :func:`picup_planner.solve`.

    Raises
    ------
    DataError
        When a published month cannot be read. A month that cannot be planned is an outcome without a plan.
    """
    first = date(year, months[0], 1)
    known = {one.plan.month: one for one in _published(published, territory, first, months[1])}
    past = read_history(published, territory, first) if published else ()
    search = Search(time_limit, seed, work)
    made: list[YearMonth] = []
    for number in range(months[0], months[1] + 1):
        name = f"{year:04}-{number:02}"
        made.append(_frozen(known[name]) if name in known else _planned(territory, name, past, search))
        past += _past(made[-1], known.get(name), territory)
        if progress:
            progress(made[-1])
    return tuple(made)


def _published(folder: Path | None, territory: Territory, first: date, last: int) -> tuple[PastMonth, ...]:
    return read_months(folder, f"{first:%Y-%m}", f"{first.year:04}-{last:02}", territory) if folder else ()


def _frozen(month: PastMonth) -> YearMonth:
    if month.problem:
        remembered(month.plan, month.problem)
    return YearMonth(month.plan.month, month.problem, Outcome(name=month.plan.month, plan=month.plan), published=True)


def _planned(territory: Territory, month: str, past: tuple[PastPermanence, ...], search: Search) -> YearMonth:
    try:
        problem = month_of(territory, month, history=past)
    except PicupError as wrong:
        return YearMonth(month, None, refused(month, wrong))
    outcome = run(Task(month, problem, search))
    if outcome.plan:
        remembered(outcome.plan, problem)
    return YearMonth(month, problem, outcome)


def _past(made: YearMonth, known: PastMonth | None, territory: Territory) -> tuple[PastPermanence, ...]:
    if made.plan is None:
        return ()
    month = known or PastMonth(made.plan, {}, made.month)
    return tuple(month.past(territory.commune_of))
