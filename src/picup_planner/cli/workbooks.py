"""Workbooks of a month as commands use them: read over a territory's folder, or refused with a marked copy."""

from collections.abc import Iterable
from pathlib import Path

from picup_planner.cli.endings import tell
from picup_planner.cli.saving import free_name
from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.messages import LANGUAGES, Words
from picup_planner.problem import ObjectiveChoice, Territory
from picup_planner.publish.text import plain
from picup_planner.solver.objectives import OBJECTIVES, OF_REPLANNING
from picup_planner.territory import read
from picup_planner.territory.workbook import MonthBook, Vocabulary, marked, read_month
from picup_planner.territory.workbook.guard import LARGEST
from picup_planner.territory.workbook.layout import ORDER
from picup_planner.writing import write

USUAL = tuple(
    ObjectiveChoice(name=objective.name, tolerance=objective.tolerance)
    for objective in OBJECTIVES
    if objective.name not in OF_REPLANNING
)
"""The objectives of a month in their usual order."""


HELD = "~$"
"""What begins the name of the file that Excel puts beside a workbook it holds open."""


def vocabulary(words: Words) -> Vocabulary:
    """Words of a workbook, those of the reader's language first; a workbook is understood in all of them."""
    others = (Words(language, plain) for language in LANGUAGES if language != words.language)
    return Vocabulary((words, *others), [objective.name for objective in USUAL])


def content_of(path: Path) -> bytes:
    """Bytes of a workbook, or the first of them when it is too large to be one."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def meant(paths: Iterable[Path], words: Words) -> list[Path]:
    """Workbooks typed, or a pattern stands for, which Windows leaves as it is; no marked copy of one of them.

    What Excel puts beside a workbook that it holds open is none.
    """
    suffix = f"-{words('workbook-copy-suffix')}"
    found = [one for path in paths for one in ([] if path.exists() else sorted(path.parent.glob(path.name))) or [path]]
    known = {one for one in found if suffix not in one.stem}
    copied = {one: one.with_stem(one.stem.partition(suffix)[0]) for one in found if suffix in one.stem}
    return [one for one in dict.fromkeys(found) if copied.get(one) not in known and not one.name.startswith(HELD)]


def read_with_workbook(path: Path, folder: Path, words: Words) -> tuple[Territory, MonthBook]:
    """Read a territory's folder with the facts of a workbook in the place of its own, and tell what is worth knowing.

    Raises
    ------
    DataError
        With everything wrong in both; the cells of the workbook are then marked in a copy, whose name comes last.
    """
    content = content_of(path)
    book = read_month(content, path.name, vocabulary(words))
    try:
        territory = read(folder, month=book)
    except DataError as refusal:
        raise with_copy(path, content, [book], refusal.mistakes, words) from refusal
    _tell(book, territory, folder, words)
    return territory, book


def with_copy(
    path: Path, content: bytes, books: Iterable[MonthBook], mistakes: Iterable[Mistake], words: Words
) -> DataError:
    """Write a copy of a workbook where what is wrong is marked, beside it; the workbook itself stays as it is.

    Returns
    -------
        The same mistakes, those of the workbook in the order of its sheets, and where the copy is.
    """
    titles = {title: ORDER.index(name) for book in books for name, title in book.sheets.items()}
    ordered = sorted(mistakes, key=lambda mistake: _rank(mistake.origin, path.name, titles))
    notes: dict[Origin, list[str]] = {}
    for mistake in ordered:
        if mistake.origin and mistake.origin.file == path.name:
            sentence = words.reason(mistake)
            notes.setdefault(mistake.origin, []).append(sentence[:1].upper() + sentence[1:])
    cells = sum(1 for origin in notes if origin.sheet)
    if not cells:
        return DataError(*ordered)
    heads = [words(f"workbook-mistakes-{name}") for name in ("sheet", "cell", "what")]
    copy = free_name(path.with_stem(f"{path.stem}-{words('workbook-copy-suffix')}").with_suffix(".xlsx"))
    write(copy, marked(content, notes, words("workbook-sheet-mistakes"), heads))
    return DataError(*ordered, Mistake("workbook-marked-copy", {"n": cells, "value": str(copy)}))


def answered(territory: Territory, book: MonthBook) -> frozenset[str]:
    """Ids of the people whose half-days somebody has looked at."""
    return frozenset(
        member.id for member in territory.staff if member.origin and book.verified.get(member.origin) == "yes"
    )


def _rank(origin: Origin | None, file: str, titles: dict[str, int]) -> tuple[int, str, int, int, int]:
    """Folder first, file by file and line by line; then the workbook, sheet by sheet, row by row."""
    if origin is None:
        return (0, "", 0, 0, 0)
    column = origin.cell.rpartition("!")[2].rstrip("0123456789") if origin.sheet else ""
    inside = (titles.get(origin.sheet, -1), origin.line or 0, len(column))
    return (int(origin.file == file), origin.file, *inside)


def tell_unread(book: MonthBook, words: Words) -> None:
    """Say what of a workbook is read by nobody: a copy of a sheet, a column of one's own."""
    if book.unread:
        tell(words("workbook-unread", file=book.file, names=words.listed([plain(name) for name in book.unread])))


def _tell(book: MonthBook, territory: Territory, folder: Path, words: Words) -> None:
    """Say what of the workbook is not read, who has not answered, and what of the folder the workbook leaves out."""
    tell_unread(book, words)
    waiting = [member.name for member in territory.staff if member.id not in answered(territory, book)]
    if 0 < len(waiting) < len(territory.staff):
        tell(words("workbook-unanswered", n=len(waiting), names=words.listed([plain(name) for name in waiting])))
    in_grid = {answer.member for answer in territory.answers}
    if silent := [member.name for member in territory.staff if member.id not in in_grid]:
        tell(words("workbook-without-column", n=len(silent), names=words.listed([plain(name) for name in silent])))
    try:
        before = read(folder)
    except DataError:
        return
    for kind in ("communes", "sites", "staff"):
        kept = {noun.id for noun in getattr(territory, kind)}
        if gone := [noun.name for noun in getattr(before, kind) if noun.id not in kept]:
            sheet = words(f"workbook-sheet-{kind}")
            tell(
                words("workbook-left-out", n=len(gone), sheet=sheet, names=words.listed([plain(name) for name in gone]))
            )
