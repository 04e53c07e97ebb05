"""A week of the tiny problem, and what tests of edits read in plans."""

from collections import Counter

from picup_planner.evaluation import broken_rules
from picup_planner.evaluation.edits import (
    Crew,
)
from picup_planner.plan import Breach, Kind, Permanence, Plan
from picup_planner.problem import (
    Problem,
)
from planted import Size
from problems import hand_plan

ADA_DRISS = {"as": "as-1", "casp": "casp-2"}
SITES = ("amont-1", "amont-2", "aval-1")
ADA_CHLOE = {"as": "as-1", "casp": "casp-1"}
CREW: Crew = (("as", "as-1"), ("casp", "casp-2"))
SMALL = Size(communes=2, sites=2, sessions=2, vans=2, people=3, dates=4, attempts=6, facts=12)
SEEDS = range(8)


def week(problem: Problem) -> Plan:
    """Give Amont on Monday morning, Aval on Monday afternoon and on Thursday."""
    return hand_plan(
        problem,
        [
            ("amont-1", 7, "matin", ADA_DRISS),
            ("aval-1", 7, "apres-midi", ADA_DRISS),
            ("aval-1", 10, "matin", ADA_CHLOE),
        ],
        {"fixe-1": {"as": "as-2", "casp": "casp-1"}},
    )


def held(plan: Plan, permanence: str) -> Permanence:
    """Give a permanence of a plan."""
    return next(one for one in plan.permanences if one.id == permanence)


def mobile(plan: Plan) -> list[Permanence]:
    """Give the mobile permanences of a plan."""
    return [one for one in plan.permanences if one.kind is Kind.MOBILE]


def new(problem: Problem, before: Plan, after: Plan) -> list[Breach]:
    """Give what a plan breaks that the other does not."""
    return list((Counter(broken_rules(problem, after)) - Counter(broken_rules(problem, before))).elements())
