"""What is asked on the command line, and what it becomes in the territory."""

from datetime import date

import pytest

from picup_planner.cli.asked import Fact, Texts, joined, refuse_past, understood
from picup_planner.errors import Mistake, Origin, PicupError
from picup_planner.problem import Absence, Pin, PinKind, Problem, Territory
from problems import problem_with


def asked(problem: Problem, **texts: str) -> Territory:
    """Territory of a problem with one text for each option."""
    facts = understood(Texts(**{name: (text,) for name, text in texts.items()}), problem.territory, problem.dates)
    return joined(facts, problem.territory)


def refused(problem: Problem, **texts: tuple[str, ...]) -> tuple[Mistake, ...]:
    """Everything wrong with what is asked."""
    with pytest.raises(PicupError) as error:
        understood(Texts(**texts), problem.territory, problem.dates)
    return error.value.mistakes


@pytest.mark.parametrize(
    ("text", "first", "last", "session"),
    [
        ("as-2:2026-12-08", 8, 8, None),
        ("Bruno:2026-12-08..2026-12-10", 8, 10, None),
        (" bruno : 2026-12-08 .. 2026-12-10 : Après-midi ", 8, 10, "apres-midi"),
    ],
)
def test_an_absence(tiny: Problem, text: str, first: int, last: int, session: str | None) -> None:
    """A person, by id or name, is absent on a date or on several, all day or in one session."""
    (absence,) = asked(tiny, absent=text).absences
    expected = Absence(member="as-2", first=date(2026, 12, first), last=date(2026, 12, last), session=session)
    assert absence == expected
    assert absence.origin == Origin("--absent", cell=text)


def test_an_absence_joins_those_known(tiny: Problem) -> None:
    """What the territory knew already stays, before what is asked."""
    known = Absence(member="as-1", first=date(2026, 12, 1), last=date(2026, 12, 1))
    found = asked(problem_with(tiny, absences=(known,)), absent="as-2:2026-12-08").absences
    assert found[0] == known
    assert [absence.member for absence in found] == ["as-1", "as-2"]


def test_a_site_is_closed(tiny: Problem) -> None:
    """A site, by id or name, is closed on a date or on several; the other sites are as they were."""
    found = asked(tiny, closed="place-d-amont:2026-12-09..2026-12-11").sites
    assert [(site.id, closure.first.day, closure.last.day) for site in found for closure in site.closures] == [
        ("amont-1", 9, 11)
    ]


def test_a_van_is_off(tiny: Problem) -> None:
    """A van is off the road on a date or on several; it need not be named where there is only one."""
    for text in ("2026-12-09..2026-12-10", "fourgon 1:2026-12-09..2026-12-10", "van-1:2026-12-09..2026-12-10"):
        (van,) = asked(tiny, van_off=text).vans
        assert [(off.first.day, off.last.day) for off in van.off] == [(9, 10)]
    two = problem_with(tiny, vans=(*tiny.territory.vans, tiny.territory.vans[0].model_copy(update={"id": "van-2"})))
    assert refused(two, van_off=("2026-12-09",))[0].message == "asked-which-van"
    assert [len(van.off) for van in asked(two, van_off="van-2:2026-12-09").vans] == [0, 1]


@pytest.mark.parametrize(
    ("option", "text", "fields"),
    [
        ("hold", "amont-1:2026-12-09", {"site": "amont-1", "date": date(2026, 12, 9)}),
        ("hold", "amont:2026-12-09:matin", {"commune": "amont", "date": date(2026, 12, 9), "session": "matin"}),
        ("forbid", "Gare d’Amont", {"site": "amont-2"}),
        ("forbid", "aval-1:2026-12-09:matin", {"site": "aval-1", "date": date(2026, 12, 9), "session": "matin"}),
        ("together", "Ada, casp-2", {"members": ("as-1", "casp-2")}),
        ("together", "as-1,casp-2:aval", {"members": ("as-1", "casp-2"), "commune": "aval"}),
    ],
)
def test_a_pin(tiny: Problem, option: str, text: str, fields: dict[str, object]) -> None:
    """What is held, forbidden or put together is a pin, for a site or for a whole commune."""
    (pin,) = asked(tiny, **{option: text}).pins
    kind = {"hold": PinKind.HELD, "forbid": PinKind.FORBIDDEN, "together": PinKind.TOGETHER}[option]
    assert pin == Pin(id=f"{kind.value}-1", kind=kind, **fields)


def test_pins_have_ids_of_their_own(tiny: Problem) -> None:
    """A pin asked twice, or after others of the same name, does not take an id that is taken."""
    known = Pin(id="held-1", kind=PinKind.HELD, site="amont-1")
    facts = understood(Texts(hold=("amont-1:2026-12-09", "aval:2026-12-09")), tiny.territory, tiny.dates)
    land = problem_with(tiny, pins=(known,)).territory
    assert [pin.id for pin in joined(facts, land).pins] == ["held-1", "held-2", "held-3"]


def test_all_mistakes_are_told_at_once(tiny: Problem) -> None:
    """Everything that is not understood is refused together, each with its option and its text."""
    mistakes = refused(
        tiny,
        absent=("Bruna:2026-12-08", "as-1", "as-1:", "as-1:2026-12-08:nuit", "as-1:2026-12-08:matin:x"),
        closed=("amont-1:2026-12-32", "amont-1:2026-12-09..2026-12-08", "amont-9:2026-12-09"),
        van_off=("2026-11-30", "2026-12-9"),
        hold=("amont-1",),
        together=("as-1", "as-1,Ada", "as-1,casp-9"),
    )
    assert [(str(mistake.origin).split(":")[0], mistake.message) for mistake in mistakes] == [
        ("--absent", "data-unknown-staff"),
        ("--absent", "asked-not-understood"),
        ("--absent", "asked-not-understood"),
        ("--absent", "data-unknown-sessions"),
        ("--absent", "asked-not-understood"),
        ("--closed", "usage-date"),
        ("--closed", "asked-reversed-dates"),
        ("--closed", "data-unknown-sites"),
        ("--van-off", "asked-outside-month"),
        ("--van-off", "usage-date"),
        ("--hold", "asked-not-understood"),
        ("--together", "asked-two-people"),
        ("--together", "asked-two-people"),
        ("--together", "data-unknown-staff"),
    ]
    assert mistakes[0].arguments["nearest"] == "Bruno"


def test_dates_may_reach_beyond_the_month(tiny: Problem) -> None:
    """An absence that begins or ends in another month is understood."""
    (absence,) = asked(tiny, absent="as-1:2026-11-20..2027-01-03").absences
    assert (absence.first, absence.last) == (date(2026, 11, 20), date(2027, 1, 3))


def test_what_is_past_is_refused(tiny: Problem) -> None:
    """What speaks only of days that are over is refused; what reaches beyond them, or speaks of no day, is not."""
    texts = Texts(absent=("as-1:2026-12-07..2026-12-08", "as-1:2026-12-08..2026-12-09"), forbid=("amont-1",))
    facts: tuple[Fact, ...] = understood(texts, tiny.territory, tiny.dates)
    refuse_past(facts, date(2026, 12, 7))
    with pytest.raises(PicupError) as error:
        refuse_past(facts, date(2026, 12, 8))
    assert [mistake.origin for mistake in error.value.mistakes] == [Origin("--absent", cell=texts.absent[0])]
