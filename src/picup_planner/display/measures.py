"""The figures a month is judged by, one number each, and the same of several scenarios side by side."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from picup_planner.display.language import words_of
from picup_planner.display.telling import failure_told, name_of
from picup_planner.evaluation import Figures, figures
from picup_planner.messages import Words
from picup_planner.plan import Kind, ObjectiveResult, Plan
from picup_planner.problem import Problem
from picup_planner.publish.telling import proof_told
from picup_planner.scenarios import YearMonth
from picup_planner.scenarios.comparing import Case, Comparison

FAILURE = "failure"
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Measure:
    """One figure: its unit, and how it is read from those of a plan."""

    name: str
    unit: str
    read: Callable[[Figures, Plan], float | None]


MEASURES = (
    Measure("permanences", "permanences", lambda _, plan: sum(one.kind is Kind.MOBILE for one in plan.permanences)),
    Measure("short", "communes", lambda counted, _: sum(one.held < one.target for one in counted.communes)),
    Measure("tours", "tours", lambda counted, _: counted.tours),
    Measure("kilometres", "kilometres", lambda counted, _: round(counted.metres / 1000, 1)),
    Measure("driving", "minutes", lambda counted, _: round(counted.driving / _MINUTE)),
    Measure("out", "hours", lambda counted, _: round(counted.out / _HOUR, 1)),
    Measure("residents", "residents", lambda counted, _: counted.residents_reached),
    Measure(
        "longest_gap", "days", lambda counted, _: max((max(one.gaps, default=0) for one in counted.communes), default=0)
    ),
    Measure("faces", "people", lambda counted, _: sum(role.people for one in counted.communes for role in one.met)),
    Measure("strangers", "permanences", lambda counted, _: len(counted.no_known_face)),
    Measure("highest_load", "percent", lambda counted, _: max(_loads(counted), default=None)),
    Measure("lowest_load", "percent", lambda counted, _: min(_loads(counted), default=None)),
)
"""Every figure, in the order it is told; the message of each is ``measure-<name>``."""


def measured(problem: Problem, plan: Plan) -> dict[str, float | None]:
    """Give the value of each measure of a plan, ``None`` where it has none."""
    counted = figures(problem, plan)
    return {measure.name: measure.read(counted, plan) for measure in MEASURES}


def compared(comparison: Comparison, words: Words | None = None) -> pd.DataFrame:
    """Give the table of a comparison, as :func:`picup_planner.figures` describes it."""
    words = words or words_of()
    columns: dict[tuple[str, str], Any] = {}
    base = _values(comparison.baseline)
    for case, name in zip(comparison.cases, names_of_cases(comparison, words), strict=True):
        values, proofs = _values(case), _proofs(case, words)
        told = " ".join(failure_told(case.outcome.failure, case.problem, words)) if case.outcome.failure else None
        columns[name, "value"] = {**values, FAILURE: told}
        columns[name, "difference"] = {
            measure: value - before
            for measure, value in values.items()
            if value is not None and (before := base.get(measure)) is not None and comparison.alike(measure, case)
        }
        columns[name, "proof"] = proofs
    order = dict.fromkeys(measure for case in comparison.cases for measure in _values(case))
    frame = pd.DataFrame(columns, index=pd.Index([*order, FAILURE], name="measure", dtype="object"), dtype="object")
    frame.columns = frame.columns.set_names(["scenario", ""])
    return frame


def months(year: Iterable[YearMonth], words: Words | None = None) -> pd.DataFrame:
    """Give the table of a year, as :func:`picup_planner.figures` describes it."""
    words = words or words_of()
    rows = {}
    for one in year:
        values: dict[str, Any] = measured(one.problem, one.plan) if one.problem and one.plan else {}
        if failure := one.outcome.failure:
            values[FAILURE] = " ".join(failure_told(failure, one.problem, words))
        rows[one.month] = values
    columns = [*(measure.name for measure in MEASURES), FAILURE]
    return pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns).rename_axis("month")


def names_of_cases(comparison: Comparison, words: Words) -> list[str]:
    """Give the name of each case, each another: scenarios that are told alike are numbered."""
    names: list[str] = []
    for case in comparison.cases:
        name = name_of(case.scenario, words, comparison.territory)
        names.append(name if name not in names else f"{name} ({len(names) + 1})")
    return names


def results(case: Case) -> dict[str, ObjectiveResult]:
    """Give what each objective of a case reached, by name."""
    return {result.name: result for result in case.plan.objectives} if case.plan else {}


def _values(case: Case) -> dict[str, float | None]:
    if not case.plan or not case.problem:
        return {}
    return {**measured(case.problem, case.plan), **{name: one.value for name, one in results(case).items()}}


def _proofs(case: Case, words: Words) -> dict[str, str]:
    return {name: proof_told(result, words) for name, result in results(case).items()}


def _loads(counted: Figures) -> list[float]:
    """Give the loads of people, each against the share they should take, in percent."""
    return [round(100 * one.load / one.share, 1) for one in counted.members if one.load is not None]
