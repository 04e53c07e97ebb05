"""A wrong rule, or a wrong objective, written into the solver does not go unnoticed.

A mutant is the solver with one kind of rule left out, shifted by one or turned round. It is put to problems one step
past a rule, or one step short of it: those written by hand for the evaluation, each permanence of their plan pinned.
What betrays a mutant is a rule broken by the plan it makes, or values that are not those of the true solver.
"""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache

import pytest
from ortools.sat.python.cp_model import Constraint, CpModel, LinearExpr

from changes import (
    ALL_DAY,
    BOTH_ROLES,
    LAND,
    MONDAY,
    MORNING_ONLY,
    NEXT_DAY,
    TENTH,
    TINY,
    answer,
    available,
    fixed,
    pair,
    pin,
    site,
)
from picup_planner.errors import Infeasible
from picup_planner.evaluation import SHAPES, broken_rules
from picup_planner.messages.subjects import names_of, shape_of
from picup_planner.plan import Breach
from picup_planner.problem import (
    Availability,
    ClosedDate,
    ClosureReason,
    DateRange,
    Frequency,
    Level,
    ObjectiveChoice,
    Pin,
    PinKind,
    Problem,
    Rule,
    Slot,
    Together,
)
from picup_planner.solver import solve
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.objectives import Objective, chosen
from picup_planner.solver.variables import Variables
from problems import MINUTES, hand_plan, problem_with, replaced, travel_times
from solver_models import Generator
from test_evaluation_rules import CASES, Case


def absent(*members: str, day: int) -> dict[str, object]:
    """Say no for these people on one morning."""
    return {"availability": tuple(no for member in members for no in answer(member, day, "matin")["availability"])}


ORDER = ("unstaffed_fixed", "travel", "continuity")
"""What is pinned is held, and hardly anything else: every permanence has to be driven to."""

SECOND = timedelta(seconds=1)
LENGTH = timedelta(hours=8, minutes=9)
"""Monday, from depot to depot, less lunch."""

BREATHLESS = timedelta(hours=6, minutes=58)
"""A session from 9 to 15, from depot to depot."""

NIGHT = timedelta(hours=15, minutes=26)
"""From a tour to that of the next morning."""

ELEVENTH = date(2026, 12, 11)
FAR = {**MINUTES, "depot": {**MINUTES["depot"], "centre-1": 90}}
"""One place so far that days seem longer, and two tours of a day shorter, than they are."""

FAR_APART = {**FAR, "amont-2": {**MINUTES["amont-2"], "aval-1": 21}}
"""Two other places too far apart for a tour."""

EXTRA = (
    Case(
        "one person for two roles of a tour",
        {"crew amont 2026-12-10 matin as-1"},
        {**BOTH_ROLES, **absent("as-2", "casp-1", "casp-2", day=10)},
        (("amont-1", 10, "matin", {"as": "as-1", "casp": "as-1"}),),
        {},
    ),
    Case(
        "one person for two roles of a fixed permanence",
        {"crew fixe-1 as-1"},
        {**BOTH_ROLES, **absent("as-2", "casp-1", "casp-2", day=9)},
        (),
        {"fixe-1": {"as": "as-1", "casp": "as-1"}},
    ),
    Case(
        "one of the given crew is absent",
        {"crew fixe-1 given"},
        {**fixed(crew=("as-2", "casp-1")), **absent("as-2", day=9)},
    ),
    Case(
        "a single visit by a van out of service",
        {"tours van-1 2026-12-10"},
        {"vans": replaced(LAND.vans, "van-1", off=(DateRange(first=TENTH, last=TENTH),))},
        (("amont-1", 10, "matin", {"as": "as-1", "casp": "casp-1"}),),
        {},
    ),
    Case(
        "a pin that only the past could keep",
        {"pins past 2026-12-10"},
        {
            "as_of": TENTH,
            "settings": {"notice": 0},
            "vans": replaced(LAND.vans, "van-1", off=(DateRange(first=ELEVENTH, last=ELEVENTH),)),
            **pin(PinKind.HELD, commune="amont"),
        },
        MORNING_ONLY,
        {},
    ),
    Case(
        "one permanence on a closed date",
        {"closures 2026-12-10"},
        {"closed": (*TINY.closed, ClosedDate(date=TENTH, reason=ClosureReason.TERRITORY))},
        MORNING_ONLY,
    ),
    Case(
        "just as often as allowed",
        set(),
        {"communes": replaced(LAND.communes, "amont", frequency=Frequency(minimum=1, target=2, maximum=2))},
    ),
    Case("a second more than there is", {"workload as-1 month"}, available("as-1", hours=10, minutes=8, seconds=59)),
    Case(
        "a day a second too long",
        {"rest as-1 2026-12-07 length", "rest casp-2 2026-12-07 length"},
        {"settings": {"max_daily_length": LENGTH - SECOND}},
    ),
    Case(
        "a day just short enough",
        set(),
        {"settings": {"max_daily_length": LENGTH}, "travel": travel_times(TINY.travel.locations, FAR)},
    ),
    Case(
        "a second too long for no break",
        {"rest as-2 2026-12-10 break", "rest casp-2 2026-12-10 break"},
        {**ALL_DAY, "settings": {"break_after": BREATHLESS - SECOND}},
        MORNING_ONLY,
    ),
    Case(
        "just short enough for no break", set(), {**ALL_DAY, "settings": {"break_after": BREATHLESS}}, MORNING_ONLY, {}
    ),
    Case(
        "a night a second too short",
        {"rest as-1 2026-12-07 rest", "rest casp-2 2026-12-07 rest"},
        {"settings": {"min_rest": NIGHT + SECOND}},
        NEXT_DAY,
    ),
    Case("two who go together", set(), pair("as-1", "casp-2", Together.MUST), MONDAY),
    Case(
        "a van back at the depot at midday",
        {"tours amont-2 matin aval-1 apres-midi", "one_place as-1 2026-12-07", "one_place casp-2 2026-12-07"},
        {"travel": travel_times(TINY.travel.locations, FAR_APART)},
        MONDAY,
        {},
    ),
)
"""Problems in which it pays to break what the others break for nothing, or one second or permanence past a rule."""

WRITTEN = {"rule-tours-legs", "rule-tours-length", "rule-tours-minutes"}
"""Kinds of rules about what a tour says of itself, which the solver only writes down."""

IMPLIED_BY = {
    "rule-crew-member": ("rule-one_place-member",),
    "rule-crew-fixed-member": ("rule-one_place-member",),
    "rule-rotation-commune": ("rule-spacing",),
}
"""Kinds of rules that others imply in the model: two roles are two places, two permanences a day are none apart."""

TOLD_AS = {"rule-one_place-van": "rule-tours-stops"}
"""Kinds of rules whose breach comes out as another: two tours of a van in a day are written down as one."""

LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1
"""No bound."""

Bounds = tuple[int, int]
Mutation = Callable[[int, int], tuple[Bounds, ...]]
"""From the bounds of a constraint to the intervals it allows instead."""

Wrong = Callable[[LinearExpr], LinearExpr]
"""From the expression of an objective to another."""

Outcome = tuple[int, ...] | set[str]
"""Values of the objectives, or the kinds of the rules broken, or that there is no plan."""


def left_out(_low: int, _high: int) -> tuple[Bounds, ...]:
    """Forget it."""
    return ((LOWEST, HIGHEST),)


def too_loose(low: int, high: int) -> tuple[Bounds, ...]:
    """Allow one more, or one less."""
    return ((low if low == LOWEST else low - 1, high if high == HIGHEST else high + 1),)


def too_tight(low: int, high: int) -> tuple[Bounds, ...]:
    """Allow one less, or ask for one more."""
    shifted = low == high
    return ((low if low == LOWEST else low + 1, high if high == HIGHEST else high + 1 if shifted else high - 1),)


def turned_round(low: int, high: int) -> tuple[Bounds, ...]:
    """Ask for the contrary."""
    below = ((LOWEST, low - 1),) if low > LOWEST else ()
    above = ((high + 1, HIGHEST),) if high < HIGHEST else ()
    return below + above


def kind_of(rule: Rule, problem: Problem) -> str:
    """Name the kind of a rule: that of the message that tells it."""
    found = shape_of(Breach(rule=rule), names_of(problem))
    assert found, rule
    return found[0]


def mutant(kind: str, mutation: Mutation) -> tuple[Generator, ...]:
    """Give the constraints of the solver, those of one kind mutated, and with them those that say the same."""
    kinds = {kind, *IMPLIED_BY.get(kind, ())}

    def mutated(constraint: Generator) -> Generator:
        def generate(model: CpModel, problem: Problem, variables: Variables) -> Iterator[tuple[Rule, Constraint]]:
            for rule, made in constraint(model, problem, variables):
                if kind_of(rule, problem) in kinds:
                    low, high = made.proto.linear.domain
                    made.proto.linear.domain.clear()
                    made.proto.linear.domain.extend([end for side in mutation(low, high) for end in side])
                yield rule, made

        return generate

    wrong = {SHAPES[one].constraint for one in kinds}
    return tuple(mutated(one) if one.__name__ in wrong else one for one in CONSTRAINTS)


def pinned(case: Case) -> Problem:
    """Give the problem of a case, the plan of the case pinned to it."""
    problem = problem_with(**case.changes)
    pins = (
        Pin(
            id=f"visit-{n}",
            kind=PinKind.HELD,
            site=site,
            date=problem.dates[day - 1],
            session=session,
            members=tuple(sorted(set(crew.values()))),
        )
        for n, (site, day, session, crew, *_) in enumerate(case.visits)
    )
    held = problem.fixed
    for duty, crew in case.fixed.items():
        if not next(one.crew for one in held if one.id == duty) and len(set(crew.values())) == len(crew):
            held = replaced(held, duty, crew=tuple(crew.values()))
    order = tuple(ObjectiveChoice(name=name) for name in ORDER)
    land = problem.territory
    return problem_with(problem, pins=(*land.pins, *pins), fixed=held, settings={"objectives": order})


def outcome(problem: Problem) -> Outcome:
    """Tell what comes out of the solver: kinds of the rules broken, if any, or values of the objectives."""
    try:
        plan = solve(problem, time_limit=60, workers=1)
    except Infeasible:
        return {"no plan"}
    broken = {kind_of(breach.rule, problem) for breach in broken_rules(problem, plan)}
    return broken or tuple(result.value for result in plan.objectives)


def kinds_broken(case: Case) -> set[str]:
    """Tell which kinds of rules the plan of a case breaks."""
    problem = problem_with(**case.changes)
    return {kind_of(breach.rule, problem) for breach in broken_rules(problem, hand_plan(problem, *case[3:]))}


def past(kind: str) -> list[Case]:
    """Give the cases whose plan is one step past such a rule."""
    return [case for case in (*EXTRA, *CASES) if kind in kinds_broken(case)]


@cache
def put_to(kind: str) -> list[tuple[Problem, Outcome]]:
    """Give the problems a mutant is put to, and what is true of each: past such a rule first, then short of it."""
    short = [case for case in (*EXTRA, *CASES) if not case.broken]
    return [true(case.name) for case in (*past(TOLD_AS.get(kind, kind)), *short)]


@cache
def true(name: str) -> tuple[Problem, Outcome]:
    """Give the problem of a case, its plan pinned, and what comes out of the true solver."""
    problem = pinned(next(case for case in (*EXTRA, *CASES) if case.name == name))
    return problem, outcome(problem)


@pytest.fixture
def wrong_solver(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give what replaces a name wherever the solver reads it.

    The smaller model and the cuts are left out: what follows from the true rules would hide that one of them is wrong.
    """

    def replace(**changes: object) -> None:
        rooms = [room for name, room in sys.modules.items() if name.startswith("picup_planner.solver")]
        for name, value in changes.items():
            assert any(hasattr(room, name) for room in rooms), name
            for room in rooms:
                if hasattr(room, name):
                    monkeypatch.setattr(room, name, value)

    replace(applies=lambda *_: False, tighten=lambda *_: None)
    return replace


KINDS = [kind for kind in SHAPES if not kind.startswith("rule-plan-") and kind not in WRITTEN]


@pytest.mark.parametrize("kind", KINDS)
def test_rule_left_out_is_broken(kind: str, wrong_solver: Callable[..., None]) -> None:
    """Without a kind of rule, the solver makes a plan that breaks it, and evaluation says so."""
    wrong_solver(CONSTRAINTS=mutant(kind, left_out))
    told_as = TOLD_AS.get(kind, kind)
    assert any(told_as in outcome(pinned(case)) for case in past(told_as))


@pytest.mark.slow
@pytest.mark.skipif("PICUP_SLOW" not in os.environ, reason="takes many minutes: set PICUP_SLOW=1")
@pytest.mark.parametrize("mutation", [too_loose, too_tight, turned_round], ids=lambda mutation: mutation.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_rule_is_noticed(kind: str, mutation: Mutation, wrong_solver: Callable[..., None]) -> None:
    """Shifted by one or turned round, a kind of rule gives a plan that breaks a rule, or other values, or no plan."""
    put = put_to(kind)
    wrong_solver(CONSTRAINTS=mutant(kind, mutation))
    assert any(outcome(problem) != true for problem, true in put)


# -------------------------------------------------------------- objectives


def twice(expression: LinearExpr) -> LinearExpr:
    """Weigh everything twice."""
    return 2 * expression


def nothing(_expression: LinearExpr) -> LinearExpr:
    """Count nothing at all."""
    return LinearExpr.constant(0)


def poor() -> Problem:
    """Give a problem in which every objective costs something, whatever the plan."""
    land = TINY.territory
    wanted = Frequency(minimum=3, target=4, maximum=4)
    reluctant = (
        Availability(
            member=member.id,
            slot=Slot(date=day, session=session.id),
            level=Level.NO if (day.day, member.roles) == (9, ("casp",)) else Level.IF_NEEDED,
        )
        for member in land.staff
        for day in TINY.open_dates
        for session in land.sessions
    )
    return problem_with(
        communes=tuple(commune.model_copy(update={"frequency": wanted}) for commune in land.communes),
        availability=tuple(reluctant),
        settings={"min_gap": 4, "max_gap": 2, "faces": 0},
        **site("amont-2", on=False),
    )


NAMES = [objective.name for objective in chosen(TINY)]
POOR = poor()


@pytest.mark.parametrize("wrong", [twice, nothing], ids=lambda wrong: wrong.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_wrong_objective_is_noticed(name: str, wrong: Wrong, wrong_solver: Callable[..., None]) -> None:
    """An objective the solver counts otherwise is told by evaluation, which counts it again."""
    wrong_solver(chosen=lambda problem: [_wrong(one, wrong) if one.name == name else one for one in chosen(problem)])
    plan = solve(POOR, time_limit=20, workers=1, through="below_target")
    assert [b.rule.subject for b in broken_rules(POOR, plan)] == [("objective", name)]


def _wrong(objective: Objective, wrong: Wrong) -> Objective:
    def expression(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
        return wrong(objective.expression(model, problem, variables))

    expression.__name__ = objective.name
    return objective._replace(expression=expression)
