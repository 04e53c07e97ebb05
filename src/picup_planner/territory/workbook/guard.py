"""Check of a workbook before anything else reads it.

A workbook is an archive of XML files. What is refused: what is not one; an archive that expands without end, lies about
its size or holds paths that leave it; a DTD; macros; sheets that a reader would fill with millions of cells.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers.expat import ExpatError, ParserCreate

from picup_planner.errors import DataError, Mistake, Origin

LARGEST = 10_000_000
"""Bytes of a workbook; a month takes a hundred thousand."""

EXPANDED = 30_000_000
"""Bytes of all its parts together."""

RATIO = 200
"""How many times its size a part of more than a million bytes may expand to."""

PARTS = 500
CELLS = 200_000
ROWS, COLUMNS = 5_000, 400
"""Last row and column in which a cell may be; a row that holds none may be anywhere."""

DEPTH = 60
"""Elements inside one another."""

_LITTLE = 1_000_000
_CHUNK = 1 << 16
_OLD = b"\xd0\xcf\x11\xe0"
_XML = (".xml", ".rels", ".vml")
Area = tuple[tuple[int, int], tuple[int, int]]
"""Rows and columns of the first cell of an area and of its last one, from 1."""

_MACROS = re.compile(r"vbaproject|macrosheets|activex", re.IGNORECASE)
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def check(content: bytes, file: str) -> dict[str, list[Area]]:
    """Refuse a workbook that is damaged, hostile or out of all proportion; give the merged areas of each of its parts.

    Raises
    ------
    DataError
        With the first reason found.
    """
    if len(content) > LARGEST:
        raise DataError(_mistake("workbook-too-large", file, megabytes=LARGEST // 1_000_000))
    if content.startswith(_OLD):
        raise DataError(_mistake("workbook-old-or-locked", file))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_names(archive, file)
            cells, expanded, merged = 0, 0, dict[str, list[Area]]()
            for part in archive.infolist():
                scan = _Scan(file, cells) if part.filename.lower().endswith(_XML) else None
                for chunk in _chunks(archive, part):
                    expanded += len(chunk)
                    if expanded > EXPANDED:
                        raise DataError(_mistake("workbook-expands", file))
                    if scan:
                        scan.feed(chunk)
                if scan:
                    scan.feed(b"", last=True)
                    cells, merged[part.filename] = scan.cells, scan.merged
            return merged
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DataError(_mistake("workbook-damaged", file)) from error


def _check_names(archive: zipfile.ZipFile, file: str) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > PARTS:
        raise DataError(_mistake("workbook-too-many-parts", file, count=len(parts), maximum=PARTS))
    if any(name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") for name in names):
        raise DataError(_mistake("workbook-bad-part", file))
    if len({name.lower() for name in names}) < len(names):
        raise DataError(_mistake("workbook-bad-part", file))
    if any(_MACROS.search(name) for name in names):
        raise DataError(_mistake("workbook-macro", file))
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        raise DataError(_mistake("workbook-not-one", file))
    for part in parts:
        if part.file_size > max(_LITTLE, RATIO * part.compress_size) or part.file_size > EXPANDED:
            raise DataError(_mistake("workbook-expands", file))


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


class _Scan:
    """Reads one XML part without building anything.

    `cells` counts those of the workbook so far; `merged` has the areas of this part whose cells are merged.
    """

    def __init__(self, file: str, cells: int) -> None:
        self.cells = cells
        self.merged: list[Area] = []
        self._file = file
        self._depth = 0
        self._row = 0
        self._parser = ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(chunk, last)
        except ExpatError as error:
            raise DataError(_mistake("workbook-damaged", self._file)) from error

    def _doctype(self, *_: object) -> None:
        raise DataError(_mistake("workbook-doctype", self._file))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise DataError(_mistake("workbook-damaged", self._file))
        name = tag.rpartition(":")[2]
        if name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isascii() and number.isdigit() else self._row + 1
        elif name == "c":
            self.cells += 1
            row, column = _corner(attributes.get("r", ""))
            if self.cells > CELLS or max(row, self._row) > ROWS or column > COLUMNS:
                raise self._huge()
        elif name in {"mergeCell", "hyperlink", "table"}:
            area = self._counted(attributes.get("ref", ""))
            if name == "mergeCell":
                self.merged.append(area)
        elif name in {"Override", "Default"} and "macroEnabled" in attributes.get("ContentType", ""):
            raise DataError(_mistake("workbook-macro", self._file))

    def _end(self, _: str) -> None:
        self._depth -= 1

    def _counted(self, reference: str) -> Area:
        """Count the cells of an area, which openpyxl makes one by one."""
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = _corner(first), _corner(last or first)
        self.cells += (abs(bottom - top) + 1) * (abs(right - left) + 1)
        if self.cells > CELLS or 0 in {top, bottom}:  # whole rows or columns
            raise self._huge()
        return (top, left), (bottom, right)

    def _huge(self) -> DataError:
        return DataError(_mistake("workbook-huge-sheet", self._file, rows=ROWS, columns=COLUMNS))


def _corner(reference: str) -> tuple[int, int]:
    """Row and column of `C12`; (0, 0) when it is none."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return 0, 0
    column = 0
    for letter in found[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column


def _mistake(message: str, file: str, **arguments: int) -> Mistake:
    return Mistake(message, {"file": file, **arguments}, Origin(file))
