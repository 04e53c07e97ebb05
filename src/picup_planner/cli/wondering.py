"""`picup why-not`: the rules that forbid a permanence somewhere on a date, or what it would cost and move."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import typer

from picup_planner.cli.differences import proven
from picup_planner.cli.endings import DONE, NO_PLAN, tell
from picup_planner.cli.naming import Mistakes, named
from picup_planner.cli.reading import day_of
from picup_planner.cli.usage import WrongUsage
from picup_planner.display.reasons import effort_told, prices_told, reason_told, remedy_told
from picup_planner.errors import DataError, Mistake
from picup_planner.evaluation import broken_rules, difference, identified
from picup_planner.messages import Words
from picup_planner.plan import Kind, Permanence, Plan
from picup_planner.problem import Problem, Session, Site
from picup_planner.publish.telling import permanence_told, replacement_told
from picup_planner.solver.explanation import WhyNot, keeping, why_not


@dataclass(frozen=True)
class Asked:
    """What the command line asks about, as it was typed."""

    site: str
    date: str
    session: str | None
    time_limit: int


@dataclass(frozen=True)
class _There:
    """Where and when; any session when it is ``None``."""

    site: Site
    date: date
    session: Session | None

    def told(self, words: Words) -> dict[str, str]:
        when = words.date(self.date, year=True)
        if self.session:
            when = words("why-not-when", date=when, session=self.session.name)
        return {"site": self.site.name, "when": when}

    def holds(self, permanence: Permanence) -> bool:
        """Whether a permanence, mobile or fixed, is held there and then."""
        during = not self.session or (permanence.start < self.session.end and self.session.start < permanence.end)
        return (permanence.place.id, permanence.date) == (self.site.id, self.date) and during


def why_not_there(asked: Asked, plan: Plan, problem: Problem, words: Words) -> int:
    """Tell why no permanence is held somewhere on a date, or that one is, or what one would cost.

    Raises
    ------
    PicupError
        When what was typed is not understood, or when the plan breaks a rule.
    """
    there = _there(asked, problem)
    if broken_rules(problem, plan):
        raise DataError(Mistake("why-not-broken"))
    held = next(filter(there.holds, plan.permanences), None)
    if held:
        crew = words.listed([one.member_name for one in held.crew])
        typer.echo(words("why-not-held", permanence=permanence_told(held, words), crew=crew))
        return DONE
    if there.date <= problem.as_of:
        typer.echo(words("why-not-past", date=there.date, day=problem.as_of))
        return DONE
    tell(words("why-not-searching", n=asked.time_limit))
    session = there.session.id if there.session else None
    answer = why_not(problem, plan, there.site.id, there.date, session, time_limit=asked.time_limit)
    for line in _answer(answer, there, plan, problem, words):
        typer.echo(line)
    return DONE if answer.reason or answer.plan else NO_PLAN


def _there(asked: Asked, problem: Problem) -> _There:
    mistakes = Mistakes()
    site = session = day = None
    with mistakes:
        site = named(asked.site, problem.territory.sites, "data-unknown-sites")
    with mistakes:
        day = day_of(asked.date)
        if day not in problem.dates:
            raise WrongUsage(Mistake("edit-out-of-month", {"value": asked.date, "month": problem.month}))
    with mistakes:
        session = named(asked.session, problem.territory.sessions, "data-unknown-sessions") if asked.session else None
    mistakes.told()
    if site is None or day is None:
        msg = "what was not understood was not told"
        raise RuntimeError(msg)
    return _There(site, day, session)


def _answer(answer: WhyNot, there: _There, plan: Plan, problem: Problem, words: Words) -> Iterator[str]:
    told = there.told(words)
    if answer.reason:
        yield words("why-not-impossible" if answer.reason.verified else "why-not-doubtful", **told)
        yield from (f"- {sentence}" for sentence in reason_told(answer.reason, problem, words))
        if answer.reason.remedies:
            yield words("why-not-remedies")
        yield from (f"- {remedy_told(remedy, problem, words)}" for remedy in answer.reason.remedies)
        yield effort_told(answer.reason.solves, answer.reason.seconds, words)
    elif answer.plan:
        yield words("why-not-possible" if proven(answer.plan) else "why-not-possible-perhaps", **told)
        yield from (f"- {sentence}" for sentence in _moves(problem, plan, answer.plan, words))
        prices = prices_told(answer.costs, answer.plan.objectives, words)
        yield words("why-not-price") if prices else words("why-not-free")
        yield from (f"- {price}" for price in prices)
    else:
        yield words("why-not-unknown")


def _moves(problem: Problem, before: Plan, after: Plan, words: Words) -> Iterator[str]:
    """Yield the mobile permanences held no more, then those held instead, then who is replaced in the others."""
    was, becomes = (
        {(p.date, p.start, p.place.id): p for p in plan.permanences if p.kind is Kind.MOBILE}
        for plan in (before, after)
    )
    for message, some, others in (("why-not-less", was, becomes), ("why-not-more", becomes, was)):
        for slot in sorted(some.keys() - others.keys()):
            yield words(message, permanence=permanence_told(some[slot], words))
    same = identified(keeping(problem, before), before, after)
    yield from (replacement_told(replaced, words) for replaced in difference(before, same).replaced)
