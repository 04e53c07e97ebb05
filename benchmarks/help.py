"""How long `picup --help` takes, against importing typer and pydantic alone: at most twice, measured in one run."""

import subprocess
import sys
from statistics import median
from time import perf_counter

ROUNDS = 11


def seconds(*arguments: str) -> float:
    """Time one run of the interpreter."""
    began = perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own
    return perf_counter() - began


def main() -> None:
    """Alternate the two, so that a busy moment weighs on both, and print the ratio of the medians."""
    runs = [(seconds("-c", "import typer, pydantic"), seconds("-m", "picup_planner", "--help")) for _ in range(ROUNDS)]
    alone, told = (median(times) for times in zip(*runs, strict=True))
    print(f"picup --help {told:.3f} s / import typer, pydantic {alone:.3f} s = {told / alone:.2f}")


if __name__ == "__main__":
    main()
