"""Who a permanence was before it moved, and what a new plan changes in the published one."""

from datetime import date
from itertools import permutations
from random import Random

import pytest

from picup_planner.evaluation import broken_rules, difference, identified, objective_values
from picup_planner.plan import Permanence, Plan, promises_of
from picup_planner.problem import Problem
from planted import Planted, drawn_tour, of_seed
from problems import hand_plan, problem_with

ADA, BRUNO = {"as": "as-1", "casp": "casp-1"}, {"as": "as-2", "casp": "casp-2"}
PUBLISHED = [("amont-1", 7, "matin", ADA), ("aval-1", 8, "matin", ADA), ("amont-2", 10, "apres-midi", BRUNO)]
STAFFED = {"fixe-1": {"as": "as-2", "casp": "casp-1"}}


def announced(problem: Problem, visits: list[tuple[str, int, str, dict[str, str]]], **fixed: dict[str, str]) -> Plan:
    """Write a plan whose ids show that they were not given in order."""
    plan = hand_plan(problem, visits, fixed or STAFFED)
    names = {"amont-202612-1": "amont-202612-4", "aval-202612-1": "aval-202612-2"}
    return plan.model_copy(
        update={
            "permanences": tuple(
                held.model_copy(update={"id": names.get(held.id, held.id)}) for held in plan.permanences
            ),
            "tours": tuple(
                tour.model_copy(update={"permanences": tuple(names.get(stop, stop) for stop in tour.permanences)})
                for tour in plan.tours
            ),
        }
    )


def told_again(problem: Problem, published: Plan, visits: list[tuple[str, int, str, dict[str, str]]]) -> Plan:
    """Plan the month again and find who is who."""
    promised = problem_with(problem, promised=promises_of(published))
    return identified(promised, published, hand_plan(promised, visits, STAFFED))


def where(plan: Plan) -> dict[str, tuple[str, int]]:
    """Site and day of each mobile permanence by id."""
    return {held.id: (held.place.id, held.date.day) for held in plan.permanences if held.van}


def ids(permanences: tuple[Permanence, ...]) -> list[str]:
    """Ids, in order."""
    return [held.id for held in permanences]


def test_what_does_not_move_keeps_its_id(tiny: Problem) -> None:
    """A plan made again gives every permanence the id it was announced with, in tours too, and changes nothing."""
    published = announced(tiny, PUBLISHED)
    again = told_again(tiny, published, PUBLISHED)
    assert again.permanences == published.permanences
    assert again.tours == published.tours
    changes = difference(published, again)
    assert changes.nothing
    assert len(changes.kept) == 4
    assert (changes.people, changes.communes, changes.moving) == ((), (), 0)


@pytest.mark.parametrize(
    ("visit", "site", "day"),
    [
        (("amont-2", 7, "matin", ADA), "amont-2", 7),
        (("amont-1", 7, "apres-midi", ADA), "amont-1", 7),
        (("amont-1", 9, "apres-midi", BRUNO), "amont-1", 9),
        (("amont-2", 8, "apres-midi", BRUNO), "amont-2", 8),
    ],
)
def test_a_move_keeps_its_id(tiny: Problem, visit: tuple[str, int, str, dict[str, str]], site: str, day: int) -> None:
    """A permanence held at another site, session or date is the same one; the others are not taken for it."""
    published = announced(tiny, PUBLISHED)
    again = told_again(tiny, published, [visit, *PUBLISHED[1:]])
    assert where(again)["amont-202612-4"] == (site, day)
    (pair,) = difference(published, again).moved
    assert (pair.before.id, pair.before.date.day) == ("amont-202612-4", 7)
    assert pair.after in again.permanences


def test_moves_are_matched_at_least_cost(tiny: Problem) -> None:
    """When two move, the same half-day weighs more than the same site, and the same site more than any days."""
    published = announced(tiny, PUBLISHED)
    again = told_again(tiny, published, [("amont-1", 10, "apres-midi", ADA), ("amont-2", 11, "matin", ADA)])
    assert where(again)["amont-202612-2"] == ("amont-1", 10)
    again = told_again(tiny, published, [("amont-1", 11, "matin", ADA), ("amont-2", 8, "matin", ADA)])
    assert where(again) == {"amont-202612-4": ("amont-1", 11), "amont-202612-2": ("amont-2", 8)}


def test_a_permanence_does_not_change_commune(tiny: Problem) -> None:
    """One more in a commune and one less in another are a new permanence and a cancelled one."""
    published = announced(tiny, PUBLISHED)
    again = told_again(tiny, published, [PUBLISHED[0], PUBLISHED[2], ("amont-1", 9, "apres-midi", ADA)])
    changes = difference(published, again)
    assert ids(changes.cancelled) == ["aval-202612-2"]
    assert ids(changes.new) == ["amont-202612-5"]
    assert changes.communes == ("amont", "aval")
    assert ids(again.cancelled) == ["aval-202612-2"]


def test_an_id_is_never_used_twice(tiny: Problem) -> None:
    """What was cancelled stays cancelled under its id, and a new permanence takes a number above every other."""
    published = announced(tiny, PUBLISHED)
    lost = published.permanences[0].model_copy(update={"id": "amont-202612-9"})
    published = published.model_copy(update={"cancelled": (lost,)})
    again = told_again(tiny, published, [*PUBLISHED, ("amont-1", 9, "apres-midi", ADA)])
    assert again.cancelled == (lost,)
    assert ids(difference(published, again).new) == ["amont-202612-10"]


def test_what_was_cancelled_and_is_held_after_all_is_the_same(tiny: Problem) -> None:
    """Held again there and then, it takes its id back and is cancelled no more; no other one moves there instead."""
    lost = announced(tiny, PUBLISHED).permanences[-1].model_copy(update={"id": "amont-202612-9"})
    published = announced(tiny, [*PUBLISHED[:2], ("amont-2", 9, "matin", BRUNO)])
    published = published.model_copy(update={"cancelled": (lost,)})
    again = told_again(tiny, published, PUBLISHED)
    assert ids(difference(published, again).new) == ["amont-202612-9"]
    assert ids(again.cancelled) == ["amont-202612-2"]
    assert where(again)["amont-202612-9"] == ("amont-2", 10)


def test_order_and_numbers_of_the_new_plan_say_nothing(tiny: Problem) -> None:
    """Whatever the order and the ids the search gives, the permanences are the same."""
    published = announced(tiny, PUBLISHED)
    problem = problem_with(tiny, promised=promises_of(published))
    visits = [("amont-1", 9, "matin", ADA), ("amont-2", 11, "matin", ADA), ("amont-1", 10, "matin", ADA)]
    new = hand_plan(problem, visits, STAFFED)
    names = [held.id for held in new.permanences if held.van]
    found = set()
    for order in permutations(names):
        named = dict(zip(names, order, strict=True))
        held = tuple(one.model_copy(update={"id": named.get(one.id, one.id)}) for one in reversed(new.permanences))
        tours = tuple(
            tour.model_copy(update={"permanences": tuple(named[stop] for stop in tour.permanences)})
            for tour in new.tours
        )
        shuffled = new.model_copy(update={"permanences": held, "tours": tours})
        again = identified(problem, published, shuffled)
        found.add((again.permanences, again.tours, again.cancelled))
    assert len(found) == 1


def test_people_replaced_are_told_with_who_comes(tiny: Problem) -> None:
    """Each person who leaves a kept permanence is paired with who takes the role, and both are to be told."""
    published = announced(tiny, PUBLISHED)
    other = {"as": "as-2", "casp": "casp-1"}
    again = told_again(tiny, published, [("amont-1", 7, "matin", other), *PUBLISHED[1:]])
    changes = difference(published, again)
    (replaced,) = changes.replaced
    assert replaced.permanence.id == "amont-202612-4"
    assert (replaced.before and replaced.before.member, replaced.after and replaced.after.member) == ("as-1", "as-2")
    assert [(each.member, ids(each.less), ids(each.more)) for each in changes.people] == [
        ("as-1", ["amont-202612-4"], []),
        ("as-2", [], ["amont-202612-4"]),
    ]
    assert changes.communes == ()
    assert changes.moving == 0
    assert not changes.nothing


def test_a_change_of_roles_within_a_crew_replaces_nobody(tiny: Problem) -> None:
    """The same people in other roles are not replaced; who leaves is paired with who comes, whatever the roles."""
    published = announced(tiny, PUBLISHED)
    swapped = told_again(tiny, published, [("amont-1", 7, "matin", {"as": "casp-1", "casp": "as-1"}), *PUBLISHED[1:]])
    assert difference(published, swapped).nothing
    both = told_again(tiny, published, [("amont-1", 7, "matin", {"as": "casp-1", "casp": "casp-2"}), *PUBLISHED[1:]])
    (replaced,) = difference(published, both).replaced
    assert (replaced.before and replaced.before.member, replaced.after and replaced.after.member) == ("as-1", "casp-2")


def test_a_fixed_permanence_may_lose_its_crew(tiny: Problem) -> None:
    """A fixed permanence nobody holds any more tells its people and its commune."""
    published = announced(tiny, PUBLISHED)
    promised = problem_with(tiny, promised=promises_of(published))
    again = identified(promised, published, hand_plan(promised, PUBLISHED, {"fixe-1": {}}))
    changes = difference(published, again)
    assert [(each.before and each.before.member, each.after) for each in changes.replaced] == [
        ("as-2", None),
        ("casp-1", None),
    ]
    assert changes.communes == ("aval",)
    assert [each.member for each in changes.people] == ["as-2", "casp-1"]
    assert difference(again, published).communes == ("aval",)  # residents were told that nobody would be there


def test_another_van_is_no_change_for_residents(tiny: Problem) -> None:
    """A permanence another van goes to is kept, and told apart."""
    two = problem_with(tiny, vans=(*tiny.territory.vans, tiny.territory.vans[0].model_copy(update={"id": "van-2"})))
    published = announced(two, PUBLISHED)
    new = hand_plan(two, [(*PUBLISHED[0], "van-2"), *PUBLISHED[1:]], STAFFED)
    changes = difference(published, identified(problem_with(two, promised=promises_of(published)), published, new))
    assert changes.nothing
    assert [(pair.before.van, pair.after.van) for pair in changes.vans] == [("van-1", "van-2")]


def test_the_past_is_left_out(tiny: Problem) -> None:
    """What was held until the day it is replanned from is neither kept nor changed."""
    published = announced(tiny, PUBLISHED)
    again = told_again(tiny, published, [("amont-2", 7, "matin", ADA), *PUBLISHED[1:]])
    assert len(difference(published, again).moved) == 1
    coming = difference(published, again, since=date(2026, 12, 7))
    assert coming.nothing
    assert len(coming.kept) == 3


def test_what_was_announced_for_a_day_that_is_over_is_left_out(tiny: Problem) -> None:
    """Announced for the seventh and not held, it is cancelled; of a call once that day is over, nothing is told."""
    published = announced(tiny, PUBLISHED)
    again = told_again(tiny, published, PUBLISHED[1:])
    assert len(difference(published, again, since=date(2026, 12, 6)).cancelled) == 1
    assert difference(published, again, since=date(2026, 12, 7)).nothing


def test_what_was_held_earlier_than_announced_is_left_out(tiny: Problem) -> None:
    """Announced for the tenth and held on the eighth, it is not cancelled, and nobody is told of it."""
    published = announced(tiny, PUBLISHED)
    first, *others = (visit for visit in PUBLISHED if visit[1] == 10)
    again = told_again(tiny, published, [*(v for v in PUBLISHED if v[1] < 10), (first[0], 8, *first[2:]), *others])
    assert len(difference(published, again).moved) == 1
    coming = difference(published, again, since=date(2026, 12, 9))
    assert (coming.nothing, coming.people, len(coming.kept)) == (True, (), len(others))


@pytest.mark.parametrize("seed", range(30))
def test_the_difference_is_the_objective(seed: int) -> None:
    """Two for each permanence lost, one for each new one and for each person gone is the objective `changes`."""
    drawn = of_seed(seed)
    random = Random(seed)  # noqa: S311  nothing to hide
    kept = [visit for visit in drawn.visits if random.random() < 0.6]
    more = [visit for visit in drawn_tour(random, drawn.problem) if visit[:3] not in {held[:3] for held in kept}]
    other = Planted(drawn.problem, (*kept, *more), drawn.fixed)
    problem = problem_with(drawn.problem, promised=promises_of(drawn.plan))
    new = identified(problem, drawn.plan, hand_plan(problem, other.visits, other.fixed))
    changes = difference(drawn.plan, new)
    mobile = [held for held in changes.cancelled if held.van]
    lost, added = len(changes.moved) + len(mobile), len(changes.moved) + len(changes.new)
    gone = sum(replaced.before is not None for replaced in changes.replaced)
    assert 2 * lost + added + gone == objective_values(problem, new)["changes"]
    assert {
        breach.rule.subject[-1] for breach in broken_rules(problem, new) if breach.rule.constraint == "plan"
    } == set()
    assert {held.id for held in drawn.plan.permanences} <= {held.id for held in (*new.permanences, *new.cancelled)}
