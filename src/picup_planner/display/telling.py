"""Scenarios, differences and failures in sentences."""

from collections.abc import Iterator
from typing import Any

from picup_planner.display.reasons import reason_told
from picup_planner.messages import Words
from picup_planner.problem import Problem, Territory
from picup_planner.scenarios import Failure, Scenario
from picup_planner.solver.explanation import Reason


def scenario_told(scenario: Scenario, words: Words, territory: Territory | None = None) -> str:
    """Tell what a scenario changes, one sentence a change: `Le samedi est ouvert. Un camion de plus.`.

    Parameters
    ----------
    territory
        Where names are found; ids are told without it.
    """
    nouns: dict[str, tuple[Any, ...]] = {
        "commune": territory.communes if territory else (),
        "site": territory.sites if territory else (),
        "member": territory.staff if territory else (),
    }
    names = {(kind, noun.id): noun.name for kind, some in nouns.items() for noun in some}
    sentences = []
    for message, arguments in scenario.told:
        told = {
            name: words(f"objective-{value}") if name in ("objective", "over") else names.get((name, str(value)), value)
            for name, value in arguments.items()
        }
        sentences.append(words(message, **told))
    return " ".join(sentences) or words("scenario-as-it-is")


def name_of(scenario: Scenario, words: Words, territory: Territory | None = None) -> str:
    """Give the name of a scenario, or what it changes when it has none."""
    return scenario.name or scenario_told(scenario, words, territory).rstrip(".")


def failure_told(failure: Failure, problem: Problem | None, words: Words) -> Iterator[str]:
    """Yield why there is no plan: what was refused, or the rules that cannot be kept together."""
    yield from (words.mistake(mistake) for mistake in failure.mistakes)
    if failure.rules and problem:
        reason = Reason(rules=failure.rules, verified=failure.verified, minimal=failure.minimal)
        yield from reason_told(reason, problem, words)


def difference_told(difference: float, words: Words) -> str:
    """Tell a difference with its sign: `+ 12`, `− 3,5`."""
    return f"{'+' if difference > 0 else '−'}\N{NO-BREAK SPACE}{words.number(abs(difference), decimals=1)}"
