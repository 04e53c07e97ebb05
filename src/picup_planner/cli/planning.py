"""`picup plan`: from a territory's folder to a month on the terminal and four files."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from picup_planner.assemble import assemble, places, vehicle
from picup_planner.calendars import dates_of
from picup_planner.cli.asked import Texts, joined, understood
from picup_planner.cli.endings import DONE, INTERRUPTED, tell
from picup_planner.cli.progress import showing
from picup_planner.cli.publishing import published, warn_lowered
from picup_planner.cli.reasons import refused
from picup_planner.cli.saving import documents, refuse_other_plan, remind_to_publish, write_month
from picup_planner.cli.terminal import month_printed
from picup_planner.cli.verifying import second_opinion
from picup_planner.cli.workbooks import read_with_workbook
from picup_planner.errors import DataError, Infeasible, Mistake, NoPlanFound
from picup_planner.messages import Words
from picup_planner.problem import PastPermanence, Problem, Territory
from picup_planner.publish.lock import locked
from picup_planner.roads.cache import cache_folder
from picup_planner.roads.network import Network, far, network, snap
from picup_planner.roads.osrm import osrm
from picup_planner.roads.travel import scipy, travel_times
from picup_planner.scenarios.months import refuse_broken
from picup_planner.solver import solve
from picup_planner.territory import ROADS, embedded, read
from picup_planner.territory.history import read_history
from picup_planner.territory.records import RECORDS
from picup_planner.writing import refuse_unwritable

ENGINES = {"scipy": scipy, "osrm": osrm}
"""What computes travel times, by the name it is asked for."""

WORK = 5
"""Deterministic seconds of each search of a reproducible plan."""


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; what is ``None`` has a default, without `history` nothing past is read.

    A workbook says its month itself.
    """

    month: str
    workbook: Path | None
    territory: Path | None
    out: Path | None
    time_limit: int
    seed: int
    as_of: date | None
    history: Path | None
    decided: Texts
    verify: bool
    reproducible: bool = False
    engine: str = "scipy"
    publication: Path | None = None


def plan_month(asked: Asked, words: Words) -> int:
    """Plan a month, write it and print it; interrupted, the best plan so far."""
    tell(words("progress-reading"))
    source = asked.territory or embedded()
    if asked.workbook:
        territory, book = read_with_workbook(asked.workbook, source, words)
        asked = replace(asked, month=book.month)
    else:
        territory = read(source)
    territory = joined(understood(asked.decided, territory, dates_of(asked.month)), territory)
    folder = asked.out or Path("planning", asked.month)
    refuse_other_plan(folder, asked.month, territory.id)
    _refuse_recorded(folder)
    refuse_unwritable(folder / "plan.json")
    roads = network(source / ROADS, vehicle=vehicle(territory))
    problem = _problem(territory, roads, asked, words)
    work = WORK if asked.reproducible else None
    message = "progress-reproducible" if asked.reproducible else "progress-solving"
    tell(words(message, month=asked.month, seconds=asked.time_limit))
    try:
        with showing(words) as progress:
            plan = solve(problem, time_limit=asked.time_limit, seed=asked.seed, work=work, progress=progress)
    except (Infeasible, NoPlanFound, KeyboardInterrupt) as nothing:
        return refused(problem, nothing, words)
    refuse_broken(problem, plan)
    files = documents(problem, plan, roads, words)
    kept = write_month(problem, plan, files, folder, words)
    month_printed(problem, plan, words)
    tell("")
    tell(words("plan-written", value=str(folder)))
    tell(words("plan-open", value=str(folder / "map.html")))
    if kept:
        tell(words("change-previous", value=kept))
    if not asked.publication:
        remind_to_publish(plan, folder, words)
    if asked.publication:
        with locked(asked.publication):
            warn_lowered(plan, folder / "plan.json", asked.publication, words)
            published(problem, plan, roads, asked.publication, words)
    if not plan.finished:
        tell(words("plan-unfinished"))
    elif asked.verify:
        second_opinion(problem, plan, asked.time_limit, words)
    return DONE if plan.finished else INTERRUPTED


def _refuse_recorded(folder: Path) -> None:
    """Refuse to replace a plan of which something is recorded: another plan gives its ids to other permanences.

    Raises
    ------
    DataError
        When the folder has records.
    """
    if (folder / RECORDS).exists():
        raise DataError(Mistake("plan-recorded", {"file": str(folder / RECORDS), "folder": str(folder)}))


def _problem(territory: Territory, roads: Network, asked: Asked, words: Words) -> Problem:
    locations, settings = places(territory), territory.settings
    for warning in far(snap(roads, locations, refused_over=settings.road_distance)):
        tell(f"{words('roads-warning')} {words.mistake(warning)}")
    travel = travel_times(
        roads,
        locations,
        settings.hour_factors,
        refused_over=settings.road_distance,
        engine=ENGINES[asked.engine],
        cache=cache_folder(),
    )
    return assemble(territory, asked.month, travel, as_of=asked.as_of, history=_history(territory, asked, words))


def _history(territory: Territory, asked: Asked, words: Words) -> tuple[PastPermanence, ...]:
    """Read what took place in the months before, and say so; nothing when nobody asks for it."""
    if asked.history is None:
        return ()
    past = read_history(asked.history, territory, date.fromisoformat(f"{asked.month}-01"))
    if past:
        tell(words("plan-history", n=len(past), value=str(asked.history)))
    return past
