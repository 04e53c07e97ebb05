import errno
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import publisher
from picup_planner.errors import DataError
from picup_planner.publish import root
from picup_planner.publish.lock import locked

KILLS = 40

SAID = [b"ready\n", b"published\n", b"published\n"]
"""What is waited for before a kill, at most: two in three then come after a version, however slow the disk."""


def published(folder: Path) -> int:
    """Give the number of the version that stands in a folder, every byte of which is the manifest's."""
    assert root.damaged(folder) == []
    told = root.read_manifest(folder)
    assert told is not None
    number = told.months[0][1]
    assert told == publisher.version(number)[1]
    return number


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give the root in which version 0 is published."""
    assert publisher.publish(tmp_path / "public", 0) == tmp_path / "public"
    return tmp_path / "public"


@pytest.mark.slow
@pytest.mark.parametrize("way", ["one-step", "two-steps"])
def test_killed_at_random_a_whole_publication_stands(tmp_path: Path, way: str) -> None:
    """Forty times a program that publishes is killed; each time one whole version stands, and the next run goes on."""
    place = tmp_path / "public"
    began = time.monotonic()
    publisher.publish(place, 0)
    while_publishing = time.monotonic() - began
    chance = random.Random(2026)  # noqa: S311  moments, not secrets
    stood, interrupted = [], 0
    for kill in range(KILLS):
        command = [sys.executable, str(Path(publisher.__file__)), str(place), str(1000 * kill + 1), way]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  this very test's program
            assert process.stdout is not None
            for said in SAID[: chance.randint(1, len(SAID))]:
                assert process.stdout.readline() == said
            time.sleep(chance.uniform(0, while_publishing))
            process.kill()
        interrupted += any(path.name != "public-previous" for path in (place.parent / root.VERSIONS).iterdir())
        assert way == "two-steps" or place.exists()
        root.mended(place)
        stood.append(published(place))
        assert {path.name for path in place.parent.iterdir()} <= {"public", root.VERSIONS}
    assert interrupted > KILLS / 4, "killed between two publications only"
    assert len(set(stood)) > KILLS / 4, "killed before anything was published"
    assert publisher.publish(place, 0) == place
    assert published(place) == 0


@pytest.mark.parametrize("step", range(9))
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_leaves_what_was_published(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: int, code: int
) -> None:
    """Whichever file the disk refuses, the version before stands and nothing is left of the new one."""
    write, written = root.write, []

    def failing(path: Path, content: bytes) -> None:
        if len(written) == step:
            raise OSError(code, os.strerror(code), str(path))
        written.append(path)
        write(path, content)

    monkeypatch.setattr(root, "write", failing)
    with pytest.raises(OSError, match=os.strerror(code)):
        publisher.publish(place, 1)
    assert published(place) == 0
    assert list((place.parent / root.VERSIONS).iterdir()) == []


def test_a_file_that_reads_back_differently_is_not_published(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version is read back before it takes any place: one byte lost, and the version before stands."""
    write = root.write
    monkeypatch.setattr(root, "write", lambda path, content: write(path, content[:39_999]))
    with pytest.raises(OSError, match="2026-12"):
        publisher.publish(place, 1)
    assert published(place) == 0


@pytest.mark.parametrize("failures", [1, 4])
def test_a_file_held_for_a_while_is_waited_for(place: Path, monkeypatch: pytest.MonkeyPatch, failures: int) -> None:
    """Refused a few times, as while another program reads the folder, the version takes its place all the same."""
    exchange, tries = root.exchange, []

    def held(one: Path, other: Path) -> bool:
        tries.append(one)
        if len(tries) <= failures:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(other))
        return exchange(one, other)

    monkeypatch.setattr(root, "exchange", held)
    monkeypatch.setattr(root, "_PAUSE", 0.001)
    assert publisher.publish(place, 1) == place
    assert published(place) == 1


def test_a_file_held_for_ever_leaves_another_name(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held to the end, both versions stand, the new one under another name, which goes once the place is free."""

    def held(*folders: Path) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folders[1]))

    with monkeypatch.context() as patched:
        patched.setattr(root, "exchange", held)
        patched.setattr(root, "_PAUSE", 0.001)
        assert publisher.publish(place, 1) == place.with_name("public-2")
        assert (published(place), published(place.with_name("public-2"))) == (0, 1)
        assert publisher.publish(place, 2) == place.with_name("public-2")
        assert (published(place), published(place.with_name("public-2"))) == (0, 2)
    assert publisher.publish(place, 3) == place
    assert published(place) == 3
    assert not place.with_name("public-2").exists()


def test_the_second_of_two_moves_refused_the_first_is_undone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where folders cannot be exchanged and the new one cannot be moved in, the old one is back at once."""
    rename = Path.rename

    def refusing(path: Path, target: Path) -> Path:
        if path.name not in {"public", "public-previous"} and target.name == "public":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return rename(path, target)

    monkeypatch.setattr(root, "exchange", lambda one, other: False)  # noqa: ARG005  as where no system call does it
    monkeypatch.setattr(Path, "rename", refusing)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        publisher.publish(place, 1)
    assert published(place) == 0


def test_the_version_before_is_kept(place: Path) -> None:
    """One version back can still be read, and no more than one."""
    for number in (1, 2):
        publisher.publish(place, number)
    assert [path.name for path in (place.parent / root.VERSIONS).iterdir()] == ["public-previous"]
    assert published(place.parent / root.VERSIONS / "public-previous") == 1


def test_what_we_did_not_publish_is_not_replaced(tmp_path: Path) -> None:
    """A folder with other people's files is refused and left as it was; an empty one is taken."""
    place = tmp_path / "public"
    place.mkdir()
    assert publisher.publish(place, 1) == place
    shutil.rmtree(place)
    place.mkdir()
    (place / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="publish-not-ours"):
        publisher.publish(place, 2)
    assert (place / "index.html").read_text(encoding="utf-8") == "mine"


def test_a_changed_file_is_seen(place: Path) -> None:
    """A file changed, gone, or that nobody named is told by its name."""
    (place / "2026-12" / "0.html").write_bytes(b"changed")
    (place / "2026-12" / "1.html").unlink()
    (place / "other.txt").write_bytes(b"")
    assert root.damaged(place) == ["2026-12/0.html", "2026-12/1.html", "other.txt"]
    (place / root.MANIFEST).write_text("{", encoding="utf-8")
    assert root.damaged(place) == [root.MANIFEST]


def test_a_second_run_stops_at_once_and_says_who_publishes(tmp_path: Path) -> None:
    """While one process publishes, another stops within a second and names it; after it, anybody may."""
    code = (
        "import sys; from pathlib import Path; from picup_planner.publish.lock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:  # noqa: S603  same
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        began = time.monotonic()
        with pytest.raises(DataError) as refused, locked(tmp_path):
            pytest.fail("two runs at once")
        assert time.monotonic() - began < 1
        assert refused.value.mistakes[0].arguments["process"] == str(holder.pid)
        holder.kill()
    with locked(tmp_path):
        pass
