"""Few changes to what was announced (minimum perturbation)."""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812  as in the nouns

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Problem, Promise
from picup_planner.solver.variables import Variables

LOST = 2
"""Weight of a promise lost: one moved, which is new elsewhere, weighs 3, and two people replaced weigh less."""


def changes(model: CpModel, problem: Problem, variables: Variables) -> LinearExpr:
    """Return 2 for each site and slot promised and lost, 1 for each new permanence, 1 for each person replaced."""
    return changed(model, problem, variables, problem.dates)


def changed(model: CpModel, problem: Problem, variables: Variables, days: tuple[Date, ...]) -> LinearExpr:
    """Return the changes on some dates.

    What is new is what is held less what is kept; a person is replaced where a permanence is kept without them. All
    of it is linear in what is decided, so that the relaxation is as tight as that of the tours.
    """
    promises = [promise for promise in problem.promised if promise.date in days]
    held = {p.id: _held(variables, p) for p in promises if p.session}
    lost = LinearExpr.sum([1 - kept for kept in held.values()])
    new = variables.held_anywhere(variables.sites, days) - LinearExpr.sum(list(held.values()))
    replaced = [
        person
        for promise in promises
        for person in (
            _replaced(model, problem, variables, promise, held[promise.id])
            if promise.session
            else _missing(problem, variables, promise)
        )
    ]
    return LOST * lost + new + LinearExpr.sum(replaced)


def _held(variables: Variables, promise: Promise) -> LinearExpr:
    """Return whether a permanence is held where and when it was promised; 0 where none can be any more."""
    session = variables.session_of.get(promise.session or "")
    sites = tuple(site for site in variables.sites if site.id == promise.site)
    return variables.held_anywhere(sites, (promise.date,), (session,) if session else ())


def _replaced(
    model: CpModel, problem: Problem, variables: Variables, promise: Promise, held: LinearExpr
) -> Iterator[IntVar]:
    """Yield, for each person promised, whether the permanence is kept and the person is not in its crew."""
    session = variables.session_of.get(promise.session or "")
    if session is None:
        return
    commune_of = problem.territory.commune_of
    (commune,) = (commune for commune in variables.communes if commune.id == commune_of[promise.site])
    for member in (member for member in variables.staff if member.id in promise.people):
        works = variables.works(member, commune, promise.date, session)
        replaced = model.new_bool_var(f"{promise.id} {member.id} replaced")
        model.add(replaced >= held - works)
        model.add(replaced <= held)
        model.add(len(member.roles) * replaced <= len(member.roles) - works)
        yield replaced


def _missing(problem: Problem, variables: Variables, promise: Promise) -> Iterator[LinearExpr]:
    """Yield, for each person promised at a fixed permanence, whether that person is not there."""
    people = [member for member in variables.staff if member.id in promise.people]
    for fixed in (fixed for fixed in problem.fixed if fixed.id == promise.id):
        yield from (1 - variables.assists(member, fixed) for member in people)
