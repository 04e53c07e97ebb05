"""Scenarios: what each change does to a territory, how they add up, how they are told and read from a file."""

from datetime import date
from pathlib import Path

import pytest

import picup_planner as pp
from picup_planner.display.telling import scenario_told
from picup_planner.errors import DataError
from picup_planner.messages import LANGUAGES, Words
from picup_planner.problem import Territory
from picup_planner.scenarios.changes import CHANGES
from picup_planner.scenarios.scenario import Change
from picup_planner.solver.objectives import chosen

MINI = pp.NewSite("Halle", 45.70, 4.87)
EXAMPLES: tuple[Change, ...] = (
    pp.Saturdays(),
    pp.SecondVan(),
    pp.SecondVan("Petit camion"),
    pp.Target(3),
    pp.Target(1, "feyzin"),
    pp.OtherDepot(45.70, 4.90, "Ailleurs"),
    pp.NewCommune("mions", "69283", "Mions", (MINI, MINI)),
    pp.Prefer("regularity", over="unreached"),
    pp.Without("as-2"),
    pp.Absent("as-2", date(2026, 12, 8)),
    pp.Absent("as-2", date(2026, 12, 8), date(2026, 12, 10)),
    pp.Closed("fey-01", date(2026, 12, 8)),
    pp.Closed("fey-01", date(2026, 12, 8), date(2026, 12, 10)),
    pp.Held("fey-01", date(2026, 12, 8), "matin"),
    pp.Setting("min_gap", 7),
)
FILE = """
[[scenarios]]
name = "Un peu de tout"
saturdays = true
second_van = "Petit camion"
target = 3
other_depot = { latitude = 45.7, longitude = 4.9, name = "Ailleurs" }
prefer = ["regularity", "unreached"]
without = "as-2"
setting = ["min_gap", 7]

[[scenarios]]
target = { permanences = 1, commune = "feyzin" }
second_van = false
absent = [
    { member = "as-1", first = 2026-12-08 },
    { member = "as-3", first = 2026-12-08, last = 2026-12-10 },
]

[[scenarios.new_commune]]
id = "mions"
insee = "69283"
name = "Mions"
sites = [{ name = "Halle", latitude = 45.7, longitude = 4.87 }]
"""


@pytest.fixture(scope="module")
def portes() -> Territory:
    """Give the territory the program comes with."""
    return pp.read()


def test_every_change_has_an_example() -> None:
    """No kind of change is left out of what follows."""
    assert {type(change) for change in EXAMPLES} == set(CHANGES.values())


@pytest.mark.parametrize("change", EXAMPLES, ids=repr)
def test_a_change_changes_something_and_nothing_else(portes: Territory, change: Change) -> None:
    """Each change gives another territory, still whole, that keeps its folder; the one it read stays as it was."""
    before = portes.model_dump_json()
    after = change(portes)
    assert after != portes
    assert after.origin == portes.origin
    assert portes.model_dump_json() == before


def test_what_each_change_does(portes: Territory) -> None:
    """Saturdays open, a van more, a target, an order, somebody less, an absence first, a site closed, a pin, a rule."""
    assert pp.Saturdays()(portes).settings.closed_weekdays == (7,)
    assert [van.name for van in pp.SecondVan("Deux")(portes).vans][1:] == ["Deux"]
    assert {commune.frequency.target for commune in pp.Target(3)(portes).communes} == {3}
    one = pp.Target(1, "feyzin")(portes)
    assert [(c.frequency.minimum, c.frequency.target) for c in one.communes if c.id == "feyzin"] == [(1, 1)]
    five = pp.Target(5)(portes).communes[0].frequency
    assert (five.target, five.maximum) == (5, 5)
    assert "as-2" not in {member.id for member in pp.Without("as-2")(portes).staff}
    assert pp.Absent("as-2", date(2026, 12, 8))(portes).absences[0].last == date(2026, 12, 8)
    shut = next(site for site in pp.Closed("fey-01", date(2026, 12, 8))(portes).sites if site.id == "fey-01")
    assert [closure.first for closure in shut.closures] == [date(2026, 12, 8)]
    assert [pin.site for pin in pp.Held("fey-01", date(2026, 12, 8))(portes).pins] == ["fey-01"]
    assert pp.Setting("min_gap", 7)(portes).settings.min_gap == 7
    order = [one.name for one in chosen(pp.month(pp.Prefer("regularity", "unreached")(portes), "2026-12"))]
    assert order.index("regularity") + 1 == order.index("unreached")


def test_another_depot_has_its_own_travel_times(portes: Territory) -> None:
    """A scenario changes what the month is assembled from: journeys from the new depot are measured, others stay."""
    before = pp.month(portes, "2026-12")
    after = pp.month(pp.OtherDepot(45.7196, 4.8877, "Parilly")(portes), "2026-12")
    depot, site, other = "depot", "fey-01", "ven-10"
    assert after.travel.locations == before.travel.locations
    rank = {name: n for n, name in enumerate(before.travel.locations)}
    assert after.travel.seconds[rank[site]][rank[other]] == before.travel.seconds[rank[site]][rank[other]]
    assert after.travel.seconds[rank[depot]][rank[other]] < before.travel.seconds[rank[depot]][rank[other]]
    assert after.travel.seconds[rank[depot]][rank[site]] > before.travel.seconds[rank[depot]][rank[site]]


def test_changes_add_up(portes: Territory) -> None:
    """A sum makes all its changes, in order, however it is written; its name stays."""
    three = pp.Saturdays() + pp.SecondVan() + pp.Target(3)
    assert three == pp.Saturdays() + (pp.SecondVan() + pp.Target(3))
    assert three.changes == (pp.Saturdays(), pp.SecondVan(), pp.Target(3))
    changed = three(portes)
    assert changed == pp.Target(3)(pp.SecondVan()(pp.Saturdays()(portes)))
    assert (pp.Scenario(name="Trois") + three).name == "Trois"
    assert pp.Scenario()(portes) == portes
    assert len((pp.SecondVan() + pp.SecondVan())(portes).vans) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (pp.Target(3, "lyon"), "data-unknown-communes"),
        (pp.Without("as-9"), "data-unknown-staff"),
        (pp.Absent("as-9", date(2026, 12, 8)), "data-unknown-staff"),
        (pp.Closed("lyon-01", date(2026, 12, 8)), "data-unknown-sites"),
        (pp.Held("lyon-01", date(2026, 12, 8)), "data-unknown-sites"),
        (pp.Prefer("beauty", over="travel"), "data-unknown-objective"),
        (pp.Setting("set_up", 10), "scenario-unknown-setting"),
        (pp.Setting("beauty", 10), "scenario-unknown-setting"),
        (pp.Setting("min_gap", 0), "data-wrong-value"),
        (pp.NewCommune("feyzin", "69276", "Feyzin", (MINI,)), "data-duplicate-communes"),
    ],
    ids=repr,
)
def test_what_is_not_there_is_refused(portes: Territory, change: Change, message: str) -> None:
    """A change that speaks of something the territory does not have says so."""
    with pytest.raises(DataError) as refused:
        change(portes)
    assert message in {mistake.message for mistake in refused.value.mistakes}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", EXAMPLES, ids=repr)
def test_a_change_is_told_in_a_sentence(portes: Territory, change: Change, language: str) -> None:
    """Each change is one sentence, with names instead of ids, and nothing left to be filled in."""
    told = scenario_told(pp.Scenario((change,)), Words(language), portes)
    assert told.endswith(".")
    assert not {"{", "}"} & set(told)
    assert not any(f"{which} " in told for which in ("as-2", "fey-01", "feyzin", "regularity"))
    assert "scenario-" not in told


def test_a_file_says_what_python_says(tmp_path: Path) -> None:
    """A table makes the scenario that a sum of changes makes: values alone, lists, tables, several of a kind."""
    path = tmp_path / "scenarios.toml"
    path.write_text(FILE, encoding="utf-8")
    first, second = pp.read_scenarios(path)
    assert first.name == "Un peu de tout"
    assert first.changes == (
        *(pp.Saturdays(), pp.SecondVan("Petit camion"), pp.Target(3), pp.OtherDepot(45.7, 4.9, "Ailleurs")),
        *(pp.Prefer("regularity", "unreached"), pp.Without("as-2"), pp.Setting("min_gap", 7)),
    )
    assert second == pp.Target(1, "feyzin") + pp.Absent("as-1", date(2026, 12, 8)) + pp.Absent(
        "as-3", date(2026, 12, 8), date(2026, 12, 10)
    ) + pp.NewCommune("mions", "69283", "Mions", (pp.NewSite("Halle", 45.7, 4.87),))


def test_everything_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    """Misspelt keys, missing and wrong values, names used twice: each is told with the scenario it is in."""
    path = tmp_path / "scenarios.toml"
    path.write_text(
        'title = "x"\n[[scenarios]]\nname = "A"\nsaturday = true\ntarget = "trois"\n'
        '[[scenarios]]\nname = "A"\nabsent = { member = "as-1" }\nsaturdays = { open = true }\n'
        "[[scenarios]]\nname = 3\nprefer = [1, 2, 3]\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as refused:
        pp.read_scenarios(path)
    words = Words("en")
    told = [words.mistake(mistake) for mistake in refused.value.mistakes]
    assert len(told) == len(set(told))
    for part in ("title", "saturday", '"trois"', "first", "open", "Two scenarios are called", "name of a scenario"):
        assert any(part in sentence for sentence in told), part
    assert any("saturdays" in sentence for sentence in told if "saturday”" in sentence)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "data-missing-table"),
        ("scenarios = 3", "data-missing-table"),
        ("[[scenarios]]\nname = ", "data-toml-syntax"),
        ("#" * 1_000_001, "json-too-large"),
    ],
)
def test_what_is_no_list_of_scenarios(tmp_path: Path, text: str, message: str) -> None:
    """A file that holds no scenario, is no TOML or is far too long is refused in one sentence."""
    path = tmp_path / "scenarios.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        pp.read_scenarios(path)
    assert [mistake.message for mistake in refused.value.mistakes] == [message]
    with pytest.raises(DataError):
        pp.read_scenarios(tmp_path / "none.toml")
