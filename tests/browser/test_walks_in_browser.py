import pytest
from chromium import Browser
from test_map_in_browser import HOVER_AND_CLICK_EVERYTHING, OVERLAPS, TARGETS

from pages import HOSTILE, drawing_of, named, tangle, tiny_plan
from picup_planner.publish.walks import walks_map
from problems import tiny_problem
from test_walks import walked

pytestmark = pytest.mark.browser

PATHS = "return document.querySelectorAll('.leaflet-pane[class*=\"-walk-\"] path.walk').length"
OPACITY = "return [...document.querySelectorAll('path.walk')].map((path) => getComputedStyle(path).fillOpacity)"


@pytest.fixture(scope="module")
def page() -> str:
    """Give the page of three sites reached from around and one reached from nowhere."""
    problem = tiny_problem()
    drawing = drawing_of(problem, tiny_plan(problem), tangle(80))
    return walks_map("Essai", drawing, walked(drawing))


def test_opens_from_the_disk_and_asks_for_nothing(browser: Browser, page: str) -> None:
    """Opened from a file, the map draws ground on the sheet of its duration without one request or complaint."""
    browser.open(page)
    sites = browser.run("return document.querySelectorAll('.mark.stop').length")
    assert browser.run(PATHS) == 2 * sites  # the first site has two parts, the last none
    assert browser.run("return document.querySelectorAll('.leaflet-pane[class*=\"-walk-\"]').length") == 2
    assert browser.run("return document.querySelectorAll('path.commune').length") == 2
    assert browser.mischief() == []


def test_a_site_shows_its_own_ground(browser: Browser, page: str) -> None:
    """Clicking a site tells its residents and leaves the ground of the others pale; Esc shows all again."""
    browser.open(page)
    browser.run("document.querySelector('.mark.stop').click()")
    told = browser.run("return document.querySelector('.leaflet-popup').textContent")
    assert "5 min\xa0: 5 habitants" in told
    assert set(browser.run(OPACITY)) == {"1", "0.16"}
    browser.run("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))")
    assert set(browser.run(OPACITY)) == {"1"}
    assert browser.mischief() == []


def test_a_layer_can_be_switched_off(browser: Browser, page: str) -> None:
    """Each duration is a layer of its own in the list of layers, named and with its colour."""
    browser.open(page)
    before = browser.run(PATHS)
    layers = "document.querySelectorAll('.leaflet-control-layers-overlays label')"
    names = f"return [...{layers}].map((one) => one.textContent.trim())"
    assert {"5 minutes", "10 minutes"} <= set(browser.run(names))
    browser.run(
        "[...document.querySelectorAll('.leaflet-control-layers-overlays label')]"
        ".find((one) => one.textContent.includes('10 minutes')).querySelector('input').click()"
    )
    assert browser.run(PATHS) == before // 2


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_name_runs(browser: Browser, kind: str) -> None:
    """With a hostile string in every name, hovering and clicking everything runs nothing."""
    drawing = named(HOSTILE[kind])[1]
    browser.open(walks_map(HOSTILE[kind][:200], drawing, walked(drawing)))
    browser.run(HOVER_AND_CLICK_EVERYTHING)
    assert browser.mischief() == []


def test_small_screens(browser: Browser, page: str) -> None:
    """On 320 px nothing scrolls sideways, and everything to press is at least 24 px."""
    browser.open(page, 320, 700)
    assert browser.run("return document.documentElement.scrollWidth") <= 320
    assert browser.too_small(TARGETS) == []
    assert browser.run(OVERLAPS) == 0
