"""`picup replan` and `picup cancel`: a published month changed as little as can be, then written beside what it was."""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from picup_planner.assemble import places, vehicle
from picup_planner.cli.asked import Fact, Texts, joined, refuse_past, understood
from picup_planner.cli.differences import difference_printed
from picup_planner.cli.endings import DONE, INTERRUPTED, tell
from picup_planner.cli.progress import showing
from picup_planner.cli.reading import folder_of, plan_and_problem, plan_with
from picup_planner.cli.reasons import refused
from picup_planner.cli.saving import documents, refuse_other_plan, remind_to_publish, write_month
from picup_planner.cli.usage import WrongUsage
from picup_planner.errors import Infeasible, Mistake, NoPlanFound
from picup_planner.evaluation import Difference, difference
from picup_planner.messages import Words
from picup_planner.plan import Plan, promises_of
from picup_planner.problem import Problem, Promise, anew
from picup_planner.roads.network import Network, network, snap
from picup_planner.scenarios.replanning import promising
from picup_planner.scenarios.replanning import replanned as searched
from picup_planner.solver import Progress
from picup_planner.territory import ROADS
from picup_planner.territory.history import took_place
from picup_planner.writing import refuse_unwritable

CANCEL = "picup cancel"
"""Where what it asks was typed, as its origin tells it."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """Which plan is changed, from which day, and where the new one goes; what is ``None`` has a default."""

    plan: Path | None
    problem: Path | None
    territory: Path | None
    out: Path | None
    as_of: date | None
    time_limit: int
    seed: int


@dataclass(frozen=True)
class Published:
    """The plan announced, its file, what it promises, its problem, its roads; where the new one goes.

    Parameters
    ----------
    promised
        What really took place, and what is to come, recorded as cancelled or not: `picup cancel` is what cancels it.
    """

    plan: Plan
    path: Path
    promised: tuple[Promise, ...]
    problem: Problem
    roads: Network
    folder: Path


@dataclass(frozen=True)
class Replanned:
    """The new plan, its problem, what it changes; and how many searches and seconds it took."""

    problem: Problem
    plan: Plan
    changes: Difference
    searches: int
    seconds: float


def replan_month(change: Change, texts: Texts, words: Words) -> int:
    """Replan a month from what has happened, write it and print what changes."""
    typed = (*texts.absent, *texts.closed, *texts.van_off, *texts.hold, *texts.forbid)
    published = announced(change, words, *typed)
    facts = understood(texts, published.problem.territory, published.problem.dates)
    as_of = change.as_of or _last_day_over(facts)
    refuse_past(facts, as_of)
    problem = changed(published, facts, as_of)
    try:
        found = replanned(published, problem, change, words)
    except (Infeasible, NoPlanFound, KeyboardInterrupt) as nothing:
        return refused(problem, nothing, words)
    difference_printed(found.problem, found.plan, found.changes, words)
    return ended(found, published, words)


def announced(change: Change, words: Words, *texts: str) -> Published:
    """Read what was announced and the roads; what is wrong with either is told before any search.

    Parameters
    ----------
    texts
        What was typed, whose dates and ids tell the month where no plan is given.
    """
    path = change.plan or plan_with(*texts)
    plan, problem = plan_and_problem(path, change.problem, words)
    folder = change.out or path.parent
    refuse_other_plan(folder, plan.month, plan.territory)
    refuse_unwritable(folder / "plan.json")
    roads = roads_for(change.territory, problem)
    held = took_place(path.parent, plan, problem)
    known, today = {one.id for one in held}, change.as_of or date.today()  # noqa: DTZ011  the planner's own day
    coming = (one for one in promises_of(plan) if one.date > today and one.id not in known)
    return Published(plan, path, (*held, *coming), free_again(problem), roads, folder)


def roads_for(territory: Path | None, problem: Problem) -> Network:
    """Read the roads of the map to be written; what is wrong with them is told before anything is decided."""
    roads = network(folder_of(territory, problem) / ROADS, vehicle=vehicle(problem.territory))
    snap(roads, places(problem.territory))
    return roads


def free_again(problem: Problem) -> Problem:
    """Leave out what held the half-days begun before a call of `picup cancel`: it was for that search alone.

    What it wrote keeps them in its problem, for what it proved was proved with them.
    """
    asked = problem.territory.pins
    left = tuple(pin for pin in asked if not (pin.commune and pin.origin and pin.origin.file == CANCEL))
    return problem if left == asked else anew(problem, territory=anew(problem.territory, pins=left))


def _last_day_over(facts: tuple[Fact, ...]) -> date:
    """Give today, or yesterday when something asked is about today: a day that may still change is not over."""
    today = date.today()  # noqa: DTZ011  the planner's own day
    about_today = any(fact.dates and fact.dates.first <= today <= fact.dates.last for fact in facts)
    return today - DAY if about_today else today


def changed(published: Published, facts: tuple[Fact, ...], as_of: date) -> Problem:
    """Give the problem of a published month with these facts; dates up to `as_of` do not move.

    Raises
    ------
    WrongUsage
        When the whole month is past.
    """
    before = published.problem
    if as_of >= before.dates[-1]:
        raise WrongUsage(Mistake("change-month-over", {"month": before.month, "date": as_of.isoformat()}))
    return promising(before, joined(facts, before.territory), published.promised, as_of)


def replanned(published: Published, problem: Problem, change: Change, words: Words) -> Replanned:
    """Find the plan of a changed problem that changes least.

    Raises
    ------
    Infeasible, NoPlanFound
        As `solve` does.
    """
    tell(words("progress-replanning", month=problem.month, seconds=change.time_limit))
    began, finished = time.monotonic(), set[str]()
    with showing(words) as show:

        def progress(step: Progress) -> None:
            if step.done:
                finished.add(step.objective)
            show(step)

        choices = {"time_limit": change.time_limit, "seed": change.seed}
        plan = searched(problem, published.plan, **choices, progress=progress)
    changes = difference(published.plan, plan, problem.as_of)
    return Replanned(problem, plan, changes, len(finished), time.monotonic() - began)


def ended(found: Replanned, published: Published, words: Words) -> int:
    """Write the new plan, what it replaces kept, and say where."""
    problem, plan = found.problem, found.plan
    files = documents(problem, plan, published.roads, words, published.plan)
    kept = write_month(problem, plan, files, published.folder, words, (published.path, published.plan))
    tell("")
    tell(words("change-effort", n=found.searches, seconds=found.seconds))
    tell(words("plan-written", value=str(published.folder)))
    if kept:
        tell(words("change-previous", value=kept))
    remind_to_publish(plan, published.folder, words, published.path.parent)
    if not plan.finished:
        tell(words("plan-unfinished"))
    return DONE if plan.finished else INTERRUPTED
