"""The roads around a territory from an Overpass server, whole or not at all."""

import hashlib
from urllib.parse import urlencode

from picup_planner.download import Limits, download, host_of
from picup_planner.roads.cache import cache_folder, keep, kept
from picup_planner.roads.extract import Box, Extract
from picup_planner.roads.osm_file import read_xml
from picup_planner.roads.tags import LIMITS

SERVER = "https://overpass-api.de/api/interpreter"

_ACCEPTED = ("application/osm3s+xml", "application/xml", "text/xml")
_SHARE = 0.5  # of the time in all that the server may spend on the question


def fetch(box: Box, url: str, limits: Limits, *, fresh: bool = False) -> Extract:
    """Ask a server for the roads that have a point in a box, or give back what it answered before.

    Parameters
    ----------
    fresh
        Ask again, whatever was answered before.

    Raises
    ------
    NoAnswer
        When nothing whole came in time.
    RoadsError
        When what came is partial, damaged or without any road.
    """
    host = host_of(url)
    asked = f"{url}?{urlencode({'data': query(box, round(limits.total * _SHARE))})}"
    stored = cache_folder() / f"overpass-{hashlib.sha256(asked.encode()).hexdigest()}.xml"
    if not fresh and (content := kept(stored)):
        return read_xml(content, host, box)
    content = download(asked, _ACCEPTED, limits)
    extract = read_xml(content, host, box)
    keep(stored, content)
    return extract


def query(box: Box, seconds: int) -> str:
    """Question in the language of Overpass: roads of drivable classes, their nodes and their restrictions."""
    west, south, east, north = (f"{side:.5f}" for side in box)
    return (
        f"[out:xml][timeout:{max(seconds, 1)}][bbox:{south},{west},{north},{east}];"
        f'way["highway"~"^({"|".join(LIMITS)})$"]->.roads;'
        '(.roads;.roads >;rel(bw.roads)["type"~"^restriction"];);out;'
    )
