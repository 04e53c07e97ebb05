"""The shapes a rule's subject and what was found may have, and the message that says each.

Each part is of a kind: an id (`commune`, `site`, `session`, `role`, `member`, `van`, `partner`, `pin`, `permanence`,
`location` for a site or a depot), a `date`, an `hour`, a `weekday` from 1 to 7, a `count`, a number of `minutes`, the
name of an `objective`, a `month`, free `text`, or a word in quotes that is part of the subject as it stands. Shapes
with a word come before those that could hold the same parts without one.
"""

from typing import NamedTuple


class Shape(NamedTuple):
    """Kinds of the parts of a subject, then of the parts found."""

    constraint: str
    subject: tuple[str, ...]
    found: tuple[str, ...] = ()


_VISIT = ("date", "session")
_CREW = ("commune", "date", "session")

SHAPES = {
    "rule-frequency": Shape("frequency", ("commune",), ("count", "count")),
    "rule-openings-off": Shape("openings", ("site", "'off'"), _VISIT),
    "rule-openings-kind": Shape("openings", ("site", "'kind'"), _VISIT),
    "rule-openings-hours": Shape("openings", ("site", "'hours'"), _VISIT),
    "rule-openings-market": Shape("openings", ("site", "'market'", "weekday", "hour"), (*_VISIT, "hour")),
    "rule-openings-closed": Shape("openings", ("site", "'closed'", "date"), (*_VISIT, "date")),
    "rule-openings-permit": Shape("openings", ("site", "'permit'"), _VISIT),
    "rule-openings-notice": Shape("openings", ("site", "'notice'"), (*_VISIT, "date")),
    "rule-spacing": Shape("spacing", ("commune",), ("date", "date", "count", "count")),
    "rule-rotation-site": Shape("rotation", ("site",), ("count", "count")),
    "rule-rotation-commune": Shape("rotation", ("commune", "date"), ("count",)),
    "rule-crew-driver": Shape("crew", (*_CREW, "'driver'")),
    "rule-crew-role": Shape("crew", (*_CREW, "role"), ("count",)),
    "rule-crew-member": Shape("crew", (*_CREW, "member"), ("role",)),
    "rule-crew-given": Shape("crew", ("permanence", "'given'")),
    "rule-crew-fixed-role": Shape("crew", ("permanence", "role"), ("count",)),
    "rule-crew-fixed-member": Shape("crew", ("permanence", "member"), ("role",)),
    "rule-availability": Shape("availability", ("member", "date", "session"), ("site",)),
    "rule-one_place-member": Shape("one_place", ("member", "date"), ("site", "hour", "site", "hour", "minutes")),
    "rule-one_place-van": Shape("one_place", ("van", "date"), ("count",)),
    "rule-same_crew": Shape("same_crew", ("van", "date"), ("member",)),
    "rule-tours-legs": Shape("tours", ("van", "date", "'legs'"), ("location", "location")),
    "rule-tours-length": Shape("tours", ("van", "date", "'length'"), ("minutes", "minutes")),
    "rule-tours-minutes": Shape("tours", ("van", "date", "'minutes'"), ("minutes", "minutes")),
    "rule-tours-stops": Shape("tours", ("site", "session", "site", "session"), ("date", "van", "minutes", "minutes")),
    "rule-tours-van": Shape("tours", ("van", "date")),
    "rule-workload-week": Shape("workload", ("member", "'week'", "date"), ("count", "count")),
    "rule-workload-month": Shape("workload", ("member", "'month'"), ("minutes", "minutes")),
    "rule-workload-day": Shape("workload", ("member", "date"), ("count", "count")),
    "rule-rest-length": Shape("rest", ("member", "date", "'length'"), ("minutes", "minutes")),
    "rule-rest-break": Shape("rest", ("member", "date", "'break'"), ("minutes",)),
    "rule-rest-rest": Shape("rest", ("member", "date", "'rest'"), ("minutes", "minutes")),
    "rule-pairing-must": Shape("pairing", ("member", "member", "'must'"), ("site", "date")),
    "rule-pairing-must-not": Shape("pairing", ("member", "member", "'must-not'"), ("site", "date")),
    "rule-quota-minimum": Shape("quota", ("partner", "'minimum'"), ("count", "count")),
    "rule-quota-maximum": Shape("quota", ("partner", "'maximum'"), ("count", "count")),
    "rule-closures": Shape("closures", ("date",), ("site",)),
    "rule-required_sites-preferred": Shape("required_sites", ("commune", "'preferred'")),
    "rule-required_sites": Shape("required_sites", ("site",)),
    "rule-pins-past": Shape("pins", ("'past'", "date"), ("site",)),
    "rule-pins": Shape("pins", ("pin",)),
    "rule-plan-wrong-territory": Shape("plan", ("text", "'wrong-territory'"), ("text",)),
    "rule-plan-wrong-month": Shape("plan", ("month", "'wrong-month'"), ("month",)),
    "rule-plan-twice": Shape("plan", ("permanence", "'twice'"), ("count",)),
    "rule-plan-missing": Shape("plan", ("permanence", "'missing'")),
    "rule-plan-unknown-site": Shape("plan", ("permanence", "'unknown-site'"), ("text",)),
    "rule-plan-place": Shape("plan", ("permanence", "'place'"), ("site",)),
    "rule-plan-unknown-role": Shape("plan", ("permanence", "'unknown-role'"), ("text",)),
    "rule-plan-role-name": Shape("plan", ("permanence", "'role-name'"), ("role",)),
    "rule-plan-unknown-member": Shape("plan", ("permanence", "'unknown-member'"), ("text",)),
    "rule-plan-member-name": Shape("plan", ("permanence", "'member-name'"), ("member",)),
    "rule-plan-out-of-month": Shape("plan", ("permanence", "'out-of-month'"), ("date",)),
    "rule-plan-unknown-session": Shape("plan", ("permanence", "'unknown-session'"), ("text",)),
    "rule-plan-hours": Shape("plan", ("permanence", "'hours'"), ("hour", "hour")),
    "rule-plan-unknown-van": Shape("plan", ("permanence", "'unknown-van'"), ("text",)),
    "rule-plan-nobody": Shape("plan", ("permanence", "'nobody'")),
    "rule-plan-unknown-fixed": Shape("plan", ("permanence", "'unknown-fixed'")),
    "rule-plan-moved": Shape("plan", ("permanence", "'moved'"), ("site", "date")),
    "rule-plan-fixed-with-van": Shape("plan", ("permanence", "'fixed-with-van'")),
    "rule-plan-tour-van": Shape("plan", ("text", "date", "'tour-van'")),
    "rule-plan-tour-stops": Shape("plan", ("van", "date", "'tour-stops'")),
    "rule-plan-tour-depot": Shape("plan", ("van", "date", "'tour-depot'"), ("location",)),
    "rule-plan-tour-missing": Shape("plan", ("van", "date", "'tour-missing'")),
    "rule-plan-objective": Shape("plan", ("'objective'", "objective"), ("count", "count")),
    "rule-plan-bound": Shape("plan", ("'bound'", "objective"), ("count", "count", "count")),
    "rule-plan-proof": Shape("plan", ("'proof'", "objective"), ("count", "count")),
    "rule-plan-unknown-objective": Shape("plan", ("'unknown-objective'", "text")),
}
"""Shape by message id: ``rule-`` and the constraint, then the word of the subject or, without one, what tells apart."""
