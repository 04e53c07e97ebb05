"""The one door through which a name reaches a page, a terminal, a cell, a calendar or a poster.

Where there is markup, a name goes through :func:`text`; where there is none, through :func:`plain`, and what writes
the file then keeps it a text: `sheets.py` for Excel, `vText` for iCalendar, `spreadsheet.cell` for CSV.

Folium renders its own output once more as a Jinja template, and puts text inside JavaScript template literals: quotes,
braces, backticks and their kin must all become entities, not only the five characters of HTML.
"""

import re
import unicodedata

LONGEST = 200
"""Characters kept of a name: as many as a noun may hold."""

_ENTITIES = str.maketrans({character: f"&#{ord(character)};" for character in "&<>\"'`{}\\$=%#/"})
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, delete, C1
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # direction, zero width, annotation
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # halves of a pair, never characters
    "\U000e0000-\U000e007f]"  # invisible tags
)
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, cursor
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f]).*?(?:\x07|\x1b\\|\x9c|$)"  # titles, links, device strings
    r"|\x1b[ -/]*[0-~]",
    re.DOTALL,
)


class Html(str):
    """Text that is already safe inside HTML; only this module makes it from a name."""

    __slots__ = ()


def text(name: str) -> Html:
    """Encode a name for any place of a page, script and Jinja template included.

    Line breaks become spaces; characters that show nothing, or turn the line round, a visible replacement character.

    Examples
    --------
    >>> text("Place <b>du Marché</b>")
    'Place &#60;b&#62;du Marché&#60;&#47;b&#62;'
    """
    seen = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub(" ", name[: 8 * LONGEST]))
    return Html(_capped(unicodedata.normalize("NFC", seen)).translate(_ENTITIES))


def plain(name: str) -> str:
    r"""Name where there is no markup: escape sequences and what shows nothing left out, line breaks made spaces.

    Examples
    --------
    >>> plain("\x1b[31mPlace\nde Lisbonne\u202e")
    'Place de Lisbonne'
    """
    seen = _UNSEEN.sub("", _BREAKS.sub(" ", _ESCAPES.sub("", name[: 8 * LONGEST])))
    return _capped(unicodedata.normalize("NFC", seen))


def tag(name: str, *children: str, **attributes: str) -> Html:
    """Build an element; whatever is not :class:`Html` yet goes through :func:`text`, attributes always do.

    Parameters
    ----------
    name
        Of the element, ours.
    children
        Markup and names, in order.
    attributes
        `class_` is `class`, `data_tour` is `data-tour`; an empty value leaves the attribute out.

    Examples
    --------
    >>> tag("li", "Vénissy & ses halles", class_="stop", data_tour="3")
    '<li class="stop" data-tour="3">Vénissy &#38; ses halles</li>'
    """
    shown = "".join(
        f' {key.strip("_").replace("_", "-")}="{text(value)}"' for key, value in attributes.items() if value
    )
    return Html(f"<{name}{shown}>{joined(*children)}</{name}>")


def joined(*pieces: str) -> Html:
    """Put pieces one after the other, names encoded."""
    return Html("".join(piece if isinstance(piece, Html) else text(piece) for piece in pieces))


def _capped(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
