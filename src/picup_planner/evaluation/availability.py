"""When people can work."""

from collections.abc import Iterator

from picup_planner.evaluation.duties import all_duties, breach, coming, sessions_met
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Level, Problem


def availability(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Nobody holds a permanence in a half-day they said no to.

    A fixed permanence asks for every session its hours meet, and for the whole day when it meets none.

    Found: the site.
    """
    refused = {(no.member, no.slot.date, no.slot.session): no for no in problem.availability if no.level is Level.NO}
    for duty in coming(problem, all_duties(problem, plan)):
        for member in sorted(duty.people):
            for session in sorted(sessions_met(problem, duty)):
                if no := refused.get((member, duty.date, session)):
                    yield breach("availability", member, duty.date, session, found=(duty.site.id,), origin=no.origin)
