"""What is published: a new output is one function in its own file, and one line of :data:`OUTPUTS`.

A function takes an :class:`Edition`, what its audience may read and what is drawn of it, and returns a file; where the
name holds `{}`, several files, each by the id that takes that place.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from picup_planner.draw import Drawing
from picup_planner.problem import Id
from picup_planner.publish.audience import PublicMonth, StaffMonth
from picup_planner.publish.map import staff_map
from picup_planner.publish.public_page import WITH_TILES, public_page

M = TypeVar("M", bound=PublicMonth | StaffMonth)

Content = str | bytes
Files = Content | Mapping[str, Content]

_ID = TypeAdapter(Id)


class Audience(StrEnum):
    """Who reads, which is also the name of the folder."""

    PUBLIC = "public"
    STAFF = "staff"


@dataclass(frozen=True)
class Edition(Generic[M]):
    """All an output is made from.

    Parameters
    ----------
    month
        The month published.
    others
        Months published before that are still told, the latest first: a feed people subscribe to must not lose them.
    drawing
        For residents, communes and background; for the staff also sites, depots and roads driven.
    language
        One of :data:`picup_planner.messages.LANGUAGES`.
    home
        Whether it is for the top of the folder, where the latest month is, rather than for the folder of its month.
    """

    month: M
    others: tuple[M, ...]
    drawing: Drawing
    language: str = "fr"
    home: bool = False

    @property
    def links(self) -> Iterator[tuple[str, str]]:
        """Address and month of the other pages, as seen from this one."""
        if self.home:
            yield from ((f"{other.month}/index.html", other.month) for other in self.others)
        elif latest := max((other.month for other in self.others if other.month > self.month.month), default=""):
            yield "../index.html", latest


@dataclass(frozen=True)
class Output:
    """One kind of file.

    Parameters
    ----------
    name
        Within the folder of the month.
    write
        From an edition to the file, or to several.
    home
        Whether it also stands at the top of the folder, made for the latest month, where its address never changes.
    """

    name: str
    audience: Audience
    write: Callable[[Edition[Any]], Files]
    home: bool = False

    def files(self, edition: Edition[Any]) -> Iterator[tuple[str, bytes]]:
        """Yield names and contents."""
        written = self.write(edition)
        several = (
            {_ID.validate_python(key): content for key, content in written.items()}
            if isinstance(written, Mapping)
            else {"": written}
        )
        for key, content in several.items():
            yield self.name.format(key), content.encode() if isinstance(content, str) else content


def _public(edition: Edition[PublicMonth]) -> str:
    return public_page(edition.month, edition.drawing, edition.language, others=edition.links)


def _public_tiled(edition: Edition[PublicMonth]) -> str:
    return public_page(edition.month, edition.drawing, edition.language, others=edition.links, tiles=True)


def _staff(edition: Edition[StaffMonth]) -> str:
    return staff_map(edition.month, edition.drawing, edition.language, others=edition.links)


OUTPUTS = (
    Output("index.html", Audience.PUBLIC, _public, home=True),
    Output(WITH_TILES, Audience.PUBLIC, _public_tiled, home=True),
    Output("index.html", Audience.STAFF, _staff, home=True),
)
