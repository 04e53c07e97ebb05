"""`picup` alone on a terminal: a conversation that ends with a month planned, opened and, if wanted, published."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from picup_planner.cli import planning
from picup_planner.cli.asked import Texts
from picup_planner.cli.endings import DONE
from picup_planner.cli.filling import Wanted, fill_workbook
from picup_planner.cli.publishing import Asked, publish_plan
from picup_planner.cli.reading import PLANNING, PUBLICATION, as_typed, month_of
from picup_planner.cli.workbooks import meant
from picup_planner.errors import DataError
from picup_planner.messages import Words
from picup_planner.publish.lock import locked
from picup_planner.territory import embedded
from picup_planner.territory.tables import TOML
from picup_planner.territory.workbook import typed

_SECONDS = 60


@dataclass(frozen=True)
class _Choice:
    """One of the things a person may choose: what is said of it, and what it is."""

    told: str
    value: Path | None


def converse(words: Words) -> int:
    """Ask for what is to be planned, say what will be done, do it, and offer to open and to publish what was made."""
    typer.echo(words("talk-hello"))
    month = _answer(words("talk-month", month=(usual := month_of(None))), usual, typed.month, words("talk-not-a-month"))
    territory = _chosen(words("talk-territory"), list(_territories(words)), words)
    out = PLANNING / month
    choices = list(_workbooks(month, words))
    fresh = Path(f"planning-{month}.xlsx")
    new = [] if fresh.exists() else [_Choice(words("talk-new-workbook", value=str(fresh)), fresh)]
    workbook = _chosen(words("talk-workbook"), [*choices, *new, _Choice(words("talk-no-workbook"), None)], words)
    if workbook and not workbook.exists():
        done = fill_workbook(Wanted(month, territory, workbook, None, None), words)
        _offer_to_open([workbook], words)
        typer.echo(words("talk-come-back"))
        return done
    typer.echo("")
    source = workbook or territory or embedded()
    typer.echo(words("talk-plan", month=month, value=str(source), folder=str(out), seconds=_SECONDS))
    if (out / "plan.json").exists():
        typer.echo(words("talk-kept"))
    if not _agreed(words("talk-go"), words):
        typer.echo(words("talk-nothing"))
        return DONE
    asked = planning.Asked(
        month="" if workbook else month,
        workbook=workbook,
        territory=territory,
        out=None,
        time_limit=_SECONDS,
        seed=0,
        as_of=None,
        history=PLANNING,
        decided=Texts(),
        verify=False,
    )
    code = planning.plan_month(asked, words)
    if code == DONE:
        _offer_to_open([out / "map.html", out / "planning.xlsx"], words)
        _offer_to_publish(out / "plan.json", territory, words)
    return code


def _territories(words: Words) -> Iterator[_Choice]:
    """Territories in the folder the command is typed in, before the one the program comes with."""
    for path in sorted(Path().glob(f"*/{TOML}")):
        yield _Choice(str(path.parent), path.parent)
    yield _Choice(words("talk-embedded", value=embedded().name), None)


def _workbooks(month: str, words: Words) -> Iterator[_Choice]:
    """Workbooks of the month in the folder the command is typed in, the latest saved first, marked copies left out."""
    suffix = words("workbook-copy-suffix")
    found = [path for path in meant([Path("*.xlsx")], words) if month in path.stem and suffix not in path.stem]
    for path in sorted(found, key=lambda each: (-each.stat().st_mtime, each.name)):
        yield _Choice(str(path), path)


def _chosen(question: str, choices: Sequence[_Choice], words: Words) -> Path | None:
    """Let a person choose by number, the first when nothing is typed; a single choice is not asked about."""
    if len(choices) == 1:
        return choices[0].value
    typer.echo("")
    typer.echo(question)
    for number, choice in enumerate(choices, 1):
        typer.echo(f"  {number}. {choice.told}")

    def understood(text: str) -> str:
        if not text.isdecimal() or not 1 <= int(text) <= len(choices):
            raise DataError
        return text

    told = words("talk-not-a-number", n=len(choices))
    return choices[int(_answer(words("talk-number"), "1", understood, told)) - 1].value


def _answer(question: str, usual: str, understood: Callable[[str], str], refused: str) -> str:
    """Ask until the answer is understood; nothing typed is the usual answer.

    Raises
    ------
    KeyboardInterrupt
        When whoever types has left.
    """
    while True:
        typer.echo(f"{question} ", nl=False)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt
        try:
            return understood(line.strip() or usual)
        except DataError:
            typer.echo(refused)


def _agreed(question: str, words: Words, *, usual: bool = True) -> bool:
    yes, no = words("talk-yes").split(), words("talk-no").split()

    def understood(text: str) -> str:
        if text.casefold() not in (*yes, *no):
            raise DataError
        return text.casefold()

    return _answer(question, (yes if usual else no)[0], understood, words("talk-yes-or-no")) in yes


def _offer_to_open(files: Sequence[Path], words: Words) -> None:
    """Open files with the program the machine has for them, if wanted; where there is none, say where they are."""
    if not _agreed(words("talk-open", files=words.listed([str(path) for path in files])), words):
        return
    for path in files:
        if typer.launch(str(path.absolute())):
            typer.echo(words("talk-not-opened", value=str(path.absolute())))


def _offer_to_publish(plan: Path, territory: Path | None, words: Words) -> None:
    if not _agreed(words("talk-publish"), words, usual=False):
        typer.echo(words("talk-publish-later", value=as_typed(plan)))
        return
    with locked(PUBLICATION):
        publish_plan(Asked(plan, None, territory, "published", PUBLICATION), words)
    _offer_to_open([PUBLICATION / "public" / "index.html"], words)
