import hashlib
import tomllib
import unicodedata
from datetime import date, time
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont

import picup_planner
from documents import text_of
from pages import BENIGN, public_month
from picup_planner.draw import DrawnCommune
from picup_planner.plan import Kind, State
from picup_planner.publish.audience import PublicMonth, PublicStop
from picup_planner.publish.paper import Paper
from picup_planner.publish.poster import poster

FONTS = Path(picup_planner.__file__).parent / "publish" / "assets" / "fonts"
AMONT, AVAL = public_month()[1].communes
ADDRESS = "https://pic-up-tour.example.org/permanences/2026-12/?commune=amont#amont"


def month(*stops: PublicStop, **changes: object) -> PublicMonth:
    """Give the tiny month, announced, with these stops if any."""
    whole = public_month()[0]
    return whole.model_copy(update={"state": State.PUBLISHED, "stops": stops or whole.stops, **changes})


def published() -> PublicMonth:
    """Give the tiny month of a service whose page has an address."""
    return month(service=month().service.model_copy(update={"page": ADDRESS}))


def stop(day: date = date(2026, 12, 1), **changes: object) -> PublicStop:
    """Give a stop of Amont."""
    fields = {"place": "Place d’Amont", "landmark": "Mairie", "start": time(9), "end": time(12), "kind": Kind.MOBILE}
    identity = {"id": f"amont-{day:%d}", "commune": "amont", "commune_name": "Amont", "date": day}
    return PublicStop.model_validate({**identity, **fields, **changes})


def told(whole: PublicMonth, commune: DrawnCommune = AMONT) -> str:
    """Give the text of a poster, no-break spaces as spaces."""
    return text_of(poster(whole, commune)).replace("\xa0", " ")


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    return [tuple(round(side / 72 * 25.4, 1) for side in page.get_size()) for page in document]  # type: ignore[misc]


def test_a_date_is_told_as_people_write_it() -> None:
    """The first of the month is `1er`, hours are French, and the text of the file reads so."""
    lines = [line.strip() for line in told(month(stop())).split("\n")]
    assert lines[:2] == ["Service d’essai Décembre 2026", "Amont"]
    assert lines[4:7] == ["Mardi 1er décembre 9 h – 12 h", "Place d’Amont", "Mairie"]


def test_what_is_offered_and_how_is_told() -> None:
    """A poster says what for, that it is free and without appointment, and that dates may change."""
    text = told(month())
    for sentence in (
        "Démarches, droits, emploi, formation",
        "Gratuit, sans rendez-vous",
        "sous réserve de modification",
    ):
        assert sentence in text


def test_a_phone_is_told_when_it_is_known_and_not_spoken_of_otherwise() -> None:
    """An unknown telephone leaves no trace."""
    service = month().service
    assert "Téléphone : 04 72 00 00 00" in told(month(service=service.model_copy(update={"phone": "04 72 00 00 00"})))
    assert "Téléphone :" not in told(month())


@pytest.mark.parametrize("paper", list(Paper))
def test_the_code_leads_to_the_page(paper: Paper) -> None:
    """The QR code is read from the pixels of the sheet at 150 dots per inch, and holds the address."""
    document = pypdfium2.PdfDocument(poster(published(), AMONT, paper))
    pixels = document[0].render(scale=150 / 72).to_numpy()
    assert [each.text for each in zxingcpp.read_barcodes(pixels)] == [ADDRESS]


def test_without_an_address_there_is_no_code() -> None:
    """No code leads nowhere."""
    document = pypdfium2.PdfDocument(poster(month(), AMONT))
    assert zxingcpp.read_barcodes(document[0].render(scale=150 / 72).to_numpy()) == []
    assert "téléphone" not in told(month())


def test_a3_is_the_same_sheet_larger() -> None:
    """A4 and A3 say the same, on one page of their size."""
    a4, a3 = (poster(published(), AMONT, paper) for paper in Paper)
    assert pages_of(a4) == [(210, 297)]
    assert pages_of(a3) == [(297, 420)]
    assert text_of(a4).split() == text_of(a3).split()


def test_a_poster_is_of_one_commune() -> None:
    """Only the stops of the commune are told; without any, the poster says so."""
    assert "Aval" not in told(month())
    assert "Place d’Aval" in told(month(), AVAL)
    assert "Pas de permanence ici ce mois-ci." in told(month(), DrawnCommune(id="autre", name="Autre", outline=()))


def test_the_same_month_gives_the_same_bytes() -> None:
    """Two posters of one month are one file."""
    assert poster(published(), AMONT, Paper.A3) == poster(published(), AMONT, Paper.A3)


def test_what_is_cancelled_is_told_so() -> None:
    """A cancelled stop keeps its date and place, with a word instead of its hours."""
    text = told(month(stop(cancelled=True)))
    assert "ANNULÉ" in text
    assert "Mardi 1er décembre" in text
    assert "9 h" not in text


def test_a_proposal_says_that_it_is_not_to_be_put_up() -> None:
    """Until it is published, a poster is told to be a draft."""
    assert "PROJET" in told(month(state=State.SENT))
    assert "PROJET" not in told(month())


def test_what_comes_back_every_week_is_told_once() -> None:
    """Five Tuesdays at one place are one entry that names the weekday and every date."""
    weekly = [stop(date(2026, 12, day), cancelled=day == 22) for day in (1, 8, 15, 22, 29)]
    text = told(month(*weekly))
    assert text.count("Place d’Amont") == 1
    assert "Chaque mardi" in text
    assert "Le 1er, 8, 15 et 29 décembre · ANNULÉ le 22 décembre" in text


def test_every_stop_is_told_however_many() -> None:
    """Letters shrink, then sheets are added: thirty stops are all told, each once, on sheets with title and foot."""
    many = [stop(date(2026, 12, day), place=f"Place numéro {day:02}") for day in range(1, 31)]
    sheet = poster(month(*many), AMONT)
    text = text_of(sheet)
    assert all(text.count(f"Place numéro {day:02}") == 1 for day in range(1, 31))
    assert len(pages_of(sheet)) == text.count("Dates et lieux sous réserve") > 1


def test_a_few_stops_take_large_letters() -> None:
    """Four dates on A4 have letters of 26 points at least, which is what three metres ask for."""
    document = pypdfium2.PdfDocument(poster(month(*(stop(date(2026, 12, day)) for day in (1, 10, 16, 24))), AMONT))
    page = document[0].get_textpage()
    found = page.search("1er décembre")
    index, _ = found.get_next()
    left, bottom, right, top = page.get_charbox(index + 4, loose=False)
    assert right > left
    assert (top - bottom) / 0.71 > 26, "a `d` is 0.71 of its font's size high"


@pytest.mark.parametrize("kind", [kind for kind in BENIGN if kind != "arabic"])
def test_benign_names_read_as_they_are_written(kind: str) -> None:
    """Accents, ligatures, Vietnamese and emoji are extracted as they were typed."""
    name = unicodedata.normalize("NFC", BENIGN[kind]).replace("\xa0", " ")
    assert name in told(month(stop(place=name)))


def test_arabic_is_joined_and_runs_from_right_to_left() -> None:
    """Arabic letters are those of the name; a reader may give the two of a ligature in the other order."""
    lines = told(month(stop(place=BENIGN["arabic"]))).split("\n")
    assert sorted(BENIGN["arabic"]) in [sorted(line) for line in lines]


@pytest.mark.parametrize("kind", BENIGN)
def test_no_letter_of_a_benign_name_is_missing(kind: str) -> None:
    """Every letter has a shape in one of the fonts shipped: nothing is drawn as a box."""
    fonts = [TTFont(path).getBestCmap() for path in FONTS.glob("*.ttf")]
    assert [letter for letter in BENIGN[kind] if not any(ord(letter) in font for font in fonts)] == []


def test_the_fonts_are_those_recorded() -> None:
    """Each font is the published one, to the byte, and comes with its licence."""
    record = tomllib.loads((FONTS / "VENDORED.toml").read_text("utf-8"))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.glob("*.ttf")}
    assert found == record["sha256"]
    assert {f"LICENSE-{font['name'].replace(' ', '')}" for font in record["fonts"]} <= {
        path.name for path in FONTS.iterdir()
    }


def test_a_name_is_not_a_number_of_pages() -> None:
    """What fpdf replaces elsewhere, `{nb}`, stays what somebody typed."""
    assert "Place {nb}" in told(month(stop(place="Place {nb}")))
