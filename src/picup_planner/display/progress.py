"""A sweep as it goes on: a bar of rich on a terminal, of tqdm in a notebook."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar

from picup_planner import scenarios
from picup_planner.scenarios import Outcome
from picup_planner.scenarios.sweeping import Heard

P = ParamSpec("P")
T = TypeVar("T")


def watched(planning: Callable[P, T]) -> Callable[P, T]:
    """Give the same function, which shows a bar unless its caller wants to hear the outcomes."""

    @wraps(planning)
    def showing(*args: P.args, **kwargs: P.kwargs) -> T:
        if "progress" in kwargs:
            return planning(*args, **kwargs)
        with bar(planning.__name__) as heard:
            kwargs["progress"] = heard
            return planning(*args, **kwargs)

    return showing


def in_notebook() -> bool:
    """Whether somebody looks at this in a notebook."""
    shell = sys.modules.get("IPython")
    ipython = shell.get_ipython() if shell else None
    return ipython is not None and hasattr(ipython, "kernel")


@contextmanager
def bar(description: str) -> Iterator[Heard]:
    """Yield what hears each outcome and moves a bar, failures counted beside."""
    with _tqdm(description) if in_notebook() else _rich(description) as heard:
        yield heard


@contextmanager
def _rich(description: str) -> Iterator[Heard]:
    from rich.console import Console  # noqa: PLC0415  not in a notebook
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    failed = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[failed]}"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task(description, total=None, failed="")

        def heard(outcome: Outcome, count: int, total: int) -> None:
            nonlocal failed
            failed += outcome.failure is not None
            progress.update(task, completed=count, total=total, failed=f"✗ {failed}" if failed else "")

        yield heard


@contextmanager
def _tqdm(description: str) -> Iterator[Heard]:
    if not find_spec("tqdm"):
        yield lambda *_: None
        return
    if find_spec("ipywidgets"):
        from tqdm.notebook import tqdm  # noqa: PLC0415  an extra
    else:
        from tqdm.std import tqdm  # noqa: PLC0415  an extra
    shown: list[Any] = []
    failed = 0

    def heard(outcome: Outcome, count: int, total: int) -> None:
        nonlocal failed
        if not shown:
            shown.append(tqdm(desc=description, total=total))
        failed += outcome.failure is not None
        shown[0].update(count - shown[0].n)
        if failed:
            shown[0].set_postfix(failed=failed)

    try:
        yield heard
    finally:
        for one in shown:
            one.close()


compare = watched(scenarios.compare)
sweep = watched(scenarios.sweep)
