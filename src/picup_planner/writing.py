"""Files written whole or not at all."""

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def write(path: Path, content: str | bytes) -> None:
    """Replace a file in one step; its folder is made if need be.

    The content goes to a temporary file of the same folder, reaches the disk, then takes the name: whatever stops the
    program, `path` holds the old content or the new one, whole.

    Raises
    ------
    OSError
        Of `path`, when its folder or the disk refuses; the temporary file is then gone and `path` as it was.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder) / "2026-12" / "plan.json", "{}")
    ...     [path.name for path in (Path(folder) / "2026-12").iterdir()]
    ['plan.json']
    """
    with _refused_as(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _temporary(path.parent)
        try:
            with temporary.open("xb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def refuse_unwritable(path: Path) -> None:
    """Refuse a file that could not be written, before the work that is to fill it; nothing is left behind.

    Raises
    ------
    OSError
        Of what stands in its way: a folder of its name, a file in the place of a folder, a folder that refuses files.
    """
    if path.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    place = next((each for each in path.parents if each.exists()), path.parent)
    if place.is_file():
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
    with _refused_as(place.absolute()):
        trial = _temporary(place)
        trial.touch(exist_ok=False)
        trial.unlink()


def _temporary(folder: Path) -> Path:
    return folder / f".{secrets.token_hex(8)}.part"


@contextmanager
def _refused_as(path: Path) -> Iterator[None]:
    """Tell what the disk refuses by the name that was asked for: a temporary one means nothing to anybody."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


_LIST = "list.json"


def write_together(files: Mapping[Path, bytes], aside: Path) -> None:
    """Replace several files, all or none: whatever stops the program, :func:`completed` ends what was begun.

    Parameters
    ----------
    aside
        A folder of our own, where the contents wait until all of them have reached the disk.

    Raises
    ------
    OSError
        When the disk refuses a content: no file has changed. Or when it refuses a name: some have.
    """
    shutil.rmtree(aside, ignore_errors=True)
    try:
        for number, content in enumerate(files.values()):
            write(aside / str(number), content)
        write(aside / _LIST, json.dumps([str(path.absolute()) for path in files]))
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    completed(aside)


def completed(aside: Path) -> bool:
    """End what :func:`write_together` had begun, if anything.

    Returns
    -------
        Whether there was something to end.
    """
    begun = (aside / _LIST).is_file()
    if begun:
        for number, path in enumerate(json.loads((aside / _LIST).read_text("utf-8"))):
            if (aside / str(number)).exists():
                write(Path(path), (aside / str(number)).read_bytes())
    shutil.rmtree(aside, ignore_errors=True)
    return begun
