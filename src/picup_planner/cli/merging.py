"""`picup workbook merge`: what each partner has answered, in one workbook, with what they disagree on."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from picup_planner.cli.endings import DONE, tell
from picup_planner.cli.workbooks import USUAL, answered, content_of, meant, tell_unread, vocabulary, with_copy
from picup_planner.errors import DataError, Mistake, Origin
from picup_planner.messages import Words
from picup_planner.problem import Answer, Level, StaffMember, Territory
from picup_planner.publish.month_workbook import Filling, month_workbook
from picup_planner.publish.text import plain
from picup_planner.territory import embedded, read
from picup_planner.territory.workbook import MonthBook, marked, read_month
from picup_planner.writing import write

_CAUTIOUS = (Level.NO, Level.IF_NEEDED, Level.YES)
"""Of two answers to the same question, the first of these is kept."""

_FACTS = ("name", "roles", "partner", "share", "hours", "driver")


@dataclass(frozen=True)
class Received:
    """A workbook as it came back, and the territory as it sees it."""

    path: Path
    content: bytes
    book: MonthBook
    territory: Territory

    @property
    def people(self) -> list[StaffMember]:
        """Those it speaks of."""
        return [one for one in self.territory.staff if one.origin and one.origin.file == self.book.file]


class Conflict(NamedTuple):
    """Two workbooks that say different things of one person: which half-day, or nothing when it is something else."""

    member: StaffMember
    answer: Answer | None
    said: tuple[Origin, ...]


def merge_workbooks(paths: Sequence[Path], territory: Path | None, out: Path | None, words: Words) -> int:
    """Join workbooks, write the whole, and tell who has not answered and what they disagree on.

    Raises
    ------
    DataError
        With everything wrong in any of them, or when they are not of one month.
    """
    folder = territory or embedded()
    paths = meant(paths, words)
    whole, partials, month = _received(paths, folder, words)
    for each in (*([whole] if whole else []), *partials):
        tell_unread(each.book, words)
    base = whole.territory if whole else read(folder)
    merged = joined(base, partials)
    verified = answered(base, whole.book) if whole else frozenset[str]()
    verified = verified.union(*(answered(each.territory, each.book) for each in partials))
    target = out or Path(f"planning-{month}.xlsx")
    if target.exists():
        raise DataError(Mistake("workbook-already-there", {"value": str(target)}))
    content = month_workbook(Filling(merged, month, USUAL, verified), words, target.name)
    conflicts = list(disagreements(partials))
    if conflicts:
        content = _with_conflicts(content, conflicts, target.name, folder, words)
    write(target, content)
    tell(words("merge-written", n=len(paths), value=str(target)))
    _tell_waiting(merged, verified, words)
    if conflicts:
        tell(words("merge-conflicts", n=len(conflicts)))
        for conflict in conflicts:
            tell(f"- {_sentence(conflict, merged, words)}")
    return DONE


def joined(base: Territory, partials: Sequence[Received]) -> Territory:
    """Territory with what each partner says of its people; where two differ, the more cautious answer, all absences."""
    people: dict[str, StaffMember] = {}
    answers: dict[tuple[str, object, str], Answer] = {(a.member, a.date, a.session): a for a in base.answers}
    said: dict[tuple[str, object, str], Answer] = {}
    absences = []
    for each in partials:
        named = {member.id for member in each.people}
        people = {member.id: member for member in each.people} | people
        absences += [absence for absence in each.territory.absences if absence.member in named]
        for answer in (answer for answer in each.territory.answers if answer.member in named):
            key = (answer.member, answer.date, answer.session)
            said[key] = min(answer, said.get(key, answer), key=lambda one: _CAUTIOUS.index(one.level))
    kept = [absence for absence in base.absences if absence.member not in people]
    known = {member.id for member in base.staff}
    return base.model_copy(
        update={
            "staff": (
                *(people.get(member.id, member) for member in base.staff),
                *(member for name, member in people.items() if name not in known),
            ),
            "absences": (*kept, *dict.fromkeys(absences)),
            "answers": tuple((answers | said).values()),
        }
    )


def disagreements(partials: Sequence[Received]) -> Iterator[Conflict]:
    """Yield what two workbooks or more say differently of one person."""
    told: dict[str, list[tuple[Received, StaffMember]]] = defaultdict(list)
    for each in partials:
        for member in each.people:
            told[member.id].append((each, member))
    for versions in told.values():
        members = [member for _, member in versions]
        if len({tuple(getattr(member, fact) for fact in _FACTS) for member in members}) > 1:
            yield Conflict(members[0], None, tuple(member.origin for member in members if member.origin))
        away = [frozenset(a for a in each.territory.absences if a.member == members[0].id) for each, _ in versions]
        if len(set(away)) > 1:
            differing = frozenset.union(*away) - frozenset.intersection(*away)
            places = [absence.origin for some in away for absence in some if absence in differing and absence.origin]
            yield Conflict(members[0], None, tuple(dict.fromkeys(places)))
        slots: dict[tuple[object, str], list[Answer]] = defaultdict(list)
        for each, member in versions:
            for answer in (answer for answer in each.territory.answers if answer.member == member.id):
                slots[answer.date, answer.session].append(answer)
        for given in slots.values():
            if len({answer.level for answer in given}) > 1:
                yield Conflict(members[0], given[0], tuple(answer.origin for answer in given if answer.origin))


def _received(paths: Sequence[Path], folder: Path, words: Words) -> tuple[Received | None, list[Received], str]:
    """Read every workbook, those of everybody first; all that is wrong is told together."""
    refused: list[Mistake] = []
    books: list[tuple[Path, bytes, MonthBook]] = []
    for path in paths:
        try:
            content = content_of(path)
            books.append((path, content, read_month(content, path.name, vocabulary(words))))
        except DataError as refusal:
            refused += refusal.mistakes
    wholes = [book for _, _, book in books if not book.partner]
    months = {book.month for _, _, book in books if book.month}
    refused += [Mistake("merge-two-wholes", {}, Origin(book.file)) for book in wholes[1:]]
    if len(months) > 1:
        refused += [Mistake("merge-other-month", {"month": book.month}, Origin(book.file)) for _, _, book in books]
    received = []
    for path, content, book in books:
        try:
            month, partner = (wholes[0] if wholes else None), (book if book.partner else None)
            received.append(Received(path, content, book, read(folder, month=month, partner=partner)))
        except DataError as refusal:
            own = [one for one in refusal.mistakes if book is month or not month or _about(one) != month.file]
            refused += with_copy(path, content, [book], own, words).mistakes
    if refused:
        raise DataError(*dict.fromkeys(refused))
    whole = next((each for each in received if not each.book.partner), None)
    return whole, [each for each in received if each.book.partner], months.pop()


def _about(mistake: Mistake) -> str:
    return mistake.origin.file if mistake.origin else ""


def _with_conflicts(content: bytes, conflicts: Sequence[Conflict], file: str, folder: Path, words: Words) -> bytes:
    """Mark in the whole each cell two workbooks disagree on: it is read back to find where it stands."""
    territory = read(folder, month=read_month(content, file, vocabulary(words)))
    answers = {(a.member, a.date, a.session): a.origin for a in territory.answers}
    staff = {member.id: member.origin for member in territory.staff}
    notes: dict[Origin, list[str]] = {}
    for conflict in conflicts:
        answer = conflict.answer
        place = answers[answer.member, answer.date, answer.session] if answer else staff[conflict.member.id]
        if place:
            notes.setdefault(place, []).append(_sentence(conflict, territory, words))
    heads = [words(f"workbook-mistakes-{name}") for name in ("sheet", "cell", "what")]
    return marked(content, notes, words("workbook-sheet-conflicts"), heads)


def _sentence(conflict: Conflict, territory: Territory, words: Words) -> str:
    places = words.listed([words.origin(origin) for origin in conflict.said])
    if conflict.answer is None:
        return words("merge-conflict-person", person=conflict.member.name, places=places)
    session = next(one.name for one in territory.sessions if one.id == conflict.answer.session)
    day = conflict.answer.date
    return words("merge-conflict", person=conflict.member.name, date=day, session=session, places=places)


def _tell_waiting(territory: Territory, verified: frozenset[str], words: Words) -> None:
    """Say partner by partner who has not answered."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for member in territory.staff:
        if member.id not in verified:
            waiting[member.partner].append(plain(member.name))
    if not waiting:
        tell(words("merge-all-answered"))
        return
    tell(words("merge-waiting"))
    for partner in territory.partners:
        if partner.id in waiting:
            tell(f"- {words('list-label', name=partner.name)} {', '.join(waiting[partner.id])}")
