"""`picup report`: the figures of several months, on the terminal and as a file for a spreadsheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from textwrap import fill, wrap

from rich.table import Table

from picup_planner.cli.endings import DONE, tell
from picup_planner.cli.reading import refuse_ours
from picup_planner.cli.terminal import heading, printed
from picup_planner.errors import DataError, Mistake
from picup_planner.evaluation.quarter import Count, Month, Report, Work, report
from picup_planner.messages import FRENCH, Words
from picup_planner.publish.spreadsheet import spreadsheet
from picup_planner.publish.text import plain
from picup_planner.territory.history import read_months
from picup_planner.writing import refuse_unwritable, write

_MOBILE = (
    *("plan-column-commune", "report-column-planned", "report-column-held", "report-column-cancelled"),
    *("report-column-rate", "report-column-coming", "report-column-sites", "report-column-wait"),
)
_FIXED = (
    *("plan-column-commune", "report-column-fixed-planned", "report-column-fixed-held"),
    *("report-column-fixed-coming", "report-column-reached", "report-column-residents"),
)
_WORK = ("report-column-people", "figures-column-held", "figures-column-length")
_LINE = 120
"""Characters of a sentence in one row of the file."""
_HOUR = timedelta(hours=1)

Value = str | int | float | timedelta | None
"""A cell: a name, a count, a percentage, a length, or what is not known."""


def report_period(period: tuple[str, ...], folder: Path, out: Path | None, as_of: date | None, words: Words) -> int:
    """Print the figures of some months, as known on a day, today when none is given, and write them when asked."""
    first, last = period[0], period[-1]
    if out:
        refuse_ours(out)
        refuse_unwritable(out)
    past = read_months(folder, first, last)
    if not past:
        raise DataError(Mistake("report-nothing", {"value": str(folder), "first": first, "last": last}))
    months = [Month(one.plan, one.held, one.lengths, one.records.keys(), one.problem) for one in past]
    today = date.today()  # noqa: DTZ011  the planner's own day
    told = _Told(report(months, as_of or today), period, past[-1].plan.territory_name, words)
    told.printed()
    if out:
        write(out, spreadsheet(told.rows(), comma=words.language == FRENCH))
        tell("")
        tell(words("report-written", value=str(out)))
    return DONE


@dataclass(frozen=True)
class _Told:
    """A report in the words of a language: the same tables and sentences on the terminal and in the file."""

    report: Report
    period: tuple[str, ...]
    territory: str
    words: Words

    def printed(self) -> None:
        """Print the figures; without colours when they do not go to a terminal."""
        with printed() as console:
            heading(console, self._title())
            for columns, rows in self._tables():
                table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
                for n, column in enumerate(columns):
                    table.add_column(self.words(column), overflow="fold", justify="right" if n else "left")
                for row in rows:
                    table.add_row(*map(self._shown, row))
                console.print(table)
                console.print()
            for sentence in self._sentences():
                console.print(fill(sentence, console.width), soft_wrap=True)

    def rows(self) -> Iterator[Sequence[str | float]]:
        """Yield the rows of the file."""
        yield [self._title()]
        for columns, rows in self._tables():
            yield []
            yield [self.words(column) for column in columns]
            for row in rows:
                yield [_written(value) for value in row]
        yield []
        for sentence in self._sentences():
            yield from ([line] for line in wrap(sentence, _LINE))

    def _title(self) -> str:
        first, last = self.period[0], self.period[-1]
        about = {"month": first} if first == last else {"first": first, "last": last}
        return self.words("report-month" if first == last else "report-period", territory=self.territory, **about)

    def _tables(self) -> Iterator[tuple[tuple[str, ...], list[tuple[Value, ...]]]]:
        """Yield the columns and the rows of each table, communes with their total."""
        told = self.report
        counts = [*((one.name, one.count) for one in told.communes), (self.words("report-total"), told.total)]
        yield _MOBILE, [(name, *_mobile(count)) for name, count in counts]
        yield _FIXED, [(name, *_fixed(count)) for name, count in counts]
        everybody = [told.people.model_copy(update={"name": self.words("report-total")})]
        yield ("report-column-role", *_WORK), [*map(_work, told.roles), *map(_work, everybody)]
        if told.partners:
            yield ("report-column-partner", *_WORK), [*map(_work, told.partners)]

    def _shown(self, value: Value) -> str:
        match value:
            case None:
                return "–"
            case timedelta():
                return self.words.duration(value)
            case float():
                return self.words.number(value, decimals=1)
            case int():
                return self.words.number(value)
            case _:
                return plain(value)

    def _sentences(self) -> Iterator[str]:
        """Say what the tables leave out, and what is not known."""
        told, words = self.report, self.words
        if told.tours:
            kilometres = words.number(told.metres / 1000, decimals=1)
            yield words("figures-vans", n=told.tours, kilometres=kilometres, driving=told.driving, out=told.out)
        yield words("report-columns")
        if missing := [month for month in self.period if month not in told.months]:
            yield words("report-missing", months=words.listed([words.month(month) for month in missing]))
        if told.unrecorded:
            yield words("report-unrecorded", n=told.unrecorded)
        if told.areas_unknown:
            yield words("figures-unknown-areas", areas=words.listed(told.areas_unknown))
        if told.without_problem:
            yield words("report-without-problem", months=words.listed([words.month(m) for m in told.without_problem]))


def _written(value: Value) -> str | float:
    """Cell of the file: hours as a number, nothing for what is not known."""
    if isinstance(value, timedelta):
        return value / _HOUR
    return "" if value is None else value


def _mobile(count: Count) -> tuple[Value, ...]:
    rate = 100 * count.cancelled / count.planned if count.planned else None
    return count.planned, count.held, count.cancelled, rate, count.coming, count.sites, count.wait


def _fixed(count: Count) -> tuple[Value, ...]:
    reached = (count.reached, count.residents) if count.residents else (None, None)
    return count.fixed_planned, count.fixed_held, count.fixed_coming, *reached


def _work(work: Work) -> tuple[Value, ...]:
    return work.name, work.people, work.permanences, work.length
