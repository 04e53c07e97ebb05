"""A copy of a workbook in which each faulty cell is coloured and says what is wrong with it."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from picup_planner.errors import Origin
from picup_planner.territory.workbook.opening import editable

AUTHOR = "picup"
"""Who signs the comments, so that those of a copy marked before are taken away first."""

_COLOUR, _HEAD = "FFFFC7CE", "FF0060A8"
_LINKED = 2
_WIDE, _HIGH = 320, 130
_WIDTHS = {"A": 18, "B": 10, "C": 100}


def marked(content: bytes, notes: Mapping[Origin, Sequence[str]], title: str, heads: Sequence[str]) -> bytes:
    """Copy a workbook, colour cells and comment on them, and list everything on a first sheet.

    Parameters
    ----------
    notes
        Sentences by the place they are about; those of no cell are listed alone.
    title
        Of the sheet that lists them; one that was there is replaced.
    heads
        Its three headings: sheet, cell, what is wrong.

    Raises
    ------
    DataError
        When the workbook is not one that may be opened.
    """
    from openpyxl.worksheet.hyperlink import Hyperlink  # noqa: PLC0415  slow; a refusal only

    book = editable(content, "")
    _take_away(book, title)
    listed = book.create_sheet(title, 0)
    for column, head in enumerate(heads, 1):
        _write(listed, 1, column, head)
    row = 1
    for origin, sentences in notes.items():
        reference = origin.cell.rpartition("!")[2]
        if origin.sheet in book.sheetnames:
            _colour(_seen(book[origin.sheet], reference), sentences)
        for sentence in sentences:
            row += 1
            for column, text in enumerate((origin.sheet, reference if origin.sheet else "", sentence), 1):
                _write(listed, row, column, text)
            if origin.sheet in book.sheetnames:
                quoted = origin.sheet.replace("'", "''")
                link = Hyperlink(ref=f"B{row}", location=f"'{quoted}'!{reference}")
                listed.cell(row, _LINKED).hyperlink = link
    for letter, width in _WIDTHS.items():
        listed.column_dimensions[letter].width = width
    listed.freeze_panes = "A2"
    listed.page_setup.orientation = "landscape"
    listed.sheet_properties.pageSetUpPr.fitToPage = True
    listed.page_setup.fitToHeight = 0
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is listed
    copy = io.BytesIO()
    book.save(copy)
    return copy.getvalue()


def _take_away(book: Any, title: str) -> None:  # noqa: ANN401  a workbook of openpyxl
    """Take away what an earlier marking has left, and give the other comments back the room they lose when read."""
    from openpyxl.styles import PatternFill  # noqa: PLC0415  slow; seldom needed

    if title in book.sheetnames:
        del book[title]
    for sheet in book.worksheets:
        made = list(sheet._cells.values())  # noqa: SLF001  every other way makes all the cells there could be in between
        for cell in (cell for cell in made if cell.comment):
            cell.comment.width, cell.comment.height = _WIDE, _HIGH
            if cell.comment.author == AUTHOR:
                cell.comment, cell.fill = None, PatternFill()


def _seen(sheet: Any, reference: str) -> Any:  # noqa: ANN401  a sheet and a cell of openpyxl
    """Give a cell, or the first of those it is merged with: the others can bear no comment."""
    area = next((area for area in sheet.merged_cells.ranges if reference in area), None)
    return sheet.cell(area.min_row, area.min_col) if area else sheet[reference]


def _colour(cell: Any, sentences: Sequence[str]) -> None:  # noqa: ANN401  a cell of openpyxl
    from openpyxl.comments import Comment  # noqa: PLC0415  slow; seldom needed
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    cell.fill = PatternFill("solid", start_color=_COLOUR)
    cell.comment = Comment("\n".join(sentences), AUTHOR, height=_HIGH, width=_WIDE)


def _write(sheet: Any, row: int, column: int, text: str) -> None:  # noqa: ANN401  a sheet of openpyxl
    """Write text as text, whatever it begins with."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415  slow; seldom needed

    cell = sheet.cell(row, column)
    cell.value = text
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if row == 1:
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", start_color=_HEAD)
    elif column == _LINKED:
        cell.font = Font(color=_HEAD, underline="single")
