"""A year: months planned one after the other, those published frozen, and a published month changed."""

from datetime import date
from pathlib import Path

import pytest

import picup_planner as pp
from months import published
from picup_planner.evaluation import broken_rules
from picup_planner.plan import promises_of
from picup_planner.problem import ObjectiveChoice, Problem, Territory
from picup_planner.scenarios import years
from picup_planner.scenarios.months import remembered
from picup_planner.scenarios.outcomes import Outcome, Task, Why, run
from picup_planner.scenarios.replanning import promising, still_possible
from problems import hand_plan, tiny_problem

FEW = tuple(ObjectiveChoice(name=name) for name in ("unstaffed_fixed", "below_minimum"))
ADA = {"as": "as-1", "casp": "casp-1"}


@pytest.fixture(scope="module")
def portes() -> Territory:
    """Give the territory the program comes with, its month easily planned."""
    territory = pp.read()
    return territory.model_copy(update={"settings": territory.settings.model_copy(update={"objectives": FEW})})


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    """Plan one stop a month by hand, and note the problems."""
    seen: list[Problem] = []

    def planned(task: Task) -> Outcome:
        seen.append(task.problem)
        day = task.problem.open_dates[len(seen)]
        return Outcome(name=task.name, plan=hand_plan(task.problem, [("fey-01", day, "matin", ADA)]))

    monkeypatch.setattr(years, "run", planned)
    return seen


def test_each_month_remembers_those_before(portes: Territory, by_hand: list[Problem]) -> None:
    """Faces met, dates of visits and hours carried in a month are known to those that follow."""
    made = pp.year(portes, 2027, months=(1, 4))
    assert [one.month for one in made] == ["2027-01", "2027-02", "2027-03", "2027-04"]
    assert [len(problem.history) for problem in by_hand] == [0, 1, 2, 3]
    assert [len(problem.past_dates("feyzin")) for problem in by_hand] == [0, 1, 2, 3]
    assert [next((t.value for t in problem.trust), 0) > 0 for problem in by_hand] == [False, True, True, True]
    hours = [next(one.past for one in problem.hours if one.member == "as-1") for problem in by_hand]
    assert hours[0] < hours[1] < hours[2] < hours[3]


def test_a_month_past_what_is_known_says_why(portes: Territory, by_hand: list[Problem]) -> None:
    """A month beyond the school holidays is refused with its reason, beside those that are planned."""
    *_, august, september = pp.year(portes, 2027, months=(7, 9))
    assert august.plan
    failure = september.outcome.failure
    assert failure
    assert (failure.why, september.plan) == (Why.REFUSED, None)
    assert failure.mistakes[0].message == "data-month-past-school-holidays"
    assert "2027" in pp.figures((august, september)).loc["2027-09", "failure"]
    assert len(by_hand) == 2


def test_a_published_month_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month that has its plan in the folder is not planned again; the next ones remember it, as it was recorded."""
    plan = published(tmp_path, "2026-11", records="permanence,status\namont-202611-1,cancelled\n")
    seen: list[int] = []

    def assembled(_territory: Territory, _month: str, history: tuple[object, ...]) -> Problem:
        seen.append(len(history))
        return tiny_problem()

    monkeypatch.setattr(years, "month_of", assembled)
    monkeypatch.setattr(years, "run", lambda task: Outcome(name=task.name, plan=hand_plan(task.problem)))
    november, december = pp.year(tiny_problem().territory, 2026, published=tmp_path, months=(11, 12))
    assert (november.published, november.plan) == (True, plan)
    assert (december.published, december.month) == (False, "2026-12")
    assert seen == [len(plan.permanences) - 1]
    assert not pp.loads(plan).empty


def test_a_real_month_is_planned(portes: Territory) -> None:
    """With the solver itself, a month of a year keeps every rule."""
    (january,) = pp.year(portes, 2027, months=(1, 1), time_limit=5)
    assert january.problem
    assert january.plan, january.outcome
    assert broken_rules(january.problem, january.plan) == []


def test_replanning_keeps_what_it_can(portes: Territory) -> None:
    """With somebody ill, what is past stays, ids are kept, nobody ill works, and what changes is told."""
    problem = pp.month(portes, "2026-12")
    outcome = run(Task("", problem, years.Search(time_limit=5)))
    assert outcome.plan
    plan = remembered(outcome.plan, problem)
    who = next(seat.member for one in plan.permanences if one.date > date(2026, 12, 7) for seat in one.crew)
    changed = pp.replan(
        plan, pp.Absent(who, date(2026, 12, 8), date(2026, 12, 31)), as_of=date(2026, 12, 7), time_limit=5
    )
    before = {one.id: one for one in plan.permanences if one.date <= date(2026, 12, 7)}
    after = {one.id: one for one in changed.permanences}
    assert all(after[name].crew == one.crew and after[name].place == one.place for name, one in before.items())
    assert not [
        one for one in changed.permanences if one.date > date(2026, 12, 7) and who in {s.member for s in one.crew}
    ]
    assert {"moved", "cancelled", "new", "replaced"} >= set(pp.changes(plan, changed)["change"]) != set()
    assert pp.changes(plan, plan).empty


def test_a_search_starts_from_what_can_be_mended_at_hand(portes: Territory) -> None:
    """Somebody stands in where that is enough; where nobody can, the permanence is left out; the rest stays."""
    before = pp.month(portes, "2026-12")
    visits = [("fey-01", 9, "matin", ADA), ("cor-02", 15, "matin", {"as": "as-2", "casp": "casp-1"})]
    plan = hand_plan(before, visits, {"cotton-mardi-20261208": ADA})
    assert broken_rules(before, plan) == []
    assert still_possible(before, plan) == plan
    days, as_of = (date(2026, 12, 8), date(2026, 12, 10)), date(2026, 12, 7)
    ill = pp.Scenario() + pp.Absent("as-1", *days)
    for scenario, left in (
        (ill, ["fey-01", "cor-02"]),
        (sum((pp.Absent(f"as-{n}", *days) for n in range(2, 6)), ill), ["cor-02"]),
    ):
        after = promising(before, scenario(portes), promises_of(plan), as_of)
        start = still_possible(after, plan)
        assert broken_rules(after, start) == []
        assert [one.place.id for one in start.permanences if one.van] == left
        assert [one for one in start.permanences if one.date.day == 15] == [
            one for one in plan.permanences if one.date.day == 15
        ]
