"""What each partner contributes."""

from collections import Counter
from collections.abc import Iterator

from picup_planner.evaluation.duties import all_duties, breach, coming
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem


def quota(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """The people of a partner hold at least and at most so many duties in the month, fixed ones included.

    Beyond its maximum already, it holds no more; below its minimum when nothing is to come, it lacks what it lacks.

    Found: duties held, duties asked for or allowed.
    """
    partner_of = {member.id: member.partner for member in problem.territory.staff}
    duties = all_duties(problem, plan)
    held = Counter(partner_of[member] for duty in duties for member in duty.people)
    more = {partner_of[member] for duty in coming(problem, duties) for member in duty.people}
    for partner in problem.territory.partners:
        count = held[partner.id]
        if count < partner.minimum and not problem.over:
            yield breach("quota", partner.id, "minimum", found=(count, partner.minimum), origin=partner.origin)
        if partner.maximum is not None and count > partner.maximum and partner.id in more:
            yield breach("quota", partner.id, "maximum", found=(count, partner.maximum), origin=partner.origin)
