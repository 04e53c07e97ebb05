"""Pictures of plans and comparisons: figures side by side, the month as a heat map, loads, the trade-off front.

Each gives a matplotlib figure that belongs to nobody: no window, no backend, no state. Names are drawn as they are,
never as formulas.
"""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from picup_planner.display.language import words_of
from picup_planner.display.measures import measured, names_of_cases
from picup_planner.evaluation import figures as counted_in
from picup_planner.messages import Words
from picup_planner.plan import Kind, Plan
from picup_planner.problem import Problem
from picup_planner.publish.text import plain
from picup_planner.scenarios.comparing import Comparison, planned
from picup_planner.scenarios.months import problem_of
from picup_planner.solver.front import Front

BLUE, ORANGE, GREEN, GREY, LIGHT, INK = "#0060a8", "#a34200", "#006b4e", "#8795a1", "#e9edf0", "#1c2733"
SHADES = (LIGHT, "#8fc1e3", "#3f8fc9", "#0060a8", "#003a66")
"""Nothing, then one to four permanences a day."""

DRAWN = ("permanences", "kilometres", "residents", "longest_gap", "faces", "highest_load")
"""Measures of the chart of figures: what is given, what it costs, whom it reaches."""

SHARP = 130
"""Points an inch."""

_LONGEST = 34
_TITLE = 30
"""Letters of a name, and of a line of a title."""

_RATIO = 0.16


@contextmanager
def _style() -> Iterator[None]:
    """Draw in our own style, whatever the notebook's; a `$` in a name is a dollar."""
    ours: Any = {
        "text.parse_math": False,
        "font.family": ["DejaVu Sans"],
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
        "axes.titlesize": 10,
        "axes.titlelocation": "left",
    }
    with mpl.rc_context(ours):
        yield


def figures(comparison: Comparison, *, language: str | None = None) -> Figure:
    """Draw the main figures of each scenario side by side, the month as it is in grey.

    Raises
    ------
    DataError
        When no scenario has a plan.
    """
    words, cases = words_of(language), planned(comparison)
    names = _names(comparison, words)
    with _style():
        rows = (len(DRAWN) + 2) // 3
        made = Figure(figsize=(10, rows * (0.9 + 0.26 * len(cases))), layout="constrained")
        axes = made.subplots(rows, 3, sharey=True).flatten()
        found = [measured(case.problem, case.plan) for case in cases if case.problem and case.plan]
        for axis, name in zip(axes, DRAWN, strict=True):
            values = [one[name] or 0 for one in found]
            colours = [GREY if case is comparison.baseline else BLUE for case in cases]
            bars = axis.barh(range(len(cases)), values, color=colours)
            axis.bar_label(bars, [words.number(value, decimals=1) for value in values], padding=3)
            axis.set_title(fill(words(f"measure-{name}"), _TITLE))
            axis.set_yticks(range(len(cases)), [names[id(case)] for case in cases])
            axis.set_xlim(0, max(*values, 1) * (1 + _RATIO))
            axis.xaxis.set_visible(False)
            axis.invert_yaxis() if axis is axes[0] else None
    return made


def calendar(made: Plan | Comparison, problem: Problem | None = None, *, language: str | None = None) -> Figure:
    """Draw the month as a heat map: a row a commune, a column a date, darker the more permanences; closed dates white.

    Of a comparison, one below the other.
    """
    words = words_of(language)
    shown = _shown(made, problem, words)
    with _style():
        communes = max(len(one.territory.communes) for _, one, _ in shown)
        picture = Figure(figsize=(10, len(shown) * (0.6 + 0.24 * communes)), layout="constrained")
        axes = picture.subplots(len(shown), 1, squeeze=False)[:, 0]
        for axis, (title, known, plan) in zip(axes, shown, strict=True):
            _heat(axis, known, plan, words)
            axis.set_title(plain(title))
    return picture


def _heat(axis: Axes, problem: Problem, plan: Plan, words: Words) -> None:
    communes, dates = problem.territory.communes, problem.dates
    held = Counter((one.place.commune, one.date) for one in plan.permanences if one.kind is Kind.MOBILE)
    opened = set(problem.open_dates)
    counts = [[held[commune.id, day] for day in dates] for commune in communes]
    shades = [
        SHADES[min(count, len(SHADES) - 1)] if count or day in opened else "#ffffff"
        for row in counts
        for day, count in zip(dates, row, strict=True)
    ]
    cells = mpl.colors.to_rgba_array(shades).reshape(len(communes), len(dates), 4)
    axis.pcolormesh(cells, edgecolor="white")
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            if count:
                colour = "white" if count > 1 else INK
                axis.text(column + 0.5, row + 0.5, str(count), ha="center", va="center", color=colour)
    axis.set_xlim(0, len(dates))
    axis.set_ylim(len(communes), 0)
    axis.set_yticks([row + 0.5 for row in range(len(communes))], [_short(commune.name) for commune in communes])
    axis.set_xticks(
        [column + 0.5 for column in range(len(dates))],
        [f"{words.weekday(day.isoweekday())[:1]}\n{day.day}" for day in dates],
    )
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)


def loads(made: Plan | Comparison, problem: Problem | None = None, *, language: str | None = None) -> Figure:
    """Draw the load of each person, in percent of the hours available; a mark shows the part each should take.

    The mark is the same part of a full load for all: what each would carry if the work were shared by shares.
    """
    words = words_of(language)
    shown = _shown(made, problem, words)
    with _style():
        people = max(len(one.territory.staff) for _, one, _ in shown)
        wide = min(len(shown), 3)
        rows = -(-len(shown) // wide)
        picture = Figure(figsize=(10, rows * (0.8 + 0.22 * people)), layout="constrained")
        axes = picture.subplots(rows, wide, squeeze=False).flatten()
        for axis in axes[len(shown) :]:
            axis.set_visible(False)
        for axis, (title, known, plan) in zip(axes, shown, strict=False):
            _loads(axis, known, plan, words)
            axis.set_title(plain(title))
    return picture


def _loads(axis: Axes, problem: Problem, plan: Plan, words: Words) -> None:
    members, territory = counted_in(problem, plan).members, problem.territory
    names = {member.id: member.name for member in territory.staff}
    roles = {member.id: member.roles[0] for member in territory.staff}
    colours = dict(zip((role.id for role in territory.roles), (BLUE, ORANGE, GREEN, GREY), strict=False))
    values = [one.load or 0 for one in members]
    bars = axis.barh(range(len(members)), values, color=[colours.get(roles[one.member], GREY) for one in members])
    axis.bar_label(bars, [f"{words.number(value)} %" for value in values], padding=3)
    for row, one in enumerate(members):
        of_role = [other for other in members if roles[other.member] == roles[one.member] and other.available]
        weights = sum(other.share * other.available.total_seconds() for other in of_role)
        fair = sum(other.length.total_seconds() for other in of_role) / weights * one.share * 100 if weights else 0
        axis.plot([fair, fair], [row - 0.4, row + 0.4], color=INK, linewidth=1.5)
    axis.set_yticks(range(len(members)), [_short(names[one.member]) for one in members])
    axis.set_xlim(0, max(*values, 1) * (1 + 2 * _RATIO))
    axis.xaxis.set_visible(False)
    axis.invert_yaxis()


def front(found: Front, plans: Sequence[Plan] = (), *, language: str | None = None) -> Figure:
    """Draw the trade-offs of two objectives: points that are proven are full, the others hollow.

    Parameters
    ----------
    found
        A front of two objectives, or of three: the third is written beside its point.
    plans
        Others to set beside, as crosses.
    """
    words = words_of(language)
    points = sorted(found.points, key=lambda point: point.values)
    across, up, *third = found.names
    with _style():
        picture = Figure(figsize=(7, 4.2), layout="constrained")
        axis = picture.subplots()
        if not third:
            axis.step(*zip(*(point.values for point in points), strict=True), where="post", color=LIGHT, zorder=1)
        for proven, face in ((True, BLUE), (False, "white")):
            some = [point for point in points if all(point.proven) is proven]
            if some:
                label = words("progress-proven" if proven else "proof-none")
                axis.scatter(
                    [point.values[0] for point in some],
                    [point.values[1] for point in some],
                    s=60,
                    facecolors=face,
                    edgecolors=BLUE,
                    linewidths=1.5,
                    zorder=2,
                    label=label,
                )
        for point in points:
            told = ", ".join(words.number(value) for value in point.values)
            axis.annotate(
                told, (point.values[0], point.values[1]), xytext=(7, 7), textcoords="offset points", color=INK
            )
        values = [{one.name: one.value for one in plan.objectives} for plan in plans]
        beside = [(one[across], one[up]) for one in values if across in one and up in one]
        if beside:
            axis.scatter(*zip(*beside, strict=True), marker="x", color=ORANGE, zorder=3, label=words("front-current"))
        axis.set_xlabel(words(f"objective-{across}"))
        axis.set_ylabel(words(f"objective-{up}"))
        axis.margins(0.18)
        axis.legend(frameon=False)
        if not found.complete:
            axis.set_title(words("front-may-lack"))
    return picture


def sites(problem: Problem, *, language: str | None = None) -> Figure:
    """Draw the residents within a walk of each site of a problem, by commune."""
    words = words_of(language)
    territory = problem.territory
    residents = {area.id: area.residents or 0 for area in territory.areas}
    near: Counter[str] = Counter()
    for reach in problem.reach:
        for site in reach.sites:
            near[site] += residents[reach.area]
    names = {commune.id: commune.name for commune in territory.communes}
    shown = sorted((site for site in territory.sites if near[site.id]), key=lambda site: -near[site.id])
    with _style():
        picture = Figure(figsize=(8, 0.8 + 0.24 * len(shown)), layout="constrained")
        axis = picture.subplots()
        bars = axis.barh(range(len(shown)), [near[site.id] for site in shown], color=BLUE)
        axis.bar_label(bars, [words.number(near[site.id]) for site in shown], padding=3)
        labels = [_short(f"{site.name} ({names[site.commune]})") for site in shown]
        axis.set_yticks(range(len(shown)), labels)
        axis.set_title(words("chart-residents", metres=territory.settings.walking_distance))
        axis.xaxis.set_visible(False)
        axis.margins(x=_RATIO)
        axis.invert_yaxis()
    return picture


def png(figure: Figure) -> bytes:
    """Give a figure as an image, the same bytes for the same figure."""
    written = io.BytesIO()
    with _style():
        figure.savefig(written, format="png", dpi=SHARP, metadata={"Software": None})
    return written.getvalue()


def _shown(made: Plan | Comparison, problem: Problem | None, words: Words) -> list[tuple[str, Problem, Plan]]:
    """Give the title, the problem and the plan of each month to be drawn."""
    if isinstance(made, Comparison):
        names = _names(made, words)
        return [(names[id(case)], case.problem, case.plan) for case in planned(made) if case.problem and case.plan]
    title = words("plan-heading", month=made.month, territory=made.territory_name)
    return [(title, problem_of(made, problem), made)]


def _names(comparison: Comparison, words: Words) -> dict[int, str]:
    names = names_of_cases(comparison, words)
    return {id(case): _short(name) for case, name in zip(comparison.cases, names, strict=True)}


def _short(name: str) -> str:
    shown = plain(name)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
