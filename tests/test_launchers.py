"""What a person double-clicks: sound scripts, run for real where the system can."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

LAUNCHERS = Path(__file__).parents[1] / "launchers"
SHELL, BATCH = LAUNCHERS / "Pic Up.command", LAUNCHERS / "Pic Up.bat"
SHELLS = [shell for name in ("bash", "dash", "sh") if (shell := shutil.which(name))]

needs_shell = pytest.mark.skipif(not SHELLS, reason="no shell on this system")


def program(path: Path, script: str) -> None:
    """Write a program that is a few lines of shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """Give a folder whose name has spaces and an accent, with the launcher in it."""
    folder = tmp_path / "Mes documents été"
    (folder / "launchers").mkdir(parents=True)
    shutil.copy(SHELL, folder / "launchers")
    return folder


def clicked(service: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher from elsewhere, as a double click does, and press Enter."""
    return subprocess.run(  # noqa: S603  our own script
        [SHELLS[-1], str(service / "launchers" / SHELL.name)],
        cwd="/",
        env={"PATH": path},
        input="\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_sound(shell: str) -> None:
    """Every shell there is reads it without a complaint; it may be run, and ends its lines as shells want."""
    subprocess.run([shell, "-n", str(SHELL)], check=True)  # noqa: S603  our own script
    assert SHELL.stat().st_mode & 0o111
    assert b"\r" not in SHELL.read_bytes()


@needs_shell
def test_the_first_time_installs_then_every_time_starts(service: Path) -> None:
    """In its own folder it installs uv, then the program, then starts it; the next time it only starts it."""
    program(service / "bin" / "python3", 'echo "pip $*" >> log; mkdir -p .uv/bin; cp bin/uv .uv/bin/uv')
    program(service / "bin" / "uv", 'echo "uv $*" >> log; mkdir -p .venv/bin; cp bin/picup .venv/bin/picup')
    program(service / "bin" / "picup", 'echo "picup $# in $PWD" >> log')
    path = f"{service / 'bin'}:/usr/bin:/bin"
    assert clicked(service, path).returncode == 0
    once = ["pip -m pip install -qq --upgrade --target .uv uv", "uv sync -q --no-dev", f"picup 0 in {service}"]
    assert (service / "log").read_text("utf-8").splitlines() == once
    assert clicked(service, path).returncode == 0
    assert (service / "log").read_text("utf-8").splitlines() == [*once, once[-1]]


@needs_shell
def test_what_fails_keeps_the_window_open(service: Path) -> None:
    """The exit code of what failed is kept, nothing more is started, and the window waits to be read."""
    program(service / "bin" / "python3", "exit 7")
    done = clicked(service, f"{service / 'bin'}:/usr/bin:/bin")
    assert done.returncode == 1
    assert "Entrée pour fermer" in done.stdout
    assert not (service / ".venv").exists()


def test_the_windows_script_is_sound() -> None:
    """Lines end as Windows wants, no letter has an accent, each label is there once, and paths are quoted.

    It was never run: there is no Windows here.
    """
    content = BATCH.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 10
    lines = content.decode("ascii").splitlines()
    labels = [line[1:] for line in lines if line.startswith(":")]
    jumps = {found[1] for line in lines if (found := re.search(r"\bgoto (\w+)", line))}
    assert len(labels) == len(set(labels))
    assert jumps <= set(labels)
    assert [line for line in lines if re.search(r'(?<!")\.(uv|venv)\\', line)] == []
    assert lines[0] == "@echo off"
    assert "pause" in lines[-2:]
    assert all(line.count('"') % 2 == 0 for line in lines)
    assert 'cd /d "%~dp0.."' in lines


def test_both_do_the_same() -> None:
    """Both install with the same commands and start the same program."""
    both = [SHELL.read_text("utf-8"), BATCH.read_text("ascii").replace("\\", "/").replace(".exe", "").replace('"', "")]
    for script in both:
        assert "-m pip install -qq --upgrade --target .uv uv" in script
        assert ".uv/bin/uv sync -q --no-dev" in script
