"""The two folders of a publication, one for residents and one for the staff: made, checked, then put in place."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  the nouns' own
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from picup_planner.draw import Drawing
from picup_planner.errors import DataError, Mistake
from picup_planner.plan import State
from picup_planner.publish import root
from picup_planner.publish.audience import PublicMonth, StaffMonth, StaffPerson
from picup_planner.publish.calendar import in_descriptions
from picup_planner.publish.outputs import MONTH, OUTPUTS, Audience, Edition

DRAWING = "drawing.json"
"""What is drawn of a month, kept beside it."""

Told = tuple[PublicMonth | StaffMonth, Drawing]

_NOUNS: dict[Audience, type[PublicMonth | StaffMonth]] = {Audience.PUBLIC: PublicMonth, Audience.STAFF: StaffMonth}


@dataclass(frozen=True)
class Standing:
    """Where a publication stands: `root`, or another name while something holds it; `changed` from the one before."""

    root: Path
    stands: Path
    changed: bool


def publish(
    out: Path, told: Mapping[Audience, Told], language: str, people: Mapping[str, str] = MappingProxyType({})
) -> tuple[Standing, ...]:
    """Publish a month to each audience, beside the month before it and any after it that were published already.

    Both folders are written and read back before either takes its place, the staff's first: residents are never told
    what the staff does not know. The caller holds :func:`picup_planner.publish.lock.locked`.

    Parameters
    ----------
    people
        Initials of each person of the staff, by the address of their calendar.

    Raises
    ------
    OSError
        When the disk refuses; what was published stands.
    DataError
        When a folder holds what was not published by us, or the months of another territory.
    """
    _refuse_other_territory(out, told)
    ready: list[tuple[Path, Path | None]] = []
    try:
        for audience in sorted(told, key=list(Audience).index, reverse=True):
            place = out / audience
            root.mended(place)
            months = {**_kept(place, audience, told[audience][0].month), told[audience][0].month: told[audience]}
            addresses = people if audience is Audience.STAFF else {}
            files = files_of(audience, months, language, _before(place), addresses)
            made = root.manifest(audience, _counted(months), files)
            same = root.read_manifest(place) == made and not root.damaged(place)
            ready.append((place, None if same else root.staged(place, files, made)))
        return tuple(
            Standing(place, root.swapped(folder, place) if folder else place, changed=folder is not None)
            for place, folder in ready
        )
    except BaseException:
        for _, folder in ready:
            if folder:
                shutil.rmtree(folder, ignore_errors=True)
        raise


def _refuse_other_territory(out: Path, told: Mapping[Audience, Told]) -> None:
    """Refuse to publish beside the months of another territory: whoever follows one would be told of both."""
    for audience, (month, _) in told.items():
        for path in sorted((out / audience).glob(f"*/{MONTH}")):
            with suppress(OSError, ValidationError):  # edited by somebody: told no more
                there = _NOUNS[audience].model_validate_json(path.read_bytes())
                if there.territory != month.territory:
                    other = {"folder": str(out / audience), "name": there.territory_name}
                    raise DataError(Mistake("publish-other-territory", other))


def standing_state(out: Path, month: str) -> State | None:
    """State that the pages residents read tell of a month, ``None`` where they tell none of it."""
    try:
        return PublicMonth.model_validate_json((out / Audience.PUBLIC / month / MONTH).read_bytes()).state
    except (OSError, ValidationError):
        return None


def republished(
    out: Path,
    change: Callable[[StaffMonth], StaffMonth | None],
    of_feed: Callable[[bytes], bytes],
    language: str,
    people: Mapping[str, str],
) -> bool:
    """Make what the staff reads again from changed months, and throw away the version before, which told the rest.

    The caller holds :func:`picup_planner.publish.lock.locked`.

    Parameters
    ----------
    change
        From a month to what is told of it, ``None`` when nothing is any more.
    of_feed
        From a calendar to the one that is written over.
    people
        As for :func:`publish`.

    Returns
    -------
        Whether anything was published to the staff.

    Raises
    ------
    OSError
        When the disk refuses; what was published stands.
    """
    place = out / Audience.STAFF
    root.mended(place)
    kept = _kept(place, Audience.STAFF, "")
    told = {name: (change(month), drawing) for name, (month, drawing) in kept.items() if isinstance(month, StaffMonth)}
    months: dict[str, Told] = {name: (month, drawing) for name, (month, drawing) in told.items() if month}
    if not months:
        if kept:
            root.discard(place)
        return bool(kept)
    published = _before(place)

    def before(name: str) -> bytes:
        content = published(name)
        return of_feed(content) if content and name.endswith(".ics") else content

    files = files_of(Audience.STAFF, months, language, before, people)
    root.swapped(root.staged(place, files, root.manifest(Audience.STAFF, _counted(months), files)), place)
    root.discard_previous(place)
    return True


def forget(out: Path, called: Mapping[str, str], other: str, language: str, people: Mapping[str, str]) -> bool:
    """Put another name in the place of a person's initials in all the staff reads, as :func:`republished` does.

    Parameters
    ----------
    called
        Initials of the person, by month.
    other
        What takes their place.
    """
    names = sorted(set(filter(None, called.values())))
    lines = [re.compile(rf"(?m)^{re.escape(name)}(?= \()") for name in names]
    return republished(
        out,
        lambda month: _renamed(month, called.get(month.month, ""), other),
        lambda feed: in_descriptions(feed, lines, other),
        language,
        people,
    )


def _renamed(month: StaffMonth, initials: str, other: str) -> StaffMonth:
    def seat(one: StaffPerson) -> StaffPerson:
        return one.model_copy(update={"initials": other}) if one.initials == initials else one

    stops = (stop.model_copy(update={"crew": tuple(map(seat, stop.crew))}) for stop in month.stops)
    return month.model_copy(update={"stops": tuple(stops)})


def _counted(months: Mapping[str, Told]) -> tuple[tuple[str, int, int], ...]:
    """Permanences and cancellations of each month."""
    return tuple(
        (name, len(month.stops), sum(stop.cancelled for stop in month.stops))
        for name, (month, _) in sorted(months.items())
    )


def files_of(
    audience: Audience,
    months: Mapping[str, Told],
    language: str,
    before: Callable[[str], bytes],
    people: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, bytes]:
    """Every file of a folder, by its path within it: those of each month, and at the top those of the latest."""
    latest = max(months)

    def written(name: str, *, home: bool = False) -> Iterator[tuple[str, bytes]]:
        month, drawing = months[name]
        others = tuple(months[other][0] for other in sorted(months, reverse=True) if other != name)
        edition = Edition(month, others, drawing, language, home, before, people)
        for output in OUTPUTS:
            if output.audience is audience and (output.home if home else output.month):
                yield from output.files(edition)

    files: dict[str, bytes] = {}
    for name, (month, drawing) in months.items():
        files |= {f"{name}/{file}": content for file, content in written(name)}
        files[f"{name}/{MONTH}"] = month.model_dump_json(indent=1).encode()
        files[f"{name}/{DRAWING}"] = drawing.model_dump_json().encode()
    return files | dict(written(latest, home=True))


def _before(place: Path) -> Callable[[str], bytes]:
    """Give files as they were published, and nothing for one that is not what its manifest says."""
    told = root.read_manifest(place)
    known = {each.name for each in told.files}.difference(root.damaged(place)) if told else set[str]()
    return lambda name: (place / name).read_bytes() if name in known else b""


def _kept(place: Path, audience: Audience, published: str) -> dict[str, Told]:
    """Months already published that are still told: the one before, whose last days may be to come, and later ones.

    All of them where no month is being published.
    """
    before = f"{Date.fromisoformat(f'{published}-01') - timedelta(days=1):%Y-%m}" if published else ""
    found: dict[str, Told] = {}
    for path in sorted(place.glob(f"*/{MONTH}")):
        if path.parent.name >= before and path.parent.name != published:
            try:
                month = _NOUNS[audience].model_validate_json(path.read_bytes())
                found[month.month] = month, Drawing.model_validate_json((path.parent / DRAWING).read_bytes())
            except (OSError, ValidationError):  # edited by somebody: told no more, and not an obstacle
                continue
    return found
