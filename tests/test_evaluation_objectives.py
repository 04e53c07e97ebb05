"""Objectives and figures of small plans, counted on paper."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

import pytest

from picup_planner.evaluation import CommuneFigures, MemberFigures, RoleFigures, figures, objective_values
from picup_planner.problem import Availability, Frequency, Hours, Level, PastPermanence, Problem, Slot, Trust
from problems import MINUTES, hand_plan, problem_with, replaced, tiny_problem, travel_times

TINY = tiny_problem()
LAND = TINY.territory
MONDAY = {"as": "as-1", "casp": "casp-2"}
THURSDAY = {"as": "as-2", "casp": "casp-2"}
VISITS = (
    ("amont-2", 7, "matin", MONDAY),
    ("aval-1", 7, "apres-midi", MONDAY),
    ("amont-1", 10, "matin", THURSDAY),
)
STAFFED = {"fixe-1": {"as": "as-2", "casp": "casp-1"}}


class Case(NamedTuple):
    """A problem, a plan for it, and the value of one objective counted by hand, worked out in `why`."""

    objective: str
    value: int
    why: str
    changes: Mapping[str, object] = {}
    visits: Sequence[tuple[object, ...]] = VISITS
    fixed: Mapping[str, Mapping[str, str]] = STAFFED


def if_needed(member: str, *slots: tuple[int, str]) -> tuple[Availability, ...]:
    """Give half-days one person would rather not work."""
    return tuple(
        Availability(member=member, slot=Slot(date=date(2026, 12, day), session=session), level=Level.IF_NEEDED)
        for day, session in slots
    )


def fixed(**changes: object) -> dict[str, object]:
    """Change the fixed permanence."""
    return {"fixed": replaced(TINY.fixed, "fixe-1", **changes)}


def past(commune: str, day: date) -> dict[str, object]:
    """Give a history of one permanence."""
    past = PastPermanence(id="x", site=f"{commune}-1", commune=commune, date=day, session="matin")
    return {"history": (past,)}


def hours(member: str, **changes: timedelta) -> dict[str, object]:
    """Change the hours of one person."""
    entries = (Hours(**h.model_dump() | changes) if h.member == member else h for h in TINY.hours)
    return {"hours": tuple(entries)}


def trust(value: float) -> dict[str, object]:
    """Make as-1 known in amont."""
    return {"trust": (Trust(member="as-1", commune="amont", value=value),)}


AMONT_THREE = {"communes": replaced(LAND.communes, "amont", frequency=Frequency(minimum=3, maximum=3, target=3))}
SLOW_AT_EIGHT = TINY.travel.model_copy(update={"hour_factors": tuple(2.0 if h == 8 else 1.0 for h in range(24))})
BARELY_MORE = travel_times(TINY.travel.locations, {**MINUTES, "depot": {**MINUTES["depot"], "amont-1": 10.01}})
HOUR = timedelta(hours=1)

CASES = (
    Case("unstaffed_fixed", 0, "a whole crew"),
    Case("unstaffed_fixed", 1, "nobody", fixed={}),
    Case("unstaffed_fixed", 1, "half a crew", fixed={"fixe-1": {"as": "as-2"}}),
    Case("below_minimum", 0, "2 of 1 and 1 of 1"),
    Case("below_minimum", 2, "0 of 1 twice", visits=()),
    Case("below_minimum", 1, "2 of 3, squared", AMONT_THREE),
    Case("below_minimum", 9 + 1, "0 of 3 squared, and 0 of 1", AMONT_THREE, ()),
    Case("below_target", 1, "2 of 2 and 1 of 2"),
    Case("below_target", 2, "what lacks to the minimum is not counted again", visits=()),
    Case("below_target", 1, "2 of 3, but 3 is the minimum; 1 of 2", AMONT_THREE),
    Case("lapses", 7 + 10, "from the 10th, and from the 7th, to the 31st, less 14 days"),
    Case("lapses", 13 + 7 + 10, "27 days from 10 November to 7 December as well", past("amont", date(2026, 11, 10))),
    Case("lapses", 0, "nothing held, nothing known", visits=()),
    Case("lapses", 27, "41 days from 20 November to the month's end", past("amont", date(2026, 11, 20)), ()),
    Case("lapses", 1 + 19 + 22, "3 days between two, 21 and 24 to the end", {"settings": {"max_gap": 2}}),
    Case("unreached", 0, "amont-2 is near; the residents of aval-bas are not known"),
    Case("unreached", 1200, "amont-1 is not", visits=VISITS[1:]),
    Case("preferences", 0, "a yes everywhere"),
    Case(
        "preferences",
        2,
        "two permanences of one person",
        {"availability": if_needed("as-1", (7, "matin"), (7, "apres-midi"))},
    ),
    Case("preferences", 1, "a fixed one in the morning", {"availability": if_needed("casp-1", (9, "matin"))}),
    Case("preferences", 0, "not in the afternoon", {"availability": if_needed("casp-1", (9, "apres-midi"))}),
    Case(
        "preferences",
        1,
        "once, though its hours meet both sessions",
        {"availability": if_needed("casp-1", (9, "matin"), (9, "apres-midi")), **fixed(end=time(14))},
    ),
    Case(
        "preferences",
        1,
        "in the evening, any session of the day",
        {"availability": if_needed("casp-1", (9, "matin")), **fixed(start=time(17), end=time(18))},
    ),
    Case("travel", (15 + 15 + 14) + (10 + 8), "two tours"),
    Case("travel", 19, "601 and 480 seconds, rounded up once", {"travel": BARELY_MORE}, VISITS[2:]),
    Case("travel", 20 + 8, "twice as slow towards 8:40, not at 12:20", {"travel": SLOW_AT_EIGHT}, VISITS[2:]),
    Case("continuity", 100 + 100 + 100, "a second face in amont (as), in aval (as, casp)"),
    Case("continuity", 100, "mobile ones only", {"settings": {"fixed_build_trust": False}}),
    Case("continuity", 0, "two faces are free", {"settings": {"faces": 2}}),
    Case("continuity", 70 + 200, "the least known face is the free one", trust(0.3)),
    Case("continuity", 200, "nobody is known more than wholly", trust(1.7)),
    Case("regularity", 3, "three (site, weekday, session)"),
    Case(
        "regularity",
        1,
        "two Mondays at one place",
        {"closed": ()},
        (VISITS[0], ("amont-2", 14, "matin", MONDAY)),
    ),
    Case("evenness", (7**2 + 3**2 + 22**2) + (7**2 + 25**2), "from 30 November to 1 January"),
    Case("evenness", 32**2 + 32**2, "nothing held", visits=()),
    Case("balance", (20 - 14) + (30 - 5), "29,340, 21,480, 43,620 and 7,200 s of 144,000"),
    Case("balance", (40 - 14) + 25, "half a share", {"staff": replaced(LAND.staff, "as-1", share=50)}),
    Case("balance", (22 - 14) + 25, "65,340 s of 288,000", hours("as-1", past=10 * HOUR, past_available=40 * HOUR)),
    Case(
        "balance",
        (45 - 14) + 25,
        "65,340 s of 144,000, all of the months before",
        hours("as-1", available=0 * HOUR, past=10 * HOUR, past_available=40 * HOUR),
    ),
    Case("balance", 0 + 25, "alone with hours in the role", hours("as-1", available=0 * HOUR)),
    Case("balance", 0, "nobody works", visits=(), fixed={}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.objective}: {case.why}")
def test_objective_is_the_one_counted_by_hand(case: Case) -> None:
    """Each objective is counted as the definition of the problem says, in whole numbers."""
    problem = problem_with(**case.changes)
    assert objective_values(problem, hand_plan(problem, case.visits, case.fixed))[case.objective] == case.value


def test_objectives_come_in_their_order(tiny: Problem) -> None:
    """The objectives are given in the order of the definition of the problem."""
    assert list(objective_values(tiny, hand_plan(tiny))) == [
        "unstaffed_fixed",
        "below_minimum",
        "lapses",
        "below_target",
        "unreached",
        "preferences",
        "travel",
        "continuity",
        "regularity",
        "evenness",
        "balance",
    ]


def test_figures_are_those_counted_by_hand() -> None:
    """The figures of a plan are what a planner would count on paper."""
    problem = problem_with(**past("amont", date(2026, 11, 30)))
    found = figures(problem, hand_plan(problem, VISITS, STAFFED))
    assert found.communes == (
        CommuneFigures(commune="amont", held=2, minimum=1, target=2, gaps=(7, 3), met=_met(2, 1)),
        CommuneFigures(commune="aval", held=1, minimum=1, target=2, gaps=(), met=_met(2, 2)),
    )
    assert found.members == (
        _member("as-1", 2, timedelta(hours=8, minutes=9), 20.4),
        _member("as-2", 2, timedelta(hours=5, minutes=58), 14.9),
        _member("casp-1", 1, timedelta(hours=2), 5.0),
        _member("casp-2", 3, timedelta(hours=12, minutes=7), 30.3),
    )
    assert (found.tours, found.metres) == (2, 37_200)
    assert found.driving == timedelta(minutes=62)
    assert found.out == timedelta(hours=12, minutes=37)
    assert (found.residents_reached, found.residents_known, found.areas_unknown) == (1200, 1200, ("aval-bas",))
    assert found.unstaffed_fixed == ()


def test_face_is_known_from_history_or_from_earlier_in_the_month(tiny: Problem) -> None:
    """A permanence has a known face when one of its people was met in the commune before, however little."""
    assert figures(tiny, hand_plan(tiny, VISITS, STAFFED)).no_known_face == (
        "amont-202612-1",
        "aval-202612-1",
        "fixe-1",
    )
    known = problem_with(trust=(Trust(member="casp-1", commune="aval", value=0.1),))
    assert figures(known, hand_plan(known, VISITS, STAFFED)).no_known_face == ("amont-202612-1", "aval-202612-1")


def test_face_nobody_remembers_is_unknown_and_nobody_has_no_face(tiny: Problem) -> None:
    """A face met so long ago that nothing is left of it counts as new; a permanence without a crew shows none."""
    forgotten = problem_with(trust=(Trust(member="casp-1", commune="aval", value=0),))
    assert "fixe-1" in figures(forgotten, hand_plan(forgotten, VISITS, STAFFED)).no_known_face
    assert "fixe-1" not in figures(tiny, hand_plan(tiny, VISITS, {})).no_known_face


def test_person_without_hours_has_no_load() -> None:
    """Nothing is divided by no hours at all."""
    problem = problem_with(**hours("as-1", available=timedelta(0)))
    assert figures(problem, hand_plan(problem)).members[0].load is None


def _met(social_workers: int, counsellors: int) -> tuple[RoleFigures, ...]:
    return RoleFigures(role="as", people=social_workers), RoleFigures(role="casp", people=counsellors)


def _member(who: str, permanences: int, length: timedelta, load: float) -> MemberFigures:
    available = timedelta(hours=40)
    return MemberFigures(member=who, permanences=permanences, length=length, available=available, load=load, share=100)
