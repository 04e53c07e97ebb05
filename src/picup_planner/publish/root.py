"""A folder of published files, replaced whole or not at all.

A new version is written beside the folder, read back, and only then put in its place: in one step where the system
can exchange two folders, otherwise in two that the next run completes. Its manifest tells what every file must be.
"""

import ctypes
import errno
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import NonNegativeInt, ValidationError

from picup_planner.errors import DataError, Mistake
from picup_planner.problem import Noun
from picup_planner.writing import write

MANIFEST = "manifest.json"
VERSIONS = "versions"
"""Folder, beside the roots, of the version being written and of the one before."""

_HELD = (PermissionError, FileExistsError)  # Windows, while a file of the folder or of the previous one is open
_TRIES, _PAUSE = 5, 0.2
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
_HERE = -100  # AT_FDCWD
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV}

T = TypeVar("T")


class Published(Noun):
    """One file: its path within the folder, with `/`, its bytes and their SHA-256."""

    name: str
    size: NonNegativeInt
    sha256: str


class Manifest(Noun):
    """What a folder holds, besides this manifest: months told, permanences and cancellations of each, and files."""

    audience: str
    months: tuple[tuple[str, NonNegativeInt, NonNegativeInt], ...]
    files: tuple[Published, ...]

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change when any byte does."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


def manifest(audience: str, months: tuple[tuple[str, int, int], ...], files: Mapping[str, bytes]) -> Manifest:
    """Tell what the files are."""
    told = (
        Published(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        for name, content in sorted(files.items())
    )
    return Manifest(audience=audience, months=months, files=tuple(told))


def staged(root: Path, files: Mapping[str, bytes], told: Manifest) -> Path:
    """Write a version beside its root and read it back.

    Raises
    ------
    OSError
        When the disk refuses, or does not give back what it was given; nothing of the version is then left.
    """
    folder = root.parent / VERSIONS / f"{root.name}-{told.version}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        for name, content in files.items():
            write(folder / name, content)
        write(folder / MANIFEST, told.model_dump_json(indent=1))
        _refuse_damaged(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _refuse_damaged(folder: Path) -> None:
    if broken := damaged(folder):
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(folder / broken[0]))


def damaged(folder: Path) -> list[str]:
    """Names of files that are not what the manifest of their folder says, or that it does not name."""
    told = read_manifest(folder)
    if told is None:
        return [MANIFEST]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    wrong = [each.name for each in told.files if each.name not in there or not _same(folder / each.name, each)]
    return sorted([*wrong, *there - {each.name for each in told.files}])


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a folder, ``None`` where there is none that can be read."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def mended(root: Path) -> None:
    """Put the last version back where a run that was killed left nothing in its place; throw away what it began."""
    previous = _previous(root)
    if not root.exists() and previous.exists():
        previous.rename(root)
    for left in (root.parent / VERSIONS).glob(f"{root.name}-*"):
        if left != previous:
            shutil.rmtree(left, ignore_errors=True)


def discard_previous(root: Path) -> None:
    """Throw away the version before the one that stands."""
    if (previous := _previous(root)).exists():
        shutil.rmtree(previous)


def discard(root: Path) -> None:
    """Throw away a folder we published, and the version before."""
    discard_previous(root)
    gone = _previous(root)
    gone.parent.mkdir(exist_ok=True)
    root.rename(gone)
    shutil.rmtree(gone)


def swapped(folder: Path, root: Path) -> Path:
    """Put a version in the place of its root, which is kept as the previous one.

    Returns
    -------
        Where it stands: the root, or the root's name and a number when another program keeps it from being replaced.

    Raises
    ------
    DataError
        When what stands there was not published by us.
    """
    if root.exists() and not (root / MANIFEST).exists() and any(root.iterdir()):
        raise DataError(Mistake("publish-not-ours", {"folder": str(root)}))
    beside = root.with_name(f"{root.name}-2")
    try:
        _patiently(lambda: _replace(folder, root))
    except _HELD:
        shutil.rmtree(beside, ignore_errors=True)
        folder.rename(beside)
        return beside
    if (beside / MANIFEST).exists():
        shutil.rmtree(beside, ignore_errors=True)
    return root


def _replace(folder: Path, root: Path) -> None:
    """Exchange the two folders, or set the old one aside and move the new one in."""
    previous = _previous(root)
    if not root.exists():
        folder.rename(root)
        return
    shutil.rmtree(previous, ignore_errors=True)
    if exchange(folder, root):
        with suppress(OSError):  # the new version stands already; the next run clears away the old one
            folder.rename(previous)
        return
    root.rename(previous)
    try:
        folder.rename(root)
    except BaseException:
        previous.rename(root)
        raise


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; false where the system cannot.

    Raises
    ------
    OSError
        When the system can and refuses.
    """
    name = {"linux": "renameat2", "darwin": "renamex_np"}.get(sys.platform, "")
    function = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if function is None:
        return False
    paths = os.fsencode(one), os.fsencode(other)
    given = (_HERE, paths[0], _HERE, paths[1], _EXCHANGE) if name == "renameat2" else (*paths, _EXCHANGE)
    if function(*given) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _patiently(action: Callable[[], T]) -> T:
    """Try again while another program holds a file."""
    for _ in range(_TRIES - 1):
        try:
            return action()
        except _HELD:
            time.sleep(_PAUSE)
    return action()


def _previous(root: Path) -> Path:
    return root.parent / VERSIONS / f"{root.name}-previous"


def _same(path: Path, told: Published) -> bool:
    content = path.read_bytes()
    return len(content) == told.size and hashlib.sha256(content).hexdigest() == told.sha256
