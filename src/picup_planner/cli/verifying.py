"""`picup plan --verify`: whether another calculation confirms what is said to be proven, in plain words."""

import typer
from rich.console import Console

from picup_planner.cli.endings import tell
from picup_planner.cli.terminal import heading
from picup_planner.errors import Defect, Mistake
from picup_planner.messages import Words
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.solver.verification import Opinion, verify


def second_opinion(problem: Problem, plan: Plan, seconds: int, words: Words) -> None:
    """Tell of each proof whether it is confirmed.

    Raises
    ------
    Defect
        When a proof is contradicted: a better plan exists.
    """
    best = {result.name: result.best for result in plan.objectives}
    number = {result.name: rank for rank, result in enumerate(plan.objectives, 1)}
    heading(Console(highlight=False, markup=False, emoji=False), words("verify-heading"))
    if not any(result.proven for result in plan.objectives):
        typer.echo(words("verify-nothing"))
        return
    tell(words("progress-verifying", seconds=seconds))

    def told(opinion: Opinion) -> None:
        objective = f"{number[opinion.name]}. {words(f'objective-{opinion.name}')}"
        typer.echo(words("verify-line", objective=objective, opinion=_told(opinion, best[opinion.name], words)))

    opinions = verify(problem, plan, seconds, told)
    if any(opinion.agrees is False for opinion in opinions):
        raise Defect(Mistake("defect-contradicted"))
    if any(opinion.agrees is None for opinion in opinions):
        typer.echo(words("verify-more-time"))


def _told(opinion: Opinion, best: int, words: Words) -> str:
    if opinion.agrees is None:
        return words("verify-unfinished")
    if opinion.agrees:
        return words("verify-agrees", by=opinion.by)
    return words("verify-disagrees", by=opinion.by, found=words.number(opinion.value), best=words.number(best))
