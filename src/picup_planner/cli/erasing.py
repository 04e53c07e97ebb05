"""`picup person erase`: somebody leaves every file for a pseudonym, all files at once, once it has been looked at."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from picup_planner.assemble import vehicle
from picup_planner.cli.endings import DONE
from picup_planner.cli.persons import Somebody, made, months, naming, somebody
from picup_planner.cli.publishing import calendars
from picup_planner.cli.reading import PLANNING, PUBLICATION
from picup_planner.cli.saving import announced, documents, kept_last
from picup_planner.messages import Words
from picup_planner.plan import Plan
from picup_planner.problem import Problem, StaffMember
from picup_planner.publish.audience import initials
from picup_planner.publish.lock import locked
from picup_planner.publish.outputs import MONTH
from picup_planner.publish.publication import forget
from picup_planner.roads.network import network
from picup_planner.territory import ROADS, read
from picup_planner.territory.people import in_folder, renamed, renamed_in_records, without
from picup_planner.territory.records import RECORDS
from picup_planner.writing import completed, write_together

ASIDE = PLANNING / ".erasing"
"""Where new contents wait until all are there."""

_TABLES = ("*.csv", "*.toml", "*.geojson")


def erase_person(text: str, territory: Path | None, words: Words, *, yes: bool) -> int:
    """Tell what erasing somebody changes, and do it when it is confirmed; a run that was stopped is ended first."""
    if completed(ASIDE):
        typer.echo(words("person-completed"))
        return DONE
    person = somebody(text, territory)
    other = person.member.model_copy(update={"id": person.alias, "name": _name(person, words)})
    tables = in_folder(person.folder, person.member.id)
    files = {person.folder / name: each for name, each in without(person.folder, person.member.id, tables).items()}
    _refuse_unsound(person.folder, files)
    files |= dict(_planning(person, other, words))
    typer.echo(words("person-becomes", name=person.member.name, other=other.name))
    for mention in (each for some in tables.values() for each in some):
        message = "person-list" if mention.lists else "person-row"
        typer.echo(f"- {words(message, origin=words.origin(mention.row.origin))}")
    for path in files:
        if path.is_relative_to(PLANNING):
            typer.echo(f"- {words('person-file', value=str(path))}")
    if (PUBLICATION / "staff").exists():
        typer.echo(f"- {words('person-pages', value=str(PUBLICATION / 'staff'))}")
    typer.echo(words("person-workbooks-left"))
    if not yes:
        typer.echo(words("person-dry-run"))
        return DONE
    _write(person, other, files, words)
    for path in _still(person, files):
        typer.echo(words("person-still-named", value=str(path)))
    typer.echo(words("person-erased", other=other.name))
    return DONE


def _write(person: Somebody, other: StaffMember, files: dict[Path, bytes], words: Words) -> None:
    """Change the staff's pages, then the files: stopped in between, the person is still there to be erased again."""
    staff = PUBLICATION / "staff"
    if staff.exists():
        others = tuple(each for each in person.territory.staff if each.id != person.member.id)
        left = person.territory.model_copy(update={"staff": others})
        told = initials(left.model_copy(update={"staff": (*others, other)}))[other.id]
        now = initials(person.territory).get(person.member.id, "")
        called = {path.parent.name: person.called.get(path.parent.name, now) for path in staff.glob(f"*/{MONTH}")}
        with locked(PUBLICATION):
            forget(PUBLICATION, called, told, words.language, calendars(left))
    write_together(files, ASIDE)


def _name(person: Somebody, words: Words) -> str:
    return words("person-pseudonym", value=person.alias.rpartition("-")[2][:6].upper())


def _refuse_unsound(folder: Path, files: dict[Path, bytes]) -> None:
    """Read the territory as it would be.

    Raises
    ------
    DataError
        With what its tables would then lack: a decision that only they could hold, for instance.
    """
    with tempfile.TemporaryDirectory() as place:
        for pattern in _TABLES:
            for path in folder.glob(pattern):
                shutil.copy(path, place)
        for path, content in files.items():
            (Path(place) / path.name).write_bytes(content)
        read(Path(place), roads=False)


def _planning(person: Somebody, other: StaffMember, words: Words) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of past months as they will be: documents made again, then problems, plans and records."""
    roads = None
    for month in months():
        if not naming(month, person.member.id):
            continue
        everything = _renamed(dict(made(month)), person.member.id, other)
        plan, problem = everything.get(month / "plan.json"), everything.get(month / "problem.json")
        if isinstance(plan, Plan) and isinstance(problem, Problem) and (month / "map.html").exists():
            roads = roads or network(person.folder / ROADS, vehicle=vehicle(person.territory))
            before = everything.get(kept_last(month))
            replaced = announced(problem, before if isinstance(before, Plan) else None)
            for name, content in documents(problem, plan, roads, words, replaced).items():
                yield month / name, content.encode() if isinstance(content, str) else content
        for path, noun in everything.items():
            yield path, noun.model_dump_json(indent=1).encode()
        records = renamed_in_records(month.parent, month / RECORDS, person.member.id, other.id, person.names)
        if records is not None:
            yield month / RECORDS, records


def _renamed(everything: dict[Path, Any], person: str, other: StaffMember) -> dict[Path, Plan | Problem]:
    """Give problems then plans with somebody else in a person's place, each plan still that of its problem."""
    problems: dict[Path, Plan | Problem] = {}
    plans: dict[Path, Plan] = {}
    hashes = {}
    for path, data in everything.items():
        told = json.dumps(renamed(data, person, other))
        if path.name.startswith("problem"):
            before, after = Problem.model_validate_json(json.dumps(data)), Problem.model_validate_json(told)
            hashes[before.hash] = after.hash
            problems[path] = after
        else:
            plans[path] = Plan.model_validate_json(told)
    for path, plan in plans.items():
        source = plan.provenance
        made_from = source.model_copy(update={"problem_hash": hashes.get(source.problem_hash, source.problem_hash)})
        problems[path] = plan.model_copy(update={"provenance": made_from})
    return problems


def _still(person: Somebody, files: dict[Path, bytes]) -> Iterator[Path]:
    """Yield files of text where the name can still be read, in a comment or a note: somebody must look."""
    name = person.member.name.encode()
    texts = {path for month in months() for path in month.glob("*") if path.suffix in {".csv", ".json", ".html"}}
    for path in sorted(texts | set(person.folder.glob("*.csv")) | set(files)):
        if path.suffix != ".xlsx" and name in path.read_bytes():
            yield path
