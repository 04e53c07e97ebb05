"""What a breach speaks about, part by part, with names instead of ids.

`evaluation.SHAPES` says of what kind each part is. The placeholder of a part is its kind, followed by its rank when
the kind comes more than once: `site`, `hour`, `site_2`, `hour_2`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from picup_planner.evaluation import Shape
    from picup_planner.plan import Breach
    from picup_planner.problem import Problem

Names = Mapping[tuple[str, str], str]
"""Name of each noun by (kind, id)."""


def names_of(problem: "Problem") -> Names:
    """Name of everything a rule may speak about; a pin and a permanence are called by their ids."""
    territory = problem.territory
    nouns: dict[str, tuple[Any, ...]] = {
        "commune": territory.communes,
        "site": territory.sites,
        "location": (*territory.sites, *territory.depots),
        "session": territory.sessions,
        "role": territory.roles,
        "member": territory.staff,
        "van": territory.vans,
        "partner": territory.partners,
    }
    return {(kind, noun.id): noun.name for kind, some in nouns.items() for noun in some}


def placeholders(shape: "Shape") -> tuple[str, ...]:
    """Name the placeholder of each part of a breach, an empty text for a word that only tells subjects apart."""
    seen: Counter[str] = Counter()
    named = []
    for kind in (*shape.subject, *shape.found):
        seen[kind] += 1
        named.append("" if kind[0] == "'" else kind if seen[kind] == 1 else f"{kind}_{seen[kind]}")
    return tuple(named)


def shape_of(breach: "Breach", names: Names) -> tuple[str, "Shape"] | None:
    """Message id and shape of a breach, or ``None`` when it has none of the known ones."""
    from picup_planner.evaluation import SHAPES  # noqa: PLC0415  slow; a help text tells no breach

    for message, shape in SHAPES.items():
        same = shape.constraint == breach.rule.constraint and len(shape.subject) == len(breach.rule.subject)
        if same and all(_fits(*pair, names) for pair in zip(shape.subject, breach.rule.subject, strict=True)):
            return message, shape
    return None


def parts(breach: "Breach", shape: "Shape", names: Names) -> Iterator[tuple[str, str, str]]:
    """Yield (placeholder, kind, text) for each part of a breach, ids as names; a pin nobody named, as it was typed."""
    origin = breach.rule.origin
    values = (*breach.rule.subject, *breach.found)
    for placeholder, kind, value in zip(placeholders(shape), (*shape.subject, *shape.found), values, strict=False):
        if placeholder:
            typed = origin.typed if origin and kind == "pin" else ""
            yield placeholder, kind, typed or names.get((kind, value), value)


def _fits(kind: str, value: str, names: Names) -> bool:
    if kind[0] == "'":
        return value == kind.strip("'")
    return (kind, value) in names or all(kind != known for known, _ in names)
