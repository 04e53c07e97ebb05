"""Files written whole or not at all."""

import os
import secrets
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
