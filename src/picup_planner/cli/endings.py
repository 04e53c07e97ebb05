"""How a command ends: an exit code, and a sentence for whatever went wrong, never a traceback."""

import errno
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import typer

from picup_planner.cli.usage import NOT_UNDERSTOOD, WrongUsage, refusal
from picup_planner.errors import Defect, NoPlanFound, PicupError
from picup_planner.messages import Words

DONE, REFUSED, WRONG_USAGE, NO_PLAN, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130

_CODES: dict[type[PicupError], int] = {WrongUsage: WRONG_USAGE, NoPlanFound: NO_PLAN, Defect: BUG}
_REFUSALS = {
    errno.EISDIR: "end-is-folder",
    errno.ENOTDIR: "end-is-file",
    errno.EEXIST: "end-is-file",
    errno.EACCES: "end-forbidden",
    errno.EPERM: "end-forbidden",
    errno.EROFS: "end-read-only",
    errno.ENOSPC: "end-disk-full",
    errno.EDQUOT: "end-disk-full",
}
"""What a disk refuses, as sentences; what is not here is told in the words of the system."""

_PACKAGE = Path(__file__).parents[1]


def ending(command: Callable[[], int], words: Words) -> int:
    """Run a command to its exit code; whatever stops it is told on the error stream."""
    try:
        return command()
    except typer.Exit as done:
        return done.exit_code
    except BrokenPipeError:  # the reader of a pipe has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  a planner is never shown a traceback
        code, sentences = _told(error, words)
        for sentence in sentences:
            tell(sentence)
        return code


def _told(error: BaseException, words: Words) -> tuple[int, list[str]]:
    if isinstance(error, NOT_UNDERSTOOD):
        return WRONG_USAGE, [refusal(error, words)]
    if isinstance(error, PicupError):
        return _CODES.get(type(error), REFUSED), [words.mistake(mistake) for mistake in error.mistakes]
    if _interrupted(error):
        return INTERRUPTED, [words("end-interrupted")]
    if isinstance(error, OSError) and error.filename:
        return REFUSED, [disk_refusal(error, words)]
    return BUG, [words("end-bug", kind=type(error).__name__, where=_where(error))]


def _interrupted(error: BaseException | None) -> bool:
    """Whether an error is Ctrl-C, or comes of it: an import that it stops may tell it by an error of another kind."""
    while error and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def disk_refusal(error: OSError, words: Words) -> str:
    """Sentence for a file that the disk refuses."""
    message = _REFUSALS.get(error.errno or 0, "end-file-refused")
    return words(message, value=str(error.filename), reason=error.strerror or "")


def tell(sentence: str) -> None:
    """Write a sentence on the error stream."""
    typer.echo(sentence, err=True)


def _where(error: BaseException) -> str:
    """Give the last line of ours an error went through: neither names nor values."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if _PACKAGE in Path(frame.filename).parents]
    return f"{Path(ours[-1].filename).relative_to(_PACKAGE).as_posix()}:{ours[-1].lineno}" if ours else "?"
