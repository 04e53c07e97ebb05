"""`picup move`: the price of a move is told before anything is written; and who could stand in for whom."""

import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console

import territories
from announced import written
from command_line import Run, contents
from picup_planner.cli import offering
from picup_planner.cli.naming import Mistakes, named, permanence_named
from picup_planner.cli.reading import read_plan, read_problem
from picup_planner.errors import DataError
from picup_planner.evaluation import broken_rules
from picup_planner.messages import Words
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from problems import hand_plan

MOVE = ("move", "--plan", "mois/plan.json", "--territory", "essai", "--as-of", "2026-11-10")
GARE = "amont-202612-2"
KEPT = {"plan.json", "problem.json", "map.html", "planning.xlsx", "plan-1.json", "problem-1.json"}


@pytest.fixture
def announced(territory: Path, here: Path) -> Plan:
    """Write the small territory's month as it was announced, in the folder `mois`."""
    return written(territory, here / "mois")


def files(here: Path) -> dict[str, bytes]:
    """Give what the folder of the plan holds."""
    return contents(here / "mois")


def typed(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """Answer from a terminal."""
    terminal = io.StringIO(answer)
    terminal.isatty = lambda: True  # type: ignore[method-assign]  a terminal is all it stands for
    monkeypatch.setattr(sys, "stdin", terminal)


@pytest.mark.usefixtures("announced")
def test_a_move_is_told_before_it_is_made(picup: Run, here: Path) -> None:
    """What moves, who is told, what breaks and what it costs are printed; without a yes, nothing is written."""
    before = files(here)
    said = picup(*MOVE, GARE, "2026-12-21")
    assert (said.code, files(here)) == (0, before)
    assert [" ".join(line.split()) for line in said.out.splitlines()] == [
        "",
        "Ce que change le déplacement",
        "",
        "Déplacée : lun. 14 déc., 13 h 30 – 16 h 30, Gare d’Amont (Amont-sur-Rhône)",
        "→ lun. 21 déc., 13 h 30 – 16 h 30, Gare d’Amont (Amont-sur-Rhône), avec",
        "Driss et Chloé",
        "L’équipe change : c’était Ada et Chloé.",
        "À prévenir : Ada, Chloé et Driss.",
        "",
        "Aucune règle n’est enfreinte.",
        "",
        "Ce que cela coûte (moins, c’est mieux) :",
        "",
        "Objectif Avant Après Écart",
        "Écart de charge (points) 154 104 −50",
        "",
    ]
    assert said.err == "Rien n’a été écrit. Pour le faire, ajoutez --yes.\n"


def test_a_move_confirmed_is_written(picup: Run, here: Path, announced: Plan) -> None:
    """The plan with the move keeps ids and rules and agrees with its problem; the one before is kept, whole."""
    before = files(here)
    said = picup(*MOVE, GARE, "2026-12-21", "gare", "--yes")
    assert (said.code, said.err.splitlines()[-1]) == (0, "L’ancien planning est gardé dans plan-1.json.")
    after = files(here)
    assert (after.keys(), after["plan-1.json"]) == (KEPT, before["plan.json"])
    plan, problem = read_plan(here / "mois" / "plan.json"), read_problem(here / "mois" / "problem.json")
    assert broken_rules(problem, plan) == []
    assert plan.provenance.problem_hash == problem.hash
    assert {one.id for one in plan.permanences} == {one.id for one in announced.permanences}
    assert next(one.date.day for one in plan.permanences if one.id == GARE) == 21
    assert picup("check", "mois/plan.json").out == "Le planning respecte toutes les règles.\n"


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(("answer", "done"), [("oui\n", "written"), ("O\n", "written"), ("non\n", ""), ("", "")])
def test_the_terminal_is_asked(picup: Run, here: Path, monkeypatch: pytest.MonkeyPatch, answer: str, done: str) -> None:
    """On a terminal the question is asked, and only a clear yes writes."""
    typed(monkeypatch, answer)
    said = picup(*MOVE, GARE, "2026-12-21")
    assert said.code == 0
    assert "Faut-il le faire ? (oui / non)" in said.err
    assert ("plan-1.json" in files(here)) is bool(done)
    assert ("Rien n’a été écrit." in said.err) is not bool(done)


@pytest.mark.usefixtures("announced")
def test_the_folder_of_another_month_is_refused(picup: Run, here: Path, announced: Plan) -> None:
    """December does not go where January is, and this is told first."""
    (here / "janvier").mkdir()
    january = announced.model_copy(update={"month": "2027-01"}).model_dump_json()
    (here / "janvier" / "plan.json").write_text(january, encoding="utf-8")
    for command in (MOVE, ("cancel", *MOVE[1:])):
        day = ("2026-12-21", "--yes") if command is MOVE else ()
        said = picup(*command, GARE, *day, "--out", "janvier")
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("« janvier » contient le planning de janvier 2027 : celui de décembre 2026")
    assert list(contents(here / "janvier")) == ["plan.json"]


@pytest.mark.usefixtures("announced")
def test_what_breaks_is_told(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule a move breaks is a sentence with where it was typed, and the question says so; so does the ending."""
    typed(monkeypatch, "non\n")
    said = picup(*MOVE, "place 2026-12-08", "2026-12-16")
    assert said.code == 0
    done = picup(*MOVE, "place 2026-12-08", "2026-12-16", "--yes")
    assert "Attention : 3 règles ne sont pas respectées. « picup check mois/plan.json » dit lesquelles." in done.err
    flat = " ".join(said.out.split())
    assert "3 règles seraient enfreintes :" in flat
    assert "Voir site_closures.csv, ligne 2" in flat
    assert "Voir pins.csv" not in flat
    assert "Des règles seraient enfreintes. Faut-il le faire quand même ?" in said.err


@pytest.mark.usefixtures("announced")
def test_what_was_announced_is_promised_from_today(picup: Run, here: Path) -> None:
    """Once the month has begun, a move is a change to a promise, the past does not move, and notice runs from now."""
    later = (*MOVE[:-1], "2026-12-09")
    said = picup(*later, GARE, "2026-12-21", "--yes")
    assert said.code == 0, said.err
    assert "Changements au planning publié" in said.out
    problem = read_problem(here / "mois" / "problem.json")
    assert (problem.as_of.day, len(problem.promised)) == (9, 7)
    assert broken_rules(problem, read_plan(here / "mois" / "plan.json")) == []
    assert "Le mardi 8 décembre 2026 est passé" in picup(*later, "place", "2026-12-22").err


RECORDED = {
    ("amont-202612-1", "cancelled"): ([], ["amont-202612-1"]),
    ("amont-202612-1", "replaced", "--by", "casp-2"): (["as-1", "casp-2"], []),
    ("mardi-20261208", "cancelled"): ([], []),
    ("mardi-20261208", "replaced", "--by", "casp-2"): (["as-1", "casp-2"], []),
}
"""What became of a permanence of the eighth: who held it then, and what is cancelled."""


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize("recorded", RECORDED, ids=" ".join)
@pytest.mark.parametrize(
    "command",
    [
        (*MOVE[:-1], "2026-12-09", GARE, "2026-12-21", "--yes"),
        *(
            (name, *MOVE[1:-1], "2026-12-09", *asked, "--choose", "1")
            for name, asked in (("where", ("2026-12-21", "matin")), ("add", ("place",)))
        ),
    ],
    ids=["move", "where", "add"],
)
def test_what_took_place_comes_before_what_was_planned(
    picup: Run, here: Path, command: tuple[str, ...], recorded: tuple[str, ...]
) -> None:
    """What was recorded is what the past is in the plan written, and no rule says that it moved."""
    held, cancelled = RECORDED[recorded]
    assert picup("record", *recorded, "--plan", "mois/plan.json", "--as-of", "2026-12-31").code == 0
    said = picup(*command)
    assert said.code == 0, said.err
    plan, problem = read_plan(here / "mois" / "plan.json"), read_problem(here / "mois" / "problem.json")
    assert broken_rules(problem, plan) == []
    crews = [sorted(seat.member for seat in one.crew) for one in plan.permanences if one.id == recorded[0]]
    assert crews == ([] if cancelled else [held])
    assert [one.id for one in plan.cancelled] == cancelled


@pytest.mark.usefixtures("announced")
def test_the_same_day_is_not_over(picup: Run) -> None:
    """On its own day, a permanence may still be moved."""
    said = picup(*MOVE[:-1], "2026-12-14", GARE, "2026-12-21")
    assert (said.code, "Aucune règle n’est enfreinte." in said.out) == (0, True)


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("mardi-20261208", "2026-12-09"), "une permanence fixe : son lieu et son jour se changent dans fixed.csv."),
        ((GARE, "2026-12-21", "centre"), "« Centre social » n’est pas à Amont-sur-Rhône."),
        ((GARE, "2026-12-14"), "est déjà à ce lieu, ce jour et cette demi-journée."),
        ((GARE, "2027-01-05"), "« 2027-01-05 » n’est pas un jour du planning (décembre 2026)."),
        ((GARE, "demain"), "« demain » n’est pas une date."),
        ((GARE, "2026-12-21", "--as-of", "2026-12-31"), "Le mois de décembre 2026 est passé"),
        ((GARE, "2026-12-09", "--as-of", "2026-12-10"), "Le mercredi 9 décembre 2026 est passé"),
    ],
)
def test_what_cannot_be_moved_is_refused(picup: Run, arguments: tuple[str, ...], told: str) -> None:
    """A sentence says what is wrong with what was asked."""
    said = picup(*MOVE, *arguments)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


UNLOCATED = ("halle,", "parc,Parc d’Amont,amont,square,,,,missing,no,Position à relever,\nhalle,")
"""A place of Amont that nobody has located, among the sites."""


@pytest.fixture
def unlocated(territory: Path, here: Path) -> None:
    """Write the month of a territory that has one."""
    territories.edit(territory, "sites.csv", *UNLOCATED)
    written(territory, here / "mois")


@pytest.mark.usefixtures("unlocated")
def test_nothing_is_moved_to_a_place_nobody_has_located(picup: Run, here: Path) -> None:
    """Nothing is known of the way there: what to do is told instead of a price."""
    before = files(here)
    said = picup(*MOVE, GARE, "2026-12-21", "parc", "--yes")
    assert (said.code, said.out, files(here)) == (2, "", before)
    assert "« Parc d’Amont » n’a pas de coordonnées, donc pas de temps de trajet" in said.err
    assert "Donnez-les dans sites.csv" in said.err


@pytest.mark.usefixtures("unlocated")
def test_what_was_held_where_nobody_has_located_is_counted_where_it_was_planned(picup: Run, here: Path) -> None:
    """The record says where; no way there being known, the rest of the month changes as if it had not moved."""
    recorded = ("record", "amont-202612-1", "held", "--site", "parc", "--plan", "mois/plan.json")
    assert picup(*recorded, "--as-of", "2026-12-08").code == 0
    said = picup(*MOVE[:-1], "2026-12-09", GARE, "2026-12-21", "--yes")
    assert said.code == 0, said.err
    plan, problem = read_plan(here / "mois" / "plan.json"), read_problem(here / "mois" / "problem.json")
    assert next(one.place.id for one in plan.permanences if one.id == "amont-202612-1") == "place"
    assert broken_rules(problem, plan) == []
    assert "parc" in (here / "mois" / "records.csv").read_text(encoding="utf-8")


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize("edit", [("place", {"id": "ailleurs"}), ("session", "soir"), ("van", "camion")])
def test_a_plan_that_names_what_is_not_there_is_refused(picup: Run, here: Path, edit: tuple[str, object]) -> None:
    """A plan edited by hand into what its problem does not know is to be checked first, and is left alone."""
    path = here / "mois" / "plan.json"
    text = json.loads(path.read_text(encoding="utf-8"))
    field, value = edit
    moved = next(one for one in text["permanences"] if one["id"] == GARE)
    moved[field] = {**moved[field], **value} if isinstance(value, dict) else value
    path.write_text(json.dumps(text), encoding="utf-8")
    said = picup(*MOVE, GARE, "2026-12-21", "--yes")
    assert (said.code, said.out) == (1, "")
    assert "« picup check mois/plan.json »" in said.err


@pytest.mark.usefixtures("announced")
def test_every_mistake_is_told_at_once(picup: Run) -> None:
    """A permanence, a date, a site and a session that do not exist are four sentences, the nearest name in each."""
    said = picup(*MOVE, "amont-9", "2026-02-30", "garre", "--session", "matinn")
    assert said.code == 2
    told = said.err.splitlines()
    assert len(told) == 4
    assert [line.rpartition("Vouliez-vous dire ")[2] for line in told if "Vouliez-vous" in line] == [
        f"« {nearest} » ?" for nearest in ("Gare d’Amont", "gare", "Matin")
    ]


@pytest.mark.usefixtures("announced")
def test_the_map_of_another_territory_needs_its_roads(picup: Run, here: Path) -> None:
    """A plan of another territory than the one that comes along is not written without its folder, but is told."""
    before = files(here)
    asked = ("move", GARE, "2026-12-21", "--plan", "mois/plan.json", "--as-of", "2026-11-10")
    said = picup(*asked, "--yes")
    assert (said.code, files(here)) == (1, before)
    assert "--territory" in said.err
    assert picup(*asked).code == 0


def test_stand_ins_are_printed(tiny: Problem) -> None:
    """Each person of a permanence to come has a line, with those who could come instead, or nobody."""
    crew = {"as": "as-1", "casp": "casp-1"}
    plan = hand_plan(tiny, [("amont-1", 7, "matin", crew)], {"fixe-1": {"as": "as-2", "casp": "casp-1"}})
    console = Console(width=100, file=io.StringIO())
    with console.capture() as captured:
        offering.stand_ins_printed(console, tiny, plan, Words("fr"))
    lines = [" ".join(line.split()) for line in captured.get().splitlines()]
    assert "lun. 7 déc. Place d’Amont Ada personne" in lines
    assert "Chloé Driss" in lines
    assert "mer. 9 déc. Centre social d’Aval Bruno Ada" in lines


def test_a_name_is_found_however_it_is_written(tiny: Problem) -> None:
    """Ids win over names; accents, case, spaces and hyphens are forgiven; what several are called is refused."""
    sites = tiny.territory.sites
    twins = (*sites, sites[0].model_copy(update={"id": "amont-3"}), sites[0].model_copy(update={"id": "amont-4"}))
    for text in ("amont-1", "AMONT 1", "place d'amont", "  Place d’Amont "):
        assert named(text, sites, "data-unknown-sites").id == "amont-1"
    assert named("amont-3", twins, "data-unknown-sites").id == "amont-3"
    with pytest.raises(DataError) as several:
        named("Place d’Amont", twins, "data-unknown-sites")
    assert several.value.mistakes[0].arguments["choices"] == "amont-1, amont-3, amont-4"
    with pytest.raises(DataError) as unknown:
        named("plasse daval", sites, "data-unknown-sites")
    assert unknown.value.mistakes[0].arguments["nearest"] == "Place d’Aval"
    with pytest.raises(DataError) as nothing:
        named("x", (), "data-unknown-sites")
    assert nothing.value.mistakes[0].arguments["nearest"] == ""


def test_a_permanence_is_found_by_its_place(tiny: Problem) -> None:
    """Its site is enough when it is alone there; otherwise its date, then its session, tell it apart."""
    crew = {"as": "as-1", "casp": "casp-1"}
    plan = hand_plan(
        tiny, [("amont-1", 7, "matin", crew), ("amont-2", 9, "matin", crew), ("amont-2", 9, "apres-midi", crew)]
    )
    assert permanence_named("Place d’Amont", plan).id == "amont-202612-1"
    assert permanence_named("gare d'amont 2026-12-09 apres-midi", plan).id == "amont-202612-3"
    with pytest.raises(DataError) as several:
        permanence_named("amont-2 2026-12-09", plan)
    choices = several.value.mistakes[0].arguments["choices"]
    assert choices == "amont-2 2026-12-09 matin, amont-2 2026-12-09 apres-midi"
    gone = hand_plan(tiny, [("amont-2", 7, "matin", crew)]).permanences
    with pytest.raises(DataError, match="usage-ambiguous-name"):
        permanence_named("amont-2", plan.model_copy(update={"cancelled": gone}))


def test_mistakes_are_gathered() -> None:
    """What is refused is kept until it is told; what is a defect of ours is not held back."""
    mistakes = Mistakes()
    mistakes.told()
    with mistakes:
        named("x", (), "data-unknown-sites")
    with pytest.raises(DataError):
        mistakes.told()
    with pytest.raises(ZeroDivisionError), Mistakes():
        raise ZeroDivisionError
