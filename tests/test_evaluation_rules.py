"""Each kind of rule, broken by hand in a good plan, is reported, alone and under its own name."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

import pytest

from changes import (
    AFTERNOON_ONLY,
    ALL_DAY,
    BOTH_ROLES,
    FIRST,
    FIXED,
    GOOD,
    LAND,
    LATE_FIXED,
    MONDAY,
    MORNING_ONLY,
    NEXT_DAY,
    OTHERS,
    SECOND,
    SEVENTH,
    TENTH,
    THURSDAY,
    TINY,
    TWO_AT_ONCE,
    TWO_VANS,
    answer,
    available,
    both_drive,
    drives,
    fixed,
    pair,
    past,
    pin,
    site,
)
from picup_planner.evaluation import broken_rules
from picup_planner.problem import (
    ClosedDate,
    ClosureReason,
    DateRange,
    Frequency,
    Level,
    Market,
    Opening,
    Permit,
    PinKind,
    SiteClosure,
    SiteKind,
    Together,
    Use,
)
from problems import hand_plan, problem_with, replaced


class Case(NamedTuple):
    """A problem, a plan for it, and the rules the plan breaks, as `constraint subject...`."""

    name: str
    broken: set[str]
    changes: Mapping[str, object] = {}
    visits: Sequence[tuple[object, ...]] = GOOD
    fixed: Mapping[str, Mapping[str, str]] = FIXED


WHERE = "crew amont 2026-12-10 matin"

LATE_LUNCH = {"midday_start": time(18), "midday_end": time(19)}

CASES = (
    Case("nothing", set()),
    Case("an empty month", set(), visits=(), fixed={}),
    Case(
        "frequency",
        {"frequency amont"},
        {"communes": replaced(LAND.communes, "amont", frequency=Frequency(minimum=0, maximum=1, target=1))},
    ),
    Case("site switched off", {"openings amont-1 off"}, site("amont-1", on=False)),
    Case("van at a social centre", {"openings amont-1 kind"}, site("amont-1", kind=SiteKind.SOCIAL_CENTRE)),
    Case(
        "van at a social centre that takes it",
        set(),
        {**site("amont-1", kind=SiteKind.SOCIAL_CENTRE), "settings": {"van_at_social_centres": True}},
    ),
    Case(
        "opening on another weekday",
        {"openings amont-1 hours"},
        site("amont-1", openings=(Opening(weekday=3, start=time(8), end=time(18)),)),
    ),
    Case(
        "opening that leaves no time to tear down",
        {"openings amont-1 hours"},
        site("amont-1", openings=(Opening(weekday=4, start=time(8, 40), end=time(12, 19)),)),
    ),
    Case(
        "opening just long enough",
        set(),
        site("amont-1", openings=(Opening(weekday=4, start=time(8, 40), end=time(12, 20)),)),
    ),
    Case(
        "market still being cleaned",
        {"openings amont-1 market 4 06:00"},
        site("amont-1", markets=(Market(weekday=4, start=time(6), end=time(7, 41)),)),
    ),
    Case("market just cleaned", set(), site("amont-1", markets=(Market(weekday=4, start=time(6), end=time(7, 40)),))),
    Case(
        "works",
        {"openings amont-1 closed 2026-12-09"},
        site("amont-1", closures=(SiteClosure(first=date(2026, 12, 9), last=TENTH),)),
    ),
    Case(
        "permit for other dates",
        {"openings amont-1 permit"},
        site("amont-1", permits=(Permit(first=SEVENTH, last=date(2026, 12, 9)),)),
    ),
    Case(
        "no time to ask for a permit",
        {"openings amont-2 notice", "openings aval-1 notice"},
        {"as_of": date(2026, 11, 23)},
    ),
    Case(
        "a permit already there",
        {"openings aval-1 notice"},
        {"as_of": date(2026, 11, 23), **site("amont-2", permits=(Permit(first=SEVENTH, last=SEVENTH),))},
    ),
    Case("just time to ask for one", set(), {"as_of": date(2026, 11, 22)}),
    Case("spacing", {"spacing amont", "spacing aval"}, {"settings": {"min_gap": 4}}),
    Case("just far enough apart", set(), {"settings": {"min_gap": 3}}),
    Case(
        "spacing from history",
        {"spacing amont"},
        {"settings": {"min_gap": 8}, **past("amont", date(2026, 11, 30))},
        MONDAY,
    ),
    Case("site too often", {"rotation aval-1"}, {"settings": {"site_maximum": 1}}),
    Case(
        "commune twice a day",
        {"rotation amont 2026-12-07", "spacing amont"},
        visits=(MONDAY[0], ("amont-1", 7, "apres-midi", FIRST)),
    ),
    Case("a role left empty", {f"{WHERE} as"}, visits=(("amont-1", 10, "matin", {"casp": "casp-2"}),)),
    Case("no driver", {f"{WHERE} driver"}, visits=(("amont-1", 10, "matin", OTHERS),)),
    Case(
        "two roles at once",
        {f"{WHERE} as-1"},
        BOTH_ROLES,
        (("amont-1", 10, "matin", {"as": "as-1", "casp": "as-1"}),),
    ),
    Case(
        "a role one does not have",
        {f"{WHERE} casp-2"},
        visits=(("amont-1", 10, "matin", {"as": "casp-2", "casp": "casp-1"}),),
    ),
    Case("half a fixed crew", {"crew fixe-1 casp"}, fixed={"fixe-1": {"as": "as-1"}}),
    Case("no fixed crew at all", set(), fixed={}),
    Case(
        "a fixed role one does not have",
        {"crew fixe-1 casp-2"},
        visits=MONDAY,
        fixed={"fixe-1": {"as": "casp-2", "casp": "casp-1"}},
    ),
    Case("another crew than given", {"crew fixe-1 given"}, fixed(crew=("as-2", "casp-1"))),
    Case("somebody besides the crew given", {"crew fixe-1 given"}, fixed(crew=("as-1",))),
    Case("absent from a tour", {"availability as-1 2026-12-07 matin"}, answer("as-1", 7, "matin")),
    Case("reluctant", set(), answer("as-1", 7, "matin", Level.IF_NEEDED)),
    Case("absent from a fixed permanence", {"availability casp-1 2026-12-09 matin"}, answer("casp-1", 9, "matin")),
    Case("absent in the other half-day", set(), answer("casp-1", 9, "apres-midi")),
    Case(
        "absent on the day of an evening permanence",
        {"availability casp-1 2026-12-09 matin"},
        {**fixed(start=time(17), end=time(18)), **answer("casp-1", 9, "matin")},
    ),
    Case(
        "no time to drive by the depot to a fixed permanence",
        {"one_place as-1 2026-12-07"},
        fixed(**LATE_FIXED),
        AFTERNOON_ONLY,
    ),
    Case("just time to", set(), fixed(**{**LATE_FIXED, "start": time(17, 18)}), AFTERNOON_ONLY),
    Case(
        "no time for lunch between a fixed permanence and a tour",
        {"one_place as-1 2026-12-07"},
        fixed(date=SEVENTH, start=time(11), end=time(12, 26)),
        AFTERNOON_ONLY,
    ),
    Case("just time for it", set(), fixed(date=SEVENTH, start=time(11), end=time(12, 25)), AFTERNOON_ONLY),
    Case(
        "one van in two places",
        {"one_place van-1 2026-12-07", "same_crew van-1 2026-12-07"},
        both_drive("van-1"),
        TWO_AT_ONCE,
    ),
    Case(
        "the crew changes at midday",
        {"same_crew van-1 2026-12-07"},
        {"settings": {"break_after": timedelta(hours=9)}},
        (MONDAY[0], ("aval-1", 7, "apres-midi", SECOND)),
    ),
    Case(
        "one crew for two vans",
        {"same_crew van-1 2026-12-07", "same_crew van-2 2026-12-07"},
        both_drive("van-1", "van-2"),
        TWO_VANS,
    ),
    Case(
        "sites too far apart",
        {
            "tours amont-2 matin aval-1 apres-midi",
            "one_place as-1 2026-12-07",
            "one_place casp-2 2026-12-07",
        },
        drives("amont-2", "aval-1", 20.01),
    ),
    Case("sites just near enough", set(), drives("amont-2", "aval-1", 20)),
    Case(
        "van out of service",
        {"tours van-1 2026-12-10"},
        {"vans": replaced(LAND.vans, "van-1", off=(DateRange(first=TENTH, last=TENTH),))},
    ),
    Case(
        "too many permanences a day",
        {"workload as-2 2026-12-10", "workload casp-2 2026-12-10"},
        {"settings": {"daily_maximum": 1}},
        THURSDAY,
    ),
    Case("too many a week", {"workload casp-2 week 2026-12-07"}, {"settings": {"weekly_maximum": 3}}),
    Case(
        "too many in a week that began last month",
        {"workload as-1 week 2026-11-30"},
        {"settings": {"weekly_maximum": 1}, "closed": (), **past("aval", date(2026, 11, 30), "as-1")},
        (("amont-1", 1, "matin", FIRST),),
    ),
    Case("more hours than available", {"workload as-1 month"}, available("as-1", hours=10, minutes=8)),
    Case("just the hours available", set(), available("as-1", hours=10, minutes=9)),
    Case(
        "too long a day",
        {"rest as-1 2026-12-07 length", "rest casp-2 2026-12-07 length"},
        {"settings": {"max_daily_length": timedelta(hours=8, minutes=8)}},
    ),
    Case(
        "a long day without a break",
        {"rest as-2 2026-12-10 break", "rest casp-2 2026-12-10 break"},
        ALL_DAY,
        MORNING_ONLY,
    ),
    Case(
        "a day just short enough to have none",
        set(),
        {**ALL_DAY, "settings": {"break_after": timedelta(hours=6, minutes=58)}},
        MORNING_ONLY,
    ),
    Case(
        "too short a break where no lunch is due",
        {"rest as-1 2026-12-07 break", "rest casp-2 2026-12-07 break"},
        {"settings": {**LATE_LUNCH, "break_length": timedelta(minutes=36)}},
    ),
    Case("a break just long enough", set(), {"settings": {**LATE_LUNCH, "break_length": timedelta(minutes=35)}}),
    Case(
        "too short a night",
        {"rest as-1 2026-12-07 rest", "rest casp-2 2026-12-07 rest"},
        {"settings": {"min_rest": timedelta(hours=15, minutes=27)}},
        NEXT_DAY,
    ),
    Case("a night just long enough", set(), {"settings": {"min_rest": timedelta(hours=15, minutes=26)}}, NEXT_DAY),
    Case("one without the other", {"pairing as-1 casp-2 must"}, pair("as-1", "casp-2", Together.MUST)),
    Case("a pair out of tune in a van", {"pairing as-1 casp-2 must-not"}, pair("as-1", "casp-2", Together.MUST_NOT)),
    Case("and in a social centre", {"pairing casp-1 as-1 must-not"}, pair("casp-1", "as-1", Together.MUST_NOT)),
    Case("too few for a partner", {"quota ville minimum"}, {"partners": replaced(LAND.partners, "ville", minimum=6)}),
    Case("too many for a partner", {"quota asso maximum"}, {"partners": replaced(LAND.partners, "asso", maximum=4)}),
    Case("just enough", set(), {"partners": replaced(LAND.partners, "ville", minimum=5, maximum=5)}),
    Case(
        "closed date",
        {"closures 2026-12-10"},
        {"closed": (*TINY.closed, ClosedDate(date=TENTH, reason=ClosureReason.TERRITORY))},
    ),
    Case("required site", {"required_sites amont-1"}, site("amont-1", use=Use.REQUIRED), MONDAY),
    Case("required site that is off", set(), site("amont-1", use=Use.REQUIRED, on=False), MONDAY),
    Case("preferred site", {"required_sites amont preferred"}, site("amont-1", use=Use.PREFERRED), MONDAY),
    Case("preferred site of a commune not served", set(), site("amont-1", use=Use.PREFERRED), AFTERNOON_ONLY),
    Case("held elsewhere", {"pins p"}, pin(PinKind.HELD, site="amont-1", date=SEVENTH)),
    Case("held by others", {"pins p"}, pin(PinKind.HELD, commune="aval", members=("as-1", "casp-1"))),
    Case("held in turn", set(), pin(PinKind.HELD, commune="aval", members=("as-1", "as-2"))),
    Case("forbidden", {"pins p"}, pin(PinKind.FORBIDDEN, date=TENTH, session="matin")),
    Case("forbidden to somebody", {"pins p"}, pin(PinKind.FORBIDDEN, commune="amont", members=("as-1",))),
    Case("forbidden to somebody else", set(), pin(PinKind.FORBIDDEN, commune="amont", members=("casp-1",))),
    Case("apart", {"pins p"}, pin(PinKind.TOGETHER, members=("as-1", "casp-2"))),
    Case("together that day", set(), pin(PinKind.TOGETHER, date=SEVENTH, members=("as-1", "casp-2"))),
    Case("the past", {"pins past 2026-12-07"}, {"as_of": SEVENTH, "settings": {"notice": 0}}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_rule_is_reported_alone(case: Case) -> None:
    """A plan one step past a rule is told of that rule and of no other; one that stops short of it, of none."""
    problem = problem_with(**case.changes)
    broken = broken_rules(problem, hand_plan(problem, case.visits, case.fixed))
    assert {" ".join((breach.rule.constraint, *breach.rule.subject)) for breach in broken} == case.broken


def test_breach_says_what_was_found_and_where_it_was_typed() -> None:
    """A broken rule carries the figures a reader needs, and leads back to the line somebody typed."""
    problem = problem_with(fixed=replaced(TINY.fixed, "fixe-1", **LATE_FIXED))
    (breach,) = broken_rules(problem, hand_plan(problem, AFTERNOON_ONLY, FIXED))
    assert breach.found == ("aval-1", "16:30", "centre-1", "17:00", "18")
