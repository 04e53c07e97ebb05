"""The report of a comparison in a real browser: alone, quiet, readable on a small screen."""

import pytest
from chromium import Browser
from matplotlib.figure import Figure

import picup_planner as pp
from pages import HOSTILE
from picup_planner.display import charts
from picup_planner.scenarios import Case
from problems import hand_plan
from test_display import compared, renamed

pytestmark = pytest.mark.browser

IMAGES = "return [...document.images].map((image) => image.complete && image.naturalWidth > 0)"


@pytest.fixture(scope="module")
def page() -> str:
    """Give the report of two scenarios of a real month, with its maps."""
    territory, crew = pp.read(), {"as": "as-1", "casp": "casp-1"}
    cases = []
    for scenario, site in ((pp.Scenario(), "fey-01"), (pp.Scenario(name="Deux") + pp.SecondVan(), "ven-10")):
        problem = pp.month(scenario(territory), "2026-12")
        plan = hand_plan(problem, [(site, 2, "matin", crew)])
        cases.append(Case(scenario, problem, pp.Outcome(name="", plan=plan)))
    return pp.report(pp.Comparison(territory, "2026-12", tuple(cases)))


def test_the_report_stands_alone(browser: Browser, page: str) -> None:
    """Opened from a file, the report shows its charts and two maps without one request or complaint."""
    browser.open(page)
    assert browser.run(IMAGES) == [True] * 3
    assert browser.run("return document.querySelectorAll('svg.small-map').length") == 2
    drawn = browser.run("return [...document.querySelectorAll('svg.small-map use')].map((one) => one.getBBox().width)")
    assert len(drawn) == 2
    assert all(width > 100 for width in drawn)
    assert browser.mischief() == []


def test_the_report_fits_a_telephone(browser: Browser, page: str) -> None:
    """On 320 px nothing scrolls sideways but the table in its own frame."""
    browser.open(page, 320, 700)
    assert browser.run("return document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_name_runs(browser: Browser, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a hostile string in every name, nothing runs and nothing is asked for."""
    image = charts.png(Figure(figsize=(1, 1)))  # the charts themselves run nothing, and take long
    monkeypatch.setattr(charts, "png", lambda _: image)
    problem = renamed(HOSTILE[kind][:200])
    browser.open(pp.report(compared(problem, HOSTILE[kind][:200], rules=True)))
    assert browser.mischief() == []
