"""OpenStreetMap files, as they are and damaged, to one canonical file."""

import bz2
import gzip
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from picup_planner.errors import RoadsError
from picup_planner.roads import guard
from picup_planner.roads.extract import Extract, Restriction, Way, metres, xml
from picup_planner.roads.network import network
from picup_planner.roads.osm_file import read, read_xml
from roads_sources import EVERYWHERE, real, refused, repacked
from roads_xml import SQUARE, STREET, osm_file

HOSTILE = "R\x00ue <\"&' \n{{7*7}} \ud800é"


@pytest.mark.parametrize(
    ("name", "counts", "kilometres", "dated"),
    [
        ("villeurbanne.osm.gz", (743, 125, 2, 2), 21.200, "2022-07-13"),
        ("monaco.osm.pbf", (13_559, 1_368, 27, 15), 308.157, "2016-03-05"),
    ],
)
def test_real_files(name: str, counts: tuple[int, ...], kilometres: float, dated: str) -> None:
    """A true Overpass answer and a true country give so many nodes, ways, restrictions, barriers and kilometres."""
    extract = read(real(name), EVERYWHERE)
    found = (len(extract.nodes), len(extract.ways), len(extract.restrictions), len(extract.node_tags))
    assert found == counts
    assert metres(extract) / 1000 == pytest.approx(kilometres, abs=0.001)
    assert (extract.dated, extract.source) == (dated, name)


def test_a_box_keeps_whole_ways(tmp_path: Path) -> None:
    """A way with one node in the box is kept with those outside, one without is not, and an empty box is refused."""
    path = osm_file(tmp_path / "a.osm", SQUARE, [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET)])
    extract = read(path, (4.84, 45.69, 4.855, 45.705))
    assert ([way.id for way in extract.ways], set(extract.nodes)) == ([1], {1, 2})
    with pytest.raises(RoadsError) as error:
        read(path, (2.2, 48.8, 2.4, 48.9))
    assert refused(error) == ("roads-elsewhere", None)


def test_a_country_around_a_quarter() -> None:
    """Around Monte-Carlo, 166 of Monaco's 1,368 ways are kept, and their nodes."""
    extract = read(real("monaco.osm.pbf"), (7.42, 43.735, 7.43, 43.742))
    assert len(extract.ways) == 166
    assert {node for way in extract.ways for node in way.nodes} == set(extract.nodes)


def test_what_is_kept_of_a_way(tmp_path: Path) -> None:
    """Tags a network, a map or a person needs stay; conditional ones, footways, buildings and ferries go."""
    kept = {"highway": "tertiary", "name": "Rue A", "oneway": "-1", "oneway:bicycle": "no", "maxspeed:forward": "30"}
    kept |= {"access": "no", "motor_vehicle": "yes", "maxheight": "2.8", "bridge": "yes", "layer": "1", "toll": "no"}
    lost = {"surface:note": "x", "maxspeed:conditional": "30 @ wet", "lanes": "2", "source": "survey"}
    ways = [
        ([1, 2], {**kept, **lost}),
        ([2, 3], {"highway": "footway"}),
        ([3, 4], {"building": "yes"}),
        ([4, 1], {"highway": "unclassified", "route": "ferry"}),
    ]
    [way] = read(osm_file(tmp_path / "a.osm", SQUARE, ways), EVERYWHERE).ways
    assert way == Way(1, (1, 2), kept)


def test_nodes_after_ways(tmp_path: Path) -> None:
    """The order of a file does not matter: Overpass may give ways first."""
    path = osm_file(tmp_path / "a.osm", SQUARE, [([1, 2, 3], STREET)])
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], *lines[6:-1], *lines[2:6], lines[-1]]), encoding="utf-8")
    assert set(read(path, EVERYWHERE).nodes) == {1, 2, 3}


def test_restrictions(tmp_path: Path) -> None:
    """Restrictions of one via node between ways kept stay, with their exceptions; the others go."""
    member = '<member type="{}" ref="{}" role="{}"/>'
    to, by = member.format("way", 2, "to"), member.format("node", 2, "via")
    start, lost = member.format("way", 1, "from"), member.format("way", 9, "from")
    through = member.format("way", 3, "via")
    kind = '<tag k="type" v="restriction"/><tag k="except" v="bus"/><tag k="restriction" v="only_straight_on"/>'
    told = [(5, start + by + to), (4, start + by + to + lost), (3, lost + by + to), (2, start + through + to)]
    relations = "".join(f'<relation id="{n}">{members}{kind}</relation>' for n, members in told)
    path = osm_file(tmp_path / "a.osm", SQUARE, [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET)])
    path.write_text(path.read_text("utf-8").replace("</osm>", f"{relations}</osm>"), encoding="utf-8")
    tags = {"type": "restriction", "except": "bus", "restriction": "only_straight_on"}
    found = read(path, EVERYWHERE).restrictions
    assert found == (Restriction(5, (1,), 2, (2,), tags), Restriction(4, (1,), 2, (2,), tags))
    written = tmp_path / "written.osm"
    written.write_bytes(xml(read(path, EVERYWHERE)))
    assert read(written, EVERYWHERE).restrictions == (found[1], found[0])


def test_the_same_bytes_from_every_format(tmp_path: Path) -> None:
    """One town as XML, gzip, bzip2 and PBF becomes one file, but for the name of its source; and that file, itself."""
    made = repacked(real("villeurbanne.osm.gz"), tmp_path, "2022-07-13")
    written = {name: xml(read(path, EVERYWHERE)) for name, path in made.items()}
    assert len({content.replace(f'source="roads{name}"'.encode(), b"") for name, content in written.items()}) == 1
    again = tmp_path / "roads.osm"
    again.write_bytes(written[".osm"])
    assert xml(read(again, EVERYWHERE)) == written[".osm"]


def test_compression_is_told_by_the_bytes(tmp_path: Path) -> None:
    """A gzip called `.osm`, plain XML called `.gz` and a PBF called `.osm` are read for what they are."""
    made = repacked(real("villeurbanne.osm.gz"), tmp_path, "2022-07-13")
    for kind, name in ((".osm.gz", "a.osm"), (".osm", "b.osm.gz"), (".osm.pbf", "c.osm")):
        made[kind].rename(tmp_path / name)
        assert len(read(tmp_path / name, EVERYWHERE).ways) == 125


def test_the_network_is_that_of_the_source(tmp_path: Path) -> None:
    """Villeurbanne's network is the same, edge by edge, from the answer itself and from what is written of it."""
    source, written = real("villeurbanne.osm.gz"), tmp_path / "roads.osm"
    written.write_bytes(xml(read(source, EVERYWHERE)))
    before, after = network(source, tmp_path), network(written, tmp_path)
    assert len(before.tail) == 202
    for name in ("node_ids", "tail", "head", "metres", "seconds", "kind"):
        assert np.array_equal(getattr(before, name), getattr(after, name)), name


def test_names_are_written_safely(tmp_path: Path) -> None:
    """A hostile name comes back as text, what XML has no place for as spaces; coordinates lose nothing."""
    extract = Extract(
        nodes={-2: (4.8500001, -45.7), 1: (-0.0000001, 45.7)},
        node_tags={1: {"barrier": HOSTILE}},
        ways=(Way(7, (1, -2), {"highway": "tertiary", "name": HOSTILE}),),
        restrictions=(),
        dated="2026-11-24",
        source=HOSTILE,
    )
    path = tmp_path / "roads.osm"
    path.write_bytes(xml(extract))
    again = read(path, EVERYWHERE)
    assert (again.nodes, again.dated) == (extract.nodes, "2026-11-24")
    assert again.ways[0].tags["name"] == again.node_tags[1]["barrier"] == "R ue <\"&'  {{7*7}}  é"


@pytest.mark.parametrize(
    ("head", "dated"),
    [
        ('<osm version="0.6"><meta osm_base="2026-11-20T08:00:00Z"/>', "2026-11-20"),
        ('<osm version="0.6" timestamp="2026-11-21T08:00:00Z">', "2026-11-21"),
        ('<osm version="0.6" dated="2026-11-22">', "2026-11-22"),
        ('<osm version="0.6">', "2025-01-02"),
    ],
)
def test_the_date_of_the_data(tmp_path: Path, head: str, dated: str) -> None:
    """The file's own date, else the day of its newest road; none when there is neither."""
    path = osm_file(tmp_path / "a.osm", SQUARE, [([1, 2], STREET), ([2, 3], STREET)])
    text = path.read_text("utf-8")
    assert read(path, EVERYWHERE).dated == ""
    text = text.replace('<way id="1">', '<way id="1" version="2" timestamp="2025-01-02T00:00:00Z">')
    path.write_text(text.replace('<osm version="0.6">', head), encoding="utf-8")
    assert read(path, EVERYWHERE).dated == dated


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("roads-malformed", 1)),
        (b"<osm>\n<node", ("roads-malformed", 2)),
        (b"<osm>\n<remark>timed out</remark></osm>", ("roads-partial", 2)),
        (b"<!DOCTYPE osm []>\n<osm/>", ("roads-doctype", 1)),
        (b"<html>\n</html>", ("roads-not-osm", 1)),
        (b'<osm>\n<way id="1"><nd ref="1"/></way></osm>', ("roads-missing-nodes", 2)),
        (b"<osm/>", ("roads-no-road", None)),
        (b"\xff\xfe<osm/>", ("roads-unreadable", None)),
        (bz2.compress(b"<osm>\n<node"), ("roads-malformed", 2)),
        (bz2.compress(b"<osm/>" * 100)[:-5], ("roads-unreadable", None)),
        (gzip.compress(b"<osm/>" * 100, mtime=0)[:-5], ("roads-unreadable", None)),
        (gzip.compress(b" " * 2_000_000, mtime=0), ("roads-too-large", None)),
        (bz2.compress(b" " * 2_000_000), ("roads-too-large", None)),
        (
            b'<osm>\n<node id="1" lat="1" lon="1" timestamp="soon"/><way id="1"><nd ref="1"/></way></osm>',
            ("roads-damaged", None),
        ),
    ],
)
def test_damaged_xml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, expected: tuple[str, int | None]
) -> None:
    """Each is one sentence with its file, and its line where it has one; what expands beyond measure is not read."""
    monkeypatch.setattr(guard, "LARGEST", 1_000_000)
    path = tmp_path / "a.osm"
    path.write_bytes(content)
    with pytest.raises(RoadsError) as error:
        read(path, EVERYWHERE)
    assert refused(error) == expected


@pytest.mark.parametrize("content", [b"", b"<osm/>", b"\x00\x00\x00\x0d\n\tOSMHeadeR", b"PK\x03\x04" + bytes(50)])
def test_what_is_no_pbf(tmp_path: Path, content: bytes) -> None:
    """An empty file, or one of another kind, is told not to be a PBF."""
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(RoadsError) as error:
        read(path, EVERYWHERE)
    assert refused(error) == ("roads-not-pbf", None)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file and a folder are told to be unreadable."""
    for path in (tmp_path / "a.osm.pbf", tmp_path):
        with pytest.raises(RoadsError) as error:
            read(path, EVERYWHERE)
        assert refused(error) == ("roads-unreadable", None)


def test_a_pbf_cut_anywhere(tmp_path: Path) -> None:
    """A PBF cut inside a block is refused in one sentence, never read in part."""
    content = real("monaco.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    chance = random.Random(4)  # noqa: S311  nothing to hide
    for end in (20, 60, 200, len(content) - 1, *(chance.randrange(200, len(content)) for _ in range(8))):
        path.write_bytes(content[:end])
        with pytest.raises(RoadsError) as error:
            read(path, EVERYWHERE)
        assert refused(error) == ("roads-damaged", None)


def test_a_pbf_with_bytes_changed(tmp_path: Path) -> None:
    """A PBF in which bytes have changed is refused, or read whole where it does not matter; never a crash."""
    content = real("monaco.osm.pbf").read_bytes()
    path = tmp_path / "changed.osm.pbf"
    chance = random.Random(5)  # noqa: S311  nothing to hide
    messages = set()
    for _ in range(10):
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= 0xFF
        path.write_bytes(changed)
        with pytest.raises(RoadsError) as error:
            read(path, EVERYWHERE)
        messages.add(refused(error)[0])
    assert messages <= {"roads-damaged", "roads-missing-nodes", "roads-not-pbf"}


WHOLE = gzip.compress(
    b'<osm version="0.6">\n<node id="1" lat="45.7" lon="4.8"/>\n<node id="2" lat="45.8" lon="4.9"/>\n'
    b'<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="tertiary"/></way>\n</osm>'
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(end=st.integers(0, len(WHOLE) - 1), plain=st.booleans())
def test_xml_cut_anywhere(tmp_path: Path, end: int, plain: bool) -> None:  # noqa: FBT001  a generated value
    """Wherever XML or gzip is cut, one sentence says so."""
    content = gzip.decompress(WHOLE) if plain else WHOLE
    path = tmp_path / "cut.osm"
    path.write_bytes(content[:end])
    with pytest.raises(RoadsError) as error:
        read(path, EVERYWHERE)
    assert refused(error)[0] in {"roads-malformed", "roads-unreadable"}


def test_xml_already_read() -> None:
    """What a server answered is read like a file, under the name of the server."""
    assert read_xml(gzip.decompress(WHOLE), "a.example", EVERYWHERE).source == "a.example"
