"""The people who hold permanences: roles, organisations, staff, when they are there and whom they work with."""

from datetime import date as Date  # noqa: N812  a field called `date` would hide the type
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field, NonNegativeInt

from picup_planner.problem.base import Id, Known, Roles, Text, Weekday


class Level(StrEnum):
    """Answer of a person for a half-day."""

    YES = "yes"
    IF_NEEDED = "if-needed"
    NO = "no"


class Together(StrEnum):
    """What a pairing asks of two people."""

    MUST = "must"
    MUST_NOT = "must-not"


class Role(Known):
    """A profession one person of every crew must have."""

    id: Id
    name: Text
    abbreviation: Text = ""


class Partner(Known):
    """An organisation of the consortium; its people hold between `minimum` and `maximum` duties a month.

    `shown` is whether it wants to be named to residents.
    """

    id: Id
    name: Text
    minimum: NonNegativeInt = 0
    maximum: NonNegativeInt | None = None
    shown: bool = False


class Habit(Known):
    """A weekly availability: `level` every `weekday` in `session`, both sessions when ``None``."""

    weekday: Weekday
    session: Id | None = None
    level: Level


class StaffMember(Known):
    """A professional.

    Parameters
    ----------
    share
        Part of a full load, in percent of the hours available.
    hours
        Hours a month the person has for permanences when not absent (contract).
    habits
        Weekly availabilities other than a plain yes.
    """

    id: Id
    name: Text
    roles: Roles
    partner: Id
    share: Annotated[int, Field(ge=1, le=100)] = 100
    hours: Annotated[timedelta, Field(gt=timedelta(0))]
    driver: bool = False
    habits: tuple[Habit, ...] = ()


class Absence(Known):
    """Dates, both included, on which a person is not there; in one session only when `session` is given."""

    member: Id
    first: Date
    last: Date
    session: Id | None = None


class Answer(Known):
    """Answer of a person for one dated half-day; it comes before the habits of that weekday, and after absences."""

    member: Id
    date: Date
    session: Id
    level: Level


class Pairing(Known):
    """Two people who must, or must not, form a crew."""

    members: tuple[Id, Id]
    kind: Together
