"""The month's workbook, filled from a territory, for the planner or for one partner."""

from datetime import timedelta
from math import ceil
from typing import Any

from picup_planner.messages import Words
from picup_planner.problem import PinKind, SiteKind, Use
from picup_planner.publish.month_workbook.contents import Contents, Filling, Line
from picup_planner.publish.month_workbook.grid import ROOM, Calendar, write_grid
from picup_planner.publish.month_workbook.paper import BLUE, GREY, HEADINGS, PAPER, THREAD, TITLE, Paper
from picup_planner.territory.workbook.layout import (
    LEVELS,
    OF_A_PARTNER,
    SETTINGS,
    TABLES_IN,
    WEEKDAYS,
    YES_NO,
    Column,
    Sheet,
)

_SPARE = 8
"""Empty rows at the end of a table."""

_LINE = 17
"""Height of a line of text, in points."""

_CENTRED = {"population", "minimum", "target", "maximum", "on", "use", "share", "hours", "driver", "verified"} | {
    *("rank", "weight", "tolerance", "start", "end", "roles", "insee"),
}
_MINUTE = timedelta(minutes=1)
_FORMATS = {"latitude": "0.00000", "longitude": "0.00000", "hours": "0.##", "tolerance": "0.##"}
_LISTED = {
    "yes-no": YES_NO,
    "level": LEVELS,
    "kind": tuple(kind.value for kind in SiteKind),
    "use": tuple(use.value for use in Use),
    "weekday": WEEKDAYS,
    "decision": tuple(kind.value for kind in PinKind),
}
"""Lists of words, by the end of their names."""

_NAMED = ("sessions", "roles", "partners", "vans")
"""Kinds of nouns the workbook has no sheet for, listed with the words."""


def month_workbook(filling: Filling, words: Words, file: str) -> bytes:
    """Write the workbook of a month: the same facts give the same bytes.

    Parameters
    ----------
    words
        In the language of whoever fills it in.
    file
        Name it will have, for what it says of itself.

    Raises
    ------
    DataError
        When the month is past the school holidays the territory knows.
    """
    calendar = Calendar(filling.territory, filling.month, words)
    paper = Paper(words, filling.first)
    contents = Contents(filling, words)
    _front(paper, filling, calendar, file)
    for sheet in TABLES_IN:
        if sheet.name == "absences":
            write_grid(paper, filling, contents, calendar)
        if filling.partner is None or sheet.name in OF_A_PARTNER:
            _table(paper, sheet, contents)
    _lists(paper, contents)
    _names(paper, filling)
    return paper.close()


def _front(paper: Paper, filling: Filling, calendar: Calendar, file: str) -> None:
    """Write what the workbook is about, the numbers of the rules, and the calendar of the month beside them."""
    words, territory, partner = paper.words, filling.territory, filling.partner
    intro = (
        words("workbook-intro-partner", partner=partner.name) if partner else words("workbook-intro-month", file=file)
    )
    sheet = paper.sheet("month", intro)
    title = words("workbook-title", service=territory.service.name, month=filling.month)
    paper.write(sheet, TITLE, 0, title, bold=True, font_size=18, font_color=BLUE)
    head = {"bold": True, "font_color": "#FFFFFF", "bg_color": BLUE}
    for column, name in enumerate(("setting", "value")):
        paper.write(sheet, HEADINGS, column, words(f"workbook-heading-{name}"), **head)
    line = {"border": 1, "border_color": THREAD}
    told = {"month": words.month(filling.month), "territory": territory.name}
    told |= {"partner": partner.name} if partner else {}
    lines: list[tuple[str, Any, str]] = [(words(f"workbook-label-{name}"), value, "") for name, value in told.items()]
    if partner is None:
        for name in SETTINGS:
            value: Any = getattr(territory.settings, name.removesuffix("_minutes"))
            value = value / _MINUTE if isinstance(value, timedelta) else value
            source = "picup_list_yes_no" if isinstance(value, bool) else ""
            shown = words("workbook-choice-yes" if value else "workbook-choice-no") if source else value
            lines.append((words(f"workbook-setting-{name}"), shown, source))
    for row, (label, value, source) in enumerate(lines, HEADINGS + 1):
        paper.write(sheet, row, 0, label, **line)
        paper.write(sheet, row, 1, value, align="left", bg_color=PAPER, bold=True, **line)
        if source:
            paper.ask(sheet, (row, 1, row, 1), label, "", source)
    for column, name in enumerate(("day", "status"), 3):
        paper.write(sheet, HEADINGS, column, words(f"workbook-heading-{name}"), **head)
    for row, day in enumerate(calendar.dates, HEADINGS + 1):
        look = line | ({"bg_color": calendar.shade(day)} if calendar.shade(day) else {})
        paper.write(sheet, row, 3, words.date(day), **look)
        told_of = calendar.told(day) or words("workbook-open")
        paper.write(sheet, row, 4, told_of, font_color=GREY if calendar.closed(day) else "#000000", **look)
    sheet.set_column(0, 0, 54)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 2, 4)
    sheet.set_column(3, 3, 24)
    sheet.set_column(4, 4, 34)
    sheet.set_row(HEADINGS, 22)
    sheet.freeze_panes(HEADINGS + 1, 0)


def _table(paper: Paper, sheet: Sheet, contents: Contents) -> None:
    words = paper.words
    page = paper.sheet(sheet.name, words(f"workbook-intro-{sheet.name}"))
    heads = [head for column in sheet.columns for head in column.heads]
    names = [words(f"workbook-head-{head}") for head in heads]
    tips = [words(f"workbook-tip-{head.rstrip('-12')}") for head in heads]
    lines = contents.lines(sheet.name)
    spare = [] if sheet.name == "objectives" else [Line()] * _SPARE
    paper.headings(page, names, tips, len(lines) + len(spare), sheet.name)
    at = 0
    for column in sheet.columns:
        look = _look(column)
        for part in range(column.many):
            for row, line in enumerate((*lines, *spare), HEADINGS + 1):
                paper.write(page, row, at, _shown(line, column, part), border=1, border_color=THREAD, **look)
            page.set_column(at, at, column.width, paper.style(**look))
            area = (HEADINGS + 1, at, HEADINGS + ROOM, at)
            paper.ask(page, area, names[at], tips[at], _source(column))
            at += 1
    for row, line in enumerate((*lines, *spare), HEADINGS + 1):
        page.set_row(
            row, _LINE * max(1, *(ceil(len(str(line.get(one.name) or "")) / one.width) for one in sheet.columns))
        )
    page.freeze_panes(HEADINGS + 1, 2 if sheet.columns[0].name in ("id", "rank") else 1)


def _shown(line: Line, column: Column, part: int) -> Any:  # noqa: ANN401  any value
    """Give what a cell shows: of several values the one of its rank, and in the last cell all that remain."""
    value = line.get(column.name)
    if not isinstance(value, tuple):
        return value
    last = part == column.many - 1
    return " | ".join(value[part:] if last else value[part : part + 1])


def _look(column: Column) -> dict[str, Any]:
    look: dict[str, Any] = {"text_wrap": True}
    if column.name in _CENTRED:
        look["align"] = "center"
    if column.name == "id":
        look["font_color"] = GREY
    if column.name in ("first", "last", "date"):
        look |= {"num_format": "dd/mm/yyyy", "align": "left"}
    if column.name in ("start", "end"):
        look["num_format"] = "hh:mm"
    if column.name in _FORMATS:
        look["num_format"] = _FORMATS[column.name]
    return look


def _source(column: Column) -> str:
    """Name of the list a column chooses from; empty when anything may be typed, or several values at once."""
    if column.choices:
        name = next(name for name, values in _LISTED.items() if values == column.choices)
        return f"picup_list_{name.replace('-', '_')}"
    return f"picup_list_{column.among}" if column.among else ""


def _lists(paper: Paper, contents: Contents) -> None:
    """Write the hidden sheet of the words that cells may hold."""
    sheet = paper.book.add_worksheet(paper.words("workbook-sheet-lists"))
    sheet.hide()
    lists = {name: [contents.choice(value) for value in values] for name, values in _LISTED.items()}
    lists |= {kind: list(contents.names[kind].values()) for kind in _NAMED}
    for column, (name, values) in enumerate(lists.items()):
        for row, value in enumerate(values):
            paper.write(sheet, row, column, value)
        letter = chr(65 + column)
        title = _quoted(paper.words("workbook-sheet-lists"))
        area = f"={title}!${letter}$1:${letter}${max(len(values), 1)}"
        paper.book.define_name(f"picup_list_{name.replace('-', '_')}", area)


def _names(paper: Paper, filling: Filling) -> None:
    """Name the lists that grow with their sheets: communes, sites, people."""
    for sheet in TABLES_IN:
        if sheet.keeps and (filling.partner is None or sheet.name in OF_A_PARTNER):
            title = _quoted(paper.words(f"workbook-sheet-{sheet.name}"))
            column = f"{title}!$B${HEADINGS + 2}:$B${HEADINGS + 1 + ROOM}"
            area = f"={title}!$B${HEADINGS + 2}:INDEX({column},MAX(1,COUNTA({column})))"
            paper.book.define_name(f"picup_list_{sheet.name}", area)


def _quoted(title: str) -> str:
    doubled = title.replace("'", "''")
    return f"'{doubled}'"
