"""The linear program says what the model says, and HiGHS finds what CP-SAT finds."""

import time
from itertools import product
from random import Random

import pytest
from ortools.sat.python.cp_model import INFEASIBLE, OPTIMAL, CpModel, CpSolver, Domain, IntVar

from picup_planner.solver import linear
from picup_planner.solver.arrays import arrays
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.linear import WHOLE, Linear, Priced, Status, minimise, relaxed
from picup_planner.solver.objectives import OBJECTIVES
from picup_planner.solver.propagation import leasts
from picup_planner.solver.variables import Variables
from problems import tiny_problem


@pytest.mark.parametrize("seed", range(60))
def test_random_models_have_the_same_optimum(seed: int) -> None:
    """Whatever a model states, both engines find the same optimum, or that there is no solution."""
    model = random_model(seed)
    solver, found = CpSolver(), minimise(model, time_limit=20)
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status in {OPTIMAL, INFEASIBLE}
    if status == INFEASIBLE:
        assert found.status is Status.INFEASIBLE
    else:
        assert (found.status, found.value, found.bound) == (Status.OPTIMAL, *[round(solver.objective_value)] * 2)
        assert allowed(model, found.solution)


@pytest.mark.parametrize("seed", range(60))
def test_next_to_the_relaxation_is_the_same_optimum(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking next to the linear relaxation, in a room that has to grow, changes no end and no value."""
    model = random_model(seed)
    whole = minimise(model, time_limit=20)
    monkeypatch.setattr(linear, "MANY", 0)
    monkeypatch.setattr(linear, "ROOM", 1)
    near = minimise(model, time_limit=20)
    assert (near.status, near.value, near.bound) == (whole.status, whole.value, whole.bound)


@pytest.mark.parametrize("seed", range(60))
def test_no_solution_is_below_the_least(seed: int) -> None:
    """What rows say of domains is never more than what a search finds, even where nothing is possible."""
    model = random_model(seed)
    expression = sum(weight * x for weight, x in zip((3, -2, 5, 1), variables_of(model)[-4:], strict=True)) + 7
    (least,) = leasts(model, [expression])
    model.minimize(expression)
    found = minimise(model, time_limit=20)
    assert found.value is None or least <= found.value


def test_least_follows_from_what_is_kept_before() -> None:
    """A person who must hold the one duty has to do so against a wish, once every duty that can be held is."""
    model = CpModel()
    impossible, held, shy = (model.new_bool_var(name) for name in ("impossible", "held", "shy"))
    model.add(impossible == 0)
    model.add_implication(held, shy)
    assert leasts(model, [2 - impossible - held, 4 * shy]) == [1, 4]
    assert leasts(model, [4 * shy, 2 - impossible - held]) == [0, 2]


def test_random_models_are_often_feasible_and_often_not() -> None:
    """The sample above tells both ends apart."""
    ended = [minimise(random_model(seed), time_limit=20).status for seed in range(60)]
    assert 10 < ended.count(Status.INFEASIBLE) < 50


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda objective: objective.name)
def test_tiny_problem_has_the_same_optimum(objective: object) -> None:
    """Every objective of the tiny problem is linear, and has one optimum, whoever looks for it."""
    problem, model = tiny_problem(), CpModel()
    variables = Variables(model, problem)
    for constraint in CONSTRAINTS:
        assert all(constraint(model, problem, variables))
    model.minimize(objective.expression(model, problem, variables))
    solver, found = CpSolver(), minimise(model, time_limit=30)
    assert solver.solve(model) == OPTIMAL
    assert (found.status, found.value) == (Status.OPTIMAL, round(solver.objective_value))


def test_condition_that_is_false_asks_nothing() -> None:
    """A sum with conditions holds when all of them are true, and only then, on both sides."""
    model = CpModel()
    x, yes, no = model.new_int_var(-3, 9, "x"), model.new_bool_var("yes"), model.new_bool_var("no")
    model.add_linear_constraint(2 * x, 6, 10).only_enforce_if(yes, ~no)
    allowed_ones = {values for values in product(range(-3, 10), (0, 1), (0, 1)) if allowed(model, values)}
    assert allowed_ones == {
        (x, yes, no) for x, yes, no in product(range(-3, 10), (0, 1), (0, 1)) if 3 <= x <= 5 or not yes or no
    }


def test_rows_are_divided_by_what_their_weights_share() -> None:
    """A sum of even numbers that is at most 7 is at most 6: the row says 3, of half the weights."""
    model = CpModel()
    x, y = model.new_int_var(0, 9, "x"), model.new_int_var(0, 9, "y")
    model.add_linear_constraint(2 * x + 4 * y, 3, 7)
    found = arrays(model)
    assert found.rows.toarray().tolist() == [[1, 2]]
    assert (found.least.tolist(), found.most.tolist()) == ([2], [3])


def test_bound_is_a_value_the_objective_can_have() -> None:
    """Where only hundreds are possible, a bound is a hundred: 1 cannot be all that is known."""
    model = CpModel()
    x, y, z = (model.new_bool_var(name) for name in "xyz")
    model.add(2 * x + 2 * y + 2 * z >= 1)
    model.minimize(100 * x + 100 * y + 100 * z + 50)
    found = minimise(model, time_limit=10)
    assert (found.value, found.bound) == (150, 150)


def test_a_relaxation_bounds_and_never_finds() -> None:
    """Half a hundred is rounded up to a hundred; nothing possible in fractions is nothing possible."""
    model = CpModel()
    x, y = model.new_bool_var("x"), model.new_bool_var("y")
    model.add(2 * x + 2 * y >= 1)
    model.minimize(100 * x + 100 * y + 50)
    found = relaxed(model, time_limit=10)
    assert (found.status, found.value, found.bound, found.solution) == (Status.UNKNOWN, None, 150, ())
    model.add(x + y >= 3)
    assert relaxed(model, time_limit=10).status is Status.INFEASIBLE
    assert relaxed(CpModel(), time_limit=10).bound == 0


@pytest.mark.parametrize("seed", range(60))
def test_no_solution_is_below_the_relaxation(seed: int) -> None:
    """Whatever a model states, its relaxation bounds what is found, and is impossible only where the model is."""
    model = random_model(seed)
    found, bound = minimise(model, time_limit=20), relaxed(model, time_limit=20)
    if bound.status is Status.INFEASIBLE:
        assert found.status is Status.INFEASIBLE
    elif found.value is not None:
        assert bound.bound is not None
        assert bound.bound <= found.value


@pytest.mark.parametrize("seed", range(60))
def test_every_solution_keeps_the_rows_of_the_relaxation(seed: int) -> None:
    """What a relaxation says it cannot do without, no solution goes without; the unwanted ones are among it."""
    model = random_model(seed)
    named = [i for i, x in enumerate(variables_of(model)) if x.proto.domain[0] >= 0]
    priced = Priced(model, named)
    for unwanted in ([i for i in named if i % 2], [i for i in named if i % 3], named):
        row = priced.row(unwanted, time_limit=20)
        if not row:
            continue
        assert set(row) <= set(named)
        rowed = model.clone()
        rowed.minimize(sum(weight * rowed.get_int_var_from_proto_index(i) for i, weight in row.items()))
        found = minimise(rowed, time_limit=20)
        assert found.value is None or found.value >= WHOLE


def test_relaxations_often_have_something_to_say() -> None:
    """The rows above are not all empty; of a model without solution, and out of time, nothing is said."""
    said = [Priced(random_model(seed), range(8)).row(range(8), 20) for seed in range(60)]
    assert sum(bool(row) for row in said) > 10
    model = CpModel()
    x, y = model.new_bool_var("x"), model.new_bool_var("y")
    model.add(x + y >= 1)
    assert Priced(model, [0, 1]).row([0, 1], 10) == {0: WHOLE, 1: WHOLE}
    assert Priced(model, [0, 1]).row([0], 10) == {}
    assert Priced(model, [0, 1]).row([0, 1], 0) is None
    model.add(x + y <= 0)
    assert Priced(model, [0, 1]).row([0, 1], 10) is None


def test_search_without_objective_gives_any_solution() -> None:
    """Nothing to minimise: a solution is found, or said not to exist."""
    model = CpModel()
    x = model.new_int_var(0, 9, "x")
    model.add(3 * x == 6)
    assert minimise(model, time_limit=10).solution == (2,)
    model.add(2 * x == 6)
    assert minimise(model, time_limit=10).status is Status.INFEASIBLE


def test_model_without_variables_is_its_constraints() -> None:
    """Nothing to choose: the solution is empty, unless something is refused."""
    model = CpModel()
    assert minimise(model, time_limit=10).status is Status.OPTIMAL
    model.add_bool_or([])
    assert minimise(model, time_limit=10).status is Status.INFEASIBLE


def test_no_step_is_begun_late() -> None:
    """Where no time is left nothing is looked at, whatever could be said of it at once: a step may take long."""
    model = CpModel()
    x = model.new_int_var(2, 5, "")
    model.minimize(x)
    for limit in (0, -1):
        assert (minimise(model, limit).status, relaxed(model, limit)) == (Status.UNKNOWN, Linear(Status.UNKNOWN))
    assert minimise(model, 10).value == 2


def test_a_search_is_stopped() -> None:
    """A search that is told to stop ends long before its time, and claims no proof."""
    model, chance = CpModel(), Random(0)  # noqa: S311  nothing to hide
    things = [model.new_bool_var("") for _ in range(60)]
    weights = [chance.randint(100, 999) for _ in things]
    model.add(sum(w * x for w, x in zip(weights, things, strict=True)) == sum(weights[:30]))
    model.minimize(sum(chance.randint(1, 99) * x for x in things))
    began = time.monotonic()
    found = minimise(model, time_limit=30, stopped=lambda: True)
    assert found.status in {Status.UNKNOWN, Status.FEASIBLE}
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("what", ["hole", "objective", "product"])
def test_what_is_not_linear_is_refused(what: str) -> None:
    """A domain with a hole, an objective of fractions, a product: none is passed over in silence."""
    model = CpModel()
    x, y = model.new_int_var(0, 9, "x"), model.new_int_var(0, 9, "y")
    if what == "hole":
        model.add_linear_expression_in_domain(x + y, Domain.from_values([1, 5]))
    elif what == "objective":
        model.minimize(0.5 * x + y)
    else:
        model.add_multiplication_equality(model.new_int_var(0, 81, ""), x, y)
    with pytest.raises(ValueError, match="not linear"):
        arrays(model)


def random_model(seed: int) -> CpModel:
    """Draw a small model with every kind of constraint the solver uses, conditions included."""
    model, chance = CpModel(), Random(seed)  # noqa: S311  nothing to hide
    literals = [model.new_bool_var("") for _ in range(8)]
    numbers = [model.new_int_var(low, low + chance.randint(0, 6), "") for low in (chance.randint(-4, 3) for _ in "abc")]
    for _ in range(chance.randint(6, 14)):
        constrain(model, chance, literals, numbers)
    weights = [chance.randint(-9, 9) for _ in (*literals, *numbers)]
    model.minimize(sum(w * x for w, x in zip(weights, (*literals, *numbers), strict=True)) + chance.randint(-5, 5))
    return model


def variables_of(model: CpModel) -> list[IntVar]:
    """Return the variables of a model."""
    return [model.get_int_var_from_proto_index(i) for i in range(len(model.proto.variables))]


def constrain(model: CpModel, chance: Random, literals: list[IntVar], numbers: list[IntVar]) -> None:
    """Add a constraint of any kind to a model."""
    some = [x if chance.random() < 0.6 else ~x for x in chance.sample(literals, chance.randint(2, 4))]
    terms = chance.sample([*literals, *numbers], chance.randint(2, 5))
    weighted = sum(chance.choice((-7, -3, -2, -1, 1, 2, 4)) * x for x in terms)
    least = chance.randint(-12, 8)
    added = chance.choice(
        (
            lambda: model.add_exactly_one(some),
            lambda: model.add_at_most_one(some),
            lambda: model.add_bool_or(some),
            lambda: model.add_bool_and(some[:-1]),
            lambda: model.add_implication(some[0], some[1]),
            lambda: model.add(weighted == least),
            lambda: model.add(weighted <= least + 9),
            lambda: model.add_linear_constraint(weighted, least, least + chance.randint(0, 9)),
            lambda: model.add(weighted >= least),
        )
    )()
    if chance.random() < 0.6:
        added.only_enforce_if(*(x if chance.random() < 0.5 else ~x for x in chance.sample(literals, 2)))


def allowed(model: CpModel, values: tuple[int, ...]) -> bool:
    """Whether CP-SAT accepts these values of the variables."""
    model = model.clone()
    for i, value in enumerate(values):
        model.add(model.get_int_var_from_proto_index(i) == value)
    return CpSolver().solve(model) == OPTIMAL
