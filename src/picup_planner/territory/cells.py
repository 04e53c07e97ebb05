"""Reads one cell: what a person typed becomes a value, or is refused with the reason."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from picup_planner.errors import DataError, Mistake
from picup_planner.problem import Level

Parser = Callable[[str], Any]
"""From the text of a cell, never empty, to a value; raises `DataError` with a mistake that lacks only its place."""


def fold(typed: str) -> str:
    """Letters and digits alone, without accents or case: two ways of writing one name fold alike.

    Examples
    --------
    >>> fold("Saint-Fons"), fold("SAINT FONS"), fold("Œuvre")
    ('saintfons', 'saintfons', 'oeuvre')
    """
    letters = typed.casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(letter for letter in unicodedata.normalize("NFKD", letters) if letter.isalnum())


def text(typed: str) -> str:
    """Text as typed, its accents composed (NFC)."""
    return unicodedata.normalize("NFC", typed)


def page(typed: str) -> str:
    """Address of a page: `https://example.org/permanences`."""
    if not re.fullmatch(r"https?://[^\s<>\"]+", typed):
        raise DataError(Mistake("data-not-a-page"))
    return typed


def whole(typed: str) -> int:
    """Whole number: `15`, `-2`, `3 000`, its thousands apart by any of the spaces a spreadsheet may put there.

    Examples
    --------
    >>> whole("-2"), whole("3 000"), whole("1\u202f250\u00a0000")
    (-2, 3000, 1250000)
    """
    if not re.fullmatch(r"[+-]?([0-9]{1,9}|[0-9]{1,3}([ \u00a0\u202f][0-9]{3}){1,2})", typed):
        raise DataError(Mistake("data-not-a-whole-number"))
    return int("".join(typed.split()))


def decimal(typed: str) -> float:
    """Finite number with a point or a comma.

    Examples
    --------
    >>> decimal("45.69"), decimal("45,69")
    (45.69, 45.69)
    """
    if not re.fullmatch(r"[+-]?[0-9]{1,9}([.,][0-9]{1,18})?", typed):
        raise DataError(Mistake("data-not-a-number"))
    return float(typed.replace(",", "."))


def hours(typed: str) -> timedelta:
    """Length in decimal hours: `35,5`."""
    return timedelta(hours=decimal(typed))


def minutes(typed: str) -> timedelta:
    """Length in minutes, none below zero: `20`."""
    length = timedelta(minutes=decimal(typed))
    if length < timedelta(0):
        raise DataError(Mistake("data-too-small", {"minimum": 0}))
    return length


def day(typed: str) -> date:
    """Date `2026-12-25`."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
        raise DataError(Mistake("data-not-a-date"))
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise DataError(Mistake("data-no-such-date")) from None


def day_first(typed: str) -> date:
    """Date as French spreadsheets write it, `25/12/2026`, the day before the month; or `2026-12-25`.

    Examples
    --------
    >>> str(day_first("8/12/2026")), str(day_first("2026-12-08"))
    ('2026-12-08', '2026-12-08')
    """
    found = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", typed)
    return day(f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else typed)


def hour(typed: str) -> time:
    """Hour of the day: `08:30`, `8:30`, `8h30`, `8 h`."""
    found = re.fullmatch(r"([0-9]{1,2})\s?[hH:]\s?([0-9]{2})?(?::00)?", typed)
    if not found or (":" in typed and not found[2]):
        raise DataError(Mistake("data-not-an-hour"))
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        raise DataError(Mistake("data-not-an-hour")) from None


def one_of(words: Mapping[str, Any]) -> Parser:
    """Parser of a few words, forgiving about accents, case, spaces, hyphens; a refusal lists them and the nearest."""
    values = {fold(word): value for word, value in words.items()}
    first_words = {value: word for word, value in reversed(list(words.items()))}
    choices = ", ".join(sorted(first_words.values(), key=list(words).index))

    def parse(typed: str) -> Any:  # noqa: ANN401  a value of `words`
        if fold(typed) not in values:
            close = get_close_matches(fold(typed), list(values), 1)
            meant = first_words[values[close[0]]] if close else ""
            raise DataError(Mistake("data-not-one-of", {"choices": choices, "nearest": meant}))
        return values[fold(typed)]

    return parse


def member_of(choices: type[StrEnum]) -> Parser:
    """Parser of the values of an enumeration."""
    return one_of({choice.value: choice for choice in choices})


def several(parse: Parser) -> Parser:
    """Parser of a list separated by `|`."""
    return lambda typed: tuple(parse(part) for part in parts(typed))


def parts(typed: str) -> tuple[str, ...]:
    """Give the parts of a list separated by `|`, empty ones left out."""
    return tuple(part.strip() for part in typed.split("|") if part.strip())


yes_no = one_of({"yes": True, "no": False, "oui": True, "non": False})

ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
weekday = one_of(
    {name[:3]: number for names in (ENGLISH_DAYS, FRENCH_DAYS) for number, name in enumerate(names, 1)}
    | {name: number for names in (ENGLISH_DAYS, FRENCH_DAYS) for number, name in enumerate(names, 1)}
)
"""ISO weekday, Monday 1 to Sunday 7: `mon`, `monday`, `lun`, `lundi`."""

level = one_of(
    {level.value: level for level in Level} | {"oui": Level.YES, "si besoin": Level.IF_NEEDED, "non": Level.NO}
)
