"""Which fields of a territory name which other nouns, as one table."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from picup_planner.errors import Mistake
from picup_planner.problem.base import Known

if TYPE_CHECKING:
    from picup_planner.problem.territory import Territory

WITH_IDS = ("communes", "sites", "areas", "depots", "vans", "sessions", "roles", "partners", "staff", "weekly", "pins")
"""Fields of a territory whose nouns have an id."""

REFERENCES = (
    ("sites", "commune", "communes"),
    ("areas", "commune", "communes"),
    ("vans", "depot", "depots"),
    ("staff", "roles", "roles"),
    ("staff", "partner", "partners"),
    ("absences", "member", "staff"),
    ("absences", "session", "sessions"),
    ("answers", "member", "staff"),
    ("answers", "session", "sessions"),
    ("weekly", "site", "sites"),
    ("weekly", "roles", "roles"),
    ("weekly", "crew", "staff"),
    ("pairings", "members", "staff"),
    ("pins", "commune", "communes"),
    ("pins", "site", "sites"),
    ("pins", "session", "sessions"),
    ("pins", "members", "staff"),
)
"""(nouns of a territory, their field, nouns that field names)."""


def cross_references(territory: "Territory") -> Iterator[Mistake]:
    """Yield every duplicate id, every reference to something that does not exist, and every role nobody has."""
    known: dict[str, set[str]] = {}
    for kind in WITH_IDS:
        known[kind] = set()
        for noun in getattr(territory, kind):
            if noun.id in known[kind]:
                yield Mistake(f"data-duplicate-{kind}", {"value": noun.id}, noun.origin)
            known[kind].add(noun.id)
    for kind, field, wanted in REFERENCES:
        for noun in getattr(territory, kind):
            yield from _unknown(noun, getattr(noun, field), wanted, known)
    for member in territory.staff:
        for habit in member.habits:
            yield from _unknown(habit, habit.session, "sessions", known)
    held = {role for member in territory.staff for role in member.roles}
    for role in territory.roles:
        if role.id not in held:
            yield Mistake("data-role-nobody-has", {"role": role.name}, role.origin)


def _unknown(
    noun: Known, value: str | Iterable[str] | None, wanted: str, known: dict[str, set[str]]
) -> Iterator[Mistake]:
    named = () if value is None else (value,) if isinstance(value, str) else value
    for each in named:
        if each not in known[wanted]:
            yield Mistake(f"data-unknown-{wanted}", {"value": each}, noun.origin)
