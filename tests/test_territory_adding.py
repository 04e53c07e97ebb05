from pathlib import Path

import pytest

import territories
from picup_planner.errors import DataError
from picup_planner.territory import read
from picup_planner.territory.adding import new_ids, new_names, with_sites

ROW = {
    "id": "amont-01",
    "name": "Place, la grande",
    "commune": "amont",
    "kind": "square",
    "on": "no",
    "missing": "À voir",
}


@pytest.mark.parametrize(
    ("separator", "ending", "mark", "last"),
    [(",", "\n", b"", True), (";", "\r\n", b"\xef\xbb\xbf", True), (",", "\n", b"", False), (",", "\r\n", b"", False)],
)
def test_what_is_there_stays_to_the_byte(
    tmp_path: Path,
    separator: str,
    ending: str,
    mark: bytes,
    last: bool,  # noqa: FBT001  a case
) -> None:
    """Rows go under those that are there, with their separator and line ends, whether the last line has one or not."""
    territories.write(tmp_path)
    text = territories.FILES["sites.csv"].replace(",", separator).replace("\n", ending)
    before = mark + (text if last else text.removesuffix(ending)).encode()
    (tmp_path / "sites.csv").write_bytes(before)
    after = with_sites(tmp_path, [ROW, ROW | {"id": "amont-02", "name": "Halle"}])
    assert after.startswith(before)
    added = after[len(before) :].decode()
    assert added.count(ending) == 2 + (not last)
    (tmp_path / "sites.csv").write_bytes(after)
    new = {site.id: site for site in read(tmp_path).sites}["amont-01"]
    assert (new.name, new.on, new.missing) == ("Place, la grande", False, "À voir")


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A row that fills columns the file has not is refused, each named with the line of the header."""
    territories.write(tmp_path)
    with pytest.raises(DataError) as refused:
        with_sites(tmp_path, [ROW | {"source": "OSM", "note": "vu"}])
    told = [(one.message, one.arguments["column"], str(one.origin)) for one in refused.value.mistakes]
    assert told == [(*("data-missing-column", column), "sites.csv:1") for column in ("source", "note")]


def test_ids_go_on_from_those_of_the_commune(tmp_path: Path) -> None:
    """After `am-009` comes `am-010`, numbers already given are skipped; without a pattern the commune gives its id."""
    territories.write(tmp_path)
    territories.edit(
        tmp_path, "sites.csv", "halle,Halle", "am-009,Marché,amont,market,,,,missing,no,À voir,\nhalle,Halle"
    )
    territories.edit(tmp_path, "territory.toml", 'id = "depot"', 'id = "am-011"')
    territory = read(tmp_path)
    assert new_ids(territory, "amont", 3) == ["am-010", "am-012", "am-013"]
    assert new_ids(territory, "aval", 2) == ["aval-01", "aval-02"]
    assert new_ids(territory, "aval", 0) == []


def test_names_stay_those_of_one_site(tmp_path: Path) -> None:
    """A name that a site has, however it is written, is numbered: rows that refer to it must go on meaning one."""
    territory = read(territories.write(tmp_path))
    names = new_names(territory, ["place d'amont", "Neuve", "neuve", "Place d’Amont"])
    assert names == ["place d'amont (2)", "Neuve", "neuve (2)", "Place d’Amont (3)"]
