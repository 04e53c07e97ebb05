"""Reasons and ways out in sentences: what forbids something, where it was typed, what would allow it, at what price."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from picup_planner.messages import Words, names_of
from picup_planner.plan import Kept, ObjectiveResult
from picup_planner.problem import Problem, Rule
from picup_planner.solver.explanation import Cost, Reason, Remedy
from picup_planner.solver.loosening import HALF_DAY


def reason_told(reason: Reason, problem: Problem, words: Words) -> list[str]:
    """Tell what is in the way, one sentence a fact, then what the program is not sure of."""
    told = [*rules_told(reason.rules, problem, words), *(kept_told(kept, words) for kept in reason.kept)]
    if not reason.verified:
        told.append(words("reason-not-verified"))
    elif not reason.minimal:
        told.append(words("reason-not-minimal"))
    return told


def rules_told(rules: Iterable[Rule], problem: Problem, words: Words) -> list[str]:
    """Tell rules, those that say the same on several dates or in several sessions in one sentence, none twice."""
    names = _names(problem)
    slots = {session.id for session in problem.territory.sessions} | {day.isoformat() for day in problem.dates}
    slots |= {fixed.id for fixed in problem.fixed}
    facts: dict[tuple[object, ...], list[Rule]] = defaultdict(list)
    for rule in rules:
        stops = rule.constraint == "tours" and len(rule.subject) > len(("van", "date"))
        about = tuple(part for part in rule.subject if stops or part not in slots)
        facts[rule.constraint, about, rule.origin].append(rule)
    return list(dict.fromkeys(words.rule(fact, names, _numbers(problem, fact[0])) for fact in facts.values()))


def kept_told(kept: Kept, words: Words) -> str:
    """Tell a value that an objective keeps."""
    sentence = words(f"kept-{kept.name}")
    if sentence != f"kept-{kept.name}":
        return sentence
    return words("reason-kept", objective=words(f"objective-{kept.name}"), count=words.number(kept.value))


def remedy_told(remedy: Remedy, problem: Problem, words: Words) -> str:
    """Tell a way out and its price: `Si CASP 2 est disponible le mercredi 9 décembre (Matin), c’est possible : …`."""
    condition = _condition(remedy, problem, words)
    prices = prices_told(remedy.costs, remedy.plan.objectives, words)
    if not prices:
        return words("remedy-free", condition=condition)
    return words("remedy-price", condition=condition, price=words.listed(prices))


def prices_told(costs: Sequence[Cost], results: Sequence[ObjectiveResult], words: Words) -> list[str]:
    """Tell what changes, one text an objective: `+ 9 min de route`; what is not proven may cost less."""
    sure = {result.name: result.proven for result in results}
    told = []
    for cost in costs:
        more = cost.after - cost.before
        if cost.name == "travel":
            length = words.duration(timedelta(minutes=abs(more)))
            part = words("price-travel", change=f"{'+' if more > 0 else '−'}\N{NO-BREAK SPACE}{length}")
        else:
            before, after = words.number(cost.before), words.number(cost.after)
            name = words(f"objective-{cost.name}")
            part = words("price-objective", objective=name[:1].lower() + name[1:], before=before, after=after)
        told.append(part if sure.get(cost.name) else words("price-at-most", price=part))
    return told


def effort_told(solves: int, seconds: float, words: Words) -> str:
    """Tell how many searches it took, and how long."""
    return words("reason-effort", n=solves, seconds=words.number(seconds))


def shortage_told(reason: Reason, problem: Problem, words: Words) -> Iterator[str]:
    """Yield why one more permanence is impossible, then each way out, then what it took."""
    if reason.found:
        yield words("explain-short-reason" if reason.verified else "explain-short-doubtful")
        yield from (f"- {sentence}" for sentence in reason_told(reason, problem, words))
    elif reason.verified:
        yield words("explain-short-changes" if problem.promised else "explain-short-possible")
    else:
        yield words("explain-short-unknown")
    if reason.remedies:
        yield words("explain-short-remedies")
        yield from (f"- {remedy_told(remedy, problem, words)}" for remedy in reason.remedies)
    yield effort_told(reason.solves, reason.seconds, words)


def conflict_told(reason: Reason, problem: Problem, words: Words) -> Iterator[str]:
    """Yield what contradicts itself, then each way out, then what it took."""
    yield words("reason-conflict", n=len(reason.rules))
    yield from (f"- {sentence}" for sentence in reason_told(reason, problem, words))
    for remedy in reason.remedies:
        yield "- " + words("remedy-plan", condition=_condition(remedy, problem, words))
    yield effort_told(reason.solves, reason.seconds, words)


def _condition(remedy: Remedy, problem: Problem, words: Words) -> str:
    return words.rule([remedy.rule], _names(problem), _numbers(problem, remedy.rule, by=1), lifted=True)


def _names(problem: Problem) -> Mapping[tuple[str, str], str]:
    return {**names_of(problem), **{("permanence", fixed.id): fixed.name for fixed in problem.fixed}}


def _numbers(problem: Problem, rule: Rule, by: int = 0) -> Mapping[str, int]:  # noqa: PLR0911  one per kind of rule
    """Give the number a rule holds, or the one it would hold once loosened by so much."""
    settings, subject = problem.territory.settings, rule.subject
    match rule.constraint:
        case "frequency":
            (commune,) = (one for one in problem.territory.communes if one.id == subject[0])
            return {"count": commune.frequency.maximum + by}
        case "spacing":
            return {"count": settings.min_gap - by}
        case "rotation" if len(subject) == 1:
            return {"count": settings.site_maximum + by}
        case "openings" if "notice" in subject:
            return {"count": settings.notice}
        case "workload" if "week" in subject:
            return {"count": settings.weekly_maximum + by}
        case "workload" if "month" in subject:
            (hours,) = (entry for entry in problem.hours if entry.member == subject[0])
            return {"minutes": _minutes(HALF_DAY if by else hours.available)}
        case "workload":
            return {"count": settings.daily_maximum}
        case "rest":
            lengths = {"length": settings.max_daily_length, "break": settings.break_length, "rest": settings.min_rest}
            return {"minutes": _minutes(lengths[subject[-1]])}
        case "quota":
            (partner,) = (one for one in problem.territory.partners if one.id == subject[0])
            return {"count": (partner.minimum if "minimum" in subject else partner.maximum) or 0}
        case _:
            return {}


def _minutes(length: timedelta) -> int:
    return int(length / timedelta(minutes=1))
