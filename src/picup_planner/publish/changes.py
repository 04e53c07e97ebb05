"""What to tell residents, town halls and partners when a published month changes: an e-mail of one page, and texts.

Both tell only what residents may read, so that they may go to anybody.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from picup_planner.messages import FRENCH, Words
from picup_planner.publish.audience import PublicMonth, PublicStop, StaffMonth
from picup_planner.publish.text import plain

Month = PublicMonth | StaffMonth
"""Of both, only what residents may read is told."""

LONGEST_TEXT = 160
"""Characters of a text message."""

_SIMPLE = str.maketrans(
    {"\N{NO-BREAK SPACE}": " ", "\N{EN DASH}": "-", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "…": "."}
    | {"«": '"', "»": '"', "Œ": "OE", "œ": "oe"}
)
_CHEAP = "èéùìòàÇÅåÉÄÖÑÜäöñü"
"""Letters with accents that a telephone has; any other would make a text message cost as much as two."""


@dataclass(frozen=True)
class Changed:
    """One stop that residents find otherwise than announced; `before` is ``None`` when new, `after` when cancelled."""

    before: PublicStop | None
    after: PublicStop | None


def changed(published: Month, month: Month) -> tuple[Changed, ...]:
    """Find what residents were told and is no longer so, by the date they know or, when new, by its own.

    What was over before the day of the month's plan is left out: nobody can come to it any more.
    """
    before = {stop.id: stop for stop in published.stops if not stop.cancelled}
    after = {stop.id: stop for stop in month.stops if not stop.cancelled}
    both = (Changed(before.get(each), after.get(each)) for each in before.keys() | after.keys())
    coming = (one for one in both if any(stop and stop.date >= month.updated_on for stop in (one.before, one.after)))
    return tuple(sorted((one for one in coming if _known(one.before) != _known(one.after)), key=_when))


def email(published: Month, month: Month, language: str = FRENCH) -> str:
    """Write the message: its subject on the first line, then what moves, is cancelled and is new."""
    words = Words(language, plain)
    found = changed(published, month)
    service = month.service
    lines = [words("message-subject", n=len(found), service=service.name, month=month.month), ""]
    lines += [words("message-hello"), ""]
    lines += [
        words("message-intro", service=service.name, month=month.month) if found else words("message-nothing"),
        "",
    ]
    groups = {
        "message-moved": [one for one in found if one.before and one.after],
        "message-cancelled": [one for one in found if one.after is None],
        "message-new": [one for one in found if one.before is None],
    }
    for heading, some in groups.items():
        if some:
            lines += [words(heading), *(line for one in some for line in _told(one, words)), ""]
    if found:
        lines.append(words("message-rest"))
    if service.page:
        lines.append(words("message-address", value=service.page))
    if service.phone:
        lines.append(words("notice-phone", phone=service.phone))
    return "\n".join(lines).rstrip() + "\n"


def texts(published: Month, month: Month, language: str = FRENCH) -> str:
    """Write a text message a line, one for each change, of 160 characters at most: long names are cut."""
    words = Words(language, plain)
    return "".join(f"{_text(one, month.service.name, words)}\n" for one in changed(published, month))


def _text(one: Changed, service: str, words: Words) -> str:
    for longest in range(80, 0, -1):
        told = {"service": _cut(service, longest)}
        if one.before:
            told["before"] = _stop_told(one.before, words, longest)
        if one.after:
            told["after"] = _stop_told(one.after, words, longest)
        kind = "moved" if one.before and one.after else "cancelled" if one.before else "new"
        text = _simple(words(f"message-text-{kind}", **told))
        if len(text) <= LONGEST_TEXT:
            break
    return text


def _simple(text: str) -> str:
    """Give a text with the letters a text message is cheap with: `Hotel` for `Hôtel`."""
    shown = text.translate(_SIMPLE)
    return "".join(each if each in _CHEAP else unicodedata.normalize("NFKD", each)[0] for each in shown)


def _told(one: Changed, words: Words) -> Iterator[str]:
    """Yield the lines of one change."""
    if one.before:
        yield f"- {_stop_told(one.before, words)}"
    if one.before and one.after:
        yield "  " + words("message-to", stop=_stop_told(one.after, words))
    elif one.after:
        yield f"- {_stop_told(one.after, words)}"


def _stop_told(stop: PublicStop, words: Words, longest: int | None = None) -> str:
    where = {"site": _cut(stop.place, longest), "commune": _cut(stop.commune_name, longest)}
    hours = words.hours(stop.start, stop.end)
    return words("change-permanence", date=words.date(stop.date, short=True), hours=hours, **where)


def _cut(name: str, longest: int | None) -> str:
    shown = plain(name)
    return shown if longest is None or len(shown) <= longest else shown[: longest - 1] + "…"


def _known(stop: PublicStop | None) -> object:
    """Give what a resident has to know to find a stop."""
    return stop and (stop.date, stop.start, stop.end, stop.place, stop.commune)


def _when(one: Changed) -> tuple[object, ...]:
    stop = one.before or one.after
    return (stop.date, stop.start, stop.id) if stop else ()
