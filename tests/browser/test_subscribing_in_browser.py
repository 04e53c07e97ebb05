import pytest
from chromium import Browser
from test_public_in_browser import AXE, RULES, RUN_AXE

from pages import HOSTILE
from picup_planner.messages import LANGUAGES
from picup_planner.publish.subscribing import Feed, subscribing

pytestmark = pytest.mark.browser

FEEDS = [Feed("Toutes les communes", "calendriers/tous.ics"), Feed("Amont", "calendriers/amont.ics")]
WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
TARGETS = """
return [...document.querySelectorAll("a")].map((link) => link.getBoundingClientRect())
  .filter(({ width, height }) => width < 24 || height < 24).length;
"""


@pytest.mark.parametrize("address", ["", "https://a.example/permanences-de-la-communaute-de-communes"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 1400])
def test_axe_finds_nothing(browser: Browser, width: int, language: str, address: str) -> None:
    """No violation of WCAG 2.2 A and AA, nothing sideways, targets large enough, nothing asked of anybody."""
    browser.open(subscribing("Service d’essai", FEEDS, address, language), width, 900)
    assert browser.run(WIDE) <= 0
    assert browser.run(TARGETS) == 0
    assert browser.mischief() == []
    browser.run((AXE / "axe.min.js").read_text(encoding="utf-8"))
    violations, passed = browser.driver.execute_async_script(RUN_AXE, RULES)
    assert violations == []
    assert passed > 10


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_name_runs(browser: Browser, kind: str) -> None:
    """A calendar or a service called anything runs nothing and asks for nothing."""
    browser.open(subscribing(HOSTILE[kind], [Feed(HOSTILE[kind], "a.ics")], "https://a.example/"))
    assert browser.mischief() == []
