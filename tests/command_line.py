"""What a command says and how it ends."""

from collections.abc import Callable
from pathlib import Path

from picup_planner.plan import Plan
from picup_planner.problem import Problem


class Spoken:
    """What a command said, with ordinary spaces, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out.replace("\xa0", " "), err.replace("\xa0", " ")


Run = Callable[..., Spoken]
"""Runs `picup` with arguments."""

Answer = Callable[[Problem], Plan]
"""What stands for the solver."""


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, by name, but for the lock that a command leaves."""
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.name != ".lock"}
