"""The examples of the docstrings are run, and give what they show."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import picup_planner

SOURCE = Path(picup_planner.__file__).parents[1]
TOLD = sorted(
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in (SOURCE / "picup_planner").rglob("*.py")
    if "    >>> " in path.read_text("utf-8")
)
"""Names of the modules with an example; the others need not be imported."""


def test_examples_are_where_a_reader_looks_for_them() -> None:
    """What is read first has examples: nouns, calendars, the door of names, roads."""
    assert {"problem.base", "calendars", "publish.text", "roads.tags"} <= {
        name.removeprefix("picup_planner.") for name in TOLD
    }


@pytest.mark.parametrize("name", TOLD)
def test_examples_give_what_they_show(name: str) -> None:
    """Each example of a module, run alone, prints what stands under it."""
    found = doctest.testmod(import_module(name))
    assert found.attempted > 0
    assert found.failed == 0
