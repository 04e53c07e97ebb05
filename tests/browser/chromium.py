"""A real Chromium that notes whatever a page tries to do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

WATCH = """
window.noted = [];
addEventListener("securitypolicyviolation", (e) => noted.push(`blocked ${e.violatedDirective} ${e.blockedURI}`));
addEventListener("error", (e) => noted.push(`error ${e.message}`), true);
for (const name of ["alert", "confirm", "prompt"]) window[name] = (text) => noted.push(`${name} ${text}`);
"""

TOO_SMALL = """
const small = [];
for (const target of document.querySelectorAll(arguments[0])) {
  const box = target.getBoundingClientRect(); // read through the map's transform, 24 px come out as 23.9999
  const [width, height] = [box.width, box.height].map((size) => Math.round(1000 * size) / 1000);
  if (target.checkVisibility() && (width < 24 || height < 24)) small.push(`${target.outerHTML} ${width} x ${height}`);
}
return small;
"""

MOVING = """
const [done] = arguments;
const frame = (then) => requestAnimationFrame(() => requestAnimationFrame(then)); // what was asked for has begun
const moved = [...document.querySelectorAll(".leaflet-map-pane, .leaflet-popup")];
const places = () => JSON.stringify(moved.map((element) => element.getBoundingClientRect()));
frame(() => {
  const before = places();
  frame(() => done(before !== places() || document.getAnimations().length > 0));
});
"""


class Browser:
    """One Chromium window, and what the page it shows has asked for, run or complained about.

    Parameters
    ----------
    driver
        Selenium's driver, for what a test does by hand.
    folder
        Where pages are written before they are opened from the disk.
    """

    def __init__(self, driver: webdriver.Chrome, folder: Path) -> None:
        self.driver = driver
        self._folder = folder

    def open(self, page: str, width: int = 1200, height: int = 800) -> None:
        """Open a page from the disk in a window of that size, with nothing left of the page before."""
        path = self._folder / "map.html"
        path.write_text(page, encoding="utf-8")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self._read_logs()
        self.driver.get(path.as_uri())

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401  any JSON value
        """Run a script in the page and return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def too_small(self, targets: str) -> list[str]:
        """Return which of the visible targets (a CSS selector) measure less than 24 by 24 px."""
        self.settle()
        found: list[str] = self.run(TOO_SMALL, targets)
        return found

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds, five seconds at most."""
        WebDriverWait(self.driver, 5).until(lambda _: condition())

    def settle(self) -> None:
        """Wait until nothing moves nor fades any more: what is measured then is what a reader has before him."""
        self.wait(lambda: self.driver.execute_async_script(MOVING) is False)

    def mischief(self) -> list[str]:
        """Everything the page did that it should not: scripts run, complaints, requests besides itself, cookies."""
        complaints, requests = self._read_logs()
        found = self.run("return [...noted, ...(window.pwned === undefined ? [] : ['a name ran'])]")
        found += self.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        found += self.run("return document.cookie ? [document.cookie] : []")
        return [*found, *complaints, *requests]

    def _read_logs(self) -> tuple[list[str], list[str]]:
        complaints = [entry["message"] for entry in self.driver.get_log("browser")]
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return complaints, [url for url in asked if not url.startswith(("data:", f"{self._folder.as_uri()}/map.html"))]
