"""`picup sweep`: scenarios, months and territories by the hundred, each kept as it is done, and a table of all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from picup_planner.cli.endings import DONE, NO_PLAN, tell
from picup_planner.cli.terminal import heading, printed, table_of
from picup_planner.display.measures import MEASURES, measured
from picup_planner.display.progress import bar
from picup_planner.display.telling import failure_told, name_of
from picup_planner.errors import PicupError
from picup_planner.messages import FRENCH, Words
from picup_planner.problem import Problem
from picup_planner.publish.spreadsheet import spreadsheet
from picup_planner.publish.text import plain
from picup_planner.scenarios import Executor, Outcome, Scenario, month, read, read_scenarios, sweep
from picup_planner.scenarios.outcomes import refused
from picup_planner.solver.objectives import OBJECTIVES
from picup_planner.writing import refuse_unwritable, write

TABLE = "sweep.csv"
_OF_TABLE = ("sweep-column-name", "sweep-column-seconds", "sweep-column-memory", "sweep-column-reason")


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; without territories, the one the program comes with."""

    scenarios: Path
    months: tuple[str, ...]
    territories: tuple[Path, ...]
    out: Path
    time_limit: int
    work: float | None
    seed: int
    executor: Executor


def problems_swept(asked: Asked, words: Words) -> int:
    """Plan every problem, keep each outcome, print and write the table of all."""
    refuse_unwritable(asked.out / TABLE)
    tell(words("progress-reading"))
    scenarios = (Scenario(), *read_scenarios(asked.scenarios))
    territories = [read(folder) for folder in asked.territories or (None,)]
    problems: dict[str, Problem] = {}
    outcomes: dict[str, Outcome] = {}
    order: list[str] = []
    for territory, which, scenario in product(territories, asked.months, scenarios):
        name = f"{territory.id} {which} {name_of(scenario, words, territory)}"
        order.append(name)
        try:
            problems[name] = month(scenario(territory), which)
        except PicupError as wrong:
            outcomes[name] = refused(name, wrong)
    with bar(words("compare-running")) as heard:
        outcomes |= sweep(
            problems,
            asked.executor,
            store=asked.out,
            time_limit=asked.time_limit,
            work=asked.work,
            seed=asked.seed,
            progress=heard,
        )
    outcomes = {name: outcomes[name] for name in order}
    done = sum(outcome.plan is not None for outcome in outcomes.values())
    with printed() as console:
        heading(console, words("sweep-done", n=done, of=len(outcomes)))
        table = table_of(words, *_OF_TABLE)
        for name, outcome in outcomes.items():
            reason = " ".join(_reason(outcome, problems.get(name), words))
            table.add_row(plain(name), words.number(outcome.seconds, decimals=1), str(outcome.megabytes), plain(reason))
        console.print(table)
    write(asked.out / TABLE, spreadsheet(_rows(outcomes, problems, words), comma=words.language == FRENCH))
    tell(words("sweep-written", value=str(asked.out / TABLE)))
    return DONE if done else NO_PLAN


def _rows(outcomes: dict[str, Outcome], problems: dict[str, Problem], words: Words) -> Iterator[Sequence[str | float]]:
    """Yield a row a problem: figures, objectives, what it took, and why there is no plan."""
    objectives = [objective.name for objective in OBJECTIVES]
    yield [
        words("sweep-column-name"),
        *(words(f"measure-{measure.name}") for measure in MEASURES),
        *(words(f"objective-{name}") for name in objectives),
        *(words(column) for column in _OF_TABLE[1:]),
    ]
    for name, outcome in outcomes.items():
        values: dict[str, float | None] = {}
        if outcome.plan:
            values |= measured(problems[name], outcome.plan)
            values |= {result.name: result.value for result in outcome.plan.objectives}
        cells = [values.get(each) for each in (*(measure.name for measure in MEASURES), *objectives)]
        reason = " ".join(_reason(outcome, problems.get(name), words))
        yield [
            name,
            *("" if cell is None else cell for cell in cells),
            *(outcome.seconds, outcome.megabytes, reason),
        ]


def _reason(outcome: Outcome, problem: Problem | None, words: Words) -> Iterator[str]:
    if outcome.failure:
        yield from failure_told(outcome.failure, problem, words)
