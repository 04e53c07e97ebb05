"""Where and when a site may be used."""

from datetime import date, time

import pytest

from changes import MORNING_ONLY as MORNING
from changes import site
from picup_planner.problem import Market, Opening, Permit, SiteClosure, SiteKind
from picup_planner.solver.constraints import openings
from solver_models import Case, agreed, verdict

THURSDAY = 4


def opened(start: time, end: time, weekday: int = THURSDAY) -> dict[str, object]:
    """Open the site in these hours only."""
    return site("amont-1", openings=(Opening(weekday=weekday, start=start, end=end),))


def market(start: time, end: time, weekday: int = THURSDAY) -> dict[str, object]:
    """Hold a market on the site."""
    return site("amont-1", markets=(Market(weekday=weekday, start=start, end=end),))


def works(first: int, last: int) -> dict[str, object]:
    """Close the site on these days."""
    return site("amont-1", closures=(SiteClosure(first=date(2026, 12, first), last=date(2026, 12, last)),))


def permit(first: int, last: int) -> dict[str, object]:
    """Permit the site on these days."""
    return site("amont-1", permits=(Permit(first=date(2026, 12, first), last=date(2026, 12, last)),))


CENTRE = site("amont-1", kind=SiteKind.SOCIAL_CENTRE)
IN_HALVES = site(
    "amont-1",
    openings=(
        Opening(weekday=THURSDAY, start=time(8), end=time(10)),
        Opening(weekday=THURSDAY, start=time(10), end=time(13)),
    ),
)

CASES = (
    Case("nothing said of the site", set(), {}, MORNING),
    Case("switched off", {"openings amont-1 off"}, site("amont-1", on=False), MORNING),
    Case("a social centre", {"openings amont-1 kind"}, CENTRE, MORNING),
    Case("a social centre that takes vans", set(), {**CENTRE, "settings": {"van_at_social_centres": True}}, MORNING),
    Case("open from set-up to tear-down", set(), opened(time(8, 40), time(12, 20)), MORNING),
    Case("opened a minute late", {"openings amont-1 hours"}, opened(time(8, 41), time(12, 20)), MORNING),
    Case("closed a minute early", {"openings amont-1 hours"}, opened(time(8, 40), time(12, 19)), MORNING),
    Case("open another day", {"openings amont-1 hours"}, opened(time(8), time(18), weekday=1), MORNING),
    Case("open in two halves", {"openings amont-1 hours"}, IN_HALVES, MORNING),
    Case("market just cleaned", set(), market(time(6), time(7, 40)), MORNING),
    Case("market not yet clean", {"openings amont-1 market 4 06:00"}, market(time(6), time(7, 41)), MORNING),
    Case("market after tear-down", set(), market(time(12, 20), time(18)), MORNING),
    Case("market before tear-down", {"openings amont-1 market 4 12:19"}, market(time(12, 19), time(18)), MORNING),
    Case("market another day", set(), market(time(6), time(18), weekday=5), MORNING),
    Case("works from that day", {"openings amont-1 closed 2026-12-10"}, works(10, 20), MORNING),
    Case("works to that day", {"openings amont-1 closed 2026-12-01"}, works(1, 10), MORNING),
    Case("works the day after", set(), works(11, 20), MORNING),
    Case("permit for that day", set(), permit(10, 10), MORNING),
    Case("permit for the days after", {"openings amont-1 permit"}, permit(11, 20), MORNING),
    Case("time enough to ask for a permit", set(), {"as_of": date(2026, 11, 25)}, MORNING),
    Case("no time to ask for it", {"openings amont-1 notice"}, {"as_of": date(2026, 11, 26)}, MORNING),
    Case("no need to ask", set(), {"as_of": date(2026, 12, 1), **permit(1, 31)}, MORNING),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_openings(case: Case) -> None:
    """A van goes to a site that is on, of the right kind, open, free and permitted, and to no other."""
    assert verdict(openings, case) == agreed(case)
