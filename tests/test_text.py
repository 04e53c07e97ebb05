import html
import unicodedata

import pytest
from branca.element import Element
from hypothesis import given
from hypothesis import strategies as st

from pages import BENIGN, HOSTILE
from picup_planner.publish.text import LONGEST, Html, joined, plain, tag, text

RAW = set("<>\"'`{}\\$=%/") | {chr(code) for code in (*range(32), 0x7F, 0x85, 0x2028, 0x2029, 0x202E, 0x2067, 0xFEFF)}


def test_corpus_is_large_enough() -> None:
    """The corpus holds at least forty distinct strings, among them benign ones."""
    assert len(set(HOSTILE.values())) >= 40
    assert len(BENIGN) >= 10


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_raw_comes_through(kind: str) -> None:
    """No character that HTML, JavaScript or Jinja reads is left as it is."""
    assert not RAW & set(text(HOSTILE[kind]))


@given(st.text())
def test_nothing_raw_comes_through_whatever_the_text(name: str) -> None:
    """What holds for the corpus holds for any text, and a name never grows past what a noun holds."""
    encoded = text(name)
    assert not RAW & set(encoded)
    assert len(html.unescape(encoded)) <= LONGEST


@pytest.mark.parametrize("kind", BENIGN)
def test_benign_names_come_out_unchanged(kind: str) -> None:
    """A reader sees a benign name as it was typed, accents composed, on a page and on a terminal."""
    expected = unicodedata.normalize("NFC", BENIGN[kind])
    assert html.unescape(text(BENIGN[kind])) == expected
    assert plain(BENIGN[kind]) == expected


@pytest.mark.parametrize("kind", HOSTILE)
def test_jinja_leaves_an_encoded_name_alone(kind: str) -> None:
    """Rendered once more as a template, as branca does, an encoded name stays what it was."""
    assert Element(text(HOSTILE[kind])).render() == text(HOSTILE[kind])


def test_twins_look_the_same() -> None:
    """A name typed with composed and with combining accents is one name."""
    assert text(HOSTILE["composed"]) == text(HOSTILE["decomposed"])


def test_long_names_are_cut() -> None:
    """A name of forty thousand letters is cut, and shows that it was."""
    seen = html.unescape(text(HOSTILE["40,000 letters"]))
    assert len(seen) == LONGEST
    assert seen.endswith("…")


def test_invisible_characters_are_seen() -> None:
    """Line breaks become spaces; a character that turns the line round is shown as replaced."""
    assert text("a\r\nb\u2028c") == "a b c"
    assert text("a\u202eb\x00c") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_joined_emoji_stay_joined() -> None:
    """A family emoji keeps its joiners."""
    assert html.unescape(text("👩‍👩‍👧")) == "👩‍👩‍👧"


def test_elements_encode_what_is_not_markup() -> None:
    """Children and attributes are encoded once; markup made by an element is kept."""
    inner = tag("b", "<&")
    assert tag("p", inner, '"', class_="a b", data_x="'", hidden="") == (
        '<p class="a b" data-x="&#39;"><b>&#60;&#38;</b>&#34;</p>'
    )
    assert joined(inner, "<") == "<b>&#60;&#38;</b>&#60;"
    assert isinstance(joined("<"), Html)


@pytest.mark.parametrize("kind", HOSTILE)
def test_terminal_text_holds_no_control(kind: str) -> None:
    """A name printed on a terminal moves no cursor, changes no colour and turns no line round."""
    assert all(unicodedata.category(character) not in {"Cc", "Zl", "Zp"} for character in plain(HOSTILE[kind]))


def test_terminal_text_leaves_no_trace_of_an_escape_sequence() -> None:
    """Colours, titles and links disappear whole, the words they dressed stay."""
    assert plain(HOSTILE["escape sequence"]) == "rouge"
    assert plain(HOSTILE["terminal title"]) == "Place"
    assert plain(HOSTILE["terminal link"]) == "Place"
