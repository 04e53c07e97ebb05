"""`picup` alone, on a real terminal: what it asks, does and offers."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

import territories

pty = pytest.importorskip("pty", reason="no pseudo-terminal on this system")

PATIENCE = 120
"""Seconds a question may take to come, the search included."""


class Talk:
    """A conversation with the program, in a terminal of its own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        ours, theirs = pty.openpty()
        opener = folder / "bin" / "xdg-open"
        opener.parent.mkdir(exist_ok=True)
        opener.write_text(f'#!/bin/sh\necho "$1" >> "{folder}/opened"\n', encoding="utf-8")
        opener.chmod(0o755)
        path = f"{opener.parent}{os.pathsep}{os.environ['PATH']}"
        self._ours = ours
        self.said, self._heard = "", 0
        self._program = subprocess.Popen(  # noqa: S603  this very program
            [sys.executable, "-m", "picup_planner", *arguments],
            cwd=folder,
            env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)

    def hears(self, question: str) -> None:
        """Wait for a question, after the one heard last: two may come in one breath."""
        until = time.monotonic() + PATIENCE
        while question not in self.said[self._heard :]:
            assert time.monotonic() < until, f"{question!r} never came after: {self.said}"
            assert self._read(), f"it ended before {question!r}: {self.said}"
        self._heard = self.said.index(question, self._heard) + len(question)

    def answers(self, text: str) -> None:
        """Type a line."""
        os.write(self._ours, f"{text}\n".encode())

    def ends(self) -> int:
        """Read to the end, and give the exit code."""
        while self._read():
            pass
        os.close(self._ours)
        return self._program.wait(PATIENCE)

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], PATIENCE)[0]:
            return False
        try:
            more = os.read(self._ours, 65536)
        except OSError:  # Linux says so where a terminal is closed
            return False
        self.said += more.decode(errors="replace").replace("\xa0", " ").replace("\r\n", "\n")
        return bool(more)


@pytest.fixture
def easy(territory: Path) -> Path:
    """Take away what no team of three can keep."""
    (territory / "pins.csv").unlink()
    (territory / "partners.csv").write_text("id,name\nville,Ville\nasso,Association\n", encoding="utf-8")
    territories.edit(territory, "school_holidays.csv", "2026-12-20,2027-01-03", "2026-12-19,2027-01-03")
    return territory


@pytest.mark.usefixtures("easy")
def test_a_month_is_planned_opened_and_published_by_answering(here: Path) -> None:
    """Wrong answers are asked again, what will be done is told first; the pages open, and the month is published."""
    talk = Talk(here)
    talk.hears("Quel mois ? [")
    talk.answers("treize")
    talk.hears("n’est pas un mois")
    talk.answers("décembre 2026")
    talk.hears("1. essai")
    talk.answers("7")
    talk.hears("nombre de 1 à 2")
    talk.answers("1")
    talk.hears("sans classeur")
    talk.answers("2")
    talk.hears("On y va ? [oui]")
    assert "planning pour décembre 2026, à partir de essai" in talk.said
    assert not (here / "planning").exists()
    talk.answers("")
    talk.hears("planning.xlsx ? [oui]")
    talk.answers("")
    talk.hears("l’équipe ? [non]")
    talk.answers("oui")
    talk.hears("index.html ? [oui]")
    talk.answers("non")
    assert talk.ends() == 0, talk.said
    opened = (here / "opened").read_text("utf-8").split()
    month = here / "planning" / "2026-12"
    assert sorted(opened) == [str(month / "map.html"), str(month / "planning.xlsx")]
    assert '"state": "published"' in (month / "plan.json").read_text("utf-8")
    assert (here / "publication" / "public" / "index.html").exists()


@pytest.mark.usefixtures("easy")
def test_a_workbook_is_offered_written_then_found_again(here: Path) -> None:
    """The first time a workbook to fill in is offered; once there, it is the first choice, and no other is written."""
    talk = Talk(here)
    for question, answer in (
        ("Quel mois", "2026-12"),
        ("1. essai", "1"),
        ("1. préparer d’abord", "1"),
        ("Ouvrir", "n"),
    ):
        talk.hears(question)
        talk.answers(answer)
    assert talk.ends() == 0, talk.said
    assert "relancez Pic Up" in talk.said
    written = (here / "planning-2026-12.xlsx").read_bytes()
    talk = Talk(here)
    for question, answer in (("Quel mois", "2026-12"), ("1. essai", "1"), ("1. planning-2026-12.xlsx", "1")):
        talk.hears(question)
        talk.answers(answer)
    talk.hears("à partir de planning-2026-12.xlsx")
    talk.hears("On y va")
    talk.answers("non")
    assert talk.ends() == 0
    assert "préparer d’abord" not in talk.said
    assert "Rien n’a été fait." in talk.said
    assert (here / "planning-2026-12.xlsx").read_bytes() == written
    assert not (here / "planning").exists()


def test_it_speaks_english_and_an_end_of_input_stops_it(here: Path) -> None:
    """`--lang en` counts; Ctrl-D ends the conversation as Ctrl-C does, without a traceback."""
    talk = Talk(here, "--lang", "en")
    talk.hears("Which month?")
    talk.answers("\x04")
    assert talk.ends() == 130
    assert "Traceback" not in talk.said


def test_without_a_terminal_the_help_is_shown(here: Path) -> None:
    """What starts the program without a terminal is not asked anything."""
    done = subprocess.run(
        [sys.executable, "-m", "picup_planner"],
        cwd=here,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    assert "--lang" in done.stdout.decode()
    assert done.stderr == b""
