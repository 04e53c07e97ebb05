"""`picup sites`: where to stop, and who can come on foot."""

import re
from pathlib import Path

import pytest

import monaco
import territories
from command_line import Run
from picup_planner.territory import embedded, read
from surveys import Extract, square

HEADER = "id,name,commune,kind,latitude,longitude,precision,certainty,on,missing,use"
HOURS = "Tu,Fr 08:00-12:00"


def town() -> Extract:
    """Streets through every place of the small territory, a market, a square twice told and a car park."""
    return (
        Extract()
        .way([(300.0 * step, 0.0) for step in range(6)], highway="residential", name="Rue Longue")
        .way([(0, 0), (776, -2224), (1553, -3336)], highway="residential")
        .way([(0, 0), (1556, 1112)], highway="residential")
        .way([(1500, 0), (1556, 1112), (2336, 1112)], highway="residential")
        .way(square(600, 20, 40), amenity="marketplace", name="Grand’Place", opening_hours=HOURS)
        .node((620, 90), place="square", name="Grand’Place")
        .node((1200, 30), amenity="marketplace", name="Halle", opening_hours="Apr-Oct: Tu 08:00-12:00")
        .way(square(900, 20, 40), amenity="parking")
        .node((30, 30), place="square", name="Ancienne")
    )


@pytest.fixture
def essai(territory: Path) -> Path:
    """Give the small territory with a column for sources and notes, and the streets of the town."""
    territories.edit(territory, "sites.csv", HEADER, f"{HEADER},source,note")
    text = (territory / "sites.csv").read_text(encoding="utf-8")
    rows = text.splitlines()
    (territory / "sites.csv").write_text("\n".join([rows[0], *(f"{row},," for row in rows[1:]), ""]), encoding="utf-8")
    town().write(territory / "roads.osm")
    return territory


@pytest.fixture
def extract(here: Path) -> str:
    """Write the town's extract."""
    return str(town().write(here / "ville.osm"))


def test_suggest(picup: Run, essai: Path, extract: str) -> None:
    """The best places come with whom they reach and the nearest stop; a site there already is named as such."""
    said = picup("sites", "suggest", "Amont sur Rhône", "--extract", extract, "--territory", str(essai))
    assert said.code == 0, said.err
    assert "Où s’arrêter à Amont-sur-Rhône" in said.out
    assert re.search(r"\d\. Halle \(2\) +0 +0 .* Place d’Amont, 1,2 km\n +Place de marché", said.out)
    assert re.search(r"\d\. Parking, Rue Longue +0 +0 .* Place d’Amont, 9\d\d m", said.out)
    assert "Déjà dans sites.csv, donc non proposés : Ancienne (place)." in said.out
    assert "Rien de tout cela n’est vérifié" in said.out


def test_market_days_are_seen(picup: Run, essai: Path, extract: str) -> None:
    """Simple market hours become rows to copy, others are quoted as they are and said to be unread."""
    said = picup("sites", "suggest", "amont", "--extract", extract, "--territory", str(essai))
    rows = re.findall(r"^(\S+),(tue|fri),08:00,12:00,unverified,\"OpenStreetMap way/5, ODbL\"$", said.out, re.MULTILINE)
    assert [day for _, day in rows] == ["tue", "fri"]
    assert "site,weekday,start,end,certainty,source" in said.out
    assert "« Apr-Oct: Tu 08:00-12:00 »" in " ".join(said.out.split())


def test_nothing_is_written_unasked(picup: Run, essai: Path, extract: str) -> None:
    """Without --write, the territory stays as it is."""
    before = {path.name: path.read_bytes() for path in essai.iterdir()}
    picup("sites", "suggest", "amont", "--extract", extract, "--territory", str(essai))
    assert {path.name: path.read_bytes() for path in essai.iterdir()} == before


def test_write(picup: Run, essai: Path, extract: str) -> None:
    """Rows are added switched off, with their source, under bytes that stay; the folder is still in order."""
    before = (essai / "sites.csv").read_bytes()
    said = picup("sites", "suggest", "amont", "--extract", extract, "--territory", str(essai), "--write")
    assert said.code == 0, said.err
    assert (essai / "sites.csv").read_bytes().startswith(before)
    assert "3 lieux ajoutés, éteints" in said.out
    new = [site for site in read(essai).sites if site.id.startswith("amont-")]
    assert [site.id for site in new] == ["amont-01", "amont-02", "amont-03"]
    assert {(site.on, site.certainty.value, site.missing) for site in new} == {
        (False, "unverified", "À confirmer sur place par une personne")
    }
    text = (essai / "sites.csv").read_text(encoding="utf-8")
    assert '"OpenStreetMap way/5, ODbL"' in text
    assert f"« {HOURS} »" in text.replace("\xa0", " ")
    assert "Au même endroit" in text
    assert "Point déplacé de 40 m" in text.replace("\xa0", " ")
    checked = picup("territory", "check", str(essai))
    assert checked.code == 0, checked.out


def test_written_once(picup: Run, essai: Path, extract: str) -> None:
    """What was written is a site of the territory from then on: asked again, nothing is suggested twice."""
    picup("sites", "suggest", "amont", "--extract", extract, "--territory", str(essai), "--write")
    before = (essai / "sites.csv").read_bytes()
    said = picup("sites", "suggest", "amont", "--extract", extract, "--territory", str(essai), "--write")
    assert "Aucun nouveau lieu" in said.out
    assert (essai / "sites.csv").read_bytes() == before


def test_limit(picup: Run, essai: Path, extract: str) -> None:
    """Only so many places are shown and written, and the others are counted."""
    said = picup(
        "sites", "suggest", "amont", "--extract", extract, "--territory", str(essai), "--limit", "1", "--write"
    )
    assert "2 autres lieux trouvés" in said.out
    assert "Un lieu ajouté" in said.out
    assert picup("sites", "suggest", "amont", "--extract", extract, "--limit", "0").code == 2


def test_the_embedded_territory_is_not_changed(picup: Run, extract: str) -> None:
    """What the program comes with is not written to, and what to do instead is said."""
    before = (embedded() / "sites.csv").read_bytes()
    said = picup("sites", "suggest", "venissieux", "--extract", extract, "--write")
    assert said.code == 1
    assert "--territory" in said.err
    assert (embedded() / "sites.csv").read_bytes() == before


def test_a_file_without_the_columns_is_refused(picup: Run, territory: Path, extract: str) -> None:
    """A sites.csv without a column for the source is refused whole, with what to add."""
    town().write(territory / "roads.osm")
    before = (territory / "sites.csv").read_bytes()
    said = picup("sites", "suggest", "amont", "--extract", extract, "--territory", str(territory), "--write")
    assert said.code == 1
    assert "sites.csv, ligne 1 : la colonne « source » manque" in said.err
    assert (territory / "sites.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (None, "absent.osm", "absent.osm"),
        (b"<osm><node id=", "cut.osm", "cut.osm, ligne 1"),
        (b"nothing of the kind", "false.osm.pbf", "false.osm.pbf"),
        (b"", "empty.osm.pbf", "empty.osm.pbf"),
    ],
)
def test_a_bad_extract_is_said(picup: Run, essai: Path, content: bytes | None, name: str, told: str) -> None:
    """An extract that is absent, cut or of another kind is one sentence that names it."""
    if content is not None:
        (essai.parent / name).write_bytes(content)
    said = picup("sites", "suggest", "amont", "--extract", name, "--territory", str(essai))
    assert said.code == 1
    assert told in said.err
    assert "ValueError" not in said.err


def test_an_unknown_commune(picup: Run, essai: Path, extract: str) -> None:
    """A commune that is not there is refused with the nearest name."""
    said = picup("sites", "suggest", "amon", "--extract", extract, "--territory", str(essai))
    assert said.code == 1
    assert "Commune inconnue « amon »" in said.err
    assert "« amont »" in said.err


def test_hostile_names_move_no_cursor(picup: Run, essai: Path) -> None:
    """A name that an extract gives is cleaned on the terminal, and starts no formula in the file."""
    trap = town().node((600, 30), place="square", name='=HYPERLINK("x")\u202e\u2028<b>')
    trap.write(essai.parent / "piege.osm")
    said = picup("sites", "suggest", "amont", "--extract", "piege.osm", "--territory", str(essai), "--write")
    assert said.code == 0, said.err
    assert not {"\u202e", "\u2028"} & set(said.out)
    assert "\n=" not in (essai / "sites.csv").read_text(encoding="utf-8").replace(",", "\n")


def test_walks(picup: Run, essai: Path, extract: str) -> None:
    """The page and the table tell the same residents; twice gives the same bytes."""
    asked = ("sites", "walks", "--extract", extract, "--territory", str(essai), "--minutes", "15,5")
    said = picup(*asked, "--out", "un.html")
    assert said.code == 0, said.err
    assert "Carte écrite dans un.html." in said.out
    assert re.search(r"Lieu +5 minutes +15 minutes", said.out)
    assert re.search(r"Gare d’Amont +0 +1 200", said.out.replace("\u202f", " "))
    page = Path("un.html").read_text(encoding="utf-8")
    assert "15 min\xa0: 1\u202f200 habitants" in page
    assert "est un dossier, et il faut un fichier." in picup(*asked, "--out", str(essai)).err
    picup(*asked, "--out", "deux.html")
    assert Path("deux.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize("minutes", ["", "5,", "0", "61", "cinq", "5;10", "-5", "1,2,3,4,5,6"])
def test_minutes_are_checked(picup: Run, essai: Path, extract: str, minutes: str) -> None:
    """Durations that make no sense, or too many of them, are wrong usage."""
    said = picup("sites", "walks", "--extract", extract, "--territory", str(essai), f"--minutes={minutes}")
    assert said.code == 2
    assert f"« {minutes} »" in said.err


def test_monaco(picup: Run, here: Path) -> None:
    """The real extract: suggestions written to a territory of its own, still in order, and drawn."""
    if not monaco.EXTRACT.exists():
        pytest.skip("needs ../shared/data/real/monaco.osm.pbf")
    folder = here / "monaco"
    folder.mkdir()
    monaco.write(folder)
    asked = ("--extract", str(monaco.EXTRACT), "--territory", str(folder))
    said = picup("sites", "suggest", "monaco", *asked, "--write")
    assert said.code == 0, said.err
    assert [site.id for site in read(folder).sites][3:] == [f"mon-{n:02}" for n in range(4, 10)]
    assert "Le large" in said.out
    assert picup("territory", "check", str(folder)).code == 0
    said = picup("sites", "walks", *asked)
    assert re.search(r"Place d'Armes +0 +7 300 +7 300", said.out.replace("\u202f", " "))
