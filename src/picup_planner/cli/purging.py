"""`picup purge`: what is older than a territory keeps it is told, then thrown away when that is confirmed."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from picup_planner.cli.endings import DONE
from picup_planner.cli.persons import months
from picup_planner.cli.publishing import calendars
from picup_planner.cli.reading import PUBLICATION, folder_of_months, month_of
from picup_planner.messages import Words
from picup_planner.problem import Retention
from picup_planner.publish.audience import StaffMonth
from picup_planner.publish.calendar import since
from picup_planner.publish.lock import locked
from picup_planner.publish.outputs import MONTH
from picup_planner.publish.publication import republished
from picup_planner.territory import read, retention

_OF_A_MONTH = re.compile(r"(2\d{3}-(?:0[1-9]|1[0-2]))(?!\d)", re.ASCII)


@dataclass(frozen=True)
class Old:
    """Something kept longer than it should be: a file or folder, of which month, and which kind it is."""

    path: Path
    month: str
    kind: str


def purge_old(territory: Path | None, as_of: date | None, words: Words, *, yes: bool) -> int:
    """Tell what is too old, and throw it away when that is confirmed."""
    folder = folder_of_months(territory)
    kept = retention(folder)
    current = f"{as_of:%Y-%m}" if as_of else _before(month_of(None), 1)
    old = list(_old(kept, current))
    for each in old:
        typer.echo(f"- {words(f'purge-{each.kind}', value=str(each.path), month=each.month)}")
    if not old:
        typer.echo(words("purge-nothing"))
    elif not yes:
        typer.echo(words("purge-dry-run", n=len(old)))
    else:
        if any(each.kind == "staff" for each in old):
            _purge_pages(_before(current, kept.staff_pages), folder, words)
        for each in old:
            if each.kind != "staff":
                shutil.rmtree(each.path) if each.path.is_dir() else each.path.unlink()
        typer.echo(words("purge-done", n=len(old)))
    return DONE


def _old(kept: Retention, current: str) -> Iterator[Old]:
    """Yield what is about a month before those kept; what a folder thrown away holds is not told again."""
    for folder in months():
        if folder.name < _before(current, kept.plans):
            yield Old(folder, folder.name, "plans")
        elif folder.name < _before(current, kept.letters):
            yield from (Old(path, folder.name, "letters") for path in sorted(folder.rglob("*.docx")))
    for path in sorted((PUBLICATION / "staff").glob(f"*/{MONTH}")):
        if path.parent.name < _before(current, kept.staff_pages):
            yield Old(path.parent, path.parent.name, "staff")
    for path in sorted(Path().glob("planning-*.xlsx")):
        found = _OF_A_MONTH.search(path.stem)
        if found and found[1] < _before(current, kept.workbooks):
            yield Old(path, found[1], "workbooks")


def _purge_pages(first: str, folder: Path, words: Words) -> None:
    """Publish again to the staff what is left, calendars included."""

    def left(month: StaffMonth) -> StaffMonth | None:
        return month if month.month >= first else None

    start = date.fromisoformat(f"{first}-01")
    with locked(PUBLICATION):
        republished(PUBLICATION, left, lambda feed: since(feed, start), words.language, calendars(read(folder)))


def _before(month: str, number: int) -> str:
    """Month so many months before another."""
    year, of_year = map(int, month.split("-"))
    whole = year * 12 + of_year - 1 - number
    return f"{whole // 12}-{whole % 12 + 1:02}"
