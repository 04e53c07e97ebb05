"""What each partner contributes."""

from collections import Counter
from collections.abc import Iterator

from picup_planner.evaluation.duties import all_duties, breach
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def quota(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """The people of a partner hold at least and at most so many duties in the month, fixed ones included.

    Found: duties held, duties asked for or allowed.
    """
    partner_of = {member.id: member.partner for member in problem.territory.staff}
    held = Counter(partner_of[member] for duty in all_duties(problem, plan) for member in duty.people)
    for partner in problem.territory.partners:
        count = held[partner.id]
        if count < partner.minimum:
            yield breach("quota", partner.id, "minimum", found=(count, partner.minimum), origin=partner.origin)
        if partner.maximum is not None and count > partner.maximum:
            yield breach("quota", partner.id, "maximum", found=(count, partner.maximum), origin=partner.origin)
