"""What past months were, from the plans published and what was recorded of them."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from months import ADA, BRUNO, VISITS, problem_of, published, save
from picup_planner.assemble import assemble
from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.evaluation import broken_rules, figures, objective_values
from picup_planner.plan import Plan
from picup_planner.problem import PastPermanence, Problem, SchoolHoliday, Territory
from picup_planner.territory.history import read_history, read_months, took_place
from picup_planner.territory.records import read_records
from problems import hand_plan, problem_with, replaced, tiny_problem

DECEMBER = date(2026, 12, 1)
HEADER = "permanence,status,by,site,date\n"
TINY = tiny_problem().territory
NOVEMBER = hand_plan(problem_of("2026-11"), VISITS)
TABLE = (SchoolHoliday(zone="A", name="Tout", first=date(2024, 9, 1), last=date(2027, 8, 31)),)


@pytest.fixture
def planning(tmp_path: Path) -> Path:
    """Give the folder of all months, empty."""
    folder = tmp_path / "planning"
    folder.mkdir()
    return folder


def territory(**changes: object) -> Territory:
    """Tiny territory with other values for some fields."""
    return problem_with(**changes).territory


def history(planning: Path, before: date = DECEMBER) -> dict[str, PastPermanence]:
    """Past permanences before a date, by id."""
    return {one.id: one for one in read_history(planning, territory(), before)}


def mistakes(planning: Path) -> tuple[Mistake, ...]:
    """Everything wrong with a folder that must be refused."""
    with pytest.raises(DataError) as refused:
        history(planning)
    return refused.value.mistakes


def test_what_nobody_recorded_was_held_as_planned(planning: Path) -> None:
    """Without records every permanence of the plan took place: where, when, by whom, in order of date."""
    published(planning)
    past = history(planning)
    assert list(past) == ["amont-202611-1", "aval-202611-1", "fixe-11", "amont-202611-2", "aval-202611-2"]
    first, fixed = past["amont-202611-1"], past["fixe-11"]
    assert (first.site, first.commune, first.date, first.session) == ("amont-1", "amont", date(2026, 11, 5), "matin")
    assert (first.members, first.origin) == (("as-1", "casp-1"), Origin("planning/2026-11/plan.json"))
    assert (fixed.session, fixed.members, fixed.length) == (None, ("as-2", "casp-2"), timedelta(hours=2))


@pytest.mark.parametrize("more", [0, 1])
def test_a_tour_is_shared_between_its_stops(planning: Path, more: int) -> None:
    """The lengths of the stops of a tour differ by a second at most and sum to the length of the tour."""
    plan = published(planning)
    lengths = {tour.permanences: tour.length + timedelta(seconds=more) for tour in plan.tours}
    tours = tuple(tour.model_copy(update={"length": lengths[tour.permanences]}) for tour in plan.tours)
    save(planning / "2026-11", plan.model_copy(update={"tours": tours}))
    past = history(planning)
    for stops, length in lengths.items():
        parts = [past[stop].length for stop in stops]
        assert sum(parts, timedelta(0)) == length
        assert parts[0] - parts[-1] in (timedelta(0), timedelta(seconds=1))


def test_what_was_recorded_is_what_took_place(planning: Path) -> None:
    """Cancelled was not held, replaced was held by others, and a site or a date that changed is the real one."""
    records = (
        "amont-202611-1,cancelled,,,\naval-202611-1,replaced,as-2|casp-2,,\namont-202611-2,held,,amont-1,2026-11-24\n"
    )
    published(planning, records=HEADER + records)
    past = history(planning)
    assert "amont-202611-1" not in past
    assert past["aval-202611-1"].members == ("as-2", "casp-2")
    assert past["aval-202611-1"].origin == Origin("planning/2026-11/records.csv", 3)
    assert (past["amont-202611-2"].site, past["amont-202611-2"].date) == ("amont-1", date(2026, 11, 24))
    assert past["amont-202611-2"].members == ("as-2", "casp-2")


@pytest.mark.parametrize(
    ("by", "crew"),
    [
        ("as-2", ("as-2", "casp-1")),
        ("casp-2", ("as-1", "casp-2")),
        ("CASP-2|Bruno", ("as-2", "casp-2")),
        ("Bruno|Bruno", ("as-2", "casp-1")),
        ("as-1|casp-1", ("as-1", "casp-1")),
    ],
)
def test_a_role_nobody_took_over_stays_as_planned(planning: Path, by: str, crew: tuple[str, str]) -> None:
    """Those named take the roles they have, whatever the order; the others keep who was planned."""
    published(planning, records=f"{HEADER}amont-202611-1,replaced,{by},,\n")
    assert history(planning)["amont-202611-1"].members == crew


def test_somebody_of_two_roles_takes_the_one_that_is_free(planning: Path) -> None:
    """A person of two roles keeps the planned one, takes the other when asked with somebody else, and never both."""
    staff = replaced(tiny_problem().territory.staff, "casp-1", roles=("casp", "as"))
    problem = problem_of("2026-11", staff=staff)
    for by, crew in (("casp-1", ("as-1", "casp-1")), ("casp-1|casp-2", ("casp-1", "casp-2"))):
        published(planning, problem=problem, records=f"{HEADER}amont-202611-1,replaced,{by},,\n")
        (month,) = read_months(planning, "2026-11", "2026-11", problem.territory)
        assert tuple(member for _, member in month.records["amont-202611-1"].crew) == crew


def test_only_the_past_is_history(planning: Path) -> None:
    """The month planned and those after it are not read, nor those of more than two years ago."""
    for month in ("2024-11", "2024-12", "2026-10", "2026-11", "2026-12", "2027-01"):
        published(planning, month)
    assert {f"{one.date:%Y-%m}" for one in history(planning).values()} == {"2024-12", "2026-10", "2026-11"}
    assert {f"{one.date:%Y-%m}" for one in history(planning, date(2026, 11, 1)).values()} == {
        "2024-11",
        "2024-12",
        "2026-10",
    }


def test_there_may_be_no_past(planning: Path) -> None:
    """A folder that is not there, that holds no month, or a month without a plan, is no past and no mistake."""
    assert history(planning / "nulle-part") == {}
    for name in ("2026-11", "2026-13", "essai", "2026-11-bis"):
        (planning / name).mkdir()
    (planning / "essai" / "plan.json").write_text("abîmé", encoding="utf-8")
    (planning / "2026-10").write_text("un fichier", encoding="utf-8")
    assert history(planning) == {}


def test_a_fixed_permanence_without_a_crew_was_not_held(planning: Path) -> None:
    """Nobody was to hold it: it is no past, unless somebody recorded that it was held."""
    problem = problem_of("2026-11")
    published(planning)
    save(planning / "2026-11", hand_plan(problem, VISITS))
    assert "fixe-11" not in history(planning)
    published(planning, records=f"{HEADER}fixe-11,replaced,as-1,,\n")
    save(planning / "2026-11", hand_plan(problem, VISITS))
    assert history(planning)["fixe-11"].members == ("as-1",)


def test_what_the_plan_cancelled_was_not_held(planning: Path) -> None:
    """A permanence kept in the plan as cancelled is no past, unless it was recorded as held after all."""
    plan = published(planning)
    first, *others = plan.permanences
    cancelled = plan.model_copy(update={"permanences": tuple(others), "cancelled": (first,)})
    save(planning / "2026-11", cancelled)
    assert first.id not in history(planning)
    published(planning, records=f"{HEADER}{first.id},held,,,\n")
    save(planning / "2026-11", cancelled)
    assert first.id in history(planning)


def test_a_hand_may_type_it(planning: Path) -> None:
    """Comments, semicolons, a byte-order mark, French words and dates, accents, case, names, notes are understood."""
    published(
        planning,
        records=(
            "\ufeff# Ce qui a eu lieu\n\nPermanence;Status;By;Date;Note;;\n"
            "amont-202611-1;Annulée;;;neige;;\n"
            "aval-202611-1;REMPLACE;bruno, Driss;9/11/2026;;;\n"
            "aval-202611-2;tenue;;;;;\n"
        ),
    )
    past = history(planning)
    assert "amont-202611-1" not in past
    assert (past["aval-202611-1"].members, past["aval-202611-1"].date) == (("as-2", "casp-2"), date(2026, 11, 9))
    assert past["aval-202611-2"].members == ("as-1", "casp-1")


def test_who_has_left_since_is_still_known(planning: Path) -> None:
    """A record may name somebody or a site of that month's territory, or of today's, gone or come since."""
    published(planning, records=f"{HEADER}amont-202611-1,replaced,Bruno|Driss,Gare d’Amont,\n")
    tiny = tiny_problem().territory
    today = territory(
        staff=tuple(member for member in tiny.staff if member.id in ("as-1", "casp-1")),
        sites=tuple(site for site in tiny.sites if site.id != "amont-2"),
    )
    first = read_history(planning, today, DECEMBER)[0]
    assert (first.members, first.site, first.commune) == (("as-2", "casp-2"), "amont-2", "amont")
    (planning / "2026-11" / "problem.json").unlink()
    assert read_history(planning, territory(), DECEMBER)[0].members == ("as-2", "casp-2")


ROWS = [
    ("amont-202611-9,held,,,", "data-unknown-permanence", {"value": "amont-202611-9", "nearest": "amont-202611-2"}),
    ("amont-202611-1,tenu peut-être,,,", "data-not-a-status", {"value": "tenu peut-être", "nearest": ""}),
    ("amont-202611-1,,,,", "data-missing-value", {"column": "status"}),
    (",held,,,", "data-missing-value", {"column": "permanence"}),
    ("amont-202611-1,replaced,,,", "data-replaced-by-nobody", {"value": "amont-202611-1"}),
    ("amont-202611-1,replaced,as-1|Brunno,,", "data-unknown-staff", {"value": "Brunno", "nearest": "Bruno"}),
    ("amont-202611-1,replaced,as-1|as-2,,", "data-impossible-crew", {"roles": "Travailleur social, Conseiller emploi"}),
    ("amont-202611-1,replaced,as-1|as-2|casp-1,,", "data-impossible-crew", {"value": "as-1|as-2|casp-1"}),
    ("amont-202611-1,cancelled,as-1,,", "data-cancelled-yet-held", {"value": "amont-202611-1"}),
    ("amont-202611-1,held,,place d’amon,", "data-unknown-sites", {"nearest": "Place d’Amont"}),
    ("amont-202611-1,held,,,2026-12-01", "data-record-other-month", {"month": "2026-11", "value": "2026-12-01"}),
    ("amont-202611-1,held,,aval-1,", "data-record-other-commune", {"value": "aval-1", "commune": "Amont"}),
    ("amont-202611-1,held,,,2026-11-20", "data-record-without-van", {"others": "amont-202611-2"}),
    ("amont-202611-1,held,,,5 novembre", "data-not-a-date", {"column": "date"}),
    ("amont-202611-1,held,,", "data-cells", {"found": 4, "expected": 5}),
]


@pytest.mark.parametrize(("row", "message", "arguments"), ROWS)
def test_a_wrong_record_says_where(planning: Path, row: str, message: str, arguments: dict[str, object]) -> None:
    """A row that cannot be understood is refused with its file and line, and the nearest name there is."""
    published(planning, records=f"{HEADER}aval-202611-1,held,,,\n{row}\n")
    (mistake,) = mistakes(planning)
    assert (mistake.message, mistake.origin) == (message, Origin("planning/2026-11/records.csv", 3))
    assert mistake.arguments.items() >= arguments.items()


def test_every_mistake_of_every_month_is_told_at_once(planning: Path) -> None:
    """Wrong rows, damaged plans, plans of another month or territory, stray files: one pass finds them all."""
    for month in ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10"):
        published(planning, month, records=HEADER + 2 * f"amont-{month.replace('-', '')}-1,held,,,\n")
    published(planning, "2026-11", records=HEADER + "".join(f"{row}\n" for row, _, _ in ROWS))
    (planning / "2026-06" / "plan.json").write_text('{"month": "2026', encoding="utf-8")
    (planning / "2026-07" / "problem.json").write_bytes(b"\xff")
    (planning / "2026-08" / "plan.json").unlink()
    (planning / "2026-09" / "plan.json").write_bytes((planning / "2026-10" / "plan.json").read_bytes())
    (planning / "2026-10" / "record.csv").write_text(HEADER, encoding="utf-8")
    other = published(planning, "2026-05").model_copy(update={"territory": "ailleurs", "territory_name": "Ailleurs"})
    save(planning / "2026-05", other)
    found = mistakes(planning)
    assert [(mistake.message, str(mistake.origin).removeprefix("planning/")) for mistake in found] == [
        ("history-damaged-file", "2026-06/plan.json"),
        ("data-not-utf-8", "2026-07/problem.json"),
        ("data-duplicate-permanence", "2026-07/records.csv:3"),
        ("history-records-without-plan", "2026-08/records.csv"),
        ("history-other-month", "2026-09/plan.json"),
        ("history-misspelt-file", "2026-10/record.csv"),
        ("data-duplicate-permanence", "2026-10/records.csv:3"),
        *((message, f"2026-11/records.csv:{line}") for line, (_, message, _) in enumerate(ROWS, 2)),
        ("history-other-territory", "2026-05/plan.json"),
    ]


@given(text=st.text(st.sampled_from('amont-2021,;"|\n\r#heldby sit\x00é'), max_size=80))
def test_no_text_stops_the_program(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever a hand has typed, records are read or refused as data."""
    folder = tmp_path_factory.mktemp("mois")
    (folder / "records.csv").write_text(HEADER + text, encoding="utf-8", newline="")
    with suppress(DataError):
        read_records(folder, NOVEMBER, (TINY,))


def test_what_took_place_is_promised(planning: Path) -> None:
    """A month under way is promised as recorded: with its real crew, site and date, without what was cancelled."""
    records = "amont-202611-1,cancelled,,,\naval-202611-1,replaced,as-2,,\namont-202611-2,held,,amont-1,2026-11-24\n"
    plan = published(planning, records=HEADER + records)
    promised = {one.id: one for one in took_place(planning / "2026-11", plan, problem_of("2026-11"))}
    assert promised.keys() == {"aval-202611-1", "fixe-11", "amont-202611-2", "aval-202611-2"}
    assert promised["aval-202611-1"].crew == (("as", "as-2"), ("casp", "casp-1"))
    moved = promised["amont-202611-2"]
    assert (moved.site, moved.date, moved.session, moved.van) == ("amont-1", date(2026, 11, 24), "matin", "van-1")
    assert (promised["fixe-11"].session, promised["fixe-11"].van) == (None, None)


def december(planning: Path, **settings: object) -> Problem:
    """Problem of December after what is in a folder."""
    today = territory(
        school_holidays=TABLE, settings={"min_gap": 5, "max_gap": 9, "fixed_build_trust": True} | settings
    )
    past = read_history(planning, today, DECEMBER)
    return assemble(today, "2026-12", tiny_problem().travel, history=past)


def test_a_fixed_permanence_of_the_past_is_no_visit(planning: Path) -> None:
    """It counts for hours and, when the territory says so, for trust, never for spacing, lapses or gaps."""
    published(planning, visits=[("aval-1", 5, "matin", ADA)])
    problem = december(planning)
    plan = hand_plan(problem, [("aval-1", 2, "matin", ADA)])
    assert [gap for one in figures(problem, plan).communes for gap in one.gaps] == [27]
    assert objective_values(problem, plan)["lapses"] == (27 - 9) + (29 - 9)
    near = problem.model_copy(update={"history": tuple(one for one in problem.history if one.session is None)})
    assert [breach for breach in broken_rules(near, plan) if breach.rule.constraint == "spacing"] == []
    assert ("as-2", "aval") in {(one.member, one.commune) for one in problem.trust}
    deaf = territory(school_holidays=TABLE, settings={"fixed_build_trust": False})
    past = read_history(planning, deaf, DECEMBER)
    told = assemble(deaf, "2026-12", tiny_problem().travel, history=past)
    assert ("as-2", "aval") not in {(one.member, one.commune) for one in told.trust}
    assert next(one.past for one in told.hours if one.member == "as-2") == timedelta(hours=2)


def test_a_recorded_month_weighs_on_the_next(planning: Path) -> None:
    """Who is known, hours past, waits, spacing and balance of December follow what was recorded of November."""
    visits = [*VISITS, ("amont-1", 27, "matin", ADA)]
    published(planning, visits=visits)
    as_planned = december(planning)
    rows = "amont-202611-3,cancelled,,,\naval-202611-2,replaced,as-2|casp-2,,\n"
    published(planning, visits=visits, records=HEADER + rows)
    as_held = december(planning)

    def trust(problem: Problem) -> dict[tuple[str, str], float]:
        return {(one.member, one.commune): one.value for one in problem.trust}

    def past(problem: Problem, member: str) -> timedelta:
        return next(hours.past for hours in problem.hours if hours.member == member)

    assert trust(as_held)["as-1", "aval"] < trust(as_planned)["as-1", "aval"]
    assert trust(as_held)["as-2", "aval"] > trust(as_planned)["as-2", "aval"]
    assert past(as_held, "as-1") < past(as_planned, "as-1")
    (november,) = read_months(planning, "2026-11", "2026-11")
    assert past(as_held, "as-2") - past(as_planned, "as-2") == november.lengths["aval-202611-2"]

    def plan(problem: Problem) -> Plan:
        return hand_plan(problem, [("amont-1", 1, "matin", ADA), ("aval-1", 4, "matin", BRUNO)])

    def broken(problem: Problem) -> set[str]:
        return {breach.rule.constraint for breach in broken_rules(problem, plan(problem))}

    assert "spacing" in broken(as_planned)
    assert "spacing" not in broken(as_held)
    planned, held = (objective_values(problem, plan(problem)) for problem in (as_planned, as_held))
    assert held["lapses"] - planned["lapses"] == 11 - 9
    assert held["balance"] != planned["balance"]
