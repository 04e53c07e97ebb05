"""What is kept on this machine between two runs: it comes back byte for byte, or not at all."""

import contextlib
import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from picup_planner.writing import write

_DIGEST = 32  # bytes of a SHA-256


def cache_folder() -> Path:
    """Give the user's own folder for what may be computed or asked again."""
    return user_cache_path("picup-planner")


def keep(path: Path, content: bytes) -> None:
    """Keep some content behind its SHA-256; a folder that cannot be written is done without."""
    with contextlib.suppress(OSError):
        write(path, hashlib.sha256(content).digest() + content)


def kept(path: Path) -> bytes:
    """Give what was kept; empty when there is nothing, or when a single byte of it differs."""
    with contextlib.suppress(OSError):
        content = path.read_bytes()
        if hashlib.sha256(content[_DIGEST:]).digest() == content[:_DIGEST]:
            return content[_DIGEST:]
    return b""


def keep_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Keep arrays by name, numbers and texts among them."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    keep(path, buffer.getvalue())


def kept_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Give the arrays that were kept, or none."""
    content = kept(path)
    if not content:
        return {}
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return dict(stored)
