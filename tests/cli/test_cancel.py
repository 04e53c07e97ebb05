"""`picup cancel`, with an answer written by hand in place of the solver's, then with the solver."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import territories
from announced import OTHERS, VISITS, answer, tuesdays, written
from command_line import Answer, Run, contents
from picup_planner.cli import cancelling, reading
from picup_planner.plan import Plan
from picup_planner.problem import PinKind, Problem
from picup_planner.scenarios import replanning
from problems import hand_plan

WHERE = ("--plan", "mois/plan.json", "--territory", "essai")


@pytest.fixture(autouse=True)
def announced(territory: Path, here: Path) -> Plan:
    """Write the small territory's month as it was announced, in the folder `mois`."""
    return written(territory, here / "mois")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], list[Problem]]:
    """Put an answer written by hand in place of the solver's, and give the problems it was asked."""

    def solve_with(reply: Answer) -> list[Problem]:
        seen: list[Problem] = []

        def solve(problem: Problem, **_: object) -> Plan:
            seen.append(problem)
            return reply(problem)

        monkeypatch.setattr(replanning, "solve", solve)
        return seen

    return solve_with


def moved(problem: Problem) -> Plan:
    """Answer with the permanence of the station a week later."""
    visits = [VISITS[0], ("gare", 21, "apres-midi", OTHERS)]
    return answer(problem, hand_plan(problem, visits, tuesdays(problem)))


def gone(problem: Problem) -> Plan:
    """Answer with no permanence on the square."""
    return answer(problem, hand_plan(problem, VISITS[1:], tuesdays(problem)))


@pytest.mark.parametrize("named", ["amont-202612-2", "gare", "Gare d'Amont 2026-12-14"])
def test_a_replacement_is_told(picup: Run, here: Path, found: Callable[[Answer], list[Problem]], named: str) -> None:
    """Named by its id or its place, a permanence whose place is taken moves, under its id, and this is told first."""
    problems = found(moved)
    said = picup("cancel", named, *WHERE, "--as-of", "2026-12-05")
    assert said.code == 0, said.err
    assert said.out.splitlines()[3:5] == [
        "lun. 14 déc., 13 h 30 – 16 h 30, Gare d’Amont (Amont-sur-Rhône) est remplacée",
        "  par : lun. 21 déc., 13 h 30 – 16 h 30, Gare d’Amont (Amont-sur-Rhône).",
    ]
    assert "1 permanence bouge, et c’est le minimum." in said.out
    (pin,) = problems[0].territory.pins
    assert (pin.kind, pin.site, pin.date, pin.session) == (
        PinKind.FORBIDDEN,
        "gare",
        date(2026, 12, 14),
        "apres-midi",
    )
    plan = reading.read_plan(here / "mois" / "plan.json")
    assert [held.date.day for held in plan.permanences if held.id == "amont-202612-2"] == [21]
    assert plan.cancelled == ()
    assert picup("check", "mois/plan.json").code == 0


def test_without_a_replacement_it_is_kept_as_cancelled(
    picup: Run, here: Path, found: Callable[[Answer], list[Problem]]
) -> None:
    """A permanence nothing can replace is cancelled, under its id; that nothing can is said only when proven."""
    found(gone)
    said = picup("cancel", "amont-202612-1", *WHERE, "--as-of", "2026-12-05", "--out", "ailleurs")
    assert said.code == 0, said.err
    assert (
        "aucun remplacement n’est possible ce mois-ci sans dégarnir autre chose, la permanence est annulée."
        in " ".join(said.out.split())
    )
    assert "Annulée : mar. 8 déc., 9 h – 12 h, Place d’Amont" in said.out
    assert "1 permanence est annulée, et c’est le minimum." in said.out
    plan = reading.read_plan(here / "ailleurs" / "plan.json")
    assert [held.id for held in plan.cancelled] == ["amont-202612-1"]
    found(lambda problem: answer(problem, gone(problem), unproven=["below_published"]))
    said = picup("cancel", "amont-202612-1", *WHERE, "--as-of", "2026-12-05")
    assert "aucun remplacement trouvé dans le temps donné" in " ".join(said.out.split())
    assert "on ne sait pas si c’est le minimum" in " ".join(said.out.split())
    for name in ("amont-202612-1", "place 2026-12-08"):
        said = picup("cancel", name, *WHERE, "--as-of", "2026-12-05")
        assert (said.code, said.err) == (2, "La permanence amont-202612-1 est déjà annulée.\n")


def test_why_nothing_can_replace_it_is_told(picup: Run, territory: Path, here: Path) -> None:
    """With the solver itself: the van is off until the end of the month, and the file and line that say so are told."""
    off = "{ first = 2026-12-11, last = 2026-12-12 }"
    territories.edit(territory, "territory.toml", off, f"{off}, {{ first = 2026-12-15, last = 2026-12-31 }}")
    written(territory, here / "van")
    said = picup("cancel", "gare", "--plan", "van/plan.json", "--territory", "essai", "--as-of", "2026-12-14")
    assert said.code == 0, said.err
    told = " ".join(said.out.split())
    assert "aucun remplacement n’est possible" in told
    assert "Une de plus est impossible" in told
    assert "- Fourgon : le véhicule est indisponible entre le mardi 15 décembre et le jeudi 31 décembre" in told
    assert "territory.toml, ligne 15" in told


def test_what_is_found_is_written_before_why_is_sought(
    picup: Run, here: Path, found: Callable[[Answer], list[Problem]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever interrupts the search for a reason keeps the plan just told."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    found(gone)
    monkeypatch.setattr(cancelling, "shortage", interrupted)
    picup("cancel", "amont-202612-1", *WHERE, "--as-of", "2026-12-05")
    plan = reading.read_plan(here / "mois" / "plan.json")
    assert [held.id for held in plan.cancelled] == ["amont-202612-1"]


def test_when_people_cannot_come_others_may(picup: Run, found: Callable[[Answer], list[Problem]]) -> None:
    """With `--crew`, it is the people who are absent that half-day, and others may hold the permanence there."""
    problems = found(moved)
    said = picup("cancel", "gare", "--crew", *WHERE, "--as-of", "2026-12-05", "--out", "ailleurs")
    assert said.code == 0, said.err
    assert problems[0].territory.pins == ()
    absences = problems[0].territory.absences[-2:]
    assert [(one.member, one.first.day, one.last.day, one.session) for one in absences] == [
        ("as-1", 14, 14, "apres-midi"),
        ("casp-1", 14, 14, "apres-midi"),
    ]


def test_others_hold_it_all_the_same(
    picup: Run, territory: Path, here: Path, found: Callable[[Answer], list[Problem]]
) -> None:
    """When others come, the permanence is said to be held, and by whom."""
    territories.edit(territory, "staff.csv", "as-1,Ada", "as-2,Bruno,as,ville,80,35,yes,\nas-1,Ada")
    territories.edit(territory, "staff.csv", "casp-1,Chloé", "casp-3,Emma,casp,ville,80,35,yes,\ncasp-1,Chloé")
    written(territory, here / "autre")

    def others(problem: Problem) -> Plan:
        visits = [VISITS[0], ("gare", 14, "apres-midi", {"as": "as-2", "casp": "casp-3"})]
        return answer(problem, hand_plan(problem, visits, tuesdays(problem)))

    found(others)
    said = picup("cancel", "gare", "--crew", *WHERE, "--plan", "autre/plan.json", "--as-of", "2026-12-05")
    assert said.code == 0, said.err
    assert "est tenue quand même, avec Bruno et Emma." in " ".join(said.out.split())
    assert "2 remplacements dans les équipes, et c’est le minimum." in said.out


def test_a_fixed_permanence_may_stay_without_people(picup: Run, found: Callable[[Answer], list[Problem]]) -> None:
    """When nobody else can hold a fixed permanence, it is said to stay without a crew."""
    found(lambda problem: answer(problem, hand_plan(problem, VISITS, tuesdays(problem, 15))))
    said = picup("cancel", "mardi-20261215", "--crew", *WHERE, "--as-of", "2026-12-05")
    assert said.code == 0, said.err
    assert "mar. 15 déc., 14 h – 17 h, Centre social (Aval) reste sans équipe" in " ".join(said.out.split())


def test_a_fixed_permanence_whose_place_is_closed_is_cancelled(
    picup: Run, here: Path, found: Callable[[Answer], list[Problem]]
) -> None:
    """A fixed permanence has no other place: it is cancelled, and the plan keeps every rule without it."""
    problems = found(lambda problem: answer(problem, hand_plan(problem, VISITS, tuesdays(problem))))
    said = picup("cancel", "mardi-20261215", *WHERE, "--as-of", "2026-12-05")
    assert said.code == 0, said.err
    told = " ".join(said.out.split())
    assert "mar. 15 déc., 14 h – 17 h, Centre social (Aval) : une permanence fixe ne se déplace pas" in told
    assert "Annulée : mar. 15 déc., 14 h – 17 h, Centre social (Aval)" in told
    assert "mardi-20261215" not in {duty.id for duty in problems[0].fixed}
    plan = reading.read_plan(here / "mois" / "plan.json")
    assert [held.id for held in plan.cancelled] == ["mardi-20261215"]
    assert picup("check", "mois/plan.json").code == 0
    found(lambda problem: answer(problem, hand_plan(problem, VISITS, tuesdays(problem))))
    for day in ("2026-12-05", "2026-12-16"):
        assert "Rien ne bouge" in picup("replan", *WHERE, "--as-of", day).out
        plan = reading.read_plan(here / "mois" / "plan.json")
        assert [held.id for held in plan.cancelled] == ["mardi-20261215"]


@pytest.mark.parametrize(("as_of", "expected"), [("2026-12-14", 13), ("2026-12-13", 13), ("2026-12-02", 2)])
def test_the_day_of_the_call_is_not_over(
    picup: Run, found: Callable[[Answer], list[Problem]], as_of: str, expected: int
) -> None:
    """Called on the day itself, the permanence may still be replaced: the past ends the day before at the latest."""
    problems = found(moved)
    assert picup("cancel", "gare", *WHERE, "--as-of", as_of).code == 0
    assert problems[0].as_of.day == expected


def test_what_began_before_on_the_day_stays(picup: Run, found: Callable[[Answer], list[Problem]]) -> None:
    """Called on the day itself, the half-days that began before the permanence keep what was held in them."""
    problems = found(moved)
    assert picup("cancel", "gare", *WHERE, "--as-of", "2026-12-14").code == 0
    assert [
        (pin.kind, pin.commune, pin.site, pin.date and pin.date.day, pin.session) for pin in problems[0].territory.pins
    ] == [
        (PinKind.FORBIDDEN, None, "gare", 14, "apres-midi"),
        (PinKind.FORBIDDEN, "amont", None, 14, "matin"),
        (PinKind.FORBIDDEN, "aval", None, 14, "matin"),
    ]
    picup("cancel", "mardi-20261208", "--crew", *WHERE, "--as-of", "2026-12-08")
    pins = [pin for pin in problems[1].territory.pins if pin.date and pin.date.day == 8]
    assert [(pin.kind, pin.commune, pin.site, pin.session, pin.members) for pin in pins][:1] == [
        (PinKind.HELD, "amont", "place", "matin", ("as-1", "casp-1")),
    ]


def test_another_may_be_cancelled_on_the_same_day(
    picup: Run, here: Path, found: Callable[[Answer], list[Problem]]
) -> None:
    """What was kept of the day for one search holds no other: a second permanence of it is cancelled, or moved."""
    found(lambda problem: answer(problem, hand_plan(problem, VISITS, tuesdays(problem, 8))))
    typed = (*WHERE, "--as-of", "2026-12-08")
    assert picup("cancel", "mardi-20261208", "--crew", *typed).code == 0
    assert PinKind.HELD in {pin.kind for pin in reading.read_problem(here / "mois" / "problem.json").territory.pins}
    said = picup("move", "place", "2026-12-09", *typed)
    assert "« picup cancel" not in said.out
    problems = found(lambda problem: answer(problem, hand_plan(problem, VISITS[1:], tuesdays(problem, 8))))
    said = picup("cancel", "place", *typed)
    assert said.code == 0, said.err
    assert {(pin.kind, pin.site) for pin in problems[0].territory.pins} == {(PinKind.FORBIDDEN, "place")}
    assert picup("check", "mois/plan.json").code == 0


def test_the_clock_is_read_when_no_day_is_given(
    picup: Run, found: Callable[[Answer], list[Problem]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a day, it is today's."""

    class Frozen(date):
        @classmethod
        def today(cls) -> date:
            return date(2026, 12, 14)

    monkeypatch.setattr(cancelling, "date", Frozen)
    problems = found(moved)
    assert picup("cancel", "gare", *WHERE).code == 0
    assert problems[0].as_of == date(2026, 12, 13)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("place", "--as-of", "2026-12-09"), "est passée (mardi 8 décembre 2026) : elle ne se remplace plus."),
        (("mardi-20261222", "--crew", "--as-of", "2026-12-01"), "n’a pas d’équipe"),
    ],
)
def test_what_cannot_be_cancelled_is_told(picup: Run, here: Path, arguments: tuple[str, ...], told: str) -> None:
    """A permanence that is past, or without people, is refused in one sentence and nothing is written."""
    said = picup("cancel", *arguments, *WHERE)
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") == 1
    assert contents(here / "mois").keys() == {"plan.json", "problem.json"}


def test_a_permanence_recorded_as_cancelled_is_not_sought_again(
    picup: Run, found: Callable[[Answer], list[Problem]]
) -> None:
    """Recorded as cancelled on its day, it is promised no more: the row is to be removed, and no proof is told."""
    problems = found(gone)
    typed = ("amont-202612-1", "annulée", "--plan", "mois/plan.json", "--as-of", "2026-12-08")
    assert picup("record", *typed).code == 0
    said = picup("cancel", "amont-202612-1", *WHERE, "--as-of", "2026-12-08")
    assert (said.code, problems) == (2, [])
    assert "déjà notée annulée dans records.csv" in said.err
    said = picup("cancel", "amont-202612-1", *WHERE, "--as-of", "2026-12-05", "--out", "ailleurs")
    assert (said.code, "aucun remplacement n’est possible" in " ".join(said.out.split())) == (0, True)
    assert "amont-202612-1" in {promise.id for promise in problems[0].promised}


def test_a_permanence_that_is_not_there(picup: Run) -> None:
    """A name that is none's is refused with the nearest one."""
    said = picup("cancel", "amont-202612-7", *WHERE, "--as-of", "2026-12-05")
    assert said.code == 1
    assert "Vouliez-vous dire « amont-202612-" in said.err


def test_the_best_replacement_is_found(picup: Run, here: Path) -> None:
    """With the solver itself: the same-day call finds another day, proven, and the plan keeps every rule."""
    said = picup("cancel", "gare", *WHERE, "--as-of", "2026-12-14")
    assert said.code == 0, said.err
    assert "est remplacée" in said.out
    assert "1 permanence bouge" in said.out
    assert "et c’est le minimum." in said.out
    plan = reading.read_plan(here / "mois" / "plan.json")
    (held,) = [held for held in plan.permanences if held.id == "amont-202612-2"]
    assert (held.date, held.session) != (date(2026, 12, 14), "apres-midi")
    assert picup("check", "mois/plan.json").code == 0
