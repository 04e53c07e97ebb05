import base64
import hashlib
import html
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from chromium import Browser
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from pages import HOSTILE, full_month, public_month, renamed, staff_month, tangle
from picup_planner.publish.audience import Contact, PublicMonth
from picup_planner.publish.map import staff_map
from picup_planner.publish.public_list import Also
from picup_planner.publish.public_page import public_page
from picup_planner.publish.text import text

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "vendor" / "axe-core"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """
const [rules, done] = arguments;
axe.run(document, { runOnly: rules }).then(
  ({ violations, passes }) =>
    done([violations.map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]), passes.length]),
  (error) => done([[String(error)], 0]));
"""
POPUP = """
const box = (element) => element.getBoundingClientRect();
const all = [...document.querySelectorAll(".leaflet-popup-content-wrapper")];
const map = box(document.querySelector(".leaflet-container"));
const found = all.length === 1 ? [] : [`${all.length} popups`];
const { left, right, top, bottom } = box(all[0]);
if (left < map.left || right > map.right || top < map.top || bottom > map.bottom) found.push("outside the map");
for (const control of document.querySelectorAll(".leaflet-control")) {
  const other = box(control);
  const apart = other.right <= left || other.left >= right || other.bottom <= top || other.top >= bottom;
  if (!apart && other.width) found.push(control.className);
}
return found;
"""
TARGETS = "button, summary, .views label, .communes a, .ways a, .leaflet-marker-icon.leaflet-interactive"
EVERYTHING = """
const told = [];
for (const mark of document.querySelectorAll(".leaflet-marker-icon.leaflet-interactive")) {
  mark.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  mark.click();
  told.push(document.querySelector(".leaflet-popup .place")?.textContent);
}
for (const button of document.querySelectorAll(".panel button, .views input")) button.click();
return told;
"""


@pytest.fixture(scope="module")
def month() -> PublicMonth:
    """Give the tiny month with a telephone, a tram and, on the 10th, a cancelled permanence."""
    told = public_month()[0]
    stops = tuple(
        stop.model_copy(update={"transit": "T4 Aval", "landmark": "Mairie", "cancelled": stop.date.day == 10})
        for stop in told.stops
    )
    return told.model_copy(update={"stops": stops, "service": Contact(name="Essai", phone="04 00 00 00 00")})


@pytest.fixture(scope="module")
def page(month: PublicMonth) -> str:
    """Give the French page of that month."""
    also = Also("calendriers.html", "2026-12/affiches/{}-a4.pdf")
    return public_page(month, public_month()[1].model_copy(update={"roads": tangle(80)}), also=also)


@contextmanager
def on(browser: Browser, day: str) -> Iterator[None]:
    """Make every page believe that it is noon of a day."""
    script = (
        f"{{ const noon = Date.parse('{day}T12:00'), Real = Date;"
        " Date = class extends Real { constructor(...given) { super(...(given.length ? given : [noon])); } }; }"
    )
    added = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    try:
        yield
    finally:
        browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


@contextmanager
def without_javascript(browser: Browser) -> Iterator[None]:
    """Open pages as where JavaScript is off."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        yield
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@contextmanager
def without_motion(browser: Browser) -> Iterator[None]:
    """Open pages for somebody whose system is set to reduce motion."""
    kind = "prefers-reduced-motion"
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": kind, "value": "reduce"}]})
    try:
        yield
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": kind, "value": ""}]})


def seen(browser: Browser) -> str:
    """Text that a reader sees, ordinary spaces in it."""
    return browser.driver.find_element("tag name", "body").text.replace("\xa0", " ")


def test_axe_is_what_its_authors_published() -> None:
    """The copied checker has the bytes recorded beside it."""
    record = tomllib.loads((AXE / "VENDORED.toml").read_text(encoding="utf-8"))
    for name, digest in record["sha256"].items():
        assert hashlib.sha256((AXE / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("width", [320, 1400])
@pytest.mark.parametrize("kind", ["public", "day", "van", "draft", "tiled", "popup", "staff", "english"])
def test_axe_finds_nothing(browser: Browser, month: PublicMonth, page: str, kind: str, width: int) -> None:
    """No violation of WCAG 2.2 A and AA nor of best practice: each view, each state, both pages, a popup open."""
    ground = public_month()[1]
    made = {
        "draft": lambda: public_page(month.model_copy(update={"stops": ()}), ground),
        "tiled": lambda: public_page(month, ground, tiles=True, others=[("2026-11/index.html", "2026-11")]),
        "staff": lambda: staff_map(*full_month(5)),
        "english": lambda: public_page(month, ground, "en"),
    }.get(kind, lambda: page)()
    with on(browser, "2026-12-10"):
        browser.open(made, width, 900)
        if kind in {"day", "van"}:
            browser.run(f"document.querySelector('#view-{kind}').click()")
        if kind == "popup":
            browser.run("document.querySelector('.mark.stop').click()")
        browser.settle()
        browser.run((AXE / "axe.min.js").read_text(encoding="utf-8"))
        violations, passed = browser.driver.execute_async_script(RUN_AXE, RULES)
    assert violations == []
    assert passed > 20


@pytest.mark.parametrize("width", [320, 390, 1400])
@pytest.mark.parametrize("kind", ["public", "staff"])
def test_a_popup_is_read_whole(browser: Browser, page: str, kind: str, width: int) -> None:
    """Whichever site is chosen, however soon, its popup stays inside the map: no control over it, no tooltip behind."""
    browser.open(page if kind == "public" else staff_map(*full_month(5)), width, 900)
    marks = browser.run("return document.querySelectorAll('.mark.stop').length")
    assert marks > 2
    for mark in range(marks):
        browser.run("document.querySelectorAll('.mark.stop')[arguments[0]].click()", mark)
        browser.wait(lambda: browser.run(POPUP) == [])
        assert browser.run("return document.querySelectorAll('.leaflet-tooltip').length") == 0


def test_axe_sees_what_is_wrong(browser: Browser, page: str) -> None:
    """The instrument works: a link without a name is a violation."""
    browser.open(page.replace("</main>", '<a href="#x"></a></main>'))
    browser.run((AXE / "axe.min.js").read_text(encoding="utf-8"))
    violations, _ = browser.driver.execute_async_script(RUN_AXE, RULES)
    assert "link-name" in [violation[0] for violation in violations]


def test_opens_from_the_disk_and_asks_for_nothing(browser: Browser, page: str) -> None:
    """Opened from a file, everything hovered and clicked, the page makes no request, complaint or cookie."""
    browser.open(page)
    assert browser.run("return document.querySelectorAll('.mark.stop').length") == 4
    assert browser.run("return document.querySelectorAll('path.road, path.commune').length") == 3
    assert all(browser.run(EVERYTHING))
    assert browser.mischief() == []


def test_only_the_page_over_the_ign_plan_asks_ign(browser: Browser, month: PublicMonth) -> None:
    """The page a reader opens for it asks IGN for images, and nobody for anything else."""
    browser.open(public_page(month, public_month()[1], tiles=True))
    asked = [told for told in browser.mischief() if told.startswith("http")]
    assert asked
    assert all(url.startswith("https://data.geopf.fr/wmts?") for url in asked)


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_name_runs(browser: Browser, month: PublicMonth, kind: str) -> None:
    """With a hostile string in every field, hovering and clicking everything runs nothing."""
    browser.open(public_page(renamed(month, HOSTILE[kind][:200]), public_month()[1]))
    told = browser.run(EVERYTHING)
    assert browser.mischief() == []
    expected = html.unescape(text(HOSTILE[kind][:200]))
    assert len(told) == 4
    assert all(expected in one for one in told)
    assert browser.run("return document.querySelectorAll('bdi *').length") == 0


def test_complete_without_javascript(browser: Browser, page: str, month: PublicMonth) -> None:
    """Without JavaScript every stop is told, the views can be changed, and nothing that needs a script is shown."""
    with without_javascript(browser):
        browser.open(page)
        told = seen(browser)
        assert browser.driver.find_elements("css selector", ".by-commune .show")[0].is_displayed() is False
        browser.driver.find_element("css selector", "#view-day").click()
        by_day = seen(browser)
        box = browser.driver.find_element("css selector", ".by-commune")
        assert not box.is_displayed()
    for stop in month.stops:
        assert stop.place in told
        assert stop.place in by_day
    for words in ("undi 7 décembre", "9 h – 12 h", "T4 Aval", "Mairie", "04 00 00 00 00", "Annulée"):
        assert words in told
    assert "JavaScript" not in told


def test_the_next_date_of_each_commune_comes_first(browser: Browser, page: str) -> None:
    """On the 8th, the list of communes gives the next date of each, which stands out; past ones step back."""
    with on(browser, "2026-12-08"):
        browser.open(page)
        nexts = browser.run("return [...document.querySelectorAll('.communes li')].map((li) => li.innerText)")
        assert [told.replace("\n", " ") for told in nexts] == ["Amont lun. 7 déc.", "Aval mer. 9 déc."]
        assert browser.run("return [...document.querySelectorAll('.stop.next')].map((li) => li.id)") == ["stop-fixe-1"]
        assert browser.run("return document.querySelectorAll('.by-commune .past.stop').length") == 2
        assert browser.run("return document.querySelector('.when.past').textContent") == "lun. 7 déc."


@pytest.mark.parametrize(
    ("day", "expired", "banner"),
    [
        ("2026-11-30", False, True),
        ("2026-12-10", False, True),
        ("2026-12-11", False, False),
        ("2027-01-01", True, False),
    ],
)
def test_the_page_knows_the_day(browser: Browser, page: str, day: str, *, expired: bool, banner: bool) -> None:
    """Past its month the page says so; what is cancelled is a banner, which says "today" on the day, then goes."""
    with on(browser, day):
        browser.open(page)
        told = seen(browser)
    assert ("Ces dates sont passées" in told) is expired
    assert ("Permanence annulée" in told) is banner
    assert ("Aujourd’hui :" in told) is (day == "2026-12-10")


@pytest.mark.parametrize("width", [320, 390, 1000, 1400])
def test_nothing_scrolls_sideways(browser: Browser, page: str, month: PublicMonth, width: int) -> None:
    """From 320 px up, in each view, with usual names or 200 wide letters, the page is no wider than the window."""
    wide = public_page(renamed(month, HOSTILE["5,000 wide letters"][:200]), public_month()[1])
    for shown in (page, wide):
        browser.open(shown, width, 700)
        for view in ("commune", "day", "van"):
            browser.run(f"document.querySelector('#view-{view}').click()")
            assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 1400])
def test_targets_are_large_enough(browser: Browser, page: str, width: int) -> None:
    """Everything that is clicked on a phone measures at least 24 by 24 px."""
    browser.open(page, width, 700)
    assert browser.too_small(TARGETS) == []


def test_by_keyboard(browser: Browser, page: str) -> None:
    """The views change by the arrows; a stop opens on the map by Enter and Escape leads back to it."""
    browser.open(page)
    browser.run("document.querySelector('#view-commune').focus()")
    ActionChains(browser.driver).send_keys(Keys.ARROW_RIGHT).perform()
    assert browser.driver.find_element("css selector", ".by-day").is_displayed()
    ActionChains(browser.driver).send_keys(Keys.ARROW_LEFT).perform()
    browser.run("document.querySelector('.stop .show').focus()")
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    popup = browser.run("return document.querySelector('.leaflet-popup-content').innerText").replace("\xa0", " ")
    for told in ("7 décembre", "9 h – 12 h", "Place d’Amont", "T4 Aval"):
        assert told in popup
    assert browser.run("return document.activeElement.closest('.leaflet-popup') !== null")
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    browser.wait(lambda: browser.run("return document.querySelector('.leaflet-popup') === null"))
    assert browser.run("return document.activeElement.matches('.stop .show')")


@pytest.mark.parametrize("kind", ["public", "staff"])
def test_nothing_slides_for_who_asks_for_stillness(browser: Browser, page: str, kind: str) -> None:
    """With less motion asked for, a popup is whole at once, wherever its site: the map neither slides nor fades."""
    made = page if kind == "public" else staff_map(*full_month(5))
    with without_motion(browser):
        browser.open(made, 320, 900)
        for mark in range(browser.run("return document.querySelectorAll('.mark.stop').length")):
            browser.run("document.querySelectorAll('.mark.stop')[arguments[0]].click()", mark)
            assert browser.run(POPUP) == []
            faded = "return getComputedStyle(document.querySelector('.leaflet-popup')).opacity"
            assert browser.run(faded) == "1"


def sheets(browser: Browser) -> int:
    """How many A4 pages the page prints on."""
    printed = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    return len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed["data"])))


def test_a_full_month_prints_on_two_sheets(browser: Browser, month: PublicMonth) -> None:
    """Thirty-two stops and the map are on two A4 pages at most, from a phone and from a desk."""
    many = tuple(
        stop.model_copy(
            update={"id": f"{stop.id}-{n}", "date": date(2026, 12, 1) + timedelta(days=4 * n), "cancelled": n == 3}
        )
        for n in range(8)
        for stop in month.stops
    )
    made = public_page(month.model_copy(update={"stops": many}), public_month()[1])
    for width in (390, 1400):
        browser.open(made, width, 900)
        assert 1 <= sheets(browser) <= 2


def test_the_staff_s_page_prints_on_two_sheets(browser: Browser) -> None:
    """A month of the staff, fourteen tours of two stops, prints on two A4 pages."""
    browser.open(staff_map(*full_month(14)), 1400, 900)
    assert sheets(browser) <= 2


def test_the_staff_s_page_asks_for_nothing(browser: Browser) -> None:
    """The staff's page, with a cancelled stop and the links of another month, makes no request either."""
    told, drawing = staff_month()
    stops = tuple(stop.model_copy(update={"cancelled": stop.id == "fixe-1"}) for stop in told.stops)
    browser.open(staff_map(told.model_copy(update={"stops": stops}), drawing, others=[("../index.html", "2027-01")]))
    assert "Annulée" in seen(browser)
    assert browser.mischief() == []
