"""Check of an OSM XML file before anything else reads it: what is wrong, and on which line."""

import bz2
import gzip
import re
import zlib
from collections.abc import Callable
from io import BufferedIOBase
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from picup_planner.errors import Mistake, Origin, RoadsError

LARGEST = 500_000_000
"""Bytes of a file, once expanded, that are read at all."""

Opener = Callable[[Path], BufferedIOBase]

_COMPRESSED: tuple[tuple[str, bytes, Opener], ...] = (
    (".gz", b"\x1f\x8b", gzip.GzipFile),
    (".bz2", b"BZh", bz2.BZ2File),
)

_BEGINNING = 16
_SHOWN = 20
_INTEGERS = {"node": "id", "way": "id", "relation": "id", "nd": "ref", "member": "ref"}
_OPTIONAL = ("changeset", "uid", "version")
_PARENTS = {"tag": {"node", "way", "relation"}, "nd": {"way"}, "member": {"relation"}}
_DEGREES = {"lat": 90, "lon": 180}


def check(path: Path) -> None:
    """Refuse a file that is damaged, partial, not OSM XML, or that holds a DTD; its name says how it is compressed.

    Raises
    ------
    RoadsError
        With the first `_SHOWN` mistakes.
    """
    opener = next((opener for suffix, _, opener in _COMPRESSED if path.suffix == suffix), _plain)
    check_content(_content(path, opener), path.name)


def check_content(content: bytes, file: str) -> None:
    """Refuse OSM XML already read, for the same reasons; `file` is what its reader calls it."""
    try:
        content.decode()  # osmnx reads nothing but UTF-8
    except UnicodeDecodeError as error:
        raise RoadsError(_mistake("roads-unreadable", file)) from error
    _Checker(file).check(content)


def expanded(path: Path) -> bytes:
    """Read a file, whatever its name says of how it is compressed.

    Raises
    ------
    RoadsError
        When it cannot be read, is cut, or holds more than `LARGEST` bytes.
    """
    head = beginning(path)
    opener = next((opener for _, magic, opener in _COMPRESSED if head.startswith(magic)), _plain)
    return _content(path, opener)


def beginning(path: Path) -> bytes:
    """First bytes of a file, which tell its format.

    Raises
    ------
    RoadsError
        When it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(_BEGINNING)
    except OSError as error:
        raise RoadsError(_mistake("roads-unreadable", path.name)) from error


class _Checker:
    def __init__(self, file: str) -> None:
        self._file = file
        self._mistakes: list[Mistake] = []
        self._parent = ""
        self._nodes: set[str] = set()
        self._wanted: dict[str, int] = {}
        self._parser = ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._root

    def check(self, content: bytes) -> None:
        try:
            self._parser.Parse(content, True)  # noqa: FBT003  expat takes no keyword
        except ExpatError as error:
            raise RoadsError(_mistake("roads-malformed", self._file, error.lineno)) from error
        missing = [line for node, line in self._wanted.items() if node not in self._nodes]
        if missing:
            self._mistakes.append(_mistake("roads-missing-nodes", self._file, min(missing), count=len(missing)))
        if self._mistakes:
            raise RoadsError(*self._mistakes[:_SHOWN])
        if not self._wanted:
            raise RoadsError(_mistake("roads-no-road", self._file))

    def _root(self, name: str, _: dict[str, str]) -> None:
        if name != "osm":
            raise RoadsError(self._here("roads-not-osm"))
        self._parser.StartElementHandler = self._element

    def _doctype(self, *_: object) -> None:
        raise RoadsError(self._here("roads-doctype"))

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if name == "remark":  # how Overpass says that its answer is not whole
            raise RoadsError(self._here("roads-partial"))
        if self._parent not in _PARENTS.get(name, {self._parent}):
            raise RoadsError(self._here("roads-malformed"))
        if name in _PARENTS["tag"]:
            self._parent = name
        bad = []
        if name in _INTEGERS:
            numbers = [_INTEGERS[name], *(key for key in _OPTIONAL if key in attributes)]
            bad += [key for key in numbers if not re.fullmatch(r"-?\d{1,18}", attributes.get(key, ""))]
        if name == "tag":
            bad += [key for key in ("k", "v") if key not in attributes]
        if name == "node":
            bad += [key for key, most in _DEGREES.items() if not _within(attributes.get(key, ""), most)]
            self._nodes.add(attributes.get("id", ""))
        if name == "nd":
            self._wanted.setdefault(attributes.get("ref", ""), self._parser.CurrentLineNumber)
        self._mistakes += [self._here("roads-bad-element", element=name, attribute=key) for key in bad]

    def _here(self, message: str, **arguments: str) -> Mistake:
        return _mistake(message, self._file, self._parser.CurrentLineNumber, **arguments)


def _mistake(message: str, file: str, line: int | None = None, **arguments: str | int) -> Mistake:
    return Mistake(message, {"file": file, **arguments}, Origin(file, line))


def _within(text: str, most: float) -> bool:
    try:
        return abs(float(text)) <= most
    except ValueError:
        return False


def _plain(path: Path) -> BufferedIOBase:
    return path.open("rb")


def _content(path: Path, opener: Opener) -> bytes:
    try:
        with opener(path) as stream:
            content = stream.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise RoadsError(_mistake("roads-unreadable", path.name)) from error
    if len(content) > LARGEST:
        raise RoadsError(_mistake("roads-too-large", path.name))
    return content
