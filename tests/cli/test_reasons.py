"""Reasons in sentences: every rule has its own, several that say the same make one."""

from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from ortools.sat.python.cp_model import CpModel

from command_line import Run
from picup_planner.cli import planning, reasons
from picup_planner.display.reasons import (
    conflict_told,
    prices_told,
    reason_told,
    remedy_told,
    rules_told,
    shortage_told,
)
from picup_planner.errors import Infeasible, Mistake, NoPlanFound, Origin
from picup_planner.evaluation import SHAPES
from picup_planner.messages import LANGUAGES, Words, names_of
from picup_planner.messages.subjects import placeholders, shape_of
from picup_planner.plan import Breach, Kept, ObjectiveResult
from picup_planner.problem import Pin, PinKind, Problem, Rule
from picup_planner.publish.text import plain
from picup_planner.solver.constraints import CONSTRAINTS
from picup_planner.solver.explanation import Cost, Reason, Remedy
from picup_planner.solver.objectives import OBJECTIVES
from picup_planner.solver.variables import Variables
from planted import of_seed
from problems import hand_plan, problem_with, tiny_problem
from test_evaluation_rules import CASES

TINY = tiny_problem()
OF_THE_PLAN = ("rule-plan", "rule-tours-legs", "rule-tours-length", "rule-tours-minutes")
"""What is said of a plan that contradicts itself: no rule a search is held to."""


def rules_of(problem: Problem) -> set[Rule]:
    """Every rule that a search is held to."""
    model = CpModel()
    variables = Variables(model, problem)
    return {rule for constraint in CONSTRAINTS for rule, _ in constraint(model, problem, variables)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_rule_has_its_sentence(language: str) -> None:
    """Each shape of a rule is told, by parts of its subject and the number it holds."""
    words = Words(language)
    for message, shape in SHAPES.items():
        if message.startswith(OF_THE_PLAN):
            continue
        sentence = words(f"reason{message.removeprefix('rule')}")
        assert not sentence.startswith("reason-"), message
        known = {*placeholders(shape)[: len(shape.subject)], "count", "minutes"}
        assert {name for _, name, _, _ in Formatter().parse(sentence) if name} <= known, message


@pytest.mark.parametrize("problem", [problem_with(**case.changes) for case in CASES[::12]] + [of_seed(3).problem])
def test_every_rule_of_a_problem_is_told(problem: Problem) -> None:
    """No rule a search is held to is left without a sentence, nor a placeholder without its value."""
    words, names = Words("fr"), names_of(problem)
    rules = sorted(rules_of(problem), key=str)
    for rule in rules:
        assert shape_of(Breach(rule=rule), names), rule
    for sentence in rules_told(rules, problem, words):
        assert not {"{", "}"} & set(sentence)
        assert not sentence.startswith(("reason", "Règle"))


def test_what_one_line_says_is_told_once() -> None:
    """Half-days of one absence make one sentence, with its line; those of another line make another."""
    away = [(7, "matin", 3), (7, "apres-midi", 3), (8, "matin", 3), (10, "matin", 4)]
    rules = [
        Rule(
            constraint="availability",
            subject=("as-2", date(2026, 12, day).isoformat(), session),
            origin=Origin("absences.csv", line),
        )
        for day, session, line in away
    ]
    assert [told.replace("\xa0", " ") for told in rules_told(rules, TINY, Words("fr"))] == [
        "Bruno n’est pas disponible les lun. 7 déc. et mar. 8 déc. (Matin, Après-midi). Voir absences.csv, ligne 3.",
        "Bruno n’est pas disponible le jeudi 10 décembre 2026 (Matin). Voir absences.csv, ligne 4.",
    ]


def test_the_same_sentence_is_told_once() -> None:
    """Several pins of one command are one sentence: they are told as it was typed."""
    origin = Origin("picup cancel", cell="amont-202612-1")
    rules = [Rule(constraint="pins", subject=(f"forbidden-{n}",), origin=origin) for n in (1, 2)]
    assert [told.replace("\xa0", " ") for told in rules_told(rules, TINY, Words("fr"))] == [
        "La consigne « picup cancel amont-202612-1 » doit être suivie."
    ]


def test_many_dates_are_told_by_the_first_and_the_last() -> None:
    """More dates than one reads are counted."""
    rules = [Rule(constraint="rotation", subject=("amont", day.isoformat())) for day in TINY.dates[:9]]
    assert rules_told(rules, TINY, Words("en")) == [
        "Amont: a single permanence a day, between Tuesday 1 December and Wednesday 9 December (9 days)."
    ]


def test_numbers_of_the_rules_are_told() -> None:
    """A rule that holds a number tells it."""
    told = [
        told.replace("\xa0", " ")
        for told in rules_told(
            [
                Rule(constraint="frequency", subject=("amont",)),
                Rule(constraint="workload", subject=("as-1", "month")),
                Rule(constraint="rest", subject=("as-1", "2026-12-07", "rest")),
            ],
            TINY,
            Words("fr"),
        )
    ]
    assert told == [
        "Amont : 3 permanences au plus par mois.",
        "Ada : 40 h de service au plus dans le mois.",
        "Ada : 11 h de repos au moins avant le lendemain, le lundi 7 décembre 2026 (Code du travail, L3131-1).",
    ]


def test_doubts_are_told() -> None:
    """A reason not found twice, or with rules that were not tried, says so; values kept are told after the rules."""
    words = Words("en")
    kept = (Kept(name="below_target", value=1), Kept(name="travel", value=151))
    rule = Rule(constraint="frequency", subject=("amont",))
    sure = reason_told(Reason((rule,), kept, verified=True, minimal=True), TINY, words)
    assert sure == [
        "Amont: 3 permanences a month at most.",
        "The other communes keep their permanences.",
        "“Driving of the vans (minutes)” stays at 151 at most.",
    ]
    assert len(reason_told(Reason((rule,), kept, verified=True), TINY, words)) == 4
    assert "could not confirm" in reason_told(Reason((rule,), minimal=True), TINY, words)[-1]
    assert all(reason_told(Reason(kept=(Kept(name=one.name, value=2),)), TINY, words)[0] for one in OBJECTIVES)


def test_a_remedy_is_told_with_its_price() -> None:
    """What helps is told as it would be typed, then what it costs; what is not proven may cost less."""
    words = Words("fr")
    rule = Rule(constraint="availability", subject=("casp-2", "2026-12-09", "matin"))
    plan = hand_plan(TINY)
    results = tuple(
        ObjectiveResult(name=name, value=9, best=9, bound=9, proven=name == "travel", unit="")
        for name in ("travel", "continuity")
    )
    costs = (Cost("travel", 0, 9, "minutes"), Cost("continuity", 4, 9, "points"))
    remedy = Remedy(rule, TINY, plan.model_copy(update={"objectives": results}), costs)
    assert remedy_told(remedy, TINY, words).replace("\xa0", " ") == (
        "Si Driss est disponible le mercredi 9 décembre 2026 (Matin), c’est possible. "
        "Prix : + 9 min de route et visages nouveaux (points) : 4 → 9 (au plus)."
    )
    free = Remedy(Rule(constraint="spacing", subject=("amont",)), TINY, plan, ())
    assert remedy_told(free, TINY, words).replace("\xa0", " ") == (
        "Si 1 jour suffit entre deux permanences d’une commune, c’est possible sans rien perdre."
    )
    assert prices_told((Cost("travel", 9, 0, "minutes"),), (), words)[0].startswith("−")


def test_a_long_price_is_told_to_its_end() -> None:
    """However many objectives change, the last is told like the first."""
    words = Words("fr", plain)
    costs = tuple(Cost(objective.name, 0, 1, objective.unit) for objective in OBJECTIVES)
    told = remedy_told(
        Remedy(Rule(constraint="spacing", subject=("amont",)), TINY, hand_plan(TINY), costs), TINY, words
    )
    assert "…" not in told
    assert told.endswith("écart de charge (points)\xa0: 0 → 1 (au plus).")


def test_a_month_that_contradicts_itself_is_told(picup: Run, territory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`picup plan` on a month without any plan tells the rules at fault, where they are, and the ways out."""

    def no_plan(*_: object, **__: object) -> None:
        raise Infeasible

    monkeypatch.setattr(planning, "solve", no_plan)
    (territory / "pins.csv").write_text(
        "id,kind,commune,site,date,session,members\nun,held,,place,2026-12-24,,\n", encoding="utf-8"
    )
    said = picup("plan", "2026-12", "--territory", str(territory))
    assert said.code == 1
    lines = said.err.splitlines()
    assert "Ces règles ne peuvent pas être respectées ensemble :" in lines
    assert "- La consigne « un » doit être suivie. Voir pins.csv, ligne 2." in lines
    assert "- Sans la consigne « un », un planning existe." in lines


def test_out_of_time_is_not_called_a_contradiction(
    picup: Run, territory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month that has a plan, but none was found in time, is told so."""

    def too_late(*_: object, **__: object) -> None:
        raise NoPlanFound(Mistake("no-plan-in-time"))

    monkeypatch.setattr(planning, "solve", too_late)
    said = picup("plan", "2026-12", "--territory", str(territory))
    assert said.code == 3
    assert "Aucun planning trouvé dans le temps donné" in said.err


def test_a_single_search_is_not_believed(picup: Run, territory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that one search alone calls impossible, when none was found in time, are no contradiction."""

    def too_late(*_: object, **__: object) -> None:
        raise NoPlanFound(Mistake("no-plan-in-time"))

    rule = Rule(constraint="frequency", subject=("amont",))
    monkeypatch.setattr(planning, "solve", too_late)
    monkeypatch.setattr(reasons, "conflict", lambda _problem: Reason((rule,), minimal=True))
    said = picup("plan", "2026-12", "--territory", str(territory))
    assert said.code == 3
    assert "Aucun planning trouvé dans le temps donné" in said.err
    assert "ne respecte toutes les règles" not in said.err
    told = list(shortage_told(Reason((rule,), minimal=True), TINY, Words("en")))
    assert told[0].startswith("A single search says that one more is impossible")


def test_a_conflict_counts_its_rules() -> None:
    """One rule alone, or several together."""
    problem = problem_with(pins=(Pin(id="un", kind=PinKind.HELD, site="amont-1"),))
    rule = Rule(constraint="pins", subject=("un",))
    lines = list(conflict_told(Reason((rule,), verified=True, minimal=True, solves=1), problem, Words("en")))
    assert lines == ["This rule cannot be kept:", "- The instruction “un” must be followed.", "One search, 0 s."]
