"""The names a notebook may count on, and what it costs to have them."""

import subprocess
import sys

import pytest

import picup_planner as pp

PUBLIC = {
    *("Absent", "Closed", "Comparison", "Held", "NewCommune", "NewSite", "OtherDepot", "Outcome", "Plan", "Prefer"),
    *("Problem", "Saturdays", "Scenario", "SecondVan", "Setting", "Target", "Territory", "Without"),
    *("broken_rules", "changes", "charts", "cluster", "compare", "conflict", "figures", "front", "here", "loads"),
    *("month", "processes", "read", "read_scenarios", "replan", "report", "shortage", "show", "sites", "solve"),
    *("sweep", "table", "tours", "why_not", "year"),
}


def test_the_public_names_are_these() -> None:
    """Nothing is promised by accident, and nothing that was promised goes without a change here."""
    assert set(pp.__all__) == PUBLIC
    assert set(dir(pp)) >= PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_is_there_and_told(name: str) -> None:
    """Each name can be imported and says what it is for."""
    assert getattr(pp, name).__doc__


def test_a_name_that_is_not_there_is_missed_as_usual() -> None:
    """A misspelt name is an AttributeError, as of any module."""
    with pytest.raises(AttributeError, match="polve"):
        _ = pp.polve


def test_the_import_alone_is_light() -> None:
    """`import picup_planner` brings neither solver, nor tables, nor charts."""
    heavy = "{'ortools', 'pandas', 'matplotlib', 'geopandas', 'scipy', 'pydantic', 'distributed'}"
    code = f"import sys, picup_planner; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  ours
    assert done.stdout == "set()\n"


def test_the_room_of_tables_does_not_hide_show() -> None:
    """`pp.show` is the function, whatever was imported before it."""
    code = "import picup_planner.display.tables, picup_planner as pp; print(callable(pp.show), callable(pp.month))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  ours
    assert done.stdout == "True True\n"
