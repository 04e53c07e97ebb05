"""Graphs that osmnx saved to a network."""

from pathlib import Path

import networkx as nx
import osmnx
import pytest

from picup_planner.errors import RoadsError
from picup_planner.roads.extract import metres, xml
from picup_planner.roads.graphml import read
from picup_planner.roads.network import network
from roads_sources import EVERYWHERE, lines_of, refused
from roads_xml import osm_file

_POINTS = [(4.850, 45.700), (4.855, 45.702), (4.860, 45.700), (4.860, 45.710), (4.850, 45.710), (4.865, 45.705)]
PLACES = dict(enumerate(_POINTS, 1))
WAYS = [
    ([1, 2, 3], {"highway": "tertiary", "name": "Rue A", "maxspeed": "30"}),
    ([3, 6, 4], {"highway": "tertiary", "name": "Rue A", "maxspeed": "50"}),
    ([3, 4], {"highway": "residential", "oneway": "yes"}),
    ([4, 5, 1], {"highway": "residential"}),
    ([1, 4], {"highway": "footway"}),
]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Save the streets as osmnx does, simplified."""
    graph = osmnx.graph_from_xml(osm_file(tmp_path / "source.osm", PLACES, WAYS), retain_all=True)
    osmnx.save_graphml(graph, tmp_path / "graph.graphml")
    return tmp_path / "graph.graphml"


def edited(path: Path, old: str, new: str) -> None:
    """Replace a text of a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_each_street_is_one_way(saved: Path) -> None:
    """Two edges that mirror each other are one two-way street, a lone one a one-way; shapes, names and speeds stay."""
    extract = read(saved, EVERYWHERE)
    at = PLACES.__getitem__
    streets = lines_of(extract)
    assert len(streets) == 4
    assert streets[at(3), at(4)] == {"highway": "residential", "oneway": "yes"}
    told = {"highway": "tertiary", "name": "Rue A", "oneway": "no"}
    assert streets[at(1), at(2), at(3)] == {**told, "maxspeed": "30"}
    assert streets[at(3), at(6), at(4)] == {**told, "maxspeed": "50"}
    assert extract.dated.startswith("20")
    assert extract.source == "graph.graphml"


def test_the_network_is_that_of_the_source(saved: Path, tmp_path: Path) -> None:
    """The same streets give the same lengths and times by way of the graph as from OpenStreetMap itself."""
    source = osm_file(tmp_path / "source.osm", PLACES, WAYS)
    written = tmp_path / "roads.osm"
    written.write_bytes(xml(read(saved, EVERYWHERE)))
    direct, again = network(source, tmp_path), network(written, tmp_path)
    assert sorted(again.metres.round(3)) == sorted(direct.metres.round(3))
    assert sorted(again.seconds.round(3)) == sorted(direct.seconds.round(3))


def test_lists_of_values(saved: Path) -> None:
    """Of several classes the first to be driven is taken; several names or speeds are joined; no code is run."""
    edited(saved, ">tertiary<", ">['steps', 'secondary']<")
    edited(saved, ">Rue A<", ">['Rue A', \"Rue de l'Est\"]<")
    edited(saved, ">30<", ">[__import__('os').getcwd()]<")
    tags = lines_of(read(saved, EVERYWHERE))[PLACES[1], PLACES[2], PLACES[3]]
    assert (tags["highway"], tags["name"]) == ("secondary", "Rue A;Rue de l'Est")
    assert tags["maxspeed"] == "[__import__('os').getcwd()]"


def test_a_box_keeps_whole_streets(saved: Path) -> None:
    """A street with a point in the box is kept whole."""
    extract = read(saved, (4.864, 45.704, 4.866, 45.706))
    assert list(lines_of(extract)) == [(PLACES[3], PLACES[6], PLACES[4])]
    assert metres(extract) == pytest.approx(1_357, abs=5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<graphml", "<!DOCTYPE graphml [<!ENTITY a 'a'>]><graphml", "roads-doctype"),
        ("graphml", "gexf", "roads-not-graphml"),
        ("</graph>", "", "roads-malformed"),
        ('edgedefault="directed"', 'edgedefault="undirected"', "roads-undirected"),
        (">epsg:4326<", ">epsg:2154<", "roads-not-degrees"),
        (">45.71<", ">north<", "roads-bad-element"),
        (">45.71<", ">145.71<", "roads-bad-element"),
        ('source="1"', 'source="one"', "roads-bad-element"),
        ('source="1"', 'source="99"', "roads-bad-element"),
        ("LINESTRING", "LINE", "roads-bad-element"),
        ("LINESTRING (4.8", "LINESTRING (994.8", "roads-bad-element"),
        (">tertiary<", ">footway<", "roads-no-road"),
    ],
)
def test_damaged_graphs(saved: Path, old: str, new: str, message: str) -> None:
    """Each damage is told with file and line, none is passed over."""
    edited(saved, ">residential<", ">footway<")
    edited(saved, old, new)
    with pytest.raises(RoadsError) as error:
        read(saved, EVERYWHERE)
    assert {mistake.message for mistake in error.value.mistakes} == {message}
    assert all(
        mistake.origin and (mistake.origin.line or message == "roads-no-road") for mistake in error.value.mistakes
    )


def test_an_empty_file(tmp_path: Path) -> None:
    """A file without a byte is damaged from its first line on."""
    (tmp_path / "a.graphml").write_bytes(b"")
    with pytest.raises(RoadsError) as error:
        read(tmp_path / "a.graphml", EVERYWHERE)
    assert refused(error) == ("roads-malformed", 1)


def test_a_graph_that_lost_its_directions(saved: Path) -> None:
    """An undirected graph is refused as osmnx saves it."""
    graph = osmnx.load_graphml(saved)
    osmnx.save_graphml(nx.MultiGraph(osmnx.convert.to_undirected(graph)), saved)
    with pytest.raises(RoadsError) as error:
        read(saved, EVERYWHERE)
    assert refused(error)[0] == "roads-undirected"
