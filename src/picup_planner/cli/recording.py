"""`picup record`: what became of a permanence, written beside its plan."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import typer

from picup_planner.cli.endings import DONE
from picup_planner.cli.naming import permanence_named
from picup_planner.cli.reading import PLANNING, plan_and_problem, plan_with
from picup_planner.cli.usage import WrongUsage
from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.messages import Words
from picup_planner.plan import Permanence, Plan
from picup_planner.problem import Territory
from picup_planner.publish.lock import TO_WRITE, locked
from picup_planner.territory.files import Row, headings
from picup_planner.territory.records import RECORDS, Record, Recording, Status, read_records, without_van
from picup_planner.writing import write

_MARK = b"\xef\xbb\xbf"
"""What a spreadsheet may put before UTF-8, and expects to find again."""

_NEEDED = ("permanence", "status", "by", "site", "date")


@dataclass(frozen=True)
class Told:
    """What the command line tells of a permanence; what is ``None`` was as planned.

    Parameters
    ----------
    by
        Ids or names, separated by commas.
    """

    permanence: str
    status: str
    by: str | None = None
    site: str | None = None
    date: str | None = None


def record(told: Told, plan_path: Path | None, as_of: date | None, words: Words) -> int:
    """Write what became of a permanence, in place of what was written of it before, and say it.

    What is after `as_of`, today when none is given, is refused: what is cancelled then is for `picup cancel`, which
    seeks what can replace it and tells everybody.
    """
    path = plan_path or plan_with(told.permanence)
    plan, problem = plan_and_problem(path, None, words)
    everything = plan.model_copy(update={"permanences": (*plan.permanences, *plan.cancelled)})
    planned = permanence_named(told.permanence, everything)
    made = _checked(replace(told, permanence=planned.id), plan, problem.territory)
    today = as_of or date.today()  # noqa: DTZ011  the planner's own day
    if made.date > today and not (made.status is Status.CANCELLED and planned in plan.cancelled):
        message = "record-to-come" if planned.date > today else "record-put-off"  # what is past is not cancelled
        raise WrongUsage(Mistake(message, {"permanence": planned.id, "date": made.date.isoformat()}))
    file = path.with_name(RECORDS)
    with locked(path.parent, TO_WRITE):
        known = read_records(path.parent, plan, (problem.territory,))
        if crowded := [*without_van(plan, {**known, planned.id: made}, (problem.territory,))]:
            raise DataError(*(replace(mistake, origin=None) for mistake in crowded))
        before = known.get(planned.id)
        write(file, _with_row(file, _cells(made, planned), before, words))
    typer.echo(_sentence(planned, made, problem.territory, words))
    if planned in plan.cancelled and made.status is not Status.CANCELLED:
        typer.echo(words("record-held-after-all"))
    typer.echo(words("record-written" if before is None else "record-rewritten", value=str(file)))
    return DONE


def months_in(given: Path | None) -> Path:
    """Folder of the plans of past months: the one given, or else the usual one, which may not be there yet.

    Raises
    ------
    DataError
        When the one given is not there.
    """
    if given and not given.is_dir():
        raise DataError(Mistake("data-missing-folder", {"folder": str(given)}))
    return given or PLANNING


def _checked(told: Told, plan: Plan, territory: Territory) -> Record:
    """Make the record of what is told, as a row typed in the file would be.

    Raises
    ------
    DataError
        With everything wrong in it.
    """
    reading = Recording(plan, (territory,))
    cells = {column: typed for column in _NEEDED if (typed := (getattr(told, column) or "").strip())}
    made = reading.record(Row(Origin(RECORDS), cells))
    if made is None:
        raise DataError(*(replace(mistake, origin=None) for mistake in reading.mistakes))
    return made


def _with_row(file: Path, cells: Mapping[str, str], before: Record | None, words: Words) -> bytes:
    """Give the whole file with one more row, or another in place of the one before; the rest stays as it was typed.

    Raises
    ------
    DataError
        When the file has no column for what is to be written.
    """
    if not file.exists():
        comments = "".join(f"# {line}\n" for line in words("record-comments").splitlines())
        return f"{comments}{_line(dict(zip(_NEEDED, _NEEDED, strict=True)), _NEEDED)}{_line(cells, _NEEDED)}".encode()
    raw = file.read_bytes()
    lines = list(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    at, delimiter, columns = headings(lines)
    if lacking := [column for column, cell in cells.items() if cell and column not in columns]:
        origin = Origin(file.name, at + 1)
        raise DataError(*(Mistake("data-missing-column", {"column": column}, origin) for column in lacking))
    if before and before.origin and before.origin.line:
        first = before.origin.line - 1
        reader = csv.reader(lines[first:], delimiter=delimiter)
        kept = dict(zip(columns, next(reader), strict=False))
        lines[first : first + reader.line_num] = [_line({**kept, **cells}, columns, delimiter, ending)]
    else:
        lines[-1] = lines[-1].rstrip("\r\n") + ending
        lines.append(_line(cells, columns, delimiter, ending))
    return _MARK * raw.startswith(_MARK) + "".join(lines).encode()


def _cells(made: Record, planned: Permanence) -> dict[str, str]:
    """Cells of a record: what differs from the plan, and nothing more of a permanence cancelled."""
    held = made.status is not Status.CANCELLED
    others = made.status is Status.REPLACED or made.crew != tuple((seat.role, seat.member) for seat in planned.crew)
    return {
        "permanence": made.permanence,
        "status": made.status.value,
        "by": "|".join(member for _, member in made.crew) if held and others else "",
        "site": made.site if held and made.site != planned.place.id else "",
        "date": made.date.isoformat() if held and made.date != planned.date else "",
    }


def _line(cells: Mapping[str, str], columns: tuple[str, ...] | list[str], delimiter: str = ",", end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerow([cells.get(column, "") for column in columns])
    return text.getvalue()


def _sentence(planned: Permanence, made: Record, territory: Territory, words: Words) -> str:
    """Say what became of the permanence, with names, and what differs from the plan."""
    where = {"site": planned.place.name, "commune": planned.place.commune_name, "date": planned.date}
    if made.status is Status.CANCELLED:
        return words("record-cancelled", **where)
    names = {member.id: member.name for member in territory.staff}
    names |= {seat.member: seat.member_name for seat in planned.crew}
    crew = words.listed([names.get(member, member) for _, member in made.crew])
    told = words("record-held", crew=crew or words("plan-nobody"), **where)
    if made.site != planned.place.id or made.date != planned.date:
        sites = {site.id: site.name for site in territory.sites} | {planned.place.id: planned.place.name}
        told += " " + words("record-moved", site=sites.get(made.site, made.site), date=made.date)
    return told
