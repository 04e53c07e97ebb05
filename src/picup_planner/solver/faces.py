"""Who is met, decided before any date: the faces of one role alone (logic-based Benders decomposition).

The social centres of a commune can be held by few sets of people. A month of nothing else chooses the cheapest of them;
the linear relaxation of the whole month, with that role alone, says what other faces it takes; and so on until it has
nothing more to say. What each role costs alone adds up to what no plan is below, and with the faces of one role kept,
those of the others are soon found.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, combinations, compress
from threading import Lock

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Problem, Role
from picup_planner.solver.bounds import hold, parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.engine import Engine, Found, Going, step_of, value_of
from picup_planner.solver.linear import WHOLE, Priced, Status, minimise
from picup_planner.solver.mixes import Called
from picup_planner.solver.relaxation import Relaxation

NAME = "continuity"

OF_CENTRES = ("unstaffed_fixed", "preferences")
"""Objectives of which social centres alone say something."""

MOST = 100
"""What a face costs at most."""

A_TRY = 6.0
"""Seconds at most to look for a month of one role with some faces, before others are tried."""

A_MONTH = 20.0
"""The same for a month of all roles, those faces given."""

BOUNDED = 1 / 3
"""Of the time there is, what bounds may take before faces of every role are looked for."""

Planned = Callable[[Sequence[int], int, Going], bool]
"""Whether there is a plan for a solution of the smaller model at some value, found while it is to go on."""

Met = list[list[bool]]
"""Commune by commune, which of the faces that cost something are met."""


def least_faces(  # noqa: PLR0913  one parameter per choice
    relaxed: Relaxation,
    parts: Sequence[LinearExpr],
    *,
    kept: Mapping[str, int],
    guide: str,
    engine: Engine,
    limit: float,
    planned: Planned | None = None,
    known: int | None = None,
) -> Found:
    """Return what faces are never below and, where one is found, a solution of the smaller model in which they are not.

    Parameters
    ----------
    relaxed, parts
        The smaller model, every limit kept, and what faces cost in it, by role and commune.
    kept
        Those limits.
    guide
        An objective that its linear relaxation bounds well: solutions are looked for where it is least.
    limit
        Seconds.
    planned
        Says whether there is a plan within the tours of a solution, as good as it is: where there is none, other
        solutions are looked for. By default the first is as good as any.
    known
        What the faces of a known plan cost: no other as good is looked for.
    """
    roles, ends = relaxed.problem.territory.roles, time.monotonic() + limit
    if any(len(member.roles) > 1 for member in relaxed.staff) or not _centres(relaxed.problem):
        return Found()
    casts = [Cast(relaxed, role, kept, guide, engine) for role in roles]
    bounded = time.monotonic() + limit * BOUNDED
    with ThreadPoolExecutor(len(casts)) as pool:
        asked = {pool.submit(cast.choose, bounded): cast for cast in casts}
        first = next((asked[one] for one in as_completed(asked) if asked[one].least), casts[0])
        aim = LinearExpr.sum(parts_of(relaxed, guide))
        search = _Joint(relaxed, parts, casts, first, aim, planned, engine, ends, known)
        try:
            with ThreadPoolExecutor(engine.threads) as beside:
                for ran in [beside.submit(search.run) for _ in range(engine.threads)]:
                    ran.result()
        finally:
            for cast in casts:
                cast.going = False
        for one in asked:
            one.result()
    return replace(search.found, bound=sum(cast.least for cast in casts))


@dataclass
class _Joint:
    """A search of the smaller model, faces of one role given after faces: most are either soon found a month, or never.

    Attributes
    ----------
    found
        A solution as good as nothing is below, of which there is a plan if any was found.
    """

    relaxed: Relaxation
    parts: Sequence[LinearExpr]
    casts: Sequence["Cast"]
    first: "Cast"
    aim: LinearExpr
    planned: Planned | None
    engine: Engine
    ends: float
    known: int | None
    found: Found = field(default_factory=Found)
    done: bool = False

    @property
    def _least(self) -> int:
        return sum(cast.least for cast in self.casts)

    def _going(self) -> bool:
        late = time.monotonic() >= self.ends or not self.first.going
        return not (late or self.engine.interrupted or self.done or self._least == self.known)

    def _vain(self, least: int) -> bool:
        return self._least != least or not self._going()

    def run(self) -> None:
        """Try faces after faces, until there is a plan as good as nothing is below."""
        while self._going() and (met := self.first.faces(self.ends)):
            model, least = _with_faces(self.relaxed, self.parts, self.casts, self.first, met), self._least
            model.minimize(self.aim)
            limit = min(A_MONTH, self.ends - time.monotonic())
            ended = minimise(model, limit, stopped=partial(self._vain, least))
            if ended.value is not None:
                value = value_of(LinearExpr.sum(list(self.parts)), ended.solution)
                good = self.planned is None or self.planned(ended.solution, value, self._going)
                if not self.done:
                    self.found, self.done = Found(ended.solution, value), good


def _with_faces(
    relaxed: Relaxation, parts: Sequence[LinearExpr], casts: Sequence["Cast"], first: "Cast", met: Met
) -> CpModel:
    """Return a copy of the smaller model in which faces cost the least there is, those of one role being given."""
    model = relaxed.model.clone()
    for i, cast in enumerate(casts):
        of_role = slice(i * len(relaxed.communes), (i + 1) * len(relaxed.communes))
        cast.tell(model, relaxed.faces[of_role], parts[of_role])
        if cast is first:
            for stranger in compress(chain(*relaxed.faces[of_role]), (not face for face in chain(*met))):
                model.add(stranger == 0)
    model.add(LinearExpr.sum(list(parts)) <= sum(cast.least for cast in casts))
    return model


def _centres(problem: Problem) -> set[str]:
    """Return the communes in which people are met in social centres."""
    commune_of = problem.territory.commune_of
    return {commune_of[f.site] for f in problem.fixed} if problem.territory.settings.fixed_build_trust else set()


class Cast:
    """The faces of one role: what they cost at least, and which they could be.

    Attributes
    ----------
    least
        What no solution is below.
    going
        Whether there is any use in going on.
    """

    def __init__(self, relaxed: Relaxation, role: Role, kept: Mapping[str, int], guide: str, engine: Engine) -> None:
        problem = alone(relaxed.problem, role)
        self.least, self.going, self._engine, self._lock = 0, True, engine, Lock()
        self._month = Relaxation(problem, Clock(problem), wanted=relaxed.wanted)
        self._centres = Called(problem, Clock(problem), ())
        hold(self._month, kept)
        hold(self._centres, {name: limit for name, limit in kept.items() if name in OF_CENTRES})
        self._twins: dict[int, IntVar] = {}
        self._held: list[list[int]] = []
        self._steps: dict[int, tuple[int, int]] = {}
        self._rows: list[dict[int, int]] = []
        self._cost()
        self._chosen, self._open = Found(), list[Found]()
        self._priced = Priced(self._month.model, self._twins)
        self._month.model.minimize(LinearExpr.sum(parts_of(self._month, guide)))

    def _cost(self) -> None:
        """State in both months what faces cost: those of communes with social centres one by one, others by commune."""
        month, centres = self._month, self._centres
        spared, held = month.problem.territory.settings.faces, _centres(month.problem)
        costs: list[LinearExpr] = []
        for i, (part, same) in enumerate(zip(parts_of(month, NAME), parts_of(centres, NAME), strict=True)):
            if month.communes[i].id in held:
                few = centres.faces[i]
                self._twins |= {known.index: twin for known, twin in zip(month.faces[i], few, strict=True)}
                self._held.append([known.index for known in month.faces[i]])
                centres.model.add(LinearExpr.sum(few) >= min(spared, len(few)))  # they are free: the more the better
                costs.append(same)
            else:
                step = step_of(part) or 1
                most = MOST * len(month.faces[i]) // step
                steps, twin = (each.model.new_int_var(0, most, "") for each in (month, centres))
                month.model.add(step * steps >= part)
                self._twins[steps.index], self._steps[i] = twin, (steps.index, step)
                costs.append(step * twin)
        centres.model.minimize(LinearExpr.sum(costs))

    def choose(self, ends: float) -> bool:
        """Choose the cheapest faces the linear relaxation has nothing to say of; return whether there was time."""
        while self.going and time.monotonic() < ends and not self._engine.interrupted:
            found = self._engine.single(self._centres.model, ends - time.monotonic(), leaning=0)
            if found.value is None or not found.proven:
                return False
            self.least = max(self.least, min([found.value, *(one.value or 0 for one in self._open)]))
            self._chosen = found
            row = self._row(ends)
            if row is None:
                return False
            if not row:
                return True
            self._rows.append(row)
            self._centres.model.add(LinearExpr.sum([weight * self._twins[i] for i, weight in row.items()]) >= WHOLE)
        return False

    def tell(self, model: CpModel, faces: Sequence[Sequence[IntVar]], parts: Sequence[LinearExpr]) -> None:
        """State on a model of every role what the linear relaxation said of this one's faces, commune by commune."""
        every = zip(chain(*self._month.faces), chain(*faces), strict=True)
        weighed: dict[int, LinearExpr] = {known.index: MOST * same for known, same in every}
        weighed |= {steps: -(-MOST // step) * parts[i] for i, (steps, step) in self._steps.items()}
        for row in list(self._rows):
            model.add(LinearExpr.sum([weight * weighed[i] for i, weight in row.items()]) >= MOST * WHOLE)

    def _row(self, ends: float) -> dict[int, int] | None:
        """Return what the linear relaxation says of other faces than those chosen, of as few communes as can be."""
        unwanted = {i for i, twin in self._twins.items() if not self._chosen.solution[twin.index]}
        row = self._priced.row(unwanted, ends - time.monotonic())
        for commune in self._held if row and len(self._held) > 1 else ():
            fewer = unwanted.difference(commune)
            if said := self._priced.row(fewer, ends - time.monotonic()):
                row, unwanted = said, fewer
        return row

    def faces(self, ends: float) -> Met | None:
        """Return other faces of which there is a month, the cheapest first; ``None`` without any more, or any time.

        Several threads may ask at once: no two are given the same.
        """
        while (chosen := self._next(ends)) is not None:
            model = self._month.model.clone()
            for i, twin in self._twins.items():
                model.add(model.get_int_var_from_proto_index(i) <= chosen.solution[twin.index])
            limit = min(A_TRY, ends - time.monotonic())
            ended = minimise(model, limit, stopped=lambda: self._engine.interrupted or not self.going)
            if ended.value is not None:
                return [[bool(ended.solution[known.index]) for known in faces] for faces in self._month.faces]
            if ended.status is Status.INFEASIBLE:
                with self._lock:
                    self._open.remove(chosen)
        return None

    def _next(self, ends: float) -> Found | None:
        """Choose faces, never to be chosen again: unless it proves that these have no month, no bound is above them."""
        with self._lock:
            if not self.choose(ends):
                return None
            self._open.append(self._chosen)
            more = list[IntVar]()
            for twin in self._twins.values():
                more.append(self._centres.model.new_bool_var(""))
                self._centres.model.add(twin >= (self._chosen.solution[twin.index] + 1) * more[-1])
            self._centres.model.add_bool_or(more)
            return self._chosen


def alone(problem: Problem, role: Role) -> Problem:
    """Return a problem of one role's people, as if all of them could drive: each has one role."""
    territory = problem.territory
    staff = tuple(p.model_copy(update={"driver": True}) for p in territory.staff if p.roles == (role.id,))
    names = {member.id for member in staff}
    fixed = tuple(
        held.model_copy(update={"roles": (role.id,), "crew": tuple(name for name in held.crew if name in names)})
        for held in problem.fixed
        if role.id in held.roles
    )
    return problem.model_copy(
        update={
            "territory": territory.model_copy(update={"roles": (role,), "staff": staff}),
            "fixed": fixed,
            "availability": tuple(answer for answer in problem.availability if answer.member in names),
            "hours": tuple(entry for entry in problem.hours if entry.member in names),
        }
    )


def few_never_do(relaxed: Relaxation, part: int, priced: Priced, ends: float) -> bool:
    """Whether no few people could be all that a part of `continuity` meets, by the linear relaxation.

    Asked of any few people at once, it meets a half of each. So it is asked of some after some, whoever they may be.

    Parameters
    ----------
    priced
        The model, or one it follows from, faces named.
    ends
        When to give up, by ``time.monotonic()``.
    """
    faces, free = {known.index for known in relaxed.faces[part]}, relaxed.problem.territory.settings.faces
    return len(faces) > free and all(
        priced.row(faces.difference(some), ends - time.monotonic()) for some in combinations(sorted(faces), free)
    )
