"""Turn restrictions of an extract: which way a van may not take at a junction, coming from another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import osmium

from picup_planner.errors import Mistake, Origin, RoadsError
from picup_planner.roads.tags import ANY, Tags, Vehicle


@dataclass(frozen=True)
class Turn:
    """A restriction: coming from a way (id), at a node (id), the ways (ids) forbidden, or the only ones allowed."""

    start: int
    via: int
    ends: frozenset[int]
    kind: Literal["no", "only"]

    def forbids(self, end: int) -> bool:
        """Whether a way may not be taken."""
        return (end in self.ends) == (self.kind == "no")


def turns(path: Path, vehicle: Vehicle = ANY) -> tuple[Turn, ...]:
    """Read the restrictions of an OSM XML file that hold for a vehicle at all hours, and whose via is one node.

    Raises
    ------
    RoadsError
        When the file does not say that it is of version 0.6.
    """
    try:
        relations = osmium.FileProcessor(str(path), osmium.osm.RELATION)
        return tuple(turn for one in relations if isinstance(one, osmium.osm.Relation) for turn in _read(one, vehicle))
    except RuntimeError as error:
        raise RoadsError(Mistake("roads-not-osm", {"file": path.name}, Origin(path.name))) from error


def _read(relation: "osmium.osm.Relation", vehicle: Vehicle) -> Iterator[Turn]:
    kind = said(dict(relation.tags), vehicle)
    members = [(member.role, member.type, member.ref) for member in relation.members]
    via = [ref for role, type_, ref in members if (role, type_) == ("via", "n")]
    if kind is None or len(via) != 1 or any((role, type_) == ("via", "w") for role, type_, _ in members):
        return
    ends = frozenset(_ways(members, "to"))
    for start in _ways(members, "from"):
        if ends:
            yield Turn(start, via[0], ends, kind)


def said(tags: Tags, vehicle: Vehicle) -> Literal["no", "only"] | None:
    """Whether the tags of a relation forbid a turn or command one to a vehicle; ``None`` when neither."""
    excepted = {one.strip() for one in tags.get("except", "").split(";")}
    if not tags.get("type", "").startswith("restriction") or excepted & set(vehicle.modes):
        return None
    keys = (*(f"restriction:{mode}" for mode in vehicle.modes), "restriction")
    value = next((tags[key] for key in keys if key in tags), "")
    return "no" if value.startswith("no_") else "only" if value.startswith("only_") else None


def _ways(members: Iterable[tuple[str, str, int]], role: str) -> list[int]:
    return [ref for own, type_, ref in members if (own, type_) == (role, "w")]
