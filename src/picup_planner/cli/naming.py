"""What a person calls a site, somebody of the team or a permanence: an id or a name, however it is written."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self, TypeVar

from picup_planner.cli.usage import WrongUsage
from picup_planner.errors import DataError, Mistake, PicupError
from picup_planner.plan import Permanence, Plan
from picup_planner.territory.cells import fold
from picup_planner.territory.files import nearest


class Named(Protocol):
    """A noun with an id and a name."""

    @property
    def id(self) -> str: ...  # noqa: D102  said by the class

    @property
    def name(self) -> str: ...  # noqa: D102  said by the class


_UNKNOWN = "usage-unknown-permanence"

N = TypeVar("N", bound=Named)
T = TypeVar("T")


def named(text: str, nouns: Iterable[N], message: str) -> N:
    """Noun of that id or name; accents, case, spaces and hyphens are forgiven.

    Parameters
    ----------
    message
        Id of the mistake when nothing is called that, such as ``data-unknown-sites``; its argument is `value`.

    Raises
    ------
    DataError
        When nothing is called that, with the nearest name there is; or several things are, with their ids.
    """
    return _meant(text, tuple(nouns), lambda noun: (noun.id, noun.name), message)


def permanence_named(text: str, plan: Plan) -> Permanence:
    """Permanence of that id, or held at that site, whose date tells it apart from others there.

    Raises
    ------
    DataError
        When the plan holds none, with the nearest there is; or several, with what to write.
    WrongUsage
        When it is cancelled.
    """
    try:
        return _permanence(text, plan.permanences)
    except DataError as error:
        if error.mistakes[0].message == _UNKNOWN:
            with suppress(DataError):
                gone = _permanence(text, plan.cancelled)
                raise WrongUsage(Mistake("cancel-already", {"permanence": gone.id})) from None
        raise


def _permanence(text: str, some: Iterable[Permanence]) -> Permanence:
    held = sorted(some, key=lambda one: (one.date, one.start, one.id))
    return _meant(text, held, _called, _UNKNOWN, _dated)


class Mistakes:
    """Gathers the mistakes of several things typed, to tell them all at once.

    What is refused inside a ``with`` of this object is kept; :meth:`told` raises it, if any.
    """

    def __init__(self) -> None:
        self._errors: list[PicupError] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, (DataError, WrongUsage)):
            self._errors.append(error)
            return True
        return False

    def told(self) -> None:
        """Raise everything refused so far.

        Raises
        ------
        PicupError
            A `WrongUsage` when one of them is, otherwise a `DataError`.
        """
        mistakes = [mistake for error in self._errors for mistake in error.mistakes]
        if any(isinstance(error, WrongUsage) for error in self._errors):
            raise WrongUsage(*mistakes)
        if mistakes:
            raise DataError(*mistakes)


def _called(permanence: Permanence) -> tuple[str, ...]:
    place, when = permanence.place, permanence.date.isoformat()
    session = permanence.session or ""
    sites = (place.id, place.name)
    dated = (f"{site} {more}" for site in sites for more in (when, f"{when} {session}"))
    return (permanence.id, *sites, *dated)


def _dated(permanence: Permanence) -> str:
    return f"{permanence.place.id} {permanence.date} {permanence.session or ''}".strip()


def _meant(
    text: str,
    things: Iterable[T],
    spellings: Callable[[T], tuple[str, ...]],
    message: str,
    told: Callable[[T], str] | None = None,
) -> T:
    """Thing one of whose spellings is the text; the first spelling of a thing is its id, which wins over names."""
    told = told or (lambda thing: spellings(thing)[0])
    meant: dict[str, list[T]] = {}
    written: dict[str, str] = {}
    for thing in things:
        identity, *others = spellings(thing)
        if identity == text.strip():
            return thing
        for spelling in dict.fromkeys(map(fold, (identity, *others))):
            meant.setdefault(spelling, []).append(thing)
        for spelling in (*others, identity):
            written.setdefault(fold(spelling), spelling)
    found = meant.get(fold(text), [])
    if len(found) > 1:
        raise DataError(Mistake("usage-ambiguous-name", {"value": text, "choices": ", ".join(map(told, found))}))
    if not found:
        raise DataError(Mistake(message, {"value": text, "nearest": written.get(nearest(fold(text), written), "")}))
    return found[0]
