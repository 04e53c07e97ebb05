"""A territory folder is read as typed."""

import csv
import io
import re
from collections import Counter
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from picup_planner.errors import DataError, Origin
from picup_planner.problem import Level, PinKind, Settings, SiteKind, Territory, Together, Use
from picup_planner.solver.objectives import chosen
from picup_planner.territory import embedded, read
from picup_planner.territory.cells import hour, weekday
from picup_planner.territory.tables import IN_CSV, IN_TOML, TABLES
from problems import tiny_problem
from territories import edit, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder that holds a small correct territory."""
    return write(tmp_path)


def test_small_territory(folder: Path) -> None:
    """Every file becomes nouns: accents, lists, dates, hours, defaults of empty cells."""
    territory = read(folder)
    assert (territory.id, territory.name) == ("essai", "Pays d’Essai")
    assert [commune.frequency.maximum for commune in territory.communes] == [4, 3]
    assert [len(commune.contour) for commune in territory.communes] == [5, 5]
    gare, centre = territory.sites[1], territory.sites[2]
    assert (gare.name, gare.kind, gare.use, gare.precision) == ("Gare d’Amont", SiteKind.STATION, Use.PREFERRED, 60)
    assert (centre.on, centre.missing) == (True, "")
    assert territory.sites[3].latitude is None
    assert territory.vans[0].off[0].last == date(2026, 12, 12)
    assert territory.sessions[1].start == time(13, 30)
    assert territory.settings.set_up == timedelta(minutes=25)
    assert territory.settings.closed_weekdays == (6, 7)
    assert territory.settings.notice == Settings().notice
    assert [(choice.name, choice.tolerance) for choice in territory.settings.objectives] == [
        ("travel", 0.02),
        ("balance", 0),
    ]
    assert territory.staff[0].hours == timedelta(hours=35, minutes=30)
    assert territory.weekly[0].roles == ("as", "casp")
    assert territory.pairings[0].kind is Together.MUST_NOT
    assert (territory.pins[0].kind, territory.pins[0].members) == (PinKind.HELD, ("as-1", "casp-1"))
    assert territory.closures[0].name == "Inventaire"


def test_rows_join_their_site_and_their_person(folder: Path) -> None:
    """Openings, markets, closures and permits go to their site, habits to their person, in the order typed."""
    territory = read(folder)
    place, gare = territory.sites[:2]
    assert [(market.weekday, market.start, market.end) for market in place.markets] == [
        (3, time(7), time(13)),
        (7, time(7), time(13)),
    ]
    assert gare.openings[0].end == time(18)
    assert place.closures[0].reason == "Travaux"
    assert gare.permits[0].first == date(2026, 12, 1)
    assert [(habit.weekday, habit.session, habit.level) for habit in territory.staff[0].habits] == [
        (3, "apres-midi", Level.IF_NEEDED),
        (5, None, Level.NO),
    ]


def test_origins(folder: Path) -> None:
    """Every noun knows its file and line, comments and blank lines counted."""
    territory = read(folder)
    assert territory.communes[0].origin == Origin("communes.csv", 3)
    assert territory.communes[1].origin == Origin("communes.csv", 5)
    assert territory.sites[0].markets[1].origin == Origin("markets.csv", 3)
    toml = (folder / "territory.toml").read_text(encoding="utf-8").splitlines()
    assert territory.vans[0].origin == Origin("territory.toml", toml.index("[[vans]]") + 1)
    second = toml.index("[[sessions]]", toml.index("[[sessions]]") + 1)
    assert territory.sessions[1].origin == Origin("territory.toml", second + 1)
    assert territory.settings.origin == Origin("territory.toml", toml.index("[settings]") + 1)


def test_optional_files_may_be_absent(folder: Path) -> None:
    """What is not required is empty when its file is not there."""
    for table in IN_CSV.values():
        if not table.required:
            (folder / table.file).unlink()
    territory = read(folder)
    assert (territory.absences, territory.weekly, territory.pins, territory.closures) == ((), (), (), ())


def test_every_setting_can_be_typed() -> None:
    """Each field of the settings has its key; lengths end in `_minutes`."""
    keys = {key.removesuffix("_minutes") for key in TABLES["settings"].columns}
    assert keys == Settings.model_fields.keys() - {"origin", "objectives"}
    lengths = {name for name, field in Settings.model_fields.items() if field.annotation is timedelta}
    assert {key for key in TABLES["settings"].columns if key.endswith("_minutes")} == {f"{n}_minutes" for n in lengths}


def test_every_field_can_be_typed() -> None:
    """Each field of each noun has a column, or comes from another file; what a noun requires, its table needs."""
    elsewhere = {"communes": {"contour"}, "settings": {"objectives"}}
    for _, owner, field in (table.owner for table in TABLES.values() if table.owner):
        elsewhere.setdefault(owner, set()).add(field)
    for kind, table in TABLES.items():
        fields = table.shape(dict.fromkeys(table.columns, ())).keys() | elsewhere.get(kind, set())
        owner = {table.owner[0]} if table.owner else set()
        assert fields - owner == table.noun.model_fields.keys() - {"origin"}, kind
        required = {name for name, field in table.noun.model_fields.items() if field.is_required()}
        assert required <= table.shape(dict.fromkeys(table.needed.split(), ())).keys(), kind
        assert set(table.needed.split()) <= table.columns.keys(), kind
    assert Territory.model_fields.keys() - TABLES.keys() == {"id", "name", "origin"}
    assert TABLES.keys() == IN_TOML.keys() | IN_CSV.keys()


@pytest.mark.parametrize("typed", ["Amont-sur-Rhône", "amont sur rhone", "AMONT-SUR-RHÔNE", "amont", "Amont"])
def test_names_stand_for_ids(folder: Path, typed: str) -> None:
    """A name is accepted wherever an id is, whatever its accents, case, spaces and hyphens."""
    edit(folder, "sites.csv", "place,Place d’Amont,amont,", f"place,Place d’Amont,{typed},")
    assert read(folder).sites[0].commune == "amont"


def test_names_in_lists(folder: Path) -> None:
    """Lists hold names too."""
    edit(folder, "fixed.csv", "as|casp,as-1|casp-1", "Assistante sociale | casp, Ada|chloe")
    weekly = read(folder).weekly[0]
    assert (weekly.roles, weekly.crew) == (("as", "casp"), ("as-1", "casp-1"))


def test_a_role_typed_twice_is_one_role(folder: Path) -> None:
    """Whoever has a role twice, or is asked for twice, counts once."""
    edit(folder, "staff.csv", "Ada,as,", "Ada,as|as,")
    edit(folder, "fixed.csv", "as|casp,as-1|casp-1", "as|casp|AS,as-1|casp-1")
    territory = read(folder)
    assert (territory.staff[0].roles, territory.weekly[0].roles) == (("as",), ("as", "casp"))


def test_an_id_comes_before_a_name(folder: Path) -> None:
    """When what was typed is an id, it means that one, even if somebody is called so."""
    edit(folder, "staff.csv", "casp-1,Chloé", "casp-1,AS-1")
    edit(folder, "absences.csv", "Ada", "as-1")
    assert read(folder).absences[0].member == "as-1"


def test_decimal_comma(folder: Path) -> None:
    """Numbers may have a decimal comma, in CSV and in TOML."""
    edit(folder, "sites.csv", "45.72,4.85", '"45,72","4,85"')
    edit(folder, "territory.toml", "latitude = 45.70", 'latitude = "45,70"')
    territory = read(folder)
    assert (territory.sites[0].latitude, territory.depots[0].latitude) == (45.72, 45.7)


@pytest.mark.parametrize("typed", ["8h30", "8 h 30", "08:30", "8:30", "08:30:00", "08H30"])
def test_hours_as_people_write_them(typed: str) -> None:
    """An hour may be written with `h` or a colon, with or without its zero."""
    assert hour(typed) == time(8, 30)


def test_round_hour() -> None:
    """`8h` is eight o'clock, `8:` is nothing."""
    assert hour("8h") == time(8)
    for typed in ("8:", "8", "24:00", "8h60", "", "8h3"):
        with pytest.raises(DataError):
            hour(typed)


def test_weekdays_in_both_languages() -> None:
    """Weekdays are read in English and in French, short or whole."""
    assert [weekday(typed) for typed in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] == list(range(1, 8))
    assert [weekday(typed) for typed in ["lun.", "MAR", "mer", "jeu", "Vendredi", "samedi", "dim"]] == list(range(1, 8))


def test_spreadsheet_habits(folder: Path) -> None:
    """A file saved by a French spreadsheet (byte-order mark, semicolons, CRLF, quoted comments) reads the same.

    It writes dates its own way, and gives all lines as many cells as the longest one, comments included.
    """
    before = read(folder)
    for name in ("staff.csv", "sites.csv", "communes.csv", "absences.csv", "closures.csv"):
        rows = csv.reader(io.StringIO((folder / name).read_text(encoding="utf-8")))
        dated = ([re.sub(r"^(\d+)-(\d+)-(\d+)$", r"\3/\2/\1", cell) for cell in row] for row in rows)
        saved = io.StringIO()
        csv.writer(saved, delimiter=";").writerows([*row, "", ""] for row in dated)
        text = saved.getvalue().replace("# deux communes", '"# deux communes"')
        (folder / name).write_bytes(text.encode("utf-8-sig"))
    assert b';"le mardi, au si' not in (folder / "staff.csv").read_bytes()
    assert b";31/12/2026;" in (folder / "absences.csv").read_bytes()
    assert read(folder) == before


def test_decomposed_accents(folder: Path) -> None:
    """Letters followed by combining accents (macOS) are read as letters with accents."""
    edit(folder, "staff.csv", "Chloé", "Chloe\N{COMBINING ACUTE ACCENT}")
    assert read(folder).staff[1].name == "Chloé"


def test_toml_dates_and_hours_without_quotes(folder: Path) -> None:
    """TOML's own dates and hours are read like texts."""
    edit(folder, "territory.toml", 'start = "13h30"', "start = 13:30:00")
    edit(folder, "territory.toml", "first = 2026-12-11", 'first = "2026-12-11"')
    territory = read(folder)
    assert territory.sessions[1].start == time(13, 30)
    assert territory.vans[0].off[0].first == date(2026, 12, 11)


def test_round_trip(folder: Path) -> None:
    """A territory read goes to JSON and back without loss, origins included."""
    territory = read(folder)
    again = Territory.model_validate_json(territory.model_dump_json())
    assert again == territory
    assert again.staff[0].origin == territory.staff[0].origin


def test_the_order_of_use_is_written_whole() -> None:
    """Whoever uncomments it to change it loses no objective, and changes none before."""
    written = re.sub(r"^# ", "", (embedded() / "territory.toml").read_text("utf-8"), flags=re.MULTILINE)
    names = re.findall(r'^\[\[objectives\]\]\nname = "(\w+)"', written, re.MULTILINE)
    assert names == [objective.name for objective in chosen(tiny_problem())]


def test_embedded_territory() -> None:
    """The territory the program comes with is correct: four communes, light contours, at least three sites each."""
    territory = read(embedded())
    assert {commune.insee for commune in territory.communes} == {"69259", "69199", "69276", "69273"}
    assert all(3 < len(commune.contour) <= 41 for commune in territory.communes)
    on = Counter(s.commune for s in territory.sites if s.on and s.kind is not SiteKind.SOCIAL_CENTRE)
    assert min(on[commune.id] for commune in territory.communes) >= 3
    assert all(site.missing for site in territory.sites if not site.on)
