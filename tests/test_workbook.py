"""The workbook of a month: what is written is read back the same, however people and programs write it."""

import io
import json
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from picup_planner.assemble import assemble
from picup_planner.errors import DataError, Origin
from picup_planner.problem import Closure, Level, Pin, PinKind, SiteClosure, Territory, TravelTimes
from picup_planner.publish.text import plain
from picup_planner.territory import embedded, read
from picup_planner.territory.workbook import marked
from picup_planner.territory.workbook import typed as reads
from workbooks import FILE, made, made_of, mistakes_of, territory_of, typed, understood

HOSTILE = json.loads((Path(__file__).parent / "corpus" / "hostile.json").read_text("utf-8"))
DAY = date(2027, 1, 12)
MONTH_BOUND = ("absences", "answers", "pins", "closures", "origin")


@pytest.fixture(scope="module")
def territory() -> Territory:
    """Give the embedded territory."""
    return read(embedded())


def same(one: Territory, other: Territory) -> None:
    """Require that two territories say the same, but for what is dated and for settings nobody wrote down."""
    for name in Territory.model_fields:
        if name not in (*MONTH_BOUND, "settings"):
            assert getattr(one, name) == getattr(other, name), name
    assert one.settings.model_copy(update={"objectives": ()}) == other.settings.model_copy(update={"objectives": ()})


def test_what_is_written_is_read_back(territory: Territory) -> None:
    """A workbook nobody has touched says what the folder says, the absences of its month and a grid of answers."""
    back = territory_of(made())
    same(back, territory)
    assert back.absences == tuple(one for one in territory.absences if one.last >= date(2027, 1, 1))
    assert len(back.answers) == 10 * 2 * 20
    assert [one.name for one in back.settings.objectives][:2] == ["unstaffed_fixed", "below_minimum"]
    assert {one.name: one.tolerance for one in back.settings.objectives}["travel"] == 0.02


def test_every_noun_knows_its_cell() -> None:
    """Each fact of the workbook says its sheet and cell; what only the folder knows says its file and line."""
    back = territory_of(made())
    assert back.sites[0].origin == Origin(FILE, 5, "Sites!A5")
    assert back.staff[-1].origin == Origin(FILE, 14, "Équipe!A14")
    assert back.answers[0].origin == Origin(FILE, 7, "Disponibilités!D7")
    assert back.settings.origin == Origin(FILE, 7, "Mois!B7")
    assert {one.origin.file for one in (*back.absences, *back.weekly) if one.origin} == {FILE}
    market = next(site for site in back.sites if site.markets).markets[0]
    assert market.origin
    assert market.origin.file == "markets.csv"


def test_answers_reach_the_problem(territory: Territory) -> None:
    """A no of one day is a refusal of that half-day, with its cell as origin; a yes takes the place of a weekly no."""
    content = typed(made(), {"Disponibilités!D9": "Non", "Disponibilités!F11": " OUI "})
    back = territory_of(content)
    locations = tuple(p.id for p in (*back.depots, *back.sites) if p.latitude is not None)
    zeros: tuple[Any, ...] = tuple((0,) * len(locations) for _ in locations)
    problem = assemble(back, "2027-01", TravelTimes(locations=locations, seconds=zeros, metres=zeros))
    said = {(a.member, a.slot.date, a.slot.session): a for a in problem.availability}
    assert (said["as-1", date(2027, 1, 5), "matin"].level) == Level.NO  # absent in any case
    assert ("as-3", date(2027, 1, 6), "matin") not in said
    assert territory.staff[2].habits[0].weekday == 3
    other = territory_of(typed(made(), {"Disponibilités!H11": "non"}))
    again = assemble(other, "2027-01", TravelTimes(locations=locations, seconds=zeros, metres=zeros))
    (refused,) = [a for a in again.availability if (a.member, a.slot.date) == ("as-5", date(2027, 1, 6))]
    assert (refused.level, refused.origin) == (Level.NO, Origin(FILE, 11, "Disponibilités!H11"))
    hours = {one.member: one.available for one in again.hours}
    assert hours["as-5"] < territory.staff[4].hours


def resaved(content: bytes) -> bytes:
    """Open and save with another program."""
    return typed(content, {})


def tolerant(content: bytes) -> bytes:
    """Type the same facts otherwise: case, accents, spaces, commas, hours and dates in other forms."""
    return typed(
        content,
        {
            "Mois!B5": "01/2027",
            "Mois!B7": " 5 ",
            "Mois!B13": "20 min",
            "Mois!B17": "OUI",
            "Communes!D5": "66 363",
            "Communes!G5": "4,0",
            "Sites!C5": "  venissieux ",
            "Sites!D6": "PLACE",
            "Sites!E7": "Non",
            "Sites!J5": "45,69989",
            "Sites!K5": "4.884°",
            "Sites!G5": "Possible",
            "Équipe!C5": "as",
            "Équipe!D5": "INNOVATION ET DEVELOPPEMENT",
            "Équipe!E7": "80 %",
            "Équipe!F5": "40 h",
            "Équipe!G5": "Oui",
            "Disponibilités!A7": "lundi 4 janvier 2027",
            "Disponibilités!A8": 46391,
            "Disponibilités!B7": "MATIN",
            "Absences!A5": "as2",
            "Absences!B5": "24.12.26",
            "Absences!C5": "3 janv. 2027",
            "Absences!B6": "2026-12-28",
            "Permanences fixes!D5": "Mar.",
            "Permanences fixes!E5": "14h",
            "Permanences fixes!F5": 17 / 24,
            "Permanences fixes!E6": time(9),
            "Permanences fixes!G5": "AS + CASP",
            "Objectifs!D11": "2 %",
        },
    )


def rearranged(content: bytes) -> bytes:
    """Add a sheet and a column of one's own, move a column, leave blank rows, write beside the table."""
    book = load_workbook(io.BytesIO(content))
    book.create_sheet("Mes notes", 0)["A1"] = "à rappeler"
    team = book["Équipe"]
    team["I4"], team["I5"] = "Remarque", "le mardi"
    for row in range(4, 15):
        team[f"E{row}"].value, team[f"F{row}"].value = team[f"F{row}"].value, team[f"E{row}"].value
    absences = book["Absences"]
    for column in "ABCD":
        absences[f"{column}20"].value, absences[f"{column}7"].value = absences[f"{column}7"].value, None
    absences["H2"] = "brouillon"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def merged(content: bytes) -> bytes:
    """Merge cells that say the same: the date of two half-days, the answers of some days, the site of two rows."""
    book = load_workbook(io.BytesIO(content))
    for sheet, area in (("Disponibilités", "A7:A8"), ("Disponibilités", "D7:D11"), ("Sites", "C5:C9")):
        book[sheet].merge_cells(area)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def in_english(_: bytes) -> bytes:
    """Write the same in English."""
    return made("en")


@pytest.mark.parametrize("change", [bytes, resaved, tolerant, rearranged, merged, in_english])
def test_no_false_alarm(territory: Territory, change: Callable[[bytes], bytes]) -> None:
    """Workbooks that say the same facts in other ways are accepted, and read the same."""
    content = change(made())
    assert [str(mistake) for mistake in mistakes_of(content)] == []
    back = territory_of(content)
    same(back, territory)
    assert set(back.absences) == {one for one in territory.absences if one.last >= date(2027, 1, 1)}
    assert {(a.member, a.date, a.session): a.level for a in back.answers} == {
        (a.member, a.date, a.session): a.level for a in territory_of(made()).answers
    }


def test_what_is_not_read_is_known() -> None:
    """A sheet, a column or a line of one's own is none of the month's facts: each is told, a copy of a sheet too.

    So is a line typed above the headings, where no table is read.
    """
    book = load_workbook(io.BytesIO(made()))
    book.copy_worksheet(book["Absences"]).title = "Absences (2)"
    book.create_sheet("Vide")
    book["Épingles"]["I4"], book["Absences"]["F7"], book["Mois"]["A30"] = "Personne 3", "lundi", "Pause de midi"
    book["Mois"]["B30"] = 45
    book["Absences"]["A3"], book["Absences"]["B3"] = "AS 1", date(2027, 1, 12)
    book["Disponibilités"]["A3"], book["Disponibilités"]["D3"] = "12 janvier", "non"
    saved = io.BytesIO()
    book.save(saved)
    assert understood(saved.getvalue()).unread == [
        "Mois!A30 (Pause de midi)", "Absences (2)", "Absences!A3 (AS 1)", "Absences!F7 (lundi)",
        "Épingles!I4 (Personne 3)", "Disponibilités!A3 (12 janvier)",
    ]  # fmt: skip
    assert [understood(made(language)).unread for language in ("fr", "en")] == [[], []]


def test_a_mistake_in_merged_cells_is_marked() -> None:
    """What is wrong with an answer merged over two half-days is told of both, and marked where it can be seen."""
    book = load_workbook(io.BytesIO(typed(made(), {"Disponibilités!D9": "peut-être"})))
    book["Disponibilités"].merge_cells("D9:D10")
    saved = io.BytesIO()
    book.save(saved)
    places = [mistake.origin for mistake in mistakes_of(saved.getvalue())]
    assert [place.cell for place in places if place] == ["Disponibilités!D9", "Disponibilités!D10"]
    copy = marked(saved.getvalue(), {place: ["Faux"] for place in places if place}, "À corriger", ("a", "b", "c"))
    assert load_workbook(io.BytesIO(copy))["Disponibilités"]["D9"].comment.text == "Faux"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("04/01/2027", date(2027, 1, 4)),
        ("4/1/27", date(2027, 1, 4)),
        ("12/01/2027", date(2027, 1, 12)),
        ("2027-01-04", date(2027, 1, 4)),
        ("4.1.2027", date(2027, 1, 4)),
        ("1er février 2027", date(2027, 2, 1)),
        ("Lun. 4 Janv. 2027", date(2027, 1, 4)),
        ("46391", date(2027, 1, 4)),
        ("4 January 2027", date(2027, 1, 4)),
    ],
)
def test_dates_as_people_write_them(text: str, day: date) -> None:
    """The day always comes before the month, in figures or in words."""
    assert reads.day(text) == day


@pytest.mark.parametrize(("value", "kind", "text"), [
    (46391, "day", "2027-01-04"), (46391.0, "day", "2027-01-04"),
    (0.375, "hour", "09:00"), (time(8, 30), "hour", "08:30"),
    (45.69, "decimal", "45.69"), (4.0, "whole", "4"), (True, "", "oui"), (datetime(2027, 1, 4), "day", "2027-01-04"),  # noqa: DTZ001  spreadsheets know no time zone
    ("  AS \xa0 1 ", "", "AS 1"), (46391, "whole", "46391"),
])  # fmt: skip
def test_what_a_cell_holds_becomes_text(value: object, kind: str, text: str) -> None:
    """A date, an hour or a number typed as such reads as a person would have written it."""
    assert reads.shown(value, kind, "General", datetime(1899, 12, 30)) == text  # noqa: DTZ001  as above


def test_rows_added_and_taken_away() -> None:
    """A new site gets an id from its name; what only the folder says of a site that is gone goes with it."""
    row = {"B": "Place de l’Étoile", "C": "Corbas", "D": "place", "E": "oui", "J": 45.671, "K": 4.899}
    content = typed(made(), {f"Sites!{column}44": value for column, value in row.items()})
    assert territory_of(content).sites[-1].id == "place-de-l-etoile"
    gone = dict.fromkeys((f"Sites!{column}5" for column in "ABCDEFGHIJK"), None)
    back = territory_of(typed(made(), gone))
    assert "ven-01" not in {site.id for site in back.sites}
    assert any(site.markets for site in back.sites)


def test_closures_are_of_a_site_a_van_or_everybody() -> None:
    """One sheet closes a site, takes a van off the road, or closes the service."""
    first = datetime(2027, 1, 12)  # noqa: DTZ001  spreadsheets know no time zone
    dates = {f"Fermetures!{column}{row}": first for column in "CD" for row in (5, 6, 7)}
    content = typed(made(), dates | {
        "Fermetures!A5": "Vénissy", "Fermetures!E5": "Travaux",
        "Fermetures!B6": "Camion Pic Up Tour",
        "Fermetures!E7": "Inventaire",
    })  # fmt: skip
    back = territory_of(content)
    assert [(c.first, c.reason) for c in back.sites[1].closures] == [(date(2027, 1, 12), "Travaux")]
    assert [off.last for off in back.vans[0].off] == [date(2027, 1, 12)]
    assert [(c.name, c.first) for c in back.closures] == [("Inventaire", date(2027, 1, 12))]


def test_pins_go_round(territory: Territory) -> None:
    """A pin is written with names and read back; one typed without a name is given an id."""
    pin = Pin(id="fete", kind=PinKind.HELD, site="ven-04", date=date(2027, 1, 12), session="matin", members=("as-2",))
    content = made_of(territory.model_copy(update={"pins": (pin,)}))
    content = typed(content, {"Épingles!B6": "Interdite", "Épingles!C6": "Feyzin"})
    one, other = territory_of(content).pins
    assert one == pin
    assert (other.id, other.kind, other.commune) == ("interdite-6", PinKind.FORBIDDEN, "feyzin")


def test_people_beyond_the_columns_are_kept(territory: Territory) -> None:
    """A third person of a pin or of a fixed crew has no column: the last cell names them too, and all are read back."""
    people = ("as-2", "casp-1", "as-1", "casp-3")
    pin = Pin(id="ensemble", kind=PinKind.TOGETHER, members=people)
    content = made_of(territory.model_copy(update={"pins": (pin,)}))
    assert load_workbook(io.BytesIO(content))["Épingles"]["H5"].value == "CASP 1 | AS 1 | CASP 3"
    assert territory_of(content).pins == (pin,)


def test_same_facts_give_the_same_bytes(territory: Territory) -> None:
    """Nothing of a workbook depends on when it is written."""
    assert made_of(territory) == made()


def test_a_partner_without_anybody_yet(territory: Territory) -> None:
    """A partner who has nobody in the team yet is given an empty workbook to fill in."""
    nobody = territory.partners[0].model_copy(update={"id": "nouveau", "name": "Nouveau"})
    content = made_of(territory.model_copy(update={"partners": (*territory.partners, nobody)}), partner=nobody)
    book = understood(content)
    assert (book.partner, book.rows["staff"], book.rows["answers"], book.mistakes) == ("Nouveau", [], [], [])


@pytest.fixture(scope="module")
def hostile(territory: Territory) -> Territory:
    """Give the territory every hostile text as the name of a site, and some as every other kind of name."""
    names = [one["text"][:200] for one in HOSTILE if plain(one["text"]).strip()]
    corbas = territory.sites[-4]
    sites = [
        corbas.model_copy(
            update={"id": f"essai-{n}", "name": name, "landmark": name, "missing": name, "neighbourhood": name}
        )
        for n, name in enumerate(names)
    ]
    sites[0] = sites[0].model_copy(
        update={"closures": tuple(SiteClosure(first=DAY, last=DAY, reason=name) for name in names)}
    )
    formula = "=1+1"
    return territory.model_copy(
        update={
            "name": formula,
            "service": territory.service.model_copy(update={"name": formula}),
            "sites": (*territory.sites, *sites),
            "staff": tuple(m.model_copy(update={"name": f"+{n} {names[n]}"}) for n, m in enumerate(territory.staff)),
            "partners": tuple(p.model_copy(update={"name": f"@{p.name}"}) for p in territory.partners),
            "closures": (Closure(first=DAY, last=DAY, name="=HYPERLINK(1)"),),
        }
    )


def formulas_and_links(content: bytes) -> list[str]:
    """Cells of a workbook that are not plain values."""
    book = load_workbook(io.BytesIO(content))
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" or (cell.hyperlink and cell.hyperlink.target)
    ]


def test_a_hostile_name_stays_text(hostile: Territory) -> None:
    """No name becomes a formula, a link or a number, in the workbook or in the copy where mistakes are marked."""
    content = made_of(hostile)
    assert formulas_and_links(content) == []
    notes = {Origin(FILE, 5, "Sites!B5"): [plain(one["text"]) for one in HOSTILE]}
    assert formulas_and_links(marked(content, notes, "À corriger", ["Feuille", "Cellule", "Quoi"])) == []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in archive.read(name) or b"<hyperlink" in archive.read(name) for name in sheets)


def test_a_hostile_name_reads_back_as_it_was(hostile: Territory) -> None:
    """What is written of a name, whatever it holds, is what is read: only what cannot be seen is gone."""
    rows = understood(made_of(hostile)).rows
    read_back = [row.cells["name"] for row in rows["sites"]]
    assert read_back == [" ".join(plain(site.name).split()) for site in hostile.sites]
    benign = [
        one["text"]
        for one in HOSTILE
        if one["benign"] and one["text"] and one["text"] == " ".join(one["text"].split())[:200]
    ]
    assert len(benign) > 5
    assert {name for name in benign if unicodedata.normalize("NFC", name) not in read_back} == set()


def test_a_workbook_is_made_of_what_excel_offers() -> None:
    """Tables, headings that stay in sight, drop-downs over named lists, notes on the headings, pages that fit."""
    book = load_workbook(io.BytesIO(made()))
    assert book.sheetnames[:5] == ["Mois", "Communes", "Sites", "Équipe", "Disponibilités"]
    assert book["Listes"].sheet_state == "hidden"
    for name in book.sheetnames[1:-1]:
        sheet = book[name]
        assert len(sheet.tables) == 1, name
        assert sheet.freeze_panes, name
        assert sheet.print_title_rows == "$4:$4", name
        assert sheet.page_setup.fitToHeight in (0, None), name
        assert all(rule.promptTitle for rule in sheet.data_validations.dataValidation), name
        assert sheet["A4"].comment, name
    lists = {r.formula1 for r in book["Absences"].data_validations.dataValidation if r.formula1}
    assert lists == {"picup_list_staff", "picup_list_sessions"}
    assert {"picup_list_staff", "picup_list_sites", "picup_list_level"} <= set(book.defined_names)
    heads = [cell.value for cell in book["Absences"][4]]
    assert heads == ["Personne", "Du", "Au", "Demi-journée"]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_workbook_saved_by_libreoffice_reads_the_same(territory: Territory, tmp_path: Path) -> None:
    """Another spreadsheet opens the workbook and saves it: nothing is lost, nothing is called wrong."""
    (tmp_path / FILE).write_bytes(made())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*command, str(tmp_path / "out"), FILE], cwd=tmp_path, check=True, capture_output=True)  # noqa: S603  the program found above
    content = (tmp_path / "out" / FILE).read_bytes()
    assert content != made()
    assert mistakes_of(content) == ()
    same(territory_of(content), territory)


def test_a_month_without_school_holidays_is_refused(territory: Territory) -> None:
    """A month beyond the school holidays the territory knows has no workbook: its colours would be wrong."""
    with pytest.raises(DataError) as refusal:
        made_of(territory, "2028-01")
    assert [mistake.message for mistake in refusal.value.mistakes] == ["data-month-past-school-holidays"]
