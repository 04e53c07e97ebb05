"""Proven, explained, published monthly tours for mobile public services.

What a notebook needs, in one name: ``import picup_planner as pp``. Each is imported when it is first asked for, so that
the import alone, and with it the command line, stays quick.

Examples
--------
>>> import picup_planner as pp
>>> territory = pp.read()
>>> problem = pp.month(territory, "2026-12")
>>> problem.month, len(problem.open_dates)
('2026-12', 22)
>>> (pp.Saturdays() + pp.Target(3))(territory).communes[0].frequency.target
3
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from picup_planner.display import charts
    from picup_planner.display.notebook import show
    from picup_planner.display.progress import compare, sweep
    from picup_planner.display.report import report
    from picup_planner.display.tables import changes, figures, loads, sites, table, tours
    from picup_planner.evaluation import broken_rules
    from picup_planner.plan import Plan
    from picup_planner.problem import Problem, Territory
    from picup_planner.scenarios import (
        Absent,
        Closed,
        Comparison,
        Held,
        NewCommune,
        NewSite,
        OtherDepot,
        Outcome,
        Prefer,
        Saturdays,
        Scenario,
        SecondVan,
        Setting,
        Target,
        Without,
        cluster,
        here,
        month,
        processes,
        read,
        read_scenarios,
        replan,
        solve,
        year,
    )
    from picup_planner.solver.explanation import conflict, shortage, why_not
    from picup_planner.solver.front import front

_HOMES = {
    "evaluation": "broken_rules",
    "plan": "Plan",
    "problem": "Problem Territory",
    "scenarios": (
        "Absent Closed Comparison Held NewCommune NewSite OtherDepot Outcome Prefer Saturdays Scenario SecondVan "
        "Setting Target Without cluster here month processes read read_scenarios replan solve year"
    ),
    "display": "charts",
    "display.notebook": "show",
    "display.progress": "compare sweep",
    "display.report": "report",
    "display.tables": "changes figures loads sites table tours",
    "solver.explanation": "conflict shortage why_not",
    "solver.front": "front",
}
"""Where each public name lives."""

_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Absent",
    "Closed",
    "Comparison",
    "Held",
    "NewCommune",
    "NewSite",
    "OtherDepot",
    "Outcome",
    "Plan",
    "Prefer",
    "Problem",
    "Saturdays",
    "Scenario",
    "SecondVan",
    "Setting",
    "Target",
    "Territory",
    "Without",
    "broken_rules",
    "changes",
    "charts",
    "cluster",
    "compare",
    "conflict",
    "figures",
    "front",
    "here",
    "loads",
    "month",
    "processes",
    "read",
    "read_scenarios",
    "replan",
    "report",
    "shortage",
    "show",
    "sites",
    "solve",
    "sweep",
    "table",
    "tours",
    "why_not",
    "year",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401  any public name
    """Import a public name when it is first asked for; in a notebook, its display comes with it."""
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    home = import_module(f"{__name__}.{_HOME[name]}")
    value = import_module(f"{home.__name__}.{name}") if name == "charts" else getattr(home, name)
    globals()[name] = value
    if shell := getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)():
        load_ipython_extension(shell)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(ipython: Any) -> None:  # noqa: ANN401  a shell of IPython
    """Teach a notebook to display plans, comparisons and scenarios: once is enough, and using `pp` there does it."""
    import_module(f"{__name__}.display.notebook").register(ipython)
