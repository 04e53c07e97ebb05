"""Replanning: what took place stays, and what is promised changes as little as can be."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from random import Random

import pytest

import test_evaluation_replanning as told
import test_evaluation_rules as rules
from brute_force import BruteForce
from changes import FIRST, FIXED, GOOD, LAND, MONDAY, OTHERS, SECOND, SEVENTH, THURSDAY, TINY, answer, site
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import Plan, promises_of
from picup_planner.problem import (
    Availability,
    ClosedDate,
    ClosureReason,
    DateRange,
    Frequency,
    Level,
    ObjectiveChoice,
    Problem,
    SiteClosure,
    Slot,
)
from picup_planner.scenarios import month, read
from picup_planner.solver import solve
from picup_planner.solver.objectives import OBJECTIVES, chosen
from planted import Planted, Size, of_seed
from problems import hand_plan, problem_with, replaced
from solver_models import all_broken, speakable, values
from test_evaluation_replanning import EIGHTH, NO_ROLE_LEFT, replanned, took_place
from test_properties import edit

COMPARED = ["below_published", "changes_in_notice", "changes"]
DAY = timedelta(days=1)


def written(case: rules.Case) -> Plan:
    """Write out the plan of a case."""
    return hand_plan(took_place(case), case.visits, case.fixed)


TOLD = (case for case in rules.CASES if case.name not in NO_ROLE_LEFT)
TOOK_PLACE = [case for case in TOLD if case.name != "half a fixed crew" and speakable(took_place(case), written(case))]
"""Facts that break every kind of rule, and that `follow` can state."""

COUNTED = [case for case in TOOK_PLACE if case.name != "one van in two places"]
"""Facts but for one: a van in two places makes two tours in the model."""

SIZES = (
    Size(communes=2, sites=2, sessions=2, vans=1, people=3, dates=3, fixed=1, attempts=6, facts=8),
    Size(communes=2, sites=2, sessions=1, vans=1, people=4, dates=4, fixed=1, attempts=6, facts=8),
    Size(communes=2, sites=1, sessions=1, vans=2, people=4, dates=3, fixed=1, attempts=6, facts=8),
)
"""Problems of up to some thousands of plans."""


def published(seed: int, size: Size = Size()) -> Planted:  # noqa: B008  frozen
    """Draw a problem whose planted plan is published, on one of its dates or on the eve of the month."""
    found, chance = of_seed(seed, size), Random(seed)  # noqa: S311  nothing to hide
    as_of = chance.choice((found.problem.dates[0] - DAY, *found.problem.open_dates[:-1]))
    notice = {"notice": chance.choice((0, 3, 10))}
    promised = promises_of(found.plan)
    return found._replace(problem=problem_with(found.problem, promised=promised, as_of=as_of, settings=notice))


def edited(found: Planted, chance: Random, *, past_too: bool) -> Planted:
    """Edit the plan, or what is to come of it only."""
    other, as_of = edit(found, chance), found.problem.as_of
    if past_too:
        return other
    visits = [visit for visit in found.visits if visit[1] <= as_of] + [v for v in other.visits if v[1] > as_of]
    crews = {f.id: (found if f.date <= as_of else other).fixed.get(f.id) for f in found.problem.fixed}
    return other._replace(visits=tuple(visits), fixed={name: crew for name, crew in crews.items() if crew})


def absent(member: str, *days: int) -> dict[str, object]:
    """Say that somebody is away on whole days."""
    sessions = ("matin", "apres-midi")
    slots = [Slot(date=date(2026, 12, day), session=session) for day in days for session in sessions]
    return {"availability": tuple(Availability(member=member, slot=slot, level=Level.NO) for slot in slots)}


def ordered(*names: str) -> dict[str, object]:
    """Set the order of the objectives."""
    return {"objectives": tuple(ObjectiveChoice(name=name) for name in names)}


def changed_least(problem: Problem) -> tuple[Plan, list[int]]:
    """Replan: the new plan, which keeps every rule, and its three figures of change, all proven."""
    plan = solve(problem, workers=2)
    assert broken_rules(problem, plan) == []
    results = [result for result in plan.objectives if result.name in COMPARED]
    assert all(result.proven and not result.conditional for result in results)
    counted = objective_values(problem, plan)
    assert [counted[name] for name in COMPARED] == [result.value for result in results]
    return plan, [result.value for result in results]


def held(plan: Plan, *, until: date | None = None) -> set[tuple[object, ...]]:
    """Give the places, dates, sessions and people of a plan, up to a date."""
    return {
        (p.place.id, p.date, p.session, frozenset(one.member for one in p.crew))
        for p in plan.permanences
        if until is None or p.date <= until
    }


PUBLISHED = hand_plan(TINY, GOOD, FIXED)


# ---------------------------------------------------------------- statements


@pytest.mark.parametrize("case", told.CASES, ids=lambda case: case.name)
def test_model_counts_changes_by_hand(case: told.Case) -> None:
    """The model counts changes as a person does."""
    problem = replanned(**case.more)
    counted = values(problem, hand_plan(problem, case.visits, case.fixed))
    assert [counted[name] for name in COMPARED] == [case.below_published, case.in_notice, case.changes]


def test_promises_beyond_the_target_count_too() -> None:
    """A commune that was promised more than its target lacks what it loses of it."""
    served = replaced(LAND.communes, "amont", frequency=Frequency(minimum=0, maximum=3, target=1))
    for visits, lacking in ((GOOD, 0), (GOOD[1:], 1), (GOOD[1:2], 2 + 1)):
        problem = replanned(communes=served)
        plan = hand_plan(problem, visits, FIXED)
        assert values(problem, plan)["below_published"] == objective_values(problem, plan)["below_published"] == lacking


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("past_too", [False, True], ids=["what is to come", "the past too"])
def test_model_and_evaluation_agree_on_a_published_plan_edited(seed: int, past_too: bool) -> None:  # noqa: FBT001  a case
    """Whatever is edited, both count the same changes, and agree on whether every rule is kept and on one broken."""
    found = published(seed)
    other = edited(found, Random(seed), past_too=past_too)  # noqa: S311  nothing to hide
    assert broken_rules(found.problem, found.plan) == []
    for problem, plan in ((found.problem, found.plan), (other.problem, other.plan)):
        if speakable(problem, plan):
            broken = all_broken(problem, plan)
            reported = {" ".join((b.rule.constraint, *b.rule.subject)) for b in broken_rules(problem, plan)}
            assert bool(broken) == bool(reported)
            assert not broken or broken & reported
            if not broken:
                counted = objective_values(problem, plan)
                assert {name: counted[name] for name in values(problem, plan)} == values(problem, plan)


@pytest.mark.parametrize("case", TOOK_PLACE, ids=lambda case: case.name)
def test_what_took_place_is_not_forbidden(case: rules.Case) -> None:
    """Whatever rule they break, the model allows facts once they are past."""
    assert all_broken(took_place(case), written(case)) == set()


@pytest.mark.parametrize("case", COUNTED, ids=lambda case: case.name)
def test_what_took_place_counts_for_what_it_was(case: rules.Case) -> None:
    """Whatever rule they break, facts are worth the same to the model and to evaluation."""
    problem, plan = took_place(case), written(case)
    modelled, counted = values(problem, plan), objective_values(problem, plan)
    assert modelled == {name: counted[name] for name in modelled}


def test_past_cannot_be_otherwise() -> None:
    """Of a date that is past, the model allows what was promised and nothing else."""
    problem = replanned(as_of=date(2026, 12, 9))
    moved = (("amont-1", *MONDAY[0][1:]), *GOOD[1:])
    by_others = (*((*visit[:3], OTHERS) for visit in MONDAY), *THURSDAY)
    for visits, fixed, day in ((THURSDAY, FIXED, 7), (moved, FIXED, 7), (by_others, FIXED, 7), (GOOD, {}, 9)):
        assert all_broken(problem, hand_plan(problem, visits, fixed)) == {f"pins past 2026-12-{day:02}"}
    assert all_broken(problem, hand_plan(problem, MONDAY, FIXED)) == set()


def test_a_past_tour_longer_than_they_may_be_now_counts_its_own_minutes() -> None:
    """Three stops on Tuesday, two at most from now on: the minutes of the three are rounded up once."""
    morning, afternoon = LAND.sessions
    late = morning.model_copy(update={"id": "tard", "start": time(17), "end": time(18)})
    seconds = tuple(tuple(one and one + 31 for one in row) for row in TINY.travel.seconds)
    travel = TINY.travel.model_copy(update={"seconds": seconds})
    problem = problem_with(sessions=(morning, afternoon, late), travel=travel)
    tour = [("amont-1", 8, "matin", FIRST), ("aval-1", 8, "apres-midi", FIRST), ("amont-2", 8, "tard", FIRST)]
    plan = hand_plan(problem, tour)
    known = {"promised": promises_of(plan), "as_of": date(2026, 12, 8), "settings": {"daily_maximum": 2}}
    after = problem_with(problem, **known)
    assert values(after, plan)["travel"] == objective_values(after, plan)["travel"]


# --------------------------------------------------------------------- order


def test_changes_are_counted_only_when_something_is_promised() -> None:
    """Without a published plan there is nothing to compare with, whatever order the territory sets."""
    everything = [objective.name for objective in OBJECTIVES]
    assert [one.name for one in chosen(TINY)] == [name for name in everything if name not in COMPARED]
    assert [one.name for one in chosen(replanned())] == everything
    assert [one.name for one in chosen(problem_with(settings=ordered("changes", "travel")))] == ["travel"]
    assert chosen(problem_with(settings=ordered("changes"))) == chosen(TINY)


def test_a_weight_on_changes_is_of_what_is_promised() -> None:
    """Before a first publication the weighted sum is that of the others, at the rank of the first of them."""
    weights = (("changes", 3), ("lapses", 0), ("below_target", 2), ("travel", 1))
    choices = {"objectives": tuple(ObjectiveChoice(name=name, weight=weight) for name, weight in weights)}
    names = [one.name for one in chosen(problem_with(settings=choices))]
    assert names == ["lapses", "weighted_sum", "below_target", "travel"]
    assert [one.name for one in chosen(replanned(settings=choices))] == ["weighted_sum", *dict(weights)]
    problem = problem_with(settings=choices)
    plan = solve(problem, workers=2)
    assert {result.name: result.value for result in plan.objectives} == {
        name: objective_values(problem, plan)[name] for name in names
    }
    unweighed = {"objectives": (ObjectiveChoice(name="changes", weight=1), ObjectiveChoice(name="travel"))}
    problem = problem_with(settings=unweighed)
    assert [one.name for one in chosen(problem)] == ["travel"]
    assert "weighted_sum" not in objective_values(problem, PUBLISHED)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (["travel", "below_minimum", "lapses"], ["travel", "below_minimum", *COMPARED, "lapses"]),
        (["travel", "lapses"], [*COMPARED, "travel", "lapses"]),
        (["travel", "changes", "lapses"], ["travel", "changes", "lapses"]),
    ],
    ids=["after the minimum", "first", "where the territory says"],
)
def test_changes_have_their_place_in_the_order_of_the_territory(order: list[str], found: list[str]) -> None:
    """An order that does not name them has them right after the minimum of the communes, or first of all."""
    assert [one.name for one in chosen(replanned(settings=ordered(*order)))] == found


# -------------------------------------------------------------------- search


def test_nothing_new_changes_nothing() -> None:
    """A plan made again under the same facts is the published one, though a better one exists."""
    plan, changes = changed_least(replanned())
    assert changes == [0, 0, 0]
    assert held(plan) == held(PUBLISHED)


def test_absent_person_is_replaced() -> None:
    """Somebody away on Monday is replaced on Monday's two permanences, and nothing else changes."""
    plan, changes = changed_least(replanned(**absent("as-1", 7)))
    assert changes == [0, 2, 2]
    by_another = tuple((*visit[:3], SECOND) for visit in MONDAY)
    assert held(plan) == held(hand_plan(TINY, (*by_another, *THURSDAY), FIXED))


def test_moving_beats_cancelling() -> None:
    """Nobody for Thursday: its two permanences move, which is 6 changes, though to cancel them would be 4."""
    away = absent("casp-1", 10)["availability"] + absent("casp-2", 10)["availability"]
    plan, changes = changed_least(replanned(availability=away))
    assert changes == [0, 0, 6]
    assert {p.date.day for p in plan.permanences if p.van} == {7, 11}
    assert held(plan, until=SEVENTH) == held(PUBLISHED, until=SEVENTH)


def test_van_off_is_one_more_reason_to_move() -> None:
    """The van in repair on Thursday and Friday: Thursday's permanences are held on Wednesday."""
    vans = replaced(LAND.vans, "van-1", off=(DateRange(first=date(2026, 12, 10), last=date(2026, 12, 11)),))
    plan, changes = changed_least(replanned(vans=vans))
    assert {p.date.day for p in plan.permanences if p.van} == {7, 9}
    assert changes[:2] == [0, 0]


def test_one_more_that_has_become_possible_does_not_reshuffle() -> None:
    """One permanence a commune is promised, a second could be held: the promises stand, and nothing is added."""
    promised = promises_of(hand_plan(TINY, MONDAY, FIXED))
    plan, changes = changed_least(replanned(promised=promised))
    assert changes == [0, 0, 0]
    assert held(plan) == held(hand_plan(TINY, MONDAY, FIXED))
    assert next(result.value for result in plan.objectives if result.name == "below_target") == 2


@pytest.mark.parametrize(
    "changes",
    [
        answer("as-1", 7, "matin"),
        site("amont-2", on=False),
        site("aval-1", closures=(SiteClosure(first=SEVENTH, last=EIGHTH),)),
        {"closed": (*TINY.closed, ClosedDate(date=SEVENTH, reason=ClosureReason.TERRITORY))},
        {"vans": replaced(LAND.vans, "van-1", off=(DateRange(first=SEVENTH, last=SEVENTH),))},
        {"settings": {"site_maximum": 0, "notice": 2}},
        {"settings": {"weekly_maximum": 1, "notice": 2}},
        {"communes": replaced(LAND.communes, "amont", frequency=Frequency(minimum=0, maximum=0, target=0))},
        {"partners": replaced(LAND.partners, "asso", maximum=1)},
    ],
    ids=["absence", "site off", "works", "closed", "van off", "sites", "weeks", "frequency", "quota"],
)
def test_past_is_kept_though_it_breaks_rules(changes: dict[str, object]) -> None:
    """What became impossible after it took place is told as it was; what is to come keeps the rules."""
    plan, _ = changed_least(replanned(as_of=EIGHTH, **changes))
    assert held(plan, until=EIGHTH) == held(PUBLISHED, until=EIGHTH)


def test_month_that_is_over_is_what_took_place() -> None:
    """On the last day nothing is left to decide, whatever rule the facts break."""
    visits = (("amont-2", 7, "matin", FIRST), ("amont-1", 8, "matin", FIRST))
    promised = promises_of(hand_plan(TINY, visits, FIXED))
    plan, changes = changed_least(replanned(promised=promised, as_of=date(2026, 12, 31), settings={"min_gap": 5}))
    assert changes == [0, 0, 0]
    assert held(plan) == held(hand_plan(TINY, visits, FIXED))


def test_person_replaced_by_the_search_is_one_change() -> None:
    """Promises at the social centre count as the others do: one of its two people away is one change."""
    _, changes = changed_least(replanned(**absent("as-1", 9)))
    assert changes == [0, 0, 1]


@pytest.mark.parametrize(("size", "seed"), [(size, seed) for size in SIZES for seed in range(3)])
def test_brute_force_changes_no_less(size: Size, seed: int) -> None:
    """Among all plans of a problem in which something has become impossible, none changes less than the solver's."""
    found, chance = published(seed, size), Random(seed)  # noqa: S311  nothing to hide
    problem = found.problem
    (away,) = chance.sample([member.id for member in problem.territory.staff], 1)
    day = chance.choice([day for day in problem.open_dates if day > problem.as_of])
    slots = [Slot(date=day, session=session.id) for session in problem.territory.sessions]
    absences = tuple(Availability(member=away, slot=slot, level=Level.NO) for slot in slots)
    others = tuple(one for one in problem.availability if (one.member, one.slot.date) != (away, day))
    again = problem_with(problem, availability=others + absences, settings=strictly(problem))
    agrees(again)


def strictly(problem: Problem) -> dict[str, object]:
    """Set the default order, without tolerance."""
    return ordered(*(objective.name for objective in chosen(problem)))


def agrees(problem: Problem) -> None:
    """Compare the solver's plan with brute force."""
    plan = solve(problem, workers=2)
    names: Iterable[str] = [result.name for result in plan.objectives]
    force = BruteForce(problem, names)
    found = tuple(result.value for result in plan.objectives)
    assert all(result.proven for result in plan.objectives)
    assert broken_rules(problem, plan) == []
    assert found == force.vector(plan)
    assert force.better_than(found) is None


@pytest.mark.slow
def test_a_van_off_loses_nothing_where_other_days_are_free() -> None:
    """On the embedded month a tour that cannot leave moves: other tours than the announced ones are looked at too."""
    problem = month(read(), "2026-12")
    plan = solve(problem, through="below_target")
    *tours, last = plan.tours
    van, day = last.van, last.date
    vans = replaced(problem.territory.vans, van, off=(DateRange(first=day, last=day),))
    territory = problem.territory.model_copy(update={"vans": vans})
    promised = problem.model_copy(update={"territory": territory, "promised": promises_of(plan)})
    kept = tuple(held for held in plan.permanences if held.id not in last.permanences)
    mended = plan.model_copy(update={"permanences": kept, "tours": tuple(tours)})
    again = solve(promised, start=mended, through="changes", time_limit=40)
    assert objective_values(promised, again)["below_published"] == 0
