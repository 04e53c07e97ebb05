"""Fastest journeys by OSRM, for large territories: the same network, prepared once.

OSRM's programs come with the extra `osrm` (Python 3.12 and later) or from anywhere on the path. They read the network
as an OSM file of our own making, whose ways carry our times: one network, two engines. They count in tenths of a
second; here one of their seconds is ten milliseconds.
"""

import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from struct import unpack_from

import numpy as np
from numpy.typing import NDArray

from picup_planner.errors import Mistake, RoadsError
from picup_planner.roads.cache import cache_folder
from picup_planner.roads.journeys import Matrix
from picup_planner.roads.network import TIE, Network, Snap

PATIENCE = 60.0
"""Seconds its server may take to start."""

ASIDE = 5e-6
"""Degrees, half a metre, from a junction to where a place beside it is put."""

_SLOWED = 100.0
_TABLE, _DURATIONS, _DISTANCES = 5, 0, 3  # ranks of fields in fbresult.fbs
_PROFILE = """
api_version = 4
function setup()
  return { properties = { weight_name = 'duration', u_turn_penalty = 0, continue_straight_at_waypoint = false,
                          use_turn_restrictions = true, max_speed_for_map_matching = 50, left_hand_driving = false } }
end
local function drive(way, key)
  local speed = tonumber(way:get_value_by_key(key) or '')
  return speed or 0, speed and mode.driving or mode.inaccessible
end
function process_way(profile, way, result)
  result.forward_speed, result.forward_mode = drive(way, 'forward')
  result.backward_speed, result.backward_mode = drive(way, 'backward')
end
function process_turn(profile, turn)
  turn.duration = 0
end
return { setup = setup, process_way = process_way, process_turn = process_turn }
"""


def osrm(roads: Network, snaps: Sequence[Snap], starts: Sequence[int], ends: Sequence[int]) -> Matrix:
    """Compute journeys with OSRM, as `travel.scipy` does but for the rounding of its coordinates, 0.1 m.

    It puts a place on one edge only: at a junction, on a street driven both ways where there is one.

    Raises
    ------
    RoadsError
        When its programs are missing or fail.
    """
    seconds, metres = table(prepared(roads), [_beside(roads, snap) for snap in snaps], starts, ends)
    row, column = np.nonzero(metres == 0)  # how flatbuffers say that no road leads there
    spots = np.array([(snap.longitude, snap.latitude) for snap in snaps])
    apart = np.abs(spots[list(starts)][row] - spots[list(ends)][column]).max(axis=1) > 2 * ASIDE
    seconds[row[apart], column[apart]] = metres[row[apart], column[apart]] = np.inf
    return Matrix(np.rint(seconds * 1000 / _SLOWED), np.rint(metres * 10))


def table(
    base: Path, points: Sequence[tuple[float, float]], starts: Sequence[int], ends: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give OSRM's own seconds and metres between points (longitude, latitude), both 0 where no road leads.

    Parameters
    ----------
    base
        Prepared files.
    """
    places = ";".join(f"{longitude:.7f},{latitude:.7f}" for longitude, latitude in points)
    wanted = f"sources={_listed(starts)}&destinations={_listed(ends)}&annotations=duration,distance"
    with serving(base, len(points)) as address:
        answer = ask(f"{address}/table/v1/driving/{places}.flatbuffers?{wanted}")
    seconds, metres = (array.astype(float).reshape(len(starts), len(ends)) for array in _unpacked(answer))
    return seconds, metres


def available() -> bool:
    """Whether OSRM's programs are there."""
    return all(_program(name) for name in ("osrm-extract", "osrm-contract", "osrm-routed"))


def _beside(roads: Network, snap: Snap) -> tuple[float, float]:
    """Return where a place is; for one at a junction, a little into a street driven both ways."""
    streets = [edge for edge, share in snap.edges if share * roads.metres[edge] <= TIE and roads.opposite[edge] >= 0]
    if not streets:
        return snap.longitude, snap.latitude
    (x, y), (towards_x, towards_y) = roads.geometry[streets[0]][:2].tolist()
    share = min(1.0, ASIDE / np.hypot(towards_x - x, towards_y - y))
    return x + share * (towards_x - x), y + share * (towards_y - y)


def _listed(ranks: Sequence[int]) -> str:
    return ";".join(map(str, ranks))


def _program(name: str) -> str | None:
    spec = importlib.util.find_spec("osrm")
    packaged = [str(Path(place) / "bin") for place in (spec and spec.submodule_search_locations) or ()]
    return shutil.which(name, path=os.pathsep.join([*packaged, os.environ.get("PATH", "")]))


def prepared(roads: Network) -> Path:
    """Return the base of OSRM's own files for a network, made when they are not in the cache.

    Raises
    ------
    RoadsError
        When its programs are missing or fail.
    """
    cache = cache_folder() / f"osrm-{_key(roads)}"
    base = cache / "roads.osrm"
    if base.with_suffix(".osrm.hsgr").exists():
        return base
    cache.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache.parent) as folder:
        made = Path(folder)
        (made / "roads.osm").write_text(_xml(roads), "utf-8")
        (made / "roads.lua").write_text(_PROFILE, "utf-8")
        run("osrm-extract", "--profile", "roads.lua", "roads.osm", folder=made)
        run("osrm-contract", "roads.osrm", folder=made)
        with suppress(OSError):  # somebody else has made the same
            shutil.copytree(made, cache, copy_function=shutil.move)
    return base


def run(name: str, *arguments: str, folder: Path) -> None:
    """Run a program of OSRM in a folder.

    Raises
    ------
    RoadsError
        When it is missing or fails.
    """
    program = _program(name)
    if program is None:
        raise RoadsError(Mistake("roads-no-osrm", {"program": name}))
    ended = subprocess.run([program, *arguments], cwd=folder, capture_output=True, check=False)  # noqa: S603  our own
    if ended.returncode:
        raise RoadsError(Mistake("roads-osrm-failed", {"program": name}))


def _key(roads: Network) -> str:
    return hashlib.sha256(Path(__file__).read_bytes() + roads.fingerprint).hexdigest()[:32]


def _xml(roads: Network) -> str:
    """Write a network as OSM: a way for each edge and the one that goes back along it, and the turns forbidden."""
    ways = {edge: min(edge, back) if back >= 0 else edge for edge, back in enumerate(roads.opposite.tolist())}
    nodes, lines = [], []
    places = zip(roads.longitude.tolist(), roads.latitude.tolist(), strict=True)
    nodes += [_node(node, *place) for node, place in enumerate(places, 1)]
    for edge, way in ways.items():
        if edge != way:
            continue
        first = len(nodes) + 1
        between = roads.geometry[edge][1:-1].tolist()
        nodes += [_node(first + i, *place) for i, place in enumerate(between)]
        through = [int(roads.tail[edge]) + 1, *range(first, first + len(between)), int(roads.head[edge]) + 1]
        refs = "".join(f'<nd ref="{node}"/>' for node in through)
        back = int(roads.opposite[edge])
        speeds = {"highway": "road", "forward": _speed(roads, edge)} | (
            {"backward": _speed(roads, back)} if back >= 0 else {}
        )
        tags = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in speeds.items())
        lines.append(f'<way id="{way + 1}" version="1">{refs}{tags}</way>')
    for number, (edge_in, edge_out) in enumerate(roads.turns.tolist(), 1):
        members = (
            ("way", ways[edge_in] + 1, "from"),
            ("node", roads.head[edge_in] + 1, "via"),
            ("way", ways[edge_out] + 1, "to"),
        )
        inside = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        kind = "no_u_turn" if ways[edge_in] == ways[edge_out] else "no_straight_on"
        inside += f'<tag k="type" v="restriction"/><tag k="restriction" v="{kind}"/>'
        lines.append(f'<relation id="{number}" version="1">{inside}</relation>')
    return "\n".join(['<osm version="0.6">', *nodes, *lines, "</osm>", ""])


def _node(number: int, longitude: float, latitude: float) -> str:
    return f'<node id="{number}" version="1" lat="{latitude:.7f}" lon="{longitude:.7f}"/>'


def _speed(roads: Network, edge: int) -> str:
    """Kilometres per hour of an edge, slowed for the rounding to matter less."""
    return f"{_length(roads.geometry[edge]) / max(roads.seconds[edge], 1e-3) * 3.6 / _SLOWED:.12f}"


def _length(line: NDArray[np.float64]) -> float:
    """Metres of a line as OSRM measures it: on the ellipsoid, flat around each point (47 CFR 73.208, of the FCC)."""
    latitude = np.radians((line[1:, 1] + line[:-1, 1]) / 2)
    east = 111.41513 * np.cos(latitude) - 0.09455 * np.cos(3 * latitude) + 0.00012 * np.cos(5 * latitude)
    north = 111.13209 - 0.56605 * np.cos(2 * latitude) + 0.0012 * np.cos(4 * latitude)
    steps = np.diff(line, axis=0)
    return float(1000 * np.hypot(east * steps[:, 0], north * steps[:, 1]).sum())


@contextmanager
def serving(base: Path, size: int) -> Iterator[str]:
    """Serve a prepared network on this machine alone; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = _program("osrm-routed") or "osrm-routed"
    command = [program, "--ip", "127.0.0.1", "--port", str(port), "--max-table-size", str(size * size), str(base)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  our own
    try:
        _wait(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    ends = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RoadsError(Mistake("roads-osrm-failed", {"program": "osrm-routed"}))


def ask(address: str) -> bytes:
    """Ask our own server."""
    with urllib.request.urlopen(address) as answer:  # noqa: S310  our own server
        return bytes(answer.read())


def _unpacked(answer: bytes) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Durations and distances of an answer in flatbuffers, three times as quick as JSON; OSRM's fbresult.fbs."""
    whole = memoryview(answer)

    def field(table: int, number: int) -> int:
        """Where what a field of a table refers to is, by its rank in the schema."""
        fields = table - unpack_from("<i", whole, table)[0]
        at = table + int(unpack_from("<H", whole, fields + 4 + 2 * number)[0])
        return at + int(unpack_from("<I", whole, at)[0])

    root = int(unpack_from("<I", whole)[0])
    table = field(root, _TABLE)
    vectors = (field(table, number) for number in (_DURATIONS, _DISTANCES))
    durations, distances = (np.frombuffer(answer, "<f4", unpack_from("<I", whole, at)[0], at + 4) for at in vectors)
    return durations, distances
