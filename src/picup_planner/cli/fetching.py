"""`picup roads fetch`: the roads around a territory, from an Overpass server."""

from picup_planner.cli.importing import Wanted, take
from picup_planner.download import USUAL
from picup_planner.messages import Words
from picup_planner.roads.overpass import SERVER, fetch

LIMITS = USUAL
"""What the download may take."""


def fetch_roads(url: str | None, wanted: Wanted, words: Words, *, fresh: bool) -> int:
    """Download the roads of a territory and write them, or leave what was there as it was."""
    return take(fetch(wanted.box, url or SERVER, LIMITS, fresh=fresh), wanted, words)
