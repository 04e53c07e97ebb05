import os
from pathlib import Path

import pytest

from picup_planner.writing import write


def test_writes_text_and_bytes(tmp_path: Path) -> None:
    """Text goes out as UTF-8 without changing its line ends, bytes as they are, into a folder made if need be."""
    write(tmp_path / "a" / "plan.json", "é\n")
    assert (tmp_path / "a" / "plan.json").read_bytes() == b"\xc3\xa9\n"
    write(tmp_path / "a" / "plan.json", b"\x00\r\n")
    assert (tmp_path / "a" / "plan.json").read_bytes() == b"\x00\r\n"


def test_reaches_the_disk_before_it_takes_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The content is synchronised while the old file is still in place."""
    target = tmp_path / "map.html"
    target.write_text("old")
    seen = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(target.read_text()))
    write(target, "new")
    assert seen == ["old"]
    assert target.read_text() == "new"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_everything_as_it_was(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full or the program stopped, the old file is whole and nothing lies beside it."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "map.html").write_text("old")
    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "map.html", "new")
    assert (tmp_path / "map.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_an_interruption_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of a write is no half-written file either."""

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "map.html", "new")
    assert list(tmp_path.iterdir()) == []


def test_text_that_cannot_be_encoded_is_refused_whole(tmp_path: Path) -> None:
    """Half of a character pair is no text: nothing is written."""
    (tmp_path / "map.html").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write(tmp_path / "map.html", "new \ud800")
    assert (tmp_path / "map.html").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
