"""Who works with whom."""

from collections.abc import Iterator

from picup_planner.evaluation.duties import all_duties, breach, coming
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem, Together


def pairing(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Two people who must form a crew go in the van together or not at all; two who may not never share a crew.

    Found: site and date.
    """
    for pair in problem.territory.pairings:
        for duty in coming(problem, all_duties(problem, plan)):
            present = duty.people & set(pair.members)
            apart = pair.kind is Together.MUST and duty.van and len(present) == 1
            together = pair.kind is Together.MUST_NOT and present == set(pair.members)
            if apart or together:
                found = (duty.site.id, duty.date)
                yield breach("pairing", *pair.members, pair.kind, found=found, origin=pair.origin)
