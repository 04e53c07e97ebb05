"""What an edit breaks and costs, and what may be offered, as a person reads it on a terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table

from picup_planner.cli.terminal import filled, heading, printed, table_of
from picup_planner.evaluation import difference
from picup_planner.evaluation.crewing import OF_STOPS, Offer
from picup_planner.evaluation.offers import Excluded, Offers
from picup_planner.evaluation.prices import Cost
from picup_planner.evaluation.stand_ins import stand_ins
from picup_planner.messages import Words, names_of
from picup_planner.plan import Breach, Permanence, Plan
from picup_planner.problem import Problem
from picup_planner.publish.telling import crew_told, permanence_told, replacement_told
from picup_planner.publish.text import plain

SHOWN = 5
"""Offers a person can compare at a glance."""

_OPENINGS = {"off": "off", "kind": "off", "permit": "permit", "notice": "permit"}
"""What takes a site away for more than some hours, in the words of `openings` and in those of a reader."""

_TOLD = {"pins", *(rule.__name__ for rule in OF_STOPS)}
"""Rules told by name when they are in the way; the others look at people, and leave nobody."""


def move_printed(problem: Problem, plan: Plan, offer: Offer, words: Words) -> None:
    """Print what a move changes, breaks and costs, and who must be told."""
    names = names_of(problem)
    changes = difference(plan, offer.plan, problem.as_of)
    with printed() as console:
        heading(console, words("move-heading"))
        for line in (*_moved(plan, offer, words), *(replacement_told(each, words) for each in changes.replaced)):
            filled(console, line)
        people = [errand.name for errand in changes.people]
        if people:
            filled(console, words("move-tell", people=words.listed(people)))
        console.print()
        if offer.price.breaches:
            filled(console, words("move-breaks", n=len(offer.price.breaches)))
        else:
            filled(console, words("move-breaks-nothing"))
        for breach in offer.price.breaches:
            filled(console, f"- {words.breach(breach, names)}")
        console.print()
        filled(console, words("move-costs" if offer.price.changed else "move-costs-nothing"))
        if offer.price.changed:
            console.print()
            console.print(_costs(offer.price.changed, words))
        console.print()


def offers_printed(problem: Problem, plan: Plan, found: Offers, words: Words, *, titles: tuple[str, str]) -> None:
    """Print the best offers with what each changes, and why the others are not among them.

    Parameters
    ----------
    titles
        The heading, and the message that counts what is excluded.
    """
    title, excluded = titles
    with printed() as console:
        heading(console, title)
        for number, offer in enumerate(found.offers[:SHOWN], 1):
            for line in _offer(plan, number, offer, words):
                filled(console, line)
        if not found.offers:
            filled(console, words("offer-none"))
        if len(found.offers) > SHOWN:
            filled(console, words("offer-others", n=len(found.offers) - SHOWN))
        if found.excluded:
            console.print()
            filled(console, words(excluded, n=len(found.excluded)))
            for line in _excluded(problem, found.excluded, words):
                filled(console, line)
        if found.offers:
            console.print()
            filled(console, words("offer-choose"))


def stand_ins_printed(console: Console, problem: Problem, plan: Plan, words: Words) -> None:
    """Print, for each permanence to come, who could replace each person without breaking a rule."""
    names = {member.id: plain(member.name) for member in problem.territory.staff}
    able = stand_ins(problem, plan)
    heading(console, words("stand-ins-heading"))
    table = table_of(words, "plan-column-date", "plan-column-site", "stand-ins-column-held", "stand-ins-column-by")
    table.columns[0].no_wrap = True
    for held in plan.permanences:
        date, site = words.date(held.date, short=True), plain(held.place.name)
        for one in held.crew:
            if (held.id, one.role) in able:
                others = [names[member] for member in able[held.id, one.role]]
                table.add_row(date, site, plain(one.member_name), ", ".join(others) or words("stand-ins-nobody"))
                date = site = ""
    if table.row_count:
        console.print(table)
        console.print()
        filled(console, words("stand-ins-order"))
    else:
        filled(console, words("stand-ins-past"))


def _moved(plan: Plan, offer: Offer, words: Words) -> Iterator[str]:
    before, after = (_held(some, offer.permanence) for some in (plan, offer.plan))
    yield words("change-moved", permanence=permanence_told(before, words))
    yield "    " + words("change-to", permanence=permanence_told(after, words), crew=crew_told(after, words))
    if {one.member for one in before.crew} == {one.member for one in after.crew}:
        yield words("move-same-crew")
    else:
        yield words("move-other-crew", before=crew_told(before, words))


def _costs(costs: Iterable[Cost], words: Words) -> Table:
    table = table_of(words, "proofs-column-objective")
    for column in ("price-column-before", "price-column-after", "price-column-change"):
        table.add_column(words(column), justify="right", no_wrap=True)
    for cost in costs:
        values = words.number(cost.before), words.number(cost.after), _signed(cost, words)
        table.add_row(words(f"objective-{cost.name}"), *values)
    return table


def _offer(plan: Plan, number: int, offer: Offer, words: Words) -> Iterator[str]:
    held = _held(offer.plan, offer.permanence)
    yield f"{number}. " + words("offer-line", permanence=permanence_told(held, words), crew=crew_told(held, words))
    better = [cost for cost in offer.price.changed if cost.after < cost.before]
    worse = [cost for cost in offer.price.changed if cost.after > cost.before]
    for message, costs in (("offer-better", better), ("offer-worse", worse)):
        if costs:
            yield "   " + words(message, objectives=words.listed([_told(cost, words) for cost in costs]))
    for other in offer.others:
        yield "   " + words("offer-crew", permanence=permanence_told(_held(plan, other), words))


def _told(cost: Cost, words: Words) -> str:
    name = words(f"objective-{cost.name}")
    return f"{name[:1].lower()}{name[1:]}\N{NO-BREAK SPACE}{_signed(cost, words)}"


def _signed(cost: Cost, words: Words) -> str:
    sign = "+" if cost.after > cost.before else "\N{MINUS SIGN}"
    return f"{sign}{words.number(abs(cost.after - cost.before))}"


def _excluded(problem: Problem, excluded: Iterable[Excluded], words: Words) -> Iterator[str]:
    """Count those that each reason excludes, the most frequent first."""
    days = problem.territory.settings.min_gap
    for message, n in Counter(_why(each.breach) for each in excluded).most_common():
        yield f"- {words('list-label', name=words.number(n))} {words(message, n=days)}"


def _why(breach: Breach | None) -> str:
    if breach is None:
        return "offer-why-van"
    constraint, subject = breach.rule.constraint, breach.rule.subject
    if constraint not in _TOLD:
        return "offer-why-nobody"
    return f"offer-why-{_OPENINGS.get(subject[1], constraint) if constraint == 'openings' else constraint}"


def _held(plan: Plan, permanence: str) -> Permanence:
    return next(held for held in plan.permanences if held.id == permanence)
