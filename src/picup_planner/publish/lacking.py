"""What a plan has not placed, and what is known of why."""

from collections import Counter
from collections.abc import Iterator

from picup_planner.evaluation import figures
from picup_planner.evaluation.availability import availability
from picup_planner.evaluation.edits import crewed
from picup_planner.evaluation.one_place import one_place
from picup_planner.evaluation.prices import Before
from picup_planner.evaluation.rest import rest
from picup_planner.evaluation.workload import workload
from picup_planner.messages import Words
from picup_planner.plan import Kind, Permanence, Plan
from picup_planner.problem import Problem
from picup_planner.publish.telling import permanence_told, proof_told

_OF_ONE_PERSON = (workload, rest, one_place)


def lacking(problem: Problem, plan: Plan, words: Words) -> Iterator[str]:
    """Yield a sentence for each commune below its target and each fixed permanence without a crew, and its reason."""
    names = {commune.id: commune.name for commune in problem.territory.communes}
    proofs = {result.name: proof_told(result, words) for result in plan.objectives}
    for each in figures(problem, plan).communes:
        if each.held < each.target:
            lack = words("explain-short", n=each.held, commune=names[each.commune], target=each.target)
            told = proofs.get(each.gaining, words("proof-none"))
            yield f"{lack} {words('lacking-proof', proof=told)}"
    before = Before(problem, plan)
    roles = {duty.id: duty.roles for duty in problem.fixed}
    for held in plan.permanences:
        if held.kind is Kind.FIXED and not held.crew:
            reasons = list(_nobody(before, held, roles.get(held.id, ()), words))
            told = " ".join(reasons) or words("lacking-apart")
            yield f"{words('lacking-fixed', permanence=permanence_told(held, words))} {told}"


def _nobody(before: Before, held: Permanence, roles: tuple[str, ...], words: Words) -> Iterator[str]:
    """Yield a sentence for each role that nobody could take: how many are not available, how many are taken."""
    territory = before.problem.territory
    for role in territory.roles:
        if role.id not in roles:
            continue
        able = [member.id for member in territory.staff if role.id in member.roles]
        found = Counter(_hindered(before, held, role.id, member) for member in able)
        if not found[""]:
            reasons = [words(reason, n=count) for reason, count in sorted(found.items()) if count]
            yield words("lacking-role", role=role.abbreviation or role.name, reasons=words.listed(reasons))


def _hindered(before: Before, held: Permanence, role: str, member: str) -> str:
    """Give what keeps a person from a permanence, as a message; nothing when alone they could hold it."""
    after = crewed(before.problem, before.bare, held.id, ((role, member),))
    for rules, reason in (((availability,), "lacking-unavailable"), (_OF_ONE_PERSON, "lacking-taken")):
        if any(member in (*each.rule.subject, *each.found) for each in before.broken(after, rules)):
            return reason
    return ""
