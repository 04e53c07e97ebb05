"""`picup why-not`: why no permanence is held there and then, or what one would cost."""

from datetime import date
from pathlib import Path

import pytest

from announced import CREW, OTHERS, VISITS, answer, tuesdays, written
from command_line import Run
from picup_planner.cli import reading, wondering
from picup_planner.cli.reading import read_plan
from picup_planner.plan import Plan, promises_of
from picup_planner.solver.explanation import WhyNot, keeping
from picup_planner.solver.statements import Statements
from problems import hand_plan

PLAN = ("--plan", "mois/plan.json")


@pytest.fixture
def announced(territory: Path, here: Path) -> Plan:
    """Write the small territory's month as it was announced, in the folder `mois`."""
    return written(territory, here / "mois")


@pytest.mark.usefixtures("announced")
def test_the_rule_that_forbids_it_is_told_with_its_line(picup: Run) -> None:
    """A closed day is told as such, with where it was typed, what would allow it, and what it took to find out."""
    said = picup("why-not", "place d amont", "2026-12-24", "matin", *PLAN)
    assert said.code == 0, said.err
    *lines, effort = said.out.splitlines()
    assert lines == [
        "Place d’Amont, jeudi 24 décembre 2026 (Matin) : impossible, à cause de ceci :",
        "- Le service est fermé le jeudi 24 décembre 2026. Voir closures.csv, ligne 2.",
        "Ce qui le permettrait :",
        "- Si le service est ouvert le jeudi 24 décembre 2026, c’est possible. Prix : + 12 min de route.",
    ]
    assert effort.split()[1] == "calculs,"


@pytest.mark.usefixtures("announced")
def test_what_it_would_cost_is_told_with_what_moves(picup: Run) -> None:
    """A permanence that is possible comes with what would be held no more, what instead, and its price."""
    said = picup("why-not", "place", "2026-12-10", "matin", *PLAN)
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0] == "Place d’Amont, jeudi 10 décembre 2026 (Matin) : possible. En changeant le moins possible :"
    assert "- serait tenue : jeu. 10 déc., 9 h – 12 h, Place d’Amont (Amont-sur-Rhône)" in lines
    assert {"Prix :", "Rien n’est perdu."} & set(lines)


@pytest.mark.usefixtures("announced")
def test_a_single_search_is_not_believed(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no other configuration found again is told as the word of one search."""
    monkeypatch.setattr(Statements, "agreed_impossible", lambda *_asked: False)
    said = picup("why-not", "place", "2026-12-24", *PLAN)
    first, *lines = said.out.splitlines()
    assert first == "Place d’Amont, jeudi 24 décembre 2026 : un seul calcul dit que c’est impossible, à cause de ceci :"
    assert "- Un second calcul n’a pas pu le confirmer : à prendre avec prudence." in lines


@pytest.mark.parametrize("unproven", [(), ("changes",)])
def test_everything_that_changes_is_told(
    picup: Run, here: Path, announced: Plan, monkeypatch: pytest.MonkeyPatch, unproven: tuple[str, ...]
) -> None:
    """Who is replaced elsewhere is told beside what moves, and called the least only where that is proven."""
    problem = reading.read_problem(here / "mois" / "problem.json")
    crews = {**tuesdays(problem), problem.fixed[0].id: OTHERS}
    after = hand_plan(problem, [("place", 10, "matin", CREW), *VISITS[1:]], crews)
    found = WhyNot(None, answer(keeping(problem, announced), after, unproven=unproven))
    monkeypatch.setattr(wondering, "why_not", lambda *_asked, **_limits: found)
    said = picup("why-not", "place", "2026-12-10", "matin", *PLAN)
    first, *lines, _ = said.out.splitlines()
    doubt = "On ne sait pas si moins de changements suffisent :"
    assert first.endswith(doubt if unproven else "En changeant le moins possible :")
    assert lines == [
        "- ne serait plus tenue : mar. 8 déc., 9 h – 12 h, Place d’Amont (Amont-sur-Rhône)",
        "- serait tenue : jeu. 10 déc., 9 h – 12 h, Place d’Amont (Amont-sur-Rhône)",
        "- Équipe : mar. 1er déc., 14 h – 17 h, Centre social (Aval), Driss au lieu de Ada",
    ]


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(
    ("site", "day", "told"),
    [
        ("place", "08", "mar. 8 déc., 9 h – 12 h, Place d’Amont (Amont-sur-Rhône)"),
        ("centre", "15", "mar. 15 déc., 14 h – 17 h, Centre social (Aval)"),
    ],
)
def test_what_is_planned_already_is_said(picup: Run, site: str, day: str, told: str) -> None:
    """Nothing is searched for what the plan holds, with the van or in a social centre."""
    said = picup("why-not", site, f"2026-12-{day}", *PLAN)
    assert said.code == 0
    assert said.out.startswith(f"C’est déjà prévu : {told}, avec ")
    assert said.err == ""


def test_the_past_is_told_at_once(picup: Run, here: Path, announced: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is searched for a day that does not move any more."""
    file = here / "mois" / "problem.json"
    over = {"as_of": date(2026, 12, 10), "promised": promises_of(announced)}
    problem = reading.read_problem(file).model_copy(update=over)
    file.write_text(problem.model_dump_json(), encoding="utf-8")
    made = announced.provenance.model_copy(update={"problem_hash": problem.hash})
    plan = announced.model_copy(update={"provenance": made})
    (here / "mois" / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")
    monkeypatch.delattr(wondering, "why_not")
    said = picup("why-not", "place", "2026-12-10", "matin", *PLAN)
    assert (said.code, said.out.count("\n")) == (0, 1)
    assert said.out.startswith("Rien ne peut plus y être tenu le jeudi 10 décembre 2026")


@pytest.mark.usefixtures("announced")
def test_the_latest_month_is_meant(picup: Run, here: Path) -> None:
    """Without a plan, that of the latest month is meant."""
    (here / "planning").mkdir()
    (here / "mois").rename(here / "planning" / "2026-12")
    assert picup("why-not", "place", "2026-12-08").out.startswith("C’est déjà prévu")


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("plase", "2026-12-09"), 1, "Lieu inconnu « plase ». Reprenez un identifiant ou un nom de sites.csv."),
        (("place", "2026-11-09"), 2, "« 2026-11-09 » n’est pas un jour du planning (décembre 2026)."),
        (("place", "demain"), 2, "« demain » n’est pas une date."),
        (("place", "2026-12-09", "soir"), 1, "Demi-journée inconnue « soir »."),
        (("place", "2026-12-09", "--time-limit", "0"), 2, "--time-limit doit être compris entre 1 et 3600."),
        (("place",), 2, "Il manque DATE."),
    ],
)
def test_what_is_not_understood_is_refused(picup: Run, arguments: tuple[str, ...], code: int, told: str) -> None:
    """What was typed wrong is told in a sentence, and nothing is searched."""
    said = picup("why-not", *arguments, *PLAN)
    assert said.code == code
    assert told in said.err
    assert "Recherche" not in said.err


@pytest.mark.usefixtures("announced")
def test_several_mistakes_are_told_at_once(picup: Run) -> None:
    """A site, a date and a half-day that are all wrong are told together."""
    assert picup("why-not", "plase", "demain", "soir", *PLAN).err.count("\n") == 3


def test_a_plan_that_breaks_rules_is_refused(picup: Run, here: Path, announced: Plan) -> None:
    """Nothing is said of a plan that would have to be corrected first."""
    crewless = tuple(held.model_copy(update={"crew": ()}) for held in announced.permanences)
    broken = announced.model_copy(update={"permanences": crewless})
    (here / "mois" / "plan.json").write_text(broken.model_dump_json(), encoding="utf-8")
    said = picup("why-not", "place", "2026-12-09", *PLAN)
    assert said.code == 1
    assert "Ce planning ne respecte pas toutes les règles" in said.err
    assert read_plan(here / "mois" / "plan.json") == broken


def test_without_any_plan(picup: Run) -> None:
    """Before a first month is planned, the command says what to do."""
    said = picup("why-not", "place", "2026-12-09")
    assert said.code == 1
    assert str(reading.PLANNING) in said.err
