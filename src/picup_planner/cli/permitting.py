"""`picup permits`: what to ask of each town hall, by when, what is granted; and the letters."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import typer

from picup_planner.cli.endings import DONE, tell
from picup_planner.cli.reading import PLANNING, folder_of, latest_plan, plan_and_problem
from picup_planner.cli.saving import free_name
from picup_planner.errors import DataError, Mistake
from picup_planner.messages import FRENCH, Words
from picup_planner.problem import Permit
from picup_planner.publish.permit_letter import permit_letter
from picup_planner.publish.permits import Occupation, Request, requests
from picup_planner.publish.text import plain
from picup_planner.territory import read
from picup_planner.writing import write


@dataclass(frozen=True)
class Inquiry:
    """For which plan, and where permits granted since are written; what is ``None`` has a default."""

    month: str | None
    plan: Path | None
    territory: Path | None
    workbook: Path | None
    out: Path | None
    as_of: date | None


def list_permits(inquiry: Inquiry, words: Words) -> int:
    """List what each town hall is to be asked, and write a letter to each that is."""
    path = inquiry.plan or (_planned(inquiry.month) if inquiry.month else latest_plan())
    plan, problem = plan_and_problem(path, None, words)
    found = requests(problem, plan, _granted(inquiry, folder_of(inquiry.territory, problem), words))
    today = inquiry.as_of or date.today()  # noqa: DTZ011  the planner's own day
    folder = inquiry.out or path.parent / words("permits-folder")
    typer.echo(words("permits-heading", month=plan.month, territory=plan.territory_name))
    letters = []
    for request in found:
        for line in _told(request, today, words):
            typer.echo(line)
        if request.asked:
            territory = problem.territory
            letter = permit_letter(request, plan.month, territory.service, territory.settings, Words(FRENCH, plain))
            letters.append(_kept(folder / f"{words('permits-file')}-{request.commune.id}.docx", letter))
    typer.echo()
    if letters:
        tell(words("permits-written", n=len(letters), value=str(folder)))
    else:
        tell(words("permits-nothing"))
    return DONE


def _planned(month: str) -> Path:
    path = PLANNING / month / "plan.json"
    if not path.exists():
        raise DataError(Mistake("permits-no-plan", {"month": month, "value": month}))
    return path


def _granted(inquiry: Inquiry, folder: Path, words: Words) -> dict[str, list[Permit]]:
    """Permits the folder, or a workbook over it, knows today, by site: some have come since the plan was made."""
    if inquiry.workbook:
        from picup_planner.cli.workbooks import read_with_workbook  # noqa: PLC0415  the solver

        territory, _ = read_with_workbook(inquiry.workbook, folder, words)
    else:
        territory = read(folder)
    granted: dict[str, list[Permit]] = defaultdict(list)
    for site in territory.sites:
        granted[site.id] += site.permits
    return granted


def _told(request: Request, today: date, words: Words) -> Iterator[str]:
    yield ""
    commune = plain(request.commune.name)
    if request.deadline is None:
        yield words("permits-all-granted", commune=commune)
    elif request.deadline < today:
        yield words("permits-late", commune=commune, date=request.deadline)
    else:
        yield words("permits-ask", commune=commune, date=request.deadline)
    yield from _sites(request.asked, words)
    if request.granted:
        yield words("permits-granted")
        yield from _sites(request.granted, words)


def _sites(occupations: Sequence[Occupation], words: Words) -> Iterator[str]:
    def place(one: Occupation) -> str:
        return one.site.id

    for _, same in groupby(sorted(occupations, key=place), place):
        dated = list(same)
        days = [f"{words.date(one.date, short=True)} {words.hours(one.start, one.end)}" for one in dated]
        yield f"  {words('list-label', name=dated[0].site.name)} {words.listed(days)}"


def _kept(path: Path, letter: bytes) -> Path:
    """Write a letter where there is none; one that is there may have been completed, and stays."""
    if path.exists() and path.read_bytes() == letter:
        return path
    target = free_name(path)
    write(target, letter)
    return target
