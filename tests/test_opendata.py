import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr

from pages import public_month
from picup_planner.plan import Kind
from picup_planner.publish.audience import PublicMonth, PublicStop
from picup_planner.publish.opendata import FIELDS, geojson, table
from picup_planner.publish.recurrence import series


def stops(*days: date, cancelled: tuple[date, ...] = (), place: str = "Centre social") -> tuple[PublicStop, ...]:
    """Give stops of one place at the same hours."""
    return tuple(
        PublicStop(
            id=f"fixe-{place[:2].lower()}-{day:%m%d}",
            kind=Kind.FIXED,
            place=place,
            commune="amont",
            commune_name="Amont",
            date=day,
            start=time(14),
            end=time(17),
            cancelled=day in cancelled,
        )
        for day in days
    )


def december(*days: int) -> list[date]:
    """Give dates of December 2026, whose first Tuesday is the 1st."""
    return [date(2026, 12, day) for day in days]


def features(month: PublicMonth) -> list[dict[str, Any]]:
    """Give the features of a month."""
    return list(json.loads(geojson(month))["features"])


def rows(month: PublicMonth) -> list[dict[str, str]]:
    """Give the rows of a month."""
    return list(csv.DictReader(io.StringIO(table(month).decode())))


@pytest.mark.parametrize(
    ("days", "cancelled", "rule", "without"),
    [
        ([1, 8, 15, 22, 29], [], "FREQ=WEEKLY;INTERVAL=1;COUNT=5", []),
        ([1, 8, 15, 22, 29], [15], "FREQ=WEEKLY;INTERVAL=1;COUNT=5", [15]),
        ([1, 15, 29], [], "FREQ=WEEKLY;INTERVAL=2;COUNT=3", []),
        ([1, 8, 22, 29], [], "FREQ=WEEKLY;INTERVAL=1;COUNT=5", [15]),
    ],
)
def test_what_comes_back_has_a_rule(days: list[int], cancelled: list[int], rule: str, without: list[int]) -> None:
    """Weekly or fortnightly stops have the rule of RFC 5545 that gives their dates back, those left out told."""
    (found,) = series(stops(*december(*days), cancelled=tuple(december(*cancelled))))
    assert (found.rule, found.without) == (rule, tuple(december(*without)))
    first = datetime.combine(found.first, time(), UTC)
    told = {each.date() for each in rrulestr(found.rule, dtstart=first)} - set(found.without)
    assert told == set(december(*days)) - set(december(*cancelled))


@pytest.mark.parametrize("days", [[1], [1, 8], [1, 8, 29], [1, 9, 17]])
def test_a_few_dates_are_no_rhythm(days: list[int]) -> None:
    """Two dates, dates with more than one hole in four, or of different weekdays, do not come back."""
    assert series(stops(*december(*days))) == ()


def test_other_hours_or_another_place_are_another_rhythm() -> None:
    """What comes back is one place at the same hours."""
    here, there = stops(*december(1, 8)), stops(*december(15, 22), place="Mairie")
    assert series((*here, *there)) == ()


def test_geojson_holds_every_stop_where_it_is() -> None:
    """One feature a stop, at its longitude then latitude, with the fields that are documented."""
    month = public_month()[0]
    told = features(month)
    assert [each["geometry"]["coordinates"] for each in told] == [[s.longitude, s.latitude] for s in month.stops]
    assert all(tuple(each["properties"]) == FIELDS for each in told)
    assert [each["properties"]["cancelled"] for each in told] == [stop.cancelled for stop in month.stops]


def test_a_stop_nobody_has_located_has_no_point() -> None:
    """An unknown position is no position: neither zero nor a guess."""
    month = public_month()[0].model_copy(update={"stops": stops(*december(1))})
    assert features(month)[0]["geometry"] is None
    assert (rows(month)[0]["latitude"], rows(month)[0]["longitude"]) == ("", "")


def test_the_table_says_what_the_geojson_says() -> None:
    """Both formats hold the same stops with the same values."""
    weekly = stops(*december(1, 8, 15, 22), cancelled=tuple(december(8)))
    month = public_month()[0]
    month = month.model_copy(update={"stops": (*month.stops, *weekly)})
    shown = {True: "true", False: "false"}
    for row, feature in zip(rows(month), features(month), strict=True):
        properties = {name: shown.get(value, value) for name, value in feature["properties"].items()}
        assert {name: row[name] for name in FIELDS} == properties
        where = feature["geometry"]["coordinates"] if feature["geometry"] else ["", ""]
        assert [row["longitude"], row["latitude"]] == [str(value) for value in where]
    assert {row["recurrence_rule"] for row in rows(month)} == {"", "FREQ=WEEKLY;INTERVAL=1;COUNT=4"}


def test_the_data_say_whose_they_are_and_from_when() -> None:
    """The collection tells its month, state, day and the credit its positions ask for."""
    told = json.loads(geojson(public_month()[0]))
    assert (told["month"], told["state"], told["updated_on"]) == ("2026-12", "draft", "2026-11-15")
    assert "OpenStreetMap" in told["attribution"]


def test_positions_west_of_greenwich_stay_numbers() -> None:
    """A negative longitude is not taken for a formula."""
    stop = stops(*december(1))[0].model_copy(update={"longitude": -1.55, "latitude": 47.2})
    month = public_month()[0].model_copy(update={"stops": (stop,)})
    assert rows(month)[0]["longitude"] == "-1.55"


def test_a_week_is_seven_days_across_the_change_of_hour() -> None:
    """Stops that come back in the month of a change of hour keep their dates."""
    days = [date(2027, 3, 9) + timedelta(days=7 * n) for n in range(4)]
    assert [one.without for one in series(stops(*days))] == [()]
