"""Where a person is found in a service's files, for what `picup person` tells and erases."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from picup_planner.cli.naming import named
from picup_planner.cli.reading import LARGEST, PLANNING, folder_of_months, read_problem
from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.problem import StaffMember, Territory
from picup_planner.pseudonyms import key, pseudonym
from picup_planner.publish.audience import initials
from picup_planner.territory import read
from picup_planner.territory.files import Row
from picup_planner.territory.people import held
from picup_planner.territory.reading import Names

_MADE = re.compile(r"(plan|problem)(-\d+)?\.json")
_MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class Somebody:
    """A person of a territory, or one who has left and whom past months still name.

    Parameters
    ----------
    called
        Initials, by month of `planning/`.
    """

    folder: Path
    territory: Territory
    member: StaffMember
    alias: str
    called: dict[str, str]

    @property
    def names(self) -> Names:
        """The person's names, as a row may write them."""
        return known([self.member])


def somebody(text: str, territory: Path | None) -> Somebody:
    """Person of that id or name.

    Raises
    ------
    DataError
        When nobody is called that, neither in the territory nor in a past month.
    WrongUsage
        When no territory is typed, and a month kept here is not of the one the program comes with.
    """
    folder = folder_of_months(territory)
    found = read(folder)
    past = {path.parent.name: read_problem(path).territory for path in sorted(PLANNING.glob("*/problem.json"))}
    people = {member.id: member for land in past.values() if land.id == found.id for member in land.staff}
    people |= {member.id: member for member in found.staff}
    member = named(text, people.values(), "data-unknown-staff")
    called = {month: told for month, land in past.items() if (told := initials(land).get(member.id))}
    return Somebody(folder, found, member, pseudonym(key(), found.id, member.id), called)


def months() -> Iterator[Path]:
    """Yield the folders of the months planned here."""
    yield from (path for path in sorted(PLANNING.glob("*")) if _MONTH.fullmatch(path.name) and path.is_dir())


def made(month: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the plans and problems of a month and what each holds, as JSON.

    Raises
    ------
    DataError
        When one cannot be read: what it holds of a person would be missed.
    """
    for path in sorted(month.glob("*.json")):
        if _MADE.fullmatch(path.name):
            if path.stat().st_size > LARGEST:
                raise DataError(Mistake("person-unreadable", {"file": str(path)}))
            try:
                yield path, json.loads(path.read_bytes())
            except (ValueError, RecursionError) as error:
                raise DataError(Mistake("person-unreadable", {"file": str(path)})) from error


def naming(month: Path, person: str) -> bool:
    """Whether a plan or a problem of a month names somebody."""
    return any(held(data, person) for _, data in made(month))


def known(members: list[StaffMember]) -> Names:
    """Names of people, as a row may write them."""
    return Names(Row(Origin("staff.csv"), {"id": each.id, "name": each.name}) for each in members)
