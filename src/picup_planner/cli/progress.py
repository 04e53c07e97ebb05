"""The search as it goes on, objective by objective: live on a terminal, one line per finished objective elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

from picup_planner.messages import Words

if TYPE_CHECKING:
    from picup_planner.solver import Progress


@contextmanager
def showing(words: Words) -> Iterator[Callable[["Progress"], None]]:
    """Yield what to tell of each step of the search; shown on the error stream."""
    console = Console(stderr=True, highlight=False)
    lines: dict[str, str] = {}
    if not console.is_terminal:

        def tell(progress: "Progress") -> None:
            if progress.done:
                console.print(line_of(progress, words), markup=False, soft_wrap=True)

        yield tell
        return
    with Live(console=console) as live:

        def show(progress: "Progress") -> None:
            lines[progress.objective] = line_of(progress, words)
            live.update(Text("\n".join(lines.values()), no_wrap=True, overflow="ellipsis"))

        yield show


def line_of(progress: "Progress", words: Words) -> str:
    """`Conduite des véhicules (minutes) : 812 (au mieux 640), 3,5 s`."""
    if progress.proven:
        proof = words("progress-proven")
    elif progress.bound is not None and progress.bound > 0:
        proof = words("progress-gap", bound=words.number(progress.bound))
    else:
        proof = words("proof-none")
    return words(
        "progress-line",
        objective=words(f"objective-{progress.objective}"),
        value="…" if progress.value is None else words.number(progress.value),
        proof=proof,
        elapsed=progress.elapsed,
    )
