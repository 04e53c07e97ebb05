"""What a new plan changes, as a person reads it on a terminal: what moves, who must be told, what is proven."""

from collections.abc import Iterator, Sequence

from picup_planner.cli.terminal import filled, heading, printed
from picup_planner.evaluation import Difference, Replaced
from picup_planner.messages import Words
from picup_planner.plan import ObjectiveResult, Permanence, Plan
from picup_planner.problem import Problem

LEAST = ("below_published", "changes_in_notice", "changes")
"""Objectives whose proofs, together, make of a plan the one that changes least."""


def difference_printed(
    problem: Problem, plan: Plan, changes: Difference, words: Words, *, first: Sequence[str] = ()
) -> None:
    """Print some sentences, what changes and why it is the least; without colours when not on a terminal."""
    with printed() as console:
        heading(console, words("change-heading", month=plan.month, territory=plan.territory_name))
        for line in (*first, *_changes(plan, changes, words)):
            filled(console, line)
        if changes.people or changes.communes:
            heading(console, words("change-tell-heading"))
            for line in _to_tell(problem, changes, words):
                filled(console, line)
        console.print()
        for line in least(problem, plan, changes, words):
            filled(console, line)


def least(problem: Problem, plan: Plan, changes: Difference, words: Words) -> Iterator[str]:
    """Say how much changes, whether it is proven that no plan changes less, and how changes are counted."""
    told, unsure = _counted(changes, words), list(_unsure(plan))
    if proven(plan):
        yield words("change-least", changes=told)
    elif unsure:
        yield words("change-perhaps", changes=told, **_gap(unsure[0], words))
    else:
        yield words("change-unknown", changes=told)
    points = next((result.value for result in plan.objectives if result.name == LEAST[-1]), 0)
    if points:
        yield words("change-points", points=words.number(points), days=problem.territory.settings.notice)


def proven(plan: Plan, among: Sequence[str] = LEAST) -> bool:
    """Whether no plan that keeps the rules can change less than this one, by each of these counts."""
    unsure = {result.name for result in _unsure(plan)}
    return {result.name for result in plan.objectives} - unsure >= set(among)


def _unsure(plan: Plan) -> Iterator[ObjectiveResult]:
    """Yield what counts changes and is not proven, or is proven only if something before it is the best."""
    for result in plan.objectives:
        if result.name in LEAST and (not result.proven or result.conditional or result.value > result.best):
            yield result


def _gap(result: ObjectiveResult, words: Words) -> dict[str, str]:
    name = words(f"objective-{result.name}")
    return {"objective": name, "value": words.number(result.value), "bound": words.number(result.bound)}


def _counted(changes: Difference, words: Words) -> str:
    """Give `3 permanences bougent, 1 remplacement dans les équipes`."""
    if changes.nothing:
        return words("change-nothing")
    counts = {
        "change-count-moved": len(changes.moved),
        "change-count-cancelled": len(changes.cancelled),
        "change-count-new": len(changes.new),
        "change-count-replaced": len(changes.replaced),
    }
    return ", ".join(words(message, n=n) for message, n in counts.items() if n)


def _changes(plan: Plan, changes: Difference, words: Words) -> Iterator[str]:
    if changes.kept:
        yield words("change-kept", n=len(changes.kept))
    if not changes.nothing or changes.vans:
        yield ""
    for pair in changes.moved:
        yield words("change-moved", permanence=permanence_told(pair.before, words))
        yield "    " + words(
            "change-to", permanence=permanence_told(pair.after, words), crew=crew_told(pair.after, words)
        )
    for held in changes.cancelled:
        yield words("change-cancelled", permanence=permanence_told(held, words))
    for held in changes.new:
        yield words("change-new", permanence=permanence_told(held, words), crew=crew_told(held, words))
    for replaced in changes.replaced:
        yield replacement_told(replaced, words)
    names = {tour.van: tour.van_name for tour in plan.tours}
    for pair in changes.vans:
        van = names.get(pair.after.van or "", "")
        yield words("change-van", permanence=permanence_told(pair.after, words), van=van)


def replacement_told(replaced: Replaced, words: Words) -> str:
    """Say who takes whose place in a permanence."""
    told = {"permanence": permanence_told(replaced.permanence, words)}
    if replaced.before and replaced.after:
        names = {"before": replaced.before.member_name, "after": replaced.after.member_name}
        return words("change-replaced", **told, **names)
    if replaced.after:
        return words("change-joined", **told, after=replaced.after.member_name)
    message = "change-left" if replaced.permanence.crew else "change-unstaffed"
    return words(message, **told, before=replaced.before.member_name if replaced.before else "")


def _to_tell(problem: Problem, changes: Difference, words: Words) -> Iterator[str]:
    """Yield each person with what changes for them, then communes and organisations."""
    employers = {member.id: member.partner for member in problem.territory.staff}
    partners = {partner.id: partner.name for partner in problem.territory.partners}
    for errand in changes.people:
        partner = partners.get(employers.get(errand.member, ""), "")
        yield words("change-person", member=errand.name, partner=partner) if partner else errand.name
        for held in errand.less:
            yield "    " + words("change-less", permanence=permanence_told(held, words))
        for held in errand.more:
            yield "    " + words("change-more", permanence=permanence_told(held, words))
    if changes.people:
        yield ""
    communes = [commune.name for commune in problem.territory.communes if commune.id in changes.communes]
    if communes:
        yield words("change-communes", n=len(communes), communes=words.listed(communes))
    told = {employers.get(errand.member) for errand in changes.people}
    concerned = [partner.name for partner in problem.territory.partners if partner.id in told]
    if concerned:
        yield words("change-partners", n=len(concerned), partners=words.listed(concerned))


def permanence_told(held: Permanence, words: Words) -> str:
    """Give `ven. 11 déc., 9 h – 12 h, Place Louis-Grenier (Feyzin)`."""
    hours = words.hours(held.start, held.end)
    place = {"site": held.place.name, "commune": held.place.commune_name}
    return words("change-permanence", date=words.date(held.date, short=True), hours=hours, **place)


def crew_told(held: Permanence, words: Words) -> str:
    """Name the crew of a permanence."""
    return words.listed([one.member_name for one in held.crew]) if held.crew else words("plan-nobody")
