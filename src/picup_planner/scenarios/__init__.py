"""Named changes to what a month is assembled from, planned side by side, here or on a cluster; and a whole year."""

from picup_planner.scenarios.changes import (
    Absent,
    Closed,
    Held,
    NewCommune,
    NewSite,
    OtherDepot,
    Prefer,
    Saturdays,
    SecondVan,
    Setting,
    Target,
    Without,
)
from picup_planner.scenarios.comparing import Case, Comparison, compare
from picup_planner.scenarios.executors import Executor, cluster, here, processes
from picup_planner.scenarios.file import read_scenarios
from picup_planner.scenarios.months import month, read, solve
from picup_planner.scenarios.outcomes import Failure, Outcome, Why
from picup_planner.scenarios.replanning import replan
from picup_planner.scenarios.scenario import Change, Scenario
from picup_planner.scenarios.sweeping import sweep
from picup_planner.scenarios.years import YearMonth, year

__all__ = [
    "Absent",
    "Case",
    "Change",
    "Closed",
    "Comparison",
    "Executor",
    "Failure",
    "Held",
    "NewCommune",
    "NewSite",
    "OtherDepot",
    "Outcome",
    "Prefer",
    "Saturdays",
    "Scenario",
    "SecondVan",
    "Setting",
    "Target",
    "Why",
    "Without",
    "YearMonth",
    "cluster",
    "compare",
    "here",
    "month",
    "processes",
    "read",
    "read_scenarios",
    "replan",
    "solve",
    "sweep",
    "year",
]
