"""Parts of a problem that share nothing are solved apart, and nobody can tell."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import Kept, Plan
from picup_planner.problem import (
    Answer,
    FixedPermanence,
    Level,
    ObjectiveChoice,
    Partner,
    Pin,
    PinKind,
    Problem,
    StaffMember,
    WeeklyPermanence,
)
from picup_planner.solver import parts, search, solve
from picup_planner.solver.objectives import OBJECTIVES, OF_REPLANNING
from picup_planner.solver.parts import parts_of, side_by_side
from picup_planner.solver.verification import verify
from problems import hours_of, problem_with, tiny_problem, travel_times

FAR = 600.0
"""Minutes between two territories: no session is possible there and back."""

EXACT = tuple(ObjectiveChoice(name=objective.name) for objective in OBJECTIVES if objective.name not in OF_REPLANNING)
"""The default order without tolerances, which parts share out otherwise."""


TWO_PARTNERS = tiny_problem().territory.partners


def twice(*, at_home: bool = True, **changes: object) -> Problem:
    """Give the tiny problem and its double far away; people stay at home when pins say so."""
    one = tiny_problem()
    land = one.territory
    double = "2-"

    def other(noun: object, **names: str | None) -> object:
        fields = {name: double + value for name, value in names.items() if value}
        return noun.model_copy(update=fields)  # type: ignore[attr-defined]  any noun

    sites = [other(site, id=site.id, commune=site.commune) for site in land.sites]
    staff = [other(member, id=member.id) for member in land.staff]
    communes = [other(c, id=c.id) for c in land.communes]
    depots, vans = [other(d, id=d.id) for d in land.depots], [other(v, id=v.id, depot=v.depot) for v in land.vans]
    areas = [other(area, id=area.id, commune=area.commune) for area in land.areas]
    everybody: tuple[StaffMember, ...] = (*land.staff, *staff)  # type: ignore[assignment]  copies of people
    pins = [
        Pin(id=f"{c}-{p.id}", kind=PinKind.FORBIDDEN, commune=c, members=(p.id,))
        for p in everybody
        for c in ("amont", "aval", "2-amont", "2-aval")
        if p.id.startswith(double) != c.startswith(double)
    ]
    homes = [[d.id for d in land.depots] + [s.id for s in land.sites]]
    homes.append([double + name for name in homes[0]])
    near = _minutes(homes)
    fixed = [_given(duty, "") for duty in one.fixed] + [_given(duty, double) for duty in one.fixed]
    facts: dict[str, object] = {
        "communes": (*land.communes, *communes),
        "sites": (*land.sites, *sites),
        "areas": (*land.areas, *areas),
        "depots": (*land.depots, *depots),
        "vans": (*land.vans, *vans),
        "staff": everybody,
        "hours": hours_of(everybody),
        "pins": tuple(pins) if at_home else (),
        "fixed": tuple(fixed),
        "reach": (*one.reach, *(_reach(reach, double) for reach in one.reach)),
        "travel": travel_times([*homes[0], *homes[1]], near),
        "settings": {"objectives": EXACT},
    }
    return problem_with(one, **facts | changes)


def _given(duty: FixedPermanence, prefix: str) -> FixedPermanence:
    changed = {"id": prefix + duty.id, "site": prefix + duty.site, "crew": (prefix + "as-1", prefix + "casp-1")}
    return duty.model_copy(update=changed)


def _reach(reach: object, prefix: str) -> object:
    sites = tuple(prefix + site for site in reach.sites)  # type: ignore[attr-defined]  a reach
    return reach.model_copy(update={"area": prefix + reach.area, "sites": sites})  # type: ignore[attr-defined]  same


def _minutes(homes: list[list[str]]) -> dict[str, dict[str, float]]:
    travel = tiny_problem().travel
    table: dict[str, dict[str, float]] = {}
    for mine in homes:
        for i, a in enumerate(mine):
            inside = {b: travel.seconds[i][j] / 60 for j, b in enumerate(mine)}
            table[a] = inside | {b: FAR for other in homes if other is not mine for b in other}
    return table


def test_two_territories_that_share_nothing_are_two_parts() -> None:
    """Each part has its communes, sites, vans and people, and no pin about others."""
    found = parts_of(twice())
    assert [[c.id for c in part.territory.communes] for part in found] == [["amont", "aval"], ["2-amont", "2-aval"]]
    assert [len(part.territory.staff) for part in found] == [4, 4]
    assert [len(part.territory.vans) for part in found] == [1, 1]
    assert [len(part.fixed) for part in found] == [1, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"at_home": False},
        {"partners": (Partner(id="ville", name="Ville", maximum=9), Partner(id="asso", name="Association"))},
        {"settings": {"objectives": tuple(ObjectiveChoice(name=name, weight=1) for name in ("travel", "balance"))}},
        {"partners": (*TWO_PARTNERS, Partner(id="tiers", name="Tiers", minimum=1))},
    ],
    ids=["people", "quota", "balance weighed", "minimum of nobody"],
)
def test_what_is_shared_makes_one_part(changes: dict[str, object]) -> None:
    """People who may go anywhere, a quota, what does not add up: the problem is whole."""
    problem = twice(**changes)
    assert parts_of(problem) == [problem]


@pytest.mark.parametrize("asked_for", [{"date": date(2026, 12, 8)}, {"commune": "amont", "site": "2-amont-1"}])
def test_a_pin_that_both_parts_are_asked_for_is_left_out_of_none(asked_for: dict[str, Any]) -> None:
    """A permanence held in any commune, or in one at a site of another, which is in vain: no part is to forget it."""
    problem = twice()
    pin = Pin(id="x", kind=PinKind.HELD, **asked_for)
    asked = problem_with(problem, pins=(*problem.territory.pins, pin))
    assert parts_of(asked) == [asked]


def test_a_van_is_in_reach_of_where_only_a_tour_of_two_sessions_takes_it() -> None:
    """Where the roads are slow between two sessions, no day of one alone is short enough, and a day of both is."""
    hours = zip(tiny_problem().territory.sessions, (9, 11), strict=True)
    sessions = [s.model_copy(update={"start": time(hour), "end": time(hour + 1)}) for s, hour in hours]
    numbers = {"objectives": EXACT, "max_daily_length": timedelta(minutes=440), "break_after": timedelta(hours=8)}
    places = twice().travel.locations
    table = {a: {b: _minutes_to_drive(a, b) for b in places} for a in places}
    factors = tuple(3.0 if hour == 10 else 1.0 for hour in range(24))
    travel = travel_times(places, table).model_copy(update={"hour_factors": factors})
    problem = twice(sessions=tuple(sessions), travel=travel, settings=numbers)
    assert [len(part.territory.vans) for part in parts_of(problem)] == [1, 1]
    below = solve(problem, workers=2, through="below_minimum").objectives[1]
    assert (below.name, below.value) == ("below_minimum", 0)


def _minutes_to_drive(a: str, b: str) -> float:
    if a.startswith("2-") != b.startswith("2-"):
        return FAR
    return 100 if "depot" in a + b else 5


def test_people_without_somebody_of_every_role_are_no_part() -> None:
    """A part is a territory, and none is without anybody of a role."""
    problem = twice()
    away = [
        Pin(id=f"{name}-{c}", kind=PinKind.FORBIDDEN, commune=c, members=(name,))
        for name in ("2-as-1", "2-as-2")
        for c in ("2-amont", "2-aval")
    ]
    alone = problem_with(problem, pins=(*problem.territory.pins, *away), fixed=problem.fixed[:1])
    assert parts_of(alone) == [alone]


def test_a_part_asks_no_minimum_of_a_partner_who_has_nobody_there() -> None:
    """The minimum is asked where the people are, and the whole keeps it."""
    land = twice().territory
    staff = tuple(p.model_copy(update={"partner": "tiers"}) if p.id in ("as-1", "as-2") else p for p in land.staff)
    problem = twice(staff=staff, partners=(*TWO_PARTNERS, Partner(id="tiers", name="Tiers", minimum=1)))
    found = parts_of(problem)
    assert [[partner.minimum for partner in part.territory.partners] for part in found] == [[0, 0, 1], [0, 0, 0]]
    assert broken_rules(problem, solve(problem, workers=2, through="unstaffed_fixed")) == []


def test_a_part_has_the_answers_and_the_weekly_permanences_of_its_people() -> None:
    """What is typed of others is left to the part they are in; a crew of another part holds nothing in this one."""
    answers = tuple(
        Answer(member=name, date=date(2026, 12, 8), session="matin", level=Level.NO) for name in ("as-1", "2-as-1")
    )
    weekly = tuple(
        WeeklyPermanence(
            id=f"hebdo-{n}",
            name="Hebdo",
            site="centre-1",
            weekday=6,
            start=time(9, 30),
            end=time(11, 30),
            roles=("as", "casp"),
            crew=crew,
        )
        for n, crew in enumerate((("as-1", "casp-1"), ("2-as-1", "2-casp-1"), ()))
    )
    here, there = (part.territory for part in parts_of(twice(answers=answers, weekly=weekly)))
    assert [[answer.member for answer in part.answers] for part in (here, there)] == [["as-1"], ["2-as-1"]]
    assert [[one.id for one in part.weekly] for part in (here, there)] == [["hebdo-0", "hebdo-2"], []]


def test_one_territory_is_one_part() -> None:
    """An ordinary problem is not taken apart."""
    assert parts_of(tiny_problem()) == [tiny_problem()]


def test_solving_apart_gives_what_solving_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values and proofs are the same, and the plan keeps every rule; balance alone is left to its bound."""
    problem = twice()
    apart = solve(problem, workers=2)
    assert broken_rules(problem, apart) == []
    counted = objective_values(problem, apart)
    assert {result.name: result.value for result in apart.objectives} == counted
    monkeypatch.setattr(search, "parts_of", lambda problem: [problem])
    whole = solve(problem, workers=2, through="evenness")
    kept = [result for result in whole.objectives if result.name != "balance"]
    assert all(result.proven for result in kept)
    assert [(r.name, r.value, r.bound, r.proven) for r in apart.objectives if r.name != "balance"] == [
        (r.name, r.value, r.bound, r.proven) for r in kept
    ]
    balance = apart.objectives[-1]
    assert balance.bound <= balance.value


def test_what_is_proven_of_parts_is_given_no_more_than_each_of_them_was() -> None:
    """Two parts of 25 minutes may drive 30 each: of 60 minutes in all one could take more, of 55 none can."""
    order = (("below_minimum", 0), ("travel", 0.2), ("unreached", 0))
    choices = tuple(ObjectiveChoice(name=name, tolerance=tolerance) for name, tolerance in order)
    problem = twice(settings={"objectives": choices})
    *_, travel, unreached = (plan := solve(problem, workers=2)).objectives
    assert (travel.best, unreached.proven, unreached.given[-1]) == (50, True, Kept(name="travel", value=55))
    assert all(opinion.agrees for opinion in verify(problem, plan, 60))


def test_every_part_comes_to_its_first_objectives_before_any_to_its_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first turn ends with what is drawn at once, the second goes on from there; too little time left, and none."""
    turns: list[dict[str, object]] = []

    def watched(asked: list[Problem], **choices: object) -> list[Plan]:
        turns.append(choices)
        return side_by_side(asked, **choices)  # type: ignore[arg-type]  passed on

    monkeypatch.setattr(parts, "side_by_side", watched)
    apart = solve(twice(), workers=2)
    first, second = turns
    assert (first["through"], second["through"]) == ("travel", "balance")
    assert all(result.proven for result in apart.objectives if result.name != "balance")
    monkeypatch.setattr(parts, "WORTH_A_TURN", 1)
    early = solve(twice(), workers=2)
    assert len(turns) == 2 + 1
    assert [kept.name for kept in early.objectives[-1].given][-1] == "travel"
    assert early.objectives[:7] == apart.objectives[:7]


def test_a_search_goes_on_from_where_another_ended() -> None:
    """Nothing is asked again of what it settled, and the end is that of a search in one go."""
    told: set[str] = set()
    early = solve(tiny_problem(), workers=2, through="travel")
    late = solve(tiny_problem(), workers=2, begun=early, progress=lambda known: told.add(known.objective))
    assert [(r.name, r.best, r.bound) for r in late.objectives] == [
        (r.name, r.best, r.bound) for r in solve(tiny_problem(), workers=2).objectives
    ]
    assert told == {"continuity", "regularity", "evenness", "balance"}


def test_hours_are_those_of_the_tours() -> None:
    """Balance over all parts counts what people of every part hold, past months included."""
    staff = twice().territory.staff
    past = tuple(hours.model_copy(update={"past": timedelta(hours=3)}) for hours in hours_of(staff))
    problem = twice(hours=past)
    plan = solve(problem, workers=2, through="travel")
    assert objective_values(problem, plan)["balance"] == plan.objectives[-1].value
