"""`picup compare`: scenarios side by side on the terminal, and in a report that stands alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pandas import isna
from rich.console import Console
from rich.table import Table

from picup_planner.cli.endings import DONE, NO_PLAN, tell
from picup_planner.cli.reading import within
from picup_planner.cli.terminal import filled, heading, printed
from picup_planner.display.measures import FAILURE, MEASURES, compared, names_of_cases, results
from picup_planner.display.progress import bar
from picup_planner.display.report import report
from picup_planner.display.telling import difference_told, failure_told, scenario_told
from picup_planner.messages import Words
from picup_planner.plan import ObjectiveResult
from picup_planner.publish.text import plain
from picup_planner.scenarios import Comparison, Executor, cluster, compare, processes, read, read_scenarios
from picup_planner.territory.history import read_history
from picup_planner.writing import refuse_unwritable, write

MOST = 1000
"""Processes at most."""


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; without `history` nothing past is read."""

    scenarios: Path
    month: str
    territory: Path | None
    out: Path
    time_limit: int
    seed: int
    executor: Executor
    history: Path | None


def executor_of(workers: int | None, scheduler: str | None) -> Executor:
    """Give where months are planned: on a cluster when its address is typed."""
    if scheduler:
        return cluster(scheduler)
    return processes(None if workers is None else within(workers, 1, MOST, "--workers"))


def scenarios_compared(asked: Asked, words: Words) -> int:
    """Plan a month under each scenario, print them side by side and write the report."""
    refuse_unwritable(asked.out)
    tell(words("progress-reading"))
    scenarios = read_scenarios(asked.scenarios)
    territory = read(asked.territory)
    first = date.fromisoformat(f"{asked.month}-01")
    with bar(words("compare-running")) as heard:
        comparison = compare(
            territory,
            asked.month,
            scenarios,
            asked.executor,
            history=read_history(asked.history, territory, first) if asked.history else (),
            time_limit=asked.time_limit,
            seed=asked.seed,
            progress=heard,
        )
    _printed(comparison, words)
    write(asked.out, report(comparison, words.language))
    tell(words("compare-written", value=str(asked.out)))
    return DONE if any(case.plan for case in comparison.cases) else NO_PLAN


def _printed(comparison: Comparison, words: Words) -> None:
    """Print what each scenario changes and why it has no plan, then figures and objectives, a column a scenario."""
    names = names_of_cases(comparison, words)
    with printed() as console:
        heading(console, words("compare-heading", month=comparison.month, territory=comparison.territory.name))
        for number, (case, name) in enumerate(zip(comparison.cases, names, strict=True), 1):
            told = scenario_told(case.scenario, words, comparison.territory)
            shown = plain(name) if told.rstrip(".") == name else f"{plain(name)} — {told}"
            filled(console, f"{number}. {shown}")
            if case.outcome.failure:
                for sentence in (words("compare-failed"), *failure_told(case.outcome.failure, case.problem, words)):
                    filled(console, f"   {sentence}")
        console.print()
        if any(case.plan for case in comparison.cases):
            _table(console, comparison, names, words)
            console.print()
            filled(console, words("compare-numbers"))


def _table(console: Console, comparison: Comparison, names: Sequence[str], words: Words) -> None:
    """Print a row a measure; what is not proven is followed by a question mark."""
    frame, figures = compared(comparison, words), {measure.name for measure in MEASURES}
    planned = [(number, case, name) for number, (case, name) in enumerate(zip(comparison.cases, names, strict=True), 1)]
    planned = [one for one in planned if one[1].plan]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(words("compare-measure"), overflow="fold")
    for number, _, _ in planned:
        table.add_column(str(number), justify="right")
    for measure in frame.index:
        if measure != FAILURE:
            kind = "measure" if measure in figures else "objective"
            cells = (_cell(frame[name].loc[measure], results(case).get(measure), words) for _, case, name in planned)
            table.add_row(words(f"{kind}-{measure}"), *cells)
    console.print(table)


def _cell(found: Any, result: ObjectiveResult | None, words: Words) -> str:  # noqa: ANN401  a row of pandas
    """Give `16 (+ 2)`, or `16? (+ 2)` when it is not proven."""
    if isna(found["value"]):
        return "–"
    doubt = "?" if result and not result.proven else ""
    difference = found["difference"]
    more = "" if isna(difference) or not difference else f" ({difference_told(difference, words)})"
    return f"{words.number(found['value'], decimals=1)}{doubt}{more}"
