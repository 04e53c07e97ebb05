"""The planner's workbook of a month: what is missing, the calendar on one page, lists by commune and by person."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from itertools import groupby
from math import ceil

from picup_planner.evaluation import Difference, difference, figures
from picup_planner.messages import FRENCH, Words
from picup_planner.plan import Kind, Permanence, Plan
from picup_planner.problem import ClosedDate, ClosureReason, Problem
from picup_planner.publish.lacking import lacking
from picup_planner.publish.sheets import HEAD, HEADING, PLAIN, TITLE, Book, Look, Sheet, Value
from picup_planner.publish.telling import changes_told, crew_told, errands_told, figures_told, proof_told
from picup_planner.publish.text import plain

_FILLS = ("#DCEBF7", "#FBE6D4", "#DDF0E6", "#F3E1ED", "#FFF4CC", "#E4E4F7", "#E3F2F4", "#F0EDD8")
"""One for each commune, pale enough for black letters; the name of the commune is told as well."""

_GREY, _CLOSED = "#5B6770", "#ECEFF1"
_WIDTH, _LETTERS = 29.0, 36
"""Width of a day, and the letters of a line in it."""

_LINE, _LEAST_LINES = 12.5, 3
"""Height of a line of a day, in points, and the lines of a day on which nothing is held."""


@dataclass(frozen=True)
class Mark:
    """How a change to what was published is shown: a sign and a word, beside a colour."""

    sign: str
    word: str
    colour: str

    def told(self, words: Words) -> str:
        """Give `✚ nouvelle`."""
        return f"{self.sign} {words(self.word)}"


NEW = Mark("✚", "planning-new", "#006B4E")
MOVED = Mark("➜", "planning-moved", "#A34200")
CANCELLED = Mark("✖", "planning-cancelled", "#B3213A")
CREW = Mark("⇄", "planning-crew", "#8A2B6B")


@dataclass(frozen=True)
class _Told:
    """A permanence in the workbook; `where` says where one that left its date went."""

    held: Permanence
    mark: Mark | None = None
    where: str = ""

    @property
    def gone(self) -> bool:
        """Whether nothing is held there and then."""
        return self.mark is CANCELLED or bool(self.where)


@dataclass(frozen=True)
class _Month:
    """What is written, in which words, and what it changes of what was published, by id."""

    problem: Problem
    plan: Plan
    changes: Difference | None
    marks: Mapping[str, Mark]
    words: Words

    @cached_property
    def fills(self) -> dict[str, str]:
        """Colour of each commune, by id."""
        return {commune.id: _FILLS[i % len(_FILLS)] for i, commune in enumerate(self.problem.territory.communes)}

    @cached_property
    def shut(self) -> dict[date, ClosedDate]:
        """Closed dates."""
        return {closed.date: closed for closed in self.problem.closed}

    @cached_property
    def days(self) -> dict[date, list[_Told]]:
        """What each day shows: what is held, what is cancelled, and what left for another date."""
        told = [_Told(held, self.marks.get(held.id)) for held in (*self.plan.permanences, *self.plan.cancelled)]
        for pair in self.changes.moved if self.changes else ():
            where = self.words("planning-moved-to", date=self.words.date(pair.after.date, short=True))
            if pair.before.date != pair.after.date:
                told.append(_Told(pair.before, MOVED, where))
        days = defaultdict[date, list[_Told]](list)
        for each in sorted(told, key=lambda one: _order(one.held)):
            days[each.held.date].append(each)
        return days


def planning(problem: Problem, plan: Plan, published: Plan | None = None, language: str = FRENCH) -> bytes:
    """Write the workbook of a plan, for those who plan: it names people.

    Parameters
    ----------
    published
        What was announced before, with which the plan is compared; without it, what is cancelled alone is marked.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    """
    words = Words(language, plain)
    title = words("planning-title", month=plan.month, territory=plan.territory_name)
    book = Book(title, plan.provenance.made_on, words)
    changes = difference(published, plan) if published else None
    month = _Month(problem, plan, changes, _marks(plan, changes), words)
    _calendar(book, title, month)
    _by_commune(book, month)
    _by_person(book, month)
    _figures(book, problem, plan, words)
    if published:
        _changes(book, problem, plan, difference(published, plan, problem.as_of), words)
    return book.bytes()


def _marks(plan: Plan, changes: Difference | None) -> dict[str, Mark]:
    """Give the mark of each permanence that differs from what was published."""
    marks = {held.id: CANCELLED for held in plan.cancelled}
    if changes:
        marks |= {replaced.permanence.id: CREW for replaced in changes.replaced}
        marks |= {held.id: NEW for held in changes.new}
        marks |= {pair.after.id: MOVED for pair in changes.moved}
        marks |= {held.id: CANCELLED for held in changes.cancelled}
    return marks


# ----------------------------------------------------------------------------------------------------------- the month


def _calendar(book: Book, title: str, month: _Month) -> None:
    """Write the page to be hung: what is missing, then the weeks."""
    words, plan = month.words, month.plan
    weekdays = max([5, *(day.isoweekday() for day in month.days)])
    sheet = book.sheet(words("planning-sheet-month"), [6, *[_WIDTH] * weekdays])
    sheet.across(f"{title} · {words(f'state-{plan.state}')}", weekdays + 1, TITLE, 26)
    if not plan.finished:
        sheet.across(words("map-unfinished"), weekdays + 1, {"bold": True, "font_color": CANCELLED.colour})
    missing = list(lacking(month.problem, plan, words))
    alert: Look = {"bg_color": "#FDE9EC", "text_wrap": True} if missing else {"bg_color": "#E3F3EC"}
    told = words("lacking-heading") if missing else words("lacking-nothing")
    sheet.across(told, weekdays + 1, {"bold": True, **alert}, 16)
    for sentence in missing:
        lines = ceil(len(sentence) / (_LETTERS * weekdays))
        sheet.across(f"• {sentence}", weekdays + 1, alert, lines * 15)
    if month.changes:
        legend = "    ".join(mark.told(words) for mark in (NEW, MOVED, CANCELLED, CREW))
        sheet.across(words("planning-legend", signs=legend), weekdays + 1, {"font_color": _GREY}, 16)
    for _, days in groupby(month.problem.dates, key=lambda day: day.isocalendar().week):
        if shown := [day for day in days if day.isoweekday() <= weekdays]:
            _week(sheet, shown, month)
    sheet.one_page(sheet.row - 1, weekdays)


def _week(sheet: Sheet, days: list[date], month: _Month) -> None:
    """Write the dates of a week, then what is held on each, below one another."""
    words = month.words
    sheet.put(sheet.row, 0, words("planning-week", week=days[0].isocalendar().week), HEAD)
    for day in days:
        text, look = words.date(day, short=True), HEAD
        if closed := month.shut.get(day):
            named = closed.name if closed.reason is not ClosureReason.WEEKDAY else ""
            text, look = f"{text} · {named or words('planning-closed')}", {**HEAD, "bg_color": _GREY}
        sheet.put(sheet.row, day.isoweekday(), text, look)
    for level in range(max([1, *(len(month.days.get(day, [])) for day in days)])):
        sheet.row += 1
        lines = _LEAST_LINES
        for day in days:
            if level < len(month.days.get(day, [])):
                lines = max(lines, _cell(sheet, day.isoweekday(), month.days[day][level], month))
            elif day in month.shut:
                sheet.put(sheet.row, day.isoweekday(), None, {"bg_color": _CLOSED})
        sheet.height(sheet.row, lines * _LINE + 3)
    sheet.row += 1


def _cell(sheet: Sheet, column: int, told: _Told, month: _Month) -> int:
    """Write one permanence and give how many lines it takes."""
    held, mark, words = told.held, told.mark, month.words
    hours = words.hours(held.start, held.end)
    sign = f"{mark.sign} " if mark and not told.gone else ""
    letters: Look = {"font_color": _GREY, "font_strikeout": True, "font_size": 9} if told.gone else {"font_size": 9}
    lines: list[tuple[str, Look]] = [
        (f"{sign}{hours} · {plain(held.place.commune_name)}", {**letters, "bold": True}),
        (words("plan-fixed", site=held.place.name) if held.kind is Kind.FIXED else held.place.name, letters),
    ]
    if mark and told.gone:
        last = f"{mark.sign} {told.where}" if told.where else mark.told(words)
        lines.append((last, {"font_size": 9, "bold": True, "font_color": mark.colour}))
    elif held.crew:
        lines.append((crew_told(held, words), {"font_size": 9, "font_color": "#333333", "italic": True}))
    else:
        lines.append((words("plan-nobody"), {"font_size": 9, "bold": True, "font_color": CANCELLED.colour}))
    fill = "#FFFFFF" if told.gone else month.fills.get(held.place.commune, "#FFFFFF")
    edge: Look = {"border": 2, "border_color": mark.colour} if mark else {"border": 1, "border_color": "#9AA5AE"}
    sheet.lines(sheet.row, column, lines, {"bg_color": fill, **edge})
    return sum(ceil(len(text) / _LETTERS) for text, _ in lines)


# -------------------------------------------------------------------------------------------------------- the lists


def _order(held: Permanence) -> tuple[date, time, str, str]:
    return held.date, held.start, held.place.commune_name, held.id


_FIRST: dict[str, object] = {"top": 1, "top_color": "#0060A8"}
"""Line above the first row of a commune or of a person."""


def _look(mark: Mark | None) -> dict[str, object]:
    edge: dict[str, object] = {"bottom": 4, "bottom_color": "#B9C2CA"}
    return {**edge, "font_color": mark.colour, "font_strikeout": mark is CANCELLED} if mark else edge


def _by_commune(book: Book, month: _Month) -> None:
    """Write every permanence once, commune by commune."""
    problem, words = month.problem, month.words
    told = (*month.plan.permanences, *month.plan.cancelled)
    sheet = book.sheet(words("planning-sheet-communes"), [15, 13, 9, 9, 32, 42, 18, 28, 18])
    vans = {van.id: van.name for van in problem.territory.vans}
    landmarks = {site.id: site.landmark for site in problem.territory.sites}
    rank = {commune.id: number for number, commune in enumerate(problem.territory.communes)}
    rows: list[tuple[Value, ...]] = []
    looks: list[Look] = []
    for held in sorted(told, key=lambda held: (rank.get(held.place.commune, len(rank)), _order(held))):
        mark = month.marks.get(held.id)
        where = held.place.name, landmarks.get(held.place.id, "")
        van = vans.get(held.van or "", "") or words("planning-fixed")
        crew = crew_told(held, words)
        row = held.place.commune_name, held.date, held.start, held.end, *where, van, crew
        first = not rows or rows[-1][0] != row[0]
        rows.append((*row, mark.told(words) if mark else ""))
        looks.append(_look(mark) | (_FIRST if first else {}))
    columns = ("commune", "date", "start", "end", "place", "landmark", "van", "crew", "change")
    _listed(sheet, columns, rows, looks, words)


def _by_person(book: Book, month: _Month) -> None:
    """Write what each person holds, with whom, and when the van leaves and is back."""
    plan, words = month.plan, month.words
    sheet = book.sheet(words("planning-sheet-people"), [22, 13, 9, 9, 15, 36, 24, 10, 10, 18])
    tours = {stop: tour for tour in plan.tours for stop in tour.permanences}
    rows: list[tuple[Value, ...]] = []
    looks: list[Look] = []
    for member in month.problem.territory.staff:
        held_by = [held for held in plan.permanences if member.id in {one.member for one in held.crew}]
        for held in held_by:
            others = [one.member_name for one in held.crew if one.member != member.id]
            tour, mark = tours.get(held.id), month.marks.get(held.id)
            when = (tour.legs[0].departure, tour.legs[-1].arrival) if tour else (None, None)
            row = member.name, held.date, held.start, held.end, held.place.commune_name, held.place.name
            rows.append((*row, words.listed(others), *when, mark.told(words) if mark else ""))
            looks.append(_look(mark) | (_FIRST if held is held_by[0] else {}))
        if not held_by:
            rows.append((member.name, words("planning-nothing"), *[None] * 8))
            looks.append({**_look(None), **_FIRST})
    columns = ("person", "date", "start", "end", "commune", "place", "with", "departure", "back", "change")
    _listed(sheet, columns, rows, looks, words)


def _listed(
    sheet: Sheet, columns: tuple[str, ...], rows: list[tuple[Value, ...]], looks: list[Look], words: Words
) -> None:
    sheet.table([words(f"planning-column-{name}") for name in columns], rows, looks)
    sheet.headed()
    sheet.filtered(len(rows), len(columns))


# ------------------------------------------------------------------------------------------------ figures and changes


def _figures(book: Book, problem: Problem, plan: Plan, words: Words) -> None:
    """Write permanences per commune, the load of each person, and each objective with what is proven of it."""
    sheet = book.sheet(words("planning-sheet-figures"), [46, 14, 46, 46, 14])
    counted = figures(problem, plan)
    communes = {commune.id: commune.name for commune in problem.territory.communes}
    roles = {role.id: role.abbreviation or role.name for role in problem.territory.roles}
    staff = {member.id: member.name for member in problem.territory.staff}
    sheet.across(words("figures-heading"), 5, TITLE, 24)
    columns = ("plan-column-commune", "figures-column-held", "figures-column-gaps", "figures-column-met")
    met = {
        each.commune: ", ".join(words("figures-met", people=one.people, role=roles[one.role]) for one in each.met)
        for each in counted.communes
    }
    sheet.table(
        [*map(words, columns), words("figures-column-target")],
        [
            (communes[each.commune], each.held, ", ".join(map(str, each.gaps)), met[each.commune], each.target)
            for each in counted.communes
        ],
    )
    columns = ("figures-column-member", "figures-column-held", "figures-column-length", "figures-column-load")
    sheet.table(
        [*map(words, columns), words("figures-column-share")],
        [
            (
                staff[each.member],
                each.permanences,
                each.length,
                "–" if each.load is None else each.load / 100,
                each.share / 100,
            )
            for each in counted.members
        ],
    )
    for sentence in (words("figures-columns"), *figures_told(problem, counted, words)):
        _sentence(sheet, sentence)
    sheet.row += 1
    sheet.across(words("proofs-heading"), 5, HEADING, 18)
    proofs = ("proofs-column-objective", "proofs-column-value", "proofs-column-proof")
    rows = [
        (f"{rank}. {words(f'objective-{result.name}')}", result.value, proof_told(result, words))
        for rank, result in enumerate(plan.objectives, 1)
    ]
    sheet.table([*map(words, proofs)], rows)


def _changes(book: Book, problem: Problem, plan: Plan, changes: Difference, words: Words) -> None:
    """Write what changes of what is to come, and who must hear of it."""
    sheet = book.sheet(words("planning-sheet-changes"), [120])
    sheet.across(words("change-heading", month=plan.month, territory=plan.territory_name), 1, TITLE, 24)
    for sentence in changes_told(plan, changes, words):
        _sentence(sheet, sentence, 1)
    sheet.row += 1
    sheet.across(words("change-tell-heading"), 1, HEADING, 18)
    for sentence in errands_told(problem, changes, words):
        _sentence(sheet, sentence, 1)


def _sentence(sheet: Sheet, sentence: str, width: int = 5) -> None:
    """Write a sentence on as many lines as it takes; one that starts with spaces stands to the right."""
    indent: Look = {"align": "left", "indent": 2} if sentence.startswith(" ") else PLAIN
    lines = max(1, ceil(len(sentence) / (170 if width > 1 else 125)))
    sheet.across(sentence.strip(), width, {"text_wrap": True, **indent}, 15 * lines)
