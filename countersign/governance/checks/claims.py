"""A comparison or a superlative needs a measured fact in its own sentence."""

import re
from collections.abc import Iterator

from countersign.core.contracts import CheckResult
from countersign.governance.checks.brand import phrase_pattern
from countersign.governance.policy import Policy
from countersign.governance.rendered import Rendered, Rule

_COMPARATIVE = Rule("claims.comparative", default="block")
_SUPERLATIVE = Rule("claims.superlative", default="block")
_CERTAINTY = Rule("claims.certainty", default="block")
_HAS_FACT = re.compile(r"\{\{fact:")
_COMPARATIVES = (
    "better than",
    "better",
    "worse",
    "cheaper",
    "faster",
    "slower",
    "stronger",
    "weaker",
    "higher ROI",
    "higher return",
    "more efficient",
    "more effective",
    "outperforms",
    "outperformed",
)
_SUPERLATIVES = (
    "best",
    "worst",
    "cheapest",
    "fastest",
    "leading",
    "unrivalled",
    "unmatched",
    "most effective",
)
_CERTAINTIES = ("guaranteed", "guarantees", "will definitely", "proven to", "risk-free", "always works")


def check(rendered: Rendered, policy: Policy) -> Iterator[CheckResult]:
    """Flag or block each sentence that claims more than a fact beside it shows."""
    comparatives = (*_COMPARATIVES, *policy.brand.comparatives)
    for spot in rendered.sentences():
        # Certainty about what is to come has no fact that could prove it.
        if word := _first(spot.text, _CERTAINTIES):
            reason = f"{word!r} promises what no record can prove ({spot.where})"
            yield from _CERTAINTY.broken(policy, reason=reason, span=spot.text)
        if _HAS_FACT.search(spot.text):
            continue
        if word := _first(spot.text, comparatives):
            reason = f"{word!r} compares without a fact in the same sentence ({spot.where})"
            yield from _COMPARATIVE.broken(policy, reason=reason, span=spot.text)
        if word := _first(spot.text, _SUPERLATIVES):
            reason = f"{word!r} claims a rank without a fact in the same sentence ({spot.where})"
            yield from _SUPERLATIVE.broken(policy, reason=reason, span=spot.text)


def _first(sentence: str, phrases: tuple[str, ...]) -> str:
    return next((phrase for phrase in phrases if phrase_pattern(phrase).search(sentence)), "")
