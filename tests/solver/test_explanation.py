"""Reasons: the rules named are enough, none of them is too many, and what is said to help does."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from random import Random
from typing import NamedTuple

import pytest
from ortools.sat.python.cp_model import INFEASIBLE, OPTIMAL, UNKNOWN, CpModel, CpSolver

from changes import both_drive
from claims import slowly
from picup_planner.display.reasons import shortage_told
from picup_planner.errors import Origin
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.messages import Words
from picup_planner.plan import Plan, promises_of
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
    SiteClosure,
    Slot,
    Use,
)
from picup_planner.solver import statements as stating
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.explanation import Reason, conflict, shortage, why_not
from picup_planner.solver.loosening import loosened
from picup_planner.solver.objectives import OBJECTIVES
from picup_planner.solver.pruning import Depth
from picup_planner.solver.statements import Asked, Budget, Statement, Statements, Verdict
from picup_planner.solver.variables import Variables
from planted import Size, of_seed
from problems import hand_plan, problem_with, replaced, tiny_problem, travel_times
from solver_models import text

TINY = tiny_problem()
LAND = TINY.territory
CREW = {"as": "as-1", "casp": "casp-1"}
OTHERS = {"as": "as-2", "casp": "casp-2"}
FIRST = [("amont-1", 7, "matin", CREW)]
BOTH = [("amont-1", 7, "matin", CREW), ("aval-1", 10, "matin", OTHERS)]
WEEK = range(7, 12)
NONE_FIXED = {"fixed": ()}


def nothing(_: Variables) -> Sequence[bool]:
    """Ask nothing."""
    return ()


def once_more(problem: Problem, commune: str, held: int) -> Asked:
    """Ask for one more permanence than are held in a commune."""
    return lambda variables: [variables.held_anywhere(variables.sites_of(commune), problem.dates) >= held + 1]


def possible(problem: Problem, statements: Collection[Statement], asked: Asked = nothing) -> bool:
    """Tell whether these rules and values kept, and what is asked, go together; no other rule is stated."""
    model = CpModel()
    variables = Variables(model, problem)
    for constraint in CONSTRAINTS:
        for rule, made in constraint(model, problem, variables):
            if rule not in statements:
                made.only_enforce_if(model.new_constant(0))
    kept = {statement.name: statement.value for statement in statements if not isinstance(statement, Rule)}
    for objective in OBJECTIVES:
        if objective.name in kept:
            model.add(objective.expression(model, problem, variables) <= kept[objective.name])
    for wanted in asked(variables):
        model.add(wanted)
    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    status = solver.solve(model)
    assert status in {OPTIMAL, INFEASIBLE}
    return bool(status == OPTIMAL)


def assert_minimal(problem: Problem, reason: Reason, asked: Asked = nothing) -> None:
    """Check a reason by solving: impossible together, possible without any one."""
    assert reason.verified
    assert reason.minimal
    core = {*reason.rules, *reason.kept}
    assert not possible(problem, core, asked)
    for statement in core:
        assert possible(problem, core - {statement}, asked), statement


def assert_priced(problem: Problem, plan: Plan, reason: Reason) -> None:
    """Check that each remedy lifts a rule of the reason, is a plan that keeps the others, and costs what it says."""
    before = objective_values(problem, plan)
    for remedy in reason.remedies:
        assert remedy.rule in reason.rules
        assert broken_rules(remedy.problem, remedy.plan) == []
        after = objective_values(remedy.problem, remedy.plan)
        for cost in remedy.costs:
            assert (cost.before, cost.after) == (before[cost.name], after[cost.name])
    prices = [
        [cost.after - cost.before for cost in remedy.costs if cost.name == "travel"] for remedy in reason.remedies
    ]
    assert len(prices) <= 3


def pin(name: str, site: str, day: int, kind: PinKind = PinKind.HELD) -> Pin:
    """Decide of one site on one day of December."""
    return Pin(id=name, kind=kind, site=site, date=date(2026, 12, day), origin=Origin("pins.csv", 3))


def away(member: str, *days: int) -> tuple[Availability, ...]:
    """Take somebody away on some days of December."""
    return tuple(
        Availability(member=member, slot=Slot(date=date(2026, 12, day), session=session.id), level=Level.NO)
        for day in days
        for session in LAND.sessions
    )


class Conflict(NamedTuple):
    """Changes that leave no plan, and the rules that contradict each other."""

    name: str
    changes: Mapping[str, object]
    rules: set[str]
    lifted: set[str] = set()  # noqa: RUF012  never changed

    def __str__(self) -> str:
        return self.name


AT_ONCE = tuple(
    one.model_copy(update={"session": "matin"}) for one in (pin("un", "amont-1", 7), pin("deux", "aval-1", 7))
)
ALL_MONTH = SiteClosure(first=date(2026, 12, 1), last=date(2026, 12, 31))
CONFLICTS = [
    Conflict(
        "two pins too close",
        {"pins": (pin("un", "amont-1", 9), pin("deux", "amont-2", 10))},
        {"pins un", "pins deux", "spacing amont"},
        {"pins un", "pins deux", "spacing amont"},
    ),
    Conflict(
        "held and forbidden",
        {"pins": (pin("un", "amont-1", 9), pin("deux", "amont-1", 9, PinKind.FORBIDDEN))},
        {"pins un", "pins deux"},
        {"pins un", "pins deux"},
    ),
    Conflict(
        "held on a closed day",
        {"pins": (pin("un", "amont-1", 12),)},
        {"pins un", "closures 2026-12-12"},
        {"pins un", "closures 2026-12-12"},
    ),
    Conflict(
        "held without a van",
        {
            "pins": (pin("un", "aval-1", 8),),
            "vans": replaced(LAND.vans, "van-1", off=(DateRange(first=date(2026, 12, 7), last=date(2026, 12, 9)),)),
        },
        {"pins un", "tours van-1 2026-12-08"},
        {"pins un", "tours van-1 2026-12-08"},
    ),
    Conflict(
        "required and closed",
        {"sites": replaced(LAND.sites, "amont-1", use=Use.REQUIRED, closures=(ALL_MONTH,)), "travel": TINY.travel},
        {"required_sites amont-1", "openings amont-1 closed 2026-12-01"},
        {"required_sites amont-1", "openings amont-1 closed 2026-12-01"},
    ),
    Conflict(
        "more pins than permanences",
        {
            "pins": (pin("un", "amont-1", 7), pin("deux", "amont-2", 10)),
            "communes": replaced(LAND.communes, "amont", frequency=Frequency(minimum=0, target=1, maximum=1)),
        },
        {"pins un", "pins deux", "frequency amont"},
        {"pins un", "pins deux", "frequency amont"},
    ),
    Conflict(
        "one person for two crews",
        {"pins": AT_ONCE, "availability": away("as-2", 7), **both_drive("van-1", "van-2")},
        {
            *("pins un", "pins deux", "availability as-2 2026-12-07 matin", "one_place as-1 2026-12-07"),
            *("crew amont 2026-12-07 matin as", "crew aval 2026-12-07 matin as"),
        },
        {"pins un", "pins deux", "availability as-2 2026-12-07 matin"},
    ),
]


@pytest.mark.parametrize("case", CONFLICTS, ids=str)
def test_a_conflict_is_told_by_its_rules_alone(case: Conflict) -> None:
    """The rules of a contradiction are found, all of them and no other, with a way out for each that can be lifted."""
    problem = problem_with(**case.changes)
    reason = conflict(problem)
    assert {text(rule) for rule in reason.rules} == case.rules
    assert_minimal(problem, reason)
    assert {text(remedy.rule) for remedy in reason.remedies} == case.lifted
    for remedy in reason.remedies:
        assert broken_rules(remedy.problem, remedy.plan) == []
        assert remedy.costs == ()


def test_a_van_off_is_seen_before_any_drive() -> None:
    """That no van is there is a matter of places: no drive is looked at to find it out."""
    (case,) = (case for case in CONFLICTS if case.name == "held without a van")
    statements = Statements(problem_with(**case.changes))
    assert statements.possible(list(statements), Budget(10, 60)) == (Verdict.IMPOSSIBLE, Depth.PLACES)


def test_a_reason_keeps_where_its_rules_were_typed() -> None:
    """Each rule comes with its file and line."""
    reason = conflict(problem_with(pins=(pin("un", "amont-1", 12),)))
    assert Origin("pins.csv", 3) in {rule.origin for rule in reason.rules}


def test_no_reason_where_there_is_a_plan() -> None:
    """Nothing is in the way of a problem that has a plan, and that is sure."""
    reason = conflict(TINY)
    assert (reason.found, reason.verified, reason.remedies) == (False, True, ())


class Short(NamedTuple):
    """A plan that lacks a permanence in amont, and what of which constraints prevents it."""

    name: str
    changes: Mapping[str, object]
    constraints: set[str]
    kept: set[str] = set()  # noqa: RUF012  never changed
    lifted: set[str] = set()  # noqa: RUF012  never changed
    visits: Sequence[tuple[object, ...]] = FIRST

    def __str__(self) -> str:
        return self.name


OFF = tuple(site.model_copy(update={"on": site.commune != "amont"}) for site in LAND.sites)
COUNSELLORS_AWAY = (*away("casp-1", *WEEK), *away("casp-2", *WEEK))
SHORTAGES = [
    Short(
        "as many as allowed",
        {"communes": replaced(LAND.communes, "amont", frequency=Frequency(minimum=1, target=1, maximum=1))},
        {"frequency"},
        lifted={"frequency amont"},
    ),
    Short(
        "sites switched off",
        {"sites": OFF, "travel": TINY.travel},
        {"openings"},
        lifted={"openings amont-1 off", "openings amont-2 off"},
        visits=(),
    ),
    Short(
        "nobody for a role",
        {"availability": COUNSELLORS_AWAY, **NONE_FIXED},
        {"availability", "crew", "closures"},
        visits=(),
    ),
    Short("days apart", {"settings": {"min_gap": 5}}, {"spacing", "rotation", "closures"}, lifted={"spacing amont"}),
    Short(
        "the other commune is owed its own",
        {"settings": {"weekly_maximum": 1}, **NONE_FIXED},
        {"workload", "crew", "closures", "rotation"},
        kept={"below_minimum", "below_target"},
        visits=BOTH,
    ),
]


@pytest.mark.parametrize("case", SHORTAGES, ids=str)
def test_a_shortage_is_told_by_what_prevents_one_more(case: Short) -> None:
    """What prevents one more permanence is enough to prevent it, none of it is too many, and each way out is priced."""
    problem = problem_with(**case.changes)
    plan = hand_plan(problem, case.visits, {} if not problem.fixed else {"fixe-1": OTHERS})
    assert broken_rules(problem, plan) == []
    reason = shortage(problem, plan, "amont")
    assert {rule.constraint for rule in reason.rules} <= case.constraints
    assert {kept.name for kept in reason.kept} <= case.kept
    assert bool(reason.kept) is bool(case.kept)
    held = sum(permanence.place.commune == "amont" for permanence in plan.permanences)
    assert_minimal(problem, reason, once_more(problem, "amont", held))
    assert_priced(problem, plan, reason)
    assert case.lifted <= {text(remedy.rule) for remedy in reason.remedies}
    for remedy in reason.remedies:
        assert sum(permanence.place.commune == "amont" for permanence in remedy.plan.permanences) > held


def test_one_more_where_nothing_prevents_it() -> None:
    """A plan that could hold one more is told so: nothing is in the way."""
    reason = shortage(TINY, hand_plan(TINY, FIRST, {"fixe-1": OTHERS}), "amont")
    assert (reason.found, reason.verified) == (False, True)


def test_what_is_only_counted_in_a_sum_is_no_reason() -> None:
    """Two half-days more that were answered if needed weigh less than the permanence they bring: it is possible."""
    shy = tuple(
        Availability(member=member.id, slot=Slot(date=day, session=session.id), level=Level.IF_NEEDED)
        for member in TINY.territory.staff
        for day in TINY.open_dates
        for session in TINY.territory.sessions
    )
    weighed = [ObjectiveChoice(name=name, weight=weight) for name, weight in (("preferences", 1), ("below_target", 9))]
    order = (ObjectiveChoice(name="below_minimum"), *weighed)
    problem = problem_with(availability=shy, settings={"objectives": order})
    reason = shortage(problem, hand_plan(problem, FIRST), "amont")
    assert (reason.found, reason.verified) == (False, True)


def test_to_change_little_is_no_reason() -> None:
    """Any permanence more is a change in a published month: that does not make it impossible, and is told."""
    published = hand_plan(TINY, FIRST, {"fixe-1": OTHERS})
    problem = problem_with(as_of=date(2026, 12, 6), promised=promises_of(published), settings={"notice": 0})
    reason = shortage(problem, hand_plan(problem, FIRST, {"fixe-1": OTHERS}), "amont")
    assert (reason.found, reason.verified) == (False, True)
    (possible, _) = shortage_told(reason, problem, Words("fr"))
    assert "en changeant davantage ce qui est annoncé" in possible


def test_one_person_back_for_one_half_day_is_a_remedy() -> None:
    """Where one half-day of one person is missing, that is what is told to help, and the plan holds it."""
    only = (*away("casp-2", *WEEK), *away("casp-1", 8, 9, 10, 11), *away("casp-1", 7)[1:])
    weekends = tuple(closed.model_copy(update={"reason": ClosureReason.WEEKDAY}) for closed in TINY.closed)
    problem = problem_with(availability=only, closed=weekends, **NONE_FIXED)
    plan = hand_plan(problem, FIRST)
    reason = shortage(problem, plan, "amont")
    assert reason.remedies
    for remedy in reason.remedies:
        assert remedy.rule.constraint == "availability"
        member, day, _ = remedy.rule.subject
        crews = [permanence for permanence in remedy.plan.permanences if permanence.date.isoformat() == day]
        assert member in {one.member for permanence in crews for one in permanence.crew}
    assert_priced(problem, plan, reason)


def test_a_plan_that_breaks_a_rule_has_no_reason() -> None:
    """Nothing is explained of a plan whose values are not known and that breaks a rule; nor of no commune."""
    broken = hand_plan(TINY, [("amont-1", 12, "matin", CREW)])
    with pytest.raises(ValueError, match="breaks a rule"):
        shortage(TINY, broken, "amont")
    with pytest.raises(ValueError, match="no commune"):
        shortage(TINY, broken, "ailleurs")


# ---------------------------------------------------------------- out of time


def test_out_of_time_nothing_is_concluded() -> None:
    """Without any time, neither a reason nor its absence is told."""
    reason = conflict(problem_with(**CONFLICTS[0].changes), time_limit=0)
    assert (reason.found, reason.verified) == (False, False)
    answer = why_not(TINY, hand_plan(TINY, FIRST, {"fixe-1": OTHERS}), "amont-1", date(2026, 12, 12), time_limit=0)
    assert (answer.reason, answer.plan) == (None, None)


def test_out_of_searches_a_reason_is_not_called_minimal() -> None:
    """Rules that could not be tried stay, and the reason says that one may be too many; it is impossible still."""
    problem = problem_with(**CONFLICTS[0].changes)
    reason = conflict(problem, solves=3)
    assert reason.found
    assert not reason.minimal
    assert not possible(problem, reason.rules)


def test_an_unknown_answer_leaves_a_rule_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that ends without an answer counts neither for nor against a rule."""
    problem = problem_with(**CONFLICTS[1].changes)
    searched = stating._search  # noqa: SLF001  the only door to the engine
    unsure = iter([False, False, True])

    def tired(model: CpModel, budget: Budget, **how: object) -> object:
        status, solver = searched(model, budget, **how)  # type: ignore[arg-type]  as given
        return (UNKNOWN, solver) if status == OPTIMAL and next(unsure, True) else (status, solver)

    monkeypatch.setattr(stating, "_search", tired)
    reason = conflict(problem)
    assert not reason.minimal
    assert not possible(problem, reason.rules)


# ------------------------------------------------------------------- why not


@pytest.mark.parametrize(
    ("site", "day", "rules"),
    [
        ("amont-1", 12, {"closures 2026-12-12"}),
        ("centre-1", 8, {"openings centre-1 kind"}),
    ],
)
def test_what_is_forbidden_is_told_by_its_rule(site: str, day: int, rules: set[str]) -> None:
    """One rule is enough to say why not."""
    plan = hand_plan(TINY, FIRST, {"fixe-1": OTHERS})
    answer = why_not(TINY, plan, site, date(2026, 12, day), "matin")
    assert answer.reason
    assert {text(rule) for rule in answer.reason.rules} == rules
    assert (answer.plan, answer.costs) == (None, ())


@pytest.mark.parametrize("announced", [(), [("amont-1", 8, "matin", CREW), BOTH[1]]], ids=["never", "otherwise"])
def test_what_is_allowed_has_a_price(announced: Sequence[tuple[str, int, str, dict[str, str]]]) -> None:
    """The plan with what was asked keeps every rule; its price is counted from it, and from what was announced."""
    plan = hand_plan(TINY, BOTH, {"fixe-1": OTHERS})
    promised = promises_of(hand_plan(TINY, announced, {"fixe-1": OTHERS})) if announced else ()
    problem = problem_with(promised=promised)
    answer = why_not(problem, plan, "amont-2", date(2026, 12, 9), "apres-midi")
    assert answer.reason is None
    assert answer.plan
    assert broken_rules(problem, answer.plan.model_copy(update={"objectives": ()})) == []
    slots = {(p.place.id, p.date.day, p.session) for p in answer.plan.permanences}
    assert ("amont-2", 9, "apres-midi") in slots
    before, after = objective_values(problem, plan), objective_values(problem, answer.plan)
    told = {cost.name: (cost.before, cost.after) for cost in answer.costs}
    assert told == {name: (value, after[name]) for name, value in before.items() if value != after[name]}
    assert bool(announced) == bool(before.get("changes"))


def test_any_session_will_do() -> None:
    """Without a session, the best one is chosen."""
    answer = why_not(TINY, hand_plan(TINY, BOTH, {"fixe-1": OTHERS}), "aval-1", date(2026, 12, 8))
    assert answer.plan
    assert ("aval-1", date(2026, 12, 8)) in {(p.place.id, p.date) for p in answer.plan.permanences}


def test_a_site_no_road_leads_to_is_told_off() -> None:
    """A site without coordinates is off: no search is needed to say so."""
    lost = LAND.sites[0].model_copy(update={"on": False, "latitude": None, "longitude": None})
    problem = problem_with(
        sites=(lost, *LAND.sites[1:]), travel=travel_times(("depot", "amont-2", "aval-1", "centre-1"))
    )
    answer = why_not(problem, hand_plan(problem), "amont-1", date(2026, 12, 9))
    assert answer.reason
    assert [text(rule) for rule in answer.reason.rules] == ["openings amont-1 off"]
    assert answer.reason.solves == 0


# ------------------------------------------------- a few statements at a time


@pytest.mark.parametrize("seed", [0, 2, *(pytest.param(seed, marks=slowly) for seed in (3, *range(5, 40)))])
def test_a_part_of_the_model_says_what_the_whole_says(seed: int) -> None:
    """Leaving out the columns that nothing speaks about changes no answer, whatever statements are kept."""
    random = Random(seed)  # noqa: S311  nothing to hide
    problem = of_seed(seed, Size(facts=3, dates=6, sites=2)).problem
    wanted = random.choice(problem.territory.communes)
    held = random.randint(1, 4)
    statements = Statements(problem, once_more(problem, wanted.id, held - 1))
    every = list(statements)
    for share in (0.3, 0.8, 1):
        some = [rule for rule in every if random.random() < share or rule.constraint in {"crew", "one_place"}]  # type: ignore[union-attr]  rules
        verdict, _ = statements.possible(some, Budget(100, 60))
        assert verdict is not Verdict.UNKNOWN
        assert (verdict is Verdict.POSSIBLE) == possible(problem, some, once_more(problem, wanted.id, held - 1))


def test_every_rule_that_can_be_loosened_gives_another_problem() -> None:
    """A rule is loosened into a problem that is valid and not the same, or left as it is."""
    van = replaced(LAND.vans, "van-1", off=(DateRange(first=date(2026, 12, 7), last=date(2026, 12, 9)),))
    problem = problem_with(
        pins=(pin("un", "amont-1", 9),),
        vans=van,
        availability=away("as-1", 7),
        sites=replaced(OFF, "aval-1", use=Use.REQUIRED, closures=(ALL_MONTH,)),
        travel=TINY.travel,
    )
    model = CpModel()
    variables = Variables(model, problem)
    rules = [rule for constraint in CONSTRAINTS for rule, _ in constraint(model, problem, variables)]
    changed = {rule.constraint for rule in rules if (loose := loosened(problem, rule)) and loose != problem}
    assert changed >= {"frequency", "openings", "spacing", "rotation", "availability", "tours", "workload", "pins"}
    assert not changed & {"one_place", "same_crew", "rest"}


def test_weekends_and_public_holidays_stay_closed() -> None:
    """Only a closure the territory decided is lifted."""
    days = (ClosureReason.WEEKDAY, ClosureReason.PUBLIC_HOLIDAY, ClosureReason.TERRITORY)
    closed = tuple(ClosedDate(date=date(2026, 12, 7 + n), reason=reason) for n, reason in enumerate(days))
    problem = problem_with(closed=closed)
    lifted = [loosened(problem, Rule(constraint="closures", subject=(one.date.isoformat(),))) for one in closed]
    assert [bool(each) for each in lifted] == [False, False, True]
