"""OSM XML written by tests."""

from collections.abc import Iterable, Mapping
from pathlib import Path

Tags = Mapping[str, str]


def osm_file(
    path: Path, nodes: Mapping[int, tuple[float, float]], ways: Iterable[tuple[Iterable[int], Tags]], extra: str = ""
) -> Path:
    """Write nodes (longitude, latitude) and ways (node ids, tags), one element a line from line 3 on."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<osm version="0.6">{extra}']
    lines += [f'<node id="{node}" lat="{lat}" lon="{lon}"/>' for node, (lon, lat) in nodes.items()]
    for number, (line, tags) in enumerate(ways, 1):
        refs = "".join(f'<nd ref="{node}"/>' for node in line)
        tagged = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        lines.append(f'<way id="{number}">{refs}{tagged}</way>')
    path.write_text("\n".join([*lines, "</osm>", ""]), encoding="utf-8")
    return path


SQUARE = {1: (4.85, 45.70), 2: (4.86, 45.70), 3: (4.86, 45.71), 4: (4.85, 45.71)}
"""Corners, counter-clockwise from the south-west: about 777 m wide and 1,112 m high."""

STREET = {"highway": "residential"}
