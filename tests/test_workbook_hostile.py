"""Workbooks made to do harm are refused before anything reads them, at once and with little memory."""

import io
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from picup_planner.territory.workbook.guard import PARTS
from workbooks import FRENCH, made, mistakes_of, typed, understood

MEMORY = 600_000_000
"""Bytes of address space of the process that opens a hostile workbook."""

SECONDS = 15
"""Of processor time."""

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
OPEN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

READ = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
from pathlib import Path
from picup_planner.errors import DataError
from picup_planner.territory.workbook import Vocabulary, read_month
content = Path(sys.argv[1]).read_bytes()
try:
    read_month(content, "hostile.xlsx", Vocabulary((str,), ()))
except DataError as refusal:
    print(*(mistake.message for mistake in refusal.mistakes))
else:
    print("read")
"""


def with_part(name: str, content: bytes | str, *, twice: bool = False) -> bytes:
    """Give a workbook one of whose parts is replaced, or which has one more."""
    source = zipfile.ZipFile(io.BytesIO(made()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            if part != name or twice:
                target.writestr(part, source.read(part))
        target.writestr(name.upper() if twice else name, content)
    return out.getvalue()


def sheet(rows: str, after: str = "", before: str = "") -> bytes:
    """Give a workbook whose first sheet is written by hand."""
    return with_part(SHEET, f"{HEAD}{OPEN}{before}<sheetData>{rows}</sheetData>{after}</worksheet>")


def bomb() -> bytes:
    """Give a part of 150 MB of spaces, a few hundred kilobytes once compressed."""
    return with_part(SHEET, f"{HEAD}{OPEN}{' ' * 150_000_000}</worksheet>")


def lying_size() -> bytes:
    """Give a part that expands to 150 MB and says it holds a thousand bytes."""
    content = bytearray(bomb())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo(SHEET).file_size
    wrong = bytes(content).replace(struct.pack("<L", size), struct.pack("<L", 1000))
    assert wrong != content
    return wrong


def many_parts() -> bytes:
    """Give a workbook with thousands of empty parts."""
    out = io.BytesIO(made())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(PARTS * 5):
            archive.writestr(f"xl/media/{number}.bin", b"")
    return out.getvalue()


def cells(rows: int, columns: int) -> str:
    """Give rows full of numbers."""
    return "".join(
        f"<row>{''.join(f'<c><v>{row * column * 7919 % 99991}</v></c>' for column in range(columns))}</row>"
        for row in range(rows)
    )


EVERYWHERE = "A1:XFD1048576"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (bomb, "workbook-expands"),
    "size that lies": (lying_size, "workbook-"),
    "lying dimension over a huge sheet": (
        lambda: sheet(cells(1000, 250), before='<dimension ref="A1:B2"/>'),
        "workbook-huge-sheet",
    ),
    "cell in the last corner": (
        lambda: sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        "workbook-huge-sheet",
    ),
    "cell that does not say where it is": (
        lambda: sheet('<row r="1048576"><c><v>1</v></c></row>'),
        "workbook-huge-sheet",
    ),
    "cell in the last column": (lambda: sheet('<row r="1"><c r="XFD1"/></row>'), "workbook-huge-sheet"),
    "everything merged": (
        lambda: sheet("", f'<mergeCells count="1"><mergeCell ref="{EVERYWHERE}"/></mergeCells>'),
        "workbook-huge-sheet",
    ),
    "whole columns merged": (
        lambda: sheet("", '<mergeCells count="1"><mergeCell ref="A:XFD"/></mergeCells>'),
        "workbook-huge-sheet",
    ),
    "a link over everything": (
        lambda: sheet("", f'<hyperlinks><hyperlink ref="{EVERYWHERE}" location="A1"/></hyperlinks>'),
        "workbook-huge-sheet",
    ),
    "billion laughs": (
        lambda: with_part(SHEET, f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>{OPEN}&l9;</worksheet>'),
        "workbook-doctype",
    ),
    "file taken in": (
        lambda: with_part(
            "xl/sharedStrings.xml", f'{HEAD}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst>&f;</sst>'
        ),
        "workbook-doctype",
    ),
    "DTD in another encoding": (
        lambda: with_part(
            SHEET, f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>{OPEN}</worksheet>'.encode("utf-16")
        ),
        "workbook-doctype",
    ),
    "macros": (lambda: with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0macro"), "workbook-macro"),
    "macros by another name": (
        lambda: with_part(
            "[Content_Types].xml",
            f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
        ),
        "workbook-macro",
    ),
    "part that leaves": (lambda: with_part("xl/../../../tmp/x.xml", "<x/>"), "workbook-bad-part"),
    "absolute part": (lambda: with_part("/etc/cron.d/x", "x"), "workbook-bad-part"),
    "part of the same name": (lambda: with_part(SHEET, "<x/>", twice=True), "workbook-bad-part"),
    "too many parts": (many_parts, "workbook-too-many-parts"),
    "elements without end": (lambda: with_part(SHEET, "<a>" * 100_000), "workbook-damaged"),
    "locked by a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "workbook-old-or-locked"),
    "cut in the middle": (lambda: made()[:20_000], "workbook-damaged"),
    "nothing": (lambda: b"", "workbook-damaged"),
    "another archive": (lambda: _archive({"mimetype": "application/vnd.oasis"}), "workbook-not-one"),
    "eleven megabytes": (lambda: made() + bytes(11_000_000), "workbook-too-large"),
}
"""What each workbook does, and how it is refused."""


def _archive(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="memory and processor time are limited as on Unix")
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_workbook_is_refused(what: str, tmp_path: Path) -> None:
    """In a process of little memory and processor time, each is refused with a sentence, and nothing is read of it."""
    make, message = HOSTILE[what]
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(make())
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.startswith(message)
    assert FRENCH(done.stdout.strip()) != done.stdout.strip()


def test_a_hostile_workbook_ends_a_command_with_a_sentence(tmp_path: Path) -> None:
    """`picup plan` says in French why it does not read it, without a traceback."""
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(HOSTILE["macros"][0]())
    command = [sys.executable, "-m", "picup_planner", "plan", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")  # noqa: S603  as above
    assert done.returncode == 1
    assert "ce classeur contient des macros" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dimension_that_lies_hides_no_row() -> None:
    """Every row is read, whatever the sheet declares of its size."""
    source = zipfile.ZipFile(io.BytesIO(made()))
    sheets = [name for name in source.namelist() if name.startswith("xl/worksheets/sheet")]
    contents = {name: source.read(name) for name in sheets}
    for name in sheets:
        start, end = (
            contents[name].index(b"<dimension"),
            contents[name].index(b"/>", contents[name].index(b"<dimension")),
        )
        contents[name] = contents[name][:start] + b'<dimension ref="A1"' + contents[name][end:]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, contents.get(name) or source.read(name))
    lying = understood(out.getvalue())
    assert {kind: len(rows) for kind, rows in lying.rows.items()} == {
        kind: len(rows) for kind, rows in understood(made()).rows.items()
    }


def test_a_formula_is_not_computed() -> None:
    """A formula without a value is refused at its cell; it is never run."""
    told = mistakes_of(typed(made(), {"Sites!B5": '=WEBSERVICE("http://localhost/")'}))
    assert {(mistake.message, mistake.origin and mistake.origin.cell) for mistake in told} == {
        ("workbook-broken-cell", "Sites!B5"),
        ("data-missing-value", "Sites!B5"),
    }
