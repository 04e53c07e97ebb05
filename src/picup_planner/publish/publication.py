"""The two folders of a publication, one for residents and one for the staff: made, checked, then put in place."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  the nouns' own
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from picup_planner.draw import Drawing
from picup_planner.publish import root
from picup_planner.publish.audience import PublicMonth, StaffMonth
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


def publish(out: Path, told: Mapping[Audience, Told], language: str) -> tuple[Standing, ...]:
    """Publish a month to each audience, beside the month before it and any after it that were published already.

    Both folders are written and read back before either takes its place, the staff's first: residents are never told
    what the staff does not know. The caller holds :func:`picup_planner.publish.lock.locked`.

    Raises
    ------
    OSError
        When the disk refuses; what was published stands.
    DataError
        When a folder holds what was not published by us.
    """
    ready: list[tuple[Path, Path | None]] = []
    try:
        for audience in sorted(told, key=list(Audience).index, reverse=True):
            place = out / audience
            root.mended(place)
            months = {**_kept(place, audience, told[audience][0].month), told[audience][0].month: told[audience]}
            files = files_of(audience, months, language, _before(place))
            counted = tuple(
                (name, len(month.stops), sum(stop.cancelled for stop in month.stops))
                for name, (month, _) in sorted(months.items())
            )
            made = root.manifest(audience, counted, files)
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


def files_of(
    audience: Audience, months: Mapping[str, Told], language: str, before: Callable[[str], bytes]
) -> dict[str, bytes]:
    """Every file of a folder, by its path within it: those of each month, and at the top those of the latest."""
    latest = max(months)
    files: dict[str, bytes] = {}
    for name, (month, drawing) in months.items():
        files |= {f"{name}/{file}": content for file, content in _written(audience, months, name, language, before)}
        files[f"{name}/{MONTH}"] = month.model_dump_json(indent=1).encode()
        files[f"{name}/{DRAWING}"] = drawing.model_dump_json().encode()
    return files | dict(_written(audience, months, latest, language, before, home=True))


def _written(  # noqa: PLR0913  what an edition is made of
    audience: Audience,
    months: Mapping[str, Told],
    name: str,
    language: str,
    before: Callable[[str], bytes],
    *,
    home: bool = False,
) -> Iterator[tuple[str, bytes]]:
    month, drawing = months[name]
    others = tuple(months[other][0] for other in sorted(months, reverse=True) if other != name)
    edition = Edition(month, others, drawing, language, home, before)
    for output in OUTPUTS:
        if output.audience is audience and (output.home if home else output.month):
            yield from output.files(edition)


def _before(place: Path) -> Callable[[str], bytes]:
    """Give files as they were published, and nothing for one that is not what its manifest says."""
    told = root.read_manifest(place)
    known = {each.name for each in told.files}.difference(root.damaged(place)) if told else set[str]()
    return lambda name: (place / name).read_bytes() if name in known else b""


def _kept(place: Path, audience: Audience, published: str) -> dict[str, Told]:
    """Months already published that are still told: the one before, whose last days may be to come, and later ones."""
    first = Date.fromisoformat(f"{published}-01")
    before = f"{first - timedelta(days=1):%Y-%m}"
    found: dict[str, Told] = {}
    for path in sorted(place.glob(f"*/{MONTH}")):
        if path.parent.name >= before and path.parent.name != published:
            try:
                month = _NOUNS[audience].model_validate_json(path.read_bytes())
                found[month.month] = month, Drawing.model_validate_json((path.parent / DRAWING).read_bytes())
            except (OSError, ValidationError):  # edited by somebody: told no more, and not an obstacle
                continue
    return found
