"""Every rule stated a second time, without the solver, and the figures of a plan.

One file per rule, one sentence each. A rule reads a problem and a plan, whoever made or edited it, and yields what it
finds broken; nothing here knows how plans are searched for.

Each breach is told by one message. Its id is ``rule-<constraint>``, followed by the word its subject holds, if any
(``rule-openings-market``), or else by what tells apart the shapes of the same constraint (``rule-crew-role``);
:data:`SHAPES` lists them all, with the kind of each argument.
"""

from picup_planner.evaluation.availability import availability
from picup_planner.evaluation.breakdown import Breakdown, By, ObjectiveCost, Part, Split, breakdown
from picup_planner.evaluation.closures import closures
from picup_planner.evaluation.crew import crew
from picup_planner.evaluation.difference import Difference, Errand, Moved, Replaced, difference, identified
from picup_planner.evaluation.figures import CommuneFigures, Figures, MemberFigures, RoleFigures, figures
from picup_planner.evaluation.frequency import frequency
from picup_planner.evaluation.objectives import objective_values
from picup_planner.evaluation.one_place import one_place
from picup_planner.evaluation.openings import openings
from picup_planner.evaluation.pairing import pairing
from picup_planner.evaluation.pins import pins
from picup_planner.evaluation.plan_consistency import plan_consistency
from picup_planner.evaluation.quota import quota
from picup_planner.evaluation.required_sites import required_sites
from picup_planner.evaluation.rest import rest
from picup_planner.evaluation.rotation import rotation
from picup_planner.evaluation.same_crew import same_crew
from picup_planner.evaluation.spacing import spacing
from picup_planner.evaluation.subjects import SHAPES, Shape
from picup_planner.evaluation.tours import tours
from picup_planner.evaluation.workload import workload
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem

__all__ = [
    "RULES",
    "SHAPES",
    "Breakdown",
    "By",
    "CommuneFigures",
    "Difference",
    "Errand",
    "Figures",
    "MemberFigures",
    "Moved",
    "ObjectiveCost",
    "Part",
    "Replaced",
    "RoleFigures",
    "Shape",
    "Split",
    "breakdown",
    "broken_rules",
    "difference",
    "figures",
    "identified",
    "objective_values",
]

RULES = (
    plan_consistency,
    frequency,
    openings,
    spacing,
    rotation,
    crew,
    availability,
    one_place,
    same_crew,
    tours,
    workload,
    rest,
    pairing,
    quota,
    closures,
    required_sites,
    pins,
)
"""Every rule of the problem, in the order of its definition, after the plan's agreement with itself."""


def broken_rules(problem: Problem, plan: Plan) -> list[Breach]:
    """Give every rule of the problem that the plan breaks; none for a plan that may be published."""
    return [breach for rule in RULES for breach in rule(problem, plan)]
