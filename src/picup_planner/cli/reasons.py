"""How a command ends when a month has no plan at all: with the reasons, and the ways out."""

from picup_planner.cli.endings import INTERRUPTED, REFUSED, tell
from picup_planner.display.reasons import conflict_told
from picup_planner.errors import Infeasible, NoPlanFound
from picup_planner.messages import Words
from picup_planner.problem import Problem
from picup_planner.solver.explanation import conflict


def refused(problem: Problem, nothing: Infeasible | NoPlanFound | KeyboardInterrupt, words: Words) -> int:
    """Tell why a month has no plan at all, and what would give it one unless it is Ctrl-C; return how the command ends.

    Raises
    ------
    NoPlanFound
        When the time ran out before a first plan, and two searches do not agree on what contradicts itself.
    """
    if isinstance(nothing, KeyboardInterrupt):
        tell(words("plan-interrupted"))
        return INTERRUPTED
    tell(words("reason-looking"))
    reason = conflict(problem)
    if isinstance(nothing, NoPlanFound) and not (reason.found and reason.verified):
        raise nothing
    for mistake in Infeasible().mistakes:
        tell(words.mistake(mistake))
    for line in conflict_told(reason, problem, words) if reason.found else [words("reason-none-found")]:
        tell(line)
    return REFUSED
