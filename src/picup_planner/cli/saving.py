"""A plan and its two companions in a folder; a plan that was there before is kept under another name."""

from itertools import count
from pathlib import Path

from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.writing import write

_KEPT = ("problem.json", "plan.json")


def write_month(problem: Problem, plan: Plan, page: str, folder: Path) -> None:
    """Write the three files, the plan last: where there is a plan, all it needs is there."""
    write(folder / "problem.json", problem.model_dump_json(indent=1))
    write(folder / "map.html", page)
    write(folder / "plan.json", plan.model_dump_json(indent=1))


def keep_previous(folder: Path) -> str:
    """Copy the plan of a folder and its problem to `plan-1.json` and `problem-1.json`, or the first number free.

    What was announced is thus never lost, whatever is written next.

    Returns
    -------
        Name of the copy of the plan, empty when there was none.
    """
    if not (folder / "plan.json").exists():
        return ""
    number = next(n for n in count(1) if not any(_numbered(folder / name, n).exists() for name in _KEPT))
    for name in _KEPT:
        if (folder / name).exists():
            write(_numbered(folder / name, number), (folder / name).read_bytes())
    return _numbered(folder / "plan.json", number).name


def _numbered(path: Path, number: int) -> Path:
    return path.with_stem(f"{path.stem}-{number}")
