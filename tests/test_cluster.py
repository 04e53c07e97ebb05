"""A sweep on a real cluster of worker processes, one of them killed in the middle of it."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

import picup_planner as pp
from picup_planner.errors import DataError
from picup_planner.problem import ObjectiveChoice, Pin, PinKind, Problem
from picup_planner.scenarios import executors
from problems import problem_with, replaced, tiny_problem

WORK = 0.05
"""Deterministic seconds of each search: what is found does not depend on who finds it, nor on how busy they are."""

FEW = tuple(ObjectiveChoice(name=name) for name in ("below_minimum", "below_target", "travel"))
HELD = Pin(id="held", kind=PinKind.HELD, site="amont-1", date=date(2026, 12, 7), session="matin")


@pytest.fixture
def client() -> Iterator[Any]:
    """Start two worker processes, of one thread each, and a scheduler, all on this machine."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


def weeks(count: int) -> dict[str, Problem]:
    """Give so many problems, each with its fixed permanence on another day or with another gap."""
    tiny = tiny_problem()
    made = {}
    for n in range(count):
        fixed = replaced(tiny.fixed, "fixe-1", date=date(2026, 12, 7 + n % 5), crew=("as-1",) if n % 2 else ())
        made[f"{n}"] = problem_with(tiny, fixed=fixed, settings={"min_gap": 1 + n // 5, "objectives": FEW})
    return made


def test_a_killed_worker_costs_nothing(client: Any, tmp_path: Path) -> None:  # noqa: ANN401  of a package without types
    """With a worker killed in mid-sweep nothing is lost, nothing comes twice, and answers are those of one process."""
    problems = weeks(10)
    alone = pp.sweep(problems, pp.here, work=WORK, threads=1, progress=None)
    heard: Counter[str] = Counter()
    killed: list[int] = []

    def progress(outcome: pp.Outcome, *_: int) -> None:
        heard[outcome.name] += 1
        if not killed:
            killed.append(min(client.run(os.getpid).values()))
            os.kill(killed[0], signal.SIGKILL)

    swept = pp.sweep(problems, pp.cluster(client), store=tmp_path, work=WORK, threads=1, progress=progress)
    assert killed
    assert killed[0] not in client.run(os.getpid).values()
    assert list(swept) == list(problems)
    assert heard == dict.fromkeys(problems, 1)
    assert len(list(tmp_path.glob("*.json"))) == len(problems)
    assert {name: (one.plan, one.failure) for name, one in swept.items()} == {
        name: (one.plan, one.failure) for name, one in alone.items()
    }
    assert all(one.plan for one in swept.values())


def test_a_scheduler_is_found_by_its_address(client: Any) -> None:  # noqa: ANN401  as above
    """The address of a scheduler is enough, as on the command line, and a failure comes back with its reason."""
    problem = problem_with(settings={"daily_maximum": 0}, pins=(HELD,))
    swept = pp.sweep({"impossible": problem}, pp.cluster(client.scheduler.address), work=WORK, threads=1, progress=None)
    failure = swept["impossible"].failure
    assert failure
    assert failure.why == "infeasible"
    assert {rule.constraint for rule in failure.rules} >= {"pins"}


@pytest.mark.parametrize("address", ["nowhere", "tcp://127.0.0.1:9"])
def test_a_scheduler_that_does_not_answer_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address at which nobody answers is refused in a sentence, and nothing is planned."""
    monkeypatch.setattr(executors, "CONNECTING", 1)
    with pytest.raises(DataError) as refused:
        pp.sweep(weeks(1), pp.cluster(address), progress=None)
    assert [mistake.message for mistake in refused.value.mistakes] == ["sweep-no-scheduler"]
