"""`picup compare` and `picup sweep`, on a small territory, in real processes."""

import csv
import io
from pathlib import Path

import pytest

import territories
from command_line import Run

SCENARIOS = """
[[scenarios]]
name = "Samedis"
saturdays = true

[[scenarios]]
name = "Paris"
other_depot = { name = "Paris", latitude = 48.85, longitude = 2.35 }
"""


@pytest.fixture
def easy(territory: Path, here: Path) -> Path:
    """Take away what forbids a month without any permanence, keep two objectives, and write three scenarios."""
    territories.edit(territory, "pins.csv", "fete,held,,place,2026-12-08,matin,as-1|casp-1\n", "")
    territories.edit(territory, "partners.csv", "ville,Ville,2,20", "ville,Ville,,20")
    (here / "scenarios.toml").write_text(SCENARIOS, encoding="utf-8")
    return territory


def test_scenarios_are_compared(picup: Run, easy: Path, here: Path) -> None:
    """The terminal tells each scenario, its figures and why one has no plan; the report stands alone."""
    said = picup(
        *("compare", "scenarios.toml", "2026-12", "--territory", str(easy), "--time-limit", "2", "--workers", "1"),
        "--no-history",
    )
    assert said.code == 0, said.err
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "Décembre 2026 · Pays d’Essai : scénarios côte à côte" in lines
    assert "1. Comme aujourd’hui" in lines
    assert "2. Samedis — Le samedi est ouvert, l’équipe disponible selon ses habitudes." in lines
    at = lines.index("3. Paris — Les véhicules dorment ailleurs : Paris.")
    assert lines[at + 1] == "Pas de planning."
    assert any(line.startswith("Permanences ") and len(line.split()) >= 3 for line in lines)
    assert any(line.startswith("Conduite des véhicules") for line in lines)
    page = (here / "compare.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert page.count("<svg") >= 2
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert said.err.splitlines()[-1] == "Rapport écrit dans compare.html : ouvrez-le dans un navigateur."


def test_a_sweep_goes_on(picup: Run, easy: Path, here: Path) -> None:
    """Each month of each scenario has its row, failures with their reason; a second run plans nothing again."""
    typed = ("sweep", "scenarios.toml", "2026-12", "--territory", str(easy), "--time-limit", "2", "--workers", "2")
    said = picup(*typed)
    assert said.code == 0, said.err
    kept = {path: path.stat().st_mtime_ns for path in (here / "sweep").glob("*.json")}
    assert len(kept) == 2
    content = (here / "sweep" / "sweep.csv").read_bytes().decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    assert {len(row) for row in rows} == {len(heading)}
    names = {row[0].split(" ", 2)[2]: row for row in rows}
    assert set(names) == {"Comme aujourd’hui", "Samedis", "Paris"}
    assert "Paris" in names["Paris"][-1]
    assert names["Samedis"][-1] == ""
    assert (names["Samedis"][1].isdecimal(), names["Paris"][1]) == (True, "")
    assert [row[0] for row in rows][-1].endswith("Paris")
    again = picup(*typed)
    assert {path: path.stat().st_mtime_ns for path in (here / "sweep").glob("*.json")} == kept
    assert [line for line in again.out.splitlines() if "Samedis" in line] == [
        line for line in said.out.splitlines() if "Samedis" in line
    ]


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (["compare"], 2, "Il manque SCÉNARIOS.toml"),
        (["compare", "none.toml", "2026-12"], 1, "none.toml"),
        (["compare", "scenarios.toml", "2026-12", "--workers", "0"], 2, "--workers doit être compris entre"),
        (["compare", "scenarios.toml", "2026-12", "--out", "essai"], 1, "« essai » est un dossier, et il faut"),
        (["sweep", "scenarios.toml", "2026-12", "--out", "scenarios.toml"], 1, "il y a un fichier là où"),
        (["sweep", "scenarios.toml", "2027-01..2026-12"], 2, "« 2027-01..2026-12 » n’est pas une période."),
        (["sweep", "scenarios.toml", "décembre"], 2, "décembre"),
        (["sweep", "scenarios.toml", "2026-12", "--work", "0"], 2, "--work doit être compris entre"),
    ],
)
def test_what_is_not_understood_is_told(picup: Run, easy: Path, typed: list[str], code: int, told: str) -> None:
    """What is typed badly is told in one line, and nothing is planned."""
    assert easy.is_dir()
    said = picup(*typed)
    assert (said.code, said.out) == (code, "")
    assert told in said.err
