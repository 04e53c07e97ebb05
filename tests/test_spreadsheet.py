"""A file for a spreadsheet: opened as it is, and no name becomes a formula."""

import csv
import io
import unicodedata

import pytest

from pages import BENIGN, HOSTILE
from picup_planner.publish.spreadsheet import spreadsheet

FORMULAS = tuple("=+-@＝＋－＠\t\r")


def read(content: bytes) -> list[list[str]]:
    """Give back the rows of a file, as a spreadsheet splits them."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_name_becomes_a_formula(kind: str) -> None:
    """A hostile name stays one cell of text, in a row of three."""
    ((before, name, after),) = read(spreadsheet([["avant", HOSTILE[kind], 3]]))
    assert (before, after) == ("avant", "3")
    assert not name.lstrip().startswith(FORMULAS)


@pytest.mark.parametrize("kind", BENIGN)
def test_a_name_that_only_looks_dangerous_is_unchanged(kind: str) -> None:
    """Accents, apostrophes and other alphabets come out as they went in."""
    ((name,),) = read(spreadsheet([[BENIGN[kind]]]))
    assert name.removeprefix("'") == unicodedata.normalize("NFC", BENIGN[kind])


def test_numbers_are_written_as_the_language_writes_them() -> None:
    """A mark, semicolons, a decimal comma for French readers, and no decimals where none are needed."""
    assert spreadsheet([["Vénissieux", 12500, 8.333, 7.0], []]) == "\ufeffVénissieux;12500;8,3;7\r\n\r\n".encode()
    assert spreadsheet([[8.333]], comma=False) == "\ufeff8.3\r\n".encode()
