"""What a new plan changes, as a person reads it on a terminal: what moves, who must be told, what is proven."""

from collections.abc import Iterator, Sequence

from picup_planner.cli.terminal import filled, heading, printed
from picup_planner.evaluation import Difference
from picup_planner.messages import Words
from picup_planner.plan import ObjectiveResult, Plan
from picup_planner.problem import Problem
from picup_planner.publish.telling import changes_told, errands_told
from picup_planner.solver.objectives import OF_REPLANNING


def difference_printed(
    problem: Problem, plan: Plan, changes: Difference, words: Words, *, first: Sequence[str] = ()
) -> None:
    """Print some sentences, what changes and why it is the least; without colours when not on a terminal."""
    with printed() as console:
        heading(console, words("change-heading", month=plan.month, territory=plan.territory_name))
        for line in (*first, *changes_told(plan, changes, words)):
            filled(console, line)
        if changes.people or changes.communes:
            heading(console, words("change-tell-heading"))
            for line in errands_told(problem, changes, words):
                filled(console, line)
        console.print()
        for line in least(problem, plan, changes, words):
            filled(console, line)


def least(problem: Problem, plan: Plan, changes: Difference, words: Words) -> Iterator[str]:
    """Say how much changes, whether it is proven that no plan changes less, and how changes are counted."""
    told, lower = _counted(changes, words), _perhaps_lower(plan)
    if proven(plan):
        yield words("change-least", changes=told)
    elif lower:
        yield words("change-perhaps", changes=told, **_gap(lower, words))
    else:
        yield words("change-unknown", changes=told)
    points = next((result.value for result in plan.objectives if result.name == OF_REPLANNING[-1]), 0)
    if points:
        yield words("change-points", points=words.number(points), n=problem.territory.settings.notice)


def proven(plan: Plan, among: Sequence[str] = OF_REPLANNING) -> bool:
    """Whether no plan that keeps the rules can change less than this one, by each of these counts."""
    unsure = {result.name for result in _unsure(plan)}
    return {result.name for result in plan.objectives} - unsure >= set(among)


def _unsure(plan: Plan) -> Iterator[ObjectiveResult]:
    """Yield what counts changes and is not proven, or is proven only if something before it is the best."""
    for result in plan.objectives:
        if result.name in OF_REPLANNING and (not result.proven or result.conditional or result.value > result.best):
            yield result


def _perhaps_lower(plan: Plan) -> ObjectiveResult | None:
    """Give the first objective that may be lower, changes or what comes before them: it is what leaves a doubt."""
    last = max((n for n, result in enumerate(plan.objectives) if result.name in OF_REPLANNING), default=-1)
    return next((result for result in plan.objectives[: last + 1] if result.value > result.bound), None)


def _gap(result: ObjectiveResult, words: Words) -> dict[str, str]:
    name = words(f"objective-{result.name}")
    return {"objective": name, "value": words.number(result.value), "bound": words.number(result.bound)}


def _counted(changes: Difference, words: Words) -> str:
    """Give `3 permanences bougent, 1 remplacement dans les équipes`."""
    if changes.nothing:
        return words("change-nothing")
    counts = {
        "change-count-moved": len(changes.moved),
        "change-count-cancelled": len(changes.cancelled),
        "change-count-new": len(changes.new),
        "change-count-replaced": len(changes.replaced),
    }
    return ", ".join(words(message, n=n) for message, n in counts.items() if n)
