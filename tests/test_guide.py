"""The guide for the chef de projet shows and names only what exists."""

import re
import shlex
from pathlib import Path

import pytest

from picup_planner.cli import main

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "guide-chef-de-projet.md").read_text("utf-8")
COMMANDS = sorted(
    {" ".join(found.split()) for found in re.findall(r"(?<![/\\`.\w])`?picup ([a-z-]+(?: [a-z]+)?)", GUIDE)}
)


def test_every_picture_and_link_is_there() -> None:
    """Pictures are described, small, and in the repository; every file linked is."""
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", GUIDE)
    assert len(pictures) >= 6
    for described, path in pictures:
        assert len(described) > 10
        assert (DOCS / path).read_bytes().startswith(b"\x89PNG")
        assert (DOCS / path).stat().st_size < 80_000, path
    links = re.findall(r"(?<!!)\[[^\]]+\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", GUIDE)
    assert links
    assert [path for path in links if not (DOCS / path).exists()] == []


def test_installing_to_publishing_is_five_actions() -> None:
    """The first section is a list of five actions at most, from a double click to a publication."""
    section = GUIDE.split("\n## ")[1]
    actions = re.findall(r"^(\d)\. ", section, re.MULTILINE)
    assert actions == ["1", "2", "3", "4", "5"]
    assert "Publier ce planning" in section


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_guide_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command named has a help; a word that follows and is no command is left to it."""
    words = shlex.split(command)
    codes = {main([*words[:length], "--help"]) for length in (1, len(words))}
    capsys.readouterr()
    assert codes == {0}


def test_the_guide_says_what_was_not_tried() -> None:
    """Windows, macOS and Excel are told as not tried."""
    last = GUIDE.split("\n## ")[-1]
    assert last.startswith("Ce qui n’a pas été essayé")
    for name in ("Windows", "macOS", "Excel", "Outlook"):
        assert name in last
