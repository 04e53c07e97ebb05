import gzip
import html
import re
from collections import Counter
from datetime import date, timedelta

import pytest

from pages import BENIGN, HOSTILE, Page, public_month, renamed, tangle, tiny_plan
from picup_planner.draw import POINTS, Drawing
from picup_planner.messages import LANGUAGES, Words
from picup_planner.plan import Kind, State
from picup_planner.publish.audience import Contact, PublicMonth, announced
from picup_planner.publish.chart import TILES
from picup_planner.publish.public_page import public_page
from problems import hand_plan, tiny_problem

LIGHTEST = 150_000
BLAMING = (
    "précaires",
    "précarité",
    "exclus",
    "défavorisé",
    "chômeurs",
    "quartier prioritaire",
    "bénéficiaires",
    "public cible",
)


def cancelled() -> tuple[PublicMonth, Drawing]:
    """Give the tiny month, its first permanence cancelled."""
    month, ground = public_month()
    first, *others = month.stops
    return month.model_copy(update={"stops": (first.model_copy(update={"cancelled": True}), *others)}), ground


def called(name: str) -> tuple[PublicMonth, Drawing]:
    """Give the tiny month, its first permanence cancelled, in which every text is `name` but for the telephone."""
    month, ground = cancelled()
    communes = tuple(commune.model_copy(update={"name": name}) for commune in ground.communes)
    service = Contact(name=name, email=name, address=name)
    return (
        renamed(month, name).model_copy(update={"service": service}),
        ground.model_copy(update={"communes": communes}),
    )


def addresses(service: Contact) -> set[str]:
    """Where the links of the page of a service lead."""
    month, ground = public_month()
    written = Page(public_page(month.model_copy(update={"service": service}), ground))
    return {value for _, name, value in written.attributes if name == "href"}


@pytest.fixture(scope="module")
def page() -> Page:
    """Give the French page of the tiny month."""
    return Page(public_page(*public_month()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stop_is_told_in_each_view_and_on_the_map(language: str) -> None:
    """By commune, by day, by van and on the map stand the same permanences, with date, hours, place and commune."""
    month, ground = public_month()
    written = public_page(month, ground, language)
    words = Words(language)
    views = dict(zip(("commune", "day", "van"), re.split(r'<div class="view by-\w+">', written)[1:], strict=True))
    for name, view in views.items():
        assert len(re.findall(r'<(?:li|tr)[^>]* data-date="', view)) == len(month.stops), name
        for stop in month.stops:
            seen = html.unescape(re.sub(r"<[^>]+>", " ", view))
            for told in (words.date(stop.date), words.hours(stop.start, stop.end), stop.place, stop.commune_name):
                assert told in seen, name
    drawn = re.findall(r'"items": \[(.*?)\]', written, re.DOTALL)
    assert {item for items in drawn for item in re.findall(r'"(stop-[^"]+)"', items)} == {
        f"stop-{stop.id}" for stop in month.stops
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_its_sentence(language: str) -> None:
    """No message id and no placeholder shows through in either language, whatever the page tells."""
    month, ground = cancelled()
    contact = Contact(name="S", phone="04 00 00 00 00", email="a@exemple.fr", address="1 rue X")
    for state in State:
        told = month.model_copy(update={"service": contact, "state": state})
        for tiles in (False, True):
            shown = Page(public_page(told, ground, language, others=[("2027-01/index.html", "2027-01")], tiles=tiles))
            texts = [shown.seen, *shown.texts["title"], *(value for _, _, value in shown.attributes)]
            assert not [
                t
                for t in texts
                if re.search(r"\b(?:map|public|stop|state|plan)-[a-z]+-[a-z]|\{[a-z_]+\}", t)
                and not re.search(r"^stop-|^view-|^plan-column", t)
            ]


def test_nobody_and_no_depot_is_on_it() -> None:
    """Neither people, roles, partners, depot nor drives are in the page, given a plan that has them all."""
    problem = tiny_problem()
    plan = tiny_plan(problem)
    written = public_page(announced(problem, plan), public_month()[1])
    land = problem.territory
    for kept in (*land.staff, *land.roles, *land.depots, *land.partners):
        assert not re.search(rf"\b{re.escape(kept.name)}\b", written), kept.name
    assert not re.findall(r'"className": "(?:drive|casing|mark depot)', written)
    for tour in plan.tours:
        for hour in (tour.legs[0].departure, tour.legs[-1].arrival):
            assert Words().time(hour) not in html.unescape(written)


def test_a_draft_says_so_and_search_engines_leave_it() -> None:
    """What is not published yet says what it is, and asks search engines not to list it."""
    month, ground = public_month()
    for state in State:
        written = public_page(month.model_copy(update={"state": state}), ground)
        assert (Words()(f"state-{state}") in html.unescape(written)) is (state is not State.PUBLISHED)
        assert ('name="robots"' in written) is (state is not State.PUBLISHED)


def test_words_say_what_is_offered() -> None:
    """No word of the page says whom the service targets, and it says that it is free and needs no appointment."""
    for language in LANGUAGES:
        seen = Page(public_page(*cancelled(), language)).seen.lower()
        assert not [word for word in BLAMING if word in seen]
    seen = Page(public_page(*cancelled())).seen
    assert "gratuit, sans rendez-vous" in seen


def test_a_cancelled_stop_stays_struck_through_and_worded() -> None:
    """A cancelled permanence stays in every view, struck through and called cancelled, and heads the page."""
    written = public_page(*cancelled())
    assert written.count("<s>") == 1 + 2 + 2 + 2  # heading, card, row, van
    assert html.unescape(written).count("Annulée") == 3 + 1  # and the key
    assert "Permanence annulée" in written
    assert "<s>" not in public_page(*public_month())


def test_contacts_are_links_when_they_can_be() -> None:
    """A telephone and an address of mail can be followed; what is neither is only read."""
    service = Contact(name="S", phone="04 72 00 00 00", email="contact@exemple.fr", address="1 rue X")
    assert {"tel:0472000000", "mailto:contact@exemple.fr"} <= addresses(service)
    odd = Contact(name="S", phone="javascript:alert(1)", email="x@y?subject=z")
    assert not [href for href in addresses(odd) if href.startswith(("tel:", "mailto:", "javascript:"))]


def test_links_to_maps_ask_nothing_until_followed(page: Page) -> None:
    """Each place has a geo: and an https: link with its own coordinates, and they are the only links that lead away."""
    hrefs = [value for _, name, value in page.attributes if name == "href"]
    away = [href for href in hrefs if not href.startswith(("#", "data:,")) and ":" in href]
    stops = public_month()[0].stops
    assert len(away) == 2 * len(stops)
    for stop in stops:
        assert f"geo:{stop.latitude:.5f},{stop.longitude:.5f}?q={stop.latitude:.5f},{stop.longitude:.5f}" in away
    assert {href.split("/")[2] for href in away if href.startswith("https:")} == {"www.openstreetmap.org"}


def test_only_the_page_over_the_ign_plan_may_ask_for_images(page: Page) -> None:
    """The page a reader opens by default lets no image in; the one over IGN's plan lets in those of IGN alone."""
    tiled = Page(public_page(*public_month(), tiles=True))
    rules = [
        next(v for tag, n, v in each.attributes if (tag, n) == ("meta", "content") and "img-src" in v)
        for each in (page, tiled)
    ]
    assert "img-src data:;" in rules[0]
    assert f"img-src data: {TILES};" in rules[1]
    assert TILES not in "".join(page.texts["script"])
    assert "fond-ign.html" in [value for _, name, value in page.attributes if name == "href"]


def test_a_commune_without_a_stop_says_so() -> None:
    """Every commune is there, also the one nothing is held in."""
    problem = tiny_problem()
    month = announced(problem, hand_plan(problem, [("aval-1", 7, "matin", {"as": "as-1", "casp": "casp-1"})]))
    seen = Page(public_page(month, public_month()[1])).seen
    assert "Amont" in seen
    assert "Pas de permanence ce mois-ci" in seen


def test_an_empty_month_has_its_page() -> None:
    """Nothing held and nothing drawn is still a page."""
    month = public_month()[0].model_copy(update={"stops": ()})
    assert Page(public_page(month, Drawing())).inside == []


def test_the_heaviest_page_stays_light() -> None:
    """Forty stops on the densest background weigh at most 150 kB compressed."""
    month, ground = public_month()
    many = tuple(
        stop.model_copy(update={"id": f"{stop.id}-{n}", "date": date(2026, 12, 1) + timedelta(days=3 * n)})
        for n in range(10)
        for stop in month.stops
    )
    ground = ground.model_copy(update={"roads": tangle(POINTS)})
    written = public_page(month.model_copy(update={"stops": many}), ground)
    assert len(many) == 40
    assert len(gzip.compress(written.encode())) <= LIGHTEST


def test_publishing_twice_gives_the_same_bytes() -> None:
    """The same month gives the same page."""
    assert public_page(*public_month()) == public_page(*public_month())


def test_vans_and_premises_are_told_apart() -> None:
    """The view by van names each van, and what is held without one."""
    month = public_month()[0]
    by_van = public_page(*public_month()).split('class="view by-van"')[1]
    assert {stop.kind for stop in month.stops} == set(Kind)
    assert [html.unescape(re.sub("<.*?>", "", title)) for title in re.findall(r"<h2>(.*?)</h2>", by_van)] == [
        "Fourgon 1",
        "Sans camion, dans les locaux indiqués",
    ]


@pytest.fixture(scope="module")
def usual() -> Page:
    """Give the page in which every text is the same benign name."""
    return Page(public_page(*called("Amont")))


@pytest.mark.parametrize("kind", [kind for kind, text in HOSTILE.items() if text])
def test_hostile_names_change_nothing_but_text(kind: str, usual: Page) -> None:
    """With a hostile string in every field the page has the elements and scripts of a benign one."""
    hostile = Page(public_page(*called(HOSTILE[kind][:200])))
    assert usual.tags == hostile.tags
    assert {(tag, name) for tag, name, _ in hostile.attributes} == {(tag, name) for tag, name, _ in usual.attributes}
    assert hostile.texts["script"][2:] == usual.texts["script"][2:]
    assert hostile.texts["style"] == usual.texts["style"]
    layers = [Counter(re.findall(r"L\.\w+\(", each.texts["script"][1])) for each in (usual, hostile)]
    assert layers[0] == layers[1]


@pytest.mark.parametrize("kind", [kind for kind, name in BENIGN.items() if name])
def test_benign_names_are_shown_as_typed(kind: str) -> None:
    """A name that only looks dangerous is read unchanged."""
    seen = Page(public_page(*called(BENIGN[kind]))).seen
    assert BENIGN[kind].replace("e\u0301", "é") in seen
