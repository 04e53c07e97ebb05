"""The page that says how to follow a calendar: Outlook, Google, Apple, one step a line."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from picup_planner.messages import FRENCH, Words
from picup_planner.publish.text import Html, joined, tag

_PROGRAMS = {
    "apple": ("touch", "copy", "apple-paste"),
    "google": ("google-computer", "copy", "google-open", "google-paste", "google-phone"),
    "outlook": ("copy", "outlook-open", "outlook-web", "outlook-paste"),
}
"""Steps told for each."""

_STYLE = (
    "body{font:1.1rem/1.55 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;color:#1b2a35}"
    "h1,h2{line-height:1.2;color:#0060a8}li{margin:.4rem 0}a{color:#0060a8;display:inline-block;padding:.2rem 0}"
    "code{display:block;overflow-wrap:anywhere;background:#e6f0f8;padding:.5rem;border-radius:.3rem;user-select:all}"
    "a.follow{padding:.4rem .8rem;background:#0060a8;color:#fff;border-radius:.3rem}"
)


class Feed(NamedTuple):
    """A calendar to follow: what it is called, and its path from the page."""

    name: str
    path: str


def subscribing(service: str, feeds: Sequence[Feed], address: str = "", language: str = FRENCH) -> str:
    """Write the page; it asks nothing of anybody and needs no script.

    Parameters
    ----------
    feeds
        The calendars it tells of; a personal one is told only on a page of its own.
    address
        Where the page's folder is published, `https://...`: calendars then open at a touch. Without it a reader
        copies the address of a link.
    """
    words = Words(language)
    policy = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
    title = words("subscribe-title")
    head = joined(
        Html('<meta charset="utf-8">'),
        Html(
            f"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}; base-uri 'none'; form-action 'none'\">"
        ),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'),
        tag("title", f"{title} · {service}"),
        Html(f"<style>{_STYLE}</style>"),
    )
    body = tag(
        "main",
        tag("h1", title),
        tag("p", words("subscribe-intro")),
        tag("h2", words("subscribe-which")),
        tag("ul", *(_feed(feed, address, words) for feed in feeds)),
        *(_program(name, steps, words) for name, steps in _PROGRAMS.items()),
        tag("p", words("subscribe-delay")),
    )
    return f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head>{head}</head>\n<body>{body}</body>\n</html>\n'


def _feed(feed: Feed, address: str, words: Words) -> Html:
    """Tell one calendar: a link to touch and the address to copy."""
    name = tag("bdi", feed.name)
    if not address.startswith(("https://", "http://")):
        return tag("li", tag("a", name, href=feed.path))
    whole = f"{address.rstrip('/')}/{feed.path}"
    opening = f"webcal://{whole.partition('://')[2]}"
    return tag(
        "li",
        tag("p", name),
        tag(
            "p",
            tag(
                "a",
                words("subscribe-follow"),
                " ",
                tag("bdi", feed.name),
                href=opening,
                class_="follow",
            ),
        ),
        tag("code", whole),
    )


def _program(name: str, steps: Sequence[str], words: Words) -> Html:
    told = (tag("li", words(f"subscribe-{step}")) for step in steps)
    return tag("section", tag("h2", words(f"subscribe-{name}")), tag("ol", *told))
