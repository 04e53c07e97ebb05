"""A plan and its companions in a folder; a plan that was there before is kept under another name."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

from picup_planner.cli.endings import tell
from picup_planner.cli.reading import as_typed, read_plan, refuse_changed
from picup_planner.cli.usage import WrongUsage
from picup_planner.draw import draw
from picup_planner.errors import DataError, Mistake
from picup_planner.messages import Words
from picup_planner.plan import Plan, State
from picup_planner.problem import Problem
from picup_planner.publish.audience import for_staff
from picup_planner.publish.lock import TO_WRITE, locked
from picup_planner.publish.map import staff_map
from picup_planner.publish.planning import planning
from picup_planner.roads.network import Network
from picup_planner.writing import write

_KEPT = ("problem.json", "plan.json")


def documents(
    problem: Problem, plan: Plan, roads: Network, words: Words, published: Plan | None = None
) -> dict[str, str | bytes]:
    """Make the map and the workbook of a plan, by the names of their files.

    Parameters
    ----------
    published
        The plan it changes, if any.
    """
    return {
        "planning.xlsx": planning(problem, plan, published, words.language),
        "map.html": staff_map(for_staff(problem, plan), draw(problem, plan, roads), words.language),
    }


def refuse_other_plan(folder: Path, month: str, territory: str) -> None:
    """Refuse to put a month in the folder of another one or of another territory: theirs would no longer be found.

    Raises
    ------
    WrongUsage
        With what is there.
    """
    path = folder / "plan.json"
    with suppress(DataError):  # one that cannot be read is of no month
        there = read_plan(path) if path.exists() else None
        if there and there.month != month:
            told = {"value": str(folder), "there": there.month, "month": month}
            raise WrongUsage(Mistake("other-month-there", told))
        if there and there.territory != territory:
            raise WrongUsage(Mistake("other-territory-there", {"value": str(folder), "name": there.territory_name}))


def write_month(  # noqa: PLR0913, PLR0917  one parameter per thing written
    problem: Problem,
    plan: Plan,
    files: Mapping[str, str | bytes],
    folder: Path,
    words: Words,
    read: tuple[Path, Plan] | None = None,
) -> str:
    """Write a plan, its problem and its documents, the plan last: where there is a plan, all it needs is there.

    A document that another program holds open gets another name, and a sentence says which.

    Parameters
    ----------
    read
        The plan that this one changes, as it was read, and where: from another place, it is kept here as well.

    Returns
    -------
        Name of the copy of the plan that this one changes, else of the one that was there before; empty without either.

    Raises
    ------
    DataError
        When another command has changed since what this one read; nothing is then written.
    WrongUsage
        When the folder is that of another month or territory.
    """
    with locked(folder, TO_WRITE):
        refuse_other_plan(folder, plan.month, plan.territory)
        if read:
            refuse_changed(*read)
        kept = _keep_previous(folder)
        if read and read[0].resolve() != (folder / "plan.json").resolve():
            kept = _keep_changed(read[0], folder)
        _write_documents(folder, files, words)
        write(folder / "problem.json", problem.model_dump_json(indent=1))
        write(folder / "plan.json", plan.model_dump_json(indent=1))
    return kept


def remind_to_publish(plan: Plan, folder: Path, words: Words, before: Path | None = None) -> None:
    """Say how to publish a plan written in a folder, where residents were told of one before it and not of this one.

    Parameters
    ----------
    before
        The folder of the plan that this one changes, if any: those kept there came before as well.
    """
    folders = {folder.resolve(), (before or folder).resolve()}
    kept = (one for each in folders for one in _kept_in(each, plan.month))
    if plan.state is not State.PUBLISHED and any(one.state is State.PUBLISHED for one in kept):
        tell(words("publish-again", value=as_typed(folder / "plan.json")))


def documents_again(path: Path, problem: Problem, plan: Plan, roads: Network, words: Words) -> dict[str, str | bytes]:
    """Make again those documents of a plan that are beside it, where they are its own."""
    if path.name != "plan.json" or plan.provenance.problem_hash != problem.hash:
        return {}
    made = documents(problem, plan, roads, words, _changed_by(path.parent, problem))
    return {name: content for name, content in made.items() if (path.parent / name).exists()}


def write_again(path: Path, plan: Plan, files: Mapping[str, str | bytes], words: Words) -> None:
    """Write a plan in the place of one that says nearly the same, the plan last; the caller holds the lock."""
    _write_documents(path.parent, files, words)
    write(path, plan.model_dump_json(indent=1))


def kept_last(folder: Path) -> Path:
    """Return where the plan that the one of a folder replaced is kept, whether or not there is one."""
    return _numbered(folder / "plan.json", _last_number(folder))


def announced(problem: Problem, before: Plan | None) -> Plan | None:
    """Return the plan that was replaced when somebody was told of it: what changes is then worth telling."""
    return before if before and (problem.promised or before.state is not State.DRAFT) else None


def _changed_by(folder: Path, problem: Problem) -> Plan | None:
    path = kept_last(folder)
    try:
        return announced(problem, read_plan(path)) if path.exists() else None
    except DataError:
        return None


def _kept_in(folder: Path, month: str) -> Iterator[Plan]:
    """Yield the plans of a month that are kept in a folder, the last first; one that cannot be read tells nothing."""
    for number in range(_last_number(folder), 0, -1):
        with suppress(DataError):
            if (plan := read_plan(_numbered(folder / "plan.json", number))).month == month:
                yield plan


def _write_documents(folder: Path, files: Mapping[str, str | bytes], words: Words) -> None:
    for name, content in files.items():
        try:
            write(folder / name, content)
        except PermissionError:  # Excel, on Windows
            other = free_name(folder / name)
            write(other, content)
            tell(words("document-held", value=name, other=other.name))


def _last_number(folder: Path) -> int:
    """Return the number of the last plan or problem kept in a folder, 0 when there is none."""
    found = (re.fullmatch(r"(?:plan|problem)-(\d+)", path.stem, re.ASCII) for path in folder.glob("*.json"))
    return max((int(one[1]) for one in found if one), default=0)


def _keep_previous(folder: Path) -> str:
    """Copy the plan of a folder and its problem to `plan-1.json` and `problem-1.json`, or the next number.

    What was announced is thus never lost, whatever is written next.

    Returns
    -------
        Name of the copy of the plan, empty when there was none.
    """
    if not (folder / "plan.json").exists():
        return ""
    number = _last_number(folder) + 1
    for name in _KEPT:
        if (folder / name).exists():
            write(_numbered(folder / name, number), (folder / name).read_bytes())
    return _numbered(folder / "plan.json", number).name


def _keep_changed(path: Path, folder: Path) -> str:
    """Copy the plan that is changed from another place, under the last number: it is the one `_changed_by` finds."""
    copy = _numbered(folder / "plan.json", _last_number(folder) + 1)
    write(copy, path.read_bytes())
    return copy.name


def free_name(path: Path) -> Path:
    """Path nothing has yet: `x.xlsx`, then `x-2.xlsx`; whatever somebody has begun to correct stays."""
    return next(free for n in count(1) if not (free := path if n == 1 else path.with_stem(f"{path.stem}-{n}")).exists())


def _numbered(path: Path, number: int) -> Path:
    return path.with_stem(f"{path.stem}-{number}")
