"""A month and the search for it, as they are read on a terminal."""

import re
from datetime import date, time

import pytest

from picup_planner.cli import progress
from picup_planner.cli.terminal import month_printed
from picup_planner.messages import Words
from picup_planner.plan import ObjectiveResult, Plan
from picup_planner.problem import FixedPermanence, Problem
from picup_planner.publish.telling import proof_told
from picup_planner.publish.text import plain
from picup_planner.solver import Progress
from problems import hand_plan, problem_with, replaced, tiny_problem

CREW = {"as": "as-1", "casp": "casp-1"}
VISITS = [("amont-1", 7, "matin", CREW), ("aval-1", 10, "apres-midi", CREW)]


def printed(problem: Problem, plan: Plan, capsys: pytest.CaptureFixture[str], language: str = "fr") -> str:
    """Print a month and give what is seen of it."""
    month_printed(problem, plan, Words(language, plain))
    return capsys.readouterr().out.replace("\xa0", " ").replace("\u202f", " ")


def result(**changes: object) -> ObjectiveResult:
    """Give an objective proven at 812 minutes."""
    fields = {"name": "travel", "value": 812, "best": 812, "bound": 812, "proven": True, "unit": "minutes"}
    return ObjectiveResult.model_validate(fields | changes)


def test_a_month_reads_as_a_calendar(tiny: Problem, capsys: pytest.CaptureFixture[str]) -> None:
    """Dates, hours, sites, communes and crews of mobile and fixed permanences, then figures, then proofs."""
    plan = hand_plan(tiny, VISITS, {"fixe-1": {"as": "as-2", "casp": "casp-2"}})
    told = printed(tiny, plan.model_copy(update={"objectives": (result(),)}), capsys)
    assert re.search(r"Semaine 50\nlun\. 7 déc\. +9 h – 12 h +Place d’Amont +Amont +Ada, Chloé\n", told)
    assert re.search(r"mer\. 9 déc\. +9 h 30 – 11 h 30 +Centre social d’Aval +Aval +Bruno, Driss", told)
    assert re.search(r"\nAmont +1 +2 +1 AS, 1 CASP\n", told)
    assert re.search(r"\nAda +2 +8 h", told)
    assert re.search(r"\n +\d+ h( \d\d)? – \d+ h( \d\d)? +de dépôt à dépôt\n", told)
    assert "Charge : heures tenues" in told
    assert "Véhicules : 2 tournées" in told
    assert re.search(r"de conduite\s+\(arrondie par tournée\)", told)
    assert "Aucun mois passé n’est encore connu" in told
    assert "à portée d’une permanence : 0 sur 1 200." in told
    assert "Population inconnue, non comptée : Bas." in told
    assert re.search(r"1\. Conduite des véhicules \(minutes\) +812 +le mieux possible, prouvé", told)


def test_areas_out_of_reach_are_named(tiny: Problem, capsys: pytest.CaptureFixture[str]) -> None:
    """An area not reached is named, with the reason: no usable site is near, or none was visited."""
    near = printed(tiny, hand_plan(tiny), capsys)
    assert re.search(r"Non touchés ce mois-ci : .+, où des lieux utilisables existent\.", near)
    alone = tiny.model_copy(update={"reach": ()})
    told = " ".join(printed(alone, hand_plan(alone), capsys).split())
    metres = tiny.territory.settings.walking_distance
    assert f"sans aucun lieu utilisable à moins de {metres} m." in told


def test_a_tour_names_its_van_only_among_several(tiny: Problem, capsys: pytest.CaptureFixture[str]) -> None:
    """The van is told when there are two."""
    van = tiny.territory.vans[0]
    problem = problem_with(vans=(van, van.model_copy(update={"id": "van-2", "name": "Fourgon 2"})))
    second = {"as": "as-2", "casp": "casp-2"}
    plan = hand_plan(problem, [*VISITS, ("amont-2", 9, "matin", second, "van-2")])
    assert "de dépôt à dépôt" in printed(tiny, hand_plan(tiny, VISITS), capsys)
    told = " ".join(printed(problem, plan, capsys).split())
    assert "Fourgon 2, de" in told


def test_an_empty_month_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """A month without any permanence is told in words."""
    problem = problem_with(fixed=())
    assert "Aucune permanence ce mois-ci." in printed(problem, hand_plan(problem), capsys)


def test_nobody_is_seen(tiny: Problem, capsys: pytest.CaptureFixture[str]) -> None:
    """A fixed permanence nobody holds stands out in the calendar and in the figures."""
    told = printed(tiny, hand_plan(tiny), capsys)
    assert "sans équipe" in told
    assert "Une permanence fixe sans équipe complète." in told


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_month_fits_eighty_columns(capsys: pytest.CaptureFixture[str], language: str) -> None:
    """Long names wrap within the width of the terminal, and nothing trails."""
    staff = tuple(replaced(tiny_problem().territory.staff, "as-1", name="Anne-Charlotte " * 8))
    sites = tuple(replaced(tiny_problem().territory.sites, "amont-1", name="Place du Général " * 8))
    problem = problem_with(staff=staff, sites=sites)
    plan = hand_plan(problem, VISITS).model_copy(update={"objectives": (result(),)})
    lines = printed(problem, plan, capsys, language).splitlines()
    assert [line for line in lines if len(line) > 80 or line != line.rstrip()] == []


def test_names_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences, line breaks and markup in names stay without effect."""
    staff = tuple(replaced(tiny_problem().territory.staff, "as-1", name="\x1b[31mAda\x07[red]\u202e"))
    sites = tuple(replaced(tiny_problem().territory.sites, "amont-1", name="Place\nd’Amont"))
    problem = problem_with(staff=staff, sites=sites)
    told = printed(problem, hand_plan(problem, VISITS), capsys)
    assert not set(told) & set("\x1b\x07\u202e\r")
    assert "Ada[red]" in told
    assert "Place d’Amont" in told


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "le mieux possible, prouvé"),
        ({"value": 820}, "812 : le mieux possible, prouvé ; + 8 laissés à la suite"),
        ({"conditional": True}, "prouvé, si ce qui précède ne peut s’améliorer"),
        ({"proven": False, "bound": 800}, "non prouvé, au mieux 800"),
        (
            {"proven": False, "bound": 800, "value": 820},
            "812 : non prouvé, au mieux 800 ; + 8 laissés à la suite",
        ),
        ({"proven": False, "bound": 0}, "non prouvé"),
    ],
)
def test_a_proof_in_plain_words(changes: dict[str, object], expected: str) -> None:
    """What is proven of an objective is told without a solver's words."""
    assert proof_told(result(**changes), Words("fr")).replace("\xa0", " ") == expected


STEPS = [
    Progress("travel", None, None, proven=False, elapsed=0.1, done=False),
    Progress("travel", 820, 640, proven=False, elapsed=1.2, done=False),
    Progress("travel", 812, 812, proven=True, elapsed=3.5, done=True),
]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (STEPS[0], "Conduite des véhicules (minutes) : … (non prouvé), 0,1 s"),
        (STEPS[1], "Conduite des véhicules (minutes) : 820 (au mieux 640), 1,2 s"),
        (STEPS[2], "Conduite des véhicules (minutes) : 812 (prouvé), 3,5 s"),
    ],
)
def test_a_step_of_the_search_is_a_line(step: Progress, expected: str) -> None:
    """Each step tells the objective, its best value, what is proven and the time."""
    assert progress.line_of(step, Words("fr")).replace("\xa0", " ") == expected


def test_progress_is_plain_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Into a file or a pipe goes one line per finished objective, on the error stream."""
    with progress.showing(Words("fr")) as show:
        for step in STEPS:
            show(step)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.replace("\xa0", " ") == "Conduite des véhicules (minutes) : 812 (prouvé), 3,5 s\n"


def test_progress_is_live_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the line of an objective is replaced as the search goes on."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress.showing(Words("fr")) as show:
        for step in STEPS:
            show(step)
    said = capsys.readouterr().err
    assert "\x1b[" in said
    assert "812" in said


def test_a_date_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Two permanences at one hour of a day are both told, their date once."""
    twins = tuple(
        FixedPermanence(
            id=f"fixe-{n}", name="", site="centre-1", date=date(2026, 12, 9), start=time(9), end=time(10), roles=("as",)
        )
        for n in (1, 2)
    )
    problem = problem_with(fixed=twins)
    told = printed(problem, hand_plan(problem), capsys)
    assert told.count("9 h – 10 h") == 2
    assert told.count("mer. 9 déc.") == 1
