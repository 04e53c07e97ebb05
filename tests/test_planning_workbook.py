import re
from datetime import date, datetime, timedelta

import pytest

from documents import sheets_of
from pages import tiny_plan
from picup_planner.evaluation import difference, identified
from picup_planner.plan import ObjectiveResult, Plan, State, promises_of
from picup_planner.problem import Availability, Level, Problem, Slot
from picup_planner.publish.planning import CANCELLED, CREW, MOVED, NEW, planning
from problems import hand_plan, problem_with, replaced, tiny_problem

CREW_1 = {"as": "as-1", "casp": "casp-1"}
CREW_2 = {"as": "as-2", "casp": "casp-2"}
FIXED = {"fixe-1": CREW_2}


def cells(workbook: bytes, sheet: str) -> list[list[object]]:
    """Give the cells of a sheet, row by row."""
    return [[cell.value for cell in row] for row in sheets_of(workbook)[sheet].iter_rows()]


def texts(workbook: bytes, sheet: str = "Mois") -> str:
    """Give the texts of a sheet, a cell a paragraph."""
    return "\n\n".join(str(cell) for row in cells(workbook, sheet) for cell in row if cell is not None).replace(
        "\xa0", " "
    )


def replanned() -> tuple[Problem, Plan, Plan]:
    """Give a published plan and one after it: one permanence moved, one cancelled, one new, one crew changed."""
    published = hand_plan(
        tiny_problem(),
        [("amont-1", 7, "matin", CREW_1), ("aval-1", 8, "matin", CREW_1), ("amont-2", 10, "matin", CREW_1)],
        FIXED,
    )
    problem = problem_with(promised=promises_of(published))
    new = hand_plan(
        problem,
        [
            ("amont-1", 8, "matin", CREW_1),
            ("amont-2", 10, "matin", {"as": "as-2", "casp": "casp-1"}),
            ("amont-2", 11, "apres-midi", CREW_1),
        ],
        FIXED,
    )
    return problem, published, identified(problem, published, new)


def test_the_month_is_a_calendar_on_one_landscape_page() -> None:
    """Each permanence stands under its date, in the order of hours, and the sheet prints on one A4 page."""
    problem = tiny_problem()
    sheet = sheets_of(planning(problem, tiny_plan(problem)))["Mois"]
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    dates = next(row for row in rows if "lun. 7 déc." in row)
    below = rows[rows.index(dates) + 1 : rows.index(dates) + 3]
    column = dates.index("lun. 7 déc.")
    assert [row[column].replace("\xa0", " ").split("\n") for row in below] == [
        ["9 h – 12 h · Amont", "Place d’Amont", "Ada et Chloé"],
        ["13 h 30 – 16 h 30 · Aval", "Place d’Aval", "Ada et Chloé"],
    ]
    setup, pages = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
    assert (setup.orientation, setup.paperSize, pages.fitToPage) == ("landscape", 9, True)
    assert setup.fitToHeight is setup.fitToWidth is None, "one page each way is what is not written"


def test_the_list_of_communes_tells_each_permanence_once() -> None:
    """Dates are dates and hours hours, so that a planner may sort and filter them."""
    problem = tiny_problem()
    plan = tiny_plan(problem)
    header, *rows = cells(planning(problem, plan), "Par commune")
    assert header[:5] == ["Commune", "Date", "Début", "Fin", "Lieu"]
    assert sorted((row[1].date(), row[2], row[4]) for row in rows if isinstance(row[1], datetime)) == sorted(
        (held.date, held.start, held.place.name) for held in plan.permanences
    )


def test_each_person_finds_their_permanences() -> None:
    """Each permanence of a person is told with its companion and the hours of the van; nobody is left out."""
    problem = tiny_problem()
    _, *rows = cells(planning(problem, hand_plan(problem, [("amont-1", 7, "matin", CREW_1)])), "Par personne")
    told = {row[0]: row for row in rows}
    assert told.keys() == {"Ada", "Bruno", "Chloé", "Driss"}
    assert told["Ada"][4:7] == ["Amont", "Place d’Amont", "Chloé"]
    assert [hour and hour.strftime("%H:%M") for hour in told["Ada"][7:9]] == ["08:30", "12:28"]
    assert told["Bruno"][1] == "rien"


def test_figures_come_with_their_proofs() -> None:
    """Each objective is told in its order with its value and what is proven of it."""
    problem = tiny_problem()
    result = ObjectiveResult(name="travel", value=12, best=12, bound=10, proven=False, unit="min")
    sure = ObjectiveResult(name="lapses", value=0, best=0, bound=0, proven=True, unit="days")
    plan = tiny_plan(problem).model_copy(update={"objectives": (sure, result)})
    rows = cells(planning(problem, plan), "Chiffres")
    assert ["1. Jours d’attente en trop", 0, "le mieux possible, prouvé"] in [row[:3] for row in rows]
    assert ["2. Conduite des véhicules (minutes)", 12, "non prouvé, au mieux 10"] in [row[:3] for row in rows]
    ada = next(row for row in rows if row[0] == "Ada")
    assert ada[1] == 3
    assert timedelta(hours=9) < ada[2] < timedelta(hours=15)
    assert ada[3] == pytest.approx(ada[2] / timedelta(hours=40), abs=0.001)


def test_a_month_without_a_tour_has_none() -> None:
    """Where no van leaves, not one tour is told: French takes zero for a singular."""
    problem = tiny_problem()
    assert "Véhicules : aucune tournée." in texts(planning(problem, hand_plan(problem)), "Chiffres")


def test_what_is_missing_comes_first_with_its_reason() -> None:
    """A commune below its target and a fixed permanence without a crew are told above the calendar, and why."""
    no = [
        Availability(member=member, slot=Slot(date=date(2026, 12, 9), session="matin"), level=Level.NO)
        for member in ("as-1", "as-2")
    ]
    problem = problem_with(availability=tuple(no))
    short = ObjectiveResult(name="below_target", value=1, best=1, bound=1, proven=True, unit="")
    plan = hand_plan(problem, [("amont-1", 7, "matin", CREW_1)]).model_copy(update={"objectives": (short,)})
    text = texts(planning(problem, plan))
    assert text.index("Ce qui manque") < text.index("lun. 7 déc.")
    assert "• Amont : 1 permanence pour une cible de 2. Sur l’ensemble" in text
    assert "• Aval : 0 permanence pour une cible de 2. Sur l’ensemble" in text
    assert "Sur l’ensemble des communes : le mieux possible, prouvé" in text
    assert "Sans équipe : mer. 9 déc., 9 h 30 – 11 h 30, Centre social d’Aval (Aval)" in text
    assert "AS : 2 personnes indisponibles." in text


def test_whoever_is_free_is_not_said_to_be_missing() -> None:
    """Where people are free, no reason is made up."""
    problem = tiny_problem()
    text = texts(planning(problem, hand_plan(problem)))
    assert "Des personnes sont libres" in text
    assert "indisponible" not in text


def test_nothing_missing_is_said_too() -> None:
    """A month that lacks nothing says so."""
    communes = tiny_problem().territory.communes
    for commune in communes:
        frequency = commune.frequency.model_copy(update={"minimum": 0, "target": 0})
        communes = replaced(communes, commune.id, frequency=frequency)
    problem = problem_with(communes=communes)
    assert "Rien ne manque" in texts(planning(problem, tiny_plan(problem)))


def test_a_change_has_a_colour_a_sign_and_a_word() -> None:
    """Moved, cancelled, new, another crew: each is marked in the calendar and in the lists, not by colour alone."""
    problem, published, plan = replanned()
    found = difference(published, plan)
    assert (len(found.moved), len(found.cancelled), len(found.new), len(found.replaced)) == (1, 1, 1, 1)
    book = planning(problem, plan, published)
    listed = {row[-1]: row for row in cells(book, "Par commune")[1:] if row[-1]}
    assert set(listed) == {"✚ nouvelle", "➜ déplacée", "✖ annulée", "⇄ équipe changée"}
    sheet = sheets_of(book)["Mois"]
    marked = {
        found[0]: cell.border.left.color.rgb[2:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.border.left.style == "medium" and (found := re.search("[✚➜✖⇄]", cell.value or ""))
    }
    assert marked == {mark.sign: mark.colour[1:] for mark in (NEW, MOVED, CANCELLED, CREW)}
    assert "➜ déplacée au mar. 8 déc." in texts(book)
    assert "Annulée : mar. 8 déc., 9 h – 12 h, Place d’Aval (Aval)" in texts(book, "Changements")


def test_nobody_is_to_hear_of_what_is_past() -> None:
    """What took place otherwise than announced keeps its mark in the month, and is no longer a change to tell."""
    problem, published, plan = replanned()
    book = planning(problem.model_copy(update={"as_of": date(2026, 12, 31)}), plan, published)
    assert "Annulée :" not in texts(book, "Changements")
    assert "à venir" not in texts(book, "Changements")
    assert "✖ annulée" in texts(book, "Par commune")


def test_without_a_published_plan_nothing_is_marked() -> None:
    """A first plan has no sheet of changes and no legend."""
    problem = tiny_problem()
    book = planning(problem, tiny_plan(problem))
    assert "Changements" not in sheets_of(book)
    assert not re.search("[✚➜✖⇄]", texts(book))


@pytest.mark.parametrize("state", list(State))
def test_the_state_of_the_plan_is_told(state: State) -> None:
    """How far the plan has gone stands in the title."""
    problem = tiny_problem()
    plan = tiny_plan(problem).model_copy(update={"state": state})
    said = {State.DRAFT: "Brouillon", State.SENT: "partenaires", State.PUBLISHED: "Publié"}[state]
    assert said in texts(planning(problem, plan)).split("\n")[0]


def test_the_same_plan_gives_the_same_bytes() -> None:
    """Two workbooks of one plan are one file, in either language."""
    problem, published, plan = replanned()
    for language in ("fr", "en"):
        assert planning(problem, plan, published, language) == planning(problem, plan, published, language)


def test_in_english_nothing_is_french() -> None:
    """The English workbook has English sheets, weekdays and marks."""
    problem, published, plan = replanned()
    book = planning(problem, plan, published, "en")
    assert list(sheets_of(book)) == ["Month", "By commune", "By person", "Figures", "Changes"]
    assert "Mon 7 Dec" in texts(book, "Month")
    assert "✚ new" in texts(book, "By commune")
