"""What an edit breaks and costs: the rules and the objectives of the plan after it, against those before."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from picup_planner.evaluation import RULES, objective_values
from picup_planner.evaluation.changes import COMPARED
from picup_planner.plan import Breach, Plan
from picup_planner.problem import Problem

Rules = tuple[Callable[[Problem, Plan], Iterator[Breach]], ...]

_BEFORE_COMPARED = "below_minimum"


@dataclass(frozen=True)
class Cost:
    """What one objective was and becomes."""

    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Price:
    """What an edit breaks and costs.

    Parameters
    ----------
    breaches
        Those of the plan after it that the plan before it did not have.
    costs
        One per objective, in the order of priority.
    """

    breaches: tuple[Breach, ...]
    costs: tuple[Cost, ...]

    @property
    def changed(self) -> tuple[Cost, ...]:
        """The objectives whose value changes."""
        return tuple(cost for cost in self.costs if cost.before != cost.after)


@dataclass(frozen=True)
class Before:
    """A plan about to be edited; what it breaks and costs is counted once."""

    problem: Problem
    plan: Plan

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Objectives in their order: that of the plan, or else of the territory, or else of their definition.

        Those that compare with a published plan come where the definition puts them when the order ignores them.
        """
        chosen = [result.name for result in self.plan.objectives]
        chosen = chosen or [choice.name for choice in self.problem.territory.settings.objectives]
        chosen = [name for name in chosen if name in self._values] or list(self._values)
        compared = [one.__name__ for one in COMPARED if one.__name__ in self._values.keys() - {*chosen}]
        rank = chosen.index(_BEFORE_COMPARED) + 1 if _BEFORE_COMPARED in chosen else 0
        return (*chosen[:rank], *compared, *chosen[rank:])

    @cached_property
    def bare(self) -> Plan:
        """The plan without what it says of its objectives, which would be counted at each edit."""
        return self.plan.model_copy(update={"objectives": ()})

    def price(self, after: Plan) -> Price:
        """Say what the plan after an edit breaks and costs."""
        return Price(tuple(self.broken(after)), self.costs(self.values(after)))

    def values(self, after: Plan) -> tuple[int, ...]:
        """Give the value of each objective after an edit, in their order."""
        values = objective_values(self.problem, after)
        return tuple(values[name] for name in self.order)

    def costs(self, values: tuple[int, ...]) -> tuple[Cost, ...]:
        """Compare the values of the objectives after an edit with those before."""
        return tuple(Cost(name, self._values[name], value) for name, value in zip(self.order, values, strict=True))

    def broken(self, after: Plan, rules: Rules = RULES) -> Iterator[Breach]:
        """Yield what the plan after an edit breaks of these rules and the plan before did not."""
        for rule in rules:
            known = self._known[rule].copy()
            for breach in rule(self.problem, after):
                if known[breach] > 0:
                    known[breach] -= 1
                else:
                    yield breach

    @cached_property
    def _values(self) -> dict[str, int]:
        return objective_values(self.problem, self.plan)

    @cached_property
    def _known(self) -> dict[Callable[[Problem, Plan], Iterable[Breach]], Counter[Breach]]:
        return {rule: Counter(rule(self.problem, self.plan)) for rule in RULES}
