"""What is shipped holds all the program needs, and runs where there is no checkout."""

import os
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

REPOSITORY = Path(__file__).parents[1]
VERSION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build the wheel from the checkout."""
    return built(REPOSITORY, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build the source distribution from the checkout."""
    return built(REPOSITORY, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def elsewhere(wheel: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in a folder: it is pure Python, so to unpack it is enough."""
    return unpacked(wheel, tmp_path_factory.mktemp("elsewhere"))


def built(project: Path, target: str, folder: Path) -> dict[str, bytes]:
    """Build a wheel or a source distribution with the project's own backend, and read every file in it."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(build, cwd=project, check=True, capture_output=True)  # noqa: S603  our own
    if target == "wheel":
        with ZipFile(next(folder.glob("*.whl"))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        files = ((member.name, archive.extractfile(member)) for member in archive)
        return {name: file.read() for name, file in files if file}


def unpacked(files: dict[str, bytes], folder: Path) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder that is not compiled Python."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with the installed program before any other and a cache of its own."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"}
    environment |= {"XDG_CACHE_HOME": str(folder / "cache"), "PICUP_LANG": "en"}
    command = [sys.executable, *arguments]
    return subprocess.run(  # noqa: S603  our own
        command, cwd=folder, env=environment, check=False, capture_output=True, encoding="utf-8"
    )


def test_the_wheel_holds_the_package_and_the_territory_and_nothing_else(wheel: dict[str, bytes]) -> None:
    """Catalogues, Leaflet, type marker and territory are in the wheel, byte for byte; neither tests nor tools are."""
    wanted = {f"picup_planner/{name}": each for name, each in files_of(REPOSITORY / "src" / "picup_planner").items()}
    territories = files_of(REPOSITORY / "data" / "communes").items()
    wanted |= {f"picup_planner/data/communes/{name}": each for name, each in territories}
    assert {name: each for name, each in wheel.items() if ".dist-info/" not in name} == wanted
    assert {
        "picup_planner/py.typed",
        "picup_planner/messages/locale/fr/LC_MESSAGES/picup.mo",
        "picup_planner/messages/locale/en/LC_MESSAGES/picup.mo",
        "picup_planner/publish/assets/leaflet/leaflet.js",
        "picup_planner/publish/assets/leaflet/LICENSE",
        "picup_planner/data/communes/portes-du-sud/SOURCES.md",
        "picup_planner/data/communes/portes-du-sud/roads.osm",
    } <= wanted.keys()


def test_the_source_distribution_makes_the_same_wheel_without_the_tests(
    source: dict[str, bytes], wheel: dict[str, bytes], tmp_path: Path
) -> None:
    """A wheel built from the source distribution is the wheel of the checkout; no test is in either."""
    folders = {Path(name).parts[1] for name in source if len(Path(name).parts) > 2}
    assert folders == {"src", "data"}
    project = unpacked(source, tmp_path) / f"picup_planner-{VERSION}"
    assert built(project, "wheel", tmp_path) == wheel


def test_nothing_shipped_tells_of_the_machine_it_was_built_on(
    wheel: dict[str, bytes], source: dict[str, bytes]
) -> None:
    """No shipped file holds the path of the checkout it was built in."""
    path = str(REPOSITORY).encode()
    assert [name for name, content in (*wheel.items(), *source.items()) if path in content] == []


def test_the_territory_is_found_inside_the_wheel(elsewhere: Path, tmp_path: Path) -> None:
    """Installed elsewhere, the program reads the territory it came with, not the checkout's."""
    told = run(elsewhere, tmp_path, "-c", "from picup_planner.territory import embedded; print(embedded())")
    assert told.stderr == ""
    found = Path(told.stdout.strip())
    assert found == elsewhere / "picup_planner" / "data" / "communes" / "portes-du-sud"


def test_the_territory_inside_the_wheel_has_no_mistake(elsewhere: Path, tmp_path: Path) -> None:
    """Installed elsewhere, `picup territory check` reads the territory and its roads, in words of its catalogues."""
    told = run(elsewhere, tmp_path, "-m", "picup_planner", "territory", "check")
    assert (told.returncode, told.stderr) == (0, "")
    assert "Portes du Sud" in told.stdout
    assert "Communes: 4" in told.stdout


def test_the_command_of_the_wheel_runs(elsewhere: Path, tmp_path: Path) -> None:
    """The command `picup` that an installer makes tells the version of the wheel."""
    code = "from importlib.metadata import entry_points as e; e(group='console_scripts')['picup'].load()(['--version'])"
    told = run(elsewhere, tmp_path, "-c", code)
    assert (told.stdout.strip(), told.stderr) == (f"picup {VERSION}", "")
