"""Rows added under those of a file of the territory, which stays as it is to the byte."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.problem import Depot, Site, Territory
from picup_planner.territory.cells import fold
from picup_planner.territory.files import content, csv_rows, headings
from picup_planner.territory.tables import IN_CSV

_NUMBERED = re.compile(r"(.*?)([0-9]+)")


def with_sites(folder: Path, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Content of `sites.csv` with more rows at its end, separated and ended as those that are there.

    Parameters
    ----------
    rows
        Cells by column; the others stay empty.

    Raises
    ------
    DataError
        When the file cannot be read, or lacks a column that a row fills.
    """
    table = IN_CSV["sites"]
    mistakes: list[Mistake] = []
    text = content(folder, table.file, mistakes) or ""
    csv_rows(folder, table, mistakes)
    if mistakes:
        raise DataError(*mistakes)
    lines = text.split("\n")
    at, delimiter, columns = headings(lines)
    missing = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in columns]
    if missing:
        origin = Origin(table.file, at + 1)
        raise DataError(*(Mistake("data-missing-column", {"column": name}, origin) for name in missing))
    added = io.StringIO()
    ending = "\r\n" if "\r\n" in text else "\n"
    csv.writer(added, delimiter=delimiter, lineterminator=ending).writerows(
        [row.get(column, "") for column in columns] for row in rows
    )
    before = (folder / table.file).read_bytes()
    last = b"" if before.endswith(b"\n") else ending.encode()
    return before + last + added.getvalue().encode()


def new_ids(territory: Territory, commune: str, number: int) -> list[str]:
    """So many ids nobody has, that go on from those of a commune's sites: `ven-19` after `ven-18`.

    A commune whose sites follow no pattern gives its own id to them: `amont-01`.
    """
    places: tuple[Depot | Site, ...] = (*territory.sites, *territory.depots)
    taken = {place.id for place in places}
    numbered = [
        found for site in territory.sites if site.commune == commune and (found := _NUMBERED.fullmatch(site.id))
    ]
    stems = Counter(found[1] for found in numbered)
    stem = stems.most_common(1)[0][0] if stems else f"{commune}-"
    digits = [found[2] for found in numbered if found[1] == stem]
    width = max(map(len, digits), default=2)
    last = max(map(int, digits), default=0)
    free = (f"{stem}{n:0{width}}" for n in range(last + 1, last + number + len(taken) + 1))
    return [name for name in free if name not in taken][:number]


def new_names(territory: Territory, names: Iterable[str]) -> list[str]:
    """Names no site has yet: a row that refers to a site by its name must go on meaning one; `Place (2)` otherwise."""
    taken = {fold(text) for site in territory.sites for text in (site.name, site.id)}
    chosen = []
    for name in names:
        free = (f"{name} ({n})" if n > 1 else name for n in range(1, len(taken) + 2))
        chosen.append(next(each for each in free if fold(each) not in taken))
        taken.add(fold(chosen[-1]))
    return chosen
