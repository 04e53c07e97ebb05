"""`picup person export` and `picup person calendar`: all that is held of somebody, and where their calendar is."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from picup_planner.cli.endings import DONE
from picup_planner.cli.naming import named
from picup_planner.cli.persons import Somebody, known, made, months, somebody
from picup_planner.cli.reading import PUBLICATION
from picup_planner.cli.workbooks import content_of, vocabulary
from picup_planner.errors import Mistake
from picup_planner.messages import Words
from picup_planner.pseudonyms import key, token
from picup_planner.publish.outputs import MONTH, OF_PERSON
from picup_planner.publish.text import plain
from picup_planner.territory import embedded, read
from picup_planner.territory.files import csv_rows
from picup_planner.territory.people import Mention, held, in_folder, mentions
from picup_planner.territory.records import RECORDS, TABLE
from picup_planner.territory.workbook import read_month
from picup_planner.writing import write


def export_person(text: str, territory: Path | None, workbooks: Sequence[Path], out: Path, words: Words) -> int:
    """Write all that is held of somebody, for a program and for a reader; neither file is named after them."""
    person = somebody(text, territory)
    told: dict[str, Any] = {
        "person": person.member.model_dump(mode="json", exclude={"origin"}),
        "territory": {kind: _rows(some, person) for kind, some in in_folder(person.folder, person.member.id).items()},
        "planning": dict(_planning(person)),
        "workbooks": dict(_workbooks(workbooks, person, words)),
        "publication": _publication(person),
    }
    path = out / f"{person.alias}.json"
    write(path, json.dumps(told, ensure_ascii=False, indent=1))
    write(path.with_suffix(".txt"), "\n".join(_readable(told, words)) + "\n")
    typer.echo(words("person-exported", value=str(path), readable=path.with_suffix(".txt").name))
    if not workbooks:
        typer.echo(words("person-no-workbook"))
    return DONE


def tell_calendars(text: str | None, territory: Path | None, address: str | None, words: Words) -> int:
    """Tell the address of the calendar of somebody, or of each person: to be given to them and to nobody else."""
    found = read(territory or embedded())
    people = (named(text, found.staff, "data-unknown-staff"),) if text else found.staff
    base = f"{address.rstrip('/')}/" if address else f"{(PUBLICATION / 'staff').as_posix()}/"
    secret = key()
    for member in people:
        path = OF_PERSON.format(token(secret, found.id, member.id))
        typer.echo(words("person-calendar", name=member.name, value=f"{base}{path}"))
    typer.echo(words("person-calendar-secret"))
    return DONE


def _rows(some: Iterable[Mention], person: Somebody) -> list[dict[str, str]]:
    names = known(list(person.territory.staff) or [person.member])
    return [{"origin": str(each.row.origin), **each.told(names, person.member.id)} for each in some]


def _planning(person: Somebody) -> Iterator[tuple[str, Any]]:
    """Yield each file of past months that names somebody, and what it says of them."""
    for month in months():
        for path, data in made(month):
            if found := held(data, person.member.id):
                yield path.as_posix(), found
        if (month / RECORDS).is_file():
            mistakes: list[Mistake] = []
            rows = csv_rows(month, TABLE, mistakes) or []
            if found_rows := _rows(mentions(RECORDS, rows, person.names, person.member.id), person):
                yield (month / RECORDS).as_posix(), found_rows


def _workbooks(paths: Sequence[Path], person: Somebody, words: Words) -> Iterator[tuple[str, Any]]:
    for path in paths:
        book = read_month(content_of(path), path.name, vocabulary(words))
        found = {
            kind: told
            for kind, rows in book.rows.items()
            if (told := _rows(mentions(kind, rows, person.names, person.member.id), person))
        }
        if found:
            yield path.as_posix(), found


def _publication(person: Somebody) -> dict[str, Any]:
    """Give what the staff's pages tell of somebody: initials, permanences of each month, address of the calendar."""
    staff = PUBLICATION / "staff"
    told: dict[str, Any] = {}
    for path in sorted(staff.glob(f"*/{MONTH}")):
        called = person.called.get(path.parent.name)
        stops = json.loads(path.read_bytes()).get("stops", [])
        if mine := [stop for stop in stops if called in {one["initials"] for one in stop["crew"]}]:
            dates = [f"{stop['date']} {stop['start']} {stop['place']}" for stop in mine]
            told[path.as_posix()] = {"initials": called, "stops": dates}
    address = staff / OF_PERSON.format(token(key(), person.territory.id, person.member.id))
    return told | ({"calendar": address.as_posix()} if address.exists() else {})


def _readable(told: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Yield lines a person reads: each source, then what it holds."""
    yield words("person-heading", name=told["person"]["name"])
    for source in ("person", "territory", "planning", "workbooks", "publication"):
        yield ""
        yield words(f"person-{source}")
        yield from _lines(told[source], 1) if told[source] else [f"  {words('person-none')}"]


def _lines(value: object, depth: int) -> Iterator[str]:
    pad = "  " * depth
    match value:
        case dict() if all(not isinstance(each, (dict, list)) or not each for each in value.values()):
            yield pad + " ; ".join(f"{plain(str(name))} = {plain(str(each))}" for name, each in value.items() if each)
        case dict():
            for name, each in value.items():
                if isinstance(each, (dict, list)):
                    yield f"{pad}{plain(str(name))}"
                    yield from _lines(each, depth + 1)
                elif each not in (None, ""):
                    yield f"{pad}{plain(str(name))} = {plain(str(each))}"
        case list():
            for each in value:
                yield from _lines(each, depth)
        case _:
            yield pad + plain(str(value))
