"""What stands for a person where their name must not: made with a key that is kept outside whatever is published.

Without the key nobody can tell whom a pseudonym stands for, nor guess the address of a calendar.
"""

import hmac
import re
import secrets
from pathlib import Path

from platformdirs import user_config_path

from picup_planner.errors import DataError, Mistake
from picup_planner.writing import write

_BYTES = 32
_KEY = re.compile(rb"[0-9a-f]{64}\s*")
_TOKEN = 32
"""Hexadecimal digits of 128 bits."""

_SHORT = 12


def key_folder() -> Path:
    """Folder of the user's own settings, where the key is."""
    return user_config_path("picup-planner")


def key() -> bytes:
    """Give the key of this machine's user; it is made the first time, readable by nobody else.

    Raises
    ------
    DataError
        When the file is no key of ours: another one would change every address.
    OSError
        When it can be neither read nor written.
    """
    path = key_folder() / "key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        write(path, secrets.token_hex(_BYTES))
        path.chmod(0o600)
    content = path.read_bytes()
    if not _KEY.fullmatch(content):
        raise DataError(Mistake("key-damaged", {"file": str(path)}))
    return bytes.fromhex(content.decode())


def token(secret: bytes, territory: str, person: str) -> str:
    """128 bits, in hexadecimal: the address of a person's calendar."""
    return _digest(secret, "calendar", territory, person)[:_TOKEN]


def pseudonym(secret: bytes, territory: str, person: str) -> str:
    """Id that takes a person's place in past months: always the same for the same person."""
    return f"personne-{_digest(secret, 'pseudonym', territory, person)[:_SHORT]}"


def _digest(secret: bytes, *parts: str) -> str:
    return hmac.digest(secret, "\0".join(parts).encode(), "sha256").hex()
