"""What really took place: the rows of the `records.csv` beside a plan, one for each permanence somebody recorded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from difflib import get_close_matches
from enum import StrEnum
from itertools import permutations
from pathlib import Path
from typing import Any

from picup_planner.errors import DataError, Mistake, Origin, type_of_argument
from picup_planner.plan import Permanence, Plan
from picup_planner.problem import Id, Known, Territory
from picup_planner.territory.cells import day, fold, parts, text
from picup_planner.territory.files import Row, csv_rows, nearest
from picup_planner.territory.reading import Names
from picup_planner.territory.tables import Reference, Table

RECORDS = "records.csv"
"""Name of the file, beside `plan.json`."""


class Status(StrEnum):
    """What became of a permanence."""

    HELD = "held"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


class Record(Known):
    """What became of one permanence: where and when it was held, and by whom; as planned where nothing else is told.

    Parameters
    ----------
    crew
        (role, member), by role.
    """

    permanence: Id
    status: Status
    crew: tuple[tuple[Id, Id], ...] = ()
    site: Id
    date: Date


_WORDS = (
    {status.value: status for status in Status}
    | {"tenue": Status.HELD, "annulée": Status.CANCELLED, "remplacée": Status.REPLACED}
    | {"tenu": Status.HELD, "annulé": Status.CANCELLED, "remplacé": Status.REPLACED}
)
_SPELT = {fold(word): word for word in _WORDS}


def _status(typed: str) -> Status:
    """Status of a word of either language.

    A refusal tells the nearest word, in the language it was typed in; none of several words, `pas tenue`, which may
    say the contrary.
    """
    if word := _SPELT.get(fold(typed)):
        return _WORDS[word]
    near = [] if len(typed.split()) > 1 else get_close_matches(fold(typed), list(_SPELT), 1)
    raise DataError(Mistake("data-not-a-status", {"nearest": _SPELT[near[0]] if near else ""}))


TABLE = Table(
    RECORDS,
    Record,
    "permanence status",
    {
        "permanence": text,
        "status": _status,
        "by": Reference("staff", many=True),
        "site": Reference("sites"),
        "date": day,
    },
)


def read_records(folder: Path, plan: Plan, territories: Iterable[Territory] = ()) -> dict[str, Record]:
    """Read what was recorded of a plan, by permanence; nothing when its folder holds no records.

    Parameters
    ----------
    folder
        Where the plan is; the mistakes name the file from the folder above it.
    territories
        Whose people and places may be named, besides those of the plan.

    Raises
    ------
    DataError
        With everything wrong in the file, each with its line.
    """
    mistakes: list[Mistake] = []
    territories = tuple(territories)
    months = folder.absolute().parent
    table = replace(TABLE, file=f"{months.name}/{folder.absolute().name}/{RECORDS}")
    reading = Recording(plan, territories)
    records: dict[str, Record] = {}
    for row in csv_rows(months.parent, table, mistakes) or ():
        record = None if row.ragged else reading.record(row)
        if record and record.permanence in records:
            mistakes.append(Mistake("data-duplicate-permanence", {"value": record.permanence}, record.origin))
        elif record:
            records[record.permanence] = record
    mistakes += reading.mistakes
    mistakes += without_van(plan, records, territories)
    if mistakes:
        raise DataError(*sorted(mistakes, key=lambda mistake: (mistake.origin and mistake.origin.line) or 0))
    return records


def without_van(plan: Plan, records: Mapping[str, Record], territories: Iterable[Territory] = ()) -> Iterator[Mistake]:
    """Yield a mistake for each record of a permanence held, against the plan, while every van held another one."""
    cancelled = {one.id for one in plan.cancelled}
    mobile = [one for one in (*plan.permanences, *plan.cancelled) if one.van]
    vans = {one.van for one in mobile} | {van.id for territory in territories for van in territory.vans}
    held: dict[tuple[Date, str | None], list[str]] = {}
    for one in mobile:
        record = records.get(one.id)
        if record.status is not Status.CANCELLED if record else one.id not in cancelled:
            held.setdefault((record.date if record else one.date, one.session), []).append(one.id)
    planned = {(one.id, one.date) for one in plan.permanences}
    for (held_on, _), some in held.items():
        for permanence in some if len(some) > len(vans) else ():
            if permanence in records and (permanence, held_on) not in planned:
                others = ", ".join(other for other in some if other != permanence)
                told = {"value": permanence, "date": held_on.isoformat(), "others": others}
                yield Mistake("data-record-without-van", told, records[permanence].origin)


class Recording:
    """Makes records of rows about one plan; `mistakes` holds everything wrong with the rows read so far.

    People and places are those of the plan and of the territories: somebody who has left since is still known.
    """

    def __init__(self, plan: Plan, territories: Iterable[Territory] = ()) -> None:
        self.mistakes: list[Mistake] = []
        self._month = plan.month
        self._planned = {one.id: one for one in (*plan.permanences, *plan.cancelled)}
        self._roles: dict[str, str] = {}
        self._can: dict[str, tuple[str, ...]] = {}
        people: list[tuple[str, str]] = []
        places = [(one.place.id, one.place.name) for one in self._planned.values()]
        self._communes = {one.place.id: one.place.commune for one in self._planned.values()}
        for one in self._planned.values():
            for seat in one.crew:
                people.append((seat.member, seat.member_name))
                self._roles.setdefault(seat.role, seat.role_name)
                self._can[seat.member] = tuple(dict.fromkeys((*self._can.get(seat.member, ()), seat.role)))
        for territory in territories:
            people += [(member.id, member.name) for member in territory.staff]
            places += [(site.id, site.name) for site in territory.sites]
            self._communes |= territory.commune_of
            self._roles |= {role.id: role.name for role in territory.roles}
            self._can |= {member.id: member.roles for member in territory.staff}
        self._names = {"staff": _names(people), "sites": _names(places)}

    def record(self, row: Row) -> Record | None:
        """Make the record of a row, or nothing when something in it is wrong."""
        before = len(self.mistakes)
        values = {column: self._value(row, column) for column in TABLE.columns}
        for column in TABLE.needed.split():
            if column not in row.cells:
                self._wrong(row, column, "data-missing-value")
        planned = self._planned.get(values["permanence"] or "")
        if values["permanence"] and not planned:
            near = nearest(values["permanence"], self._planned)
            self._wrong(row, "permanence", "data-unknown-permanence", nearest=near)
        if planned and len(self.mistakes) == before:
            return self._made(row, planned, values)
        return None

    def _made(self, row: Row, planned: Permanence, values: Mapping[str, Any]) -> Record | None:
        status, by, held_on = values["status"], values["by"] or (), values["date"] or planned.date
        site = values["site"] or planned.place.id
        crew = self._crew(planned, by)
        if status is Status.REPLACED and not by:
            self._wrong(row, "permanence", "data-replaced-by-nobody")
        elif status is Status.CANCELLED and row.cells.keys() & {"by", "site", "date"}:
            self._wrong(row, "permanence", "data-cancelled-yet-held")
        elif f"{held_on:%Y-%m}" != self._month:
            self._wrong(row, "date", "data-record-other-month", month=self._month)
        elif site != planned.place.id and self._communes[site] != planned.place.commune:
            self._wrong(row, "site", "data-record-other-commune", commune=planned.place.commune_name)
        elif crew is None:
            seats = [seat.role for seat in planned.crew] or list(self._roles)
            self._wrong(row, "by", "data-impossible-crew", roles=", ".join(self._roles[role] for role in seats))
        else:
            return Record(permanence=planned.id, status=status, crew=crew, site=site, date=held_on, origin=row.origin)
        return None

    def _crew(self, planned: Permanence, by: Iterable[str]) -> tuple[tuple[str, str], ...] | None:
        """Seat those who held it, each in a role of their own; roles nobody takes stay with whom they were planned.

        Somebody keeps a planned role when possible, and otherwise takes the first of their roles; ``None`` when they
        cannot all be seated.
        """
        expected = {seat.role: seat.member for seat in planned.crew}
        roles, people = tuple(expected or self._roles), tuple(dict.fromkeys(by))
        seatings = [
            tuple(zip(seats, people, strict=True))
            for seats in permutations(roles, len(people))
            if all(role in self._can[member] for role, member in zip(seats, people, strict=True))
        ]
        if not seatings:
            return None
        taken = dict(min(seatings, key=lambda seating: self._distance(expected, seating)))
        kept = {role: member for role, member in expected.items() if role not in taken and member not in people}
        crew = kept | taken
        return tuple((role, crew[role]) for role in roles if role in crew)

    def _distance(self, expected: Mapping[str, str], seating: Iterable[tuple[str, str]]) -> int:
        return sum(0 if expected.get(role) == member else 1 + self._can[member].index(role) for role, member in seating)

    def _value(self, row: Row, column: str) -> Any:  # noqa: ANN401  any value of a column
        cell, parse = row.cells.get(column), TABLE.columns[column]
        if cell is None:
            return None
        try:
            if not isinstance(parse, Reference):
                return row.parser(column, parse)(cell)
            if parse.many:
                return tuple(self._named(parse.kind, part) for part in parts(cell.replace(",", "|")))
            return self._named(parse.kind, cell)
        except DataError as refusal:
            for mistake in refusal.mistakes:
                self._wrong(row, column, mistake.message, **mistake.arguments)
        return None

    def _named(self, kind: str, typed: str) -> str:
        names = self._names[kind]
        found = names.find(typed)
        if found not in names.ids:
            raise DataError(Mistake(f"data-unknown-{kind}", {"value": typed, "nearest": names.nearest(typed)}))
        return found

    def _wrong(self, row: Row, column: str, message: str, **arguments: type_of_argument) -> None:
        told = {"column": column, "value": row.cells.get(column, ""), **arguments}
        self.mistakes.append(Mistake(message, told, row.where(column)))


def _names(nouns: Iterable[tuple[str, str]]) -> Names:
    return Names(Row(Origin(""), {"id": one, "name": name}) for one, name in nouns)
