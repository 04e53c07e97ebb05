"""`picup territory new`: a folder ready to fill, with what is known of its communes."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import typer

from picup_planner.cli.endings import DONE
from picup_planner.cli.usage import WrongUsage
from picup_planner.download import USUAL, Limits
from picup_planner.errors import DataError, Mistake, NoAnswer
from picup_planner.messages import Words
from picup_planner.publish.text import plain
from picup_planner.territory.new import files, slug
from picup_planner.territory.official import SERVER, Known, ask
from picup_planner.writing import write

LIMITS = USUAL
"""What all questions together may take."""

LONGEST = 100
"""Characters of a name."""

_CODE = "[0-9][0-9AB][0-9]{3}"
_NOT_FOUND = 404


def new_territory(name: str, insee: str, url: str | None, words: Words, *, offline: bool) -> int:
    """Write a folder named after the territory in the one a command is typed in, whole or not at all.

    Raises
    ------
    WrongUsage
        When the name gives no id, or a code is none.
    DataError
        When the folder is there already, or a commune does not exist.
    """
    name = " ".join(name.split())
    codes = codes_of(insee)
    if not slug(name) or len(name) > LONGEST or not name.isprintable():
        raise WrongUsage(Mistake("usage-territory-name", {"value": plain(name)}))
    folder = Path(slug(name))
    if folder.exists():
        raise DataError(Mistake("new-exists", {"value": str(folder)}))
    reason: Mistake | None = None
    communes = tuple(map(Known, codes))
    if not offline:
        communes, reason = _asked(codes, url or SERVER)
    _write(folder, files(name, communes, words))
    for sentence in _told(folder, communes, reason, words):
        typer.echo(sentence)
    return DONE


def codes_of(text: str) -> tuple[str, ...]:
    """INSEE codes typed as `38185,38421`.

    Raises
    ------
    WrongUsage
        When one is none, or comes twice.
    """
    codes = tuple(part.strip().upper() for part in text.split(","))
    wrong = [code for code in codes if not re.fullmatch(_CODE, code, re.ASCII)]
    if wrong or len(set(codes)) < len(codes):
        raise WrongUsage(Mistake("usage-insee", {"value": text}))
    return codes


def _asked(codes: tuple[str, ...], url: str) -> tuple[tuple[Known, ...], Mistake | None]:
    """Ask for each commune within one time for all; after a question without answer, those that remain are blank."""
    deadline = monotonic() + LIMITS.total
    found: list[Known] = []
    unknown: list[Mistake] = []
    reason: Mistake | None = None
    for code in codes:
        try:
            found.append(Known(code) if reason else ask(code, url, _left(deadline)))
        except NoAnswer as error:
            if error.mistakes[0].arguments.get("status") == _NOT_FOUND:
                unknown.append(Mistake("new-unknown-commune", {"value": code}))
            else:
                reason = error.mistakes[0]
                found.append(Known(code))
    if unknown:
        raise DataError(*unknown)
    return tuple(found), reason


def _left(deadline: float) -> Limits:
    return replace(LIMITS, total=max(deadline - monotonic(), 0.0))


def _write(folder: Path, contents: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as made:
        whole = Path(made) / folder.name
        for name, content in contents.items():
            write(whole / name, content)
        shutil.move(whole, folder)


def _told(folder: Path, communes: tuple[Known, ...], reason: Mistake | None, words: Words) -> Iterator[str]:
    if reason:
        yield words.mistake(reason)
    for one in communes:
        if one.name:
            people = words.number(one.population) if one.population is not None else "?"
            yield words("new-commune" if one.contour else "new-commune-without-contour", name=one.name, people=people)
        else:
            yield words("new-commune-blank", value=one.insee)
    yield words("new-written", value=str(folder))
    yield words("new-next", value=str(folder))
