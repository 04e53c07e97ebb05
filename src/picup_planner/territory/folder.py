"""Reads a territory folder, or says everything that is wrong with it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.problem import Commune, Retention, Settings, Territory
from picup_planner.problem.references import cross_references
from picup_planner.territory.checks import checks
from picup_planner.territory.contours import Ring, contours
from picup_planner.territory.files import Row, csv_rows, unknown_files
from picup_planner.territory.reading import Reading
from picup_planner.territory.tables import IN_CSV, ROADS
from picup_planner.territory.toml import toml_rows
from picup_planner.territory.workbook import MonthBook, overlay

NOUNS = tuple(name for name in Territory.model_fields if name not in ("origin", "id", "name", "service", "settings"))
"""Fields of a territory that hold nouns, each a kind of table."""

EMBEDDED = Path("data", "communes", "portes-du-sud")


def embedded() -> Path:
    """Folder of the territory the program comes with: in the installed package, or in a checkout at its root.

    Raises
    ------
    DataError
        When neither is there.
    """
    package = Path(__file__).parents[1]
    for root in (package, package.parents[1]):
        if (root / EMBEDDED).is_dir():
            return root / EMBEDDED
    raise DataError(Mistake("data-missing-folder", {"folder": str(EMBEDDED)}))


def read(
    folder: Path, *, roads: bool = True, month: MonthBook | None = None, partner: MonthBook | None = None
) -> Territory:
    """Read a territory folder.

    Parameters
    ----------
    roads
        Whether its roads must be there already.
    month
        A workbook whose facts take the place of those of the folder.
    partner
        The workbook of one partner, whose people are as it says.

    Raises
    ------
    DataError
        With every mistake of every file at once, in the order of files and lines.

    Examples
    --------
    >>> territory = read(embedded())
    >>> [commune.name for commune in territory.communes], len(territory.sites), len(territory.staff)
    (['Vénissieux', 'Saint-Fons', 'Feyzin', 'Corbas'], 39, 10)
    """
    if not folder.is_dir():
        raise DataError(Mistake("data-missing-folder", {"folder": str(folder)}))
    mistakes = list(unknown_files(folder))
    if roads and not (folder / ROADS).is_file():
        mistakes.append(Mistake("data-missing-roads", {}, Origin(ROADS)))
    rows = _rows(folder, month, partner, mistakes)
    reading = Reading(rows)
    nouns = {kind: reading.nouns(kind) for kind in NOUNS}
    nouns["communes"] = _with_contours(nouns["communes"], contours(folder, mistakes), mistakes)
    settings = next(iter(reading.nouns("settings", objectives=reading.nouns("objectives"))), Settings())
    header = next(iter(reading.nouns("header")), SimpleNamespace(id="", name=""))
    service = next(iter(reading.nouns("service")), None)
    reading.nouns("retention")
    mistakes += reading.mistakes
    across = (*cross_references(cast("Territory", SimpleNamespace(**nouns))), *checks(nouns))
    for mistake in across:
        mistakes += () if mistake.message.startswith("data-unknown-") else reading.located(mistake)
    if "staff" not in rows:
        mistakes = [m for m in mistakes if m.message not in ("data-role-nobody-has", "data-no-driver")]
    if month:
        mistakes = [overlay.placed(mistake, month) for mistake in mistakes]
    if mistakes:
        raise DataError(*sorted(dict.fromkeys(mistakes), key=_place))
    return Territory(id=header.id, name=header.name, service=service, settings=settings, **nouns)


def retention(folder: Path) -> Retention:
    """How long a territory keeps what names people, read from its settings.

    Raises
    ------
    DataError
        With everything wrong in the settings.
    """
    mistakes: list[Mistake] = []
    reading = Reading({"retention": toml_rows(folder, mistakes).get("retention", [])})
    found = next(iter(reading.nouns("retention")), Retention())
    if mistakes := [*mistakes, *reading.mistakes]:
        raise DataError(*mistakes)
    return cast("Retention", found)


def _rows(
    folder: Path, month: MonthBook | None, partner: MonthBook | None, mistakes: list[Mistake]
) -> dict[str, list[Row]]:
    """Rows of the folder by kind, those of the workbooks over them."""
    rows = toml_rows(folder, mistakes)
    for kind, table in IN_CSV.items():
        found = csv_rows(folder, table, mistakes)
        if found is not None:
            rows[kind] = found
    if month:
        mistakes += overlay.mistakes(month, rows, of_a_partner=False)
        rows = overlay.over(rows, month)
    if partner:
        mistakes += overlay.mistakes(partner, rows, of_a_partner=True)
        rows = overlay.with_partner(rows, partner)
    return rows


def _with_contours(
    communes: tuple[Any, ...], found: dict[str, Ring] | None, mistakes: list[Mistake]
) -> tuple[Any, ...]:
    """Communes with their contours; a commune refused already stays as it is."""
    if found is None:
        return communes
    outlined = []
    for commune in communes:
        if isinstance(commune, Commune):
            if commune.insee not in found:
                mistakes.append(Mistake("data-no-contour", {"commune": commune.name}, commune.origin))
            outlined.append(commune.model_copy(update={"contour": found.get(commune.insee, ())}))
        else:
            outlined.append(commune)
    return tuple(outlined)


def _place(mistake: Mistake) -> tuple[str, str, int]:
    """File, sheet when it is a workbook, and line."""
    origin = mistake.origin
    return (origin.file, origin.sheet, origin.line or 0) if origin else ("", "", 0)
