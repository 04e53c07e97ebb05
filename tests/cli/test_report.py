"""`picup report`: the figures of several months, on the terminal and in a file."""

import csv
import io
from pathlib import Path

import pytest

from command_line import Run, contents
from months import VISITS, problem_of, published
from problems import problem_with, replaced

HEADER = "permanence,status,by,site,date\n"


def quarter(planning: Path) -> None:
    """Write October and December, with what was recorded of them."""
    published(planning, "2026-10", records=f"{HEADER}amont-202610-1,cancelled,,,\n")
    published(planning, "2026-12", records="".join([HEADER, *(f"{one},held,,,\n" for one in DECEMBER)]))


DECEMBER = ("amont-202612-1", "amont-202612-2", "aval-202612-1", "aval-202612-2", "fixe-12")


def test_a_quarter_is_told(picup: Run, here: Path) -> None:
    """Permanences per commune and in all, roles, partners, vans, and what is not known."""
    quarter(here / "planning")
    said = picup("report", "2026-10..2026-12", "--as-of", "2027-01-04")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[1] == "Bilan, octobre 2026 à décembre 2026 · Essai"
    cells = [line.split() for line in said.out.splitlines()]
    assert [row for row in cells if row and row[0] in ("Amont", "Aval", "Ensemble")][:3] == [
        ["Amont", "4", "3", "1", "25", "0", "2", "19"],
        ["Aval", "4", "4", "0", "0", "0", "1", "18"],
        ["Ensemble", "8", "7", "1", "12,5", "0", "3", "19"],
    ]
    told = " ".join(said.out.split())
    assert "Véhicules : 6 tournées" in told
    assert "Mois sans planning, dont rien n’est compté : novembre 2026." in told
    assert "Rien n’est noté de 4 permanences passées" in told
    assert "Population inconnue, non comptée : Bas." in told


def test_the_months_that_are_missing_are_told_to_the_last(picup: Run, here: Path) -> None:
    """A list is not a name: its length has no bound."""
    quarter(here / "planning")
    said = picup("report", "2025-01..2026-12", "--as-of", "2027-01-04")
    assert "août 2026, septembre 2026 et novembre 2026." in " ".join(said.out.split())


def test_a_file_that_cannot_be_written_is_told_before_anything(picup: Run, here: Path) -> None:
    """A folder stands where the file was asked for: one sentence, and no figure that would pass for the report."""
    quarter(here / "planning")
    (here / "bilan.csv").mkdir()
    said = picup("report", "2026-10..2026-12", "--out", "bilan.csv", "--as-of", "2027-01-04")
    assert (said.code, said.out) == (1, "")
    assert "bilan.csv" in said.err


@pytest.mark.parametrize("name", ["plan.json", "Plan.JSON", "records.csv"])
def test_what_picup_reads_is_not_written_over(picup: Run, here: Path, name: str) -> None:
    """A plan, a problem or records are not lost to a table."""
    quarter(here / "planning")
    before = contents(here / "planning" / "2026-12")
    said = picup("report", "2026-10..2026-12", "--out", f"planning/2026-12/{name}", "--as-of", "2027-01-04")
    assert (said.code, said.out) == (2, "")
    assert name in said.err
    assert contents(here / "planning" / "2026-12") == before


def test_a_report_beside_a_plan_is_not_taken_for_records(picup: Run, here: Path) -> None:
    """Its name is near enough to that of the records, and it is none."""
    quarter(here / "planning")
    for _ in range(2):
        said = picup("report", "2026-10..2026-12", "--out", "planning/2026-12/report.csv", "--as-of", "2027-01-04")
        assert said.code == 0, said.err


def test_nobody_is_named(picup: Run, here: Path) -> None:
    """Neither names nor ids of people are in the report or in its file."""
    quarter(here / "planning")
    said = picup("report", "2026-10..2026-12", "--out", "bilan.csv", "--as-of", "2027-01-04")
    written = (here / "bilan.csv").read_text(encoding="utf-8-sig")
    for member in problem_of("2026-10").territory.staff:
        for text in (said.out, written):
            assert member.name not in text
            assert member.id not in text


def test_the_file_opens_in_a_spreadsheet(picup: Run, here: Path) -> None:
    """Same rows as the terminal, with plain numbers; a second run writes the same bytes."""
    quarter(here / "planning")
    said = picup("report", "2026-10..2026-12", "--out", "bilan.csv", "--as-of", "2027-01-04")
    assert said.err.splitlines()[-1] == "Bilan écrit dans bilan.csv."
    content = (here / "bilan.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert ["Amont", "4", "3", "1", "25", "0", "2", "19"] in rows
    assert ["Amont", "0", "0", "0", "1200", "1200"] in rows
    assert ["Aval", "2", "2", "0", "", ""] in rows
    picup("report", "2026-10..2026-12", "--out", "bilan.csv", "--as-of", "2027-01-04")
    assert (here / "bilan.csv").read_bytes() == content


def test_no_name_becomes_a_formula(picup: Run, here: Path) -> None:
    """A commune, a role and a partner that begin like formulas are text in the file."""
    tiny = problem_of("2026-10").territory
    problem = problem_with(
        problem_of("2026-10"),
        communes=replaced(tiny.communes, "amont", name="=1+1;x"),
        roles=replaced(tiny.roles, "as", name="@SUM(1)"),
        partners=replaced(tiny.partners, "ville", name="-2+3\n=4"),
    )
    published(here / "planning", "2026-10", VISITS, problem=problem)
    assert picup("report", "2026-10", "--out", "bilan.csv", "--as-of", "2027-01-04").code == 0
    text = (here / "bilan.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert {row[0] for row in rows if row} >= {"'=1+1;x", "'@SUM(1)", "'-2+3 =4"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_one_month_that_is_not_over(picup: Run, here: Path) -> None:
    """A month alone may be reported on before it ends: what is to come is neither held nor cancelled."""
    published(here / "passé", "2026-10")
    said = picup("report", "2026-10", "--history", "passé", "--as-of", "2026-10-18", "--lang", "en")
    assert said.out.splitlines()[1] == "Report on October 2026 · Essai"
    assert ["All", "4", "2", "0", "0", "2", "2", "13"] in [line.split() for line in said.out.splitlines()]
    early = picup("report", "2026-10", "--history", "passé", "--as-of", "2026-09-30")
    assert ["Ensemble", "4", "0", "0", "0", "4", "0", "–"] in [line.split() for line in early.out.splitlines()]
    assert ["Ensemble", "1", "0", "1"] in [line.split()[:4] for line in early.out.splitlines()]
    assert "Véhicules" not in early.out


def test_the_percentage_cancelled_is_of_all_that_was_planned(picup: Run, here: Path) -> None:
    """One cancelled of four planned is a quarter, before the others are held as after; the report says of what."""
    published(here / "planning", "2026-10", records=f"{HEADER}amont-202610-1,cancelled,,,\n")
    for day in ("2026-09-30", "2026-10-18", "2026-11-02"):
        said = picup("report", "2026-10", "--as-of", day)
        row = next(line.split() for line in said.out.splitlines() if line.startswith("Ensemble"))
        assert (row[1], *row[3:5]) == ("4", "1", "25")
        assert "part des permanences prévues" in said.out


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (["2026-10..2026-9"], 2, "« 2026-9 » n’est pas un mois."),
        (["2026-10.."], 2, "« 2026-10.. » n’est pas une période."),
        (["2026-10..2026-09"], 2, "« 2026-10..2026-09 » n’est pas une période."),
        (["trimestre"], 2, "« trimestre » n’est pas un mois."),
        (["2026-10..2026-12"], 1, "Aucun planning dans planning pour cette période : octobre 2026 à décembre 2026."),
        (["2026-10", "--history", "nulle-part"], 1, "Le dossier « nulle-part » n’existe pas."),
        (["2026-10", "--as-of", "hier"], 2, "« hier » n’est pas une date."),
    ],
)
def test_a_period_that_is_none(picup: Run, typed: list[str], code: int, told: str) -> None:
    """A period that is none, or of which nothing is known, is told in one line."""
    said = picup("report", *typed)
    assert said.code == code
    assert told in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("bilan/bilan.csv", "« bilan » : il y a un fichier là où il faut un dossier."),
        ("planning", "« planning » est un dossier, et il faut un fichier."),
    ],
)
def test_a_file_that_cannot_be_written(picup: Run, here: Path, out: str, told: str) -> None:
    """What stands in the way of the file is told, and why, before anything is counted."""
    published(here / "planning", "2026-10")
    (here / "bilan").write_text("un fichier", encoding="utf-8")
    said = picup("report", "2026-10", "--out", out)
    assert (said.code, said.out) == (1, "")
    assert told in said.err
