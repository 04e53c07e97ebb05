"""Many months at once: so many processes, one thread per search, against one after the other, in one run.

Without arguments four weeks, each of another month, in seconds; with a number, so many scenarios of whole months, each
searched for so much deterministic work that every way of running them finds the same plans: ``sweep.py 16``.

Efficiency is the time of one after the other, divided by the number of processes and by their time: 1 when nothing is
lost. Overhead is what a scenario costs besides its own search: a process started, the problem sent, the plan brought
back. The last line reckons what a thousand territories a month need, from what was measured.
"""

import sys
from datetime import timedelta
from time import perf_counter

from picup_planner.calendars import dates_of
from picup_planner.problem import Closure, ObjectiveChoice, Problem
from picup_planner.scenarios import Executor, Outcome, here, month, processes, read, sweep

SMALL = 4
WEEK = 7
FEW = tuple(ObjectiveChoice(name=name) for name in ("below_minimum", "travel"))
TERRITORIES = 1000
MINUTE = 60
"""Seconds a search of a real month is given by `picup plan`."""


def main() -> None:
    """Run the sample three ways, and print what each took."""
    count = int(sys.argv[1]) if sys.argv[1:] else SMALL
    work = 0.2 if sys.argv[1:] else 0.02
    problems = sample(count, whole=bool(sys.argv[1:]))
    alone, sequential = timed(problems, here, work)
    searched = sum(outcome.seconds for outcome in alone.values())
    print(f"{count} scenarios, one after the other: {sequential:.1f} s, {searched / count:.2f} s a search")
    megabytes = 0
    for workers in (1, 2):
        swept, took = timed(problems, processes(workers), work)
        assert [one.plan for one in swept.values()] == [one.plan for one in alone.values()], "other answers"  # noqa: S101
        inside = sum(outcome.seconds for outcome in swept.values())
        megabytes = max(outcome.megabytes for outcome in swept.values())
        overhead = (took - inside / workers) / count
        print(
            f"{workers} process{'es' * (workers > 1)}: {took:.1f} s, efficiency {sequential / workers / took:.2f}, "
            f"overhead {overhead:.2f} s a scenario, {megabytes} MB a process, the same plans"
        )
    cores = TERRITORIES / MINUTE
    print(f"{TERRITORIES} territories a month, a minute and a thread each: {cores:.0f} hours of one core,")
    print(f"or one hour of {cores:.0f} cores with {cores * megabytes / 1000:.0f} GB of memory")


def sample(count: int, *, whole: bool) -> dict[str, Problem]:
    """Give so many scenarios of the next months, each with another least gap; of one week of them unless `whole`."""
    territory = read()
    months = ["2026-12", "2027-01", "2027-02", "2027-03"]
    problems = {}
    for n in range(count):
        which = months[n % len(months)]
        first, *_, last = dates_of(which)
        closures = () if whole else (Closure(first=first + timedelta(days=WEEK), last=last),)
        asked = {} if whole else {"objectives": FEW}
        settings = territory.settings.model_copy(update={"min_gap": 2 + n // len(months), **asked})
        varied = territory.model_copy(update={"settings": settings, "closures": closures})
        problems[f"{n}"] = month(varied, which)
    return problems


def timed(problems: dict[str, Problem], executor: Executor, work: float) -> tuple[dict[str, Outcome], float]:
    """Plan every problem and say how long it took, in seconds."""
    began = perf_counter()
    outcomes = sweep(problems, executor, work=work, threads=1)
    return outcomes, perf_counter() - began


if __name__ == "__main__":
    main()
