"""Options several commands share."""

from pathlib import Path
from typing import Annotated

import typer

TerritoryFolder = Annotated[
    Path | None,
    typer.Option("--territory", help="help-plan-territory", metavar="help-metavar-folder", show_default=False),
]
