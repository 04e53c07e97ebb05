"""Check of an OSM XML file before anything else reads it: what is wrong, and on which line."""

import gzip
import re
import zlib
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from picup_planner.errors import Mistake, Origin, RoadsError

LARGEST = 500_000_000
"""Bytes of XML, once expanded, that are read at all."""

_SHOWN = 20
_INTEGERS = {"node": "id", "way": "id", "relation": "id", "nd": "ref", "member": "ref"}
_OPTIONAL = ("changeset", "uid", "version")
_PARENTS = {"tag": {"node", "way", "relation"}, "nd": {"way"}, "member": {"relation"}}
_DEGREES = {"lat": 90, "lon": 180}


def check(path: Path) -> None:
    """Refuse a file that is damaged, partial, not OSM XML, or that holds a DTD.

    Raises
    ------
    RoadsError
        With the first `_SHOWN` mistakes.
    """
    _Checker(path.name).check(_content(path))


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


def _content(path: Path) -> bytes:
    """Bytes of the XML; osmnx reads nothing but UTF-8."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        content.decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise RoadsError(_mistake("roads-unreadable", path.name)) from error
    if len(content) > LARGEST:
        raise RoadsError(_mistake("roads-too-large", path.name))
    return content
