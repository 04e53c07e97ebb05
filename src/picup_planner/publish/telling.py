"""Sentences that a terminal and a document both say: permanences, what changes of them, figures and their proofs."""

from collections.abc import Iterator

from picup_planner.evaluation import Difference, Figures, Replaced
from picup_planner.messages import Words
from picup_planner.plan import ObjectiveResult, Permanence, Plan
from picup_planner.problem import Problem


def permanence_told(held: Permanence, words: Words) -> str:
    """Give `ven. 11 déc., 9 h – 12 h, Place Louis-Grenier (Feyzin)`."""
    hours = words.hours(held.start, held.end)
    place = {"site": held.place.name, "commune": held.place.commune_name}
    return words("change-permanence", date=words.date(held.date, short=True), hours=hours, **place)


def crew_told(held: Permanence, words: Words) -> str:
    """Name the crew of a permanence."""
    return words.listed([one.member_name for one in held.crew]) if held.crew else words("plan-nobody")


def changes_told(plan: Plan, changes: Difference, words: Words) -> Iterator[str]:
    """Yield what is kept, then each thing that moves, is cancelled, comes or changes hands."""
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


def errands_told(problem: Problem, changes: Difference, words: Words) -> Iterator[str]:
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


def figures_told(problem: Problem, counted: Figures, words: Words) -> list[str]:
    """Say what tables of figures leave out: vans, residents, familiar faces."""
    kilometres = words.number(counted.metres / 1000, decimals=1)
    vans = {"kilometres": kilometres, "driving": counted.driving, "out": counted.out}
    reached = {"reached": words.number(counted.residents_reached), "known": words.number(counted.residents_known)}
    told = [words("figures-vans", n=counted.tours, **vans), words("figures-residents", **reached)]
    names = {area.id: area.name for area in problem.territory.areas}
    near = {reach.area for reach in problem.reach if reach.sites}
    areas = {
        "figures-unreached-far": [each for each in counted.areas_unreached if each not in near],
        "figures-unreached-near": [each for each in counted.areas_unreached if each in near],
        "figures-unknown-areas": counted.areas_unknown,
    }
    metres = problem.territory.settings.walking_distance
    told += [
        words(message, areas=words.listed([names[each] for each in some]), metres=metres)
        for message, some in areas.items()
        if some
    ]
    if not problem.history:
        told.append(words("figures-history"))
    elif counted.no_known_face:
        told.append(words("figures-strangers", n=len(counted.no_known_face)))
    if counted.unstaffed_fixed:
        told.append(words("figures-unstaffed", n=len(counted.unstaffed_fixed)))
    return told


def proof_told(result: ObjectiveResult, words: Words) -> str:
    """Say what is proven of one objective, and what of it was left to those that follow."""
    if not result.proven:
        told = words("proof-gap", bound=words.number(result.bound)) if result.bound > 0 else words("proof-none")
    else:
        told = words("proof-conditional" if result.conditional else "proof-proven")
    if result.value == result.best:
        return told
    more = words.number(result.value - result.best)
    return words("proof-kept", best=words.number(result.best), proof=told, more=more)
