"""`picup roads fetch` against servers that answer well, badly or not at all."""

import socket
import time
from pathlib import Path
from threading import Event
from urllib.parse import parse_qs, urlsplit

import pytest

from command_line import Run, Spoken
from overpass_server import (
    Behaviour,
    answer,
    cut,
    drip,
    hung_up,
    in_turn,
    redirect,
    serving,
    silent,
    silent_after_headers,
)
from picup_planner.cli import fetching
from picup_planner.download import Limits

TOTAL = 1.2
SLACK = 3.0  # seconds for a busy machine; a drip would last fifty, silence twenty
LIMITS = Limits(total=TOTAL, silence=0.25, pause=0.02, size=100_000)

_NODES = "".join(
    f'<node id="{n}" lat="{lat}" lon="{lon}"/>'
    for n, (lat, lon) in enumerate([(45.69, 4.87), (45.70, 4.86), (45.72, 4.85), (45.73, 4.87)], 11)
)
_WAY = "".join(f'<nd ref="{n}"/>' for n in range(11, 15)) + '<tag k="highway" v="tertiary"/>'
REMARK = "<remark>runtime error: Query timed out in &quot;query&quot; at line 1 after 25 seconds.</remark>"


def overpass(extra: str = "", way: str = _WAY) -> bytes:
    """Give a full answer, its places those of the small territory."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="Overpass API">'
    return f'{head}<meta osm_base="2026-11-20T08:00:00Z"/>{_NODES}<way id="21">{way}</way>{extra}</osm>'.encode()


FULL = overpass()
HTML = b"<html><body><h1>Overpass API</h1><p>The server is probably too busy.</p></body></html>"
BUSY = answer(HTML, 429, "text/html")


@pytest.fixture(autouse=True)
def _here_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(fetching, "LIMITS", LIMITS)


def fetched(picup: Run, territory: Path, url: str, *others: str) -> tuple[Spoken, float]:
    """Run the command, and give what it said and the seconds spent asking."""
    before = time.monotonic()
    said = picup("roads", "fetch", str(territory), "--url", url, *others)
    return said, time.monotonic() - before


@pytest.mark.parametrize(
    ("behaviour", "questions"),
    [
        pytest.param(answer(FULL), 1, id="full"),
        pytest.param(in_turn(BUSY, answer(FULL)), 2, id="429, then full"),
        pytest.param(in_turn(answer(HTML, 504, "text/html"), hung_up, silent, answer(FULL)), 4, id="fourth try"),
        pytest.param(in_turn(cut(FULL, told=True), answer(FULL)), 2, id="cut, then full"),
        pytest.param(in_turn(redirect("/b"), redirect("/c"), redirect("/d"), answer(FULL)), 4, id="three redirections"),
        pytest.param(in_turn(answer(b"-", 429, Retry_After="0"), answer(FULL)), 2, id="Retry-After"),
    ],
)
def test_a_full_answer_is_written(picup: Run, territory: Path, behaviour: Behaviour, questions: int) -> None:
    """The roads are replaced once the answer is whole, at the first try or a later one, and told."""
    with serving(behaviour) as server:
        said, _ = fetched(picup, territory, server.url)
    assert said.code == 0, said.err
    assert said.out.splitlines() == [
        "Routes de 127.0.0.1, données du vendredi 20 novembre 2026.",
        "5,6 km de routes (points : 4, tronçons : 1, interdictions de tourner : 0).",
        f"Réseau écrit dans {territory / 'roads.osm'}.",
    ]
    assert 'dated="2026-11-20" source="127.0.0.1"' in (territory / "roads.osm").read_text("utf-8")
    assert len(server.asked) == questions


@pytest.mark.parametrize(
    ("behaviour", "told", "questions"),
    [
        pytest.param(answer(overpass(REMARK)), "incomplet (élément « remark »)", 1, id="remark"),
        pytest.param(answer(b'{"remark": "out of memory"}', 500, "application/json"), "(erreur 500)", 1, id="500"),
        pytest.param(answer(b"bad request", 400, "text/html"), "(erreur 400)", 1, id="400"),
        pytest.param(answer(HTML, kind="text/html; charset=utf-8"), "autre chose que des données", 1, id="HTML"),
        pytest.param(answer(HTML), "ce n’est pas un fichier OpenStreetMap", 1, id="HTML that says it is XML"),
        pytest.param(answer(b'{"elements": [', kind="application/json"), "(application/json)", 1, id="JSON"),
        pytest.param(cut(FULL, told=True), "est coupée", 4, id="cut, length told"),
        pytest.param(cut(FULL, told=False), "127.0.0.1, ligne 2 : le fichier de routes est abîmé", 1, id="cut"),
        pytest.param(answer(b""), "est coupée", 4, id="empty"),
        pytest.param(BUSY, "est occupé", 4, id="429 for ever"),
        pytest.param(answer(HTML, 504, "text/html"), "est occupé", 4, id="504 for ever"),
        pytest.param(answer(HTML, 429, "text/html", Retry_After=60), "est occupé", 1, id="Retry-After too long"),
        pytest.param(silent, "rien envoyé d’entier", None, id="silence"),
        pytest.param(silent_after_headers, "rien envoyé d’entier", None, id="silence after the headers"),
        pytest.param(hung_up, "est coupée", 4, id="hung up"),
        pytest.param(drip(FULL, headers=False), "rien envoyé d’entier en 1 secondes", 1, id="drip"),
        pytest.param(drip(FULL, headers=True), "rien envoyé d’entier en 1 secondes", 1, id="headers that drip"),
        pytest.param(redirect("/again"), "renvoie sans fin", None, id="redirections for ever"),
        pytest.param(in_turn(*(redirect(f"/{n}") for n in range(9))), "renvoie sans fin", 4, id="nine redirections"),
        pytest.param(redirect("ftp://127.0.0.1/roads"), "renvoie sans fin", 1, id="redirection to FTP"),
        pytest.param(redirect("file:///etc/passwd"), "renvoie sans fin", 1, id="redirection to a file"),
        pytest.param(answer(b" " * 100_001), "dépasse", 1, id="too large"),
        pytest.param(answer(overpass(way=_WAY.replace("14", "99"))), "point(s) de route manquent", 1, id="lost nodes"),
        pytest.param(answer(overpass(way=_WAY.replace("tertiary", "steps"))), "aucune route", 1, id="no road"),
        pytest.param(answer(FULL.replace(b"4.8", b"5.8")), "aucune route autour", 1, id="elsewhere"),
        pytest.param(answer(FULL.replace(b"45.7", b"45.6")), "trop loin pour y aller", 1, id="far from a place"),
    ],
)
def test_anything_else_changes_nothing(
    picup: Run, territory: Path, behaviour: Behaviour, told: str, questions: int | None
) -> None:
    """Whatever is not a full answer is refused in time, in sentences; the last good roads stay, and nothing is kept."""
    before = (territory / "roads.osm").read_bytes()
    with serving(behaviour) as server:
        said, seconds = fetched(picup, territory, server.url)
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert "Traceback" not in said.err
    assert questions in {None, len(server.asked)}
    assert seconds < TOTAL + SLACK or told.startswith("trop loin")  # reading a network comes after the download
    assert (territory / "roads.osm").read_bytes() == before
    assert "trop loin" in told or not list(Path.cwd().rglob("overpass-*"))


@pytest.mark.parametrize(
    ("url", "code", "told"),
    [
        ("http://nothing.invalid", 1, "Le serveur nothing.invalid est introuvable."),
        ("http://127.0.0.1:9", 1, "Le serveur 127.0.0.1 est introuvable."),
        ("file:///etc/passwd", 1, "« file:///etc/passwd » n’est pas une adresse Internet"),
        ("overpass-api.de", 1, "« overpass-api.de » n’est pas une adresse Internet"),
        ("http://[", 1, "« http://[ » n’est pas une adresse Internet"),
        ("http://127.0.0.1:x/", 1, "« http://127.0.0.1:x/ » n’est pas une adresse Internet"),
    ],
)
def test_an_address_that_leads_nowhere(picup: Run, territory: Path, url: str, code: int, told: str) -> None:
    """A dead name, a closed port and what is no address are told as such, and nothing changes."""
    before = (territory / "roads.osm").read_bytes()
    said, seconds = fetched(picup, territory, url)
    assert said.code == code
    assert told in said.err
    assert said.err.count("\n") == 1
    assert seconds < TOTAL + SLACK
    assert (territory / "roads.osm").read_bytes() == before


def test_a_name_that_nobody_resolves(picup: Run, territory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that says nothing is no longer waited for than any other."""
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20) and [])
    said, seconds = fetched(picup, territory, "http://nothing.invalid")
    over.set()
    assert (said.code, "rien envoyé d’entier" in said.err) == (1, True)
    assert seconds < TOTAL + SLACK


def test_an_answer_is_asked_for_once(picup: Run, territory: Path, here: Path) -> None:
    """What was answered is kept; `--fresh` asks again, and so does an answer kept of which a byte has changed."""
    with serving(answer(FULL)) as server:
        fetched(picup, territory, server.url)
        written = (territory / "roads.osm").read_bytes()
        (territory / "roads.osm").unlink()
        assert fetched(picup, territory, server.url)[0].code == 0
        assert (territory / "roads.osm").read_bytes() == written
        assert len(server.asked) == 1
        fetched(picup, territory, server.url, "--fresh")
        assert len(server.asked) == 2
        [kept] = here.rglob("overpass-*")
        kept.write_bytes(kept.read_bytes()[:-1])
        fetched(picup, territory, server.url)
        assert len(server.asked) == 3
        fetched(picup, territory, server.url)
        assert len(server.asked) == 3
        fetched(picup, territory, server.url, "--margin", "5")
        assert len(server.asked) == 4


def test_the_question(picup: Run, territory: Path) -> None:
    """Drivable roads of the territory and its margin are asked for, their restrictions with them, in a bounded time."""
    with serving(answer(FULL)) as server:
        fetched(picup, territory, server.url, "--margin", "0")
    [question] = parse_qs(urlsplit(server.asked[0]).query)["data"]
    assert question.startswith("[out:xml][timeout:1][bbox:45.66500,4.83000,45.74500,4.89000];")
    assert "|residential|" in question
    assert "footway" not in question
    assert "restriction" in question


def test_a_territory_without_roads(picup: Run, territory: Path) -> None:
    """A new territory gets its first roads."""
    (territory / "roads.osm").unlink()
    with serving(answer(FULL)) as server:
        assert fetched(picup, territory, server.url)[0].code == 0
    assert picup("territory", "check", str(territory)).code == 0
