"""Help texts and command lines that were not understood."""

import os
import re
import subprocess
import sys
from datetime import date

import pytest

from command_line import Run
from picup_planner.cli import reading

HEAVY = ("ortools", "osmnx", "osmium", "shapely", "geopandas", "folium", "scipy", "numpy", "pandas", "babel", "rich")


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["--help", "--lang", "en"]])
def test_help_imports_nothing_slow(arguments: list[str]) -> None:
    """A help text comes at once: no solver, no map, no table, no dictionary of dates is imported for it."""
    code = (
        f"import sys; from picup_planner.cli import main; assert main({arguments!r}) == 0; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["checking", "offering", "recording", "reporting"])
def test_what_searches_nothing_imports_no_search(command: str) -> None:
    """Commands that only read a plan wait for no solver, and for no matching of permanences."""
    code = f"import sys, picup_planner.cli.{command}; print({{'ortools', 'scipy'}} & set(sys.modules))"
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout == "set()\n"


def test_the_module_runs_as_a_program() -> None:
    """`python -m picup_planner` is `picup`, exit code included."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    for arguments, code in ((["--version"], 0), (["plan", "2026-13"], 2)):
        done = subprocess.run(  # noqa: S603  our own interpreter
            [sys.executable, "-m", "picup_planner", *arguments], capture_output=True, check=False, env=environment
        )
        assert done.returncode == code


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ((), ("plan", "check", "territory", "--version", "--lang")),
        (
            ("plan",),
            ("[MOIS]", "--territory", "--out", "--time-limit", "--seed", "--as-of", "--lang", "par défaut : 60"),
        ),
        (("check",), ("PLAN.json", "--problem", "--lang")),
        (("territory",), ("check", "--lang")),
        (("roads",), ("fetch", "import", "--lang")),
        (("roads", "import"), ("FICHIER", "--territory", "--out", "--margin", "KM", "par défaut : 3", "--lang")),
        (("roads", "fetch"), ("--out", "--margin", "--url", "--fresh", "--lang")),
        (("territory", "check"), ("DOSSIER", "--lang")),
    ],
)
def test_help_is_whole_and_french(picup: Run, command: tuple[str, ...], told: tuple[str, ...]) -> None:
    """Every command tells what it takes, in French, without a message id or a word of typer's left over."""
    said = picup(*command, "--help")
    assert said.code == 0
    assert [word for word in told if word not in " ".join(said.out.split())] == []
    assert not re.search(r"help-|Show this|default:|Commands|COMMAND\b", said.out)


@pytest.mark.parametrize("arguments", [["--lang", "en", "plan", "--help"], ["plan", "--help", "--lang=en"]])
def test_help_speaks_english_when_asked(picup: Run, arguments: list[str]) -> None:
    """`--lang en` counts wherever it stands."""
    said = picup(*arguments)
    assert said.code == 0
    assert "Month to plan" in said.out
    assert "default: 60" in said.out


def test_the_environment_chooses_the_language(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """PICUP_LANG counts when `--lang` says nothing else, and one language leaves nothing to the next."""
    monkeypatch.setenv("PICUP_LANG", "en")
    assert "Show this help" in picup("--help").out
    assert "Affiche cette aide" in picup("--help", "--lang", "fr").out


def test_nothing_typed_is_a_cry_for_help(picup: Run) -> None:
    """`picup` alone shows the help."""
    assert picup().out == picup("--help").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("plan 2026-13", "« 2026-13 » n’est pas un mois. Écrivez l’année puis le mois, par exemple 2026-12."),
        ("plan décembre", "« décembre » n’est pas un mois."),
        ("plan 12/2026", "« 12/2026 » n’est pas un mois."),
        ("plan 2026-12 --as-of 2026-02-30", "« 2026-02-30 » n’est pas une date."),
        ("plan 2026-12 --as-of hier", "« hier » n’est pas une date."),
        ("plan 2026-12 --seed -1", "--seed doit être compris entre 0 et"),
        ("plan 2026-12 --time-limit 0", "--time-limit doit être compris entre 1 et"),
        ("plan 2026-12 --time-limit bientôt", "La valeur donnée à SECONDES ne convient pas."),
        ("plan 2026-12 janvier", "« janvier » est de trop. Tapez « picup plan --help »"),
        ("plan --tempo", "L’option --tempo n’existe pas. Tapez « picup plan --help »"),
        ("plan --out", "L’option --out est mal employée"),
        ("check", "Il manque PLAN.json."),
        ("record place", "Il manque tenue|annulée|remplacée. Tapez « picup record --help »"),
        ("dessine", "La commande 'dessine' n’existe pas."),
        ("territory", "Il manque une commande. Tapez « picup territory --help »"),
        ("plan --lang de", "La langue « de » n’est pas connue. Choisissez parmi : fr, en."),
        ("plan --lang", "La langue «  » n’est pas connue."),
        ("plan 2026-12 --territory", "L’option --territory est mal employée"),
    ],
)
def test_wrong_usage_is_one_sentence(picup: Run, arguments: str, told: str) -> None:
    """What was not understood is said in one line, with what to do, and exit code 2."""
    said = picup(*arguments.split())
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_wrong_usage_is_told_in_english_too(picup: Run) -> None:
    """The language asked for is that of the errors."""
    assert "“2026-13” is not a month" in picup("plan", "2026-13", "--lang", "en").err


def test_the_next_month_is_planned_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no month, the one after today's is meant, over the year's end too."""

    class December(date):
        @classmethod
        def today(cls) -> date:
            return date(2026, 12, 31)

    monkeypatch.setattr(reading, "date", December)
    assert reading.month_of(None) == "2027-01"
