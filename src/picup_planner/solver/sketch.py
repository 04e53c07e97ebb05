"""A sketch of the month on the smaller model: objectives bounded in order, and the outline that reaches the bounds."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import takewhile

from ortools.sat.python.cp_model import CpModel, LinearExpr

from picup_planner.problem import Problem, Role
from picup_planner.solver.benders import SEARCHED, Dates
from picup_planner.solver.bounds import parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.dating import tours_then_dates
from picup_planner.solver.drives import Decision, Outline
from picup_planner.solver.engine import Engine, Found, step_of, value_of
from picup_planner.solver.faces import few_never_do, least_faces
from picup_planner.solver.linear import Priced, Status, minimise, relaxed
from picup_planner.solver.mixes import SITED, Mix, possible_sets
from picup_planner.solver.objectives import Objective
from picup_planner.solver.propagation import leasts
from picup_planner.solver.relaxation import Relaxation
from picup_planner.solver.retold import hinted, strangers, told
from picup_planner.solver.subproblem import Benders, Subproblem, within

CREWED = {"continuity"}
"""Objectives that need to know who goes on which tour: nothing is said of them in the rough."""

HABITUAL = {"regularity"}
"""Objectives that need to know the weekdays of a site."""

DETAILED = CREWED | HABITUAL
"""Objectives for which the fine model says more."""

HARD = {"continuity", "regularity", "evenness"}
"""Objectives whose bound takes long, and whose sketch seldom becomes a plan as it is."""

RAISED = 3
"""Times objectives that cannot all be at the least they could ever be are thought to be a little more."""

DATED = 1 / 2
"""Of the time there is, what tours without dates and then their dates may take, before both are searched at once."""

CAST = 7 / 8
"""Of the time there is for faces, what choosing them before any date may take."""

LONG = 20.0
"""Seconds that it takes to be worth it."""

KNOWN = 1 / 20
"""Of the time left, what may be spent on the tours there could be."""

SOON = 15
"""Seconds in which one search mostly finds all it will, once it knows what is never nothing."""


@dataclass
class Sketch:
    """What the smaller model found: value and bound of each objective, the tours it ends with and a plan for them.

    `infeasible` when both engines say that no plan exists; `crowded` when nothing can be said of faces.
    """

    found: dict[str, Found] = field(default_factory=dict)
    outline: Outline | None = None
    plan: frozenset[Decision] = frozenset()
    infeasible: bool = False
    crowded: bool = False


def sketched(  # noqa: PLR0913  one parameter per choice
    problem: Problem,
    engine: Engine,
    kept: Mapping[str, int],
    objectives: Iterable[Objective],
    *,
    share: float,
    known: frozenset[Decision] = frozenset(),
    benders: Benders | None = None,
) -> Sketch:
    """Minimise objectives one after the other on the smaller model, those before them kept to their limits.

    Parameters
    ----------
    kept
        Limit of each objective already settled.
    share
        Part of the time left that one objective may take.
    known
        The best plan so far, whose faces are tried first.
    benders
        What searches dates first; by default nothing does.
    """
    draft = _Draft(problem, engine, known, benders)
    sketch = Sketch(crowded=draft.crowded)
    for name, limit in kept.items():
        draft.keep(name, limit)
    left = list(objectives)
    while left and not engine.interrupted and (engine.remaining > 0 or not draft.solution):
        found = draft.all_but_last([one.name for one in _exact(left)], engine.remaining * share)
        if not found:
            one = draft.minimise(left[0].name, engine.remaining * share)
            found = {} if one is None else {left[0].name: one}
        for objective in left[: max(1, len(found))]:
            ended = found.get(objective.name)
            if ended is None:
                continue
            sketch.found[objective.name] = ended
            if ended.value is None:
                sketch.infeasible = ended.infeasible and draft.nothing()
                return draft.drawn(sketch)
            draft.take(ended.solution)
            draft.keep(objective.name, objective.limit(ended.value))
        left = left[max(1, len(found)) :]
    return draft.drawn(sketch)


def _exact(objectives: Sequence[Objective]) -> list[Objective]:
    """Return objectives through the first that may grow: those after it may be less than at its least."""
    exact = list(takewhile(lambda one: not one.tolerance, objectives))
    return [*exact, *objectives[len(exact) : len(exact) + 1]]


class _Draft:
    """The smaller model twice, the same variables first: in the rough, and with the crews that faces need.

    What needs no detail is bounded in the rough first, where it is quick.
    """

    def __init__(
        self, problem: Problem, engine: Engine, known: frozenset[Decision], benders: Benders | None = None
    ) -> None:
        self._problem, self._engine, self._known, self._benders = problem, engine, known, benders
        self._rough = Relaxation(problem, Clock(problem))
        self._kept: dict[str, int] = {}
        self._guide: str | None = None
        self._parts: dict[tuple[bool, str], list[LinearExpr]] = {}
        self._sure: list[tuple[str, int]] = []
        self._detailed = self._habitual = False
        self.solution: tuple[int, ...] = ()
        self._solved = self._rough

    @property
    def crowded(self) -> bool:
        """Whether it would take too many variables to say who goes on which tour."""
        return self._rough.crowded

    @cached_property
    def fine(self) -> Relaxation:
        """The smaller model with its crews, everything kept so far at its limit; made when first needed."""
        known = self._engine.remaining * KNOWN
        wanted = possible_sets(self._rough, self._kept, self._engine, known) if self._kept.keys() & SITED else None
        fine = Relaxation(self._problem, Clock(self._problem), fine=self._habitual, wanted=wanted)
        for name, limit in self._kept.items():
            self._limit(fine, name, limit)
        return fine

    def keep(self, name: str, limit: int) -> None:
        """Keep an objective to its limit; the last one that is not nothing guides later proofs."""
        self._kept[name] = limit
        self._detail(name)
        if name not in CREWED:
            self._limit(self._rough, name, limit)
        if "fine" in self.__dict__:
            self._limit(self.fine, name, limit)

    def _detail(self, name: str) -> None:
        """Go on in the fine model once an objective needs it, unless that would be too large."""
        self._detailed |= name in DETAILED and not self.crowded
        self._habitual |= name in HABITUAL

    def _limit(self, relaxed: Relaxation, name: str, limit: int) -> None:
        total = LinearExpr.sum(self._of(relaxed, name))
        relaxed.model.add(total <= limit)
        if limit and name not in DETAILED and relaxed is not self._rough:
            self._guide = name

    def take(self, solution: tuple[int, ...]) -> None:
        """Remember the last solution, and which model it is of."""
        self.solution, self._solved = solution, self.fine if self._detailed else self._rough

    def drawn(self, sketch: Sketch) -> Sketch:
        """Add the last solution to a sketch."""
        if self.solution:
            sketch.outline = self._solved.outline(self.solution)
            sketch.plan = told(self._solved, self.solution, self._engine)
        return sketch

    def all_but_last(self, names: list[str], limit: float) -> dict[str, Found]:
        """Minimise the last of some objectives, those before it at the least they could ever be.

        When that is possible, one search settles them all; nothing is returned when it is not, or not known to be.
        """
        if len(names) == 1 or self._detailed or any(name in DETAILED for name in names):
            return {}
        parts = {name: LinearExpr.sum(self._of(self._rough, name)) for name in names if self._of(self._rough, name)}
        if list(parts) != names:
            return {}
        ends, (*before, last) = time.monotonic() + limit, names
        least = dict(zip(before, leasts(self._rough.model, [parts[name] for name in before]), strict=True))
        found = self._searched(least, last, limit)
        for _ in range(RAISED):
            if not (before and found.infeasible):
                break
            least = self._raised(before, least, ends)
            found = self._searched(least, last, ends - time.monotonic())
        if found.value is None:
            return {}
        return {**{name: Found(found.solution, value, value) for name, value in least.items()}, last: found}

    def _searched(self, least: Mapping[str, int], last: str, limit: float) -> Found:
        """Minimise one objective, others at the least they could ever be: tours then dates, or else both at once."""
        ends, total = time.monotonic() + limit, LinearExpr.sum(self._of(self._rough, last))
        model = self._at(least, last)
        dated = tours_then_dates(self._rough, model.clone(), least, last, total, self._engine, DATED * limit)
        if dated.proven:
            return dated
        found = self._engine.race(model, ends - time.monotonic())
        return replace(found, bound=max(found.bound or 0, dated.bound or 0))

    def _at(self, least: Mapping[str, int], last: str) -> CpModel:
        """Return the rough model of one objective, others kept to the least they could ever be."""
        model = self._rough.model.clone()
        for name, value in least.items():
            model.add(LinearExpr.sum(self._of(self._rough, name)) <= value)
        model.minimize(LinearExpr.sum(self._of(self._rough, last)))
        return model

    def _raised(self, names: list[str], least: Mapping[str, int], ends: float) -> dict[str, int]:
        """Return what objectives are never below, knowing that they cannot all be that little.

        By their linear relaxation, each with those before it at no more, the last one first: it is most often the one
        to blame. A step more where the relaxation allows the least: proven the least once a solution has it.
        """
        (*before, last), raised = names, {name: least[name] for name in names[:-1]}
        said = relaxed(self._at(raised, last), ends - time.monotonic())
        more = least[last] + step_of(LinearExpr.sum(self._of(self._rough, last)))
        if said.status is Status.INFEASIBLE and before:
            raised, more = self._raised(before, least, ends), least[last]
            said = relaxed(self._at(raised, last), ends - time.monotonic())
        return {**raised, last: least[last] if said.bound is None else max(said.bound, more)}

    def nothing(self) -> bool:
        """Whether the other engine agrees that nothing is possible."""
        return self._engine.other_agrees((self.fine if self._detailed else self._rough).model)

    def minimise(self, name: str, limit: float) -> Found | None:
        """Minimise an objective; ``None`` when the smaller model says nothing of it."""
        self._detail(name)
        if not self._detailed:
            return self._in_the_rough(name, limit)
        return self._in_detail(name, limit) if self._of(self.fine, name) else None

    def _in_detail(self, name: str, limit: float) -> Found:
        """Minimise an objective in the fine model: parts that are never nothing first, then around the best plan."""
        ends, parts = time.monotonic() + limit, self._of(self.fine, name)
        total, best = LinearExpr.sum(parts), Found()
        self.fine.model.minimize(total)
        mixes, dates = self._by_dates(name, total)
        rough = None if dates and dates.listed else self._in_the_rough(name, limit / 4)
        least = (rough and rough.bound) or 0
        if self._guide is not None and len(parts) > 1 and self._engine.work is None:
            best = self._by_parts(name, parts, self._guide, limit, dated=bool(dates))
            least = max(least, best.bound or 0)
        if dates and best.value != least:
            left = (ends - time.monotonic()) * (1 / 2 if name in CREWED else 1)
            best = dates.minimise(mixes, left, replace(best, bound=least))
            least = max(least, best.bound or 0)
        self.fine.model.add(total >= least)
        for kept in self._neighbourhoods():
            if best.value == least:
                break
            left = ends - time.monotonic()
            found = self._among_faces(kept, left / 2 if kept else left, self._from(best))
            best = found if found.beats(best) else best
            if not kept:
                least = max(least, found.bound or 0)
                best = replace(best, infeasible=found.infeasible)
        if self._benders:
            self._benders.least[name] = least
        return replace(best, bound=least)

    def _by_dates(self, name: str, total: LinearExpr) -> tuple[list[Mix], Dates | None]:
        """Return the mixes of tours, and a search of their dates first; nothing when they are not few."""
        known = self._benders
        if not known or name not in SEARCHED or not (few := known.mixes(self._rough, self._kept)):
            return [], None
        settle = within(self.fine, total, self._engine)
        return few, Dates(Subproblem(known, self.fine, name, self._kept, settle, self._sure))

    def _neighbourhoods(self) -> list[list[Role]]:
        """Return of which roles the faces stay: all, then all but one, then none.

        Who meets whom is what takes long to find: kept, the rest soon follows.
        """
        roles = self._problem.territory.roles
        if not self._known or not CREWED & self._kept.keys():
            return [[]]
        return [[*roles], *([role for role in roles if role != free] for free in roles if len(roles) > 1), []]

    def _among_faces(self, kept: list[Role], limit: float, start: Mapping[int, int]) -> Found:
        """Minimise the same where nobody of some roles goes to a commune the best plan does not take them to."""
        new = list(strangers(self.fine, self._known, kept)) if kept else []
        model = self.fine.model.clone()
        for stranger in new:
            model.add(stranger == 0)
        return self._engine.race(model, limit, start)

    def _in_the_rough(self, name: str, limit: float) -> Found | None:
        parts = [] if name in CREWED else self._of(self._rough, name)
        if not parts:
            return None
        self._rough.model.minimize(LinearExpr.sum(parts))
        return self._engine.race(self._rough.model, limit, None if self._detailed else dict(enumerate(self.solution)))

    @cached_property
    def _priced(self) -> Priced:
        return Priced(self.fine.model, [known.index for faces in self.fine.faces for known in faces])

    @cached_property
    def _start(self) -> Mapping[int, int]:
        return hinted(self.fine, self._known) if self._known else {}

    def _of(self, relaxed: Relaxation, name: str) -> list[LinearExpr]:
        key = relaxed is self._rough, name
        if key not in self._parts:
            self._parts[key] = parts_of(relaxed, name)
        return self._parts[key]

    def _by_parts(self, name: str, parts: list[LinearExpr], guide: str, limit: float, *, dated: bool) -> Found:
        """Minimise an objective from the best plan on, what is never nothing of its parts known before.

        That is proven in a second or two, and a search that knows it finds in seconds what it else may not in a minute.
        Faces whose dates cannot be searched first are chosen before any date.
        """
        best, ends, cast = self._as_known(), time.monotonic() + limit, Found()
        if name in CREWED and not dated and limit >= LONG:
            cast = least_faces(
                self.fine,
                parts,
                kept=self._kept,
                guide=guide,
                engine=self._engine,
                limit=limit * CAST,
                planned=partial(self._benders.plans, name, self.fine) if self._benders else None,
                known=best.value,
            )
            best = replace(cast if cast.beats(best) else best, bound=cast.bound)
            limit = ends - time.monotonic()
            if best.proven:
                return best
        least = cast.bound or self._never_nothing(
            name, parts, LinearExpr.sum(self._of(self.fine, guide)), best, limit / 3
        )
        self.fine.model.add(LinearExpr.sum(parts) >= least)
        soon = max(limit / 5, min(limit * 3 / 4, SOON))
        found = self._engine.race(self.fine.model, soon, self._from(best))
        return replace(found if found.beats(best) else best, bound=max(least, found.bound or 0))

    def _from(self, best: Found) -> Mapping[int, int]:
        """Return where a search starts from: the best solution or, without any, what the best plan says of it."""
        return dict(enumerate(best.solution)) or self._start

    def _as_known(self) -> Found:
        """Return the best plan as a solution of the fine model, nothing where there is none."""
        if not self._start:
            return Found()
        return replace(self._engine.complete(self.fine.model.clone(), self._start), bound=None, infeasible=False)

    def _never_nothing(self, name: str, parts: list[LinearExpr], guide: LinearExpr, near: Found, limit: float) -> int:
        """State of each part a solution has whether no solution is without any; return the least they then add up to.

        Asked as the least of an earlier objective, already kept to its limit: its linear relaxation is tight, and says
        within a second what a search for any solution does not in a minute. Where it says no more than usual, neither
        does a search; faces are then asked of, a few at a time.
        """
        least, ends = 0, time.monotonic() + limit
        usual = relaxed(self._asking(guide), limit / 2).bound
        if usual is None:
            return 0
        for i, part in enumerate(parts):
            if time.monotonic() < ends and (near.value is None or value_of(part, near.solution)):
                model = self._asking(guide)
                model.add(part <= 0)
                said = relaxed(model, limit / 2)
                if said.bound is not None and said.bound > usual:
                    said = minimise(model, limit / 2)
                if said.status is Status.INFEASIBLE or (
                    name in CREWED and few_never_do(self.fine, i, self._priced, ends)
                ):
                    self.fine.model.add(part >= 1)
                    self._sure.append((name, i))
                    least += step_of(part)
        return least

    def _asking(self, guide: LinearExpr) -> CpModel:
        model = self.fine.model.clone()
        model.minimize(guide)
        return model
