"""How far the structuring network's driving times are from those of every road OpenStreetMap knows there.

Prints the mean and the worst error between sites, and the mean between random road points. Run as
``uv run python benchmarks/network.py``; the full roads are not the project's and are looked for beside the repository.
"""

import csv
import gzip
import json
import tempfile
import tomllib
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement

import numpy as np
import shapely
from numpy.typing import NDArray

from picup_planner.roads.network import Location, Network, network, snap
from picup_planner.roads.travel import travel_times

REPOSITORY = Path(__file__).resolve().parents[1]
TERRITORY = REPOSITORY / "data" / "communes" / "portes-du-sud"
EVERY_ROAD = REPOSITORY.parent / "shared" / "data" / "real" / "roads-south-lyon.geojson.gz"

SOUTH = 45.67
"""Degrees of latitude below which the full roads are cut."""

SEED, POINTS = 2026, 100

EXPRESSWAYS = {"Autoroute du Soleil", "Boulevard Laurent Bonnevay", "Boulevard Urbain Sud", "D 383"}
"""Major roads taken for expressways, each carriageway drawn in its direction: an assumption."""

TAGS = {
    "motorway": ("yes", "90"),
    "trunk": ("yes", "70"),
    "trunk_link": ("yes", "50"),
    "secondary": ("no", "50"),
    "unclassified": ("no", "30"),
}
"""Direction and limit assumed for each class in `roads.osm`, here for the full roads too."""


def every_road(source: Path, folder: Path) -> Network:
    """Read the full roads with the directions and speeds of the structuring network, by way of OSM XML in `folder`."""
    with gzip.open(source) as stream:
        ways = [(way["properties"], way["geometry"]["coordinates"]) for way in json.load(stream)["features"]]
    fast = {tuple(point) for facts, line in ways if _fast(facts) for point in line}
    root = Element("osm", version="0.6")
    index: dict[tuple[float, float], str] = {}
    for _, line in ways:
        for longitude, latitude in line:
            if (longitude, latitude) not in index:
                index[longitude, latitude] = str(len(index) + 1)
                SubElement(root, "node", id=index[longitude, latitude], lat=str(latitude), lon=str(longitude))
    for number, (facts, line) in enumerate(ways, 1):
        way = SubElement(root, "way", id=str(number))
        for point in line:
            SubElement(way, "nd", ref=index[tuple(point)])
        highway = _highway(facts, touches=bool({tuple(line[0]), tuple(line[-1])} & fast), closed=line[0] == line[-1])
        for key, value in zip(("highway", "oneway", "maxspeed"), (highway, *TAGS[highway]), strict=True):
            SubElement(way, "tag", k=key, v=value)
    ElementTree(root).write(folder / "every-road.osm", encoding="utf-8", xml_declaration=True)
    return network(folder / "every-road.osm", folder)


def _fast(facts: dict[str, str]) -> bool:
    return facts["roadClass"] == "highway" or (facts["roadClass"] == "major" and facts["name"] in EXPRESSWAYS)


def _highway(facts: dict[str, str], *, touches: bool, closed: bool) -> str:
    """OSM class of a road: an unnamed major one that begins or ends on an expressway is its slip road."""
    if facts["roadClass"] == "major":
        slip = touches and not closed and not facts["name"]
        return "trunk" if _fast(facts) else "trunk_link" if slip else "secondary"
    return {"highway": "motorway", "minor": "unclassified"}[facts["roadClass"]]


def sites(territory: Path) -> list[Location]:
    """Every site that has coordinates, and the depots."""
    with (territory / "sites.csv").open(encoding="utf-8") as rows:
        places: list[dict[str, Any]] = list(csv.DictReader(row for row in rows if not row.startswith("#")))
    places += tomllib.loads((territory / "territory.toml").read_text("utf-8"))["depots"]
    return [
        Location(place["id"], place["name"], float(place["latitude"]), float(place["longitude"]))
        for place in places
        if place["latitude"]
    ]


def road_points(roads: Network, territory: Path, count: int = POINTS, seed: int = SEED) -> list[Location]:
    """Points drawn along the streets of the communes north of `SOUTH`, as many per kilometre everywhere."""
    contours = json.loads((territory / "communes.geojson").read_text("utf-8"))["features"]
    communes = shapely.union_all([shapely.geometry.shape(commune["geometry"]) for commune in contours])
    chance = np.random.default_rng(seed)
    streets = np.flatnonzero(roads.kind != "motorway")
    share = roads.metres[streets] / roads.metres[streets].sum()
    points: list[Location] = []
    while len(points) < count:
        line = shapely.LineString(roads.geometry[chance.choice(streets, p=share)])
        point = line.interpolate(chance.random(), normalized=True)
        if point.y >= SOUTH and communes.contains(point):
            points.append(Location(f"point-{len(points)}", f"point {len(points)}", point.y, point.x))
    return points


def errors(
    roads: Network, reference: Network, places: list[Location]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds between every two places on the reference, and how far from them the network is, as absolute values."""
    wanted, found = (np.array(travel_times(each, places).seconds) for each in (reference, roads))
    apart = wanted > 0
    return wanted[apart], np.abs(found - wanted)[apart]


def main() -> None:
    """Print the errors of `roads.osm`."""
    if not EVERY_ROAD.exists():
        print(f"nothing to compare with: {EVERY_ROAD.name} is not there")
        return
    with tempfile.TemporaryDirectory() as folder:
        reference = every_road(EVERY_ROAD, Path(folder))
        roads = network(TERRITORY / "roads.osm", Path(folder))
    print(f"{len(roads.node_ids)} nodes, of {len(reference.node_ids)} on the full roads")
    for what, places in (("sites", sites(TERRITORY)), ("random road points", road_points(reference, TERRITORY))):
        seconds, error = errors(roads, reference, places)
        share = error / seconds
        print(f"{len(places)} {what}: off by {share.mean():.2%} on average")
        print(f"  at worst by {share.max():.1%}, or {error.max():.1f} s")
        farthest = max(snap(roads, places), key=lambda found: found.metres)
        print(f"  farthest from the network: {farthest.location.name}, {farthest.metres:.0f} m")


if __name__ == "__main__":
    main()
