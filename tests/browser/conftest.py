import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from chromium import ARGUMENTS, WATCH, Browser
from selenium import webdriver
from selenium.webdriver.chrome.service import Service


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start Chromium once; skip where there is none, unless PICUP_REQUIRE_BROWSER=1 says there must be one."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    chromedriver = shutil.which("chromedriver")
    if not (chromium and chromedriver):
        refuse: Callable[[str], None] = pytest.fail if os.environ.get("PICUP_REQUIRE_BROWSER") == "1" else pytest.skip
        refuse("Chromium and chromedriver are needed (Debian: apt-get install chromium chromium-driver)")
        return
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    yield Browser(driver, tmp_path_factory.mktemp("pages"))
    driver.quit()
