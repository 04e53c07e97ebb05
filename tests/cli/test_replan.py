"""`picup replan`, with an answer written by hand in place of the solver's, then with the solver."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import territories
from announced import CREW, OTHERS, VISITS, answer, tuesdays, written
from command_line import Answer, Run, contents
from picup_planner.cli import changing, differences, planning, reading
from picup_planner.errors import Infeasible, Origin
from picup_planner.evaluation import broken_rules, difference
from picup_planner.messages import Words
from picup_planner.plan import Plan, promises_of
from picup_planner.problem import PinKind, Problem
from picup_planner.scenarios import replanning
from problems import hand_plan

REPLAN = ("replan", "--plan", "mois/plan.json", "--territory", "essai")
FILES = {"plan.json", "problem.json", "map.html", "planning.xlsx", "plan-1.json", "problem-1.json"}


@pytest.fixture
def announced(territory: Path, here: Path) -> Plan:
    """Write the small territory's month as it was announced, in the folder `mois`."""
    return written(territory, here / "mois")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], list[Problem]]:
    """Put an answer written by hand in place of the solver's, and give the problems it was asked."""

    def solve_with(reply: Answer) -> list[Problem]:
        seen: list[Problem] = []

        def solve(problem: Problem, **_: object) -> Plan:
            seen.append(problem)
            return reply(problem)

        monkeypatch.setattr(replanning, "solve", solve)
        return seen

    return solve_with


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set the day of December 2026 the planner is on."""

    def on(day: int) -> None:
        class Frozen(date):
            @classmethod
            def today(cls) -> date:
                return date(2026, 12, day)

        monkeypatch.setattr(changing, "date", Frozen)

    return on


def same(problem: Problem) -> Plan:
    """Answer with the month as it was announced."""
    return answer(problem, hand_plan(problem, VISITS, tuesdays(problem)))


def moved(problem: Problem) -> Plan:
    """Answer with the permanence of the station a week later, and other people on the square."""
    visits = [("place", 8, "matin", OTHERS), ("gare", 21, "apres-midi", OTHERS)]
    return answer(problem, hand_plan(problem, visits, tuesdays(problem, 8)))


def test_nothing_asked_and_nothing_moves(
    picup: Run, announced: Plan, here: Path, found: Callable[[Answer], list[Problem]]
) -> None:
    """Without any change to make, nothing moves, nobody is to be told, and it is the minimum."""
    (problem,) = (found(same),)
    said = picup(*REPLAN, "--as-of", "2026-12-05")
    assert said.code == 0, said.err
    assert "Ce qui change · décembre 2026 · Pays d’Essai" in said.out
    assert "6 permanences à venir gardent leur lieu et leur heure." in said.out
    assert said.out.endswith("\n\nRien ne bouge, et c’est le minimum.\n")
    assert "Qui prévenir" not in said.out
    assert problem[0].promised
    assert reading.read_plan(here / "mois" / "plan.json").permanences == announced.permanences


@pytest.mark.usefixtures("announced")
def test_what_moves_is_told_and_written(picup: Run, here: Path, found: Callable[[Answer], list[Problem]]) -> None:
    """Each change is a line, then who must be told, then the proof; the new plan keeps ids and every rule."""
    problems = found(moved)
    said = picup(*REPLAN, "--as-of", "2026-12-05", "--absent", "ada:2026-12-08", "--closed", "gare:2026-12-14")
    assert said.code == 0, said.err
    assert said.out.splitlines() == [
        "",
        "Ce qui change · décembre 2026 · Pays d’Essai",
        "",
        "5 permanences à venir gardent leur lieu et leur heure.",
        "",
        "Déplacée : lun. 14 déc., 13 h 30 – 16 h 30, Gare d’Amont (Amont-sur-Rhône)",
        "    → lun. 21 déc., 13 h 30 – 16 h 30, Gare d’Amont (Amont-sur-Rhône), avec",
        "      Driss et Chloé",
        "Équipe : mar. 8 déc., 9 h – 12 h, Place d’Amont (Amont-sur-Rhône), Driss au lieu",
        "  de Ada",
        "Sans équipe : mar. 8 déc., 14 h – 17 h, Centre social (Aval), personne ne",
        "  remplace Ada",
        "Sans équipe : mar. 8 déc., 14 h – 17 h, Centre social (Aval), personne ne",
        "  remplace Chloé",
        "",
        "Qui prévenir",
        "",
        "Ada (Ville)",
        "    ne vient plus : mar. 8 déc., 9 h – 12 h, Place d’Amont (Amont-sur-Rhône)",
        "    ne vient plus : mar. 8 déc., 14 h – 17 h, Centre social (Aval)",
        "    ne vient plus : lun. 14 déc., 13 h 30 – 16 h 30, Gare d’Amont",
        "      (Amont-sur-Rhône)",
        "Chloé (Association)",
        "    ne vient plus : mar. 8 déc., 14 h – 17 h, Centre social (Aval)",
        "    ne vient plus : lun. 14 déc., 13 h 30 – 16 h 30, Gare d’Amont",
        "      (Amont-sur-Rhône)",
        "    vient : lun. 21 déc., 13 h 30 – 16 h 30, Gare d’Amont (Amont-sur-Rhône)",
        "Driss (Association)",
        "    vient : mar. 8 déc., 9 h – 12 h, Place d’Amont (Amont-sur-Rhône)",
        "    vient : lun. 21 déc., 13 h 30 – 16 h 30, Gare d’Amont (Amont-sur-Rhône)",
        "",
        "Communes : Amont-sur-Rhône et Aval",
        "Organisations : Ville et Association",
        "",
        "1 permanence bouge, 3 remplacements dans les équipes, et c’est le minimum.",
        "Le minimum se cherche d’abord sur les permanences perdues, puis sur les",
        "  changements des 15 prochains jours, puis sur tous les changements : 6 ici, une",
        "  permanence déplacée en comptant 3, annulée 2, ajoutée 1, une personne",
        "  remplacée sur une permanence 1.",
    ]
    assert contents(here / "mois").keys() == FILES
    assert "L’ancien planning est gardé dans plan-1.json." in said.err
    problem, plan = problems[0], reading.read_plan(here / "mois" / "plan.json")
    assert {absence.origin for absence in problem.territory.absences if absence.origin} >= {
        Origin("--absent", cell="ada:2026-12-08")
    }
    assert [held.date.day for held in plan.permanences if held.id == "amont-202612-2"] == [21]
    assert picup("check", "mois/plan.json").code == 0
    assert picup("check", "mois/plan-1.json", "--problem", "mois/problem-1.json").code == 0


@pytest.mark.usefixtures("announced")
def test_a_second_replan_starts_from_the_first(
    picup: Run, here: Path, found: Callable[[Answer], list[Problem]]
) -> None:
    """What was asked once stays true, what moved is the new promise, and nothing written is lost."""
    problems = found(moved)
    assert picup(*REPLAN, "--as-of", "2026-12-05", "--absent", "ada:2026-12-08").code == 0
    said = picup(*REPLAN, "--as-of", "2026-12-05", "--van-off", "2026-12-17")
    assert said.code == 0, said.err
    assert "Rien ne bouge, et c’est le minimum." in said.out
    assert [promise.date.day for promise in problems[1].promised if promise.session] == [8, 21]
    assert any(str(absence.origin) == "--absent:ada:2026-12-08" for absence in problems[1].territory.absences)
    assert contents(here / "mois").keys() == FILES | {"plan-2.json", "problem-2.json"}


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize("unproven", ["changes_in_notice", "changes"])
def test_the_minimum_is_claimed_only_when_proven(
    picup: Run, found: Callable[[Answer], list[Problem]], unproven: str
) -> None:
    """When one of the counts is not proven, the planner is told that it is not known, and what is."""
    found(lambda problem: answer(problem, moved(problem), unproven=[unproven]))
    said = picup(*REPLAN, "--as-of", "2026-12-05")
    assert "et c’est le minimum." not in said.out
    told = " ".join(said.out.split())
    assert "1 permanence bouge, 3 remplacements dans les équipes ; on ne sait pas si c’est le minimum (" in told
    assert "ici, 0 au moins)." in told


@pytest.mark.parametrize(
    ("bound", "told"), [(0, " (Communes sous leur minimum (au carré) : 4 ici, 0 au moins)."), (4, ".")]
)
def test_what_is_not_proven_before_the_changes_is_named(announced: Plan, here: Path, bound: int, told: str) -> None:
    """A count that cannot be lower is not what leaves a doubt: the objective before it that may be is named."""
    facts = {"as_of": date(2026, 12, 5), "promised": promises_of(announced)}
    problem = reading.read_problem(here / "mois" / "problem.json").model_copy(update=facts)
    plan = answer(problem, announced)
    some = (one.model_copy(update={"conditional": True}) for one in plan.objectives)
    short = plan.objectives[0].model_copy(
        update={"name": "below_minimum", "value": 4, "best": 4, "bound": bound, "proven": bound == 4}
    )
    plan = plan.model_copy(update={"objectives": (short, *some)})
    (sentence,) = differences.least(problem, plan, difference(plan, plan), Words("fr"))
    assert sentence.replace("\xa0", " ") == f"Rien ne bouge ; on ne sait pas si c’est le minimum{told}"


@pytest.mark.usefixtures("announced")
def test_a_proof_that_hangs_on_another_is_no_proof(picup: Run, found: Callable[[Answer], list[Problem]]) -> None:
    """A conditional proof, or no count at all, does not make a minimum."""

    def conditional(problem: Problem) -> Plan:
        plan = moved(problem)
        results = tuple(one.model_copy(update={"conditional": True}) for one in plan.objectives)
        return plan.model_copy(update={"objectives": results})

    for reply in (conditional, lambda problem: moved(problem).model_copy(update={"objectives": ()})):
        found(reply)
        said = picup(*REPLAN, "--as-of", "2026-12-05", "--out", "ailleurs")
        assert said.code == 0, said.err
        assert "on ne sait pas si c’est le minimum" in " ".join(said.out.split())


@pytest.mark.usefixtures("announced")
def test_the_plan_may_go_elsewhere(picup: Run, here: Path, found: Callable[[Answer], list[Problem]]) -> None:
    """With `--out`, what was announced is left alone, and kept beside the new plan to be compared with."""
    found(same)
    before = contents(here / "mois")
    assert picup(*REPLAN, "--as-of", "2026-12-05", "--out", "ailleurs").code == 0
    assert contents(here / "mois") == before
    assert contents(here / "ailleurs").keys() == FILES - {"problem-1.json"}
    assert contents(here / "ailleurs")["plan-1.json"] == before["plan.json"]


@pytest.mark.usefixtures("announced")
def test_a_folder_that_refuses_the_plan(picup: Run, here: Path, found: Callable[[Answer], list[Problem]]) -> None:
    """Where the new plan could not be written, it is told before it is sought, by `cancel` too."""
    (here / "ailleurs").write_text("un fichier", encoding="utf-8")
    problems = found(same)
    for typed in (REPLAN, ("cancel", "place", *REPLAN[1:])):
        said = picup(*typed, "--as-of", "2026-12-05", "--out", "ailleurs")
        assert said.code == 1
        assert "« ailleurs » : il y a un fichier là où il faut un dossier." in said.err
    assert problems == []


@pytest.mark.usefixtures("announced")
def test_today_is_not_over_when_it_is_what_changes(
    picup: Run, found: Callable[[Answer], list[Problem]], today: Callable[[int], None]
) -> None:
    """The past ends today, or yesterday when something asked is about today, or on the day given."""
    problems = found(same)
    today(7)
    asked = (("--absent", "casp-2:2026-12-09"), ("--absent", "casp-2:2026-12-04..2026-12-07"))
    for changes in (*asked, ("--absent", "casp-2:2026-12-09", "--as-of", "2026-12-01")):
        assert picup(*REPLAN, *changes, "--out", "ailleurs").code == 0
    assert [problem.as_of.day for problem in problems] == [7, 6, 1]
    said = picup(*REPLAN, "--absent", "casp-2:2026-12-04", "--out", "ailleurs")
    assert said.code == 2
    assert "--absent, casp-2:2026-12-04 : ces dates sont passées : rien ne bouge jusqu’au lundi 7 décembre" in said.err


@pytest.mark.usefixtures("announced")
def test_what_took_place_comes_before_what_was_planned(
    picup: Run, here: Path, found: Callable[[Answer], list[Problem]]
) -> None:
    """A permanence recorded as cancelled is promised no more; nobody is told of what is past."""

    def without_the_eighth(problem: Problem) -> Plan:
        return answer(problem, hand_plan(problem, VISITS[1:], tuesdays(problem)))

    problems = found(without_the_eighth)
    assert picup("record", "amont-202612-1", "cancelled", "--plan", "mois/plan.json", "--as-of", "2026-12-08").code == 0
    said = picup(*REPLAN, "--as-of", "2026-12-10")
    assert said.code == 0, said.err
    assert "amont-202612-1" not in {promise.id for promise in problems[0].promised}
    assert "Rien ne bouge" in said.out
    plan = reading.read_plan(here / "mois" / "plan.json")
    assert [held.id for held in plan.cancelled] == ["amont-202612-1"]
    assert picup("check", "mois/plan.json").code == 0


@pytest.mark.usefixtures("announced")
def test_what_is_to_come_stays_promised(picup: Run, here: Path, found: Callable[[Answer], list[Problem]]) -> None:
    """A row typed by hand that cancels a day to come promises it all the same: `picup cancel` is what cancels it."""
    (here / "mois" / "records.csv").write_text("permanence,status\namont-202612-2,annulée\n", encoding="utf-8")
    problems = found(same)
    assert picup(*REPLAN, "--as-of", "2026-12-13", "--out", "ailleurs").code == 0
    later = found(lambda problem: answer(problem, hand_plan(problem, VISITS[:1], tuesdays(problem))))
    assert picup(*REPLAN, "--as-of", "2026-12-14", "--out", "ailleurs").code == 0
    promised = ["amont-202612-2" in {promise.id for promise in one.promised} for one in (problems[0], later[0])]
    assert promised == [True, False]


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(
    ("record", "changes", "without"),
    [
        (("amont-202612-1", "remplacée", "--by", "Driss"), (), set[str]()),
        (("amont-202612-1", "annulée"), (), {"amont-202612-1"}),
        (("amont-202612-2", "tenue", "--date", "2026-12-09"), (), set[str]()),
        ((), ("--closed", "centre:2026-12-15"), {"mardi-20261215"}),
    ],
)
def test_a_search_starts_from_what_keeps_every_rule(  # noqa: PLR0913, PLR0917  fixtures and a case
    picup: Run,
    announced: Plan,
    monkeypatch: pytest.MonkeyPatch,
    record: tuple[str, ...],
    changes: tuple[str, ...],
    without: set[str],
) -> None:
    """The past as it was recorded, and without the fixed permanences of a closed place: nothing else is lost."""
    started: list[tuple[Problem, Plan]] = []

    def solve(problem: Problem, *, start: Plan, **_: object) -> Plan:
        started.append((problem, start))
        return answer(problem, start)

    monkeypatch.setattr(replanning, "solve", solve)
    assert not record or picup("record", *record, "--plan", "mois/plan.json", "--as-of", "2026-12-10").code == 0
    said = picup(*REPLAN, *changes, "--as-of", "2026-12-10")
    assert said.code == 0, said.err
    ((problem, start),) = started
    assert broken_rules(problem, start) == []
    assert {held.id for held in announced.permanences} - {held.id for held in start.permanences} == without


@pytest.mark.usefixtures("announced")
def test_all_mistakes_of_a_command_are_told_at_once(picup: Run, here: Path) -> None:
    """Each text that is not understood is a line, nothing is searched nor written, and the command ends with 2."""
    said = picup(*REPLAN, "--absent", "Adda:2026-12-08", "--closed", "gare", "--van-off", "demain")
    assert said.code == 2
    assert said.err.splitlines() == [
        (
            "--absent, Adda:2026-12-08 : personne inconnue « Adda ». Reprenez un identifiant ou un nom de staff.csv. "
            "Vouliez-vous dire « Ada » ?"
        ),
        (
            "--closed, gare : il manque quelque chose, ou il y a un « : » de trop. "
            "Écrivez par exemple « ven-01:2026-12-15 »."
        ),
        (
            "--van-off, demain : il manque quelque chose, ou il y a un « : » de trop. "
            "Écrivez par exemple « camion:2026-12-11 »."
        ),
    ]
    assert contents(here / "mois").keys() == {"plan.json", "problem.json"}


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--as-of", "2026-12-31"), 2, "Le mois de décembre 2026 est passé au jeudi 31 décembre 2026"),
        (("--as-of", "demain"), 2, "« demain » n’est pas une date."),
        (("--time-limit", "0"), 2, "--time-limit doit être compris entre 1 et"),
        (("--plan", "ailleurs/plan.json"), 1, "Le fichier « ailleurs/plan.json » ne peut pas être lu."),
        (("--territory", "ailleurs"), 1, "roads.osm"),
    ],
)
def test_what_cannot_be_done_is_told(picup: Run, options: tuple[str, ...], code: int, told: str) -> None:
    """A day, a file or a folder that does not do is one sentence."""
    said = picup(*REPLAN, *options)
    assert said.code == code
    assert told in said.err


@pytest.mark.usefixtures("announced")
def test_the_roads_of_another_territory_are_not_taken(picup: Run) -> None:
    """Without a folder, a plan of another territory than the one that comes with the program asks for it."""
    said = picup("replan", "--plan", "mois/plan.json", "--as-of", "2026-12-05")
    assert said.code == 1
    assert "Donnez le dossier de ce territoire avec --territory." in said.err


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Infeasible(), 1, "Aucun planning"),
        (KeyboardInterrupt(), 130, "Interrompu : aucun planning n’a été écrit."),
        (hand_plan, 70, "Rien n’a été écrit"),
    ],
    ids=["none", "stop", "broken"],
)
def test_no_plan_leaves_what_was_announced(  # noqa: PLR0913, PLR0917  fixtures
    picup: Run,
    here: Path,
    found: Callable[[Answer], list[Problem]],
    error: BaseException | Callable[[Problem], Plan],
    code: int,
    told: str,
) -> None:
    """Without a plan, or with one that breaks a rule, nothing is written over what was announced, which is told."""

    def reply(problem: Problem) -> Plan:
        if isinstance(error, BaseException):
            raise error
        return hand_plan(problem, [("gare", 15, "matin", CREW)])

    found(reply)
    said = picup(*REPLAN, "--as-of", "2026-12-05")
    assert said.code == code
    assert told in said.err
    assert contents(here / "mois").keys() == {"plan.json", "problem.json"}


@pytest.mark.usefixtures("announced")
def test_an_interrupted_search_is_written_and_marked(
    picup: Run, here: Path, found: Callable[[Answer], list[Problem]]
) -> None:
    """Interrupted with a plan in hand, it is written, the former one kept, and the command ends with 130."""
    found(lambda problem: same(problem).model_copy(update={"finished": False}))
    said = picup(*REPLAN, "--as-of", "2026-12-05")
    assert said.code == 130
    assert "marqué inachevé" in said.err
    assert contents(here / "mois").keys() == FILES


@pytest.mark.usefixtures("announced")
def test_it_speaks_english(picup: Run, found: Callable[[Answer], list[Problem]]) -> None:
    """The same in English."""
    found(moved)
    said = picup(*REPLAN, "--as-of", "2026-12-05", "--lang", "en")
    assert "1 permanence moves, 3 replacements in crews, and that is the minimum." in said.out


def test_an_absence_moves_as_little_as_possible(picup: Run, announced: Plan, here: Path) -> None:
    """With the solver itself: somebody else comes, nothing moves, and it is proven."""
    said = picup(*REPLAN, "--as-of", "2026-12-05", "--absent", "ada:2026-12-14")
    assert said.code == 0, said.err
    assert "1 remplacement dans les équipes, et c’est le minimum." in said.out
    assert "Gare d’Amont (Amont-sur-Rhône), Driss" in " ".join(said.out.split())
    plan = reading.read_plan(here / "mois" / "plan.json")
    assert [held.id for held in plan.permanences] == [held.id for held in announced.permanences]
    assert picup("check", "mois/plan.json").code == 0


@pytest.mark.usefixtures("announced")
def test_a_van_off_the_road_moves_as_little_as_possible(picup: Run, here: Path) -> None:
    """With the solver itself: a van off the road moves a permanence to another day, proven, under its id."""
    said = picup(*REPLAN, "--as-of", "2026-12-05", "--van-off", "2026-12-14")
    assert said.code == 0, said.err
    assert "1 permanence bouge" in said.out
    assert "et c’est le minimum." in said.out
    plan = reading.read_plan(here / "mois" / "plan.json")
    (held,) = [held for held in plan.permanences if held.id == "amont-202612-2"]
    assert (held.place.id, held.date) != ("gare", date(2026, 12, 14))
    assert picup("check", "mois/plan.json").code == 0


def test_pins_are_for_plan_too(picup: Run, territory: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`picup plan` takes what is held, forbidden and put together as if it stood in pins.csv."""
    territories.edit(territory, "pins.csv", "fete,held,,place,2026-12-08,matin,as-1|casp-1\n", "")
    territories.edit(territory, "partners.csv", "ville,Ville,2,20", "ville,Ville,,20")
    visits = [("gare", 14, "matin", CREW)]
    monkeypatch.setattr(planning, "solve", lambda problem, **_: hand_plan(problem, visits))
    pins = ("--hold", "gare:2026-12-14:matin", "--forbid", "Place d’Amont", "--together", "ada,casp-1")
    said = picup("plan", "2026-12", "--territory", "essai", "--out", "mois", *pins)
    assert said.code == 0, said.err
    found = json.loads((here / "mois" / "problem.json").read_text(encoding="utf-8"))["territory"]["pins"]
    assert [(pin["id"], pin["kind"]) for pin in found] == [
        ("held-1", PinKind.HELD),
        ("forbidden-1", PinKind.FORBIDDEN),
        ("together-1", PinKind.TOGETHER),
    ]
    said = picup("plan", "2026-12", "--territory", "essai", "--hold", "gare:2027-01-04", "--forbid", "nulle-part")
    assert said.code == 2
    assert said.err.count("\n") == 3  # what is being read, then two mistakes
