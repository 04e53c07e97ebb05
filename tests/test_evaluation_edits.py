"""A plan edited by hand: rebuilt whole, and priced exactly."""

from datetime import date
from random import Random

import pytest

from edits import CREW, SEEDS, SMALL, held, mobile, new, week
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.evaluation.crewing import crew_of, crews
from picup_planner.evaluation.edits import (
    Stop,
    crewed,
    fresh_id,
    inserted,
    moved,
    recounted,
    removed,
    replaced,
    stop_of,
)
from picup_planner.evaluation.prices import Before
from picup_planner.plan import ObjectiveResult, Plan, promises_of
from picup_planner.problem import (
    ObjectiveChoice,
    Problem,
)
from planted import Planted, of_seed
from problems import problem_with


def same(plan: Plan) -> Plan:
    """Put the tours of a plan in the order of dates and vans."""
    return plan.model_copy(update={"tours": tuple(sorted(plan.tours, key=lambda tour: (tour.date, tour.van)))})


def an_edit(chance: Random, found: Planted, plan: Plan) -> Plan:
    """Move, insert, remove or replace something, wherever it leads."""
    problem = found.problem
    land = problem.territory
    stop = Stop(
        chance.choice(land.sites).id,
        chance.choice(problem.dates),
        chance.choice(land.sessions).id,
        chance.choice(land.vans).id,
    )
    crew = chance.choice(list(crews(problem)))
    some = mobile(plan)
    kind = chance.randrange(5) if some else 0
    if kind == 0:
        return inserted(problem, plan, stop, crew)
    one = chance.choice(some).id
    if kind == 1:
        return moved(problem, plan, one, stop)
    if kind == 2:
        return removed(problem, plan, one)
    if kind == 3:
        return crewed(problem, plan, one, crew)
    return replaced(problem, plan, one, *chance.choice(crew))


@pytest.mark.parametrize("seed", SEEDS)
def test_an_edited_plan_agrees_with_itself(seed: int) -> None:
    """Whatever is edited, tours, legs and hours are those of the permanences, and objectives those counted."""
    found, chance = of_seed(seed, SMALL), Random(seed)  # noqa: S311  nothing to hide
    values = objective_values(found.problem, found.plan)
    results = (
        ObjectiveResult(name=name, value=value, best=value, bound=value, proven=True, unit="x")
        for name, value in values.items()
    )
    plan = found.plan.model_copy(update={"objectives": tuple(results)})
    for _ in range(6):
        plan = an_edit(chance, found, plan)
        words = {word for each in broken_rules(found.problem, plan) for word in each.rule.subject}
        assert not words & {"legs", "length", "minutes", "tour-stops", "tour-missing", "tour-depot", "objective"}
        assert {result.name: result.value for result in plan.objectives} == objective_values(found.problem, plan)
        assert not any(result.proven for result in plan.objectives if result.value)


def test_an_edit_undone_gives_the_plan_back(tiny: Problem) -> None:
    """Moving there and back, adding and removing, replacing and putting back change nothing."""
    plan = week(tiny)
    for one in mobile(plan):
        there = moved(tiny, plan, one.id, Stop("amont-2", date(2026, 12, 9), "apres-midi", "van-1"))
        assert there != plan
        assert moved(tiny, there, one.id, stop_of(one)) == plan
        away = removed(tiny, plan, one.id)
        more = inserted(tiny, plan, Stop("amont-2", date(2026, 12, 9), "matin", "van-1"), CREW)
        assert removed(tiny, more, fresh_id(plan, "amont")) == plan
        assert one.id not in {other.id for other in away.permanences}
        other = replaced(tiny, plan, one.id, "as", "as-2")
        assert other != plan
        assert replaced(tiny, other, one.id, "as", "as-1") == plan


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawn_plan_is_given_back(seed: int) -> None:
    """Any permanence of any plan may be moved anywhere and back."""
    found = of_seed(seed, SMALL)
    plan, land = same(found.plan), found.problem.territory
    elsewhere = Stop(land.sites[-1].id, found.problem.dates[-1], land.sessions[0].id, land.vans[-1].id)
    for one in mobile(plan):
        there = moved(found.problem, plan, one.id, elsewhere)
        assert moved(found.problem, there, one.id, stop_of(one)) == plan


def test_a_replacement_takes_the_whole_tour(tiny: Problem) -> None:
    """Who replaces somebody in the morning replaces them in the afternoon as well, and on no other day."""
    plan = week(tiny)
    edited = replaced(tiny, plan, "amont-202612-1", "casp", "casp-1")
    assert [crew_of(held(edited, each.id)) == crew_of(each) for each in mobile(plan)] == [False, False, True]
    assert crew_of(held(edited, "aval-202612-1")) == (("as", "as-1"), ("casp", "casp-1"))


def test_an_id_is_never_used_again(tiny: Problem) -> None:
    """A permanence that was cancelled keeps its id for itself."""
    plan = week(tiny)
    gone = held(plan, "aval-202612-2")
    plan = removed(tiny, plan, gone.id)
    assert fresh_id(plan, "aval") == "aval-202612-2"
    cancelled = plan.model_copy(update={"cancelled": (gone,)})
    assert fresh_id(cancelled, "aval") == "aval-202612-3"
    assert inserted(tiny, cancelled, Stop("aval-1", date(2026, 12, 9), "matin", "van-1"), CREW).cancelled == (gone,)


def test_what_is_held_after_all_is_cancelled_no_more(tiny: Problem) -> None:
    """One more permanence where and when one was cancelled is that one, under its id: nobody reads of it twice."""
    plan = week(tiny)
    gone = held(plan, "aval-202612-2")
    cancelled = removed(tiny, plan, gone.id).model_copy(update={"cancelled": (gone,)})
    assert inserted(tiny, cancelled, stop_of(gone), crew_of(gone)) == plan


def test_the_price_is_what_evaluation_says(tiny: Problem) -> None:
    """New breaches are those the plan did not have; costs compare the values of the two plans."""
    plan = week(tiny)
    after = moved(tiny, plan, "aval-202612-2", Stop("aval-1", date(2026, 12, 8), "matin", "van-1"))
    price = Before(tiny, plan).price(after)
    assert list(price.breaches) == new(tiny, plan, after)
    assert {each.rule.constraint for each in price.breaches} == {"spacing"}
    assert {cost.name: cost.before for cost in price.costs} == objective_values(tiny, plan)
    assert {cost.name: cost.after for cost in price.costs} == objective_values(tiny, after)
    assert all(cost.before != cost.after for cost in price.changed)


def test_objectives_come_in_the_order_of_the_territory(tiny: Problem) -> None:
    """What is compared is what the territory wants, in its order; what was announced comes after the minimum."""
    wanted = tuple(ObjectiveChoice(name=name) for name in ("balance", "below_minimum", "travel"))
    problem = problem_with(tiny, settings={"objectives": wanted})
    plan = week(problem)
    assert Before(problem, plan).order == ("balance", "below_minimum", "travel")
    assert Before(tiny, plan).order == tuple(objective_values(tiny, plan))
    published = problem_with(problem, promised=promises_of(plan))
    compared = ("below_published", "changes_in_notice", "changes")
    assert Before(published, plan).order == ("balance", "below_minimum", *compared, "travel")


def test_a_plan_without_objectives_stays_without(tiny: Problem) -> None:
    """What a plan never said of its objectives is not invented; what it said is counted again."""
    plan = week(tiny)
    assert recounted(tiny, plan, plan).objectives == ()
