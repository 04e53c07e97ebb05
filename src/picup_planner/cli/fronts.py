"""`picup front`: what one objective gives up for another, point by point, on the terminal and for a spreadsheet."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from picup_planner.cli.endings import DONE, INTERRUPTED, tell
from picup_planner.cli.reading import refuse_ours
from picup_planner.cli.terminal import filled, heading, printed, table_of
from picup_planner.errors import Mistake, NoPlanFound
from picup_planner.evaluation import objective_values
from picup_planner.messages import FRENCH, Words
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.publish.spreadsheet import spreadsheet
from picup_planner.solver.front import Front, Point, front, undominated
from picup_planner.writing import refuse_unwritable, write

_HEADING = 16
"""Letters of a column's heading before it goes on below."""


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; without `out` no file is written."""

    names: tuple[str, ...]
    time_limit: int
    out: Path | None


def names_in(text: str) -> tuple[str, ...]:
    """Names typed with commas between them."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def front_printed(plan: Plan, problem: Problem, asked: Asked, words: Words) -> int:
    """Tell points as they are found, then all of them beside a plan; interrupted, those found so far.

    Raises
    ------
    NoPlanFound
        When the time ran out before a first point.
    """
    if asked.out:
        refuse_ours(asked.out)
        refuse_unwritable(asked.out)
    told = _Heard(asked.names, words)
    try:
        found = front(problem, asked.names, time_limit=asked.time_limit, start=plan, progress=told)
    except KeyboardInterrupt:
        found = Front(asked.names, undominated(told.points.values()), complete=False, interrupted=True)
    if found.interrupted and not found.points:
        raise KeyboardInterrupt
    if not found.points:
        raise NoPlanFound(Mistake("front-nothing"))
    values = objective_values(problem, plan)
    shown = _Shown(found, problem.month, tuple(values[name] for name in asked.names), words)
    shown.printed()
    if found.solves:
        tell(words("explain-solves", n=found.solves, seconds=round(told.elapsed)))
    if asked.out:
        write(asked.out, spreadsheet(shown.rows(), comma=words.language == FRENCH))
        tell(words("front-written", value=str(asked.out)))
    return INTERRUPTED if found.interrupted else DONE


class _Heard:
    """Tells each point once, on the error stream, and remembers it in case the search is interrupted."""

    def __init__(self, names: Sequence[str], words: Words) -> None:
        self.points: dict[tuple[int, ...], Point] = {}
        self._names, self._words = names, words
        self._began = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self._began

    def __call__(self, point: Point) -> None:
        if point.values in self.points:
            return
        self.points[point.values] = point
        words = self._words
        parts = zip(self._names, point.values, strict=True)
        values = [f"{words(f'objective-{name}')} {words.number(value)}" for name, value in parts]
        number, proof = len(self.points), _proof(point, words)
        tell(words("front-point", number=number, values=", ".join(values), proof=proof, elapsed=self.elapsed))


@dataclass(frozen=True)
class _Shown:
    """A front in the words of a language: the same rows and sentences on the terminal and in the file."""

    front: Front
    month: str
    current: tuple[int, ...]
    words: Words

    def printed(self) -> None:
        """Print the points; without colours when they do not go to a terminal."""
        with printed() as console:
            heading(console, self._title())
            point, *objectives, proof = self._columns()
            table = table_of(self.words, point)
            for name in objectives:
                wrapped = fill(self.words(name), _HEADING, break_long_words=False, break_on_hyphens=False)
                table.add_column(wrapped, justify="right")
            table.add_column(self.words(proof))
            for label, values, proven in self._rows():
                table.add_row(label, *map(self.words.number, values), proven)
            console.print(table)
            console.print()
            for sentence in self._sentences():
                filled(console, sentence)

    def rows(self) -> Iterator[Sequence[str | float]]:
        """Yield the rows of the file."""
        yield [self._title()]
        yield []
        yield [self.words(column) for column in self._columns()]
        for label, values, proven in self._rows():
            yield [label, *values, proven]
        yield []
        yield from ([sentence] for sentence in self._sentences())

    def _title(self) -> str:
        return self.words("front-heading", month=self.month)

    def _columns(self) -> tuple[str, ...]:
        names = (f"objective-{name}" for name in self.front.names)
        return "front-column-point", *names, "proofs-column-proof"

    def _rows(self) -> Iterator[tuple[str, tuple[int, ...], str]]:
        """Yield the label, the values and the proof of each point, then the plan the front is set beside."""
        for number, point in enumerate(self.front.points, 1):
            yield self.words.number(number), point.values, _proof(point, self.words)
        yield self.words("front-current"), self.current, ""

    def _sentences(self) -> Iterator[str]:
        """Say how to read the points, whether some may be missing, and how to choose one."""
        several = len(self.front.points) > 1
        if several:
            yield self.words("front-read")
        if not all(all(point.proven) for point in self.front.points):
            yield self.words("front-unproven")
        if not self.front.complete:
            yield self.words("front-incomplete")
        else:
            yield self.words("front-complete" if several else "front-alone")
        if several:
            yield self.words("front-choose")


def _proof(point: Point, words: Words) -> str:
    return words("progress-proven" if all(point.proven) else "proof-none")
