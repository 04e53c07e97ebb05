"""The constraint model: one generator of rules per file, one objective per file; the only room that knows OR-Tools."""

from picup_planner.solver.search import Progress, solve

__all__ = ["Progress", "solve"]
