"""`picup check` and `picup territory check`: everything wrong at once, in sentences."""

from pathlib import Path

import typer

from picup_planner import evaluation
from picup_planner.assemble import places, vehicle
from picup_planner.cli.endings import DONE, REFUSED
from picup_planner.cli.reading import plan_and_problem
from picup_planner.errors import DataError, Mistake, Origin, RoadsError
from picup_planner.messages import Words, names_of
from picup_planner.roads.network import far, network, snap
from picup_planner.territory import ROADS, embedded, read
from picup_planner.territory.tables import CONTOURS, TOML


def check_plan(path: Path, problem_path: Path | None, words: Words) -> int:
    """Tell every rule a plan breaks."""
    plan, problem = plan_and_problem(path, problem_path, words)
    breaches = evaluation.broken_rules(problem, plan)
    names = names_of(problem)
    for breach in breaches:
        typer.echo(words.breach(breach, names))
    typer.echo(words("check-broken", n=len(breaches)) if breaches else words("check-kept"))
    return REFUSED if breaches else DONE


def check_territory(folder: Path | None, words: Words) -> int:
    """Tell everything wrong with a territory's folder, roads included."""
    folder = folder or embedded()
    try:
        territory = read(folder)
        roads = network(folder / ROADS, vehicle=vehicle(territory))
        warnings = far(snap(roads, places(territory), refused_over=territory.settings.road_distance))
    except (DataError, RoadsError) as error:
        for mistake in error.mistakes:
            typer.echo(words.mistake(mistake))
        typer.echo(words("check-mistakes", n=len(error.mistakes)))
        return REFUSED
    for warning in warnings:
        typer.echo(f"{words('roads-warning')} {words.mistake(warning)}")
    for commune in territory.communes:
        if not commune.contour:
            unknown = Mistake("check-no-contour", {"commune": commune.name}, Origin(CONTOURS))
            typer.echo(f"{words('roads-warning')} {words.mistake(unknown)}")
    if not territory.vans:
        typer.echo(f"{words('roads-warning')} {words.mistake(Mistake('check-no-van', {}, Origin(TOML)))}")
    on = sum(site.on for site in territory.sites)
    counts = {"communes": len(territory.communes), "on": on, "sites": len(territory.sites)}
    typer.echo(words("check-territory-kept", name=territory.name, staff=len(territory.staff), **counts))
    return DONE
