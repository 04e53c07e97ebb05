"""Documents read back as their readers do: a workbook by openpyxl, a poster as text and as pixels."""

import io
from datetime import date, time
from typing import NamedTuple

import pypdfium2
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from picup_planner.problem import Problem
from picup_planner.publish.audience import PublicMonth
from problems import problem_with, replaced


class Row(NamedTuple):
    """One stop, as every output tells it."""

    date: date
    start: time
    end: time
    place: str
    commune: str
    cancelled: bool


def rows_of(month: PublicMonth) -> list[Row]:
    """Give the stops of a month as rows, in order."""
    return sorted(
        Row(stop.date, stop.start, stop.end, stop.place, stop.commune_name, stop.cancelled) for stop in month.stops
    )


def sheets_of(workbook: bytes) -> dict[str, Worksheet]:
    """Open a workbook, formulas seen as such, and give its sheets by name."""
    book = load_workbook(io.BytesIO(workbook))
    return {sheet.title: sheet for sheet in book.worksheets}


def text_of(pdf: bytes) -> str:
    """Give the text of a PDF, page after page, on lines."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "\n")
    finally:
        document.close()


def all_named(problem: Problem, name: str) -> Problem:
    """Give a problem in which every free text is `name`, cut to what a noun holds."""
    name = name[:200]
    territory = problem.territory
    sites, staff, fixed = territory.sites, territory.staff, problem.fixed
    for site in sites:
        sites = replaced(sites, site.id, name=name, neighbourhood=name, landmark=name, transit=name)
    for member in staff:
        staff = replaced(staff, member.id, name=name)
    for duty in fixed:
        fixed = replaced(fixed, duty.id, name=name)
    return problem_with(
        problem,
        name=name,
        service=territory.service.model_copy(update={"name": name, "phone": name}),
        sites=sites,
        staff=staff,
        fixed=fixed,
        communes=tuple(each.model_copy(update={"name": name}) for each in territory.communes),
        partners=tuple(each.model_copy(update={"name": name, "shown": True}) for each in territory.partners),
        vans=tuple(each.model_copy(update={"name": name}) for each in territory.vans),
        depots=tuple(each.model_copy(update={"name": name}) for each in territory.depots),
        roles=tuple(each.model_copy(update={"name": name, "abbreviation": ""}) for each in territory.roles),
        areas=tuple(each.model_copy(update={"name": name}) for each in territory.areas),
        closed=tuple(each.model_copy(update={"name": name}) for each in problem.closed),
        travel=problem.travel,
        hours=problem.hours,
    )
