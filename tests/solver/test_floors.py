"""What no plan is below is known at once, and told of what the search leaves."""

from datetime import date

import pytest

from dates_first import stated
from picup_planner.evaluation import objective_values
from picup_planner.problem import Availability, Frequency, Level, ObjectiveChoice, Problem, Slot
from picup_planner.solver import search, solve
from picup_planner.solver.floors import FLOORS, floor
from picup_planner.solver.objectives import chosen
from planted import Planted
from problems import hand_plan, tiny_problem

KEPT = {"unstaffed_fixed": 0, "below_minimum": 0, "below_target": 0}


def asked_of(names: tuple[str, ...], **changes: object) -> Problem:
    """Leave the tiny problem some objectives only, and all the days of its month."""
    choices = tuple(ObjectiveChoice(name=name) for name in names)
    return tiny_problem(closed=(), settings={"objectives": choices, "site_maximum": 4}, **changes)


@pytest.mark.parametrize("found", stated(24), ids=range(24))
def test_no_plan_is_below_a_floor(found: Planted) -> None:
    """Whatever a plan that keeps the rules reaches is at least what is known at once, itself taken for settled."""
    reached = objective_values(found.problem, found.plan)
    for known in FLOORS:
        assert 0 <= floor(found.problem, reached, known.__name__) <= reached[known.__name__], known.__name__


def test_gaps_and_habits_are_known_exactly_where_nothing_stands_in_the_way() -> None:
    """Two communes whose best dates are free: nothing is better than what is known at once, which is reached."""
    gaps = asked_of(("evenness",))
    habits = asked_of(("below_minimum", "below_target", "regularity"), fixed=())
    for problem, name in ((gaps, "evenness"), (habits, "regularity")):
        (*_, last) = (result for result in solve(problem, time_limit=60).objectives if result.name == name)
        assert last.proven
        assert last.value == floor(problem, KEPT, name) > 0


def test_a_target_that_is_the_minimum_says_nothing_of_what_is_held() -> None:
    """Nothing is below such a target, not even no permanence at all; below the minimum, it is."""
    even = tuple(
        commune.model_copy(update={"frequency": Frequency(minimum=2, target=2, maximum=4)})
        for commune in tiny_problem().territory.communes
    )
    problem = tiny_problem(communes=even)
    assert floor(problem, {"below_target": 0}, "regularity") == 0
    assert floor(problem, {"below_minimum": 0}, "regularity") == 2
    assert objective_values(problem, hand_plan(problem))["below_target"] == 0


def test_a_social_centre_alone_asks_for_people() -> None:
    """Where one face is met for nothing and each of two is away once, the second is paid for."""
    mornings = [date(2026, 12, day) for day in (8, 9)]
    (one,) = tiny_problem().fixed
    fixed = tuple(one.model_copy(update={"id": f"fixe-{day.day}", "date": day}) for day in mornings)
    away = tuple(
        Availability(member=name, slot=Slot(date=day, session="matin"), level=Level.NO)
        for name, day in zip(("as-1", "as-2"), mornings, strict=True)
    )
    assert floor(tiny_problem(fixed=fixed, availability=away), KEPT, "continuity") == 100
    assert floor(tiny_problem(fixed=fixed), KEPT, "continuity") == 0
    assert floor(tiny_problem(fixed=fixed, availability=away), {}, "continuity") == 0  # nobody need come


def test_what_the_search_leaves_is_still_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """An objective there was no time for has what is known at once for a bound, and is proven when it is at that."""
    settle = search.Search.settle

    def ended(self: search.Search, objectives: list[search.Objective]) -> list[search.Stage]:
        return settle(self, [one for one in objectives if one.name not in {"evenness", "balance"}])

    problem = tiny_problem()
    monkeypatch.setattr(search.Search, "settle", lambda self, objectives, _: ended(self, objectives))
    found = {result.name: result for result in solve(problem, time_limit=60).objectives}
    least = floor(problem, {kept.name: kept.value for kept in found["evenness"].given}, "evenness")
    assert found["evenness"].bound == least > 0
    assert found["evenness"].proven == (found["evenness"].value == least)
    assert (found["balance"].bound, found["balance"].proven) == (0, False)
    assert {result.name for result in solve(problem, through="travel").objectives if result.bound} <= {
        kept.name for kept in found["continuity"].given
    }


def test_floors_are_named_like_objectives() -> None:
    """Of any other objective nothing is known at once."""
    names = [objective.name for objective in chosen(tiny_problem())]
    assert {one.__name__ for one in FLOORS} <= set(names)
    assert floor(tiny_problem(), KEPT, "balance") == 0


def test_no_visit_anywhere_makes_no_habit() -> None:
    """Where no site may be visited there is nothing to know."""
    problem = tiny_problem(settings={"site_maximum": 0})
    assert floor(problem, KEPT, "regularity") == 0
