"""A program that publishes until it is killed, and says so each time: `publisher.py ROOT FIRST one-step|two-steps`."""

import sys
from pathlib import Path

from picup_planner.publish import root


def files(number: int) -> dict[str, bytes]:
    """Give the files of a version, all different from those of another."""
    return {f"2026-12/{n}.html": bytes([65 + (number + n) % 26]) * 40_000 for n in range(8)}


def version(number: int) -> tuple[dict[str, bytes], root.Manifest]:
    """Give the files of a version and their manifest."""
    made = files(number)
    return made, root.manifest("public", (("2026-12", number, 0),), made)


def publish(folder: Path, number: int) -> Path:
    """Publish a version."""
    made, told = version(number)
    root.mended(folder)
    return root.swapped(root.staged(folder, made, told), folder)


if __name__ == "__main__":
    if sys.argv[3] == "two-steps":
        root.exchange = lambda one, other: False  # noqa: ARG005  as where no system call exchanges two folders
    print("ready", flush=True)  # noqa: T201  the test waits for it
    for i in range(int(sys.argv[2]), 1_000_000):
        publish(Path(sys.argv[1]), i)
        print("published", flush=True)  # noqa: T201
