"""`picup doctor`: what it looks at, and that it finds what is wrong."""

import shutil
import socket
from importlib import resources
from pathlib import Path

import pytest

from command_line import Run
from picup_planner.cli import doctoring


def test_a_sound_machine_is_told_so(picup: Run) -> None:
    """All is in place: versions, fonts, folders, territory; nothing is asked of the internet, and nothing is left."""
    said = picup("doctor")
    assert said.code == 0, said.out
    assert said.out.splitlines()[-1] == "Tout est en place."
    for told in ("picup 0.", "ortools 9", "Les 4 polices", "écrire dans planning", "39 lieux", "Chromium", "--network"):
        assert told in said.out
    assert "[à voir]" not in said.out
    assert list(Path().rglob("*.part")) == []


def test_it_speaks_english(picup: Run) -> None:
    """No French is left with `--lang en`, a territory of the reader's own apart."""
    said = picup("doctor", "--lang", "en")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "All is in place."
    assert "Portes du Sud read without a mistake" in said.out


def test_a_damaged_font_is_found(picup: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A font that misses a byte and one that is not there are named, and the exit code says so."""
    copy = here / "package"
    fonts = copy / "assets" / "fonts"
    shutil.copytree(str(resources.files("picup_planner.publish") / "assets" / "fonts"), fonts)
    (fonts / "NotoEmoji-Bold.ttf").unlink()
    cut = fonts / "Andika-Bold.ttf"
    cut.write_bytes(cut.read_bytes()[:-1])
    monkeypatch.setattr(doctoring, "files", lambda _: copy)
    said = picup("doctor")
    assert said.code == 1
    assert "[à voir] 2 polices des affiches manquent ou sont abîmées : Andika-Bold.ttf, NotoEmoji-Bold.ttf." in said.out
    assert "Un point est à voir." in said.out


def test_a_folder_that_cannot_be_written_is_found(picup: Run, here: Path) -> None:
    """Where a file stands in the place of a folder, nothing can be written, and it is said what to do."""
    (here / "publication").write_text("", encoding="utf-8")
    said = picup("doctor")
    assert said.code == 1
    assert "[à voir] « publication » : il y a un fichier là où il faut un dossier. Donnez un autre nom" in said.out


def test_a_wrong_territory_is_found(picup: Run, territory: Path) -> None:
    """The mistakes of a territory are counted, and the command that tells them is named."""
    (territory / "roads.osm").unlink()
    said = picup("doctor", "--territory", "essai")
    assert said.code == 1
    assert "[à voir] Une erreur dans le territoire essai. Pour la voir : picup territory check" in said.out


def test_internet_is_tried_only_when_asked(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not there is told with `--network`; without it, no socket is even opened."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr(doctoring, "SERVER", f"http://127.0.0.1:{taken.getsockname()[1]}")
        said = picup("doctor", "--network")
    assert said.code == 1
    assert "[à voir] Internet ne répond pas." in said.out

    def refused(*_: object, **__: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refused)
    assert picup("doctor").code == 0
