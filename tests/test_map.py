import ast
import gzip
import hashlib
import html
import re
import tomllib
from base64 import b64encode
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

import picup_planner
from pages import BENIGN, HOSTILE, Page, drawing_of, full_month, named, staff_month, tangle
from picup_planner.draw import POINTS, Drawing, SiteState
from picup_planner.messages import LANGUAGES
from picup_planner.publish.audience import StaffMonth, for_staff
from picup_planner.publish.map import staff_map
from picup_planner.publish.panel import COLOURS, labels
from problems import hand_plan, problem_with, tiny_problem

SOURCES = Path(picup_planner.__file__).parent
LEAFLET = SOURCES / "publish" / "assets" / "leaflet"
LIGHTEST = 150_000
WITHOUT_TEXT = {
    *("Map", "FeatureGroup", "LayerControl", "Polygon", "PolyLine", "Marker", "DivIcon", "CustomPane", "TileLayer"),
    "FitBounds",
}
"""What a map may take of folium: of these, only a layer's name is a text, and it goes through `text.py`."""


@pytest.fixture(scope="module")
def month() -> tuple[StaffMonth, Drawing]:
    """Give the tiny month as the staff reads it, and its drawing."""
    return staff_month()


@pytest.fixture(scope="module")
def page(month: tuple[StaffMonth, Drawing]) -> Page:
    """Give the French page of the tiny plan."""
    return Page(staff_map(*month, "fr"))


@pytest.fixture(scope="module")
def usual() -> Page:
    """Give the page in which every text is the same benign name."""
    return Page(staff_map(*named("Amont")))


def test_the_list_tells_the_whole_plan(month: tuple[StaffMonth, Drawing], page: Page) -> None:
    """Every place, commune, person, van, depot and unserved site is readable without JavaScript."""
    told, drawing = month
    names = {told.territory_name, *(tour.van_name for tour in told.tours)}
    for stop in told.stops:
        names |= {stop.place, stop.commune_name}
        names |= {name for person in stop.crew for name in (person.initials, person.role_name, person.partner)}
    names |= {site.name for site in drawing.sites} | {depot.name for depot in drawing.depots}
    assert not {name for name in names if name not in page.seen}
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert {f"stop-{stop.id}" for stop in told.stops} <= ids
    assert {f"site-{site.id}" for site in drawing.sites if site.state != SiteState.SERVED} <= ids


def test_the_list_tells_dates_and_hours_in_the_reader_s_language(month: tuple[StaffMonth, Drawing]) -> None:
    """French and English pages say when each permanence is held, and in which language they are."""
    french, english = (staff_map(*month, language) for language in ("fr", "en"))
    assert "lundi 7 décembre" in french
    assert "13\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30" in french
    assert '<html lang="fr">' in french
    assert "Monday 7 December" in english
    assert "13:30" in english
    assert '<html lang="en">' in english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_its_sentence(month: tuple[StaffMonth, Drawing], language: str) -> None:
    """No message id and no placeholder shows through in either language."""
    shown = Page(staff_map(*month, language))
    words = [shown.seen, *shown.texts["title"], *(value for _, _, value in shown.attributes)]
    assert not [word for word in words if re.search(r"\bmap-[a-z]|\{[a-z_]+\}", word)]


def test_the_page_is_marked_internal(page: Page) -> None:
    """The heading and the title both say that the page is for staff."""
    assert "interne" in page.texts["title"][0].lower()
    assert "interne" in page.seen.lower()


def test_an_unfinished_plan_says_so(month: tuple[StaffMonth, Drawing]) -> None:
    """A plan whose search was interrupted carries a warning, a finished one does not."""
    told, drawing = month
    unfinished = Page(staff_map(told.model_copy(update={"finished": False}), drawing))
    assert ("p", "class", "warning") in unfinished.attributes
    assert ("p", "class", "warning") not in Page(staff_map(told, drawing)).attributes


def test_a_fixed_permanence_nobody_holds_says_so() -> None:
    """A fixed permanence without a crew is in the list, with a warning where the crew would be."""
    problem = tiny_problem()
    plan = hand_plan(problem)
    shown = Page(staff_map(for_staff(problem, plan), drawing_of(problem, plan)))
    assert ("li", "class", "warning") in shown.attributes


def test_two_vans_on_one_day_have_two_labels() -> None:
    """Tours are called by their day, with a letter when two vans leave on it."""
    vans = tiny_problem().territory.vans
    problem = problem_with(vans=(*vans, vans[0].model_copy(update={"id": "van-2"})))
    crews = {"as": "as-1", "casp": "casp-1"}, {"as": "as-2", "casp": "casp-2"}
    visits = [
        ("amont-1", 7, "matin", crews[0]),
        ("aval-1", 7, "matin", crews[1], "van-2"),
        ("amont-2", 9, "matin", crews[0]),
    ]
    assert list(labels(for_staff(problem, hand_plan(problem, visits)).tours).values()) == ["7A", "7B", "9"]


def test_publishing_twice_gives_the_same_bytes(month: tuple[StaffMonth, Drawing]) -> None:
    """The same plan gives the same page, and none of folium's random ids is left in it."""
    first = staff_map(*month, "fr")
    assert first == staff_map(*month, "fr")
    layers = first.split("<script>")[2]
    assert not re.search(r"_[0-9a-f]{32}", layers)


def test_a_van_alone_and_roles_are_told_once(month: tuple[StaffMonth, Drawing], page: Page) -> None:
    """With one van, its name and that of each role stand in the list of the team alone, not on every card."""
    told, _ = month
    once = {tour.van_name for tour in told.tours} | {one.role_name for stop in told.stops for one in stop.crew}
    assert {page.seen.count(name) for name in once} == {1}


def test_sources_are_credited(month: tuple[StaffMonth, Drawing], page: Page) -> None:
    """The map and the foot of the list both name OpenStreetMap's contributors, IGN, and their licences."""
    assert page.seen.count("© les contributeurs d’OpenStreetMap (ODbL)") == 2
    assert page.seen.count("Contours\N{NO-BREAK SPACE}: IGN Admin Express, Licence Ouverte") == 2
    assert "© OpenStreetMap contributors (ODbL)" in staff_map(*month, "en")


def test_the_page_asks_nothing_of_anybody(page: Page) -> None:
    """No element loads anything, and no style does."""
    loading = {"img", "iframe", "object", "embed", "audio", "video", "source", "base", "form"}
    assert not loading & page.tags.keys()
    assert not [a for a in page.attributes if a[1] in {"src", "srcset", "action", "background", "poster"}]
    assert {value for _, name, value in page.attributes if name == "href"} == {"#chart", "data:,"}
    assert not re.findall(r"url\((?!data:)|@import", "".join(page.texts["style"]))


def test_the_policy_lets_only_these_scripts_and_styles_run(page: Page) -> None:
    """The policy names the hash of each script and style, and lets nothing else run."""
    policy = next(v for tag, name, v in page.attributes if (tag, name) == ("meta", "content") and "default-src" in v)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for kind in ("script", "style"):
        hashes = {f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in page.texts[kind]}
        assert set(rules[f"{kind}-src"].split()) == hashes
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in policy
    assert not [a for a in page.attributes if a[1] == "style" or a[1].startswith("on")]


def test_a_phone_may_zoom(page: Page) -> None:
    """The viewport does not forbid zooming, as folium's own would."""
    viewport = next(v for _, name, v in page.attributes if name == "content" and v.startswith("width="))
    assert "scalable" not in viewport
    assert "maximum-scale" not in viewport


def test_ids_are_unique(page: Page) -> None:
    """No two elements share an id: the map takes its names by id."""
    ids = Counter(value for _, name, value in page.attributes if name == "id")
    assert [name for name, times in ids.items() if times > 1] == []


def test_leaflet_is_what_its_authors_published() -> None:
    """The copied files have the bytes recorded beside them, their version, and their licence."""
    record = tomllib.loads((LEAFLET / "VENDORED.toml").read_text(encoding="utf-8"))
    for name, digest in record["sha256"].items():
        assert hashlib.sha256((LEAFLET / name).read_bytes()).hexdigest() == digest
    assert f"Leaflet {record['version']}" in (LEAFLET / "leaflet.js").read_text(encoding="utf-8")[:200]
    assert "BSD 2-Clause" in (LEAFLET / "LICENSE").read_text(encoding="utf-8")


def test_a_full_month_stays_light() -> None:
    """Fourteen tours on the densest background allowed weigh at most 150 kB compressed."""
    page = staff_map(*full_month(14, tangle(POINTS), points=120))
    assert len(gzip.compress(page.encode())) <= LIGHTEST


def test_lines_of_one_colour_differ_by_their_dashes() -> None:
    """Once colours start again, a tour is told from the first of its colour by a dashed line."""
    script = Page(staff_map(*full_month(len(COLOURS) + 1))).texts["script"][1]
    lines = [line for line in script.split("L.polyline(") if re.search(r'"className": "drive tour-\d+ c0"', line)]
    assert [re.search(r'"dashArray": ("[^"]*"|null)', line)[1] for line in lines] == ["null", '"10 7"']


def test_an_empty_plan_has_its_page() -> None:
    """A month in which nothing is held, with nothing drawn, is still a page."""
    empty = staff_month()[0].model_copy(update={"stops": (), "tours": ()})
    assert Page(staff_map(empty, Drawing())).inside == []


def test_colours_carry_white_text_and_differ() -> None:
    """Every tour colour has a contrast of 4.5 at least with white, and no two are alike."""
    assert all(1.05 / (luminance(colour) + 0.05) >= 4.5 for colour in COLOURS)
    assert min(distance(a, b) for a, b in combinations(COLOURS, 2)) > 30


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_change_nothing_but_text(kind: str, usual: Page) -> None:
    """With a hostile string in every field the page has the elements and scripts of a benign one."""
    hostile = Page(staff_map(*named(HOSTILE[kind])))
    optional = () if HOSTILE[kind] else ("bdi", "span")  # where there is no name, no element holds it
    missing = Counter({tag: usual.tags[tag] - hostile.tags[tag] for tag in optional})
    assert usual.tags - missing == hostile.tags
    assert {(tag, name) for tag, name, _ in hostile.attributes} == {(tag, name) for tag, name, _ in usual.attributes}
    assert hostile.texts["script"] == usual.texts["script"]
    assert hostile.texts["style"] == usual.texts["style"]


def test_templates_hidden_in_names_are_not_rendered() -> None:
    """A sum between braces is shown as it was typed, never as its result."""
    shown = Page(staff_map(*named(HOSTILE["jinja sum"])))
    assert "{{7*7}}" in shown.seen
    assert "49" not in shown.seen.replace("{{7*7}}", "")


@pytest.mark.parametrize("kind", [kind for kind, name in BENIGN.items() if name])
def test_benign_names_are_shown_as_typed(kind: str) -> None:
    """A name that only looks dangerous is read unchanged, in the list and in the title."""
    shown = Page(staff_map(*named(BENIGN[kind])))
    composed = html.unescape(html.escape(BENIGN[kind])).replace("e\u0301", "é")
    assert composed in shown.seen
    assert composed in shown.texts["title"][0]


def test_only_the_chart_knows_folium() -> None:
    """Folium is imported in one module, which takes from it only what holds no text; nobody calls `explore`."""
    importers, taken, explorers = set(), set(), set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names) if any(alias.name.startswith(("folium", "branca")) for alias in names):
                    importers.add(path.relative_to(SOURCES).as_posix())
                case ast.ImportFrom(module=str(module), names=names) if module.startswith(("folium", "branca")):
                    taken |= {alias.name for alias in names}
                    importers.add(path.relative_to(SOURCES).as_posix())
                case ast.Attribute(value=ast.Name(id="folium"), attr=name):
                    taken.add(name)
                case ast.Attribute(attr="explore"):
                    explorers.add(path.name)
    assert importers == {"publish/chart.py"}
    assert taken <= WITHOUT_TEXT | {"get_and_assert_figure_root"}
    assert explorers == set()


def luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def distance(a: str, b: str) -> float:
    """Distance of two colours in RGB."""
    return sum((int(a[i : i + 2], 16) - int(b[i : i + 2], 16)) ** 2 for i in (1, 3, 5)) ** 0.5
