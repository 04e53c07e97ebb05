"""`picup record`, and the past months that `picup plan` reads."""

from functools import partial
from pathlib import Path

import pytest

import territories
from command_line import Run, contents
from months import published, save
from picup_planner.cli import planning, reading
from picup_planner.plan import State
from problems import hand_plan

COMMENTS = 3
"""Lines that explain the file before its header."""


@pytest.fixture
def record(picup: Run) -> Run:
    """Give `picup record`, typed on the last day of November."""
    return partial(picup, "record", "--as-of", "2026-11-30")


def rows(folder: Path) -> list[str]:
    """Rows of the records of November, comments left out."""
    lines = (folder / "planning" / "2026-11" / "records.csv").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_a_permanence_is_recorded(record: Run, here: Path) -> None:
    """The row is written beside the plan, under a header that explains itself, and what was written is told."""
    published(here / "planning")
    said = record("amont-202611-1", "held")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "Place d’Amont (Amont), jeudi 5 novembre 2026 : tenue par Ada et Chloé.",
        f"Noté dans {Path('planning', '2026-11', 'records.csv')}.",
    ]
    assert rows(here) == ["permanence,status,by,site,date", "amont-202611-1,held,,,"]
    text = (here / "planning" / "2026-11" / "records.csv").read_text(encoding="utf-8")
    assert text.startswith("# Ce qui a vraiment eu lieu")
    assert text.count("#") == COMMENTS


@pytest.mark.parametrize(
    ("typed", "row", "told"),
    [
        (["tenue"], "held,,,", "tenue par Ada et Chloé."),
        (["Annulée"], "cancelled,,,", "annulée."),
        (["remplacée", "--by", "Bruno, casp-2"], "replaced,as-2|casp-2,,", "tenue par Bruno et Driss."),
        (["replaced", "--by", "driss"], "replaced,as-1|casp-2,,", "tenue par Ada et Driss."),
        (["held", "--by", "driss"], "held,as-1|casp-2,,", "tenue par Ada et Driss."),
        (["replaced", "--by", "Ada,Chloé"], "replaced,as-1|casp-1,,", "tenue par Ada et Chloé."),
        (["held", "--by", "Ada", "--site", "Place d’Amont", "--date", "2026-11-05"], "held,,,", "Ada et Chloé."),
        (
            ["held", "--site", "gare d'amont", "--date", "2026-11-06"],
            "held,,amont-2,2026-11-06",
            "tenue par Ada et Chloé. En fait à Gare d’Amont, le vendredi 6 novembre 2026.",
        ),
    ],
)
def test_every_status_in_either_language(record: Run, here: Path, typed: list[str], row: str, told: str) -> None:
    """Words of both languages are taken; who came and what changed are named, and only what differs is written."""
    published(here / "planning")
    said = record("amont-202611-1", *typed)
    assert said.code == 0, said.err
    assert said.out.splitlines()[0].endswith(told)
    assert rows(here)[1:] == [f"amont-202611-1,{row}"]
    assert record("aval-202611-1", "held").code == 0


def test_a_permanence_is_found_by_its_site_and_date(record: Run, here: Path) -> None:
    """Its month is that of the date or the id, even when a later month is planned."""
    published(here / "planning")
    published(here / "planning", "2026-12")
    assert record("Place d’Aval 2026-11-23", "cancelled").code == 0
    assert record("fixe-11", "cancelled", "--plan", "planning/2026-11/plan.json").code == 0
    assert record("fixe-12", "cancelled", "--as-of", "2026-12-31").code == 0
    assert [row.split(",")[0] for row in rows(here)[1:]] == ["aval-202611-2", "fixe-11"]


def test_a_row_is_replaced_and_the_rest_kept(record: Run, here: Path) -> None:
    """Recording again rewrites one row; comments, notes, columns, separators and line endings stay as typed."""
    text = (
        "\ufeff# Relevé de novembre\r\n"
        "note;status;permanence;by\r\n"
        '"deux\r\nlignes";held;amont-202611-1;\r\n'
        "# plus bas\r\n"
        "pluie;annulée;aval-202611-1;"
    )
    published(here / "planning", records=text)
    file = here / "planning" / "2026-11" / "records.csv"
    said = record("amont-202611-1", "replaced", "--by", "Bruno")
    assert "à la place de ce qui y était" in said.out
    assert record("aval-202611-1", "held").code == 0
    assert record("aval-202611-2", "cancelled").code == 0
    assert file.read_bytes().decode() == (
        "\ufeff# Relevé de novembre\r\n"
        "note;status;permanence;by\r\n"
        '"deux\r\nlignes";replaced;amont-202611-1;as-2|casp-1\r\n'
        "# plus bas\r\n"
        "pluie;held;aval-202611-1;\r\n"
        ";cancelled;aval-202611-2;\r\n"
    )


def test_a_column_that_is_not_there_is_asked_for(record: Run, here: Path) -> None:
    """A file without a column for what is to be written is left as it was."""
    published(here / "planning", records="permanence,status\namont-202611-1,held\n")
    said = record("amont-202611-1", "replaced", "--by", "Bruno")
    assert (said.code, said.err) == (1, "records.csv, ligne 1 : la colonne « by » manque. Ajoutez-la.\n")
    assert rows(here)[1:] == ["amont-202611-1,held"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["amont-202611-7", "held"], "Vouliez-vous dire « amont-202611-2 » ?"),
        (["Place d’Aval", "held"], "en désigne plusieurs."),
        (["amont-202611-1", "peut-être"], "« status » : « peut-être » ne convient pas. Choisissez parmi : tenue"),
        (["amont-202611-1", "pas tenue"], "tenue, annulée, remplacée (ou held, cancelled, replaced).\n"),
        (["amont-202611-1", "anulée"], "Vouliez-vous dire « annulée » ?"),
        (["amont-202611-1", "replaced"], "est remplacée, mais « by » ne dit pas par qui."),
        (["amont-202611-1", "replaced", "--by", "Brunno"], "Personne inconnue « Brunno »."),
        (["amont-202611-1", "replaced", "--by", "Ada, Bruno"], "il faut une personne par métier (Travailleur social,"),
        (["amont-202611-1", "cancelled", "--by", "Ada"], "« by », « site » et « date » doivent rester vides."),
        (["amont-202611-1", "held", "--date", "5/11"], "« 5/11 » n’est pas une date."),
        (["amont-202611-1", "held", "--date", "2026-12-01"], "n’est pas dans le mois du planning, novembre 2026."),
        (["amont-202611-1", "held", "--site", "Place"], "Lieu inconnu « Place »."),
        (["amont-202611-1", "held", "--site", "aval-1"], "« site » : « aval-1 » n’est pas à Amont."),
        (["amont-202611-1", "held", "--date", "2026-11-23"], "aucun véhicule n’était libre (aval-202611-2)."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(record: Run, here: Path, typed: list[str], told: str) -> None:
    """Unknown permanences, people and places, and impossible crews, are told in one line; nothing is written."""
    published(here / "planning")
    said = record(*typed)
    assert said.code == 1
    assert told in said.err
    assert said.err.count("\n") == 1
    assert not (here / "planning" / "2026-11" / "records.csv").exists()


@pytest.mark.parametrize("status", ["held", "replaced"])
def test_what_is_to_come_was_not_held(picup: Run, here: Path, status: str) -> None:
    """Held is refused the day before, wherever its day comes from, and taken on it; what is past is not cancelled."""
    published(here / "planning")
    typed = ("record", "amont-202611-2", status, "--by", "Bruno", "--as-of")
    for more in (["2026-11-19"], ["2026-11-24", "--date", "2026-11-25"]):
        said = picup(*typed, *more)
        assert (said.code, "est encore à venir" in said.err) == (2, True)
        assert ("picup cancel" in said.err) is ("--date" not in more)
    assert not (here / "planning" / "2026-11" / "records.csv").exists()
    assert picup(*typed, "2026-11-20").code == 0


def test_what_is_to_come_is_cancelled_by_another_command(picup: Run, here: Path) -> None:
    """Cancelled is refused the day before, naming `picup cancel`, unless the plan says it already; taken on the day."""
    plan = published(here / "planning")
    typed = ("record", "amont-202611-2", "annulée", "--as-of")
    said = picup(*typed, "2026-11-19")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "tapez « picup cancel amont-202611-2 »" in said.err
    assert not (here / "planning" / "2026-11" / "records.csv").exists()
    assert picup(*typed, "2026-11-20").code == 0
    lost, kept = plan.permanences[-1], plan.permanences[:-1]
    save(here / "planning" / "2026-11", plan.model_copy(update={"permanences": kept, "cancelled": (lost,)}))
    assert picup("record", lost.id, "cancelled", "--as-of", "2026-11-01").code == 0


def test_a_van_is_free_once_what_it_did_is_recorded(record: Run, here: Path) -> None:
    """Two permanences trade their half-days when the first is cancelled, then corrected."""
    published(here / "planning")
    there = ("amont-202611-1", "held", "--date", "2026-11-20")
    assert "Corrigez la date, ou notez d’abord ce que l’autre est devenue." in record(*there).err
    assert record("amont-202611-2", "cancelled").code == 0
    assert record(*there).code == 0
    assert "amont-202611-1" in record("amont-202611-2", "held").err
    assert record("amont-202611-2", "held", "--date", "2026-11-05").code == 0


def test_what_the_plan_had_cancelled_may_be_held_after_all(record: Run, here: Path) -> None:
    """A permanence cancelled in the plan is recorded as held, which is said, unless another took its van."""
    plan = published(here / "planning")
    lost, kept = plan.permanences[0], plan.permanences[1:]
    save(here / "planning" / "2026-11", plan.model_copy(update={"permanences": kept, "cancelled": (lost,)}))
    said = record(lost.id, "held")
    assert said.code == 0, said.err
    assert said.out.splitlines()[1] == "Le planning la disait annulée : elle compte désormais comme tenue."
    assert "disait annulée" not in record(lost.id, "cancelled").out + record(kept[0].id, "held").out
    assert record("amont-202611-2", "held", "--date", "2026-11-05").code == 0
    said = record(lost.id, "held")
    assert (said.code, "aucun véhicule n’était libre (amont-202611-2)" in said.err) == (1, True)


def test_records_that_are_wrong_already_are_told_first(record: Run, here: Path) -> None:
    """A file with a mistake is not written to: its line is told."""
    published(here / "planning", records="permanence,status\namont-202611-1,tenuu\n")
    said = record("aval-202611-1", "held")
    assert said.code == 1
    assert said.err.startswith("planning/2026-11/records.csv, ligne 2 : « status » : « tenuu » ne convient pas.")
    assert rows(here)[1:] == ["amont-202611-1,tenuu"]


def test_without_any_plan(record: Run) -> None:
    """Before the first plan there is nothing to record."""
    said = record("amont-202611-1", "held")
    assert said.code == 1
    assert "Faites d’abord « picup plan »" in said.err


@pytest.fixture
def easy(territory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Take away what forbids a month without any permanence, and let nobody search for one."""
    territories.edit(territory, "pins.csv", "fete,held,,place,2026-12-08,matin,as-1|casp-1\n", "")
    territories.edit(territory, "partners.csv", "ville,Ville,2,20", "ville,Ville,,20")
    monkeypatch.setattr(planning, "solve", lambda problem, **_: hand_plan(problem))
    return territory


def test_a_plan_reads_the_past(picup: Run, easy: Path, here: Path) -> None:
    """`picup plan` reads the months before in `planning`, never its own month, and says how many permanences."""
    published(here / "planning", records="permanence,status\namont-202611-1,annulée\n")
    published(here / "planning", "2026-12")
    said = picup("plan", "2026-12", "--territory", str(easy), "--as-of", "2026-11-10")
    assert said.code == 0, said.err
    assert "Mois passés : 4 permanences lues dans planning." in said.err
    problem = reading.read_problem(here / "planning" / "2026-12" / "problem.json")
    assert [one.id for one in problem.history] == ["aval-202611-1", "fixe-11", "amont-202611-2", "aval-202611-2"]
    assert {(known.member, known.commune) for known in problem.trust} >= {("as-1", "aval")}


def test_the_past_may_be_elsewhere_or_left_out(picup: Run, easy: Path, here: Path) -> None:
    """`--history` names another folder, which must be there; `--no-history` reads none; the usual one may lack."""
    published(here / "passé")

    def planned(*options: str) -> int:
        said = picup("plan", "2026-12", "--territory", str(easy), "--as-of", "2026-11-10", "--out", "mois", *options)
        assert said.code == 0, said.err
        return len(reading.read_problem(here / "mois" / "problem.json").history)

    assert [planned(), planned("--history", "passé"), planned("--history", "passé", "--no-history")] == [0, 5, 0]
    said = picup("plan", "2026-12", "--territory", str(easy), "--history", "nulle-part")
    assert (said.code, "Le dossier « nulle-part » n’existe pas." in said.err) == (1, True)


def test_a_month_with_records_is_not_planned_again(
    picup: Run, easy: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another plan would give the ids recorded to other permanences: refused before any search, nothing written."""
    published(here / "planning", "2026-12", records="permanence,status\namont-202612-1,annulée\n")
    before = contents(here / "planning" / "2026-12")
    with monkeypatch.context() as searching:
        searching.setattr(planning, "solve", None)
        said = picup("plan", "2026-12", "--territory", str(easy))
    assert (said.code, contents(here / "planning" / "2026-12")) == (1, before)
    assert f"{Path('planning', '2026-12', 'records.csv')} dit ce qui a eu lieu du planning qui est là" in said.err
    assert "Pour changer le reste du mois : picup replan." in said.err
    assert picup("plan", "2026-12", "--territory", str(easy), "--out", "mois").code == 0


@pytest.mark.parametrize("state", State)
def test_a_published_month_planned_again_is_told(picup: Run, easy: Path, here: Path, state: State) -> None:
    """The pages published still announce the plan that was replaced; what was never published has none."""
    folder = here / "planning" / "2026-12"
    save(folder, published(here / "planning", "2026-12").model_copy(update={"state": state}))
    said = picup("plan", "2026-12", "--territory", str(easy))
    assert said.code == 0, said.err
    assert "L’ancien planning est gardé dans plan-1.json." in said.err
    assert ("Les pages publiées annoncent encore l’ancien planning." in said.err) is (state is State.PUBLISHED)


def test_a_past_that_is_damaged_stops_the_plan(picup: Run, easy: Path, here: Path) -> None:
    """Everything wrong with the past is told at once, before any search; nothing is written."""
    published(here / "planning", records="permanence,status\namont-202611-9,tenue\n")
    plan = published(here / "planning", "2026-10")
    save(here / "planning" / "2026-10", plan.model_copy(update={"territory": "ailleurs", "territory_name": "Ailleurs"}))
    said = picup("plan", "2026-12", "--territory", str(easy))
    assert said.code == 1
    assert [line.split(" : ")[0] for line in said.err.splitlines()[1:]] == [
        "planning/2026-11/records.csv, ligne 2",
        "planning/2026-10/plan.json",
    ]
    assert not (here / "planning" / "2026-12").exists()
