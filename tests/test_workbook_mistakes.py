"""A workbook full of mistakes: each is told, at its cell, in French, with what was expected."""

import io
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from picup_planner.cli.workbooks import vocabulary
from picup_planner.errors import DataError, Origin
from picup_planner.problem import Territory
from picup_planner.territory import embedded, read
from picup_planner.territory.tables import TABLES
from picup_planner.territory.workbook.month import read_book
from picup_planner.territory.workbook.opening import Book, Cell, opened
from workbooks import FILE, FRENCH, made, mistakes_of, place_of, spoken, typed, understood

JANUARY = datetime(2027, 1, 12)  # noqa: DTZ001  spreadsheets know no time zone

SEEDED: dict[str, tuple[Any, str]] = {
    "Mois!B7": ("cinq", "data-not-a-whole-number"),
    "Mois!B9": (-1, "data-too-small"),
    "Mois!B10": ("2,5", "data-not-a-whole-number"),
    "Mois!B13": ("vingt minutes", "data-not-a-number"),
    "Mois!B17": ("peut-être", "data-not-one-of"),
    "Communes!C5": ("6925", "data-not-insee"),
    "Communes!G6": ("beaucoup", "data-not-a-whole-number"),
    "Communes!F7": (1, "data-frequency-order"),
    "Sites!C5": ("Vénisieux", "data-unknown-communes"),
    "Sites!D6": ("plasse", "data-not-one-of"),
    "Sites!E7": ("peut-être", "data-not-one-of"),
    "Sites!J8": ("nord", "data-not-a-number"),
    "Sites!K9": ("4,86 est", "data-not-a-number"),
    "Sites!J10": (145.7, "data-too-large"),
    "Sites!G11": ("souhaité", "data-not-one-of"),
    "Sites!A16": ("ven-11", "data-duplicate-sites"),
    "Sites!B17": (None, "data-missing-value"),
    "Sites!K18": (None, "data-site-on-without-coordinates"),
    "Sites!F20": (None, "data-site-off-without-reason"),
    "Sites!J23": ("#REF!", "workbook-broken-cell"),
    "Sites!J38": (45.8, "data-outside-commune"),
    "Équipe!D5": ("Inovation et Dévelopement", "data-unknown-partners"),
    "Équipe!C6": ("ASS", "data-unknown-roles"),
    "Équipe!E7": (150, "data-too-large"),
    "Équipe!F8": (0, "data-not-positive"),
    "Équipe!F9": ("trente", "data-not-a-number"),
    "Équipe!G10": ("parfois", "data-not-one-of"),
    "Équipe!H11": ("bof", "data-not-one-of"),
    "Équipe!E13": ("80,5", "data-not-a-whole-number"),
    "Disponibilités!D7": ("ouii", "data-not-one-of"),
    "Disponibilités!E8": ("si besion", "data-not-one-of"),
    "Disponibilités!F9": ("x", "data-not-one-of"),
    "Disponibilités!A10": ("32/01/2027", "data-no-such-date"),
    "Disponibilités!B11": ("Soir", "data-unknown-sessions"),
    "Disponibilités!A12": ("03/02/2027", "workbook-not-in-month"),
    "Disponibilités!A16": (datetime(2027, 1, 7), "workbook-twice"),  # noqa: DTZ001  as above
    "Disponibilités!G4": ("AS 44", "data-unknown-staff"),
    "Absences!A5": ("AS 22", "data-unknown-staff"),
    "Absences!B6": ("31/02/2027", "data-no-such-date"),
    "Absences!C7": ("demain", "data-not-a-date"),
    "Absences!C9": ("01/13/2027", "data-no-such-date"),
    "Absences!C10": ("02/01/2027", "data-reversed-dates"),
    "Absences!D11": ("midi", "data-unknown-sessions"),
    "Absences!C12": ("21/01/2072", "workbook-far-date"),
    "Absences!A13": (None, "data-missing-value"),
    "Permanences fixes!C5": ("Centre social Coton", "data-unknown-sites"),
    "Permanences fixes!D6": ("jeudy", "data-not-one-of"),
    "Permanences fixes!E7": ("25h", "data-not-an-hour"),
    "Permanences fixes!F6": ("8h", "data-reversed-hours"),
    "Permanences fixes!G5": ("AS, CSP", "data-unknown-roles"),
    "Permanences fixes!I6": ("CASP 9", "data-unknown-staff"),
    "Permanences fixes!H8": ("CASP 3", "data-crew-cannot-hold-roles"),
    "Fermetures!A5": ("Place Sublet", "data-unknown-sites"),
    "Fermetures!B6": ("Camionnette", "data-unknown-vans"),
    "Fermetures!B8": ("Camion Pic Up Tour", "workbook-site-and-van"),
    "Fermetures!D7": (None, "data-missing-value"),
    "Autorisations!A5": ("Vénissi", "data-unknown-sites"),
    "Autorisations!B6": ("bientôt", "data-not-a-date"),
    "Épingles!B5": ("gardée", "data-not-one-of"),
    "Épingles!E6": ("09/02/2027", "workbook-not-in-month"),
    "Épingles!G7": ("AS 1", "data-pin-needs-two-people"),
    "Épingles!F8": ("soirée", "data-unknown-sessions"),
    "Objectifs!A5": ("un", "data-not-a-whole-number"),
    "Objectifs!A7": (2, "workbook-same-rank"),
    "Objectifs!D8": (150, "workbook-not-a-share"),
    "Objectifs!C9": (-3, "data-too-small"),
    "Objectifs!B10": ("Vitesse", "workbook-unknown-objective"),
}
"""What is typed in a cell, and the mistake it makes."""

MEANT = {
    "Sites!C5": "Vénissieux",
    "Sites!D6": "place",
    "Équipe!D5": "Innovation et Développement",
    "Disponibilités!D7": "oui",
    "Disponibilités!E8": "si besoin",
    "Absences!A5": "AS 2",
    "Absences!B6": "28/02/2027",
    "Absences!C9": "13/01/2027",
    "Absences!C12": "21/01/2027",
    "Permanences fixes!D6": "jeudi",
    "Permanences fixes!G5": "CASP",
    "Autorisations!A5": "Vénissy",
}
"""What is suggested in the place of some of them."""

ENGLISH = spoken(
    "the is are not and of for with from this that must be has have there write choose did you mean unknown wrong "
    "value number line sheet cell row yes if needed square market street required allowed preferred held forbidden "
    "together monday tuesday wednesday thursday friday saturday sunday january february month people nobody"
)
SAME_IN_FRENCH = {
    "communes",
    "commune",
    "minimum",
    "maximum",
    "latitude",
    "longitude",
    "date",
    "population",
    "site",
} | {
    *(
        "session",
        "note",
        "source",
        "service",
        "public",
        "faces",
        "distance",
        "social",
        "certainty",
        "on",
        "insee",
        "station",
    ),
}
"""Names of columns that are French words too."""

AROUND: dict[str, Any] = {
    **{f"Permanences fixes!{column}8": value for column, value in zip("ABCDEFGI", (
        "essai", "Essai", "Centre social Roger-Vailland", "mardi", "9h", "12h", "AS, CASP", "CASP 2"), strict=True)},
    **{f"Fermetures!{column}{row}": JANUARY for column in "CD" for row in (5, 6)},
    "Fermetures!C7": JANUARY, "Fermetures!A8": "Vénissy", "Fermetures!C8": JANUARY, "Fermetures!D8": JANUARY,
    "Autorisations!A6": "Vénissy",
    **{f"Autorisations!{cell}": JANUARY for cell in ("B5", "C5", "C6")},
    "Épingles!B6": "tenue", "Épingles!D6": "Vénissy",
    "Épingles!B7": "ensemble",
    "Épingles!B8": "interdite", "Épingles!D8": "Darnaise",
}  # fmt: skip
"""Correct cells around them, in rows that were empty."""


@pytest.fixture(scope="module")
def content() -> bytes:
    """Give a workbook with every seeded mistake."""
    return typed(made(), AROUND | {place: value for place, (value, _) in SEEDED.items()})


def test_nearly_every_mistake_is_told_at_its_cell(content: bytes) -> None:
    """Of more than forty mistakes in one workbook, at least 95 % are told at their very cell, as what they are."""
    told = {(mistake.origin.cell, mistake.message) for mistake in mistakes_of(content) if mistake.origin}
    seeded = {(place, message) for place, (_, message) in SEEDED.items()}
    assert len(seeded) >= 40
    assert len(seeded & told) >= 0.95 * len(seeded), sorted(seeded - told)


def test_nothing_else_is_told(content: bytes) -> None:
    """A cell nobody has got wrong is never called wrong, however many others are."""
    told = {str(mistake.origin and mistake.origin.cell) for mistake in mistakes_of(content)}
    assert told - SEEDED.keys() == set()


def test_no_english_word_is_told(content: bytes) -> None:
    """Each sentence is French: no column or file of the territory's folder shows through, and no English word."""
    inside = {
        word for table in TABLES.values() for column in table.columns for word in column.split("_") if len(word) > 1
    }
    english = (inside | ENGLISH) - SAME_IN_FRENCH
    sentences = [FRENCH.reason(mistake) for mistake in mistakes_of(content)]
    assert len(sentences) >= len(SEEDED)
    assert {sentence: found for sentence in sentences if (found := spoken(sentence) & english)} == {}
    assert [sentence for sentence in sentences if ".csv" in sentence or ".toml" in sentence] == []


def test_what_was_meant_is_told(content: bytes) -> None:
    """The nearest valid value is suggested wherever there is one close to what was typed."""
    near = {
        str(mistake.origin and mistake.origin.cell): mistake.arguments.get("nearest")
        for mistake in mistakes_of(content)
    }
    assert {place: near[place] for place in MEANT} == MEANT


def test_the_folder_is_told_with_the_workbook(content: bytes, tmp_path: Path) -> None:
    """What is wrong in a file of the folder is told in the same pass."""
    folder = shutil.copytree(embedded(), tmp_path / "territoire")
    with (folder / "pairings.csv").open("a", encoding="utf-8") as file:
        file.write("as-1,casp-1,parfois\n")
    with pytest.raises(DataError) as refusal:
        read(folder, month=understood(content))
    origins = [mistake.origin for mistake in refusal.value.mistakes if mistake.origin]
    assert Origin("pairings.csv", 4) in origins
    assert len({origin.cell for origin in origins} & SEEDED.keys()) >= 40


def test_answers_below_no_name() -> None:
    """Answers in a column whose name has gone are somebody's: not left out, its heading is told to be empty."""
    (mistake,) = mistakes_of(typed(made(), {"Disponibilités!D4": None}))
    assert mistake.origin is not None
    assert (mistake.origin.cell, mistake.message) == ("Disponibilités!D4", "data-missing-value")
    assert mistake.arguments["column"] == "Personne"


def test_a_workbook_without_a_sheet_or_a_column() -> None:
    """A sheet or a column that is missing or renamed is told, with what may stand in its place."""
    place = place_of(made(), "Sites", "Utilisable")
    renamed = typed(made(), {place: "Utilisables ?", place_of(made(), "Absences", "Au"): None})
    told = {(mistake.message, str(mistake.origin)) for mistake in mistakes_of(renamed)}
    assert told == {
        ("workbook-unknown-column", f"{FILE}:{place}"),
        ("workbook-missing-column", f"{FILE}:Absences!A4"),
    }
    book = load_workbook(io.BytesIO(made()))
    book["Absences"].title = "Absents"
    saved = io.BytesIO()
    book.save(saved)
    (mistake,) = mistakes_of(saved.getvalue())
    assert (mistake.message, mistake.arguments) == (
        "workbook-missing-sheet", {"sheet": "Absences", "nearest": "Absents"},
    )  # fmt: skip


@pytest.mark.parametrize("month", [None, "janvier", "2027", "13/2027", "Janvier 1900"])
def test_a_workbook_whose_month_is_not_one(month: str | None) -> None:
    """A month that is not understood is told at its cell."""
    (mistake,) = mistakes_of(typed(made(), {"Mois!B5": month}))
    assert (mistake.message, str(mistake.origin)) == ("workbook-not-a-month", f"{FILE}:Mois!B5")


@pytest.fixture(scope="module")
def book() -> Book:
    """Give a correct workbook, open."""
    return opened(made(), FILE)


TYPED = st.one_of(
    st.sampled_from(
        ["", "oui", "AS 1", "1e999", "=1", "|", "et", "/", "00", "9" * 40, "31/02", "٣", "\x00", "é" * 300]
    ),
    st.text(max_size=12),
    st.integers(-(10**12), 10**12),
    st.floats(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.booleans(),
    st.none(),
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_typed_is_read_or_refused(book: Book, data: st.DataObject) -> None:
    """Whatever a few cells hold, the workbook makes a territory or is refused at cells, in sentences: no crash."""
    sheets = {title: [list(row) for row in rows] for title, rows in book.sheets.items()}
    for _ in range(data.draw(st.integers(1, 6))):
        rows = sheets[data.draw(st.sampled_from(sorted(sheets)))]
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        if row:
            column = data.draw(st.integers(0, len(row) - 1))
            form = data.draw(st.sampled_from(["General", "0%", "dd/mm/yyyy"]))
            row[column] = Cell(data.draw(TYPED), form, broken=data.draw(st.integers(0, 9)) == 0)
    found = read_book(Book(FILE, book.epoch, sheets), vocabulary(FRENCH))
    try:
        territory = read(embedded(), month=found)
    except DataError as error:
        told = [FRENCH.mistake(mistake) for mistake in error.mistakes]
    else:
        told = ["read"]
        assert Territory.model_validate_json(territory.model_dump_json()) == territory
    assert told
    assert all(told)
