"""The files of a territory that begins: what is known of its communes, an example of a team, and blanks to fill.

Numbers of the rules, sessions, roles and school holidays are those of the territory that comes with the program.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from picup_planner.territory.folder import embedded
from picup_planner.territory.official import Known
from picup_planner.territory.tables import CONTOURS, IN_CSV, ROADS, TOML

Note = Callable[..., str]
"""Gives the sentence of a message, in the language of whoever will fill the files."""

ZONES = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
"""Départements of the zones of school holidays A and C; those of mainland France that remain are of zone B."""

ISLANDS = ("97", "98", "99", "2A", "2B")
"""Beginnings of the codes of places whose school holidays follow no zone."""

EXAMPLE = (("as", "AS"), ("casp", "CASP"))
"""Roles of the example team, with what stands before a number in the names of its people."""

HOURS = 40
"""A month's hours for permanences of each of them: an example."""

_GENERIC = "# Heures d'ouverture au public"
"""Line of the embedded settings from which on nothing is about its own territory."""


def slug(name: str) -> str:
    """Id made of a name: `Saint-Égrève` gives `saint-egreve`."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:38].strip("-")


def zone_of(insee: str) -> str:
    """Zone of school holidays of a commune; empty where holidays follow none."""
    if insee.startswith(ISLANDS):
        return ""
    return next((zone for zone, some in ZONES.items() if insee[:2] in some.split()), "B")


def files(name: str, communes: Sequence[Known], note: Note) -> dict[str, str]:
    """Content of each file, by name; the roads are not among them.

    Parameters
    ----------
    name
        Of the territory, without line breaks.
    note
        Tells a message in the language of the files.
    """
    ids = _ids(communes)
    rows: dict[str, list[dict[str, Any]]] = {
        "communes": [
            {"id": id_, "insee": one.insee, "name": one.name, "population": one.population}
            | {"minimum": 2, "maximum": 4, "target": 4, "source": _source(one)}
            for id_, one in zip(ids, communes, strict=True)
        ],
        "sites": [_hall(id_, one, note) for id_, one in zip(ids, communes, strict=True)],
        "partners": [{"id": "service", "name": name}],
        "staff": [
            {"id": f"{role}-{n}", "name": f"{short} {n}", "roles": role, "partner": "service", "share": 100}
            | {"hours": HOURS, "driver": "yes" if role == "as" else "no"}
            for role, short in EXAMPLE
            for n in (1, 2)
        ],
    }
    tables = {table.file: _table(kind, rows.get(kind, []), note) for kind, table in IN_CSV.items()}
    holidays = IN_CSV["school_holidays"].file
    return {
        TOML: _settings(name, communes, note),
        **tables,
        holidays: (embedded() / holidays).read_text("utf-8"),
        CONTOURS: _contours(communes),
        "SOURCES.md": _sources(name, communes, note),
    }


def _ids(communes: Iterable[Known]) -> list[str]:
    """Id of each commune: its name, or its code when it has none or when another has it already."""
    ids: list[str] = []
    for one in communes:
        named = slug(one.name)
        ids.append(one.insee.lower() if not named or named in ids else named)
    return ids


def _source(commune: Known) -> str:
    return "API Découpage administratif" if commune.name else ""


def _hall(id_: str, commune: Known, note: Note) -> dict[str, Any]:
    """Row of a town hall, switched off: every commune has one, and it shows what a row looks like."""
    longitude, latitude = commune.hall or ("", "")
    return {
        "id": f"{id_}-01",
        "name": note("new-hall", commune=commune.name or commune.insee),
        "commune": id_,
        "kind": "forecourt",
        "latitude": latitude,
        "longitude": longitude,
        "certainty": "unverified" if commune.hall else "missing",
        "on": "no",
        "missing": note("new-hall-to-confirm" if commune.hall else "new-hall-nowhere"),
        "use": "allowed",
        "source": _source(commune) if commune.hall else "",
    }


def _table(kind: str, rows: Iterable[dict[str, Any]], note: Note) -> str:
    """CSV of some rows under every column their table reads, behind a comment that says what goes there."""
    columns = [*IN_CSV[kind].columns, "source", "note"]
    if kind == "pairings":
        columns[:2] = ["member_a", "member_b"]
    content = io.StringIO()
    content.write(f"# {note(f'new-table-{kind}')}\n")
    writer = csv.DictWriter(content, list(dict.fromkeys(columns)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return content.getvalue()


def _settings(name: str, communes: Sequence[Known], note: Note) -> str:
    title = json.dumps(name, ensure_ascii=False)  # a string of JSON is one of TOML
    head = [
        f"# {note('new-settings', territory=name)}",
        "",
        f'id = "{slug(name)}"',
        f"name = {title}",
        "",
        "[service]",
        f"name = {title}",
        *('phone = ""', 'email = ""', 'address = ""', 'page = ""', ""),
    ]
    middle = next((spot for one in communes if (spot := one.middle)), None)
    longitude, latitude = middle or ("", "")
    base = [
        *("[[depots]]", 'id = "depot"', f"name = {json.dumps(note('new-depot'), ensure_ascii=False)}"),
        *(f"latitude = {latitude}", f"longitude = {longitude}", 'certainty = "unverified"', ""),
        *(
            "[[vans]]",
            'id = "van"',
            f"name = {json.dumps(note('new-van'), ensure_ascii=False)}",
            'depot = "depot"',
            "off = []",
        ),
        *(f"# {note('new-measures')}", "# height =", "# width =", "# weight ="),
    ]
    head.append(f"# {note('new-depot-here' if middle else 'new-depot-nowhere')}")
    head += base if middle else [line if line.startswith("#") else f"# {line}" for line in base if line]
    zones = {zone_of(one.insee) for one in communes}
    zone = next((zone for zone in sorted(zones) if zone), "A")
    generic = (embedded() / TOML).read_text("utf-8").partition(_GENERIC)[2]
    chosen = re.sub('school_zone = "."', f'school_zone = "{zone}"', generic)
    if zones != {zone}:
        chosen = chosen.replace("school_zone", f"# {note('new-zone')}\nschool_zone", 1)
    return "\n".join([*head, "", _GENERIC + chosen])


def _contours(communes: Iterable[Known]) -> str:
    """GeoJSON, a commune a line; a contour nobody knows is null."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"insee": one.insee, "name": one.name},
                "geometry": {"type": "Polygon", "coordinates": [one.contour]} if one.contour else None,
            },
            ensure_ascii=False,
        )
        for one in communes
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"


def _sources(name: str, communes: Iterable[Known], note: Note) -> str:
    known = [one.name for one in communes if one.name]
    lines = [f"# {name}", "", note("new-sources-filled" if known else "new-sources-blank"), ""]
    lines += [note("new-sources-example"), "", note("new-sources-roads", file=ROADS), ""]
    return "\n".join(lines)
