"""How people rest."""

from datetime import date, time, timedelta

import pytest

from changes import FIRST, FIXED, MONDAY, NEXT_DAY, THURSDAY, fixed
from picup_planner.solver.constraints import rest
from solver_models import Case, agreed, fixed_on_monday, verdict

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
LENGTH = 8 * HOUR + 4 * MINUTE
"""Of Thursday, lunch deducted."""

MORNING, AFTERNOON = MONDAY[:1], MONDAY[1:]
BROKEN = {"rest as-1 2026-12-07 break"}
BOTH_BROKEN = {*BROKEN, "rest casp-2 2026-12-07 break"}
NO_MIDDAY = {"midday_start": time(3), "midday_end": time(4)}
LATE = fixed(date=date(2026, 12, 8), start=time(21), end=time(22, 1))
NEXT_MORNING = (("amont-1", 9, "matin", FIRST),)
BOTH_FIXED = {**FIXED, "fixe-2": FIXED["fixe-1"]}
FIRST_AND_LAST = {**FIXED, "fixe-3": FIXED["fixe-1"]}
ALL_FIXED = {**BOTH_FIXED, "fixe-3": FIXED["fixe-1"]}


def resting(**settings: object) -> dict[str, object]:
    """Change the settings."""
    return {"settings": settings}


def unbroken(after: timedelta, minutes: int, **others: object) -> dict[str, object]:
    """Ask for a break of so many minutes after so long, lunch taken away."""
    return resting(break_after=after, break_length=minutes * MINUTE, **NO_MIDDAY, **others)


BEFORE_NOON, AFTER_NOON = fixed_on_monday((time(9), time(11, 30))), fixed_on_monday((time(13, 30), time(18)))
IN_A_ROW = fixed_on_monday((time(9), time(11)), (time(11), time(13)), (time(13), time(16)), sites=["centre-1"] * 3)
EVENING = fixed_on_monday((time(20), time(21)))
HALVES = fixed_on_monday((time(9), time(12)), (time(12, 45), time(16)))

AT_NOON = fixed_on_monday((time(12), time(13, 30)))
NOON_AT_WORK = tuple((*visit[:-1], {"as": "as-1", "casp": "casp-1"}) for visit in MONDAY)

CASES = (
    Case("just short enough", set(), resting(max_daily_length=LENGTH), THURSDAY),
    Case(
        "a second too long",
        {"rest as-2 2026-12-10 length", "rest casp-2 2026-12-10 length"},
        resting(max_daily_length=LENGTH - SECOND),
        THURSDAY,
    ),
    Case("a lunch is a break", set(), resting(break_after=6 * HOUR), MONDAY),
    Case("a lunch is a break, however short", set(), resting(break_after=6 * HOUR, break_length=2 * HOUR), MONDAY),
    Case("just no break needed", set(), unbroken(LENGTH + 30 * MINUTE, 39), THURSDAY),
    Case(
        "a break needed",
        {"rest as-2 2026-12-10 break", "rest casp-2 2026-12-10 break"},
        unbroken(LENGTH + 30 * MINUTE - SECOND, 39),
        THURSDAY,
    ),
    Case("a break just long enough", set(), unbroken(6 * HOUR, 38), THURSDAY),
    Case("no break inside the one stop allowed", BOTH_BROKEN, resting(break_after=3 * HOUR, daily_maximum=1), MORNING),
    Case("no break inside one stop", BOTH_BROKEN, resting(break_after=3 * HOUR), MORNING),
    Case("before a fixed one", set(), {**AFTER_NOON, **unbroken(5 * HOUR, 45)}, MORNING, FIXED),
    Case("too late", BROKEN, {**AFTER_NOON, **unbroken(5 * HOUR, 46)}, MORNING, FIXED),
    Case("after a fixed one", set(), {**BEFORE_NOON, **unbroken(5 * HOUR, 85)}, AFTERNOON, FIXED),
    Case("too early", BROKEN, {**BEFORE_NOON, **unbroken(5 * HOUR, 86)}, AFTERNOON, FIXED),
    Case("between two fixed ones", set(), {**HALVES, **unbroken(6 * HOUR, 45)}, (), BOTH_FIXED),
    Case(
        "a third one in between",
        {*BROKEN, "rest casp-1 2026-12-07 break"},
        {**IN_A_ROW, **unbroken(6 * HOUR, 45, daily_maximum=3)},
        (),
        ALL_FIXED,
    ),
    Case("nobody at the one in between", set(), {**IN_A_ROW, **unbroken(4 * HOUR, 45)}, (), FIRST_AND_LAST),
    Case(
        "too close to each other",
        {*BROKEN, "rest casp-1 2026-12-07 break"},
        {**HALVES, **unbroken(6 * HOUR, 46)},
        (),
        BOTH_FIXED,
    ),
    Case(
        "a lunch between two fixed ones is a break",
        set(),
        {**HALVES, **resting(break_after=3 * HOUR, break_length=46 * MINUTE)},
        (),
        BOTH_FIXED,
    ),
    Case(
        "a lunch before a fixed one is a break for who holds both",
        {"rest casp-1 2026-12-07 break", "rest casp-2 2026-12-07 break"},
        {**AFTER_NOON, **resting(break_after=4 * HOUR, break_length=46 * MINUTE)},
        MORNING,
        FIXED,
    ),
    Case(
        "a fixed one held over lunch leaves none",
        {*BROKEN, "rest casp-1 2026-12-07 break"},
        {**AT_NOON, **resting(break_after=3 * HOUR, daily_maximum=3)},
        NOON_AT_WORK,
        FIXED,
    ),
    Case(
        "a fixed one held between two stops leaves no break",
        {*BROKEN, "rest casp-1 2026-12-07 break"},
        {**AT_NOON, **unbroken(6 * HOUR, 35, daily_maximum=3, max_daily_length=12 * HOUR)},
        NOON_AT_WORK,
        FIXED,
    ),
    Case("nobody at the fixed one between two stops", set(), {**AT_NOON, **unbroken(6 * HOUR, 35)}, NOON_AT_WORK),
    Case(
        "in two places at once before an evening, which another rule forbids",
        set(),
        {**EVENING, **unbroken(6 * HOUR, 38, daily_maximum=3, max_daily_length=20 * HOUR)},
        (*MONDAY, ("amont-1", 7, "apres-midi", FIRST)),
    ),
    Case("just night enough", set(), resting(min_rest=15 * HOUR + 26 * MINUTE), NEXT_DAY),
    Case(
        "a second too little",
        {"rest as-1 2026-12-07 rest", "rest casp-2 2026-12-07 rest"},
        resting(min_rest=15 * HOUR + 26 * MINUTE + SECOND),
        NEXT_DAY,
    ),
    Case("after a fixed evening", set(), {**LATE, **resting(min_rest=10 * HOUR + 29 * MINUTE)}, NEXT_MORNING, FIXED),
    Case(
        "a minute too little after a fixed evening",
        {"rest as-1 2026-12-08 rest"},
        {**LATE, **resting(min_rest=10 * HOUR + 30 * MINUTE)},
        NEXT_MORNING,
        FIXED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rest(case: Case) -> None:
    """A day is short enough, is broken when it is long, and is followed by a night long enough."""
    assert verdict(rest, case) == agreed(case)
