"""`picup sites walks`: how far people come from on foot to each site, as a map and as a table."""

from pathlib import Path

import typer

from picup_planner.cli.endings import DONE
from picup_planner.cli.terminal import filled, heading, printed, table_of
from picup_planner.cli.usage import WrongUsage
from picup_planner.draw import draw_territory
from picup_planner.errors import DataError, Mistake
from picup_planner.messages import Words
from picup_planner.publish.text import plain
from picup_planner.publish.walks import COLOURS, walks_map
from picup_planner.roads.network import Location, network
from picup_planner.roads.survey import box_around, read, within
from picup_planner.roads.walking import SPEED, Walks, footways, isochrones
from picup_planner.territory import ROADS, embedded
from picup_planner.territory import read as read_territory
from picup_planner.writing import refuse_unwritable, write

LONGEST = 60
"""Minutes of the longest walk."""

_MARGIN = 500
_METRES_A_MINUTE = SPEED * 1000 / 60


def minutes_of(text: str) -> tuple[int, ...]:
    """Durations typed as `5,10,15`, the shortest first.

    Raises
    ------
    WrongUsage
        When one is not a whole number of minutes, or there are too many.
    """
    parts = [part.strip() for part in text.split(",")]
    known = {int(part) for part in parts if part.isascii() and part.isdigit()}
    if not all(part.isascii() and part.isdigit() for part in parts) or not 1 <= min(known) <= max(known) <= LONGEST:
        raise WrongUsage(Mistake("usage-minutes", {"value": text, "most": LONGEST}))
    if len(known) > len(COLOURS):
        raise WrongUsage(Mistake("usage-many-minutes", {"value": text, "most": len(COLOURS)}))
    return tuple(sorted(known))


def walk(extract: Path, folder: Path | None, minutes: tuple[int, ...], out: Path, words: Words) -> int:
    """Write the map of what is reached on foot from each site switched on, and print the residents it reaches.

    Raises
    ------
    DataError
        When the territory cannot be read, or has no site switched on.
    RoadsError
        When the extract or the territory's roads cannot be used.
    """
    refuse_unwritable(out)
    source = folder or embedded()
    territory = read_territory(source)
    places = [
        Location(site.id, site.name, site.latitude, site.longitude, site.origin)
        for site in territory.sites
        if site.on and site.latitude is not None and site.longitude is not None
    ]
    if not places:
        raise DataError(Mistake("walks-no-site"))
    box = box_around(((place.longitude, place.latitude) for place in places), max(minutes) * _METRES_A_MINUTE + _MARGIN)
    areas = [area for area in territory.areas if within((area.longitude, area.latitude), box)]
    homes = [Location(f"area {area.id}", area.name, area.latitude, area.longitude, area.origin) for area in areas]
    walks = Walks(footways(read(extract, box)), [*places, *homes])
    reached = isochrones(walks, [place.id for place in places], areas, minutes)
    write(out, walks_map(territory.name, draw_territory(territory, network(source / ROADS)), reached, words.language))
    residents = {(row.site, row.minutes): row.residents for row in reached.itertuples()}
    with printed() as console:
        heading(console, words("walks-title"))
        table = table_of(words, "plan-column-site")
        for each in minutes:
            table.add_column(words("walks-minutes", n=each), justify="right", no_wrap=True)
        for place in places:
            table.add_row(plain(place.name), *(words.number(residents[place.id, each]) for each in minutes))
        console.print(table)
        console.print()
        filled(console, words("walks-method"))
        if walks.lost:
            lost = words.listed([plain(place.name) for place in walks.lost])
            filled(console, f"{words('walks-lost')} {lost}.")
    typer.echo("")
    typer.echo(words("walks-written", value=str(out)))
    return DONE
