"""One file per command: what may be typed, and nothing else; whatever is slow to import is imported inside."""

from collections.abc import Callable

from picup_planner.cli.commands.add import add
from picup_planner.cli.commands.cancel import cancel
from picup_planner.cli.commands.check import check
from picup_planner.cli.commands.compare import compare
from picup_planner.cli.commands.doctor import doctor
from picup_planner.cli.commands.explain import explain
from picup_planner.cli.commands.front import front
from picup_planner.cli.commands.move import move
from picup_planner.cli.commands.permits import permits
from picup_planner.cli.commands.plan import plan
from picup_planner.cli.commands.publish import publish
from picup_planner.cli.commands.purge import purge
from picup_planner.cli.commands.record import record
from picup_planner.cli.commands.replan import replan
from picup_planner.cli.commands.report import report
from picup_planner.cli.commands.sweep import sweep
from picup_planner.cli.commands.where import where
from picup_planner.cli.commands.why_not import why_not

COMMANDS: tuple[Callable[..., int], ...] = (
    plan,
    check,
    publish,
    replan,
    cancel,
    move,
    where,
    add,
    record,
    report,
    explain,
    why_not,
    front,
    permits,
    compare,
    sweep,
    purge,
    doctor,
)
"""Every command of `picup`, in the order of its help; the help of `why_not` is the message ``help-why-not``."""
