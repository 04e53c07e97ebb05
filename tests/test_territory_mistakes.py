"""A wrong territory folder is refused, with everything that is wrong and where."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.problem import Territory
from picup_planner.territory import read
from picup_planner.territory.files import LARGEST
from territories import FILES, edit, mistakes, write


class Case(NamedTuple):
    """What replaces a text of a file, the mistake it makes, its line (or a text of that line), some arguments."""

    file: str
    old: str
    new: str
    message: str
    line: int | str | None
    arguments: dict[str, object] = {}  # noqa: RUF012  never changed


WRONG = [
    Case("sites.csv", "Amont,amont", "Amont,Amonnt", "data-unknown-communes", 2, {"nearest": "amont"}),
    Case("markets.csv", "place,dim", "plaça d’amont,dim", "data-unknown-sites", 3, {"nearest": "Place d’Amont"}),
    Case("habits.csv", "as-1,mer", "adda,mer", "data-unknown-staff", 2, {"value": "adda", "nearest": "Ada"}),
    Case("habits.csv", "Après-midi", "soir", "data-unknown-sessions", 2, {"value": "soir"}),
    Case("staff.csv", "Chloé,casp", "Chloé,caps", "data-unknown-roles", 3, {"nearest": "casp"}),
    Case("staff.csv", "as,ville", "as,villle", "data-unknown-partners", 2, {"nearest": "Ville"}),
    Case("territory.toml", 'depot = "Dépôt"', 'depot = "dpt"', "data-unknown-depots", '= "dpt"',
         {"nearest": "Dépôt"}),
    Case("pins.csv", "as-1|casp-1", "as-1|casp-8", "data-unknown-staff", 2, {"value": "casp-8"}),
    Case("sites.csv", "45.72,4.85", "45.80,4.85", "data-outside-commune", 2,
         {"metres": 6116, "commune": "Amont-sur-Rhône"}),
    Case("sites.csv", "45.72,4.85", "45.68,4.85", "data-in-another-commune", 2, {"other": "Aval"}),
    Case("sites.csv", "45.72,4.85", "4.85,45.72", "data-swapped-coordinates", 2, {"latitude": "4.85"}),
    Case("areas.csv", "45.73,4.88", "4.88,45.73", "data-swapped-coordinates", 2, {"place": "Est"}),
    Case("territory.toml", "latitude = 45.70\nlongitude = 4.86", "latitude = 4.86\nlongitude = 45.70",
         "data-swapped-coordinates", "[[depots]]", {"place": "Dépôt"}),
    Case("territory.toml", 'phone = ""', 'page = "javascript:1"', "data-not-a-page", "page =", {"column": "page"}),
    Case("sites.csv", "45.72,4.85", "145.72,4.85", "data-too-large", 2, {"column": "latitude", "maximum": 90}),
    Case("sites.csv", "45.72,4.85", "nord,4.85", "data-not-a-number", 2, {"column": "latitude", "value": "nord"}),
    Case("sites.csv", "45.72,4.85", ",", "data-site-on-without-coordinates", 2, {"site": "Place d’Amont"}),
    Case("sites.csv", ",,,,missing", ",,4.85,,missing", "data-one-coordinate", 5, {"site": "Halle d’Aval"}),
    Case("sites.csv", "Position à relever", "", "data-site-off-without-reason", 5, {"site": "Halle d’Aval"}),
    Case("sites.csv", "gare,Gare", "place,Gare", "data-duplicate-sites", 3, {"value": "place"}),
    Case("sites.csv", "place,Place", "Place 1,Place", "data-bad-id", 2, {"value": "Place 1"}),
    Case("sites.csv", "place,Place", "aux,Place", "data-bad-id", 2, {"value": "aux"}),
    Case("sites.csv", "place,Place", ",Place", "data-missing-value", 2, {"column": "id"}),
    Case("sites.csv", "amont,square", "amont,", "data-missing-value", 2, {"column": "kind"}),
    Case("sites.csv", "amont,square", "amont,parvis", "data-not-one-of", 2,
         {"choices": "square, market, forecourt, street, station, social-centre"}),
    Case("sites.csv", "yes,,allowed", "peut-être,,allowed", "data-not-one-of", 2, {"choices": "yes, no"}),
    Case("sites.csv", "kind,latitude", "kind,lattitude", "data-unknown-column", 1, {"nearest": "latitude"}),
    Case("sites.csv", "commune,kind", "use,kind", "data-duplicate-column", 1, {"column": "use"}),
    Case("sites.csv", "commune,kind", "note,kind", "data-missing-column", 1, {"column": "commune"}),
    Case("sites.csv", "Gare d’Amont,", "Gare d’Amont", "data-cells", 3, {"found": 10, "expected": 11}),
    Case("sites.csv", "45.72,4.85", "45,72,4,85", "data-cells", 2, {"found": 13, "expected": 11}),
    Case("sites.csv", "Gare d’Amont", '"Gare d’Amont', "data-csv-syntax", 3),
    Case("staff.csv", "as,ville,80", "as,ville,101", "data-too-large", 2, {"column": "share", "maximum": 100}),
    Case("staff.csv", "as,ville,80", "as,ville,0", "data-too-small", 2, {"column": "share", "minimum": 1}),
    Case("staff.csv", "as,ville,80", "as,ville,80.5", "data-not-a-whole-number", 2, {"column": "share"}),
    Case("staff.csv", "asso,,30", "asso,,-30", "data-not-positive", 3, {"column": "hours", "value": "-30"}),
    Case("staff.csv", "asso,,30", "asso,,beaucoup", "data-not-a-number", 3, {"column": "hours"}),
    Case("staff.csv", "Ada", "A" * 201, "data-too-long", 2, {"column": "name", "maximum": 200}),
    Case("absences.csv", "2026-12-31", "2026-02-30", "data-no-such-date", 2, {"column": "last", "value": "2026-02-30"}),
    Case("absences.csv", "2026-12-31", "31/12/2026", "data-not-a-date", 2, {"column": "last"}),
    Case("absences.csv", "2026-12-31", "2026-12-01", "data-reversed-dates", 2,
         {"first": "2026-12-21", "last": "2026-12-01"}),
    Case("closures.csv", "2026-12-24,Inv", "2026-12-23,Inv", "data-reversed-dates", 2),
    Case("school_holidays.csv", "2027-01-03", "2026-01-03", "data-reversed-dates", 2),
    Case("school_holidays.csv", "A,Noël", "D,Noël", "data-not-a-zone", 2, {"column": "zone", "value": "D"}),
    Case("openings.csv", "18:00", "8:00", "data-reversed-hours", 2, {"start": "8h30", "end": "8:00"}),
    Case("openings.csv", "18:00", "18", "data-not-an-hour", 2, {"column": "end"}),
    Case("openings.csv", "lundi", "lundy", "data-not-one-of", 2, {"choices": "mon, tue, wed, thu, fri, sat, sun"}),
    Case("fixed.csv", "17:00", "14:00", "data-reversed-hours", 2),
    Case("fixed.csv", "centre,tue", "halle,tue", "data-fixed-without-coordinates", 2, {"site": "Halle d’Aval"}),
    Case("fixed.csv", "as-1|casp-1", "as-1", "data-crew-cannot-hold-roles", 2, {"permanence": "Mardi au centre"}),
    Case("fixed.csv", "as|casp,as-1|casp-1", "as|as,as-1|casp-1", "data-crew-cannot-hold-roles", 2),
    Case("fixed.csv", "mardi,", "m" * 39 + ",", "data-too-long", 2, {"column": "id", "maximum": 38}),
    Case("communes.csv", "2,4,4", "5,4,4", "data-frequency-order", 3),
    Case("communes.csv", "2,4,4", "2,-4,4", "data-too-small", 3, {"column": "maximum", "minimum": 0}),
    Case("communes.csv", "69901", "6990", "data-not-insee", 3, {"column": "insee"}),
    Case("communes.csv", "69902", "69903", "data-no-contour", 5, {"commune": "Aval"}),
    Case("communes.geojson", '"69902"', '"69901"', "data-duplicate-contour", 2, {"insee": "69901"}),
    Case("communes.geojson", '"69902"', "69902", "data-contour-without-insee", None, {"number": 2}),
    Case("communes.geojson", ", [4.83, 45.705]]]", "]]", "data-wrong-contour", 2, {"insee": "69901"}),
    Case("communes.geojson", "[4.89, 45.745], [4.83, 45.745]", "[4.83, 45.745], [4.89, 45.745]",
         "data-wrong-contour", 2),
    Case("communes.geojson", '"Polygon"', '"Point"', "data-wrong-contour", 2),
    Case("communes.geojson", "4.83", "NaN", "data-wrong-contour", 2),
    Case("communes.geojson", "4.83", "9" * 400, "data-wrong-contour", 2),
    Case("communes.geojson", "]]]}},", "]]]}}", "data-json-syntax", 4),
    Case("communes.geojson", '"features"', '"feature"', "data-not-a-feature-collection", None),
    Case("partners.csv", "2,20", "20,2", "data-reversed-quota", 2, {"minimum": 20, "maximum": 2}),
    Case("pairings.csv", "as-1,casp-2", "as-1,Ada", "data-paired-with-oneself", 2, {"value": "as-1"}),
    Case("pins.csv", "held,,place,2026-12-08,matin,as-1|casp-1", "together,,,,,as-1", "data-pin-needs-two-people", 2),
    Case("territory.toml", "set_up_minutes = 25", "setup_minutes = 25", "data-unknown-key", "setup_minutes",
         {"value": "setup_minutes", "nearest": "set_up_minutes"}),
    Case("territory.toml", "set_up_minutes = 25", "set_up_minutes = -5", "data-too-small", "= -5",
         {"column": "set_up_minutes", "minimum": 0}),
    Case("territory.toml", "set_up_minutes = 25", "min_gap = 0", "data-not-positive", "min_gap"),
    Case("territory.toml", "set_up_minutes = 25", "notice = true", "data-not-a-whole-number", "= true"),
    Case("territory.toml", "set_up_minutes = 25", "midday_start = 15:00:00\nmidday_end = 14:00:00",
         "data-reversed-hours", "midday_end", {"start": "15:00:00"}),
    Case("territory.toml", "[settings]", "[setings]", "data-unknown-key", "[setings]", {"nearest": "settings"}),
    Case("territory.toml", "set_up_minutes = 25", "hour_factors = [1.0, 1.2]", "data-wrong-count", "hour_factors",
         {"found": 2, "expected": 24}),
    Case("territory.toml", '["sat", "dim"]', '["sat", "dimanch"]', "data-not-one-of", "dimanch"),
    Case("territory.toml", 'start = "09:00"', 'start = "12:00"', "data-reversed-hours", 'end = "12:00"'),
    Case("territory.toml", "last = 2026-12-12", "last = 2026-12-01", "data-reversed-dates", "off ="),
    Case("territory.toml", "last = 2026-12-12", "last = 2026-02-30", "data-toml-syntax", "off ="),
    Case("territory.toml", "off = [{ first = 2026-12-11, last = 2026-12-12 }]", "off = [2026-12-11]",
         "data-wrong-value", "off =", {"column": "off"}),
    Case("territory.toml", "[[vans]]", "[vans]", "data-wrong-table", "[vans]", {"table": "[[vans]]"}),
    Case("territory.toml", '[service]\nname = "Service d’essai"\nphone = ""', "", "data-missing-table", None,
         {"table": "service"}),
    Case("territory.toml", 'id = "essai"', "", "data-missing-value", None, {"column": "id"}),
    Case("territory.toml", 'id = "depot"', 'id = "gare"', "data-depot-named-as-site", "[[depots]]", {"value": "gare"}),
    Case("territory.toml", "tolerance = 0.02", "tolerance = 2", "data-too-large", "tolerance",
         {"column": "tolerance", "maximum": 1}),
    Case("answers.csv", "matin,oui\n", "matin,oui\ncasp-1,2026-12-09,Matin,non\n", "data-two-answers", 3),
    Case("territory.toml", 'name = "Dépôt"', "name = { fr = 1 }", "data-wrong-value", "fr = 1", {"column": "name"}),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder that holds a small correct territory."""
    return write(tmp_path)


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case.file} {case.new}"[:60])
def test_mistake(folder: Path, case: Case) -> None:
    """Each mistake is told once, with its line, the value typed, and the nearest valid one where there is one."""
    edit(folder, case.file, case.old, case.new)
    told = [mistake for mistake in mistakes(folder) if mistake.message == case.message]
    line = line_of(folder / case.file, case.line) if isinstance(case.line, str) else case.line
    assert [mistake.origin for mistake in told] == [Origin(case.file, line)]
    assert case.arguments.items() <= told[0].arguments.items()


def line_of(path: Path, text: str) -> int:
    """First line of a file that holds a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_ambiguous_name(folder: Path) -> None:
    """A name that two sites have is refused where it is used, with the ids that could be meant."""
    edit(folder, "sites.csv", "Gare d’Amont", "Place d'amont")
    (mistake,) = mistakes(folder)
    assert (mistake.message, mistake.origin) == ("data-ambiguous-name", Origin("site_closures.csv", 2))
    assert mistake.arguments == {"column": "site", "value": "Place d'Amont", "choices": "gare, place"}


def test_all_at_once(folder: Path) -> None:
    """Mistakes of every file, several of one row included, are told together, in the order of files and lines."""
    edit(folder, "sites.csv", "amont,square,45.72", "amonnt,parvis,nord")
    edit(folder, "sites.csv", "halle,Halle", "place,Halle")
    edit(folder, "staff.csv", '80,"35,5"', "300,-3")
    edit(folder, "staff.csv", "casp|as", "casp|asx")
    edit(folder, "absences.csv", "2026-12-31", "2026-02-30")
    edit(folder, "territory.toml", "set_up_minutes", "setup_minutes")
    (folder / "partners.csv").unlink()
    told = [(str(mistake.origin), mistake.message) for mistake in mistakes(folder)]
    assert told == [
        ("absences.csv:2", "data-no-such-date"),
        ("partners.csv", "data-missing-file"),
        ("sites.csv:2", "data-unknown-communes"),
        ("sites.csv:2", "data-not-one-of"),
        ("sites.csv:2", "data-not-a-number"),
        ("sites.csv:5", "data-duplicate-sites"),
        ("staff.csv:2", "data-too-large"),
        ("staff.csv:2", "data-not-positive"),
        ("staff.csv:4", "data-unknown-roles"),
        (f"territory.toml:{line_of(folder / 'territory.toml', 'setup_minutes')}", "data-unknown-key"),
    ]


@pytest.mark.parametrize(
    "row", ["place,Place d’Amont,amont,parvis,45.72,4.85,,,,,", "place,Place d’Amont,amont,square"]
)
def test_a_refused_row_still_has_its_name(folder: Path, row: str) -> None:
    """What is wrong with a site is told once: the markets and closures that name it are not called unknown."""
    line = FILES["sites.csv"].splitlines()[1]
    edit(folder, "sites.csv", line, row)
    assert [mistake.origin for mistake in mistakes(folder)] == [Origin("sites.csv", 2)]


@pytest.mark.parametrize("file", ["communes.csv", "sites.csv", "staff.csv", "partners.csv", "territory.toml"])
def test_an_unreadable_file_hides_no_other_mistake(folder: Path, file: str) -> None:
    """A file that cannot be read is told alone, without a crowd of unknown names, and the others are still checked."""
    (folder / file).write_bytes(b"\xff\xfe")
    edit(folder, "absences.csv", "2026-12-31", "2026-02-30")
    told = [(mistake.message, mistake.origin) for mistake in mistakes(folder)]
    assert told == [
        ("data-no-such-date", Origin("absences.csv", 2)),
        ("data-not-utf-8", Origin(file, 1)),
    ]


@pytest.mark.parametrize(
    "file",
    [
        "territory.toml",
        "communes.csv",
        "communes.geojson",
        "sites.csv",
        "staff.csv",
        "partners.csv",
        "school_holidays.csv",
    ],
)
def test_missing_file(folder: Path, file: str) -> None:
    """A required file that is missing is told by name."""
    (folder / file).unlink()
    assert mistakes(folder) == (Mistake("data-missing-file", {"file": file}, Origin(file)),)


def test_missing_roads(folder: Path) -> None:
    """Roads that are missing are told with the commands that bring them, unless they are not wanted yet."""
    (folder / "roads.osm").unlink()
    assert mistakes(folder) == (Mistake("data-missing-roads", {}, Origin("roads.osm")),)
    assert read(folder, roads=False).name


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is told by its path."""
    assert [mistake.message for mistake in mistakes(tmp_path / "ailleurs")] == ["data-missing-folder"]


def test_misspelt_optional_file(folder: Path) -> None:
    """A file that no table reads is told, with the nearest one: absences are never left out in silence."""
    (folder / "absences.csv").rename(folder / "abscences.csv")
    (mistake,) = mistakes(folder)
    assert (mistake.message, mistake.arguments["nearest"]) == ("data-unknown-file", "absences.csv")


def test_not_utf_8(folder: Path) -> None:
    """A file saved in another encoding is told with its first wrong line."""
    (folder / "sites.csv").write_bytes(FILES["sites.csv"].replace("’", "'").encode("latin-1"))
    assert [(m.message, m.origin) for m in mistakes(folder)] == [("data-not-utf-8", Origin("sites.csv", 5))]


def test_empty_files(folder: Path) -> None:
    """A required file without a row is told; one without even a header lacks its columns."""
    (folder / "partners.csv").write_text("id,name\n# personne\n", encoding="utf-8")
    assert "data-no-rows" in {mistake.message for mistake in mistakes(folder)}
    (folder / "partners.csv").write_text("", encoding="utf-8")
    assert [mistake.arguments for mistake in mistakes(folder)] == [{"column": "id"}, {"column": "name"}]


def test_file_too_large(folder: Path) -> None:
    """A file of more than 20 MB is refused unread."""
    with (folder / "sites.csv").open("r+b") as file:
        file.truncate(LARGEST + 1)
    (mistake,) = mistakes(folder)
    assert (mistake.message, mistake.arguments["megabytes"]) == ("data-file-too-large", 20)


def test_folder_in_place_of_a_file(folder: Path) -> None:
    """A file that cannot be opened is told."""
    (folder / "sites.csv").unlink()
    (folder / "sites.csv").mkdir()
    assert [mistake.message for mistake in mistakes(folder)] == ["data-unreadable-file"]


def test_role_nobody_has(folder: Path) -> None:
    """A role that nobody has is told where it was typed."""
    edit(folder, "staff.csv", "Ada,as,", "Ada,casp,")
    edit(folder, "staff.csv", "casp|as", "casp")
    edit(folder, "fixed.csv", "as-1|casp-1", "")
    (mistake,) = mistakes(folder)
    assert (mistake.message, mistake.arguments) == ("data-role-nobody-has", {"role": "Assistante sociale"})
    assert mistake.origin == Origin("territory.toml", line_of(folder / "territory.toml", "[[roles]]"))


def test_no_driver(folder: Path) -> None:
    """A van that nobody drives is told; without a van nobody needs to drive."""
    edit(folder, "staff.csv", "yes,", "no,")
    edit(folder, "staff.csv", "oui,", "non,")
    (mistake,) = mistakes(folder)
    assert mistake.message == "data-no-driver"
    assert mistake.origin == Origin("territory.toml", line_of(folder / "territory.toml", "[[vans]]"))
    start, end = (FILES["territory.toml"].index(table) for table in ("[[vans]]", "[[sessions]]"))
    edit(folder, "territory.toml", FILES["territory.toml"][start:end], "")
    assert read(folder).vans == ()


def test_precision_widens_the_contour(folder: Path) -> None:
    """A site may lie outside its commune by 100 m and by what its position is uncertain of, no more."""
    edit(folder, "sites.csv", "45.72,4.85,", "45.7465,4.85,")
    assert [mistake.message for mistake in mistakes(folder)] == ["data-outside-commune"]
    edit(folder, "sites.csv", "45.7465,4.85,", "45.7465,4.85,70")
    assert read(folder).sites[0].precision == 70


def test_duplicate_insee(folder: Path) -> None:
    """Two communes may not have one INSEE code."""
    edit(folder, "communes.csv", "69902", "69901")
    told = [mistake.origin for mistake in mistakes(folder) if mistake.message == "data-duplicate-insee"]
    assert told == [Origin("communes.csv", 3), Origin("communes.csv", 5)]


def test_deep_nesting(folder: Path) -> None:
    """Files nested without end are refused like any other that cannot be read."""
    (folder / "communes.geojson").write_text("[" * 100_000, encoding="utf-8")
    (folder / "territory.toml").write_text("a = " + "[" * 100_000, encoding="utf-8")
    assert [mistake.message for mistake in mistakes(folder)] == ["data-json-syntax", "data-toml-syntax"]


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder whose files each example writes anew."""
    return tmp_path_factory.mktemp("territory")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_edit_is_read_or_refused(shared_folder: Path, data: st.DataObject) -> None:
    """Whatever replaces any piece of any file, the folder makes a territory or is refused with mistakes: no crash."""
    shutil.rmtree(shared_folder)
    shared_folder.mkdir()
    write(shared_folder)
    file = data.draw(st.sampled_from([name for name in FILES if name != "roads.osm"]))
    text = FILES[file]
    start = data.draw(st.integers(0, len(text)))
    end = min(len(text), start + data.draw(st.integers(0, 12)))
    words = st.sampled_from(["", ",", "\n", '"', "|", "#", "-1", "0", "1e999", "9" * 20, "amont", "\x00", "é;"])
    typed = data.draw(words | st.text(max_size=8))
    (shared_folder / file).write_bytes((text[:start] + typed + text[end:]).encode("utf-8", "surrogatepass"))
    try:
        territory = read(shared_folder)
    except DataError as error:
        told = error.mistakes
        assert told
        assert all(mistake.origin for mistake in told)
    else:
        assert Territory.model_validate_json(territory.model_dump_json()) == territory
