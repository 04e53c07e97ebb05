import gzip
from pathlib import Path

import osmnx
import pytest

from picup_planner.errors import RoadsError
from picup_planner.roads.osm import drivable_graph
from roads_xml import SQUARE, STREET, osm_file

VILLEURBANNE = Path(__file__).parents[2] / "shared" / "data" / "real" / "villeurbanne.osm.gz"
AROUND = ([1, 2, 3, 4, 1], STREET)


def test_directions_of_a_graph(tmp_path: Path) -> None:
    """A street gives two edges, a one-way street one, along its line or against it."""
    ways = [
        ([1, 2], STREET),
        ([2, 3], {**STREET, "oneway": "yes"}),
        ([4, 3], {**STREET, "oneway": "-1"}),
        ([4, 1], {"highway": "motorway"}),
    ]
    graph = drivable_graph(osm_file(tmp_path / "a.osm", SQUARE, ways))
    assert {(u, v) for u, v, _ in graph.edges} == {(1, 2), (2, 1), (2, 3), (3, 4), (4, 1)}


def test_seconds_follow_length_and_limit(tmp_path: Path) -> None:
    """A hundredth of a degree of latitude, 1,112 m, at 0.8 x 50 km/h takes 100 s."""
    way = ([2, 3], {"highway": "residential", "maxspeed": "50"})
    graph = drivable_graph(osm_file(tmp_path / "a.osm", SQUARE, [way]))
    assert graph.edges[2, 3, 0]["seconds"] == pytest.approx(100.1, abs=0.1)


def test_settings_of_osmnx_come_back(tmp_path: Path) -> None:
    """Reading leaves osmnx as it was, for whoever else uses it."""
    before = (list(osmnx.settings.useful_tags_way), osmnx.settings.all_oneway)
    drivable_graph(osm_file(tmp_path / "a.osm", SQUARE, [AROUND]))
    assert (osmnx.settings.useful_tags_way, osmnx.settings.all_oneway) == before


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        ('<!DOCTYPE osm [<!ENTITY a "a">]>\n<osm/>', "roads-doctype", 1),
        ('<osm>\n<node id="1" lat="45"', "roads-malformed", 2),
        ("<osm>\n</gpx>", "roads-malformed", 2),
        ("", "roads-malformed", 1),
        ("<gpx></gpx>", "roads-not-osm", 1),
        ("<osm>\n<remark>runtime error: out of memory</remark></osm>", "roads-partial", 2),
        ('<osm>\n\n<node id="one" lat="45" lon="4"/></osm>', "roads-bad-element", 3),
        ('<osm>\n<node id="1" lat="95" lon="4"/></osm>', "roads-bad-element", 2),
        ('<osm>\n<node id="1" lat="nan" lon="4"/></osm>', "roads-bad-element", 2),
        ('<osm><node id="1" lat="45" lon="4"/>\n<tag k="highway"/></osm>', "roads-bad-element", 2),
        ('<osm>\n<node id="1" lat="45" lon="4" version="a"/></osm>', "roads-bad-element", 2),
        ('<osm>\n<tag k="highway" v="primary"/></osm>', "roads-malformed", 2),
        ('<osm><node id="1" lat="45" lon="4">\n<nd ref="1"/></node></osm>', "roads-malformed", 2),
        ('<osm>\n<way id="1"><nd ref="7"/></way></osm>', "roads-missing-nodes", 2),
        ("<osm></osm>", "roads-no-road", None),
    ],
)
def test_files_refused(tmp_path: Path, content: str, message: str, line: int | None) -> None:
    """A file that is damaged, partial, of another kind or dangerous is refused with its line."""
    path = tmp_path / "roads.osm"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RoadsError) as refused:
        drivable_graph(path)
    [mistake] = refused.value.mistakes
    assert (mistake.message, mistake.origin.file, mistake.origin.line) == (message, "roads.osm", line)


def test_every_mistake_at_once(tmp_path: Path) -> None:
    """Each bad element is reported, not only the first."""
    nodes = {1: (4.85, 145.70), 2: (204.86, 45.70)}
    with pytest.raises(RoadsError) as refused:
        drivable_graph(osm_file(tmp_path / "a.osm", nodes, [([1, 2], STREET)]))
    assert [mistake.origin.line for mistake in refused.value.mistakes] == [3, 4]


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    """Latin-1, a cut or false gzip file and a missing file are refused, not a crash."""
    latin = tmp_path / "latin.osm"
    latin.write_bytes('<?xml version="1.0" encoding="ISO-8859-1"?><osm note="é"/>'.encode("latin-1"))
    cut = tmp_path / "cut.osm.gz"
    cut.write_bytes(gzip.compress(b"<osm></osm>" * 100)[:-20])
    false = tmp_path / "false.osm.gz"
    false.write_bytes(b"<osm/>")
    for path in (latin, cut, false, tmp_path / "missing.osm"):
        with pytest.raises(RoadsError, match="roads-unreadable"):
            drivable_graph(path)


def test_no_drivable_way(tmp_path: Path) -> None:
    """An extract of footways has no road to drive."""
    with pytest.raises(RoadsError, match="roads-no-road"):
        drivable_graph(osm_file(tmp_path / "a.osm", SQUARE, [([1, 2], {"highway": "footway"})]))


def test_an_overpass_answer() -> None:
    """A true extract of 2,818 ways gives its 31 km of streets, in the directions they are tagged, and nothing else."""
    if not VILLEURBANNE.exists():
        pytest.skip("needs ../shared/data/real/villeurbanne.osm.gz")
    graph = drivable_graph(VILLEURBANNE)
    assert {kind for _, _, kind in graph.edges(data="highway")} == {
        *("primary", "tertiary", "unclassified", "residential", "living_street"),
    }
    assert graph.size("length") == pytest.approx(31_146, abs=1)
    assert any(not graph.has_edge(head, tail) for tail, head in graph.edges())
