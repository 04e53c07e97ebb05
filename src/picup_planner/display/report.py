"""A comparison as one page that stands alone: it opens offline, asks nothing of anybody and runs nothing."""

from picup_planner.display.summary import STYLE, comparison_shown
from picup_planner.messages import Words
from picup_planner.publish.chart import Look, document
from picup_planner.publish.text import joined, tag
from picup_planner.scenarios.comparing import Comparison

PAGE = "body { margin: 0; } main.picup { margin: 0 auto; } @media print { .picup figure { break-inside: avoid; } }"


def report(comparison: Comparison, language: str = "fr") -> str:
    """Whole page of a comparison, the same bytes for the same comparison."""
    words = Words(language)
    title = words("compare-heading", month=comparison.month, territory=comparison.territory.name)
    body = tag(
        "main",
        tag("p", tag("strong", words("map-internal"))),
        comparison_shown(comparison, words),
        class_="picup",
    )
    return document(joined(body), words, Look(title, styles=(STYLE, PAGE)))
