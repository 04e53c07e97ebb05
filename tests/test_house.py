"""What the project promises of itself, read from its files without running it."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from picup_planner.evaluation import RULES
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.objectives import OBJECTIVES

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "src" / "picup_planner"
README = (REPOSITORY / "README.md").read_text("utf-8")
TOP = (".ci", "benchmarks", "data", "docs", "launchers", "notebooks", "src", "tests")
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))

MACHINE_PATH = re.compile(rb"(?<![\w.~$}-])/(?:work|root|tmp|home|Users|mnt)/")
"""The beginning of a path that means something on one machine only."""


def names(folder: str) -> set[str]:
    """Give the names of the modules of a folder of the package."""
    return {path.stem for path in (PACKAGE / folder).glob("*.py")} - {"__init__"}


def commands(mark: str) -> list[str]:
    """Lines of the block that follows a mark in the README."""
    (block,) = re.findall(rf"<!-- {mark} -->\n```bash\n(.*?)```", README, re.DOTALL)
    return str(block).splitlines()


def test_no_module_is_long() -> None:
    """A module holds one idea: 400 lines at most."""
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_every_constraint_is_stated_twice_and_tested() -> None:
    """Each constraint has its file for the solver, for the evaluation and for its tests, and no file is left out."""
    constraints = [constraint.__name__ for constraint in CONSTRAINTS]
    assert names("solver/constraints") == set(constraints)
    assert set(constraints) <= names("evaluation")
    assert [rule.__name__ for rule in RULES] == ["plan_consistency", *constraints]
    tests = {path.name for path in (REPOSITORY / "tests" / "solver").glob("test_*.py")}
    assert {f"test_{name}.py" for name in constraints} <= tests


def test_every_objective_has_its_own_file() -> None:
    """Each objective is written in the file of its name, and no file is left out."""
    assert names("solver/objectives") == {objective.name for objective in OBJECTIVES}


@pytest.mark.parametrize("mark", ["plan command", "test command"])
def test_a_command_of_the_readme_is_one_line(mark: str) -> None:
    """Each of the two commands of the README is one line to paste, and makes its own environment."""
    (line,) = commands(mark)
    assert line.startswith("python3 -m pip install")
    assert "--target .uv uv && .uv/bin/uv run" in line


def test_the_checks_run_the_command_of_the_readme() -> None:
    """What every change goes through runs the test command as the README has it, not a copy of it."""
    script = (REPOSITORY / ".ci" / "run").read_text("utf-8")
    assert "<!-- test command -->" in script
    assert commands("test command")[0] not in script


def test_the_changelog_tells_of_this_version() -> None:
    """The latest version of the changelog, after what is not released, is the project's."""
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    told = re.findall(r"^## \[(.+?)\]", (REPOSITORY / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert told[:2] == ["Unreleased", version]


def test_no_path_of_a_machine_is_written_down() -> None:
    """No file of the project names a folder of the machine it was written on."""
    files = [path for path in REPOSITORY.iterdir() if path.is_file() and path.name != ".git"]
    files += [path for top in TOP for path in (REPOSITORY / top).rglob("*") if path.is_file()]
    found = [path for path in files if path.suffix != ".pyc" and MACHINE_PATH.search(path.read_bytes())]
    assert [path.relative_to(REPOSITORY).as_posix() for path in found] == []


def test_every_link_of_the_readme_leads_somewhere() -> None:
    """Each file the README shows or links to is there."""
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)
    assert targets
    assert [target for target in targets if not (REPOSITORY / target).exists()] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.name))
def test_a_notebook_is_kept_without_its_outputs(path: Path) -> None:
    """A notebook is stored as it was written, not as it was last run."""
    cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
