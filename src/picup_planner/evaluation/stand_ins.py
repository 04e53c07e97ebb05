"""Who could stand in for each person of a month, without breaking a rule."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from picup_planner.evaluation.crewing import OF_CREWS
from picup_planner.evaluation.edits import replaced, same_tour
from picup_planner.evaluation.figures import figures
from picup_planner.evaluation.objectives import duties_building_trust
from picup_planner.evaluation.prices import Before
from picup_planner.plan import Permanence, Plan
from picup_planner.problem import Problem

Seat = tuple[str, str]
"""A permanence and a role of its crew: ids."""


def stand_ins(problem: Problem, plan: Plan) -> dict[Seat, tuple[str, ...]]:
    """Give those who could take a role in each permanence to come, and in the whole tour it is on; best first.

    A face the commune knows comes first, from history or from another permanence of the month, then the lightest
    load in proportion to the share.
    """
    before = Before(problem, plan)
    order = _Order(problem, plan)
    able: dict[tuple[frozenset[str], str], list[str]] = {}
    found = {}
    for held in plan.permanences:
        if held.date not in problem.coming:
            continue
        tour = frozenset(same_tour(plan, held.id))
        for role in (one.role for one in held.crew):
            if (tour, role) not in able:
                able[tour, role] = list(_able(before, held, role))
            found[held.id, role] = tuple(sorted(able[tour, role], key=order.key(held.place.commune, tour)))
    return found


class _Order:
    """In what order people are asked to stand in."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._loads = {each.member: (each.load or 0) / each.share for each in figures(problem, plan).members}
        self._trust = {(known.commune, known.member): known.value for known in problem.trust}
        self._met: dict[tuple[str, str], set[str]] = defaultdict(set)
        for duty in duties_building_trust(problem, plan):
            for member in duty.people:
                self._met[duty.commune, member].add(duty.id)

    def key(self, commune: str, tour: frozenset[str]) -> Callable[[str], tuple[bool, float, float, str]]:
        """Give the rank of a person in a commune, the tour they would join left aside; the lowest is asked first."""

        def rank(member: str) -> tuple[bool, float, float, str]:
            trust = self._trust.get((commune, member), 0)
            known = trust > 0 or bool(self._met[commune, member] - tour)
            return not known, -trust, self._loads[member], member

        return rank


def _able(before: Before, held: Permanence, role: str) -> Iterator[str]:
    """Yield those who could take the role without breaking a rule."""
    present = {one.member for one in held.crew}
    for member in before.problem.territory.staff:
        if role in member.roles and member.id not in present:
            edited = replaced(before.problem, before.bare, held.id, role, member.id)
            if next(before.broken(edited, OF_CREWS), None) is None:
                yield member.id
