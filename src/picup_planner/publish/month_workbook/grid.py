"""The grid of people by half-days, and the calendar of the month."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from picup_planner.assemble import habit_of
from picup_planner.calendars import closed_dates, dates_of
from picup_planner.messages import Words
from picup_planner.problem import ClosedDate, ClosureReason, Level, Session, Slot, Territory
from picup_planner.publish.month_workbook.contents import Contents, Filling
from picup_planner.publish.month_workbook.paper import ABSENT, CLOSED, HEADINGS, HOLIDAY, THREAD, Paper
from picup_planner.publish.text import plain
from picup_planner.territory.workbook.layout import ABSENCES

ROOM = 200
"""Rows of the sheet of absences that the grid looks at."""

_DAYS = {"fr": "[$-40C]ddd d mmm", "en": "[$-809]ddd d mmm"}
_SHADES = {Level.YES: "#E2F0E8", Level.IF_NEEDED: "#FFF0C2", Level.NO: "#F6D5D5"}


class Calendar:
    """What each date of a month is: open, closed and why, in school holidays."""

    def __init__(self, territory: Territory, month: str, words: Words) -> None:
        closed = closed_dates(month, territory.settings, territory.closures, territory.school_holidays)
        self.dates = dates_of(month)
        self._closed: dict[date, ClosedDate] = {each.date: each for each in closed}
        self._holidays = {
            day: holiday.name
            for holiday in territory.school_holidays
            if holiday.zone == territory.settings.school_zone
            for day in self.dates
            if holiday.first <= day <= holiday.last
        }
        self._words = words

    def weekdays(self) -> list[date]:
        """Dates whose weekday is not closed."""
        return [day for day in self.dates if self._reason(day) is not ClosureReason.WEEKDAY]

    def told(self, day: date) -> str:
        """Tell what is worth knowing of a date; empty when it is an ordinary open day."""
        if shut := self._closed.get(day):
            return self._words(f"workbook-closed-{shut.reason.value}", name=shut.name)
        return self._holidays.get(day, "")

    def shade(self, day: date) -> str:
        """Colour of its line; empty when it is white."""
        reason = self._reason(day)
        if reason in (ClosureReason.WEEKDAY, ClosureReason.TERRITORY):
            return CLOSED
        return HOLIDAY if reason or day in self._holidays else ""

    def closed(self, day: date) -> bool:
        """Whether nothing is held that day."""
        return day in self._closed

    def _reason(self, day: date) -> ClosureReason | None:
        return self._closed[day].reason if day in self._closed else None


def write_grid(paper: Paper, filling: Filling, contents: Contents, calendar: Calendar) -> None:
    """Write one line a half-day and one column a person; what is usual is there already, to be corrected."""
    words, territory = paper.words, filling.territory
    sheet = paper.sheet("answers", words("workbook-intro-answers"), portrait=len(contents.staff) <= 12)  # noqa: PLR2004  columns of A4
    heads = [words(f"workbook-head-{head}") for head in ("date", "session", "calendar")]
    people = [contents.names["staff"][member.id] for member in contents.staff]
    tips = [
        words("workbook-tip-date"),
        "",
        words("workbook-tip-calendar"),
        *[words("workbook-tip-answer")] * len(people),
    ]
    slots = [(day, session) for day in calendar.weekdays() for session in territory.sessions]
    paper.headings(sheet, [*heads, *people], tips, len(slots), "answers")
    answers = {(answer.member, answer.date, answer.session): answer for answer in territory.answers}
    for at, (day, session) in enumerate(slots, HEADINGS + 1):
        look: dict[str, Any] = {"bg_color": calendar.shade(day)} if calendar.shade(day) else {}
        look |= {"border": 1, "border_color": THREAD, "bottom": 2 if _ends_week(day, session.id, slots) else 1}
        paper.write(sheet, at, 0, day, num_format=_DAYS[words.language], align="left", **look)
        paper.write(sheet, at, 1, contents.names["sessions"][session.id], **look)
        paper.write(sheet, at, 2, calendar.told(day), font_color="#595959", font_size=9, **look)
        for column, member in enumerate(contents.staff, len(heads)):
            said = answers.get((member.id, day, session.id)) or habit_of(member, Slot(date=day, session=session.id))
            value = None if calendar.closed(day) else contents.choice(said.level if said else Level.YES)
            paper.write(sheet, at, column, value, align="center", **look)
        sheet.set_row(at, 18)
    for column, width in enumerate((14, 12, 17)):
        sheet.set_column(column, column, width)
    sheet.set_column(len(heads), len(heads) + max(len(people) - 1, 0), min(max([9, *map(len, people)]), 14) + 0.5)
    sheet.freeze_panes(HEADINGS + 1, len(heads))
    area = (HEADINGS + 1, len(heads), HEADINGS + max(len(slots), 1), len(heads) + max(len(people), 1) - 1)
    paper.ask(sheet, area, words("workbook-sheet-answers"), words("workbook-tip-answer"), "picup_list_level")
    for options in _rules(paper, contents):
        sheet.conditional_format(*area, options)


def _ends_week(day: date, session: str, slots: list[tuple[date, Session]]) -> bool:
    """Whether a half-day is the last of its week."""
    week = [(each, one.id) for each, one in slots if each.isocalendar()[:2] == day.isocalendar()[:2]]
    return (day, session) == week[-1]


def _rules(paper: Paper, contents: Contents) -> Iterator[dict[str, Any]]:
    """Colours that follow what is typed: an absence first, then each answer."""
    title = paper.words(f"workbook-sheet-{ABSENCES.name}").replace("'", "''")
    names = [f"picup_absence_{column.head or column.name}" for column in ABSENCES.columns]
    for letter, name in zip("ABCD", names, strict=True):  # a name reaches another sheet in every version of Excel
        paper.book.define_name(name, f"='{title}'!${letter}${HEADINGS + 2}:${letter}${HEADINGS + 1 + ROOM}")
    who, start, end, part = names
    row = HEADINGS + 2
    told = f'({who}=D${HEADINGS + 1})*({start}<=$A{row})*({end}>=$A{row})*(({part}="")+({part}=$B{row}))'
    yield {
        "type": "formula",
        "criteria": f"=SUMPRODUCT({told})>0",
        "format": paper.book.add_format({"bg_color": ABSENT, "font_strikeout": True, "font_color": "#595959"}),
        "stop_if_true": True,
    }
    for level, colour in _SHADES.items():
        word = plain(contents.choice(level)).replace('"', '""')
        look = paper.book.add_format({"bg_color": colour, "bold": level is Level.NO})
        yield {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
