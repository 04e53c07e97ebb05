"""Journeys between places, of which only those of a place not met before are computed.

What is remembered belongs to one network, one engine and the very code that computed it: nothing in it can be out of
date. A place is known by a hash of its coordinates alone: a cache names nobody and holds no address.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from picup_planner.roads.cache import keep_arrays, kept_arrays
from picup_planner.roads.journeys import Floats, Integers, Matrix
from picup_planner.roads.network import Network, Snap

Engine = Callable[[Network, Sequence[Snap], Sequence[int], Sequence[int]], Matrix]
"""Computes journeys from some places to others, given by their ranks: `travel.scipy`, or `osrm.osrm`."""

_CODE = ("cache.py", "journeys.py", "network.py", "osrm.py", "remembered.py", "travel.py")


def remembered(roads: Network, snaps: Sequence[Snap], engine: Engine, cache: Path) -> Matrix:
    """Give the journeys between all places, and remember them.

    Parameters
    ----------
    cache
        Folder of what is remembered. One that cannot be written is done without.
    """
    names = np.array([_name(snap) for snap in snaps], "U32")
    path = cache / f"travel-{_key(roads, engine)}.npz"
    stored = kept_arrays(path)
    ranks = {name: rank for rank, name in enumerate(stored["places"].tolist())} if stored else {}
    rank = np.array([ranks.get(name, -1) for name in names.tolist()], np.int64)
    known, fresh = np.flatnonzero(rank >= 0), np.flatnonzero(rank < 0)
    whole = Matrix(*np.full((2, len(snaps), len(snaps)), np.nan))
    parts = [(known, known, _among(stored, rank[known]))] if len(known) else []
    if len(fresh):
        parts.append((fresh, np.arange(len(snaps)), engine(roads, snaps, fresh.tolist(), range(len(snaps)))))
    if len(fresh) and len(known):
        parts.append((known, fresh, engine(roads, snaps, known.tolist(), fresh.tolist())))
    for rows, columns, part in parts:
        for into, values in zip(whole, part, strict=True):
            into[np.ix_(rows, columns)] = values
    if len(fresh):
        keep_arrays(path, {"places": names, **whole._asdict()})
    return whole


def _among(stored: Mapping[str, Floats], rank: Integers) -> Matrix:
    """Give what is stored between some places."""
    return Matrix(*(stored[name][np.ix_(rank, rank)] for name in Matrix._fields))


def _name(snap: Snap) -> str:
    point = np.array([snap.location.longitude, snap.location.latitude])
    return hashlib.sha256(point.tobytes()).hexdigest()[:32]


def _key(roads: Network, engine: Engine) -> str:
    here = Path(__file__)
    code = b"".join(here.with_name(name).read_bytes() for name in _CODE)
    used = f"{engine.__module__}.{engine.__qualname__}".encode()
    return hashlib.sha256(roads.fingerprint + used + code).hexdigest()[:32]
