"""Sweeps: outcomes kept as they come, resumed, failures beside successes, workers that die."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import picup_planner as pp
from picup_planner.problem import ObjectiveChoice, Pin, PinKind, Problem
from picup_planner.scenarios import executors, sweeping
from picup_planner.scenarios.outcomes import Failure, Outcome, Search, Task, Why
from problems import hand_plan, problem_with

FEW = {"objectives": tuple(ObjectiveChoice(name=name) for name in ("below_minimum", "travel"))}
HELD = Pin(id="held", kind=PinKind.HELD, site="amont-1", date=date(2026, 12, 7), session="matin")
QUICK: dict[str, Any] = {"work": 0.05, "threads": 1, "progress": None}


def problems(count: int) -> dict[str, Problem]:
    """Give so many problems, each with another gap."""
    return {f"gap {n}": problem_with(settings={**FEW, "min_gap": n}) for n in range(1, count + 1)}


def planned(calls: list[str]) -> executors.Executor:
    """Plan by hand, and note who was planned."""

    def executor(tasks: Any) -> Any:  # noqa: ANN401  as executors do
        for task in tasks:
            calls.append(task.name)
            yield Outcome(name=task.name, key=task.key, plan=hand_plan(task.problem))

    return executor


def test_processes_give_what_one_gives() -> None:
    """Two processes give the plans of one, in the order the problems were given."""
    some = problems(3)
    alone, both = pp.sweep(some, pp.here, **QUICK), pp.sweep(some, pp.processes(2), **QUICK)
    assert list(both) == list(alone) == list(some)
    assert [one.plan for one in both.values()] == [one.plan for one in alone.values()]
    assert all(one.plan and one.megabytes > 0 and one.seconds > 0 for one in both.values())
    assert [pp.figures(one.plan).loc["permanences", "value"] for one in both.values() if one.plan] == [2, 2, 2]


def test_an_interrupted_sweep_goes_on(tmp_path: Path) -> None:
    """What was planned before the interruption is read again, the rest is planned, and the answers are all there."""
    some, calls = problems(4), list[str]()

    def interrupted(_outcome: Outcome, count: int, _total: int) -> None:
        if count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pp.sweep(some, planned(calls), store=tmp_path, progress=interrupted)
    assert calls == ["gap 1", "gap 2"]
    swept = pp.sweep(some, planned(calls), store=tmp_path, progress=None)
    assert calls == ["gap 1", "gap 2", "gap 3", "gap 4"]
    assert {name: one.plan for name, one in swept.items()} == {name: hand_plan(one) for name, one in some.items()}
    assert pp.sweep(some, planned(calls), store=tmp_path, progress=None) == swept
    assert len(calls) == 4


def test_another_search_is_another_answer(tmp_path: Path) -> None:
    """An outcome is that of a problem and of how it was searched: another seed or limit is planned anew."""
    some, calls = problems(1), list[str]()
    for choices in ({}, {"seed": 1}, {"time_limit": 5}, {"work": 1.0}, {"work": 1.0, "time_limit": 5}):
        pp.sweep(some, planned(calls), store=tmp_path, progress=None, **choices)
    assert len(calls) == 4


def test_the_same_problem_twice_is_planned_once() -> None:
    """Two names of one problem have its one outcome, and both are heard of."""
    problem, calls, heard = problem_with(), list[str](), list[tuple[str, int, int]]()
    swept = pp.sweep(
        {"a": problem, "b": problem}, planned(calls), progress=lambda *told: heard.append((told[0].name, *told[1:]))
    )
    assert calls == ["a"]
    assert heard == [("a", 1, 2), ("b", 2, 2)]
    assert [one.name for one in swept.values()] == ["a", "b"]


def test_a_list_is_numbered() -> None:
    """Problems without names are called by their rank."""
    assert list(pp.sweep(problems(2).values(), planned([]), progress=None)) == ["1", "2"]


def test_what_may_still_succeed_is_tried_again(tmp_path: Path) -> None:
    """A search cut short, a worker that died or a damaged file is planned again; a proven failure is not."""
    some, calls = problems(4), list[str]()
    tasks = [Task(name, one, Search()) for name, one in some.items()]
    plan = hand_plan(tasks[0].problem).model_copy(update={"finished": False})
    kept = (
        Outcome(name="", key=tasks[0].key, plan=plan),
        executors.died(tasks[1]),
        Outcome(name="", key=tasks[2].key, failure=Failure(why=Why.INFEASIBLE)),
    )
    for outcome in kept:
        (tmp_path / f"{outcome.key}.json").write_text(outcome.model_dump_json(), encoding="utf-8")
    (tmp_path / f"{tasks[3].key}.json").write_text("{", encoding="utf-8")
    swept = pp.sweep(some, planned(calls), store=tmp_path, progress=None)
    assert calls == ["gap 1", "gap 2", "gap 4"]
    assert swept["gap 3"].failure


def test_failures_are_kept_with_their_reason(tmp_path: Path) -> None:
    """A problem that is impossible, one that is refused and a defect stand beside the others, each with its reason."""
    impossible = problem_with(settings={**FEW, "daily_maximum": 0}, pins=(HELD,))
    unknown = problem_with(settings={"objectives": (ObjectiveChoice(name="beauty"),)})
    swept = pp.sweep({"x": impossible, "y": unknown, **problems(1)}, pp.here, store=tmp_path, **QUICK)
    assert [one.failure and one.failure.why for one in swept.values()] == [Why.INFEASIBLE, Why.REFUSED, None]
    failure = swept["x"].failure
    assert failure
    assert {rule.constraint for rule in failure.rules} == {"crew", "pins", "workload"}
    assert failure.verified
    again = pp.sweep({"x": impossible, "y": unknown}, planned([]), store=tmp_path, **QUICK)
    assert again["x"].failure == failure


def test_a_defect_ends_one_problem_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with the program while it plans a problem, the others are planned."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("picup_planner.scenarios.outcomes.solve", broken)
    failure = pp.sweep(problems(1), pp.here, progress=None)["gap 1"].failure
    assert failure
    assert (failure.why, failure.mistakes[0].arguments) == (Why.BROKEN, {"kind": "ZeroDivisionError"})


class Deadly:
    """Something that kills the process it is brought to."""

    hash = "deadly"

    def __reduce__(self) -> Any:  # noqa: ANN401  as pickle asks
        return os._exit, (1,)


def test_a_worker_that_dies_of_a_problem_dies_alone() -> None:
    """A process that dies takes nobody with it: the others are planned, and its problem is said to have killed it."""
    search = Search(work=0.05, threads=1)
    tasks = [Task(name, one, search) for name, one in problems(3).items()]
    tasks.insert(1, Task("deadly", Deadly(), search))  # type: ignore[arg-type]  # that is the point
    outcomes = list(pp.processes(2)(tasks))
    assert sorted(one.name for one in outcomes) == ["deadly", "gap 1", "gap 2", "gap 3"]
    assert [one.failure and one.failure.why for one in outcomes if one.name == "deadly"] == [Why.DIED]
    assert all(one.plan for one in outcomes if one.name != "deadly")


def test_nothing_is_written_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full ends the sweep with what was written whole."""

    def full(_path: Path, _content: str) -> None:
        raise OSError

    monkeypatch.setattr(sweeping, "write", full)
    with pytest.raises(OSError):  # noqa: PT011  any
        pp.sweep(problems(2), planned([]), store=tmp_path, progress=None)
    assert list(tmp_path.iterdir()) == []
