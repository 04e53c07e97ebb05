import html
from pathlib import Path

import pytest
from chromium import Browser
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from pages import HOSTILE, drawing_of, full_month, named, staff_month, tangle
from picup_planner.assemble import assemble, places
from picup_planner.publish.audience import for_staff
from picup_planner.publish.map import staff_map
from picup_planner.publish.text import text
from picup_planner.territory import embedded, read
from problems import hand_plan, travel_times

pytestmark = pytest.mark.browser

HOVER_AND_CLICK_EVERYTHING = """
const told = [];
for (const mark of document.querySelectorAll(".leaflet-marker-icon.leaflet-interactive")) {
  mark.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  told.push(mark.getAttribute("aria-label"), document.querySelector(".leaflet-tooltip")?.textContent);
  mark.dispatchEvent(new MouseEvent("mouseout", { bubbles: true }));
  mark.click();
  told.push(document.querySelector(".leaflet-popup .place")?.textContent);
}
for (const path of document.querySelectorAll("path.leaflet-interactive")) {
  path.dispatchEvent(new MouseEvent("click", { bubbles: true }));
}
for (const button of document.querySelectorAll(".panel button")) button.click();
"""
MARKERS = 7
COUNT = "return document.querySelectorAll('*').length"
KINDS = "return [...new Set([...document.querySelectorAll('*')].map((element) => element.localName))].sort()"
TARGETS = "button, a[href], summary, .leaflet-marker-icon.leaflet-interactive"
OVERLAPS = """
const boxes = [...document.querySelectorAll(".mark.stop .pill")].map((pill) => pill.getBoundingClientRect());
const shared = (a, b, low, high) => Math.min(a[high], b[high]) - Math.max(a[low], b[low]) > 1;
return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(
  (b) => shared(a, b, "left", "right") && shared(a, b, "top", "bottom"))).length;
"""

CROSSED = """
const marks = [...document.querySelectorAll(".mark.stop")];
const inside = (x, y, box) => x > box.left + 1 && x < box.right - 1 && y > box.top + 1 && y < box.bottom - 1;
return marks.filter((mark) => !mark.classList.contains("far")).flatMap((mark) => {
  const box = mark.getBoundingClientRect();
  const [x, y] = ["--x", "--y"].map((name) => parseFloat(mark.style.getPropertyValue(name)));
  return marks.filter((other) => other !== mark).map((other) => other.querySelector(".pill").getBoundingClientRect())
    .filter((pill) => [...Array(50).keys()].some((i) => inside(
      box.left + box.width / 2 + (x * i) / 50, box.top + box.height / 2 + (y * i) / 50, pill)));
}).length;
"""
"""Badges that the line of another badge to its site crosses."""

CLOSE = {
    2: ("ven-12", "cor-02"),
    4: ("fey-03", "sfo-01"),
    9: ("sfo-03", "ven-05"),
    10: ("fey-03", "cor-02"),
    16: ("ven-04", "sfo-01"),
    17: ("fey-02", "cor-01"),
    21: ("ven-06", "sfo-05"),
    23: ("fey-02", "cor-01"),
}
"""Sites of a month, by its days: a plan of December in which lines used to cross badges."""


@pytest.fixture(scope="module")
def page() -> str:
    """Give the French page of the tiny plan."""
    month, drawing = staff_month()
    return staff_map(month, drawing.model_copy(update={"roads": tangle(80)}))


@pytest.fixture(scope="module")
def usual(browser: Browser) -> list[int | list[str]]:
    """Give the elements of a page in which every text is a benign name."""
    browser.open(staff_map(*named("Amont")))
    return [browser.run(COUNT), browser.run(HOVER_AND_CLICK_EVERYTHING + KINDS)]


def test_opens_from_the_disk_and_asks_for_nothing(browser: Browser, page: str) -> None:
    """Opened from a file, the map draws communes, roads, tours and markers without one request or complaint."""
    browser.open(page)
    assert browser.run("return document.querySelectorAll('path.commune').length") == 2
    assert browser.run("return document.querySelectorAll('path.road').length") == 1
    assert browser.run("return document.querySelectorAll('path.drive').length") == 2
    assert browser.run("return document.querySelectorAll('.mark.stop').length") == 4
    assert browser.run("return document.querySelectorAll('path.drive')[0].getAttribute('d').length") > 20
    assert browser.mischief() == []


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_name_runs(browser: Browser, usual: list[int | list[str]], kind: str) -> None:
    """With a hostile string in every field, hovering and clicking everything runs nothing: it is shown as text."""
    browser.open(staff_map(*named(HOSTILE[kind])))
    elements = browser.run(COUNT)
    told = browser.run(HOVER_AND_CLICK_EVERYTHING + "return told")
    assert browser.mischief() == []
    expected = html.unescape(text(HOSTILE[kind][:200]))
    assert len(told) == 3 * MARKERS
    assert all(expected in one for one in told)
    assert not any("49" in one.replace(expected or " ", "") for one in told)
    assert not expected or [elements, browser.run(KINDS)] == usual
    assert browser.run("return document.querySelectorAll('bdi *').length") == 0
    assert expected in browser.run("return document.title + document.querySelector('.territory bdi').textContent")


def test_the_watch_sees_mischief(browser: Browser, page: str, tmp_path: Path) -> None:
    """The instrument works: a script, a request and a style slipped into the page are all noticed and blocked."""
    image = (tmp_path / "pixel.gif").as_uri()
    slipped = f"<script>window.pwned=1</script><img src='{image}'><p style='color:red'>"
    browser.open(page.replace("</body>", f"{slipped}</body>"))
    found = " ".join(browser.mischief())
    assert {"script-src-elem", "img-src", "style-src-attr"} <= set(found.split())
    assert "a name ran" not in found


def test_markers_are_named_and_reached_by_keyboard(browser: Browser, page: str) -> None:
    """Every marker is a button with a name, in the order of the keyboard; a stop's name says when and where."""
    browser.open(page)
    marks = browser.run(
        "return [...document.querySelectorAll('.leaflet-marker-icon.leaflet-interactive')]"
        ".map((mark) => [mark.getAttribute('role'), mark.tabIndex, mark.getAttribute('aria-label')])"
    )
    assert all(role == "button" and index == 0 and name for role, index, name in marks)
    names = " | ".join(name for _, _, name in marks)
    for told in (
        "lundi 7 décembre",
        "13\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30",
        "Place d’Aval",
        "Centre social",
        "Dépôt",
    ):
        assert told in names


def test_enter_opens_and_escape_closes(browser: Browser, page: str) -> None:
    """On a marker Enter opens its popup, which says date, hours, place and crew; Escape closes it and goes back."""
    browser.open(page)
    browser.run("document.querySelector('.mark.stop').focus()")
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    popup = browser.run("return document.querySelector('.leaflet-popup-content').innerText")
    for told in ("lundi 7 décembre", "9\N{NO-BREAK SPACE}h", "Place d’Amont", "A.", "C."):
        assert told.lower() in popup.lower()
    assert browser.run("return document.activeElement.closest('.leaflet-popup') !== null")
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    browser.wait(lambda: browser.run("return document.querySelector('.leaflet-popup') === null"))
    assert browser.run("return document.activeElement.matches('.mark.stop')")


def test_the_list_leads_to_the_map(browser: Browser, page: str) -> None:
    """A stop chosen in the list opens its popup and brings its tour out; Escape shows all tours again."""
    browser.open(page)
    assert browser.run("return document.querySelectorAll('.chosen').length") == 0
    browser.run("document.querySelector('#stop-amont-202612-2 button').click()")
    assert browser.run("return document.querySelector('.leaflet-popup .place').textContent") == "Gare d’Amont"
    assert browser.run("return document.querySelectorAll('path.drive.chosen').length") == 1
    assert browser.run("return document.querySelector('.tour.chosen').dataset.tour") == "1"
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    assert browser.run("return document.querySelectorAll('.chosen').length") == 0


def test_everything_is_shown_again(browser: Browser, page: str) -> None:
    """After a look from nearer, the button that shows everything leads back to what the page opened with."""
    where = "return [...document.querySelectorAll('.mark.stop')].map((mark) => mark.getBoundingClientRect().x)"
    browser.open(page, 390, 900)
    opened = browser.run(where)
    browser.run("document.querySelector('.leaflet-control-zoom-in').click()")
    browser.settle()
    assert browser.run(where) != opened
    browser.run("document.querySelector('button.all').click()")
    browser.settle()
    assert browser.run(where) == pytest.approx(opened, abs=1)


def test_layers_can_be_switched_off(browser: Browser, page: str) -> None:
    """The layer control lists each tour; switched off, its road and stops leave the map, and come back."""
    browser.open(page)
    count = "return document.querySelectorAll('.leaflet-pane .tour-0').length"
    toggle = (
        "[...document.querySelectorAll('.leaflet-control-layers label')]"
        ".find((label) => label.querySelector('.tour-0')).querySelector('input').click()"
    )
    assert browser.run(count) == 4
    browser.run(toggle)
    assert browser.run(count) == 0
    browser.run(toggle)
    assert browser.run(count) == 4
    assert browser.run("return document.querySelectorAll('.mark.stop[aria-label]').length") == 4
    assert browser.mischief() == []


def test_fullscreen_and_back(browser: Browser, page: str) -> None:
    """The fullscreen button shows the map alone, and says that it now leads back."""
    browser.open(page)
    button = browser.driver.find_element("css selector", "button.full")
    button.click()
    browser.wait(lambda: button.get_attribute("aria-label") == "Quitter le plein écran")
    assert browser.run("return document.fullscreenElement.className") == "frame"
    button.click()
    browser.wait(lambda: button.get_attribute("aria-label") == "Plein écran")
    assert browser.run("return document.fullscreenElement") is None


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_nothing_scrolls_sideways(browser: Browser, page: str, width: int) -> None:
    """From 320 px up, with usual names or 200 wide letters, the page is no wider than the window."""
    for shown in (page, staff_map(*named(HOSTILE["5,000 wide letters"]))):
        browser.open(shown, width, 700)
        assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("height", "shown"), [(700, False), (1000, True)])
def test_the_legend_leaves_room_for_the_map(browser: Browser, page: str, height: int, *, shown: bool) -> None:
    """The legend is folded in a low window, open in a high one; a click opens it."""
    browser.open(page, 1400, height)
    assert browser.run("return document.querySelector('.legend').open") is shown
    browser.run("document.querySelector('.legend').open || document.querySelector('.legend summary').click()")
    assert browser.run("return document.querySelector('.legend').open")


@pytest.mark.parametrize("width", [320, 1200])
def test_targets_are_large_enough(browser: Browser, page: str, width: int) -> None:
    """Everything that can be clicked measures at least 24 by 24 px."""
    browser.open(page, width, 700)
    assert browser.too_small(TARGETS) == []


def test_badges_do_not_hide_one_another(browser: Browser) -> None:
    """Seven visits to each of two sites and a fixed permanence leave fifteen badges that can all be read."""
    browser.open(staff_map(*full_month(7)))
    assert browser.run("return document.querySelectorAll('.mark.stop').length") == 15
    assert browser.run(OVERLAPS) == 0


def test_no_line_crosses_a_badge(browser: Browser) -> None:
    """On a phone, where the sites of a month are close together, every badge can be read, none through a line."""
    found = read(embedded())
    problem = assemble(found, "2026-12", travel_times([place.id for place in places(found)]))
    crew = {"as": "as-1", "casp": "casp-1"}
    visits = [
        (site, day, session, crew)
        for day, sites in CLOSE.items()
        for site, session in zip(sites, ("matin", "apres-midi"), strict=True)
    ]
    plan = hand_plan(problem, visits, {duty.id: crew for duty in problem.fixed})
    page = staff_map(for_staff(problem, plan), drawing_of(problem, plan))
    for width in (360, 390, 500):
        browser.open(page, width, 950)
        assert (browser.run(OVERLAPS), browser.run(CROSSED)) == (0, 0), width


def test_the_list_is_there_without_javascript(browser: Browser, page: str) -> None:
    """Without JavaScript the page says so, and its list is complete."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(page)
        seen = browser.driver.find_element("tag name", "body").text
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "JavaScript" in seen
    for told in ("lundi 7 décembre", "Place d’Aval", "C. (Association)", "Centre social d’Aval"):
        assert told.lower() in seen.lower()
