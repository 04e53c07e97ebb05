"""What a notebook shows of a plan or a comparison, as a piece of page: names go through `publish/text.py`."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Any

from pandas import isna

from picup_planner.display import charts
from picup_planner.display.measures import FAILURE, MEASURES, compared, names_of_cases
from picup_planner.display.small_map import framed, ground, small_map
from picup_planner.display.telling import difference_told, failure_told, scenario_told
from picup_planner.draw import Drawing, draw
from picup_planner.errors import DataError, RoadsError
from picup_planner.evaluation import figures
from picup_planner.messages import Words
from picup_planner.plan import Kind, Permanence, Plan
from picup_planner.problem import Problem
from picup_planner.publish.telling import figures_told, proof_told
from picup_planner.publish.text import Html, joined, tag
from picup_planner.scenarios.comparing import Comparison
from picup_planner.scenarios.months import roads_of

STYLE = (files("picup_planner.display") / "summary.css").read_text(encoding="utf-8")


def plan_shown(problem: Problem, plan: Plan, words: Words) -> Html:
    """Calendar, figures, proofs and a small map of a plan; no map where its roads are not known."""
    heading = tag("h2", words("plan-heading", month=plan.month, territory=plan.territory_name))
    unfinished = () if plan.finished else (tag("p", words("map-unfinished"), class_="failure"),)
    return joined(
        heading,
        *unfinished,
        tag("div", _map(problem, plan, words), _proofs(plan, words), class_="beside"),
        tag("h3", words("map-days")),
        _calendar(plan, words),
        tag("h3", words("figures-heading")),
        _communes(problem, plan, words),
        _people(problem, plan, words),
        *(tag("p", sentence.strip()) for sentence in figures_told(problem, figures(problem, plan), words)),
    )


def comparison_shown(comparison: Comparison, words: Words) -> Html:
    """Scenarios in sentences, the table of all figures and objectives, charts, maps, and why some have no plan."""
    names = names_of_cases(comparison, words)
    drawn = any(case.plan for case in comparison.cases)
    return joined(
        tag("h2", words("compare-heading", month=comparison.month, territory=comparison.territory.name)),
        _scenarios(comparison, names, words),
        *(_pictures(comparison, words) if drawn else ()),
        tag("h3", words("compare-table")),
        _table(comparison, words),
        tag("p", words("compare-read")),
        *_maps(comparison, names, words),
    )


def wrapped(inside: Html) -> Html:
    """Give a piece of page with its style, for a notebook."""
    return joined(Html(f"<style>{STYLE}</style>"), tag("div", inside, class_="picup"))


def _drawn(problem: Problem, plan: Plan) -> Drawing | None:
    """Draw a plan on its roads; nothing for a problem of another machine, whose roads are not here."""
    try:
        return draw(problem, plan, roads_of(problem.territory))
    except (DataError, RoadsError):
        return None


def _map(problem: Problem, plan: Plan, words: Words) -> Html:
    drawing = _drawn(problem, plan)
    return small_map(plan, drawing, words) if drawing else Html()


def _proofs(plan: Plan, words: Words) -> Html:
    rows = [
        (f"{n}. {words(f'objective-{result.name}')}", words.number(result.value), proof_told(result, words))
        for n, result in enumerate(plan.objectives, 1)
    ]
    columns = [words(f"proofs-column-{name}") for name in ("objective", "value", "proof")]
    return tag("div", tag("h3", words("proofs-heading")), _tabled(columns, rows))


def _calendar(plan: Plan, words: Words) -> Html:
    held = sorted(plan.permanences, key=lambda one: (one.date, one.start, one.id))
    columns = [words(f"plan-column-{name}") for name in ("date", "hours", "site", "commune", "crew")]
    return _tabled(columns, [_permanence(one, words) for one in held])


def _permanence(held: Permanence, words: Words) -> tuple[str, ...]:
    return (
        words.date(held.date, short=True),
        words.hours(held.start, held.end),
        words("plan-fixed", site=held.place.name) if held.kind is Kind.FIXED else held.place.name,
        held.place.commune_name,
        ", ".join(one.member_name for one in held.crew) or words("plan-nobody"),
    )


def _communes(problem: Problem, plan: Plan, words: Words) -> Html:
    names = {commune.id: commune.name for commune in problem.territory.communes}
    roles = {role.id: role.abbreviation or role.name for role in problem.territory.roles}
    rows = [
        (
            names[one.commune],
            str(one.held),
            str(one.target),
            ", ".join(map(str, one.gaps)),
            ", ".join(words("figures-met", people=each.people, role=roles[each.role]) for each in one.met),
        )
        for one in figures(problem, plan).communes
    ]
    columns = ["plan-column-commune", *(f"figures-column-{name}" for name in ("held", "target", "gaps", "met"))]
    return _tabled([words(column) for column in columns], rows)


def _people(problem: Problem, plan: Plan, words: Words) -> Html:
    names = {member.id: member.name for member in problem.territory.staff}
    rows = [
        (
            names[one.member],
            str(one.permanences),
            words.duration(one.length),
            "–" if one.load is None else f"{words.number(one.load)}\N{NO-BREAK SPACE}%",
            f"{one.share}\N{NO-BREAK SPACE}%",
        )
        for one in figures(problem, plan).members
    ]
    columns = [words(f"figures-column-{name}") for name in ("member", "held", "length", "load", "share")]
    return _tabled(columns, rows)


def _scenarios(comparison: Comparison, names: Sequence[str], words: Words) -> Html:
    items = []
    for case, name in zip(comparison.cases, names, strict=True):
        told = scenario_told(case.scenario, words, comparison.territory)
        why = tuple(failure_told(case.outcome.failure, case.problem, words)) if case.outcome.failure else ()
        failure = (tag("p", words("compare-failed"), " ", " ".join(why), class_="failure"),) if why else ()
        items.append(tag("li", tag("strong", name), *(() if told.rstrip(".") == name else (" — ", told)), *failure))
    return tag("ol", *items, class_="scenarios")


def _pictures(comparison: Comparison, words: Words) -> Iterator[Html]:
    language = words.language
    drawn = (
        (words("compare-figures"), charts.figures(comparison, language=language)),
        (words("compare-calendar"), charts.calendar(comparison, language=language)),
        (words("compare-loads"), charts.loads(comparison, language=language)),
    )
    for title, figure in drawn:
        image = f"data:image/png;base64,{b64encode(charts.png(figure)).decode()}"
        yield tag("figure", tag("figcaption", title), Html(f'<img src="{image}" alt="{joined(title)}">'))


def _table(comparison: Comparison, words: Words) -> Html:
    frame, units = compared(comparison, words), {one.name: one.unit for one in MEASURES}
    names = list(dict.fromkeys(frame.columns.get_level_values(0)))
    rows = []
    for measure in frame.index:
        if measure == FAILURE:
            continue
        told = words(f"measure-{measure}") if measure in units else words(f"objective-{measure}")
        cells = [_cell(frame.loc[measure, name], words) for name in names]
        rows.append(tag("tr", tag("th", told, scope="row"), *cells))
    head = tag(
        "tr", tag("th", words("compare-measure"), scope="col"), *(tag("th", name, scope="col") for name in names)
    )
    return tag(
        "div",
        tag("table", tag("thead", head), tag("tbody", *rows)),
        class_="wide",
        tabindex="0",
        role="region",
        aria_label=words("compare-table"),
    )


def _cell(found: Any, words: Words) -> Html:  # noqa: ANN401  a row of pandas
    """Value, difference from the month as it is, and proof of one measure under one scenario."""
    if isna(found["value"]):
        return tag("td", "–")
    difference = found["difference"]
    more = "" if isna(difference) or not difference else difference_told(difference, words)
    proof = "" if isna(found["proof"]) else found["proof"]
    return tag("td", words.number(found["value"], decimals=1), tag("span", more, class_="more"), tag("small", proof))


def _maps(comparison: Comparison, names: Sequence[str], words: Words) -> Iterator[Html]:
    """Draw the tours of each scenario in one frame, on a ground drawn once."""
    drawn = [
        (name, case.plan, drawing)
        for case, name in zip(comparison.cases, names, strict=True)
        if case.plan and case.problem and (drawing := _drawn(case.problem, case.plan))
    ]
    if not drawn:
        return
    frame, first = framed(drawing for _, _, drawing in drawn), drawn[0][2]
    name, defined = ground(first, frame)
    maps = [
        tag(
            "figure",
            tag("figcaption", title),
            small_map(plan, drawing, words, frame, shared=name if drawing.communes == first.communes else ""),
        )
        for title, plan, drawing in drawn
    ]
    yield tag("h3", words("compare-maps"))
    yield joined(defined, tag("div", *maps, class_="maps"), tag("p", words("map-attribution"), class_="credit"))


def _tabled(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    head = tag("tr", *(tag("th", column, scope="col") for column in columns))
    body = (tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    return tag("table", tag("thead", head), tag("tbody", *body))
