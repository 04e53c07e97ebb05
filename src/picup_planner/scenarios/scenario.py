"""Changes that add up to a scenario, and what each is told with."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from picup_planner.errors import type_of_argument
from picup_planner.problem import Territory


class Told(NamedTuple):
    """What one change is told with: a message id and its arguments."""

    message: str
    arguments: Mapping[str, type_of_argument] = {}


class Change(ABC):
    """One thing that is otherwise."""

    @abstractmethod
    def __call__(self, territory: Territory) -> Territory:
        """Give the territory, changed."""

    @property
    @abstractmethod
    def told(self) -> Told:
        """What a reader is told of it."""

    def __add__(self, other: "Change | Scenario") -> "Scenario":
        return Scenario((self,)) + other


@dataclass(frozen=True, config=ConfigDict(arbitrary_types_allowed=True))
class Scenario:
    """A named change to what a month is assembled from; none at all is the month as it is.

    Parameters
    ----------
    changes
        Made one after the other.
    name
        What tables call it; without one, the sentence that tells its changes.
    """

    changes: tuple[Change, ...] = ()
    name: str = ""

    def __call__(self, territory: Territory) -> Territory:
        """Give the territory, changed.

        Raises
        ------
        DataError
            When a change speaks of something the territory does not have.
        """
        return reduce(lambda changed, change: change(changed), self.changes, territory)

    def __add__(self, other: "Change | Scenario") -> "Scenario":
        more = scenario_of(other)
        return Scenario((*self.changes, *more.changes), self.name or more.name)

    @property
    def told(self) -> tuple[Told, ...]:
        """What a reader is told of each change."""
        return tuple(change.told for change in self.changes)

    def named(self, name: str) -> "Scenario":
        """Give the same changes under a name."""
        return replace(self, name=name)


def scenario_of(one: Change | Scenario) -> Scenario:
    """Give a change alone as a scenario."""
    return one if isinstance(one, Scenario) else Scenario((one,))
