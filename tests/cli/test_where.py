"""`picup where`: the best sites for one more permanence in a half-day."""

from pathlib import Path

import pytest

from announced import written
from command_line import Run
from picup_planner.cli.reading import read_plan, read_problem
from picup_planner.evaluation import broken_rules
from picup_planner.plan import Plan

WHERE = ("where", "--plan", "mois/plan.json", "--as-of", "2026-11-10")


@pytest.fixture
def announced(territory: Path, here: Path) -> Plan:
    """Write the small territory's month as it was announced, in the folder `mois`."""
    return written(territory, here / "mois")


@pytest.mark.usefixtures("announced")
def test_sites_are_ranked_and_the_others_counted(picup: Run) -> None:
    """Each offer says when, where, by whom, what gets better and worse; each excluded site is counted once."""
    said = picup(*WHERE, "2026-12-21", "Matin")
    assert said.code == 0, said.err
    assert [" ".join(line.split()) for line in said.out.splitlines()] == [
        "",
        "Une permanence de plus le lundi 21 décembre (Matin)",
        "",
        "1. lun. 21 déc., 9 h – 12 h, Place d’Amont (Amont-sur-Rhône), avec Driss et",
        "Chloé",
        "mieux : écart de charge (points) −13",
        "moins bien : conduite des véhicules (minutes) +12",
        "2. lun. 21 déc., 9 h – 12 h, Gare d’Amont (Amont-sur-Rhône), avec Driss et Chloé",
        "mieux : écart de charge (points) −12",
        "moins bien : conduite des véhicules (minutes) +22",
        "",
        "2 lieux exclus :",
        "- 2 : lieu désactivé, ou réservé aux permanences fixes",
        "",
        "Pour en retenir une, ajoutez --choose et son numéro.",
    ]


@pytest.mark.usefixtures("announced")
def test_an_offer_chosen_is_written(picup: Run, here: Path) -> None:
    """The plan gains the permanence offered under a new id, and keeps every rule; the one before is kept."""
    said = picup(*WHERE, "2026-12-21", "matin", "--choose", "1", "--territory", "essai")
    assert said.code == 0, said.err
    plan, problem = read_plan(here / "mois" / "plan.json"), read_problem(here / "mois" / "problem.json")
    before = read_plan(here / "mois" / "plan-1.json")
    assert {one.id for one in plan.permanences} - {one.id for one in before.permanences} == {"amont-202612-3"}
    assert broken_rules(problem, plan) == []


@pytest.mark.usefixtures("announced")
def test_when_nothing_fits_it_is_said(picup: Run) -> None:
    """On a closed day every site is excluded, and no number can be chosen."""
    said = picup(*WHERE, "2026-12-24", "matin")
    assert "Aucune possibilité sans enfreindre une règle." in said.out
    assert "--choose" not in said.out
    refused = picup(*WHERE, "2026-12-24", "matin", "--choose", "1")
    assert refused.code == 2
    assert "Il n’y a pas de proposition n° 1 : il n’y en a aucune." in refused.err


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("2026-12-21", "soir"), 1, "Demi-journée inconnue « soir »."),
        (("2026-11-21", "matin"), 2, "« 2026-11-21 » n’est pas un jour du planning (décembre 2026)."),
        (("bientôt", "soir"), 2, "Demi-journée inconnue « soir »."),
        (("2026-12-02", "matin", "--as-of", "2026-12-03"), 2, "Le mercredi 2 décembre 2026 est passé"),
    ],
)
def test_what_cannot_be_asked_is_refused(picup: Run, arguments: tuple[str, ...], code: int, told: str) -> None:
    """A date or a half-day that is none of the plan's is refused with a sentence, all at once."""
    said = picup(*WHERE, *arguments)
    assert (said.code, said.out) == (code, "")
    assert told in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("where", "2026-12-21", "matin", "--as-of", "2026-11-10"), 0, "lundi 21 décembre"),
        (("move", "gare", "2026-12-14", "--as-of", "2026-11-10"), 2, "amont-202612-2"),
        (("move", "amont-202612-2", "bientôt", "--as-of", "2026-11-10"), 2, "« bientôt » n’est pas une date"),
        (
            ("cancel", "gare 2026-12-14", "--territory", "essai", "--as-of", "2026-12-20"),
            2,
            "amont-202612-2 est passée",
        ),
        (("why-not", "place", "2026-12-08"), 0, "Place d’Amont"),
        (("replan", "--closed", "gare:2026-12-14", "--territory", "essai", "--as-of", "2026-12-20"), 2, "20 décembre"),
    ],
)
def test_the_month_is_that_of_what_is_asked(  # noqa: PLR0913, PLR0917  fixtures
    picup: Run, territory: Path, here: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    """The date or the permanence tells the month where a later one is planned already."""
    (here / "planning" / "2027-01").mkdir(parents=True)
    (here / "planning" / "2027-01" / "plan.json").write_text("{}", encoding="utf-8")
    written(territory, here / "planning" / "2026-12")
    said = picup(*arguments)
    assert said.code == code, said.err
    assert told in said.out + said.err
    assert picup("where", "2026-11-21", "matin").code == 1
    asked = picup("replan", "--closed", "gare:2026-12-30..2027-01-05", "--territory", "essai")
    assert (asked.code, "plan.json" in asked.err) == (1, True)


def test_without_a_plan_it_is_said(picup: Run) -> None:
    """Where no month is planned, the sentence says what to do first."""
    said = picup("where", "2026-12-21", "matin")
    assert said.code == 1
    assert "picup plan" in said.err
