"""The guide to notebooks and scenarios says what is there; documentation and notebooks lead to one another."""

import ast
import doctest
import json
import re
from pathlib import Path

import pytest

import picup_planner as pp
from picup_planner.scenarios.changes import CHANGES

REPOSITORY = Path(__file__).parents[1]
PAGE = REPOSITORY / "docs" / "guide-notebooks.md"
GUIDE = PAGE.read_text("utf-8")
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


def blocks(language: str) -> list[str]:
    """Give the blocks of code of the guide in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_examples_give_what_they_show() -> None:
    """Each example, typed in the order of the page, prints what stands under it."""
    parser, examples = doctest.DocTestParser(), "\n".join(blocks("pycon"))
    test = parser.get_doctest(examples, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) > 5
    assert doctest.DocTestRunner().run(test).failed == 0


def test_calls_are_of_names_there_are() -> None:
    """Each call of the page is Python, and names what a notebook may count on."""
    code = blocks("python")
    assert code
    for block in code:
        ast.parse(block)
    named = set(re.findall(r"\bpp\.(\w+)", GUIDE))
    assert len(named) > 20
    assert named - set(pp.__all__) == set()


def test_scenarios_of_the_page_are_read(tmp_path: Path) -> None:
    """The file of the page can be read, holds every change there is, and gives months that are not the usual one."""
    (text,) = blocks("toml")
    (file := tmp_path / "scenarios.toml").write_text(text, "utf-8")
    scenarios = pp.read_scenarios(file)
    assert {type(change) for scenario in scenarios for change in scenario.changes} == set(CHANGES.values())
    territory = pp.read()
    for scenario in scenarios:
        assert pp.month(scenario(territory), "2026-12").territory != territory


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.name))
def test_a_notebook_and_the_documentation_lead_to_one_another(path: Path) -> None:
    """Each notebook is on the page, and names a page to read on."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    told = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert f"](../notebooks/{path.name})" in GUIDE
    assert "](../docs/" in told
