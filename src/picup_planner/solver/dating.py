"""Tours first, then their dates: what dates hardly change is settled in a second where both at once take minutes.

Which tours of sites a month holds decides what is driven and who is reached. The best of them, chosen as if no date
mattered, are what no month beats; a month of just these, on dates on which people can go, is proven at once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.solver.bounds import keep
from picup_planner.solver.engine import Engine, Found
from picup_planner.solver.mixes import COUNTED, Toured, Undated, toured
from picup_planner.solver.relaxation import Relaxation

LARGE = 30_000
"""Variables of a model whose tours get all the time there is for their dates; a smaller one gets less."""


def tours_then_dates(  # noqa: PLR0913, PLR0917  one parameter per thing asked
    relaxed: Relaxation,
    model: CpModel,
    kept: Mapping[str, int],
    name: str,
    total: LinearExpr,
    engine: Engine,
    limit: float,
) -> Found:
    """Minimise an objective over tours without dates, then look for dates of these tours.

    Parameters
    ----------
    model
        A copy of the smaller model, to be changed, in which the objectives before this one are kept to their limits.
    kept
        These limits.
    name, total
        The objective, and its value in the model.
    limit
        Seconds, were the model the largest that is searched thus: a small one takes no time whole.

    Returns
    -------
        A solution of the model only where it is proven; a bound even without.
    """
    objective = next((bound for bound in COUNTED if bound.__name__ == name), None)
    if objective is None:
        return Found()
    month = Undated(relaxed)
    keep(month, kept, COUNTED)
    month.model.minimize(objective(month))
    limit *= min(1, len(model.proto.variables) / LARGE)
    chosen = engine.single(month.model, limit / 2)
    if chosen.value is None or not chosen.proven:
        return Found(bound=chosen.bound, infeasible=chosen.infeasible)
    _leave_only(relaxed, model, month, chosen.solution)
    model.clear_objective()  # type: ignore[no-untyped-call]
    model.add(total <= chosen.value)
    dated = engine.single(model, limit / 2, leaning=0)
    return Found(dated.solution, chosen.value if dated.solution else None, chosen.bound)


def _leave_only(relaxed: Relaxation, model: CpModel, month: Undated, chosen: Sequence[int]) -> None:
    """Leave a model the tours chosen for the month, each as often as chosen, on any dates."""
    counts: dict[Toured, list[IntVar]] = defaultdict(list)
    for (tour, sites), some in relaxed.counts.items():
        counts[toured(tour, sites)] += [count for _, count in some]
    for key, count in month.counts.items():
        model.add(LinearExpr.sum(counts[key]) == chosen[count.index])
