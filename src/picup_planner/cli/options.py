"""Options several commands share."""

from pathlib import Path
from typing import Annotated

import typer

TerritoryFolder = Annotated[
    Path | None,
    typer.Option("--territory", help="help-plan-territory", metavar="help-metavar-folder", show_default=False),
]

RoadsOfFolder = Annotated[
    Path | None,
    typer.Option("--territory", help="help-option-roads-of", metavar="help-metavar-folder", show_default=False),
]
"""The same where a plan is changed: it has all the rest from the problem it was made from."""

TerritoryArgument = Annotated[
    Path | None, typer.Argument(help="help-territory-folder", metavar="help-metavar-folder", show_default=False)
]
"""The folder of a territory, where a command is about nothing else."""

PlanFile = Annotated[
    Path | None, typer.Option("--plan", help="help-option-plan", metavar="PLAN.json", show_default=False)
]
"""The plan a command is about: that of the latest month when none is typed."""

ExtractFile = Annotated[Path, typer.Option("--extract", help="help-sites-extract", metavar="help-metavar-extract")]
"""An OpenStreetMap extract: `.osm`, `.osm.gz`, `.osm.bz2` or `.osm.pbf`."""

ProblemFile = Annotated[
    Path | None, typer.Option("--problem", help="help-option-problem", metavar="PROBLEM.json", show_default=False)
]
"""The problem it comes from: the file beside it when none is typed."""

Hold = Annotated[
    list[str] | None,
    typer.Option("--hold", help="help-option-hold", metavar="help-metavar-hold", show_default=False),
]
Forbid = Annotated[
    list[str] | None,
    typer.Option("--forbid", help="help-option-forbid", metavar="help-metavar-forbid", show_default=False),
]
Together = Annotated[
    list[str] | None,
    typer.Option("--together", help="help-option-together", metavar="help-metavar-together", show_default=False),
]
"""What the planner decides on the command line; `cli/asked.py` reads these texts."""

PublicationFolder = Annotated[Path, typer.Option("--out", help="help-publish-out", metavar="help-metavar-folder")]
"""Where `public/` and `staff/` stand."""

RoadsOut = Annotated[Path | None, typer.Option("--out", help="help-roads-out", metavar="roads.osm", show_default=False)]
Margin = Annotated[int, typer.Option("--margin", help="help-roads-margin", metavar="KM")]
"""Where the roads taken are written, and how far around the territory they go."""

Workers = Annotated[int | None, typer.Option("--workers", help="help-option-workers", metavar="N", show_default=False)]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", help="help-option-scheduler", metavar="tcp://…", show_default=False)
]
"""Where many months are planned: in processes of this machine, or on a cluster."""

History = Annotated[
    Path | None,
    typer.Option("--history", help="help-plan-history", metavar="help-metavar-folder", show_default=False),
]
NoHistory = Annotated[bool, typer.Option("--no-history", help="help-plan-no-history")]
"""Where past months are read."""
