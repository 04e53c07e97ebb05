from collections import Counter
from pathlib import Path

import pytest

import monaco
from picup_planner.problem import Area, Commune, Site, SiteKind
from picup_planner.roads.network import network
from picup_planner.roads.squares import Candidate, Found, Ground, Suggestions, candidates, suggestions
from picup_planner.roads.survey import box_around, read
from picup_planner.roads.walking import footways
from picup_planner.territory import read as read_territory
from surveys import Extract, Spot, degrees, square

VILLEURBANNE = Path(__file__).parents[2] / "shared" / "data" / "real" / "villeurbanne.osm.gz"
COMMUNE = Commune(
    id="amont",
    insee="69901",
    name="Amont",
    contour=tuple(degrees(spot) for spot in [(-200, -200), (2200, -200), (2200, 700), (-200, 700), (-200, -200)]),
)


def street() -> Extract:
    """One street of 2 km from west to east."""
    return Extract().way([(100.0 * step, 0.0) for step in range(21)], highway="residential", name="Rue Longue")


def found(extract: Extract, folder: Path) -> dict[str, Candidate]:
    """Candidates of the commune, by what OpenStreetMap calls them."""
    return {each.source: each for each in candidates(extract.survey(folder), COMMUNE)}


def site(name: str, spot: Spot, *, on: bool = True) -> Site:
    """Give a site of the commune."""
    longitude, latitude = degrees(spot)
    facts = {} if on else {"on": False, "missing": "à voir"}
    return Site(
        id=name, name=name, commune="amont", kind=SiteKind.SQUARE, longitude=longitude, latitude=latitude, **facts
    )


def area(name: str, spot: Spot, residents: int | None, *, priority: bool = False) -> Area:
    """Give an area of the commune."""
    longitude, latitude = degrees(spot)
    neighbourhood = "QPV" if priority else ""
    return Area(
        id=name,
        name=name,
        commune="amont",
        residents=residents,
        longitude=longitude,
        latitude=latitude,
        priority_neighbourhood=neighbourhood,
    )


def suggested(
    extract: Extract, folder: Path, sites: tuple[Site, ...] = (), areas: tuple[Area, ...] = ()
) -> Suggestions:
    """Rank the candidates of an extract, its own streets being the territory's."""
    survey = extract.survey(folder)
    ground = Ground(network(folder / "extract.osm", folder / "cache"), footways(survey), sites, areas)
    return suggestions(candidates(survey, COMMUNE), COMMUNE, ground)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"amenity": "marketplace"}, Found.MARKET),
        ({"place": "square"}, Found.SQUARE),
        ({"amenity": "townhall"}, Found.TOWN_HALL),
        ({"railway": "station"}, Found.STATION),
        ({"railway": "halt"}, Found.STATION),
        ({"public_transport": "station"}, Found.STATION),
        ({"amenity": "library"}, Found.LIBRARY),
        ({"amenity": "social_facility"}, Found.SOCIAL_CENTRE),
        ({"amenity": "community_centre"}, Found.SOCIAL_CENTRE),
        ({"amenity": "social_centre"}, Found.SOCIAL_CENTRE),
        ({"amenity": "social_facility", "social_facility": "nursing_home"}, None),
        ({"railway": "station", "access": "private"}, None),
        ({"amenity": "restaurant"}, None),
        ({"place": "suburb"}, None),
    ],
)
def test_every_kind_is_found(tmp_path: Path, tags: dict[str, str], kind: Found | None) -> None:
    """Each kind is found as a node, as a closed way and as a multipolygon, in the middle of it."""
    ring = square(0, 0, 50)
    shapes = {
        "node/22": Extract().way([(900.0 + n, 0.0) for n in range(21)], highway="path").node((25, 25), **tags),
        "way/2": street().way(ring, **tags),
        "relation/1": street().way(ring[:3]).way(ring[2:]).multipolygon([2, 3], **tags),
    }
    for source, extract in shapes.items():
        seen = found(extract, tmp_path)
        assert {name: each.found for name, each in seen.items()} == ({source: kind} if kind else {})
        for each in seen.values():
            assert each.point == pytest.approx(degrees((25, 25)), abs=1e-6)


@pytest.mark.parametrize(
    ("side", "tags", "kept"),
    [
        (25, {}, True),
        (24, {}, False),
        (40, {"access": "private"}, False),
        (40, {"access": "customers"}, False),
        (40, {"access": "no"}, False),
        (40, {"access": "yes"}, True),
        (40, {"parking": "surface"}, True),
        (40, {"parking": "underground"}, False),
        (40, {"parking": "multi-storey"}, False),
        (40, {"parking": "rooftop"}, False),
        (40, {"layer": "-1"}, False),
        (40, {"building": "yes"}, False),
    ],
)
def test_only_large_open_car_parks(tmp_path: Path, side: float, tags: dict[str, str], kept: bool) -> None:  # noqa: FBT001  a case
    """A car park counts from 600 m², in the open, and open to all."""
    assert len(found(street().way(square(0, 0, side), amenity="parking", **tags), tmp_path)) == kept


def test_a_car_park_drawn_as_a_point_has_no_size(tmp_path: Path) -> None:
    """A car park whose outline nobody drew is not taken for a large one."""
    assert found(street().node((25, 25), amenity="parking"), tmp_path) == {}


def test_two_that_are_one(tmp_path: Path) -> None:
    """Within 60 m, or 150 m under one name, the better kind stays, says what the other was, and keeps market hours."""
    extract = (
        street()
        .way(square(0, 0, 50), place="square", name="Place Neuve")
        .node((60, 30), amenity="townhall", name="Mairie")
        .node((160, 25), amenity="library", name="place neuve")
        .node((20, 30), amenity="marketplace", opening_hours="Tu 08:00-12:00")
        .node((500, 30), amenity="library", name="Lecture")
    )
    seen = found(extract, tmp_path)
    assert [each.found for each in seen.values()] == [Found.MARKET, Found.LIBRARY, Found.LIBRARY]
    market = next(iter(seen.values()))
    assert {each.found for each in market.also} == {Found.SQUARE, Found.TOWN_HALL}
    assert [day.weekday for day in market.markets or ()] == [2]


def test_one_name_within_150_m(tmp_path: Path) -> None:
    """Under one name, whatever its case, 140 m apart is one place and 160 m apart is two."""
    for metres, count in ((140, 1), (160, 2)):
        extract = street().node((0, 30), place="square", name="Place Neuve")
        extract.node((metres, 30), amenity="library", name="PLACE NEUVE")
        assert len(found(extract, tmp_path)) == count


def test_outside_the_commune_is_nobody_s(tmp_path: Path) -> None:
    """A square past the contour is not a candidate of the commune."""
    assert found(street().node((0, 30), place="square").node((0, 750), place="square"), tmp_path).keys() == {"node/22"}


def test_a_place_without_a_name_tells_its_street(tmp_path: Path) -> None:
    """A car park without a name is found by the street nearest to it."""
    (each,) = found(street().way(square(300, 20, 30), amenity="parking"), tmp_path).values()
    assert (each.name, each.street) == ("", "Rue Longue")


def test_moved_to_the_road(tmp_path: Path) -> None:
    """A candidate goes to the nearest point of a road; one that is more than 150 m away is set aside."""
    extract = street().node((400, 90), place="square", name="A").node((900, 160), place="square", name="B")
    seen = suggested(extract, tmp_path)
    (one,) = seen.ranked
    assert one.candidate.moved == pytest.approx(90, abs=0.5)
    assert one.candidate.point == pytest.approx(degrees((400, 0)), abs=1e-6)
    assert [each.name for each in seen.too_far] == ["B"]


def test_a_site_is_not_suggested_again(tmp_path: Path) -> None:
    """Within 150 m of a site, switched on or off, a candidate is that site."""
    extract = street().node((400, 30), place="square", name="A").node((1500, 30), place="square", name="B")
    seen = suggested(extract, tmp_path, (site("a", (500, 0), on=False), site("b", (1000, 0))))
    assert [(each.name, known.id) for each, known in seen.known] == [("A", "a")]
    assert [(each.candidate.name, each.nearest and each.nearest.id) for each in seen.ranked] == [("B", "b")]
    assert seen.ranked[0].metres == pytest.approx(500, rel=0.01)


def test_ranked_by_who_can_come(tmp_path: Path) -> None:
    """Residents of priority neighbourhoods come first, then all residents, then the shorter walk."""
    extract = street()
    for number, east in enumerate((0, 700, 1320, 1900)):
        extract.node((east, 30), place="square", name=f"P{number}")
    areas = (
        area("many", (50, 0), 5000),
        area("urgent", (700, 0), 200, priority=True),
        area("unknown", (1320, 0), None),
        area("few", (1990, 0), 100),
    )
    seen = suggested(extract, tmp_path, (), areas)
    assert [(each.candidate.name, each.priority, each.residents, each.unknown) for each in seen.ranked] == [
        ("P1", 200, 200, 0),
        ("P0", 0, 5000, 0),
        ("P3", 0, 100, 1),
        ("P2", 0, 0, 1),
    ]
    assert seen.ranked[1].minutes == pytest.approx(50 / 75, rel=0.05)


def test_across_a_river_nobody_comes(tmp_path: Path) -> None:
    """Residents 300 m away across water without a bridge nearby are not within walking distance."""
    extract = (
        street()
        .way([(100.0 * step, 300.0) for step in range(21)], highway="residential", name="Autre rive")
        .way([(2000, 0), (2000, 300)], highway="residential", bridge="yes")
        .node((0, 30), place="square", name="Ici")
    )
    (one,) = suggested(extract, tmp_path, (site("stop", (0, 300)),), (area("across", (0, 300), 900),)).ranked
    assert one.residents == 0
    assert one.metres == pytest.approx(4300, rel=0.01)
    assert one.minutes == pytest.approx(4300 / 75, rel=0.01)


def test_without_a_footway_it_is_said(tmp_path: Path) -> None:
    """An area or a site that no footway comes near is named, and counts for nobody."""
    extract = street().node((0, 30), place="square", name="Ici")
    seen = suggested(extract, tmp_path, (site("far", (0, 600)),), (area("field", (0, 400), 900),))
    assert [place.name for place in seen.lost] == ["field", "far"]
    assert (seen.ranked[0].residents, seen.ranked[0].nearest) == (0, None)


def test_the_order_of_the_file_changes_nothing(tmp_path: Path) -> None:
    """The same places, whichever the file tells first, are the same suggestions."""
    spots = [(100.0 * n, 30.0 + n) for n in range(0, 20, 2)]
    one, other = street(), street()
    for spot in spots:
        one.node(spot, place="square")
    for spot in reversed(spots):
        other.node(spot, place="square")
    points = [[each.candidate.point for each in suggested(extract, tmp_path).ranked] for extract in (one, other)]
    assert sorted(points[0]) == sorted(points[1])


def test_monaco(tmp_path: Path) -> None:
    """The real extract: two libraries, the town hall, the station and the car parks of the Rock and of the garden."""
    if not monaco.EXTRACT.exists():
        pytest.skip("needs ../shared/data/real/monaco.osm.pbf")
    territory = read_territory(monaco.write(tmp_path))
    (commune,) = territory.communes
    survey = read(monaco.EXTRACT, box_around(commune.contour, 1500))
    ways = footways(survey)
    assert 280 < ways.metres.sum() / 1000 < 310
    assert {each.source: (each.found, each.name or each.street) for each in candidates(survey, commune)} == {
        "node/280487439": (Found.TOWN_HALL, "Mairie de Monaco"),
        "node/642295507": (Found.STATION, "Monaco - Monte Carlo"),
        "node/1712696837": (Found.LIBRARY, "Bibliothèque Louis Notary"),
        "node/1867162884": (Found.LIBRARY, "Bibliothèque Princesse Caroline"),
        "way/157455622": (Found.PARKING, "Boulevard du Jardin Exotique"),
        "way/339724631": (Found.PARKING, "Avenue de La Quarantaine"),
        "way/352691917": (Found.PARKING, "Avenue Pasteur"),
    }
    ground = Ground(network(tmp_path / "roads.osm", tmp_path / "cache"), ways, territory.sites, territory.areas)
    seen = suggestions(candidates(survey, commune), commune, ground)
    assert [known.id for _, known in seen.known] == ["mon-03"]
    assert [place.name for place in seen.lost] == ["Le large"]
    best = seen.ranked[0]
    assert best.candidate.name == "Bibliothèque Louis Notary"
    assert (best.residents, best.nearest and best.nearest.id) == (3800, "mon-01")
    assert 600 < best.metres < 900


def test_villeurbanne() -> None:
    """The real XML extract of a few streets holds a market whose days can be read, a square, halls and car parks."""
    if not VILLEURBANNE.exists():
        pytest.skip("needs ../shared/data/real/villeurbanne.osm.gz")
    box = (4.80, 45.70, 5.00, 45.82)
    survey = read(VILLEURBANNE, box)
    west, south, east, north = box
    contour = ((west, south), (east, south), (east, north), (west, north), (west, south))
    assert 25 < footways(survey).metres.sum() / 1000 < 30
    seen = candidates(survey, COMMUNE.model_copy(update={"contour": contour}))
    assert Counter(each.found for each in seen) == {
        Found.MARKET: 1,
        Found.SQUARE: 1,
        Found.TOWN_HALL: 1,
        Found.SOCIAL_CENTRE: 2,
        Found.LIBRARY: 2,
        Found.PARKING: 4,
    }
    (market,) = (each for each in seen if each.found is Found.MARKET)
    assert (market.name, market.hours) == ("Place Chanoine Boursier", "Tu,Th,Sa 08:00-12:00")
    assert [day.weekday for day in market.markets or ()] == [2, 4, 6]
