import os
import re
from pathlib import Path

import pytest

from picup_planner.writing import completed, refuse_unwritable, write, write_together


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
    with pytest.raises(OSError, match="No space left") as refused:
        write(tmp_path / "map.html", "new")
    assert refused.value.filename == str(tmp_path / "map.html")
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


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    """A folder of that name stays, and is named as it was typed, not by the name of a temporary file."""
    with pytest.raises(OSError, match=re.escape(f"'{tmp_path}'")):
        write(tmp_path, "new")
    assert list(tmp_path.iterdir()) == []


def test_what_could_be_written_is_known_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is refused by the name of what stands in its way; one that could be written leaves no trace."""
    refuse_unwritable(tmp_path / "a" / "b" / "plan.json")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.chdir(tmp_path)
    refuse_unwritable(Path("plan.json"))
    (tmp_path / "a").write_text("old")
    for path, named in (("a/b/plan.json", "a"), (str(tmp_path), str(tmp_path))):
        with pytest.raises(OSError, match=re.escape(repr(named))):
            refuse_unwritable(Path(path))

    def full(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "touch", full)
    with pytest.raises(OSError, match="Read-only") as refused:
        refuse_unwritable(Path("b/plan.json"))
    assert refused.value.filename == str(tmp_path)


def test_text_that_cannot_be_encoded_is_refused_whole(tmp_path: Path) -> None:
    """Half of a character pair is no text: nothing is written."""
    (tmp_path / "map.html").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write(tmp_path / "map.html", "new \ud800")
    assert (tmp_path / "map.html").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_several_files_change_together_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full before all contents are aside, nothing has changed; stopped later, what was begun can be ended."""
    files = {tmp_path / name: name.encode() * 3 for name in "abc"}
    for path in files:
        path.write_bytes(b"old")
    real = os.fsync
    for stop in range(1, 8):
        left = [stop]

        def full(number: int, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise OSError(28, os.strerror(28), str(tmp_path))
            real(number)

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match=os.strerror(28)):
            write_together(files, tmp_path / "aside")
        monkeypatch.setattr(os, "fsync", real)
        found = {path.read_bytes() for path in files}
        begun = stop > len(files) + 1
        assert found == {b"old"} or begun
        assert completed(tmp_path / "aside") is begun
        assert {path: path.read_bytes() for path in files} == files if begun else found == {b"old"}
        assert not (tmp_path / "aside").exists()
        for path in files:
            path.write_bytes(b"old")
