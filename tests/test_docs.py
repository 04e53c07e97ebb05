"""The documentation builds without a warning, asks nothing of anybody, and tells what is there."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from picup_planner.cli import app
from picup_planner.evaluation import RULES
from picup_planner.problem import Settings
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.objectives import OBJECTIVES

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
PAGES = [REPOSITORY / "README.md", *sorted(DOCS.glob("*.md"))]
MODEL = (DOCS / "model.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", MODEL, re.MULTILINE | re.DOTALL))
"""What `model.md` says of each rule and each objective."""

EVERYWHERE = {"--help", "--lang", "--version"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(folder / "read"), str(DOCS)]
    built = subprocess.run([*command, str(folder / "html")], check=False, capture_output=True, text=True)  # noqa: S603  ours
    assert (built.returncode, built.stderr) == (0, "")
    return folder / "html"


def test_every_page_is_in_the_site(site: Path) -> None:
    """Each page of the folder is built, and reached from the first one."""
    first = (site / "index.html").read_text("utf-8")
    names = {path.stem for path in DOCS.glob("*.md")} - {"index"}
    assert names
    assert {name for name in names if f'href="{name}.html' not in first} == set()


def test_the_site_asks_nothing_of_anybody(site: Path) -> None:
    """A page loads nothing from elsewhere: it reads the same without internet."""
    pages = list(site.glob("*.html"))
    loaded = [
        address
        for page in pages
        for address in re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"([^\"]+)", page.read_text("utf-8"))
    ]
    sheets = [path.read_text("utf-8") for path in site.rglob("*.css")]
    assert len(loaded) > len(pages)
    assert sheets
    assert [address for address in loaded if re.match("https?:|//", address)] == []
    assert [sheet for sheet in sheets if re.search(r"@import|url\(.?(https?:|//)", sheet)] == []


def test_every_rule_and_objective_is_told_once() -> None:
    """`model.md` has a section for each rule and each objective, in their order, and for nothing else."""
    constraints = [constraint.__name__ for constraint in CONSTRAINTS]
    (itself,) = {rule.__name__ for rule in RULES} - set(constraints)
    objectives = [objective.name for objective in OBJECTIVES]
    assert re.findall(r"^### `(\w+)`$", MODEL, re.MULTILINE) == [*constraints, itself, *objectives]


@pytest.mark.parametrize("name", SECTIONS)
def test_section_gives_formula_setting_sources_and_test(name: str) -> None:
    """A section has a formula, what sets it, where it is stated for the solver and without it, and a test of it."""
    section = SECTIONS[name]
    sources = re.findall(r"\]\(\.\./(src/[^)]+|tests/[^)]+)\)", section)
    kind = "constraints" if name in {constraint.__name__ for constraint in CONSTRAINTS} else "objectives"
    assert re.search(r"^```text\n.+?\n```$", section, re.MULTILINE | re.DOTALL)
    assert "- Set by: " in section
    assert name == "plan_consistency" or f"src/picup_planner/solver/{kind}/{name}.py" in sources
    assert any(re.match("src/picup_planner/evaluation/", path) and states(path, name) for path in sources)
    assert any(path.startswith("tests/") for path in sources)


def states(path: str, name: str) -> bool:
    """Tell whether a module defines a function, or counts an objective, of this name."""
    text = (REPOSITORY / path).read_text("utf-8")
    return f"def {name}(" in text or f'"{name}":' in text


def test_every_number_of_the_rules_is_told() -> None:
    """Each setting of a territory stands in `model.md`, under the name it has in `territory.toml`."""
    written = set(re.findall(r"`(\w+)`", MODEL))
    settings = set(Settings.model_fields) - {"origin"}
    assert {name for name in settings if not {name, f"{name}_minutes"} & written} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_of_a_page_leads_somewhere(page: Path) -> None:
    """Each file a page links to, or shows, is in the project."""
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.name))
def test_every_path_of_a_notebook_leads_somewhere(path: Path) -> None:
    """Each file a notebook links to is in the project."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    told = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", told)
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_command_of_a_page_exists() -> None:
    """Each command line told somewhere is one of the program, with options it has."""
    told = {line for page in PAGES for line in command_lines(page.read_text("utf-8"))}
    assert len(told) > 20
    assert {line: wrong for line in sorted(told) if (wrong := unknown(line))} == {}


def test_every_option_of_a_page_exists() -> None:
    """Each option told by itself is one of some command."""
    known = EVERYWHERE | {option for command in commands(typer.main.get_command(app)) for option in options(command)}
    told = {option for page in PAGES for option in re.findall(r"`(--[a-z-]+)", page.read_text("utf-8"))}
    assert told
    assert told - known == set()


def test_every_command_is_told() -> None:
    """The pages tell each command of the program."""
    text = "".join(path.read_text("utf-8") for path in DOCS.glob("*.md"))
    names = [name for name, _ in named(typer.main.get_command(app))]
    assert names
    assert [name for name in names if f"picup {name}" not in text] == []


def command_lines(text: str) -> Iterator[str]:
    """Yield what follows `picup` in the code of a page."""
    fenced = "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL))
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for line in [*fenced.splitlines(), *spans]:
        if match := re.search(r"(?:^|/|run (?:--no-dev )?)picup ([a-z-].*)", line):
            yield match[1]


def unknown(line: str) -> list[str]:
    """Give the words of a command line that name no command, or no option of it."""
    command, words = typer.main.get_command(app), shlex.split(line, comments=True)
    while words and (inside := getattr(command, "commands", None)):
        if words[0] not in inside:
            return words[:1]
        command = inside[words.pop(0)]
    known = EVERYWHERE | options(command)
    return [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]


def named(command: Any, before: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401  typer hides its classes
    """Yield the commands that do something, by their names."""
    for name, each in command.commands.items():
        if hasattr(each, "commands"):
            yield from named(each, f"{before}{name} ")
        else:
            yield f"{before}{name}", each


def commands(command: Any) -> Iterator[Any]:  # noqa: ANN401  same
    """Yield the commands that do something."""
    yield from (each for _, each in named(command))


def options(command: Any) -> set[str]:  # noqa: ANN401  same
    """Give the options of a command."""
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}
