"""Fixtures of the command line: an empty folder, a command to run, a small territory with its roads."""

from collections.abc import Mapping
from pathlib import Path

import pytest

import territories
from command_line import Run, Spoken
from picup_planner.cli import main


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with an empty cache, no key, 80 columns and nothing said of the language."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LANGUAGE", "")
    for name in ("PICUP_LANG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def picup(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line."""

    def run(*arguments: str) -> Spoken:
        code = main(arguments)
        return Spoken(code, *capsys.readouterr())

    return run


def roads(corners: Mapping[int, tuple[float, float]]) -> str:
    """Give OSM XML of one two-way street through (latitude, longitude) corners."""
    nodes = "".join(f'<node id="{n}" lat="{lat}" lon="{lon}"/>' for n, (lat, lon) in corners.items())
    way = "".join(f'<nd ref="{n}"/>' for n in corners)
    return f'<osm version="0.6">{nodes}<way id="1">{way}<tag k="highway" v="residential"/></way></osm>'


@pytest.fixture
def territory(here: Path) -> Path:
    """Write the small territory, its four places on one street."""
    folder = here / "essai"
    folder.mkdir()
    territories.write(folder)
    street = {1: (45.69, 4.87), 2: (45.70, 4.86), 3: (45.72, 4.85), 4: (45.73, 4.87)}
    (folder / "roads.osm").write_text(roads(street), encoding="utf-8")
    territories.edit(folder, "school_holidays.csv", "A,Noël", "A,Toussaint,2026-10-17,2026-11-01\nA,Noël")
    return folder
