"""`picup move`, `picup where` and `picup add`: a plan changed by hand, its price told before anything is written."""

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import typer

from picup_planner.cli.changing import free_again, roads_for
from picup_planner.cli.endings import DONE, tell
from picup_planner.cli.naming import Mistakes, named, permanence_named
from picup_planner.cli.offering import move_printed, offers_printed
from picup_planner.cli.reading import as_typed, day_of, plan_and_problem, plan_with
from picup_planner.cli.saving import documents, refuse_other_plan, remind_to_publish, write_month
from picup_planner.cli.usage import WrongUsage
from picup_planner.errors import DataError, Mistake
from picup_planner.evaluation.crewing import Offer
from picup_planner.evaluation.edits import as_held, recounted
from picup_planner.evaluation.offers import Offers, Spot, move, when, where
from picup_planner.evaluation.plan_consistency import plan_consistency
from picup_planner.messages import Words
from picup_planner.plan import Kind, Permanence, Plan, State
from picup_planner.problem import Problem, Site, anew
from picup_planner.roads.network import Network
from picup_planner.territory.cells import fold
from picup_planner.territory.history import took_place

DAY = timedelta(days=1)

_STRANGE = ("unknown-", "wrong-", "out-of-month")
"""How `plan_consistency` calls what a plan names and its problem does not have; hours and tours are written again."""


@dataclass(frozen=True)
class Edited:
    """Which plan is edited, from which day, and where the new one goes; what is ``None`` has a default."""

    plan: Path | None
    problem: Path | None
    territory: Path | None
    out: Path | None
    as_of: date | None

    @property
    def today(self) -> date:
        """The planner's own day, unless another is asked for."""
        return self.as_of or date.today()  # noqa: DTZ011  the planner's own day


@dataclass(frozen=True)
class Current:
    """The plan as it stands, the problem that judges it now; the plan as it was read, and its file."""

    plan: Plan
    problem: Problem
    as_read: Plan
    path: Path


def move_permanence(edited: Edited, texts: tuple[str, str, str | None, str | None], words: Words, *, yes: bool) -> int:
    """Tell what moving a permanence breaks and costs, then move it if that is confirmed.

    Parameters
    ----------
    texts
        The permanence, the date, the site and the session, as they were typed; the last two stay when ``None``.
    yes
        Whether it is confirmed already.
    """
    plan, problem, path = _read(edited, words, texts[0], texts[1])
    held, spot = _asked(plan, problem, texts)
    current = _as_of(edited, plan, problem, path, (held.date, spot.date))
    if spot == Spot(held.place.id, held.date, held.session or ""):
        raise WrongUsage(Mistake("edit-same", {"permanence": held.id}))
    roads = roads_for(edited.territory, problem) if yes or sys.stdin.isatty() else None
    offer = move(current.problem, current.plan, held, spot)
    move_printed(current.problem, current.plan, offer, words)
    if roads and (yes or _confirmed(words, "edit-apply-anyway" if offer.price.breaches else "edit-apply")):
        return _write(edited, current, offer, roads, words)
    tell(words("edit-nothing-written" if roads else "edit-only-told"))
    return DONE


def where_permanence(edited: Edited, when_text: str, session_text: str, choose: int | None, words: Words) -> int:
    """Tell the best sites at which one more permanence may be held in a half-day; write the one chosen."""
    plan, problem, path = _read(edited, words, when_text)
    mistakes = Mistakes()
    with mistakes:
        day = _day(problem, when_text)
    with mistakes:
        session = named(session_text, problem.territory.sessions, "data-unknown-sessions")
    mistakes.told()
    current = _as_of(edited, plan, problem, path, (day,))
    found = where(current.problem, current.plan, day, session.id)
    title = words("where-heading", date=words.date(day), session=session.name)
    offers_printed(current.problem, current.plan, found, words, titles=(title, "where-excluded"))
    return _chosen(edited, current, found, choose, words)


def add_permanence(edited: Edited, site_text: str, choose: int | None, words: Words) -> int:
    """Tell the best half-days in which one more permanence may be held at a site; write the one chosen."""
    plan, problem, path = _read(edited, words)
    site = named(site_text, problem.territory.sites, "data-unknown-sites")
    current = _as_of(edited, plan, problem, path, ())
    found = when(current.problem, current.plan, site.id)
    title = words("add-heading", site=site.name)
    offers_printed(current.problem, current.plan, found, words, titles=(title, "add-excluded"))
    return _chosen(edited, current, found, choose, words)


def _read(edited: Edited, words: Words, *texts: str) -> tuple[Plan, Problem, Path]:
    path = edited.plan or plan_with(*texts)
    plan, problem = plan_and_problem(path, edited.problem, words)
    if edited.out:
        refuse_other_plan(edited.out, plan.month, plan.territory)
    said = {word for each in plan_consistency(problem, plan) for word in each.rule.subject}
    if any(word.startswith(_STRANGE) for word in said):
        raise DataError(Mistake("edit-check-first", {"file": str(path)}))
    return plan, problem, path


def _asked(plan: Plan, problem: Problem, texts: tuple[str, str, str | None, str | None]) -> tuple[Permanence, Spot]:
    """Understand what is to be moved and where to, everything wrong told at once."""
    permanence, day_text, site_text, session_text = texts
    territory = problem.territory
    mistakes = Mistakes()
    site = session = None
    with mistakes:
        held = permanence_named(permanence, plan)
    with mistakes:
        day = _day(problem, day_text)
    with mistakes:
        site = named(site_text, territory.sites, "data-unknown-sites") if site_text else None
    with mistakes:
        session = named(session_text, territory.sessions, "data-unknown-sessions") if session_text else None
    mistakes.told()
    _refuse(held, site, problem)
    return held, Spot(site.id if site else held.place.id, day, session.id if session else held.session or "")


def _refuse(held: Permanence, site: Site | None, problem: Problem) -> None:
    if held.kind is Kind.FIXED:
        raise WrongUsage(Mistake("edit-fixed", {"permanence": held.id}))
    if site and site.commune != held.place.commune:
        told = {"site": site.name, "permanence": held.id, "commune": held.place.commune_name}
        raise WrongUsage(Mistake("edit-other-commune", told))
    if site and site.id not in problem.travel:
        raise WrongUsage(Mistake("edit-without-travel-times", {"site": site.name}))


def _day(problem: Problem, text: str) -> date:
    day = day_of(text)
    if day not in problem.dates:
        raise WrongUsage(Mistake("edit-out-of-month", {"value": text, "month": problem.month}))
    return day


def _as_of(edited: Edited, plan: Plan, problem: Problem, path: Path, concerned: tuple[date, ...]) -> Current:
    """Judge the plan from today: what is past does not move, notice runs from now, what was announced is promised.

    What was recorded comes before what was planned. A day that something is asked about is not over. A plan made from a
    later day than today is judged from that day.

    Raises
    ------
    WrongUsage
        When a day concerned, or the whole month, is past.
    """
    problem, today = free_again(problem), edited.today
    day = max(problem.as_of, today - DAY if today in concerned else today)
    if day >= problem.dates[-1]:
        raise WrongUsage(Mistake("change-month-over", {"month": problem.month, "date": day.isoformat()}))
    if past := sorted(some for some in concerned if some <= day):
        raise WrongUsage(Mistake("edit-past", {"date": past[0].isoformat(), "day": day.isoformat()}))
    as_read, held = plan, took_place(path.parent, plan, problem)
    later = held if day > problem.as_of else problem.promised
    promised = (*(one for one in held if one.date <= day), *(one for one in later if one.date > day))
    if day > problem.as_of or set(promised) != set(problem.promised):
        problem = anew(problem, as_of=day, promised=promised)
        plan = as_held(problem, plan)
    return Current(plan, problem, as_read, path)


def _confirmed(words: Words, question: str) -> bool:
    """Ask on the error stream, and take only a clear yes."""
    typer.echo(f"{words(question)} ", nl=False, err=True)  # typer's own question is in English
    return fold(sys.stdin.readline()) in {"o", "oui", "y", "yes"}


def _chosen(edited: Edited, current: Current, found: Offers, choose: int | None, words: Words) -> int:
    if choose is None:
        return DONE
    if not 1 <= choose <= len(found.offers):
        raise WrongUsage(Mistake("edit-no-such-offer", {"choice": choose, "n": len(found.offers)}))
    roads = roads_for(edited.territory, current.problem)
    return _write(edited, current, found.offers[choose - 1], roads, words)


def _write(edited: Edited, current: Current, offer: Offer, roads: Network, words: Words) -> int:
    """Write the edited plan, its problem and its map; what it replaces is kept."""
    plan = recounted(current.problem, offer.plan, current.plan)
    made = plan.provenance.model_copy(update={"problem_hash": current.problem.hash, "made_on": current.problem.as_of})
    plan = plan.model_copy(update={"provenance": made, "state": State.DRAFT})
    folder = edited.out or current.path.parent
    files = documents(current.problem, plan, roads, words, current.plan)
    kept = write_month(current.problem, plan, files, folder, words, (current.path, current.as_read))
    tell(words("plan-written", value=str(folder)))
    if broken := offer.price.breaches:
        tell(words("publish-broken", n=len(broken), value=as_typed(folder / "plan.json")))
    if kept:
        tell(words("change-previous", value=kept))
    remind_to_publish(plan, folder, words, current.path.parent)
    return DONE
