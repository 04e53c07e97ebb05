"""`picup check` and `picup territory check`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import territories
from command_line import Run
from picup_planner.cli import reading
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from problems import hand_plan, problem_with

CREW = {"as": "as-1", "casp": "casp-1"}
VISITS = [("amont-1", 7, "matin", CREW), ("aval-1", 10, "apres-midi", CREW)]


def saved(problem: Problem, plan: Plan, folder: Path) -> Path:
    """Write a plan and its problem side by side and give the path of the plan."""
    (folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    (folder / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")
    return folder / "plan.json"


def test_a_plan_that_keeps_every_rule(picup: Run, here: Path, tiny: Problem) -> None:
    """A good plan is said to be good, and the command ends with 0."""
    path = saved(tiny, hand_plan(tiny, VISITS), here)
    said = picup("check", str(path))
    assert (said.code, said.out) == (0, "Le planning respecte toutes les règles.\n")


def test_a_plan_that_was_replaced_is_checked_against_its_own_problem(picup: Run, here: Path, tiny: Problem) -> None:
    """The problem kept under the same number is the one it was made from; without it, the one beside it is."""
    other = problem_with(closed=())
    assert other.hash != tiny.hash
    saved(tiny, hand_plan(tiny, VISITS), here).rename(here / "plan-1.json")
    (here / "problem.json").rename(here / "problem-1.json")
    saved(other, hand_plan(other, VISITS), here)
    assert picup("check", str(here / "plan-1.json")).out == "Le planning respecte toutes les règles.\n"
    (here / "problem-1.json").replace(here / "problem.json")
    assert picup("check", "plan-1.json").code == 0


def test_a_plan_that_breaks_rules(picup: Run, here: Path, tiny: Problem) -> None:
    """Each broken rule is a sentence with names and dates, then they are counted, and the command ends with 1."""
    path = saved(tiny, hand_plan(tiny, [("amont-1", 7, "matin", {"as": "as-2", "casp": "casp-1"})]), here)
    said = picup("check", str(path))
    assert said.code == 1
    assert said.out.splitlines() == [
        "Amont, lundi 7 décembre 2026 (Matin) : personne dans l’équipe ne conduit le véhicule.",
        "Une règle n’est pas respectée.",
    ]


def test_the_problem_of_another_plan_is_refused(picup: Run, here: Path, tiny: Problem) -> None:
    """A problem beside the plan that is not its own stops the check; the one given by hand only earns a warning."""
    path = saved(tiny, hand_plan(tiny, VISITS), here)
    other = problem_with(tiny, settings={"min_gap": 3})
    (here / "problem.json").write_text(other.model_dump_json(), encoding="utf-8")
    refused, given = picup("check", str(path)), picup("check", str(path), "--problem", str(here / "problem.json"))
    assert "problem.json n’est pas le problème dont vient plan.json" in refused.err
    assert "problem.json n’est pas le problème dont vient plan.json" in given.err
    assert (refused.code, given.code) == (1, 0)


def edited(path: Path, edit: Callable[[str], str]) -> None:
    """Change the text of a file."""
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")


def changed(**fields: object) -> Callable[[str], str]:
    """Give an edit of the first permanence of a plan, a field put to ``None`` being removed."""

    def edit(text: str) -> str:
        plan = json.loads(text)
        plan["permanences"][0] |= fields
        plan["permanences"][0] = {key: value for key, value in plan["permanences"][0].items() if value is not None}
        return json.dumps(plan)

    return edit


def without(field: str) -> Callable[[str], str]:
    """Give an edit that takes a field away from a plan."""
    return lambda text: json.dumps({key: value for key, value in json.loads(text).items() if key != field})


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda text: text[:200], "plan.json, ligne 1 : ce n’est plus du JSON à partir de la colonne"),
        (lambda _: "", "plan.json, ligne 1 : ce n’est plus du JSON"),
        (lambda _: "[" * 200_000, "plan.json : le fichier n’est pas un texte"),
        (lambda _: "[]", "plan.json : ce n’est pas un planning. Donnez un plan.json, comme picup l’écrit."),
        (lambda _: "null", "plan.json : ce n’est pas un planning."),
        (lambda _: '{"month": "2026-12", "as_of": "2026-11-20"}', "plan.json : ce n’est pas un planning."),
        (without("permanences"), "plan.json : « permanences » manque."),
        (lambda text: text.replace('"seed":0', '"seed":' + "9" * 5000), "plan.json : un nombre ou un caractère"),
        (changed(date="2026-02-30"), 'plan.json : « permanences 1 > date » : la valeur "2026-02-30" ne convient pas.'),
        (changed(van=False), "plan.json : « permanences 1 > van » : la valeur false ne convient pas. Corrigez-la"),
        (changed(van=["camion"]), "plan.json : « permanences 1 > van » ne convient pas. Reprenez le fichier"),
        (changed(start=None), "plan.json : « permanences 1 > start » manque."),
        (changed(horaire="9 h"), "plan.json : « permanences 1 > horaire » est inconnu."),
        (changed(id="../x"), 'plan.json : « permanences 1 > id » : la valeur "../x" ne convient pas.'),
    ],
)
def test_a_damaged_plan_says_where(
    picup: Run, here: Path, tiny: Problem, edit: Callable[[str], str], told: str
) -> None:
    """A plan that a hand has damaged is refused with the place of the damage, in one line each."""
    path = saved(tiny, hand_plan(tiny, VISITS), here)
    edited(path, edit)
    said = picup("check", str(path))
    assert said.code == 1
    assert said.err.startswith(told)
    assert said.err.count("\n") == 1


def test_a_problem_is_no_plan(picup: Run, here: Path, tiny: Problem) -> None:
    """One file in the place of the other is told in a sentence, with the one to give."""
    path = saved(tiny, hand_plan(tiny, VISITS), here)
    said, other = picup("check", "problem.json"), picup("check", str(path), "--problem", str(path))
    assert said.err == "problem.json : ce n’est pas un planning. Donnez un plan.json, comme picup l’écrit.\n"
    assert other.err == (
        "plan.json : ce n’est pas un problème. Donnez le problem.json que picup a écrit à côté du planning.\n"
    )
    assert (said.code, other.code) == (1, 1)


def test_bytes_that_are_no_text(picup: Run, here: Path) -> None:
    """A file that is no text is refused as such."""
    (here / "plan.json").write_bytes(b"\xff\xfe\x00")
    assert "n’est pas un texte UTF-8" in picup("check", "plan.json").err


def test_a_plan_too_large_is_not_read(picup: Run, here: Path, tiny: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than any plan is refused before it is read."""
    monkeypatch.setattr(reading, "LARGEST", 1000)
    assert "le fichier dépasse" in picup("check", str(saved(tiny, hand_plan(tiny, VISITS), here))).err


def test_many_mistakes_are_cut_short(picup: Run, here: Path, tiny: Problem) -> None:
    """A file wrong everywhere says the first twenty mistakes and how many more there are."""
    path = saved(tiny, hand_plan(tiny, VISITS), here)
    edited(path, lambda text: json.dumps(json.loads(text) | {f"champ-{i}": 0 for i in range(25)}))
    said = picup("check", str(path)).err.splitlines()
    assert len(said) == 21
    assert said[-1] == "plan.json : et 5 autres erreurs."


def test_a_plan_that_is_not_there(picup: Run) -> None:
    """A path that leads nowhere is told as typed."""
    said = picup("check", "nulle-part.json")
    assert (said.code, said.err) == (1, "Le fichier « nulle-part.json » ne peut pas être lu. Vérifiez son chemin.\n")


def test_a_territory_in_order(picup: Run, territory: Path) -> None:
    """A sound folder is said to be sound, with what it holds."""
    said = picup("territory", "check", str(territory))
    assert (said.code, said.out) == (
        0,
        "Le territoire « Pays d’Essai » est en ordre. Communes : 2 ; lieux utilisables : 3 sur 4 ; personnes : 3.\n",
    )


def test_a_territory_with_mistakes(picup: Run, territory: Path) -> None:
    """Everything wrong is told at once with file and line, then counted."""
    territories.edit(territory, "sites.csv", "Place d’Amont,amont", "Place d’Amont,amon")
    territories.edit(territory, "closures.csv", "2026-12-24", "2026-12-32")
    said = picup("territory", "check", str(territory))
    assert said.code == 1
    assert said.out.splitlines() == [
        "closures.csv, ligne 2 : « first » : le 2026-12-32 n’existe pas au calendrier.",
        (
            "sites.csv, ligne 2 : commune inconnue « amon ». Reprenez un identifiant ou un nom de communes.csv. "
            "Vouliez-vous dire « amont » ?"
        ),
        "2 erreurs à corriger.",
    ]


def test_a_site_far_from_any_road(picup: Run, territory: Path) -> None:
    """A place far from the roads is warned about, and refused when it is too far."""
    territories.edit(territory, "sites.csv", "45.69,4.87", "45.6880,4.8705")
    said = picup("territory", "check", str(territory))
    assert (said.code, said.out.split(" est à ")[0]) == (0, "Attention : sites.csv, ligne 4 : « Centre social »")
    territories.edit(territory, "sites.csv", "45.6880,4.8705", "45.675,4.87")
    assert picup("territory", "check", str(territory)).code == 1


def test_a_folder_that_is_not_there(picup: Run) -> None:
    """A folder that does not exist is told as typed."""
    assert "Le dossier « nulle-part » n’existe pas." in picup("territory", "check", "nulle-part").out
