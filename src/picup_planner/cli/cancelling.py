"""`picup cancel`: a permanence that cannot be held as announced, and the best that can replace it."""

from collections.abc import Iterator
from datetime import date, timedelta

from picup_planner.cli.asked import Fact
from picup_planner.cli.changing import CANCEL, Change, Published, Replanned, announced, changed, ended, replanned
from picup_planner.cli.differences import difference_printed, proven
from picup_planner.cli.endings import tell
from picup_planner.cli.naming import permanence_named
from picup_planner.cli.reasons import refused
from picup_planner.cli.terminal import listed, printed
from picup_planner.cli.usage import WrongUsage
from picup_planner.display.reasons import shortage_told
from picup_planner.errors import Infeasible, Mistake, NoPlanFound, Origin
from picup_planner.evaluation.duties import all_duties, sessions_met
from picup_planner.messages import Words
from picup_planner.plan import Kind, Permanence, Plan
from picup_planner.problem import Absence, Pin, PinKind, Problem, SiteClosure
from picup_planner.publish.telling import permanence_told
from picup_planner.solver.explanation import shortage
from picup_planner.solver.objectives import OF_REPLANNING

DAY = timedelta(days=1)


def cancel_permanence(change: Change, text: str, words: Words, *, crew: bool) -> int:
    """Replan without a permanence, or without the people who were to hold it, and say what becomes of it.

    Parameters
    ----------
    text
        Its id, or its site and date.
    crew
        Whether it is the people who cannot come: others may then hold it. Otherwise the place cannot be used then:
        one with the van is sought another place or date; a fixed one has none, and the place is closed that day.
    """
    published = announced(change, words, text)
    lost = permanence_named(text, published.plan)
    today = change.as_of or date.today()  # noqa: DTZ011  the planner's own day
    if lost.date < today:
        raise WrongUsage(Mistake("cancel-past", {"permanence": lost.id, "date": lost.date.isoformat()}))
    if crew and not lost.crew:
        raise WrongUsage(Mistake("cancel-nobody", {"permanence": lost.id}))
    if lost.id not in {promise.id for promise in published.promised}:
        raise WrongUsage(Mistake("cancel-recorded", {"permanence": lost.id}))
    facts = _without(published.problem, published.plan, lost, crew=crew)
    if lost.date == today:
        facts = (*facts, *_begun(published, lost))
    # the day of the call is not over, or the permanence could not move: the past ends the day before at the latest
    problem = changed(published, facts, min(today, lost.date - DAY))
    try:
        found = replanned(published, problem, change, words)
    except (Infeasible, NoPlanFound, KeyboardInterrupt) as nothing:
        return refused(problem, nothing, words)
    outcome = [*_outcome(lost, found, words), ""]
    difference_printed(found.problem, found.plan, found.changes, words, first=outcome)
    done = ended(found, published, words)  # before why is sought: whoever does not wait for that keeps what was found
    if lost.kind is Kind.MOBILE and _lost_for_sure(lost, found.plan):
        _explained(lost, found, words)
    return done


def _without(problem: Problem, plan: Plan, lost: Permanence, *, crew: bool) -> tuple[Fact, ...]:
    """Give what makes the permanence impossible as it was announced."""
    origin = Origin(CANCEL, cell=lost.id)
    if not crew and lost.kind is Kind.FIXED:
        return (Fact(SiteClosure(first=lost.date, last=lost.date, origin=origin), origin, lost.place.id),)
    if not crew:
        kind = PinKind.FORBIDDEN
        pin = Pin(id=kind.value, kind=kind, site=lost.place.id, date=lost.date, session=lost.session, origin=origin)
        return (Fact(pin, origin),)
    met = next((sessions_met(problem, duty) for duty in all_duties(problem, plan) if duty.id == lost.id), set())
    return tuple(
        Fact(Absence(member=one.member, first=lost.date, last=lost.date, session=session, origin=origin), origin)
        for one in lost.crew
        for session in sorted(met)
    )


def _begun(published: Published, lost: Permanence) -> Iterator[Fact]:
    """Yield what keeps, on the day of the call, the half-days that began before the permanence as they were held."""
    origin = Origin(CANCEL, cell=lost.id)
    territory = published.problem.territory
    communes = territory.commune_of
    held = {
        (promise.session, communes[promise.site]): promise
        for promise in published.promised
        if promise.date == lost.date and promise.id != lost.id
    }
    for session in (session for session in territory.sessions if session.start < lost.start):
        for commune in territory.communes:
            promise = held.get((session.id, commune.id))
            pin = Pin(
                id=(PinKind.HELD if promise else PinKind.FORBIDDEN).value,
                kind=PinKind.HELD if promise else PinKind.FORBIDDEN,
                commune=commune.id,
                site=promise.site if promise else None,
                date=lost.date,
                session=session.id,
                members=tuple(member for _, member in promise.crew) if promise else (),
                origin=origin,
            )
            yield Fact(pin, origin)


def _outcome(lost: Permanence, found: Replanned, words: Words) -> list[str]:
    """Say what becomes of the permanence, in a sentence or two."""
    before = permanence_told(lost, words)
    after = _replacement(lost, found.plan)
    if after is None and lost.kind is Kind.FIXED:
        return [words("cancel-fixed", permanence=before)]
    if after is None:
        sure = _lost_for_sure(lost, found.plan)
        return [words("cancel-none" if sure else "cancel-none-found", permanence=before)]
    if (after.date, after.session, after.place.id) != (lost.date, lost.session, lost.place.id):
        return [words("cancel-replaced", permanence=before, after=permanence_told(after, words))]
    if not after.crew:
        return [words("cancel-unstaffed", permanence=before)]
    return [words("cancel-held", permanence=before, crew=words.listed([one.member_name for one in after.crew]))]


def _replacement(lost: Permanence, plan: Plan) -> Permanence | None:
    return next((held for held in plan.permanences if held.id == lost.id), None)


def _lost_for_sure(lost: Permanence, plan: Plan) -> bool:
    """Whether it is proven that nothing can replace a permanence."""
    return _replacement(lost, plan) is None and proven(plan, among=OF_REPLANNING[:1])


def _explained(lost: Permanence, found: Replanned, words: Words) -> None:
    """Print why the commune cannot have one more permanence, and what would give it one."""
    tell(words("explain-looking", commune=lost.place.commune_name))
    reason = shortage(found.problem, found.plan, lost.place.commune)
    with printed() as console:
        console.print()
        listed(console, shortage_told(reason, found.problem, words))
