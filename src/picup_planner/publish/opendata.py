"""The stops of a month for whoever wants to reuse them: GeoJSON and CSV, the same fields in both."""

import csv
import io
import json
from collections.abc import Iterator

from picup_planner.messages import FRENCH, Words
from picup_planner.publish.audience import PublicMonth
from picup_planner.publish.recurrence import series
from picup_planner.publish.spreadsheet import cell
from picup_planner.publish.text import plain

Value = str | float | bool | None

FIELDS = (
    *("id", "kind", "cancelled", "date", "start", "end", "place", "landmark", "transit", "neighbourhood", "commune"),
    *("service", "phone", "recurrence_start", "recurrence_rule", "recurrence_without"),
)
"""What is told of a stop, besides where it is. The three last, in the words of RFC 5545, are those of the rhythm it
belongs to, if any: the first date, the rule, and the dates left out."""

_POSITION = ("latitude", "longitude")


def geojson(month: PublicMonth, language: str = FRENCH) -> str:
    """Write the stops as features of one collection, in WGS 84; without geometry where the position is unknown."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
            if row["longitude"] is not None
            else None,
            "properties": {name: row[name] for name in FIELDS},
        }
        for row in _rows(month)
    ]
    collection = {
        "type": "FeatureCollection",
        "name": plain(month.territory_name),
        "month": month.month,
        "state": month.state,
        "updated_on": month.updated_on.isoformat(),
        "attribution": Words(language)("map-attribution"),
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, indent=1) + "\n"


def table(month: PublicMonth) -> bytes:
    """Write the stops as CSV: UTF-8, commas, points in numbers, one header; no name begins a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*FIELDS, *_POSITION))
    for row in _rows(month):
        writer.writerow(_written(row[name]) for name in (*FIELDS, *_POSITION))
    return text.getvalue().encode()


def _rows(month: PublicMonth) -> Iterator[dict[str, Value]]:
    rhythms = {stop.id: one for one in series(month.stops) for stop in one.stops}
    for stop in month.stops:
        rhythm = rhythms.get(stop.id)
        yield {
            "id": stop.id,
            "kind": stop.kind,
            "cancelled": stop.cancelled,
            "date": stop.date.isoformat(),
            "start": f"{stop.start:%H:%M}",
            "end": f"{stop.end:%H:%M}",
            "place": plain(stop.place),
            "landmark": plain(stop.landmark),
            "transit": plain(stop.transit),
            "neighbourhood": plain(stop.neighbourhood),
            "commune": plain(stop.commune_name),
            "service": plain(month.service.name),
            "phone": plain(month.service.phone),
            "recurrence_start": rhythm.first.isoformat() if rhythm else "",
            "recurrence_rule": rhythm.rule if rhythm else "",
            "recurrence_without": " ".join(day.isoformat() for day in rhythm.without) if rhythm else "",
            "latitude": stop.latitude,
            "longitude": stop.longitude,
        }


def _written(value: Value) -> str:
    """Cell of the table: text through the spreadsheet's door, a position as it is, nothing for what is not known."""
    if isinstance(value, str):
        return cell(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
