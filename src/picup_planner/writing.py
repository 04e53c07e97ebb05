"""Files written whole or not at all."""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path


def write(path: Path, content: str | bytes) -> None:
    """Replace a file in one step; its folder is made if need be.

    The content goes to a temporary file of the same folder, reaches the disk, then takes the name: whatever stops the
    program, `path` holds the old content or the new one, whole.

    Raises
    ------
    OSError
        When the folder or the disk refuses; the temporary file is then gone and `path` as it was.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder) / "2026-12" / "plan.json", "{}")
    ...     [path.name for path in (Path(folder) / "2026-12").iterdir()]
    ['plan.json']
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


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
