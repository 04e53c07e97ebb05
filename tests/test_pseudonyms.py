import stat
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from picup_planner.errors import DataError
from picup_planner.problem import Id
from picup_planner.pseudonyms import key, key_folder, pseudonym, token


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the key in a folder of the test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def test_the_key_is_made_once_and_is_its_owner_s(settings: Path) -> None:
    """256 bits, the same each time, in the user's settings, which nobody else can read."""
    made = key()
    assert (len(made), key()) == (32, made)
    assert key_folder().is_relative_to(settings)
    path = key_folder() / "key"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    path.unlink()
    assert key() != made


def test_a_damaged_key_is_refused_not_replaced() -> None:
    """Another key in its place would change every address in silence."""
    key()
    path = key_folder() / "key"
    path.write_text("trop court", encoding="utf-8")
    with pytest.raises(DataError) as refused:
        key()
    assert refused.value.mistakes[0].message == "key-damaged"
    assert path.read_text("utf-8") == "trop court"


def test_an_address_is_128_bits_that_say_nothing() -> None:
    """It changes with the key, the territory and the person, never otherwise, and is not the pseudonym's beginning."""
    made = {token(secret, land, who) for secret in (b"a", b"b") for land in ("x", "y") for who in ("as-1", "as-2")}
    assert len(made) == 8
    assert all(len(bytes.fromhex(each)) == 16 for each in made)
    assert token(b"a", "x", "as-1") == token(b"a", "x", "as-1")
    assert token(b"a", "xa", "s-1") != token(b"a", "x", "as-1")
    assert not token(b"a", "x", "as-1").startswith(pseudonym(b"a", "x", "as-1").rpartition("-")[2])


def test_a_pseudonym_is_an_id() -> None:
    """It may stand wherever the id of a person does."""
    name = pseudonym(b"a", "x", "as-1")
    assert TypeAdapter(Id).validate_python(name) == name
    assert "as-1" not in name
