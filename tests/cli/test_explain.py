"""`picup explain`: what each objective costs, where, and what it costs the next ones."""

from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from command_line import Run
from picup_planner.cli import pricing
from picup_planner.cli.pricing import Prices, prices_of
from picup_planner.errors import Infeasible, Mistake, NoPlanFound
from picup_planner.evaluation import objective_values
from picup_planner.plan import Plan
from picup_planner.problem import (
    Availability,
    ClosedDate,
    ClosureReason,
    Frequency,
    Level,
    ObjectiveChoice,
    Problem,
    Slot,
)
from picup_planner.solver import solve
from problems import hand_plan, problem_with, replaced, tiny_problem

CREW = {"as": "as-1", "casp": "casp-1"}
OTHERS = {"as": "as-2", "casp": "casp-2"}
VISITS = (("amont-2", 7, "matin", CREW), ("aval-1", 10, "apres-midi", OTHERS))
STAFFED = {"fixe-1": {"as": "as-2", "casp": "casp-1"}}

CREW_OF_DRIVERS = {"as": "as-1", "casp": "casp-2"}
ONCE = Frequency(minimum=1, target=1, maximum=1)
AMONT_ONCE = replaced(tiny_problem().territory.communes, "amont", frequency=ONCE)


def ordered(*names: str) -> Problem:
    """Make the tiny problem with these objectives only, without tolerance."""
    return problem_with(settings={"objectives": tuple(ObjectiveChoice(name=name) for name in names)})


def saved(problem: Problem, plan: Plan, month: str = "2026-12") -> Path:
    """Write a plan and its problem where `picup plan` would."""
    folder = Path("planning", month)
    folder.mkdir(parents=True)
    (folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    made = plan.provenance.model_copy(update={"problem_hash": problem.hash})
    text = plan.model_copy(update={"provenance": made}).model_dump_json()
    (folder / "plan.json").write_text(text, encoding="utf-8")
    return folder / "plan.json"


def priced(problem: Problem, plan: Plan, time_limit: float = 60) -> Prices:
    """Price every objective of a plan."""
    return prices_of(problem, plan, time_limit=time_limit, step=lambda _number, _of: None)


def test_costs_are_told_where_they_arise(picup: Run, tiny: Problem) -> None:
    """Each table has a column for each objective that costs something, and ends with what the whole plan costs."""
    plan = hand_plan(tiny, VISITS, STAFFED)
    said = picup("explain", "--plan", str(saved(tiny, plan)), "--time-limit", "0")
    values = objective_values(tiny, plan)
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert said.code == 0
    assert (values["travel"], values["evenness"]) == (26 + 23, 7**2 + 25**2 + 10**2 + 22**2)
    assert "Permanences fixes sans équipe" in lines
    assert "jeu. 10 déc. Aval 23" in lines
    assert "lun. 7 déc. Amont 26" in lines
    assert "Total 49" in lines
    assert "Calcul" not in said.err


def test_latest_month_is_explained(picup: Run, tiny: Problem) -> None:
    """Without --plan, the plan of the latest month of planning/ is taken; a folder of another name is no month."""
    saved(tiny, hand_plan(tiny, VISITS), "2026-12")
    for folder in ("2026-11", "2027-01", "zz"):
        Path("planning", folder).mkdir()
    for folder in ("2026-11", "zz"):
        Path("planning", folder, "plan.json").write_text("[]", encoding="utf-8")
    said = picup("explain", "--time-limit", "0")
    assert (said.code, said.err) == (0, "")
    assert "jeu. 10 déc." in said.out


def test_no_plan_yet(picup: Run) -> None:
    """Where nothing is planned, one sentence says what to do."""
    said = picup("explain")
    assert (said.code, said.out) == (1, "")
    assert said.err == "Aucun planning dans planning. Faites d’abord « picup plan », ou donnez-en un avec --plan.\n"


def test_time_limit_out_of_bounds(picup: Run) -> None:
    """A negative time is a wrong command."""
    assert picup("explain", "--time-limit", "-1").code == 2


def test_plan_that_breaks_rules_has_no_price(picup: Run, tiny: Problem) -> None:
    """The costs of a plan edited into breaking a rule are told, but no price: there is nothing to compare it with."""
    plan = hand_plan(tiny, [("amont-1", 7, "matin", {"as": "as-2", "casp": "casp-1"})])
    said = picup("explain", "--plan", str(saved(tiny, plan)))
    assert said.code == 1
    assert "Total" in said.out
    assert said.err.startswith("Ce planning ne respecte pas toutes les règles")


@pytest.mark.parametrize(
    "order",
    [
        ("below_target", "unreached", "travel", "evenness"),
        ("unstaffed_fixed", "below_target", "regularity", "travel"),
        ("evenness", "lapses", "travel"),
    ],
)
def test_price_is_that_of_planning_without(order: tuple[str, ...]) -> None:
    """What the next ones gain is what planning without the objective gives, and the least given up is the least."""
    plan = solve(problem := ordered(*order))
    found = priced(problem, plan)
    assert [price.name for price in found.prices] == list(order[:-1])
    assert all(price.known for price in found.prices)
    for price in found.prices:
        name = price.name
        others = [other for other in order if other != name]
        without = {result.name: result for result in solve(ordered(*others)).objectives}
        later = [other for other in others if order.index(other) > order.index(name)]
        if not price.given_up:
            assert price.gains == ()
            assert all(without[other].best == found_in(plan, other) for other in asked(later, plan))
            continue
        last = price.gains[-1].name
        assert {gain.name: gain.after for gain in price.gains}[last] == without[last].best < found_in(plan, last)
        behind = [*others[: others.index(last) + 1], name]
        assert price.given_up.after == found_in(solve(ordered(*behind)), name) > found_in(plan, name)


def found_in(plan: Plan, name: str) -> int:
    """Give the value of an objective in a plan."""
    return next(result.best for result in plan.objectives if result.name == name)


def asked(later: list[str], plan: Plan) -> list[str]:
    """Name the later objectives that an objective may cost something, down to the one the search stops at."""
    above_zero = [name for name in later if found_in(plan, name)]
    last = "travel" if "travel" in above_zero else next(iter(above_zero), "")
    return later[: later.index(last) + 1] if last else later


def test_prices_are_told(picup: Run) -> None:
    """What is given up stands above what changes, of which the first alone is a sure gain; then the searches."""
    problem = ordered("below_target", "travel", "preferences")
    said = picup("explain", "--plan", str(saved(problem, solve(problem))))
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert said.code == 0
    assert "ce qui changerait pour les suivants, dont le premier y gagne." in " ".join(lines)
    assert "1. Communes sous leur cible (au carré) 0 2" in lines
    assert any(line.startswith("Conduite des véhicules (minutes)") and line.endswith(" 0") for line in lines)
    assert lines[lines.index("Ne coûtent rien aux suivants :") + 1] == "Conduite des véhicules (minutes)"
    assert lines[-1].startswith("2 calculs, ")  # what is gained, then the least to give up for it
    assert said.err == "Calcul 1 sur 1…\n"


def test_what_was_not_searched_is_not_called_free(picup: Run) -> None:
    """Half-days people give if needed cost no driving, and the balance of loads that nobody looked at is left aside."""
    names = ("below_target", "preferences", "travel", "balance")
    days = product(tiny_problem().open_dates, ("matin", "apres-midi"))
    slots = (Slot(date=day, session=session) for day, session in days)
    reluctant = tuple(Availability(member="as-2", slot=slot, level=Level.IF_NEEDED) for slot in slots)
    problem = problem_with(ordered(*names), availability=reluctant)
    plan = solve(problem)
    fairer = solve(problem_with(ordered(*names[:1], *names[2:]), availability=reluctant))
    assert found_in(fairer, "balance") < found_in(plan, "balance")
    said = picup("explain", "--plan", str(saved(problem, plan)))
    _, _, told = " ".join(said.out.split()).partition("Ne coûtent rien aux suivants, jusqu’à « Conduite des véhicules ")
    assert told.startswith("(minutes) » ; plus loin, rien n’a été cherché : Demi-journées « si besoin » employées Ne")


def test_nothing_left_to_gain_needs_no_search() -> None:
    """An objective after which all are at zero costs them nothing, and no search is made to say so."""
    problem = ordered("travel", "preferences", "unreached")
    found = priced(problem, solve(ordered("unreached", "preferences", "travel")))
    assert (found.solves, [price.known for price in found.prices]) == (0, [True, True])


def answering(change: Callable[[Plan], Plan]) -> Callable[..., Plan]:
    """Stand for the solver with a change of what it finds."""
    return lambda problem, **options: change(solve(problem, **options))


def test_search_worse_than_the_plan_settles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that came out worse than the plan, for lack of time, is no price and no absence of one."""
    problem = ordered("below_target", "travel")
    plan = solve(problem)

    def worse(found: Plan) -> Plan:
        return found.model_copy(
            update={"objectives": tuple(r.model_copy(update={"best": 10_000}) for r in found.objectives)}
        )

    monkeypatch.setattr(pricing, "solve", answering(worse))
    (price,) = priced(problem, plan).prices
    assert (price.known, price.gains) == (False, ())


@pytest.mark.parametrize("error", [Infeasible(), NoPlanFound(Mistake("no-plan-in-time"))])
def test_search_without_a_plan_settles_nothing(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that finds no plan leaves the price unknown, and the other prices are still looked for."""
    problem = ordered("below_target", "lapses", "travel")
    plan = solve(problem)

    def none(_problem: Problem, **_options: object) -> Plan:
        raise error

    monkeypatch.setattr(pricing, "solve", none)
    found = priced(problem, plan)
    assert (found.solves, [price.known for price in found.prices]) == (2, [False, False])


def test_interrupted_search_keeps_what_is_known(picup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the searches; what was found is told, what was not is said to be unknown."""
    problem = ordered("below_target", "evenness", "travel")
    path = saved(problem, solve(problem))
    interrupted = answering(lambda plan: plan.model_copy(update={"finished": False}))
    monkeypatch.setattr(pricing, "solve", interrupted)
    said = picup("explain", "--plan", str(path))
    assert said.code == 130
    assert "Un calcul," in said.out
    assert "Trop peu de temps pour le savoir" in said.out


def test_interrupted_before_a_first_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before a search has found anything ends them all, and nothing is lost."""

    def stopped(_problem: Problem, **_options: object) -> Plan:
        raise KeyboardInterrupt

    problem = ordered("below_target", "lapses", "travel")
    plan = solve(problem)
    monkeypatch.setattr(pricing, "solve", stopped)
    found = priced(problem, plan)
    assert (found.solves, found.finished, [price.known for price in found.prices]) == (1, False, [False, False])


def test_no_time_no_search() -> None:
    """Without time, every price that asks for a search is unknown."""
    problem = ordered("below_target", "travel")
    found = priced(problem, solve(problem), time_limit=0)
    assert (found.solves, found.prices[0].known) == (0, False)


def test_hand_made_plan_is_priced_by_what_it_has() -> None:
    """A plan without proofs is compared by its own values, none of them taken for the best possible."""
    problem = ordered("below_target", "travel")
    plan = hand_plan(problem, VISITS, STAFFED)
    (price,) = priced(problem, plan).prices
    assert [(gain.name, gain.before, gain.after, gain.sure) for gain in price.gains] == [("travel", 49, 0, False)]


def test_plan_that_can_be_bettered_for_nothing(picup: Run) -> None:
    """What a search gains without giving anything up is no price, but says that the plan is not the best."""
    problem = ordered("unstaffed_fixed", "travel")
    path = saved(problem, hand_plan(problem, VISITS, STAFFED))
    said = picup("explain", "--plan", str(path), "--problem", str(path.with_name("problem.json")))
    told = " ".join(said.out.split())
    assert "Objectif auquel renoncer" not in told
    assert "Ne coûtent rien aux suivants : Permanences fixes sans équipe" in told
    assert "Conduite des véhicules (minutes) : un calcul est descendu à 0, au lieu de 49, sans rien céder." in told


def test_commune_short_of_its_target_gets_its_reason(picup: Run) -> None:
    """A commune that cannot have one more is told the rules in its way and the ways out; the others are not told."""
    closed = tuple(
        ClosedDate(date=date(2026, 12, day), reason=ClosureReason.TERRITORY) for day in range(1, 32) if day != 7
    )
    problem = problem_with(closed=closed, fixed=(), communes=AMONT_ONCE)
    plan = hand_plan(problem, [("amont-1", 7, "matin", CREW_OF_DRIVERS), ("aval-1", 7, "apres-midi", CREW_OF_DRIVERS)])
    said = picup("explain", "--plan", str(saved(problem, plan)), "--time-limit", "10")
    told = said.out.partition("Communes sous leur cible")[2].partition("Ce que chaque objectif")[0]
    assert "Aval : 1 permanence pour une cible de 2." in told
    assert "Une de plus est impossible" in told
    assert "\n- " in told
    assert "Amont" not in told


def test_commune_that_could_have_more(picup: Run, tiny: Problem) -> None:
    """A commune short for no reason is said to be so: the plan is not the best."""
    said = picup("explain", "--plan", str(saved(tiny, hand_plan(tiny, VISITS, STAFFED))), "--time-limit", "20")
    assert " ".join(said.out.split()).count("Une de plus est possible : ce planning n’est pas le meilleur.") == 2


def test_a_target_that_is_no_objective_lacks_nothing(picup: Run) -> None:
    """Where a territory does not ask for targets, a plan that ignores them is none the worse."""
    problem = ordered("travel")
    told = picup("explain", "--plan", str(saved(problem, hand_plan(problem, []))), "--time-limit", "9").out
    assert "sous leur cible" not in told
    assert "pas le meilleur" not in told


def test_weighed_objectives_have_no_price(picup: Run) -> None:
    """Where objectives are weighed against each other, no order says what one costs the next."""
    weighed = tuple(ObjectiveChoice(name=name, weight=1) for name in ("below_target", "travel"))
    problem = problem_with(settings={"objectives": (ObjectiveChoice(name="unstaffed_fixed"), *weighed)})
    said = picup("explain", "--plan", str(saved(problem, hand_plan(problem, VISITS, STAFFED))), "--time-limit", "9")
    assert said.code == 0
    assert "Le territoire pèse des objectifs les uns contre les autres" in said.out


def test_stand_ins_are_told_when_asked(picup: Run, tiny: Problem) -> None:
    """Who could replace whom is told with --stand-ins, and not without."""
    path = saved(tiny, hand_plan(tiny, VISITS, STAFFED))
    command = ("explain", "--plan", str(path), "--time-limit", "0")
    assert picup(*command, "--stand-ins").out.startswith(picup(*command).out)
    assert len(picup(*command, "--stand-ins").out) > len(picup(*command).out)


def test_english(picup: Run, tiny: Problem) -> None:
    """The same in English."""
    said = picup("explain", "--plan", str(saved(tiny, hand_plan(tiny, VISITS))), "--time-limit", "0", "--lang", "en")
    assert "What each objective costs, and where" in said.out
    assert tiny_problem().territory.communes[0].name in said.out
