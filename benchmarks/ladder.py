"""The ladder: months of 1, 2, 5, 10, 20, 30 times four communes, solved by three engines in the same seconds.

Prints per objective the value, the bound and when both were known, then how our search stands against the others:

- ours: `solve`, as `picup plan` calls it;
- plain: the visit-by-visit CP-SAT model of `plain.py`, default parameters;
- highs: HiGHS alone on our linear model, without our cuts.

Each engine runs in a process of its own. The seconds of ours begin before its model is built, those of the other two
after theirs is. Run as ``uv run python benchmarks/ladder.py --rungs 1,2,5,10,20,30 --seconds 60``; without arguments
one rung of a few seconds shows that it all still runs.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from generated import problem as generated
from plain import search

from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.solver import solve
from picup_planner.solver.clock import Clock
from picup_planner.solver.decode import Decoder
from picup_planner.solver.linear import minimise
from picup_planner.solver.objectives import chosen
from picup_planner.solver.stated import Stated
from problems import hand_plan

GIGABYTE = 2**30
MEMORY = 10 * GIGABYTE
"""What one engine may take."""

PATIENCE, BUILDING = 2, 300
"""An engine is stopped after so many times its seconds, and seconds for its model."""

Tell = Callable[[str, int, int, float | None], None]
"""Told of each objective: name, value, bound, seconds since the beginning (``None`` when they are not known)."""


# ---------------------------------------------------------------------- engines


def ours(problem: Problem, limit: float, tell: Tell) -> Plan:
    """Search as the program does."""
    known: dict[str, float] = {}
    plan = solve(problem, time_limit=limit, progress=lambda told: known.update({told.objective: told.elapsed}))
    for result in plan.objectives:
        tell(result.name, result.best, result.bound, known.get(result.name))
    return plan


def plain(problem: Problem, limit: float, tell: Tell) -> Plan | None:
    """Search the model a good engineer writes first."""
    return search(problem, limit, tell)


def highs(problem: Problem, limit: float, tell: Tell) -> Plan | None:
    """Search our linear model with HiGHS alone, each objective with those before it kept."""
    objectives = chosen(problem)
    stated = Stated(problem, objectives, tight=False)
    began = time.monotonic()
    solution: tuple[int, ...] = ()
    for i, objective in enumerate(objectives):
        remaining = limit - (time.monotonic() - began)
        if remaining <= 0:
            break
        share = max(remaining / (len(objectives) - i), remaining / 3) if solution else remaining
        model = stated.model.clone()
        model.minimize(stated.objectives[objective.name])
        found = minimise(model, share)
        if found.value is None:
            break
        solution = found.solution
        tell(objective.name, found.value, max(0, found.bound or 0), time.monotonic() - began)
        stated.keep(objective.name, most=objective.limit(found.value))
    if not solution:
        return None
    true = (key for key, variable in stated.variables.decisions().items() if solution[variable.index])
    decoder = Decoder(problem, Clock(problem), frozenset(true))
    held = decoder.permanences()
    return hand_plan(problem).model_copy(update={"permanences": held, "tours": decoder.tours(held)})


ENGINES = {"ours": ours, "plain": plain, "highs": highs}


# ---------------------------------------------------------------------- one run


def child(engine: str, groups: int, seconds: float, seed: int) -> None:
    """Run one engine on one rung, one line of JSON for each thing known."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    problem = generated(groups, seed)

    def tell(name: str, value: int, bound: int, elapsed: float | None) -> None:
        print(json.dumps({"objective": [name, value, bound, elapsed]}), flush=True)

    began = time.monotonic()
    plan = ENGINES[engine](problem, seconds, tell)
    ended: dict[str, object] = {"seconds": time.monotonic() - began}
    if plan:
        ended |= {"broken": len(broken_rules(problem, plan)), "values": objective_values(problem, plan)}
    print(json.dumps(ended), flush=True)
    print(json.dumps({"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}), flush=True)


class Result(NamedTuple):
    """What one objective reached."""

    value: int
    bound: int
    elapsed: float | None

    @property
    def gap(self) -> float:
        """Part of the value that is not proven, from 0 to 1."""
        return (self.value - self.bound) / max(self.value, 1)

    def __str__(self) -> str:
        at = "" if self.elapsed is None else f" {self.elapsed:6.1f} s"
        return (f"{self.value} =" if self.value == self.bound else f"{self.value} >= {self.bound}") + at


class Run(NamedTuple):
    """What one engine did on one rung; `seconds` is ``None`` when it was stopped before its end."""

    results: dict[str, Result]
    seconds: float | None
    megabytes: int | None
    broken: int | None

    @property
    def proven(self) -> int:
        """Objectives proven, in a row from the first."""
        return sum(1 for _ in takewhile(lambda result: result.gap == 0, self.results.values()))

    @property
    def gaps(self) -> float:
        """Sum of the gaps of all objectives."""
        return sum(result.gap for result in self.results.values())

    def elapsed(self, count: int) -> float | None:
        """Seconds after which the first objectives were known; the whole search where it does not tell."""
        return list(self.results.values())[count - 1].elapsed or self.seconds


def run(engine: str, groups: int, seconds: float, seed: int) -> Run:
    """Run one engine in its own process; stopped when it takes far longer than it may."""
    arguments = [sys.executable, __file__, "--child", engine, "--rungs", str(groups)]
    arguments += ["--seconds", str(seconds), "--seed", str(seed)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603  our own
    try:
        said, complaint = process.communicate(timeout=PATIENCE * seconds + BUILDING)
    except subprocess.TimeoutExpired:
        process.kill()
        said, complaint = process.communicate()
    facts: dict[str, Any] = {}
    results: dict[str, Result] = {}
    for line in said.splitlines():
        fact = json.loads(line)
        if "objective" in fact:
            name, *reached = fact["objective"]
            results[name] = Result(*reached)
        facts |= fact
    for name, value in facts.get("values", {}).items():
        if name not in results and results:
            results[name] = Result(value, 0, None)
    if process.returncode:
        reason = (complaint.strip().splitlines() or ["nothing said"])[-1]
        print(f"{engine} has ended with {process.returncode}: {reason}")
    return Run(results, facts.get("seconds"), facts.get("megabytes"), facts.get("broken"))


# ---------------------------------------------------------------------- the table


def climb(groups: int, engines: Sequence[str], seconds: float, seed: int) -> None:
    """Run every engine on one rung and print what each reached."""
    problem = generated(groups, seed)
    land = problem.territory
    print(
        f"\n{groups} x 4 communes: {len(land.sites)} sites, {len(land.staff)} people, vans: {len(land.vans)}, "
        f"fixed permanences: {len(problem.fixed)}; {seconds:g} s each, seed {seed}\n"
    )
    runs = {engine: run(engine, groups, seconds, seed) for engine in engines}
    names = [objective.name for objective in chosen(problem)]
    rows = [["", *engines]]
    rows += [[name, *(str(each.results.get(name, "-")) for each in runs.values())] for name in names]
    for title, field, unit in (
        ("in all", "seconds", " s"),
        ("memory", "megabytes", " MB"),
        ("rules broken", "broken", ""),
    ):
        facts = [getattr(each, field) for each in runs.values()]
        rows.append([title, *("-" if fact is None else f"{fact:.0f}{unit}" for fact in facts)])
    for first, *others in rows:
        print(f"{first:18}" + "".join(f"{other:>26}" for other in others))
    if "ours" in runs:
        print()
        for engine in engines:
            if engine != "ours":
                print(f"ours against {engine}: {verdict(names, runs['ours'], runs[engine])}")


def verdict(names: Sequence[str], mine: Run, other: Run) -> str:
    """Say which is better, by the first objective that tells, and how the times and the gaps compare."""
    if not mine.results or not other.results:
        return "better: it has no plan" if mine.results else "WORSE: no plan" if other.results else "neither has a plan"
    differing = next((name for name in names if mine.results[name].value != other.results[name].value), None)
    told = ["the same values"]
    if differing:
        value, its = mine.results[differing].value, other.results[differing].value
        told = [f"{'better' if value < its else 'WORSE'} from {differing} on, {value} against {its}"]
    told.append(f"{mine.proven} objectives proven in a row against {other.proven}")
    common = min(mine.proven, other.proven)
    if common and (elapsed := mine.elapsed(common)) and (its_elapsed := other.elapsed(common)):
        told.append(
            f"the first {common} in {elapsed:.1f} s against {its_elapsed:.1f} s (ratio {its_elapsed / elapsed:.1f})"
        )
    told.append(f"sum of gaps {mine.gaps:.2f} against {other.gaps:.2f}")
    return "; ".join(told)


def main() -> None:
    """Climb the rungs asked for."""
    parser = argparse.ArgumentParser(description="Generated months, solved by three engines in the same seconds.")
    parser.add_argument("--rungs", default="1", help="times four communes, separated by commas")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", choices=list(ENGINES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, int(asked.rungs), asked.seconds, asked.seed)
        return
    for groups in map(int, asked.rungs.split(",")):
        climb(groups, asked.engines.split(","), asked.seconds, asked.seed)


if __name__ == "__main__":
    main()
