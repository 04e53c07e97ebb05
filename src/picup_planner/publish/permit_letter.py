"""The letter that asks a town hall for public space, as a Word document: the planner has still to sign and address it.

Word rather than PDF, since it has to be finished: what no fact tells (the address of the town hall, the date, who
signs) is left between brackets, highlighted.
"""

import io
import zipfile
from datetime import datetime, time
from typing import Any

from picup_planner.messages import Words
from picup_planner.problem import Service, Settings
from picup_planner.publish.permits import Occupation, Request
from picup_planner.publish.text import plain

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MARGIN = 2.5
_WIDTHS = (4.6, 3.6, 7.8)
"""Centimetres."""

_FONT, _SIZE = "Calibri", 11


def permit_letter(request: Request, month: str, service: Service, settings: Settings, words: Words) -> bytes:
    """Write the letter of one commune: the same plan gives the same bytes.

    Parameters
    ----------
    month
        ``YYYY-MM``.
    """
    from docx import Document  # noqa: PLC0415  slow; seldom needed
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(_MARGIN)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(_SIZE)
    normal.paragraph_format.space_after = Pt(8)
    commune = request.commune.name

    sender = _lines(document, plain(service.name))
    sender.runs[0].bold = True
    for value, name in ((service.address, "address"), (service.phone, "phone"), (service.email, "email")):
        _lines(document, plain(value) or words(f"letter-missing-{name}"))
    for line in (words("letter-to", commune=commune), words("letter-missing-town-hall")):
        _lines(document, line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()
    _lines(document, words("letter-missing-place-and-date")).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()
    subject = document.add_paragraph()
    subject.add_run(words("letter-subject", service=service.name, month=month)).bold = True
    document.add_paragraph(words("letter-greeting"))
    document.add_paragraph(words("letter-what", service=service.name, commune=commune))
    document.add_paragraph(words("letter-asks", n=len(request.asked), month=month))
    _table(document, request.asked, words)
    document.add_paragraph()
    minutes = (int(length.total_seconds() // 60) for length in (settings.set_up, settings.tear_down))
    before, after = minutes
    document.add_paragraph(words("letter-hours", before=before, after=after))
    if request.granted:
        document.add_paragraph(words("letter-granted"))
        _table(document, request.granted, words)
        document.add_paragraph()
    document.add_paragraph(words("letter-answer", date=request.asked[0].date))
    document.add_paragraph(words("letter-closing"))
    _lines(document, words("letter-missing-signature"))
    document.core_properties.author = plain(service.name)
    document.core_properties.title = words("letter-subject", service=service.name, month=month)
    return _bytes(document, request)


def _lines(document: Any, text: str) -> Any:  # noqa: ANN401  a document of python-docx
    """Add a short paragraph; what stands between brackets is highlighted, to be completed."""
    from docx.enum.text import WD_COLOR_INDEX  # noqa: PLC0415  slow; seldom needed
    from docx.shared import Pt  # noqa: PLC0415

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    if text.startswith("["):
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    return paragraph


def _table(document: Any, occupations: tuple[Occupation, ...], words: Words) -> None:  # noqa: ANN401  as above
    from docx.shared import Cm, Pt  # noqa: PLC0415  slow; seldom needed

    heads = [words(f"letter-head-{name}") for name in ("date", "hours", "site")]
    lines = [heads]
    for one in occupations:
        place = ", ".join(plain(text) for text in (one.site.name, one.site.landmark) if text)
        lines.append([words.date(one.date, year=True), words.hours(one.start, one.end), place])
    table = document.add_table(rows=len(lines), cols=len(heads), style="Light Grid Accent 1")
    table.autofit = False
    for row, line in zip(table.rows, lines, strict=True):
        for cell, text, width in zip(row.cells, line, _WIDTHS, strict=True):
            cell.text, cell.width = text, Cm(width)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)


def _bytes(document: Any, request: Request) -> bytes:  # noqa: ANN401  as above
    """Content of the file, with dates that depend on the plan alone."""
    day = datetime.combine(request.asked[0].date, time())
    document.core_properties.created = document.core_properties.modified = day
    written, settled = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(zipfile.ZipInfo(part.filename, _EPOCH), source.read(part), zipfile.ZIP_DEFLATED)
    return settled.getvalue()
