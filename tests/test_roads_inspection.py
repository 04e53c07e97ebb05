"""What an inspection finds in networks made by hand: each thing wrong, once."""

import gzip
import unicodedata
from pathlib import Path

import pytest

from pages import BENIGN, HOSTILE
from picup_planner.draw import Drawing, DrawnInspection, DrawnPlace, DrawnTrouble, draw_inspection
from picup_planner.messages import LANGUAGES, Words
from picup_planner.publish.roads import FAR, LEAST, roads_map, tables
from picup_planner.roads.inspection import Aside, Inspection, inspect
from picup_planner.roads.network import LEAST_KEPT, WARNED_OVER, Location
from picup_planner.roads.tags import doubt
from roads_xml import SQUARE, STREET, osm_file
from test_map import Page

NODES = {**SQUARE, 5: (4.87, 45.70), 6: (4.88, 45.70), 7: (4.84, 45.70), 8: (4.87, 45.71), 9: (4.872, 45.71)}
ONEWAY = {**STREET, "oneway": "yes"}
BLOCK = ([1, 2, 3, 4, 1], STREET)


def inspected(folder: Path, ways: list[tuple[list[int], dict[str, str]]], places: list[Location]) -> Inspection:
    """Inspect some ways."""
    return inspect(osm_file(folder / "a.osm", NODES, ways), places)


def test_a_sound_network_has_nothing_to_tell(tmp_path: Path) -> None:
    """A block of streets is linked both ways, with its length counted once, and each place as far as it is."""
    found = inspected(tmp_path, [BLOCK], [Location("a", "A", 45.699, 4.855)])
    assert (found.pieces, found.doubts, found.stranded, found.refusal) == ((), (), (), None)
    assert found.share == pytest.approx(1)
    assert found.lengths["residential"] == pytest.approx((3777, 0), abs=2)
    assert found.snaps[0].metres == pytest.approx(111, abs=1)


def test_roads_set_aside_say_why(tmp_path: Path) -> None:
    """A one-way out, a one-way in and a street apart are three pieces; a street behind the first is of its piece."""
    trap = [([2, 5], {**ONEWAY, "name": "Rue Piège"}), ([5, 6], STREET)]
    found = inspected(tmp_path, [BLOCK, *trap, ([7, 1], ONEWAY), ([8, 9], STREET)], [])
    assert [(piece.aside, piece.name) for piece in found.pieces] == [
        (Aside.TRAP, "Rue Piège"),
        (Aside.SOURCE, ""),
        (Aside.ISLAND, ""),
    ]
    assert [round(piece.metres, -1) for piece in found.pieces] == [1550, 780, 160]
    assert found.lengths["residential"][1] == pytest.approx(2 * 777, abs=2)
    assert {point for line in found.pieces[0].lines for point in line} == {NODES[2], NODES[5], NODES[6]}


def test_a_network_in_pieces_is_told_with_its_pieces(tmp_path: Path) -> None:
    """Under nine tenths in one piece there is no network, but all the rest is told."""
    found = inspected(tmp_path, [([1, 2, 3], STREET), ([5, 6], STREET)], [])
    assert found.roads is None
    assert found.refusal is not None
    assert "roads-not-connected" in str(found.refusal)
    assert found.share < LEAST_KEPT
    assert [piece.aside for piece in found.pieces] == [Aside.ISLAND]
    assert "Reliées" in Page(roads_map("Essai", Drawing(), draw_inspection(found))).seen


def test_places_that_no_turn_leads_to_are_stranded(tmp_path: Path) -> None:
    """A street that may not be turned into from anywhere cannot be reached, though it is linked to the others."""
    spur = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET), ([4, 1], STREET), ([2, 5], STREET)]
    path = osm_file(tmp_path / "a.osm", NODES, spur)
    forbidden = "".join(
        f'<relation id="{way}"><member type="way" ref="{way}" role="from"/><member type="node" ref="2" role="via"/>'
        '<member type="way" ref="5" role="to"/><tag k="type" v="restriction"/>'
        '<tag k="restriction" v="no_straight_on"/></relation>'
        for way in (1, 2)
    )
    path.write_text(path.read_text("utf-8").replace("</osm>", forbidden + "</osm>"), "utf-8")
    found = inspect(path, [Location("a", "A", 45.705, 4.85), Location("b", "B", 45.70, 4.868)])
    assert [(start.id, end.id) for start, end in found.stranded] == [("a", "b")]


@pytest.mark.parametrize(
    ("kind", "limit", "reason"),
    [
        ("residential", "30", ""),
        ("residential", "FR:urban", ""),
        ("residential", "70", "high"),
        ("residential", "300", "high"),
        ("residential", "3", "low"),
        ("residential", "vite", "unread"),
        ("living_street", "walk", ""),
        ("living_street", "50", "high"),
        ("motorway", "none", ""),
        ("motorway", "30", "low"),
        ("secondary", "80;50", ""),
        ("secondary", "80;5", "low"),
        ("secondary", "", ""),
    ],
)
def test_limits_worth_a_look(kind: str, limit: str, reason: str) -> None:
    """What cannot be read, or that no sign of that class says, is doubted; ordinary limits are not."""
    assert doubt({"highway": kind, "maxspeed": limit} if limit else {"highway": kind}) == reason


def test_doubts_name_their_street(tmp_path: Path) -> None:
    """A doubtful limit comes with the street, its class and what is written; a footway has no limit to doubt."""
    ways = [BLOCK, ([1, 3], {**STREET, "maxspeed": "110", "name": "Rue Vive"}), ([2, 4], {"highway": "footway"})]
    [found] = inspected(tmp_path, ways, []).doubts
    assert (found.name, found.kind, found.limit, found.reason) == ("Rue Vive", "residential", "110", "high")


def shown(name: str = "Rue A") -> DrawnInspection:
    """Everything a page can show, every name the same."""
    line = ((4.85, 45.70), (4.86, 45.70))
    return DrawnInspection(
        dated="2026-11-20",
        hash="0123456789abcdef" * 4,
        share=0.95,
        lengths=(("residential", 1200, 300), ("motorway_link", 90, 90)),
        turns=4,
        turns_ignored=1,
        places=(DrawnPlace(id="a", name=name[:200], metres=212, point=(4.85, 45.71), road=(4.85, 45.70)),),
        aside=tuple(DrawnTrouble(why=why, name=name[:200], metres=90, lines=(line,)) for why in Aside),
        doubts=(
            DrawnTrouble(why="high", name=name[:200], metres=90, lines=(line,), kind="residential", limit=name[:200]),
        ),
        stranded=((name[:200], name[:200]),),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_every_table(language: str) -> None:
    """Each table, title and cell of the terminal is on the page, without JavaScript and without a message id."""
    words = Words(language)
    page = Page(roads_map("Essai", Drawing(), shown(), language))
    listed = list(tables(shown(), words))
    assert len(listed) == 5
    for table in listed:
        assert table.title in page.seen
        assert all(words(column) in page.seen for column in table.columns) or table.title == words("inspect-places")
        assert all(cell in page.seen for row in table.rows for cell in row)
    assert "0123456789abcdef" in page.seen
    assert "inspect-" not in page.seen
    assert "{" not in page.seen
    assert (LEAST, FAR) == (LEAST_KEPT, WARNED_OVER), "what is told to readers is what the program asks"


def test_the_page_is_the_same_and_light() -> None:
    """Twice the same bytes, and a light page."""
    page = roads_map("Essai", Drawing(), shown())
    assert page == roads_map("Essai", Drawing(), shown())
    assert len(gzip.compress(page.encode())) < 150_000


@pytest.mark.parametrize("kind", [kind for kind, name in HOSTILE.items() if name])
def test_no_name_is_markup(kind: str) -> None:
    """A hostile name of a street or a place, or a hostile limit, changes no element of the page."""
    usual, page = (Page(roads_map("Essai", Drawing(), shown(name))) for name in ("Rue A", HOSTILE[kind]))
    assert page.tags == usual.tags
    assert [name for _, name, _ in page.attributes] == [name for _, name, _ in usual.attributes]
    assert page.texts["script"] == usual.texts["script"]


@pytest.mark.parametrize("kind", BENIGN)
def test_a_benign_name_is_read_as_typed(kind: str) -> None:
    """A name that only looks dangerous is shown as it is."""
    assert unicodedata.normalize("NFC", BENIGN[kind]) in Page(roads_map("Essai", Drawing(), shown(BENIGN[kind]))).seen
