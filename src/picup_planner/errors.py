"""What can go wrong, as message ids with arguments, never as sentences.

.. code-block:: text

    PicupError
    ├── DataError      input refused: every mistake found, each with its origin
    ├── RoadsError     the road network cannot be used as it is
    ├── NoAnswer       nothing whole came from the Internet
    ├── NoPlanFound    the time ran out before a first plan
    ├── Infeasible     no plan keeps every rule
    └── Defect         a plan of ours breaks a rule: a bug, nothing is written

`picup_planner.messages` turns a :class:`Mistake` into a sentence; nothing below the command line and the
publications knows a language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from picup_planner.problem import Rule

type_of_argument = str | int | float
"""What a message may be given: dates and times go in their ISO form."""


@dataclass(frozen=True)
class Origin:
    """Where somebody typed a fact.

    Parameters
    ----------
    file
        A path relative to the territory's folder, with `/` on every system.
    line
        Line in the file, from 1, or ``None`` when the fact is the whole file.
    cell
        Sheet and cell when the file is a workbook (`Équipe!C4`), otherwise empty.

    Examples
    --------
    >>> print(Origin("sites.csv", 12), Origin("planning-2027-01.xlsx", 4, "Équipe!C4"))
    sites.csv:12 planning-2027-01.xlsx:Équipe!C4
    """

    file: str
    line: int | None = None
    cell: str = ""

    @property
    def sheet(self) -> str:
        """Sheet it is in, when the file is a workbook; otherwise empty."""
        return self.cell.rpartition("!")[0] if self.line else ""

    @property
    def typed(self) -> str:
        """What was typed in a terminal, option and text, when it is in no file; otherwise empty."""
        return f"{self.file} {self.cell}" if self.cell and not self.line else ""

    def __str__(self) -> str:
        return f"{self.file}:{self.cell or self.line}" if self.cell or self.line else self.file


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with an input: a message id, its arguments, and where it was typed.

    Parameters
    ----------
    message
        Id of a message in the catalogues, such as ``data-unknown-commune``.
    arguments
        Values of the placeholders of that message.
    origin
        Where, or ``None`` when no file is concerned.
    """

    message: str
    arguments: Mapping[str, type_of_argument] = field(default_factory=dict, hash=False)
    origin: Origin | None = None


class PicupError(Exception):
    """Root of every error a user may meet.

    Parameters
    ----------
    mistakes
        One or more mistakes; all those of an input together.
    """

    def __init__(self, *mistakes: Mistake) -> None:
        self.mistakes = mistakes
        super().__init__("; ".join(f"{m.origin or ''} {m.message} {m.arguments}".strip() for m in mistakes))

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross from one process to another with everything wrong in it."""
        return type(self), self.mistakes


class DataError(PicupError):
    """The input is refused; `mistakes` holds everything wrong with it."""


class RoadsError(PicupError):
    """The road network cannot be read, or leaves a site or a depot out of reach."""


class NoAnswer(PicupError):
    """Nothing whole came from the Internet in the time given."""


class NoPlanFound(PicupError):
    """No plan was found in the time given; one may exist."""


class Infeasible(PicupError):
    """No plan keeps every rule.

    Parameters
    ----------
    rules
        Rules that cannot be kept together, when they are known.
    """

    def __init__(self, rules: Iterable["Rule"] = ()) -> None:
        self.rules = tuple(rules)
        super().__init__(Mistake("no-plan-keeps-every-rule"))

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross from one process to another with its rules."""
        return type(self), (self.rules,)


class Defect(PicupError):
    """The program made a plan that breaks a rule: a bug of ours, and nothing is written."""
