"""`picup doctor`: whether this machine has all the program needs, in plain words."""

import hashlib
import platform
import shutil
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import typer

from picup_planner.cli.endings import DONE, REFUSED, disk_refusal
from picup_planner.download import Limits, download, host_of
from picup_planner.errors import NoAnswer, PicupError
from picup_planner.messages import Words
from picup_planner.pseudonyms import key_folder
from picup_planner.roads.cache import cache_folder
from picup_planner.territory import embedded, read
from picup_planner.territory.official import SERVER
from picup_planner.writing import refuse_unwritable

_OLDEST = (3, 11)
_MEGABYTE = 1_000_000
_ROOM = 200
"""Megabytes that the publications of a year may take."""

_PARTS = ("ortools", "highspy", "osmium", "shapely", "scipy", "folium", "openpyxl", "xlsxwriter", "fpdf", "docx")
_DISTRIBUTIONS = {"fpdf": "fpdf2", "docx": "python-docx", "xlsxwriter": "XlsxWriter"}
_QUICK = Limits(total=15, silence=10, tries=1)


class Finding(NamedTuple):
    """One thing looked at: whether it is as it should be, and the sentence that says so."""

    right: bool
    told: str


def examine(territory: Path | None, words: Words, *, network: bool) -> int:
    """Tell everything looked at, a line each; refused when something is wrong."""
    wrong = 0
    for finding in _findings(territory, words, network=network):
        wrong += not finding.right
        typer.echo(f"{words('doctor-right' if finding.right else 'doctor-wrong')} {finding.told}")
    typer.echo("")
    typer.echo(words("doctor-some-wrong", n=wrong) if wrong else words("doctor-all-right"))
    return REFUSED if wrong else DONE


def _findings(territory: Path | None, words: Words, *, network: bool) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    told = {"value": python, "system": f"{platform.system()} {platform.release()}", "version": version("picup-planner")}
    yield Finding(sys.version_info >= _OLDEST, words("doctor-versions", **told))
    yield _parts(words)
    yield _fonts(words)
    yield _hours(words)
    for folder in (Path("planning"), Path("publication"), cache_folder(), key_folder()):
        yield _writable(folder, words)
    free = shutil.disk_usage(Path()).free // _MEGABYTE
    yield Finding(free >= _ROOM, words("doctor-room" if free >= _ROOM else "doctor-no-room", n=free))
    yield _territory(territory, words)
    yield Finding(right=True, told=words("doctor-browser"))
    yield _network(words) if network else Finding(right=True, told=words("doctor-network-unasked"))


def _parts(words: Words) -> Finding:
    """Import what the program stands on, as it will be when it works: a file missing shows here."""
    there, missing = [], []
    for name in _PARTS:
        try:
            import_module(name)
            there.append(f"{name} {version(_DISTRIBUTIONS.get(name, name))}")
        except (ImportError, OSError, PackageNotFoundError):
            missing.append(name)
    if missing:
        return Finding(right=False, told=words("doctor-parts-missing", n=len(missing), names=", ".join(missing)))
    return Finding(right=True, told=words("doctor-parts", names=", ".join(there)))


def _fonts(words: Words) -> Finding:
    """Compare the fonts of the posters with their hashes."""
    folder = files("picup_planner.publish") / "assets" / "fonts"
    hashes = tomllib.loads((folder / "VENDORED.toml").read_text("utf-8"))["sha256"]
    broken = [
        name
        for name, digest in hashes.items()
        if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]
    if broken:
        return Finding(right=False, told=words("doctor-fonts-broken", n=len(broken), names=", ".join(broken)))
    return Finding(right=True, told=words("doctor-fonts", n=len(hashes)))


def _hours(words: Words) -> Finding:
    try:
        import_module("picup_planner.publish.calendar")
    except KeyError:  # a system without time zones
        return Finding(right=False, told=words("doctor-no-paris"))
    return Finding(right=True, told=words("doctor-paris"))


def _writable(folder: Path, words: Words) -> Finding:
    try:
        refuse_unwritable(folder / "plan.json")
    except OSError as refused:
        return Finding(right=False, told=disk_refusal(refused, words))
    return Finding(right=True, told=words("doctor-can-write", value=str(folder)))


def _territory(folder: Path | None, words: Words) -> Finding:
    try:
        found = read(folder or embedded())
    except PicupError as refused:
        told = words("doctor-territory-wrong", n=len(refused.mistakes), value=str(folder or "data"))
        return Finding(right=False, told=told)
    return Finding(right=True, told=words("doctor-territory", name=found.name, n=len(found.sites)))


def _network(words: Words) -> Finding:
    url = f"{SERVER}/communes?codePostal=69200&fields=code"
    try:
        download(url, ("application/json",), _QUICK)
    except NoAnswer as refused:
        return Finding(right=False, told=words("doctor-no-network", reason=words.mistake(refused.mistakes[0])))
    return Finding(right=True, told=words("doctor-network", host=host_of(url)))
