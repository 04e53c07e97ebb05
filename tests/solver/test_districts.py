"""Where there are several vans, each gets its communes and its people to begin with."""

import time
from datetime import date, timedelta
from typing import Any

import pytest
from test_parts import twice

from picup_planner.errors import Mistake, NoPlanFound
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.problem import (
    Availability,
    DateRange,
    Level,
    Pairing,
    Partner,
    Pin,
    PinKind,
    Problem,
    Slot,
    Together,
)
from picup_planner.solver import districts as room
from picup_planner.solver import search, solve
from picup_planner.solver.districts import districts
from picup_planner.solver.engine import Engine
from problems import hours_of, problem_with

WEDNESDAY = date(2026, 12, 9)


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deal out four communes already."""
    monkeypatch.setattr(room, "WHOLE", 3)


def shared(**changes: object) -> Problem:
    """Give two territories that share their people, and whose social centres are held by whoever can."""
    problem = twice(at_home=False)
    fixed = tuple(duty.model_copy(update={"crew": ()}) for duty in problem.fixed)
    return problem_with(problem, **{"fixed": fixed} | changes)


def dealt(problem: Problem, **kept: int) -> list[Problem]:
    """Give the districts of a problem."""
    return districts(problem, kept, Engine(time.monotonic() + 90), 30)


def absent(*members: str, level: Level = Level.NO) -> tuple[Availability, ...]:
    """Give the answers of people who are away on Wednesday, or would come if needed."""
    slots = [Slot(date=WEDNESDAY, session=session) for session in ("matin", "apres-midi")]
    return tuple(Availability(member=name, slot=slot, level=level) for name in members for slot in slots)


def names(nouns: Any) -> set[str]:  # noqa: ANN401  any nouns
    """Give the ids of nouns."""
    return {noun.id for noun in nouns}


def home_of(name: str, parts: list[Problem]) -> Problem:
    """Give the only district somebody is in."""
    (part,) = (part for part in parts if name in names(part.territory.staff))
    return part


def test_each_van_gets_near_communes_and_half_the_people_of_each_role() -> None:
    """Two territories ten hours apart are two districts; everybody and everything is in one of them."""
    problem = shared()
    parts = dealt(problem)
    assert sorted(sorted(names(part.territory.communes)) for part in parts) == [
        ["2-amont", "2-aval"],
        ["amont", "aval"],
    ]
    for part in parts:
        assert len(part.territory.vans) == 1
        assert sorted(role for p in part.territory.staff for role in p.roles) == ["as", "as", "casp", "casp"]
        assert any(p.driver for p in part.territory.staff)
    assert sum(len(part.fixed) for part in parts) == len(problem.fixed)


def test_who_is_lent_is_away_for_that_half_day_alone() -> None:
    """Where one district has both social workers who are there on Wednesday, it lends one to the other's centre."""
    both = (Pin(id="both", kind=PinKind.TOGETHER, commune="amont", members=("as-2", "2-as-2")),)
    problem = problem_with(shared(), availability=absent("as-1", "2-as-1"), pins=both)
    parts = dealt(problem)
    home = next(part for part in parts if {"as-2", "2-as-2"} <= names(part.territory.staff))
    (other,) = (part for part in parts if part is not home)
    (lent,) = names(other.territory.staff) & {"as-2", "2-as-2"}
    slots = [Slot(date=day, session=session.id) for day in other.dates for session in other.territory.sessions]
    there = Slot(date=WEDNESDAY, session="matin")
    assert [slot for slot in slots if _level(other, lent, slot) is not Level.NO] == [there]
    assert _level(home, lent, there) is Level.NO
    assert sum(_level(home, lent, slot) is Level.YES for slot in slots if slot.date.day in range(7, 12)) == 3
    assert home.territory.settings.weekly_maximum == 3 + 1
    assert _hours(other, lent) == timedelta(hours=2)
    assert _hours(home, lent) + _hours(other, lent) == _hours(problem, lent)


def test_nobody_is_lent_who_is_needed_at_home() -> None:
    """With one social worker left on Wednesday morning for two centres, nobody is lent."""
    parts = dealt(problem_with(shared(), availability=absent("as-1", "2-as-1", "2-as-2")))
    assert sum(len(part.territory.staff) for part in parts) == len(shared().territory.staff)


def test_who_would_come_if_needed_is_lent_where_nobody_else_can_be() -> None:
    """Where one district has both social workers who would come if needed, it lends one to the other's centre."""
    both = (Pin(id="both", kind=PinKind.TOGETHER, commune="amont", members=("as-2", "2-as-2")),)
    answers = absent("as-1", "2-as-1") + absent("as-2", "2-as-2", level=Level.IF_NEEDED)
    problem = problem_with(shared(), availability=answers, pins=both)
    parts = dealt(problem)
    there = Slot(date=WEDNESDAY, session="matin")
    (lent,) = names(parts[0].territory.staff) & names(parts[1].territory.staff)
    assert sorted(_level(part, lent, there) for part in parts) == sorted([Level.IF_NEEDED, Level.NO])
    plan = solve(problem, time_limit=30, through="preferences")
    apart = room.planned_apart(problem, {}, Engine(time.monotonic() + 90), 30, "preferences")
    assert apart is not None
    for name in ("unstaffed_fixed", "preferences"):
        assert objective_values(problem, apart)[name] == objective_values(problem, plan)[name]


def _level(problem: Problem, member: str, slot: Slot) -> Level:
    answers = [a.level for a in problem.availability if (a.member, a.slot) == (member, slot)]
    return answers[0] if answers else Level.YES


def _hours(problem: Problem, member: str) -> timedelta:
    return next(entry.available for entry in problem.hours if entry.member == member)


def test_a_crew_that_is_given_comes_from_wherever_it_lives() -> None:
    """Whoever is asked for in a social centre is there, in the district of the centre."""
    problem = twice(at_home=False)
    pinned = tuple(
        Pin(id=f"h-{n}", kind=PinKind.HELD, commune="2-aval", date=date(2026, 12, day), members=(name,))
        for n, (name, day) in enumerate((("as-1", 7), ("casp-1", 10)))
    )
    parts = dealt(problem_with(problem, pins=pinned))
    for part in parts:
        for fixed in part.fixed:
            assert set(fixed.crew) <= names(part.territory.staff)


@pytest.mark.parametrize(
    "changes",
    [
        {"pairings": (Pairing(kind=Together.MUST, members=("as-1", "2-casp-1")),)},
        {"pins": (Pin(id="x", kind=PinKind.TOGETHER, commune="aval", members=("as-1", "2-casp-1")),)},
    ],
    ids=["pairing", "pin"],
)
def test_who_works_together_lives_together(changes: dict[str, object]) -> None:
    """Neither a pairing nor a pin is torn apart."""
    parts = dealt(shared(**changes))
    assert home_of("as-1", parts) is home_of("2-casp-1", parts)


def test_a_quota_keeps_its_partner_in_one_district() -> None:
    """Two partners counted as a whole, two roles: no district would have both, and none is made."""
    partners = (Partner(id="ville", name="Ville", maximum=9), Partner(id="asso", name="Association", maximum=9))
    assert dealt(shared(partners=partners)) == []


def test_a_district_without_anybody_of_a_role_is_none() -> None:
    """One social worker for two vans: the whole has a plan, planned whole."""
    problem = shared(fixed=())
    staff = tuple(p for p in problem.territory.staff if p.id not in {"as-2", "2-as-1", "2-as-2"})
    alone = problem_with(problem, staff=staff, hours=hours_of(staff))
    assert room.planned_apart(alone, {}, Engine(time.monotonic() + 30), 30, "unreached") is None


@pytest.mark.parametrize("spare", [0, 7])
def test_districts_drive_no_more_than_what_is_kept(spare: int) -> None:
    """What is left between the least they can drive and the limit is their tolerance."""
    vans = [
        van.model_copy(update={"off": (DateRange(first=date(2026, 12, 8), last=date(2026, 12, 11)),)})
        for van in shared().territory.vans
    ]
    problem = problem_with(shared(), vans=tuple(vans))
    values = objective_values(problem, solve(problem, through="travel"))
    least = values["travel"]
    assert least > spare
    kept = {name: values[name] for name in ("below_minimum", "below_target", "unreached")}
    parts = dealt(problem, travel=least + spare, **kept)
    tolerances = [{one.name: one.tolerance for one in part.territory.settings.objectives}["travel"] for part in parts]
    assert tolerances == [spare / least, spare / least]


def test_one_van_or_few_communes_are_searched_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is dealt out where there is nothing to gain."""
    problem = shared()
    assert dealt(problem_with(problem, vans=problem.territory.vans[:1])) == []
    monkeypatch.setattr(room, "WHOLE", 4)
    assert dealt(problem) == []


def test_the_plan_of_districts_is_one_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps every rule and what is settled, and what comes after is never worse than it."""
    problem, tried = shared(), list[Any]()
    try_out = search.Search.try_out

    def tell(self: search.Search, decisions: Any) -> None:  # noqa: ANN401  decisions
        before = len(self.pool)
        try_out(self, decisions)
        tried.append((dict(self.kept), [solution.values for solution in self.pool[before:]]))

    monkeypatch.setattr(search.Search, "try_out", tell)
    plan = solve(problem, time_limit=30)
    ((kept, (values,)),) = tried
    assert all(values[name] <= limit for name, limit in kept.items())
    assert broken_rules(problem, plan) == []
    after = [result for result in plan.objectives if result.name not in kept]
    assert [result.value for result in after] <= [values[result.name] for result in after]


def test_what_is_not_kept_apart_is_mended_nearby(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan of districts in which nobody holds a social centre is a start: within its tours, everybody can."""
    problem, pools = shared(), list[Any]()
    plan = solve(problem, time_limit=30)
    values = objective_values(problem, plan)
    bare = [one if one.van else one.model_copy(update={"crew": ()}) for one in plan.permanences]
    results = [
        one.model_copy(update={"value": one.value + 2}) if one.name == "unstaffed_fixed" else one
        for one in plan.objectives
    ]
    apart = plan.model_copy(update={"permanences": tuple(bare), "objectives": tuple(results)})
    by_districts = search.Search._by_districts  # noqa: SLF001  watched

    def watch(self: search.Search, *names: str, **through: str) -> None:
        before = len(self.pool)
        by_districts(self, *names, **through)
        pools.append((dict(self.kept), [solution.values for solution in self.pool[before:]]))

    monkeypatch.setattr(search, "planned_apart", lambda *_: apart)
    monkeypatch.setattr(search.Search, "_by_districts", watch)
    solve(problem, time_limit=30)
    ((kept, (*_, mended)),) = pools
    assert all(mended[name] <= limit for name, limit in kept.items())
    assert mended["continuity"] <= values["continuity"]


@pytest.mark.parametrize(
    "trouble",
    [NoPlanFound(Mistake("no-plan-in-time")), KeyboardInterrupt(), EOFError(), None],
    ids=["no plan", "interrupted", "ended", "a useless plan"],
)
def test_districts_without_a_plan_are_forgotten(monkeypatch: pytest.MonkeyPatch, trouble: BaseException | None) -> None:
    """What comes of them, or does not, is no harm to the search of the whole."""
    problem = shared()

    def fail(parts: list[Problem], **_: object) -> list[Any]:
        assert len(parts) == 2
        if trouble:
            raise trouble
        return [solve(problem, through="unstaffed_fixed").model_copy(update={"permanences": (), "tours": ()})]

    monkeypatch.setattr(room, "side_by_side", fail)
    plan = solve(problem, time_limit=20)
    assert broken_rules(problem, plan) == []
    assert {result.name: result.value for result in plan.objectives} == objective_values(problem, plan)
