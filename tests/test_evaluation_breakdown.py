"""The value of each objective, shared among communes, people, tours and the like."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

import pytest

from picup_planner.evaluation import By, breakdown, objective_values
from picup_planner.plan import Permanence, Plan, promises_of
from picup_planner.problem import Availability, Frequency, Level, ObjectiveChoice, Problem, Slot
from planted import Size, of_seed
from problems import hand_plan, problem_with, replaced, tiny_problem

TINY = tiny_problem()
MONDAY = {"as": "as-1", "casp": "casp-2"}
VISITS = (
    ("amont-2", 7, "matin", MONDAY),
    ("aval-1", 7, "apres-midi", MONDAY),
    ("amont-1", 10, "matin", {"as": "as-2", "casp": "casp-2"}),
)
STAFFED = {"fixe-1": {"as": "as-2", "casp": "casp-1"}}
SMALL = Size(dates=6, attempts=8, facts=12)

Parts = Mapping[tuple[str, ...], int]


class Case(NamedTuple):
    """A plan, and what one objective costs in it, shared by hand, largest first."""

    objective: str
    by: By
    parts: Parts
    changes: Mapping[str, object] = {}
    visits: Sequence[tuple[object, ...]] = VISITS
    fixed: Mapping[str, Mapping[str, str]] = STAFFED


def reluctant(*sessions: str) -> dict[str, object]:
    """Make as-1 free on Monday if needed only."""
    slots = (Slot(date=date(2026, 12, 7), session=session) for session in sessions)
    return {"availability": tuple(Availability(member="as-1", slot=slot, level=Level.IF_NEEDED) for slot in slots)}


def amont(**numbers: int) -> dict[str, object]:
    """Change how often amont is served."""
    return {"communes": replaced(TINY.territory.communes, "amont", frequency=Frequency(**numbers))}


def promised(*visits: tuple[object, ...], fixed: Mapping[str, str]) -> dict[str, object]:
    """Announce permanences, and the crew of the fixed one, five days before the week."""
    announced = promises_of(hand_plan(TINY, visits, {"fixe-1": fixed}))
    return {"promised": announced, "as_of": date(2026, 12, 2), "settings": {"notice": 5}}


PROMISED = promised(VISITS[0], ("aval-1", 9, "matin", MONDAY), VISITS[2], ("aval-1", 11, "matin", MONDAY), fixed=MONDAY)
LOST_ON = {9: ("aval-1", "2026-12-09"), 11: ("aval-1", "2026-12-11")}
NEW, REPLACED = ("aval-1", "2026-12-07"), ("centre-1", "2026-12-09")

BOTH = reluctant("matin", "apres-midi")
FIVE = amont(minimum=3, target=5, maximum=5)

CASES = (
    Case("unstaffed_fixed", By.COMMUNE, {("aval",): 1}, fixed={}),
    Case("unstaffed_fixed", By.FIXED, {("fixe-1",): 1}, fixed={}),
    Case("below_minimum", By.COMMUNE, {("amont",): 9, ("aval",): 1}, FIVE, ()),
    Case("below_target", By.COMMUNE, {("amont",): 4, ("aval",): 1}, FIVE),
    Case("below_published", By.COMMUNE, {("aval",): 1}, PROMISED),
    Case("changes_in_notice", By.COMMUNE, {("aval",): 1}, PROMISED),
    Case("changes_in_notice", By.STOP, {NEW: 1}, PROMISED),
    Case("changes", By.COMMUNE, {("aval",): 2 + 2 + 1 + 2}, PROMISED),
    Case("changes", By.STOP, {LOST_ON[9]: 2, LOST_ON[11]: 2, REPLACED: 2, NEW: 1}, PROMISED),
    Case("lapses", By.COMMUNE, {("aval",): 10, ("amont",): 7}),
    Case("unreached", By.COMMUNE, {("amont",): 1200}, visits=VISITS[1:]),
    Case("unreached", By.AREA, {("amont-est",): 1200}, visits=VISITS[1:]),
    Case("preferences", By.COMMUNE, {("amont",): 1, ("aval",): 1}, BOTH),
    Case("preferences", By.MEMBER, {("as-1",): 2}, BOTH),
    Case("travel", By.TOUR, {("van-1", "2026-12-07"): 44, ("van-1", "2026-12-10"): 18}),
    Case("continuity", By.COMMUNE, {("aval",): 200, ("amont",): 100}),
    Case("continuity", By.ROLE, {("as",): 200, ("casp",): 100}),
    Case("continuity", By.MEMBER, {("as-1",): 200, ("casp-1",): 100}),
    Case("regularity", By.COMMUNE, {("amont",): 2, ("aval",): 1}),
    Case("evenness", By.COMMUNE, {("aval",): 7**2 + 25**2, ("amont",): 7**2 + 3**2 + 22**2}),
    Case("balance", By.LOAD, {("casp", "casp-2", "casp-1"): 30 - 5, ("as", "as-1", "as-2"): 20 - 14}),
)


def shared(problem: Problem, plan: Plan, objective: str, by: By) -> list[tuple[tuple[str, ...], int]]:
    """Give the parts of one split of one objective, in their order."""
    (cost,) = (cost for cost in breakdown(problem, plan).objectives if cost.name == objective)
    (split,) = (split for split in cost.splits if split.by is by)
    return [(part.of, part.value) for part in split.parts]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.objective} by {case.by}")
def test_objective_is_shared_as_by_hand(case: Case) -> None:
    """Each objective is shared as a planner would on paper, the largest part first, and no part is zero."""
    problem = problem_with(TINY, **case.changes)
    plan = hand_plan(problem, case.visits, case.fixed)
    assert shared(problem, plan, case.objective, case.by) == list(case.parts.items())


def test_minutes_of_a_tour_are_shared_to_the_last(tiny: Problem) -> None:
    """Of 15 + 15 + 14 minutes, amont has 15 + 7.5 and aval 7.5 + 14; the odd minute goes to the first of two halves."""
    plan = hand_plan(tiny, VISITS[:2])
    assert shared(tiny, plan, "travel", By.COMMUNE) == [(("amont",), 23), (("aval",), 21)]


def test_least_known_face_is_free(tiny: Problem) -> None:
    """Of two people nobody knows, the cost is told of one: who comes last by id is the face that is free."""
    plan = hand_plan(tiny, [VISITS[0], ("amont-1", 10, "matin", {"as": "as-2", "casp": "casp-2"})])
    assert shared(tiny, plan, "continuity", By.MEMBER) == [(("as-1",), 100)]


def test_cases_cover_every_split() -> None:
    """Every objective is shared at least once, and every kind of split is tried by hand."""
    problem = problem_with(TINY, **PROMISED)
    costs = breakdown(problem, hand_plan(problem, VISITS, STAFFED)).objectives
    assert [cost.name for cost in costs if not cost.splits] == []
    every = {(cost.name, split.by) for cost in costs for split in cost.splits}
    assert every == {(case.objective, case.by) for case in CASES} | {("travel", By.COMMUNE)}


def test_a_weighted_sum_is_shared_by_its_parts() -> None:
    """No commune has a share of a sum that drives and areas are in: they are shared apart."""
    weighed = tuple(ObjectiveChoice(name=name, weight=2) for name in ("travel", "unreached", "below_target"))
    problem = problem_with(settings={"objectives": weighed})
    costs = {cost.name: cost for cost in breakdown(problem, hand_plan(problem, VISITS, STAFFED)).objectives}
    assert costs["weighted_sum"].value == 2 * sum(costs[part.name].value for part in weighed)
    assert costs["weighted_sum"].splits == ()


def test_places_nobody_knows_cost_nothing() -> None:
    """A permanence that a hand has moved to an unknown site is left out, as by the objectives."""
    problem = problem_with(TINY, **PROMISED)
    plan = hand_plan(problem, VISITS, STAFFED)
    first, *others = plan.permanences
    lost = first.model_copy(update={"place": first.place.model_copy(update={"id": "nulle-part"})})
    edited = plan.model_copy(update={"permanences": (lost, *others)})
    assert shared(problem, edited, "changes", By.STOP)[0] == (("amont-2", "2026-12-07"), 2)


def republished(problem: Problem, plan: Plan, chance: Random) -> tuple[Problem, Plan]:
    """Announce some of a plan with other people, and hold some of it."""
    people = [member.id for member in problem.territory.staff]
    announced = promises_of(plan.model_copy(update={"permanences": some(plan.permanences, chance)}))
    others = tuple(
        promise.model_copy(update={"crew": tuple((role, chance.choice(people)) for role, _ in promise.crew)})
        for promise in announced
    )
    as_of = problem.as_of + timedelta(days=chance.randint(0, 28))
    held = plan.model_copy(update={"permanences": some(plan.permanences, chance)})
    return problem.model_copy(update={"promised": others, "as_of": as_of}), held


def some(permanences: tuple[Permanence, ...], chance: Random) -> tuple[Permanence, ...]:
    """Keep most of the permanences."""
    return tuple(held for held in permanences if chance.random() < 0.7)


@pytest.mark.parametrize("seed", range(60))
def test_every_split_sums_to_its_objective(seed: int) -> None:
    """Whatever the plan, the costs are the objectives in their order, and each split sums to its objective exactly."""
    found = of_seed(seed, SMALL)
    made = found.problem, found.plan
    for problem, plan in (made, republished(*made, Random(seed))):  # noqa: S311  nothing to hide
        costs = breakdown(problem, plan).objectives
        values = objective_values(problem, plan)
        assert [(cost.name, cost.value) for cost in costs] == list(values.items())
        for cost in costs:
            for split in cost.splits:
                assert sum(part.value for part in split.parts) == cost.value, (cost.name, split.by)
                assert all(part.value for part in split.parts)
