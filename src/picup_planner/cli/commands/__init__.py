"""One file per command: what may be typed, and nothing else; whatever is slow to import is imported inside."""

from collections.abc import Callable

from picup_planner.cli.commands.check import check
from picup_planner.cli.commands.plan import plan

COMMANDS: tuple[Callable[..., int], ...] = (
    plan,
    check,
)
"""Every command of `picup`, in the order of its help; the help of `why_not` is the message ``help-why-not``."""
