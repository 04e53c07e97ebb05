"""The language a notebook is told in."""

import os

from picup_planner.errors import DataError, Mistake
from picup_planner.messages import FRENCH, LANGUAGES, Words


def words_of(language: str | None = None) -> Words:
    """Give the words of a language: the one asked for, or that of ``PICUP_LANG`` as on the command line, or French.

    Raises
    ------
    DataError
        When it is none we speak.
    """
    chosen = language or os.environ.get("PICUP_LANG", FRENCH)
    if chosen not in LANGUAGES:
        raise DataError(Mistake("usage-language", {"value": chosen, "known": ", ".join(LANGUAGES)}))
    return Words(chosen)
