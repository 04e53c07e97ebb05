"""Tables, charts and what a notebook displays, on plans written by hand."""

from datetime import date
from html.parser import HTMLParser

import geopandas
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure

import picup_planner as pp
from pages import HOSTILE, named, tiny_plan
from picup_planner.display import charts
from picup_planner.display.progress import bar
from picup_planner.display.small_map import framed, ground, small_map
from picup_planner.errors import DataError
from picup_planner.messages import LANGUAGES, Words
from picup_planner.plan import ObjectiveResult, Plan
from picup_planner.problem import Problem, Rule, Territory
from picup_planner.scenarios.comparing import Case, Comparison
from picup_planner.scenarios.months import problem_of, remembered
from picup_planner.scenarios.outcomes import Failure, Outcome, Why
from picup_planner.solver.explanation import Reason
from picup_planner.solver.front import Front, Point
from problems import hand_plan, problem_with, tiny_problem

PNG = b"\x89PNG"
RULE = Rule(constraint="frequency", subject=("amont",))


@pytest.fixture
def plan(tiny: Problem) -> Plan:
    """Give a plan of three stops, its problem known."""
    return remembered(tiny_plan(tiny), tiny)


def renamed(name: str) -> Problem:
    """Give the tiny problem with every free text `name`."""
    territory = tiny_problem().territory
    called = {
        kind: tuple(noun.model_copy(update={"name": name}) for noun in getattr(territory, kind))
        for kind in ("communes", "sites", "areas", "depots", "vans", "sessions", "roles", "partners", "staff")
    }
    return problem_with(**called, name=name)


def compared(problem: Problem, name: str = "Deux", rules: bool = False) -> Comparison:  # noqa: FBT001, FBT002  a test's
    """Give a comparison of the tiny month, of one with a target of its own, and of one that failed."""
    known = problem_with(problem, settings={"faces": 2})
    result = ObjectiveResult(name="travel", value=30, best=30, bound=20, proven=False, unit="minutes")
    plans = [tiny_plan(problem).model_copy(update={"objectives": (result,)})]
    plans.append(hand_plan(known, []).model_copy(update={"objectives": (result.model_copy(update={"value": 40}),)}))
    failure = Failure(why=Why.INFEASIBLE, rules=(RULE,) if rules else ())
    return Comparison(
        problem.territory,
        problem.month,
        (
            Case(pp.Scenario(), problem, Outcome(name="0", plan=plans[0])),
            Case(pp.Scenario((pp.Setting("faces", 2),), name), known, Outcome(name="1", plan=plans[1])),
            Case(pp.Scenario((pp.Without("as-1"),)), problem, Outcome(name="2", failure=failure)),
        ),
    )


def test_a_table_has_every_permanence(plan: Plan) -> None:
    """One row a permanence, by date and hour, at its place in WGS 84; names, not ids, are listed as crew."""
    table = pp.table(plan)
    assert list(table.index) == [one.id for one in sorted(plan.permanences, key=lambda one: (one.date, one.start))]
    first = table.iloc[0]
    assert (first["place"], first["crew"], first["van"]) == ("Place d’Amont", "Ada, Chloé", "van-1")
    assert (first.geometry.x, first.geometry.y) == (4.85, 45.72)
    assert table.crs == "EPSG:4326"
    nowhere = plan.permanences[0].place.model_copy(update={"latitude": None, "longitude": None})
    lost = plan.model_copy(update={"permanences": (plan.permanences[0].model_copy(update={"place": nowhere}),)})
    assert pp.table(lost).geometry.is_empty.all()
    assert pp.table(plan.model_copy(update={"permanences": ()})).empty


def test_tours_follow_real_roads() -> None:
    """Each tour is a line from the depot to the depot, as long on the map as its legs are on the road, nearly."""
    territory = pp.read()
    problem = pp.month(territory, "2026-12")
    crew = {"as": "as-1", "casp": "casp-1"}
    plan = hand_plan(problem, [("ven-10", 2, "matin", crew), ("fey-01", 4, "matin", crew)])
    tours = pp.tours(remembered(plan, problem))
    assert isinstance(tours, geopandas.GeoDataFrame)
    depot = territory.depots[0]
    for tour in tours.itertuples():
        assert tour.geometry.coords[0] == tour.geometry.coords[-1] == (depot.longitude, depot.latitude)
    metric = tours.to_crs("EPSG:2154").length / 1000
    assert (abs(metric - tours["kilometres"]) < 0.7).all()
    assert (tours["kilometres"] > 5).all()


def test_loads_are_those_of_the_plan(plan: Plan) -> None:
    """Hours, loads and shares of each person, by id; a load without any hours available is missing."""
    loads = pp.loads(plan)
    assert list(loads.index) == ["as-1", "as-2", "casp-1", "casp-2"]
    assert loads.loc["as-1", "permanences"] == 3
    assert loads.loc["as-1", "load"] == pytest.approx(100 * loads.loc["as-1", "hours"] / 40, abs=0.1)


def test_figures_of_a_plan(tiny: Problem) -> None:
    """Every figure, then every objective with its bound and proof."""
    figures = pp.figures(compared(tiny).cases[0].plan, tiny)
    assert figures.loc["permanences", "value"] == 3
    assert tuple(figures.loc["travel", ["value", "bound", "proven"]]) == (30, 20, False)


def test_figures_of_a_comparison(tiny: Problem) -> None:
    """Values, differences from the month as it is, proofs, and why there is no plan, scenario by scenario."""
    table = pp.figures(compared(tiny))
    first, second, third = dict.fromkeys(table.columns.get_level_values(0))
    assert second == "Deux"
    assert table.loc["permanences", (second, "difference")] == -3
    assert table.loc["travel", (second, "difference")] == 10
    assert "20" in table.loc["travel", (first, "proof")]
    assert table.loc["permanences", (third, "value")] != table.loc["permanences", (third, "value")]
    assert isinstance(table.loc["failure", (third, "value")], str)


def test_what_is_counted_otherwise_is_not_compared(tiny: Problem) -> None:
    """An objective whose yardstick a scenario changes has no difference."""
    comparison = compared(tiny)
    other = comparison.cases[1]
    assert not comparison.alike("continuity", other)
    assert comparison.alike("travel", other)
    assert comparison.alike("below_target", other)


def test_scenarios_told_alike_are_numbered(tiny: Problem) -> None:
    """Two scenarios with one name have two columns."""
    comparison = compared(tiny)
    twice = Comparison(comparison.territory, comparison.month, (*comparison.cases, comparison.cases[1]))
    assert list(dict.fromkeys(pp.figures(twice).columns.get_level_values(0)))[-1] == "Deux (4)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_drawn(tiny: Problem, plan: Plan, language: str) -> None:
    """Each chart of a plan, of a comparison, of a front and of sites is an image, the same bytes twice."""
    comparison = compared(tiny)
    points = [Point((0, 25), (True, True), plan), Point((2, 0), (True, False), plan)]
    found = Front(("below_minimum", "travel"), points, complete=False)
    drawn = [
        lambda: charts.figures(comparison, language=language),
        lambda: charts.calendar(comparison, language=language),
        lambda: charts.calendar(plan, language=language),
        lambda: charts.loads(comparison, language=language),
        lambda: charts.loads(plan, language=language),
        lambda: charts.front(found, [compared(tiny).cases[0].plan], language=language),  # type: ignore[list-item]
        lambda: charts.sites(tiny, language=language),
    ]
    for draw in drawn:
        first, second = (charts.png(draw()) for _ in range(2))
        assert first[:4] == PNG
        assert first == second


def test_a_proven_point_is_full_and_another_hollow(plan: Plan) -> None:
    """On a front, what is proven can be told from what is not without reading."""
    points = [Point((0, 25), (True, True), plan), Point((2, 0), (True, False), plan)]
    axis = charts.front(Front(("below_minimum", "travel"), points), language="en").axes[0]
    faces = [some.get_facecolor()[0].tolist() for some in axis.collections]
    assert faces[0] != faces[1] == [1, 1, 1, 1]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["proven", "not proven"]


def test_nothing_to_draw_is_told(tiny: Problem) -> None:
    """Without any plan there is no chart, and the reason is told."""
    comparison = compared(tiny)
    with pytest.raises(DataError):
        charts.figures(Comparison(comparison.territory, comparison.month, comparison.cases[2:]))


def test_a_name_is_no_formula(tiny: Problem) -> None:
    """Dollars in a name are drawn as dollars, mistakes of TeX and all."""
    assert charts.png(charts.figures(compared(tiny, r"$\frac{$ $x^{$"), language="en"))[:4] == PNG


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_a_notebook_shows_is_escaped(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile string in every name adds no element to what is shown of a plan, a comparison or a scenario."""
    monkeypatch.setattr(charts, "png", lambda _: PNG)  # an image runs nothing, and takes long
    name = HOSTILE[kind][:200]
    problem, benign = renamed(name), renamed("Nom")
    made = [(tiny_plan(one), compared(one, one.territory.name, rules=True)) for one in (problem, benign)]
    for which in range(2):
        shown, expected = (pp.show(one[which], source) for one, source in zip(made, (problem, benign), strict=True))
        assert _elements(shown._repr_html_()) == _elements(expected._repr_html_())
    html = pp.show(pp.Closed(name, date(2026, 12, 8)))._repr_html_()
    assert _elements(html) == _elements(pp.show(pp.Closed("x", date(2026, 12, 8)))._repr_html_())


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_small_map_is_escaped(kind: str) -> None:
    """A hostile string in every name adds no element to a small map, nor to the ground that several share."""
    drawn = []
    for name in (HOSTILE[kind], "Nom"):
        plan, drawing = tiny_plan(renamed(name[:200])), named(name)[1]
        frame = framed([drawing])
        shared, defined = ground(drawing, frame)
        maps = (small_map(plan, drawing, Words("fr")), small_map(plan, drawing, Words("fr"), frame, shared=shared))
        drawn.append([_elements(html) for html in (defined, *maps)])
    assert drawn[0] == drawn[1]


def _elements(html: str) -> list[str]:
    """Names of the elements of a piece of page and of their attributes, in order, as a browser would read them."""
    found: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(f"{tag} {' '.join(sorted(name for name, _ in attrs))}")

    Parser().feed(html)
    return found


def test_a_plan_is_shown_whole(plan: Plan) -> None:
    """The calendar, the figures and the proofs of a plan are there, in the language asked for."""
    html = pp.show(plan, language="en")._repr_html_()
    for text in ("December 2026", "Place d’Amont", "Ada, Chloé", "Day by day"):
        assert text in html
    assert "décembre 2026" in pp.show(plan)._repr_html_()


def test_the_language_is_that_of_the_environment(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """PICUP_LANG sets the language of a notebook as it sets that of the command line."""
    monkeypatch.setenv("PICUP_LANG", "en")
    assert "December 2026" in pp.show(plan)._repr_html_()
    monkeypatch.setenv("PICUP_LANG", "de")
    with pytest.raises(DataError):
        pp.show(plan)


def test_a_reason_is_told_with_its_problem(tiny: Problem) -> None:
    """What is in the way is shown as a list, with names."""
    html = pp.show(Reason(rules=(RULE,), verified=True, minimal=True), tiny)._repr_html_()
    assert "Amont" in html


def test_a_notebook_displays_our_nouns_by_itself(plan: Plan, tiny: Problem) -> None:
    """Left at the end of a cell, a plan, a comparison and a scenario are shown, and a chart is an image."""
    shell = InteractiveShell()
    pp.load_ipython_extension(shell)
    shown = shell.display_formatter.format
    for made in (plan, compared(tiny), pp.Scenario((pp.Saturdays(),))):
        assert 'class="picup"' in shown(made)[0]["text/html"]
    assert shown(pp.charts.calendar(plan))[0]["image/png"]
    assert "text/html" not in shown(tiny_plan(problem_with(month="2026-12", settings={"faces": 9})))[0]
    assert isinstance(pp.charts.calendar(plan), Figure)


def test_a_plan_made_elsewhere_asks_for_its_problem() -> None:
    """The problem of a plan is known while either is in use; of another plan it is asked for, in a sentence."""
    problem = problem_with(settings={"faces": 8})
    plan = remembered(hand_plan(problem), problem)
    assert problem_of(plan) is problem
    assert problem_of(plan.model_copy()) is problem
    stray = hand_plan(problem_with(settings={"faces": 7}))
    with pytest.raises(DataError) as refused:
        pp.loads(stray)
    assert [mistake.message for mistake in refused.value.mistakes] == ["scenario-plan-from-elsewhere"]
    assert not pp.loads(stray, problem).empty


def test_a_territory_without_a_folder_has_no_roads(tiny: Problem) -> None:
    """A territory that was not read from a folder says so when its roads are asked for."""
    with pytest.raises(DataError) as refused:
        pp.month(Territory(**dict(tiny.territory)), "2026-12")
    assert [mistake.message for mistake in refused.value.mistakes] == ["scenario-no-folder"]


def test_a_bar_counts_outcomes(capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal the bar counts what is done and what failed, on the error stream."""
    with bar("mois") as heard:
        heard(Outcome(name="1"), 1, 2)
        heard(Outcome(name="2", failure=Failure(why=Why.DIED)), 2, 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert "mois" in said.err
    assert "2/2" in said.err
    assert "✗ 1" in said.err
