"""How a command ends when something goes wrong."""

import re
import runpy
import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from picup_planner.cli.endings import ending
from picup_planner.errors import DataError, Defect, Infeasible, Mistake, NoPlanFound, Origin, RoadsError
from picup_planner.messages import Words


def raising(error: BaseException) -> Callable[[], int]:
    """Give a command that ends badly."""

    def command() -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (
            DataError(Mistake("data-no-driver", {}, Origin("staff.csv", 3))),
            1,
            "staff.csv, ligne 3 : personne ne conduit",
        ),
        (RoadsError(Mistake("roads-no-road", {}, Origin("roads.osm"))), 1, "roads.osm : le fichier ne contient aucune"),
        (Infeasible(), 1, "Aucun planning ne respecte toutes les règles"),
        (NoPlanFound(Mistake("no-plan-in-time")), 3, "Aucun planning trouvé dans le temps donné"),
        (Defect(Mistake("defect-broken-plan", {"rules": "rest"})), 70, "ne respecte pas rest. Rien n’a été écrit"),
        (KeyboardInterrupt(), 130, "Interrompu.\n"),
        (OSError(13, "Permission denied", "/x/plan.json"), 1, "Vous n’avez pas le droit de lire ou d’écrire « /x/"),
        (OSError(30, "Read-only file system", "x.csv"), 1, "« x.csv » ne peut pas être écrit : le disque est en lec"),
        (OSError(28, "No space left on device", "x.csv"), 1, "« x.csv » ne peut pas être écrit : il n’y a plus de"),
        (OSError(21, "Is a directory", "x"), 1, "« x » est un dossier, et il faut un fichier."),
        (OSError(17, "File exists", "x"), 1, "« x » : il y a un fichier là où il faut un dossier."),
        (OSError(5, "Input/output error", "x.csv"), 1, "Impossible de lire ou d’écrire « x.csv » (Input/output error)"),
        (KeyError("Ada Lovelace"), 70, "Erreur du programme (KeyError, cli/endings.py:"),
        (OSError("sans fichier"), 70, "Erreur du programme (OSError"),
    ],
)
def test_every_ending_has_a_sentence_and_a_code(
    error: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes wrong is told in sentences, never as a traceback, with its own exit code."""
    assert ending(raising(error), Words("fr")) == code
    said = capsys.readouterr().err.replace("\xa0", " ")
    assert told in said
    assert "Traceback" not in said
    assert "Lovelace" not in said


def test_an_error_that_comes_of_an_interruption_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C in the middle of an import, which Python may wrap in an error of its own, is no bug."""

    def importing() -> int:
        try:
            return raising(KeyboardInterrupt())()
        except KeyboardInterrupt as stopped:
            message = "Error calling __set_name__ on a property"
            raise RuntimeError(message) from stopped

    assert ending(importing, Words("fr")) == 130
    assert capsys.readouterr().err == "Interrompu.\n"


def test_an_interruption_of_the_first_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before the command line itself is there ends with 130 as later, without a traceback."""

    def stopped(_: str) -> None:
        raise KeyboardInterrupt

    unfinished = ModuleType("picup_planner.cli")
    unfinished.__getattr__ = stopped  # type: ignore[method-assign]
    monkeypatch.setitem(sys.modules, "picup_planner.cli", unfinished)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("picup_planner", run_name="__main__")
    assert ended.value.code == 130


def test_a_bug_says_where_it_is_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """The last line of ours is named, by a path that tells nothing of the machine."""
    assert ending(lambda: len(Words("fr").weekday(99)), Words("fr")) == 70
    assert re.search(r"\(ValueError, messages/words\.py:\d+\)", capsys.readouterr().err)


def test_every_mistake_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """All mistakes of an input come out in one pass."""
    error = DataError(*(Mistake("data-no-driver", {}, Origin("staff.csv", line)) for line in (2, 3)))
    ending(raising(error), Words("en"))
    assert capsys.readouterr().err.count("nobody drives") == 2
