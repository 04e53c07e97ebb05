"""One command at a time writes into a folder; light to import, so that a second run stops before anything slow."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from picup_planner.errors import DataError, Mistake
from picup_planner.writing import refuse_unwritable, write

PATIENCE = 0.2
"""Seconds a second run waits for the first."""

TO_WRITE = 10
"""Seconds to wait for another command to have written a month: it takes one or two."""


@contextmanager
def locked(out: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Be the only one to write into a folder.

    Raises
    ------
    DataError
        After so many seconds, and with who writes there, when another run does.
    OSError
        Of the folder, when nothing can be written in it.
    """
    holder = out / ".writing"
    refuse_unwritable(holder)  # told by its folder, not by the name of a lock
    out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / ".lock", timeout=patience):
            write(holder, f"{os.getpid()} {socket.gethostname()}")
            try:
                yield
            finally:
                holder.unlink(missing_ok=True)
    except Timeout as other:
        process, _, machine = _said(holder).partition(" ")
        raise DataError(
            Mistake("folder-locked", {"folder": str(out), "process": process or "?", "machine": machine or "?"})
        ) from other


def _said(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8")
    except OSError:  # it has just begun, or just ended
        return ""
