"""What the planner has decided beforehand."""

from datetime import date

import pytest

from changes import GOOD, pin
from changes import SEVENTH as MONDAY
from changes import TENTH as THURSDAY
from picup_planner.problem import PinKind
from picup_planner.solver.constraints import pins
from solver_models import Case, agreed, verdict

CASES = (
    Case("held", set(), pin(PinKind.HELD, site="amont-2", date=MONDAY, session="matin"), GOOD),
    Case("held in another session", {"pins p"}, pin(PinKind.HELD, site="amont-2", session="apres-midi"), GOOD),
    Case("held at another site", {"pins p"}, pin(PinKind.HELD, commune="amont", site="amont-2", date=THURSDAY), GOOD),
    Case("held by one of them", set(), pin(PinKind.HELD, commune="amont", date=MONDAY, members=("as-1",)), GOOD),
    Case("held by somebody else", {"pins p"}, pin(PinKind.HELD, date=MONDAY, members=("as-1", "as-2")), GOOD),
    Case("held in turn", set(), pin(PinKind.HELD, commune="aval", members=("as-1", "as-2")), GOOD),
    Case("held elsewhere by them", {"pins p"}, pin(PinKind.HELD, site="amont-1", members=("as-1",)), GOOD),
    Case("forbidden", {"pins p"}, pin(PinKind.FORBIDDEN, date=MONDAY), GOOD),
    Case("forbidden another day", set(), pin(PinKind.FORBIDDEN, date=date(2026, 12, 8)), GOOD),
    Case("forbidden to one", {"pins p"}, pin(PinKind.FORBIDDEN, site="amont-1", members=("as-1", "as-2")), GOOD),
    Case("forbidden to one at another site", set(), pin(PinKind.FORBIDDEN, site="amont-1", members=("as-1",)), GOOD),
    Case("together", set(), pin(PinKind.TOGETHER, date=MONDAY, members=("as-1", "casp-2")), GOOD),
    Case("apart", {"pins p"}, pin(PinKind.TOGETHER, members=("as-1", "casp-2")), GOOD),
    Case("a third away", {"pins p"}, pin(PinKind.TOGETHER, date=MONDAY, members=("as-1", "casp-2", "casp-1")), GOOD),
    Case("both away", set(), pin(PinKind.TOGETHER, date=THURSDAY, members=("as-1", "casp-1")), GOOD),
    Case("the past", {"pins past 2026-12-07"}, {"as_of": MONDAY}, GOOD),
    Case("the day after the past", set(), {"as_of": date(2026, 12, 6)}, GOOD),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_pins(case: Case) -> None:
    """What the planner has held, forbidden or put together stays so, and the past does not move."""
    assert verdict(pins, case) == agreed(case)
