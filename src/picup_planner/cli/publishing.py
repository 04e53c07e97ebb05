"""`picup publish`: from a plan to the folder residents read and the folder the staff reads."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from picup_planner.assemble import vehicle
from picup_planner.cli.endings import DONE, tell
from picup_planner.cli.reading import as_typed, folder_of, latest_plan, plan_and_problem, refuse_changed
from picup_planner.cli.saving import documents_again, write_again
from picup_planner.cli.usage import WrongUsage
from picup_planner.draw import draw, draw_territory
from picup_planner.errors import DataError, Mistake
from picup_planner.evaluation import broken_rules
from picup_planner.messages import Words
from picup_planner.plan import Plan, State
from picup_planner.problem import Problem, Territory
from picup_planner.pseudonyms import key, token
from picup_planner.publish.audience import announced, for_staff, initials
from picup_planner.publish.lock import TO_WRITE, locked
from picup_planner.publish.outputs import Audience
from picup_planner.publish.publication import Standing, Told, publish, standing_state
from picup_planner.roads.network import Network, network
from picup_planner.territory import ROADS
from picup_planner.territory.cells import one_of

_STATES = one_of(
    {"brouillon": State.DRAFT, "envoye": State.SENT, "publie": State.PUBLISHED} | {each.value: each for each in State}
)


@dataclass(frozen=True)
class Asked:
    """Which plan is published, and where; what is ``None`` has a default."""

    plan: Path | None
    problem: Path | None
    territory: Path | None
    state: str | None
    out: Path


def state_of(text: str | None) -> State | None:
    """State typed as `published` or `publié`, ``None`` when none was typed.

    Raises
    ------
    WrongUsage
        When it is no state of a plan.
    """
    try:
        return None if text is None else _STATES(text)
    except DataError as refused:
        choices = refused.mistakes[0].arguments["choices"]
        raise WrongUsage(Mistake("usage-state", {"value": text or "", "choices": choices})) from None


def publish_plan(asked: Asked, words: Words) -> int:
    """Publish a plan and note its state in it; the caller holds the lock of the folder published to."""
    state = state_of(asked.state)
    path = asked.plan or latest_plan()
    plan, problem = plan_and_problem(path, asked.problem, words)
    roads = network(folder_of(asked.territory, problem) / ROADS, vehicle=vehicle(problem.territory))
    if broken := broken_rules(problem, plan):
        tell(words("publish-broken", n=len(broken), value=as_typed(path)))
    if state is None:
        warn_lowered(plan, path, asked.out, words)
    told = plan.model_copy(update={"state": state or plan.state})
    if told == plan:
        published(problem, plan, roads, asked.out, words)
        return DONE
    same = path.parent.resolve() == asked.out.resolve()  # which the caller holds already
    with nullcontext() if same else locked(path.parent, TO_WRITE):
        refuse_changed(path, plan)
        files = documents_again(path, problem, told, roads, words)
        published(problem, told, roads, asked.out, words)
        write_again(path, told, files, words)
    return DONE


def warn_lowered(plan: Plan, path: Path, out: Path, words: Words) -> None:
    """Say that the pages of a month are about to go back to a draft or a proposal, and what to type to keep them."""
    before, states = standing_state(out, plan.month), list(State)
    if before and states.index(plan.state) < states.index(before):
        told = {"before": words(f"state-{before}"), "after": words(f"state-{plan.state}")}
        state = words(f"state-typed-{before}")
        tell(words("publish-lowered", month=plan.month, **told, value=as_typed(path), state=state))


def published(problem: Problem, plan: Plan, roads: Network, out: Path, words: Words) -> None:
    """Publish to residents and to the staff, and say where."""
    land = problem.territory
    ground = draw_territory(land.model_copy(update={"depots": (), "sites": ()}), roads)
    told: dict[Audience, Told] = {
        Audience.PUBLIC: (announced(problem, plan), ground),
        Audience.STAFF: (for_staff(problem, plan), draw(problem, plan, roads)),
    }
    for standing in reversed(publish(out, told, words.language, calendars(land))):
        tell(words(_message(standing), value=str(standing.stands / "index.html"), folder=str(standing.root)))
    tell(words("publish-state", state=words(f"state-{plan.state}")))
    if not land.service.phone:
        tell(words("publish-no-phone"))


def calendars(territory: Territory) -> dict[str, str]:
    """Give the initials of each person the address of their calendar."""
    secret = key()
    return {token(secret, territory.id, member): told for member, told in initials(territory).items()}


def _message(standing: Standing) -> str:
    if standing.stands != standing.root:
        return "publish-elsewhere"
    return f"publish-{standing.root.name}" if standing.changed else f"publish-{standing.root.name}-same"
