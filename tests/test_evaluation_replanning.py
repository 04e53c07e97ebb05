"""A published plan: its promises, what of them took place, and what a new plan changes, counted on paper."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pytest

from changes import FIRST, FIXED, GOOD, LAND, MONDAY, OTHERS, SECOND, SEVENTH, TENTH, THURSDAY, TINY, pin, site
from picup_planner.errors import DataError
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import promises_of
from picup_planner.problem import Frequency, PinKind, Problem, Promise, Session, SiteClosure, Van
from problems import hand_plan, problem_with, replaced
from test_evaluation_rules import CASES as BROKEN
from test_evaluation_rules import Case as BrokenCase

EVE, EIGHTH, FRIDAY = date(2026, 12, 6), date(2026, 12, 8), date(2026, 12, 11)
PROMISED = promises_of(hand_plan(TINY, GOOD, FIXED))
ELSEWHERE = ("amont-1", *MONDAY[0][1:])
MOVED = tuple((visit[0], 11, *visit[2:]) for visit in THURSDAY)
NO_ROLE_LEFT = {"a role one does not have", "a fixed role one does not have"}
"""What nobody can have promised: refused as an input."""


class Case(NamedTuple):
    """A new plan, made on the eve of the promised one with two days of notice, and its changes: in notice, in all."""

    name: str
    below_published: int
    in_notice: int
    changes: int
    visits: Sequence[tuple[object, ...]] = GOOD
    fixed: Mapping[str, Mapping[str, str]] = FIXED
    more: Mapping[str, object] = {}


CASES = (
    Case("nothing moves", 0, 0, 0),
    Case("one cancelled in notice", 1, 2, 2, (MONDAY[1], *THURSDAY)),
    Case("one cancelled later", 1, 0, 2, (*MONDAY, THURSDAY[0])),
    Case("everything cancelled, and nobody at the fixed one", 4, 4, 8 + 2, (), {}),
    Case("another site", 0, 3, 3, (ELSEWHERE, MONDAY[1], *THURSDAY)),
    Case(
        "the other way round",
        0,
        0,
        6,
        (*MONDAY, ("amont-1", 10, "apres-midi", SECOND), ("aval-1", 10, "matin", SECOND)),
    ),
    Case("a day later", 0, 0, 6, (*MONDAY, *MOVED)),
    Case("from the notice to later", 0, 2, 3, (("amont-2", 9, "matin", FIRST), MONDAY[1], *THURSDAY)),
    Case("one more", 0, 0, 1, (*GOOD, ("amont-2", 9, "apres-midi", FIRST))),
    Case("one more in notice", 0, 1, 1, (*GOOD, ("amont-2", 8, "matin", FIRST))),
    Case("two people replaced on one tour", 0, 0, 2, (*MONDAY, *((*v[:3], FIRST) for v in THURSDAY))),
    Case("a whole crew replaced", 0, 4, 4, (*((*v[:3], OTHERS) for v in MONDAY), *THURSDAY)),
    Case("one of a fixed crew replaced", 0, 0, 1, GOOD, {"fixe-1": {"as": "as-2", "casp": "casp-1"}}),
    Case("nobody at the fixed one", 0, 0, 2, GOOD, {}),
    Case("a person of a lost one is not replaced besides", 0, 3, 3, (("amont-1", 7, "matin", OTHERS), *GOOD[1:])),
    Case("longer notice", 0, 6, 6, (*MONDAY, *MOVED), more={"settings": {"notice": 5, "min_gap": 2}}),
    Case("no notice", 0, 0, 3, (ELSEWHERE, *GOOD[1:]), more={"settings": {"notice": 0, "min_gap": 2}}),
    Case(
        "another van",
        0,
        0,
        0,
        tuple((*v, "van-2") for v in GOOD),
        more={"vans": (*LAND.vans, Van(id="van-2", name="Fourgon 2", depot="depot"))},
    ),
)


def replanned(**changes: object) -> Problem:
    """Give the tiny problem once its plan is published, on the Sunday before its week."""
    return problem_with(**{"as_of": EVE, "promised": PROMISED, "settings": {"notice": 2}} | changes)


def took_place(case: BrokenCase) -> Problem:
    """Give the problem of a case when all of its plan took place."""
    problem = problem_with(**case.changes)
    return problem_with(problem, promised=promises_of(hand_plan(problem, case.visits, case.fixed)), as_of=FRIDAY)


def told(problem: Problem, visits: Sequence[tuple[object, ...]], fixed: object = FIXED) -> set[str]:
    """Give the rules a plan breaks."""
    broken = broken_rules(problem, hand_plan(problem, visits, fixed))
    return {" ".join((breach.rule.constraint, *breach.rule.subject)) for breach in broken}


# ------------------------------------------------------------------ promises


def test_plan_promises_all_it_holds() -> None:
    """Every permanence is promised under its id, mobile ones with session and van, fixed ones with their crew."""
    assert [(p.id, p.site, p.date.day, p.session, p.van, p.crew) for p in PROMISED] == [
        ("amont-202612-1", "amont-2", 7, "matin", "van-1", (("as", "as-1"), ("casp", "casp-2"))),
        ("aval-202612-1", "aval-1", 7, "apres-midi", "van-1", (("as", "as-1"), ("casp", "casp-2"))),
        ("fixe-1", "centre-1", 9, None, None, (("as", "as-1"), ("casp", "casp-1"))),
        ("amont-202612-2", "amont-1", 10, "matin", "van-1", (("as", "as-2"), ("casp", "casp-2"))),
        ("aval-202612-2", "aval-1", 10, "apres-midi", "van-1", (("as", "as-2"), ("casp", "casp-2"))),
    ]


def test_what_was_cancelled_is_not_promised() -> None:
    """A permanence kept for publication as cancelled takes part in nothing."""
    plan = hand_plan(TINY, GOOD, FIXED)
    (first, *others) = plan.permanences
    published = plan.model_copy(update={"permanences": tuple(others), "cancelled": (first,)})
    assert first.id not in {promise.id for promise in promises_of(published)}


# ---------------------------------------------------------------- objectives


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_changes_are_those_counted_by_hand(case: Case) -> None:
    """A permanence lost counts 2, a new one 1, a person replaced 1; those in the notice period are counted apart."""
    problem = replanned(**case.more)
    values = objective_values(problem, hand_plan(problem, case.visits, case.fixed))
    assert (values["below_published"], values["changes_in_notice"], values["changes"]) == (
        case.below_published,
        case.in_notice,
        case.changes,
    )


def test_changes_come_after_the_minimum_and_only_when_something_is_promised() -> None:
    """Without a published plan, nothing is compared with it."""
    promised, new = (list(objective_values(p, hand_plan(p))) for p in (replanned(), TINY))
    compared = ["below_published", "changes_in_notice", "changes"]
    assert promised == [*new[:2], *compared, *new[2:]]


# ------------------------------------------------------------------ the past


@pytest.mark.parametrize("case", [case for case in BROKEN if case.name not in NO_ROLE_LEFT], ids=lambda c: c.name)
def test_what_took_place_is_not_judged(case: BrokenCase) -> None:
    """Whatever rule they break, facts are no breach once they are past."""
    assert told(took_place(case), case.visits, case.fixed) == set()


@pytest.mark.parametrize(
    ("visits", "fixed", "moved"),
    [
        (GOOD, FIXED, set()),
        (THURSDAY, FIXED, {"2026-12-07"}),
        ((*GOOD, ("amont-2", 8, "matin", OTHERS)), FIXED, {"2026-12-08"}),
        ((ELSEWHERE, *GOOD[1:]), FIXED, {"2026-12-07"}),
        ((*((*visit[:3], OTHERS) for visit in MONDAY), *THURSDAY), FIXED, {"2026-12-07"}),
        (GOOD, {}, {"2026-12-09"}),
        (MONDAY, FIXED, set()),
    ],
    ids=["as it was", "less", "more", "elsewhere", "by others", "nobody at the fixed one", "another future"],
)
def test_past_does_not_move(visits: Sequence[tuple[object, ...]], fixed: object, moved: set[str]) -> None:
    """Of the dates that are past, a plan holds what was promised, where and by whom, and nothing else."""
    problem = replanned(as_of=date(2026, 12, 9))
    assert told(problem, visits, fixed) == {f"pins past {day}" for day in moved}


def test_past_counts_for_what_is_to_come() -> None:
    """What took place takes its part of the month, of the week and of the days between two permanences."""
    once = {"communes": replaced(LAND.communes, "amont", frequency=Frequency(minimum=0, maximum=1, target=1))}
    assert told(replanned(as_of=EIGHTH, **once), GOOD) == {"frequency amont"}
    assert told(replanned(as_of=EIGHTH, settings={"min_gap": 4}), GOOD) == {"spacing amont", "spacing aval"}
    assert told(replanned(as_of=EIGHTH, settings={"site_maximum": 1}), GOOD) == {"rotation aval-1"}
    assert told(replanned(as_of=EIGHTH, settings={"weekly_maximum": 3}), GOOD) == {"workload casp-2 week 2026-12-07"}
    few = replaced(LAND.partners, "asso", maximum=4)
    assert told(replanned(as_of=EIGHTH, partners=few), GOOD) == {"quota asso maximum"}


def test_what_is_promised_was_permitted_in_time() -> None:
    """Notice is asked of what is new: a promised site on its date had its permit asked for long ago."""
    problem = replanned(settings={"notice": 15})
    assert told(problem, GOOD) == set()
    assert told(problem, (ELSEWHERE, *GOOD[1:])) == {"openings amont-1 notice"}
    assert told(problem, (*MONDAY, *MOVED)) == {"openings amont-1 notice", "openings aval-1 notice"}


def test_what_lacks_when_all_is_over_is_not_asked_for() -> None:
    """Nothing to come, nothing to ask: a partner below its minimum, a required site, a pin nobody can keep any more."""
    asked = {
        **site("amont-1", use="required"),
        **pin(PinKind.HELD, site="amont-1"),
        "partners": replaced(LAND.partners, "ville", minimum=9),
    }
    names = {"required_sites amont-1", "pins p", "quota ville minimum"}
    promised = promises_of(hand_plan(TINY, MONDAY, FIXED))
    assert told(replanned(promised=promised, as_of=date(2026, 12, 10), **asked), MONDAY) == names
    assert told(replanned(promised=promised, as_of=FRIDAY, **asked), MONDAY) == set()


def test_closed_since_is_still_where_it_was() -> None:
    """A site that works have closed since, and that is off now, keeps what took place there."""
    closed = SiteClosure(first=SEVENTH, last=TENTH)
    changes = site("amont-2", on=False, closures=(closed,))
    assert told(replanned(as_of=EIGHTH, **changes), GOOD) == set()
    assert told(replanned(**changes), GOOD) == {"openings amont-2 off", "openings amont-2 closed 2026-12-07"}


# ------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("message", "changes"),
    [
        ("data-past-vans", {"vans": (Van(id="van-9", name="Fourgon 9", depot="depot"),)}),
        ("data-past-sessions", {"sessions": (Session(id="nuit", name="Nuit", start="20:00", end="22:00"),)}),
        ("data-past-fixed", {"fixed": (), "as_of": TENTH}),
        ("data-past-roles", {"staff": replaced(LAND.staff, "casp-2", roles=("as",))}),
        ("data-unknown-sites", {"sites": tuple(one for one in LAND.sites if one.id != "amont-2"), "reach": ()}),
        ("data-promise-out-of-month", {"promised": (Promise(id="x", site="aval-1", date=date(2026, 11, 30)),)}),
    ],
)
def test_past_that_cannot_be_told_is_refused(message: str, changes: dict[str, object]) -> None:
    """What took place with a van, in a session or at a site the territory has no more is a mistake of the input."""
    with pytest.raises(DataError) as refused:
        replanned(**{"as_of": EIGHTH} | changes)
    assert {mistake.message for mistake in refused.value.mistakes} == {message}


def test_what_is_to_come_may_be_impossible() -> None:
    """A van or a session that is gone makes promises impossible to keep, not the problem."""
    vans = (Van(id="van-9", name="Fourgon 9", depot="depot"),)
    sessions = (Session(id="nuit", name="Nuit", start="20:00", end="22:00"),)
    for changes in ({"vans": vans}, {"sessions": sessions}, {"fixed": ()}):
        assert objective_values(replanned(**changes), hand_plan(replanned(**changes)))["below_published"] == 4
