"""Past months: each plan as it was published, corrected by what was recorded of it.

A folder `planning/<month>` holds `plan.json`, and `records.csv` once somebody has recorded what took place. A
permanence of which nothing is recorded counts as held as planned.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.plan import Plan, promise_of
from picup_planner.problem import PastPermanence, Problem, Promise, Territory, anew
from picup_planner.territory.files import content
from picup_planner.territory.records import RECORDS, Record, Status, read_records

MONTHS = 24
"""Months of the past that still matter: a meeting of two years ago is worth a sixteenth of one today."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_MISSPELT = 0.8
"""As near as `record.csv` or `records-1.csv`, and not as `report.csv`, which `picup report` may have written."""

N = TypeVar("N", bound=BaseModel)


@dataclass(frozen=True)
class PastMonth:
    """A month as it was published, and what was recorded of it.

    Parameters
    ----------
    plan
        As published.
    records
        By permanence.
    file
        Where the plan was read.
    problem
        What the plan was made from, ``None`` when its file is not there.
    """

    plan: Plan
    records: Mapping[str, Record]
    file: str
    problem: Problem | None = None

    @property
    def held(self) -> tuple[Promise, ...]:
        """Every permanence of the plan, as recorded, or else as planned; those cancelled are left out."""
        return tuple(self._held())

    @property
    def lengths(self) -> dict[str, timedelta]:
        """Length of duty of each permanence.

        The length of a tour is shared equally between its stops, in whole seconds, those left over going to the first
        ones: the parts sum to the whole. A permanence of no tour lasts from its start to its end.
        """
        some = (*self.plan.permanences, *self.plan.cancelled)
        lengths = {one.id: datetime.combine(one.date, one.end) - datetime.combine(one.date, one.start) for one in some}
        for tour in self.plan.tours:
            each, over = divmod(tour.length // timedelta(seconds=1), len(tour.permanences) or 1)
            parts = {stop: timedelta(seconds=each + (n < over)) for n, stop in enumerate(tour.permanences)}
            lengths.update(parts)
        return lengths

    def past(self, communes: Mapping[str, str]) -> Iterator[PastPermanence]:
        """Yield what took place; a fixed permanence that nobody was to hold did not, unless it is recorded.

        Parameters
        ----------
        communes
            Commune of each site.
        """
        planned = {one.id: one for one in (*self.plan.permanences, *self.plan.cancelled)}
        lengths = self.lengths
        for one in self.held:
            if one.crew or one.id in self.records:
                yield PastPermanence(
                    id=one.id,
                    site=one.site,
                    commune=communes.get(one.site, planned[one.id].place.commune),
                    date=one.date,
                    session=one.session,
                    members=tuple(member for _, member in one.crew),
                    length=lengths[one.id],
                    origin=one.origin,
                )

    def _held(self) -> Iterator[Promise]:
        cancelled = {one.id for one in self.plan.cancelled}
        for one in (*self.plan.permanences, *self.plan.cancelled):
            record = self.records.get(one.id)
            if record and record.status is not Status.CANCELLED:
                yield Promise(
                    id=one.id,
                    site=record.site,
                    date=record.date,
                    session=one.session,
                    van=one.van,
                    crew=record.crew,
                    origin=record.origin,
                )
            elif not record and one.id not in cancelled:
                yield anew(promise_of(one), origin=Origin(self.file))


def read_history(folder: Path, territory: Territory, before: date) -> tuple[PastPermanence, ...]:
    """Read what took place before a date, by date, from the plans and the records of the months before.

    Parameters
    ----------
    folder
        Holds a folder for each month; there may be none yet.
    before
        First day of the month to be planned.

    Raises
    ------
    DataError
        With everything wrong in every file at once.
    """
    last = before - timedelta(days=1)
    first = f"{before.year - MONTHS // 12:04}-{before:%m}"
    communes = territory.commune_of
    months = read_months(folder, first, f"{last:%Y-%m}", territory)
    past = [one for month in months for one in month.past(communes) if one.date < before]
    return tuple(sorted(past, key=lambda one: (one.date, one.id)))


def took_place(folder: Path, plan: Plan, problem: Problem) -> tuple[Promise, ...]:
    """Give what a plan promises, corrected by what was recorded beside it.

    What was held is as planned or with the crew, the site and the date recorded; what was cancelled is promised no
    more. At a site that no way is known to, as where nobody has located it, it stays at the one planned: no tour could
    be counted.

    Raises
    ------
    DataError
        With everything wrong in the records.
    """
    held = PastMonth(plan, read_records(folder, plan, (problem.territory,)), _named(folder / "plan.json")).held
    planned = {one.id: one.place.id for one in (*plan.permanences, *plan.cancelled)}
    return tuple(
        one if one.site in problem.travel else one.model_copy(update={"site": planned[one.id]}) for one in held
    )


def read_months(folder: Path, first: str, last: str, territory: Territory | None = None) -> tuple[PastMonth, ...]:
    """Read the plans of a folder from a month to another, both included, and what was recorded of them.

    Parameters
    ----------
    territory
        Whose plans they must be; that of the first one when not given.

    Raises
    ------
    DataError
        With everything wrong in every file at once.
    """
    months: list[PastMonth] = []
    mistakes: list[Mistake] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if _MONTH.fullmatch(path.name) and first <= path.name <= last and path.is_dir():
            mistakes += _stray(path)
            if month := _read(path, territory, mistakes):
                months.append(month)
    expected = territory.id if territory else next((month.plan.territory for month in months), "")
    mistakes += [
        Mistake("history-other-territory", {"name": month.plan.territory_name}, Origin(month.file))
        for month in months
        if month.plan.territory != expected
    ]
    if mistakes:
        raise DataError(*mistakes)
    return tuple(months)


def _read(folder: Path, territory: Territory | None, mistakes: list[Mistake]) -> PastMonth | None:
    """Read a month, or nothing when it has no plan or one that cannot be trusted."""
    if not (folder / "plan.json").exists():
        if (folder / RECORDS).exists():
            mistakes.append(Mistake("history-records-without-plan", {}, Origin(_named(folder / RECORDS))))
        return None
    plan = _noun(folder / "plan.json", Plan, mistakes)
    problem = _noun(folder / "problem.json", Problem, mistakes)
    if plan is None:
        return None
    file = _named(folder / "plan.json")
    if plan.month != folder.name:
        mistakes.append(Mistake("history-other-month", {"month": plan.month}, Origin(file)))
        return None
    territories = [one for one in (territory, problem and problem.territory) if one]
    try:
        return PastMonth(plan, read_records(folder, plan, territories), file, problem)
    except DataError as error:
        mistakes += error.mistakes
        return None


def _stray(folder: Path) -> Iterator[Mistake]:
    """Yield a mistake for each file that looks like misspelt records: it would be left out in silence."""
    for path in sorted(folder.glob("*.csv")):
        if path.name != RECORDS and get_close_matches(path.name.casefold(), [RECORDS], 1, _MISSPELT):
            yield Mistake("history-misspelt-file", {"file": RECORDS}, Origin(_named(path)))


def _noun(path: Path, noun: type[N], mistakes: list[Mistake]) -> N | None:
    """Read a file of JSON, or nothing when it is not there or, with a mistake, not what it should be."""
    if not path.exists():
        return None
    origin, refused = Origin(_named(path)), list[Mistake]()
    text = content(path.parent, path.name, refused)
    mistakes += [replace(mistake, origin=origin) for mistake in refused]
    try:
        return None if text is None else noun.model_validate_json(text)
    except (ValidationError, DataError):
        mistakes.append(Mistake("history-damaged-file", {}, origin))
        return None


def _named(path: Path) -> str:
    """Name a file from the folder of all months: `planning/2026-11/plan.json`."""
    return "/".join(path.absolute().parts[-3:])
