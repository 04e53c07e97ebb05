"""A month's figures and proofs in sentences."""

from picup_planner.evaluation import Figures
from picup_planner.messages import Words
from picup_planner.plan import ObjectiveResult
from picup_planner.problem import Problem


def proof_told(result: ObjectiveResult, words: Words) -> str:
    """Say what is proven of one objective, and what of it was left to those that follow."""
    if not result.proven:
        told = words("proof-gap", bound=words.number(result.bound)) if result.bound > 0 else words("proof-none")
    else:
        told = words("proof-conditional" if result.conditional else "proof-proven")
    if result.value == result.best:
        return told
    more = words.number(result.value - result.best)
    return words("proof-kept", best=words.number(result.best), proof=told, more=more)


def figures_told(problem: Problem, counted: Figures, words: Words) -> list[str]:
    """Tell what the tables of figures do not: the vans, the residents reached, the faces, what nobody holds."""
    kilometres = words.number(counted.metres / 1000, decimals=1)
    vans = {"kilometres": kilometres, "driving": counted.driving, "out": counted.out}
    reached = {"reached": words.number(counted.residents_reached), "known": words.number(counted.residents_known)}
    told = [words("figures-vans", n=counted.tours, **vans), words("figures-residents", **reached)]
    names = {area.id: area.name for area in problem.territory.areas}
    near = {reach.area for reach in problem.reach if reach.sites}
    areas = {
        "figures-unreached-far": [each for each in counted.areas_unreached if each not in near],
        "figures-unreached-near": [each for each in counted.areas_unreached if each in near],
        "figures-unknown-areas": counted.areas_unknown,
    }
    metres = problem.territory.settings.walking_distance
    told += [
        words(message, areas=words.listed([names[each] for each in some]), metres=metres)
        for message, some in areas.items()
        if some
    ]
    if not problem.history:
        told.append(words("figures-history"))
    elif counted.no_known_face:
        told.append(words("figures-strangers", n=len(counted.no_known_face)))
    if counted.unstaffed_fixed:
        told.append(words("figures-unstaffed", n=len(counted.unstaffed_fixed)))
    return told
