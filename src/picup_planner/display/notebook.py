"""What a notebook displays: `show`, and plans, comparisons, scenarios and charts left at the end of a cell."""

from typing import Any

from matplotlib.figure import Figure

from picup_planner.display.charts import png
from picup_planner.display.language import words_of
from picup_planner.display.reasons import conflict_told, shortage_told
from picup_planner.display.summary import comparison_shown, plan_shown, wrapped
from picup_planner.display.telling import scenario_told
from picup_planner.errors import DataError
from picup_planner.messages import Words
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.publish.text import Html, tag
from picup_planner.scenarios import Comparison, Scenario
from picup_planner.scenarios.months import problem_of
from picup_planner.scenarios.scenario import Change, scenario_of
from picup_planner.solver.explanation import Reason


class Shown:
    """Something that a notebook shows, and a terminal tells to look at in one."""

    def __init__(self, html: Html) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html


def show(
    made: Plan | Comparison | Scenario | Change | Reason, problem: Problem | None = None, *, language: str | None = None
) -> Shown:
    """Show a plan (calendar, figures, proofs, small map), a comparison, what a scenario changes, or a reason.

    Parameters
    ----------
    problem
        What a plan was made from when it was made elsewhere; what a reason is about.
    language
        ``fr`` or ``en``; by default that of ``PICUP_LANG``, as on the command line.

    Raises
    ------
    DataError
        When the problem is not known.
    """
    return Shown(wrapped(_html(made, problem, words_of(language))))


def _html(made: object, problem: Problem | None, words: Words) -> Html:
    match made:
        case Plan():
            return plan_shown(problem_of(made, problem), made, words)
        case Comparison():
            return comparison_shown(made, words)
        case Scenario() | Change():
            return tag("p", scenario_told(scenario_of(made), words))
        case Reason() if problem:
            priced = made.kept or any(remedy.costs for remedy in made.remedies)
            told = (shortage_told if priced else conflict_told)(made, problem, words)
            return tag("ul", *(tag("li", line.removeprefix("- ")) for line in told))
        case _:
            return tag("p", type(made).__name__)


def register(ipython: Any) -> None:  # noqa: ANN401  a shell of IPython
    """Teach a notebook to display our nouns, and charts that belong to no window."""
    html = ipython.display_formatter.formatters["text/html"]
    for kind in (Plan, Comparison, Scenario):
        html.for_type(kind, _displayed)
    ipython.display_formatter.formatters["image/png"].for_type(Figure, png)


def _displayed(made: Plan | Comparison | Scenario) -> str | None:
    """Give what `show` shows; nothing for a plan made elsewhere, which the notebook then prints as it is."""
    try:
        return str(show(made)._repr_html_())
    except DataError:
        return None
