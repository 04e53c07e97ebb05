"""From statements that are impossible together to a few of them that are: leave out, look again, keep what matters."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date as Date  # noqa: N812  as in the nouns
from typing import NamedTuple

from picup_planner.plan import Kept
from picup_planner.problem import Rule
from picup_planner.solver.pruning import Depth
from picup_planner.solver.statements import Budget, Statement, Statements, Verdict

_FIRST_LEFT_OUT = ("rest", "same_crew", "one_place", "tours", "rotation", "crew", "workload")
"""Constraints a reason does without when it can: nobody decides them for one month."""


class Narrowed(NamedTuple):
    """Statements that are impossible together.

    Parameters
    ----------
    statements
        As few as were found.
    minimal
        Whether leaving out any one of them was tried and makes the others possible.
    """

    statements: tuple[Statement, ...]
    minimal: bool


def narrowed(statements: Statements, budget: Budget) -> Narrowed | Verdict:
    """Return a few statements that are impossible together, or that all are possible, or that nobody knows.

    Whole constraints are left out first, then what they say of one kind of thing, then facts (what one line of a file
    says of one thing), then single rules: the last makes the reason minimal, the others save searches and make it
    short to tell.
    """
    everything = tuple(statements)
    verdict, depth = statements.possible(everything, budget)
    if verdict is not Verdict.IMPOSSIBLE:
        return verdict
    core = everything
    if depth is not Depth.DRIVES:
        core = _smaller(statements, core, depth, budget)
    for grouping in (_constraint, _kind, _fact) if len(core) == len(everything) else (_fact,):
        core = _halved(statements, _grouped(core, grouping), budget)
    core, minimal = _one_by_one(statements, core, budget)
    return Narrowed(tuple(statement for statement in everything if statement in set(core)), minimal)


def _smaller(
    statements: Statements, core: tuple[Statement, ...], depth: Depth, budget: Budget
) -> tuple[Statement, ...]:
    """Take the core of the core for as long as it shrinks."""
    found = statements.core(core, depth, budget)
    return found if len(found) == len(core) else _smaller(statements, found, depth, budget)


def _halved(statements: Statements, groups: Sequence[tuple[Statement, ...]], budget: Budget) -> tuple[Statement, ...]:
    """Leave out groups, many at a time, then fewer; return what is left."""
    kept = list(range(len(groups)))
    left = [range(len(groups))] if len(groups) > 1 else []
    while left and budget.left:
        tried = left.pop()
        others = [i for i in kept if i not in tried]
        verdict, _ = statements.possible([statement for i in others for statement in groups[i]], budget)
        if verdict is Verdict.IMPOSSIBLE:
            kept = others
        elif len(tried) > 1:
            middle = (tried.start + tried.stop) // 2
            left += [range(middle, tried.stop), range(tried.start, middle)]
    return tuple(statement for i in kept for statement in groups[i])


def _one_by_one(
    statements: Statements, core: tuple[Statement, ...], budget: Budget
) -> tuple[tuple[Statement, ...], bool]:
    sure = True
    for statement in core:
        others = tuple(other for other in core if other != statement)
        verdict = statements.possible(others, budget)[0] if budget.left else Verdict.UNKNOWN
        if verdict is Verdict.IMPOSSIBLE:
            core = others
        sure = sure and verdict is not Verdict.UNKNOWN
    return core, sure


def _constraint(rule: Rule) -> tuple[object, ...]:
    return (rule.constraint,)


def _kind(rule: Rule) -> tuple[object, ...]:
    return rule.constraint, len(rule.subject), rule.subject[-1] if not _is_date(rule.subject[-1]) else ""


def _fact(rule: Rule) -> tuple[object, ...]:
    return rule.constraint, tuple(part for part in rule.subject if not _is_date(part)), rule.origin


def _grouped(core: Iterable[Statement], grouping: Callable[[Rule], tuple[object, ...]]) -> list[tuple[Statement, ...]]:
    """Group the rules of a core, those to leave out first before the others; a value kept is a group of its own."""
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for statement in core:
        groups[(statement.name,) if isinstance(statement, Kept) else grouping(statement)].append(statement)
    return sorted(map(tuple, groups.values()), key=lambda group: (_rank(group[0]), -len(group)))


def _rank(statement: Statement) -> int:
    """Tell when to try to leave a statement out: the sooner, the less it is likely to be told."""
    if isinstance(statement, Kept):
        return -1
    first = _FIRST_LEFT_OUT
    return first.index(statement.constraint) if statement.constraint in first else len(first)


def _is_date(part: str) -> bool:
    try:
        Date.fromisoformat(part)
    except ValueError:
        return False
    return True
