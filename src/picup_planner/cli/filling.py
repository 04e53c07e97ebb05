"""`picup workbook new`: the workbook of a month, filled from the territory."""

from dataclasses import dataclass
from pathlib import Path

from picup_planner.cli.endings import DONE, tell
from picup_planner.cli.naming import named
from picup_planner.cli.workbooks import USUAL, answered, read_with_workbook
from picup_planner.errors import DataError, Mistake
from picup_planner.messages import Words
from picup_planner.problem import Territory
from picup_planner.publish.month_workbook import Filling, month_workbook
from picup_planner.territory import embedded, read
from picup_planner.writing import write


@dataclass(frozen=True)
class Wanted:
    """What is to be filled; what is ``None`` has a default.

    Parameters
    ----------
    month
        ``YYYY-MM``.
    partner
        Name of the partner it is for, ``None`` for everybody.
    previous
        A workbook whose corrections are carried over.
    """

    month: str
    territory: Path | None
    out: Path | None
    partner: str | None
    previous: Path | None


def fill_workbook(wanted: Wanted, words: Words) -> int:
    """Write the workbook of a month where nothing is yet.

    Raises
    ------
    DataError
        When there is a file of that name already: somebody may have filled it in.
    """
    folder = wanted.territory or embedded()
    territory, verified = _facts(wanted, folder, words)
    partner = named(wanted.partner, territory.partners, "data-unknown-partners") if wanted.partner else None
    name = f"planning-{wanted.month}-{partner.id}.xlsx" if partner else f"planning-{wanted.month}.xlsx"
    out = wanted.out or Path(name)
    if out.exists():
        raise DataError(Mistake("workbook-already-there", {"value": str(out)}))
    filling = Filling(territory, wanted.month, USUAL, verified, partner)
    write(out, month_workbook(filling, words, out.name))
    if partner:
        tell(words("workbook-written-partner", value=str(out), partner=partner.name))
    else:
        tell(words("workbook-written", value=str(out)))
    return DONE


def _facts(wanted: Wanted, folder: Path, words: Words) -> tuple[Territory, frozenset[str]]:
    """Give the territory as the folder, or as the workbook of another month, knows it.

    What is dated in the month asked for and only the folder knows is kept; who has answered for the same month too.
    """
    if wanted.previous is None:
        return read(folder), frozenset()
    territory, book = read_with_workbook(wanted.previous, folder, words)
    if book.month == wanted.month:
        return territory, answered(territory, book)
    dated = [pin for pin in read(folder).pins if pin.date and f"{pin.date:%Y-%m}" == wanted.month]
    taken = {pin.id for pin in territory.pins}
    pins = (*territory.pins, *(pin for pin in dated if pin.id not in taken))
    return territory.model_copy(update={"answers": (), "pins": pins}), frozenset()
