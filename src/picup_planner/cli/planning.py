"""`picup plan`: from a territory's folder to a month on the terminal and three files."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from picup_planner.assemble import assemble, places
from picup_planner.cli.endings import DONE, INTERRUPTED, tell
from picup_planner.cli.progress import showing
from picup_planner.cli.terminal import month_printed
from picup_planner.draw import draw
from picup_planner.errors import Defect, Mistake
from picup_planner.evaluation import broken_rules
from picup_planner.messages import Words
from picup_planner.plan import Plan
from picup_planner.problem import Problem, Territory
from picup_planner.publish.files import write
from picup_planner.publish.map import staff_map
from picup_planner.roads.network import Network, far, network, snap
from picup_planner.roads.travel import travel_times
from picup_planner.solver import solve
from picup_planner.territory import ROADS, embedded, read


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; what is ``None`` has a default."""

    month: str
    territory: Path | None
    out: Path | None
    time_limit: int
    seed: int
    as_of: date | None


def plan_month(asked: Asked, words: Words) -> int:
    """Plan a month, write it and print it; interrupted, the best plan so far."""
    tell(words("progress-reading"))
    source = asked.territory or embedded()
    territory = read(source)
    roads = network(source / ROADS)
    problem = _problem(territory, roads, asked, words)
    tell(words("progress-solving", month=asked.month, seconds=asked.time_limit))
    with showing(words) as progress:
        plan = solve(problem, time_limit=asked.time_limit, seed=asked.seed, progress=progress)
    _refuse_broken(problem, plan)
    folder = asked.out or Path("planning", asked.month)
    _write(problem, plan, staff_map(plan, draw(problem, plan, roads), words.language), folder)
    month_printed(problem, plan, words)
    tell("")
    tell(words("plan-written", value=str(folder)))
    tell(words("plan-open", value=str(folder / "map.html")))
    if not plan.finished:
        tell(words("plan-unfinished"))
    return DONE if plan.finished else INTERRUPTED


def _problem(territory: Territory, roads: Network, asked: Asked, words: Words) -> Problem:
    locations = places(territory)
    for warning in far(snap(roads, locations)):
        tell(f"{words('roads-warning')} {words.mistake(warning)}")
    travel = travel_times(roads, locations, territory.settings.hour_factors)
    return assemble(territory, asked.month, travel, as_of=asked.as_of)


def _refuse_broken(problem: Problem, plan: Plan) -> None:
    if broken := {breach.rule.constraint for breach in broken_rules(problem, plan)}:
        raise Defect(Mistake("defect-broken-plan", {"rules": ", ".join(sorted(broken))}))


def _write(problem: Problem, plan: Plan, page: str, folder: Path) -> None:
    """Write the three files, the plan last: where there is a plan, all it needs is there."""
    write(folder / "problem.json", problem.model_dump_json(indent=1))
    write(folder / "map.html", page)
    write(folder / "plan.json", plan.model_dump_json(indent=1))
