"""Reads a territory folder and finds everything wrong with it at once."""

from picup_planner.territory.folder import embedded, read, retention
from picup_planner.territory.tables import ROADS

__all__ = ["ROADS", "embedded", "read", "retention"]
