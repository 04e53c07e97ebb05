"""Calendar feeds read back by two programs that share nothing: icalendar, and ical.js on Node."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from icalendar import Calendar

_ICALJS = Path(__file__).parent / "icaljs"


class Read(NamedTuple):
    """An event as a program understands it; hours in UTC."""

    uid: str
    start: datetime
    end: datetime
    sequence: int
    summary: str
    location: str
    description: str
    status: str


def by_icalendar(feed: bytes) -> list[Read]:
    """Read a feed with icalendar, in order."""
    return [
        Read(
            str(event["UID"]),
            event["DTSTART"].dt.astimezone(UTC),
            event["DTEND"].dt.astimezone(UTC),
            int(event["SEQUENCE"]),
            str(event["SUMMARY"]),
            str(event["LOCATION"]),
            str(event["DESCRIPTION"]),
            str(event["STATUS"]),
        )
        for event in Calendar.from_ical(feed).walk("VEVENT")
    ]


def by_icaljs(feed: bytes) -> list[Read]:
    """Read a feed with ical.js, in order; skip where it is not, unless PICUP_REQUIRE_ICALJS=1 says it must be."""
    return [
        Read(**{**event, **{end: datetime.fromtimestamp(event[end], UTC) for end in ("start", "end")}})
        for event in _icaljs(feed)["events"]
    ]


def name_by_icaljs(feed: bytes) -> str:
    """Read what a feed is called with ical.js."""
    return str(_icaljs(feed)["name"])


def _icaljs(feed: bytes) -> dict[str, Any]:
    node = shutil.which("node")
    if not node or not (_ICALJS / "node_modules" / "ical.js").exists():
        refuse: Callable[[str], None] = pytest.fail if os.environ.get("PICUP_REQUIRE_ICALJS") == "1" else pytest.skip
        refuse("Node and ical.js are needed (Debian: apt-get install nodejs npm; then npm ci --prefix tests/icaljs)")
    ran = subprocess.run([node or "node", "read.js"], input=feed, cwd=_ICALJS, check=True, capture_output=True)  # noqa: S603  our own
    return dict(json.loads(ran.stdout))
