"""A street graph saved by osmnx as GraphML to the roads around a territory."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

import shapely

from picup_planner.errors import Mistake, Origin, RoadsError
from picup_planner.roads.extract import Box, Extract, Way, around, useful
from picup_planner.roads.guard import expanded
from picup_planner.roads.tags import LIMITS

Point = tuple[float, float]

Street = tuple[int, int, tuple[Point, ...], tuple[tuple[str, str], ...]]
"""Node it leaves, node it enters, points in between, tags."""

_SHOWN = 20
_HIGHEST = (180, 90)


def read(path: Path, box: Box) -> Extract:
    """Read the streets of a graph that have a point in a box, compressed or not.

    Two edges that mirror each other become one way driven both ways, a lone edge a one-way.

    Raises
    ------
    RoadsError
        When the file is no directed osmnx graph in degrees, is damaged or holds a DTD, or has no road there.
    """
    elements = _Parser(path.name).elements(expanded(path))
    graph = next((one for one in elements if one.kind == "graph"), _Element("graph", {}, 1))
    _refuse_other(graph, path.name)
    reading = _Reading(path.name)
    reading.read(elements)
    if reading.mistakes:
        raise RoadsError(*reading.mistakes[:_SHOWN])
    date = re.match(r"\d{4}-\d\d-\d\d", graph.facts.get("created_date", ""))
    return around(_extract(reading.points, reading.streets, date[0] if date else "", path.name), box)


def _refuse_other(graph: "_Element", file: str) -> None:
    if graph.attributes.get("edgedefault") != "directed":
        raise RoadsError(Mistake("roads-undirected", {"file": file}, Origin(file, graph.line)))
    if "4326" not in graph.facts.get("crs", "4326"):
        raise RoadsError(Mistake("roads-not-degrees", {"file": file}, Origin(file, graph.line)))


@dataclass
class _Element:
    """A graph, a node or an edge: its own attributes, and the facts of its `data` by name."""

    kind: str
    attributes: Mapping[str, str]
    line: int
    facts: dict[str, str] = field(default_factory=dict)


class _Parser:
    """Elements of GraphML in the order they begin, each with its line."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._names: dict[str, str] = {}
        self._found: list[_Element] = []
        self._open: list[_Element] = []
        self._fact = ""
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._root
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def elements(self, content: bytes) -> list[_Element]:
        try:
            self._parser.Parse(content, True)  # noqa: FBT003  expat takes no keyword
        except ExpatError as error:
            raise RoadsError(self._mistake("roads-malformed", error.lineno)) from error
        return self._found

    def _doctype(self, *_: object) -> None:
        raise RoadsError(self._mistake("roads-doctype"))

    def _root(self, name: str, _: dict[str, str]) -> None:
        if name != "graphml":
            raise RoadsError(self._mistake("roads-not-graphml"))
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "key":
            self._names[attributes.get("id", "")] = attributes.get("attr.name", "")
        elif name == "data":
            self._fact = self._names.get(attributes.get("key", ""), "")
        elif name in {"graph", "node", "edge"}:
            self._open.append(_Element(name, attributes, self._parser.CurrentLineNumber))
            self._found.append(self._open[-1])

    def _text(self, text: str) -> None:
        if self._fact and self._open:
            facts = self._open[-1].facts
            facts[self._fact] = facts.get(self._fact, "") + text

    def _end(self, name: str) -> None:
        if name == "data":
            self._fact = ""
        elif self._open and name == self._open[-1].kind:
            self._open.pop()

    def _mistake(self, message: str, line: int | None = None) -> Mistake:
        return Mistake(message, {"file": self._file}, Origin(self._file, line or self._parser.CurrentLineNumber))


class _Reading:
    """Points and streets of a graph, and everything wrong with them."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.points: dict[int, Point] = {}
        self.streets: list[Street] = []
        self.mistakes: list[Mistake] = []

    def read(self, elements: Iterable[_Element]) -> None:
        kinds: dict[str, list[_Element]] = {"graph": [], "node": [], "edge": []}
        for element in elements:
            kinds[element.kind].append(element)
        for node in kinds["node"]:
            self._node(node)
        for edge in kinds["edge"]:
            if kind := next((one for one in _values(edge.facts.get("highway", "")) if one in LIMITS), ""):
                self._edge(edge, kind)

    def _node(self, node: _Element) -> None:
        name = self._integer(node, "id")
        place = [self._degrees(node, axis, most) for axis, most in zip("xy", _HIGHEST, strict=True)]
        if name is not None and place[0] is not None and place[1] is not None:
            self.points[name] = (place[0], place[1])

    def _edge(self, edge: _Element, kind: str) -> None:
        ends = [self._integer(edge, end) for end in ("source", "target")]
        inner = _inner(edge.facts.get("geometry", ""))
        if inner is None:
            self._bad(edge, "geometry")
        elif ends[0] is not None and ends[1] is not None:
            if ends[0] in self.points and ends[1] in self.points:
                tags = useful({key: ";".join(_values(value)) for key, value in edge.facts.items()})
                self.streets.append((ends[0], ends[1], inner, tuple(sorted((tags | {"highway": kind}).items()))))
            else:
                self._bad(edge, "source" if ends[0] not in self.points else "target")

    def _integer(self, element: _Element, name: str) -> int | None:
        text = element.attributes.get(name, "")
        if re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
            return int(text)
        self._bad(element, name)
        return None

    def _degrees(self, node: _Element, axis: str, most: float) -> float | None:
        try:
            value = round(float(node.facts.get(axis, "")), 7)
        except ValueError:
            value = most + 1.0
        if abs(value) <= most:
            return value
        self._bad(node, axis)
        return None

    def _bad(self, element: _Element, attribute: str) -> None:
        arguments = {"file": self._file, "element": element.kind, "attribute": attribute}
        self.mistakes.append(Mistake("roads-bad-element", arguments, Origin(self._file, element.line)))


def _values(text: str) -> list[str]:
    """Values of an attribute: osmnx writes several as a Python list of texts."""
    if text.startswith("["):
        try:
            found = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            found = None
        if isinstance(found, list):
            return [str(value) for value in found]
    return [text]


def _inner(text: str) -> tuple[Point, ...] | None:
    """Points between the ends of a WKT line, none when there is no line; ``None`` when it is not one in degrees."""
    if not text:
        return ()
    try:
        line = shapely.from_wkt(text)
    except shapely.errors.ShapelyError:
        return None
    if not isinstance(line, shapely.LineString):
        return None
    points = tuple((round(point[0], 7), round(point[1], 7)) for point in line.coords)
    fine = all(abs(value) <= most for point in points for value, most in zip(point, _HIGHEST, strict=True))
    return points[1:-1] if fine else None


def _extract(points: Mapping[int, Point], streets: Iterable[Street], dated: str, source: str) -> Extract:
    nodes = dict(points)
    fresh = min(0, *nodes) if nodes else 0
    ways = []
    for number, ((start, end, inner, tags), both) in enumerate(_joined(streets), 1):
        refs = range(fresh - 1, fresh - 1 - len(inner), -1)
        fresh -= len(inner)
        nodes.update(zip(refs, inner, strict=True))
        ways.append(Way(number, (start, *refs, end), {**dict(tags), "oneway": "no" if both else "yes"}))
    return Extract(nodes, {}, tuple(ways), (), dated, source)


def _joined(streets: Iterable[Street]) -> Iterator[tuple[Street, bool]]:
    """Each street once, and whether it is driven both ways."""
    both: dict[Street, bool] = {}
    for street in streets:
        start, end, inner, tags = street
        mirror = (end, start, inner[::-1], tags)
        if mirror in both and mirror != street:
            both[mirror] = True
        else:
            both.setdefault(street, False)
    yield from both.items()
