"""What is offered to a hand that edits a plan: nothing better exists, and nobody is forgotten."""

from datetime import date
from random import Random

import pytest

from edits import ADA_CHLOE, ADA_DRISS, SEEDS, SITES, SMALL, held, mobile, new, week
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.evaluation.crewing import Offer, crew_of, crews, vans
from picup_planner.evaluation.edits import (
    Stop,
    crewed,
    inserted,
    moved,
    removed,
    replaced,
    stop_of,
)
from picup_planner.evaluation.offers import Spot, move, when, where
from picup_planner.evaluation.prices import Before
from picup_planner.evaluation.stand_ins import stand_ins
from picup_planner.plan import Permanence, Plan
from picup_planner.problem import (
    Availability,
    Commune,
    Frequency,
    Level,
    Problem,
    Slot,
    Trust,
    Van,
)
from planted import of_seed
from problems import hand_plan, problem_with, tiny_problem
from problems import replaced as changed


def test_a_move_that_breaks_a_rule_tells_it(tiny: Problem) -> None:
    """Two days are asked between permanences of a commune: one is told, and the crew stays."""
    plan = week(tiny)
    offer = move(tiny, plan, held(plan, "aval-202612-2"), Spot("aval-1", date(2026, 12, 8), "matin"))
    assert [each.rule.constraint for each in offer.price.breaches] == ["spacing"]
    assert dict(offer.crew) == ADA_CHLOE


def test_the_crew_stays_when_it_is_free(tiny: Problem) -> None:
    """Another crew that would cost less does not come in the place of one that is free."""
    plan = week(tiny)
    offer = move(tiny, plan, held(plan, "aval-202612-2"), Spot("aval-1", date(2026, 12, 11), "matin"))
    assert (dict(offer.crew), offer.price.breaches, offer.others) == (ADA_CHLOE, (), ())


def test_somebody_else_comes_when_the_crew_is_not_free(tiny: Problem) -> None:
    """A crew with somebody absent is replaced by the best that is free, and it drives."""
    absent = Availability(member="as-1", slot=Slot(date=date(2026, 12, 11), session="matin"), level=Level.NO)
    problem = problem_with(tiny, availability=(absent,))
    plan = week(problem)
    offer = move(problem, plan, held(plan, "aval-202612-2"), Spot("aval-1", date(2026, 12, 11), "matin"))
    assert (dict(offer.crew), offer.price.breaches) == ({"as": "as-2", "casp": "casp-2"}, ())


def test_a_move_joins_the_tour_that_is_out(tiny: Problem) -> None:
    """On a day with a tour, the permanence goes by its van and its crew, whose own permanence keeps it."""
    problem = problem_with(tiny, vans=(*tiny.territory.vans, Van(id="van-2", name="Fourgon 2", depot="depot")))
    both = {"as": "as-2", "casp": "casp-2"}
    plan = hand_plan(problem, [("amont-1", 7, "matin", both), ("aval-1", 10, "matin", ADA_CHLOE, "van-2")])
    problem = problem_with(
        problem,
        availability=tuple(
            Availability(member=member, slot=Slot(date=date(2026, 12, 7), session="apres-midi"), level=Level.NO)
            for member in ("as-1", "casp-1")
        ),
    )
    offer = move(problem, plan, held(plan, "aval-202612-1"), Spot("aval-1", date(2026, 12, 7), "apres-midi"))
    assert (offer.stop.van, dict(offer.crew), offer.others, offer.price.breaches) == ("van-1", both, (), ())


def drawn(seed: int) -> tuple[Problem, Plan, Random]:
    """Draw a week of the tiny territory with more people, two vans and many answers, and a few tours in it."""
    chance = Random(seed)  # noqa: S311  nothing to hide
    tiny = tiny_problem()
    as_2, casp_2 = tiny.territory.staff[1], tiny.territory.staff[3]
    staff = (
        *tiny.territory.staff,
        as_2.model_copy(update={"id": "as-3", "share": 50}),
        casp_2.model_copy(update={"id": "casp-3", "driver": False}),
    )
    answers = tuple(
        Availability(member=member.id, slot=Slot(date=day, session=session.id), level=level)
        for member in staff
        for day in tiny.open_dates
        for session in tiny.territory.sessions
        if (level := chance.choice([Level.YES, Level.YES, Level.IF_NEEDED, Level.NO])) is not Level.YES
    )
    vans = (*tiny.territory.vans, Van(id="van-2", name="Fourgon 2", depot="depot"))
    often = Frequency(minimum=1, target=2, maximum=9)
    communes = tuple(commune.model_copy(update={"frequency": often}) for commune in tiny.territory.communes)
    loose = {"min_gap": 1, "site_maximum": 9}
    problem = problem_with(tiny, communes=communes, staff=staff, vans=vans, availability=answers, settings=loose)
    tours = [
        (site, day, session, crew, van)
        for day, van in (*((day, "van-1") for day in (7, 8, 9, 10, 11)), (9, "van-2"))
        for crew in [dict(chance.choice(list(crews(problem))))]
        for site, session in zip(chance.sample(SITES, 2), ("matin", "apres-midi"), strict=True)
        if chance.random() < 0.4
    ]
    return problem, hand_plan(problem, tours), chance


def ranked(problem: Problem, plan: Plan, after: Plan, permanence: str) -> tuple[object, ...]:
    """Rank an edit as offers are ranked, from the two plans alone."""
    before = {one.id: set(crew_of(one)) for one in plan.permanences}
    others = [one for one in after.permanences if one.id in before and one.id != permanence]
    disturbed = sum(set(crew_of(one)) != before[one.id] for one in others)
    own = before.get(permanence)
    changes = bool(own) and set(crew_of(held(after, permanence))) != own
    values = objective_values(problem, after)
    return (
        len(new(problem, plan, after)),
        disturbed,
        changes,
        tuple(values[name] for name in Before(problem, plan).order),
    )


def every_insertion(problem: Problem, plan: Plan, spot: Spot) -> list[tuple[object, ...]]:
    """Rank one more permanence with every van and every crew."""
    found = []
    for van in problem.territory.vans:
        for crew in crews(problem):
            more = inserted(problem, plan, Stop(*spot, van.id), crew)
            (permanence,) = {one.id for one in more.permanences} - {one.id for one in plan.permanences}
            after = crewed(problem, more, permanence, crew)
            found.append(ranked(problem, plan, after, permanence))
    return sorted(found)


def rank_of(problem: Problem, plan: Plan, offer: Offer) -> tuple[object, ...]:
    """Rank an offer from its plan, and check what it says of itself."""
    assert list(offer.price.breaches) == new(problem, plan, offer.plan)
    values = objective_values(problem, offer.plan)
    assert {cost.name: cost.after for cost in offer.price.costs}.items() <= values.items()
    assert stop_of(held(offer.plan, offer.permanence)) == offer.stop
    assert set(crew_of(held(offer.plan, offer.permanence))) == set(offer.crew)
    return ranked(problem, plan, offer.plan, offer.permanence)


def check_offers(problem: Problem, plan: Plan, day: date, session: str) -> None:
    """Compare the sites offered in a half-day with every van and every crew."""
    offers = where(problem, plan, day, session)
    assert len(offers.offers) + len(offers.excluded) == len(problem.territory.sites)
    ranks = [rank_of(problem, plan, offer) for offer in offers.offers]
    assert ranks == sorted(ranks)
    for offer, rank in zip(offers.offers, ranks, strict=True):
        assert rank == every_insertion(problem, plan, Spot(offer.stop.site, day, session))[0]
    for each in offers.excluded:
        assert all(rank[0] for rank in every_insertion(problem, plan, each.spot))


def check_move(problem: Problem, plan: Plan, one: Permanence, spot: Spot) -> None:
    """Compare a move with every van that could make it and every crew."""
    rest = removed(problem, plan, one.id)
    able = vans(problem, rest, spot.date, spot.session) or (one.van or "",)
    placed = [moved(problem, plan, one.id, Stop(*spot, van)) for van in able]
    every = [crewed(problem, each, one.id, crew) for each in placed for crew in crews(problem)]
    best = min(ranked(problem, plan, after, one.id) for after in every)
    assert rank_of(problem, plan, move(problem, plan, one, spot)) == best


@pytest.mark.parametrize("seed", SEEDS)
def test_no_van_and_no_crew_beat_those_offered(seed: int) -> None:
    """For each site the offer is the best there is; where there is none, every van and every crew break a rule."""
    problem, plan, chance = drawn(seed)
    check_offers(problem, plan, chance.choice(problem.open_dates), chance.choice(problem.territory.sessions).id)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_crew_beats_the_one_that_moves(seed: int) -> None:
    """Wherever a permanence is moved, no crew breaks less, disturbs less or costs less than the one given."""
    problem, plan, chance = drawn(seed)
    for one in mobile(plan)[:2]:
        sites = [site.id for site in problem.territory.sites if site.commune == one.place.commune]
        spot = Spot(chance.choice(sites), chance.choice(problem.open_dates), one.session or "")
        check_move(problem, plan, one, spot)


@pytest.mark.parametrize("seed", SEEDS)
def test_offers_of_a_problem_full_of_rules_are_the_best(seed: int) -> None:
    """The same holds when markets, pins, permits, pairings, quotas and history bind what may be done."""
    found, chance = of_seed(seed, SMALL), Random(seed)  # noqa: S311  nothing to hide
    problem, plan = found.problem, found.plan
    for session in problem.territory.sessions:
        check_offers(problem, plan, chance.choice(problem.open_dates), session.id)
    for one in mobile(plan)[:2]:
        spot = Spot(one.place.id, chance.choice(problem.dates), chance.choice(problem.territory.sessions).id)
        check_move(problem, plan, one, spot)


def test_half_days_are_those_to_come(tiny: Problem) -> None:
    """Every half-day of the dates to come is offered, or told what is in its way."""
    offers = when(tiny, week(tiny), "amont-2")
    assert len(offers.offers) + len(offers.excluded) == 2 * len(tiny.coming)
    assert {offer.stop.date for offer in offers.offers} == {date(2026, 12, 9), date(2026, 12, 10), date(2026, 12, 11)}
    main = {each.breach.rule.constraint for each in offers.excluded if each.breach}
    assert main == {"closures", "spacing"}


def test_a_commune_at_its_maximum_gets_no_more(tiny: Problem) -> None:
    """The rule in the way is the maximum of the commune, not something its crew could change."""
    communes: tuple[Commune, ...] = changed(
        tiny.territory.communes, "aval", frequency=Frequency(minimum=1, target=2, maximum=2)
    )
    problem = problem_with(tiny, communes=communes)
    found = where(problem, week(problem), date(2026, 12, 9), "apres-midi")
    reasons = {each.spot.site: each.breach.rule.constraint for each in found.excluded if each.breach}
    assert reasons == {"aval-1": "frequency", "centre-1": "openings"}
    assert {offer.stop.site for offer in found.offers} == {"amont-1", "amont-2"}


def test_without_a_van_nothing_is_offered(tiny: Problem) -> None:
    """When the only van is at work, no rule is blamed."""
    found = where(tiny, week(tiny), date(2026, 12, 7), "matin")
    assert not found.offers
    assert {each.breach for each in found.excluded} == {None}


@pytest.mark.parametrize("seed", SEEDS)
def test_stand_ins_are_all_those_who_could_come(seed: int) -> None:
    """Somebody is a stand-in when, and only when, the plan with them keeps every rule."""
    found = of_seed(seed, SMALL)
    problem, plan = found.problem, found.plan
    named = stand_ins(problem, plan)
    for one in plan.permanences:
        for role, member in crew_of(one):
            able = {
                other.id
                for other in problem.territory.staff
                if role in other.roles
                and other.id not in {each for _, each in crew_of(one)} | {member}
                and not broken_rules(problem, replaced(problem, plan, one.id, role, other.id))
            }
            assert set(named[one.id, role]) == able


def test_a_known_face_stands_in_first(tiny: Problem) -> None:
    """Of two people who could come, the one the commune knows is asked first; otherwise the one with less work."""
    third = tiny.territory.staff[1].model_copy(update={"id": "as-3", "name": "Fanny"})
    problem = problem_with(tiny, staff=(*tiny.territory.staff, third))
    plan = hand_plan(problem, [("amont-1", 7, "matin", ADA_DRISS)], {"fixe-1": {"as": "as-2", "casp": "casp-1"}})
    assert stand_ins(problem, plan)["amont-202612-1", "as"] == ("as-3", "as-2")
    known = problem_with(problem, trust=(Trust(member="as-2", commune="amont", value=0.5),))
    assert stand_ins(known, plan)["amont-202612-1", "as"] == ("as-2", "as-3")
