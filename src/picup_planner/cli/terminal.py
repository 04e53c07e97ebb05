"""A month as a person reads it on a terminal: the calendar, the figures, what is proven."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from textwrap import TextWrapper

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from picup_planner.evaluation import Figures, figures
from picup_planner.messages import Words
from picup_planner.plan import Kind, Permanence, Plan
from picup_planner.problem import Problem
from picup_planner.publish.telling import figures_told, proof_told
from picup_planner.publish.text import plain

_OF_CALENDAR = ("plan-column-date", "plan-column-hours", "plan-column-site", "plan-column-commune", "plan-column-crew")
_OF_COMMUNES = (
    *("plan-column-commune", "figures-column-held", "figures-column-target"),
    *("figures-column-gaps", "figures-column-met"),
)
_OF_PEOPLE = (
    *("figures-column-member", "figures-column-held", "figures-column-length"),
    *("figures-column-load", "figures-column-share"),
)
_NUMBERS = {
    *("figures-column-held", "figures-column-target", "figures-column-load", "figures-column-share"),
    *("figures-column-length", "proofs-column-value"),
}
_OF_PROOFS = ("proofs-column-objective", "proofs-column-value", "proofs-column-proof")


def month_printed(problem: Problem, plan: Plan, words: Words) -> None:
    """Print a month; without colours when it does not go to a terminal."""
    with printed() as console:
        heading(console, words("plan-heading", month=plan.month, territory=plan.territory_name))
        calendar(console, plan, words)
        heading(console, words("figures-heading"))
        figures_printed(console, problem, figures(problem, plan), words)
        if plan.objectives:
            heading(console, words("proofs-heading"))
            proofs(console, plan, words)


def heading(console: Console, text: str) -> None:
    """Print a title between two empty lines."""
    console.print()
    console.print(Text(text[:1].upper() + text[1:], style="bold"))
    console.print()


def calendar(console: Console, plan: Plan, words: Words) -> None:
    """Print permanences, mobile and fixed, week by week, then the hours of each tour; a date is told once."""
    if not plan.permanences:
        console.print(words("plan-nothing"))
        return
    table = table_of(words, *_OF_CALENDAR)
    table.columns[1].no_wrap = True
    held = sorted(plan.permanences, key=lambda permanence: (permanence.date, permanence.start, permanence.id))
    several = len({tour.van for tour in plan.tours}) > 1
    last = {tour.permanences[-1]: tour for tour in plan.tours}
    for week, of_week in groupby(held, key=lambda permanence: permanence.date.isocalendar().week):
        table.add_row()
        table.add_row(Text(words("plan-week", week=week), style="bold"))
        for date, of_day in groupby(of_week, key=lambda permanence: permanence.date):
            told = words.date(date, short=True)
            for permanence in of_day:
                style = "dim" if permanence.kind is Kind.FIXED else ""
                table.add_row(told, *_cells(permanence, words), style=style)
                told = ""
                if tour := last.get(permanence.id):
                    hours = words.hours(tour.legs[0].departure, tour.legs[-1].arrival)
                    told_van = words("plan-tour-van", van=tour.van_name) if several else words("plan-tour")
                    table.add_row("", hours, told_van, style="dim")
    console.print(table)


def _cells(permanence: Permanence, words: Words) -> tuple[str, ...]:
    site = plain(permanence.place.name)
    return (
        words.hours(permanence.start, permanence.end),
        words("plan-fixed", site=site) if permanence.kind is Kind.FIXED else site,
        plain(permanence.place.commune_name),
        ", ".join(plain(one.member_name) for one in permanence.crew) or words("plan-nobody"),
    )


def figures_printed(console: Console, problem: Problem, counted: Figures, words: Words) -> None:
    """Print permanences per commune, vans, residents reached and the load of each person."""
    territory = problem.territory
    communes = {commune.id: plain(commune.name) for commune in territory.communes}
    roles = {role.id: plain(role.abbreviation or role.name) for role in territory.roles}
    staff = {member.id: plain(member.name) for member in territory.staff}
    table = table_of(words, *_OF_COMMUNES)
    for commune in counted.communes:
        met = [words("figures-met", people=each.people, role=roles[each.role]) for each in commune.met]
        gaps = ", ".join(map(str, commune.gaps))
        table.add_row(communes[commune.commune], str(commune.held), str(commune.target), gaps, ", ".join(met))
    console.print(table)
    console.print()
    table = table_of(words, *_OF_PEOPLE)
    for member in counted.members:
        load = "–" if member.load is None else f"{words.number(member.load)}\N{NO-BREAK SPACE}%"
        share = f"{member.share}\N{NO-BREAK SPACE}%"
        table.add_row(staff[member.member], str(member.permanences), words.duration(member.length), load, share)
    console.print(table)
    console.print()
    filled(console, words("figures-columns"))
    console.print()
    for sentence in figures_told(problem, counted, words):
        filled(console, sentence)


def filled(console: Console, sentence: str) -> None:
    """Print a sentence, its next lines under its first word; textwrap keeps `12 500` on one line, rich does not."""
    indent = " " * (len(sentence) - len(sentence.lstrip(" ")))
    filler = TextWrapper(console.width, indent, f"{indent}  ", break_on_hyphens=False)
    console.print(filler.fill(sentence.strip(" ")), soft_wrap=True)


def listed(console: Console, lines: Iterable[str]) -> None:
    """Print sentences, those that start with a dash hanging from it."""
    for line in lines:
        filler = TextWrapper(console.width, subsequent_indent="  " * line.startswith("- "), break_on_hyphens=False)
        console.print(filler.fill(line), soft_wrap=True)


@contextmanager
def printed() -> Iterator[Console]:
    """Give a console whose lines are echoed at the end; without colours when they do not go to a terminal."""
    console = Console(highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        yield console
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def proofs(console: Console, plan: Plan, words: Words) -> None:
    """Print each objective in order of priority: its value, and what is proven of it in plain words."""
    table = table_of(words, *_OF_PROOFS)
    table.columns[0].no_wrap = True
    for number, result in enumerate(plan.objectives, 1):
        name = f"{number}. {words(f'objective-{result.name}')}"
        table.add_row(name, words.number(result.value), proof_told(result, words))
    console.print(table)


def table_of(words: Words, *columns: str) -> Table:
    """Give an empty table under the titles of its columns, numbers to the right."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(words(column), overflow="fold", justify="right" if column in _NUMBERS else "left")
    return table
