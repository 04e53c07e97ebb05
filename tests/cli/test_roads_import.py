"""`picup roads import`: files of roads, good and bad."""

import bz2
import gzip
import json
from pathlib import Path

import pytest

import picup_planner
import territories
from command_line import Run
from picup_planner.territory import embedded
from roads_sources import real
from roads_xml import osm_file

STREET = {11: (4.87, 45.69), 12: (4.86, 45.70), 13: (4.85, 45.72), 14: (4.87, 45.73)}
TERTIARY = {"highway": "tertiary"}


@pytest.fixture
def source(here: Path) -> Path:
    """Write an extract whose one street passes by every place of the small territory."""
    return osm_file(here / "extrait.osm", STREET, [(STREET, TERTIARY)], '<meta osm_base="2026-11-20T08:00:00Z"/>')


def test_a_file_becomes_the_roads_of_the_territory(picup: Run, territory: Path, source: Path) -> None:
    """The roads are replaced and told; the territory is then in order, and the same file gives the same bytes."""
    said = picup("roads", "import", str(source), "--territory", str(territory))
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "Routes de extrait.osm, données du vendredi 20 novembre 2026.",
        "5,6 km de routes (points : 4, tronçons : 1, interdictions de tourner : 0).",
        f"Réseau écrit dans {territory / 'roads.osm'}.",
    ]
    assert picup("territory", "check", str(territory)).code == 0
    written = (territory / "roads.osm").read_bytes()
    picup("roads", "import", str(source), "--territory", str(territory))
    assert (territory / "roads.osm").read_bytes() == written


def test_another_file_may_be_written(picup: Run, territory: Path, source: Path, here: Path) -> None:
    """`--out` leaves the territory's own roads as they are; `--lang en` tells it in English, and undated as such."""
    before = (territory / "roads.osm").read_bytes()
    source.write_text(source.read_text("utf-8").replace("osm_base", "base"), encoding="utf-8")
    out = here / "essais" / "routes.osm"
    said = picup("roads", "import", str(source), "--territory", str(territory), "--out", str(out), "--lang", "en")
    assert said.out.splitlines() == [
        "Roads of extrait.osm, undated.",
        "5.6 km of roads (points: 4, pieces: 1, turn restrictions: 0).",
        f"Network written to {out}.",
    ]
    assert out.exists()
    assert (territory / "roads.osm").read_bytes() == before


def test_real_lines_around_a_territory(picup: Run, territory: Path) -> None:
    """The roads south of Lyon, as GeoJSON, serve a territory that lies there."""
    path = str(real("roads-south-lyon.geojson.gz"))
    said = picup("roads", "import", path, "--territory", str(territory), "--margin", "0")
    assert said.code == 0, said.err
    assert said.out.startswith("Routes de roads-south-lyon.geojson.gz, sans date.\n")


@pytest.mark.parametrize("arguments", [(), ("--territory", str(embedded()))])
def test_the_roads_of_the_program_stay(picup: Run, source: Path, arguments: tuple[str, ...]) -> None:
    """The territory that comes with the program is never written into; the sentence says what to name instead."""
    before = (embedded() / "roads.osm").read_bytes()
    said = picup("roads", "import", str(source), *arguments)
    assert (said.code, said.out) == (1, "")
    assert "--territory" in said.err
    assert "--out" in said.err
    assert (embedded() / "roads.osm").read_bytes() == before
    assert Path(picup_planner.__file__).parent not in Path.cwd().parents


def test_a_file_that_cannot_be_written(picup: Run, territory: Path) -> None:
    """Where the roads could not be written is told before they are read, or downloaded."""
    said = picup("roads", "import", "nulle-part.osm", "--territory", str(territory), "--out", str(territory))
    assert (said.code, said.out) == (1, "")
    assert "est un dossier, et il faut un fichier." in said.err


def test_a_margin_out_of_bounds(picup: Run, territory: Path, source: Path) -> None:
    """A margin below nothing, or wider than any tour, is wrong usage."""
    for margin in ("-1", "101", "x"):
        assert picup("roads", "import", str(source), "--territory", str(territory), "--margin", margin).code == 2


def test_a_territory_with_mistakes(picup: Run, territory: Path, source: Path) -> None:
    """What is wrong with the territory is told before its roads are touched."""
    territories.edit(territory, "sites.csv", "Place d’Amont,amont", "Place d’Amont,amon")
    said = picup("roads", "import", str(source), "--territory", str(territory))
    assert (said.code, said.err.startswith("sites.csv, ligne 2")) == (1, True)


def bytes_of(ways: str, nodes: str = "") -> bytes:
    """Give OSM XML of the street's nodes, then these."""
    points = "".join(f'<node id="{n}" lat="{lat}" lon="{lon}"/>' for n, (lon, lat) in STREET.items())
    return f'<osm version="0.6">\n{points}{nodes}\n{ways}</osm>'.encode()


def way(number: int, *nodes: int, tags: str = '<tag k="highway" v="tertiary"/>') -> str:
    """Give a way as OSM XML."""
    return f'<way id="{number}">{"".join(f"<nd ref={chr(34)}{n}{chr(34)}/>" for n in nodes)}{tags}</way>\n'


WHOLE = bytes_of(way(1, *STREET))
LINES = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"highway": "road"}}]}
METRES = [{**LINES["features"][0], "geometry": {"type": "LineString", "coordinates": [[842e3, 65e5], [843e3, 65e5]]}}]  # type: ignore[index,dict-item]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.osm", b"", "a.osm, ligne 1 : le fichier de routes est abîmé"),
        ("a.osm", WHOLE[:-20], "a.osm, ligne 3 : le fichier de routes est abîmé"),
        ("a.osm", b"<!DOCTYPE osm []>" + WHOLE, "a.osm, ligne 1 : le fichier de routes contient un"),
        ("a.osm", b"<kml/>", "a.osm, ligne 1 : ce n’est pas un fichier OpenStreetMap"),
        ("a.osm", WHOLE.replace(b"45.69", b"95.69"), "a.osm, ligne 2 : l’élément « node »"),
        ("a.osm", bytes_of(way(1, 11, 99)), "a.osm, ligne 3 : 1 point(s) de route manquent"),
        ("a.osm", WHOLE.replace(b"tertiary", b"steps"), "a.osm : le fichier ne contient aucune route"),
        ("a.osm", WHOLE.replace(b"45.", b"46."), "a.osm : le fichier n’a aucune route autour du territoire"),
        ("a.osm.gz", gzip.compress(WHOLE, mtime=0)[:-9], "a.osm.gz : ce fichier de routes ne peut pas être lu"),
        ("a.osm.bz2", bz2.compress(WHOLE)[:-9], "a.osm.bz2 : ce fichier de routes ne peut pas être lu"),
        ("a.osm.pbf", b"", "a.osm.pbf : ce n’est pas un fichier .osm.pbf, ou il est vide"),
        ("a.osm.pbf", b"\x00\x00\x00\x0d\n\tOSMHeader\x18\x7c", "a.osm.pbf : le fichier de routes est coupé ou abîmé"),
        ("a.geojson", b'{"type":\n"Fe', "a.geojson, ligne 2 : le fichier de routes est abîmé"),
        ("a.geojson", json.dumps(LINES).encode(), "a.geojson : l’élément « feature 1 »"),
        ("a.json", json.dumps({**LINES, "features": METRES}).encode(), "a.json : les coordonnées ne sont pas"),
        ("a.geojson.gz", gzip.compress(b"[]", mtime=0), "a.geojson.gz : ce n’est pas un fichier GeoJSON"),
        ("a.graphml", b"<graphml>\n<graph", "a.graphml, ligne 2 : le fichier de routes est abîmé"),
        ("a.graphml", b"<graphml>\n</graphml>", "a.graphml, ligne 1 : ce graphe ne dit pas dans quel sens"),
        ("a.GRAPHML", b"<html/>", "a.GRAPHML, ligne 1 : ce n’est pas un fichier GraphML"),
        ("a.txt", b"Rue A, Rue B", "a.txt, ligne 1 : le fichier de routes est abîmé"),
        ("sans-suffixe", b"\x00\x01\xff", "sans-suffixe : ce fichier de routes ne peut pas être lu"),
        ("a.osm", bytes_of(way(1, 11, 12)), "sites.csv, ligne 2 : « Place d’Amont » est à"),
        ("a.osm", bytes_of(way(1, 11, 12) + way(2, 13, 14)), "roads.osm : le réseau est en morceaux"),
    ],
)
def test_a_damaged_file_changes_nothing(picup: Run, territory: Path, name: str, content: bytes, told: str) -> None:
    """Each is refused with one sentence that says where; the territory's folder is as it was, byte for byte."""
    Path(name).write_bytes(content)
    before = {path.name: path.read_bytes() for path in territory.iterdir()}
    said = picup("roads", "import", name, "--territory", str(territory))
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(told)
    assert len(said.err.splitlines()) == 1 or name == "a.osm"
    assert {path.name: path.read_bytes() for path in territory.iterdir()} == before


def test_a_file_that_is_not_there(picup: Run, territory: Path) -> None:
    """A path that leads nowhere is told."""
    for name in ("nulle-part.osm.pbf", "nulle-part.geojson", "."):
        said = picup("roads", "import", name, "--territory", str(territory))
        assert said.code == 1
        assert "ce fichier de routes ne peut pas être lu" in said.err


def test_a_place_a_little_far_is_told(picup: Run, territory: Path, source: Path) -> None:
    """A place over 150 m from the new roads earns a warning, and the roads are written."""
    source.write_text(source.read_text("utf-8").replace("45.73", "45.728"), encoding="utf-8")
    said = picup("roads", "import", str(source), "--territory", str(territory))
    assert said.code == 0
    assert "Attention : sites.csv, ligne 3 : « Gare d’Amont » est à 222 m de la route la plus proche." in said.out


def test_a_place_switched_off_asks_for_no_road(picup: Run, territory: Path, source: Path) -> None:
    """Only depots and the sites switched on must be beside a road."""
    territories.edit(territory, "sites.csv", "centre,Centre social,aval,social-centre,45.69,4.87,,,,,", "")
    text = (territory / "sites.csv").read_text("utf-8")
    off = "loin,Loin,aval,square,45.67,4.84,,verified,no,À voir,\n"
    (territory / "sites.csv").write_text(text + off, encoding="utf-8")
    (territory / "fixed.csv").write_text("id,name,site,weekday,start,end,roles,crew\n", encoding="utf-8")
    said = picup("roads", "import", str(source), "--territory", str(territory))
    assert said.code == 0, said.err
