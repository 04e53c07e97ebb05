"""All facts of a month, brought together."""

from datetime import date, time, timedelta

import pytest

from picup_planner.assemble import assemble
from picup_planner.errors import DataError, Origin
from picup_planner.problem import (
    Absence,
    Area,
    Availability,
    Habit,
    Hours,
    Level,
    PastPermanence,
    Problem,
    SchoolHoliday,
    StaffMember,
    Territory,
    WeeklyPermanence,
)
from picup_planner.territory import embedded, read
from problems import replaced, tiny_problem, travel_times

MONTH = "2026-12"
TABLE = (SchoolHoliday(zone="A", name="Tout", first=date(2026, 9, 1), last=date(2027, 8, 31)),)


def territory(**changes: object) -> Territory:
    """Tiny territory with other values for some fields."""
    tiny = tiny_problem().territory
    return Territory(
        **{name: getattr(tiny, name) for name in Territory.model_fields} | {"school_holidays": TABLE} | changes
    )


def assembled(*history: PastPermanence, month: str = MONTH, **changes: object) -> Problem:
    """Problem of a month of the tiny territory with other values for some of its fields."""
    return assemble(territory(**changes), month, tiny_problem().travel, history=history)


def staff_with(**changes: object) -> tuple[StaffMember, ...]:
    """Tiny staff with other values for some fields of as-1."""
    return replaced(tiny_problem().territory.staff, "as-1", **changes)


def answers(problem: Problem, day: int) -> dict[str, Level]:
    """Answers of as-1 on a day of December, by session."""
    return {
        answer.slot.session: answer.level
        for answer in problem.availability
        if answer.member == "as-1" and answer.slot.date == date(2026, 12, day)
    }


def hours_of(problem: Problem, member: str = "as-1") -> Hours:
    """Hours of one person."""
    return next(hours for hours in problem.hours if hours.member == member)


def past(day: date, *members: str, commune: str = "amont", length: timedelta = timedelta(hours=5)) -> PastPermanence:
    """Permanence that took place."""
    name = f"{commune}-{day:%Y%m%d}"
    return PastPermanence(id=name, site=f"{commune}-1", commune=commune, date=day, members=members, length=length)


def test_made_from_the_notice() -> None:
    """By default a plan is made from the last day before the month, minus the notice; another day may be given."""
    assert assembled().as_of == date(2026, 11, 15)
    given = assemble(territory(), MONTH, tiny_problem().travel, as_of=date(2026, 12, 4))
    assert given.as_of == date(2026, 12, 4)


def test_month_knows_its_closed_dates() -> None:
    """The problem of December 2026 has 22 open dates."""
    assert len(assembled().open_dates) == 22


def test_nothing_is_listed_for_a_plain_yes() -> None:
    """Half-days not listed are a yes, a habit of yes included."""
    staff = staff_with(habits=(Habit(weekday=3, level=Level.YES),))
    assert assembled(staff=staff).availability == ()


def test_habits_become_answers() -> None:
    """A weekly habit answers for its half-day every week of the month, from the line where it was typed."""
    origin = Origin("habits.csv", 4)
    staff = staff_with(habits=(Habit(weekday=3, session="matin", level=Level.IF_NEEDED, origin=origin),))
    problem = assembled(staff=staff)
    assert [answer.slot.date.day for answer in problem.availability] == [2, 9, 16, 23, 30]
    assert {answer.slot.session for answer in problem.availability} == {"matin"}
    assert {answer.level for answer in problem.availability} == {Level.IF_NEEDED}
    assert {answer.origin for answer in problem.availability} == {origin}


@pytest.mark.parametrize("order", [1, -1])
def test_no_wins_among_habits(order: int) -> None:
    """Of two habits for one half-day the no wins, whichever was typed first."""
    no = Habit(weekday=3, session="matin", level=Level.NO, origin=Origin("habits.csv", 9))
    habits = (Habit(weekday=3, level=Level.YES), Habit(weekday=3, level=Level.IF_NEEDED), no)[::order]
    problem = assembled(staff=staff_with(habits=habits))
    assert answers(problem, 9) == {"matin": Level.NO, "apres-midi": Level.IF_NEEDED}
    (answer,) = (a for a in problem.availability if a.level is Level.NO and a.slot.date.day == 9)
    assert answer.origin == no.origin


def test_absence_wins_over_habit() -> None:
    """An absence is a no from its own line, whatever the habit, on closed dates too, both ends included."""
    origin = Origin("absences.csv", 2)
    absence = Absence(member="as-1", first=date(2026, 12, 25), last=date(2026, 12, 26), origin=origin)
    staff = staff_with(habits=(Habit(weekday=5, level=Level.IF_NEEDED),))
    problem = assembled(staff=staff, absences=(absence,))
    assert answers(problem, 24) == {}
    for day in (25, 26):
        assert answers(problem, day) == {"matin": Level.NO, "apres-midi": Level.NO}
    absent = [answer for answer in problem.availability if answer.level is Level.NO]
    assert {answer.origin for answer in absent} == {origin}
    assert all(isinstance(answer, Availability) for answer in absent)


def test_absence_of_one_session() -> None:
    """An absence in one session leaves the other one free."""
    absence = Absence(member="as-1", first=date(2026, 12, 8), last=date(2026, 12, 8), session="matin")
    assert answers(assembled(absences=(absence,)), 8) == {"matin": Level.NO}


def test_fixed_permanences_on_open_dates() -> None:
    """A weekly permanence is held every open date of its weekday, not on Christmas, and keeps its line."""
    weekly = WeeklyPermanence(
        id="centre",
        name="Vendredi",
        site="centre-1",
        weekday=5,
        start=time(9),
        end=time(11),
        roles=("as",),
        crew=("as-1",),
        origin=Origin("fixed.csv", 3),
    )
    fixed = assembled(weekly=(weekly,)).fixed
    assert [duty.id for duty in fixed] == ["centre-20261204", "centre-20261211", "centre-20261218"]
    assert [duty.date.day for duty in fixed] == [4, 11, 18]
    told = {(duty.name, duty.site, duty.start, duty.end, duty.roles, duty.crew, duty.origin) for duty in fixed}
    assert told == {("Vendredi", "centre-1", time(9), time(11), ("as",), ("as-1",), weekly.origin)}


def test_hours_of_the_contract() -> None:
    """Without absences, habits change nothing: contracts already count them."""
    staff = staff_with(habits=(Habit(weekday=3, level=Level.NO), Habit(weekday=4, level=Level.IF_NEEDED)))
    assert hours_of(assembled(staff=staff)).available == timedelta(hours=40)


def test_absences_take_hours() -> None:
    """Absent 3 of the 44 half-days of open dates, a person of 40 h has 40 x 41 / 44 hours, in seconds rounded down."""
    absences = (
        Absence(member="as-1", first=date(2026, 12, 5), last=date(2026, 12, 7)),
        Absence(member="as-1", first=date(2026, 12, 8), last=date(2026, 12, 8), session="matin"),
    )
    problem = assembled(absences=absences)
    assert hours_of(problem).available == timedelta(seconds=144_000 * 41 // 44)
    assert hours_of(problem, "as-2").available == timedelta(hours=40)


def test_absence_on_a_day_off_takes_nothing() -> None:
    """An absence on the weekday a person never works takes no hour."""
    staff = staff_with(habits=(Habit(weekday=3, level=Level.NO),))
    absence = Absence(member="as-1", first=date(2026, 12, 9), last=date(2026, 12, 9))
    assert hours_of(assembled(staff=staff, absences=(absence,))).available == timedelta(hours=40)


def test_somebody_who_is_never_there() -> None:
    """Nobody has hours in a month without a half-day of theirs: no division by zero."""
    never = staff_with(habits=tuple(Habit(weekday=day, level=Level.NO) for day in range(1, 8)))
    assert hours_of(assembled(staff=never)).available == timedelta(0)


def test_reach_is_a_great_circle() -> None:
    """A site reaches an area within the walking distance: 0.005 degrees of latitude are 556 m, 0.0055 are 612 m."""
    sites = tiny_problem().territory.sites
    place = sites[0]
    assert place.latitude is not None
    assert place.longitude is not None
    areas = tuple(
        Area(id=f"a-{n}", name="A", commune="amont", latitude=place.latitude + shift, longitude=place.longitude)
        for n, shift in enumerate((0.005, 0.0055))
    )
    assert [reach.sites for reach in assembled(areas=areas).reach] == [("amont-1",), ()]
    off = replaced(sites, "amont-1", on=False, missing="accès")
    assert [reach.sites for reach in assembled(areas=areas, sites=off).reach] == [(), ()]


def test_trust_halves() -> None:
    """A meeting six months ago counts half of one today, and meetings add up per person and commune."""
    six_months = timedelta(days=182.625)
    met = (past(date(2026, 12, 1) - six_months, "as-1"), past(date(2026, 11, 30), "as-1", "casp-1"))
    trust = {(known.member, known.commune): known.value for known in assembled(*met).trust}
    assert trust.keys() == {("as-1", "amont"), ("casp-1", "amont")}
    yesterday = 0.5 ** (1 / (6 * 30.4375))
    assert trust["casp-1", "amont"] == pytest.approx(yesterday, abs=1e-6)
    assert trust["as-1", "amont"] == pytest.approx(yesterday + 0.5, abs=2e-3)


def test_strangers_have_no_trust() -> None:
    """People and communes that left the territory are forgotten."""
    gone = (past(date(2026, 11, 2), "as-9"), past(date(2026, 11, 3), "as-1", commune="ailleurs"))
    problem = assembled(*gone)
    assert problem.trust == ()
    assert problem.history == gone


def test_balance_counts_three_months() -> None:
    """Hours of September to November count for balance; those available are the contract's, per month that was held."""
    met = [past(day, "as-1") for day in (date(2026, 8, 31), date(2026, 9, 1), date(2026, 11, 3), date(2026, 11, 30))]
    problem = assembled(*met)
    mine, other = hours_of(problem), hours_of(problem, "as-2")
    assert (mine.past, mine.past_available) == (timedelta(hours=15), timedelta(hours=80))
    assert (other.past, other.past_available) == (timedelta(0), timedelta(hours=80))
    assert hours_of(assembled()).past_available == timedelta(0)


def test_three_months_cross_the_year() -> None:
    """January looks back to October."""
    met = [past(date(2026, 9, 30), "as-1"), past(date(2026, 10, 1), "as-1")]
    assert hours_of(assembled(*met, month="2027-01")).past == timedelta(hours=5)


def test_history_is_past() -> None:
    """A permanence of the month itself is no history: it is refused by name."""
    with pytest.raises(DataError) as refused:
        assembled(past(date(2026, 12, 1), "as-1"), past(date(2026, 11, 30), "as-1"))
    assert [(m.message, m.arguments["value"]) for m in refused.value.mistakes] == [
        ("data-history-not-past", "amont-20261201")
    ]


def test_same_facts_same_problem() -> None:
    """Assembling twice gives the same hash, and JSON gives the problem back."""
    absence = Absence(member="as-1", first=date(2026, 12, 8), last=date(2026, 12, 8), session="matin")
    one, two = (assembled(past(date(2026, 11, 30), "as-1"), absences=(absence,)) for _ in range(2))
    assert one.hash == two.hash
    assert Problem.model_validate_json(one.model_dump_json()) == one


def test_a_copy_of_a_problem_works_everything_out_again() -> None:
    """A copy with other values has the hash and the coming dates of these, not those of the problem it was made of."""
    problem = assembled()
    assert problem.hash
    assert problem.coming == problem.dates
    later = problem.model_copy(update={"as_of": problem.dates[1]})
    assert later.hash == Problem.model_validate_json(later.model_dump_json()).hash != problem.hash
    assert later.coming == problem.dates[2:]


def test_embedded_december() -> None:
    """December 2026 of the embedded territory: 22 open dates, no fixed permanence on Christmas, reachable residents."""
    embedded_territory = read(embedded())
    places = (*embedded_territory.depots, *(site for site in embedded_territory.sites if site.latitude))
    problem = assemble(embedded_territory, MONTH, travel_times([place.id for place in places]))
    closed = {shut.date.day for shut in problem.closed}
    assert len(problem.open_dates) == 22
    assert 25 in closed
    assert 21 not in closed
    assert {duty.date.day for duty in problem.fixed}.isdisjoint(closed)
    assert any(reach.sites for reach in problem.reach)
    contracts = {member.id: member.hours for member in embedded_territory.staff}
    assert all(timedelta(0) <= hours.available <= contracts[hours.member] for hours in problem.hours)
