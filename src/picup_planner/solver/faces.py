"""Who is met, decided before any date: the faces of one role alone (logic-based Benders decomposition).

The social centres of a commune can be held by few sets of people. A month of nothing else chooses the cheapest of them;
the linear relaxation of the whole month, with that role alone, says what other faces it takes; and so on until it has
nothing more to say. What each role costs alone adds up to what no plan is below, and with the faces of one role kept,
those of the others are soon found.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from dataclasses import replace
from itertools import chain, combinations, compress

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from picup_planner.problem import Problem, Role
from picup_planner.solver.bounds import hold, parts_of
from picup_planner.solver.clock import Clock
from picup_planner.solver.engine import Engine, Found, step_of, value_of
from picup_planner.solver.linear import WHOLE, Priced, Status, minimise
from picup_planner.solver.mixes import Called
from picup_planner.solver.relaxation import Relaxation

NAME = "continuity"

OF_CENTRES = ("unstaffed_fixed", "preferences")
"""Objectives of which social centres alone say something."""

MOST = 100
"""What a face costs at most."""

A_TRY = 6.0
"""Seconds at most to look for a month with some faces, before others are tried."""

BOUNDED = 1 / 3
"""Of the time there is, what bounds may take before faces of every role are looked for."""

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
    known
        What the faces of a known solution cost: no other as good is looked for.
    """
    roles, ends = relaxed.problem.territory.roles, time.monotonic() + limit
    if any(len(member.roles) > 1 for member in relaxed.staff) or not _centres(relaxed.problem):
        return Found()
    casts = [Cast(relaxed, role, kept, guide, engine) for role in roles]
    total, aim = LinearExpr.sum(list(parts)), LinearExpr.sum(parts_of(relaxed, guide))
    with ThreadPoolExecutor(len(casts)) as pool:
        bounded = time.monotonic() + limit * BOUNDED
        asked = {pool.submit(cast.choose, ends): cast for cast in casts}
        first = next((asked[one] for one in as_completed(asked) if asked[one].least), casts[0])
        found = Found()
        try:
            while found.value is None and sum(cast.least for cast in casts) != known and (met := first.faces(ends)):
                wait(asked, max(0.0, bounded - time.monotonic()))
                for cast in casts:
                    cast.going = cast is first  # what is looked for next needs the machine for itself
                model = _with_faces(relaxed, parts, casts, first, met)
                model.minimize(aim)
                ended = minimise(model, ends - time.monotonic(), stopped=lambda: engine.interrupted)
                if ended.value is not None:
                    found = Found(ended.solution, value_of(total, ended.solution))
                first.set_aside()
        finally:
            for cast in casts:
                cast.going = False
        for one in asked:
            one.result()
    return replace(found, bound=sum(cast.least for cast in casts))


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
    commune_of = {site.id: site.commune for site in problem.territory.sites}
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
        self.least, self.going, self._engine, self._sure = 0, True, engine, True
        self._month = Relaxation(problem, Clock(problem), wanted=relaxed.wanted)
        self._centres = Called(problem, Clock(problem), ())
        hold(self._month, kept)
        hold(self._centres, {name: limit for name, limit in kept.items() if name in OF_CENTRES})
        self._twins: dict[int, IntVar] = {}
        self._held: list[list[int]] = []
        self._steps: dict[int, tuple[int, int]] = {}
        self._rows: list[dict[int, int]] = []
        self._cost()
        self._chosen: tuple[int, ...] = ()
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
            if self._sure:
                self.least = max(self.least, found.value)
            self._chosen = found.solution
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
        unwanted = {i for i, twin in self._twins.items() if not self._chosen[twin.index]}
        row = self._priced.row(unwanted, ends - time.monotonic())
        for commune in self._held if row and len(self._held) > 1 else ():
            fewer = unwanted.difference(commune)
            if said := self._priced.row(fewer, ends - time.monotonic()):
                row, unwanted = said, fewer
        return row

    def faces(self, ends: float) -> Met | None:
        """Return faces of which there is a month, the cheapest first; ``None`` when there are no more, or no time."""
        while self.choose(ends):
            model = self._month.model.clone()
            for i, twin in self._twins.items():
                model.add(model.get_int_var_from_proto_index(i) <= self._chosen[twin.index])
            limit = min(A_TRY, ends - time.monotonic())
            ended = minimise(model, limit, stopped=lambda: self._engine.interrupted)
            if ended.value is not None:
                return [[bool(ended.solution[known.index]) for known in faces] for faces in self._month.faces]
            self._leave(sure=ended.status is Status.INFEASIBLE)
        return None

    def set_aside(self) -> None:
        """Choose other faces than the last ones from now on, though there is a month of these."""
        self._leave(sure=False)

    def _leave(self, *, sure: bool) -> None:
        """Choose other faces from now on; unless it is sure that these have no month, nothing more is bounded."""
        self._sure &= sure
        model, more = self._centres.model, list[IntVar]()
        for twin in self._twins.values():
            more.append(model.new_bool_var(""))
            model.add(twin >= (self._chosen[twin.index] + 1) * more[-1])
        model.add_bool_or(more)


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
