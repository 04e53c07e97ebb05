import gzip
import re
import unicodedata
from typing import Any

import pytest
from geopandas import GeoDataFrame
from shapely import MultiPolygon, Polygon, box

from pages import BENIGN, HOSTILE, drawing_of, named, tangle, tiny_plan
from picup_planner.draw import Drawing
from picup_planner.messages import LANGUAGES, Words
from picup_planner.publish.walks import COLOURS, walks_map
from picup_planner.roads.walking import FARTHEST, SPEED
from problems import tiny_problem
from test_map import Page


def walked(drawing: Drawing, minutes: tuple[int, ...] = (5, 10)) -> GeoDataFrame:
    """Squares around the sites of a drawing, one in two parts with a hole, and the last site reached from nowhere."""
    rows: list[dict[str, Any]] = []
    for number, site in enumerate(drawing.sites):
        x, y = site.point
        for each in minutes:
            reach = each / 2000
            ground = box(x - reach, y - reach, x + reach, y + reach)
            if number == 0:
                hole = box(x - reach / 2, y - reach / 2, x + reach / 2, y + reach / 2)
                ground = MultiPolygon([ground.difference(hole), box(x + 2 * reach, y, x + 3 * reach, y + reach)])
            if number == len(drawing.sites) - 1:
                ground = Polygon()
            rows.append({"site": site.id, "minutes": each, "residents": 1000 * number + each, "geometry": ground})
    return GeoDataFrame(rows, crs="EPSG:4326")


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    """Give the drawing of the tiny problem."""
    problem = tiny_problem()
    return drawing_of(problem, tiny_plan(problem), tangle(80))


def test_the_list_tells_what_the_map_shows(drawing: Drawing) -> None:
    """Every site, its residents by duration, and what is not known, are readable without JavaScript."""
    page = Page(walks_map("Essai", drawing, walked(drawing)))
    assert all(site.name in page.seen and site.commune_name in page.seen for site in drawing.sites)
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert {f"stop-{site.id}" for site in drawing.sites} <= ids
    assert "5 min\xa0: 5 habitants" in page.seen
    assert "1\u202f010" in page.seen
    assert page.seen.count("marche inconnue") == 1


def test_a_site_that_is_not_walked_to_is_not_shown(drawing: Drawing) -> None:
    """Sites of the drawing without walks, those switched off among them, stay out."""
    walks = walked(drawing)
    first = drawing.sites[0]
    page = Page(walks_map("Essai", drawing, walks[walks["site"] == first.id]))
    assert sum(name == "id" and value.startswith("stop-") for _, name, value in page.attributes) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_its_sentence(drawing: Drawing, language: str) -> None:
    """No message id and no placeholder shows through in either language."""
    shown = Page(walks_map("Essai", drawing, walked(drawing), language))
    words = [shown.seen, *shown.texts["title"], *(value for _, _, value in shown.attributes)]
    assert not [
        word for word in words if re.search(r"\b(walks|map)-[a-z]{3}|\{[a-z_]+\}", word) and word != "walks-map"
    ]


def test_twice_the_same_bytes(drawing: Drawing) -> None:
    """The same walks give the same page, light enough, whatever the order of the rows."""
    walks = walked(drawing)
    page = walks_map("Essai", drawing, walks)
    assert page == walks_map("Essai", drawing, walks.iloc[::-1])
    assert len(gzip.compress(page.encode())) < 150_000


def test_one_layer_per_duration(drawing: Drawing) -> None:
    """Each duration has its layer, its sheet and its colour, shorter walks above longer ones."""
    page = walks_map("Essai", drawing, walked(drawing, (15, 5, 10)))
    heights = {int(m): int(z) for m, z in re.findall(r'"walk-(\d+)"\);\s*\w+\.style\.zIndex = (\d+)', page)}
    assert sorted(heights, key=lambda each: -heights[each]) == [5, 10, 15]
    assert min(heights.values()) > 400
    assert all(colour in page for colour in COLOURS[:3])


def page_of(name: str) -> Page:
    """Page in which every name is the same."""
    drawing = named(name)[1]
    return Page(walks_map(name[:200], drawing, walked(drawing)))


@pytest.fixture(scope="module")
def usual() -> Page:
    """Give the page of a benign name."""
    return page_of("Amont")


@pytest.mark.parametrize("kind", [kind for kind, name in HOSTILE.items() if name])
def test_no_name_is_markup(usual: Page, kind: str) -> None:
    """A hostile name, wherever it stands, changes no element of the page."""
    hostile = page_of(HOSTILE[kind])
    assert hostile.tags == usual.tags
    assert hostile.texts["script"] == usual.texts["script"]
    assert hostile.texts["style"] == usual.texts["style"]


@pytest.mark.parametrize("kind", BENIGN)
def test_a_benign_name_is_read_as_typed(kind: str) -> None:
    """A name that only looks dangerous is shown as it is."""
    assert unicodedata.normalize("NFC", BENIGN[kind]) in page_of(BENIGN[kind]).seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_method_told_is_the_one_used(language: str) -> None:
    """The speed and the distance told to readers are those of the program."""
    words = Words(language)
    assert f"{words.number(SPEED, decimals=1)} km/h" in words("walks-method").replace("\xa0", " ")
    assert f"{FARTHEST:.0f} m" in words("walks-no-way").replace("\xa0", " ")
    assert f"{FARTHEST:.0f} m" in words("walks-lost").replace("\xa0", " ")
