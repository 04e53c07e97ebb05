"""The small territory's month as it was announced, and answers written by hand in place of the solver's."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from picup_planner.assemble import assemble, places
from picup_planner.evaluation import broken_rules, objective_values
from picup_planner.plan import ObjectiveResult, Plan
from picup_planner.problem import Problem
from picup_planner.roads.network import network
from picup_planner.roads.travel import travel_times
from picup_planner.territory import read
from problems import Crew, hand_plan

CREW = {"as": "as-1", "casp": "casp-1"}
OTHERS = {"as": "casp-2", "casp": "casp-1"}
VISITS: list[tuple[str, int, str, Crew]] = [("place", 8, "matin", CREW), ("gare", 14, "apres-midi", CREW)]
LEAST = ("below_published", "changes_in_notice", "changes")


def written(territory: Path, folder: Path) -> Plan:
    """Write the month, two permanences and the fixed ones of three Tuesdays, into a folder."""
    (territory / "pins.csv").unlink(missing_ok=True)
    (territory / "partners.csv").write_text("id,name\nville,Ville\nasso,Association\n", encoding="utf-8")
    found = read(territory)
    travel = travel_times(network(territory / "roads.osm"), places(found), found.settings.hour_factors)
    problem = assemble(found, "2026-12", travel, as_of=date(2026, 11, 10))
    plan = hand_plan(problem, VISITS, tuesdays(problem))
    assert broken_rules(problem, plan) == []
    folder.mkdir()
    (folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    (folder / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")
    return plan


def tuesdays(problem: Problem, *without: int) -> dict[str, Crew]:
    """Crew of each fixed permanence of the first three Tuesdays, but for some days."""
    return {duty.id: CREW for duty in problem.fixed if duty.date.day not in (*without, 22, 29)}


def answer(problem: Problem, plan: Plan, *, unproven: Sequence[str] = ()) -> Plan:
    """Give a plan what a search says of its changes."""
    counted = objective_values(problem, plan)
    results = tuple(
        ObjectiveResult(
            name=name,
            value=counted[name],
            best=counted[name],
            bound=0 if name in unproven else counted[name],
            proven=name not in unproven,
            unit="changes",
        )
        for name in LEAST
    )
    return plan.model_copy(update={"objectives": results})
