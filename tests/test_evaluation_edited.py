"""A plan that a hand has edited is read to the end: whatever no longer fits is told, nothing is fatal."""

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from pydantic import ValidationError

from picup_planner.evaluation import SHAPES, Shape, broken_rules, figures, objective_values
from picup_planner.plan import Breach, Kind, ObjectiveResult, Plan
from picup_planner.problem import Problem
from problems import hand_plan, tiny_problem

TINY = tiny_problem()
CREW = {"as": "as-1", "casp": "casp-2"}
PLAN = hand_plan(
    TINY,
    [("amont-2", 7, "matin", CREW), ("aval-1", 7, "apres-midi", CREW), ("aval-1", 10, "apres-midi", CREW)],
    {"fixe-1": {"as": "as-2", "casp": "casp-1"}},
)
MORNING, AFTERNOON, FIXED, LATER = PLAN.permanences
GONE = LATER.model_copy(update={"id": "aval-202612-9"})
BOTH, SINGLE = PLAN.tours


def permanence(which: str, **changes: object) -> dict[str, Any]:
    """Edit one permanence."""
    edited = (p.model_copy(update=changes) if p.id == which else p for p in PLAN.permanences)
    return {"permanences": tuple(edited)}


def place(**changes: object) -> dict[str, Any]:
    """Edit the place of the last permanence."""
    return permanence(LATER.id, place=LATER.place.model_copy(update=changes))


def person(**changes: object) -> dict[str, Any]:
    """Edit the counsellor of the last permanence."""
    first, second = LATER.crew
    return permanence(LATER.id, crew=(first, second.model_copy(update=changes)))


def tour(**changes: object) -> dict[str, Any]:
    """Edit the tour of the tenth."""
    return {"tours": (BOTH, SINGLE.model_copy(update=changes))}


def objective(name: str, value: int, **known: Any) -> dict[str, Any]:  # noqa: ANN401  any field
    """Write one objective, of which nothing is known unless it is told."""
    told = {"value": value, "best": value, "bound": 0, "proven": False, **known}
    return {"objectives": (ObjectiveResult(name=name, unit="min", **told),)}


LEGS = SINGLE.legs
MINUTES = 15 + 15 + 14 + 9 + 14
"""Driven by both tours."""

TWENTIETH = date(2026, 12, 20)
NO_STOPS = "plan van-1 2026-12-10 tour-stops"
NO_CREW = {"crew aval 2026-12-10 apres-midi casp", "crew aval 2026-12-10 apres-midi driver"}

EDITS = {
    "none": ({}, set()),
    "another territory": ({"territory": "autre"}, {"plan autre wrong-territory"}),
    "another month": ({"month": "2027-01"}, {"plan 2027-01 wrong-month"}),
    "one permanence twice": (
        {"permanences": (*PLAN.permanences, FIXED)},
        {"plan fixe-1 twice", "one_place as-2 2026-12-09", "one_place casp-1 2026-12-09"},
    ),
    "one held and cancelled": ({"cancelled": (LATER,)}, {"plan aval-202612-2 twice"}),
    "one cancelled twice": ({"cancelled": (GONE, GONE)}, {"plan aval-202612-9 twice"}),
    "one cancelled": ({"cancelled": (GONE,)}, set()),
    "unknown site": (place(id="nulle-part"), {"plan aval-202612-2 unknown-site", NO_STOPS}),
    "another commune": (place(commune="amont"), {"plan aval-202612-2 place"}),
    "another name of place": (place(name="Ailleurs"), {"plan aval-202612-2 place"}),
    "unknown session": (permanence(LATER.id, session="soir"), {"plan aval-202612-2 unknown-session", NO_STOPS}),
    "no session": (permanence(LATER.id, session=None), {"plan aval-202612-2 unknown-session", NO_STOPS}),
    "unknown van": (permanence(LATER.id, van="van-9"), {"plan aval-202612-2 unknown-van", NO_STOPS}),
    "out of the month": (permanence(LATER.id, date=date(2027, 1, 4)), {"plan aval-202612-2 out-of-month", NO_STOPS}),
    "other hours": (permanence(LATER.id, start=time(13)), {"plan aval-202612-2 hours"}),
    "unknown person": (
        person(member="x"),
        {"plan aval-202612-2 unknown-member", "crew aval 2026-12-10 apres-midi casp"},
    ),
    "another name of person": (person(member_name="Zoé"), {"plan aval-202612-2 member-name"}),
    "unknown role": (person(role="chef"), {"plan aval-202612-2 unknown-role", "crew aval 2026-12-10 apres-midi casp"}),
    "another name of role": (person(role_name="Chef"), {"plan aval-202612-2 role-name"}),
    "nobody": (
        permanence(LATER.id, crew=()),
        {"plan aval-202612-2 nobody", "crew aval 2026-12-10 apres-midi as", *NO_CREW},
    ),
    "a fixed permanence left out": ({"permanences": (MORNING, AFTERNOON, LATER)}, {"plan fixe-1 missing"}),
    "an unknown fixed one": (permanence("fixe-1", id="fixe-2"), {"plan fixe-2 unknown-fixed", "plan fixe-1 missing"}),
    "a fixed one moved": (permanence("fixe-1", date=TWENTIETH), {"plan fixe-1 moved"}),
    "a fixed one at other hours": (permanence("fixe-1", end=time(12)), {"plan fixe-1 hours"}),
    "a fixed one with a van": (permanence("fixe-1", van="van-1"), {"plan fixe-1 fixed-with-van"}),
    "a fixed one made mobile": (
        permanence("fixe-1", kind=Kind.MOBILE),
        {
            "plan fixe-1 missing",
            "plan fixe-1 unknown-session",
            "plan fixe-1 unknown-van",
        },
    ),
    "a tour of an unknown van": (
        tour(van="van-9"),
        {"plan van-9 2026-12-10 tour-van", "plan van-1 2026-12-10 tour-missing"},
    ),
    "two tours of an unknown van": (
        {"tours": (BOTH, SINGLE, *[SINGLE.model_copy(update={"van": "van-9"})] * 2)},
        {"plan van-9 2026-12-10 tour-van"},
    ),
    "a tour left out": ({"tours": (BOTH,)}, {"plan van-1 2026-12-10 tour-missing"}),
    "a tour on another day": (
        tour(date=TWENTIETH),
        {"plan van-1 2026-12-20 tour-stops", "plan van-1 2026-12-10 tour-missing"},
    ),
    "a tour twice": ({"tours": (BOTH, SINGLE, SINGLE)}, {"one_place van-1 2026-12-10"}),
    "an unknown stop": (tour(permanences=(LATER.id, "x")), {NO_STOPS}),
    "another depot": (tour(depot="aval-1"), {"plan van-1 2026-12-10 tour-depot"}),
    "another name of van": (tour(van_name="Bus"), {"plan van-1 2026-12-10 tour-depot"}),
    "a leg left out": (tour(legs=LEGS[:1]), {"tours van-1 2026-12-10 legs"}),
    "a leg too many": (tour(legs=(*LEGS, LEGS[0])), {"tours van-1 2026-12-10 legs"}),
    "a leg at another hour": (
        tour(legs=(LEGS[0].model_copy(update={"departure": time(12)}), LEGS[1])),
        {"tours van-1 2026-12-10 legs"},
    ),
    "another length": (tour(length=timedelta(hours=1)), {"tours van-1 2026-12-10 length"}),
    "other minutes": (tour(minutes=3), {"tours van-1 2026-12-10 minutes"}),
    "another value of an objective": (objective("travel", 1), {"plan objective travel"}),
    "the true value": (objective("travel", MINUTES), set()),
    "a true proof": (objective("travel", MINUTES, bound=MINUTES, proven=True), set()),
    "a true proof of less than the value": (objective("travel", MINUTES, best=60, bound=60, proven=True), set()),
    "a proof short of its bound": (objective("travel", MINUTES, bound=60, proven=True), {"plan proof travel"}),
    "a proof of the value, not of the best": (
        objective("travel", MINUTES, best=60, bound=59, proven=True),
        {"plan proof travel"},
    ),
    "a bound above the value": (objective("travel", MINUTES, bound=5000), {"plan bound travel"}),
    "a bound above the best": (objective("travel", MINUTES, best=60, bound=61), {"plan bound travel"}),
    "a negative bound": (objective("travel", MINUTES, bound=-1), {"plan bound travel"}),
    "a best above the value": (objective("travel", MINUTES, best=MINUTES + 1), {"plan bound travel"}),
    "an unknown objective": (objective("joy", 1), {"plan unknown-objective joy"}),
}


@pytest.mark.parametrize("edit", EDITS)
def test_each_edit_is_reported(edit: str) -> None:
    """Each slip of the hand is told under its own name, and what cannot be understood spoils no other rule."""
    changes, expected = EDITS[edit]
    broken = broken_rules(TINY, PLAN.model_copy(update=changes))
    assert {" ".join((breach.rule.constraint, *breach.rule.subject)) for breach in broken} == expected


LEAVES = ("amont-1", "aval-1", "as-1", "casp-1", "van-1", "matin", "x", "2026-12-08", "2020-02-29", "23:59:00", 0, 7)


@st.composite
def edited_plans(draw: st.DrawFn) -> Plan:
    """Plans that can still be read after a few values were replaced, and a few entries repeated or removed."""
    document = PLAN.model_dump(mode="json")
    for _ in range(draw(st.integers(1, 4))):
        _edit(document, draw)
    try:
        return Plan.model_validate(document)
    except ValidationError:
        reject()


def _edit(node: Any, draw: Callable[[Any], Any]) -> None:  # noqa: ANN401  any part of a JSON document
    """Replace, remove or repeat something somewhere below a node."""
    keys = list(node if isinstance(node, dict) else range(len(node)))
    if not keys:
        return
    key = draw(st.sampled_from(keys))
    if isinstance(node, list) and draw(st.booleans()):
        node.insert(0, node[key]) if draw(st.booleans()) else node.pop(key)
    elif isinstance(node[key], dict | list):
        _edit(node[key], draw)
    else:
        node[key] = draw(st.sampled_from(LEAVES))


@given(edited_plans())
def test_no_edit_is_fatal(plan: Plan) -> None:
    """Whatever is edited, rules, objectives and figures are counted, and each breach has a message that fits it."""
    assert all(_messages(TINY, breach) for breach in broken_rules(TINY, plan))
    assert all(value >= 0 for value in objective_values(TINY, plan).values())
    assert figures(TINY, plan).tours <= len(plan.permanences)


def _messages(problem: Problem, breach: Breach) -> list[str]:
    """Ids of the messages that could tell a breach: the right number of parts, and ids of the right kind."""
    land = problem.territory
    known = {
        "commune": {one.id for one in land.communes},
        "site": {one.id for one in land.sites},
        "session": {one.id for one in land.sessions},
        "role": {one.id for one in land.roles},
        "member": {one.id for one in land.staff},
        "van": {one.id for one in land.vans},
        "partner": {one.id for one in land.partners},
    }
    return [message for message, shape in SHAPES.items() if _fits(breach, shape, known)]


def _fits(breach: Breach, shape: Shape, known: Mapping[str, set[str]]) -> bool:
    kinds, parts = (*shape.subject, *shape.found), (*breach.rule.subject, *breach.found)
    if (breach.rule.constraint, len(breach.rule.subject), len(parts)) != (
        shape.constraint,
        len(shape.subject),
        len(kinds),
    ):
        return False
    return all(
        part == kind.strip("'") if kind[0] == "'" else part in known.get(kind, {part})
        for kind, part in zip(kinds, parts, strict=True)
    )
