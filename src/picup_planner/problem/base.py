"""What every noun of the input shares: frozen, compared without its origin, ids that may become file names."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from picup_planner.errors import Origin

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?")
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


def _checked_id(text: str) -> str:
    if not _ID.fullmatch(text) or text in _DEVICES:
        msg = f"{text!r} is not an id: lower-case letters, digits and inner hyphens, 48 at most"
        raise ValueError(msg)
    return text


Id = Annotated[str, AfterValidator(_checked_id)]
"""Lower-case letters, digits and inner hyphens, at most 48; never a Windows device name: ids become file names."""


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


Roles = Annotated[tuple[Id, ...], AfterValidator(_each_once)]
"""Ids of roles, as first typed; a role typed twice is one role."""

Text = Annotated[str, Field(max_length=200)]
"""Free text; reaches a reader only through `publish/text.py` or the terminal's own escaping."""

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Weekday = Annotated[int, Field(ge=1, le=7)]
"""ISO weekday: Monday is 1, Sunday 7."""


class Noun(BaseModel):
    """A frozen value; equal to another when every field but `origin` is.

    Examples
    --------
    Where a fact was typed is known, and makes no difference:

    >>> typed = Rule(constraint="frequency", subject=("feyzin",), origin=Origin("communes.csv", 4))
    >>> typed == Rule(constraint="frequency", subject=("feyzin",)), str(typed.origin)
    (True, 'communes.csv:4')

    It is changed by a copy, and saved as JSON:

    >>> other = typed.model_copy(update={"subject": ("corbas",)})
    >>> Rule.model_validate_json(other.model_dump_json()) == other
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="iso8601")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy the noun with other values for some fields, unchecked; nothing it had worked out is kept."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields:
            del copied.__dict__[name]
        return copied

    def _key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in type(self).model_fields if name != "origin")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self) -> int:
        """Hash the id alone where there is one: the others would take long, and equal nouns have the same."""
        return hash((type(self).__name__, getattr(self, "id", None) or self._key()))


N = TypeVar("N", bound=Noun)


def anew(noun: N, **changes: object) -> N:
    """Build a noun anew with other values for some fields: it is checked again, and nothing it had worked out is kept.

    Raises
    ------
    DataError, ValidationError
        When it may not have these values, as where it is first built.
    """
    return type(noun)(**{name: getattr(noun, name) for name in type(noun).model_fields} | changes)


class Known(Noun):
    """A noun somebody typed somewhere."""

    origin: Origin | None = None


class Rule(Known):
    """One readable statement of a problem: what the planner keeps, lifts or is told about.

    Parameters
    ----------
    constraint
        Name of the file in `solver/constraints/` and in `evaluation/`.
    subject
        What it is about: ids, ISO dates, in the order the constraint documents.
    """

    constraint: str
    subject: tuple[str, ...]
