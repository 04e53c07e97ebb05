"""The search as a whole: what it promises, what it refuses, what it says on its way."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from picup_planner.errors import DataError, Infeasible, NoPlanFound
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import Kept, Kind, Plan
from picup_planner.problem import (
    ClosedDate,
    ClosureReason,
    Commune,
    Frequency,
    ObjectiveChoice,
    PastPermanence,
    Problem,
    Session,
    Site,
    SiteClosure,
    SiteKind,
    Use,
    Van,
)
from picup_planner.solver import Progress, solve
from picup_planner.solver.objectives import chosen
from planted import Size, of_seed
from problems import problem_with, replaced, tiny_problem

TINY = tiny_problem()
LAND = TINY.territory
LARGE = Size(communes=5, sites=6, sessions=2, vans=2, people=10, dates=20, fixed=3, attempts=0, facts=0)
DECEMBER = [date(2026, 12, day) for day in range(1, 32)]

INTERRUPTED = """
from picup_planner.solver import solve
from test_search import large

def tell(progress):
    if progress.value is not None:
        print("solution", flush=True)

print(solve(large(), time_limit=100, workers=2, progress=tell).model_dump_json())
"""


def large() -> Problem:
    """Give a month of five communes, thirteen sites, two vans and ten people, that takes a while."""
    return of_seed(34, LARGE).problem


def open_on(*days: int) -> dict[str, object]:
    """Close every other day of December."""
    closed = (day for day in DECEMBER if day.day not in days)
    return {"closed": tuple(ClosedDate(date=day, reason=ClosureReason.TERRITORY) for day in closed)}


def ordered(*names: str, **tolerances: float) -> dict[str, object]:
    """Choose the objectives and what each may lose."""
    choices = tuple(ObjectiveChoice(name=name, tolerance=tolerances.get(name, 0)) for name in names)
    return {"settings": {"objectives": choices}}


def planned(**changes: object) -> tuple[Problem, Plan]:
    """Solve the tiny problem, changed, to the end."""
    problem = problem_with(**changes)
    plan = solve(problem, workers=2)
    assert broken_rules(problem, plan) == []
    return problem, plan


def mobile(plan: Plan) -> list[tuple[date, str]]:
    """Date and site of each mobile permanence."""
    return [(p.date, p.place.id) for p in plan.permanences if p.kind is Kind.MOBILE]


def required(first: int, last: int) -> dict[str, object]:
    """Require one site, and close it on these days."""
    works = SiteClosure(first=date(2026, 12, first), last=date(2026, 12, last))
    return {"sites": replaced(LAND.sites, "amont-1", use=Use.REQUIRED, closures=(works,)), "travel": TINY.travel}


# --------------------------------------------------------------- endings


def test_site_required_and_closed_all_month_is_impossible() -> None:
    """No plan visits a site that is closed on every open day."""
    with pytest.raises(Infeasible):
        solve(problem_with(**required(7, 11)), workers=2)


def test_site_required_and_open_one_day_is_visited_that_day() -> None:
    """One way out is enough, and is found."""
    _, plan = planned(**required(7, 10))
    assert (date(2026, 12, 11), "amont-1") in mobile(plan)


def test_nobody_to_go_out_is_a_plan() -> None:
    """Without anybody who drives, the van stays: a poor plan, and no impossibility."""
    _, plan = planned(staff=tuple(member.model_copy(update={"driver": False}) for member in LAND.staff))
    assert mobile(plan) == []


def test_no_time_is_told_apart_from_no_plan() -> None:
    """Out of time before a first plan, the search does not say that none exists."""
    with pytest.raises(NoPlanFound):
        solve(large(), time_limit=0, workers=2)


def test_unknown_objective_is_refused() -> None:
    """An objective nobody has written is a mistake of the input, told with those that exist."""
    with pytest.raises(DataError) as refused:
        solve(problem_with(**ordered("travel", "beauty")))
    (mistake,) = refused.value.mistakes
    assert (mistake.message, mistake.arguments["value"]) == ("data-unknown-objective", "beauty")


def test_an_objective_that_is_there_twice_is_refused() -> None:
    """What the second place reaches, given all before it, is not the best the first could."""
    with pytest.raises(DataError) as refused:
        solve(problem_with(**ordered("travel", "unreached", "travel")))
    (mistake,) = refused.value.mistakes
    assert (mistake.message, mistake.arguments["value"]) == ("data-duplicate-objectives", "travel")


# ------------------------------------------------------------ objectives


def test_default_order_is_that_of_the_definition() -> None:
    """Without an order of its own, a territory has every objective, in the order of the definition."""
    problem, plan = planned()
    counted = list(objective_values(problem, plan))
    assert [result.name for result in plan.objectives] == [objective.name for objective in chosen(problem)] == counted


def test_order_of_the_territory_is_kept() -> None:
    """Who drives least first drives nothing; who serves first drives."""
    _, idle = planned(**ordered("travel", "below_minimum"))
    _, busy = planned(**ordered("below_minimum", "travel"))
    assert [(result.name, result.value) for result in idle.objectives] == [("travel", 0), ("below_minimum", 2)]
    assert [(result.name, result.value) for result in busy.objectives] == [("below_minimum", 0), ("travel", 25)]


def test_tolerance_is_granted_to_those_that_follow() -> None:
    """Travel proven best may be exceeded by its tolerance, and no further, when an objective behind it gains."""
    names = ("below_minimum", "travel", "unreached")
    _, strict = planned(**ordered(*names))
    _, tolerant = planned(**ordered(*names, travel=0.4))
    assert [(r.best, r.value) for r in strict.objectives] == [(0, 0), (25, 25), (1200, 1200)]
    assert [(r.best, r.value) for r in tolerant.objectives] == [(0, 0), (25, 33), (0, 0)]
    assert tolerant.objectives[2].given == (Kept(name="below_minimum", value=0), Kept(name="travel", value=35))
    assert "amont-2" in {site for _, site in mobile(tolerant)}


def test_weighted_objectives_are_minimised_as_one_sum() -> None:
    """Weights trade one objective for another: a permanence is worth a drive, or is not, by its weight."""

    def weighing(missing: int) -> Plan:
        choices = (
            ObjectiveChoice(name="below_minimum", weight=missing),
            ObjectiveChoice(name="travel", weight=1),
            ObjectiveChoice(name="evenness"),
        )
        return planned(settings={"objectives": choices})[1]

    idle, busy = weighing(1), weighing(1000)
    values = [[(r.name, r.value, r.proven) for r in plan.objectives] for plan in (idle, busy)]
    assert values[0][:3] == [("weighted_sum", 2, True), ("below_minimum", 2, False), ("travel", 0, False)]
    assert values[1][:3] == [("weighted_sum", 25, True), ("below_minimum", 0, False), ("travel", 25, False)]
    assert [r.given for r in busy.objectives][3] == (Kept(name="weighted_sum", value=25),)
    assert not busy.objectives[3].conditional


def test_each_result_says_what_it_was_given() -> None:
    """A result is proven when nothing is left between best and bound, given the values kept before it."""
    _, plan = planned()
    results = plan.objectives
    kept = [Kept(name=r.name, value=r.best + (r.best // 50 if r.name == "travel" else 0)) for r in results]
    assert [result.given for result in results] == [tuple(kept[:i]) for i in range(len(results))]
    assert all(result.proven and result.best == result.bound for result in results)
    assert not any(result.conditional for result in results)
    assert plan.finished


def test_plan_says_what_it_was_made_from() -> None:
    """A plan holds its seed, the hash of its problem and the day it counts from."""
    plan = solve(TINY, seed=7, workers=2)
    assert (plan.provenance.seed, plan.provenance.problem_hash) == (7, TINY.hash)
    assert plan.provenance.made_on == TINY.as_of
    assert {name for name, _ in plan.provenance.versions} == {"picup-planner", "ortools", "highspy"}


def test_plan_survives_json() -> None:
    """A plan written to JSON and read again is the same plan."""
    _, plan = planned()
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


# -------------------------------------------------------------- the month


def test_nobody_is_on_two_vans_in_a_day() -> None:
    """With one day and two vans, both communes are served, by four different people."""
    vans = (*LAND.vans, Van(id="van-2", name="Fourgon 2", depot="depot"))
    _, plan = planned(vans=vans, sessions=LAND.sessions[:1], **open_on(8))
    people = Counter(one.member for p in plan.permanences if p.kind is Kind.MOBILE for one in p.crew)
    assert sorted(tour.van for tour in plan.tours) == ["van-1", "van-2"]
    assert people == {"as-1": 1, "as-2": 1, "casp-1": 1, "casp-2": 1}


def test_two_vans_with_people_for_one() -> None:
    """With one social worker, one of two vans stays."""
    vans = (*LAND.vans, Van(id="van-2", name="Fourgon 2", depot="depot"))
    staff = tuple(member for member in LAND.staff if member.id != "as-2")
    _, plan = planned(vans=vans, staff=staff, sessions=LAND.sessions[:1], **open_on(8))
    assert len(plan.tours) == 1


def test_day_of_three_sessions_is_one_tour() -> None:
    """Three sessions and three communes make one tour of three stops, in session order."""
    evening = Session(id="soir", name="Soir", start=time(17, 30), end=time(18, 30))
    middle = Commune(id="milieu", insee="69903", name="Milieu", frequency=Frequency(minimum=1, maximum=1, target=1))
    square = Site(id="milieu-1", name="Milieu", commune="milieu", kind=SiteKind.SQUARE, latitude=45.7, longitude=4.86)
    _, plan = planned(
        communes=(*LAND.communes, middle),
        sites=(*LAND.sites, square),
        sessions=(*LAND.sessions, evening),
        **open_on(8),
        settings={"daily_maximum": 3, "max_daily_length": timedelta(hours=12)},
    )
    (tour,) = plan.tours
    hours = [p.start for permanence in tour.permanences for p in plan.permanences if p.id == permanence]
    assert hours == [time(9), time(13, 30), time(17, 30)]


def test_two_permanences_a_day_leave_one_of_three_sessions() -> None:
    """Who may hold two permanences a day makes no tour of three."""
    evening = Session(id="soir", name="Soir", start=time(17, 30), end=time(18, 30))
    _, plan = planned(sessions=(*LAND.sessions, evening), **open_on(8, 9, 10))
    assert max(len(tour.permanences) for tour in plan.tours) == 2


def test_van_may_come_back_after_midnight() -> None:
    """A tour that ends the day after is as long as it is."""
    night = Session(id="nuit", name="Nuit", start=time(20), end=time(23, 50))
    _, plan = planned(sessions=(night,), **open_on(8))
    (tour,) = plan.tours
    assert tour.length > timedelta(hours=4, minutes=30)


def test_last_permanence_of_last_month_keeps_its_distance() -> None:
    """A commune served at the end of the month before waits for its gap; the other does not."""
    past = PastPermanence(id="x", site="amont-1", commune="amont", date=date(2026, 11, 30), session="matin")
    _, plan = planned(history=(past,), settings={"min_gap": 9}, **open_on(8))
    assert mobile(plan) == [(date(2026, 12, 8), "aval-1")]


def test_week_across_the_border_counts_its_first_days() -> None:
    """Those who drove on Monday 30 November drive no more that week when once a week is the most."""
    facts = {"site": "aval-1", "commune": "aval", "date": date(2026, 11, 30), "session": "matin"}
    past = PastPermanence(id="x", **facts, members=("as-1", "casp-2"))
    week = {**open_on(1, 2, 3, 4), "settings": {"weekly_maximum": 1}}
    _, fresh = planned(**week)
    _, tired = planned(**week, history=(past,))
    assert (len(mobile(fresh)), mobile(tired)) == (2, [])


# --------------------------------------------------------------- progress


def test_progress_tells_each_objective_on_the_thread_of_the_caller() -> None:
    """Each objective is told done once, in order, at its best value, to the thread that asked."""
    told: list[tuple[Progress, threading.Thread]] = []
    plan = solve(TINY, workers=2, progress=lambda news: told.append((news, threading.current_thread())))
    done = [(news.objective, news.value, news.bound, news.proven) for news, _ in told if news.done]
    assert done == [(r.name, r.best, r.bound, r.proven) for r in plan.objectives]
    assert {thread for _, thread in told} == {threading.main_thread()}
    elapsed = [news.elapsed for news, _ in told]
    assert elapsed == sorted(elapsed)


def test_no_bound_is_told_that_holds_of_the_tours_of_the_best_plan_only() -> None:
    """Too large for the full model to be searched in ten seconds: what its best tours allow bounds no other plan."""
    told: list[Progress] = []
    problem = problem_with(large(), **ordered("below_target", "travel", "balance"))
    balance = solve(problem, time_limit=10, workers=2, progress=told.append).objectives[-1]
    assert [news for news in told if news.objective == "balance" and (news.bound or 0) > balance.bound] == []
    assert balance.value > balance.bound


@pytest.mark.skipif(os.name == "nt", reason="SIGINT is sent as on Unix")
def test_interrupted_search_keeps_its_best_plan() -> None:
    """Ctrl-C ends the search: the plan so far comes back, legal, unfinished, its last values unproven."""
    here = Path(__file__).parent
    search = subprocess.Popen(  # noqa: S603  this very interpreter
        [sys.executable, "-c", INTERRUPTED],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(here), str(here.parent)))},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert search.stdout
    assert search.stdout.readline() == "solution\n"
    search.send_signal(signal.SIGINT)
    *_, document = search.communicate(timeout=60)[0].splitlines()
    assert search.returncode == 0
    plan = Plan.model_validate_json(document)
    assert not plan.finished
    assert broken_rules(large(), plan) == []
    first_open = next(i for i, result in enumerate(plan.objectives) if not result.proven)
    assert [result.conditional for result in plan.objectives] == [i > first_open for i in range(len(plan.objectives))]
    assert all(0 <= result.bound <= result.best for result in plan.objectives)
