"""`picup roads check`: what a network holds, and what would stop a plan."""

from pathlib import Path

from test_roads_import import STREET, TERTIARY

import territories
from command_line import Run
from roads_xml import osm_file

APART = {21: (4.80, 45.60), 22: (4.80, 45.61)}


def test_a_sound_network(picup: Run, territory: Path, here: Path) -> None:
    """Lengths, places and their distance are told, and drawn on a page."""
    said = picup("roads", "check", str(territory))
    assert (said.code, said.err) == (0, "")
    assert "Reliées entre elles dans les deux sens : 100 % des routes (il en faut 90 %)." in said.out
    assert "rue     5,6" in said.out
    assert "Place d’Amont          0 m" in said.out
    assert "Routes mises de côté" not in said.out
    page = (here / "roads.html").read_text(encoding="utf-8")
    assert "Place d&#8217;Amont" in page or "Place d’Amont" in page
    assert picup("roads", "check", str(territory), "--lang", "en").out.count("Lengths by class") == 1


def test_the_embedded_network(picup: Run, here: Path) -> None:
    """The territory that comes with the program is inspected when none is named; its folder is not written into."""
    said = picup("roads", "check", "--out", str(here / "out" / "carte.html"))
    assert said.code == 0, said.err
    assert "voie rapide (bretelle)" in said.out
    assert (here / "out" / "carte.html").exists()


def test_a_far_place_is_refused_unless_accepted(picup: Run, territory: Path) -> None:
    """Over 500 m a place is refused by every command, with its line; `road_distance` accepts it, then it is told."""
    territories.edit(territory, "sites.csv", "45.73,4.87,60", "45.738,4.87,60")
    refused = "sites.csv, ligne 3 : « Gare d’Amont » est à 890 m de toute route connue"
    for command in (("roads", "check"), ("territory", "check")):
        said = picup(*command, str(territory))
        assert (said.code, refused in said.out) == (1, True)
    territories.edit(territory, "territory.toml", "[settings]", "[settings]\nroad_distance = 1000")
    for command in (("roads", "check"), ("territory", "check")):
        said = picup(*command, str(territory))
        assert said.code == 0, said.out
        assert "Attention : sites.csv, ligne 3 : « Gare d’Amont » est à 890 m" in said.out


def test_a_network_in_pieces(picup: Run, territory: Path) -> None:
    """A network that no plan could use is told with its pieces, drawn all the same, and refused."""
    osm_file(territory / "roads.osm", STREET | APART, [([11, 12], TERTIARY), ([13, 14], TERTIARY), (APART, TERTIARY)])
    said = picup("roads", "check", str(territory))
    assert said.code == 1
    assert said.out.count("reliées à rien") == 2
    assert "roads.osm : le réseau est en morceaux" in said.out
    assert "Carte écrite dans roads.html." in said.out


def test_what_cannot_be_read(picup: Run, territory: Path) -> None:
    """A damaged file is one sentence, and no page is written."""
    (territory / "roads.osm").write_text("<osm>", encoding="utf-8")
    said = picup("roads", "check", str(territory))
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("roads.osm, ligne 1")
    assert not Path("roads.html").exists()
