"""What may be offered to a hand that changes a plan: how to move a permanence, where and when to hold one more."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  as in the nouns
from typing import NamedTuple

from picup_planner.evaluation.crewing import Candidate, Offer, Refusal, candidates, crew_of, crews, vans
from picup_planner.evaluation.edits import Crew, Stop, id_of_one_more, inserted, moved, removed
from picup_planner.evaluation.prices import Before
from picup_planner.plan import Breach, Permanence, Plan
from picup_planner.problem import Problem


class Spot(NamedTuple):
    """Where and when a permanence would be held: ids, and a date."""

    site: str
    date: Date
    session: str


class Excluded(NamedTuple):
    """Where and when nothing more may be held, and the main rule in the way; ``None`` when no van or crew is left."""

    spot: Spot
    breach: Breach | None


@dataclass(frozen=True)
class Offers:
    """Where and when one more permanence may be held without breaking a rule, best first, and where it may not."""

    offers: tuple[Offer, ...]
    excluded: tuple[Excluded, ...]


def move(problem: Problem, plan: Plan, permanence: Permanence, spot: Spot) -> Offer:
    """Give the best way to hold a mobile permanence elsewhere or at another time, whatever it breaks.

    Its crew stays if it is free; it joins a tour that is out, and its crew, when that breaks and disturbs less.
    """
    before = Before(problem, plan)
    rest = removed(problem, before.bare, permanence.id)
    able = vans(problem, rest, spot.date, spot.session) or (permanence.van or "",)
    stops = [Stop(*spot, van) for van in able]
    placed = [(permanence.id, moved(problem, before.bare, permanence.id, stop)) for stop in stops]
    found = candidates(before, placed, crew_of(permanence), breaking=True)
    return min((each for each in found if isinstance(each, Candidate)), key=lambda each: each.rank).offer


def where(problem: Problem, plan: Plan, date: Date, session: str) -> Offers:
    """Compare the sites at which one more permanence may be held in a half-day."""
    return _offers(problem, plan, (Spot(site.id, date, session) for site in problem.territory.sites))


def when(problem: Problem, plan: Plan, site: str) -> Offers:
    """Compare the half-days of the dates to come in which one more permanence may be held at a site."""
    sessions = problem.territory.sessions
    return _offers(problem, plan, (Spot(site, date, session.id) for date in problem.coming for session in sessions))


def _offers(problem: Problem, plan: Plan, spots: Iterable[Spot]) -> Offers:
    before = Before(problem, plan)
    anybody = next(crews(problem), ())
    kept: list[Candidate] = []
    excluded: list[Excluded] = []
    for spot in spots:
        able = vans(problem, plan, spot.date, spot.session) if anybody else ()
        stops = [Stop(*spot, van) for van in able]
        found = list(candidates(before, _placed(before, stops, anybody)))
        offers = [each for each in found if isinstance(each, Candidate)]
        refusals = [each for each in found if isinstance(each, Refusal)]
        if offers:
            kept.append(min(offers, key=lambda each: each.rank))
        else:
            main = min(refusals, key=lambda each: each.broken).breach if refusals else None
            excluded.append(Excluded(spot, main))
    kept.sort(key=lambda each: each.rank)
    return Offers(tuple(each.offer for each in kept), tuple(excluded))


def _placed(before: Before, stops: Iterable[Stop], anybody: Crew) -> Iterator[tuple[str, Plan]]:
    for stop in stops:
        yield id_of_one_more(before.problem, before.plan, stop), inserted(before.problem, before.bare, stop, anybody)
