"""`picup plan --reproducible`: the same input gives the same files, byte for byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import Run

RUNS = 5
FILES = ("plan.json", "problem.json", "map.html", "planning.xlsx")


@pytest.mark.slow
def test_same_bytes_whatever_the_run(territory: Path, here: Path) -> None:
    """Five processes, each with its own order of hashes, write the same three files."""
    for seed in range(RUNS):
        subprocess.run(  # noqa: S603  this very interpreter
            [
                *(sys.executable, "-m", "picup_planner", "plan", "2026-12", "--reproducible", "--as-of", "2026-11-10"),
                *("--territory", str(territory), "--out", str(here / str(seed))),
            ],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            check=True,
            capture_output=True,
        )
    for name in FILES:
        assert len({(here / str(seed) / name).read_bytes() for seed in range(RUNS)}) == 1, name


@pytest.mark.parametrize("limit", ["60", "10"])
def test_a_clock_is_refused(picup: Run, territory: Path, limit: str) -> None:
    """A time limit, even the usual one, contradicts what is asked; nothing is searched."""
    said = picup("plan", "2026-12", "--territory", str(territory), "--reproducible", "--time-limit", limit)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("--reproducible et --time-limit ne vont pas ensemble")
    assert said.err.count("\n") == 1
