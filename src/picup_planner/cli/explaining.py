"""`picup explain`: what each objective costs, where, and what it costs those that come after it."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from textwrap import fill

from rich.console import Console
from rich.table import Table

from picup_planner.cli.endings import DONE, INTERRUPTED, REFUSED, tell
from picup_planner.cli.offering import stand_ins_printed
from picup_planner.cli.pricing import Change, Price, Prices, prices_of
from picup_planner.cli.terminal import filled, heading, listed, printed, table_of
from picup_planner.display.reasons import shortage_told
from picup_planner.evaluation import By, ObjectiveCost, breakdown, broken_rules, figures
from picup_planner.messages import Words, names_of
from picup_planner.plan import Plan
from picup_planner.problem import Problem
from picup_planner.publish.text import plain
from picup_planner.solver.explanation import TIME_LIMIT, shortage
from picup_planner.solver.objectives import chosen

_LABELS = {
    By.COMMUNE: ("plan-column-commune",),
    By.AREA: ("explain-column-area", "plan-column-commune"),
    By.FIXED: ("plan-column-site", "plan-column-date"),
    By.STOP: ("plan-column-site", "plan-column-date"),
    By.TOUR: ("map-tour", "plan-column-commune"),
    By.ROLE: ("explain-column-role",),
    By.MEMBER: ("figures-column-member",),
    By.LOAD: ("explain-column-role", "explain-column-most", "explain-column-least"),
}
"""Headings of what each table is about, in the order of the tables."""

FOR_REASONS = 0.5
"""Part of the time that may go to why communes lack permanences, the rest being for prices."""

_HEADING = 13
"""Letters of a column's heading before it goes on below: five objectives and a name fit in 80 columns."""

_ENDLESS = 10_000
"""Columns in which a table takes the width it needs."""


def explain_plan(plan: Plan, problem: Problem, time_limit: float, words: Words, *, stand_ins: bool = False) -> int:
    """Tell what each objective costs and where, why communes lack permanences, what each costs those after it."""
    with printed() as console:
        heading(console, words("explain-costs"))
        _costs(console, problem, plan, words)
        if stand_ins:
            stand_ins_printed(console, problem, plan, words)
    if not time_limit:
        return DONE
    if broken_rules(problem, plan):
        tell(words("explain-broken"))
        return REFUSED
    began = time.monotonic()
    with printed() as console:
        _reasons(console, problem, plan, time_limit * FOR_REASONS, words)
    left = max(0, began + time_limit - time.monotonic())
    prices = prices_of(problem, plan, time_limit=left, step=lambda n, of: _step(n, of, words))
    with printed() as console:
        heading(console, words("explain-prices"))
        _prices(console, problem, prices, words)
    return DONE if prices.finished else INTERRUPTED


def _step(number: int, of: int, words: Words) -> None:
    tell(words("explain-step", number=number, of=of))


# ------------------------------------------------------------------------------------------------ what it costs, where


def _costs(console: Console, problem: Problem, plan: Plan, words: Words) -> None:
    """Print one table for each thing values are shared among; objectives at zero are told in one sentence."""
    costs = {cost.name: cost for cost in breakdown(problem, plan).objectives}
    asked = [costs[objective.name] for objective in chosen(problem) if objective.name in costs]
    labels = _Labels(problem, plan, words)
    _told_in_lines(console, words("explain-zero"), [cost.name for cost in asked if not cost.value], words)
    for by in _LABELS:
        left = [cost for cost in asked if cost.value and by in {each.by for each in cost.splits}]
        while left:
            fitting = _fitting(console, by, left, labels, words)
            console.print()
            console.print(_shared(by, left[:fitting], labels, words))
            left = left[fitting:]


def _fitting(console: Console, by: By, costs: Sequence[ObjectiveCost], labels: "_Labels", words: Words) -> int:
    """Count the objectives, one at least, whose columns fit side by side."""
    wide = console.options.update_width(_ENDLESS)
    tables = ((number, _shared(by, costs[:number], labels, words)) for number in range(len(costs), 1, -1))
    return next((n for n, table in tables if console.measure(table, options=wide).maximum <= console.width), 1)


def _shared(by: By, costs: Sequence[ObjectiveCost], labels: "_Labels", words: Words) -> Table:
    """Make the table of one kind of parts: a row for each, a column for each objective, and the sums."""
    values: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * len(costs))
    for column, cost in enumerate(costs):
        parts = next(split.parts for split in cost.splits if split.by is by)
        for part in parts:
            values[part.of][column] = part.value
    table = table_of(words, *_LABELS[by])
    for cost in costs:
        heading = fill(_name(cost.name, words), _HEADING, break_long_words=False, break_on_hyphens=False)
        table.add_column(heading, justify="right", no_wrap=True)
    for of, row in sorted(values.items(), key=lambda entry: ([-value for value in entry[1]], entry[0])):
        table.add_row(*labels(by, of), *(words.number(value) if value else "–" for value in row))
    if len(values) > 1:
        others = [""] * (len(_LABELS[by]) - 1)
        sums = [words.number(cost.value) for cost in costs]
        table.add_row(words("explain-total"), *others, *sums, style="bold")
    return table


class _Labels:
    """What parts are called: names and dates instead of ids."""

    def __init__(self, problem: Problem, plan: Plan, words: Words) -> None:
        self._words = words
        self._names = {
            **names_of(problem),
            **{("role", role.id): role.abbreviation or role.name for role in problem.territory.roles},
        }
        self._several = len(problem.territory.vans) > 1
        self._areas = {area.id: area for area in problem.territory.areas}
        self._fixed = {duty.id: duty for duty in problem.fixed}
        self._stops: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for held in sorted(plan.permanences, key=lambda held: held.start):
            if held.van:
                self._stops[held.van, held.date.isoformat()].append(held.place.commune)

    def __call__(self, by: By, of: tuple[str, ...]) -> list[str]:
        """Give one text for each label of the kind."""
        match by:
            case By.AREA:
                area = self._areas[of[0]]
                return [plain(area.name), self._name("commune", area.commune)]
            case By.FIXED:
                duty = self._fixed[of[0]]
                return [self._name("site", duty.site), self._date(duty.date)]
            case By.STOP:
                return [self._name("site", of[0]), self._date(date.fromisoformat(of[1]))]
            case By.TOUR:
                van = [self._name("van", of[0])] if self._several else []
                communes = dict.fromkeys(self._name("commune", commune) for commune in self._stops[of])
                return [", ".join((self._date(date.fromisoformat(of[1])), *van)), ", ".join(communes)]
            case By.LOAD:
                return [self._name("role", of[0]), *(self._name("member", member) for member in of[1:])]
            case _:
                return [self._name(by, of[0])]

    def _name(self, kind: str, some: str) -> str:
        return plain(self._names.get((kind, some), some))

    def _date(self, day: date) -> str:
        return self._words.date(day, short=True)


# ------------------------------------------------------------------------------------------ why a commune lacks some


def _reasons(console: Console, problem: Problem, plan: Plan, time_limit: float, words: Words) -> None:
    """Print why each commune below its minimum or its target has not one more, and what would give it one.

    Where no objective would gain by it, nothing is lacking.
    """
    names, asked = names_of(problem), {objective.name for objective in chosen(problem)}
    communes = figures(problem, plan).communes
    short = [each for each in communes if each.held < each.target and each.gaining in asked]
    for number, each in enumerate(short):
        commune = names["commune", each.commune]
        tell(words("explain-looking", commune=commune))
        reason = shortage(problem, plan, each.commune, time_limit=min(TIME_LIMIT, time_limit / len(short)))
        if not number:
            heading(console, words("explain-short-heading"))
        lacking = words("explain-short", n=each.held, commune=commune, target=each.target)
        listed(console, [lacking, *shortage_told(reason, problem, words)])
        console.print()


# ---------------------------------------------------------------------------------------- what it costs those after it


def _prices(console: Console, problem: Problem, prices: Prices, words: Words) -> None:
    """Print what each objective takes from those after it, then those that take nothing, then what is not known."""
    if any(objective.counted for objective in chosen(problem)):
        filled(console, words("explain-weighed"))
    paid = [price for price in prices.prices if price.given_up]
    if paid:
        filled(console, words("explain-without"))
        console.print()
        console.print(_paid(problem, paid, words))
        console.print()
    for sentence, names in _others(prices, words).items():
        _told_in_lines(console, sentence, names, words)
        console.print()
    for sentence in _remarks(prices, words):
        filled(console, sentence)
        console.print()
    if prices.solves:
        filled(console, words("explain-solves", n=prices.solves, seconds=round(prices.seconds)))


def _others(prices: Prices, words: Words) -> Mapping[str, Sequence[str]]:
    """Give the objectives that take nothing, as far as was looked, then those of which it is not known."""
    told: dict[str, list[str]] = defaultdict(list)
    for price in sorted(prices.prices, key=lambda price: not price.known):
        if not price.given_up:
            through = {"objective": _name(price.through, words)} if price.through else {}
            free = words("explain-free-through" if through else "explain-free", **through)
            told[free if price.known else words("explain-unknown")].append(price.name)
    return told


def _paid(problem: Problem, paid: Sequence[Price], words: Words) -> Table:
    """Make the table of what is given up, in bold, and of what that gains."""
    ranks = {objective.name: rank for rank, objective in enumerate(chosen(problem), 1)}
    table = table_of(words, "explain-column-without")
    table.columns[0].no_wrap = True
    for column in ("explain-column-before", "explain-column-after"):
        table.add_column(words(column), justify="right", no_wrap=True)
    table.add_column("")
    for price in paid:
        if price.given_up:
            table.add_row(
                f"{ranks[price.name]}. {_name(price.name, words)}", *_row(price.given_up, words), style="bold"
            )
        for gain in price.gains:
            table.add_row(f"   {_name(gain.name, words)}", *_row(gain, words))
    return table


def _row(change: Change, words: Words) -> tuple[str, str, str]:
    """Tell two values, and how sure the second is."""
    doubts = [] if change.exact else [words("explain-or-less")]
    doubts += [] if change.sure else ["*"]
    return words.number(change.before), words.number(change.after), " ".join(doubts)


def _remarks(prices: Prices, words: Words) -> Iterator[str]:
    """Yield what to know to read the table: stars, slack, and plans found better for nothing."""
    gains = [gain for price in prices.prices if price.given_up for gain in price.gains]
    if any(not gain.sure for gain in gains):
        yield words("explain-star")
    for gain in {gain.name: gain for gain in gains if gain.in_plan != gain.before}.values():
        numbers = {"best": words.number(gain.before), "plan": words.number(gain.in_plan)}
        yield words("explain-left", objective=_name(gain.name, words), **numbers)
    better = [gain for price in prices.prices if not price.given_up for gain in price.gains[:1]]
    for gain in {gain.name: gain for gain in better}.values():
        numbers = {"after": words.number(gain.after), "before": words.number(gain.before)}
        yield words("explain-better", objective=_name(gain.name, words), **numbers)


def _name(objective: str, words: Words) -> str:
    return words(f"objective-{objective}")


def _told_in_lines(console: Console, sentence: str, names: Sequence[str], words: Words) -> None:
    """Print a sentence, then the objectives it is about, one a line; nothing when there are none."""
    if names:
        filled(console, sentence)
        for name in names:
            console.print(f"   {_name(name, words)}")
