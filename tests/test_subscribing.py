import re

import pytest

from picup_planner.messages import LANGUAGES
from picup_planner.publish.subscribing import Feed, subscribing

FEEDS = [Feed("Toutes les communes", "calendriers/tous.ics"), Feed("Amont", "calendriers/amont.ics")]


def test_each_program_is_told_step_by_step() -> None:
    """Outlook, Google and Apple each have their steps, in an ordered list."""
    page = subscribing("Service", FEEDS)
    assert [len(re.findall("<li>", steps)) for steps in re.findall("<ol>(.*?)</ol>", page)] == [3, 5, 4]
    assert all(name in page for name in ("Outlook", "Google Agenda", "iPhone"))


def test_with_an_address_a_calendar_opens_at_a_touch() -> None:
    """Where the address is known, each calendar has a link that programs take for a subscription, and its address."""
    page = subscribing("Service", FEEDS, "https://a.example/public/").replace("&#47;", "/")
    assert 'href="webcal://a.example/public/calendriers/tous.ics"' in page
    assert "<code>https://a.example/public/calendriers/amont.ics</code>" in page


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "file:///x"])
def test_without_an_address_a_calendar_is_a_plain_link(address: str) -> None:
    """Where the address is unknown or not one of the web, the link is relative to the page."""
    page = subscribing("Service", FEEDS, address).replace("&#47;", "/")
    assert re.findall(r'href="([^"]*)"', page) == [feed.path for feed in FEEDS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_nothing_of_anybody(language: str) -> None:
    """No script, no image, no style but its own, by hash."""
    page = subscribing("Service", FEEDS, "https://a.example", language)
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert not re.search(r"<(script|img|link|iframe|form|input)", page)
    assert f'<html lang="{language}">' in page
