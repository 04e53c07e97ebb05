"""Months already planned, in a folder of their own, to be recorded, read as history and reported on."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from picup_planner.plan import Plan
from picup_planner.problem import Problem
from problems import Crew, hand_plan, problem_with, replaced, tiny_problem

ADA = {"as": "as-1", "casp": "casp-1"}
BRUNO = {"as": "as-2", "casp": "casp-2"}
VISITS = (
    ("amont-1", 5, "matin", ADA),
    ("aval-1", 5, "apres-midi", ADA),
    ("amont-2", 20, "matin", BRUNO),
    ("aval-1", 23, "matin", ADA),
)
"""What November holds: a tour of two stops on the 5th, one stop on the 20th and on the 23rd."""


def problem_of(month: str, **changes: object) -> Problem:
    """Tiny problem of another month, open every day, with its fixed permanence on the 18th."""
    fixed = replaced(tiny_problem().fixed, "fixe-1", id=f"fixe-{month[-2:]}", date=date.fromisoformat(f"{month}-18"))
    as_of = date.fromisoformat(f"{month}-01").replace(day=1)
    return problem_with(**{"month": month, "closed": (), "fixed": fixed, "as_of": as_of, **changes})


def published(
    planning: Path,
    month: str = "2026-11",
    visits: Sequence[tuple[str, int, str, Crew]] = VISITS,
    records: str | None = None,
    problem: Problem | None = None,
) -> Plan:
    """Write a month as `picup plan` does, its fixed permanence held by as-2 and casp-2, and its records if any."""
    problem = problem or problem_of(month)
    plan = hand_plan(problem, visits, {problem.fixed[0].id: BRUNO})
    folder = planning / month
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    save(folder, plan)
    if records is not None:
        (folder / "records.csv").write_text(records, encoding="utf-8", newline="")
    return plan


def save(folder: Path, plan: Plan) -> None:
    """Write a plan over the one of its folder."""
    (folder / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")
