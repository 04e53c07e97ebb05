"""`picup permits`, on a month planned by hand."""

import io
from pathlib import Path

import pytest
from docx import Document

import announced
import territories
from command_line import Run


@pytest.fixture
def plan(territory: Path, here: Path) -> Path:
    """Write the small territory's month: a square without a permit, a station with one."""
    folder = here / "planning"
    folder.mkdir()
    announced.written(territory, folder / "2026-12")
    return folder / "2026-12"


def permits(picup: Run, territory: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the command on a day long before."""
    said = picup("permits", "2026-12", "--territory", str(territory), "--as-of", "2026-11-10", *arguments)
    return said.code, said.out, said.err


def test_what_to_ask_and_what_is_granted(picup: Run, territory: Path, plan: Path) -> None:
    """For each town hall: squares, dates and hours from set-up to tear-down, by when, and what is granted already."""
    code, out, err = permits(picup, territory)
    assert code == 0, err
    assert "Amont-sur-Rhône : à demander au plus tard le lundi 23 novembre 2026" in out
    assert "  Place d’Amont : mar. 8 déc. 8 h 35 – 12 h 20" in out
    assert "  Déjà accordé :\n  Gare d’Amont : lun. 14 déc. 13 h 05 – 16 h 50" in out
    assert "Centre social" not in out
    assert [one.name for one in (plan / "autorisations").iterdir()] == ["demande-amont.docx"]


def test_the_letter_says_it_all_and_leaves_blanks(picup: Run, territory: Path, plan: Path) -> None:
    """The letter names the town hall, each date with its hours and place, and highlights what is still missing."""
    permits(picup, territory)
    document = Document(io.BytesIO((plan / "autorisations" / "demande-amont.docx").read_bytes()))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs).replace("\xa0", " ")
    assert "Maire, Amont-sur-Rhône" in text
    assert "décembre 2026" in text
    rows = [[cell.text.replace("\xa0", " ") for cell in row.cells] for row in document.tables[0].rows]
    assert rows[1:] == [["mardi 8 décembre 2026", "8 h 35 – 12 h 20", "Place d’Amont"]]
    assert document.tables[1].rows[1].cells[2].text == "Gare d’Amont"
    blanks = [run.text for p in document.paragraphs for run in p.runs if run.font.highlight_color]
    assert "[adresse de la mairie]" in blanks
    assert len(blanks) == 6


def test_a_letter_somebody_has_completed_stays(picup: Run, territory: Path, plan: Path) -> None:
    """The same plan gives the same letter, byte for byte; one that was changed is never replaced."""
    permits(picup, territory)
    letter = plan / "autorisations" / "demande-amont.docx"
    first = letter.read_bytes()
    permits(picup, territory)
    assert [one.name for one in letter.parent.iterdir()] == [letter.name]
    letter.write_bytes(first + b" ")
    permits(picup, territory)
    assert letter.read_bytes() == first + b" "
    assert letter.with_stem("demande-amont-2").read_bytes() == first


def test_a_permit_granted_since_is_known(picup: Run, territory: Path, plan: Path) -> None:
    """What has been granted since the plan was made counts, from the folder or from a workbook."""
    assert plan.exists()
    said = picup("workbook", "new", "2026-12", "--territory", str(territory))
    assert said.code == 0, said.err
    with (territory / "permits.csv").open("a", encoding="utf-8") as file:
        file.write("place,2026-12-08,2026-12-08\n")
    code, out, err = permits(picup, territory)
    assert code == 0, err
    assert "Amont-sur-Rhône : tout est accordé" in out
    assert "Aucune autorisation n’est à demander." in err
    _, out, _ = permits(picup, territory, "--workbook", "planning-2026-12.xlsx")
    assert "à demander au plus tard" in out


def test_a_territory_of_ones_own_must_be_typed(picup: Run, plan: Path) -> None:
    """Its permits are in its own folder: without it, what is granted would be asked for again."""
    said = picup("permits", "2026-12", "--as-of", "2026-11-10")
    assert (said.code, "est celui de « Pays d’Essai »" in said.err, "--territory" in said.err) == (1, True, True)
    assert not (plan / "autorisations").exists()


def test_a_deadline_that_is_over_is_told(picup: Run, territory: Path, plan: Path) -> None:
    """After the last day to ask, the list says so."""
    assert plan.exists()
    said = picup("permits", "--territory", str(territory), "--as-of", "2026-11-24")
    assert "délai dépassé, il fallait demander au plus tard le lundi 23 novembre 2026" in said.out


def test_a_month_that_is_not_planned(picup: Run, territory: Path) -> None:
    """Without a plan, dates are not known: it says what to do."""
    territories.edit(territory, "closures.csv", "2026-12-24", "2026-12-24")
    said = picup("permits", "2026-11", "--territory", str(territory))
    assert said.code == 1
    assert "n’est pas encore planifié" in said.err
    assert "picup plan 2026-11" in said.err
