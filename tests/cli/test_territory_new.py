"""`picup territory new`: from two codes to a folder in order, and from a real extract to a first plan."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import monaco
from command_line import Run
from overpass_server import Asked, Behaviour, answer, drip, in_turn, serving, silent
from picup_planner.cli import founding
from picup_planner.download import Limits
from picup_planner.territory import read
from roads_sources import real
from roads_xml import STREET, osm_file

PATIENT = Limits(pause=0.02, size=100_000)
IMPATIENT = Limits(total=1.2, silence=0.25, pause=0.02, size=100_000)
JSON = "application/json; charset=utf-8"
RING = [[5.70, 45.15], [5.76, 45.15], [5.7600001, 45.18], [5.76, 45.21], [5.70, 45.21], [5.70, 45.15]]
GRENOBLE = {
    "nom": "Grenoble",
    "code": "38185",
    "population": 156389,
    "contour": {"type": "Polygon", "coordinates": [RING]},
    "mairie": {"type": "Point", "coordinates": [5.7364, 45.1868]},
}
NORTH = [[x + 0.06, y] for x, y in RING]
HERES = {
    "nom": "Saint-Martin-d'Hères",
    "code": "38421",
    "population": 37874,
    "contour": {"type": "MultiPolygon", "coordinates": [[[[6, 45], [6.001, 45], [6, 45.001], [6, 45]]], [NORTH]]},
}


@pytest.fixture(autouse=True)
def _here_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(founding, "LIMITS", PATIENT)


def communes(*known: dict[str, Any]) -> Behaviour:
    """Answer as the State's server does: a commune by its code, or 404."""
    by_code = {one["code"]: one for one in known}

    def behave(asked: Asked) -> None:
        code = urlsplit(asked.path).path.rpartition("/")[2]
        found = by_code.get(code)
        content = json.dumps(found or {"code": 404, "message": "Not Found"}, ensure_ascii=False).encode()
        answer(content, 200 if found else 404, JSON)(asked)

    return behave


def test_what_the_state_knows_is_written(picup: Run) -> None:
    """Names, populations, contours (the largest part) and a town hall are written; only the roads are then missing."""
    with serving(communes(GRENOBLE, HERES)) as server:
        said = picup("territory", "new", "Pays de  Grenoble", "--insee", "38185, 38421", "--url", server.url)
    assert (said.code, said.err) == (0, "")
    assert "Grenoble : 156 389 habitants, contour écrit." in said.out.replace("\u202f", " ")
    assert "Dossier écrit : pays-de-grenoble." in said.out
    assert "fields=nom%2Ccode%2Cpopulation%2Ccontour%2Cmairie" in server.asked[0]
    territory = read(Path("pays-de-grenoble"), roads=False)
    first, second = territory.communes
    assert (territory.name, first.id, second.id) == ("Pays de Grenoble", "grenoble", "saint-martin-d-heres")
    assert (first.population, second.population) == (156389, 37874)
    assert len(first.contour) == 5, "a point that moves the line by a centimetre is left out"
    assert min(x for x, _ in second.contour) == pytest.approx(5.76)
    [depot] = territory.depots
    assert (depot.longitude, depot.latitude, depot.certainty.value) == (5.7364, 45.1868, "unverified")
    assert [(site.on, site.latitude) for site in territory.sites] == [(False, 45.1868), (False, None)]
    assert {re.sub(r" \d", "", member.name) for member in territory.staff} == {"AS", "CASP"}
    assert territory.settings.school_zone == "A"
    only, _ = picup("territory", "check", "pays-de-grenoble").out.splitlines()
    assert only.startswith("roads.osm : ce fichier manque dans le dossier du territoire. Apportez-le avec")


def test_offline_nothing_is_asked(picup: Run) -> None:
    """What is not known is blank and told as such, by this command and by the check; nothing is guessed."""
    with serving(communes(GRENOBLE)) as server:
        said = picup("territory", "new", "Ici", "--insee", "38185", "--url", server.url, "--offline", "--lang", "en")
    assert server.asked == []
    assert said.out.startswith("Commune 38185: name, population and contour unknown, left blank.")
    assert '"geometry": null' in Path("ici/communes.geojson").read_text("utf-8")
    assert "# TO BE FILLED" in Path("ici/territory.toml").read_text("utf-8")
    assert "« name » est vide" in picup("territory", "check", "ici").out


@pytest.mark.parametrize(
    ("behaviour", "told", "limits"),
    [
        pytest.param(silent, "rien envoyé d’entier", IMPATIENT, id="silence"),
        pytest.param(drip(b"{}" * 500, headers=True), "rien envoyé d’entier", IMPATIENT, id="drip"),
        pytest.param(answer(b"", 503, JSON), "est occupé", IMPATIENT, id="busy for ever"),
        pytest.param(answer(b"oops", 500, JSON), "(erreur 500)", PATIENT, id="500"),
        pytest.param(answer(b"<html/>", kind="text/html"), "autre chose", PATIENT, id="HTML"),
        pytest.param(answer(b'{"nom": "Gren', kind=JSON), "n’est pas celle qui était attendue", PATIENT, id="cut"),
        pytest.param(answer(b"[]", kind=JSON), "n’est pas celle qui était attendue", PATIENT, id="a list"),
        pytest.param(answer(json.dumps(HERES).encode(), kind=JSON), "n’est pas celle", PATIENT, id="another commune"),
    ],
)
def test_a_server_that_misbehaves_leaves_blanks(
    picup: Run, behaviour: Behaviour, told: str, limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the server does, the folder is written in time with blanks, and the reason is told once."""
    monkeypatch.setattr(founding, "LIMITS", limits)
    with serving(in_turn(behaviour)) as server:
        said = picup("territory", "new", "Ici", "--insee", "38185,38421", "--url", server.url)
    assert (said.code, said.err) == (0, "")
    assert said.out.count(told) == 1
    assert said.out.count("laissés vides") == 2
    assert {urlsplit(path).path for path in server.asked} == {"/api/communes/38185"}


@pytest.mark.parametrize(
    "contour",
    [
        None,
        {"type": "Point", "coordinates": [5, 45]},
        {"type": "Polygon", "coordinates": [[[5, 45], [6, 45]]]},
        {"type": "Polygon", "coordinates": [[[500, 45], [501, 45], [501, 46], [500, 45]]]},
        {"type": "Polygon", "coordinates": [[[5, 45], [6, 46], [6, 45], [5, 46], [5, 45]]]},
        {"type": "Polygon", "coordinates": "5,45"},
        "Polygon",
    ],
)
def test_a_contour_that_is_none_is_blank(picup: Run, contour: object) -> None:
    """A contour that is no sound surface is left blank and said to be unknown; the rest is kept."""
    with serving(communes({**GRENOBLE, "contour": contour, "mairie": None, "population": None})) as server:
        said = picup("territory", "new", "Ici", "--insee", "38185", "--url", server.url)
    assert "Grenoble : ? habitants, contour inconnu." in said.out
    [commune] = read(Path("ici"), roads=False).communes
    assert (commune.name, commune.contour, commune.population) == ("Grenoble", (), None)


def test_a_code_that_is_no_commune_writes_nothing(picup: Run) -> None:
    """Every unknown code is told at once, and there is no folder."""
    with serving(communes(GRENOBLE)) as server:
        said = picup("territory", "new", "Ici", "--insee", "38185,38000,38100", "--url", server.url)
    assert (said.code, said.out) == (1, "")
    assert [code in said.err for code in ("38000", "38100", "38185")] == [True, True, False]
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("name", "insee"),
    [("Ici", ""), ("Ici", "3818"), ("Ici", "38185,38185"), ("Ici", "38185;38421"), ("…", "38185"), ("I\x07i", "38185")],
)
def test_wrong_usage(picup: Run, name: str, insee: str) -> None:
    """A code of another shape, twice the same, or a name without a letter is wrong usage, told in one sentence."""
    said = picup("territory", "new", name, "--insee", insee, "--offline")
    assert (said.code, said.out) == (2, "")
    assert list(Path().iterdir()) == []


def test_a_folder_that_is_there_stays(picup: Run) -> None:
    """A folder, or a file, of that name is never written into."""
    Path("ici").write_text("mien", encoding="utf-8")
    said = picup("territory", "new", "Ici", "--insee", "38185", "--offline")
    assert (said.code, "existe déjà" in said.err) == (1, True)
    assert Path("ici").read_text("utf-8") == "mien"


def test_a_hostile_name_breaks_no_file(picup: Run) -> None:
    """Quotes, backslashes and commas in a name are read back as they were typed."""
    name = 'Le "Pays", \\d\'Ici # =1+1'
    with serving(communes({**GRENOBLE, "nom": name})) as server:
        assert picup("territory", "new", name, "--insee", "38185", "--url", server.url).code == 0
    territory = read(Path("le-pays-d-ici-1-1"), roads=False)
    assert (territory.name, territory.communes[0].name, territory.partners[0].name) == (name, name, name)


@pytest.mark.parametrize(("code", "zone", "told"), [("75056", "C", 0), ("59350", "B", 0), ("97411", "A", 1)])
def test_school_holidays_are_those_of_the_zone(picup: Run, code: str, zone: str, told: int) -> None:
    """The zone follows the département; where there is none, the file says that it must be checked."""
    assert picup("territory", "new", "Ici", "--insee", code, "--offline").code == 0
    text = Path("ici/territory.toml").read_text("utf-8")
    assert f'school_zone = "{zone}"' in text
    assert text.count("À VÉRIFIER") == told
    assert f"\n{zone},Vacances d'hiver,2027-" in Path("ici/school_holidays.csv").read_text("utf-8")


def test_roads_need_a_place(picup: Run) -> None:
    """Without contour nor depot nothing says where the roads should be, which is told in a sentence."""
    picup("territory", "new", "Ici", "--insee", "38185", "--offline")
    rows = Path("ici/communes.csv").read_text("utf-8").replace("38185,38185,,", "38185,38185,Grenoble,")
    Path("ici/communes.csv").write_text(rows, encoding="utf-8")
    street = osm_file(Path("a.osm"), {1: (5.7, 45.1), 2: (5.8, 45.1)}, [([1, 2], STREET)])
    said = picup("roads", "import", str(street), "--territory", "ici")
    assert (said.code, "rien ne dit où est le territoire" in said.err) == (1, True)
    said = picup("sites", "suggest", "Grenoble", "--extract", str(street), "--territory", "ici")
    assert "ici/roads.osm" in said.err or "roads.osm" in said.err
    Path("ici/roads.osm").write_bytes(street.read_bytes())
    said = picup("sites", "suggest", "Grenoble", "--extract", str(street), "--territory", "ici")
    assert (said.code, "il faut le contour de Grenoble" in said.err) == (1, True)
    checked = picup("territory", "check", "ici")
    assert checked.code == 0
    assert "contour inconnu pour Grenoble" in checked.out
    assert "aucun camion" in checked.out


@pytest.mark.slow
def test_from_nothing_to_a_first_plan(picup: Run) -> None:
    """Monaco as if it were two communes: a folder, its roads, its squares, and a month that keeps every rule."""
    extract = str(real("monaco.osm.pbf"))
    halves = monaco.halves()
    named = zip(halves.items(), ("99138", "99139"), strict=True)
    answers = [
        {"nom": name, "code": code, "contour": {"type": "Polygon", "coordinates": [ring]}}
        for (name, ring), code in named
    ]
    with serving(communes(*answers)) as server:
        assert picup("territory", "new", "Essai", "--insee", "99138,99139", "--url", server.url).code == 0
    assert picup("roads", "import", extract, "--territory", "essai").code == 0
    for name in halves:
        said = picup("sites", "suggest", name, "--extract", extract, "--territory", "essai", "--write", "--limit", "4")
        assert said.code == 0, said.err
    rows = Path("essai/sites.csv").read_text("utf-8")
    switched = re.sub(",unverified,,no,À confirmer sur place par une personne,", ",unverified,,yes,,", rows)
    assert switched != rows
    Path("essai/sites.csv").write_text(switched, encoding="utf-8")
    assert picup("roads", "check", "essai").code == 0
    said = picup("plan", "2027-01", "--territory", "essai", "--time-limit", "5")
    assert said.code == 0, said.err
    held = json.loads(Path("planning/2027-01/plan.json").read_text("utf-8"))["permanences"]
    assert {one["place"]["commune_name"] for one in held} == set(halves)
    assert picup("check", "planning/2027-01/plan.json").code == 0
